# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""States that last: creating, modifying, deleting, memberships on their way; and the oddities of AWS's answers."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.server import Emulator
from tests.emulator.tests.elasticache.conftest import (
    Make,
    Network,
    cluster,
    groups_of,
    interfaces,
    refused,
    replication_group,
    serverless,
)

Put = Callable[..., None]


@pytest.fixture
def put(emulator: Emulator) -> Put:
    """Put a cache into a state, over HTTP."""

    def put_cache(name: str, **window: Any) -> None:
        set_window(emulator.url, name, **window)

    return put_cache


def test_cluster_being_created(elasticache: Any, network: Network, make_cluster: Make, put: Put) -> None:
    make_cluster()
    put("fragments", status="creating")
    found = cluster(elasticache, "fragments")
    assert found["CacheClusterStatus"] == "creating"
    assert found["CacheNodes"] == []
    assert "ConfigurationEndpoint" not in found
    assert groups_of(found) == [(network.group, "active")]
    put("fragments")
    assert cluster(elasticache, "fragments")["CacheClusterStatus"] == "available"


def test_replication_group_being_created(
    elasticache: Any, network: Network, make_replication_group: Make, put: Put
) -> None:
    make_replication_group(NumNodeGroups=2)
    put("sessions", status="creating")
    found = replication_group(elasticache)
    assert found["Status"] == "creating"
    assert len(found["MemberClusters"]) == 2
    assert not {"NodeGroups", "ConfigurationEndpoint"} & set(found)
    member = cluster(elasticache, "sessions-0001-001")
    assert (member["CacheClusterStatus"], member["CacheNodes"]) == ("creating", [])
    assert groups_of(member) == [(network.group, "active")]


def test_serverless_being_created(elasticache: Any, network: Network, make_serverless: Make, put: Put) -> None:
    make_serverless()
    put("carts", status="creating")
    found = serverless(elasticache)
    assert (found["Status"], found["SecurityGroupIds"]) == ("creating", [network.group])
    assert not {"Endpoint", "ReaderEndpoint"} & set(found)


def test_membership_on_its_way(elasticache: Any, network: Network, make_replication_group: Make, put: Put) -> None:
    make_replication_group(NumCacheClusters=2)
    put("sessions", status="modifying", membership_status="adding")
    found = replication_group(elasticache)
    assert (found["Status"], found["NodeGroups"][0]["Status"]) == ("modifying", "modifying")
    assert found["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6379
    assert groups_of(cluster(elasticache, "sessions-002")) == [(network.group, "adding")]


def test_membership_of_one_group_alone(elasticache: Any, network: Network, make_cluster: Make, put: Put) -> None:
    make_cluster(SecurityGroupIds=[network.group, network.other_group])
    put("fragments", membership_status={network.other_group: "removing"})
    found = cluster(elasticache, "fragments")
    assert groups_of(found) == [(network.group, "active"), (network.other_group, "removing")]


def test_members_can_differ(elasticache: Any, network: Network, make_replication_group: Make, put: Put) -> None:
    make_replication_group(NumCacheClusters=2)
    put("sessions", status="modifying")
    put("sessions-002", status="snapshotting", membership_status="adding")
    assert cluster(elasticache, "sessions-001")["CacheClusterStatus"] == "modifying"
    second = cluster(elasticache, "sessions-002")
    assert second["CacheClusterStatus"] == "snapshotting"
    assert groups_of(second) == [(network.group, "adding")]


def test_members_can_have_different_groups(
    elasticache: Any, network: Network, make_replication_group: Make, put: Put
) -> None:
    make_replication_group(NumCacheClusters=2)
    put("sessions-002", group_ids=[network.other_group], membership_status="removing")
    assert groups_of(cluster(elasticache, "sessions-001")) == [(network.group, "active")]
    assert groups_of(cluster(elasticache, "sessions-002")) == [(network.other_group, "removing")]
    put("sessions-002")
    assert groups_of(cluster(elasticache, "sessions-002")) == [(network.group, "active")]


def test_a_modification_that_reaches_one_member_after_the_other(
    elasticache: Any, network: Network, make_replication_group: Make, put: Put
) -> None:
    old, new = network.group, network.other_group
    make_replication_group(NumCacheClusters=2)
    put("sessions-001", on_modify={"status": "modifying", "membership_status": {new: "adding"}, "describes": 2})
    put("sessions-002", on_modify={"status": "modifying", "group_ids": [old], "describes": 2})
    elasticache.modify_replication_group(ReplicationGroupId="sessions", SecurityGroupIds=[old, new])

    def members() -> list[list[tuple[str, str]]]:
        return [groups_of(each) for each in elasticache.describe_cache_clusters()["CacheClusters"]]

    arrived = [(old, "active"), (new, "active")]
    for _look in range(2):
        assert members() == [[(old, "active"), (new, "adding")], [(old, "active")]]
    assert members() == [arrived, arrived]


def test_a_serverless_cache_can_show_other_groups(
    elasticache: Any, network: Network, make_serverless: Make, put: Put
) -> None:
    make_serverless()
    put("carts", status="modifying", group_ids=[network.other_group])
    assert serverless(elasticache)["SecurityGroupIds"] == [network.other_group]


def test_replication_group_being_deleted(elasticache: Any, make_replication_group: Make, put: Put) -> None:
    make_replication_group(NumNodeGroups=2)
    put("sessions", status="deleting")
    found = replication_group(elasticache)
    assert found["Status"] == "deleting"
    assert not {"MemberClusters", "NodeGroups", "ConfigurationEndpoint"} & set(found)
    member = cluster(elasticache, "sessions-0001-001")
    assert (member["CacheClusterStatus"], member["ReplicationGroupId"]) == ("deleting", "sessions")


def test_ec2_classic(ec2: Any, elasticache: Any, network: Network, make_cluster: Make, put: Put) -> None:
    make_cluster("ancient", "redis")
    put("ancient", classic=True)
    found = cluster(elasticache, "ancient")
    assert not {"CacheSubnetGroupName", "SecurityGroups"} & set(found)
    assert found["CacheSecurityGroups"] == [{"CacheSecurityGroupName": "default", "Status": "active"}]
    assert found["CacheNodes"][0]["Endpoint"]["Port"] == 6379
    assert interfaces(ec2, network) == {}


def test_members_of_an_ec2_classic_group(
    ec2: Any, elasticache: Any, network: Network, make_replication_group: Make, put: Put
) -> None:
    make_replication_group()
    put("sessions", classic=True)
    assert "CacheSubnetGroupName" not in cluster(elasticache, "sessions-001")
    assert interfaces(ec2, network) == {}


def test_keys_can_be_missing_or_added(
    elasticache: Any, make_cluster: Make, make_replication_group: Make, put: Put
) -> None:
    make_cluster()
    make_replication_group()
    put("fragments", without=["SecurityGroups", "ARN"])
    put("sessions", without=["ClusterEnabled"], also={"Engine": "valkey"})
    found = cluster(elasticache, "fragments")
    assert found["CacheClusterStatus"] == "available"
    assert not {"SecurityGroups", "ARN"} & set(found)
    group = replication_group(elasticache)
    assert group["Engine"] == "valkey"
    assert "ClusterEnabled" not in group


def test_window_closes_by_itself(elasticache: Any, make_cluster: Make, make_serverless: Make, put: Put) -> None:
    make_cluster()
    make_serverless()
    put("fragments", status="modifying", describes=2)
    put("carts", status="modifying", describes=1)
    states = [cluster(elasticache, "fragments")["CacheClusterStatus"] for _look in range(3)]
    assert states == ["modifying", "modifying", "available"]
    assert [serverless(elasticache)["Status"] for _look in range(2)] == ["modifying", "available"]


def test_window_of_a_group_lasts_for_looks_at_its_members(
    elasticache: Any, make_replication_group: Make, put: Put
) -> None:
    make_replication_group(NumCacheClusters=2)
    put("sessions", status="modifying", describes=2)
    assert replication_group(elasticache)["Status"] == "modifying"
    members = elasticache.describe_cache_clusters()["CacheClusters"]
    assert [member["CacheClusterStatus"] for member in members] == ["modifying", "modifying"]
    assert replication_group(elasticache)["Status"] == "available"


def test_modification_that_takes_its_time(
    elasticache: Any,
    network: Network,
    make_cluster: Make,
    make_replication_group: Make,
    make_serverless: Make,
    put: Put,
) -> None:
    make_cluster()
    make_replication_group()
    make_serverless()
    later = {"status": "modifying", "membership_status": "adding", "describes": 1}
    for name in ("fragments", "sessions", "carts"):
        put(name, on_modify=later)
    assert cluster(elasticache, "fragments")["CacheClusterStatus"] == "available"
    groups = {"SecurityGroupIds": [network.other_group]}
    answer = elasticache.modify_cache_cluster(CacheClusterId="fragments", **groups)["CacheCluster"]
    assert (answer["CacheClusterStatus"], groups_of(answer)) == ("modifying", [(network.other_group, "adding")])
    assert elasticache.modify_replication_group(ReplicationGroupId="sessions", **groups)["ReplicationGroup"][
        "Status"
    ] == ("modifying")
    assert elasticache.modify_serverless_cache(ServerlessCacheName="carts", **groups)["ServerlessCache"]["Status"] == (
        "modifying"
    )
    assert groups_of(cluster(elasticache, "fragments")) == [(network.other_group, "adding")]
    assert groups_of(cluster(elasticache, "fragments")) == [(network.other_group, "active")]


@pytest.mark.parametrize("status", ["creating", "modifying", "deleting", "snapshotting"])
def test_what_is_not_available_cannot_be_modified(
    elasticache: Any,
    network: Network,
    make_cluster: Make,
    make_replication_group: Make,
    make_serverless: Make,
    put: Put,
    status: str,
) -> None:
    make_cluster()
    make_replication_group()
    make_serverless()
    for name in ("fragments", "sessions", "carts"):
        put(name, status=status)
    groups = {"SecurityGroupIds": [network.other_group]}
    with refused("InvalidCacheClusterState"):
        elasticache.modify_cache_cluster(CacheClusterId="fragments", **groups)
    with refused("InvalidReplicationGroupState", "must be in available state to modify"):
        elasticache.modify_replication_group(ReplicationGroupId="sessions", **groups)
    with refused("InvalidServerlessCacheStateFault"):
        elasticache.modify_serverless_cache(ServerlessCacheName="carts", **groups)
    with refused("InvalidReplicationGroupState"):
        elasticache.create_cache_cluster(CacheClusterId="extra", ReplicationGroupId="sessions")


def test_what_is_being_created_cannot_be_deleted(
    elasticache: Any, make_cluster: Make, make_replication_group: Make, make_serverless: Make, put: Put
) -> None:
    make_cluster()
    make_replication_group()
    make_serverless()
    for name in ("fragments", "sessions", "carts"):
        put(name, status="creating")
    with refused("InvalidCacheClusterState"):
        elasticache.delete_cache_cluster(CacheClusterId="fragments")
    with refused("InvalidReplicationGroupState"):
        elasticache.delete_replication_group(ReplicationGroupId="sessions")
    with refused("InvalidServerlessCacheStateFault"):
        elasticache.delete_serverless_cache(ServerlessCacheName="carts")


def test_window_goes_with_its_cache(elasticache: Any, make_cluster: Make, put: Put) -> None:
    make_cluster()
    put("fragments", status="restore-failed")
    elasticache.delete_cache_cluster(CacheClusterId="fragments")
    make_cluster()
    assert cluster(elasticache, "fragments")["CacheClusterStatus"] == "available"


def test_one_name_for_several_kinds(elasticache: Any, make_cluster: Make, make_serverless: Make, put: Put) -> None:
    make_cluster("same", "redis")
    make_serverless("same")
    put("same", kind="serverless", status="modifying")
    assert cluster(elasticache, "same")["CacheClusterStatus"] == "available"
    assert serverless(elasticache, "same")["Status"] == "modifying"
    put("same", status="snapshotting")
    assert cluster(elasticache, "same")["CacheClusterStatus"] == "snapshotting"
    assert serverless(elasticache, "same")["Status"] == "snapshotting"


def test_another_region_and_account(emulator: Emulator, client: Any) -> None:
    far = client("elasticache", region="us-east-1", account="111111111111")
    far.create_serverless_cache(ServerlessCacheName="carts", Engine="valkey")
    set_window(emulator.url, "Carts", region="us-east-1", account="111111111111", status="modifying")
    assert serverless(far)["Status"] == "modifying"


@pytest.mark.parametrize(
    ("name", "window", "status"),
    [("nobody", {"status": "modifying"}, 404), ("fragments", {"colour": "red"}, 400)],
    ids=["unknown cache", "unknown word"],
)
def test_mistakes_are_told(make_cluster: Make, put: Put, name: str, window: dict[str, Any], status: int) -> None:
    make_cluster()
    with pytest.raises(urllib.error.HTTPError) as caught:
        put(name, **window)
    assert caught.value.code == status
    caught.value.close()
