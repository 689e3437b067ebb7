# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API calls about route tables."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses._base_response import EC2BaseResponse

from tests.emulator.ec2.paging import page
from tests.emulator.ec2.routes import described

_LARGEST_PAGE = 100
_TARGETS = {
    "gateway_id": "GatewayId",
    "instance_id": "InstanceId",
    "nat_gateway_id": "NatGatewayId",
    "egress_only_igw_id": "EgressOnlyInternetGatewayId",
    "transit_gateway_id": "TransitGatewayId",
    "interface_id": "NetworkInterfaceId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
    "carrier_gateway_id": "CarrierGatewayId",
    "vpc_endpoint_id": "VpcEndpointId",
}


class RouteCalls(EC2BaseResponse):
    """Overrides moto's answers; the method names are the calls'."""

    def create_route_table(self) -> ActionResult:
        specifications = self._get_param("TagSpecifications", [])
        tags = specifications[0].get("Tags") if specifications else []
        return ActionResult(
            {"RouteTable": described(self.ec2_backend.create_route_table(self._get_param("VpcId"), tags))}
        )

    def describe_route_tables(self) -> ActionResult:
        found = self.ec2_backend.select_route_tables(
            self._get_param("RouteTableIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params(), largest=_LARGEST_PAGE)
        return ActionResult({"RouteTables": [described(table) for table in shown], "NextToken": token})

    def create_route(self) -> ActionResult:
        self.ec2_backend.create_route(*self._route(), **self._target())
        return ActionResult({"Return": True})

    def replace_route(self) -> ActionResult:
        is_local = bool(self._get_param("LocalTarget"))
        self.ec2_backend.replace_route(*self._route(), local=is_local, **self._target())
        return EmptyResult()

    def delete_route(self) -> ActionResult:
        self.ec2_backend.delete_route(*self._route(), is_users=True)
        return EmptyResult()

    def enable_vgw_route_propagation(self) -> ActionResult:
        return self._propagate(is_on=True)

    def disable_vgw_route_propagation(self) -> ActionResult:
        return self._propagate(is_on=False)

    def create_vpn_connection_route(self) -> ActionResult:
        self.ec2_backend.add_vpn_route(self._get_param("VpnConnectionId"), self._get_param("DestinationCidrBlock"))
        return EmptyResult()

    def delete_vpn_connection_route(self) -> ActionResult:
        self.ec2_backend.remove_vpn_route(self._get_param("VpnConnectionId"), self._get_param("DestinationCidrBlock"))
        return EmptyResult()

    def _propagate(self, is_on: bool) -> ActionResult:
        self.ec2_backend.set_vgw_propagation(self._get_param("RouteTableId"), self._get_param("GatewayId"), is_on)
        return EmptyResult()

    def _route(self) -> list[str | None]:
        names = ("RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        return [self._get_param(name) for name in names]

    def _target(self) -> dict[str, str | None]:
        return {name: self._get_param(parameter) for name, parameter in _TARGETS.items()}
