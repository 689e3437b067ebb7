# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tags: by ARN in ElastiCache itself, and in the tagging API that spans services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.elasticache.exceptions import InvalidARNFault

from tests.emulator.elasticache import errors
from tests.emulator.elasticache.replication_groups import ReplicationGroups
from tests.emulator.elasticache.serverless import ServerlessCaches
from tests.emulator.elasticache.windows import AVAILABLE

TagList = list[dict[str, str]]


class Tags(ReplicationGroups, ServerlessCaches):
    """The part of the backend that knows what carries tags."""

    def list_tags(self, arn: str) -> TagList:
        """ListTagsForResource."""
        self._arns_tagged_with(arn)
        tags: TagList = self.tagging_service.list_tags_for_resource(arn)["Tags"]
        return sorted(tags, key=lambda tag: tag["Key"])

    def add_tags(self, arn: str, tags: TagList) -> TagList:
        """AddTagsToResource; what a replication group gets, its members get."""
        for each in self._arns_tagged_with(arn):
            self.tagging_service.tag_resource(each, tags)
        return self.list_tags(arn)

    def remove_tags(self, arn: str, keys: list[str]) -> TagList:
        """RemoveTagsFromResource."""
        for each in self._arns_tagged_with(arn):
            self.tagging_service.untag_resource_using_names(each, keys)
        return self.list_tags(arn)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """What GetResources lists: untagged things too, and a replication group by its members alone."""
        listed: list[tuple[str, Any]] = [
            *(("cluster", cluster) for cluster in self.cache_clusters.values()),
            *(("serverlesscache", cache) for cache in self.serverless_caches.values()),
            *(("subnetgroup", group) for group in self.cache_subnet_groups.values()),
            *(("snapshot", snapshot) for snapshot in self.snapshots.values()),
            *(("user", user) for user in self.users.values() if user.id != "default"),
        ]
        for kind, resource in listed:
            tags = self.tagging_service.get_tag_dict_for_resource(resource.arn)
            yield TaggedResource(resource.arn, tags, f"elasticache:{kind}", {"include_untagged": True})

    def _arns_tagged_with(self, arn: str) -> list[str]:
        """The ARNs that share the tags of this one, which must exist and be at rest."""
        parts = arn.split(":")
        if len(parts) != 7 or parts[2] != "elasticache" or parts[3:5] != [self.region_name, self.account_id]:
            raise InvalidARNFault(arn)
        kind, name = parts[5], parts[6]
        if kind == "cluster":
            cluster = self.require_cluster(name)
            if self.cluster_window(cluster).status != AVAILABLE:
                raise errors.busy_for_tags("InvalidCacheClusterState")
        elif kind == "serverlesscache":
            cache = self.require_serverless(name)
            if self.serverless_window(cache).status != AVAILABLE:
                raise errors.busy_for_tags("InvalidServerlessCacheStateFault")
        elif kind == "replicationgroup":
            group = self.require_group(name)
            if self.group_window(group).status != AVAILABLE:
                raise errors.busy_for_tags("InvalidReplicationGroupState")
            return [arn, *(member.arn for member in group.members)]
        elif kind == "subnetgroup":
            self.require_subnet_group(name)
        elif kind not in ("snapshot", "user"):
            raise InvalidARNFault(arn)
        return [arn]
