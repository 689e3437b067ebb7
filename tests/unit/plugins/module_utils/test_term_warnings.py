# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._term_warnings import term_warnings
from ansible_collections.elasticache.access.plugins.module_utils._terms import FOR_GOOD, Term
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Wish

from tests.unit.values import KNOWN, MANAGED, NOW, WEB, group_plan, outbound, rule

ENDING = Term(NOW)
THEIRS = rule()
PAST = rule(tags=((EXPIRES_AT, "2026-01-31T18:00:00Z"), *MANAGED))
AHEAD = rule(tags=((EXPIRES_AT, "2026-01-31T18:00:01Z"), *MANAGED))
WHERE = f"rule sgr-1 for tcp/6379 from app-web ({WEB.group_id})"
NOT_OURS = (
    f"The access does not end at 2026-01-31T18:00:00Z: {WHERE} gives it, which this collection did not make and leaves "
    "as it is."
)
OVERDUE = (
    f"The access was to end at 2026-01-31T18:00:00Z, and {WHERE} still gives it: set renew to true to grant it anew; "
    "otherwise elasticache_expired_access will remove it."
)


def said(standing: Rule, term: Term, is_egress: bool = False, is_updated: bool = False) -> list[str]:
    plan = group_plan(wishes=(Wish(standing.key, True, term=term),), is_egress=is_egress)
    updated, unchanged = ((standing,), ()) if is_updated else ((), (standing,))
    return list(term_warnings([Outcome(plan, (), updated, (), unchanged)], KNOWN, NOW))


@pytest.mark.parametrize(
    ("standing", "warning"),
    [
        pytest.param(THEIRS, NOT_OURS, id="a rule that is not ours"),
        pytest.param(PAST, OVERDUE, id="a rule whose time is over"),
    ],
)
@pytest.mark.parametrize("is_updated", [True, False])
def test_what_does_not_end_as_one_would_think(standing: Rule, warning: str, is_updated: bool) -> None:
    assert said(standing, ENDING, is_updated=is_updated) == [warning]


def test_of_what_ends_and_of_what_is_for_good_nothing_is_said() -> None:
    assert said(AHEAD, ENDING) == []
    assert said(THEIRS, FOR_GOOD) == []
    assert said(rule(tags=MANAGED), ENDING) == []


def test_the_outbound_side_has_no_warning_of_its_own() -> None:
    assert said(outbound(), ENDING, is_egress=True) == []
