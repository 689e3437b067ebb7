# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Who else carries a cache's security group, and would lose access if its rules were purged. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    InvalidGrantError,
    all_or_error,
    first_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._grants import SERVERLESS

if t.TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._plan import Plan
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Carrying = t.TypeVar("Carrying", "Cache", "Carrier")

_SHOWN = 5


@dataclass(frozen=True)
class Carrier:
    """A network interface that carries security groups. C(instance_id) is empty where it is no instance's."""

    interface_id: str
    group_ids: tuple[str, ...]
    description: str
    is_elasticache: bool
    is_vpc_endpoint: bool
    subnet_id: str
    instance_id: str

    def __str__(self) -> str:
        whose = f"instance {self.instance_id}" if self.instance_id else self.description
        return f"{self.interface_id} ({whose})" if whose else self.interface_id

    def is_of_a_cache(self, serverless_subnets: Container[str]) -> bool:
        """Say whether this is an interface of a cache; C(serverless_subnets) are those of serverless caches.

        ElastiCache says so on the interfaces of nodes. A serverless cache has VPC endpoints, which do not tell
        whose they are: those in the subnets of one are taken for its own.
        """
        return self.is_elasticache or (self.is_vpc_endpoint and self.subnet_id in serverless_subnets)


def parse_carriers(answers: Iterable[Mapping[str, t.Any]]) -> list[Carrier]:
    """Return the entries of DescribeNetworkInterfaces."""
    return [
        Carrier(
            interface_id=answer["NetworkInterfaceId"],
            group_ids=tuple(group["GroupId"] for group in answer.get("Groups") or ()),
            description=answer.get("Description", ""),
            is_elasticache=answer.get("RequesterId") == "amazon-elasticache"
            and answer.get("Description", "").startswith("ElastiCache "),
            is_vpc_endpoint=answer.get("InterfaceType") == "vpc_endpoint",
            subnet_id=answer.get("SubnetId", ""),
            instance_id=(answer.get("Attachment") or {}).get("InstanceId", ""),
        )
        for answer in answers
    ]


def groups_not_to_share(plan: Plan) -> dict[str, SecurityGroup]:
    """Return by id the groups that the plan takes purged rules from, without leave to do so where they are shared."""
    guarded = {
        group.group_id
        for cache_plan in plan.caches
        for group in cache_plan.target.groups
        if cache_plan.target.is_purging and not cache_plan.target.purge_shared
    }
    return {each.group.group_id: each.group for each in plan.groups if each.removes and each.group.group_id in guarded}


def check_sharing(
    groups: Iterable[SecurityGroup], targets: Sequence[Target], caches: Iterable[Cache], carriers: Iterable[Carrier]
) -> None:
    """Raise V(InvalidGrantError) where somebody outside the call carries one of C(groups).

    C(targets) are all of the call, C(caches) all of the region, C(carriers) the interfaces with the groups.
    """
    in_call = {(target.cache.kind, target.cache.name) for target in targets}
    purging: dict[str, list[str]] = {}
    for target in targets:
        for group in target.groups if target.is_purging else ():
            purging.setdefault(group.group_id, []).append(target.cache.name)
    # A fleet has many of each: every group is held against its own alone.
    caches_with, carriers_with = _by_group(caches), _by_group(carriers)
    all_or_error(
        partial(
            _check_sharing_of,
            group,
            purging.get(group.group_id, []),
            _others(in_call, caches_with.get(group.group_id, []), carriers_with.get(group.group_id, [])),
        )
        for group in groups
    )


def _by_group(carrying: Iterable[Carrying]) -> dict[str, list[Carrying]]:
    by_group: dict[str, list[Carrying]] = {}
    for each in carrying:
        for group_id in each.group_ids:
            by_group.setdefault(group_id, []).append(each)
    return by_group


def _others(in_call: Container[tuple[str, str]], caches: Iterable[Cache], carriers: Iterable[Carrier]) -> list[str]:
    """Return who else carries a group, of C(caches) and C(carriers) that carry it."""
    serverless_subnets = {subnet_id for cache in caches if cache.kind == SERVERLESS for subnet_id in cache.subnet_ids}
    return [
        *(f"cache {cache.name}" for cache in caches if (cache.kind, cache.name) not in in_call),
        *(f"network interface {each}" for each in carriers if not each.is_of_a_cache(serverless_subnets)),
    ]


def _check_sharing_of(group: SecurityGroup, purging: Sequence[str], others: Sequence[str]) -> None:
    if not others:
        return
    raise InvalidGrantError(
        f"purge for cache {', '.join(purging)} would remove rules of security group {group}, which is also carried by "
        f"{first_of(others, _SHOWN)}; grant on those caches in the same task, attach a group of its own to "
        "the cache, or set purge_shared to true."
    )
