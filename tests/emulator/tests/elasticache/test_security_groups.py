# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The security groups of caches: replaced as a whole, on every member and every network interface."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.elasticache.conftest import (
    Answer,
    Make,
    Network,
    cluster,
    groups_of,
    interfaces,
    make_network,
    refused,
    serverless,
)


def _groups(interface: Answer) -> list[str]:
    return [group["GroupId"] for group in interface["Groups"]]


def test_interfaces_of_nodes(ec2: Any, network: Network, make_cluster: Make, make_replication_group: Make) -> None:
    make_cluster(NumCacheNodes=2)
    make_replication_group(NumCacheClusters=2)
    found = interfaces(ec2, network)
    assert {description: len(each) for description, each in found.items()} == {
        "ElastiCache fragments": 2,
        "ElastiCache sessions-001": 1,
        "ElastiCache sessions-002": 1,
    }
    for interface in (each for several in found.values() for each in several):
        assert (interface["RequesterId"], interface["RequesterManaged"]) == ("amazon-elasticache", True)
        assert (interface["Status"], interface["InterfaceType"]) == ("in-use", "interface")
        assert interface["Attachment"]["InstanceOwnerId"] == "amazon-elasticache"
        assert "InstanceId" not in interface["Attachment"]
        assert interface["SourceDestCheck"] is True
        assert _groups(interface) == [network.group]
    assert {each["SubnetId"] for each in found["ElastiCache fragments"]} == set(network.subnets)


def test_interfaces_of_a_serverless_cache_are_those_of_an_endpoint(
    ec2: Any, network: Network, make_serverless: Make
) -> None:
    make_serverless()
    (description,) = list(interfaces(ec2, network))
    found = interfaces(ec2, network)[description]
    assert description.startswith("VPC Endpoint Interface vpce-")
    assert [each["SubnetId"] for each in found] == network.subnets
    assert {each["InterfaceType"] for each in found} == {"vpc_endpoint"}
    assert {each["RequesterManaged"] for each in found} == {True}


def test_no_node_gets_an_address_that_somebody_has(
    ec2: Any, elasticache: Any, network: Network, make_cluster: Make
) -> None:
    """A subnet has eleven to give; those of a cache that is deleted are free again."""
    block = ec2.associate_vpc_cidr_block(VpcId=network.vpc, CidrBlock="10.99.0.0/28")["CidrBlockAssociation"]
    narrow = ec2.create_subnet(VpcId=network.vpc, CidrBlock=block["CidrBlock"])["Subnet"]["SubnetId"]
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="narrow", CacheSubnetGroupDescription="for tests", SubnetIds=[narrow]
    )
    for _nth in range(5):
        ec2.create_network_interface(SubnetId=narrow)
    for name in ("fragments", "pages"):
        make_cluster(name, NumCacheNodes=6, CacheSubnetGroupName="narrow")
        found = [each["PrivateIpAddress"] for several in interfaces(ec2, network).values() for each in several]
        assert sorted(found) == sorted(f"10.99.0.{last}" for last in range(4, 15))
        elasticache.delete_cache_cluster(CacheClusterId=name)


def test_interfaces_can_be_found(ec2: Any, network: Network, make_replication_group: Make) -> None:
    make_replication_group(NumCacheClusters=2)
    filters = {
        "group-id": network.group,
        "description": "ElastiCache sessions-*",
        "requester-id": "amazon-elasticache",
        "attachment.instance-owner-id": "amazon-elasticache",
    }
    found = ec2.describe_network_interfaces(
        Filters=[{"Name": name, "Values": [value]} for name, value in filters.items()]
    )
    assert len(found["NetworkInterfaces"]) == 2
    wanted = [{"Name": "attachment.instance-id", "Values": ["i-0123456789abcdef0"]}]
    assert ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"] == []


def test_interfaces_go_with_their_cache(
    ec2: Any,
    elasticache: Any,
    network: Network,
    make_cluster: Make,
    make_replication_group: Make,
    make_serverless: Make,
) -> None:
    make_cluster()
    make_replication_group(NumNodeGroups=2)
    make_serverless()
    assert len(interfaces(ec2, network)) == 4
    elasticache.delete_cache_cluster(CacheClusterId="fragments")
    elasticache.delete_replication_group(ReplicationGroupId="sessions")
    elasticache.delete_serverless_cache(ServerlessCacheName="carts")
    assert interfaces(ec2, network) == {}


def test_interfaces_have_ipv6_addresses_where_cache_and_subnet_do(
    ec2: Any, elasticache: Any, make_cluster: Make
) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
    subnet = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.8.1.0/24")["Subnet"]
    ec2.associate_subnet_cidr_block(SubnetId=subnet["SubnetId"], Ipv6CidrBlock=block)
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="both", CacheSubnetGroupDescription="d", SubnetIds=[subnet["SubnetId"]]
    )
    for name, kind in (("new", "dual_stack"), ("old", "ipv4")):
        make_cluster(name, CacheSubnetGroupName="both", SecurityGroupIds=None, NetworkType=kind)
    (group,) = elasticache.describe_cache_subnet_groups(CacheSubnetGroupName="both")["CacheSubnetGroups"]
    assert group["SupportedNetworkTypes"] == ["dual_stack", "ipv4", "ipv6"]
    found = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])
    addresses = {each["Description"]: len(each["Ipv6Addresses"]) for each in found["NetworkInterfaces"]}
    assert addresses == {"ElastiCache new": 1, "ElastiCache old": 0}


def test_group_in_use_cannot_be_deleted(ec2: Any, elasticache: Any, network: Network, make_cluster: Make) -> None:
    make_cluster()
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=network.group)
    elasticache.modify_cache_cluster(CacheClusterId="fragments", SecurityGroupIds=[network.other_group])
    ec2.delete_security_group(GroupId=network.group)


def test_modify_cluster(ec2: Any, elasticache: Any, network: Network, make_cluster: Make) -> None:
    make_cluster(NumCacheNodes=2, SecurityGroupIds=[network.group, network.other_group])
    assert groups_of(cluster(elasticache, "fragments")) == [(network.group, "active"), (network.other_group, "active")]
    answer = elasticache.modify_cache_cluster(CacheClusterId="Fragments", SecurityGroupIds=[network.other_group])
    assert groups_of(answer["CacheCluster"]) == [(network.other_group, "active")]
    assert groups_of(cluster(elasticache, "fragments")) == [(network.other_group, "active")]
    assert [_groups(each) for each in interfaces(ec2, network)["ElastiCache fragments"]] == [[network.other_group]] * 2


@pytest.mark.parametrize("options", [{"NumCacheClusters": 2}, {"NumNodeGroups": 2}], ids=["disabled", "enabled"])
def test_modify_replication_group(
    ec2: Any, elasticache: Any, network: Network, make_replication_group: Make, options: dict[str, Any]
) -> None:
    make_replication_group(**options)
    answer = elasticache.modify_replication_group(
        ReplicationGroupId="sessions", SecurityGroupIds=[network.other_group, network.group], ApplyImmediately=True
    )
    wanted = [network.other_group, network.group]
    for name in answer["ReplicationGroup"]["MemberClusters"]:
        assert groups_of(cluster(elasticache, name)) == [(group, "active") for group in wanted]
        assert [_groups(each) for each in interfaces(ec2, network)[f"ElastiCache {name}"]] == [wanted]


def test_modify_serverless(ec2: Any, elasticache: Any, network: Network, make_serverless: Make) -> None:
    make_serverless()
    elasticache.modify_serverless_cache(ServerlessCacheName="carts", SecurityGroupIds=[network.other_group])
    assert serverless(elasticache)["SecurityGroupIds"] == [network.other_group]
    (found,) = list(interfaces(ec2, network).values())
    assert [_groups(each) for each in found] == [[network.other_group]] * 2


def test_refused_groups_change_nothing(
    ec2: Any,
    elasticache: Any,
    network: Network,
    make_cluster: Make,
    make_replication_group: Make,
    make_serverless: Make,
) -> None:
    make_cluster()
    make_replication_group()
    make_serverless()
    foreign = make_network(ec2, "10.10").group
    for wrong in ("sg-0123456789abcdef0", foreign):
        code = "InvalidParameterCombination" if wrong == foreign else "InvalidParameterValue"
        groups = {"SecurityGroupIds": [network.other_group, wrong]}
        with refused(code):
            elasticache.modify_cache_cluster(CacheClusterId="fragments", **groups)
        with refused(code):
            elasticache.modify_replication_group(ReplicationGroupId="sessions", **groups)
        with refused("InvalidParameterValue"):
            elasticache.modify_serverless_cache(ServerlessCacheName="carts", **groups)
    assert groups_of(cluster(elasticache, "fragments")) == [(network.group, "active")]
    assert groups_of(cluster(elasticache, "sessions-001")) == [(network.group, "active")]
    assert serverless(elasticache)["SecurityGroupIds"] == [network.group]
