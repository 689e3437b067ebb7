# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Making, finding, changing and deleting cache clusters."""

from __future__ import annotations

from typing import Any

from tests.emulator.elasticache import errors, interfaces
from tests.emulator.elasticache.base import Answer, Request, refuse_cache_security_groups
from tests.emulator.elasticache.cluster import Cluster, Node
from tests.emulator.elasticache.engines import MEMCACHED, engine_of, parameter_group, port_of, version_of
from tests.emulator.elasticache.names import CLUSTER, REPLICATION_GROUP, identifier
from tests.emulator.elasticache.paging import by_marker
from tests.emulator.elasticache.subnet_groups import SubnetGroup, SubnetGroups
from tests.emulator.elasticache.windows import AVAILABLE, CLOSED, CREATING, DELETING, Window

_MOST_NODES = 40
# What ModifyCacheCluster takes and DescribeCacheClusters gives back under the same name.
_PLAIN_SETTINGS = (
    "PreferredMaintenanceWindow",
    "AutoMinorVersionUpgrade",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "CacheNodeType",
    "IpDiscovery",
    "EngineVersion",
)


class Clusters(SubnetGroups):
    """The part of the backend that keeps cache clusters, members of replication groups included."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.cache_clusters: dict[str, Cluster] = {}

    # -- what the API asks for

    def new_cluster(self, request: Request) -> Answer:
        """CreateCacheCluster for a cluster that stands alone."""
        refuse_cache_security_groups(request)
        name = self.new_cluster_name(request.get("CacheClusterId"))
        engine = engine_of(request)
        if not request.get("CacheNodeType"):
            raise errors.missing("CacheNodeType")
        count = request.get("NumCacheNodes", 1)
        if engine != MEMCACHED and count != 1:
            raise errors.invalid_value(
                f"Cannot create a {engine.capitalize()} cluster with a NumCacheNodes parameter other than 1."
            )
        if not 1 <= count <= _MOST_NODES:
            raise errors.invalid_value(f"NumCacheNodes must be between 1 and {_MOST_NODES}.")
        port = port_of(request, engine)
        subnet_group = self.subnet_group_for(request)
        group_ids = self.groups_in_subnet_group(request.get("SecurityGroupIds"), subnet_group)
        zones = request.get("PreferredAvailabilityZones") or [request.get("PreferredAvailabilityZone")]
        subnets = [subnet_group.subnet_for(i, zones[i] if i < len(zones) else zones[0]) for i in range(count)]
        cluster = self.add_cluster(name, engine, port, subnet_group, group_ids, cluster_facts(request, engine))
        self.add_nodes(cluster, subnets)
        self.tag_new(cluster.arn, request)
        return self.just_created(cluster, request)

    def list_clusters(self, request: Request) -> tuple[list[Answer], str | None]:
        """DescribeCacheClusters."""
        show_nodes = bool(request.get("ShowCacheNodeInfo"))
        marker = None
        if request.get("CacheClusterId"):
            clusters = [self.require_cluster(request["CacheClusterId"])]
        else:
            candidates = self.cache_clusters
            if request.get("ShowCacheClustersNotInReplicationGroups"):
                candidates = {name: each for name, each in candidates.items() if not each.replication_group_id}
            clusters, marker = by_marker(candidates, request)
        answers = [cluster.described(self.cluster_window(cluster), show_nodes) for cluster in clusters]
        self._count_descriptions(clusters)
        return answers, marker

    def modify_cluster(self, request: Request) -> Answer:
        """ModifyCacheCluster."""
        refuse_cache_security_groups(request)
        cluster = self.require_cluster(request.get("CacheClusterId"))
        if self.cluster_window(cluster).status != AVAILABLE:
            raise errors.cluster_state(cluster.name, "modified")
        if request.get("SecurityGroupIds"):
            group_ids = self.groups_in_subnet_group(request["SecurityGroupIds"], cluster.subnet_group)
            self.set_cluster_groups(cluster, group_ids)
        if "NumCacheNodes" in request:
            self._resize(cluster, request)
        cluster.told.update({key: request[key] for key in _PLAIN_SETTINGS if key in request})
        self.windows.modified(CLUSTER, cluster.name)
        return cluster.described(self.cluster_window(cluster), show_nodes=False)

    def drop_cluster(self, request: Request) -> Answer:
        """DeleteCacheCluster for a cluster that stands alone."""
        cluster = self.require_cluster(request.get("CacheClusterId"))
        if self.cluster_window(cluster).status in (CREATING, DELETING):
            raise errors.cluster_state(cluster.name, "deleted")
        self.remove_cluster(cluster)
        return cluster.described(Window(status=DELETING), show_nodes=False)

    # -- what replication groups need as well

    def require_cluster(self, name: str | None) -> Cluster:
        """The cluster with this name, or AWS's refusal."""
        wanted = identifier(name, "CacheClusterIdentifier", 50)
        if wanted not in self.cache_clusters:
            raise errors.cluster_not_found(wanted)
        return self.cache_clusters[wanted]

    def new_cluster_name(self, name: str | None) -> str:
        """A name that is free."""
        wanted = identifier(name, "CacheClusterIdentifier", 50)
        if wanted in self.cache_clusters:
            raise errors.cluster_exists()
        return wanted

    def add_cluster(
        self, name: str, engine: str, port: int, subnet_group: SubnetGroup, group_ids: list[str], told: Answer
    ) -> Cluster:
        """A new cluster that has no nodes yet."""
        arn = self.place.arn(CLUSTER, name)
        cluster = Cluster(name, self.place, engine, port, subnet_group, list(group_ids), arn, told)
        self.cache_clusters[name] = cluster
        return cluster

    def add_nodes(self, cluster: Cluster, subnets: list[Any]) -> None:
        """More nodes, one in each of these subnets."""
        highest = max((int(node.node_id) for node in cluster.nodes), default=0)
        for number, subnet in enumerate(subnets, highest + 1):
            has_ipv6 = cluster.told["NetworkType"] != "ipv4" and bool(subnet.ipv6_cidr_block_associations)
            interface = interfaces.add_node_interface(self.ec2, subnet.id, cluster.name, cluster.group_ids, has_ipv6)
            cluster.nodes.append(Node(f"{number:04}", subnet.availability_zone, interface))

    def set_cluster_groups(self, cluster: Cluster, group_ids: list[str]) -> None:
        """Replace the security groups of a cluster and of its interfaces."""
        cluster.group_ids = list(group_ids)
        interfaces.set_groups(self.ec2, cluster.interface_ids, group_ids)

    def remove_cluster(self, cluster: Cluster) -> None:
        """The end of a cluster: interfaces and tags go with it."""
        self.cache_clusters.pop(cluster.name, None)
        interfaces.remove(self.ec2, cluster.interface_ids)
        self.tagging_service.delete_all_tags_for_resource(cluster.arn)
        self.windows.close(CLUSTER, cluster.name)

    def cluster_window(self, cluster: Cluster) -> Window:
        """What a cluster shows: its own window, else that of its replication group."""
        own = self.windows.get(CLUSTER, cluster.name)
        if own is not None or cluster.replication_group_id is None:
            return own or CLOSED
        shared = self.windows.get(REPLICATION_GROUP, cluster.replication_group_id)
        if shared is None:
            return CLOSED
        return Window(shared.status, shared.membership_status, shared.group_ids, shared.classic)

    def just_created(self, cluster: Cluster, request: Request) -> Answer:
        """The answer to a creation is short: neither zone nor time, and a default group is not told."""
        unknown = ["PreferredAvailabilityZone", "CacheClusterCreateTime"]
        if not request.get("SecurityGroupIds"):
            unknown.append("SecurityGroups")
        return cluster.described(Window(status=CREATING, without=unknown), show_nodes=False)

    def _count_descriptions(self, clusters: list[Cluster]) -> None:
        for cluster in clusters:
            self.windows.described(CLUSTER, cluster.name)
        for group in {cluster.replication_group_id for cluster in clusters} - {None}:
            self.windows.described(REPLICATION_GROUP, str(group))

    def _resize(self, cluster: Cluster, request: Request) -> None:
        count = request["NumCacheNodes"]
        if cluster.engine != MEMCACHED and count != 1:
            raise errors.invalid_value("NumCacheNodes can only be changed for Memcached clusters.")
        if not 1 <= count <= _MOST_NODES:
            raise errors.invalid_value(f"NumCacheNodes must be between 1 and {_MOST_NODES}.")
        going = request.get("CacheNodeIdsToRemove") or []
        if len(cluster.nodes) - len(going) != min(count, len(cluster.nodes)):
            raise errors.bad_combination("CacheNodeIdsToRemove must name as many nodes as are to be removed.")
        interfaces.remove(self.ec2, [node.interface_id for node in cluster.nodes if node.node_id in going])
        cluster.nodes = [node for node in cluster.nodes if node.node_id not in going]
        self.add_nodes(cluster, [cluster.subnet_group.subnet_for(i, None) for i in range(len(cluster.nodes), count)])


def cluster_facts(request: Request, engine: str, cluster_mode: bool = False) -> Answer:
    """What a cluster answers as it was created, whether or not the request said so."""
    version = version_of(request, engine)
    encrypted = bool(request.get("TransitEncryptionEnabled"))
    facts: Answer = {
        "ClientDownloadLandingPage": "https://console.aws.amazon.com/elasticache/home#client-download:",
        "CacheNodeType": request.get("CacheNodeType"),
        "Engine": engine,
        "EngineVersion": version,
        "PreferredMaintenanceWindow": request.get("PreferredMaintenanceWindow", "sun:05:00-sun:06:00"),
        "PendingModifiedValues": {},
        "CacheParameterGroup": parameter_group(request, engine, version, cluster_mode),
        "AutoMinorVersionUpgrade": request.get("AutoMinorVersionUpgrade", True),
        "AuthTokenEnabled": bool(request.get("AuthToken")),
        "TransitEncryptionEnabled": encrypted,
        # Replication groups of Valkey are encrypted at rest unless told otherwise.
        "AtRestEncryptionEnabled": request.get("AtRestEncryptionEnabled", engine == "valkey"),
        "ReplicationGroupLogDeliveryEnabled": bool(log_deliveries(request)),
        "LogDeliveryConfigurations": log_deliveries(request),
        "NetworkType": request.get("NetworkType", "ipv4"),
        "IpDiscovery": request.get("IpDiscovery", "ipv6" if request.get("NetworkType") == "ipv6" else "ipv4"),
    }
    if encrypted:
        facts["TransitEncryptionMode"] = request.get("TransitEncryptionMode", "required")
    if engine != MEMCACHED:
        facts["SnapshotRetentionLimit"] = request.get("SnapshotRetentionLimit", 0)
        facts["SnapshotWindow"] = request.get("SnapshotWindow", "03:00-04:00")
    if request.get("NotificationTopicArn"):
        facts["NotificationConfiguration"] = {"TopicArn": request["NotificationTopicArn"], "TopicStatus": "active"}
    return facts


def log_deliveries(request: Request) -> list[Answer]:
    """Where logs go, with the state of each delivery."""
    wanted = request.get("LogDeliveryConfigurations") or []
    kept = ("LogType", "DestinationType", "DestinationDetails", "LogFormat")
    return [{key: each[key] for key in kept if key in each} | {"Status": "active"} for each in wanted]
