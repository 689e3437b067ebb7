# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST
from ansible_collections.elasticache.access.plugins.module_utils._actions import SUBNETS as DESCRIBE_SUBNETS
from ansible_collections.elasticache.access.plugins.module_utils._caches import Node
from ansible_collections.elasticache.access.plugins.module_utils._found_paths import REACHABLE, Path
from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import GatewayRoute
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver, receiver_of
from ansible_collections.elasticache.access.plugins.module_utils._routes import Route
from ansible_collections.elasticache.access.plugins.module_utils._senders import ADDRESS, INTERFACE, Sender
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BLOCKED,
    HOPS,
    OK,
    PARTIAL,
    SOURCE_STATE,
    UNKNOWN,
    Hop,
)

from tests.unit.connections import (
    ANYWHERE,
    APPS,
    CACHES,
    CACHES_B,
    FAR,
    FAR_B,
    LINUX,
    LOCAL_ROUTES,
    OPEN,
    PEERING,
    PORT,
    SESSIONS_CACHE,
    acl,
    allow,
    attached,
    deny,
    evidence,
    interface,
    network,
    peered,
    place,
    receiver,
    sender,
    table,
    towards,
)
from tests.unit.values import CARTS, JOBS, PEER_VPC, SESSIONS, WEB, missing, rule

UNREAD = Place(CACHES.subnet_id, (CACHES,), place().memberships)


def paths(over: Network, senders: Sequence[Sender], *receivers: Receiver) -> list[Path]:
    return list(Explainer(over).explain(senders, receivers or [receiver()]))


def path(over: Network | None = None, source: Sender | None = None, to: Receiver | None = None) -> Path:
    """Whether one instance reaches one cache."""
    [found] = paths(over or network(), [source or sender()], to or receiver())
    return found


def failing(found: Path) -> list[tuple[str, str]]:
    """The hops that do not plainly work, each with its verdict."""
    return [(each.hop.name, each.verdict) for each in found.hops if each.verdict != OK]


FAR_SENDER = sender(10, interface(10, FAR))


def test_where_nothing_stops_it_the_cache_is_reachable() -> None:
    found = path()
    assert (found.verdict, found.reason, found.blockers, found.doubts) == (REACHABLE, "", (), ())
    assert [each.hop for each in found.hops] == list(HOPS)
    assert {each.verdict for each in found.hops} == {OK}
    assert all(each.steps for each in found.hops)
    [lane] = found.lanes
    assert (lane.port, lane.family, lane.interface, lane.verdict) == (6379, "ipv4", 0, OK)


@pytest.mark.parametrize("over", [peered(), attached()])
def test_the_same_from_another_vpc(over: Network) -> None:
    found = path(over, sender(10, interface(10, FAR)))
    # Outbound rules cannot name groups across a gateway, but the range fits.
    assert (found.verdict, failing(found)) == (REACHABLE, [])


CLOSED = (deny(LAST),)


@pytest.mark.parametrize(
    ("over", "source", "to", "hop"),
    [
        pytest.param(network(), sender(), receiver(status="deleting"), "cache_state", id="1"),
        pytest.param(network(), sender(state="stopped"), receiver(), "source_state", id="2"),
        pytest.param(
            network(),
            sender(10, interface(10, addresses=("2001:db8:0:1::a",))),
            receiver(),
            "address_family",
            id="3",
        ),
        pytest.param(network(outbound=[]), sender(), receiver(), "source_egress", id="4"),
        pytest.param(
            network(acls={APPS: acl("acl-1", OPEN, CLOSED)}),
            sender(),
            receiver(),
            "source_acl",
            id="5",
        ),
        pytest.param(
            peered(towards("pcx-1")[0], table(table_id="rtb-2", vpc_id=PEER_VPC)),
            FAR_SENDER,
            receiver(),
            "source_route",
            id="6",
        ),
        pytest.param(
            peered(peering=replace(PEERING, status="deleted"), inbound=[rule("10.1.1.0/24")]),
            FAR_SENDER,
            receiver(),
            "link",
            id="7",
        ),
        pytest.param(network(acls={CACHES: acl("acl-1", CLOSED)}), sender(), receiver(), "cache_acl", id="8"),
        pytest.param(network(inbound=[]), sender(), receiver(), "cache_ingress", id="9"),
        pytest.param(network(acls={CACHES: acl("acl-1", OPEN, CLOSED)}), sender(), receiver(), "reply_acls", id="11"),
        pytest.param(
            peered(table(*LOCAL_ROUTES), towards("pcx-1")[1]), FAR_SENDER, receiver(), "return_route", id="12"
        ),
    ],
)
def test_one_hop_is_enough_to_stop_it(over: Network, source: Sender, to: Receiver, hop: str) -> None:
    found = path(over, source, to)
    assert (found.verdict, (hop, BLOCKED) in failing(found)) == (BLOCKED, True)
    assert {step.hop.name for step in found.blockers} == {hop}
    assert found.reason == found.blockers[0].sentence


def test_every_hop_that_stops_it_is_told() -> None:
    closed = acl("acl-1", CLOSED, CLOSED)
    over = network(inbound=[], outbound=[], acls={APPS: closed, CACHES: closed})
    found = path(over, sender(state="stopped"), receiver(status="creating"))
    assert [step.hop.number for step in found.blockers] == [1, 2, 4, 5, 8, 9, 11, 11]


def test_everything_that_is_wrong_with_a_link_is_told_in_both_directions() -> None:
    found = path(attached(routes=()), sender(10, interface(10, FAR_B)))
    said = [(step.code, step.direction) for step in found.blockers if step.hop.name == "link"]
    assert said == [
        ("BAD_STATE_ATTACHMENT", "forward"),
        ("NO_ROUTE_TO_DESTINATION", "forward"),
        ("NO_ROUTE_TO_DESTINATION", "reply"),
    ]


def test_outbound_rules_of_the_cache_stop_nothing() -> None:
    over = network(outbound=[rule(ANYWHERE, "all", WEB.group_id)])
    assert SESSIONS.group_id not in over.outbound
    assert path(over).verdict == REACHABLE


# Several lanes, all of which are needed.


def test_every_port_is_needed() -> None:
    two = receiver(kind="serverless", ports=(6379, 6380))
    found = path(network(inbound=[rule()]), to=two)
    assert (found.verdict, failing(found)) == (PARTIAL, [("cache_ingress", PARTIAL)])
    assert [(lane.port, lane.verdict) for lane in found.lanes] == [(6379, OK), (6380, BLOCKED)]
    [(_step, everywhere), *_more] = found.hops[0].steps
    assert everywhere == ()
    assert [[lane.port for lane in about] for _step, about in found.hops[8].steps] == [[6379], [6380]]
    assert path(network(inbound=[rule(), rule(ports="6380")]), to=two).verdict == REACHABLE
    assert path(network(inbound=[]), to=two).verdict == BLOCKED


def test_every_node_is_needed() -> None:
    both = receiver(place(10), place(11, CACHES_B))
    closed = network(acls={CACHES_B: acl("acl-1", CLOSED)})
    found = path(closed, to=both)
    assert (found.verdict, failing(found)) == (PARTIAL, [("cache_acl", PARTIAL)])
    assert [(lane.place.name, lane.verdict) for lane in found.lanes] == [("node-10", OK), ("node-11", BLOCKED)]
    # Where a node stands in another subnet alone, nothing is in the way.
    assert path(closed).verdict == REACHABLE


def test_every_subnet_of_the_cache_needs_a_way_back() -> None:
    own = table(*LOCAL_ROUTES, table_id="rtb-b", is_main=False)
    over = peered(*towards("pcx-1"), own, table_of={CACHES_B.subnet_id: "rtb-b"})
    found = path(over, FAR_SENDER, receiver(place(10), place(11, CACHES_B)))
    assert (found.verdict, [step.hop.name for step in found.blockers]) == (PARTIAL, ["return_route"])


def test_every_family_is_needed_in_which_both_have_addresses() -> None:
    both = ("10.0.1.10", "2001:db8:0:1::a")
    to = receiver(place(10, addresses=("10.0.2.10", "2001:db8:0:2::a")), network_type="dual_stack")
    over = network(inbound=[rule("10.0.1.0/24")])
    found = path(over, sender(10, interface(10, addresses=both)), to)
    assert [(lane.family, lane.verdict) for lane in found.lanes] == [("ipv4", OK), ("ipv6", BLOCKED)]
    assert found.verdict == PARTIAL
    # One of IPv4 alone takes no part in the other family.
    assert path(over, to=to).verdict == REACHABLE
    # A group stands for both.
    assert path(network(), sender(10, interface(10, addresses=both)), to).verdict == REACHABLE


def test_a_range_of_ipv4_does_not_serve_a_cache_of_ipv6() -> None:
    six = sender(10, interface(10, addresses=("10.0.1.10", "2001:db8:0:1::a")))
    to = receiver(place(10, addresses=("2001:db8:0:2::a",)), network_type="ipv6")
    assert path(network(inbound=[rule(ANYWHERE)]), six, to).verdict == BLOCKED
    assert path(network(inbound=[rule("::/0")]), six, to).verdict == REACHABLE


def test_one_of_several_interfaces_is_enough() -> None:
    over = network(inbound=[rule("10.0.3.0/24")])
    two = sender(10, interface(10), interface(11, CACHES_B))
    found = path(over, two)
    assert (found.verdict, [lane.interface for lane in found.lanes]) == (REACHABLE, [1])
    # Of interfaces that do equally well the one with the fewest faults is told of.
    found = path(network(inbound=[], outbound=[]), sender(10, interface(10, groups=(JOBS,)), interface(11)))
    assert [lane.interface for lane in found.lanes] == [0]
    found = path(network(inbound=[]), sender(10, interface(10, groups=(JOBS,)), interface(11)))
    assert ([lane.interface for lane in found.lanes], failing(found)) == ([1], [("cache_ingress", BLOCKED)])


@pytest.mark.parametrize(("is_windows", "expected"), [(False, REACHABLE), (True, PARTIAL), (None, PARTIAL)])
def test_replies_go_to_the_ports_that_the_operating_system_sends_from(is_windows: bool | None, expected: str) -> None:
    over = network(acls={APPS: acl("acl-1", [allow(100, ports=LINUX)])})
    assert path(over, sender(is_windows=is_windows)).verdict == expected
    over = network(acls={APPS: acl("acl-1", [allow(100, ports=(49152, 65535))])})
    assert path(over, sender(is_windows=is_windows)).verdict == (REACHABLE if is_windows else PARTIAL)


@pytest.mark.parametrize(
    ("is_windows", "ports"), [(False, (32768, 60999)), (True, (49152, 65535)), (None, (1024, 65535))]
)
def test_all_of_these_ports_are_needed_and_no_other(is_windows: bool | None, ports: tuple[int, int]) -> None:
    def verdict(first: int, last: int) -> str:
        over = network(acls={APPS: acl("acl-1", [allow(100, ports=(first, last))])})
        return path(over, sender(is_windows=is_windows)).verdict

    first, last = ports
    assert [verdict(first, last), verdict(first + 1, last), verdict(first, last - 1)] == [REACHABLE, PARTIAL, PARTIAL]


# A node of which it is only known in which subnet it is.


@pytest.mark.parametrize(
    ("inbound", "expected"),
    [
        pytest.param([deny(90, "10.0.1.0/24"), *OPEN], BLOCKED, id="wherever it is"),
        pytest.param(OPEN, REACHABLE, id="nothing stops it"),
    ],
)
def test_it_does_not_matter_which_address_a_node_has(inbound: Any, expected: str) -> None:
    over = network(acls={CACHES: acl("acl-1", inbound)})
    assert path(over, to=receiver(UNREAD)).verdict == expected


@pytest.mark.parametrize("part", ["10.0.2.0/25", "10.0.2.128/25", "10.0.2.77/32"])
def test_it_matters_which_address_a_node_has(part: str) -> None:
    over = network(acls={APPS: acl("acl-1", OPEN, [deny(90, part, PORT), *OPEN])})
    found = path(over, to=receiver(UNREAD))
    assert (found.verdict, failing(found), found.blockers) == (UNKNOWN, [("source_acl", UNKNOWN)], ())
    [step] = found.doubts
    assert (missing([CACHES.subnet_id, "which one", "acl-1"], step.sentence), step.mend) == ([], None)
    assert found.reason == step.sentence


def test_addresses_that_aws_keeps_for_itself_do_not_matter() -> None:
    over = network(acls={APPS: acl("acl-1", OPEN, [deny(90, "10.0.2.0/30"), deny(91, "10.0.2.255/32"), *OPEN])})
    assert path(over, to=receiver(UNREAD)).verdict == REACHABLE


# What is not known is never taken for yes, nor for no.


def test_a_cache_that_stands_nobody_knows_where() -> None:
    found = path(to=Receiver(SESSIONS_CACHE, ()))
    assert (found.verdict, found.lanes, ("address_family", UNKNOWN) in failing(found)) == (UNKNOWN, (), True)
    # Of hops that depend on where it stands nothing is known.
    assert dict(failing(found))["cache_ingress"] == UNKNOWN


def test_subnets_that_may_not_be_read_have_no_range_that_is_known() -> None:
    """Such are known from the interfaces in them alone."""
    hidden = replace(CACHES, zone="", cidrs=())
    over = network(subnets={CACHES.subnet_id: hidden, APPS.subnet_id: APPS}, denied=frozenset({DESCRIBE_SUBNETS}))
    to = receiver_of(replace(SESSIONS_CACHE, kind="serverless"), {}, over.subnets)
    assert path(over, to=to).verdict == UNKNOWN


def test_a_node_that_stands_nobody_knows_where_is_not_left_out() -> None:
    nodes = (Node("s-001", "0001", "1a"), Node("s-002", "0001", "1b"))
    seen = interface(
        10, CACHES, groups=(SESSIONS,), description="ElastiCache s-001", is_elasticache=True, instance_id=""
    )
    of = replace(SESSIONS_CACHE, nodes=nodes, subnet_ids=())
    assert path(to=receiver_of(of, {SESSIONS.group_id: [seen]}, network().subnets)).verdict == UNKNOWN


def test_a_source_of_which_no_address_is_known() -> None:
    found = path(source=sender(10, interface(10, addresses=())))
    assert (found.verdict, failing(found)[0]) == (UNKNOWN, ("address_family", UNKNOWN))


def test_a_subnet_of_the_source_that_is_not_known() -> None:
    found = path(source=sender(10, interface(10, replace(APPS, subnet_id="subnet-hidden"))))
    assert found.verdict == UNKNOWN


def test_a_cache_that_does_not_tell_its_port() -> None:
    assert path(to=receiver(ports=())).verdict == UNKNOWN


def test_a_stop_that_is_certain_outweighs_what_is_not_known() -> None:
    found = path(network(acl_of={}), sender(state="stopped"))
    assert (found.verdict, found.reason) == (BLOCKED, found.blockers[0].sentence)
    assert (found.blockers[0].hop, bool(found.doubts)) == (SOURCE_STATE, True)


def test_a_lane_that_is_stopped_beside_one_that_is_not_known() -> None:
    """Nothing that works is known, nor that nothing does."""
    over = network(inbound=[rule("pl-unread", "6379")])
    found = path(over, to=receiver(ports=(6379, 6380)))
    assert [lane.verdict for lane in found.lanes] == [UNKNOWN, BLOCKED]
    assert (found.verdict, found.reason) == (UNKNOWN, found.doubts[0].sentence)


# Addresses.


def address(text: str, *carriers: Any, **facts: Any) -> Sender:
    return replace(Sender(ADDRESS, text, carriers=carriers), **facts)


def test_an_address_outside_is_let_in_or_not_and_more_is_not_known() -> None:
    found = path(network(inbound=[rule("203.0.113.0/24")]), address("203.0.113.7"))
    assert (found.verdict, found.hops[8].verdict) == (BLOCKED, OK)
    assert [step.hop.name for step in found.blockers] == ["return_route"]
    behind_vpn = table(*LOCAL_ROUTES, Route("203.0.113.0/24", "vgw-1"))
    assert path(network(behind_vpn, inbound=[rule("203.0.113.0/24")]), address("203.0.113.7")).verdict == UNKNOWN
    assert path(network(behind_vpn, inbound=[rule("192.0.2.0/24")]), address("203.0.113.7")).verdict == BLOCKED


def test_an_address_behind_a_transit_gateway_is_let_in_and_more_is_not_known() -> None:
    """Such as one over a VPN that is attached to the gateway."""
    over = attached(
        table(*LOCAL_ROUTES, Route("203.0.113.0/24", "tgw-1")),
        inbound=[rule("203.0.113.0/24")],
        routes=(GatewayRoute("203.0.113.0/24", ("tgw-attach-vpn",)),),
    )
    found = path(over, address("203.0.113.7"))
    assert (found.verdict, found.blockers) == (UNKNOWN, ())


def test_a_cache_with_a_public_connection_is_reached_past_the_vpc() -> None:
    """What its VPC does with replies is no reason to say that it cannot be reached from outside."""
    to = receiver(UNREAD, kind="serverless", connection_type="public")
    assert path(network(), address("203.0.113.7"), to).verdict == UNKNOWN


def test_an_address_that_several_vpcs_have_is_the_one_in_that_of_the_cache() -> None:
    near, far = interface(10), interface(10, FAR, addresses=("10.0.1.10",), interface_id="eni-far")
    one = address("10.0.1.10", candidates=(address("10.0.1.10", near, state="in-use"), address("10.0.1.10", far)))
    found = path(source=one)
    assert (found.verdict, [each.interface_id for each in found.senders[0].carriers]) == (REACHABLE, ["eni-10"])


def test_an_address_that_several_other_vpcs_have_may_carry_a_group_that_is_admitted() -> None:
    """Both are interfaces of our own, of which either can be meant."""
    far, farther = (
        interface(10, subnet, addresses=("10.1.1.10",), interface_id=f"eni-{vpc_id}", vpc_id=vpc_id)
        for subnet, vpc_id in ((FAR, PEER_VPC), (FAR_B, "vpc-3"))
    )
    owned = rule(WEB.group_id)
    source = replace(owned.key.source, owner_id=network().groups[SESSIONS.group_id].owner_id)
    over = peered(inbound=[replace(owned, key=replace(owned.key, source=source))])
    found = path(over, address("10.1.1.10", candidates=tuple(address("10.1.1.10", each) for each in (far, farther))))
    assert (found.verdict, found.hops[8].verdict) == (UNKNOWN, UNKNOWN)


# Many at once.


def values(found: Sequence[Path]) -> list[list[str]]:
    return [[each.value for each in one.senders] for one in found]


@pytest.mark.parametrize(
    ("other", "inbound", "is_alike"),
    [
        pytest.param(sender(11), [rule()], True, id="another address that nothing tells apart"),
        pytest.param(sender(11), [rule(), rule("10.0.1.11/32")], False, id="an address that a rule names"),
        pytest.param(sender(11, state="pending"), [rule()], False, id="another state"),
        pytest.param(sender(11, is_windows=True), [rule()], False, id="another operating system"),
        pytest.param(sender(11, interface(11, groups=(JOBS,))), [rule()], False, id="other groups"),
        pytest.param(sender(11, interface(11, CACHES_B)), [rule()], False, id="another subnet"),
        pytest.param(sender(11, interface(11), interface(12)), [rule()], False, id="more interfaces"),
        pytest.param(
            replace(sender(11), kind=INTERFACE, value="eni-11"), [rule()], False, id="an interface and an instance"
        ),
    ],
)
def test_sources_that_nothing_tells_apart_are_looked_at_once(other: Sender, inbound: Any, is_alike: bool) -> None:
    found = paths(network(inbound=inbound), [sender(10), other])
    assert values(found) == ([["i-10", other.value]] if is_alike else [["i-10"], [other.value]])


def test_addresses_outside_are_looked_at_one_by_one() -> None:
    found = paths(network(), [address("203.0.113.7"), address("203.0.113.8")])
    assert values(found) == [["203.0.113.7"], ["203.0.113.8"]]
    # Each is told of its own way.
    for one in found:
        [(step, _about)] = one.hops[5].steps
        assert missing([one.senders[0].value], step.sentence) == []


def test_every_source_is_answered_for_every_cache() -> None:
    others = (
        receiver(of=replace(SESSIONS_CACHE, name="two-ports", ports=(6379, 6380))),
        receiver(place(10, CACHES, CARTS), of=replace(SESSIONS_CACHE, name="carts")),
        receiver(of=replace(SESSIONS_CACHE, name="gone", status="deleted")),
        receiver(place(10, CACHES_B)),
        Receiver(replace(SESSIONS_CACHE, name="nowhere", vpc_id=None), ()),
    )
    senders = [sender(10), sender(11), sender(12, interface(12, FAR)), address("203.0.113.7")]
    over = attached(inbound=[rule(), rule("10.0.0.0/8", "6380", CARTS.group_id)])
    together = paths(over, senders, receiver(), *others)
    alone = [each for to in (receiver(), *others) for each in paths(over, senders, to)]
    # What was looked at once is not taken for something else.
    assert [(each.cache.name, each.verdict, each.hops) for each in together] == [
        (each.cache.name, each.verdict, each.hops) for each in alone
    ]
    assert len(together) == 6 * 3
    assert {each.verdict for each in together} == {REACHABLE, BLOCKED, PARTIAL, UNKNOWN}


def test_what_a_step_is_about_is_told_by_lanes() -> None:
    to = receiver(place(10), place(11), place(12, CACHES_B))
    [passed] = [each for each in path(to=to).hops if each.hop.name == "source_route"]
    [(step, about)] = passed.steps
    assert (evidence(step), about) == (["rtb-1 route to 10.0.0.0/16"], ())
    own = table(Route("10.0.3.0/24", "igw-1"), *LOCAL_ROUTES, table_id="rtb-1")
    [passed] = [each for each in path(network(own), to=to).hops if each.hop.name == "source_route"]
    assert (passed.verdict, [[lane.place.name for lane in about] for _step, about in passed.steps]) == (
        PARTIAL,
        [["node-10", "node-11"], ["node-12"]],
    )


def test_a_hop_is_looked_at_in_both_directions_where_links_differ() -> None:
    def link(over: Network) -> list[str]:
        hops: dict[Hop, Any] = {each.hop: each.steps for each in path(over, FAR_SENDER).hops}
        return [step.direction for step, _about in hops[HOPS[6]]]

    assert link(peered()) == ["forward", "reply"]
    assert [step.direction for step, _about in path().hops[6].steps] == ["forward"]


def test_within_one_subnet_neither_routes_nor_acls_are_looked_at() -> None:
    over = network(table(), acls={CACHES: acl("acl-1", CLOSED, CLOSED)})
    assert path(over, sender(11, interface(11, CACHES))).verdict == REACHABLE
    assert path(network(inbound=[]), sender(11, interface(11, CACHES))).verdict == BLOCKED
    # A node that may be in this subnet or in another.
    hidden = receiver(UNREAD, replace(UNREAD, name=CACHES_B.subnet_id, subnets=(CACHES_B,)))
    assert path(over, sender(11, interface(11, CACHES)), hidden).verdict == PARTIAL
