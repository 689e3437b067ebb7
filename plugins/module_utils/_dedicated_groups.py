# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Grants -> what it takes to give each of their caches a security group of its own. Pure.

A group is made and attached, the grant is made on it, and then the default group of the VPC can be detached: in this
order, so that no working client loses its access on the way.
"""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._groups import DEFAULT_NAME
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import read_own_group

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Values = dict[str, t.Any]


def dedicated_groups(
    grants: Sequence[Mapping[str, t.Any]],
    state: str,
    carried: Mapping[str, t.Any] | None = None,
    prefix: str = "elasticache-",
) -> Values:
    """Return what to look at (C(carried) left out), or what to make, attach, grant and detach.

    C(carried) is what elasticache_security_groups returned for the C(assignments) of the first answer. A grant that
    names a security group gets that one, any other one of the cache's name behind C(prefix).

    Raises V(InvalidGrantError) where two caches would get one group without being told to.
    """
    wanted = _each_cache_once(grant for grant in grants if (grant.get("state") or state) == "present")
    if carried is None:
        return {"assignments": [{**_named(grant), "security_groups": []} for grant in wanted.values()]}
    missing = set(carried["missing"])
    existing = [key for key in wanted if key[0] not in missing]
    caches = dict(zip(existing, carried["caches"]))
    groups = {key: wanted[key].get("security_group") or f"{prefix}{cache['name']}" for key, cache in caches.items()}
    _check_distinct({key: group for key, group in groups.items() if not wanted[key].get("security_group")}, caches)
    return {
        "groups": [_group(groups[key], cache) for key, cache in caches.items()],
        "assignments": [{**_named(wanted[key]), "security_groups": [groups[key]]} for key in caches],
        "grants": [_granted(grant, groups, state) for grant in grants],
        "detachments": [
            {**_named(wanted[key]), "security_groups": [DEFAULT_NAME], "state": "absent"}
            for key, cache in caches.items()
            if _is_to_lose_default(groups[key], cache)
        ],
    }


def _key(grant: Mapping[str, t.Any]) -> tuple[str, str]:
    return (grant["cache"], grant.get("cache_type") or "")


def _named(grant: Mapping[str, t.Any]) -> Values:
    cache, cache_type = _key(grant)
    return {"cache": cache, "cache_type": cache_type} if cache_type else {"cache": cache}


def _each_cache_once(grants: Iterable[Mapping[str, t.Any]]) -> dict[tuple[str, str], Mapping[str, t.Any]]:
    """Return the first grant of each cache, or the first that names a security group."""
    found: dict[tuple[str, str], Mapping[str, t.Any]] = {}
    for grant in grants:
        key = _key(grant)
        if key not in found or not found[key].get("security_group"):
            found[key] = grant
    return found


def _group(name: str, cache: Mapping[str, t.Any]) -> Values:
    """Return what the group of one cache is called, where it is to stand, and its id where the user gave that."""
    reference = read_own_group(name, "security_group")
    return {
        "name": reference.name or None,
        "vpc_id": cache["vpc_id"],
        "description": f"Who may reach the ElastiCache cache {cache['name']}",
    }


def _granted(grant: Mapping[str, t.Any], groups: Mapping[tuple[str, str], str], state: str) -> Values:
    if (grant.get("state") or state) != "present" or _key(grant) not in groups:
        return dict(grant)
    return {**grant, "security_group": grant.get("security_group") or groups[_key(grant)]}


def _is_to_lose_default(group: str, cache: Mapping[str, t.Any]) -> bool:
    """Say whether a cache carries the default group of its VPC, and that is not the one that was asked for."""
    carried = {each["name"]: each["id"] for each in cache["security_groups"]}
    return DEFAULT_NAME in carried and group not in (DEFAULT_NAME, carried[DEFAULT_NAME])


def _check_distinct(
    groups: Mapping[tuple[str, str], str], caches: Mapping[tuple[str, str], Mapping[str, t.Any]]
) -> None:
    taken: dict[tuple[str, str], Mapping[str, t.Any]] = {}
    for key, group in groups.items():
        other = taken.setdefault((caches[key]["vpc_id"], group), caches[key])
        if other is not caches[key]:
            raise InvalidGrantError(
                f"the {other['kind']} and the {caches[key]['kind']} called {other['name']!r} would both get the "
                f"security group {group!r}; give one of them another name by security_group."
            )
