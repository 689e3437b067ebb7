# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""IP addresses and ranges as numbers, which compare much faster than ipaddress's objects. Pure."""

from __future__ import annotations

import ipaddress
import socket
import typing as t
from bisect import bisect_right
from functools import lru_cache

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    # How many bits an address of its family has, and the address as a number: in order, the families lie apart.
    Address = tuple[int, int]
    Span = tuple[Address, Address]

IPV4 = 32
IPV6 = 128
FAMILIES = {IPV4: "ipv4", IPV6: "ipv6"}


def address_of(text: str) -> Address:
    """Return an address as AWS writes it. Raises V(OSError) for anything else."""
    packed = socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    return 8 * len(packed), int.from_bytes(packed, "big")


def text_of(address: Address) -> str:
    """Return an address as people write it."""
    bits, number = address
    return str(ipaddress.IPv4Address(number) if bits == IPV4 else ipaddress.IPv6Address(number))


# The rules and routes of a fleet name the same ranges over and over.
@lru_cache(maxsize=2**16)
def span(cidr: str) -> Span:
    """Return the first and the last address of a CIDR in canonical form, which ipaddress would be slow to tell."""
    text, _slash, length = cidr.partition("/")
    bits, first = address_of(text)
    return (bits, first), (bits, first + 2 ** (bits - int(length)) - 1)


def holds(cidr: str, address: Address) -> bool:
    """Say whether C(address) lies within C(cidr)."""
    first, last = span(cidr)
    return first <= address <= last


def prefix_length(cidr: str) -> int:
    """Return how many leading bits the addresses of C(cidr) have in common."""
    return int(cidr.rpartition("/")[2])


class Slices:
    """All addresses cut wherever one of some ranges begins or ends: within a slice, no range tells two apart."""

    def __init__(self, cidrs: Iterable[str]) -> None:
        """Cut at the ends of C(cidrs)."""
        cuts: set[Address] = set()
        for cidr in set(cidrs):
            first, (bits, last) = span(cidr)
            cuts.update((first, (bits, last + 1)))
        self._cuts = sorted(cuts)

    def slice_of(self, address: Address) -> tuple[int, int]:
        """Return what tells the slice of C(address) from every other."""
        return address[0], bisect_right(self._cuts, address)

    def samples(self, cidr: str) -> tuple[Address, ...]:
        """Return one address of each slice of C(cidr) in which AWS can put an interface.

        It keeps the first four and the last address of a subnet for itself:
        https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
        """
        (bits, first), (_bits, last) = span(cidr)
        lowest, highest = (bits, first + 4), (bits, last - 1)
        begin, end = bisect_right(self._cuts, lowest), bisect_right(self._cuts, highest)
        return (lowest, *self._cuts[begin:end])


class Ranges:
    """Ranges put together, so that those which touch or overlap count as one."""

    def __init__(self, cidrs: Iterable[str]) -> None:
        """Put C(cidrs) together."""
        joined: list[Span] = []
        for first, last in sorted(map(span, cidrs)):
            bits, number = joined[-1][1] if joined else (0, 0)
            if first <= (bits, number + 1):
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        self._firsts = [first for first, _last in joined]
        self._lasts = [last for _first, last in joined]

    @property
    def families(self) -> set[int]:
        """Return of which families there are ranges, by the bits of an address."""
        return {bits for bits, _number in self._firsts}

    def hold(self, cidr: str) -> bool:
        """Say whether every address of C(cidr) lies within one of them."""
        first, last = span(cidr)
        begun = bisect_right(self._firsts, first)
        return begun > 0 and last <= self._lasts[begun - 1]
