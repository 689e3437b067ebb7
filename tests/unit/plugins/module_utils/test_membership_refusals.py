# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ElastiCache means when it refuses to change a cache's groups."""

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._assignments import Assignment
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan
from ansible_collections.elasticache.access.plugins.module_utils._membership_refusals import meaning

from tests.unit.values import CARTS, SESSIONS, cache, missing

BUSY = "InvalidReplicationGroupState"


def plan(*after: object, global_datastore: str | None = None) -> MembershipPlan:
    wanted = Assignment(CacheReference("sessions", "sessions"), (), True)
    now = cache("sessions", SESSIONS, global_datastore=global_datastore)
    return MembershipPlan(wanted, now, (SESSIONS,), after or (SESSIONS, CARTS))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "made", "words"),
    [
        pytest.param(
            AwsError("AWS refused: Cluster [sessions] is part of a global cluster [shop]. Request rejected."),
            plan(),
            ["AWS refused", "member of Global Datastore shop,", "run again"],
            id="a member of a Global Datastore, which the refusal names",
        ),
        pytest.param(
            AwsError("AWS refused: it is part of a global datastore.", "InvalidParameterValue"),
            plan(global_datastore="shop"),
            ["member of Global Datastore shop,"],
            id="one that the cache names",
        ),
        pytest.param(
            AwsError("AWS refused: it is part of a global datastore.", "InvalidParameterValue"),
            plan(),
            ["member of Global Datastore a Global Datastore"[:26]],
            id="one that nobody names",
        ),
        pytest.param(AwsError("Busy.", BUSY), plan(global_datastore="shop"), ["Datastore shop,"], id="a busy member"),
        pytest.param(
            AwsError("AWS refused: Invalid security group.", "InvalidParameterValue"),
            plan(),
            ["Invalid security group", str(CARTS), "L-2AFB9258"],
            id="a group that went away meanwhile",
        ),
    ],
)
def test_what_a_refusal_means(error: AwsError, made: MembershipPlan, words: list[str]) -> None:
    assert not missing(words, meaning(error, made))


@pytest.mark.parametrize(
    ("error", "made"),
    [
        pytest.param(AwsError("Busy.", BUSY), plan(), id="a busy cache"),
        pytest.param(AwsError("No.", "InvalidParameterValue"), plan(SESSIONS), id="nothing was to be attached"),
        pytest.param(AwsError("No.", "AccessDenied"), plan(), id="a permission"),
    ],
)
def test_a_refusal_that_speaks_for_itself(error: AwsError, made: MembershipPlan) -> None:
    assert meaning(error, made) == str(error)


def test_which_errors_mean_busy() -> None:
    assert AwsError("Busy.", BUSY).is_busy
    assert not AwsError("No.", "InvalidParameterValue").is_busy
