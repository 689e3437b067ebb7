# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Transit gateways and the VPCs attached to them, also those of other accounts.

A gateway is kept by its owner and by every account that attached something to it; an attachment by the account that
made it and by the owner of the gateway. Both are the same object on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from moto.ec2.exceptions import DuplicateTransitGatewayAttachmentError
from moto.ec2.models import ec2_backends
from moto.ec2.models.transit_gateway import TransitGateway
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment, TransitGatewayVpcAttachment

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select
from tests.emulator.ec2.transit_gateway_routes import AVAILABLE, GONE

Attachment = TypeVar("Attachment", bound=TransitGatewayAttachment)

DELETED = "deleted"
PENDING_ACCEPTANCE = "pendingAcceptance"
# What a gateway has a default route table for.
_DEFAULT_TABLES = ("Association", "Propagation")
_REFERENCING = "SecurityGroupReferencingSupport"


class VpcAttachment(TransitGatewayVpcAttachment):
    """A VPC on a transit gateway; the gateway may be another account's, who then has to accept it."""

    def __init__(
        self, backend: Any, gateway: TransitGateway, vpc_id: str, subnet_ids: list[str], **others: Any
    ) -> None:
        super().__init__(backend, gateway, vpc_id, subnet_ids, **others)
        self.gateway = gateway
        accepts_all = gateway.options["AutoAcceptSharedAttachments"] == "enable"
        if not accepts_all and gateway.owner_id != self.vpc_owner_id:
            self.state = PENDING_ACCEPTANCE
        self.transit_gateway_route_table = None  # until it is available: see ``join_default_tables``

    @property
    def transit_gateway_owner_id(self) -> str:
        return self.gateway.owner_id

    @property
    def carries_references(self) -> bool:
        """Do security group references work through this attachment?"""
        return all(side.state == AVAILABLE and side.options[_REFERENCING] == "enable" for side in (self, self.gateway))


def _option(name: str) -> Values:
    return lambda gateway: [gateway.options.get(name)]


_GATEWAY_FILTERS: dict[str, Values] = {
    "owner-id": one("owner_id"),
    "state": one("state"),
    "transit-gateway-id": one("id"),
    "options.amazon-side-asn": _option("AmazonSideAsn"),
    "options.association-default-route-table-id": _option("AssociationDefaultRouteTableId"),
    "options.auto-accept-shared-attachments": _option("AutoAcceptSharedAttachments"),
    "options.default-route-table-association": _option("DefaultRouteTableAssociation"),
    "options.default-route-table-propagation": _option("DefaultRouteTablePropagation"),
    "options.dns-support": _option("DnsSupport"),
    "options.propagation-default-route-table-id": _option("PropagationDefaultRouteTableId"),
    "options.vpn-ecmp-support": _option("VpnEcmpSupport"),
}
_VPC_ATTACHMENT_FILTERS: dict[str, Values] = {
    "state": one("state"),
    "transit-gateway-attachment-id": one("id"),
    "transit-gateway-id": one("transit_gateway_id"),
    "vpc-id": one("vpc_id"),
}


def _association(key: str) -> Values:
    return lambda attachment: [attachment.association[key]] if attachment.association else []


_ATTACHMENT_FILTERS: dict[str, Values] = {
    "association.state": _association("State"),
    "association.transit-gateway-route-table-id": _association("TransitGatewayRouteTableId"),
    "resource-id": one("resource_id"),
    "resource-owner-id": one("resource_owner_id"),
    "resource-type": one("resource_type"),
    "state": one("state"),
    "transit-gateway-attachment-id": one("id"),
    "transit-gateway-id": one("transit_gateway_id"),
    "transit-gateway-owner-id": one("transit_gateway_owner_id"),
}


class TransitGateways:
    """The part of the backend that keeps transit gateways and what is attached to them."""

    account_id: str
    region_name: str
    vpcs: dict[str, Any]
    transit_gateways: dict[str, TransitGateway]
    transit_gateway_attachments: dict[str, Any]
    transit_gateways_route_tables: dict[str, Any]
    get_subnet: Callable[[str], Any]

    # -- gateways

    def create_transit_gateway(
        self, description: str | None, options: dict[str, Any] | None = None, tags: Any = None
    ) -> TransitGateway:
        """A new gateway. Security group references over it are off unless asked for.

        moto makes a default route table also where nothing is to use it.
        """
        given = {_REFERENCING: "disable", **(options or {})}
        made: TransitGateway = super().create_transit_gateway(description, given, tags)  # type: ignore[misc]
        unused = [kind for kind in _DEFAULT_TABLES if made.options[f"DefaultRouteTable{kind}"] != "enable"]
        for kind in unused:
            del made.options[f"{kind}DefaultRouteTableId"]
        if unused == list(_DEFAULT_TABLES):
            del self.transit_gateways_route_tables[made.default_route_table.id]
            made.default_route_table = None
        return made

    def describe_transit_gateways(
        self, filters: Filters | None = None, transit_gateway_ids: list[str] | None = None
    ) -> list[TransitGateway]:
        """The account's own gateways, and those of others that it is attached to."""
        for gateway_id in transit_gateway_ids or []:
            if gateway_id not in self.transit_gateways:
                raise errors.transit_gateway_not_found(gateway_id)
        shown = [gateway for gateway in self.transit_gateways.values() if self._shows(gateway)]
        found = [gateway for gateway in shown if not transit_gateway_ids or gateway.id in transit_gateway_ids]
        return select(found, filters or {}, _GATEWAY_FILTERS)

    def modify_transit_gateway(
        self, transit_gateway_id: str, description: str | None = None, options: dict[str, Any] | None = None
    ) -> TransitGateway:
        """Change a gateway; only its owner may."""
        gateway = self._own_gateway(transit_gateway_id)
        changes = {
            key: value for key, value in (options or {}).items() if key != "EncryptionSupport"
        }  # shown otherwise
        cidrs = [*gateway.options["TransitGatewayCidrBlocks"], *changes.pop("AddTransitGatewayCidrBlocks", [])]
        gone = changes.pop("RemoveTransitGatewayCidrBlocks", [])
        gateway.description = description or gateway.description
        gateway.options.update(changes, TransitGatewayCidrBlocks=[cidr for cidr in cidrs if cidr not in gone])
        return gateway

    def delete_transit_gateway(self, transit_gateway_id: str) -> TransitGateway:
        """End a gateway that nothing is attached to any more. It is still shown, as deleted."""
        gateway = self._own_gateway(transit_gateway_id)
        attached = [each.id for each in self.transit_gateway_attachments.values() if _is_on(each, gateway.id)]
        if attached:
            raise errors.EC2ClientError(
                "IncorrectState", f"{gateway.id} has non-deleted VPC Attachments: {', '.join(attached)}"
            )
        gateway.state = DELETED
        return gateway

    # -- attachments

    def create_transit_gateway_vpc_attachment(
        self,
        transit_gateway_id: str,
        vpc_id: str,
        subnet_ids: list[str],
        tags: dict[str, str] | None = None,
        options: dict[str, Any] | None = None,
    ) -> VpcAttachment:
        """Attach a VPC of this account to a gateway, whoever's it is."""
        gateway, owner = self._gateway_anywhere(transit_gateway_id)
        if vpc_id not in self.vpcs:
            raise errors.VpcNotFound(vpc_id)
        self._check_subnets(vpc_id, subnet_ids)
        if self.attachment_of(vpc_id, gateway.id) is not None:
            raise DuplicateTransitGatewayAttachmentError(gateway.id)
        made = VpcAttachment(self, gateway, vpc_id, list(subnet_ids), tags=tags, options=options)
        self.transit_gateways[gateway.id] = gateway
        for keeper in (self, owner):
            keeper.transit_gateway_attachments[made.id] = made
        if made.state == AVAILABLE:
            owner.join_default_tables(made, gateway.options)
        return made

    def describe_transit_gateway_vpc_attachments(
        self, transit_gateways_attachment_ids: list[str] | None = None, filters: Filters | None = None
    ) -> list[VpcAttachment]:
        """VPC attachments, shown to both sides: the gateway's owner finds in them what waits to be accepted."""
        found = _named(self._vpc_attachments(), transit_gateways_attachment_ids)
        return select(found, filters or {}, _VPC_ATTACHMENT_FILTERS)

    def describe_transit_gateway_attachments(
        self, transit_gateways_attachment_ids: list[str] | None = None, filters: Filters | None = None
    ) -> list[Any]:
        """Everything that is attached to the account's gateways, and all that the account attached to others'."""
        found = list(self.transit_gateway_attachments.values())
        return select(_named(found, transit_gateways_attachment_ids), filters or {}, _ATTACHMENT_FILTERS)

    def modify_transit_gateway_vpc_attachment(
        self,
        transit_gateway_attachment_id: str,
        add_subnet_ids: list[str] | None = None,
        options: dict[str, Any] | None = None,
        remove_subnet_ids: list[str] | None = None,
    ) -> VpcAttachment:
        """Change an attachment; only the account whose VPC it is may."""
        own = [each for each in self._vpc_attachments() if each.vpc_owner_id == self.account_id]
        (attachment,) = _named(own, [transit_gateway_attachment_id])
        _check_state(attachment, AVAILABLE)
        kept = [subnet_id for subnet_id in attachment.subnet_ids if subnet_id not in (remove_subnet_ids or [])]
        subnet_ids = list(dict.fromkeys([*kept, *(add_subnet_ids or [])]))
        self._check_subnets(attachment.vpc_id, subnet_ids)
        attachment.subnet_ids = subnet_ids
        attachment.options.update(options or {})
        return attachment

    def answer_transit_gateway_vpc_attachment(self, attachment_id: str, state: str) -> VpcAttachment:
        """Accept or reject another account's attachment to a gateway of this one."""
        (attachment,) = _named(self._vpc_attachments(), [attachment_id])
        if attachment.transit_gateway_owner_id != self.account_id:
            raise errors.transit_gateway_attachment_not_found(attachment_id)
        _check_state(attachment, PENDING_ACCEPTANCE)
        attachment.state = state
        if state == AVAILABLE:
            self.join_default_tables(attachment, attachment.gateway.options)  # type: ignore[attr-defined]
        return attachment

    def delete_transit_gateway_vpc_attachment(self, transit_gateway_attachment_id: str) -> VpcAttachment:
        """End an attachment, which either side may. It is still shown, as deleted."""
        (attachment,) = _named(self._vpc_attachments(), [transit_gateway_attachment_id])
        _check_state(attachment, AVAILABLE, PENDING_ACCEPTANCE)
        attachment.state = DELETED
        _gateway, owner = self._gateway_anywhere(attachment.transit_gateway_id)
        owner.leave_tables(attachment)
        return attachment

    def attachment_of(self, vpc_id: str, gateway_id: str) -> VpcAttachment | None:
        """The attachment of this account's VPC to a gateway, unless it ended."""
        for attachment in self._vpc_attachments():
            if attachment.vpc_id == vpc_id and _is_on(attachment, gateway_id):
                return attachment
        return None

    def referencing_gateway(self, one_vpc: str, other_vpc: str) -> str | None:
        """The gateway over which groups of one VPC may be named in the other, in whichever accounts these are."""
        on_one, on_other = (
            {each.transit_gateway_id for each in self._carriers_of_references() if each.vpc_id == vpc_id}
            for vpc_id in (one_vpc, other_vpc)
        )
        return min(on_one & on_other, default=None)

    # -- the parts

    def _shows(self, gateway: TransitGateway) -> bool:
        return gateway.owner_id == self.account_id or any(
            _is_on(attachment, gateway.id) for attachment in self._vpc_attachments()
        )

    def _own_gateway(self, gateway_id: str) -> TransitGateway:
        gateway = self.transit_gateways.get(gateway_id)
        if gateway is None or gateway.owner_id != self.account_id or gateway.state == DELETED:
            raise errors.transit_gateway_not_found(gateway_id)
        return gateway

    def _gateway_anywhere(self, gateway_id: str) -> tuple[TransitGateway, Any]:
        for backend in self._accounts():
            gateway = backend.transit_gateways.get(gateway_id)
            if gateway is not None and gateway.owner_id == backend.account_id and gateway.state != DELETED:
                return gateway, backend
        raise errors.EC2ClientError(
            "InvalidTransitGatewayID.NotFound", f"Transit Gateway {gateway_id} was deleted or does not exist."
        )

    def _check_subnets(self, vpc_id: str, subnet_ids: list[str]) -> None:
        """An attachment has at least one subnet of its VPC, and at most one in each availability zone."""
        subnets = [self.get_subnet(subnet_id) for subnet_id in subnet_ids]
        if any(subnet.vpc_id != vpc_id for subnet in subnets):
            raise errors.invalid_parameter(f"The subnets must belong to the VPC '{vpc_id}'.")
        if not subnets:
            raise errors.missing_parameter("The request must contain the parameter SubnetIds")
        if len({subnet.availability_zone for subnet in subnets}) < len(subnets):
            raise errors.EC2ClientError("DuplicateSubnetsInSameZone", "Duplicate Subnets for same AZ")

    def _vpc_attachments(self) -> list[VpcAttachment]:
        return [each for each in self.transit_gateway_attachments.values() if isinstance(each, VpcAttachment)]

    def _carriers_of_references(self) -> Iterator[VpcAttachment]:
        for backend in self._accounts():
            yield from (each for each in backend._vpc_attachments() if each.carries_references)

    def _accounts(self) -> Iterator[Any]:
        """The EC2 of every account, in this region: a gateway reaches no further."""
        return (account[self.region_name] for account in list(ec2_backends.values()))


def _is_on(attachment: Any, gateway_id: str) -> bool:
    return attachment.transit_gateway_id == gateway_id and attachment.state not in GONE


def _named(attachments: list[Attachment], attachment_ids: list[str] | None) -> list[Attachment]:
    """The attachments with these ids, all of which must be there; without ids, every attachment."""
    if not attachment_ids:
        return attachments
    by_id = {attachment.id: attachment for attachment in attachments}
    for attachment_id in attachment_ids:
        if attachment_id not in by_id:
            raise errors.transit_gateway_attachment_not_found(attachment_id)
    return [by_id[attachment_id] for attachment_id in dict.fromkeys(attachment_ids)]


def _check_state(attachment: VpcAttachment, *expected: str) -> None:
    if attachment.state not in expected:
        raise errors.EC2ClientError("IncorrectState", f"{attachment.id} is in invalid state")
