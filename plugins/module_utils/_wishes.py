# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Grants with everything looked up -> Wish: which rules have to stand, and which have to be gone. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import PURGE_NONE
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
from ansible_collections.elasticache.access.plugins.module_utils._tags import Tags, merged

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._sources import ResolvedSource


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
    tags: Tags = ()
    purge: str = PURGE_NONE
    purge_shared: bool = False
    allow_large_purge: bool = False

    @property
    def is_purging(self) -> bool:
        """Say whether rules that the grant does not name are to go."""
        return self.purge != PURGE_NONE


@dataclass(frozen=True)
class Wish:
    """One rule that has to stand, or has to be gone. C(description) is V(None) for: leave it as it is.

    C(tags) are the user's. Only rules of this collection's own get them.
    """

    key: RuleKey
    is_present: bool
    description: str | None = None
    tags: Tags = ()

    def fulfilled_by(self, rule: Rule) -> Rule:
        """Return the rule that stands, as this wish wants it to be."""
        return replace(
            rule,
            description=rule.description if self.description is None else self.description,
            tags=merged(rule.tags, self.tags) if rule.is_managed else rule.tags,
        )


def groups_to_change(target: Target) -> tuple[SecurityGroup, ...]:
    """Return where rules of the grant are added or removed: one group gets them, all may have to give them up."""
    return target.groups if target.group is None or target.is_purging else (target.group,)


def wishes_for(group: SecurityGroup, targets: Iterable[Target]) -> tuple[Wish, ...]:
    """Return what C(targets) wish for on one group; caches that share it can wish for one and the same rule.

    Raises V(InvalidGrantError) where they want one rule with different descriptions or tags.
    """
    wishes: dict[RuleKey, Wish] = {}
    for target in targets:
        for wish in _wishes(target, group):
            before = wishes.get(wish.key)
            wishes[wish.key] = wish if before is None else _both(group, before, wish)
    return tuple(wishes[key] for key in sorted(wishes))


def _wishes(target: Target, group: SecurityGroup) -> list[Wish]:
    keys = [
        (RuleKey.exact(group.group_id, port, each.source), each) for port in target.ports for each in target.sources
    ]
    if target.group is None:
        return [Wish(key, is_present=False) for key, _wanted in keys]
    if target.group != group:
        return []
    return [Wish(key, is_present=True, description=wanted.description, tags=target.tags) for key, wanted in keys]


def _both(group: SecurityGroup, one: Wish, other: Wish) -> Wish:
    """Return two wishes for one rule as one."""
    said = f"sources of several grants name {one.key.source.value} for one rule of security group {group}"
    if None not in (one.description, other.description) and one.description != other.description:
        raise InvalidGrantError(
            f"{said}, as {one.description!r} and as {other.description!r}; one rule has one description: leave one out."
        )
    if any(dict(one.tags).get(key, value) != value for key, value in other.tags):
        raise InvalidGrantError(f"{said}, with different tags; one rule has one set of tags: give both the same.")
    description = other.description if one.description is None else one.description
    return replace(one, description=description, tags=merged(one.tags, other.tags))
