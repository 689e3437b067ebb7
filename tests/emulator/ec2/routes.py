# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Routes: one whose target is gone leads nowhere, and says so."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import route_tables
from moto.ec2.models.internet_gateways import InternetGateway
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.models.vpn_gateway import VpnGateway


class RouteTable(route_tables.RouteTable):
    """A route table. The virtual private gateways that propagate into it add the routes of their VPN connections."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.propagating: dict[str, VpnGateway] = {}

    @property
    def propagating_vgws(self) -> list[dict[str, str]]:
        return [{"GatewayId": gateway_id} for gateway_id in self.propagating]

    @property
    def routes(self) -> list[Any]:
        """The table's own routes, and those that are propagated: a route of its own comes before these."""
        # moto types its classes as if CloudFormation's methods were missing.
        make: Any = PropagatedRoute
        found = dict(self._routes)
        for gateway in self.propagating.values():
            if is_attached(gateway, self.vpc_id):
                for cidr in self._vpn_destinations(gateway):
                    route = make(self, cidr, None, gateway=gateway)
                    found.setdefault(route.id, route)
        return list(found.values())

    def _vpn_destinations(self, gateway: VpnGateway) -> list[str]:
        return [
            route["DestinationCidrBlock"]
            for connection in self.ec2_backend.vpn_connections.values()
            if connection.vpn_gateway_id == gateway.id and connection.state == "available"
            for route in getattr(connection, "routes", [])
        ]


class Route(route_tables.Route):
    """A route that shows it when its target is no longer there."""

    interface: Any

    @property
    def state(self) -> str:
        return "blackhole" if self._target_is_gone() else "active"

    @property
    def instance_behind(self) -> Any:
        """The instance that has the interface to which the route leads."""
        return self.interface.instance if self.interface else None

    def _target_is_gone(self) -> bool:
        if self.vpc_pcx is not None:
            return str(self.vpc_pcx.status["Code"]) != "active"
        backend = self.route_table.ec2_backend
        if self.interface is not None:
            return self._interface_is_gone(backend)
        if self.nat_gateway is not None:
            return self.nat_gateway.id not in backend.nat_gateways or self.nat_gateway.state == "deleted"
        if self.egress_only_igw is not None:
            return self.egress_only_igw.id not in backend.egress_only_internet_gateways
        if self.transit_gateway is not None:
            return backend.attachment_of(self.route_table.vpc_id, self.transit_gateway.id) is None
        return self._gateway_is_gone(backend)

    def _interface_is_gone(self, backend: Any) -> bool:
        if self.interface.id not in backend.enis or self.interface.status != "in-use":
            return True
        instance = self.instance_behind
        return instance is not None and str(instance.state) in ("terminated", "stopped")

    def _gateway_is_gone(self, backend: Any) -> bool:
        gateway: Any = self.gateway
        if isinstance(gateway, InternetGateway):
            vpc: Any = gateway.vpc
            return vpc is None or vpc.id != self.route_table.vpc_id
        if isinstance(gateway, VpnGateway):
            return not is_attached(gateway, self.route_table.vpc_id)
        if isinstance(gateway, VPCEndPoint):
            return gateway.state == "deleted"
        if self.vpc_endpoint_id is not None:
            return str(backend.vpc_end_points[self.vpc_endpoint_id].state) == "deleted"
        return False


class PropagatedRoute(Route):
    """A route that a virtual private gateway put into the table."""

    @property
    def origin(self) -> str:
        return "EnableVgwRoutePropagation"


def is_attached(gateway: VpnGateway, vpc_id: str) -> bool:
    """Is this virtual private gateway on this VPC?"""
    attachment = gateway.attachments.get(vpc_id)
    return gateway.state != "deleted" and attachment is not None and attachment.state == "attached"


def described(table: RouteTable) -> dict[str, Any]:
    """The table in DescribeRouteTables."""
    tags = table.ec2_backend.tags.get(table.id, {})
    return {
        "RouteTableId": table.id,
        "VpcId": table.vpc_id,
        "OwnerId": table.owner_id,
        "Associations": table.associations,
        "PropagatingVgws": table.propagating_vgws,
        "Routes": [_described_route(route) for route in table.routes],
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def _described_route(route: Route) -> dict[str, Any]:
    instance = route.instance_behind
    return {
        "DestinationCidrBlock": route.destination_cidr_block,
        "DestinationIpv6CidrBlock": route.destination_ipv6_cidr_block,
        "DestinationPrefixListId": route.destination_prefix_list_id,
        "GatewayId": route.gateway_id,
        "EgressOnlyInternetGatewayId": route.egress_only_internet_gateway_id,
        "InstanceId": instance.id if instance else None,
        "InstanceOwnerId": instance.owner_id if instance else None,
        "NatGatewayId": route.nat_gateway_id,
        "NetworkInterfaceId": route.network_interface_id,
        "TransitGatewayId": route.transit_gateway_id,
        "VpcPeeringConnectionId": route.vpc_peering_connection_id,
        "CarrierGatewayId": route.carrier_gateway_id,
        "Origin": route.origin,
        "State": route.state,
    }
