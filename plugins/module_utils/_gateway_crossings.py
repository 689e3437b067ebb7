# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Hop 7 over a transit gateway: packets get on, are routed by its tables, and get off. Pure.

https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    ATTACHMENTS,
    GATEWAY_ROUTES,
    SUBNETS,
    VPC_ATTACHMENTS,
)
from ansible_collections.elasticache.access.plugins.module_utils._crossing import (
    NO,
    YES,
    Crossing,
)
from ansible_collections.elasticache.access.plugins.module_utils._grants import SERVERLESS
from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend
from ansible_collections.elasticache.access.plugins.module_utils._routes import LOCAL, choose
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BAD_STATE_ATTACHMENT,
    BAD_STATE_ROUTE,
    BLOCKED,
    NO_ROUTE_TO_DESTINATION,
    OK,
    UNKNOWN,
    Evidence,
)

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._flows import End, Flow
    from ansible_collections.elasticache.access.plugins.module_utils._paths import Attachment
    from ansible_collections.elasticache.access.plugins.module_utils._routes import RouteTable


class AcrossGateway:
    """Packets of one VPC to another one over a transit gateway."""

    def __init__(self, flow: Flow, sender: End, receiver: End, gateway_id: str) -> None:
        """Look at packets of C(flow) in one direction: on their way to the cache, or back."""
        self._network = flow.network
        self._cache = flow.cache
        self._sender = sender
        self._receiver = receiver
        self._gateway_id = gateway_id
        self._near = self._attachment(sender.vpc_id)
        self._far = self._attachment(receiver.vpc_id)
        self._zone = sender.subnet.zone if sender.subnet else ""
        self._entered_by = next(iter(self._in_zone(self._near)), "")
        # It is the one in the zone that packets come from, if there is one:
        # https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
        self._left_by = tuple(self._in_zone(self._far) or sorted(self._far.subnet_ids if self._far else ()))

    def crossing(self) -> Crossing:
        """Return what becomes of the packets: they get on, are routed, and get off."""
        problems = [each for each in (self._getting_on(), self._routing(), self._getting_off()) if each]
        # What is certain comes first.
        problems.sort(key=lambda each: each.verdict != BLOCKED)
        passing = f"Transit gateway {self._gateway_id} takes it from the one VPC to the other."
        found = problems[0] if problems else Crossing(OK, passing, self._evidence())
        references, why = self._references()
        return replace(
            found,
            references_in=references,
            # Outbound rules cannot name groups across a gateway:
            # https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html
            references_out=NO,
            why_no_references=why,
            gateway_id=self._gateway_id,
            entered_by=self._entered_by,
            left_by=self._left_by,
            others=tuple(problems[1:]),
        )

    def _attachment(self, vpc_id: str) -> Attachment | None:
        """Return the attachment of a VPC; one that has ended is listed for a while beside the one in its place."""
        its = [
            each
            for each in self._network.links.attachments
            if vpc_id and (each.vpc_id, each.gateway_id) == (vpc_id, self._gateway_id)
        ]
        return next((each for each in its if each.is_available), next(iter(its), None))

    def _evidence(self) -> tuple[Evidence, ...]:
        attachments = [each for each in (self._near, self._far) if each]
        return (Evidence(self._gateway_id), *(Evidence(each.attachment_id) for each in attachments))

    def _is_off(self, vpc_id: str, attachment: Attachment | None) -> Crossing | None:
        if attachment is None:
            if VPC_ATTACHMENTS in self._network.denied:
                said = f"What is attached to transit gateway {self._gateway_id} could not be read."
                return Crossing(UNKNOWN, said, self._evidence(), action=VPC_ATTACHMENTS)
            said = f"{vpc_id} is not attached to transit gateway {self._gateway_id}."
            return Crossing(BLOCKED, said, self._evidence(), BAD_STATE_ATTACHMENT)
        if not attachment.is_available:
            said = f"The attachment {attachment.attachment_id} of {vpc_id} to {self._gateway_id} is {attachment.state}."
            return Crossing(BLOCKED, said, self._evidence(), BAD_STATE_ATTACHMENT)
        return None

    def _getting_on(self) -> Crossing | None:
        problem = self._is_off(self._sender.vpc_id, self._near)
        if problem or self._near is None or self._entered_by:
            return problem
        unseen = [each for each in self._near.subnet_ids if each not in self._network.subnets]
        if unseen or not self._zone:
            said = f"Whether {self._near.attachment_id} serves the zone of {self._sender.subnet_id} is not known."
            denied = self._network.if_denied(SUBNETS)
            return Crossing(UNKNOWN, said, self._evidence(), action=denied)
        return Crossing(
            BLOCKED,
            f"The attachment {self._near.attachment_id} has no subnet in zone {self._zone}, so that nothing from "
            f"{self._sender.subnet_id} gets on transit gateway {self._gateway_id}.",
            self._evidence(),
            BAD_STATE_ATTACHMENT,
            mend=Mend(
                f"Let the attachment serve zone {self._zone} as well.",
                "aws ec2 modify-transit-gateway-vpc-attachment --transit-gateway-attachment-id "
                f"{self._near.attachment_id} --add-subnet-ids {self._sender.subnet_id}",
            ),
        )

    def _routing(self) -> Crossing | None:
        near = self._near
        association = self._network.associations.get(near.attachment_id) if near else None
        if near is None or association is None or not (association.table_id or association.is_told):
            denied = self._network.if_denied(ATTACHMENTS)
            said = f"By which route table {self._gateway_id} sends it on is not told to these credentials."
            return Crossing(UNKNOWN, said, self._evidence(), action=denied)
        if not association.table_id:
            said = f"The attachment {near.attachment_id} is associated with no route table of {self._gateway_id}."
            return Crossing(BLOCKED, said, self._evidence(), BAD_STATE_ATTACHMENT, mend=self._associate(near))
        return self._by_table(association.table_id)

    def _associate(self, attachment: Attachment) -> Mend | None:
        """Return the mend by the table that the gateway associates by default, where it has one."""
        table_id = self._network.links.default_tables.get(self._gateway_id)
        if not table_id:
            return None
        return Mend(
            f"Have {self._gateway_id} route what comes from {attachment.vpc_id} by its default table.",
            f"aws ec2 associate-transit-gateway-route-table --transit-gateway-route-table-id {table_id} "
            f"--transit-gateway-attachment-id {attachment.attachment_id}",
        )

    def _by_table(self, table_id: str) -> Crossing | None:
        table = self._network.gateway_tables.get(table_id)
        evidence = (*self._evidence(), Evidence(table_id))
        if table is None or not table.is_complete:
            denied = self._network.if_denied(GATEWAY_ROUTES)
            said = f"Not all routes of {table_id}, by which {self._gateway_id} sends it on, could be read."
            return Crossing(UNKNOWN, said, evidence, action=denied)
        route = table.choose(self._receiver.address)
        if route is None:
            said = (
                f"Route table {table_id} of transit gateway {self._gateway_id} has no route to {self._receiver.range}."
            )
            return Crossing(BLOCKED, said, evidence, NO_ROUTE_TO_DESTINATION, mend=self._gateway_route(table_id))
        evidence = (*self._evidence(), Evidence(table_id, f"route to {route.cidr}"))
        if route.is_blackhole:
            said = f"The route to {route.cidr} in {table_id} of transit gateway {self._gateway_id} is a blackhole."
            return Crossing(BLOCKED, said, evidence, BAD_STATE_ROUTE, mend=self._gateway_route(table_id))
        if self._receiver.subnet is None or len(route.attachment_ids) > 1:
            said = f"Transit gateway {self._gateway_id} sends it to {' or '.join(route.attachment_ids)}."
            return Crossing(UNKNOWN, f"{said} What becomes of it there is not looked at.", evidence)
        if self._far is None or route.attachment_ids != (self._far.attachment_id,):
            said = f"The route to {route.cidr} in {table_id} of transit gateway {self._gateway_id} leads elsewhere"
            where = " and ".join(route.attachment_ids)
            return Crossing(
                BLOCKED, f"{said}, to {where}.", evidence, NO_ROUTE_TO_DESTINATION, mend=self._gateway_route(table_id)
            )
        return None

    def _gateway_route(self, table_id: str) -> Mend | None:
        if self._far is None or not self._far.is_available:
            return None
        cidr = self._receiver.range
        table = self._network.gateway_tables[table_id]
        verb = "replace" if any(route.is_static and route.cidr == cidr for route in table.routes) else "create"
        return Mend(
            f"Send what goes to {cidr} to the attachment of {self._far.vpc_id}.",
            f"aws ec2 {verb}-transit-gateway-route --transit-gateway-route-table-id {table_id} "
            f"--destination-cidr-block {cidr} --transit-gateway-attachment-id {self._far.attachment_id}",
        )

    def _getting_off(self) -> Crossing | None:
        if self._receiver.subnet is None:
            return None
        problem = self._is_off(self._receiver.vpc_id, self._far)
        if problem:
            return problem
        for subnet_id in self._left_by:
            table = self._table_of(subnet_id)
            if subnet_id != self._receiver.subnet_id and not (table and self._is_local_by(table)):
                said = (
                    f"How {subnet_id}, by which it leaves transit gateway {self._gateway_id}, routes it is not known."
                )
                return Crossing(UNKNOWN, said, (*self._evidence(), *([Evidence(table.table_id)] if table else ())))
        return None

    def _table_of(self, subnet_id: str) -> RouteTable | None:
        subnet = self._network.subnets.get(subnet_id)
        return self._network.table_of_subnet(subnet) if subnet else None

    def _is_local_by(self, table: RouteTable) -> bool:
        route = choose(table, self._receiver.address, self._network.entries).route
        return route is not None and route.target_id == LOCAL

    def _in_zone(self, attachment: Attachment | None) -> list[str]:
        """Return the subnets of C(attachment) in the zone that packets come from."""
        subnets = self._network.subnets
        ids = attachment.subnet_ids if attachment else ()
        return [each for each in sorted(ids) if each in subnets and subnets[each].zone == self._zone]

    def _references(self) -> tuple[str, str]:
        """Return whether inbound rules see the groups of the sender, and if not, why not."""
        gateway_id = self._gateway_id
        if self._cache.kind == SERVERLESS:
            # Inferred: a serverless cache is reached through PrivateLink, which knows no groups across a gateway.
            return NO, "A serverless cache does not see groups across a transit gateway."
        if self._near is None or self._far is None or gateway_id not in self._network.links.referencing:
            return UNKNOWN, ""
        off = [] if self._network.links.referencing[gateway_id] else ["the gateway"]
        off += [f"attachment {each.attachment_id}" for each in (self._near, self._far) if not each.is_referencing]
        if not off:
            return YES, ""
        return NO, f"Security group referencing over {gateway_id} is not enabled on {' and '.join(off)}."
