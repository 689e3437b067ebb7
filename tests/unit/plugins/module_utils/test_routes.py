# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of
from ansible_collections.elasticache.access.plugins.module_utils._routes import (
    INTERNET_GATEWAY,
    LOCAL,
    OTHER,
    PEERING,
    TRANSIT_GATEWAY,
    Choice,
    Route,
    RouteTable,
    choose,
    parse_route_tables,
)

from tests.unit.connections import table
from tests.unit.values import missing

THERE = address_of("10.1.0.7")
LISTS = {"pl-1": ("10.1.0.0/16", "10.1.0.0/24"), "pl-2": ("10.1.0.0/24",), "pl-3": ("10.2.0.0/16",)}
HOME = Route("10.0.0.0/16", LOCAL)
DEFAULT = Route("0.0.0.0/0", "igw-1")
PEER = Route("10.1.0.0/16", "pcx-1")


@pytest.mark.parametrize(
    ("routes", "target_id"),
    [
        pytest.param([DEFAULT, HOME], "igw-1", id="the default route"),
        pytest.param([DEFAULT, PEER], "pcx-1", id="a longer prefix"),
        pytest.param([PEER, Route("10.1.0.0/24", "tgw-1")], "tgw-1", id="a longer prefix still"),
        pytest.param([PEER, Route("10.1.1.0/24", "tgw-1")], "pcx-1", id="a longer prefix that does not fit"),
        pytest.param([PEER, Route("::/0", "eigw-1")], "pcx-1", id="a route of the other family"),
        pytest.param([PEER, Route("pl-1", "tgw-1")], "tgw-1", id="the longest prefix of a list"),
        pytest.param([PEER, Route("pl-3", "tgw-1")], "pcx-1", id="a list that does not fit"),
        pytest.param([Route("pl-1", "tgw-1"), Route("10.1.0.0/24", "pcx-1")], "pcx-1", id="a range before a list"),
        pytest.param(
            [Route("10.1.0.0/24", "vgw-1", is_propagated=True), Route("pl-2", "tgw-1")],
            "tgw-1",
            id="a list before what was propagated",
        ),
        pytest.param(
            [Route("10.1.0.0/16", "vgw-1", is_propagated=True), PEER], "pcx-1", id="a range before what was propagated"
        ),
        pytest.param(
            [Route("10.1.0.0/24", "vgw-1", is_propagated=True), PEER], "vgw-1", id="a longer one that was propagated"
        ),
        pytest.param([Route("10.1.0.0/24", "pcx-2", is_blackhole=True), PEER], "pcx-2", id="a blackhole fits as well"),
        pytest.param(
            [Route("pl-unread", "tgw-1"), Route("10.1.0.7/32", "pcx-1")],
            "pcx-1",
            id="a route to just this address, whatever a list holds",
        ),
    ],
)
def test_the_most_specific_route_is_taken(routes: list[Route], target_id: str) -> None:
    choice = choose(table(*routes), THERE, LISTS)
    assert (choice.doubt, choice.route and choice.route.target_id) == ("", target_id)


def test_a_local_route_comes_before_whatever_was_propagated() -> None:
    """https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html"""
    more_specific = Route("10.0.0.0/24", "vgw-1", is_propagated=True)
    assert choose(table(more_specific, HOME), address_of("10.0.0.7"), {}).route == HOME


def test_routes_that_lost_come_next_best_first() -> None:
    last = Route("10.1.0.0/24", "tgw-1")
    assert choose(table(DEFAULT, last, PEER), THERE, {}) == Choice(last, others=(PEER, DEFAULT))


def test_no_route_fits() -> None:
    assert choose(table(HOME), THERE, {}) == Choice(None)


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        pytest.param([PEER, Route("pl-unread", "tgw-1")], ["pl-unread", "could not be read"], id="a list unread"),
        pytest.param([Route("pl-unread", "tgw-1")], ["pl-unread"], id="nothing but a list unread"),
        pytest.param(
            [Route("pl-unread", "tgw-1"), Route("10.1.0.7/32", "vgw-1", is_propagated=True)],
            ["pl-unread"],
            id="a list unread may come before a route to just this address that was propagated",
        ),
        pytest.param([Route("pl-1", "tgw-1"), Route("pl-2", "pcx-1")], ["tgw-1", "pcx-1", "equally"], id="two lists"),
    ],
)
def test_it_is_not_known_which_route_is_taken(routes: list[Route], words: list[str]) -> None:
    choice = choose(table(*routes), THERE, LISTS)
    assert (choice.route, missing(words, choice.doubt)) == (None, [])


def test_two_lists_that_lead_to_the_same_target_are_no_doubt() -> None:
    assert choose(table(Route("pl-1", "tgw-1"), Route("pl-2", "tgw-1")), THERE, LISTS).doubt == ""


@pytest.mark.parametrize(
    ("target_id", "kind"),
    [
        ("local", LOCAL),
        ("pcx-1", PEERING),
        ("tgw-1", TRANSIT_GATEWAY),
        ("igw-1", INTERNET_GATEWAY),
        ("vgw-1", OTHER),
        ("nat-1", OTHER),
        ("eigw-1", OTHER),
        ("vpce-1", OTHER),
        ("eni-1", OTHER),
        ("?", OTHER),
    ],
)
def test_kinds_of_target(target_id: str, kind: str) -> None:
    assert Route("10.0.0.0/16", target_id).kind == kind


def test_route_tables_as_ec2_tells_them() -> None:
    answers: list[dict[str, Any]] = [
        {
            "RouteTableId": "rtb-1",
            "VpcId": "vpc-1",
            "Associations": [{"Main": True}],
            "Routes": [
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
                {"DestinationIpv6CidrBlock": "2001:DB8::/56", "GatewayId": "local"},
                {"DestinationPrefixListId": "pl-1", "TransitGatewayId": "tgw-1"},
                {"DestinationCidrBlock": "10.1.0.0/16", "VpcPeeringConnectionId": "pcx-1", "State": "blackhole"},
                {"DestinationCidrBlock": "10.2.0.0/16", "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"},
                # A route to an instance names its interface too.
                {"DestinationCidrBlock": "10.3.0.0/16", "InstanceId": "i-1", "NetworkInterfaceId": "eni-1"},
                {},
            ],
        },
        {
            "RouteTableId": "rtb-2",
            "VpcId": "vpc-1",
            "Associations": [{"SubnetId": "subnet-1", "Main": False}, {"GatewayId": "igw-1", "Main": False}],
        },
        {"RouteTableId": "rtb-3"},
    ]
    tables, of_subnet = parse_route_tables(answers)
    assert tables == {
        "rtb-1": RouteTable(
            "rtb-1",
            "vpc-1",
            True,
            (
                Route("10.0.0.0/16", LOCAL),
                Route("2001:db8::/56", LOCAL),
                Route("pl-1", "tgw-1"),
                Route("10.1.0.0/16", "pcx-1", is_blackhole=True),
                Route("10.2.0.0/16", "vgw-1", is_propagated=True),
                Route("10.3.0.0/16", "eni-1"),
                Route("", "?"),
            ),
        ),
        "rtb-2": RouteTable("rtb-2", "vpc-1", False, ()),
        "rtb-3": RouteTable("rtb-3", "", False, ()),
    }
    assert of_subnet == {"subnet-1": "rtb-2"}
