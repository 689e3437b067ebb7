# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import INTERFACES, PEERINGS, ROUTE_TABLES
from ansible_collections.elasticache.access.plugins.module_utils._crossing import NO, YES
from ansible_collections.elasticache.access.plugins.module_utils._flows import End
from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._paths import Links
from ansible_collections.elasticache.access.plugins.module_utils._routes import LOCAL, Route, RouteTable
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BAD_STATE_ATTACHMENT,
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
)
from ansible_collections.elasticache.access.plugins.module_utils._ways import Way, way_back, way_to_cache

from tests.unit.connections import (
    APPS,
    ATTACHMENT,
    CACHES,
    FAR_ATTACHMENT,
    FAR_LOCAL_ROUTES,
    FAR_SOURCE,
    LOCAL_ROUTES,
    NODE,
    OUTSIDE,
    PEERING,
    SOURCE,
    attached,
    command,
    end,
    evidence,
    flow,
    network,
    peered,
    table,
    towards,
)
from tests.unit.values import PEER_VPC, SESSIONS, missing


def to_cache(over: Network, source: End = SOURCE, node: End = NODE) -> Way:
    return way_to_cache(flow(over, source, node))


def back(over: Network, source: End = SOURCE, node: End = NODE) -> Way:
    return way_back(flow(over, source, node))


def verdicts(way: Way) -> tuple[str, str]:
    return way.route.verdict, way.link.verdict


def far(*routes: Route) -> RouteTable:
    """The route table of the other VPC, with these routes beside the local ones."""
    return table(*FAR_LOCAL_ROUTES, *routes, table_id="rtb-2", vpc_id=PEER_VPC)


def test_within_one_subnet_nothing_is_routed() -> None:
    way = to_cache(network(table(), route_tables={}), end("10.0.2.11", CACHES))
    assert (verdicts(way), way.references_in, way.references_out) == ((OK, OK), YES, YES)
    assert missing([CACHES.subnet_id], way.route.sentence) == []


@pytest.mark.parametrize(
    ("way", "hop", "direction"),
    [(to_cache(network()), SOURCE_ROUTE, FORWARD), (back(network()), RETURN_ROUTE, REPLY)],
)
def test_within_one_vpc_the_local_route_is_taken(way: Way, hop: object, direction: str) -> None:
    assert (verdicts(way), way.route.hop, way.route.direction, way.link.hop) == ((OK, OK), hop, direction, LINK)
    assert evidence(way.route) == ["rtb-1 route to 10.0.0.0/16"]
    assert (way.references_in, way.references_out, way.gateway_id, way.why_no_references) == (YES, YES, "", "")


def test_the_table_of_the_subnet_is_looked_at_and_not_the_main_one() -> None:
    own = table(table_id="rtb-own", is_main=False)
    way = to_cache(network(own, table_of={APPS.subnet_id: "rtb-own"}))
    assert (way.route.verdict, way.route.code, evidence(way.route)) == (BLOCKED, NO_ROUTE_TO_DESTINATION, ["rtb-own"])
    assert back(network(own, table_of={APPS.subnet_id: "rtb-own"})).route.verdict == OK


@pytest.mark.parametrize(
    ("target_id", "verdict", "code"),
    [
        ("vpce-1", UNKNOWN, ""),
        ("nat-1", UNKNOWN, ""),
        ("eni-1", UNKNOWN, ""),
        ("igw-1", BLOCKED, MORE_SPECIFIC_ROUTE),
        ("pcx-1", BLOCKED, MORE_SPECIFIC_ROUTE),
        ("tgw-1", BLOCKED, MORE_SPECIFIC_ROUTE),
    ],
)
def test_a_more_specific_route_within_the_vpc(target_id: str, verdict: str, code: str) -> None:
    way = to_cache(network(table(*LOCAL_ROUTES, Route("10.0.2.0/24", target_id))))
    assert (way.route.verdict, way.route.code, way.link.verdict) == (verdict, code, OK)
    assert evidence(way.route) == ["rtb-1 route to 10.0.2.0/24"]
    assert missing([target_id], way.route.sentence) == []
    # What a middlebox sends on is not seen as coming from a group.
    assert (way.references_in == NO) is (verdict == UNKNOWN)


def test_a_route_table_that_could_not_be_read() -> None:
    hidden = network(route_tables={})
    assert (verdicts(to_cache(hidden)), to_cache(hidden).route.action) == ((UNKNOWN, OK), "")
    denied = replace(hidden, denied=frozenset({ROUTE_TABLES}))
    assert (to_cache(denied).route.action, back(denied).route.action) == (ROUTE_TABLES, ROUTE_TABLES)
    assert missing([APPS.subnet_id], to_cache(denied).route.sentence) == []


def test_a_prefix_list_that_could_not_be_read() -> None:
    way = to_cache(network(table(*LOCAL_ROUTES, Route("pl-1", "pcx-1"))))
    assert (way.route.verdict, evidence(way.route)) == (UNKNOWN, ["rtb-1"])
    assert missing(["rtb-1", "pl-1"], way.route.sentence) == []


@pytest.mark.parametrize(("over", "link_id"), [(peered(), "pcx-1"), (attached(), "tgw-1")])
def test_to_another_vpc_and_back(over: Network, link_id: str) -> None:
    way, reply = to_cache(over, FAR_SOURCE), back(over, FAR_SOURCE)
    assert (verdicts(way), verdicts(reply)) == ((OK, OK), (OK, OK))
    assert (evidence(way.route), evidence(reply.route)) == (
        ["rtb-2 route to 10.0.0.0/16"],
        ["rtb-1 route to 10.1.0.0/16"],
    )
    assert (evidence(way.link)[0], evidence(reply.link)[0]) == (link_id, link_id)
    assert (way.link.direction, reply.link.direction) == (FORWARD, REPLY)
    assert way.references_in == YES
    assert way.gateway_id == ("tgw-1" if link_id == "tgw-1" else "")


def test_each_direction_is_routed_by_itself() -> None:
    links = Links((PEERING,), (ATTACHMENT, FAR_ATTACHMENT), {"tgw-1": True})
    over = attached(towards("tgw-1")[0], towards("pcx-1")[1], links=links)
    assert evidence(to_cache(over, FAR_SOURCE).link) == ["pcx-1"]
    assert evidence(back(over, FAR_SOURCE).link)[0] == "tgw-1"


@pytest.mark.parametrize(
    ("over", "mend"),
    [
        (
            peered(far()),
            "aws ec2 create-route --route-table-id rtb-2 --destination-cidr-block 10.0.2.0/24 "
            "--vpc-peering-connection-id pcx-1",
        ),
        (
            attached(far()),
            "aws ec2 create-route --route-table-id rtb-2 --destination-cidr-block 10.0.2.0/24 "
            "--transit-gateway-id tgw-1",
        ),
        (network(far()), ""),
    ],
)
def test_no_route_to_the_cache(over: Network, mend: str) -> None:
    way = to_cache(over, FAR_SOURCE)
    assert (way.route.verdict, way.route.code, evidence(way.route)) == (BLOCKED, NO_ROUTE_TO_DESTINATION, ["rtb-2"])
    assert (command(way.route), way.link.verdict) == (mend, OK if mend else BLOCKED)
    assert missing(["10.0.2.0/24"], way.route.sentence) == []


def test_no_route_back() -> None:
    way = back(peered(table(*LOCAL_ROUTES)), FAR_SOURCE)
    assert (way.route.hop, way.route.verdict, way.route.code) == (RETURN_ROUTE, BLOCKED, NO_ROUTE_TO_DESTINATION)
    assert missing(["rtb-1", "10.1.1.0/24", "pcx-1"], command(way.route)) == []


def test_a_blackhole() -> None:
    gone = Route("10.0.2.0/24", "pcx-old", is_blackhole=True)
    way = to_cache(peered(far(gone, Route("10.0.0.0/16", "pcx-1"))), FAR_SOURCE)
    assert (way.route.verdict, way.route.code, way.link.verdict) == (BLOCKED, BAD_STATE_ROUTE, OK)
    assert evidence(way.route) == ["rtb-2 route to 10.0.2.0/24"]
    # There is a route to just this range, which has to be replaced.
    assert missing(["replace-route", "10.0.2.0/24", "pcx-1"], command(way.route)) == []


@pytest.mark.parametrize(
    ("routes", "code"),
    [
        pytest.param([Route("0.0.0.0/0", "igw-1")], NO_ROUTE_TO_DESTINATION, id="the default route"),
        pytest.param(
            [Route("10.0.2.0/24", "pcx-other"), Route("10.0.0.0/16", "pcx-1")], MORE_SPECIFIC_ROUTE, id="a longer one"
        ),
        pytest.param(
            [Route("10.0.2.0/24", "igw-1"), Route("10.0.0.0/16", "pcx-1", is_blackhole=True)],
            NO_ROUTE_TO_DESTINATION,
            id="beside a blackhole",
        ),
        pytest.param([Route("10.0.0.0/8", LOCAL)], NO_ROUTE_TO_DESTINATION, id="both VPCs have one range"),
    ],
)
def test_a_route_that_leads_elsewhere(routes: list[Route], code: str) -> None:
    other = replace(
        PEERING, peering_id="pcx-other", sides=(PEERING.sides[1], replace(PEERING.sides[0], vpc_id="vpc-3"))
    )
    over = peered(far(*routes), links=Links((PEERING, other)))
    way = to_cache(over, FAR_SOURCE)
    assert (way.route.verdict, way.route.code, way.link.verdict) == (BLOCKED, code, OK)
    assert missing(["the node"], way.route.sentence) == []
    assert missing(["10.0.2.0/24", "pcx-1"], command(way.route)) == []


def test_two_peers_may_use_the_same_range() -> None:
    """The routes decide, and not the ranges of the VPCs."""
    twin = replace(PEERING, peering_id="pcx-0", sides=(PEERING.sides[1], replace(PEERING.sides[0], vpc_id="vpc-3")))
    over = peered(far(Route("10.0.0.0/16", "pcx-1")), towards("pcx-1")[0], links=Links((twin, PEERING)))
    assert verdicts(to_cache(over, FAR_SOURCE)) == (OK, OK)
    over = peered(far(Route("10.0.0.0/16", "pcx-0")), towards("pcx-1")[0], links=Links((twin, PEERING)))
    assert to_cache(over, FAR_SOURCE).route.verdict == BLOCKED


@pytest.mark.parametrize("target_id", ["vgw-1", "nat-1", "arn:aws:networkmanager::1:core-network/1"])
def test_what_other_targets_do_is_not_known(target_id: str) -> None:
    way = to_cache(network(far(Route("10.0.0.0/16", target_id))), FAR_SOURCE)
    assert (verdicts(way), way.references_in) == ((UNKNOWN, UNKNOWN), NO)
    assert missing([target_id], way.link.sentence) == []


def test_an_internet_gateway_leads_to_no_private_address_but_to_any_of_ipv6() -> None:
    over = network(far(Route("0.0.0.0/0", "igw-1"), Route("::/0", "igw-1")))
    assert to_cache(over, FAR_SOURCE).route.verdict == BLOCKED
    source, node = end("2001:db8:1:1::a", FAR_SOURCE.subnet), end("2001:db8:0:2::a", CACHES, (SESSIONS,))
    assert verdicts(to_cache(over, source, node)) == (UNKNOWN, UNKNOWN)


def test_without_a_route_the_link_is_looked_at_all_the_same() -> None:
    over = peered(far(), peering=replace(PEERING, status="pending-acceptance"))
    way = to_cache(over, FAR_SOURCE)
    assert (verdicts(way), way.link.code) == ((BLOCKED, BLOCKED), BAD_STATE_ATTACHMENT)
    way = to_cache(network(far(), denied=frozenset({PEERINGS})), FAR_SOURCE)
    assert (verdicts(way), way.link.action) == ((BLOCKED, UNKNOWN), PEERINGS)


@pytest.mark.parametrize(
    "over",
    [
        pytest.param(peered(peering=replace(PEERING, status="deleted"), route_tables={}), id="a table unread"),
        pytest.param(network(far(Route("pl-1", "tgw-1"))), id="a list unread"),
    ],
)
def test_where_the_route_is_not_known_nor_is_the_link(over: Network) -> None:
    way = to_cache(over, FAR_SOURCE)
    assert (verdicts(way), way.references_in, way.references_out) == ((UNKNOWN, UNKNOWN), UNKNOWN, UNKNOWN)


def test_what_comes_from_outside_takes_a_way_that_is_not_known() -> None:
    way = to_cache(network(), OUTSIDE)
    assert (verdicts(way), way.references_in) == ((UNKNOWN, UNKNOWN), UNKNOWN)
    assert missing(["203.0.113.7"], way.route.sentence) == []


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        pytest.param([], (BLOCKED, UNKNOWN), id="no route"),
        pytest.param([Route("0.0.0.0/0", "vgw-1")], (UNKNOWN, UNKNOWN), id="over a VPN"),
        pytest.param([Route("0.0.0.0/0", "nat-1")], (UNKNOWN, UNKNOWN), id="through NAT"),
        pytest.param([Route("0.0.0.0/0", "pcx-1")], (OK, UNKNOWN), id="over a peering"),
        # The gateway has no route to it.
        pytest.param([Route("0.0.0.0/0", "tgw-1")], (OK, BLOCKED), id="over a transit gateway"),
        # Nodes have no public address that an internet gateway could give them.
        pytest.param([Route("0.0.0.0/0", "igw-1")], (BLOCKED, UNKNOWN), id="over an internet gateway"),
    ],
)
def test_back_to_what_is_outside(routes: list[Route], expected: tuple[str, str]) -> None:
    over = attached(table(*LOCAL_ROUTES, *routes), towards("tgw-1")[1])
    way = back(replace(over, links=replace(over.links, peerings=(PEERING,))), OUTSIDE)
    assert verdicts(way) == expected


def test_without_a_route_back_outside_nobody_knows_over_what_one_would_lead() -> None:
    way = back(network(table(*LOCAL_ROUTES)), OUTSIDE)
    assert isinstance(way.route.mend, Mend)
    assert (way.route.mend.command, missing(["rtb-1", "203.0.113.7/32"], way.route.mend.sentence)) == ("", [])


def test_an_address_of_the_vpc_itself_may_be_an_interface_that_is_not_seen() -> None:
    """The local route leads to it, whatever it is."""
    way = back(network(denied=frozenset({INTERFACES})), end("10.0.1.10", None))
    assert way.route.verdict != BLOCKED
