# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Whether a cache is in a state in which rules for it make sense, and what to say where it is not. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._caches import ACTIVE
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup

AVAILABLE = "available"
CREATING = "creating"
_GOING = ("deleting", "deleted")
# In these a cache serves nobody; modifying, snapshotting and rebooting ones are believed to go on serving.
_NOT_SERVING = (CREATING, "create-failed", "incompatible-network", "incompatible-parameters", "restore-failed")

# In these ElastiCache changes nothing about a cache, and they pass.
_PASSING = (CREATING, "modifying", "rebooting cluster nodes", "snapshotting")


def check_not_deleting(cache: Cache) -> None:
    """Raise V(InvalidGrantError) for a cache that is going away, whose rules nobody needs any more."""
    if cache.status in _GOING:
        raise InvalidGrantError(
            f"cache {cache.name!r} is {cache.status}; take it out of the task, or create it again first."
        )


def is_settled(cache: Cache) -> bool:
    """Say whether there is nothing to wait for before C(cache) can be changed: it is available, or will never be."""
    return cache.status not in _PASSING


def check_modifiable(cache: Cache, can_be_busy: bool) -> None:
    """Raise V(InvalidGrantError) where ElastiCache would refuse to change C(cache) in its present state.

    With C(can_be_busy) states that pass are no fault.
    """
    if cache.status == AVAILABLE or (can_be_busy and not is_settled(cache)):
        return
    if not is_settled(cache):
        raise InvalidGrantError(
            f"cache {cache.name!r} is {cache.status}, and ElastiCache changes the groups of an available cache alone; "
            "run again when it is available, set wait to true, or raise wait_timeout."
        )
    raise InvalidGrantError(
        f"cache {cache.name!r} is {cache.status}, and ElastiCache changes the groups of an available cache alone; "
        "mend or create that cache anew, or take it out of the task."
    )


def state_warnings(cache: Cache, groups: Mapping[str, SecurityGroup]) -> Iterator[str]:
    """Yield what keeps rules from having their effect on C(cache) for now."""
    if cache.status in _NOT_SERVING:
        yield f"Cache {cache.name!r} is {cache.status}: nothing can connect to it yet, whatever the rules say."
    for membership in cache.security_groups:
        if membership.status != ACTIVE:
            yield (
                f"Security group {groups[membership.group_id]} is {membership.status} on cache {cache.name!r}, "
                "not yet active: its rules are not, or not everywhere, in force."
            )
    if cache.differing_members:
        carried = "; ".join(
            f"{member} carries {', '.join(str(groups[group_id]) for group_id in group_ids) or 'none'}"
            for member, group_ids in cache.differing_members
        )
        yield f"Members of cache {cache.name!r} carry different security groups: {carried}."
