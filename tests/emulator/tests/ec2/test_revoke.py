# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Removing rules, by id and by properties."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import MakeGroup, ingress, permission, refused, sources


@pytest.fixture
def rules(ec2: Any, cache: str, app: str) -> list[str]:
    """The ids of three rules: a CIDR, another, and a group."""
    answer = ec2.authorize_security_group_ingress(
        GroupId=cache,
        IpPermissions=[permission("10.1.0.0/16", "10.2.0.0/16", groups=(app,), text="Ours")],
        TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": [{"Key": "by", "Value": "us"}]}],
    )
    return [rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"]]


def test_by_id(ec2: Any, cache: str, app: str, rules: list[str]) -> None:
    answer = ec2.revoke_security_group_ingress(GroupId=cache, SecurityGroupRuleIds=[rules[0], rules[2]])
    common = {
        "GroupId": cache,
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 6379,
        "ToPort": 6379,
        "Description": "Ours",
    }
    assert answer["Return"] is True
    # No owner and no tags here, and the group is a string.
    assert answer["RevokedSecurityGroupRules"] == [
        {"SecurityGroupRuleId": rules[0], "CidrIpv4": "10.1.0.0/16", **common},
        {"SecurityGroupRuleId": rules[2], "ReferencedGroupId": app, **common},
    ]
    assert sources(ec2, cache) == {"10.2.0.0/16"}


def test_an_unknown_id_removes_nothing(ec2: Any, cache: str, rules: list[str]) -> None:
    unknown = "sgr-0123456789abcdef0"
    with refused("InvalidSecurityGroupRuleId.NotFound") as refusal:
        ec2.revoke_security_group_ingress(GroupId=cache, SecurityGroupRuleIds=[rules[0], unknown])
    assert refusal.message == f"The security group rule ID '{unknown}' does not exist"
    assert len(ingress(ec2, cache)) == 3


def test_a_malformed_id(ec2: Any, cache: str) -> None:
    with refused("InvalidSecurityGroupRuleId.Malformed"):
        ec2.revoke_security_group_ingress(GroupId=cache, SecurityGroupRuleIds=["sgr-?"])


def test_an_id_of_the_other_direction_or_of_another_group(ec2: Any, cache: str, app: str, rules: list[str]) -> None:
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        ec2.revoke_security_group_egress(GroupId=cache, SecurityGroupRuleIds=rules[:1])
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=app, SecurityGroupRuleIds=rules[:1])


def test_tags_go_with_the_rule(ec2: Any, cache: str, rules: list[str]) -> None:
    mine = [{"Name": "resource-id", "Values": rules}]
    assert len(ec2.describe_tags(Filters=mine)["Tags"]) == 3
    ec2.revoke_security_group_ingress(GroupId=cache, SecurityGroupRuleIds=rules)
    assert ec2.describe_tags(Filters=mine)["Tags"] == []


@pytest.mark.usefixtures("rules")
def test_by_the_properties_that_describe_gave(ec2: Any, cache: str) -> None:
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    answer = ec2.revoke_security_group_ingress(GroupId=cache, IpPermissions=group["IpPermissions"])
    assert len(answer["RevokedSecurityGroupRules"]) == 3
    assert "UnknownIpPermissions" not in answer
    assert sources(ec2, cache) == set()


@pytest.mark.usefixtures("rules")
def test_a_description_need_not_match(ec2: Any, cache: str) -> None:
    ec2.revoke_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.99/16", text="Theirs")])
    assert "10.1.0.0/16" not in sources(ec2, cache)


@pytest.mark.usefixtures("rules")
def test_a_mismatch_removes_nothing(ec2: Any, cache: str) -> None:
    with refused("InvalidPermission.NotFound") as refusal:
        ec2.revoke_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", "10.9.0.0/16")])
    assert refusal.message == "The specified rule does not exist in this security group."
    assert len(ingress(ec2, cache)) == 3


def test_a_mismatch_in_the_default_vpc_is_a_success(ec2: Any, make_group: MakeGroup) -> None:
    (default_vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    group, other = (make_group(name, default_vpc["VpcId"]) for name in ("one", "two"))
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission("10.1.0.0/16")])
    answer = ec2.revoke_security_group_ingress(
        GroupId=group, IpPermissions=[permission("10.1.0.0/16", "10.9.0.0/16", groups=(other,))]
    )
    assert [rule["CidrIpv4"] for rule in answer["RevokedSecurityGroupRules"]] == ["10.1.0.0/16"]
    unknown = answer["UnknownIpPermissions"]
    assert [item["IpRanges"] for item in unknown] == [[{"CidrIp": "10.9.0.0/16"}], []]
    assert unknown[1]["UserIdGroupPairs"] == [{"GroupId": other}]
    assert sources(ec2, group) == set()


def test_the_default_egress_rule(ec2: Any, cache: str) -> None:
    answer = ec2.revoke_security_group_egress(
        GroupId=cache, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )
    (gone,) = answer["RevokedSecurityGroupRules"]
    assert gone == {
        "SecurityGroupRuleId": gone["SecurityGroupRuleId"],
        "GroupId": cache,
        "IsEgress": True,
        "IpProtocol": "-1",
        "FromPort": -1,
        "ToPort": -1,
        "CidrIpv4": "0.0.0.0/0",
    }


def test_neither_ids_nor_properties(ec2: Any, cache: str) -> None:
    with refused("MissingParameter"):
        ec2.revoke_security_group_ingress(GroupId=cache)


def test_dry_run(ec2: Any, cache: str, rules: list[str]) -> None:
    with refused("DryRunOperation"):
        ec2.revoke_security_group_ingress(GroupId=cache, SecurityGroupRuleIds=rules, DryRun=True)
    assert len(ingress(ec2, cache)) == 3
