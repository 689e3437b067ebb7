# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The routes of a transit gateway's table: those that somebody made, and those that attachments propagate."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

AVAILABLE = "available"
# Attachments that are no more.
GONE = ("deleted", "rejected")


@dataclass(frozen=True)
class GatewayRoute:
    """One route; without an attachment it leads nowhere."""

    network: Network
    attachment: Any
    type: str

    @property
    def cidr(self) -> str:
        return str(self.network)

    @property
    def state(self) -> str:
        return "blackhole" if self.attachment is None or self.attachment.state in GONE else "active"

    @property
    def attachments(self) -> list[Any]:
        """The attachments to which the route leads: one, or none."""
        return [] if self.attachment is None else [self.attachment]


def network(cidr: str) -> Network:
    """The block as AWS keeps it, or AWS's refusal."""
    try:
        return ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        raise errors.invalid_parameter(f"Invalid CIDR block: {cidr}") from None


def routes_of(table: Any) -> list[GatewayRoute]:
    """All routes of a table. A static one comes before a propagated one, and of these the first one counts."""
    found: dict[Network, GatewayRoute] = dict(table.static)
    for attachment in table.propagating.values():
        for block in _propagated_by(attachment):
            found.setdefault(block, GatewayRoute(block, attachment, "propagated"))
    return sorted(found.values(), key=lambda route: (route.network.version, route.network))


def search(table: Any, filters: Filters) -> list[GatewayRoute]:
    """The routes of a table that pass every filter, of which there has to be one."""
    if not filters:
        raise errors.missing_parameter("Missing required parameter in request: Filters.")
    plain = {name: values for name, values in filters.items() if name not in _SEARCHES}
    found = select(routes_of(table), plain, _FILTERS)
    for name, matches in _SEARCHES.items():
        if name in filters:
            wanted = [network(value) for value in filters[name]]
            passed = {route.network for each in wanted for route in matches(found, each)}
            found = [route for route in found if route.network in passed]
    return found


def described(route: GatewayRoute, state: str | None = None) -> dict[str, Any]:
    """The route as the calls show it."""
    return {
        "DestinationCidrBlock": route.cidr,
        "TransitGatewayAttachments": [
            {
                "TransitGatewayAttachmentId": attachment.id,
                "ResourceId": attachment.resource_id,
                "ResourceType": attachment.resource_type,
            }
            for attachment in route.attachments
        ]
        or None,
        "Type": route.type,
        "State": state or route.state,
    }


def _propagated_by(attachment: Any) -> Iterable[Network]:
    if attachment.state != AVAILABLE or attachment.resource_type != "vpc":
        return []
    vpc = attachment.ec2_backend.vpcs.get(attachment.vpc_id)
    blocks = [ipaddress.ip_network(cidr) for cidr in vpc.cidr_blocks] if vpc else []
    has_ipv6 = attachment.options.get("Ipv6Support") == "enable"
    return [block for block in blocks if block.version == _IPV4 or has_ipv6]


def _attachment(name: str) -> Values:
    return lambda route: [getattr(attachment, name) for attachment in route.attachments]


_IPV4 = 4

_FILTERS: dict[str, Values] = {
    "attachment.resource-id": _attachment("resource_id"),
    "attachment.resource-type": _attachment("resource_type"),
    "attachment.transit-gateway-attachment-id": _attachment("id"),
    "prefix-list-id": lambda _route: [],
    "state": one("state"),
    "type": one("type"),
}


def _contains(outer: Network, inner: Network) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _exact(routes: list[GatewayRoute], wanted: Network) -> list[GatewayRoute]:
    return [route for route in routes if route.network == wanted]


def _supernets(routes: list[GatewayRoute], wanted: Network) -> list[GatewayRoute]:
    return [route for route in routes if _contains(route.network, wanted)]


def _subnets(routes: list[GatewayRoute], wanted: Network) -> list[GatewayRoute]:
    return [route for route in routes if _contains(wanted, route.network)]


def _longest(routes: list[GatewayRoute], wanted: Network) -> list[GatewayRoute]:
    return sorted(_supernets(routes, wanted), key=lambda route: route.network.prefixlen)[-1:]


_SEARCHES: dict[str, Callable[[list[GatewayRoute], Network], list[GatewayRoute]]] = {
    "route-search.exact-match": _exact,
    "route-search.longest-prefix-match": _longest,
    "route-search.subnet-of-match": _subnets,
    "route-search.supernet-of-match": _supernets,
}
