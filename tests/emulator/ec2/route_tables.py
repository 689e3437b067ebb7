# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route tables: finding them, and changing what is in them and what they serve."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import (
    InvalidDestinationCIDRBlockParameterError,
    InvalidParameterValueErrorReplaceRoute,
    InvalidRouteError,
    InvalidRouteTableIdError,
    RouteAlreadyExistsError,
)
from moto.ec2.utils import random_subnet_association_id

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select
from tests.emulator.ec2.route_targets import NO_TARGET, find_target
from tests.emulator.ec2.routes import Route, RouteTable


def _associations(key: str) -> Values:
    return lambda table: [association.get(key) for association in table.associations]


def _routes(name: str) -> Values:
    return lambda table: [getattr(route, name) for route in table.routes]


_FILTERS: dict[str, Values] = {
    "association.gateway-id": _associations("GatewayId"),
    "association.main": _associations("Main"),
    "association.route-table-association-id": _associations("RouteTableAssociationId"),
    "association.route-table-id": _associations("RouteTableId"),
    "association.subnet-id": _associations("SubnetId"),
    "owner-id": one("owner_id"),
    "route-table-id": one("id"),
    "route.destination-cidr-block": _routes("destination_cidr_block"),
    "route.destination-ipv6-cidr-block": _routes("destination_ipv6_cidr_block"),
    "route.destination-prefix-list-id": _routes("destination_prefix_list_id"),
    "route.egress-only-internet-gateway-id": _routes("egress_only_internet_gateway_id"),
    "route.gateway-id": _routes("gateway_id"),
    "route.instance-id": lambda table: [route.instance_behind.id for route in table.routes if route.instance_behind],
    "route.nat-gateway-id": _routes("nat_gateway_id"),
    "route.origin": _routes("origin"),
    "route.state": _routes("state"),
    "route.transit-gateway-id": _routes("transit_gateway_id"),
    "route.vpc-peering-connection-id": _routes("vpc_peering_connection_id"),
    "vpc-id": one("vpc_id"),
}


class RouteTables:
    """The part of the backend that keeps route tables."""

    route_tables: dict[str, RouteTable]
    get_route_table: Callable[[str], RouteTable]
    get_subnet: Callable[[str], Any]
    require_prefix_list: Callable[[str], Any]

    def select_route_tables(self, table_ids: list[str], filters: Filters) -> list[RouteTable]:
        """Tables by id, all of which must exist, and by filter."""
        for table_id in table_ids:
            if table_id not in self.route_tables:
                raise InvalidRouteTableIdError(table_id)
        named = [self.route_tables[table_id] for table_id in dict.fromkeys(table_ids)]
        return select(named or list(self.route_tables.values()), filters, _FILTERS)

    # -- routes

    def create_route(
        self,
        route_table_id: str,
        destination_cidr_block: str | None = None,
        destination_ipv6_cidr_block: str | None = None,
        destination_prefix_list_id: str | None = None,
        local: bool = False,
        **target: str | None,
    ) -> Route:
        """A new route, to a destination for which the table has none yet."""
        table = self.get_route_table(route_table_id)
        cidr, ipv6_cidr, prefix_list = self._destination(
            destination_cidr_block, destination_ipv6_cidr_block, destination_prefix_list_id
        )
        found = NO_TARGET if local else find_target(self, table.vpc_id, target)
        make: Any = Route  # moto types it as if CloudFormation's methods were missing
        made: Route = make(table, cidr, ipv6_cidr, prefix_list, local=local, **found)
        if made.id in table._routes:
            raise RouteAlreadyExistsError(made.id.rpartition("~")[2])
        table._routes[made.id] = made
        return made

    def replace_route(
        self,
        route_table_id: str,
        destination_cidr_block: str | None = None,
        destination_ipv6_cidr_block: str | None = None,
        destination_prefix_list_id: str | None = None,
        local: bool = False,
        **target: str | None,
    ) -> Route:
        """Lead a route elsewhere. Also a local one, which ``local`` then leads back."""
        table = self.get_route_table(route_table_id)
        place = self._place(destination_cidr_block, destination_ipv6_cidr_block, destination_prefix_list_id)
        route: Any = table._routes.get(f"{table.id}~{place}")
        if route is None:
            raise InvalidParameterValueErrorReplaceRoute(place)
        found = NO_TARGET if local else find_target(self, table.vpc_id, target)
        route.local = local
        for attribute, value in found.items():
            setattr(route, attribute, value)
        return route  # type: ignore[no-any-return]

    def delete_route(
        self,
        route_table_id: str,
        destination_cidr_block: str | None = None,
        destination_ipv6_cidr_block: str | None = None,
        destination_prefix_list_id: str | None = None,
        is_users: bool = False,
    ) -> Route:
        """Take a route out; a user cannot take out a local one."""
        table = self.get_route_table(route_table_id)
        place = self._place(destination_cidr_block, destination_ipv6_cidr_block, destination_prefix_list_id)
        route: Any = table._routes.get(f"{table.id}~{place}")
        if route is None:
            raise InvalidRouteError(table.id, place)
        if is_users and route.local:
            raise errors.invalid_parameter(f"cannot remove local route {place} in route table {table.id}")
        del table._routes[route.id]
        return route  # type: ignore[no-any-return]

    # -- associations

    def associate_route_table(
        self, route_table_id: str, gateway_id: str | None = None, subnet_id: str | None = None
    ) -> str:
        """Let a table serve a subnet or a gateway, which has one table at most."""
        target = gateway_id or subnet_id or ""
        table = self.get_route_table(route_table_id)
        if subnet_id and self.get_subnet(subnet_id).vpc_id != table.vpc_id:
            raise errors.invalid_parameter(
                f"Route table {table.id} and subnet {subnet_id} belong to different networks"
            )
        for other in self.route_tables.values():
            for association_id, associated in other._associations.items():
                if associated == target and other is table:
                    return association_id
                if associated == target:
                    raise errors.EC2ClientError(
                        "Resource.AlreadyAssociated",
                        f"the specified association for route table {table.id} conflicts with an existing association",
                    )
        association_id = random_subnet_association_id()
        table._associations[association_id] = target
        return association_id

    def set_vgw_propagation(self, route_table_id: str, gateway_id: str, is_on: bool) -> None:
        """Let a virtual private gateway add its routes to a table, or no longer."""
        table = self.get_route_table(route_table_id)
        gateway = self.get_vpn_gateway(gateway_id)  # type: ignore[attr-defined]
        if is_on and table.vpc_id not in gateway.attachments:
            raise errors.EC2ClientError(
                "Gateway.NotAttached", f"resource {gateway_id} is not attached to network {table.vpc_id}"
            )
        if is_on:
            table.propagating[gateway_id] = gateway
        else:
            table.propagating.pop(gateway_id, None)

    # -- the parts

    def _destination(
        self, cidr: str | None, ipv6_cidr: str | None, prefix_list_id: str | None
    ) -> tuple[str | None, str | None, Any]:
        if sum(bool(each) for each in (cidr, ipv6_cidr, prefix_list_id)) != 1:
            raise errors.missing_parameter(
                "The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock, "
                "destinationPrefixListId"
            )
        prefix_list = self.require_prefix_list(prefix_list_id) if prefix_list_id else None
        return _canonical(cidr), _canonical(ipv6_cidr), prefix_list

    @staticmethod
    def _place(cidr: str | None, ipv6_cidr: str | None, prefix_list_id: str | None) -> str:
        """What tells a route of a table from the others. moto says lists where it means blocks."""
        place = prefix_list_id or ipv6_cidr or cidr or ""
        return place if place.startswith("pl-") else _canonical(place) or ""


def _canonical(cidr: str | None) -> str | None:
    """The block as AWS keeps it: without host bits, IPv6 compressed."""
    if not cidr:
        return None
    try:
        return str(ipaddress.ip_network(cidr, strict=False))
    except ValueError:
        raise InvalidDestinationCIDRBlockParameterError(cidr) from None
