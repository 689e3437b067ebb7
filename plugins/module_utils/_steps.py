# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Hops between a source and a cache, what one look at one of them shows, and how such looks add up. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.elasticache.access.plugins.module_utils._mends import Sketch

# What is found out of a hop, and of a way as a whole.
OK = "ok"
BLOCKED = "blocked"
PARTIAL = "partial"
UNKNOWN = "unknown"

# AWS's explanation codes: https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
BAD_STATE = "BAD_STATE"
BAD_STATE_ATTACHMENT = "BAD_STATE_ATTACHMENT"
BAD_STATE_ROUTE = "BAD_STATE_ROUTE"
ENI_SG_RULES_MISMATCH = "ENI_SG_RULES_MISMATCH"
MORE_SPECIFIC_ROUTE = "MORE_SPECIFIC_ROUTE"
NO_ROUTE_TO_DESTINATION = "NO_ROUTE_TO_DESTINATION"
SG_HAS_NO_RULES = "SG_HAS_NO_RULES"
SG_REFERENCING_SUPPORT = "SG_REFERENCING_SUPPORT"
SUBNET_ACL_RESTRICTION = "SUBNET_ACL_RESTRICTION"
UNASSOCIATED_COMPONENT = "UNASSOCIATED_COMPONENT"

FORWARD = "forward"
REPLY = "reply"


@dataclass(frozen=True, order=True)
class Hop:
    """One of the places that a connection passes."""

    number: int
    name: str
    title: str


CACHE_STATE = Hop(1, "cache_state", "the cache")
SOURCE_STATE = Hop(2, "source_state", "the source")
ADDRESS_FAMILY = Hop(3, "address_family", "address family")
SOURCE_EGRESS = Hop(4, "source_egress", "outbound rules of the source")
SOURCE_ACL = Hop(5, "source_acl", "network ACL on the way out")
SOURCE_ROUTE = Hop(6, "source_route", "route to the cache")
LINK = Hop(7, "link", "link between VPCs")
CACHE_ACL = Hop(8, "cache_acl", "network ACL on the way in")
CACHE_INGRESS = Hop(9, "cache_ingress", "inbound rules of the cache")
CACHE_EGRESS = Hop(10, "cache_egress", "outbound rules of the cache")
REPLY_ACLS = Hop(11, "reply_acls", "network ACLs, replies")
RETURN_ROUTE = Hop(12, "return_route", "route back")
HOPS = (
    CACHE_STATE,
    SOURCE_STATE,
    ADDRESS_FAMILY,
    SOURCE_EGRESS,
    SOURCE_ACL,
    SOURCE_ROUTE,
    LINK,
    CACHE_ACL,
    CACHE_INGRESS,
    CACHE_EGRESS,
    REPLY_ACLS,
    RETURN_ROUTE,
)


@dataclass(frozen=True)
class Evidence:
    """What in AWS a step rests on. C(part) says which part of it, such as an entry of an ACL."""

    resource_id: str
    part: str = ""


@dataclass(frozen=True)
class Step:
    """What one look at one hop showed.

    C(code) is AWS's explanation code, C(action) the IAM action that would tell more, both mostly empty. C(mend) is the
    change that would let packets pass, where there is one that can be named.
    """

    hop: Hop
    verdict: str
    sentence: str
    evidence: tuple[Evidence, ...] = ()
    code: str = ""
    action: str = ""
    mend: Sketch | None = field(default=None, hash=False)
    direction: str = FORWARD

    @property
    def shown(self) -> tuple[t.Any, ...]:
        """Return what people are told: steps that say the same can need different mends."""
        return (self.hop, self.direction, self.verdict, self.sentence, self.evidence, self.code, self.action)


def in_a_row(verdicts: Iterable[str]) -> str:
    """Return what becomes of a packet that has to pass all of these: whatever certainly stops it does so."""
    found = set(verdicts)
    return next((verdict for verdict in (BLOCKED, UNKNOWN, PARTIAL) if verdict in found), OK)


def side_by_side(verdicts: Iterable[str]) -> str:
    """Return what is certain of several ways all of which are needed."""
    found = set(verdicts)
    if len(found) == 1:
        return found.pop()
    if not found:
        return UNKNOWN
    if BLOCKED in found:
        return PARTIAL if found & {OK, PARTIAL} else UNKNOWN
    return PARTIAL if PARTIAL in found else UNKNOWN


def best(verdicts: Iterable[str]) -> str:
    """Return what is known of several ways one of which is enough."""
    found = set(verdicts)
    return next((verdict for verdict in (OK, PARTIAL, UNKNOWN) if verdict in found), BLOCKED)


def whichever(verdicts: Iterable[str]) -> str:
    """Return what is known where one of several cases holds, and it is not known which."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else UNKNOWN
