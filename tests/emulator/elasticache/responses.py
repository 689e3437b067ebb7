# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ElastiCache's answers; the method names are the calls'."""

from __future__ import annotations

import threading
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse

from tests.emulator.elasticache import errors
from tests.emulator.elasticache.backend import Backend
from tests.emulator.elasticache.base import Answer

# The server answers on many threads; a cache and its members and interfaces come and go together.
_one_call_at_a_time = threading.RLock()


class Responses(ElastiCacheResponse):
    """Every ElastiCache call, made through ``dispatch``."""

    @property
    def backend(self) -> Backend:
        """The state of the account and region that is asked."""
        backend: Any = self.elasticache_backend
        return backend  # type: ignore[no-any-return]

    def call_action(self) -> Any:
        """Answer the call."""
        with _one_call_at_a_time:
            return super().call_action()

    # -- cache clusters

    def create_cache_cluster(self) -> ActionResult:
        return ActionResult({"CacheCluster": self.backend.create_cluster(self._get_params())})

    def describe_cache_clusters(self) -> ActionResult:
        return _listing("CacheClusters", "Marker", *self.backend.list_clusters(self._get_params()))

    def modify_cache_cluster(self) -> ActionResult:
        return ActionResult({"CacheCluster": self.backend.modify_cluster(self._get_params())})

    def delete_cache_cluster(self) -> ActionResult:
        return ActionResult({"CacheCluster": self.backend.delete_cluster(self._get_params())})

    # -- replication groups

    def create_replication_group(self) -> ActionResult:
        return ActionResult({"ReplicationGroup": self.backend.new_group(self._get_params())})

    def describe_replication_groups(self) -> ActionResult:
        return _listing("ReplicationGroups", "Marker", *self.backend.list_groups(self._get_params()))

    def modify_replication_group(self) -> ActionResult:
        return ActionResult({"ReplicationGroup": self.backend.modify_group(self._get_params())})

    def delete_replication_group(self) -> ActionResult:
        return ActionResult({"ReplicationGroup": self.backend.delete_group(self._get_params())})

    def describe_global_replication_groups(self) -> ActionResult:
        groups = self.backend.list_global_groups(self._get_param("GlobalReplicationGroupId"))
        return _listing("GlobalReplicationGroups", "Marker", groups, None)

    # -- serverless caches

    def create_serverless_cache(self) -> ActionResult:
        return ActionResult({"ServerlessCache": self.backend.new_serverless(self._get_params())})

    def describe_serverless_caches(self) -> ActionResult:
        return _listing("ServerlessCaches", "NextToken", *self.backend.list_serverless(self._get_params()))

    def modify_serverless_cache(self) -> ActionResult:
        return ActionResult({"ServerlessCache": self.backend.modify_serverless(self._get_params())})

    def delete_serverless_cache(self) -> ActionResult:
        return ActionResult({"ServerlessCache": self.backend.delete_serverless(self._get_params())})

    # -- subnet groups

    def create_cache_subnet_group(self) -> ActionResult:
        return ActionResult({"CacheSubnetGroup": self.backend.create_subnet_group(self._get_params())})

    def describe_cache_subnet_groups(self) -> ActionResult:
        return _listing("CacheSubnetGroups", "Marker", *self.backend.list_subnet_groups(self._get_params()))

    def modify_cache_subnet_group(self) -> ActionResult:
        return ActionResult({"CacheSubnetGroup": self.backend.modify_subnet_group(self._get_params())})

    def delete_cache_subnet_group(self) -> ActionResult:
        self.backend.delete_subnet_group(self._get_params())
        return EmptyResult()

    # -- tags

    def list_tags_for_resource(self) -> ActionResult:
        return ActionResult({"TagList": self.backend.list_tags(self._get_param("ResourceName"))})

    def add_tags_to_resource(self) -> ActionResult:
        tags = self.backend.add_tags(self._get_param("ResourceName"), self._get_param("Tags", []))
        return ActionResult({"TagList": tags})

    def remove_tags_from_resource(self) -> ActionResult:
        tags = self.backend.remove_tags(self._get_param("ResourceName"), self._get_param("TagKeys", []))
        return ActionResult({"TagList": tags})

    # -- what ended with EC2-Classic

    def create_cache_security_group(self) -> ActionResult:
        raise errors.no_cache_security_groups()

    def describe_cache_security_groups(self) -> ActionResult:
        raise errors.no_cache_security_groups()

    def delete_cache_security_group(self) -> ActionResult:
        raise errors.no_cache_security_groups()

    def authorize_cache_security_group_ingress(self) -> ActionResult:
        raise errors.no_cache_security_groups()

    def revoke_cache_security_group_ingress(self) -> ActionResult:
        raise errors.no_cache_security_groups()


def _listing(key: str, marker_key: str, items: list[Answer], marker: str | None) -> ActionResult:
    return ActionResult({key: items} | ({marker_key: marker} if marker else {}))
