# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Who else carries a cache's security group, and would lose access if its rules were purged. Pure."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._carriers import by_group, of_no_cache
from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    InvalidGrantError,
    all_or_error,
    first_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._plan import Plan
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target


_SHOWN = 5


def groups_not_to_share(plan: Plan) -> dict[str, SecurityGroup]:
    """Return by id the groups that the plan takes purged rules from, without leave to do so where they are shared."""
    guarded = {
        group.group_id
        for cache_plan in plan.caches
        for group in cache_plan.target.groups
        if cache_plan.target.is_purging and not cache_plan.target.purge_shared
    }
    return {
        each.group.group_id: each.group
        for each in plan.groups
        if each.removes and not each.is_egress and each.group.group_id in guarded
    }


def check_sharing(
    groups: Iterable[SecurityGroup], targets: Sequence[Target], caches: Iterable[Cache], carriers: Iterable[Carrier]
) -> None:
    """Raise V(InvalidGrantError) where somebody outside the call carries one of C(groups).

    C(targets) are all of the call, C(caches) all of the region, C(carriers) the interfaces with the groups.
    """
    in_call = {target.cache.identity for target in targets}
    purging: dict[str, list[str]] = {}
    for target in targets:
        for group in target.groups if target.is_purging else ():
            purging.setdefault(group.group_id, []).append(target.cache.name)
    # A fleet has many of each: every group is held against its own alone.
    caches_with, carriers_with = by_group(caches), by_group(carriers)
    all_or_error(
        partial(
            _check_sharing_of,
            group,
            purging.get(group.group_id, []),
            _others(in_call, caches_with.get(group.group_id, []), carriers_with.get(group.group_id, [])),
        )
        for group in groups
    )


def _others(in_call: Container[tuple[str, str]], caches: Iterable[Cache], carriers: Iterable[Carrier]) -> list[str]:
    """Return who else carries a group, of C(caches) and C(carriers) that carry it."""
    return [
        *(f"cache {cache.name}" for cache in caches if cache.identity not in in_call),
        *(f"network interface {each}" for each in of_no_cache(carriers, caches)),
    ]


def _check_sharing_of(group: SecurityGroup, purging: Sequence[str], others: Sequence[str]) -> None:
    if not others:
        return
    raise InvalidGrantError(
        f"purge for cache {', '.join(purging)} would remove rules of security group {group}, which is also carried by "
        f"{first_of(others, _SHOWN)}; grant on those caches in the same task, attach a group of its own to "
        "the cache, or set purge_shared to true."
    )
