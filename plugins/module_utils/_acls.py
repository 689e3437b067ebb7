# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's network ACLs -> Acl, and what one does with packets: the first entry by number that fits decides. Pure.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._addresses import holds
from ansible_collections.elasticache.access.plugins.module_utils._rules import cidr_source

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Address

    Answer = Mapping[str, t.Any]

# The numbers from which on entries are EC2's own: they deny whatever no other entry fits, and are shown as "*".
LAST = 32767
_TCP = "6"
_ALL = "-1"


@dataclass(frozen=True)
class AclEntry:
    """One entry that concerns TCP."""

    number: int
    is_allowing: bool
    cidr: str
    first_port: int
    last_port: int

    def __str__(self) -> str:
        return str(self.number) if self.number < LAST else "*"


@dataclass(frozen=True)
class Acl:
    """One network ACL: its entries of either direction, in the order in which they are looked at."""

    acl_id: str
    inbound: tuple[AclEntry, ...]
    outbound: tuple[AclEntry, ...]
    # Every number that is taken in either direction, whatever the entry concerns.
    inbound_numbers: frozenset[int] = frozenset()
    outbound_numbers: frozenset[int] = frozenset()

    def entries(self, is_egress: bool) -> tuple[AclEntry, ...]:
        """Return the entries of one direction."""
        return self.outbound if is_egress else self.inbound

    def numbers(self, is_egress: bool) -> frozenset[int]:
        """Return the numbers that are taken in one direction."""
        return self.outbound_numbers if is_egress else self.inbound_numbers


@dataclass(frozen=True)
class Decision:
    """What becomes of packets to some ports. C(entry) is V(None) where no entry fits, which denies."""

    first_port: int
    last_port: int
    entry: AclEntry | None

    @property
    def is_allowed(self) -> bool:
        """Say whether the packets get through."""
        return self.entry is not None and self.entry.is_allowing


def decide(entries: Iterable[AclEntry], address: Address, first_port: int, last_port: int) -> list[Decision]:
    """Return what becomes of TCP packets from or to C(address), for each of these ports, in the order of ports."""
    left = [(first_port, last_port)]
    decisions: list[Decision] = []
    for entry in entries:
        if not left:
            break
        if not holds(entry.cidr, address):
            continue
        rest = []
        for first, last in left:
            begin, end = max(first, entry.first_port), min(last, entry.last_port)
            if begin > end:
                rest.append((first, last))
                continue
            decisions.append(Decision(begin, end, entry))
            rest += [(first, begin - 1)] * (first < begin) + [(end + 1, last)] * (end < last)
        left = rest
    decisions += [Decision(first, last, None) for first, last in left]
    return sorted(decisions, key=lambda decision: decision.first_port)


def parse_acls(answers: Iterable[Answer]) -> tuple[dict[str, Acl], dict[str, str]]:
    """Return the entries of DescribeNetworkAcls by id, and for each subnet the id of its ACL."""
    answers = list(answers)
    acls = {answer["NetworkAclId"]: _acl(answer) for answer in answers}
    of_subnet = {
        association["SubnetId"]: answer["NetworkAclId"]
        for answer in answers
        for association in answer.get("Associations") or ()
        if association.get("SubnetId")
    }
    return acls, of_subnet


def _acl(answer: Answer) -> Acl:
    ordered = sorted(answer.get("Entries") or (), key=lambda entry: entry["RuleNumber"])
    sides = [[entry for entry in ordered if bool(entry.get("Egress")) == is_egress] for is_egress in (False, True)]
    inbound, outbound = ([_entry(entry) for entry in side if entry["Protocol"] in (_TCP, _ALL)] for side in sides)
    numbers = [frozenset(entry["RuleNumber"] for entry in side) for side in sides]
    return Acl(answer["NetworkAclId"], tuple(inbound), tuple(outbound), *numbers)


def _entry(answer: Answer) -> AclEntry:
    # All protocols means all ports, whatever the entry says of ports.
    ports = answer.get("PortRange") if answer["Protocol"] == _TCP else None
    return AclEntry(
        number=answer["RuleNumber"],
        is_allowing=answer.get("RuleAction") == "allow",
        cidr=cidr_source(answer.get("CidrBlock") or answer["Ipv6CidrBlock"]).value,
        first_port=(ports or {}).get("From", 0),
        last_port=(ports or {}).get("To", 65535),
    )
