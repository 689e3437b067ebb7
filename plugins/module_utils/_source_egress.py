# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The side of the sources: which outbound rules their groups have to have for a grant to be of use. Pure.

An outbound rule mirrors an inbound one: the group of the source lets out what the group of the cache lets in. Where the
outbound rules of a source let it out already, as those do that EC2 gives to a new group, nothing is wished for.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from functools import cached_property

from ansible_collections.elasticache.access.plugins.module_utils._addresses import span
from ansible_collections.elasticache.access.plugins.module_utils._rules import CIDR, SECURITY_GROUP, RuleKey, Source
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Wish

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Span
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

# Every address of the families in which a cache is reached, by its network type.
_IPV4 = ("0.0.0.0/0",)
_EVERYWHERE = {"ipv4": _IPV4, "ipv6": ("::/0",), "dual_stack": ("0.0.0.0/0", "::/0")}


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
    def managed(self) -> frozenset[RuleKey]:
        """Return which outbound rules this collection made."""
        return frozenset(rule.key for rules in self.rules.values() for rule in rules if rule.is_managed)


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


def needs_subnets(target: Target, outbound: Outbound) -> bool:
    """Say whether it depends on the subnets of the cache if the outbound rules of a source let it out."""
    everywhere = _EVERYWHERE.get(target.cache.network_type, _IPV4)
    return any(
        rule.key.source.kind == CIDR and rule.key.source.value not in everywhere and rule.covers_any(target.ports)
        for group_id in _group_ids(target, outbound)
        if target.group is not None
        for rule in outbound.rules.get(group_id, ())
    )


def egress_wishes(target: Target, purged: Iterable[RuleKey], outbound: Outbound) -> list[Wish]:
    """Return what a grant wishes for on the side of its sources.

    C(purged) are the inbound rules of its cache's groups that go. Outbound rules that this collection did not make are
    never wished away: with the inbound rule gone they are of no use.
    """
    group_ids = _group_ids(target, outbound)
    if target.group is None:
        mirrors = [
            _mirror(group_id, port, group.group_id)
            for group_id in group_ids
            for group in target.groups
            for port in target.ports
        ]
        return _wishes_away(mirrors, outbound)
    wishes = []
    for group_id in group_ids:
        rules = outbound.rules.get(group_id, ())
        standing = {rule.key for rule in rules}
        for port in target.ports:
            key = _mirror(group_id, port, target.group.group_id)
            if key in standing or not _lets_out(rules, port, target, outbound):
                wishes.append(Wish(key, is_present=True, tags=target.tags))
    gone = [_mirror(key.source.value, key.from_port, key.group_id) for key in purged]
    return [*wishes, *_wishes_away(gone, outbound)]


def egress_warnings(targets: Iterable[Target], outbound: Outbound) -> Iterator[str]:
    """Yield which sources' outbound rules cannot be seen to."""
    for target in (each for each in targets if each.source_egress and each.group is not None):
        for wanted in target.sources:
            group_id = wanted.source.value
            if wanted.source.kind != SECURITY_GROUP:
                continue
            if group_id not in outbound.groups:
                yield (
                    f"The outbound rules of {wanted.text} are not this account's to change: see to it there that they "
                    f"let packets out to cache {target.cache.name!r}."
                )
            elif (target.groups[0].vpc_id, group_id) in outbound.across:
                yield (
                    f"Outbound rules of {wanted.text} cannot name a group across a transit gateway: let packets out to "
                    f"the subnets of cache {target.cache.name!r} there."
                )


def _group_ids(target: Target, outbound: Outbound) -> list[str]:
    """Return the groups among the sources of a grant whose outbound rules can be seen to."""
    vpc_id = target.groups[0].vpc_id
    return [
        wanted.source.value
        for wanted in target.sources
        if wanted.source.kind == SECURITY_GROUP
        and wanted.source.value in outbound.groups
        and (vpc_id, wanted.source.value) not in outbound.across
    ]


def _mirror(group_id: str, port: int, cache_group_id: str) -> RuleKey:
    return RuleKey.exact(group_id, port, Source(SECURITY_GROUP, cache_group_id), is_egress=True)


def _wishes_away(mirrors: Iterable[RuleKey], outbound: Outbound) -> list[Wish]:
    return [Wish(key, is_present=False) for key in mirrors if key in outbound.managed]


def _lets_out(rules: Iterable[Rule], port: int, target: Target, outbound: Outbound) -> bool:
    """Say whether outbound C(rules) let packets out to every node of the cache on one port.

    They do by naming a group that the cache carries, or ranges that hold its subnets. What a prefix list holds is not
    looked into.
    """
    destinations = {rule.key.source for rule in rules if rule.covers(port)}
    if any(Source(SECURITY_GROUP, group.group_id) in destinations for group in target.groups):
        return True
    ranges = [span(destination.value) for destination in destinations if destination.kind == CIDR]
    subnets = outbound.subnets.get(target.cache.identity, ())
    for everywhere in _EVERYWHERE.get(target.cache.network_type, _IPV4):
        needed = [cidr for cidr in subnets if (":" in cidr) == (":" in everywhere)] or [everywhere]
        if not all(_is_held(span(cidr), ranges) for cidr in needed):
            return False
    return True


def _is_held(wanted: Span, ranges: Iterable[Span]) -> bool:
    return any(first <= wanted[0] and wanted[1] <= last for first, last in ranges)
