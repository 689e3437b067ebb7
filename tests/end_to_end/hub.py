# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A transit gateway, and the VPCs that it joins."""

from __future__ import annotations

from typing import Any

from tests.emulator.tests.ec2.conftest import filters, make_subnet
from tests.end_to_end.reach import EVERYWHERE, Elsewhere, Values, add_route, main_table


class Hub:
    """A transit gateway with one VPC attached by both of its zones, and routes to it where they are due."""

    def __init__(self, ec2: Any, vpc_id: str, **options: str) -> None:
        self.ec2 = ec2
        given = {"SecurityGroupReferencingSupport": "enable", "AutoAcceptSharedAttachments": "enable", **options}
        made = ec2.create_transit_gateway(Options=given)["TransitGateway"]
        self.gateway_id = str(made["TransitGatewayId"])
        self.attached_by = [
            make_subnet(ec2, vpc_id, f"10.20.25{number}.0/28", zone) for number, zone in enumerate("ab")
        ]
        self.ours = self.attach(vpc_id, *self.attached_by)
        add_route(ec2, main_table(ec2, vpc_id), "10.0.0.0/8", self.gateway_id)

    @property
    def table(self) -> str:
        """Return the default route table of the gateway."""
        [table] = self.ec2.describe_transit_gateway_route_tables(
            Filters=filters(transit_gateway_id=self.gateway_id, default_association_route_table="true")
        )["TransitGatewayRouteTables"]
        return str(table["TransitGatewayRouteTableId"])

    def new_table(self) -> str:
        """Make another route table of the gateway."""
        made = self.ec2.create_transit_gateway_route_table(TransitGatewayId=self.gateway_id)
        return str(made["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"])

    def attach(self, vpc_id: str, *subnet_ids: str, referencing: str = "enable", ec2: Any = None) -> str:
        """Attach a VPC by these subnets."""
        made = (ec2 or self.ec2).create_transit_gateway_vpc_attachment(
            TransitGatewayId=self.gateway_id,
            VpcId=vpc_id,
            SubnetIds=list(subnet_ids),
            Options={"SecurityGroupReferencingSupport": referencing},
        )
        return str(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"])

    def join(self, number: int, zones: str = "a", referencing: str = "enable") -> tuple[Elsewhere, str]:
        """Attach another VPC by a subnet in each of these zones; its main table leads everything to the gateway."""
        other = Elsewhere(self.ec2, f"10.{number}.0.0/16", f"clients-{number}")
        subnets = [
            make_subnet(self.ec2, other.vpc_id, f"10.{number}.25{place}.0/28", zone) for place, zone in enumerate(zones)
        ]
        attachment = self.attach(other.vpc_id, *subnets, referencing=referencing)
        add_route(self.ec2, main_table(self.ec2, other.vpc_id), EVERYWHERE, self.gateway_id)
        return other, attachment

    def leave_table(self, attachment_id: str, table_id: str = "") -> None:
        """Let an attachment be routed by no table, or by this one."""
        here = {"TransitGatewayAttachmentId": attachment_id}
        self.ec2.disassociate_transit_gateway_route_table(TransitGatewayRouteTableId=self.table, **here)
        if table_id:
            self.ec2.associate_transit_gateway_route_table(TransitGatewayRouteTableId=table_id, **here)

    def lead(self, table_id: str, cidr: str, attachment_id: str = "") -> None:
        """Add a static route to a table of the gateway: to an attachment, or a blackhole."""
        where: Values = {"TransitGatewayAttachmentId": attachment_id} if attachment_id else {"Blackhole": True}
        self.ec2.create_transit_gateway_route(TransitGatewayRouteTableId=table_id, DestinationCidrBlock=cidr, **where)
