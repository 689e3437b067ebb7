# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What reaches each cache, held against the grants of a policy. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    CLUSTERS,
    GROUPS,
    INSTANCES,
    LISTINGS,
    PREFIX_LISTS,
    RULES,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import REPLICATION_GROUP
from ansible_collections.elasticache.access.plugins.module_utils._rules import PREFIX_LIST, RuleKey, Source
from ansible_collections.elasticache.access.plugins.module_utils._targets import target_of
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import INSTANCE
from ansible_collections.elasticache.access.plugins.module_utils._wishes import wishes_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference, Grant
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Names
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Access, Survey
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Wanted = frozenset[tuple[int, Source]]

WANTED = "wanted"
UNEXPECTED = "unexpected"
MISSING = "missing"

# The calls that tell what a source means which is no security group.
_TELLING = {INSTANCE: INSTANCES, PREFIX_LIST: PREFIX_LISTS}


@dataclass(frozen=True)
class Missing:
    """Access that the policy grants and no rule gives.

    C(key) is the rule that lacks. Where the grant cannot be carried out as it is written, it is V(None),
    C(source_kind) and C(source_text) are what is written, and C(reason) says what is wrong.
    """

    cache: str
    key: RuleKey | None = None
    description: str = ""
    source_kind: str = ""
    source_text: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Drift:
    """What a policy says of one cache.

    C(is_in_policy) says whether it names the cache at all. C(unread) are the calls, as IAM names them, without which it
    is not known what all of its grants mean.
    """

    is_in_policy: bool = False
    wanted: Wanted = frozenset()
    missing: tuple[Missing, ...] = ()
    unread: tuple[str, ...] = ()

    def of(self, access: Access) -> str | None:
        """Return whether one rule is wanted, V(None) where that is not known.

        One that admits more than the policy says is not.
        """
        rule = access.rule
        if access.is_exact and (rule.key.from_port, rule.key.source) in self.wanted:
            return WANTED
        return None if self.unread else UNEXPECTED


@dataclass
class _Found:
    """What the grants of one cache come to."""

    wanted: set[tuple[int, Source]] = field(default_factory=set)
    missing: list[Missing] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def compare(
    grants: Iterable[Grant], cache_of: Mapping[CacheReference, Cache | None], survey: Survey, names: Names
) -> tuple[dict[tuple[str, str], Drift], tuple[Missing, ...]]:
    """Return the drift of each audited cache, by kind and name, and what is granted on caches that do not exist.

    A grant that cannot be carried out is missing with the reason, and keeps nobody from seeing the rest.
    """
    found: dict[tuple[str, str], _Found] = {}
    nowhere: list[Missing] = []
    keys = {rule.key for rules in survey.existing.values() for rule in rules}
    audited = {cache.identity for cache in survey.audited}
    for grant in grants:
        cache = cache_of[grant.cache]
        if cache is None and not _could_be_hidden(grant, survey):
            nowhere += _not_granted(grant, grant.cache.text, "there is no such cache")
        elif cache and cache.identity in audited:
            _add(found.setdefault(cache.identity, _Found()), grant, cache, survey, names, keys)
    drifts = {
        name: Drift(True, frozenset(each.wanted), tuple(each.missing), tuple(sorted(each.unread)))
        for name, each in found.items()
    }
    return drifts, tuple(nowhere)


def _could_be_hidden(grant: Grant, survey: Survey) -> bool:
    """Say whether there may be a cache that these credentials may not list."""
    return any(LISTINGS[kind] in survey.denied for kind in grant.cache.possible_types)


def _add(found: _Found, grant: Grant, cache: Cache, survey: Survey, names: Names, keys: set[RuleKey]) -> None:
    try:
        target = target_of(grant, cache, survey.known, names)
    except InvalidGrantError as error:
        # What is wrong with one source says nothing about the others.
        if len(grant.sources) > 1:
            for wanted in grant.sources:
                _add(found, replace(grant, sources=(wanted,)), cache, survey, names, keys)
            return
        unread = _unread(grant, cache) & survey.denied
        found.unread |= unread
        found.missing += [] if unread else _not_granted(grant, cache.name, str(error))
        return
    _add_target(found, target, survey, keys)


def _unread(grant: Grant, cache: Cache) -> set[str]:
    """Return the calls that tell what a grant of at most one source means."""
    needed = {GROUPS, *(_TELLING[wanted.kind] for wanted in grant.sources if wanted.kind in _TELLING)}
    return needed | ({CLUSTERS} if cache.kind == REPLICATION_GROUP else set())


def _add_target(found: _Found, target: Target, survey: Survey, keys: set[RuleKey]) -> None:
    if target.group is None:
        return
    found.wanted.update((port, each.source) for port in target.ports for each in target.sources)
    if RULES in survey.denied:
        found.unread.add(RULES)
        return
    for wish in wishes_of(target):
        missing = Missing(target.cache.name, wish.key, wish.description or "")
        if wish.key not in keys and missing not in found.missing:
            found.missing.append(missing)


def _not_granted(grant: Grant, cache: str, reason: str) -> list[Missing]:
    if not grant.is_present:
        return []
    return [
        Missing(
            cache,
            description=wanted.description or "",
            source_kind=wanted.kind,
            source_text=wanted.text,
            reason=reason,
        )
        for wanted in grant.sources
    ]
