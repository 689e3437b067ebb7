# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What reaches each cache, held against the grants of a policy. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._rules import RuleKey, Source
from ansible_collections.elasticache.access.plugins.module_utils._targets import target_of
from ansible_collections.elasticache.access.plugins.module_utils._wishes import wishes_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference, Grant
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known, Names
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Access, Survey
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Wanted = frozenset[tuple[int, Source]]

WANTED = "wanted"
UNEXPECTED = "unexpected"
MISSING = "missing"


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
    """What a policy says of one cache. C(is_in_policy) says whether it names the cache at all."""

    is_in_policy: bool = False
    wanted: Wanted = frozenset()
    missing: tuple[Missing, ...] = ()

    def of(self, access: Access) -> str:
        """Return whether one rule is wanted. One that admits more than the policy says is not."""
        rule = access.rule
        is_wanted = access.is_exact and (rule.key.from_port, rule.key.source) in self.wanted
        return WANTED if is_wanted else UNEXPECTED


@dataclass
class _Found:
    """What the grants of one cache come to."""

    wanted: set[tuple[int, Source]] = field(default_factory=set)
    missing: list[Missing] = field(default_factory=list)


def compare(
    grants: Iterable[Grant], cache_of: Mapping[CacheReference, Cache | None], survey: Survey, names: Names
) -> tuple[dict[tuple[str, str], Drift], tuple[Missing, ...]]:
    """Return the drift of each audited cache, by kind and name, and what is granted on caches that do not exist.

    A grant that cannot be carried out is missing with the reason, and keeps nobody from seeing the rest.
    """
    found: dict[tuple[str, str], _Found] = {}
    nowhere: list[Missing] = []
    keys = {rule.key for rules in survey.existing.values() for rule in rules}
    audited = {(cache.kind, cache.name) for cache in survey.audited}
    for grant in grants:
        cache = cache_of[grant.cache]
        if cache is None:
            nowhere += _not_granted(grant, grant.cache.text, "there is no such cache")
        elif (cache.kind, cache.name) in audited:
            _add(found.setdefault((cache.kind, cache.name), _Found()), grant, cache, survey.known, names, keys)
    drifts = {name: Drift(True, frozenset(each.wanted), tuple(each.missing)) for name, each in found.items()}
    return drifts, tuple(nowhere)


def _add(found: _Found, grant: Grant, cache: Cache, known: Known, names: Names, keys: set[RuleKey]) -> None:
    try:
        _add_target(found, target_of(grant, cache, known, names), keys)
    except InvalidGrantError as error:
        sources = grant.sources
        if len(sources) < 2:
            found.missing += _not_granted(grant, cache.name, str(error))
        # What is wrong with one source says nothing about the others.
        for wanted in sources if len(sources) > 1 else ():
            _add(found, replace(grant, sources=(wanted,)), cache, known, names, keys)


def _add_target(found: _Found, target: Target, keys: set[RuleKey]) -> None:
    if target.group is None:
        return
    found.wanted.update((port, each.source) for port in target.ports for each in target.sources)
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
            source_text=wanted.value or str(wanted.group),
            reason=reason,
        )
        for wanted in grant.sources
    ]
