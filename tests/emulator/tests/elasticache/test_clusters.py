# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Cache clusters: standalone nodes and Memcached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.elasticache.conftest import Make, Network, cluster, groups_of, make_network, refused

# Of every cluster, whatever its engine.
_KEYS = {
    "ARN",
    "AtRestEncryptionEnabled",
    "AuthTokenEnabled",
    "AutoMinorVersionUpgrade",
    "CacheClusterCreateTime",
    "CacheClusterId",
    "CacheClusterStatus",
    "CacheNodeType",
    "CacheNodes",
    "CacheParameterGroup",
    "CacheSecurityGroups",
    "CacheSubnetGroupName",
    "ClientDownloadLandingPage",
    "Engine",
    "EngineVersion",
    "IpDiscovery",
    "LogDeliveryConfigurations",
    "NetworkType",
    "NumCacheNodes",
    "PendingModifiedValues",
    "PreferredAvailabilityZone",
    "PreferredMaintenanceWindow",
    "ReplicationGroupLogDeliveryEnabled",
    "SecurityGroups",
    "TransitEncryptionEnabled",
}
_NODE_KEYS = {
    "CacheNodeCreateTime",
    "CacheNodeId",
    "CacheNodeStatus",
    "CustomerAvailabilityZone",
    "Endpoint",
    "ParameterGroupStatus",
}


def test_memcached(elasticache: Any, network: Network, make_cluster: Make) -> None:
    make_cluster(NumCacheNodes=3)
    found = cluster(elasticache, "fragments")
    assert set(found) == _KEYS | {"ConfigurationEndpoint"}
    assert found["ARN"] == "arn:aws:elasticache:eu-west-1:123456789012:cluster:fragments"
    assert found["CacheParameterGroup"]["CacheParameterGroupName"] == "default.memcached1.6"
    assert found["ConfigurationEndpoint"]["Address"].split(".")[2] == "cfg"
    assert found["ConfigurationEndpoint"]["Port"] == 11211
    assert groups_of(found) == [(network.group, "active")]
    assert found["PreferredAvailabilityZone"] == "Multiple"
    assert [node["CacheNodeId"] for node in found["CacheNodes"]] == ["0001", "0002", "0003"]
    assert all(set(node) == _NODE_KEYS for node in found["CacheNodes"])
    assert {node["Endpoint"]["Port"] for node in found["CacheNodes"]} == {11211}
    assert len({node["Endpoint"]["Address"] for node in found["CacheNodes"]}) == 3


@pytest.mark.parametrize(("engine", "version"), [("redis", "7.1.0"), ("valkey", "8.1.0")])
def test_standalone_node(elasticache: Any, make_cluster: Make, engine: str, version: str) -> None:
    make_cluster("one", engine, PreferredAvailabilityZone="eu-west-1b")
    found = cluster(elasticache, "one")
    assert set(found) == _KEYS | {"SnapshotRetentionLimit", "SnapshotWindow"}
    assert (found["Engine"], found["EngineVersion"]) == (engine, version)
    assert found["PreferredAvailabilityZone"] == "eu-west-1b"
    (node,) = found["CacheNodes"]
    assert node["Endpoint"]["Port"] == 6379


def test_custom_port(elasticache: Any, make_cluster: Make) -> None:
    make_cluster("own", "redis", Port=7000)
    make_cluster("other", Port=12000)
    assert cluster(elasticache, "own")["CacheNodes"][0]["Endpoint"]["Port"] == 7000
    assert cluster(elasticache, "other")["ConfigurationEndpoint"]["Port"] == 12000


def test_nodes_only_on_request(elasticache: Any, make_cluster: Make) -> None:
    make_cluster()
    assert "CacheNodes" not in cluster(elasticache, "fragments", ShowCacheNodeInfo=False)


def test_answer_to_creation_is_short(network: Network, make_cluster: Make) -> None:
    made = make_cluster("plain", SecurityGroupIds=None)
    assert made["CacheClusterStatus"] == "creating"
    later = {"SecurityGroups", "CacheNodes", "ConfigurationEndpoint", "CacheClusterCreateTime"}
    assert not later & set(made)
    assert groups_of(make_cluster("guarded")) == [(network.group, "active")]


def test_without_group_the_default_group(elasticache: Any, network: Network, make_cluster: Make) -> None:
    make_cluster(SecurityGroupIds=None)
    assert groups_of(cluster(elasticache, "fragments")) == [(network.default_group, "active")]


def test_without_subnet_group_the_default_vpc(ec2: Any, elasticache: Any, make_cluster: Make) -> None:
    make_cluster(CacheSubnetGroupName=None, SecurityGroupIds=None)
    (group,) = elasticache.describe_cache_subnet_groups(CacheSubnetGroupName="default")["CacheSubnetGroups"]
    (vpc,) = ec2.describe_vpcs(VpcIds=[group["VpcId"]])["Vpcs"]
    assert vpc["IsDefault"] is True
    assert cluster(elasticache, "fragments")["CacheSubnetGroupName"] == "default"


def test_without_default_vpc_a_subnet_group_is_needed(ec2: Any, make_cluster: Make) -> None:
    for subnet in ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    with refused("CacheSubnetGroupNotFoundFault", "default does not exist"):
        make_cluster(CacheSubnetGroupName=None, SecurityGroupIds=None)


def test_names_are_stored_in_lower_case(elasticache: Any, make_cluster: Make) -> None:
    assert make_cluster("MixedCase")["CacheClusterId"] == "mixedcase"
    assert cluster(elasticache, "MIXEDCASE")["CacheClusterId"] == "mixedcase"
    with refused("CacheClusterAlreadyExists"):
        make_cluster("mixedCASE")


@pytest.mark.parametrize("name", ["1st", "a--b", "a-", "a_b", "a.b", "a" * 51])
def test_names_that_are_none(elasticache: Any, make_cluster: Make, name: str) -> None:
    with refused("InvalidParameterValue", "not a valid identifier"):
        make_cluster(name)
    with refused("InvalidParameterValue", "not a valid identifier"):
        elasticache.describe_cache_clusters(CacheClusterId=name)


def test_unknown_cluster(elasticache: Any) -> None:
    with refused("CacheClusterNotFound", "CacheCluster not found: nobody"):
        elasticache.describe_cache_clusters(CacheClusterId="nobody")
    with refused("CacheClusterNotFound"):
        elasticache.modify_cache_cluster(CacheClusterId="nobody", SnapshotRetentionLimit=1)
    with refused("CacheClusterNotFound"):
        elasticache.delete_cache_cluster(CacheClusterId="nobody")


@pytest.mark.parametrize("engine", ["redis", "valkey"])
def test_one_node_only_outside_memcached(make_cluster: Make, engine: str) -> None:
    with refused("InvalidParameterValue", "NumCacheNodes"):
        make_cluster("many", engine, NumCacheNodes=2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"NumCacheNodes": 41}, "NumCacheNodes"),
        ({"Port": 70000}, "port"),
        ({"CacheNodeType": None}, "CacheNodeType"),
        ({"engine": "mysql"}, "Engine"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "sg-0123456789abcdef0"),
        ({"PreferredAvailabilityZone": "eu-west-1c"}, "eu-west-1c"),
    ],
    ids=str,
)
def test_values_that_are_refused(elasticache: Any, make_cluster: Make, options: dict[str, Any], words: str) -> None:
    with refused("InvalidParameterValue", words):
        make_cluster("wrong", **options)
    assert elasticache.describe_cache_clusters()["CacheClusters"] == []


def test_group_of_another_vpc_is_refused(ec2: Any, network: Network, make_cluster: Make) -> None:
    foreign = make_network(ec2, "10.10")
    with refused("InvalidParameterCombination", f"different VPC [{network.vpc}] than [{foreign.vpc}]"):
        make_cluster(SecurityGroupIds=[foreign.group])


def test_six_groups_are_too_many(ec2: Any, network: Network, make_cluster: Make) -> None:
    groups = [
        ec2.create_security_group(GroupName=f"g{number}", Description="d", VpcId=network.vpc)["GroupId"]
        for number in range(6)
    ]
    make_cluster("five", SecurityGroupIds=groups[:5])
    with refused("InvalidParameterValue"):
        make_cluster("six", SecurityGroupIds=groups)


def test_unknown_subnet_group(make_cluster: Make) -> None:
    with refused("CacheSubnetGroupNotFoundFault", "nowhere"):
        make_cluster(CacheSubnetGroupName="nowhere")


def test_delete(elasticache: Any, make_cluster: Make) -> None:
    make_cluster()
    gone = elasticache.delete_cache_cluster(CacheClusterId="fragments")["CacheCluster"]
    assert gone["CacheClusterStatus"] == "deleting"
    with refused("CacheClusterNotFound"):
        elasticache.describe_cache_clusters(CacheClusterId="fragments")
    make_cluster()


def test_memcached_grows_and_shrinks(elasticache: Any, make_cluster: Make) -> None:
    make_cluster()
    elasticache.modify_cache_cluster(CacheClusterId="fragments", NumCacheNodes=3, ApplyImmediately=True)
    assert len(cluster(elasticache, "fragments")["CacheNodes"]) == 3
    with refused("InvalidParameterCombination", "CacheNodeIdsToRemove"):
        elasticache.modify_cache_cluster(CacheClusterId="fragments", NumCacheNodes=2)
    elasticache.modify_cache_cluster(CacheClusterId="fragments", NumCacheNodes=2, CacheNodeIdsToRemove=["0002"])
    assert [node["CacheNodeId"] for node in cluster(elasticache, "fragments")["CacheNodes"]] == ["0001", "0003"]
    elasticache.modify_cache_cluster(CacheClusterId="fragments", NumCacheNodes=3)
    assert [node["CacheNodeId"] for node in cluster(elasticache, "fragments")["CacheNodes"]] == ["0001", "0003", "0004"]


def test_settings_change(elasticache: Any, make_cluster: Make) -> None:
    make_cluster("one", "redis", NotificationTopicArn="arn:aws:sns:eu-west-1:123456789012:caches")
    elasticache.modify_cache_cluster(CacheClusterId="one", SnapshotRetentionLimit=3, CacheNodeType="cache.r7g.large")
    found = cluster(elasticache, "one")
    assert (found["SnapshotRetentionLimit"], found["CacheNodeType"]) == (3, "cache.r7g.large")
    assert found["NotificationConfiguration"]["TopicStatus"] == "active"


def test_encryption_in_transit(elasticache: Any, make_cluster: Make) -> None:
    make_cluster(TransitEncryptionEnabled=True)
    found = cluster(elasticache, "fragments")
    assert (found["TransitEncryptionEnabled"], found["TransitEncryptionMode"]) == (True, "required")


def test_network_type(elasticache: Any, make_cluster: Make) -> None:
    make_cluster(NetworkType="ipv6")
    found = cluster(elasticache, "fragments")
    assert (found["NetworkType"], found["IpDiscovery"]) == ("ipv6", "ipv6")


def test_accounts_and_regions_are_apart(client: Any, make_cluster: Make) -> None:
    make_cluster()
    assert client("elasticache", region="us-east-1").describe_cache_clusters()["CacheClusters"] == []
    assert client("elasticache", account="111111111111").describe_cache_clusters()["CacheClusters"] == []


def test_cache_security_groups_have_ended(elasticache: Any, make_cluster: Make) -> None:
    words = "Use of cache security groups is not permitted in this API version for your account."
    with refused("InvalidParameterValue", words):
        elasticache.describe_cache_security_groups()
    with refused("InvalidParameterValue", words):
        elasticache.create_cache_security_group(CacheSecurityGroupName="old", Description="d")
    with refused("InvalidParameterValue", words):
        elasticache.delete_cache_security_group(CacheSecurityGroupName="old")
    change = {
        "CacheSecurityGroupName": "old",
        "EC2SecurityGroupName": "web",
        "EC2SecurityGroupOwnerId": "123456789012",
    }
    with refused("InvalidParameterValue", words):
        elasticache.authorize_cache_security_group_ingress(**change)
    with refused("InvalidParameterValue", words):
        elasticache.revoke_cache_security_group_ingress(**change)
    with refused("InvalidParameterValue", words):
        make_cluster(CacheSecurityGroupNames=["old"], CacheSubnetGroupName=None, SecurityGroupIds=None)
    with refused("InvalidParameterCombination", "along with cache subnet group"):
        make_cluster(CacheSecurityGroupNames=["old"])
