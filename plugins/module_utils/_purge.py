# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Which rules O(purge) takes away, and the brake on taking away too many. Pure."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._grants import (
    PURGE_ALL,
    PURGE_MANAGED,
    PURGE_NONE,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import reaching

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._plan import CachePlan, Plan
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Existing = Mapping[str, Sequence[Rule]]

# To remove so many rules or more needs leave, where they are more than half. Those that go are counted and not those
# that stand: a purge that was stopped once its additions were made must not be refused when it is run again.
_MANY = 6


def purged_rules(group: SecurityGroup, targets: Sequence[Target], existing: Iterable[Rule]) -> list[Rule]:
    """Return which of a group's C(existing) rules are to go, since none of C(targets), which carry it, names them.

    Raises V(InvalidGrantError) where targets that share the group and a port disagree on O(purge).
    """
    purge_on = _purge_on(group, targets)
    if all(purge == PURGE_NONE for purge in purge_on.values()):
        return []
    named = {(port, wanted.source) for target in targets for port in target.ports for wanted in target.sources}
    purged = []
    for rule in existing:
        port = rule.key.from_port
        if not rule.is_exact(purge_on) or (port, rule.key.source) in named:
            continue
        if purge_on[port] == PURGE_ALL or (purge_on[port] == PURGE_MANAGED and rule.is_managed):
            purged.append(rule)
    return purged


def _purge_on(group: SecurityGroup, targets: Iterable[Target]) -> dict[int, str]:
    """Return for each port what O(purge) says of it; caches that share a group and a port have to agree."""
    first_on: dict[int, Target] = {}
    # A grant that takes access away has no say in what becomes of rules that it does not name.
    for target in (each for each in targets if each.group is not None):
        for port in target.ports:
            first = first_on.setdefault(port, target)
            if first.purge != target.purge:
                raise InvalidGrantError(
                    f"purge is {first.purge} for cache {first.cache.name!r} and {target.purge} for cache "
                    f"{target.cache.name!r}, which share security group {group} and port {port}; give both the same."
                )
    return {port: target.purge for port, target in first_on.items()}


def check_brake(plan: Plan, existing: Existing) -> None:
    """Raise V(InvalidGrantError) where purging would cut a cache off, or take away most of many rules."""
    braked = [each for each in plan.caches if each.target.is_purging and not each.target.allow_large_purge]
    if not braked:
        return
    inbound = [group for group in plan.groups if not group.is_egress]
    added = {rule.key for group in inbound for rule in group.adds}
    removed = {rule.key for group in inbound for rule in group.removes}
    all_or_error(partial(_check_brake_for, each, added, removed, existing) for each in braked)


def _check_brake_for(
    plan: CachePlan, added: AbstractSet[RuleKey], removed: AbstractSet[RuleKey], existing: Existing
) -> None:
    target = plan.target
    group_ids = [group.group_id for group in target.groups]
    paths = [rule.key for rule in reaching(group_ids, target.ports, existing)]
    going = [key for key in paths if key in removed]
    is_cut_off = len(going) == len(paths) and not added & plan.keys
    if going and (is_cut_off or (len(going) >= _MANY and 2 * len(going) > len(paths))):
        rest = " and grant none" if is_cut_off else ""
        raise InvalidGrantError(
            f"purge would remove {len(going)} of the {len(paths)} rules that let anything reach cache "
            f"{target.cache.name!r}{rest}; set allow_large_purge to true if you mean it."
        )
