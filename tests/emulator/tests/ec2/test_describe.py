# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finding groups and rules: ids, filters, pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import MakeGroup, ingress, permission, refused

_MISSING = "sg-0123456789abcdef0"


def _names(answer: dict[str, Any]) -> list[str]:
    return [group["GroupName"] for group in answer["SecurityGroups"]]


def _find(ec2: Any, **filters: list[str]) -> list[str]:
    wanted = [{"Name": name.replace("__", ".").replace("_", "-"), "Values": values} for name, values in filters.items()]
    return sorted(_names(ec2.describe_security_groups(Filters=wanted)))


def test_a_group_has_every_key_that_aws_sends(ec2: Any, vpc: str) -> None:
    made = ec2.create_security_group(
        GroupName="tagged",
        Description="With tags",
        VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": "a", "Value": "b"}]}],
    )
    arn = f"arn:aws:ec2:eu-west-1:123456789012:security-group/{made['GroupId']}"
    assert (made["Tags"], made["SecurityGroupArn"]) == ([{"Key": "a", "Value": "b"}], arn)
    (group,) = ec2.describe_security_groups(GroupIds=[made["GroupId"]])["SecurityGroups"]
    assert group == {
        "GroupId": made["GroupId"],
        "GroupName": "tagged",
        "Description": "With tags",
        "OwnerId": "123456789012",
        "VpcId": vpc,
        "SecurityGroupArn": arn,
        "Tags": [{"Key": "a", "Value": "b"}],
        "IpPermissions": [],
        "IpPermissionsEgress": [
            {
                "IpProtocol": "-1",
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                "Ipv6Ranges": [],
                "PrefixListIds": [],
                "UserIdGroupPairs": [],
            }
        ],
    }


def test_rules_are_folded_by_protocol_and_ports(ec2: Any, cache: str, app: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(app,))])
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16", port=6380)])
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    first, second = group["IpPermissions"]
    assert (first["FromPort"], len(first["IpRanges"]), len(first["UserIdGroupPairs"])) == (6379, 1, 1)
    assert (second["FromPort"], len(second["IpRanges"]), len(second["UserIdGroupPairs"])) == (6380, 1, 0)


def test_ids_must_exist_but_filters_only_narrow(ec2: Any, cache: str) -> None:
    with refused("InvalidGroup.NotFound") as refusal:
        ec2.describe_security_groups(GroupIds=[cache, _MISSING])
    assert refusal.message == f"The security group '{_MISSING}' does not exist"
    with refused("InvalidGroupId.Malformed"):
        ec2.describe_security_groups(GroupIds=["cache"])
    with refused("InvalidGroup.NotFound"):
        ec2.describe_security_groups(GroupNames=["cache"])  # not in the default VPC
    assert _find(ec2, group_id=[cache, _MISSING]) == ["cache"]


@pytest.mark.usefixtures("app")
def test_filters(ec2: Any, vpc: str, cache: str, app: str) -> None:
    ec2.authorize_security_group_ingress(
        GroupId=cache, IpPermissions=[permission("10.1.0.0/16", "::/0", groups=(app,))]
    )
    ec2.create_tags(Resources=[app], Tags=[{"Key": "tier", "Value": "web"}])
    assert _find(ec2, vpc_id=[vpc]) == ["app", "cache", "default"]
    assert _find(ec2, vpc_id=[vpc], group_name=["a*", "cach?"]) == ["app", "cache"]
    assert _find(ec2, group_name=["cache", "app"], description=["*app"]) == ["app"]
    assert _find(ec2, ip_permission__group_id=[app]) == ["cache"]
    assert _find(ec2, ip_permission__group_name=["app"]) == ["cache"]
    assert _find(ec2, ip_permission__cidr=["10.1.0.0/16"]) == ["cache"]
    assert _find(ec2, ip_permission__ipv6_cidr=["::/0"]) == ["cache"]
    assert _find(ec2, ip_permission__from_port=["6379"], ip_permission__to_port=["6379"]) == ["cache"]
    assert _find(ec2, ip_permission__protocol=["tcp"]) == ["cache"]
    assert _find(ec2, egress__ip_permission__protocol=["tcp"]) == []
    assert _find(ec2, ip_permission__prefix_list_id=["pl-12345678"]) == []
    assert _find(ec2, tag_key=["tier"]) == ["app"]
    assert _names(ec2.describe_security_groups(Filters=[{"Name": "tag:tier", "Values": ["w*"]}])) == ["app"]
    assert _find(ec2, owner_id=["210987654321"]) == []


def test_wildcards_are_aws_s_and_nothing_more(ec2: Any, make_group: MakeGroup) -> None:
    make_group("a[b]")
    make_group("ab")
    assert _find(ec2, group_name=["a[b]"]) == ["a[b]"]
    assert _find(ec2, group_name=[r"a\*"]) == []


def test_too_many_values(ec2: Any) -> None:
    with refused("FilterLimitExceeded"):
        ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": ["sg-12345678"] * 201}])


def test_rules_of_several_groups(ec2: Any, cache: str, app: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [cache, app, _MISSING]}])
    assert sorted((rule["GroupId"], rule["IsEgress"]) for rule in found["SecurityGroupRules"]) == sorted(
        [(cache, True), (cache, False), (app, True)]
    )


def test_rules_by_id_tag_and_wildcard(ec2: Any, cache: str) -> None:
    answer = ec2.authorize_security_group_ingress(
        GroupId=cache, IpPermissions=[permission("10.1.0.0/16", "10.2.0.0/16")]
    )
    first, second = (rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"])
    ec2.create_tags(Resources=[first], Tags=[{"Key": "by", "Value": "us"}])

    def found(**asked: Any) -> list[str]:
        return [
            rule["SecurityGroupRuleId"] for rule in ec2.describe_security_group_rules(**asked)["SecurityGroupRules"]
        ]

    assert found(SecurityGroupRuleIds=[second, first]) == [second, first]
    assert found(Filters=[{"Name": "security-group-rule-id", "Values": [second]}]) == [second]
    assert found(Filters=[{"Name": "tag:by", "Values": ["us", "them"]}]) == [first]
    assert first in found(Filters=[{"Name": "group-id", "Values": ["sg-*"]}])
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        found(SecurityGroupRuleIds=[first, "sgr-0123456789abcdef0"])


def test_rules_of_a_malformed_group(ec2: Any) -> None:
    with refused("InvalidGroupId.Malformed") as refusal:
        ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": ["foobar"]}])
    assert refusal.message == "The security group ID 'foobar' is malformed"


def test_tags_of_rules_come_and_go(ec2: Any, cache: str) -> None:
    answer = ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission("10.1.0.0/16")])
    rule_id = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    ec2.create_tags(Resources=[rule_id], Tags=[{"Key": "by", "Value": "us"}])
    assert ingress(ec2, cache)[0]["Tags"] == [{"Key": "by", "Value": "us"}]
    (shown,) = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [rule_id]}])["Tags"]
    assert shown == {"ResourceId": rule_id, "ResourceType": "security-group-rule", "Key": "by", "Value": "us"}
    ec2.delete_tags(Resources=[rule_id], Tags=[{"Key": "by", "Value": "them"}])
    assert ingress(ec2, cache)[0]["Tags"] == [{"Key": "by", "Value": "us"}]
    ec2.delete_tags(Resources=[rule_id], Tags=[{"Key": "by"}])
    assert ingress(ec2, cache)[0]["Tags"] == []
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        ec2.create_tags(Resources=["sgr-0123456789abcdef0"], Tags=[{"Key": "by", "Value": "us"}])


def test_pages_of_rules(ec2: Any, cache: str) -> None:
    cidrs = [f"10.{number}.0.0/16" for number in range(12)]
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(*cidrs)])
    wanted = [{"Name": "group-id", "Values": [cache]}]
    first = ec2.describe_security_group_rules(Filters=wanted, MaxResults=5)
    assert len(first["SecurityGroupRules"]) == 5
    assert first["NextToken"]
    pages = ec2.get_paginator("describe_security_group_rules").paginate(
        Filters=wanted, PaginationConfig={"PageSize": 5}
    )
    sizes = [len(page["SecurityGroupRules"]) for page in pages]
    assert sizes == [5, 5, 3]
    assert "NextToken" not in ec2.describe_security_group_rules(Filters=wanted)


def test_pages_of_groups(ec2: Any, vpc: str, make_group: MakeGroup) -> None:
    for number in range(6):
        make_group(f"group-{number}")
    pages = ec2.get_paginator("describe_security_groups").paginate(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}], PaginationConfig={"PageSize": 5}
    )
    names = [_names(page) for page in pages]
    assert [len(page) for page in names] == [5, 2]
    assert len({name for names_of_page in names for name in names_of_page}) == 7


def test_groups_for_a_vpc(ec2: Any, vpc: str, cache: str) -> None:
    found = ec2.get_security_groups_for_vpc(VpcId=vpc, Filters=[{"Name": "group-name", "Values": ["cache"]}])
    (group,) = found["SecurityGroupForVpcs"]
    assert (group["GroupId"], group["PrimaryVpcId"]) == (cache, vpc)
    assert ec2.describe_security_group_vpc_associations()["SecurityGroupVpcAssociations"] == []


@pytest.mark.parametrize(
    "operation", ["describe_security_groups", "describe_security_group_rules", "describe_network_interfaces"]
)
def test_sizes_and_tokens_that_are_refused(ec2: Any, operation: str) -> None:
    with refused("InvalidParameterValue") as refusal:  # botocore itself refuses fewer than 5
        getattr(ec2, operation)(MaxResults=1001)
    assert "Value ( 1001 ) for parameter maxResults is invalid" in refusal.message
    with refused("InvalidParameterValue"):
        getattr(ec2, operation)(MaxResults=5, NextToken="nonsense")


@pytest.mark.parametrize(
    "operation",
    [
        "describe_security_groups",
        "describe_security_group_rules",
        "describe_network_interfaces",
        "describe_instances",
        "describe_subnets",
        "describe_vpcs",
    ],
)
def test_dry_run_is_known_everywhere(ec2: Any, operation: str) -> None:
    with refused("DryRunOperation") as refusal:
        getattr(ec2, operation)(DryRun=True)
    assert refusal.message == "Request would have succeeded, but DryRun flag is set."
