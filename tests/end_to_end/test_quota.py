# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether the rules fit into the group is computed before anything is sent, as EC2 counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.networks import make_prefix_list
from tests.end_to_end.rules import every_rule

WAYS_OUT = (
    "Name one security group in place of many addresses, give a prefix list a smaller maximum size, attach a second "
    "group to the cache, or have the quota L-0EA8095F raised and set rules_per_security_group to it."
)


def ranges(count: int, pattern: str = "10.{}.0.0/16") -> list[dict[str, str]]:
    """Return so many address ranges as sources."""
    return [{"cidr": pattern.format(number)} for number in range(count)]


def quota(result: dict[str, Any]) -> dict[str, int]:
    """Return how full the one group of the one cache is."""
    [cache] = result["caches"]
    [group] = cache["security_groups"]
    assert isinstance(group["quota"], dict)
    return group["quota"]


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
def test_families_are_counted_apart_and_prefix_lists_by_what_they_may_hold(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call], check: bool
) -> None:
    """60 IPv4 ranges and 60 IPv6 ranges fit into one group; a group reference takes its place in both."""
    name = f"fragments-cache ({estate.groups['fragments-cache']})"
    office = f"office ({make_prefix_list(ec2, 'office', entries=58)})"
    four, six = ranges(59), ranges(60, "2001:db8:{}::/48")
    web, lists = {"security_group": "app-web"}, [{"prefix_list": "office"}, {"cidr": "10.0.0.0/16"}]
    results = ansible.access(
        {"cache": "fragments", "sources": [*four, *six]},
        {"cache": "fragments", "sources": [web]},
        {"cache": "fragments", "sources": ranges(60)},
        {"cache": "fragments", "sources": ranges(61)},
        {"cache": "sessions", "sources": [*lists, {"cidr": "10.1.0.0/16"}]},
        {"cache": "sessions", "sources": lists},
        {"cache": "sessions", "sources": [{"prefix_list": "com.amazonaws.global.cloudfront.origin-facing"}]},
        {"cache": "carts", "sources": ranges(2), "rules_per_security_group": 3},
    )
    both, reference, sixty, sixty_one, lists_over, lists_fit, heavy, two_ports = results
    assert quota(both) == {"ipv4_used": 59, "ipv6_used": 60, "limit": 60}
    assert reference["msg"] == (
        f"security group {name} of cache fragments would get 61 inbound rules for IPv6, with a limit of 60 (used: 59 "
        f"for IPv4, 60 for IPv6; to add: 1 for IPv4, 1 for IPv6). Each of them counts for one. {WAYS_OUT}"
    )
    assert quota(sixty) == {"ipv4_used": 60, "ipv6_used": 60, "limit": 60}
    assert "would get 61 inbound rules for IPv4, with a limit of 60 (used: 60 for IPv4, 60 for IPv6" in sixty_one["msg"]
    assert "(used: 1 for IPv4, 1 for IPv6; to add: 60 for IPv4, 58 for IPv6)" in lists_over["msg"]
    assert f"Heaviest: {office} counts for 58. {WAYS_OUT}" in lists_over["msg"]
    assert quota(lists_fit) == {"ipv4_used": 60, "ipv6_used": 59, "limit": 60}
    assert "would get 115 inbound rules for IPv4, with a limit of 60 (used: 60" in heavy["msg"]
    assert f"Heaviest: {office} counts for 58, com.amazonaws.global.cloudfront.origin-facing (" in heavy["msg"]
    assert "carts-cache" in two_ports["msg"]
    assert "would get 4 inbound rules for IPv4, with a limit of 3 (used: 0 for IPv4, 0 for IPv6" in two_ports["msg"]

    before = every_rule(ec2)
    calls.clear()
    [refused] = ansible.access({"cache": "fragments", "sources": ranges(61)}, check=check)
    assert refused["msg"] == sixty_one["msg"]
    assert "AuthorizeSecurityGroupIngress" not in {call.action for call in calls}
    assert every_rule(ec2) == before


def test_rules_to_be_removed_still_take_their_place_and_that_is_said(
    ansible: Ansible, ec2: Any, estate: Estate
) -> None:
    """A full group can give rules up, and then take others."""
    ansible.access({"cache": "fragments", "sources": ranges(60)})
    swap = {"cache": "fragments", "purge": "managed", "sources": [*ranges(59), {"cidr": "10.99.0.0/16"}]}
    full, fewer, swapped = ansible.access(swap, {**swap, "sources": ranges(59)}, swap)
    assert " Rules are added before others are removed: remove some in a run of their own." in full["msg"]
    assert quota(fewer) == {"ipv4_used": 59, "ipv6_used": 0, "limit": 60}
    assert quota(swapped) == {"ipv4_used": 60, "ipv6_used": 0, "limit": 60}
    assert estate.groups["fragments-cache"] in {rule["GroupId"] for rule in every_rule(ec2).values()}


def test_the_limit_is_that_of_the_account(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """What is set too high, EC2 refuses, and nothing is lost; what no account has is refused at once."""
    too_high, none, absurd = ansible.access(
        {"cache": "fragments", "sources": ranges(61), "rules_per_security_group": 100},
        {"cache": "fragments", "sources": [], "rules_per_security_group": 0},
        {"cache": "fragments", "sources": [], "rules_per_security_group": 1001},
    )
    group = f"fragments-cache ({estate.groups['fragments-cache']})"
    assert too_high["msg"] == (
        f"{group}: AWS refused ec2:AuthorizeSecurityGroupIngress (RulesPerSecurityGroupLimitExceeded): The maximum "
        f"number of rules per security group has been reached. {group} has no room for 61 more: this account's quota "
        "is lower than rules_per_security_group says, or others added rules meanwhile. Set the option to the account's "
        "quota, and run again in check mode to see what is used. Nothing was changed."
    )
    for result, value in ((none, 0), (absurd, 1001)):
        assert result["msg"] == (
            f"rules_per_security_group is {value}; the quota L-0EA8095F of an account is a number from 1 to 1000."
        )
    assert not [rule for rule in every_rule(ec2).values() if rule["GroupId"] in group and not rule["IsEgress"]]
