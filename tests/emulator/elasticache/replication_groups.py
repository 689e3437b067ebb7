# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Making, finding, changing and deleting replication groups and their members."""

from __future__ import annotations

import itertools
from typing import Any

from tests.emulator.elasticache import errors
from tests.emulator.elasticache.base import Answer, Request, refuse_cache_security_groups
from tests.emulator.elasticache.clusters import Clusters, cluster_facts, log_deliveries
from tests.emulator.elasticache.engines import MEMCACHED, engine_of, port_of
from tests.emulator.elasticache.names import CLUSTER, REPLICATION_GROUP, identifier
from tests.emulator.elasticache.paging import by_marker
from tests.emulator.elasticache.replication_group import ReplicationGroup, Shard
from tests.emulator.elasticache.subnet_groups import SubnetGroup
from tests.emulator.elasticache.windows import AVAILABLE, CLOSED, CREATING, DELETING, Window

_SLOTS = 16384
_MOST_REPLICAS = 5
_MOST_NODES = 500
# What ModifyReplicationGroup takes and passes on to every member.
_MEMBER_SETTINGS = ("EngineVersion", "CacheNodeType", "PreferredMaintenanceWindow", "AutoMinorVersionUpgrade")
_GROUP_SETTINGS = (
    "CacheNodeType",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "AutoMinorVersionUpgrade",
    "IpDiscovery",
)

Zones = list[str | None]


class ReplicationGroups(Clusters):
    """The part of the backend that keeps replication groups."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.replication_groups: dict[str, ReplicationGroup] = {}  # type: ignore[assignment]

    # -- what the API asks for

    def new_group(self, request: Request) -> Answer:
        """CreateReplicationGroup."""
        refuse_cache_security_groups(request)
        name = identifier(request.get("ReplicationGroupId"), "ReplicationGroupId", 40)
        if name in self.replication_groups:
            raise errors.group_exists(name)
        if request.get("PrimaryClusterId"):
            return self._adopt(name, request)
        engine = engine_of(request, default="redis")
        if engine == MEMCACHED:
            raise errors.invalid_value("Replication groups are not supported for engine memcached.")
        if not request.get("CacheNodeType"):
            raise errors.missing("CacheNodeType")
        port = port_of(request, engine)
        cluster_mode = is_cluster_mode(request)
        layout = shard_zones(request, cluster_mode)
        if not cluster_mode:
            _check_failover(request, any(len(zones) > 1 for zones in layout.values()))
        subnet_group = self.subnet_group_for(request)
        group_ids = self.groups_in_subnet_group(request.get("SecurityGroupIds"), subnet_group)
        told = group_facts(request, engine, cluster_mode)
        made = ReplicationGroup(name, self.place, port, cluster_mode, self._arn(name), told)
        facts = cluster_facts(request, engine, cluster_mode)
        self._populate(made, layout, engine, subnet_group, group_ids, facts)
        self.replication_groups[name] = made
        for arn in (made.arn, *(member.arn for member in made.members)):
            self.tag_new(arn, request)
        return made.described(Window(status=CREATING))

    def list_groups(self, request: Request) -> tuple[list[Answer], str | None]:
        """DescribeReplicationGroups."""
        marker = None
        if request.get("ReplicationGroupId"):
            groups = [self.require_group(request["ReplicationGroupId"])]
        else:
            groups, marker = by_marker(self.replication_groups, request)
        answers = [group.described(self.group_window(group)) for group in groups]
        for group in groups:
            self.windows.described(REPLICATION_GROUP, group.name)
        return answers, marker

    def modify_group(self, request: Request) -> Answer:
        """ModifyReplicationGroup."""
        refuse_cache_security_groups(request)
        group = self.require_group(request.get("ReplicationGroupId"))
        if self.group_window(group).status != AVAILABLE:
            raise errors.group_state("modify")
        _check_failover(request, group.has_replicas)
        if request.get("SecurityGroupIds"):
            subnet_group = group.members[0].subnet_group
            group_ids = self.groups_in_subnet_group(request["SecurityGroupIds"], subnet_group)
            for member in group.members:
                self.set_cluster_groups(member, group_ids)
        if "ReplicationGroupDescription" in request:
            group.told["Description"] = request["ReplicationGroupDescription"]
        for parameter, key in (("AutomaticFailoverEnabled", "AutomaticFailover"), ("MultiAZEnabled", "MultiAZ")):
            if parameter in request:
                group.told[key] = _enabled(request[parameter])
        group.told.update({key: request[key] for key in _GROUP_SETTINGS if key in request})
        for member in group.members:
            member.told.update({key: request[key] for key in _MEMBER_SETTINGS if key in request})
        self.windows.modified(REPLICATION_GROUP, group.name)
        for member in group.members:
            self.windows.modified(CLUSTER, member.name)
        return group.described(self.group_window(group))

    def delete_group(self, request: Request) -> Answer:
        """DeleteReplicationGroup."""
        group = self.require_group(request.get("ReplicationGroupId"))
        if self.group_window(group).status in (CREATING, DELETING):
            raise errors.group_state("delete")
        del self.replication_groups[group.name]
        self.windows.close(REPLICATION_GROUP, group.name)
        self.tagging_service.delete_all_tags_for_resource(group.arn)
        for member in group.members:
            if request.get("RetainPrimaryCluster") and member is group.node_groups[0].members[0]:
                member.replication_group_id = None
            else:
                self.remove_cluster(member)
        return group.described(Window(status=DELETING))

    def create_cluster(self, request: Request) -> Answer:
        """CreateCacheCluster: alone, or as one more replica."""
        if not request.get("ReplicationGroupId"):
            return self.new_cluster(request)
        group = self.require_group(request["ReplicationGroupId"])
        name = self.new_cluster_name(request.get("CacheClusterId"))
        if self.group_window(group).status != AVAILABLE:
            raise errors.group_state("add a replica")
        shard = group.node_groups[0]
        if group.cluster_mode or len(shard.members) > _MOST_REPLICAS:
            raise errors.bad_combination(f"Replication group {group.name} takes no further cache cluster.")
        primary = shard.members[0]
        zone = request.get("PreferredAvailabilityZone")
        subnet = primary.subnet_group.subnet_for(len(shard.members), zone)
        member = self.add_cluster(
            name, primary.engine, group.port, primary.subnet_group, primary.group_ids, dict(primary.told)
        )
        member.replication_group_id = group.name
        self.add_nodes(member, [subnet])
        shard.members.append(member)
        self.tag_new(member.arn, request)
        return self.just_created(member, request)

    def delete_cluster(self, request: Request) -> Answer:
        """DeleteCacheCluster: a replica leaves its group; the last member takes more than that."""
        cluster = self.require_cluster(request.get("CacheClusterId"))
        group = self.replication_groups.get(cluster.replication_group_id or "")
        if group is not None:
            shard = next(shard for shard in group.node_groups if cluster in shard.members)
            if len(group.members) == 1:
                raise errors.only_member()
            if group.cluster_mode or cluster is shard.members[0]:
                raise errors.cluster_state(cluster.name, "deleted")
        answer = self.drop_cluster(request)
        if group is not None:
            shard.members.remove(cluster)
        return answer

    # -- the parts

    def require_group(self, name: str | None) -> ReplicationGroup:
        """The group with this name, or AWS's refusal."""
        wanted = identifier(name, "ReplicationGroupId", 50)
        if wanted not in self.replication_groups:
            raise errors.group_not_found(wanted)
        return self.replication_groups[wanted]

    def group_window(self, group: ReplicationGroup) -> Window:
        """What a group shows."""
        return self.windows.get(REPLICATION_GROUP, group.name) or CLOSED

    def _arn(self, name: str) -> str:
        return self.place.arn(REPLICATION_GROUP, name)

    def _populate(
        self,
        group: ReplicationGroup,
        layout: dict[str, Zones],
        engine: str,
        subnet_group: SubnetGroup,
        group_ids: list[str],
        facts: Answer,
    ) -> None:
        """Give a new group its members; those of one shard stand in different zones where the subnets allow it."""
        zones_there = itertools.cycle(subnet_group.zones)
        members: list[tuple[str, str, Any]] = []
        for shard_id, zones in layout.items():
            prefix = f"{group.name}-{shard_id}-" if group.cluster_mode else f"{group.name}-"
            for number, zone in enumerate(zones, 1):
                name = self.new_cluster_name(f"{prefix}{number:03}")
                members.append((shard_id, name, subnet_group.subnet_for(0, zone or next(zones_there))))
        shards = {
            shard_id: Shard(shard_id, slots=slots_of(index, len(layout))) for index, shard_id in enumerate(layout)
        }
        group.node_groups = list(shards.values())
        for shard_id, name, subnet in members:
            member = self.add_cluster(name, engine, group.port, subnet_group, group_ids, dict(facts))
            member.replication_group_id = group.name
            self.add_nodes(member, [subnet])
            shards[shard_id].members.append(member)

    def _adopt(self, name: str, request: Request) -> Answer:
        """A group around a cluster that is there already, which becomes its primary."""
        primary = self.require_cluster(request["PrimaryClusterId"])
        if primary.engine == MEMCACHED or primary.replication_group_id:
            raise errors.cluster_state(primary.name, "made a primary")
        _check_failover(request, has_replicas=False)
        facts = group_facts({**primary.told, **request}, primary.engine)
        group = ReplicationGroup(name, self.place, primary.port, False, self._arn(name), facts)
        group.node_groups.append(Shard("0001", [primary], slots_of(0, 1)))
        primary.replication_group_id = name
        self.replication_groups[name] = group
        self.tag_new(group.arn, request)
        return group.described(Window(status=CREATING))


def is_cluster_mode(request: Request) -> bool:
    """Is cluster mode asked for: outright, by several shards, or by the parameter group?"""
    parameters = str(request.get("CacheParameterGroupName") or "")
    shards = max(request.get("NumNodeGroups") or 1, len(request.get("NodeGroupConfiguration") or []))
    return request.get("ClusterMode") == "enabled" or shards > 1 or parameters.endswith(".cluster.on")


def shard_zones(request: Request, cluster_mode: bool) -> dict[str, Zones]:
    """The zone of each member to be, by shard; the primary comes first, and ``None`` leaves the choice to AWS."""
    configured: list[dict[str, Any]] = request.get("NodeGroupConfiguration") or []
    shards = request.get("NumNodeGroups") or len(configured) or 1
    replicas: int = request.get("ReplicasPerNodeGroup", 0)
    if "NumCacheClusters" in request:
        if cluster_mode or "ReplicasPerNodeGroup" in request:
            raise errors.bad_combination("NumCacheClusters cannot be combined with NumNodeGroups or several shards.")
        replicas = request["NumCacheClusters"] - 1
    if not 0 <= replicas <= _MOST_REPLICAS:
        raise errors.invalid_value(f"The number of replicas per node group must be within 0 and {_MOST_REPLICAS}.")
    if configured and len(configured) != shards:
        raise errors.bad_combination("NodeGroupConfiguration must describe as many node groups as NumNodeGroups.")
    if shards * (replicas + 1) > _MOST_NODES:
        raise errors.invalid_value(f"A replication group has at most {_MOST_NODES} nodes.")
    layout: dict[str, Zones] = {}
    given: dict[str, Any]
    for index, given in enumerate(configured or [{} for _shard in range(shards)]):
        zones: Zones = [given.get("PrimaryAvailabilityZone"), *(given.get("ReplicaAvailabilityZones") or [])]
        zones = zones if configured else list(request.get("PreferredCacheClusterAZs") or [None])
        count = given.get("ReplicaCount", replicas) + 1
        layout[given.get("NodeGroupId") or f"{index + 1:04}"] = (zones + [None] * count)[:count]
    return layout


def slots_of(index: int, shards: int) -> str:
    """The hash slots of one shard, which are spread evenly."""
    return f"{index * _SLOTS // shards}-{(index + 1) * _SLOTS // shards - 1}"


def group_facts(request: Request, engine: str, cluster_mode: bool = False) -> Answer:
    """What a group answers as it was created, whether or not the request said so."""
    encrypted = bool(request.get("TransitEncryptionEnabled"))
    facts: Answer = {
        "Description": request.get("ReplicationGroupDescription"),
        "GlobalReplicationGroupInfo": {},
        "PendingModifiedValues": {},
        "AutomaticFailover": _enabled(request.get("AutomaticFailoverEnabled", cluster_mode)),
        "MultiAZ": _enabled(request.get("MultiAZEnabled")),
        "SnapshotRetentionLimit": request.get("SnapshotRetentionLimit", 0),
        "SnapshotWindow": request.get("SnapshotWindow", "03:00-04:00"),
        "CacheNodeType": request.get("CacheNodeType"),
        "AuthTokenEnabled": bool(request.get("AuthToken")),
        "TransitEncryptionEnabled": encrypted,
        "AtRestEncryptionEnabled": request.get("AtRestEncryptionEnabled", engine == "valkey"),
        "KmsKeyId": request.get("KmsKeyId"),
        "UserGroupIds": request.get("UserGroupIds"),
        "LogDeliveryConfigurations": log_deliveries(request),
        "DataTiering": _enabled(request.get("DataTieringEnabled")),
        "AutoMinorVersionUpgrade": request.get("AutoMinorVersionUpgrade", True),
        "NetworkType": request.get("NetworkType", "ipv4"),
        "IpDiscovery": request.get("IpDiscovery", "ipv6" if request.get("NetworkType") == "ipv6" else "ipv4"),
    }
    if encrypted:
        facts["TransitEncryptionMode"] = request.get("TransitEncryptionMode", "required")
    return facts


def _check_failover(request: Request, has_replicas: bool) -> None:
    """Cluster mode is created with failover on, replicas or not; asking for it again without replicas fails."""
    if request.get("AutomaticFailoverEnabled") and not has_replicas:
        raise errors.bad_combination("Automatic failover needs at least one replica.")


def _enabled(value: bool | None) -> str:
    return "enabled" if value else "disabled"
