# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What an earlier task of a playbook returned in check mode -> the groups that caches carry once it is done. Pure.

In check mode nothing is created and nothing attached. For the tasks that come after it to say what they would do, a
group that does not exist yet has an id of our own making.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.elasticache.access.plugins.module_utils._caches import ACTIVE, Membership
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._groups import NEW, SecurityGroup

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache

    Identity = tuple[str, str]


@dataclass(frozen=True)
class PlannedGroups:
    """The groups that caches will carry, by kind and name of the cache. Of others nothing is planned."""

    carried: Mapping[Identity, tuple[SecurityGroup, ...]] = field(default_factory=dict)

    @property
    def new(self) -> dict[str, SecurityGroup]:
        """Return by id the groups that do not exist yet."""
        groups = (group for groups in self.carried.values() for group in groups)
        return {group.group_id: group for group in groups if group.is_new}

    def carried_by(self, cache: Cache) -> Cache:
        """Return C(cache) as it will be, with every group in force."""
        groups = self.carried.get(cache.identity)
        if groups is None:
            return cache
        group_ids = tuple(sorted(group.group_id for group in groups))
        return replace(
            cache,
            security_groups=tuple(Membership(group_id, ACTIVE) for group_id in group_ids),
            member_groups=tuple((member, group_ids) for member, _before in cache.member_groups),
            unsettled=(),
        )


NOTHING_PLANNED = PlannedGroups()


def new_group(name: str, vpc_id: str, owner_id: str) -> SecurityGroup:
    """Return a group that an earlier task creates once it is not in check mode."""
    return SecurityGroup(f"{NEW}{vpc_id}:{name}", name, vpc_id, owner_id)


def read_planned_groups(caches: Iterable[t.Any] | None) -> PlannedGroups:
    """Return what O(planned) says of groups: the C(caches) of results of elasticache_security_groups.

    Of several entries for one cache the last one counts. Those of elasticache_sg_access, which tell of rules, can stand
    among them.

    Raises V(InvalidGrantError) where it holds anything else.
    """
    try:
        return PlannedGroups(dict(_carried(cache) for cache in caches or () if cache and _tells_of_groups(cache)))
    except (AttributeError, IndexError, KeyError, TypeError):
        raise InvalidGrantError(
            "planned holds something else than caches; give the caches of results of elasticache_security_groups and "
            "elasticache_sg_access, such as '{{ attached.caches + granted.caches }}', or leave it out."
        ) from None


def _tells_of_groups(cache: Mapping[str, t.Any]) -> bool:
    """Say whether groups of a cache change. Of those that do not, what AWS says is more exact."""
    if "added" in cache:
        return False
    return bool(cache["attached"] or cache["detached"])


def _carried(cache: Mapping[str, t.Any]) -> tuple[Identity, tuple[SecurityGroup, ...]]:
    account = (cache["arn"] or "::::").split(":")[4]
    groups = tuple(
        SecurityGroup(str(group["id"]), str(group["name"]), str(cache["vpc_id"]), account)
        for group in cache["security_groups"]
    )
    return (str(cache["kind"]), str(cache["name"])), groups
