# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Who stands behind a source right now: the network interfaces that a rule with it admits. Pure.

Behind a group are all interfaces that carry it. Behind addresses are those with such an address in the VPC of the
cache; what comes over peerings, gateways and from elsewhere is in no list of EC2's, so that only the number of
addresses tells of it.
"""

from __future__ import annotations

import typing as t
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of, span
from ansible_collections.elasticache.access.plugins.module_utils._carriers import by_group
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    PREFIX_LIST,
    SECURITY_GROUP,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Address
    from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Source


@dataclass(frozen=True)
class Members:
    """What stands behind a source: interfaces, the ids of their instances, and how many addresses it admits."""

    carriers: tuple[Carrier, ...]
    addresses: int

    @cached_property
    def instance_ids(self) -> tuple[str, ...]:
        """Return the instances, each once."""
        return tuple(sorted({carrier.instance_id for carrier in self.carriers} - {""}))


def key_of(source: Source, vpc_id: str) -> str:
    """Return what to call the members of C(source) in C(vpc_id): of a group they are the same everywhere."""
    return source.value if source.kind == SECURITY_GROUP else f"{vpc_id} {source.value}"


class Directory:
    """Finds members among the interfaces that were read, without trying each with each."""

    def __init__(self, carriers: Iterable[Carrier], entries: Mapping[str, tuple[str, ...]]) -> None:
        """Take over the interfaces, and the ranges that prefix lists hold by the id of the list."""
        carriers = sorted(carriers, key=lambda carrier: carrier.interface_id)
        self.by_group = by_group(carriers)
        self._entries = entries
        self._by_address: dict[str, list[tuple[Address, int]]] = {}
        self._carriers = carriers
        for position, carrier in enumerate(carriers):
            for address in carrier.addresses:
                self._by_address.setdefault(carrier.vpc_id, []).append((address_of(address), position))
        for addresses in self._by_address.values():
            addresses.sort()
        self._found: dict[str, Members | None] = {}

    def members(self, source: Source, vpc_id: str) -> Members | None:
        """Return who is behind C(source) as seen from C(vpc_id), V(None) where what a list holds is not known."""
        key = key_of(source, vpc_id)
        if key not in self._found:
            self._found[key] = self._find(source, vpc_id)
        return self._found[key]

    def _find(self, source: Source, vpc_id: str) -> Members | None:
        if source.kind == SECURITY_GROUP:
            carriers = tuple(self.by_group.get(source.value, ()))
            return Members(carriers, sum(len(carrier.addresses) for carrier in carriers))
        ranges = self._entries.get(source.value) if source.kind == PREFIX_LIST else (source.value,)
        if ranges is None:
            return None
        positions: set[int] = set()
        addresses = 0
        for cidr in ranges:
            (bits, first), (_bits, last) = span(cidr)
            addresses += last - first + 1
            known = self._by_address.get(vpc_id, [])
            begin = bisect_left(known, ((bits, first), -1))
            end = bisect_left(known, ((bits, last + 1), -1))
            positions.update(position for _address, position in known[begin:end])
        return Members(tuple(self._carriers[position] for position in sorted(positions)), addresses)
