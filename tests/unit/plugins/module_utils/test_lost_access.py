# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which rules are of no use any more once groups are detached."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._assignments import Assignment
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
from ansible_collections.elasticache.access.plugins.module_utils._lost_access import check_lost_access, lost_rules
from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import CARTS, JOBS, MANAGED, SESSIONS, VPC, WEB, cache, missing, rule

STAYS, GOES = CARTS.group_id, SESSIONS.group_id


def detaching(ports: tuple[int, ...] = (6379,), allow_lost_access: bool = False) -> MembershipPlan:
    """One of two groups of a cache goes."""
    wanted = Assignment(CacheReference("sessions", "sessions"), (), False, allow_lost_access=allow_lost_access)
    return MembershipPlan(
        wanted, cache("sessions", SESSIONS, CARTS, vpc_id=VPC, ports=ports), (SESSIONS, CARTS), (CARTS,)
    )


def lost(plan: MembershipPlan, *rules: Rule) -> list[Rule]:
    existing: dict[str, list[Rule]] = {}
    for each in rules:
        existing.setdefault(each.key.group_id, []).append(each)
    return list(lost_rules(plan, existing))


@pytest.mark.parametrize(
    ("staying", "is_lost"),
    [
        pytest.param([], True, id="nothing else"),
        pytest.param([rule(group=STAYS)], False, id="the same on a group that stays"),
        pytest.param([rule(ports="6000-7000", group=STAYS)], False, id="the same source on more ports"),
        pytest.param([rule(ports="all", group=STAYS)], False, id="the same source on all"),
        pytest.param([rule(ports="6380", group=STAYS)], True, id="the same source on another port"),
        pytest.param([rule(JOBS.group_id, group=STAYS)], True, id="another source"),
    ],
)
def test_a_rule_is_lost_where_nothing_that_stays_admits_its_source(staying: list[Rule], is_lost: bool) -> None:
    going = rule(group=GOES)
    assert lost(detaching(), going, *staying) == ([going] if is_lost else [])


def test_a_range_lies_within_a_wider_one() -> None:
    going = rule("10.1.0.0/16", group=GOES)
    assert lost(detaching(), going, rule("10.0.0.0/8", group=STAYS)) == []
    assert lost(detaching(), going, rule("10.1.0.0/24", group=STAYS)) == [going]


def test_every_port_counts() -> None:
    going = rule(ports="6000-7000", group=GOES)
    half = rule(ports="6379", group=STAYS)
    assert lost(detaching((6379, 6380)), going, half) == [going]
    assert lost(detaching((6379, 6380)), going, half, rule(ports="6380", group=STAYS)) == []


def test_rules_for_other_ports_are_nobodys_business() -> None:
    assert lost(detaching(), rule(ports="443", group=GOES)) == []


def test_of_a_cache_that_tells_no_ports_every_rule_counts() -> None:
    going = [rule(ports="443", group=GOES), rule(ports="all", group=GOES)]
    assert lost(detaching(()), *going, rule(ports="80", group=STAYS)) == going
    assert lost(detaching(()), going[0], rule(ports="443", group=STAYS)) == []


def test_our_own_rules_are_not_lost_without_leave() -> None:
    ours, theirs = rule(rule_id="sgr-7", group=GOES, tags=MANAGED), rule(JOBS.group_id, group=GOES)
    check_lost_access(detaching(), [theirs])
    check_lost_access(detaching(), [])
    check_lost_access(detaching(allow_lost_access=True), [ours])
    with pytest.raises(InvalidGrantError) as refused:
        check_lost_access(detaching(), [theirs, ours])
    assert not missing(["'sessions'", str(SESSIONS), "sgr-7", WEB.group_id, "allow_lost_access"], refused.value)
    assert JOBS.group_id not in str(refused.value)


def test_a_rule_that_an_earlier_task_would_make_is_told_of_as_that() -> None:
    with pytest.raises(InvalidGrantError, match=rf"\(one that is planned for {WEB.group_id}\)"):
        check_lost_access(detaching(), [rule(rule_id="", group=GOES, tags=MANAGED)])


PORTS = (6379, 6380)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([STAYS, GOES]),
            st.sampled_from([WEB.group_id, JOBS.group_id, "10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24"]),
            st.sampled_from(["6379", "6380", "6000-7000", "443", "all"]),
        ),
        max_size=8,
        unique=True,
    )
)
def test_a_client_that_gets_in_no_longer_came_by_a_lost_rule(drawn: list[tuple[str, str, str]]) -> None:
    """Looked at from the clients' side: members of groups, and addresses."""
    rules = [
        replace(rule(admitted, over, group), rule_id=f"sgr-{n}") for n, (group, admitted, over) in enumerate(drawn)
    ]
    found = lost(detaching(PORTS), *rules)
    clients: dict[str, set[str]] = {
        WEB.group_id: {WEB.group_id},
        JOBS.group_id: {JOBS.group_id},
        "10.1.0.7": {"10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24"},
        "10.1.9.7": {"10.0.0.0/8", "10.1.0.0/16"},
        "10.9.9.7": {"10.0.0.0/8"},
    }
    for sources in clients.values():
        for port in PORTS:
            by = [each for each in rules if each.key.source.value in sources and each.covers(port)]
            gets_in_after = any(each.key.group_id == STAYS for each in by)
            if by and not gets_in_after:
                assert set(found) & set(by)
    for each in found:
        assert each.key.group_id == GOES and each.covers_any(PORTS)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([STAYS, GOES]),
            st.sampled_from([WEB.group_id, "10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "2001:db8::/32", "::/0", "pl-1"]),
            st.sampled_from(["6379", "6380", "6000-7000", "443", "udp/6379", "all"]),
        ),
        max_size=8,
        unique=True,
    ),
    st.sets(st.sampled_from(PORTS), min_size=1),
)
def test_a_source_is_shut_out_of_a_port_exactly_where_a_lost_rule_says_so(
    drawn: list[tuple[str, str, str]], ports: set[int]
) -> None:
    """Looked at from the sources' side: no single rule admits all of it to the port any more."""
    rules = [
        replace(rule(admitted, over, group), rule_id=f"sgr-{n}") for n, (group, admitted, over) in enumerate(drawn)
    ]
    found = lost(detaching(tuple(sorted(ports))), *rules)

    def within(inner: str, outer: str) -> bool:
        if "/" not in inner or "/" not in outer:
            return inner == outer
        one, other = ipaddress.ip_network(inner), ipaddress.ip_network(outer)
        return one.version == other.version and other.supernet_of(one)  # type: ignore[arg-type]

    def admitted_by(asked: str, port: int, among: list[Rule]) -> bool:
        return any(within(asked, each.key.source.value) and each.covers(port) for each in among)

    staying = [each for each in rules if each.key.group_id == STAYS]
    shut_out = {
        (each.key.source.value, port)
        for each in rules
        for port in ports
        if admitted_by(each.key.source.value, port, rules) and not admitted_by(each.key.source.value, port, staying)
    }
    for asked, port in shut_out:
        assert admitted_by(asked, port, found)
    for each in found:
        assert any((each.key.source.value, port) in shut_out and each.covers(port) for port in ports)
