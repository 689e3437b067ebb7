# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Grants with everything looked up -> Wish: which rules have to stand, and which have to be gone. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from functools import lru_cache

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import PURGE_NONE
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER, Tags, merged
from ansible_collections.elasticache.access.plugins.module_utils._terms import FOR_GOOD, Term, described

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._sources import ResolvedSource

# Most rules of a task have the same tags, and the same end or none.
_merged = lru_cache(merged)
_set_on = lru_cache(Term.set_on)


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
    source_egress: bool = False

    @property
    def is_purging(self) -> bool:
        """Say whether rules that the grant does not name are to go."""
        return self.purge != PURGE_NONE


@dataclass(frozen=True)
class Wish:
    """One rule that has to stand, or has to be gone. C(description) is V(None) for: leave it as it is.

    C(tags) are the user's, and C(term) says when and why the access ends. Only rules of this collection's own get them.
    """

    key: RuleKey
    is_present: bool
    description: str | None = None
    tags: Tags = ()
    term: Term = FOR_GOOD

    def fulfilled_by(self, rule: Rule) -> Rule:
        """Return the rule that stands, as this wish wants it to be."""
        description = rule.description if self.description is None else self.description
        tags = rule.tags
        if rule.is_managed:
            tags = _set_on(self.term, _merged(rule.tags, self.tags) if self.tags else rule.tags)
            description = described(self.description, rule.description, rule.tags, tags)
        if (description, tags) == (rule.description, rule.tags):
            return rule
        return Rule(rule.key, rule.rule_id, description, tags)

    def new_rule(self) -> Rule:
        """Return the rule to make, where none stands."""
        tags = _set_on(self.term, _merged((MARKER,), self.tags))
        return Rule(self.key, description=described(self.description or "", "", (), tags), tags=tags)


def groups_to_change(target: Target) -> tuple[SecurityGroup, ...]:
    """Return where rules of the grant are added or removed: one group gets them, all may have to give them up."""
    return target.groups if target.group is None or target.is_purging else (target.group,)


def wishes_of(target: Target) -> list[Wish]:
    """Return what one grant wishes for: rules on the group that gets them, or none of them on any of its groups."""
    if target.group is None:
        return [
            Wish(RuleKey.exact(group.group_id, port, wanted.source), is_present=False)
            for group in target.groups
            for port in target.ports
            for wanted in target.sources
        ]
    return [
        Wish(
            RuleKey.exact(target.group.group_id, port, wanted.source),
            True,
            wanted.description,
            target.tags,
            wanted.term,
        )
        for port in target.ports
        for wanted in target.sources
    ]


def in_agreement(group: SecurityGroup, wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    """Return what is wished for on one group, each rule once; caches that share it can wish for one and the same.

    Raises V(InvalidGrantError) where one wants a rule gone that another one wants, and where they want one rule with
    different descriptions, tags or ends.
    """
    agreed: dict[RuleKey, Wish] = {}
    for wish in wishes:
        before = agreed.setdefault(wish.key, wish)
        if before is not wish:
            agreed[wish.key] = _both(group, before, wish)
    return tuple(sorted(agreed.values(), key=lambda wish: wish.key.parts))


def _both(group: SecurityGroup, one: Wish, other: Wish) -> Wish:
    """Return two wishes for one rule as one."""
    if one == other:
        return one
    said = f"sources of several grants name {one.key.source.value} for one rule of security group {group}"
    if one.is_present != other.is_present:
        raise InvalidGrantError(f"{said}, with state present and with state absent; leave one out.")
    if None not in (one.description, other.description) and one.description != other.description:
        raise InvalidGrantError(
            f"{said}, as {one.description!r} and as {other.description!r}; one rule has one description: leave one out."
        )
    if any(dict(one.tags).get(key, value) != value for key, value in other.tags):
        raise InvalidGrantError(f"{said}, with different tags; one rule has one set of tags: give both the same.")
    try:
        term = one.term.joined(other.term)
    except ValueError as odds:
        raise InvalidGrantError(f"{said}, {odds}.") from odds
    description = other.description if one.description is None else one.description
    return replace(one, description=description, tags=merged(one.tags, other.tags), term=term)
