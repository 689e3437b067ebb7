# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Wanted rules x existing rules -> Plan. Pure.

Check mode, diff and change all come from the one Plan. Several grants on one group make one plan for that
group; within it additions come first, so that a source that keeps its access never loses it on the way.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._purge import purged_rules
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER, merged
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Wish, groups_to_change, wishes_for

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Existing = Mapping[str, Sequence[Rule]]


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

    C(keys) are the rules that its grant is about, purged ones among them. C(wider_rules) admit more than a port of
    the cache; C(still_allowed) admit a source that the grant takes access away from.
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

    Raises V(InvalidGrantError) where two targets give one rule different descriptions or tags, or disagree on
    what is to be purged.
    """
    changed = {group.group_id: group for target in targets for group in groups_to_change(target)}
    carried_by: dict[str, list[Target]] = {}
    for target in targets:
        for group in target.groups:
            carried_by.setdefault(group.group_id, []).append(target)
    plans = tuple(_plan_for(changed[each], carried_by[each], existing.get(each, ())) for each in changed)
    gone = {rule.key for plan in plans for rule in plan.removes}
    return Plan(plans, tuple(_plan_cache(target, existing, gone) for target in targets))


def _plan_for(group: SecurityGroup, targets: Sequence[Target], existing: Sequence[Rule]) -> GroupPlan:
    """Return the plan for one group, which all of C(targets) carry."""
    purged = tuple(Wish(rule.key, is_present=False) for rule in purged_rules(group, targets, existing))
    return plan_group(
        group=group,
        caches=tuple(dict.fromkeys(target.cache.name for target in targets)),
        wishes=(*wishes_for(group, targets), *purged),
        ports=tuple(sorted({port for target in targets for port in target.ports})),
        existing=existing,
    )


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
            adds[wish.key] = Rule(wish.key, description=wish.description or "", tags=merged((MARKER,), wish.tags))
        else:
            after = wish.fulfilled_by(rule)
            if after != rule:
                updates[wish.key] = (rule, after)
            else:
                unchanged[wish.key] = rule
    touched = {**updates, **removes, **unchanged}
    others = [rule for rule in existing if rule.key not in touched and rule.covers_any(ports)]
    return GroupPlan(
        group=group,
        caches=caches,
        wishes=wishes,
        ports=ports,
        adds=in_order(adds.values()),
        updates=tuple(updates[key] for key in sorted(updates)),
        removes=in_order(removes.values()),
        unchanged=in_order(unchanged.values()),
        others=in_order(others),
    )


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return rules in the one order in which plans and outcomes list them."""
    return tuple(sorted(rules, key=lambda rule: rule.key))


def _plan_cache(target: Target, existing: Existing, gone: AbstractSet[RuleKey]) -> CachePlan:
    rules = [rule for group in target.groups for rule in existing.get(group.group_id, ())]
    keys = {wish.key for group in groups_to_change(target) for wish in wishes_for(group, [target])}
    if target.is_purging:
        keys |= {rule.key for rule in rules if rule.key in gone and rule.is_exact(target.ports)}
    still_allowed = [
        rule
        for rule in rules
        if target.group is None
        and rule.key not in gone
        and rule.covers_any(target.ports)
        and any(rule.admits(wanted.source) for wanted in target.sources)
    ]
    return CachePlan(
        target=target,
        keys=frozenset(keys),
        wider_rules=in_order(rule for rule in rules if rule.is_wider(target.ports)),
        still_allowed=in_order(still_allowed),
    )
