# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The side of the sources: which outbound rules their groups have to have for a grant to be of use. Pure.

An outbound rule mirrors an inbound one: the group of the source lets out what the group of the cache lets in. Where the
outbound rules of a source let it out already, as those do that EC2 gives to a new group, nothing is wished for.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from functools import cached_property

from ansible_collections.elasticache.access.plugins.module_utils._addresses import Ranges, span
from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    CIDR,
    SECURITY_GROUP,
    Rule,
    RuleKey,
    Source,
)
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Wish

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known, ResolvedSource
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

# Every address of the families in which a cache is reached, by its network type.
_IPV4 = ("0.0.0.0/0",)
_EVERYWHERE = {"ipv4": _IPV4, "ipv6": ("::/0",), "dual_stack": ("0.0.0.0/0", "::/0")}
# So many caches are named in one warning.
_SHOWN = 5


@dataclass(frozen=True)
class _WaysOut:
    """Where the outbound rules of one group lead on one port."""

    group_ids: frozenset[str]
    ranges: Ranges


@dataclass(frozen=True)
class Outbound:
    """What is known of the side of the sources.

    C(groups) are those of this account by id, C(rules) their outbound rules. C(across) are pairs of the VPC of a cache
    and a group that is joined with it by a transit gateway alone. C(subnets) are the ranges of the subnets of caches,
    by kind and name, where it was worth asking.
    """

    groups: Mapping[str, SecurityGroup] = field(default_factory=dict)
    rules: Mapping[str, Sequence[Rule]] = field(default_factory=dict)
    across: frozenset[tuple[str, str]] = frozenset()
    subnets: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def standing(self) -> frozenset[RuleKey]:
        """Return which outbound rules there are."""
        return frozenset(rule.key for rules in self.rules.values() for rule in rules)

    @cached_property
    def managed(self) -> frozenset[RuleKey]:
        """Return which outbound rules this collection made."""
        return frozenset(rule.key for rules in self.rules.values() for rule in rules if rule.is_managed)

    @cached_property
    def _ways_out(self) -> dict[tuple[str, int], _WaysOut]:
        """Return what was worked out so far: many caches have the same source and port."""
        return {}

    def ways_out(self, group_id: str, port: int) -> _WaysOut:
        """Return where the outbound rules of one group lead on one port, but for what prefix lists hold."""
        if (group_id, port) not in self._ways_out:
            destinations = [rule.key.source for rule in self.rules.get(group_id, ()) if rule.covers(port)]
            self._ways_out[group_id, port] = _WaysOut(
                frozenset(each.value for each in destinations if each.kind == SECURITY_GROUP),
                Ranges(each.value for each in destinations if each.kind == CIDR),
            )
        return self._ways_out[group_id, port]

    @cached_property
    def ending(self) -> frozenset[RuleKey]:
        """Return which outbound rules are to end some time."""
        return frozenset(rule.key for rules in self.rules.values() for rule in rules if expiry_of(rule))

    def without(self, going: Collection[RuleKey]) -> Outbound:
        """Return the same as it is once these rules are gone."""
        if not going:
            return self
        left = {group_id: [rule for rule in rules if rule.key not in going] for group_id, rules in self.rules.items()}
        return replace(self, rules=left)

    def lets_out(self, group_id: str, port: int, target: Target) -> bool:
        """Say whether packets from one group are let out to every node of a grant's cache on one port.

        They are by rules that name a group which the cache carries, or ranges that together hold its subnets.
        """
        ways = self.ways_out(group_id, port)
        if any(group.group_id in ways.group_ids for group in target.groups):
            return True
        subnets = self.subnets.get(target.cache.identity, ())
        for everywhere in _everywhere(target):
            needed = [cidr for cidr in subnets if (":" in cidr) == (":" in everywhere)] or [everywhere]
            if not all(map(ways.ranges.hold, needed)):
                return False
        return True


NOT_LOOKED_AT = Outbound()


def groups_concerned(targets: Iterable[Target], existing: Mapping[str, Iterable[Rule]], known: Known) -> set[str]:
    """Return the ids of the groups of this account whose outbound rules are the matter of C(targets).

    C(existing) are the inbound rules of the caches' groups: what is purged from them is mirrored as well.
    """
    concerned = set()
    for target in (each for each in targets if each.source_egress):
        owner_id = target.groups[0].owner_id
        sources = {wanted.source for wanted in target.sources}
        if target.is_purging:
            sources |= {rule.key.source for group in target.groups for rule in existing.get(group.group_id, ())}
        concerned |= {
            source.value
            for source in sources
            if source.kind == SECURITY_GROUP
            and source.value in known.groups
            and known.groups[source.value].owner_id == owner_id
        }
    return concerned


def new_group_rules(group_id: str) -> list[Rule]:
    """Return the outbound rules that EC2 gives to a group that is yet to be created."""
    anywhere = (Source(CIDR, everywhere) for everywhere in _EVERYWHERE["dual_stack"])
    return [Rule(RuleKey(group_id, "-1", -1, -1, destination, is_egress=True)) for destination in anywhere]


def needs_subnets(target: Target, outbound: Outbound) -> bool:
    """Say whether it depends on the subnets of the cache if the outbound rules of a source let it out."""
    if not target.source_egress or target.group is None:
        return False
    families = {span(everywhere)[0][0] for everywhere in _everywhere(target)}
    return any(
        not outbound.lets_out(wanted.source.value, port, target)
        and families & outbound.ways_out(wanted.source.value, port).ranges.families
        for wanted in _own_sources(target, outbound)
        for port in target.ports
    )


def egress_wishes(
    targets: Sequence[Target], purged: Iterable[Iterable[RuleKey]], outbound: Outbound
) -> list[list[Wish]]:
    """Return what each grant wishes for on the side of its sources.

    C(purged) are, for each grant, the inbound rules that it has purged. Outbound rules that this collection did not
    make are never wished away: with the inbound rule gone they are of no use.
    """
    away = [_wishes_away(target, keys, outbound) for target, keys in zip(targets, purged)]
    # What one grant takes away, and what ends, is nothing that another one could rely on.
    left = outbound.without({wish.key for wishes in away for wish in wishes} | outbound.ending)
    return [[*_wishes_for(target, outbound, left), *wishes] for target, wishes in zip(targets, away)]


def _wishes_for(target: Target, outbound: Outbound, left: Outbound) -> list[Wish]:
    """Return the rules that have to stand: where one does, and where what is C(left) does not let packets out."""
    if not target.source_egress or target.group is None:
        return []
    mirrors = (
        (_mirror(wanted.source.value, port, target.group.group_id), wanted.term)
        for wanted in _own_sources(target, outbound)
        if not _is_across(target, wanted.source.value, outbound)
        for port in target.ports
    )
    return [
        Wish(key, is_present=True, tags=target.tags, term=term)
        for key, term in mirrors
        if key in outbound.standing or not left.lets_out(key.group_id, key.from_port, target)
    ]


def _wishes_away(target: Target, purged: Iterable[RuleKey], outbound: Outbound) -> list[Wish]:
    """Return the rules of our own that have to go, together with the inbound rules that they mirror."""
    if not target.source_egress:
        return []
    mirrors = [_mirror(key.source.value, key.from_port, key.group_id) for key in purged]
    if target.group is None:
        mirrors += [
            _mirror(wanted.source.value, port, group.group_id)
            for wanted in _own_sources(target, outbound)
            for group in target.groups
            for port in target.ports
        ]
    return [Wish(key, is_present=False) for key in mirrors if key in outbound.managed]


def egress_warnings(targets: Iterable[Target], outbound: Outbound) -> Iterator[str]:
    """Yield which sources' outbound rules cannot be seen to, each once."""
    named = [
        (target, wanted)
        for target in targets
        if target.source_egress and target.group is not None
        for wanted in target.sources
        if wanted.source.kind == SECURITY_GROUP
    ]
    elsewhere = [(target, wanted) for target, wanted in named if wanted.source.value not in outbound.groups]
    across = [
        (target, wanted)
        for target, wanted in named
        if wanted.source.value in outbound.groups
        and _is_across(target, wanted.source.value, outbound)
        and not all(outbound.lets_out(wanted.source.value, port, target) for port in target.ports)
    ]
    for text, caches in _caches_by_source(elsewhere):
        yield (
            f"The outbound rules of {text} are not this account's to change: see to it there that they let packets out "
            f"to cache {caches}."
        )
    for text, caches in _caches_by_source(across):
        yield (
            f"Outbound rules of {text} cannot name a group across a transit gateway: let packets out to the subnets of "
            f"cache {caches} there."
        )


def _caches_by_source(pairs: Iterable[tuple[Target, ResolvedSource]]) -> Iterator[tuple[str, str]]:
    """Yield each source once, as it was written first, with the caches that it is granted access to."""
    found: dict[str, tuple[str, dict[str, None]]] = {}
    for target, wanted in pairs:
        _text, caches = found.setdefault(wanted.source.value, (wanted.text, {}))
        caches[repr(target.cache.name)] = None
    for text, caches in found.values():
        yield text, first_of(list(caches), _SHOWN)


def _own_sources(target: Target, outbound: Outbound) -> list[ResolvedSource]:
    """Return the groups of this account among the sources of a grant."""
    return [
        wanted
        for wanted in target.sources
        if wanted.source.kind == SECURITY_GROUP and wanted.source.value in outbound.groups
    ]


def _is_across(target: Target, group_id: str, outbound: Outbound) -> bool:
    """Say whether a transit gateway alone leads to a source: it carries references of inbound rules, and no others."""
    return (target.groups[0].vpc_id, group_id) in outbound.across


def _mirror(group_id: str, port: int, cache_group_id: str) -> RuleKey:
    return RuleKey.exact(group_id, port, Source(SECURITY_GROUP, cache_group_id), is_egress=True)


def _everywhere(target: Target) -> tuple[str, ...]:
    return _EVERYWHERE.get(target.cache.network_type, _IPV4)
