# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Replication groups of both modes, and their members among the cache clusters."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.emulator.tests.elasticache.conftest import (
    Make,
    Network,
    cluster,
    groups_of,
    make_network,
    refused,
    replication_group,
)

_KEYS = {
    "ARN",
    "AtRestEncryptionEnabled",
    "AuthTokenEnabled",
    "AutoMinorVersionUpgrade",
    "AutomaticFailover",
    "CacheNodeType",
    "ClusterEnabled",
    "ClusterMode",
    "DataTiering",
    "Description",
    "GlobalReplicationGroupInfo",
    "IpDiscovery",
    "LogDeliveryConfigurations",
    "MemberClusters",
    "MultiAZ",
    "NetworkType",
    "NodeGroups",
    "PendingModifiedValues",
    "ReplicationGroupCreateTime",
    "ReplicationGroupId",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "Status",
    "TransitEncryptionEnabled",
}
_DOMAIN = ".euw1.cache.amazonaws.com"


def test_mode_disabled(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(NumCacheClusters=3, Port=6390, AutomaticFailoverEnabled=True, MultiAZEnabled=True)
    found = replication_group(elasticache)
    # Engine is in the shape and in no answer seen; groups, version and subnet group are not even in the shape.
    assert set(found) == _KEYS
    assert found["ARN"] == "arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions"
    assert found["MemberClusters"] == ["sessions-001", "sessions-002", "sessions-003"]
    assert (found["AutomaticFailover"], found["MultiAZ"], found["ClusterEnabled"]) == ("enabled", "enabled", False)
    (shard,) = found["NodeGroups"]
    assert set(shard) == {"NodeGroupId", "Status", "PrimaryEndpoint", "ReaderEndpoint", "NodeGroupMembers"}
    assert (shard["PrimaryEndpoint"]["Port"], shard["ReaderEndpoint"]["Port"]) == (6390, 6390)
    members = shard["NodeGroupMembers"]
    assert [member["CurrentRole"] for member in members] == ["primary", "replica", "replica"]
    assert [member["ReadEndpoint"]["Port"] for member in members] == [6390, 6390, 6390]
    assert [member["PreferredAvailabilityZone"] for member in members] == ["eu-west-1a", "eu-west-1b", "eu-west-1a"]


def test_members_are_cache_clusters(elasticache: Any, network: Network, make_replication_group: Make) -> None:
    make_replication_group(NumCacheClusters=2, Port=6390, EngineVersion="7.2")
    for name in replication_group(elasticache)["MemberClusters"]:
        member = cluster(elasticache, name)
        assert member["ReplicationGroupId"] == "sessions"
        assert (member["Engine"], member["EngineVersion"]) == ("valkey", "7.2.0")
        assert member["CacheSubnetGroupName"] == "caches"
        assert groups_of(member) == [(network.group, "active")]
        assert "ConfigurationEndpoint" not in member
        (node,) = member["CacheNodes"]
        assert node["Endpoint"]["Port"] == 6390


def test_only_those_outside_replication_groups(
    elasticache: Any, make_cluster: Make, make_replication_group: Make
) -> None:
    make_replication_group(NumCacheClusters=2)
    make_cluster()
    everything = elasticache.describe_cache_clusters()["CacheClusters"]
    alone = elasticache.describe_cache_clusters(ShowCacheClustersNotInReplicationGroups=True)["CacheClusters"]
    assert [each["CacheClusterId"] for each in everything] == ["fragments", "sessions-001", "sessions-002"]
    assert [each["CacheClusterId"] for each in alone] == ["fragments"]


def test_mode_enabled(elasticache: Any, network: Network, make_replication_group: Make) -> None:
    make_replication_group(NumNodeGroups=3, ReplicasPerNodeGroup=1, Port=6391)
    found = replication_group(elasticache)
    assert set(found) == _KEYS | {"ConfigurationEndpoint"}
    assert (found["ClusterEnabled"], found["ClusterMode"], found["AutomaticFailover"]) == (True, "enabled", "enabled")
    assert found["ConfigurationEndpoint"]["Port"] == 6391
    assert found["MemberClusters"] == [f"sessions-000{shard}-00{node}" for shard in (1, 2, 3) for node in (1, 2)]
    assert [shard["Slots"] for shard in found["NodeGroups"]] == ["0-5460", "5461-10921", "10922-16383"]
    for shard in found["NodeGroups"]:
        assert set(shard) == {"NodeGroupId", "Status", "Slots", "NodeGroupMembers"}
        for member in shard["NodeGroupMembers"]:
            assert set(member) == {"CacheClusterId", "CacheNodeId", "PreferredAvailabilityZone"}
    member = cluster(elasticache, "sessions-0002-001")
    assert member["CacheNodes"][0]["Endpoint"]["Port"] == 6391
    assert member["CacheParameterGroup"]["CacheParameterGroupName"] == "default.valkey8.cluster.on"
    assert groups_of(member) == [(network.group, "active")]


@pytest.mark.parametrize(
    "options",
    [
        {"ClusterMode": "enabled"},
        {"CacheParameterGroupName": "default.redis7.cluster.on"},
        {"NodeGroupConfiguration": [{"NodeGroupId": "0001"}, {"NodeGroupId": "0002"}]},
    ],
    ids=str,
)
def test_ways_to_ask_for_mode_enabled(elasticache: Any, make_replication_group: Make, options: dict[str, Any]) -> None:
    make_replication_group(**options)
    assert replication_group(elasticache)["ClusterEnabled"] is True


def test_shards_laid_out_one_by_one(elasticache: Any, make_replication_group: Make) -> None:
    shards = [
        {
            "NodeGroupId": "0007",
            "ReplicaCount": 1,
            "PrimaryAvailabilityZone": "eu-west-1b",
            "ReplicaAvailabilityZones": ["eu-west-1a"],
        },
        {"NodeGroupId": "0008", "ReplicaCount": 0, "PrimaryAvailabilityZone": "eu-west-1a"},
    ]
    make_replication_group(NumNodeGroups=2, NodeGroupConfiguration=shards)
    found = replication_group(elasticache)
    assert found["MemberClusters"] == ["sessions-0007-001", "sessions-0007-002", "sessions-0008-001"]
    zones = [
        member["PreferredAvailabilityZone"] for shard in found["NodeGroups"] for member in shard["NodeGroupMembers"]
    ]
    assert zones == ["eu-west-1b", "eu-west-1a", "eu-west-1a"]


def test_one_node_unless_more_are_asked_for(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group()
    assert replication_group(elasticache)["MemberClusters"] == ["sessions-001"]


def _hosts(elasticache: Any) -> list[str]:
    """Every host name of the group, with what AWS alone chooses replaced."""
    found = replication_group(elasticache)
    shard = found["NodeGroups"][0]
    endpoints = [found.get("ConfigurationEndpoint"), shard.get("PrimaryEndpoint"), shard.get("ReaderEndpoint")]
    endpoints.append(cluster(elasticache, found["MemberClusters"][0])["CacheNodes"][0]["Endpoint"])
    hosts = [endpoint["Address"] for endpoint in endpoints if endpoint]
    assert all(host.endswith(_DOMAIN) for host in hosts)
    return [re.sub(r"\b[0-9a-f]{6}\b", "HASH", host.removesuffix(_DOMAIN)) for host in hosts]


def test_host_names_of_mode_disabled(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group()
    assert _hosts(elasticache) == [
        "sessions.HASH.ng.0001",
        "sessions-ro.HASH.ng.0001",
        "sessions-001.HASH.0001",
    ]


def test_host_names_of_mode_disabled_with_tls(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(TransitEncryptionEnabled=True)
    assert replication_group(elasticache)["TransitEncryptionMode"] == "required"
    assert _hosts(elasticache) == [
        "master.sessions.HASH",
        "replica.sessions.HASH",
        "sessions-001.sessions.HASH",
    ]


def test_host_names_of_mode_enabled(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(NumNodeGroups=2)
    assert _hosts(elasticache) == ["sessions.HASH.clustercfg", "sessions-0001-001.HASH.0001"]


def test_host_names_of_mode_enabled_with_tls(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(NumNodeGroups=2, TransitEncryptionEnabled=True)
    assert _hosts(elasticache) == ["clustercfg.sessions.HASH", "sessions-0001-001.sessions.HASH"]


def test_answer_to_creation(make_replication_group: Make) -> None:
    made = make_replication_group(NumCacheClusters=2)
    assert (made["Status"], made["MemberClusters"]) == ("creating", ["sessions-001", "sessions-002"])
    assert not {"NodeGroups", "ConfigurationEndpoint"} & set(made)


def test_valkey_is_encrypted_at_rest_by_default(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group("valkey")
    make_replication_group("redis", "redis")
    assert replication_group(elasticache, "valkey")["AtRestEncryptionEnabled"] is True
    assert replication_group(elasticache, "redis")["AtRestEncryptionEnabled"] is False


def test_without_group_the_default_group(elasticache: Any, network: Network, make_replication_group: Make) -> None:
    make_replication_group(SecurityGroupIds=None)
    assert groups_of(cluster(elasticache, "sessions-001")) == [(network.default_group, "active")]


def test_names(elasticache: Any, make_replication_group: Make) -> None:
    assert make_replication_group("Sessions")["ReplicationGroupId"] == "sessions"
    assert replication_group(elasticache, "SESSIONS")["ReplicationGroupId"] == "sessions"
    with refused("ReplicationGroupAlreadyExists"):
        make_replication_group("sessionS")
    with refused("InvalidParameterValue", "ReplicationGroupId is not a valid identifier"):
        make_replication_group("a" * 41)
    with refused("ReplicationGroupNotFoundFault", "ReplicationGroup nobody not found"):
        replication_group(elasticache, "nobody")
    with refused("ReplicationGroupNotFoundFault"):
        elasticache.modify_replication_group(ReplicationGroupId="nobody", SnapshotRetentionLimit=1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"engine": "memcached"}, "InvalidParameterValue"),
        ({"NumCacheClusters": 7}, "InvalidParameterValue"),
        ({"NumNodeGroups": 2, "ReplicasPerNodeGroup": 6}, "InvalidParameterValue"),
        ({"NumNodeGroups": 2, "NumCacheClusters": 2}, "InvalidParameterCombination"),
        ({"NumNodeGroups": 251, "ReplicasPerNodeGroup": 1}, "InvalidParameterValue"),
        ({"NumNodeGroups": 3, "NodeGroupConfiguration": [{"NodeGroupId": "0001"}]}, "InvalidParameterCombination"),
        ({"AutomaticFailoverEnabled": True}, "InvalidParameterCombination"),
        ({"PreferredCacheClusterAZs": ["eu-west-1c"]}, "InvalidParameterValue"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue"),
        ({"CacheNodeType": None}, "InvalidParameterValue"),
        ({"CacheSecurityGroupNames": ["old"]}, "InvalidParameterCombination"),
    ],
    ids=str,
)
def test_refused_creations_leave_nothing(
    ec2: Any, elasticache: Any, network: Network, make_replication_group: Make, options: dict[str, Any], code: str
) -> None:
    with refused(code):
        make_replication_group(**options)
    assert elasticache.describe_replication_groups()["ReplicationGroups"] == []
    assert elasticache.describe_cache_clusters()["CacheClusters"] == []
    ec2.delete_security_group(GroupId=network.group)


def test_member_names_must_be_free(elasticache: Any, make_cluster: Make, make_replication_group: Make) -> None:
    make_cluster("sessions-002")
    with refused("CacheClusterAlreadyExists"):
        make_replication_group(NumCacheClusters=2)
    assert [each["CacheClusterId"] for each in elasticache.describe_cache_clusters()["CacheClusters"]] == [
        "sessions-002"
    ]


def test_group_of_another_vpc_is_refused(ec2: Any, make_replication_group: Make) -> None:
    with refused("InvalidParameterCombination", "different VPC"):
        make_replication_group(SecurityGroupIds=[make_network(ec2, "10.10").group])


def test_delete_takes_the_members_along(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(NumCacheClusters=2)
    gone = elasticache.delete_replication_group(ReplicationGroupId="sessions")["ReplicationGroup"]
    assert gone["Status"] == "deleting"
    assert not {"MemberClusters", "NodeGroups", "ConfigurationEndpoint"} & set(gone)
    with refused("ReplicationGroupNotFoundFault"):
        replication_group(elasticache)
    assert elasticache.describe_cache_clusters()["CacheClusters"] == []


def test_delete_can_leave_the_primary(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(NumCacheClusters=2)
    elasticache.delete_replication_group(ReplicationGroupId="sessions", RetainPrimaryCluster=True)
    (left,) = elasticache.describe_cache_clusters()["CacheClusters"]
    assert left["CacheClusterId"] == "sessions-001"
    assert "ReplicationGroupId" not in left


def test_replicas_come_and_go(elasticache: Any, network: Network, make_replication_group: Make) -> None:
    make_replication_group(NumCacheClusters=1, Port=6390)
    elasticache.create_cache_cluster(CacheClusterId="extra", ReplicationGroupId="sessions")
    assert replication_group(elasticache)["MemberClusters"] == ["sessions-001", "extra"]
    extra = cluster(elasticache, "extra")
    assert groups_of(extra) == [(network.group, "active")]
    assert extra["CacheNodes"][0]["Endpoint"]["Port"] == 6390
    with refused("InvalidCacheClusterState"):
        elasticache.delete_cache_cluster(CacheClusterId="sessions-001")
    elasticache.delete_cache_cluster(CacheClusterId="extra")
    assert replication_group(elasticache)["MemberClusters"] == ["sessions-001"]
    with refused("InvalidCacheClusterState", "only member of a replication group"):
        elasticache.delete_cache_cluster(CacheClusterId="sessions-001")


def test_group_around_a_cluster(elasticache: Any, make_cluster: Make, make_replication_group: Make) -> None:
    make_cluster("first", "redis", Port=6400)
    make_replication_group(PrimaryClusterId="first", CacheNodeType=None)
    found = replication_group(elasticache)
    assert found["MemberClusters"] == ["first"]
    assert found["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6400
    assert cluster(elasticache, "first")["ReplicationGroupId"] == "sessions"
    make_cluster()
    with refused("InvalidCacheClusterState"):
        make_replication_group("other", PrimaryClusterId="fragments")


def test_settings_change(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(NumCacheClusters=2)
    elasticache.modify_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="new",
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        SnapshotRetentionLimit=5,
        EngineVersion="8.2.0",
        CacheNodeType="cache.r7g.large",
    )
    found = replication_group(elasticache)
    assert (found["Description"], found["AutomaticFailover"], found["MultiAZ"]) == ("new", "enabled", "enabled")
    assert (found["SnapshotRetentionLimit"], found["CacheNodeType"]) == (5, "cache.r7g.large")
    assert cluster(elasticache, "sessions-002")["EngineVersion"] == "8.2.0"


def test_failover_sent_again_fails_without_replicas(elasticache: Any, make_replication_group: Make) -> None:
    make_replication_group(NumNodeGroups=2, AutomaticFailoverEnabled=True)
    with refused("InvalidParameterCombination"):
        elasticache.modify_replication_group(ReplicationGroupId="sessions", AutomaticFailoverEnabled=True)


def test_global_replication_groups_are_none(elasticache: Any) -> None:
    assert elasticache.describe_global_replication_groups()["GlobalReplicationGroups"] == []
    with refused("GlobalReplicationGroupNotFoundFault"):
        elasticache.describe_global_replication_groups(GlobalReplicationGroupId="nobody")


def test_log_delivery(elasticache: Any, make_replication_group: Make) -> None:
    wanted = {
        "LogType": "slow-log",
        "DestinationType": "cloudwatch-logs",
        "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": "caches"}},
        "LogFormat": "json",
    }
    make_replication_group(LogDeliveryConfigurations=[wanted])
    told = [{**wanted, "Status": "active"}]
    assert replication_group(elasticache)["LogDeliveryConfigurations"] == told
    member = cluster(elasticache, "sessions-001")
    assert (member["ReplicationGroupLogDeliveryEnabled"], member["LogDeliveryConfigurations"]) == (True, told)
