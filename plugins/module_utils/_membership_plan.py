# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Wanted groups x carried groups -> MembershipPlan: which groups a cache is to carry. Pure.

ElastiCache replaces the whole list. So what a plan leaves out of C(after) is detached.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._caches import ACTIVE
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, near, or_list
from ansible_collections.elasticache.access.plugins.module_utils._grants import SERVERLESS
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._readiness import is_settled

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._assignments import Assignment
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference

    Groups = Mapping[str, SecurityGroup]

# The status of a group that ElastiCache was told to detach, until it has done so.
_REMOVING = "removing"


@dataclass(frozen=True)
class MembershipPlan:
    """The groups of one cache, as they are (C(before)) and as they are to be (C(after)).

    What is being detached already is no part of either.
    """

    assignment: Assignment
    cache: Cache
    before: tuple[SecurityGroup, ...]
    after: tuple[SecurityGroup, ...]

    @property
    def group_ids(self) -> tuple[str, ...]:
        """Return the ids of the groups that are to be carried."""
        return tuple(group.group_id for group in self.after)

    @property
    def added(self) -> tuple[SecurityGroup, ...]:
        """Return the groups that are to be attached."""
        return tuple(group for group in self.after if group not in self.before)

    @property
    def removed(self) -> tuple[SecurityGroup, ...]:
        """Return the groups that are to be detached."""
        return tuple(group for group in self.before if group not in self.after)

    @property
    def needs_change(self) -> bool:
        """Say whether ElastiCache has to be told. Nodes that differ from each other are made alike."""
        wanted = set(self.group_ids)
        return any(staying != wanted for staying in _staying(self.cache))


def plan_membership(
    assignment: Assignment, cache: Cache, known: Groups, names_in: Callable[[str], Iterable[str]], limit: int
) -> MembershipPlan:
    """Return which groups C(cache) is to carry. C(known) are the groups that it carries or that are named, by id.

    C(names_in) tells the names of the groups of a VPC, for the sake of a message. C(limit) is how many groups a
    network interface may carry.

    Raises V(InvalidGrantError) where a group cannot be had, or too many or none would be left.
    """
    staying = set().union(*_staying(cache))
    # What is left out of the list is detached: a group that EC2 does not show stays on it by its id.
    before = tuple(
        known.get(group_id) or SecurityGroup(group_id, "not shown", cache.vpc_id or "")
        for group_id in cache.group_ids
        if group_id in staying
    )
    carried = {group.group_id: group for group in before}
    named = [
        carried.get(reference.group_id) or _find(reference, assignment, cache, known, names_in)
        for reference in assignment.groups
    ]
    groups = list(dict.fromkeys(group for group in named if group is not None))
    if not assignment.is_present:
        after = [group for group in before if group not in groups]
    elif assignment.is_purging:
        after = [*(group for group in before if group in groups), *(group for group in groups if group not in before)]
    else:
        after = [*before, *(group for group in groups if group not in before)]
    plan = MembershipPlan(assignment, cache, before, tuple(after))
    _check_count(plan, limit)
    return plan


def not_in_force(plan: MembershipPlan, cache: Cache) -> str:
    """Return what of C(plan) is not in force on C(cache) yet, as a phrase, empty where everything is.

    The groups of a node-based cache are, once every node carries them with the status active
    (DescribeCacheClusters). A serverless cache tells no such status: its groups are once it is modified no longer.
    """
    wanted = set(plan.group_ids)
    waiting = [f"{group_id} is {status} on {member}" for (member, group_id), status in cache.unsettled]
    if not cache.member_groups:
        waiting += [f"{each.group_id} is {each.status}" for each in cache.security_groups if each.status != ACTIVE]
        if set(cache.group_ids) != wanted:
            waiting.append(f"it carries {_listed(cache.group_ids)}")
    waiting += [
        f"{member} carries {_listed(group_ids)}"
        for member, group_ids in cache.member_groups
        if set(group_ids) != wanted
    ]
    if cache.kind == SERVERLESS and not is_settled(cache):
        waiting.append(f"it is {cache.status}")
    return ", ".join(dict.fromkeys(waiting))


def _staying(cache: Cache) -> list[set[str]]:
    """Return for each node the groups that it carries, but for those that are being detached from it already."""
    if not cache.member_groups:
        return [{each.group_id for each in cache.security_groups if each.status != _REMOVING}]
    status = dict(cache.unsettled)
    return [
        {group_id for group_id in group_ids if status.get((member, group_id)) != _REMOVING}
        for member, group_ids in cache.member_groups
    ]


def _listed(group_ids: Sequence[str]) -> str:
    return " and ".join(group_ids) or "no group"


def _find(
    reference: GroupReference,
    assignment: Assignment,
    cache: Cache,
    known: Groups,
    names_in: Callable[[str], Iterable[str]],
) -> SecurityGroup | None:
    """Return the group that C(reference) means, V(None) for one that is to be detached and does not exist."""
    vpc_id = cache.vpc_id
    if not vpc_id:
        raise InvalidGrantError(
            f"cache {cache.name!r} is {cache.status}, and ElastiCache does not tell its VPC, where its groups stand; "
            "run again when it is available."
        )
    named = [group for group in known.values() if reference.means(group.group_id, group.name)]
    for group in named:
        if group.vpc_id == vpc_id:
            return group
    if not assignment.is_present:
        return None
    if named:
        elsewhere = or_list(sorted(f"{group.vpc_id} (as {group.group_id})" for group in named))
        raise InvalidGrantError(
            f"security_groups names {str(reference)!r}, which is a group of {elsewhere}, while cache {cache.name!r} is "
            f"in {vpc_id}, and a cache carries groups of its own VPC alone; name one of these."
        )
    if reference.group_id:
        raise InvalidGrantError(
            f"security_groups names {str(reference)!r}, which does not exist in this account and region; check the id."
        )
    raise InvalidGrantError(
        f"security_groups names {str(reference)!r}, which does not exist in {vpc_id}, the VPC of cache "
        f"{cache.name!r}. ",
        lambda: near(reference.name, names_in(vpc_id)),
    )


def _check_count(plan: MembershipPlan, limit: int) -> None:
    # One that carries none is being created or going, and is asked for nothing.
    if plan.before and not plan.after:
        raise InvalidGrantError(
            f"cache {plan.cache.name!r} would be left without a security group, and ElastiCache asks for one at least; "
            "name the group that it is to keep, with purge set to true."
        )
    if len(plan.after) > limit and plan.added:
        raise InvalidGrantError(
            f"cache {plan.cache.name!r} would carry {len(plan.after)} security groups "
            f"({', '.join(map(str, plan.after))}), and a network interface carries {limit}; detach one, set purge to "
            "true, or have the quota L-2AFB9258 raised and set security_groups_per_interface to it."
        )
