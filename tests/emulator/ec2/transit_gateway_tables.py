# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route tables of transit gateways. Only the owner of a gateway has them, and says which attachment uses which.

An attachment is associated with one table at most, by which what comes from it is routed; it propagates the blocks of
its VPC into any number of tables.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.transit_gateway_route_tables import TransitGatewayRouteTable

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select, tags_of
from tests.emulator.ec2.transit_gateway_routes import AVAILABLE, GatewayRoute, Network, network, search


class GatewayTable(TransitGatewayRouteTable):
    """A route table: its static routes by block, and the attachments that propagate into it by id."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.static: dict[Network, GatewayRoute] = {}
        self.propagating: dict[str, Any] = {}

    @property
    def is_for_associations(self) -> bool:
        """Are new attachments associated with this table?"""
        return self._is_default_for("Association")

    @property
    def is_for_propagations(self) -> bool:
        """Do new attachments propagate into this table?"""
        return self._is_default_for("Propagation")

    def _is_default_for(self, kind: str) -> bool:
        options = self.ec2_backend.transit_gateways[self.transit_gateway_id].options
        return default_table_id(options, kind) == self.id


def default_table_id(options: dict[str, Any], kind: str) -> str | None:
    """The table that a gateway with these options has for new attachments, if it has one."""
    return options.get(f"{kind}DefaultRouteTableId") if options[f"DefaultRouteTable{kind}"] == "enable" else None


_TABLE_FILTERS: dict[str, Values] = {
    "default-association-route-table": one("is_for_associations"),
    "default-propagation-route-table": one("is_for_propagations"),
    "state": one("state"),
    "transit-gateway-id": one("transit_gateway_id"),
    "transit-gateway-route-table-id": one("id"),
}
_MEMBER_FILTERS: dict[str, Values] = {
    "resource-id": one("resource_id"),
    "resource-type": one("resource_type"),
    "transit-gateway-attachment-id": one("id"),
}


class GatewayTables:
    """The part of the backend that keeps the route tables of transit gateways."""

    transit_gateways_route_tables: dict[str, GatewayTable]
    transit_gateway_attachments: dict[str, Any]

    # -- tables

    def create_transit_gateway_route_table(self, transit_gateway_id: str, *args: Any, **options: Any) -> Any:
        """A new table of a gateway of this account; the first one is made while the gateway is being made."""
        if not options.get("default_association_route_table"):
            self._own_gateway(transit_gateway_id)  # type: ignore[attr-defined]
        return super().create_transit_gateway_route_table(  # type: ignore[misc]
            transit_gateway_id, *args, **options
        )

    def select_gateway_tables(self, table_ids: list[str], filters: Filters) -> list[GatewayTable]:
        """Tables by id, all of which must exist, and by filter. Deleted ones are still shown."""
        for table_id in table_ids:
            if table_id not in self.transit_gateways_route_tables:
                raise _table_not_found(table_id)
        tables = [self.transit_gateways_route_tables[table_id] for table_id in dict.fromkeys(table_ids)]
        return select(tables or list(self.transit_gateways_route_tables.values()), filters, _TABLE_FILTERS)

    def require_gateway_table(self, table_id: str) -> GatewayTable:
        """The table with this id, or AWS's refusal."""
        found = self.transit_gateways_route_tables.get(table_id)
        if found is None or found.state != AVAILABLE:
            raise _table_not_found(table_id)
        return found

    def delete_transit_gateway_route_table(self, transit_gateway_route_table_id: str) -> GatewayTable:
        """End a table with which nothing is associated."""
        table = self.require_gateway_table(transit_gateway_route_table_id)
        if self._associated_with(table):
            raise errors.EC2ClientError("IncorrectState", f"{table.id} has associations")
        table.state = "deleted"
        table.static.clear()
        table.propagating.clear()
        return table

    # -- which attachment uses which table

    def associate_transit_gateway_route_table(
        self, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        """Let a table route what comes from an attachment that has none yet. Returns the attachment."""
        table, attachment = self._pair(transit_gateway_route_table_id, transit_gateway_attachment_id)
        if attachment.association is not None:
            raise errors.EC2ClientError(
                "Resource.AlreadyAssociated",
                f"Transit Gateway Attachment {attachment.id} is already associated to a route table.",
            )
        attachment.transit_gateway_route_table = table
        return attachment

    def disassociate_transit_gateway_route_table(self, tgw_attach_id: str, tgw_rt_id: str) -> Any:
        """Nothing routes what comes from the attachment any more. Returns the attachment."""
        table, attachment = self._pair(tgw_rt_id, tgw_attach_id)
        if attachment.transit_gateway_route_table is not table:
            raise errors.EC2ClientError(
                "InvalidAssociation.NotFound",
                f"Association between {attachment.id} and {table.id} does not exist.",
            )
        attachment.transit_gateway_route_table = None
        return attachment

    def enable_transit_gateway_route_table_propagation(
        self, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        """Let an attachment put its routes into a table. Returns the attachment."""
        table, attachment = self._pair(transit_gateway_route_table_id, transit_gateway_attachment_id)
        if attachment.id in table.propagating:
            raise errors.EC2ClientError(
                "TransitGatewayRouteTablePropagation.Duplicate",
                f"Propagation {attachment.id} is already enabled for {table.id}.",
            )
        table.propagating[attachment.id] = attachment
        return attachment

    def disable_transit_gateway_route_table_propagation(
        self, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
    ) -> Any:
        """Take the attachment's routes out of the table. Returns the attachment."""
        table, attachment = self._pair(transit_gateway_route_table_id, transit_gateway_attachment_id)
        if table.propagating.pop(attachment.id, None) is None:
            raise errors.EC2ClientError(
                "TransitGatewayRouteTablePropagation.NotFound",
                f"Propagation {attachment.id} is not enabled for {table.id}.",
            )
        return attachment

    def associations_of(self, table_id: str, filters: Filters) -> list[Any]:
        """The attachments that are associated with a table."""
        return select(self._associated_with(self.require_gateway_table(table_id)), filters, _MEMBER_FILTERS)

    def propagations_of(self, table_id: str, filters: Filters) -> list[Any]:
        """The attachments that propagate into a table."""
        return select(self.require_gateway_table(table_id).propagating.values(), filters, _MEMBER_FILTERS)

    def join_default_tables(self, attachment: Any, options: dict[str, Any]) -> None:
        """A new attachment uses the tables that the gateway has for that, unless the gateway's options say no."""
        association, propagation = (
            self.transit_gateways_route_tables.get(default_table_id(options, kind) or "")
            for kind in ("Association", "Propagation")
        )
        attachment.transit_gateway_route_table = association
        if propagation is not None:
            propagation.propagating[attachment.id] = attachment

    def leave_tables(self, attachment: Any) -> None:
        """The attachment is no more. Static routes that lead to it stay, and lead nowhere."""
        attachment.transit_gateway_route_table = None
        for table in self.transit_gateways_route_tables.values():
            table.propagating.pop(attachment.id, None)

    # -- routes

    def search_transit_gateway_routes(
        self, transit_gateway_route_table_id: str, filters: Filters, max_results: int | None = None
    ) -> list[Any]:
        """The routes of a table that pass the filters."""
        return search(self.require_gateway_table(transit_gateway_route_table_id), filters)[:max_results]

    def put_gateway_route(
        self, table_id: str, cidr: str, attachment_id: str | None, is_blackhole: bool, replaces: bool
    ) -> GatewayRoute:
        """A static route, new or in the place of one that is there."""
        table = self.require_gateway_table(table_id)
        block = network(cidr)
        if bool(attachment_id) == is_blackhole:
            raise errors.bad_combination("A route has either an attachment or is a blackhole.")
        if replaces and block not in table.static:
            raise _route_not_found(block, table)
        if not replaces and block in table.static:
            raise errors.EC2ClientError(
                "RouteAlreadyExists", f"Route {block} already exists in Transit Gateway Route Table {table.id}."
            )
        attachment = self._attachment_on(table, attachment_id) if attachment_id else None
        table.static[block] = GatewayRoute(block, attachment, "static")
        return table.static[block]

    def remove_gateway_route(self, table_id: str, cidr: str) -> GatewayRoute:
        """Take a static route out; a propagated one is none."""
        table = self.require_gateway_table(table_id)
        block = network(cidr)
        if block not in table.static:
            raise _route_not_found(block, table)
        return table.static.pop(block)

    # -- the parts

    def _pair(self, table_id: str, attachment_id: str) -> tuple[GatewayTable, Any]:
        table = self.require_gateway_table(table_id)
        return table, self._attachment_on(table, attachment_id)

    def _attachment_on(self, table: GatewayTable, attachment_id: str) -> Any:
        attachment = self.transit_gateway_attachments.get(attachment_id)
        if attachment is None or attachment.transit_gateway_id != table.transit_gateway_id:
            raise errors.transit_gateway_attachment_not_found(attachment_id)
        if attachment.state != AVAILABLE:
            raise errors.EC2ClientError("IncorrectState", f"{attachment.id} is in invalid state")
        return attachment

    def _associated_with(self, table: GatewayTable) -> list[Any]:
        return [
            attachment
            for attachment in self.transit_gateway_attachments.values()
            if attachment.association is not None and attachment.transit_gateway_route_table is table
        ]


def described(table: GatewayTable, state: str | None = None) -> dict[str, Any]:
    """The table as the calls show it."""
    return {
        "TransitGatewayRouteTableId": table.id,
        "TransitGatewayId": table.transit_gateway_id,
        "State": state or table.state,
        "DefaultAssociationRouteTable": table.is_for_associations,
        "DefaultPropagationRouteTable": table.is_for_propagations,
        "CreationTime": table.creation_time,
        "Tags": [{"Key": key, "Value": value} for key, value in tags_of(table).items()],
    }


def _table_not_found(table_id: str) -> errors.EC2ClientError:
    return errors.EC2ClientError(
        "InvalidRouteTableID.NotFound", f"Transit Gateway Route Table {table_id} was deleted or does not exist."
    )


def _route_not_found(block: Network, table: GatewayTable) -> errors.EC2ClientError:
    return errors.EC2ClientError(
        "InvalidRoute.NotFound", f"Route {block} does not exist in Transit Gateway Route Table {table.id}."
    )
