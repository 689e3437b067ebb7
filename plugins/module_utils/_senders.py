# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What the user named as a source of connections -> Sender, with the interfaces that it can send from. Pure."""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier, parse_carriers
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._ids import is_id
from ansible_collections.elasticache.access.plugins.module_utils._instances import parse_instances
from ansible_collections.elasticache.access.plugins.module_utils._printable import printable
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import INSTANCE

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._instances import Instance

    Answer = Mapping[str, t.Any]

INTERFACE = "interface"
ADDRESS = "address"

_PREFIXES = {INSTANCE: "i-", INTERFACE: "eni-"}


@dataclass(frozen=True)
class SenderReference:
    """A source as the user wrote it; an address is in the form in which AWS writes it."""

    kind: str
    value: str


@dataclass(frozen=True)
class Sender:
    """A source with the interfaces that it can send from.

    C(state) is that of the instance, or the status of an interface without one; empty where it is not known.
    C(is_windows) is V(None) where it is not known. An address that no interface has which we see has no
    C(carriers); one that interfaces in several VPCs have is one of C(candidates).
    """

    kind: str
    value: str
    name: str = ""
    state: str = ""
    is_windows: bool | None = None
    carriers: tuple[Carrier, ...] = ()
    candidates: tuple[Sender, ...] = ()

    def __str__(self) -> str:
        return f"{printable(self.name)} ({self.value})" if self.name else self.value

    @property
    def is_outside(self) -> bool:
        """Say whether this is an address that no interface has which we see."""
        return self.kind == ADDRESS and not self.carriers

    @property
    def every_carrier(self) -> tuple[Carrier, ...]:
        """Return the interfaces that it sends from, or that it may be."""
        return (*self.carriers, *(carrier for each in self.candidates for carrier in each.carriers))

    def seen_from(self, vpc_id: str | None) -> Sender:
        """Return the sender as a cache in C(vpc_id) means it: several VPCs can have one and the same address."""
        near = [each for each in self.candidates if each.carriers[0].vpc_id == vpc_id]
        return near[0] if len(near) == 1 else self


def read_sender(text: str) -> SenderReference:
    """Return what one entry of O(sources) means. Raises V(InvalidGrantError) where it is none of the three kinds."""
    text = text.strip()
    for kind, prefix in _PREFIXES.items():
        if is_id(prefix, text):
            return SenderReference(kind, text)
    try:
        # A zone has a meaning on one host only.
        return SenderReference(ADDRESS, str(ipaddress.ip_address(text.replace("%", "no zone"))))
    except ValueError:
        raise InvalidGrantError(
            f"sources holds {text!r}, which is no id of an instance (i-...) or of a network interface (eni-...), "
            "and no IP address; give one of these."
        ) from None


def senders_of(
    references: Sequence[SenderReference],
    reservations: Iterable[Answer],
    interfaces: Iterable[Answer],
    region: str,
) -> list[Sender]:
    """Return a sender for each of C(references), given EC2's answers on instances and interfaces.

    Raises V(InvalidGrantError), with a line per fault, for instances and interfaces that are not there.
    """
    reservations = list(reservations)
    known = parse_instances(reservations)
    carriers = {carrier.interface_id: carrier for carrier in parse_carriers(interfaces)}
    named = {
        INSTANCE: _instances(reservations, known),
        INTERFACE: {name: sender_of_carrier(carrier, known) for name, carrier in carriers.items()},
    }

    def sender(reference: SenderReference) -> Sender:
        if reference.kind == ADDRESS:
            return _of_address(reference.value, carriers.values(), known)
        if reference.value not in named[reference.kind]:
            raise InvalidGrantError(
                f"sources holds {reference.value!r}, but there is no such {_words(reference.kind)} in this account and "
                f"{region}; check the id, or give the IP address of what is elsewhere."
            )
        return named[reference.kind][reference.value]

    return all_or_error(partial(sender, reference) for reference in references)


def _words(kind: str) -> str:
    return "network interface" if kind == INTERFACE else kind


def _instances(reservations: Iterable[Answer], known: Mapping[str, Instance]) -> dict[str, Sender]:
    found = {}
    for reservation in reservations:
        for answer in reservation.get("Instances") or ():
            instance = known[answer["InstanceId"]]
            attached = sorted(answer.get("NetworkInterfaces") or (), key=_device_index)
            found[instance.instance_id] = Sender(
                kind=INSTANCE,
                value=instance.instance_id,
                name=instance.name,
                state=instance.state,
                is_windows=instance.is_windows,
                carriers=tuple(replace(each, instance_id=instance.instance_id) for each in parse_carriers(attached)),
            )
    return found


def _device_index(interface: Answer) -> int:
    index: int = (interface.get("Attachment") or {}).get("DeviceIndex", 0)
    return index


def sender_of_carrier(carrier: Carrier, known: Mapping[str, Instance]) -> Sender:
    """Return the sender that one network interface is; it is as good as the instance that it belongs to."""
    instance = known.get(carrier.instance_id)
    return Sender(
        kind=INTERFACE,
        value=carrier.interface_id,
        name=instance.name if instance else "",
        state=instance.state if instance else "" if carrier.instance_id else carrier.status,
        is_windows=instance.is_windows if instance else None,
        carriers=(carrier,),
    )


def _of_address(address: str, carriers: Iterable[Carrier], known: Mapping[str, Instance]) -> Sender:
    """Return the sender for an address, with every interface that has it; it sends from this address alone."""
    having = [replace(carrier, addresses=(address,)) for carrier in carriers if address in carrier.addresses]
    found = [replace(sender_of_carrier(carrier, known), kind=ADDRESS, value=address) for carrier in having]
    # Which of several VPCs is meant depends on the cache.
    return found[0] if len(found) == 1 else Sender(ADDRESS, address, candidates=tuple(found))
