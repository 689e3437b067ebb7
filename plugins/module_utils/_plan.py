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
from itertools import chain

from ansible_collections.elasticache.access.plugins.module_utils._purge import purged_rules
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey, admitting
from ansible_collections.elasticache.access.plugins.module_utils._source_egress import (
    NOT_LOOKED_AT,
    Outbound,
    egress_wishes,
)
from ansible_collections.elasticache.access.plugins.module_utils._wishes import (
    Wish,
    groups_to_change,
    in_agreement,
    wishes_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Existing = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True)
class GroupPlan:
    """What is to be done on one group, and what stays.

    C(updates) are pairs of a rule as it is and as it will be. C(unchanged) are wished-for rules that stand
    already; C(others) are the remaining rules that concern the same ports. All are inbound rules of a cache's group, or
    with C(is_egress) outbound rules of a source's.
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
    is_egress: bool = False

    @property
    def is_empty(self) -> bool:
        """Say whether the group is already as it should be."""
        return not (self.adds or self.updates or self.removes)


@dataclass(frozen=True)
class CachePlan:
    """What a plan means for one cache.

    C(keys) are the rules that its grant is about, purged ones among them, and outbound rules of sources. C(wider_rules)
    admit more than a port of the cache; C(still_allowed) admit a source that the grant takes access away from.
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


def make_plan(targets: Sequence[Target], existing: Existing, outbound: Outbound = NOT_LOOKED_AT) -> Plan:
    """Return what has to change so that C(targets) hold, given the C(existing) inbound rules of each group by its id.

    C(outbound) is what is known of the side of the sources.

    Raises V(InvalidGrantError) where two targets give one rule different descriptions or tags, or disagree on
    what is to be purged.
    """
    changed = {group.group_id: group for target in targets for group in groups_to_change(target)}
    carried_by: dict[str, list[Target]] = {}
    for target in targets:
        for group in target.groups:
            carried_by.setdefault(group.group_id, []).append(target)
    wishes = [wishes_of(target) for target in targets]
    wishes_on: dict[str, list[Wish]] = {}
    for wish in chain.from_iterable(wishes):
        wishes_on.setdefault(wish.key.group_id, []).append(wish)
    plans = tuple(
        _plan_for(group, carried_by[group_id], wishes_on.get(group_id, ()), existing.get(group_id, ()))
        for group_id, group in changed.items()
    )
    by_group = {plan.group.group_id: plan for plan in plans}
    mirrored = egress_wishes(targets, [_purged_from(target, by_group) for target in targets], outbound)
    caches = [
        _plan_cache(target, each, existing, by_group, (wish.key for wish in mirror))
        for target, each, mirror in zip(targets, wishes, mirrored)
    ]
    return Plan((*plans, *_plan_egress(targets, mirrored, outbound)), tuple(caches))


def _purged_from(target: Target, by_group: Mapping[str, GroupPlan]) -> list[RuleKey]:
    """Return which inbound rules go because one grant does not name them."""
    if not (target.is_purging and target.source_egress):
        return []
    plans = [by_group[group.group_id] for group in target.groups]
    return [rule.key for plan in plans for rule in plan.removes if rule.is_exact(target.ports)]


def _plan_egress(
    targets: Sequence[Target], mirrored: Sequence[Sequence[Wish]], outbound: Outbound
) -> Iterator[GroupPlan]:
    """Yield the plan for each source's group of which something is wished for."""
    wishes_on: dict[str, list[tuple[Target, Wish]]] = {}
    for target, wishes in zip(targets, mirrored):
        for wish in wishes:
            wishes_on.setdefault(wish.key.group_id, []).append((target, wish))
    for group_id, wished in wishes_on.items():
        yield plan_group(
            group=outbound.groups[group_id],
            caches=tuple(dict.fromkeys(target.cache.name for target, _wish in wished)),
            wishes=in_agreement(outbound.groups[group_id], (wish for _target, wish in wished)),
            ports=tuple(sorted({port for target, _wish in wished for port in target.ports})),
            existing=outbound.rules.get(group_id, ()),
            is_egress=True,
        )


def _plan_for(
    group: SecurityGroup, targets: Sequence[Target], wishes: Iterable[Wish], existing: Sequence[Rule]
) -> GroupPlan:
    """Return the plan for one group, which all of C(targets) carry."""
    purged = tuple(Wish(rule.key, is_present=False) for rule in purged_rules(group, targets, existing))
    return plan_group(
        group=group,
        caches=tuple(dict.fromkeys(target.cache.name for target in targets)),
        wishes=(*in_agreement(group, wishes), *purged),
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
    is_egress: bool = False,
) -> GroupPlan:
    """Return what has to change on one group so that every one of C(wishes) is fulfilled."""
    updates: list[tuple[Rule, Rule]] = []
    removes: list[Rule] = []
    unchanged: list[Rule] = []
    others: list[Rule] = []
    missing = {wish.key: wish for wish in wishes}
    for rule in existing:
        wish = missing.pop(rule.key, None)
        if wish is None:
            if rule.covers_any(ports):
                others.append(rule)
        elif not wish.is_present:
            removes.append(rule)
        else:
            after = wish.fulfilled_by(rule)
            if after != rule:
                updates.append((rule, after))
            else:
                unchanged.append(rule)
    return GroupPlan(
        group=group,
        caches=caches,
        wishes=wishes,
        ports=ports,
        adds=in_order(wish.new_rule() for wish in missing.values() if wish.is_present),
        updates=tuple(sorted(updates, key=lambda pair: pair[0].key.parts)),
        removes=in_order(removes),
        unchanged=in_order(unchanged),
        others=in_order(others),
        is_egress=is_egress,
    )


def in_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return rules in the one order in which plans and outcomes list them."""
    return tuple(sorted(rules, key=lambda rule: rule.key.parts))


def _plan_cache(
    target: Target,
    wishes: Iterable[Wish],
    existing: Existing,
    by_group: Mapping[str, GroupPlan],
    mirrored: Iterable[RuleKey],
) -> CachePlan:
    rules = [rule for group in target.groups for rule in existing.get(group.group_id, ())]
    plans = [by_group[group.group_id] for group in target.groups if group.group_id in by_group]
    gone = [rule for plan in plans for rule in plan.removes]
    keys = {*(wish.key for wish in wishes), *mirrored}
    if target.is_purging:
        keys.update(rule.key for rule in gone if rule.is_exact(target.ports))
    still_allowed = []
    if target.group is None:
        gone_keys = {rule.key for rule in gone}
        # What other grants of the task add can admit it as well.
        coming = [rule for plan in plans for rule in plan.adds]
        staying = [rule for rule in (*rules, *coming) if rule.covers_any(target.ports) and rule.key not in gone_keys]
        still_allowed = admitting(staying, [wanted.source for wanted in target.sources])
    return CachePlan(
        target=target,
        keys=frozenset(keys),
        wider_rules=in_order(rule for rule in rules if rule.is_wider(target.ports)),
        still_allowed=in_order(still_allowed),
    )
