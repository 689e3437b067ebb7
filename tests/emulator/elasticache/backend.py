# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ElastiCache's state: moto's backend with our parts laid over it, and the door through which tests open windows."""

from __future__ import annotations

from typing import Any

from tests.emulator.elasticache import errors, interfaces
from tests.emulator.elasticache.base import Answer
from tests.emulator.elasticache.names import CLUSTER, KINDS, REPLICATION_GROUP, SERVERLESS
from tests.emulator.elasticache.tags import Tags
from tests.emulator.elasticache.windows import read_window


class Backend(Tags):
    """One account's ElastiCache in one region."""

    def open_window(self, name: str, given: dict[str, Any], kind: str | None = None) -> list[str]:
        """Put the caches of this name into a state; returns their kinds."""
        kinds = self._kinds_of(name, kind)
        for each in kinds:
            self.windows.set(each, name, read_window(given))
            if given.get("classic"):
                # An EC2-Classic cluster stands in no VPC.
                self._leave_vpc(each, name)
        return kinds

    def close_window(self, name: str, kind: str | None = None) -> list[str]:
        """Show the caches of this name as they are; returns their kinds."""
        kinds = self._kinds_of(name, kind)
        for each in kinds:
            self.windows.close(each, name)
        return kinds

    def list_global_groups(self, name: str | None) -> list[Answer]:
        """DescribeGlobalReplicationGroups: there are none."""
        if name:
            raise errors.global_group_not_found(name)
        return []

    def _kinds_of(self, name: str, kind: str | None) -> list[str]:
        known: dict[str, Any] = {
            CLUSTER: self.cache_clusters,
            REPLICATION_GROUP: self.replication_groups,
            SERVERLESS: self.serverless_caches,
        }
        return [each for each in KINDS if kind in (None, each) and name in known[each]]

    def _leave_vpc(self, kind: str, name: str) -> None:
        if kind == CLUSTER:
            interfaces.remove(self.ec2, self.cache_clusters[name].interface_ids)
        elif kind == REPLICATION_GROUP:
            for member in self.replication_groups[name].members:
                interfaces.remove(self.ec2, member.interface_ids)
