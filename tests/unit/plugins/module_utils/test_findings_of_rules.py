# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._references import Reference, References
from ansible_collections.elasticache.access.plugins.module_utils._tags import Tags

from tests.unit.audits import YARDSTICK, carrier, checks, findings, survey
from tests.unit.values import BRANCHES, CARTS, JOBS, MANAGED, OFFICES, PEER_VPC, SESSIONS, cache, missing, rule

SERVERLESS = cache("carts", CARTS, kind="serverless", ports=(6379, 6380))


def test_a_plain_rule_for_a_group_with_members_is_clean() -> None:
    assert findings(survey(rule())) == []


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0"])
def test_open_to_any_address(cidr: str) -> None:
    [finding] = findings(survey(rule(cidr)))
    assert (finding.check, finding.severity, finding.rule_ids) == ("open_to_any_address", "critical", ("sgr-1",))
    assert not missing(["Rule sgr-1 for tcp/6379", cidr], finding.message)
    command = f"aws ec2 revoke-security-group-ingress --group-id {SESSIONS.group_id} --security-group-rule-ids sgr-1"
    assert finding.fix.endswith(command)


def test_open_to_any_address_through_a_prefix_list() -> None:
    assert checks(survey(rule(OFFICES.list_id), entries={OFFICES.list_id: ("10.0.0.0/24", "0.0.0.0/0")})) == [
        "open_to_any_address"
    ]


def test_half_of_all_addresses_is_wide_and_not_any() -> None:
    assert checks(survey(rule("0.0.0.0/1"))) == ["wide_cidr"]


@pytest.mark.parametrize(
    ("cidr", "found"),
    [
        ("10.0.0.0/15", ["wide_cidr"]),
        ("10.0.0.0/16", []),
        ("2001:db8::/55", ["wide_cidr"]),
        ("2001:db8::/56", []),
    ],
)
def test_wide_is_what_is_wider_than_the_threshold(cidr: str, found: list[str]) -> None:
    assert checks(survey(rule(cidr))) == found
    assert checks(survey(rule(cidr)), replace(YARDSTICK, widest_ipv4=8, widest_ipv6=32)) == []


def test_wide_within_a_prefix_list_says_which_range() -> None:
    [finding] = findings(survey(rule(BRANCHES.list_id), entries={BRANCHES.list_id: ("2001:db8::/32", "2001:db9::/64")}))
    assert not missing(["branches", "in 2001:db8::/32", "/56"], finding.message)


@pytest.mark.parametrize("ports", ["6379-6380", "6000-7000", "0-65535", "all"])
def test_a_wider_rule(ports: str) -> None:
    [finding] = findings(survey(rule(ports=ports)))
    assert (finding.check, finding.severity) == ("wider_rule", "medium")
    assert "more than port 6379" in finding.message


def test_a_range_of_just_the_ports_of_the_cache_opens_nothing_more() -> None:
    one_more = rule(ports="6378-6380", group=CARTS.group_id)
    assert checks(survey(rule(ports="6379-6380", group=CARTS.group_id), caches=[SERVERLESS])) == []
    assert checks(survey(one_more, caches=[SERVERLESS])) == ["wider_rule"]


def test_a_range_that_just_misses_the_port_is_nothing() -> None:
    assert findings(survey(rule(ports="6380-7000"))) == []


def stale() -> References:
    return References({"sgr-1": Reference(PEER_VPC, "pcx-1", "deleted")})


def test_a_stale_reference_is_that_and_not_an_empty_source_besides() -> None:
    [finding] = findings(survey(rule(), references=stale(), carriers=()))
    assert (finding.check, finding.severity) == ("stale_reference", "low")
    assert "peering pcx-1, which leads to it, is deleted" in finding.message


def test_a_reference_over_a_living_peering_is_fine() -> None:
    assert findings(survey(rule(), references=References({"sgr-1": Reference(PEER_VPC, "pcx-1", "active")}))) == []


def test_a_group_that_nobody_carries() -> None:
    [finding] = findings(survey(rule(), carriers=()))
    assert (finding.check, finding.severity) == ("empty_source", "low")
    assert "no network interface carries that group" in finding.message


def test_a_range_in_which_nobody_is_can_be_somebody_elsewhere() -> None:
    assert findings(survey(rule("192.168.0.0/24"))) == []


def test_a_list_that_holds_nothing_is_empty_and_one_that_holds_something_is_not() -> None:
    assert checks(survey(rule(OFFICES.list_id), entries={OFFICES.list_id: ()})) == ["empty_source"]
    assert checks(survey(rule(OFFICES.list_id), entries={OFFICES.list_id: ("192.168.0.0/24",)})) == []
    assert checks(survey(rule(OFFICES.list_id))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-01-31T18:00:00Z", ["expired"]),
        ("2026-01-31T18:00:01Z", []),
        ("31 January", ["expiry_unreadable"]),
    ],
)
def test_what_was_to_end(text: str, found: list[str]) -> None:
    read = survey(rule(tags=((EXPIRES_AT, text),)))
    assert checks(read) == found
    assert all(not missing([text], finding.message) and finding.severity == "high" for finding in findings(read))


def test_later_it_has_ended() -> None:
    later = replace(YARDSTICK, now=datetime(2026, 2, 1, tzinfo=UTC))
    assert checks(survey(rule(tags=((EXPIRES_AT, "2026-01-31T18:00:01Z"),))), later) == ["expired"]


@pytest.mark.parametrize(("ours", "is_swept"), [(MANAGED, True), ((), False)])
def test_the_playbook_is_the_way_out_for_rules_that_it_removes(ours: Tags, is_swept: bool) -> None:
    [finding] = findings(survey(rule(tags=((EXPIRES_AT, "2026-01-31T18:00:00Z"), *ours))))
    assert ("elasticache.access.revoke_expired" in finding.fix) is is_swept
    assert "emove the rule: aws ec2 revoke-security-group-ingress" in finding.fix


def test_a_source_that_reaches_one_port_of_two() -> None:
    [finding] = findings(survey(rule(group=CARTS.group_id), caches=[SERVERLESS]))
    assert (finding.check, finding.severity) == ("port_not_covered", "medium")
    assert not missing(["to port 6379", "port 6380"], finding.message)


@pytest.mark.parametrize(
    "others",
    [
        [rule(ports="6380", group=CARTS.group_id, rule_id="sgr-2")],
        [rule(ports="6300-6400", group=CARTS.group_id, rule_id="sgr-2")],
    ],
)
def test_a_source_that_reaches_both_in_whatever_way(others: list[object]) -> None:
    assert "port_not_covered" not in checks(survey(rule(group=CARTS.group_id), *others, caches=[SERVERLESS]))  # type: ignore[arg-type]


def test_a_range_is_covered_by_a_wider_one_and_not_by_one_within_it() -> None:
    narrow, wide = rule("10.1.0.0/16", group=CARTS.group_id), rule("10.0.0.0/8", "6380", CARTS.group_id, "sgr-2")
    [finding] = [
        each for each in findings(survey(narrow, wide, caches=[SERVERLESS])) if each.check == "port_not_covered"
    ]
    assert finding.rule_ids == ("sgr-2",)


def test_two_rules_of_one_source_on_one_port_are_one_finding() -> None:
    twice = [rule(group=CARTS.group_id), rule(ports="6000-6379", group=CARTS.group_id, rule_id="sgr-2")]
    assert checks(survey(*twice, caches=[SERVERLESS])).count("port_not_covered") == 1


def test_a_stale_reference_need_not_cover_all_ports() -> None:
    assert checks(survey(rule(group=CARTS.group_id), caches=[SERVERLESS], references=stale())) == ["stale_reference"]


def test_a_redundant_rule_names_the_other_one_and_how_to_remove_either() -> None:
    read = survey(rule("10.1.0.0/16", rule_id="sgr-1"), rule("10.0.0.0/12", rule_id="sgr-2"))
    [finding] = [each for each in findings(read) if each.check == "redundant_rule"]
    assert (finding.severity, finding.rule_ids) == ("low", ("sgr-1",))
    assert not missing(["Rule sgr-1 for tcp/6379 from 10.1.0.0/16", "rule sgr-2 for"], finding.message)
    assert not missing(["rule-ids sgr-2", "rule-ids sgr-1"], finding.fix)


def test_two_groups_with_members_do_not_make_each_other_redundant() -> None:
    read = survey(rule(), rule(JOBS.group_id, rule_id="sgr-2"), carriers=[carrier(1), carrier(2, groups=(JOBS,))])
    assert findings(read) == []


def test_a_stale_rule_makes_nothing_redundant() -> None:
    read = survey(rule(ports="all"), rule(rule_id="sgr-2"), references=stale())
    assert "redundant_rule" not in checks(read)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, ["redundant_rule"]),
        ({"security_groups": (Membership(SESSIONS.group_id, "active"), Membership(CARTS.group_id, "removing"))}, []),
        ({"member_groups": (("s-001", (SESSIONS.group_id, CARTS.group_id)), ("s-002", (SESSIONS.group_id,)))}, []),
    ],
)
def test_a_rule_of_a_group_that_does_not_guard_every_node_for_good_makes_nothing_redundant(
    facts: dict[str, Any], found: list[str]
) -> None:
    both = replace(cache("sessions", SESSIONS, CARTS), **facts)
    wider = survey(rule("10.1.0.0/16"), rule("10.0.0.0/12", group=CARTS.group_id, rule_id="sgr-2"), caches=[both])
    assert [check for check in checks(wider) if check == "redundant_rule"] == found
