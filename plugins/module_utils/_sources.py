# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What the user wrote as a source -> the Source of a rule, with the help of what EC2 said of groups. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, near, or_list
from ansible_collections.elasticache.access.plugins.module_utils._rules import CIDR, SECURITY_GROUP, Source

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant, WantedSource
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup


@dataclass(frozen=True)
class ResolvedSource:
    """A source as rules name it. C(description) is V(None) where the user gave none."""

    source: Source
    description: str | None = None


class UnknownGroupNameError(InvalidGrantError):
    """No group of the name exists in the cache's VPC. The caller can add which names do."""

    def __init__(self, message: str, name: str, vpc_id: str) -> None:
        super().__init__(message)
        self.name = name
        self.vpc_id = vpc_id

    def offering(self, names: Iterable[str]) -> InvalidGrantError:
        """Return the same error with the names of the VPC's groups that come near."""
        return InvalidGrantError(f"{self} {near(self.name, names)}")


def group_names(grants: Iterable[Grant]) -> set[str]:
    """Return the names of groups that the sources of C(grants) use."""
    return {wanted.group.name for grant in grants for wanted in grant.sources if wanted.group and wanted.group.name}


def group_ids(grants: Iterable[Grant]) -> set[str]:
    """Return the ids of groups that the sources of C(grants) use."""
    return {
        wanted.group.group_id for grant in grants for wanted in grant.sources if wanted.group and wanted.group.group_id
    }


def resolve_sources(grant: Grant, vpc_id: str, known: Mapping[str, SecurityGroup]) -> tuple[ResolvedSource, ...]:
    """Return the sources of C(grant), each once, for a cache in C(vpc_id).

    C(known) holds the groups whose id or name the grant uses, of every VPC.

    Raises V(InvalidGrantError) for a group that is not there, and for two descriptions of one source.
    """
    described: dict[Source, str | None] = {}
    for wanted in grant.sources:
        source = _resolve(wanted, grant, vpc_id, known)
        before = described.get(source)
        if before is None:
            described[source] = wanted.description
        elif wanted.description not in (None, before):
            raise InvalidGrantError(
                f"sources of cache {grant.cache.name!r} name {source.value} twice, as {before!r} and as "
                f"{wanted.description!r}; one rule has one description: leave one out."
            )
    return tuple(ResolvedSource(source, description) for source, description in described.items())


def _resolve(wanted: WantedSource, grant: Grant, vpc_id: str, known: Mapping[str, SecurityGroup]) -> Source:
    if wanted.group is None:
        return Source(CIDR, wanted.cidr)
    if not wanted.group.group_id:
        return Source(SECURITY_GROUP, _by_name(wanted.group.name, grant, vpc_id, known).group_id)
    # A rule can outlive the group that it names; it must stay possible to revoke it.
    if grant.is_present and wanted.group.group_id not in known:
        raise InvalidGrantError(
            f"security_group {wanted.group.group_id!r} does not exist in this account and region; check the id."
        )
    return Source(SECURITY_GROUP, wanted.group.group_id)


def _by_name(name: str, grant: Grant, vpc_id: str, known: Mapping[str, SecurityGroup]) -> SecurityGroup:
    named = [group for group in known.values() if group.name == name]
    for group in named:
        if group.vpc_id == vpc_id:
            return group
    if named:
        elsewhere = or_list(sorted(f"{group.vpc_id} (as {group.group_id})" for group in named))
        raise InvalidGrantError(
            f"security_group {name!r} exists only in {elsewhere}, while cache {grant.cache.name!r} is in {vpc_id}, "
            "and a name is looked up in the cache's VPC; name a group there, or give the id of one in a peered VPC."
        )
    raise UnknownGroupNameError(
        f"security_group {name!r} does not exist in {vpc_id}, the VPC of cache {grant.cache.name!r}.", name, vpc_id
    )
