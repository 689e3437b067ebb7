# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Editing rules in place: descriptions, and ModifySecurityGroupRules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import MakeGroup, ingress, permission, refused, sources


def _texts(ec2: Any, group_id: str) -> dict[str, str | None]:
    return {
        rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule["ReferencedGroupInfo"]["GroupId"]: rule.get("Description")
        for rule in ingress(ec2, group_id)
    }


@pytest.fixture
def rules(ec2: Any, cache: str, app: str) -> dict[str, str]:
    """Rule ids by source: an IPv4 range, an IPv6 range, and a group."""
    answer = ec2.authorize_security_group_ingress(
        GroupId=cache, IpPermissions=[permission("10.1.0.0/16", "2001:db8::/64", groups=(app,), text="Old")]
    )
    return dict(
        zip(("v4", "v6", "app"), (rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"]), strict=True)
    )


def test_descriptions_by_rule_id(ec2: Any, cache: str, app: str, rules: dict[str, str]) -> None:
    answer = ec2.update_security_group_rule_descriptions_ingress(
        GroupId=cache,
        SecurityGroupRuleDescriptions=[
            {"SecurityGroupRuleId": rules["v4"], "Description": "New"},
            {"SecurityGroupRuleId": rules["app"]},
        ],
    )
    assert answer["Return"] is True
    assert _texts(ec2, cache) == {"10.1.0.0/16": "New", "2001:db8::/64": "Old", app: None}
    assert {rule["SecurityGroupRuleId"] for rule in ingress(ec2, cache)} == set(rules.values())


@pytest.mark.usefixtures("rules")
def test_descriptions_by_properties(ec2: Any, cache: str, app: str) -> None:
    wanted = permission("10.1.0.7/16", groups=(app,), text="New")
    assert ec2.update_security_group_rule_descriptions_ingress(GroupId=cache, IpPermissions=[wanted])["Return"] is True
    ec2.update_security_group_rule_descriptions_ingress(GroupId=cache, IpPermissions=[permission("2001:db8::/64")])
    assert _texts(ec2, cache) == {"10.1.0.0/16": "New", "2001:db8::/64": None, app: "New"}


@pytest.mark.usefixtures("rules")
def test_a_description_of_what_describe_gave(ec2: Any, cache: str, app: str) -> None:
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    (item,) = group["IpPermissions"]
    item["UserIdGroupPairs"][0]["Description"] = "New"
    ec2.update_security_group_rule_descriptions_ingress(GroupId=cache, IpPermissions=[item])
    assert _texts(ec2, cache)[app] == "New"


def test_egress_descriptions(ec2: Any, cache: str) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "Out"}]}
    answer = ec2.update_security_group_rule_descriptions_egress(GroupId=cache, IpPermissions=[everything])
    assert answer["Return"] is True
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    assert group["IpPermissionsEgress"][0]["IpRanges"][0]["Description"] == "Out"


def test_descriptions_that_are_refused(ec2: Any, cache: str, rules: dict[str, str]) -> None:
    update = ec2.update_security_group_rule_descriptions_ingress
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        update(
            GroupId=cache,
            SecurityGroupRuleDescriptions=[
                {"SecurityGroupRuleId": rules["v4"], "Description": "New"},
                {"SecurityGroupRuleId": "sgr-0123456789abcdef0", "Description": "New"},
            ],
        )
    with refused("InvalidPermission.NotFound"):
        update(GroupId=cache, IpPermissions=[permission("10.9.0.0/16", text="New")])
    with refused("InvalidParameterValue"):
        update(
            GroupId=cache,
            SecurityGroupRuleDescriptions=[{"SecurityGroupRuleId": rules["v4"], "Description": "x" * 256}],
        )
    with refused("InvalidParameterCombination"):
        update(GroupId=cache)
    with refused("DryRunOperation"):
        update(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", text="New")], DryRun=True)
    assert set(_texts(ec2, cache).values()) == {"Old"}


def _modify(ec2: Any, group_id: str, rule_id: str, **change: Any) -> dict[str, Any]:
    wanted = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, **change}
    answer: dict[str, Any] = ec2.modify_security_group_rules(
        GroupId=group_id, SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": wanted}]
    )
    return answer


def test_modify_points_a_rule_elsewhere(ec2: Any, cache: str, rules: dict[str, str], make_group: MakeGroup) -> None:
    other = make_group("other")
    first, second = (
        ec2.create_managed_prefix_list(PrefixListName=name, MaxEntries=1, AddressFamily="IPv4")["PrefixList"][
            "PrefixListId"
        ]
        for name in ("first", "second")
    )
    (made,) = ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(lists=(first,))])[
        "SecurityGroupRules"
    ]
    assert _modify(ec2, cache, rules["v4"], CidrIpv4="10.2.0.9/16")["Return"] is True
    _modify(ec2, cache, rules["v6"], CidrIpv6="2001:DB8:1::1/64", FromPort=1, ToPort=2, IpProtocol="17")
    _modify(ec2, cache, rules["app"], ReferencedGroupId=other, Description="New")
    _modify(ec2, cache, made["SecurityGroupRuleId"], PrefixListId=second)
    assert sources(ec2, cache) == {"10.2.0.0/16", "2001:db8:1::/64", other, second}
    by_id = {rule["SecurityGroupRuleId"]: rule for rule in ingress(ec2, cache)}
    assert (by_id[rules["v6"]]["IpProtocol"], by_id[rules["v6"]]["ToPort"]) == ("udp", 2)
    assert by_id[rules["app"]]["Description"] == "New"
    assert by_id[rules["app"]]["ReferencedGroupInfo"]["UserId"] == "123456789012"


def test_modify_can_change_a_description_alone(ec2: Any, cache: str, rules: dict[str, str]) -> None:
    _modify(ec2, cache, rules["v4"], CidrIpv4="10.1.0.0/16", Description="New")
    assert _texts(ec2, cache)["10.1.0.0/16"] == "New"


def test_modify_keeps_the_kind_of_source(ec2: Any, cache: str, app: str, rules: dict[str, str]) -> None:
    with refused("InvalidParameterValue") as refusal:
        _modify(ec2, cache, rules["v4"], ReferencedGroupId=app)
    assert refusal.message == "You may not specify a referenced group id for an existing IPv4 CIDR rule"
    with refused("InvalidParameterValue"):
        _modify(ec2, cache, rules["v4"], CidrIpv6="2001:db8:1::/64")
    with refused("InvalidParameterValue"):
        _modify(ec2, cache, rules["app"], CidrIpv4="10.2.0.0/16")


def test_modify_wants_exactly_one_source(ec2: Any, cache: str, rules: dict[str, str]) -> None:
    with refused("MissingParameter") as refusal:
        _modify(ec2, cache, rules["v4"])
    assert refusal.message == (
        "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId"
    )
    with refused("InvalidParameterCombination"):
        _modify(ec2, cache, rules["v4"], CidrIpv4="10.2.0.0/16", CidrIpv6="::/0")


def test_modify_refuses_what_exists_and_what_does_not(ec2: Any, cache: str, rules: dict[str, str]) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.2.0.0/16")])
    with refused("InvalidPermission.Duplicate"):
        _modify(ec2, cache, rules["v4"], CidrIpv4="10.2.0.0/16")
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        _modify(ec2, cache, "sgr-0123456789abcdef0", CidrIpv4="10.3.0.0/16")
    with refused("InvalidGroup.NotFound"):
        _modify(ec2, cache, rules["app"], ReferencedGroupId="sg-0123456789abcdef0")
    with refused("InvalidParameterValue"):
        _modify(ec2, cache, rules["v4"], CidrIpv4="10.3.0.0")


def test_modify_changes_all_or_nothing(ec2: Any, cache: str, rules: dict[str, str]) -> None:
    tcp = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379}
    before = sources(ec2, cache)
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        ec2.modify_security_group_rules(
            GroupId=cache,
            SecurityGroupRules=[
                {"SecurityGroupRuleId": rules["v4"], "SecurityGroupRule": {**tcp, "CidrIpv4": "10.2.0.0/16"}},
                {
                    "SecurityGroupRuleId": "sgr-0123456789abcdef0",
                    "SecurityGroupRule": {**tcp, "CidrIpv4": "10.3.0.0/16"},
                },
            ],
        )
    assert sources(ec2, cache) == before
