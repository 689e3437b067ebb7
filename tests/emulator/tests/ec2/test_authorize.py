# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Adding rules."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.tests.ec2.conftest import ingress, permission, refused, sources


def test_every_new_rule_is_returned_with_id_owner_arn_and_tags(ec2: Any, cache: str, app: str) -> None:
    answer = ec2.authorize_security_group_ingress(
        GroupId=cache,
        IpPermissions=[permission("10.1.0.0/16", text="Office"), permission(groups=(app,), port=6380)],
        TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": [{"Key": "by", "Value": "us"}]}],
    )
    assert answer["Return"] is True
    first, second = answer["SecurityGroupRules"]
    arn = f"arn:aws:ec2:eu-west-1:123456789012:security-group-rule/{first['SecurityGroupRuleId']}"
    assert first == {
        "SecurityGroupRuleId": first["SecurityGroupRuleId"],
        "GroupId": cache,
        "GroupOwnerId": "123456789012",
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 6379,
        "ToPort": 6379,
        "CidrIpv4": "10.1.0.0/16",
        "Description": "Office",
        "Tags": [{"Key": "by", "Value": "us"}],
        "SecurityGroupRuleArn": arn,
    }
    assert second["ReferencedGroupInfo"] == {"GroupId": app, "UserId": "123456789012"}
    assert second["FromPort"] == 6380


def test_an_untagged_rule_has_no_tags_here_and_an_empty_list_in_describe(ec2: Any, cache: str) -> None:
    answer = ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
    assert "Tags" not in answer["SecurityGroupRules"][0]
    (shown,) = ingress(ec2, cache)
    assert shown["Tags"] == []
    assert "Description" not in shown


def test_egress(ec2: Any, cache: str, app: str) -> None:
    answer = ec2.authorize_security_group_egress(GroupId=cache, IpPermissions=[permission(groups=(app,))])
    assert answer["SecurityGroupRules"][0]["IsEgress"] is True
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    assert group["IpPermissions"] == []
    assert [item["IpProtocol"] for item in group["IpPermissionsEgress"]] == ["-1", "tcp"]


def test_all_protocols(ec2: Any, cache: str) -> None:
    rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": cache}]}
    (made,) = ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[rule])["SecurityGroupRules"]
    assert (made["IpProtocol"], made["FromPort"], made["ToPort"]) == ("-1", -1, -1)
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    assert "FromPort" not in group["IpPermissions"][0] and "ToPort" not in group["IpPermissions"][0]
    with refused("InvalidPermission.Duplicate") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[rule])
    assert refusal.message == f'the specified rule "peer: {cache}, ALL, ALLOW" already exists'


@pytest.mark.parametrize(("given", "stored"), [("6", "tcp"), ("TCP", "tcp"), ("17", "udp"), ("50", "50")])
def test_protocols_have_one_spelling(ec2: Any, cache: str, given: str, stored: str) -> None:
    item = permission("10.1.0.0/16") | {"IpProtocol": given}
    (made,) = ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[item])["SecurityGroupRules"]
    assert made["IpProtocol"] == stored


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("100.68.0.18/18", "100.68.0.0/18"),
        ("10.0.0.1/32", "10.0.0.1/32"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0001/64", "2001:db8::/64"),
        ("2001:db8:0:0::/128", "2001:db8::/128"),
    ],
)
def test_cidrs_have_one_spelling(ec2: Any, cache: str, given: str, stored: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(given)])
    assert sources(ec2, cache) == {stored}
    for spelling in (given, stored):
        with refused("InvalidPermission.Duplicate"):
            ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(spelling)])


@pytest.mark.parametrize("cidr", ["10.0.0.0", "10.0.0/8", "10.0.0.0/33", "300.0.0.0/8", "pl-12345678", "10.0.0.0/x"])
def test_malformed_cidr(ec2: Any, cache: str, cidr: str) -> None:
    with refused("InvalidParameterValue") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(cidr)])
    assert refusal.message == f"CIDR block {cidr} is malformed"


def test_ipv4_in_an_ipv6_range(ec2: Any, cache: str) -> None:
    item = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "Ipv6Ranges": [{"CidrIpv6": "10.0.0.0/8"}]}
    with refused("InvalidParameterValue") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[item])
    assert "is malformed" in refusal.message


def test_description_of_every_kind_of_source(ec2: Any, cache: str, app: str) -> None:
    prefix_list = ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=2, AddressFamily="IPv4")
    list_id = prefix_list["PrefixList"]["PrefixListId"]
    wanted = permission("10.1.0.0/16", "2001:db8::/64", groups=(app,), lists=(list_id,), text="Why not")
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[wanted])
    assert [rule["Description"] for rule in ingress(ec2, cache)] == ["Why not"] * 4
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    (folded,) = group["IpPermissions"]
    assert folded["IpRanges"] == [{"CidrIp": "10.1.0.0/16", "Description": "Why not"}]
    assert folded["Ipv6Ranges"] == [{"CidrIpv6": "2001:db8::/64", "Description": "Why not"}]
    assert folded["PrefixListIds"] == [{"PrefixListId": list_id, "Description": "Why not"}]
    assert folded["UserIdGroupPairs"] == [{"GroupId": app, "UserId": "123456789012", "Description": "Why not"}]


@pytest.mark.parametrize("text", ["x" * 256, "naïve", "a|b", "tab\t"])
def test_descriptions_that_are_refused(ec2: Any, cache: str, text: str) -> None:
    with refused("InvalidParameterValue") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", text=text)])
    assert refusal.message == (
        "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  "
        "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
    )


@pytest.mark.parametrize("text", ["x" * 255, "a Z9 ._-:/()#,@[]+=;{}!$*"])
def test_descriptions_that_are_kept(ec2: Any, cache: str, text: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", text=text)])
    assert ingress(ec2, cache)[0]["Description"] == text


def test_an_ampersand_is_for_cidrs_alone(ec2: Any, cache: str, app: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", text="R&D")])
    with refused("InvalidParameterValue"):
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(app,), text="R&D")])


def test_another_description_does_not_make_another_rule(ec2: Any, cache: str, app: str) -> None:
    once, again = permission("10.1.0.0/16", groups=(app,), text="One"), permission(groups=(app,), text="Two")
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[once])
    with refused("InvalidPermission.Duplicate") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[again])
    assert refusal.message == (
        f'the specified rule "peer: {app}, TCP, from port: 6379, to port: 6379, ALLOW" already exists'
    )
    with refused("InvalidPermission.Duplicate") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", text="Two")])
    assert "peer: 10.1.0.0/16, TCP" in refusal.message
    assert {rule["Description"] for rule in ingress(ec2, cache)} == {"One"}


def test_other_ports_directions_and_groups_make_other_rules(ec2: Any, cache: str, app: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", port=6380)])
    ec2.authorize_security_group_ingress(GroupId=app, IpPermissions=[permission("10.1.0.0/16")])
    ec2.authorize_security_group_egress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
    assert len(ingress(ec2, cache)) == 2


def test_one_refused_rule_refuses_them_all(ec2: Any, cache: str, app: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
    with refused("InvalidPermission.Duplicate"):
        ec2.authorize_security_group_ingress(
            GroupId=cache, IpPermissions=[permission("10.2.0.0/16", groups=(app,)), permission("10.1.0.0/16")]
        )
    with refused("InvalidGroup.NotFound"):
        ec2.authorize_security_group_ingress(
            GroupId=cache, IpPermissions=[permission("10.2.0.0/16"), permission(groups=("sg-0123456789abcdef0",))]
        )
    assert sources(ec2, cache) == {"10.1.0.0/16"}


def test_the_same_rule_twice_in_one_request(ec2: Any, cache: str) -> None:
    with refused("InvalidParameterValue") as refusal:
        ec2.authorize_security_group_ingress(
            GroupId=cache, IpPermissions=[permission("10.1.0.0/16", text="One"), permission("10.1.0.9/16", text="Two")]
        )
    assert refusal.message == "The same permission must not appear multiple times"
    assert sources(ec2, cache) == set()


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"FromPort": None}, "InvalidParameterValue", "Must specify both from and to ports with TCP/UDP."),
        ({"FromPort": None, "ToPort": None}, "InvalidParameterValue", "both from and to ports with TCP/UDP."),
        ({"FromPort": 7000}, "InvalidParameterValue", "Invalid TCP/UDP port range (7000:6379)"),
        ({"FromPort": -1}, "InvalidPermission.Malformed", "TCP/UDP port (-1) out of range"),
        ({"ToPort": 70000}, "InvalidPermission.Malformed", "TCP/UDP port (70000) out of range"),
        ({"IpProtocol": None}, "InvalidParameterValue", "must specify protocols explicitly"),
        ({"IpProtocol": "http"}, "InvalidParameterValue", "Unknown protocol"),
        ({"IpProtocol": "icmp", "FromPort": None}, "InvalidParameterValue", "ports with ICMP."),
        ({"IpRanges": []}, "MissingParameter", "Source group missing"),
    ],
)
def test_incomplete_rules(ec2: Any, cache: str, change: dict[str, Any], code: str, message: str) -> None:
    item = {key: value for key, value in (permission("10.1.0.0/16") | change).items() if value is not None}
    with refused(code) as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[item])
    assert message in refusal.message


@pytest.mark.parametrize("group_id", ["sg-xyz", "sg-123", "app"])
def test_a_malformed_group_id(ec2: Any, cache: str, group_id: str) -> None:
    with refused("InvalidGroupId.Malformed"):
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission("10.1.0.0/16")])
    with refused("InvalidGroupId.Malformed"):
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(group_id,))])


def test_a_group_that_does_not_exist(ec2: Any, cache: str) -> None:
    missing = "sg-0123456789abcdef0"
    for asked in (
        {"GroupId": missing, "IpPermissions": [permission("10.1.0.0/16")]},
        {"GroupId": cache, "IpPermissions": [permission(groups=(missing,))]},
    ):
        with refused("InvalidGroup.NotFound") as refusal:
            ec2.authorize_security_group_ingress(**asked)
        assert refusal.message == f"The security group '{missing}' does not exist"


def test_a_prefix_list_that_does_not_exist(ec2: Any, cache: str) -> None:
    with refused("InvalidPrefixListID.NotFound") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(lists=("pl-0123456789abcdef0",))])
    assert "pl-0123456789abcdef0" in refusal.message


@pytest.mark.parametrize("prefix_list_id", ["pl-xyz", "pl-123", "offices"])
def test_a_malformed_prefix_list_id(ec2: Any, cache: str, prefix_list_id: str) -> None:
    with refused("InvalidPrefixListId.Malformed") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(lists=(prefix_list_id,))])
    assert f'"{prefix_list_id}"' in refusal.message
    with refused("InvalidPrefixListId.Malformed"):
        ec2.describe_managed_prefix_lists(PrefixListIds=[prefix_list_id])


def test_the_old_form_with_single_parameters(ec2: Any, cache: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpProtocol="tcp", FromPort=80, ToPort=81, CidrIp="10.0.0.9/8")
    (rule,) = ingress(ec2, cache)
    assert (rule["CidrIpv4"], rule["FromPort"], rule["ToPort"]) == ("10.0.0.0/8", 80, 81)


def test_names_are_those_of_the_default_vpc(ec2: Any) -> None:
    ec2.create_security_group(GroupName="named", Description="In the default VPC")
    made = ec2.authorize_security_group_ingress(
        GroupName="named",
        IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupName": "default"}]}],
    )
    (default,) = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]
    info = made["SecurityGroupRules"][0]["ReferencedGroupInfo"]
    assert info == {"GroupId": default["GroupId"], "UserId": "123456789012"}


def test_dry_run_changes_nothing(ec2: Any, cache: str) -> None:
    with refused("DryRunOperation") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")], DryRun=True)
    assert refusal.status == 412
    assert sources(ec2, cache) == set()


def test_of_many_at_once_one_wins(ec2: Any, cache: str) -> None:
    def add(_number: int) -> str:
        try:
            ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "added"

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(add, range(24)))
    assert outcomes == {"added": 1, "InvalidPermission.Duplicate": 23}
    assert len(ingress(ec2, cache)) == 1


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("k" * 128, "v" * 256, None),
        ("k" * 129, "v", "InvalidParameterValue"),
        ("k", "v" * 257, "InvalidParameterValue"),
        ("aws:k", "v", "InvalidTagKey.Malformed"),
    ],
)
def test_with_tags_that_are_refused_there_is_no_rule(
    ec2: Any, cache: str, key: str, value: str, code: str | None
) -> None:
    tags = [{"Key": key, "Value": value}]
    wanted = [permission("10.1.0.0/16", "10.2.0.0/16")]
    with refused(code) if code else nullcontext():
        ec2.authorize_security_group_ingress(
            GroupId=cache,
            IpPermissions=wanted,
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": tags}],
        )
    assert len(ingress(ec2, cache)) == (0 if code else 2)
    with refused(code) if code else nullcontext():
        ec2.create_tags(Resources=[cache], Tags=tags)


def test_tags_for_something_else_are_refused(ec2: Any, cache: str) -> None:
    with refused("InvalidParameter"):
        ec2.authorize_security_group_ingress(
            GroupId=cache,
            IpPermissions=[permission("10.1.0.0/16")],
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]}],
        )
