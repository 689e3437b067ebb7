# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API calls about transit gateways and VPC attachments.

A call that changes something answers with the state on the way there; what is described afterwards has arrived.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse

from tests.emulator.ec2.filters import tags_of
from tests.emulator.ec2.paging import page
from tests.emulator.ec2.transit_gateway_routes import AVAILABLE
from tests.emulator.ec2.transit_gateways import PENDING_ACCEPTANCE


class TransitGatewayCalls(EC2BaseResponse):
    """Overrides moto's answers; the method names are the calls'."""

    def create_transit_gateway(self) -> ActionResult:
        tags = self._parse_tag_specification("transit-gateway").get("transit-gateway", {})
        made = self.ec2_backend.create_transit_gateway(
            self._get_param("Description"), self._get_param("Options", {}), _tag_list(tags)
        )
        return ActionResult({"TransitGateway": _gateway(made, "pending")})

    def describe_transit_gateways(self) -> ActionResult:
        found = self.ec2_backend.describe_transit_gateways(
            self._filters_from_querystring(), self._get_param("TransitGatewayIds", [])
        )
        shown, token = page(found, self._get_params())
        return ActionResult({"TransitGateways": [_gateway(each) for each in shown], "NextToken": token})

    def modify_transit_gateway(self) -> ActionResult:
        changed = self.ec2_backend.modify_transit_gateway(
            self._get_param("TransitGatewayId"), self._get_param("Description"), self._get_param("Options", {})
        )
        return ActionResult({"TransitGateway": _gateway(changed, "modifying")})

    def delete_transit_gateway(self) -> ActionResult:
        gone = self.ec2_backend.delete_transit_gateway(self._get_param("TransitGatewayId"))
        return ActionResult({"TransitGateway": _gateway(gone, "deleting")})

    def create_transit_gateway_vpc_attachment(self) -> ActionResult:
        tags = self._parse_tag_specification("transit-gateway-attachment").get("transit-gateway-attachment", {})
        made = self.ec2_backend.create_transit_gateway_vpc_attachment(
            self._get_param("TransitGatewayId"),
            self._get_param("VpcId"),
            self._get_param("SubnetIds", []),
            tags,
            self._get_param("Options", {}),
        )
        state = made.state if made.state == PENDING_ACCEPTANCE else "pending"
        return ActionResult({"TransitGatewayVpcAttachment": _vpc_attachment(made, state)})

    def describe_transit_gateway_vpc_attachments(self) -> ActionResult:
        found = self.ec2_backend.describe_transit_gateway_vpc_attachments(
            self._get_param("TransitGatewayAttachmentIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        return ActionResult(
            {"TransitGatewayVpcAttachments": [_vpc_attachment(each) for each in shown], "NextToken": token}
        )

    def describe_transit_gateway_attachments(self) -> ActionResult:
        found = self.ec2_backend.describe_transit_gateway_attachments(
            self._get_param("TransitGatewayAttachmentIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        attachments = [_attachment(each, self.current_account) for each in shown]
        return ActionResult({"TransitGatewayAttachments": attachments, "NextToken": token})

    def modify_transit_gateway_vpc_attachment(self) -> ActionResult:
        changed = self.ec2_backend.modify_transit_gateway_vpc_attachment(
            self._get_param("TransitGatewayAttachmentId"),
            self._get_param("AddSubnetIds", []),
            self._get_param("Options", {}),
            self._get_param("RemoveSubnetIds", []),
        )
        return ActionResult({"TransitGatewayVpcAttachment": _vpc_attachment(changed, "modifying")})

    def accept_transit_gateway_vpc_attachment(self) -> ActionResult:
        return self._answer(AVAILABLE, "pending")

    def reject_transit_gateway_vpc_attachment(self) -> ActionResult:
        return self._answer("rejected", "rejecting")

    def delete_transit_gateway_vpc_attachment(self) -> ActionResult:
        gone = self.ec2_backend.delete_transit_gateway_vpc_attachment(self._get_param("TransitGatewayAttachmentId"))
        return ActionResult({"TransitGatewayVpcAttachment": _vpc_attachment(gone, "deleting")})

    def _answer(self, state: str, for_now: str) -> ActionResult:
        attachment = self.ec2_backend.answer_transit_gateway_vpc_attachment(
            self._get_param("TransitGatewayAttachmentId"), state
        )
        return ActionResult({"TransitGatewayVpcAttachment": _vpc_attachment(attachment, for_now)})


def _gateway(gateway: Any, state: str | None = None) -> dict[str, Any]:
    return {
        "TransitGatewayId": gateway.id,
        "TransitGatewayArn": gateway.arn,
        "State": state or gateway.state,
        "OwnerId": gateway.owner_id,
        "Description": gateway.description,
        "CreationTime": gateway.creation_time,
        "Options": gateway.options,
        "Tags": _tag_list(tags_of(gateway)),
    }


def _vpc_attachment(attachment: Any, state: str | None = None) -> dict[str, Any]:
    return {
        "TransitGatewayAttachmentId": attachment.id,
        "TransitGatewayId": attachment.transit_gateway_id,
        "VpcId": attachment.vpc_id,
        "VpcOwnerId": attachment.vpc_owner_id,
        "State": state or attachment.state,
        "SubnetIds": attachment.subnet_ids,
        "CreationTime": attachment.creation_time,
        "Options": attachment.options,
        "Tags": _tag_list(tags_of(attachment)),
    }


def _attachment(attachment: Any, account_id: str) -> dict[str, Any]:
    """The attachment as one of many kinds: who owns it, and none of its options.

    Route tables are a matter of the gateway's owner: nobody else is told of the association.
    """
    is_owner = attachment.transit_gateway_owner_id == account_id
    return {
        "TransitGatewayAttachmentId": attachment.id,
        "TransitGatewayId": attachment.transit_gateway_id,
        "TransitGatewayOwnerId": attachment.transit_gateway_owner_id,
        "ResourceOwnerId": attachment.resource_owner_id,
        "ResourceType": attachment.resource_type,
        "ResourceId": attachment.resource_id,
        "State": attachment.state,
        "Association": attachment.association if is_owner else None,
        "CreationTime": attachment.creation_time,
        "Tags": _tag_list(tags_of(attachment)),
    }


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
