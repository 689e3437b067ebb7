# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The simulator itself, on estates made by hand, of which everybody can tell who reaches what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import botocore.session
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from tests.unit.simulator.answers import answers
from tests.unit.simulator.estates import worlds
from tests.unit.simulator.walk import all_verdicts, combined, verdict
from tests.unit.simulator.world import (
    DUAL_STACK,
    IPV4,
    IPV6,
    REPLICATION_GROUP,
    SERVERLESS,
    STRANGER,
    Acl,
    Attachment,
    Cache,
    Entry,
    Gateway,
    GatewayRoute,
    GatewayTable,
    Group,
    Instance,
    Interface,
    Network,
    Node,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    Rule,
    Subnet,
    Vpc,
    World,
    changed,
    named,
)

# Short ways to write what a world consists of.


def span(text: str) -> tuple[int, int] | None:
    if text == "all":
        return None
    first, _dash, last = text.partition("-")
    return int(first), int(last or first)


def place(text: str) -> Network | str:
    return text if text.startswith(("sg-", "pl-")) else ip_network(text)


def entry(text: str) -> Entry:
    """An entry as in `10 in allow tcp 6379 10.0.0.0/8`."""
    number, direction, action, protocol, ports, cidr = text.split()
    return Entry(int(number), direction == "out", protocol, span(ports), ip_network(cidr), action == "allow")


def rule(text: str) -> Rule:
    """A rule as in `in tcp 6379 sg-app`."""
    direction, protocol, ports, peer = text.split()
    return Rule(direction == "out", protocol, span(ports), place(peer))


def route(text: str) -> Route:
    """A route as in `10.1.0.0/16 pcx-1`, with the word blackhole or propagated behind it."""
    to, target, *words = text.split()
    return Route(place(to), target, blackhole="blackhole" in words, propagated="propagated" in words)


EVERYTHING = (
    *("100 in allow -1 all 0.0.0.0/0", "101 in allow -1 all ::/0"),
    *("100 out allow -1 all 0.0.0.0/0", "101 out allow -1 all ::/0"),
)


def subnet(name: str, vpc: str, zone: str, number: str) -> Subnet:
    cidrs = (ip_network(f"10.{number}.0/24"), ip_network(f"2001:db8:{number.replace('.', ':')}::/64"))
    return Subnet(name, vpc, zone, cidrs)


def near() -> World:
    """An instance and a cache of one node in two subnets of a VPC, and a third subnet: all may talk to all."""
    return World(
        vpcs=(Vpc("vpc-a", (ip_network("10.0.0.0/16"), ip_network("2001:db8:0::/48"))),),
        subnets=(
            subnet("subnet-app", "vpc-a", "zone-1", "0.1"),
            subnet("subnet-cache", "vpc-a", "zone-2", "0.2"),
            subnet("subnet-spare", "vpc-a", "zone-2", "0.3"),
        ),
        acls=(
            Acl(
                "acl-a",
                "vpc-a",
                ("subnet-app", "subnet-cache", "subnet-spare"),
                tuple(map(entry, EVERYTHING)),
                is_default=True,
            ),
        ),
        tables=(RouteTable("rtb-a", "vpc-a", (route("10.0.0.0/16 local"), route("2001:db8:0::/48 local")), main=True),),
        groups=(
            Group("sg-app", "vpc-a", (rule("out -1 all 0.0.0.0/0"), rule("out -1 all ::/0"))),
            Group("sg-cache", "vpc-a", (rule("in tcp 6379 10.0.0.0/8"), rule("in tcp 6379 2001:db8::/32"))),
            Group("sg-spare", "vpc-a", ()),
        ),
        instances=(Instance("i-app", (interface("eni-app", "subnet-app", "10.0.1.10", "2001:db8:0:1::10"),)),),
        caches=(
            Cache("sessions", REPLICATION_GROUP, (6379,), (node("sessions-001", "10.0.2.20", "2001:db8:0:2::20"),)),
        ),
        prefix_lists=(
            PrefixList("pl-app", (ip_network("10.0.1.0/24"),)),
            PrefixList("pl-cache", (ip_network("10.0.2.0/24"), ip_network("10.1.2.0/24"))),
            PrefixList("pl-other", (ip_network("10.9.0.0/16"),)),
            PrefixList("pl-secret", None),
        ),
    )


def interface(name: str, where: str, *addresses: str, groups: tuple[str, ...] = ("sg-app",)) -> Interface:
    return Interface(name, where, tuple(map(ip_address, addresses)), groups)


def node(name: str, *addresses: str, where: str = "subnet-cache", status: str = "active") -> Node:
    return Node(name, where, tuple(map(ip_address, addresses)), (("sg-cache", status),))


def apart() -> World:
    """The cache in a VPC of its own, with room for attachments to gateways, and no link yet."""
    world = near()
    tables = (
        *world.tables,
        RouteTable("rtb-b", "vpc-b", (route("10.1.0.0/16 local"), route("2001:db8:1::/48 local")), main=True),
    )
    subnets = (
        world.subnets[0],
        subnet("subnet-cache", "vpc-b", "zone-2", "1.2"),
        subnet("subnet-on", "vpc-a", "zone-1", "0.8"),
        subnet("subnet-off", "vpc-b", "zone-2", "1.8"),
        subnet("subnet-off-1", "vpc-b", "zone-1", "1.9"),
        subnet("subnet-off-3", "vpc-b", "zone-3", "1.10"),
    )
    everything = tuple(map(entry, EVERYTHING))
    return replace(
        world,
        vpcs=(*world.vpcs, Vpc("vpc-b", (ip_network("10.1.0.0/16"), ip_network("2001:db8:1::/48")))),
        subnets=subnets,
        acls=(
            Acl("acl-a", "vpc-a", ("subnet-app", "subnet-on"), everything, is_default=True),
            Acl(
                "acl-b",
                "vpc-b",
                ("subnet-cache", "subnet-off", "subnet-off-1", "subnet-off-3"),
                everything,
                is_default=True,
            ),
        ),
        tables=tables,
        caches=with_nodes(world, node("sessions-001", "10.1.2.20", "2001:db8:1:2::20")).caches,
    )


def peered() -> World:
    """The two VPCs joined by a peering."""
    world = replace(apart(), peerings=(Peering("pcx-1", "vpc-a", "vpc-b"),))
    world = with_routes(world, "rtb-a", "10.1.0.0/16 pcx-1", "2001:db8:1::/48 pcx-1")
    return with_routes(world, "rtb-b", "10.0.0.0/16 pcx-1", "2001:db8:0::/48 pcx-1")


def through() -> World:
    """The two VPCs joined by a transit gateway, each attached by a subnet in the zone of its end."""
    world = replace(
        apart(),
        gateways=(Gateway("tgw-1", referencing=True),),
        attachments=(
            Attachment("tgw-attach-a", "tgw-1", "vpc-a", ("subnet-on",), "tgw-rtb-1", referencing=True),
            Attachment("tgw-attach-b", "tgw-1", "vpc-b", ("subnet-off",), "tgw-rtb-1", referencing=True),
        ),
        gateway_tables=(
            GatewayTable(
                "tgw-rtb-1",
                "tgw-1",
                (
                    GatewayRoute(ip_network("10.0.0.0/16"), "tgw-attach-a"),
                    GatewayRoute(ip_network("10.1.0.0/16"), "tgw-attach-b"),
                ),
            ),
        ),
    )
    world = with_routes(world, "rtb-a", "10.1.0.0/16 tgw-1", "2001:db8:1::/48 tgw-1")
    return with_routes(world, "rtb-b", "10.0.0.0/16 tgw-1", "2001:db8:0::/48 tgw-1")


# Short ways to change one.


def with_routes(world: World, table: str, *texts: str) -> World:
    """The world with these routes more in this table."""
    routes = (*named(world.tables, table).routes, *map(route, texts))
    return replace(world, tables=changed(world.tables, table, routes=routes))


def only_routes(world: World, table: str, *texts: str) -> World:
    return replace(world, tables=changed(world.tables, table, routes=tuple(map(route, texts))))


def with_rules(world: World, group: str, *texts: str) -> World:
    """The world where this group has these rules alone."""
    return replace(world, groups=changed(world.groups, group, rules=tuple(map(rule, texts))))


def guarded(world: World, where: str, *texts: str) -> World:
    """The world where this subnet has an ACL of its own, of these entries and then those that allow everything."""
    vpc = named(world.subnets, where).vpc
    others = [replace(acl, subnets=tuple(each for each in acl.subnets if each != where)) for acl in world.acls]
    own = Acl(f"acl-of-{where}", vpc, (where,), tuple(map(entry, (*texts, *EVERYTHING))))
    return replace(world, acls=(*others, own))


def with_cache(world: World, **facts: Any) -> World:
    return replace(world, caches=tuple(replace(cache, **facts) for cache in world.caches))


def with_nodes(world: World, *nodes: Node) -> World:
    return with_cache(world, nodes=nodes)


def with_instance(world: World, **facts: Any) -> World:
    return replace(world, instances=tuple(replace(instance, **facts) for instance in world.instances))


def with_attachment(world: World, name: str, **facts: Any) -> World:
    return replace(world, attachments=changed(world.attachments, name, **facts))


def with_gateway_routes(world: World, *routes: tuple[str, str | None]) -> World:
    """The world where the gateway has these routes more."""
    (table,) = world.gateway_tables
    more = tuple(GatewayRoute(ip_network(to), attachment) for to, attachment in routes)
    return replace(world, gateway_tables=changed(world.gateway_tables, table.id, routes=(*(table.routes or ()), *more)))


def outcome(world: World) -> str:
    """What the simulator says of the one instance and the one cache."""
    (instance,), (cache,) = world.instances, world.caches
    return verdict(world, instance, cache)


# Lanes.


@pytest.mark.parametrize("made", [near, peered, through])
def test_an_estate_that_lets_all_talk_to_all_lets_the_instance_reach_the_cache(made: Callable[[], World]) -> None:
    assert outcome(made()) == "reachable"


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], "blocked"),
        (["ok", "ok"], "reachable"),
        (["blocked", "blocked"], "blocked"),
        (["ok", "blocked"], "partial"),
        (["partial", "blocked"], "partial"),
        (["partial"], "partial"),
        (["ok", "partial"], "partial"),
        (["ok", "unknown"], "unknown"),
        (["blocked", "unknown"], "unknown"),
        (["unknown"], "unknown"),
        (["ok", "unknown", "blocked"], "partial"),
        (["partial", "unknown"], "partial"),
    ],
)
def test_lanes_come_to_one_verdict(outcomes: list[str], expected: str) -> None:
    assert combined(outcomes) == expected


def test_one_node_of_two_makes_it_partial() -> None:
    world = near()
    second = node("sessions-002", "10.0.3.20", where="subnet-spare")
    assert outcome(with_nodes(world, *world.caches[0].nodes, second)) == "reachable"
    world = guarded(world, "subnet-spare", "1 in deny tcp 6379 0.0.0.0/0")
    assert outcome(with_nodes(world, *world.caches[0].nodes, second)) == "partial"


def test_one_port_of_two_makes_it_partial() -> None:
    assert outcome(with_cache(near(), ports=(6379, 6380))) == "partial"


@pytest.mark.parametrize(
    ("network_type", "expected"), [(IPV4, "reachable"), (IPV6, "blocked"), (DUAL_STACK, "partial")]
)
def test_a_cache_is_asked_for_the_families_of_its_network_type(network_type: str, expected: str) -> None:
    world = with_rules(near(), "sg-cache", "in tcp 6379 10.0.0.0/8")
    assert outcome(with_cache(world, network_type=network_type)) == expected


def test_a_family_that_one_end_lacks_is_no_lane() -> None:
    world = with_rules(near(), "sg-cache", "in tcp 6379 10.0.0.0/8")
    world = with_cache(world, network_type=DUAL_STACK)
    assert outcome(with_nodes(world, node("sessions-001", "10.0.2.20"))) == "reachable"
    assert outcome(with_instance(world, interfaces=(interface("eni-app", "subnet-app", "10.0.1.10"),))) == "reachable"


def test_without_a_common_family_nothing_gets_through() -> None:
    world = with_nodes(with_cache(near(), network_type=DUAL_STACK), node("sessions-001", "2001:db8:0:2::20"))
    assert outcome(with_instance(world, interfaces=(interface("eni-app", "subnet-app", "10.0.1.10"),))) == "blocked"


def test_an_instance_without_interfaces_reaches_nothing() -> None:
    assert outcome(with_instance(near(), state="pending", interfaces=())) == "blocked"


def test_the_best_interface_of_an_instance_counts() -> None:
    stuck = interface("eni-2", "subnet-app", "10.0.1.11", groups=("sg-spare",))
    world = near()
    assert outcome(with_instance(world, interfaces=(stuck,))) == "blocked"
    assert outcome(with_instance(world, interfaces=(stuck, *world.instances[0].interfaces))) == "reachable"


def test_the_first_address_of_an_interface_counts() -> None:
    world = with_rules(near(), "sg-cache", "in tcp 6379 10.0.1.10/32")
    one = interface("eni-app", "subnet-app", "10.0.1.10", "10.0.1.11")
    other = interface("eni-app", "subnet-app", "10.0.1.11", "10.0.1.10")
    assert outcome(with_instance(world, interfaces=(one,))) == "reachable"
    assert outcome(with_instance(world, interfaces=(other,))) == "blocked"


# States.


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((status, "reachable") for status in ("available", "modifying", "snapshotting")),
        *((status, "blocked") for status in ("creating", "deleting", "deleted", "incompatible-network")),
        *(("restore-failed", "blocked"), ("create-failed", "blocked"), ("rebooting cluster nodes", "unknown")),
    ],
)
def test_status_of_a_cache(status: str, expected: str) -> None:
    assert outcome(with_cache(near(), status=status)) == expected


@pytest.mark.parametrize(
    ("state", "expected"), [("running", "reachable"), ("pending", "unknown"), ("stopped", "blocked")]
)
def test_state_of_an_instance(state: str, expected: str) -> None:
    assert outcome(with_instance(near(), state=state)) == expected


def test_what_is_unknown_does_not_hide_what_is_blocked() -> None:
    world = with_instance(near(), state="pending")
    assert outcome(with_rules(world, "sg-cache")) == "blocked"
    assert outcome(with_cache(world, status="deleting")) == "blocked"


# Security groups.


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("tcp 6379 10.0.2.0/24", "reachable"),
        ("tcp 6000-7000 10.0.2.20/32", "reachable"),
        ("-1 all 10.0.2.20/32", "reachable"),
        ("tcp 6380 10.0.2.0/24", "blocked"),
        ("udp 6379 10.0.2.0/24", "blocked"),
        ("tcp 6379 10.0.1.0/24", "blocked"),
        ("tcp 6379 ::/0", "blocked"),
        ("tcp 6379 pl-cache", "reachable"),
        ("tcp 6379 pl-other", "blocked"),
        ("tcp 6379 pl-secret", "unknown"),
        ("tcp 6380 pl-secret", "blocked"),
        ("tcp 6379 sg-cache", "reachable"),
        ("tcp 6379 sg-spare", "blocked"),
    ],
)
def test_what_a_group_lets_out(written: str, expected: str) -> None:
    assert outcome(with_rules(near(), "sg-app", f"out {written}")) == expected
    # Rules in the other direction are no help.
    assert outcome(with_rules(near(), "sg-app", f"in {written}")) == "blocked"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("tcp 6379 10.0.1.10/32", "reachable"),
        ("tcp 6379 10.0.1.11/32", "blocked"),
        ("-1 all 10.0.1.0/24", "reachable"),
        ("udp 6379 10.0.1.0/24", "blocked"),
        ("tcp 6380-6390 10.0.1.0/24", "blocked"),
        ("tcp 6379 pl-app", "reachable"),
        ("tcp 6379 pl-other", "blocked"),
        ("tcp 6379 pl-secret", "unknown"),
        ("tcp 6379 sg-app", "reachable"),
        ("tcp 6379 sg-cache", "blocked"),
    ],
)
def test_what_a_group_lets_in(written: str, expected: str) -> None:
    assert outcome(with_rules(near(), "sg-cache", f"in {written}")) == expected
    assert outcome(with_rules(near(), "sg-cache", f"out {written}")) == "blocked"


def test_a_list_that_nobody_may_read_matters_only_where_it_decides() -> None:
    assert outcome(with_rules(near(), "sg-cache", "in tcp 6379 pl-secret", "in tcp 6379 sg-app")) == "reachable"


def test_the_rules_of_all_groups_add_up() -> None:
    world = with_rules(near(), "sg-spare", "out tcp 6379 10.0.2.0/24", "in tcp 6379 10.0.1.0/24")
    world = with_rules(with_rules(world, "sg-app"), "sg-cache")
    assert outcome(world) == "blocked"
    both = interface("eni-app", "subnet-app", "10.0.1.10", groups=("sg-app", "sg-spare"))
    world = with_instance(world, interfaces=(both,))
    assert outcome(world) == "blocked"
    carried = (("sg-cache", "active"), ("sg-spare", "active"))
    assert outcome(with_nodes(world, replace(world.caches[0].nodes[0], groups=carried))) == "reachable"


def test_a_group_that_is_not_in_force_only_may_admit() -> None:
    world = with_nodes(near(), node("sessions-001", "10.0.2.20", status="adding"))
    assert outcome(world) == "unknown"
    assert outcome(with_rules(world, "sg-cache")) == "blocked"
    world = with_rules(world, "sg-spare", "in tcp 6379 sg-app")
    carried = (("sg-cache", "adding"), ("sg-spare", "active"))
    world = with_nodes(world, replace(world.caches[0].nodes[0], groups=carried))
    assert outcome(world) == "reachable"
    # Nor does anybody know whether the node is one that rules mean which name the group.
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 sg-cache")) == "unknown"
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 sg-spare")) == "reachable"


def test_groups_may_be_named_across_a_peering() -> None:
    assert outcome(with_rules(peered(), "sg-cache", "in tcp 6379 sg-app")) == "reachable"
    assert outcome(with_rules(peered(), "sg-app", "out tcp 6379 sg-cache")) == "reachable"


def test_across_a_gateway_groups_may_be_named_by_who_lets_in_alone() -> None:
    assert outcome(with_rules(through(), "sg-app", "out tcp 6379 sg-cache")) == "blocked"
    assert outcome(with_rules(through(), "sg-app", "out tcp 6379 10.1.0.0/16")) == "reachable"
    assert outcome(with_rules(through(), "sg-app", "out tcp 6379 pl-cache")) == "reachable"
    assert outcome(with_rules(through(), "sg-cache", "in tcp 6379 sg-app")) == "reachable"


def test_across_a_gateway_everybody_has_to_allow_groups_to_be_named() -> None:
    world = with_rules(through(), "sg-cache", "in tcp 6379 sg-app")
    assert outcome(with_attachment(world, "tgw-attach-a", referencing=False)) == "blocked"
    assert outcome(with_attachment(world, "tgw-attach-b", referencing=False)) == "blocked"
    assert outcome(replace(world, gateways=changed(world.gateways, "tgw-1", referencing=False))) == "blocked"


def test_a_serverless_cache_lets_no_named_group_in_across_a_gateway() -> None:
    assert outcome(serverless(through())) == "reachable"
    assert outcome(with_rules(serverless(through()), "sg-cache", "in tcp 6379 sg-app")) == "blocked"
    assert outcome(with_rules(serverless(peered()), "sg-cache", "in tcp 6379 sg-app")) == "reachable"


def test_whether_groups_may_be_named_depends_on_the_way_there_alone() -> None:
    world = with_rules(through(), "sg-app", "out tcp 6379 sg-cache")
    world = replace(world, peerings=(Peering("pcx-1", "vpc-b", "vpc-a"),))
    assert outcome(with_routes(world, "rtb-b", "10.0.1.0/24 pcx-1")) == "blocked"
    assert outcome(with_routes(world, "rtb-a", "10.1.2.0/24 pcx-1")) == "reachable"


def test_over_a_link_that_nobody_knows_a_named_group_only_may_match() -> None:
    world = replace(with_rules(peered(), "sg-cache", "in tcp 6379 sg-app"), peerings=())
    assert outcome(world) == "unknown"
    assert outcome(with_routes(peered(), "rtb-a", "pl-secret igw-1")) == "unknown"
    assert outcome(with_rules(world, "sg-cache", "in tcp 6379 sg-spare")) == "blocked"


@pytest.mark.parametrize("target", ["nat-1", "vgw-1", "vpce-1", "eni-1", "lgw-1"])
def test_not_even_within_a_vpc_can_groups_be_named_across_a_middlebox(target: str) -> None:
    world = with_routes(near(), "rtb-a", f"10.0.2.0/24 {target}")
    assert outcome(world) == "unknown"
    assert outcome(with_rules(world, "sg-cache", "in tcp 6379 sg-app")) == "blocked"
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 sg-cache")) == "blocked"
    assert outcome(with_rules(with_routes(near(), "rtb-a", "pl-secret nat-1"), "sg-cache", "in tcp 6379 sg-app")) == (
        "unknown"
    )


@pytest.mark.parametrize("target", ["nat-1", "vgw-1", "vpce-1", "eni-1", "lgw-1"])
def test_across_what_is_not_modelled_no_group_can_be_named(target: str) -> None:
    world = with_routes(peered(), "rtb-a", f"10.1.2.0/24 {target}")
    assert outcome(world) == "unknown"
    assert outcome(with_rules(world, "sg-cache", "in tcp 6379 sg-app")) == "blocked"
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 sg-cache")) == "blocked"


# Network ACLs.


def test_within_a_subnet_no_acl_and_no_route_is_asked() -> None:
    world = with_nodes(near(), node("sessions-001", "10.0.1.20", where="subnet-app"))
    world = guarded(world, "subnet-app", "1 in deny -1 all 0.0.0.0/0", "1 out deny -1 all 0.0.0.0/0")
    assert outcome(only_routes(world, "rtb-a")) == "reachable"


@pytest.mark.parametrize("made", [near, peered, through])
@pytest.mark.parametrize(
    ("where", "direction", "ports", "is_about_the_node"),
    [
        ("subnet-app", "out", "6379", True),
        ("subnet-cache", "in", "6379", False),
        ("subnet-cache", "out", "1024-65535", False),
        ("subnet-app", "in", "1024-65535", True),
    ],
)
def test_the_acls_of_both_ends_are_passed_there_and_back(
    made: Callable[[], World], where: str, direction: str, ports: str, is_about_the_node: bool
) -> None:
    world = made()
    node_address, own_address = world.caches[0].nodes[0].addresses[0], "10.0.1.10"
    far, close = (node_address, own_address) if is_about_the_node else (own_address, node_address)
    other_way = {"in": "out", "out": "in"}[direction]
    assert outcome(guarded(world, where, f"1 {direction} deny tcp {ports} {far}/32")) == "blocked"
    for harmless in (
        f"1 {direction} deny udp {ports} {far}/32",
        f"1 {direction} deny tcp 22 {far}/32",
        f"1 {direction} deny tcp {ports} {close}/32",
        f"1 {other_way} deny tcp {ports} {close}/32",
        f"102 {direction} deny tcp {ports} {far}/32",
    ):
        assert outcome(guarded(world, where, harmless)) == "reachable"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("1 in allow tcp 6379 10.0.1.0/24", "2 in deny -1 all 0.0.0.0/0", "reachable"),
        ("2 in allow tcp 6379 10.0.1.0/24", "1 in deny -1 all 0.0.0.0/0", "blocked"),
        ("1 in allow udp 6379 10.0.1.0/24", "2 in deny -1 all 0.0.0.0/0", "blocked"),
        ("1 in allow tcp 6380 10.0.1.0/24", "2 in deny -1 all 0.0.0.0/0", "blocked"),
        ("1 in deny -1 all ::/0", "2 in allow -1 all 0.0.0.0/0", "reachable"),
        ("1 out deny tcp 6379 10.0.1.0/24", "2 in allow -1 all 0.0.0.0/0", "reachable"),
    ],
)
def test_the_entry_with_the_lowest_number_that_matches_decides(first: str, second: str, expected: str) -> None:
    assert outcome(guarded(near(), "subnet-cache", first, second)) == expected
    assert outcome(guarded(near(), "subnet-cache", second, first)) == expected


def test_what_no_entry_matches_is_denied() -> None:
    world = near()
    (acl,) = world.acls
    assert outcome(replace(world, acls=(replace(acl, entries=()),))) == "blocked"


@pytest.mark.parametrize(
    ("ports", "linux", "windows"),
    [
        ("1024-65535", "blocked", "blocked"),
        ("32768-60999", "blocked", "partial"),
        ("49152-65535", "partial", "blocked"),
        ("32769-60999", "partial", "partial"),
        ("32768-32768", "partial", "reachable"),
        ("60999-61000", "partial", "partial"),
        ("61000-65535", "reachable", "partial"),
        ("1024-32767", "reachable", "reachable"),
    ],
)
def test_replies_go_to_ports_that_the_operating_system_picks(ports: str, linux: str, windows: str) -> None:
    for where, direction in (("subnet-cache", "out"), ("subnet-app", "in")):
        world = guarded(near(), where, f"1 {direction} deny tcp {ports} 0.0.0.0/0")
        assert outcome(world) == linux
        assert outcome(with_instance(world, windows=True)) == windows


def test_a_reply_has_to_pass_every_acl_to_one_and_the_same_port() -> None:
    world = guarded(near(), "subnet-cache", "1 out deny tcp 32768-45000 0.0.0.0/0")
    assert outcome(guarded(world, "subnet-app", "1 in deny tcp 40000-50000 0.0.0.0/0")) == "partial"
    assert outcome(guarded(world, "subnet-app", "1 in deny tcp 45001-60999 0.0.0.0/0")) == "blocked"


def test_one_port_between_two_denied_ranges_makes_it_partial() -> None:
    one, other = "1 out deny tcp 1024-39999 0.0.0.0/0", "2 out deny tcp 40001-65535 0.0.0.0/0"
    assert outcome(guarded(near(), "subnet-cache", one, other)) == "partial"
    assert outcome(guarded(near(), "subnet-cache", one, other.replace("40001", "40000"))) == "blocked"


# Routes.


def test_a_subnet_uses_the_table_that_it_is_associated_with_else_the_main_one() -> None:
    world = near()
    own = RouteTable("rtb-own", "vpc-a", (), subnets=("subnet-app",))
    assert outcome(replace(world, tables=(*world.tables, own))) == "blocked"
    assert outcome(replace(world, tables=(*world.tables, replace(own, subnets=("subnet-spare",))))) == "reachable"
    assert outcome(replace(world, tables=(*world.tables, replace(own, subnets=("subnet-cache",))))) == "blocked"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        *((f"10.0.2.0/24 {target}", "blocked") for target in ("pcx-1", "igw-1", "tgw-1")),
        *((f"10.0.2.0/24 {target}", "unknown") for target in ("nat-1", "eni-1", "vpce-1", "vgw-1", "eigw-1", "lgw-1")),
        ("10.0.2.0/24 nat-1 blackhole", "blocked"),
        ("10.0.0.0/8 nat-1", "reachable"),
        ("10.0.3.0/24 nat-1", "reachable"),
    ],
)
def test_within_a_vpc_the_longest_prefix_has_to_be_local(more: str, expected: str) -> None:
    assert outcome(with_routes(near(), "rtb-a", more)) == expected


def test_the_reply_takes_its_own_route() -> None:
    assert outcome(with_routes(near(), "rtb-a", "10.0.1.10/32 igw-1")) == "blocked"
    assert outcome(with_routes(peered(), "rtb-b", "10.0.1.10/32 igw-1")) == "blocked"


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        # As long as each other: a range, then a list, then what is propagated.
        (("10.1.0.0/16 vgw-1 propagated", "10.1.0.0/16 pcx-1"), "reachable"),
        (("10.1.2.0/24 vgw-1 propagated", "pl-cache pcx-1"), "reachable"),
        (("10.1.2.0/24 nat-1", "pl-cache pcx-1"), "unknown"),
        (("10.1.2.0/24 igw-1", "pl-cache pcx-1"), "blocked"),
        (("10.1.2.0/24 pcx-1", "pl-cache igw-1"), "reachable"),
        # Longer goes first, whatever it is.
        (("10.1.0.0/16 igw-1", "pl-cache pcx-1"), "reachable"),
        (("10.1.2.0/25 vgw-1 propagated", "10.1.0.0/16 pcx-1"), "unknown"),
        # Two lists.
        (("pl-cache igw-1", "pl-twin pcx-1"), "unknown"),
        (("pl-cache pcx-1", "pl-twin pcx-1"), "reachable"),
        (("pl-cache igw-1", "pl-twin pcx-1", "10.1.2.0/24 pcx-1"), "reachable"),
        # A list that nobody may read may have anything.
        (("10.1.2.0/24 pcx-1", "pl-secret igw-1"), "unknown"),
        (("10.1.2.20/32 pcx-1", "pl-secret igw-1"), "reachable"),
        (("pl-secret igw-1",), "unknown"),
        ((), "blocked"),
        (("10.1.0.0/16 pcx-1 blackhole",), "blocked"),
        (("10.1.2.0/24 local",), "blocked"),
        (("::/0 pcx-1",), "blocked"),
    ],
)
def test_which_route_is_taken(routes: tuple[str, ...], expected: str) -> None:
    world = only_routes(peered(), "rtb-a", "10.0.0.0/16 local", *routes)
    twin = PrefixList("pl-twin", named(world.prefix_lists, "pl-cache").entries)
    assert outcome(replace(world, prefix_lists=(*world.prefix_lists, twin))) == expected


# Links.


@pytest.mark.parametrize(
    ("target", "ipv4", "ipv6"),
    [
        ("igw-1", "blocked", "unknown"),
        ("nat-1", "unknown", "unknown"),
        ("vgw-1", "unknown", "unknown"),
        ("eni-1", "unknown", "unknown"),
        ("pcx-1", "reachable", "reachable"),
        ("pcx-untold", "unknown", "unknown"),
    ],
)
def test_between_vpcs_only_links_lead(target: str, ipv4: str, ipv6: str) -> None:
    world = with_routes(peered(), "rtb-a", f"10.1.2.0/24 {target}", f"2001:db8:1:2::/64 {target}")
    assert outcome(with_cache(world, network_type=IPV4)) == ipv4
    assert outcome(with_cache(world, network_type=IPV6)) == ipv6


def test_a_peering_has_to_be_active_and_to_join_the_two() -> None:
    world = peered()
    assert outcome(replace(world, peerings=(Peering("pcx-1", "vpc-b", "vpc-a"),))) == "reachable"
    assert outcome(replace(world, peerings=(Peering("pcx-1", "vpc-a", "vpc-b", "pending-acceptance"),))) == "blocked"
    assert outcome(replace(world, peerings=(Peering("pcx-1", "vpc-a", "vpc-c"),))) == "blocked"
    assert outcome(replace(world, peerings=())) == "unknown"


def test_there_and_back_may_be_two_links() -> None:
    world = replace(through(), peerings=(Peering("pcx-1", "vpc-a", "vpc-b"),))
    assert outcome(with_routes(world, "rtb-a", "10.1.2.0/24 pcx-1")) == "reachable"
    assert outcome(with_routes(world, "rtb-b", "10.0.1.0/24 pcx-1")) == "reachable"


@pytest.mark.parametrize("name", ["tgw-attach-a", "tgw-attach-b"])
@pytest.mark.parametrize(("table", "back"), [("rtb-a", "10.1.2.0/24 pcx-1"), ("rtb-b", "10.0.1.0/24 pcx-1")])
def test_both_attachments_have_to_be_available_for_either_way(name: str, table: str, back: str) -> None:
    world = replace(through(), peerings=(Peering("pcx-1", "vpc-a", "vpc-b"),))
    assert outcome(with_attachment(with_routes(world, table, back), name, state="pending")) == "blocked"


@pytest.mark.parametrize("name", ["tgw-attach-a", "tgw-attach-b"])
def test_both_vpcs_have_to_be_attached_and_associated(name: str) -> None:
    world = through()
    assert outcome(with_attachment(world, name, state="pending")) == "blocked"
    assert outcome(with_attachment(world, name, table=None)) == "blocked"
    gone = tuple(each for each in world.attachments if each.id != name)
    assert outcome(replace(with_gateway_routes(world), attachments=gone)) == "blocked"


def test_nobody_knows_the_tables_of_a_strangers_gateway() -> None:
    world = through()
    world = replace(world, gateways=changed(world.gateways, "tgw-1", owner=STRANGER))
    assert outcome(world) == "unknown"
    assert outcome(with_attachment(world, "tgw-attach-b", state="deleted")) == "blocked"
    assert outcome(with_attachment(world, "tgw-attach-a", table=None)) == "unknown"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("10.1.2.0/24", None), "blocked"),
        (("10.1.2.0/24", "tgw-attach-a"), "blocked"),
        (("10.1.2.0/24", "tgw-attach-b"), "reachable"),
        (("10.1.3.0/24", None), "reachable"),
        (("10.0.0.0/8", None), "reachable"),
        (("10.0.1.0/24", None), "blocked"),
    ],
)
def test_a_gateway_goes_by_the_longest_prefix(more: tuple[str, str | None], expected: str) -> None:
    assert outcome(with_gateway_routes(through(), more)) == expected


def test_a_gateway_without_a_route_drops_and_one_whose_routes_nobody_may_read_is_unknown() -> None:
    world = through()
    assert outcome(with_cache(world, network_type=IPV6)) == "blocked"
    assert outcome(replace(world, gateway_tables=(GatewayTable("tgw-rtb-1", "tgw-1", None),))) == "unknown"


def test_a_packet_gets_onto_a_gateway_in_its_own_zone_alone() -> None:
    world = through()
    assert outcome(with_attachment(world, "tgw-attach-a", subnets=("subnet-on", "subnet-app"))) == "reachable"
    # The cache is in zone 2: what comes off in another zone still gets there, but the reply does not get on.
    assert outcome(with_attachment(world, "tgw-attach-b", subnets=("subnet-off-1",))) == "blocked"
    back_by_peering = replace(world, peerings=(Peering("pcx-1", "vpc-a", "vpc-b"),))
    back_by_peering = with_routes(back_by_peering, "rtb-b", "10.0.1.0/24 pcx-1")
    assert outcome(with_attachment(back_by_peering, "tgw-attach-b", subnets=("subnet-off-1",))) == "reachable"


@pytest.mark.parametrize(
    ("where", "denied", "expected"),
    [
        # On the way there.
        ("subnet-on", "1 in deny tcp 6379 10.0.1.10/32", "blocked"),
        ("subnet-on", "1 out deny tcp 6379 0.0.0.0/0", "reachable"),
        ("subnet-off", "1 out deny tcp 6379 10.1.2.20/32", "blocked"),
        ("subnet-off", "1 in deny tcp 6379 0.0.0.0/0", "reachable"),
        # On the way back.
        ("subnet-off", "1 in deny tcp 32768-60999 10.1.2.20/32", "blocked"),
        ("subnet-off", "1 in deny tcp 50000 10.1.2.20/32", "partial"),
        ("subnet-off", "1 out deny tcp 32768-60999 0.0.0.0/0", "reachable"),
        ("subnet-on", "1 out deny tcp 32768-60999 10.0.1.10/32", "blocked"),
        ("subnet-on", "1 in deny tcp 32768-60999 0.0.0.0/0", "reachable"),
    ],
)
def test_the_acls_of_the_attachments_subnets_are_passed(where: str, denied: str, expected: str) -> None:
    assert outcome(guarded(through(), where, denied)) == expected


@pytest.mark.parametrize(
    ("denied", "expected"),
    [
        # There: out as ever, and in as well, by the same address that the packet comes from.
        ("1 out deny tcp 6379 10.1.2.20/32", "blocked"),
        ("1 in deny tcp 6379 10.0.1.10/32", "blocked"),
        ("1 in deny tcp 6379 10.1.2.20/32", "reachable"),
        # Back: straight in.
        ("1 in deny tcp 32768-60999 10.1.2.20/32", "reachable"),
        ("1 out deny tcp 32768-60999 0.0.0.0/0", "reachable"),
    ],
)
def test_an_instance_in_the_subnet_of_the_attachment(denied: str, expected: str) -> None:
    world = with_attachment(through(), "tgw-attach-a", subnets=("subnet-app",))
    assert outcome(guarded(world, "subnet-app", denied)) == expected


@pytest.mark.parametrize(
    ("denied", "expected"),
    [
        ("1 in deny tcp 6379 0.0.0.0/0", "reachable"),
        ("1 out deny tcp 6379 0.0.0.0/0", "reachable"),
        ("1 out deny tcp 32768-60999 10.0.1.10/32", "blocked"),
        ("1 in deny tcp 32768-60999 10.1.2.20/32", "blocked"),
    ],
)
def test_a_node_in_the_subnet_of_the_attachment(denied: str, expected: str) -> None:
    world = with_attachment(through(), "tgw-attach-b", subnets=("subnet-cache",))
    assert outcome(guarded(world, "subnet-cache", denied)) == expected


def test_a_packet_leaves_a_gateway_in_the_zone_it_came_from_where_it_can() -> None:
    world = with_attachment(through(), "tgw-attach-b", subnets=("subnet-off", "subnet-off-1"))
    assert outcome(guarded(world, "subnet-off", "1 out deny tcp 6379 0.0.0.0/0")) == "reachable"
    assert outcome(guarded(world, "subnet-off-1", "1 out deny tcp 6379 0.0.0.0/0")) == "blocked"


def test_where_a_packet_may_leave_a_gateway_here_or_there_it_is_unknown_if_that_matters() -> None:
    world = with_attachment(through(), "tgw-attach-b", subnets=("subnet-off", "subnet-off-3"))
    assert outcome(world) == "reachable"
    one = guarded(world, "subnet-off", "1 out deny tcp 6379 0.0.0.0/0")
    assert outcome(one) == "unknown"
    assert outcome(guarded(one, "subnet-off-3", "1 out deny tcp 6379 0.0.0.0/0")) == "blocked"


# Serverless caches.


def serverless(world: World) -> World:
    return with_nodes(with_cache(world, kind=SERVERLESS), node("sessions-001"))


def test_a_serverless_cache_is_somewhere_in_its_subnet() -> None:
    world = serverless(near())
    assert outcome(world) == "reachable"
    halves = ("out tcp 6379 10.0.2.0/25", "out tcp 6379 10.0.2.128/25")
    assert outcome(with_rules(world, "sg-app", *halves)) == "reachable"
    assert outcome(with_rules(world, "sg-app", halves[0])) == "unknown"
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 10.0.2.0/26", halves[1])) == "unknown"
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 10.0.2.77/32")) == "unknown"
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 10.0.1.0/24")) == "blocked"


def test_a_serverless_cache_has_none_of_the_addresses_that_aws_keeps() -> None:
    world = serverless(near())
    assert outcome(with_rules(world, "sg-app", "out tcp 6379 10.0.2.0/30", "out tcp 6379 10.0.2.255/32")) == "blocked"
    assert outcome(guarded(world, "subnet-app", "1 out deny tcp 6379 10.0.2.0/30")) == "reachable"
    assert outcome(guarded(world, "subnet-app", "1 out deny tcp 6379 10.0.2.254/31")) == "unknown"


# Estates, and what AWS says of them.


@pytest.mark.parametrize("wanted", ["reachable", "partial", "unknown", "blocked"])
def test_among_the_estates_are_those_with_this_verdict(wanted: str) -> None:
    found = find(
        worlds(),
        lambda world: wanted in all_verdicts(world).values(),
        settings=settings(
            max_examples=500, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        ),
    )
    assert wanted in all_verdicts(found).values()


@given(worlds())
@settings(max_examples=50)
def test_an_estate_could_be_one(world: World) -> None:
    interfaces = tuple(interface for instance in world.instances for interface in instance.interfaces)
    nodes = tuple(node for cache in world.caches for node in cache.nodes)
    things: tuple[Any, ...] = (
        *(*world.vpcs, *world.subnets, *world.acls, *world.tables, *world.groups, *world.instances, *world.peerings),
        *(*world.gateways, *world.attachments, *world.gateway_tables, *world.prefix_lists, *interfaces, *nodes),
    )
    assert len({thing.id for thing in things}) == len(things)
    for each in world.subnets:
        assert sum(each.id in acl.subnets for acl in world.acls) == 1
        assert sum(each.id in table.subnets for table in world.tables) <= 1
    for vpc in world.vpcs:
        assert sum(table.main for table in world.tables if table.vpc == vpc.id) == 1
    for acl in world.acls:
        numbers = [(each.egress, each.number) for each in acl.entries]
        assert len(set(numbers)) == len(numbers)
    for table in world.tables:
        places = [(each.to, each.propagated) for each in table.routes]
        assert len(set(places)) == len(places)
    for group in world.groups:
        assert len(set(group.rules)) == len(group.rules)


# What the oldest botocore that is supported does not know yet.
NEWER = {"DescribeServerlessCaches[].NetworkType"}
# Which member of the answer to an action has what it lists, where that is not named as in the action.
LISTED = {
    "DescribeInstances": "Reservations",
    "GetManagedPrefixListEntries": "Entries",
    "SearchTransitGatewayRoutes": "Routes",
}


def strangers(shape: Any, said: Any, path: str) -> list[str]:
    """The members of an answer that are not in the service's model, or have another type there."""
    if shape.type_name == "structure":
        if not isinstance(said, dict):
            return [path]
        found = [f"{path}.{member}" for member in said if member not in shape.members]
        for member in set(said) & set(shape.members):
            found += strangers(shape.members[member], said[member], f"{path}.{member}")
        return found
    if shape.type_name == "list":
        if not isinstance(said, list):
            return [path]
        return [each for one in said for each in strangers(shape.member, one, f"{path}[]")]
    types = {"string": str, "integer": int, "boolean": bool}
    # A bool is an int as well.
    fits = isinstance(said, types[shape.type_name]) and isinstance(said, bool) == (shape.type_name == "boolean")
    return [] if fits else [path]


@given(worlds())
@settings(max_examples=30)
def test_answers_are_in_the_shapes_of_the_services_models(world: World) -> None:
    session = botocore.session.get_session()
    models = [session.get_service_model(service) for service in ("ec2", "elasticache")]
    for action, said in answers(world).items():
        (model,) = [
            model
            for model in models
            if action in model.operation_names
            and (
                # Both services have one of this name.
                ("Cache" in action or "Replication" in action) == (model.service_name == "elasticache")
            )
        ]
        listed = LISTED.get(action, action.removeprefix("Describe"))
        shape = model.operation_model(action).output_shape.members[listed]
        for each in said.values() if isinstance(said, dict) else [said]:
            assert set(strangers(shape, each, action)) <= NEWER
