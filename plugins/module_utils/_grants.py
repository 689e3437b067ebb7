# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What the user wrote -> Grant, with everything refused that can be refused without asking AWS. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    InvalidGrantError,
    all_or_error,
    or_list,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    ANY_ADDRESS,
    CIDR,
    SECURITY_GROUP,
    cidr_source,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping

CLUSTER = "cluster"
REPLICATION_GROUP = "replication_group"
SERVERLESS = "serverless"
CACHE_TYPES = (CLUSTER, REPLICATION_GROUP, SERVERLESS)

# Ways to name a source, of which each entry of O(sources) takes exactly one.
SOURCE_KINDS = (SECURITY_GROUP, CIDR)

_ARN_TYPES = {"cluster": CLUSTER, "replicationgroup": REPLICATION_GROUP, "serverlesscache": SERVERLESS}
_ARN = re.compile(r"arn:(aws[a-z-]*):elasticache:([a-z0-9-]+):([0-9]{12}):([a-z]+):(.+)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,49}")
_GROUP_ID = re.compile(r"sg-(?:[0-9a-f]{8}|[0-9a-f]{17})")
# EC2's set for the description of a rule; '&' only where the source is a CIDR.
_DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=;{}!$*]*")
_DESCRIPTION_OF_CIDR = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*")
DESCRIPTION_LENGTH = 255


@dataclass(frozen=True)
class CacheReference:
    """How the user names a cache. C(cache_type) and C(region) are empty where the user did not say."""

    text: str
    name: str
    cache_type: str = ""
    region: str = ""

    @property
    def possible_types(self) -> tuple[str, ...]:
        """Return the types that the cache can be of."""
        return (self.cache_type,) if self.cache_type else CACHE_TYPES


@dataclass(frozen=True)
class GroupReference:
    """How the user names a security group: by its id or by its name, the other one is empty."""

    group_id: str = ""
    name: str = ""

    def __str__(self) -> str:
        return self.group_id or self.name


@dataclass(frozen=True)
class WantedSource:
    """One source as the user wrote it. C(description) is V(None) where none was given: leave it alone."""

    group: GroupReference | None = None
    cidr: str = ""
    description: str | None = None


@dataclass(frozen=True)
class Grant:
    """One cache, its sources, and how they are to stand."""

    cache: CacheReference
    sources: tuple[WantedSource, ...]
    is_present: bool
    ports: tuple[int, ...] = ()
    security_group: GroupReference | None = None


def read_grants(options: Mapping[str, t.Any]) -> list[Grant]:
    """Return the grants that the options of elasticache_sg_access ask for: O(grants), or the one of O(cache).

    Raises V(InvalidGrantError), with a line per grant, for values that cannot be meant.
    """
    is_present = options["state"] == "present"
    written = [options] if options.get("grants") is None else options["grants"]
    return all_or_error(partial(_read_grant, each, is_present) for each in written)


def _read_grant(options: Mapping[str, t.Any], is_present: bool) -> Grant:
    # Closing what stands open to everybody needs no leave.
    allow_any_address = not is_present or bool(options.get("allow_any_address"))
    sources = tuple(read_source(source, allow_any_address) for source in options["sources"])
    group = options.get("security_group")
    return Grant(
        cache=read_cache_reference(options["cache"], options.get("cache_type") or ""),
        sources=sources,
        is_present=is_present,
        ports=_read_ports(options.get("ports") or ()),
        security_group=None if group is None else read_group_reference(group, "security_group"),
    )


def read_cache_reference(text: str, cache_type: str = "") -> CacheReference:
    """Return which cache a name or an ARN means; ElastiCache keeps names in lower case.

    Raises V(InvalidGrantError) where C(text) can be neither, or contradicts C(cache_type).
    """
    if text.startswith("arn:"):
        return _read_arn(text, cache_type)
    if not _NAME.fullmatch(text):
        raise InvalidGrantError(
            f"cache {text!r} cannot be a name: an ElastiCache name begins with a letter and holds up to 50 letters, "
            "digits and hyphens; give the name of a cluster, replication group or serverless cache, or its ARN."
        )
    return CacheReference(text, text.lower(), cache_type)


def _read_arn(text: str, cache_type: str) -> CacheReference:
    match = _ARN.fullmatch(text)
    found = match and _ARN_TYPES.get(match.group(4))
    if not match or not found or not _NAME.fullmatch(match.group(5)):
        raise InvalidGrantError(
            f"cache {text!r} is not the ARN of a cache; one looks like "
            "arn:aws:elasticache:REGION:ACCOUNT:TYPE:NAME, where TYPE is cluster, replicationgroup or serverlesscache."
        )
    if cache_type and cache_type != found:
        raise InvalidGrantError(
            f"cache {text!r} is a {found}, while cache_type says {cache_type}; leave cache_type out."
        )
    return CacheReference(text, match.group(5).lower(), found, match.group(2))


def read_group_reference(text: str, option: str) -> GroupReference:
    """Return which security group a text means. EC2 lets no group's name begin with V(sg-).

    Raises V(InvalidGrantError) for an id that EC2 would call malformed.
    """
    if not text.strip():
        raise InvalidGrantError(f"{option} is empty; give the id or the name of a security group.")
    if not text.startswith("sg-"):
        return GroupReference(name=text)
    if not _GROUP_ID.fullmatch(text):
        raise InvalidGrantError(
            f"{option} {text!r} is not the id of a security group: 'sg-' is followed by 8 or 17 digits of 0-9 and a-f."
        )
    return GroupReference(group_id=text)


def read_source(options: Mapping[str, t.Any], allow_any_address: bool) -> WantedSource:
    """Return one entry of O(sources).

    Raises V(InvalidGrantError) unless it names exactly one source that EC2 could take.
    """
    given = [kind for kind in SOURCE_KINDS if options.get(kind) is not None]
    if len(given) != 1:
        named = f"names {' and '.join(given)}" if given else "names no source"
        raise InvalidGrantError(f"an entry of sources {named}; each takes exactly one of {or_list(SOURCE_KINDS)}.")
    description = options.get("description")
    if given == [CIDR]:
        _check_description(description, _DESCRIPTION_OF_CIDR, "")
        return WantedSource(cidr=_read_cidr(options[CIDR], allow_any_address), description=description)
    _check_description(description, _DESCRIPTION, " (and & only for a cidr)")
    return WantedSource(group=read_group_reference(options[SECURITY_GROUP], SECURITY_GROUP), description=description)


def _read_cidr(text: str, allow_any_address: bool) -> str:
    try:
        cidr = cidr_source(text).value
    except ValueError as error:
        raise InvalidGrantError(
            f"cidr {text!r} is not an address range; write one such as 10.1.0.0/16, 10.1.2.3/32 or 2001:db8::/56."
        ) from error
    if cidr in ANY_ADDRESS and not allow_any_address:
        raise InvalidGrantError(
            f"cidr {text!r} admits every address there is; name the range that needs the cache, "
            "or set allow_any_address to true if you mean it."
        )
    return cidr


def _check_description(description: str | None, allowed: re.Pattern[str], note: str) -> None:
    if description is None:
        return
    if len(description) > DESCRIPTION_LENGTH:
        raise InvalidGrantError(
            f"description {description[:40] + '...'!r} has {len(description)} characters; "
            f"EC2 takes up to {DESCRIPTION_LENGTH}: shorten it."
        )
    if not allowed.fullmatch(description):
        raise InvalidGrantError(
            f"description {description!r} holds a character that EC2 refuses; "
            f"it takes a-z A-Z 0-9, blank and ._-:/()#,@[]+=;{{}}!$*{note}."
        )


def _read_ports(ports: t.Iterable[int]) -> tuple[int, ...]:
    for port in ports:
        if not 1 <= port <= 65535:
            raise InvalidGrantError(f"ports holds {port}; a TCP port is a number from 1 to 65535.")
    return tuple(sorted(set(ports)))
