# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API calls about the route tables of transit gateways.

As with gateways: a call that changes something answers with the state on the way there.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse

from tests.emulator.ec2 import transit_gateway_routes
from tests.emulator.ec2.paging import page
from tests.emulator.ec2.transit_gateway_tables import described

_MOST_ROUTES = 1000


class TransitGatewayTableCalls(EC2BaseResponse):
    """Overrides moto's answers; the method names are the calls'."""

    def create_transit_gateway_route_table(self) -> ActionResult:
        kind = "transit-gateway-route-table"
        tags = self._parse_tag_specification(kind).get(kind, {})
        made = self.ec2_backend.create_transit_gateway_route_table(self._get_param("TransitGatewayId"), tags)
        return ActionResult({"TransitGatewayRouteTable": described(made, "pending")})

    def describe_transit_gateway_route_tables(self) -> ActionResult:
        found = self.ec2_backend.select_gateway_tables(
            self._get_param("TransitGatewayRouteTableIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        return ActionResult({"TransitGatewayRouteTables": [described(table) for table in shown], "NextToken": token})

    def delete_transit_gateway_route_table(self) -> ActionResult:
        gone = self.ec2_backend.delete_transit_gateway_route_table(self._table())
        return ActionResult({"TransitGatewayRouteTable": described(gone, "deleting")})

    def associate_transit_gateway_route_table(self) -> ActionResult:
        attachment = self.ec2_backend.associate_transit_gateway_route_table(self._attachment(), self._table())
        return ActionResult({"Association": self._relation(attachment, "associating")})

    def disassociate_transit_gateway_route_table(self) -> ActionResult:
        attachment = self.ec2_backend.disassociate_transit_gateway_route_table(self._attachment(), self._table())
        return ActionResult({"Association": self._relation(attachment, "disassociating")})

    def enable_transit_gateway_route_table_propagation(self) -> ActionResult:
        attachment = self.ec2_backend.enable_transit_gateway_route_table_propagation(self._attachment(), self._table())
        return ActionResult({"Propagation": self._relation(attachment, "enabled")})

    def disable_transit_gateway_route_table_propagation(self) -> ActionResult:
        attachment = self.ec2_backend.disable_transit_gateway_route_table_propagation(self._attachment(), self._table())
        return ActionResult({"Propagation": self._relation(attachment, "disabled")})

    def get_transit_gateway_route_table_associations(self) -> ActionResult:
        found = self.ec2_backend.associations_of(self._table(), self._filters_from_querystring())
        shown, token = page(found, self._get_params())
        return ActionResult({"Associations": [_member(each, "associated") for each in shown], "NextToken": token})

    def get_transit_gateway_route_table_propagations(self) -> ActionResult:
        found = self.ec2_backend.propagations_of(self._table(), self._filters_from_querystring())
        shown, token = page(found, self._get_params())
        propagations = [_member(each, "enabled") for each in shown]
        return ActionResult({"TransitGatewayRouteTablePropagations": propagations, "NextToken": token})

    def create_transit_gateway_route(self) -> ActionResult:
        return self._put_route(replaces=False)

    def replace_transit_gateway_route(self) -> ActionResult:
        return self._put_route(replaces=True)

    def delete_transit_gateway_route(self) -> ActionResult:
        gone = self.ec2_backend.remove_gateway_route(self._table(), self._get_param("DestinationCidrBlock"))
        return ActionResult({"Route": transit_gateway_routes.described(gone, "deleted")})

    def search_transit_gateway_routes(self) -> ActionResult:
        """At most ``MaxResults`` routes; whoever gets a token can ask for the others."""
        found = self.ec2_backend.search_transit_gateway_routes(self._table(), self._filters_from_querystring())
        shown, token = page(found, {"MaxResults": _MOST_ROUTES, **self._get_params()})
        return ActionResult(
            {
                "Routes": [transit_gateway_routes.described(route) for route in shown],
                "AdditionalRoutesAvailable": token is not None,
                "NextToken": token,
            }
        )

    def _put_route(self, replaces: bool) -> ActionResult:
        made = self.ec2_backend.put_gateway_route(
            self._table(),
            self._get_param("DestinationCidrBlock"),
            self._get_param("TransitGatewayAttachmentId"),
            bool(self._get_param("Blackhole")),
            replaces,
        )
        return ActionResult({"Route": transit_gateway_routes.described(made)})

    def _relation(self, attachment: Any, state: str) -> dict[str, Any]:
        return {**_member(attachment, state), "TransitGatewayRouteTableId": self._table()}

    def _table(self) -> str:
        return str(self._get_param("TransitGatewayRouteTableId"))

    def _attachment(self) -> str:
        return str(self._get_param("TransitGatewayAttachmentId"))


def _member(attachment: Any, state: str) -> dict[str, Any]:
    return {
        "TransitGatewayAttachmentId": attachment.id,
        "ResourceId": attachment.resource_id,
        "ResourceType": attachment.resource_type,
        "State": state,
    }
