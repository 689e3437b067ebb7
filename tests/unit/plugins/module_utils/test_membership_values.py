# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What elasticache_security_groups returns and says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._assignments import Assignment
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Membership
from ansible_collections.elasticache.access.plugins.module_utils._change_memberships import MembershipOutcome
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan
from ansible_collections.elasticache.access.plugins.module_utils._membership_values import (
    diff_of_memberships,
    membership_failure,
    membership_values,
    membership_warnings,
)

from tests.unit.values import CARTS, KNOWN, SESSIONS, VPC, WEB, cache, rule

NOW = cache("sessions", SESSIONS, vpc_id=VPC)
PLAN = MembershipPlan(Assignment(CacheReference("sessions", "sessions"), (), True), NOW, (SESSIONS,), (CARTS, WEB))


def outcome(then: Cache | None = None, is_changed: bool = True, error: str = "", **facts: Any) -> MembershipOutcome:
    return MembershipOutcome(PLAN, then or cache("sessions", WEB, CARTS, **facts), is_changed, error)


def test_the_diff_has_a_line_per_group() -> None:
    assert diff_of_memberships(PLAN) == {
        "before_header": "security groups of cache sessions",
        "after_header": "security groups of cache sessions",
        "before": f" {SESSIONS}\n",
        "after": f" {WEB}\n {CARTS}\n",
    }


def test_the_diff_says_what_nodes_lack_that_are_made_alike() -> None:
    groups = (("sessions-001", (SESSIONS.group_id,)), ("sessions-002", (SESSIONS.group_id, CARTS.group_id)))
    now = cache("sessions", SESSIONS, CARTS, member_groups=groups)
    alike = MembershipPlan(PLAN.assignment, now, (SESSIONS, CARTS), (SESSIONS, CARTS))
    diff = diff_of_memberships(alike)
    assert (diff["before"], diff["after"]) == (
        f" {CARTS}, not on sessions-001\n {SESSIONS}\n",
        f" {CARTS}\n {SESSIONS}\n",
    )


def test_what_was_done() -> None:
    values = membership_values(outcome(), [rule()], KNOWN)
    assert [each["rule_id"] for each in values.pop("lost_rules")] == ["sgr-1"]
    assert values == {
        "name": "sessions",
        "arn": "arn:aws:elasticache:eu-west-1:123456789012:cluster:sessions",
        "kind": "cluster",
        "status": "available",
        "vpc_id": VPC,
        "security_groups": [
            {"id": WEB.group_id, "name": "app-web", "status": "active"},
            {"id": CARTS.group_id, "name": "carts", "status": "active"},
        ],
        "differing_members": [],
        "attached": [
            {"id": CARTS.group_id, "name": "carts"},
            {"id": WEB.group_id, "name": "app-web"},
        ],
        "detached": [{"id": SESSIONS.group_id, "name": "sessions"}],
        "in_force": True,
        "error": None,
    }


def test_what_was_not_done_is_told_by_the_error_alone() -> None:
    values = membership_values(outcome(NOW, is_changed=False, error="AWS refused."), [rule()], KNOWN)
    assert (values["attached"], values["detached"], values["lost_rules"]) == ([], [], [])
    assert (values["in_force"], values["error"]) == (False, "AWS refused.")


def test_a_group_that_is_not_shown_has_no_name() -> None:
    hidden = cache("sessions", security_groups=(Membership("sg-1", "adding"),))
    hidden_members = (("sessions-001", ("sg-1",)), ("sessions-002", ()))
    values = membership_values(outcome(cache("sessions", member_groups=hidden_members)), [], KNOWN)
    assert values["differing_members"] == [
        {"name": "sessions-001", "security_groups": ["sg-1"]},
        {"name": "sessions-002", "security_groups": []},
    ]
    assert membership_values(outcome(hidden), [], KNOWN)["security_groups"] == [
        {"id": "sg-1", "name": None, "status": "adding"}
    ]


def said(done: MembershipOutcome, *lost: Any) -> list[str]:
    return list(membership_warnings([done], [lost], KNOWN))


def test_warnings() -> None:
    assert said(outcome()) == []
    assert said(outcome(), rule()) == [
        "Cache 'sessions' can no longer be reached by what these rules alone let in: rule sgr-1 for tcp/6379 from "
        f"{WEB} of {SESSIONS}. Connections that are open live on until they idle out (after up to 5 days)."
    ]
    assert said(outcome(is_changed=False), rule()) == []
    assert said(outcome(NOW)) == [
        f"The security groups of cache 'sessions' are not in force everywhere yet: it carries {SESSIONS.group_id}."
    ]
    # An error says it already.
    assert said(outcome(NOW, error="AWS refused.")) == []


def test_a_member_of_a_global_datastore_is_told_of() -> None:
    now = cache("sessions", SESSIONS, vpc_id=VPC, global_datastore="shop")
    plan = MembershipPlan(PLAN.assignment, now, (SESSIONS,), (CARTS,))
    then = cache("sessions", CARTS)
    [warning] = said(MembershipOutcome(plan, then, is_changed=True))
    assert "'sessions' is a member of Global Datastore shop," in warning
    assert said(MembershipOutcome(plan, then, is_changed=False, error="AWS refused.")) == []
    same = MembershipPlan(PLAN.assignment, now, (SESSIONS,), (SESSIONS,))
    assert said(MembershipOutcome(same, now, is_changed=False)) == []


def test_the_sentence_for_a_failure() -> None:
    failed = outcome(NOW, is_changed=False, error="AWS refused.")
    assert membership_failure([failed]) == "cache sessions: AWS refused. Nothing was changed."
    assert membership_failure([failed, outcome()]) == (
        "cache sessions: AWS refused. The security groups of sessions were changed, as caches says."
    )


def test_caches_that_fail_for_one_reason_are_told_of_at_once_and_many_reasons_are_cut_short() -> None:
    def failed(name: str, error: str) -> MembershipOutcome:
        return MembershipOutcome(replace(PLAN, cache=cache(name)), cache(name), is_changed=False, error=error)

    many = [failed(f"cache-{number}", "AWS refused.") for number in range(7)]
    assert membership_failure(many) == (
        "caches cache-0, cache-1, cache-2, cache-3, cache-4 and 2 more: AWS refused. Nothing was changed."
    )
    reasons = [failed(f"cache-{number}", f"Reason {number}.") for number in range(7)]
    said = membership_failure(reasons)
    assert said.endswith("cache cache-4: Reason 4. For 2 more reasons see error in caches. Nothing was changed.")
    done = [MembershipOutcome(replace(PLAN, cache=cache(name)), cache(name), is_changed=True) for name in "abcdefg"]
    assert membership_failure([many[0], *done]).endswith(
        "The security groups of a, b, c, d, e and 2 more were changed, as caches says."
    )
