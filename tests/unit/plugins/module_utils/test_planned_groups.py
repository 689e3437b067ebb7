# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups that caches will carry, as tasks in check mode tell."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._planned_groups import (
    NOTHING_PLANNED,
    new_group,
    read_planned_groups,
)

from tests.unit.values import OWNER, SESSIONS, VPC, WEB, cache

COMING = new_group("elasticache-sessions", VPC, OWNER)


def told(*groups: SecurityGroup, **facts: Any) -> dict[str, Any]:
    """What elasticache_security_groups returns of one cache."""
    return {
        "name": "sessions",
        "kind": "cluster",
        "arn": f"arn:aws:elasticache:eu-west-1:{OWNER}:cluster:sessions",
        "vpc_id": VPC,
        "security_groups": [{"id": group.group_id, "name": group.name, "status": "active"} for group in groups],
        "attached": [{"id": "sg-1", "name": "one"}],
        "detached": [],
        **facts,
    }


def test_a_cache_carries_what_is_planned_with_all_of_it_in_force() -> None:
    planned = read_planned_groups([told(SESSIONS, COMING)])
    now = cache(
        "sessions",
        WEB,
        member_groups=(("sessions-001", (WEB.group_id,)), ("sessions-002", ())),
        unsettled=((("sessions-001", WEB.group_id), "adding"),),
    )
    then = planned.carried_by(now)
    group_ids = (COMING.group_id, SESSIONS.group_id)
    assert then.security_groups == tuple(Membership(each, "active") for each in group_ids)
    assert then.member_groups == (("sessions-001", group_ids), ("sessions-002", group_ids))
    assert then.unsettled == ()
    assert planned.new == {COMING.group_id: COMING}
    assert str(COMING) == "elasticache-sessions (yet to be created)"
    assert (COMING.is_new, SESSIONS.is_new) == (True, False)


@pytest.mark.parametrize(
    "planned",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="no cache"),
        pytest.param([None, {}], id="empty entries"),
        pytest.param([told(WEB, attached=[])], id="a cache whose groups do not change"),
        pytest.param([{"added": [], "security_groups": "whatever"}], id="a cache whose rules change"),
        pytest.param([told(WEB, kind="serverless")], id="a cache of another kind"),
    ],
)
def test_a_cache_of_which_nothing_is_planned_is_as_it_is(planned: list[Any] | None) -> None:
    now = cache("sessions", SESSIONS)
    assert read_planned_groups(planned).carried_by(now) is now
    assert NOTHING_PLANNED.carried_by(now) is now


def test_the_last_word_counts() -> None:
    planned = read_planned_groups([told(SESSIONS, COMING), told(COMING, detached=[{"id": "sg-1"}])])
    assert planned.carried_by(cache("sessions", SESSIONS)).group_ids == (COMING.group_id,)


def test_an_old_cache_tells_no_account() -> None:
    planned = read_planned_groups([told(COMING, arn=None)])
    assert [group.owner_id for group in planned.new.values()] == [""]


@pytest.mark.parametrize(
    "planned",
    [
        pytest.param([{"x": 1}], id="caches of something else"),
        pytest.param(["sessions"], id="names"),
        pytest.param([told(WEB, security_groups=[{}])], id="groups without ids"),
        pytest.param([told(WEB, security_groups=7)], id="a number of groups"),
        pytest.param([told(WEB, arn="sessions")], id="an ARN that is none"),
        pytest.param([told(WEB, arn=7)], id="a number as ARN"),
        pytest.param(7, id="a number"),
    ],
)
def test_anything_else_is_refused(planned: Any) -> None:
    with pytest.raises(InvalidGrantError, match="planned holds something else than caches; give the caches of results"):
        read_planned_groups(planned)
