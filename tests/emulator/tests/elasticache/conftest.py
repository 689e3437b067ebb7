# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A small network with a cache subnet group, and ways to make caches in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

Answer = dict[str, Any]
Make = Callable[..., Answer]


@dataclass(frozen=True)
class Network:
    """A VPC with two subnets in two zones, named ``caches`` as a cache subnet group, and two security groups."""

    vpc: str
    subnets: list[str]
    group: str
    other_group: str
    default_group: str


@contextmanager
def refused(code: str, words: str = "") -> Iterator[None]:
    """The call within is refused with this code, and with a message that holds these words."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert (error["Code"], words in error["Message"]) == (code, True), error


def make_network(ec2: Any, cidr: str = "10.9") -> Network:
    """A network of its own."""
    vpc = ec2.create_vpc(CidrBlock=f"{cidr}.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"{cidr}.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(("eu-west-1a", "eu-west-1b"))
    ]
    one, other = (
        ec2.create_security_group(GroupName=name, Description="made for a test", VpcId=vpc)["GroupId"]
        for name in ("one", "other")
    )
    (default,) = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    return Network(vpc, subnets, one, other, default["GroupId"])


@pytest.fixture
def network(ec2: Any, elasticache: Any) -> Network:
    """Where the caches of a test stand."""
    made = make_network(ec2)
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="caches", CacheSubnetGroupDescription="for tests", SubnetIds=made.subnets
    )
    return made


@pytest.fixture
def make_cluster(elasticache: Any, network: Network) -> Make:
    """Make a cache cluster; answers what CreateCacheCluster does."""

    def make(name: str = "fragments", engine: str = "memcached", **options: Any) -> Answer:
        given = {
            "CacheNodeType": "cache.t4g.micro",
            "NumCacheNodes": 1,
            "CacheSubnetGroupName": "caches",
            "SecurityGroupIds": [network.group],
            **options,
        }
        given = {key: value for key, value in given.items() if value is not None}
        return dict(elasticache.create_cache_cluster(CacheClusterId=name, Engine=engine, **given)["CacheCluster"])

    return make


@pytest.fixture
def make_replication_group(elasticache: Any, network: Network) -> Make:
    """Make a replication group; answers what CreateReplicationGroup does."""

    def make(name: str = "sessions", engine: str = "valkey", **options: Any) -> Answer:
        given = {
            "CacheNodeType": "cache.t4g.micro",
            "CacheSubnetGroupName": "caches",
            "SecurityGroupIds": [network.group],
            "ReplicationGroupDescription": "for tests",
            **options,
        }
        given = {key: value for key, value in given.items() if value is not None}
        answer = elasticache.create_replication_group(ReplicationGroupId=name, Engine=engine, **given)
        return dict(answer["ReplicationGroup"])

    return make


@pytest.fixture
def make_serverless(elasticache: Any, network: Network) -> Make:
    """Make a serverless cache; answers what CreateServerlessCache does."""

    def make(name: str = "carts", engine: str = "valkey", **options: Any) -> Answer:
        given = {"SubnetIds": network.subnets, "SecurityGroupIds": [network.group], **options}
        given = {key: value for key, value in given.items() if value is not None}
        answer = elasticache.create_serverless_cache(ServerlessCacheName=name, Engine=engine, **given)
        return dict(answer["ServerlessCache"])

    return make


def cluster(elasticache: Any, name: str, **options: Any) -> Answer:
    """The cluster of this name, with its nodes."""
    options = {"ShowCacheNodeInfo": True, **options}
    (found,) = elasticache.describe_cache_clusters(CacheClusterId=name, **options)["CacheClusters"]
    return dict(found)


def replication_group(elasticache: Any, name: str = "sessions") -> Answer:
    """The replication group of this name."""
    (found,) = elasticache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
    return dict(found)


def serverless(elasticache: Any, name: str = "carts") -> Answer:
    """The serverless cache of this name."""
    (found,) = elasticache.describe_serverless_caches(ServerlessCacheName=name)["ServerlessCaches"]
    return dict(found)


def interfaces(ec2: Any, network: Network) -> dict[str, list[Answer]]:
    """The network interfaces in this VPC, by description."""
    found = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])
    by_description: dict[str, list[Answer]] = {}
    for interface in found["NetworkInterfaces"]:
        by_description.setdefault(interface["Description"], []).append(interface)
    return by_description


def groups_of(described: Answer) -> list[tuple[str, str]]:
    """The security groups of a cluster with their status."""
    return [(group["SecurityGroupId"], group["Status"]) for group in described["SecurityGroups"]]
