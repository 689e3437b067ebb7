# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One cache cluster: a standalone node, a Memcached cluster, or a member of a replication group."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow

from tests.emulator.elasticache.base import Answer
from tests.emulator.elasticache.engines import MEMCACHED
from tests.emulator.elasticache.names import Place
from tests.emulator.elasticache.subnet_groups import SubnetGroup
from tests.emulator.elasticache.windows import CREATING, Window


@dataclass
class Node:
    """One node, where it stands, and the interface by which it does."""

    node_id: str
    zone: str
    interface_id: str
    created: datetime = field(default_factory=utcnow)


@dataclass
class Cluster:
    """A cache cluster. ``told`` holds what answers give back as it was set."""

    name: str
    place: Place
    engine: str
    port: int
    subnet_group: SubnetGroup
    group_ids: list[str]
    arn: str
    told: Answer
    nodes: list[Node] = field(default_factory=list)
    replication_group_id: str | None = None
    created: datetime = field(default_factory=utcnow)

    @property
    def cache_subnet_group_name(self) -> str:
        """moto's snapshots ask for it."""
        return self.subnet_group.name

    @property
    def interface_ids(self) -> list[str]:
        """The network interfaces of all nodes."""
        return [node.interface_id for node in self.nodes]

    @property
    def zone(self) -> str:
        """The zone of the nodes, or AWS's word for several."""
        zones = {node.zone for node in self.nodes}
        return zones.pop() if len(zones) == 1 else "Multiple"

    def endpoint(self, node: Node) -> Answer:
        """Where clients find a node. TLS changes the names of the members of replication groups."""
        place = self.place
        host = f"{self.name}.{place.hash}.{node.node_id}.{place.domain}"
        if self.replication_group_id and self.told.get("TransitEncryptionEnabled"):
            host = f"{self.name}.{self.replication_group_id}.{place.hash}.{place.domain}"
        return {"Address": host, "Port": self.port}

    def described(self, window: Window, show_nodes: bool) -> Answer:
        """The cluster in DescribeCacheClusters."""
        creating = window.status == CREATING
        answer: dict[str, Any] = {
            "CacheClusterId": self.name,
            "CacheClusterStatus": window.status,
            "NumCacheNodes": len(self.nodes),
            "PreferredAvailabilityZone": self.zone,
            "CacheClusterCreateTime": self.created,
            "CacheSubnetGroupName": self.subnet_group.name,
            "SecurityGroups": window.memberships(self.group_ids),
            "CacheSecurityGroups": [],
            "ReplicationGroupId": self.replication_group_id,
            "ARN": self.arn,
            **self.told,
        }
        if self.engine == MEMCACHED and not creating:
            host = f"{self.name}.{self.place.hash}.cfg.{self.place.domain}"
            answer["ConfigurationEndpoint"] = {"Address": host, "Port": self.port}
        if show_nodes:
            answer["CacheNodes"] = [] if creating else [self._described_node(node) for node in self.nodes]
        if window.classic:
            del answer["CacheSubnetGroupName"], answer["SecurityGroups"]
            answer["CacheSecurityGroups"] = [{"CacheSecurityGroupName": "default", "Status": "active"}]
        return window.over(answer)

    def _described_node(self, node: Node) -> Answer:
        return {
            "CacheNodeId": node.node_id,
            "CacheNodeStatus": "available",
            "CacheNodeCreateTime": node.created,
            "Endpoint": self.endpoint(node),
            "ParameterGroupStatus": "in-sync",
            "CustomerAvailabilityZone": node.zone,
        }
