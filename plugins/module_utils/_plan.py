# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Wanted rules x existing rules -> Plan. Pure.

Check mode, diff and change all come from the one Plan. Several grants on one group make one plan for that
group; within it additions come first, so that a source that keeps its access never loses it on the way.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._rules import MARKER, Rule, RuleKey

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._sources import ResolvedSource

    Existing = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True)
class Target:
    """A grant with everything looked up.

    C(groups) are all that the cache carries; C(group) is the one that gets new rules, V(None) where the grant
    takes access away, which it does on all of them.
    """

    cache: Cache
    ports: tuple[int, ...]
    groups: tuple[SecurityGroup, ...]
    group: SecurityGroup | None
    sources: tuple[ResolvedSource, ...]


@dataclass(frozen=True)
class Wish:
    """One rule that has to stand, or has to be gone. C(description) is V(None) for: leave it as it is."""

    key: RuleKey
    is_present: bool
    description: str | None = None


@dataclass(frozen=True)
class GroupPlan:
    """What is to be done on one group, and what stays.

    C(updates) are pairs of a rule as it is and as it will be. C(unchanged) are wished-for rules that stand
    already; C(others) are the remaining rules that concern the same ports.
    """

    group: SecurityGroup
    caches: tuple[str, ...]
    wishes: tuple[Wish, ...]
    ports: tuple[int, ...]
    adds: tuple[Rule, ...]
    updates: tuple[tuple[Rule, Rule], ...]
    removes: tuple[Rule, ...]
    unchanged: tuple[Rule, ...]
    others: tuple[Rule, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether the group is already as it should be."""
        return not (self.adds or self.updates or self.removes)


@dataclass(frozen=True)
class CachePlan:
    """What a plan means for one cache.

    C(keys) are the rules that its grant is about. C(wider_rules) admit more than a port of the cache;
    C(still_allowed) admit a source that the grant takes access away from.
    """

    target: Target
    keys: frozenset[RuleKey]
    wider_rules: tuple[Rule, ...]
    still_allowed: tuple[Rule, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that is to be done: per group and per cache, both in the order of the grants."""

    groups: tuple[GroupPlan, ...]
    caches: tuple[CachePlan, ...]


def make_plan(targets: Sequence[Target], existing: Existing) -> Plan:
    """Return what has to change so that C(targets) hold, given the C(existing) rules of each group by its id.

    Raises V(InvalidGrantError) where two targets give one rule different descriptions.
    """
    groups: dict[str, SecurityGroup] = {}
    of_group: dict[str, list[Target]] = {}
    for target in targets:
        for group in _groups_to_change(target):
            groups[group.group_id] = group
            of_group.setdefault(group.group_id, []).append(target)
    plans = tuple(
        plan_group(
            group=groups[group_id],
            caches=tuple(dict.fromkeys(target.cache.name for target in of_group[group_id])),
            wishes=_one_per_rule(groups[group_id], of_group[group_id]),
            ports=tuple(sorted({port for target in of_group[group_id] for port in target.ports})),
            existing=existing.get(group_id, ()),
        )
        for group_id in of_group
    )
    gone = {rule.key for plan in plans for rule in plan.removes}
    return Plan(plans, tuple(_plan_cache(target, existing, gone) for target in targets))


def plan_group(
    *,
    group: SecurityGroup,
    caches: tuple[str, ...],
    wishes: tuple[Wish, ...],
    ports: tuple[int, ...],
    existing: Sequence[Rule],
) -> GroupPlan:
    """Return what has to change on one group so that every one of C(wishes) is fulfilled."""
    by_key = {rule.key: rule for rule in existing}
    adds: dict[RuleKey, Rule] = {}
    updates: dict[RuleKey, tuple[Rule, Rule]] = {}
    removes: dict[RuleKey, Rule] = {}
    unchanged: dict[RuleKey, Rule] = {}
    for wish in wishes:
        rule = by_key.get(wish.key)
        if not wish.is_present:
            if rule:
                removes[wish.key] = rule
        elif rule is None:
            adds[wish.key] = Rule(wish.key, description=wish.description or "", tags=(MARKER,))
        elif wish.description is not None and wish.description != rule.description:
            updates[wish.key] = (rule, replace(rule, description=wish.description))
        else:
            unchanged[wish.key] = rule
    touched = {**updates, **removes, **unchanged}
    others = [rule for rule in existing if rule.key not in touched and (rule.is_exact(ports) or rule.is_wider(ports))]
    return GroupPlan(
        group=group,
        caches=caches,
        wishes=wishes,
        ports=ports,
        adds=_in_order(adds),
        updates=tuple(updates[key] for key in sorted(updates)),
        removes=_in_order(removes),
        unchanged=_in_order(unchanged),
        others=tuple(sorted(others, key=lambda rule: rule.key)),
    )


def _in_order(rules: Mapping[RuleKey, Rule]) -> tuple[Rule, ...]:
    return tuple(rules[key] for key in sorted(rules))


def _groups_to_change(target: Target) -> tuple[SecurityGroup, ...]:
    return target.groups if target.group is None else (target.group,)


def _wishes(target: Target, group_id: str) -> list[Wish]:
    return [
        Wish(RuleKey.exact(group_id, port, wanted.source), target.group is not None, wanted.description)
        for port in target.ports
        for wanted in target.sources
    ]


def _one_per_rule(group: SecurityGroup, targets: Iterable[Target]) -> tuple[Wish, ...]:
    """Return what C(targets) wish for on one group; caches that share it can wish for one and the same rule."""
    wishes: dict[RuleKey, Wish] = {}
    for target in targets:
        for wish in _wishes(target, group.group_id):
            before = wishes.get(wish.key)
            if before is None or before.description is None:
                wishes[wish.key] = wish
            elif wish.description not in (None, before.description):
                raise InvalidGrantError(
                    f"sources of several grants name {wish.key.source.value} for one rule of security group {group}, "
                    f"as {before.description!r} and as {wish.description!r}; "
                    "one rule has one description: leave one out."
                )
    return tuple(wishes[key] for key in sorted(wishes))


def _plan_cache(target: Target, existing: Existing, gone: AbstractSet[RuleKey]) -> CachePlan:
    rules = [rule for group in target.groups for rule in existing.get(group.group_id, ())]
    rules.sort(key=lambda rule: rule.key)
    keys = frozenset(wish.key for group in _groups_to_change(target) for wish in _wishes(target, group.group_id))
    still_allowed = [
        rule
        for rule in rules
        if target.group is None
        and rule.key not in gone
        and any(rule.covers(port) for port in target.ports)
        and any(rule.admits(wanted.source) for wanted in target.sources)
    ]
    return CachePlan(
        target=target,
        keys=keys,
        wider_rules=tuple(rule for rule in rules if rule.is_wider(target.ports)),
        still_allowed=tuple(still_allowed),
    )
