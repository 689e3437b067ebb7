# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What the user wrote as a source -> the Source of a rule, with the help of what EC2 said. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    InvalidGrantError,
    all_or_error,
    near,
    or_list,
)
from ansible_collections.elasticache.access.plugins.module_utils._instances import group_of_instance
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    CIDR,
    PREFIX_LIST,
    SECURITY_GROUP,
    Source,
)
from ansible_collections.elasticache.access.plugins.module_utils._terms import FOR_GOOD, Term
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import INSTANCE, is_prefix_list_id

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._instances import Instance
    from ansible_collections.elasticache.access.plugins.module_utils._prefix_lists import PrefixList
    from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import WantedSource


@dataclass(frozen=True)
class Known:
    """What EC2 said of everything that grants and rules name, each by id."""

    groups: Mapping[str, SecurityGroup] = field(default_factory=dict)
    instances: Mapping[str, Instance] = field(default_factory=dict)
    prefix_lists: Mapping[str, PrefixList] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """How to find out which names there are. Asked only to say which of them come near one that is not there."""

    of_groups_in: Callable[[str], Iterable[str]]
    of_prefix_lists: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class ResolvedSource:
    """A source as rules name it.

    C(description) is V(None) where the user gave none. C(text) is how the user named the source. C(vpc_id) is
    where a group is: empty for one in an account that we cannot look into, V(None) where no group is named. C(term)
    says how long it is to have access, and why.
    """

    source: Source
    description: str | None = None
    text: str = ""
    vpc_id: str | None = None
    term: Term = FOR_GOOD


def resolve_sources(
    grant: Grant, cache: Cache, home: SecurityGroup, known: Known, names: Names
) -> tuple[ResolvedSource, ...]:
    """Return the sources of C(grant), each once. C(home) is a group of C(cache): it tells VPC and account.

    Raises V(InvalidGrantError) for a source that is not there or cannot serve this cache, and for two
    descriptions, ends or reasons of one source.
    """
    found: dict[Source, ResolvedSource] = {}
    all_resolved = all_or_error(partial(_resolve, wanted, grant, cache, home, known, names) for wanted in grant.sources)
    for wanted, resolved in zip(grant.sources, all_resolved):
        lasting = replace(resolved, term=wanted.term)
        before = found.get(lasting.source)
        found[lasting.source] = lasting if before is None else _both(grant, before, lasting)
    return tuple(found.values())


def _both(grant: Grant, one: ResolvedSource, other: ResolvedSource) -> ResolvedSource:
    """Return one source that is named twice. What else is said of it means nothing where access is taken away."""
    kept = other if one.description is None else one
    if not grant.is_present:
        return kept
    said = f"sources of cache {grant.cache.name!r} name {one.source.value} twice, "
    if other.description not in (None, kept.description):
        raise InvalidGrantError(
            f"{said}as {one.description!r} and as {other.description!r}; one rule has one description: leave one out."
        )
    try:
        return replace(kept, term=one.term.joined(other.term))
    except ValueError as odds:
        raise InvalidGrantError(f"{said}{odds}.") from odds


def _resolve(
    wanted: WantedSource, grant: Grant, cache: Cache, home: SecurityGroup, known: Known, names: Names
) -> ResolvedSource:
    if wanted.kind == INSTANCE:
        instance = known.instances.get(wanted.value)
        if instance is None:
            raise InvalidGrantError(
                f"instance {wanted.value!r} does not exist in this account and region; check the id, "
                "or name the address of an instance elsewhere as cidr."
            )
        return _resolve_group_id(group_of_instance(instance, wanted.group), wanted, grant, home, known)
    if wanted.kind == PREFIX_LIST:
        return _resolve_prefix_list(wanted, grant, cache, known, names)
    if wanted.group is None:
        if grant.is_present:
            _check_family(wanted, cache, is_ipv4=":" not in wanted.value)
        return ResolvedSource(Source(CIDR, wanted.value), wanted.description, str(wanted))
    if wanted.group.group_id:
        return _resolve_group_id(wanted.group.group_id, wanted, grant, home, known)
    return _of_group(_by_name(wanted.group.name, grant, home.vpc_id, known.groups, names), wanted, home)


def _check_family(wanted: WantedSource, cache: Cache, is_ipv4: bool) -> None:
    if is_ipv4 and cache.network_type == "ipv6":
        raise InvalidGrantError(
            f"{wanted} holds IPv4 addresses, while cache {cache.name!r} is reached over IPv6 alone; "
            "name the IPv6 range of the source, or its security group."
        )


def _resolve_prefix_list(
    wanted: WantedSource, grant: Grant, cache: Cache, known: Known, names: Names
) -> ResolvedSource:
    named = _lists(wanted, known)
    if len(named) > 1:
        raise InvalidGrantError(
            f"prefix_list {wanted.value!r} is the name of several prefix lists; give the id of one: "
            f"{or_list(sorted(each.list_id for each in named))}."
        )
    if named:
        if grant.is_present:
            _check_family(wanted, cache, named[0].is_ipv4)
        return ResolvedSource(Source(PREFIX_LIST, named[0].list_id), wanted.description, str(wanted))
    if not is_prefix_list_id(wanted.value):
        raise InvalidGrantError(
            f"prefix_list {wanted.value!r} is the name of no prefix list of this account and region. ",
            lambda: near(wanted.value, names.of_prefix_lists()),
        )
    if grant.is_present:
        raise InvalidGrantError(
            f"prefix_list {wanted.value!r} does not exist in this account and region; check the id."
        )
    return ResolvedSource(Source(PREFIX_LIST, wanted.value), wanted.description, str(wanted))


def _resolve_group_id(
    group_id: str, wanted: WantedSource, grant: Grant, home: SecurityGroup, known: Known
) -> ResolvedSource:
    owner_id = wanted.group.owner_id if wanted.group else ""
    group = known.groups.get(group_id)
    if group is not None:
        if owner_id not in ("", group.owner_id):
            raise InvalidGrantError(
                f"{wanted} belongs to account {group.owner_id}, not to {owner_id}; correct it, or leave it out."
            )
        return _of_group(group, wanted, home)
    if owner_id not in ("", home.owner_id):
        return ResolvedSource(Source(SECURITY_GROUP, group_id, owner_id), wanted.description, str(wanted), vpc_id="")
    # A rule can outlive the group that it names; it must stay possible to revoke it.
    if grant.is_present:
        raise InvalidGrantError(
            f"security_group {group_id!r} does not exist in this account and region; check the id, write "
            "ACCOUNT/sg-... for a group of another account, or name an address range of another region as cidr."
        )
    return ResolvedSource(Source(SECURITY_GROUP, group_id), wanted.description, str(wanted))


def _of_group(group: SecurityGroup, wanted: WantedSource, home: SecurityGroup) -> ResolvedSource:
    """Return the source that is a group which we can see."""
    owner_id = "" if group.owner_id == home.owner_id else group.owner_id
    text = str(wanted) if group.group_id in str(wanted) else f"{wanted} ({group.group_id})"
    return ResolvedSource(
        Source(SECURITY_GROUP, group.group_id, owner_id), wanted.description, text, vpc_id=group.vpc_id
    )


def _by_name(name: str, grant: Grant, vpc_id: str, known: Mapping[str, SecurityGroup], names: Names) -> SecurityGroup:
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
    raise InvalidGrantError(
        f"security_group {name!r} does not exist in {vpc_id}, the VPC of cache {grant.cache.name!r}. ",
        lambda: near(name, names.of_groups_in(vpc_id)),
    )


def source_warnings(grant: Grant, cache: Cache, known: Known) -> Iterator[str]:
    """Yield what keeps sources of C(grant) from using their access for now, or for good."""
    for wanted in grant.sources if grant.is_present else ():
        if wanted.kind == INSTANCE and known.instances[wanted.value].is_at_rest:
            state = known.instances[wanted.value].state
            yield f"{wanted} is {state}: it can reach cache {cache.name!r} once it runs; others of its group can now."
        if cache.network_type == "ipv4" and _is_ipv6(wanted, known):
            yield f"{wanted} holds IPv6 addresses, while cache {cache.name!r} is reached over IPv4 alone."


def _is_ipv6(wanted: WantedSource, known: Known) -> bool:
    if wanted.kind == PREFIX_LIST:
        return any(not each.is_ipv4 for each in _lists(wanted, known))
    return wanted.kind == CIDR and ":" in wanted.value


def _lists(wanted: WantedSource, known: Known) -> list[PrefixList]:
    return [each for each in known.prefix_lists.values() if wanted.value in (each.list_id, each.name)]
