# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One replication group: shards of a primary and its replicas, each of them a cache cluster."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from moto.core.utils import utcnow

from tests.emulator.elasticache.base import Answer
from tests.emulator.elasticache.cluster import Cluster
from tests.emulator.elasticache.names import Place
from tests.emulator.elasticache.windows import CREATING, DELETING, Window


@dataclass
class Shard:
    """One node group; its first member is the primary."""

    node_group_id: str
    members: list[Cluster] = field(default_factory=list)
    slots: str | None = None


@dataclass
class ReplicationGroup:
    """A replication group. ``told`` holds what answers give back as it was set.

    Neither security groups nor engine version nor subnet group are told here: its members tell them. Nor is the engine.
    """

    name: str
    place: Place
    port: int
    cluster_mode: bool
    arn: str
    told: Answer
    node_groups: list[Shard] = field(default_factory=list)
    created: datetime = field(default_factory=utcnow)

    @property
    def members(self) -> list[Cluster]:
        """The clusters of all shards."""
        return [member for shard in self.node_groups for member in shard.members]

    @property
    def has_replicas(self) -> bool:
        """Is there anything to fail over to?"""
        return any(len(shard.members) > 1 for shard in self.node_groups)

    def described(self, window: Window) -> Answer:
        """The group in DescribeReplicationGroups."""
        answer: Answer = {
            "ReplicationGroupId": self.name,
            "Status": window.status,
            "MemberClusters": [member.name for member in self.members],
            "NodeGroups": [self._described_shard(shard, window.status) for shard in self.node_groups],
            "ClusterEnabled": self.cluster_mode,
            "ClusterMode": "enabled" if self.cluster_mode else "disabled",
            "ReplicationGroupCreateTime": self.created,
            "ARN": self.arn,
            **self.told,
        }
        if self.cluster_mode:
            answer["ConfigurationEndpoint"] = self._endpoint("clustercfg.{name}.{hash}", "{name}.{hash}.clustercfg")
        if window.status in (CREATING, DELETING):
            answer["NodeGroups"] = answer["ConfigurationEndpoint"] = None
        if window.status == DELETING:
            answer["MemberClusters"] = None
        return window.over(answer)

    def _described_shard(self, shard: Shard, status: str) -> Answer:
        answer: Answer = {"NodeGroupId": shard.node_group_id, "Status": status}
        if self.cluster_mode:
            answer["Slots"] = shard.slots
        else:
            number = shard.node_group_id
            answer["PrimaryEndpoint"] = self._endpoint("master.{name}.{hash}", "{name}.{hash}.ng." + number)
            answer["ReaderEndpoint"] = self._endpoint("replica.{name}.{hash}", "{name}-ro.{hash}.ng." + number)
        answer["NodeGroupMembers"] = [self._described_member(shard, member) for member in shard.members]
        return answer

    def _described_member(self, shard: Shard, member: Cluster) -> Answer:
        answer: Answer = {
            "CacheClusterId": member.name,
            "CacheNodeId": member.nodes[0].node_id,
            "PreferredAvailabilityZone": member.zone,
        }
        if not self.cluster_mode:
            answer["ReadEndpoint"] = member.endpoint(member.nodes[0])
            answer["CurrentRole"] = "primary" if member is shard.members[0] else "replica"
        return answer

    def _endpoint(self, encrypted: str, plain: str) -> Answer:
        pattern = encrypted if self.told["TransitEncryptionEnabled"] else plain
        host = pattern.format(name=self.name, hash=self.place.hash)
        return {"Address": f"{host}.{self.place.domain}", "Port": self.port}
