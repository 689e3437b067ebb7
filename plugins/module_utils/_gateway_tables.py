# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's route tables of transit gateways -> GatewayTable, and where one sends a packet. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._addresses import holds, prefix_length
from ansible_collections.elasticache.access.plugins.module_utils._rules import cidr_source

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Address

    Answer = Mapping[str, t.Any]


@dataclass(frozen=True)
class GatewayRoute:
    """One route of a transit gateway, to one or several attachments."""

    cidr: str
    attachment_ids: tuple[str, ...]
    is_blackhole: bool = False
    is_static: bool = False


@dataclass(frozen=True)
class GatewayTable:
    """A route table of a transit gateway. Unless C(is_complete) it has more routes than were told."""

    table_id: str
    routes: tuple[GatewayRoute, ...]
    is_complete: bool = True

    def choose(self, address: Address) -> GatewayRoute | None:
        """Return the route that a packet to C(address) takes: the longest prefix, and of equal ones the static one."""
        fitting = [route for route in self.routes if holds(route.cidr, address)]
        return max(fitting, key=lambda route: (prefix_length(route.cidr), route.is_static), default=None)


@dataclass(frozen=True)
class Association:
    """What an attachment's packets are routed by. C(table_id) is empty where EC2 tells of none.

    C(is_told) says whether EC2 would tell: of another account's gateway it does not.
    """

    table_id: str
    is_told: bool


def parse_gateway_table(table_id: str, answers: Iterable[Answer], is_complete: bool) -> GatewayTable:
    """Return the routes of one table as SearchTransitGatewayRoutes tells them."""
    answers = list(answers)
    routes = tuple(_route(answer) for answer in answers if answer.get("DestinationCidrBlock"))
    return GatewayTable(table_id, routes, is_complete and len(routes) == len(answers))


def _route(answer: Answer) -> GatewayRoute:
    return GatewayRoute(
        cidr=cidr_source(answer["DestinationCidrBlock"]).value,
        attachment_ids=tuple(
            each["TransitGatewayAttachmentId"] for each in answer.get("TransitGatewayAttachments") or ()
        ),
        is_blackhole=answer.get("State") == "blackhole",
        is_static=answer.get("Type") == "static",
    )


def parse_associations(answers: Iterable[Answer]) -> dict[str, Association]:
    """Return for each of the entries of DescribeTransitGatewayAttachments what it is associated with."""
    return {
        answer["TransitGatewayAttachmentId"]: Association(
            table_id=_table_id(answer.get("Association") or {}),
            is_told=answer.get("TransitGatewayOwnerId") == answer.get("ResourceOwnerId"),
        )
        for answer in answers
    }


def _table_id(association: Answer) -> str:
    is_there = association.get("State", "associated") == "associated"
    return str(association.get("TransitGatewayRouteTableId", "")) if is_there else ""
