# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Serverless caches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.elasticache.conftest import Make, Network, make_network, refused, serverless

_KEYS = {
    "ARN",
    "CreateTime",
    "DailySnapshotTime",
    "Description",
    "Endpoint",
    "Engine",
    "FullEngineVersion",
    "MajorEngineVersion",
    "SecurityGroupIds",
    "ServerlessCacheName",
    "SnapshotRetentionLimit",
    "Status",
    "SubnetIds",
}


@pytest.mark.parametrize("engine", ["valkey", "redis"])
def test_two_ports_on_one_host(elasticache: Any, network: Network, make_serverless: Make, engine: str) -> None:
    make_serverless(engine=engine)
    found = serverless(elasticache)
    assert set(found) == _KEYS | {"ReaderEndpoint"}
    assert found["ARN"] == "arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:carts"
    assert (found["Endpoint"]["Port"], found["ReaderEndpoint"]["Port"]) == (6379, 6380)
    assert found["Endpoint"]["Address"] == found["ReaderEndpoint"]["Address"]
    assert found["Endpoint"]["Address"].endswith(".serverless.euw1.cache.amazonaws.com")
    assert (found["SecurityGroupIds"], found["SubnetIds"]) == ([network.group], network.subnets)
    assert (found["Status"], found["Description"]) == ("available", " ")


def test_memcached_tells_one_port(elasticache: Any, make_serverless: Make) -> None:
    make_serverless(engine="memcached")
    found = serverless(elasticache)
    assert set(found) == _KEYS
    assert found["Endpoint"]["Port"] == 11211


def test_answer_to_creation(make_serverless: Make) -> None:
    made = make_serverless()
    assert made["Status"] == "creating"
    assert set(made) == _KEYS - {"Endpoint"}


def test_without_subnets_and_groups_the_default_ones(ec2: Any, elasticache: Any, make_serverless: Make) -> None:
    make_serverless(SubnetIds=None, SecurityGroupIds=None)
    found = serverless(elasticache)
    subnets = ec2.describe_subnets(SubnetIds=found["SubnetIds"])["Subnets"]
    assert all(subnet["DefaultForAz"] for subnet in subnets)
    (group,) = ec2.describe_security_groups(GroupIds=found["SecurityGroupIds"])["SecurityGroups"]
    assert (group["GroupName"], group["VpcId"]) == ("default", subnets[0]["VpcId"])


def test_without_default_vpc_subnets_are_needed(ec2: Any, make_serverless: Make) -> None:
    for subnet in ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    with refused("InvalidParameterCombination", "SubnetIds"):
        make_serverless(SubnetIds=None, SecurityGroupIds=None)


def test_keys_that_are_told_only_where_set(elasticache: Any, make_serverless: Make) -> None:
    make_serverless(
        MajorEngineVersion="9",
        ConnectionType="public",
        NetworkType="dual_stack",
        Description="open",
        CacheUsageLimits={"DataStorage": {"Maximum": 5, "Unit": "GB"}},
    )
    found = serverless(elasticache)
    assert (found["ConnectionType"], found["NetworkType"], found["Description"]) == ("public", "dual_stack", "open")
    assert (found["MajorEngineVersion"], found["FullEngineVersion"]) == ("9", "9")
    assert found["CacheUsageLimits"]["DataStorage"]["Maximum"] == 5


def test_names(elasticache: Any, make_serverless: Make) -> None:
    assert make_serverless("Carts")["ServerlessCacheName"] == "carts"
    assert serverless(elasticache, "CARTS")["ServerlessCacheName"] == "carts"
    with refused("ServerlessCacheAlreadyExistsFault"):
        make_serverless("cARTS")
    with refused("InvalidParameterValue", "ServerlessCacheName"):
        make_serverless("a" * 41)
    with refused("ServerlessCacheNotFoundFault", "nobody"):
        serverless(elasticache, "nobody")
    with refused("ServerlessCacheNotFoundFault"):
        elasticache.delete_serverless_cache(ServerlessCacheName="nobody")


def test_values_that_are_refused(ec2: Any, elasticache: Any, network: Network, make_serverless: Make) -> None:
    with refused("InvalidParameterValue", "Engine"):
        make_serverless(engine="mysql")
    with refused("InvalidSubnet", "subnet-0123456789abcdef0"):
        make_serverless(SubnetIds=["subnet-0123456789abcdef0"])
    with refused("InvalidParameterValue", "sg-0123456789abcdef0"):
        make_serverless(SecurityGroupIds=["sg-0123456789abcdef0"])
    with refused("InvalidParameterValue"):
        make_serverless(SecurityGroupIds=[make_network(ec2, "10.10").group])
    same_zone = ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.9.9.0/24", AvailabilityZone="eu-west-1a")["Subnet"]
    with refused("InvalidParameterCombination", "different availability zones"):
        make_serverless(SubnetIds=[network.subnets[0], same_zone["SubnetId"]])
    assert elasticache.describe_serverless_caches()["ServerlessCaches"] == []


def test_one_field_per_modification(elasticache: Any, network: Network, make_serverless: Make) -> None:
    make_serverless()
    with refused("InvalidParameterCombination", "only support modifying one field per request"):
        elasticache.modify_serverless_cache(
            ServerlessCacheName="carts", Description="new", SecurityGroupIds=[network.other_group]
        )
    with refused("InvalidParameterCombination", "No modifications were requested"):
        elasticache.modify_serverless_cache(ServerlessCacheName="carts")
    assert serverless(elasticache)["SecurityGroupIds"] == [network.group]


def test_settings_change(elasticache: Any, make_serverless: Make) -> None:
    make_serverless(engine="redis", UserGroupId="people")
    for change in (
        {"Description": "new"},
        {"SnapshotRetentionLimit": 2},
        {"RemoveUserGroup": True},
        {"Engine": "valkey", "MajorEngineVersion": "8"},
    ):
        elasticache.modify_serverless_cache(ServerlessCacheName="carts", **change)
    found = serverless(elasticache)
    assert (found["Description"], found["SnapshotRetentionLimit"]) == ("new", 2)
    assert "UserGroupId" not in found
    assert (found["Engine"], found["FullEngineVersion"]) == ("valkey", "8.1")


def test_delete(elasticache: Any, make_serverless: Make) -> None:
    make_serverless()
    gone = elasticache.delete_serverless_cache(ServerlessCacheName="carts")["ServerlessCache"]
    assert gone["Status"] == "deleting"
    with refused("ServerlessCacheNotFoundFault"):
        serverless(elasticache)


def test_host_names_in_china(client: Any) -> None:
    china = client("elasticache", region="cn-northwest-1")
    china.create_serverless_cache(ServerlessCacheName="carts", Engine="valkey")
    found = serverless(china)
    assert found["ARN"].startswith("arn:aws-cn:elasticache:cn-northwest-1:")
    assert found["Endpoint"]["Address"].endswith(".serverless.cnw1.cache.amazonaws.com.cn")
