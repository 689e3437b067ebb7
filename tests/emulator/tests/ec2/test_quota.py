# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""60 rules per group and direction, for each address family."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import ingress, permission, refused


def _v4(count: int) -> list[str]:
    return [f"10.{number}.0.0/16" for number in range(count)]


def _v6(count: int) -> list[str]:
    return [f"2001:db8:{number:x}::/48" for number in range(count)]


def _prefix_list(ec2: Any, most: int) -> str:
    made = ec2.create_managed_prefix_list(PrefixListName=f"of-{most}", MaxEntries=most, AddressFamily="IPv4")
    return str(made["PrefixList"]["PrefixListId"])


def _add(ec2: Any, group_id: str, *cidrs: str, **others: Any) -> None:
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission(*cidrs, **others)])


def test_families_are_counted_apart(ec2: Any, cache: str) -> None:
    _add(ec2, cache, *_v4(60), *_v6(60))
    assert len(ingress(ec2, cache)) == 120
    for one_more in ("192.168.0.0/16", "2001:db9::/48"):
        with refused("RulesPerSecurityGroupLimitExceeded") as refusal:
            _add(ec2, cache, one_more)
        assert refusal.message == "The maximum number of rules per security group has been reached."


def test_directions_are_counted_apart(ec2: Any, cache: str) -> None:
    _add(ec2, cache, *_v4(60))
    ec2.authorize_security_group_egress(GroupId=cache, IpPermissions=[permission(*_v4(59))])
    with refused("RulesPerSecurityGroupLimitExceeded"):  # there is a first egress rule already
        ec2.authorize_security_group_egress(GroupId=cache, IpPermissions=[permission("192.168.0.0/16")])


@pytest.mark.parametrize("family", [_v4, _v6])
def test_a_group_counts_in_both_families(ec2: Any, cache: str, app: str, family: Any) -> None:
    _add(ec2, cache, *family(60))
    with refused("RulesPerSecurityGroupLimitExceeded"):
        _add(ec2, cache, groups=(app,))


def test_a_prefix_list_weighs_what_it_may_hold(ec2: Any, cache: str) -> None:
    _add(ec2, cache, lists=(_prefix_list(ec2, 50),))
    _add(ec2, cache, *_v4(10))
    with refused("RulesPerSecurityGroupLimitExceeded"):
        _add(ec2, cache, "192.168.0.0/16")
    with refused("RulesPerSecurityGroupLimitExceeded"):
        _add(ec2, cache, *_v6(11))


def test_too_many_at_once_adds_none(ec2: Any, cache: str) -> None:
    with refused("RulesPerSecurityGroupLimitExceeded"):
        _add(ec2, cache, *_v4(61))
    assert ingress(ec2, cache) == []


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("com.amazonaws.eu-west-1.s3", 1),
        ("com.amazonaws.eu-west-1.dynamodb", 1),
        ("com.amazonaws.global.cloudfront.origin-facing", 55),
        ("com.amazonaws.global.ipv6.cloudfront.origin-facing", 55),
        ("com.amazonaws.eu-west-1.route53-healthchecks", 25),
        ("com.amazonaws.eu-west-1.ipv6.route53-healthchecks", 25),
        ("com.amazonaws.global.groundstation", 5),
        ("com.amazonaws.eu-west-1.vpc-lattice", 10),
        ("com.amazonaws.eu-west-1.ipv6.vpc-lattice", 10),
        ("com.amazonaws.eu-west-1.s3express", 6),
        ("com.amazonaws.eu-west-1.ec2-instance-connect", 2),
        ("com.amazonaws.eu-west-1.ipv6.ec2-instance-connect", 2),
    ],
)
def test_what_aws_s_own_lists_weigh(ec2: Any, cache: str, name: str, weight: int) -> None:
    wanted = [{"Name": "prefix-list-name", "Values": [name]}]
    (own,) = ec2.describe_managed_prefix_lists(Filters=wanted)["PrefixLists"]
    _add(ec2, cache, lists=(own["PrefixListId"],))
    _add(ec2, cache, *_v4(60 - weight), *_v6(60 - weight))
    for one_more in ("192.168.0.0/16", "2001:db9::/48"):
        with refused("RulesPerSecurityGroupLimitExceeded"):
            _add(ec2, cache, one_more)


def test_a_list_can_be_made_smaller_and_not_too_large(ec2: Any, cache: str) -> None:
    offices = _prefix_list(ec2, 50)
    _add(ec2, cache, *_v4(10), lists=(offices,))

    def resize(size: int) -> tuple[str, int]:
        ec2.modify_managed_prefix_list(PrefixListId=offices, MaxEntries=size)
        (shown,) = ec2.describe_managed_prefix_lists(PrefixListIds=[offices])["PrefixLists"]
        return shown["State"], shown["MaxEntries"]

    assert resize(51) == ("modify-failed", 50)
    assert resize(49) == ("modify-complete", 49)
    _add(ec2, cache, "192.168.0.0/16")


def test_an_edited_rule_must_not_weigh_too_much(ec2: Any, cache: str) -> None:
    _add(ec2, cache, *_v4(50), lists=(_prefix_list(ec2, 10),))
    (rule,) = [rule for rule in ingress(ec2, cache) if "PrefixListId" in rule]
    heavier = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, "PrefixListId": _prefix_list(ec2, 11)}
    wanted = [{"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": heavier}]
    with refused("RulesPerSecurityGroupLimitExceeded"):
        ec2.modify_security_group_rules(GroupId=cache, SecurityGroupRules=wanted)
    assert rule in ingress(ec2, cache)
