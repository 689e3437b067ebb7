# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What the user wrote -> Grant, with everything refused that can be refused without asking AWS. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._tags import Tags, read_tags
from ansible_collections.elasticache.access.plugins.module_utils._times import read_duration
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import (
    GroupReference,
    WantedSource,
    read_own_group,
    read_source,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    Options = Mapping[str, t.Any]

CLUSTER = "cluster"
REPLICATION_GROUP = "replication_group"
SERVERLESS = "serverless"
CACHE_TYPES = (CLUSTER, REPLICATION_GROUP, SERVERLESS)

# What becomes of rules that the grant does not name, weakest first.
PURGE_NONE = "none"
PURGE_MANAGED = "managed"
PURGE_ALL = "all"

# Options that an entry of O(grants) takes over from the task where it does not say them itself.
_INHERITED = (
    "state",
    "purge",
    "purge_shared",
    "allow_large_purge",
    "allow_any_address",
    "source_egress",
    "tags",
    "renew",
)

_ARN_TYPES = {"cluster": CLUSTER, "replicationgroup": REPLICATION_GROUP, "serverlesscache": SERVERLESS}
_ARN = re.compile(r"arn:(aws[a-z-]*):elasticache:([a-z0-9-]+):([0-9]{12}):([a-z]+):(.+)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,49}")


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
class MaxDuration:
    """The longest that access may be granted for. C(text) is how the user wrote it."""

    duration: timedelta
    text: str


@dataclass(frozen=True)
class Grant:
    """One cache, its sources, and how they are to stand."""

    cache: CacheReference
    sources: tuple[WantedSource, ...]
    is_present: bool
    ports: tuple[int, ...] = ()
    security_group: GroupReference | None = None
    purge: str = PURGE_NONE
    purge_shared: bool = False
    allow_large_purge: bool = False
    source_egress: bool = False
    tags: Tags = ()
    max_duration: MaxDuration | None = None


def read_grants(options: Options, now: datetime) -> list[Grant]:
    """Return the grants that the options of elasticache_sg_access ask for: O(grants), or the one of O(cache).

    They are as they are meant at the time C(now), from which O(sources[].expires_in) counts.

    Raises V(InvalidGrantError), with a line per grant, for values that cannot be meant.
    """
    longest = _read_max_duration(options)
    if options.get("grants") is None:
        return [_read_grant(options, now, longest)]
    return all_or_error(
        partial(_read_grant, _with_inherited(each, options), now, longest) for each in options["grants"]
    )


def _with_inherited(written: Options, task: Options) -> Options:
    return {**written, **{name: task.get(name) for name in _INHERITED if written.get(name) is None}}


def _read_grant(options: Options, now: datetime, longest: MaxDuration | None) -> Grant:
    """Return one grant. No entry can loosen C(longest), the task's O(max_duration)."""
    check_asks(options, "sources")
    is_present = options["state"] == "present"
    # Closing what stands open to everybody needs no leave.
    allow_any_address = not is_present or bool(options.get("allow_any_address"))
    is_renewed = bool(options.get("renew"))
    sources = tuple(read_source(source, allow_any_address, now, is_renewed) for source in options["sources"])
    limits = [limit for limit in (_read_max_duration(options), longest) if limit]
    group = options.get("security_group")
    return Grant(
        cache=read_cache_reference(options["cache"], options.get("cache_type") or ""),
        sources=sources,
        is_present=is_present,
        ports=_read_ports(options.get("ports") or ()),
        security_group=None if group is None else read_own_group(group, "security_group"),
        # Taking access away removes what sources names, and nothing else.
        purge=(options.get("purge") or PURGE_NONE) if is_present else PURGE_NONE,
        purge_shared=bool(options.get("purge_shared")),
        allow_large_purge=bool(options.get("allow_large_purge")),
        source_egress=bool(options.get("source_egress")),
        tags=read_tags(options.get("tags")),
        max_duration=min(limits, key=lambda limit: limit.duration, default=None),
    )


def check_asks(options: Options, beside: str) -> None:
    """Raise V(InvalidGrantError) where O(cache), or the option C(beside) it, is written down and has no value."""
    for name in ("cache", beside):
        if options.get(name) is None:
            raise InvalidGrantError(f"{name} has no value; give one, or several caches at once instead.")


def _read_max_duration(options: Options) -> MaxDuration | None:
    text = options.get("max_duration")
    return None if text is None else MaxDuration(read_duration(text, "max_duration"), f"max_duration {text!r}")


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


def _read_ports(ports: Iterable[int]) -> tuple[int, ...]:
    for port in ports:
        if not 1 <= port <= 65535:
            raise InvalidGrantError(f"ports holds {port}; a TCP port is a number from 1 to 65535.")
    return tuple(sorted(set(ports)))
