# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to write the values that the unit tests pass in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Membership
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan
from ansible_collections.elasticache.access.plugins.module_utils._prefix_lists import PrefixList
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    CIDR,
    PREFIX_LIST,
    SECURITY_GROUP,
    Rule,
    RuleKey,
    Source,
    admitting,
)
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known, ResolvedSource
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

# What time it is in the unit tests.
NOW = datetime(2026, 1, 31, 18, tzinfo=UTC)

VPC = "vpc-0000000000000a001"
PEER_VPC = "vpc-0000000000000a002"
OWNER = "123456789012"
PEER = "210987654321"

SESSIONS = SecurityGroup("sg-0000000000000c001", "sessions", VPC, OWNER)
CARTS = SecurityGroup("sg-0000000000000c002", "carts", VPC, OWNER)
WEB = SecurityGroup("sg-000000000000a0001", "app-web", VPC, OWNER)
JOBS = SecurityGroup("sg-000000000000a0002", "app-jobs", VPC, OWNER)
GROUPS = {group.group_id: group for group in (SESSIONS, CARTS, WEB, JOBS)}

# Lists of ten and of two ranges, and one of AWS's own.
OFFICES = PrefixList("pl-0000000000000b001", "offices", OWNER, "IPv4", 10)
BRANCHES = PrefixList("pl-0000000000000b002", "branches", OWNER, "IPv6", 2)
CLOUDFRONT = PrefixList("pl-0000000000000b003", "com.amazonaws.global.cloudfront.origin-facing", "AWS", "IPv4", None)
PREFIX_LISTS = {each.list_id: each for each in (OFFICES, BRANCHES, CLOUDFRONT)}

KNOWN = Known(groups=GROUPS, prefix_lists=PREFIX_LISTS)

MANAGED = (MARKER,)


def missing(words: Iterable[str], text: object) -> list[str]:
    """Those of the words that the text lacks: none, if it says what it has to."""
    return [word for word in words if word not in str(text)]


def source(text: str) -> Source:
    """The source that a group id, a prefix-list id or a canonical CIDR is."""
    kind = {"sg": SECURITY_GROUP, "pl": PREFIX_LIST}.get(text.partition("-")[0], CIDR)
    return Source(kind, text)


def key(admitted: str = WEB.group_id, ports: str = "6379", group: str = SESSIONS.group_id) -> RuleKey:
    """The identity of a rule; `ports` is written as 6379, 6000-7000, udp/53 or all."""
    if ports == "all":
        return RuleKey(group, "-1", -1, -1, source(admitted))
    protocol, _slash, span = ports.rpartition("/")
    first, _dash, last = span.partition("-")
    return RuleKey(group, protocol or "tcp", int(first), int(last or first), source(admitted))


def outbound(
    destination: str = SESSIONS.group_id,
    ports: str = "6379",
    group: str = WEB.group_id,
    rule_id: str = "sgr-out",
    tags: tuple[tuple[str, str], ...] = (),
) -> Rule:
    """An outbound rule of a source's group."""
    return Rule(replace(key(destination, ports, group), is_egress=True), rule_id, tags=tags)


def rule(
    admitted: str = WEB.group_id,
    ports: str = "6379",
    group: str = SESSIONS.group_id,
    rule_id: str = "sgr-1",
    description: str = "",
    tags: tuple[tuple[str, str], ...] = (),
) -> Rule:
    return Rule(key(admitted, ports, group), rule_id, description, tags)


def admits(one: Rule, asked: Source) -> bool:
    """Whether this one rule admits everything in this one source."""
    return admitting([one], [asked]) == [one]


def cache(name: str = "sessions", *groups: SecurityGroup, **facts: Any) -> Cache:
    """A cluster in the VPC that listens on 6379 and carries these groups."""
    plain = Cache(
        name=name,
        kind="cluster",
        arn=f"arn:aws:elasticache:eu-west-1:123456789012:cluster:{name}",
        engine="valkey",
        engine_version="8.0",
        status="available",
        network_type="ipv4",
        ports=(6379,),
        endpoints=(),
        security_groups=tuple(Membership(group.group_id, "active") for group in groups),
        nodes=(),
        transit_encryption=False,
        at_rest_encryption=False,
        subnet_group="private",
    )
    return replace(plain, **facts)


def target(
    *sources: tuple[str, str | None],
    is_present: bool = True,
    name: str = "sessions",
    groups: tuple[SecurityGroup, ...] = (SESSIONS,),
    ports: tuple[int, ...] = (6379,),
    **options: Any,
) -> Target:
    """A grant with everything looked up; each of `sources` is what is admitted and its description."""
    plain = Target(
        cache=cache(name, *groups),
        ports=ports,
        groups=groups,
        group=groups[0] if is_present else None,
        sources=tuple(ResolvedSource(source(admitted), description) for admitted, description in sources),
    )
    return replace(plain, **options)


def group_plan(**parts: Any) -> GroupPlan:
    """A plan for the group of the cache sessions in which nothing is to be done but what `parts` say."""
    nothing = GroupPlan(
        group=SESSIONS,
        caches=("sessions",),
        wishes=(),
        ports=(6379,),
        adds=(),
        updates=(),
        removes=(),
        unchanged=(),
        others=(),
    )
    return replace(nothing, **parts)
