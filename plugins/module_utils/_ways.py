# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Hops 6, 7 and 12: where the routes of one end send what goes to the other, and what the link does with it. Pure.

A packet and its reply are routed apart from each other: they can take different links.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._actions import ROUTE_TABLES
from ansible_collections.elasticache.access.plugins.module_utils._addresses import IPV4, text_of
from ansible_collections.elasticache.access.plugins.module_utils._crossing import NO, YES, Crossing
from ansible_collections.elasticache.access.plugins.module_utils._crossings import across, leading_links
from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend, add_route, any_route
from ansible_collections.elasticache.access.plugins.module_utils._routes import (
    INTERNET_GATEWAY,
    LOCAL,
    OTHER,
    PEERING,
    TRANSIT_GATEWAY,
    choose,
)
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BAD_STATE_ROUTE,
    BLOCKED,
    FORWARD,
    LINK,
    MORE_SPECIFIC_ROUTE,
    NO_ROUTE_TO_DESTINATION,
    OK,
    REPLY,
    RETURN_ROUTE,
    SOURCE_ROUTE,
    UNKNOWN,
    Evidence,
    Step,
)

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._flows import End, Flow
    from ansible_collections.elasticache.access.plugins.module_utils._network import Network
    from ansible_collections.elasticache.access.plugins.module_utils._routes import Choice, Route, RouteTable

_WITHIN_SUBNET = "Both are in {}, within which nothing is routed."
_WITHIN_VPC = "Both are in {}: no link is needed."


@dataclass(frozen=True)
class Way:
    """How packets get from one end to the other: what the route does, and what the link between the VPCs does.

    C(crossing) says what the link means for security groups and network ACLs.
    """

    route: Step
    link: Step
    crossing: Crossing

    @property
    def more_links(self) -> list[Step]:
        """Return what else is wrong with the link."""
        return [other.as_step(self.link.direction) for other in self.crossing.others]

    @property
    def references_in(self) -> str:
        """Say whether inbound rules see the groups of the other end."""
        return self.crossing.references_in

    @property
    def references_out(self) -> str:
        """Say whether outbound rules see the groups of the other end."""
        return self.crossing.references_out

    @property
    def why_no_references(self) -> str:
        """Return why groups of the other end are not seen, mostly empty."""
        return self.crossing.why_no_references

    @property
    def gateway_id(self) -> str:
        """Return the transit gateway that is crossed, mostly empty."""
        return self.crossing.gateway_id


@dataclass(frozen=True)
class _Leg:
    """One direction of a flow."""

    flow: Flow
    sender: End
    receiver: End
    direction: str

    @property
    def network(self) -> Network:
        return self.flow.network

    @property
    def is_within_vpc(self) -> bool:
        return self.sender.vpc_id == self.receiver.vpc_id

    @property
    def whom(self) -> str:
        return "the node" if self.direction == FORWARD else "the source"

    def route_step(self, verdict: str, sentence: str, *evidence: Evidence, **more: t.Any) -> Step:
        hop = SOURCE_ROUTE if self.direction == FORWARD else RETURN_ROUTE
        return Step(hop, verdict, sentence, evidence, direction=self.direction, **more)


def way_to_cache(flow: Flow) -> Way:
    """Return how packets of the source get to the node."""
    if flow.source.subnet is None:
        text = text_of(flow.source.address)
        said = f"{text} is outside what was read: which way its packets take to the VPC of the cache is not known."
        route = Step(SOURCE_ROUTE, UNKNOWN, said)
        return Way(route, Step(LINK, UNKNOWN, f"What joins {text} with the VPC of the cache is not known."), Crossing())
    return _way(_Leg(flow, flow.source, flow.node, FORWARD))


def way_back(flow: Flow) -> Way:
    """Return how replies of the node get to the source."""
    return _way(_Leg(flow, flow.node, flow.source, REPLY))


def _way(leg: _Leg) -> Way:
    subnet = leg.sender.subnet
    network = leg.network
    if leg.flow.is_within_subnet:
        said = _WITHIN_SUBNET.format(leg.sender.subnet_id)
        return Way(leg.route_step(OK, said), _no_link(leg), Crossing(references_in=YES, references_out=YES))
    table = network.table_of_subnet(subnet) if subnet else None
    if table is None:
        denied = network.if_denied(ROUTE_TABLES)
        said = f"The route table of {leg.sender.subnet_id or 'its subnet'} could not be read."
        return _by_unknown_route(leg, leg.route_step(UNKNOWN, said, action=denied))
    choice = choose(table, leg.receiver.address, network.entries)
    if choice.doubt:
        said = f"Which route of {table.table_id} it takes is not known: {choice.doubt}."
        return _by_unknown_route(leg, leg.route_step(UNKNOWN, said, Evidence(table.table_id)))
    if choice.route is None:
        return _without_route(leg, _no_route(leg, table))
    return _by_route(leg, table, choice, choice.route)


def _by_route(leg: _Leg, table: RouteTable, choice: Choice, route: Route) -> Way:
    evidence = Evidence(table.table_id, f"route to {route.destination}")
    said = f"Route table {table.table_id} sends it to {_target(route)} (route to {route.destination})"
    if route.is_blackhole:
        step = leg.route_step(
            BLOCKED,
            f"{said}, which is not there any more: the route is a blackhole.",
            evidence,
            code=BAD_STATE_ROUTE,
            mend=_mend(leg, table),
        )
        return _without_route(leg, step)
    if route.kind == LOCAL and leg.is_within_vpc:
        said = f"Route table {table.table_id} keeps it within the VPC (route to {route.destination})."
        step = leg.route_step(OK, said, evidence)
        return Way(step, _no_link(leg), Crossing(references_in=YES, references_out=YES))
    if route.kind == LOCAL and leg.receiver.subnet is None:
        said = f"Route table {table.table_id} keeps it within the VPC (route to {route.destination})."
        return Way(leg.route_step(OK, said, evidence), _unknown_link(leg, None), Crossing())
    if route.kind == OTHER or (route.kind == INTERNET_GATEWAY and leg.receiver.bits != IPV4 and not leg.is_within_vpc):
        step = leg.route_step(UNKNOWN, f"{said}; what that does with it is not looked at.", evidence)
        # Rules do not see the groups of what comes through a middlebox, or from outside:
        # https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
        return Way(step, _unknown_link(leg, route), Crossing(references_in=NO, references_out=NO))
    if route.kind in (PEERING, TRANSIT_GATEWAY) and not leg.is_within_vpc:
        crossing = across(leg.flow, leg.sender, leg.receiver, route.target_id)
        if crossing.leads_there:
            return Way(leg.route_step(OK, f"{said}.", evidence), crossing.as_step(leg.direction), crossing)
    step = leg.route_step(
        BLOCKED,
        f"{said}, which does not lead to {leg.whom}.",
        evidence,
        code=_code(leg, choice),
        mend=_mend(leg, table),
    )
    return _without_route(leg, step)


def _code(leg: _Leg, choice: Choice) -> str:
    """Return AWS's code for a route that leads elsewhere: a less specific one may lead to the right place."""
    right = [LOCAL] if leg.is_within_vpc else leading_links(leg.network, leg.sender.vpc_id, leg.receiver.vpc_id)
    leads_there = any(other.target_id in right and not other.is_blackhole for other in choice.others)
    return MORE_SPECIFIC_ROUTE if leads_there else NO_ROUTE_TO_DESTINATION


def _no_route(leg: _Leg, table: RouteTable) -> Step:
    return leg.route_step(
        BLOCKED,
        f"Route table {table.table_id} has no route to {leg.receiver.range}.",
        Evidence(table.table_id),
        code=NO_ROUTE_TO_DESTINATION,
        mend=_mend(leg, table),
    )


def _mend(leg: _Leg, table: RouteTable) -> Mend | None:
    """Return the route that would lead to the other end, where there is a link for it."""
    links = leading_links(leg.network, leg.sender.vpc_id, leg.receiver.vpc_id)
    cidr = leg.receiver.range
    if leg.is_within_vpc or leg.sender.subnet is None:
        return None
    if not links:
        return any_route(table.table_id, cidr) if leg.receiver.subnet is None else None
    # A propagated one cannot be replaced, but one that is made comes before it.
    is_there = any(route.destination == cidr and not route.is_propagated for route in table.routes)
    return add_route(table.table_id, cidr, links[0], is_there)


def _by_unknown_route(leg: _Leg, step: Step) -> Way:
    """Return the way where a route is taken that is not known."""
    if leg.is_within_vpc:
        return Way(step, _no_link(leg), Crossing(references_in=YES, references_out=YES))
    return Way(step, Step(LINK, UNKNOWN, "Which link it takes is not known.", direction=leg.direction), Crossing())


def _without_route(leg: _Leg, step: Step) -> Way:
    """Return the way where there is no route that leads to the other end: is there a link at all?"""
    if leg.is_within_vpc:
        return Way(step, _no_link(leg), Crossing(references_in=YES, references_out=YES))
    if leg.receiver.subnet is None:
        return Way(step, _unknown_link(leg, None), Crossing())
    links = leading_links(leg.network, leg.sender.vpc_id, leg.receiver.vpc_id)
    crossing = across(leg.flow, leg.sender, leg.receiver, links[0] if links else "")
    return Way(step, crossing.as_step(leg.direction), crossing)


def _no_link(leg: _Leg) -> Step:
    return Step(LINK, OK, _WITHIN_VPC.format(leg.sender.vpc_id))


def _unknown_link(leg: _Leg, route: Route | None) -> Step:
    if leg.is_within_vpc:
        return _no_link(leg)
    said = f"What lies behind {_target(route)} is not looked at." if route else "What joins the two is not known."
    return Step(LINK, UNKNOWN, said, direction=leg.direction)


def _target(route: Route) -> str:
    return "the VPC itself" if route.target_id == LOCAL else route.target_id
