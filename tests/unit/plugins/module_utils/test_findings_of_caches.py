# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import INTERFACES, SERVERLESS_CACHES
from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
from ansible_collections.elasticache.access.plugins.module_utils._findings import Finding, worst_first
from ansible_collections.elasticache.access.plugins.module_utils._findings_of_caches import findings_of_region
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup

from tests.unit.audits import SESSIONS_CACHE, YARDSTICK, carrier, checks, findings, survey
from tests.unit.values import CARTS, GROUPS, KNOWN, OFFICES, OWNER, SESSIONS, VPC, cache, missing, rule

DEFAULT = SecurityGroup("sg-0000000000000d001", "default", VPC, OWNER)
WIZARD = SecurityGroup("sg-0000000000000d002", "elasticache-ec2-1", VPC, OWNER)
ALMOST = SecurityGroup("sg-0000000000000d003", "my-elasticache-ec2-1", VPC, OWNER)
FOR_INSTANCES = SecurityGroup("sg-0000000000000d004", "ec2-elasticache:1", VPC, OWNER)
WITH_MORE = replace(
    KNOWN, groups={**GROUPS, **{group.group_id: group for group in (DEFAULT, WIZARD, ALMOST, FOR_INSTANCES)}}
)


def test_a_plain_cache_is_clean() -> None:
    assert findings(survey()) == []


@pytest.mark.parametrize(("connection", "found"), [("public", ["public_connection"]), ("vpc", []), (None, [])])
def test_a_public_connection(connection: str | None, found: list[str]) -> None:
    read = survey(caches=[cache("sessions", SESSIONS, kind="serverless", connection_type=connection)])
    assert checks(read) == found
    assert all(finding.severity == "critical" for finding in findings(read))


def test_a_membership_that_is_not_in_force() -> None:
    read = survey(caches=[cache(security_groups=(Membership(SESSIONS.group_id, "adding"),))])
    [finding] = findings(read)
    assert (finding.check, finding.severity, finding.group_id) == (
        "membership_not_in_force",
        "medium",
        SESSIONS.group_id,
    )
    assert not missing([f"sessions ({SESSIONS.group_id})", "adding"], finding.message)


def test_a_membership_of_a_group_that_is_not_shown() -> None:
    [finding] = findings(survey(caches=[cache(security_groups=(Membership("sg-hidden", "removing"),))]))
    assert (finding.group_id, "sg-hidden is removing" in finding.message) == ("", True)


def test_members_that_carry_different_groups() -> None:
    members = (("s-001", (SESSIONS.group_id,)), ("s-002", ()), ("s-003", ("sg-hidden",)))
    [finding] = findings(survey(caches=[cache("s", SESSIONS, member_groups=members)]))
    assert finding.check == "membership_not_in_force"
    assert not missing(
        ["s-001 carries sessions (sg-", "s-002 carries none", "s-003 carries sg-hidden"], finding.message
    )


def test_only_the_default_group() -> None:
    [finding] = findings(survey(caches=[cache("sessions", DEFAULT)], known=WITH_MORE))
    assert (finding.check, finding.severity) == ("default_group", "medium")


@pytest.mark.parametrize("other", [SESSIONS.group_id, "sg-hidden"])
def test_the_default_group_beside_another_one_is_fine(other: str) -> None:
    memberships = (Membership(DEFAULT.group_id, "active"), Membership(other, "active"))
    assert findings(survey(caches=[cache(security_groups=memberships)], known=WITH_MORE)) == []


def test_a_group_that_guards_something_else_names_it() -> None:
    others = [carrier(number, groups=(SESSIONS,)) for number in range(7)]
    [finding] = findings(survey(carriers=others))
    assert (finding.check, finding.severity) == ("guards_others", "medium")
    assert not missing(["eni-0 (instance i-0)", "eni-4", "and 2 more"], finding.message)


def test_a_group_that_guards_caches_alone() -> None:
    node = carrier(1, groups=(SESSIONS,), is_elasticache=True, instance_id="")
    endpoint = carrier(2, groups=(SESSIONS,), is_vpc_endpoint=True, subnet_id="subnet-2", instance_id="")
    caches = [SESSIONS_CACHE, cache("carts", SESSIONS, kind="serverless", subnet_ids=("subnet-2",))]
    assert set(checks(survey(carriers=[node, endpoint], caches=caches))) == {"shared_by_caches"}
    assert checks(survey(carriers=[node, endpoint])) == ["guards_others"]
    # An endpoint can be that of a serverless cache which may not be listed.
    hidden = frozenset([SERVERLESS_CACHES])
    assert checks(survey(carriers=[node, endpoint], denied=hidden)) == []
    assert checks(survey(carriers=[carrier(3, groups=(SESSIONS,))], denied=hidden)) == ["guards_others"]


def test_several_caches_share_a_group_and_each_is_told_of_the_others() -> None:
    caches = [cache("one", SESSIONS), cache("two", SESSIONS), cache("three", CARTS)]
    found = findings(survey(caches=caches))
    assert [(each.check, each.severity, each.cache) for each in found] == [
        ("shared_by_caches", "low", "one"),
        ("shared_by_caches", "low", "two"),
    ]
    assert "also that of cache two:" in found[0].message


def test_a_cache_of_another_kind_with_the_same_name_is_another_cache() -> None:
    caches = [cache("one", SESSIONS), cache("one", SESSIONS, kind="serverless")]
    assert checks(survey(caches=caches)) == ["shared_by_caches"] * 2


def test_groups_of_the_connect_wizard_on_a_cache() -> None:
    assert checks(survey(caches=[cache("sessions", WIZARD)], known=WITH_MORE)) == ["connect_wizard"]
    assert checks(survey(caches=[cache("sessions", ALMOST)], known=WITH_MORE)) == []


def test_groups_of_the_connect_wizard_that_nothing_carries() -> None:
    nothing = survey(known=WITH_MORE, of_wizard=[FOR_INSTANCES, WIZARD, ALMOST])
    assert [(each.check, each.group_id, each.cache) for each in findings_of_region(nothing)] == [
        ("connect_wizard", WIZARD.group_id, ""),
        ("connect_wizard", FOR_INSTANCES.group_id, ""),
    ]
    carried = survey(
        caches=[cache("sessions", WIZARD)],
        carriers=[carrier(1, groups=(FOR_INSTANCES,))],
        of_wizard=[FOR_INSTANCES, WIZARD],
        known=WITH_MORE,
    )
    assert findings_of_region(carried) == ()
    assert findings_of_region(replace(nothing, denied=frozenset([INTERFACES]))) == ()
    assert findings_of_region(survey(known=WITH_MORE)) == ()


@pytest.mark.parametrize(("rules", "found"), [(47, []), (48, ["quota_nearly_used"]), (60, ["quota_nearly_used"])])
def test_a_group_that_is_nearly_full(rules: int, found: list[str]) -> None:
    many = [rule(f"10.{number}.0.0/16", "22", rule_id=f"sgr-{number}") for number in range(rules)]
    read = survey(*many)
    assert checks(read) == found
    assert checks(read, replace(YARDSTICK, limit=100)) == []


def test_either_family_can_fill_a_group_up_and_a_list_counts_for_all_it_may_hold() -> None:
    ipv6 = [rule(f"2001:db8:{number:x}::/48", "22", rule_id=f"sgr-{number}") for number in range(8)]
    assert checks(survey(*ipv6), replace(YARDSTICK, limit=10)) == ["quota_nearly_used"]
    [finding] = findings(survey(rule(OFFICES.list_id, "22")), replace(YARDSTICK, limit=12))
    assert not missing(["10 for IPv4", "of 12"], finding.message)


def test_the_worst_comes_first_and_the_order_does_not_depend_on_where_they_came_from() -> None:
    some = [
        Finding(check, severity, "sessions", "", "", group, (rule_id,))
        for check, severity, group, rule_id in (
            ("b", "low", "", ""),
            ("a", "low", "", ""),
            ("z", "critical", "", ""),
            ("c", "medium", "sg-2", ""),
            ("c", "medium", "sg-1", "sgr-2"),
            ("c", "medium", "sg-1", "sgr-1"),
            ("d", "high", "", ""),
        )
    ]
    ordered = worst_first(some)
    assert "".join(each.check for each in ordered) == "zdcccab"
    assert [each.rule_ids for each in ordered[2:5]] == [("sgr-1",), ("sgr-2",), ("",)]
    assert worst_first(reversed(some)) == ordered
