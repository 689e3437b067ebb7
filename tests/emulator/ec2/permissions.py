# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a request says about rules, brought into the one spelling that EC2 stores.

A rule's identity is (group, direction, protocol, from, to, source); its description and tags are not part of it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.emulator.ec2 import errors

SourceKind = Literal["cidr4", "cidr6", "group", "prefix_list"]

_ALL = "-1"
_PROTOCOL_NAMES = {"all": _ALL, "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_PORTED = ("tcp", "udp")
_TYPED = ("icmp", "icmpv6")
# "&" is documented for CIDR sources alone, although the refusal lists it for all.
_DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")


@dataclass(frozen=True)
class Reference:
    """A group as a rule's source: whose it is, and over what it is reached, if it is another VPC's."""

    group_id: str
    owner_id: str = ""
    vpc_id: str | None = None
    peering_id: str | None = None
    transit_gateway_id: str | None = None
    name: str | None = None  # a request may name a group of the default VPC instead of giving its id


@dataclass(frozen=True)
class Permission:
    """One rule as a request states it, canonical. Ports are None where the protocol has none."""

    protocol: str
    from_port: int | None
    to_port: int | None
    kind: SourceKind
    source: str
    description: str | None = None
    reference: Reference | None = None

    @property
    def identity(self) -> tuple[str, int | None, int | None, str, str]:
        """What makes two rules of one group and direction the same rule."""
        return (self.protocol, self.from_port, self.to_port, self.kind, self.source)

    @property
    def label(self) -> str:
        """The rule as AWS quotes it in a refusal."""
        if self.protocol == _ALL:
            return f"peer: {self.source}, ALL, ALLOW"
        if self.protocol in _TYPED:
            return f"peer: {self.source}, {self.protocol.upper()}, type: {self.from_port}, code: {self.to_port}, ALLOW"
        ports = f", from port: {self.from_port}, to port: {self.to_port}" if self.from_port is not None else ""
        return f"peer: {self.source}, {self.protocol.upper()}{ports}, ALLOW"


def from_request(parameters: dict[str, Any]) -> list[Permission]:
    """All rules that a request names, in the ``IpPermissions`` form or in the old one of single parameters."""
    if "IpPermissions" in parameters:
        found = [permission for item in parameters["IpPermissions"] for permission in from_ip_permission(item)]
    else:
        found = list(from_ip_permission(_single(parameters)))
    identities = [permission.identity for permission in found]
    if len(set(identities)) < len(identities):
        raise errors.invalid_parameter("The same permission must not appear multiple times")
    return found


def from_ip_permission(item: dict[str, Any]) -> Iterator[Permission]:
    """Every rule that one ``IpPermission`` stands for: one per source."""
    protocol = canonical_protocol(item.get("IpProtocol"))
    from_port, to_port = canonical_ports(protocol, item.get("FromPort"), item.get("ToPort"))
    sources = list(_sources(item))
    if not sources:
        raise errors.missing_parameter("Source group missing")
    for kind, source, description, reference in sources:
        check_description(description, kind)
        yield Permission(protocol, from_port, to_port, kind, source, description or None, reference)


def with_reference(permission: Permission, reference: Reference) -> Permission:
    """The same rule, once it is known which group is meant."""
    return replace(permission, source=reference.group_id, reference=reference)


def canonical_protocol(protocol: Any) -> str:
    """``TCP`` and ``6`` are stored as ``tcp``, every other number as it is."""
    if protocol in (None, ""):
        raise errors.invalid_parameter(
            "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly."
        )
    name = _PROTOCOL_NAMES.get(str(protocol).lower(), str(protocol).lower())
    numeric = name.isdigit() and int(name) <= 255
    if not numeric and name not in (_ALL, *_PORTED, *_TYPED):
        raise errors.invalid_parameter(f"Invalid value '{protocol}' for IP protocol. Unknown protocol.")
    return name


def canonical_ports(protocol: str, from_port: Any, to_port: Any) -> tuple[int | None, int | None]:
    """Ports (or ICMP type and code) for the protocols that have them."""
    if protocol in _PORTED:
        first, last = _pair(from_port, to_port, "TCP/UDP")
        for port in (first, last):
            if not 0 <= port <= 65535:
                raise errors.EC2ClientError("InvalidPermission.Malformed", f"TCP/UDP port ({port}) out of range")
        if first > last:
            raise errors.invalid_parameter(f"Invalid TCP/UDP port range ({first}:{last})")
        return first, last
    if protocol in _TYPED:
        return _pair(from_port, to_port, "ICMP")
    return None, None


def _pair(from_port: Any, to_port: Any, protocol: str) -> tuple[int, int]:
    if from_port is None or to_port is None:
        raise errors.invalid_parameter(
            f"Invalid value 'Must specify both from and to ports with {protocol}.' for portRange."
        )
    return int(from_port), int(to_port)


def canonical_cidr(cidr: str, version: Literal[4, 6]) -> str:
    """IPv4 with its host bits cleared, IPv6 compressed."""
    try:
        address, _slash, length = cidr.partition("/")
        network = ipaddress.ip_network(f"{address}/{int(length)}", strict=False)
    except ValueError:
        raise errors.invalid_parameter(f"CIDR block {cidr} is malformed") from None
    if network.version != version:
        raise errors.invalid_parameter(f"CIDR block {cidr} is malformed")
    return str(network)


def check_description(description: str | None, kind: SourceKind) -> None:
    """Refuse what AWS refuses as the text of a rule."""
    text = description or ""
    if not _DESCRIPTION.fullmatch(text) or ("&" in text and kind not in ("cidr4", "cidr6")):
        raise errors.invalid_parameter(
            "Invalid rule description. Valid descriptions are strings less than 256 characters from the following "
            "set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
        )


_Source = tuple[SourceKind, str, "str | None", "Reference | None"]


def _sources(item: dict[str, Any]) -> Iterator[_Source]:
    for entry in item.get("IpRanges") or []:
        yield "cidr4", canonical_cidr(entry.get("CidrIp", ""), 4), entry.get("Description"), None
    for entry in item.get("Ipv6Ranges") or []:
        yield "cidr6", canonical_cidr(entry.get("CidrIpv6", ""), 6), entry.get("Description"), None
    for entry in item.get("PrefixListIds") or []:
        yield "prefix_list", entry.get("PrefixListId", ""), entry.get("Description"), None
    for entry in item.get("UserIdGroupPairs") or []:
        group_id, name = entry.get("GroupId"), entry.get("GroupName")
        if not group_id and not name:
            raise errors.missing_parameter("Source group missing")
        reference = Reference(group_id or "", owner_id=entry.get("UserId", ""), name=name)
        yield "group", group_id or name, entry.get("Description"), reference


def _single(parameters: dict[str, Any]) -> dict[str, Any]:
    """The old form: one protocol, one port range and one source as parameters of their own."""
    item: dict[str, Any] = {key: parameters.get(key) for key in ("IpProtocol", "FromPort", "ToPort")}
    if parameters.get("CidrIp"):
        kind, key = ("Ipv6Ranges", "CidrIpv6") if ":" in parameters["CidrIp"] else ("IpRanges", "CidrIp")
        item[kind] = [{key: parameters["CidrIp"]}]
    name = parameters.get("SourceSecurityGroupName")
    if name:
        owner = parameters.get("SourceSecurityGroupOwnerId", "")
        item["UserIdGroupPairs"] = [{"GroupName": name, "UserId": owner}]
        item["IpProtocol"] = item["IpProtocol"] or _ALL
    return item
