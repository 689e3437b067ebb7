# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._quota import (
    Usage,
    check_limit,
    check_quota,
    usage_of,
    ways_out,
    weigh,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

from tests.unit.values import (
    BRANCHES,
    CLOUDFRONT,
    JOBS,
    OFFICES,
    PREFIX_LISTS,
    SESSIONS,
    WEB,
    group_plan,
    missing,
    rule,
)


@pytest.mark.parametrize(
    ("weighed", "usage"),
    [
        pytest.param(rule("10.0.0.0/8"), Usage(1, 0), id="an IPv4 range counts for IPv4"),
        pytest.param(rule("2001:db8::/56"), Usage(0, 1), id="an IPv6 range counts for IPv6"),
        pytest.param(rule(WEB.group_id), Usage(1, 1), id="a group counts for both"),
        pytest.param(rule(OFFICES.list_id), Usage(10, 10), id="a prefix list counts for both with all it may hold"),
        pytest.param(rule(BRANCHES.list_id), Usage(2, 2), id="a list of IPv6 ranges counts for both as well"),
        pytest.param(rule(CLOUDFRONT.list_id), Usage(55, 55), id="one of AWS's own counts for what AWS says"),
        pytest.param(rule("pl-1"), Usage(1, 1), id="a prefix list that is not there counts for one"),
        pytest.param(rule("10.0.0.0/8", "all"), Usage(1, 0), id="a rule for all traffic is one rule"),
        pytest.param(rule("10.0.0.0/8", "0-65535"), Usage(1, 0), id="a rule for every port is one rule"),
    ],
)
def test_what_a_rule_counts_for(weighed: Rule, usage: Usage) -> None:
    assert weigh(weighed, PREFIX_LISTS) == usage


def test_usage_is_the_sum_and_is_said_per_family() -> None:
    rules = [rule("10.0.0.0/8"), rule(OFFICES.list_id), rule("::/0"), rule("10.0.0.0/8", "22")]
    assert usage_of(rules, PREFIX_LISTS) == Usage(12, 11)
    assert str(usage_of(rules, PREFIX_LISTS)) == "12 for IPv4, 11 for IPv6"
    assert usage_of([], PREFIX_LISTS) == Usage(0, 0)


@pytest.mark.parametrize("limit", [1, 60, 1000])
def test_a_quota_that_an_account_can_have(limit: int) -> None:
    assert check_limit(limit) == limit


@pytest.mark.parametrize("limit", [-1, 0, 1001])
def test_a_quota_that_no_account_has(limit: int) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check_limit(limit)
    assert str(caught.value) == (
        f"rules_per_security_group is {limit}; the quota L-0EA8095F of an account is a number from 1 to 1000."
    )


def ipv4(count: int, start: int = 0) -> tuple[Rule, ...]:
    return tuple(rule(f"10.{number}.0.0/16") for number in range(start, start + count))


def ipv6(count: int) -> tuple[Rule, ...]:
    return tuple(rule(f"2001:db8:{number:x}::/48") for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("existing", "adds"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param(ipv4(3), ipv4(1, 9), id="one under the limit"),
        pytest.param(ipv4(4), ipv4(1, 9), id="at the limit"),
        pytest.param(ipv4(5), (), id="full, and nothing comes"),
        pytest.param(ipv4(8), (), id="too full, and nothing comes"),
        pytest.param(ipv4(5), ipv6(5), id="full of IPv4, and IPv6 comes"),
        pytest.param((*ipv4(8), *ipv6(4)), ipv6(1), id="too full of IPv4, and IPv6 comes"),
        pytest.param(ipv4(3), (rule(BRANCHES.list_id),), id="a list of two for which there is room"),
        pytest.param((rule(), *ipv4(2), *ipv6(2)), (rule(JOBS.group_id),), id="groups, in both families"),
    ],
)
def test_rules_that_fit_into_a_group_of_five(existing: tuple[Rule, ...], adds: tuple[Rule, ...]) -> None:
    check_quota(group_plan(adds=adds, unchanged=existing), existing, PREFIX_LISTS, 5)


@pytest.mark.parametrize(
    ("existing", "adds", "removes", "words"),
    [
        pytest.param(
            ipv4(5),
            ipv4(1, 9),
            (),
            [
                "would get 6 inbound rules for IPv4, with a limit of 5",
                "used: 5 for IPv4, 0 for IPv6; to add: 1 for IPv4",
            ],
            id="one over the limit",
        ),
        pytest.param((), ipv6(6), (), ["would get 6 inbound rules for IPv6"], id="IPv6 alone"),
        pytest.param(
            ipv6(5),
            (rule(),),
            (),
            ["would get 6 inbound rules for IPv6", "to add: 1 for IPv4, 1"],
            id="a group, for IPv6",
        ),
        pytest.param(ipv4(8), (rule(),), (), ["would get 9 inbound rules for IPv4"], id="too full already"),
        pytest.param(
            ipv4(4),
            (rule(BRANCHES.list_id),),
            (),
            ["would get 6 inbound rules for IPv4", f"Heaviest: {BRANCHES} counts for 2."],
            id="a prefix list for which there is room by half",
        ),
        pytest.param(
            (),
            (rule(CLOUDFRONT.list_id),),
            (),
            ["would get 55 inbound rules", f"{CLOUDFRONT} counts for 55"],
            id="one of AWS's own lists",
        ),
        pytest.param(
            ipv4(5),
            ipv4(1, 9),
            ipv4(5),
            ["would get 6 inbound rules for IPv4", "Rules are added before others are removed"],
            id="what goes counts until it is gone",
        ),
    ],
)
def test_rules_that_do_not_fit_into_a_group_of_five(
    existing: tuple[Rule, ...], adds: tuple[Rule, ...], removes: tuple[Rule, ...], words: list[str]
) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check_quota(group_plan(adds=adds, removes=removes, caches=("sessions", "tokens")), existing, PREFIX_LISTS, 5)
    said = [f"security group {SESSIONS} of cache sessions, tokens", "L-0EA8095F", "rules_per_security_group"]
    assert missing([*said, *words], caught.value) == []


@pytest.mark.parametrize(
    ("rules", "is_removing", "beginning"),
    [
        pytest.param([], False, "Each of them counts for one. Name one", id="nothing heavy"),
        pytest.param([rule(), rule("pl-1")], False, "Each of them counts for one. Name one", id="a list of one"),
        pytest.param(
            [rule(BRANCHES.list_id), rule(), rule(CLOUDFRONT.list_id), rule(OFFICES.list_id)],
            False,
            f"Heaviest: {CLOUDFRONT} counts for 55, {OFFICES} counts for 10, {BRANCHES} counts for 2. Name one",
            id="the heaviest first",
        ),
        pytest.param(
            [rule(CLOUDFRONT.list_id, str(port)) for port in range(1, 5)],
            False,
            f"Heaviest: {', '.join([f'{CLOUDFRONT} counts for 55'] * 3)}. Name one",
            id="three at most",
        ),
        pytest.param(
            [rule()],
            True,
            "Each of them counts for one. Rules are added before others are removed: remove some in a run",
            id="what is to go has not gone",
        ),
    ],
)
def test_ways_out_of_a_full_group(rules: list[Rule], is_removing: bool, beginning: str) -> None:
    assert ways_out(rules, PREFIX_LISTS, is_removing).startswith(beginning)
