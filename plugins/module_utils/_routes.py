# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's route tables -> RouteTable, and which of its routes a packet takes. Pure.

The longest prefix decides, but for routes that a gateway propagated, before which the local ones come. Of equal ones a
route by address range comes first, then one by prefix list, then one that a gateway propagated:
https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._addresses import holds, prefix_length
from ansible_collections.elasticache.access.plugins.module_utils._rules import cidr_source

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Address

    Answer = Mapping[str, t.Any]

LOCAL = "local"
PEERING = "peering"
TRANSIT_GATEWAY = "transit_gateway"
INTERNET_GATEWAY = "internet_gateway"
# Targets that do with a packet what no route tells.
OTHER = "other"

# Where a route names its target, first what is told most exactly.
_TARGETS = (
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
    "GatewayId",
)
_KINDS = {"pcx-": PEERING, "tgw-": TRANSIT_GATEWAY, "igw-": INTERNET_GATEWAY}
_PROPAGATED = "EnableVgwRoutePropagation"


@dataclass(frozen=True)
class Route:
    """One route. C(destination) is a CIDR in canonical form, or the id of a prefix list."""

    destination: str
    target_id: str
    is_blackhole: bool = False
    is_propagated: bool = False

    @property
    def is_by_list(self) -> bool:
        """Say whether a prefix list tells where this route leads to."""
        return "/" not in self.destination

    @property
    def kind(self) -> str:
        """Return what kind of target this route has."""
        if self.target_id == LOCAL:
            return LOCAL
        return _KINDS.get(self.target_id[:4], OTHER)


@dataclass(frozen=True)
class RouteTable:
    """One route table. C(is_main) says that subnets without a table of their own use it."""

    table_id: str
    vpc_id: str
    is_main: bool
    routes: tuple[Route, ...]


@dataclass(frozen=True)
class Choice:
    """Which route a packet takes: V(None) where there is none. C(doubt) says why it is not known, mostly empty.

    C(others) are the routes that fit as well and lost, the next best first.
    """

    route: Route | None
    doubt: str = ""
    others: tuple[Route, ...] = ()


def choose(table: RouteTable, address: Address, entries: Mapping[str, tuple[str, ...]]) -> Choice:
    """Return which route of C(table) a packet to C(address) takes. C(entries) are the ranges of prefix lists by id."""
    fitting: list[tuple[int, int, Route]] = []
    unread = []
    for route in table.routes:
        ranges = entries.get(route.destination) if route.is_by_list else (route.destination,)
        if ranges is None:
            unread.append(route.destination)
            continue
        lengths = [prefix_length(cidr) for cidr in ranges if holds(cidr, address)]
        if lengths:
            fitting.append((-max(lengths), _rank(route), route))
    if any(route.kind == LOCAL for _length, _rank, route in fitting):
        # https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html
        fitting = [each for each in fitting if not each[2].is_propagated]
    fitting.sort(key=lambda each: each[:2])
    routes = tuple(route for _length, _rank, route in fitting)
    # Nothing comes before a route to this one address.
    if unread and not (fitting and fitting[0][:2] == (-address[0], 0)):
        return Choice(None, f"what prefix list {' and '.join(unread)} holds could not be read", routes)
    if not fitting:
        return Choice(None)
    equal = {route.target_id for length, rank, route in fitting if (length, rank) == fitting[0][:2]}
    if len(equal) > 1:
        return Choice(None, f"routes to {' and '.join(sorted(equal))} fit equally well", routes)
    return Choice(routes[0], others=routes[1:])


def _rank(route: Route) -> int:
    if route.is_propagated:
        return 2
    return 1 if route.is_by_list else 0


def parse_route_tables(answers: Iterable[Answer]) -> tuple[dict[str, RouteTable], dict[str, str]]:
    """Return the entries of DescribeRouteTables by id, and for each subnet with a table of its own that table's id."""
    tables = {}
    of_subnet = {}
    for answer in answers:
        table_id = answer["RouteTableId"]
        associations = answer.get("Associations") or ()
        of_subnet.update({each["SubnetId"]: table_id for each in associations if each.get("SubnetId")})
        tables[table_id] = RouteTable(
            table_id=table_id,
            vpc_id=answer.get("VpcId", ""),
            is_main=any(each.get("Main") for each in associations),
            routes=tuple(_route(each) for each in answer.get("Routes") or ()),
        )
    return tables, of_subnet


def _route(answer: Answer) -> Route:
    cidr = answer.get("DestinationCidrBlock") or answer.get("DestinationIpv6CidrBlock")
    return Route(
        destination=cidr_source(cidr).value if cidr else answer.get("DestinationPrefixListId", ""),
        target_id=next((answer[key] for key in _TARGETS if answer.get(key)), "?"),
        is_blackhole=answer.get("State") == "blackhole",
        is_propagated=answer.get("Origin") == _PROPAGATED,
    )
