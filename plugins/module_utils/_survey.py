# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What was read for an audit -> what reaches each cache, rule by rule. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from functools import cached_property

from ansible_collections.elasticache.access.plugins.module_utils._actions import INTERFACES
from ansible_collections.elasticache.access.plugins.module_utils._carriers import by_group
from ansible_collections.elasticache.access.plugins.module_utils._members import Members, key_of
from ansible_collections.elasticache.access.plugins.module_utils._rules import SECURITY_GROUP, reaching

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._members import Directory
    from ansible_collections.elasticache.access.plugins.module_utils._references import References
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known

    # By the identity of a cache and the id of a network interface: whether it gets through, and if not, why not.
    Reached = Mapping[tuple[str, str], Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class Access:
    """One rule that admits something to C(ports) of a cache.

    C(members) is V(None) where it is not known. C(why_stale) says why it admits nothing after all, mostly empty.
    """

    rule: Rule
    ports: tuple[int, ...]
    is_exact: bool
    members_key: str
    members: Members | None
    why_stale: str = ""

    @property
    def is_stale(self) -> bool:
        """Say whether the group that the rule names, or the way to it, is gone."""
        return bool(self.why_stale)


@dataclass(frozen=True)
class Audited:
    """One cache with what reaches it. C(groups) are those of its groups that EC2 shows to us."""

    cache: Cache
    groups: tuple[SecurityGroup, ...]
    accesses: tuple[Access, ...]


@dataclass(frozen=True)
class Survey:
    """Everything that was read in one account and region.

    C(caches) are all that there are, C(audited) those that are asked about. C(denied) are the calls, named as IAM
    names them, that these credentials may not make: what they would have told is not known. C(of_wizard) are groups of
    the console's connect wizard, V(None) where these were not asked for, and so is C(reached).
    """

    caches: Sequence[Cache]
    audited: Sequence[Cache]
    existing: Mapping[str, Sequence[Rule]]
    known: Known
    directory: Directory
    references: References
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of_wizard: Sequence[SecurityGroup] | None = None
    reached: Reached | None = None
    denied: frozenset[str] = frozenset()

    @cached_property
    def caches_by_group(self) -> dict[str, list[Cache]]:
        """Return every cache of the region by the groups that it carries."""
        return by_group(self.caches)

    @cached_property
    def views(self) -> tuple[Audited, ...]:
        """Return each cache that is asked about, with what reaches it."""
        return tuple(self._view(cache) for cache in self.audited)

    def _view(self, cache: Cache) -> Audited:
        groups = tuple(self.known.groups[each] for each in cache.group_ids if each in self.known.groups)
        accesses = [self._access(rule, cache) for rule in reaching(cache.group_ids, cache.ports, self.existing)]
        return Audited(cache, groups, tuple(sorted(accesses, key=lambda access: access.rule.key.parts)))

    def _access(self, rule: Rule, cache: Cache) -> Access:
        home = self.known.groups.get(rule.key.group_id)
        source = rule.key.source
        vpc_id = home.vpc_id if home else ""
        key = key_of(source, vpc_id)
        why_stale = self.references.why_stale(rule, home, self.known.groups) if home else ""
        members = self.directory.members(source, vpc_id) if self._sees_members_of(rule, home) else None
        # Whoever carries the group is not admitted by this rule.
        if why_stale and INTERFACES not in self.denied:
            key, members = f"{key} stale", Members((), 0)
        return Access(
            rule=rule,
            ports=tuple(port for port in cache.ports if rule.covers(port)),
            is_exact=rule.is_exact(cache.ports),
            members_key=key,
            members=members,
            why_stale=why_stale,
        )

    def _sees_members_of(self, rule: Rule, home: SecurityGroup | None) -> bool:
        """Say whether what carries or has the source of C(rule) would be among the interfaces that were read."""
        if INTERFACES in self.denied or home is None:
            return False
        source = rule.key.source
        if source.kind != SECURITY_GROUP:
            return True
        # The interfaces of another account are not shown, even where it shares its VPC's groups.
        group = self.known.groups.get(source.value)
        return group is not None and group.owner_id == home.owner_id
