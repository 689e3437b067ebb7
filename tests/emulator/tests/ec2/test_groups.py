# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Making and deleting groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import MakeGroup, ingress, permission, refused


def _default(ec2: Any, vpc_id: str) -> dict[str, Any]:
    wanted = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    (group,) = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"]
    return dict(group)


def test_the_default_group_admits_its_own_members(ec2: Any, vpc: str) -> None:
    group = _default(ec2, vpc)
    itself = {"GroupId": group["GroupId"], "UserId": "123456789012"}
    (inbound,) = group["IpPermissions"]
    assert (inbound["IpProtocol"], inbound["UserIdGroupPairs"]) == ("-1", [itself])
    (outbound,) = group["IpPermissionsEgress"]
    assert (outbound["IpProtocol"], outbound["IpRanges"]) == ("-1", [{"CidrIp": "0.0.0.0/0"}])


def test_the_default_group_stays(ec2: Any, vpc: str) -> None:
    group_id = _default(ec2, vpc)["GroupId"]
    with refused("CannotDelete") as refusal:
        ec2.delete_security_group(GroupId=group_id)
    assert refusal.message == f'the specified group: "{group_id}" name: "default" cannot be deleted by a user'


def test_deleting_says_which(ec2: Any, cache: str) -> None:
    answer = ec2.delete_security_group(GroupId=cache)
    assert (answer["Return"], answer["GroupId"]) == (True, cache)
    with refused("InvalidGroup.NotFound"):
        ec2.delete_security_group(GroupId=cache)


def test_rules_and_tags_go_with_their_group(ec2: Any, cache: str) -> None:
    made = ec2.authorize_security_group_ingress(
        GroupId=cache,
        IpPermissions=[permission("10.1.0.0/16", groups=(cache,))],  # a reference to itself is no obstacle
        TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": [{"Key": "by", "Value": "us"}]}],
    )
    rule_id = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    ec2.delete_security_group(GroupId=cache)
    assert ingress(ec2, cache) == []
    assert ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [rule_id]}])["Tags"] == []


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_a_group_that_another_names_stays(ec2: Any, cache: str, app: str, direction: str) -> None:
    getattr(ec2, f"authorize_security_group_{direction}")(GroupId=cache, IpPermissions=[permission(groups=(app,))])
    with refused("DependencyViolation") as refusal:
        ec2.delete_security_group(GroupId=app)
    assert refusal.message == f"resource {app} has a dependent object"
    getattr(ec2, f"revoke_security_group_{direction}")(GroupId=cache, IpPermissions=[permission(groups=(app,))])
    ec2.delete_security_group(GroupId=app)


def test_a_group_that_an_interface_carries_stays(ec2: Any, subnet: str, app: str) -> None:
    made = ec2.create_network_interface(SubnetId=subnet, Groups=[app])["NetworkInterface"]
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=app)
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    ec2.delete_security_group(GroupId=app)


def test_a_group_that_an_instance_carries_stays_until_that_ends(ec2: Any, subnet: str, app: str) -> None:
    (made,) = ec2.run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[app]
    )["Instances"]
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=app)
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    ec2.delete_security_group(GroupId=app)


@pytest.mark.usefixtures("cache")
def test_names_are_unique_within_a_vpc(ec2: Any, vpc: str, make_group: MakeGroup) -> None:
    with refused("InvalidGroup.Duplicate") as refusal:
        make_group("cache")
    assert refusal.message == f"The security group 'cache' already exists for VPC '{vpc}'"
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    make_group("cache", other)


@pytest.mark.parametrize("name", ["default", "sg-mine"])
def test_names_that_are_refused(make_group: MakeGroup, name: str) -> None:
    with refused("InvalidParameterValue"):
        make_group(name)


def test_a_vpc_that_does_not_exist(make_group: MakeGroup) -> None:
    with refused("InvalidVpcID.NotFound"):
        make_group("cache", "vpc-0123456789abcdef0")


def test_a_vpc_takes_its_default_group_with_it_and_no_other(ec2: Any, vpc: str, cache: str) -> None:
    with refused("DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.delete_security_group(GroupId=cache)
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"] == []


def test_a_vpc_with_ipv6_lets_its_groups_out_on_both(ec2: Any, make_group: MakeGroup) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.9.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    (group,) = ec2.describe_security_groups(GroupIds=[make_group("dual", vpc_id)])["SecurityGroups"]
    (outbound,) = group["IpPermissionsEgress"]
    assert (outbound["IpRanges"], outbound["Ipv6Ranges"]) == ([{"CidrIp": "0.0.0.0/0"}], [{"CidrIpv6": "::/0"}])
