# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import ipaddress
from itertools import permutations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, outlives
from ansible_collections.elasticache.access.plugins.module_utils._redundancy import redundant
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import CARTS, JOBS, SESSIONS, WEB, rule

BOTH = (SESSIONS.group_id, CARTS.group_id)


def ends(text: str) -> tuple[tuple[str, str], ...]:
    return ((EXPIRES_AT, text),)


def pairs(*rules: Rule) -> list[tuple[str, str]]:
    return sorted((one.rule_id, other.rule_id) for one, other in redundant(rules, BOTH))


@pytest.mark.parametrize(
    ("small", "large"),
    [
        (rule("10.1.0.0/16", rule_id="small"), rule("10.0.0.0/8", rule_id="large")),
        (rule("10.1.0.0/16", rule_id="small"), rule("10.1.0.0/16", "6000-7000", rule_id="large")),
        (rule("2001:db8:1::/48", rule_id="small"), rule("2001:db8::/32", "all", rule_id="large")),
        (rule(WEB.group_id, rule_id="small"), rule(WEB.group_id, "all", rule_id="large")),
        (rule(WEB.group_id, group=CARTS.group_id, rule_id="small"), rule(WEB.group_id, rule_id="large")),
        (rule("10.1.0.0/16", rule_id="small", tags=ends("2026-01-31T18:00:00Z")), rule("10.0.0.0/8", rule_id="large")),
        (
            rule("10.1.0.0/16", rule_id="small", tags=ends("2026-01-31T18:00:00Z")),
            rule("10.1.0.0/16", rule_id="large", tags=ends("2026-01-31T18:00:01Z")),
        ),
    ],
)
def test_a_rule_within_another_is_redundant_in_whatever_order_they_stand(small: Rule, large: Rule) -> None:
    for order in permutations([small, large]):
        assert pairs(*order) == [("small", "large")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule("10.1.0.0/16", rule_id="1"), rule("10.2.0.0/16", rule_id="2")),
        (rule("10.1.0.0/16", "6379", rule_id="1"), rule("10.0.0.0/8", "6380", rule_id="2")),
        (rule("10.1.0.0/16", "6379-6381", rule_id="1"), rule("10.0.0.0/8", "6380-6382", rule_id="2")),
        (rule("10.0.0.0/8", "udp/6379", rule_id="1"), rule("10.0.0.0/8", "6379", rule_id="2")),
        (rule(WEB.group_id, rule_id="1"), rule(JOBS.group_id, "all", rule_id="2")),
        (rule("0.0.0.0/0", "all", rule_id="1"), rule("2001:db8::/32", rule_id="2")),
        (rule("10.1.0.0/16", rule_id="1"), rule("10.0.0.0/8", rule_id="2", tags=ends("2026-01-31T18:00:00Z"))),
        (rule(WEB.group_id, rule_id="1"), rule(WEB.group_id, "all", rule_id="2", tags=ends("soon"))),
    ],
)
def test_near_misses_are_not(one: Rule, other: Rule) -> None:
    assert pairs(one, other) == pairs(other, one) == []


RULES = st.builds(
    lambda cidr, ports, group, ends_at: (cidr, ports, group, ends_at),
    st.builds(
        lambda number, length: str(ipaddress.ip_network((f"10.0.0.{number}", length), strict=False)),
        st.integers(0, 15),
        st.integers(27, 32),
    )
    | st.sampled_from([WEB.group_id, JOBS.group_id]),
    st.sampled_from(["6379", "6380", "6379-6380", "6000-7000", "udp/6379", "all"]),
    st.sampled_from([SESSIONS.group_id, CARTS.group_id]),
    st.sampled_from([(), ends("2026-01-31T18:00:00Z"), ends("2026-02-28T18:00:00Z")]),
)


def within(small: Rule, large: Rule) -> bool:
    """Whether all access of one rule is given by the other, tried address by address and port by port."""
    same = small.key.source == large.key.source
    if not same and "/" in small.key.source.value and "/" in large.key.source.value:
        inner, outer = (ipaddress.ip_network(each.key.source.value) for each in (small, large))
        same = set(inner) <= set(outer)
    if large.key.protocol != "-1":
        same &= small.key.protocol == large.key.protocol
        same &= set(range(small.key.from_port, small.key.to_port + 1)) <= set(
            range(large.key.from_port, large.key.to_port + 1)
        )
    return same and outlives(large, small)


@given(st.lists(RULES, max_size=7, unique=True))
def test_exactly_those_are_found_that_lie_within_another(
    drawn: list[tuple[str, str, str, tuple[tuple[str, str], ...]]],
) -> None:
    """Of equals one is left, and never do two make each other redundant in a circle."""
    rules = [
        rule(cidr, ports, group, rule_id=f"sgr-{number}", tags=tags)
        for number, (cidr, ports, group, tags) in enumerate(drawn)
    ]
    found = {one.rule_id: other for one, other in redundant(rules, BOTH)}
    for one in rules:
        wider = [other for other in rules if other is not one and within(one, other)]
        really = [other for other in wider if not within(other, one)]
        if really:
            assert one.rule_id in found
        if one.rule_id in found:
            assert found[one.rule_id] in wider
    kept = [each for each in rules if each.rule_id not in found]
    for one in rules:
        assert any(one is other or within(one, other) for other in kept)


def test_a_group_that_does_not_last_is_no_substitute() -> None:
    staying, going = rule("10.1.0.0/16", rule_id="staying"), rule("10.0.0.0/8", group=CARTS.group_id, rule_id="going")
    assert list(redundant([staying, going], [SESSIONS.group_id])) == []
    assert [one.rule_id for one, _other in redundant([staying, going], BOTH)] == ["staying"]
    assert [one.rule_id for one, _other in redundant([staying, going], [CARTS.group_id])] == ["staying"]
