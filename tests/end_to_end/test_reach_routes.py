# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hops 6 and 12: the longest prefix in the right table, on the way to each node and back from it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.emulator.estate import Estate, start_instance
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import accept, add_interface, make_prefix_list, make_vpc, peer
from tests.end_to_end.reach import (
    BAD_ROUTE,
    EVERYWHERE,
    MORE_SPECIFIC,
    NO_ROUTE,
    Elsewhere,
    add_route,
    answers,
    ask,
    carry_out,
    codes,
    interface_of,
    lanes,
    main_table,
    own_table,
    parts,
    path,
    steps_of,
    table_of,
    troubles,
)
from tests.end_to_end.rules import allow

REACHED: tuple[str, dict[str, str]] = ("reachable", {})
NOT_ROUTED = ("blocked", {"source_route": "blocked"})
OURS = "10.20.0.0/16"


class Peered(NamedTuple):
    """A VPC with an active peering, over which the estate's routes lead to it, and another one that is gone."""

    there: Elsewhere
    peering: str
    dead: str
    beside: str


@pytest.fixture
def peered(ec2: Any, estate: Estate) -> Peered:
    """Only the routes of the other VPC are missing."""
    there = Elsewhere(ec2, "10.30.0.0/16", "clients")
    peering = peer(ec2, estate, there.vpc_id)
    accept(ec2, peering)
    add_route(ec2, main_table(ec2, estate.vpc_id), there.cidr, peering)
    allow(ec2, estate.groups["sessions-cache"], there.group_id, 6390)
    third = make_vpc(ec2, "10.20.0.0/16", "twin")
    others = []
    for _each in range(2):
        made = ec2.create_vpc_peering_connection(VpcId=there.vpc_id, PeerVpcId=third.vpc_id)
        others.append(made["VpcPeeringConnection"]["VpcPeeringConnectionId"])
        accept(ec2, others[-1])
        third = make_vpc(ec2, "10.20.0.0/16", "twin")
    return Peered(there, peering, *others)


def test_routes_to_the_cache(ansible: Ansible, ec2: Any, peered: Peered) -> None:
    """Each table beside its neighbour that leads there."""
    there, peering = peered.there, peered.peering
    add_route(ec2, main_table(ec2, there.vpc_id), OURS, peering)
    listed = make_prefix_list(ec2, "ours", cidrs=["10.99.0.0/16", OURS])
    near = make_prefix_list(ec2, "near", cidrs=["10.20.1.0/24"])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=there.vpc_id)
    box = add_interface(ec2, there.subnet(), there.group_id)
    ec2.attach_network_interface(DeviceIndex=1, InstanceId=there.start_by_main_table(), NetworkInterfaceId=box)
    to_cache, over = (OURS, peering), peered.beside
    sources = {
        "no route": there.start(),
        "a route to one subnet": there.start(("10.20.1.0/24", peering)),
        "to the Internet": there.start((EVERYWHERE, gateway)),
        "a blackhole": there.start((OURS, peered.dead)),
        "a more specific blackhole": there.start(to_cache, ("10.20.0.0/22", peered.dead)),
        "a more specific route elsewhere": there.start(to_cache, ("10.20.0.0/22", over)),
        "a more specific one for one node": there.start(to_cache, ("10.20.2.0/24", over)),
        "a list for one node": there.start((near, peering)),
        "over an appliance": there.start((OURS, box)),
        "the route": there.start(to_cache),
        "the main table": there.start_by_main_table(),
        "the route beside the Internet": there.start(to_cache, (EVERYWHERE, gateway)),
        "a less specific route elsewhere": there.start(to_cache, ("10.0.0.0/8", over)),
        "a route to everything": there.start((EVERYWHERE, peering)),
        "a list": there.start((listed, peering)),
    }
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peered.dead)
    result = ask(ansible, "sessions", *sources.values())
    partly = ("partial", {"source_route": "partial"})
    assert answers(result, sources) == {
        "no route": NOT_ROUTED,
        "a route to one subnet": partly,
        "to the Internet": NOT_ROUTED,
        "a blackhole": NOT_ROUTED,
        "a more specific blackhole": NOT_ROUTED,
        "a more specific route elsewhere": NOT_ROUTED,
        "a more specific one for one node": partly,
        "a list for one node": partly,
        # What the appliance does nobody knows, and rules do not see groups behind it: only a range could admit it.
        "over an appliance": ("blocked", {"source_route": "unknown", "link": "unknown", "cache_ingress": "blocked"}),
        **dict.fromkeys(list(sources)[9:], REACHED),
    }
    stopped = {name: sources[name] for name in list(sources)[:8]}
    assert {name: set(found) for name, found in codes(result, stopped).items()} == {
        "no route": {NO_ROUTE},
        "a route to one subnet": {NO_ROUTE},
        "to the Internet": {NO_ROUTE},
        "a blackhole": {BAD_ROUTE},
        "a more specific blackhole": {BAD_ROUTE},
        "a more specific route elsewhere": {MORE_SPECIFIC},
        "a more specific one for one node": {MORE_SPECIFIC},
        "a list for one node": {NO_ROUTE},
    }

    def proof(name: str) -> set[tuple[str, str | None]]:
        steps = path(result, sources[name])["blockers"]
        return {(part or "", each) for step in steps for each, part in parts(step)}

    def table(name: str) -> str:
        return table_of(ec2, interface_of(ec2, sources[name])["SubnetId"])

    assert proof("no route") == {("", table("no route"))}
    assert proof("a blackhole") == {(f"route to {OURS}", table("a blackhole"))}
    assert proof("a more specific route elsewhere") == {
        ("route to 10.20.0.0/22", table("a more specific route elsewhere"))
    }
    assert lanes(path(result, sources["a more specific one for one node"]), "node") == {
        ("sessions-001",): "ok",
        ("sessions-002",): "blocked",
    }
    [by_main] = {
        each["id"]
        for step in steps_of(path(result, sources["the main table"]), "source_route")
        for each in step["evidence"]
    }
    assert by_main == main_table(ec2, there.vpc_id)


def test_routes_back_from_each_node(ansible: Ansible, ec2: Any, estate: Estate, peered: Peered) -> None:
    """Of two nodes one has no route back, or a wrong one; the way there is fine."""
    source = peered.there.start((OURS, peered.peering))
    lonely = own_table(ec2, estate.vpc_id, estate.subnet_ids[1])
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == ("partial", {"return_route": "partial"})
    [blocker] = found["blockers"]
    assert (blocker["code"], blocker["direction"], parts(blocker)) == (NO_ROUTE, "reply", {(lonely, None)})
    assert lanes(found, "node") == {("sessions-001",): "ok", ("sessions-002",): "blocked"}
    [command] = carry_out(ansible, found)
    assert command.startswith(f"aws ec2 create-route --route-table-id {lonely} ")
    assert ask(ansible, "sessions", source)["verdict"] == "reachable"
    # Both nodes, and a peering that is gone: to be replaced where it is for just that range, and overridden elsewhere.
    gone = make_vpc(ec2, "10.30.0.0/16", "gone")
    dead = peer(ec2, estate, gone.vpc_id)
    accept(ec2, dead)
    block = "10.30.1.0/24"
    ec2.replace_route(RouteTableId=lonely, DestinationCidrBlock=block, VpcPeeringConnectionId=dead)
    add_route(ec2, main_table(ec2, estate.vpc_id), "10.30.0.0/20", dead)
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=dead)
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == ("blocked", {"return_route": "blocked"})
    assert [step["code"] for step in found["blockers"]] == [BAD_ROUTE, BAD_ROUTE]
    commands = carry_out(ansible, found)
    assert sorted(command.split()[2] for command in commands) == ["create-route", "replace-route"]
    assert ask(ansible, "sessions", source)["verdict"] == "reachable"


def test_missing_routes_to_several_subnets_are_added_to_the_letter(ansible: Ansible, ec2: Any, peered: Peered) -> None:
    """None, blackholes, and one elsewhere that is longer: to the subnets of both nodes."""
    there = peered.there
    sources = {
        "none": there.start(),
        "one blackhole": there.start((OURS, peered.dead)),
        "a blackhole for just one subnet": there.start(("10.20.1.0/24", peered.dead), (OURS, peered.dead)),
        "elsewhere": there.start((OURS, peered.peering), ("10.20.0.0/20", peered.beside)),
    }
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peered.dead)
    result = ask(ansible, "sessions", *sources.values())
    assert answers(result, sources) == dict.fromkeys(sources, NOT_ROUTED)
    verbs = {
        name: sorted(command.split()[2] for command in carry_out(ansible, path(result, source)))
        for name, source in sources.items()
    }
    assert verbs["none"] == ["create-route", "create-route"]
    assert verbs["a blackhole for just one subnet"] == ["create-route", "replace-route"]
    after = ask(ansible, "sessions", *sources.values())
    assert answers(after, sources) == dict.fromkeys(sources, REACHED)


def test_within_a_vpc_the_local_route_leads_there_unless_something_is_put_in_between(
    ansible: Ansible, ec2: Any, estate: Estate
) -> None:
    """A route to an appliance that is longer than the local one is not looked into; within one subnet none matters."""
    allow(ec2, estate.groups["sessions-cache"], "10.20.0.0/16", 6390)
    first = estate.subnet_ids[0]
    box = add_interface(ec2, first, estate.groups["app-web"], estate.instances["batch-1"])
    around = ec2.create_subnet(VpcId=estate.vpc_id, CidrBlock="10.20.7.0/24")["Subnet"]["SubnetId"]
    table = own_table(ec2, estate.vpc_id, around, first)
    add_route(ec2, table, "10.20.2.0/24", box)
    sources = {
        "around": start_instance(ec2, around, estate.groups["app-web"]),
        "in the first subnet": estate.instances["web-1"],
        "in the second subnet": estate.instances["web-2"],
    }
    result = ask(ansible, "sessions", *sources.values())
    # From around, node 002 is behind the appliance; the groups of the sender are of no use there, and its range is.
    assert answers(result, sources) == {
        "around": ("unknown", {"source_route": "unknown"}),
        "in the first subnet": ("unknown", {"source_route": "unknown"}),
        # It is the replies of the first node that go another way.
        "in the second subnet": ("unknown", {"return_route": "unknown"}),
    }
    found = path(result, sources["around"])
    assert lanes(found, "node") == {("sessions-001",): "ok", ("sessions-002",): "unknown"}
    assert (found["first_blocker"], found["fixes"]) == (None, [])
    assert box in found["summary"]
