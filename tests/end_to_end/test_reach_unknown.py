# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the credentials may not read, or what is not looked into, is unknown: never reachable, nor blocked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.emulator.tests.ec2.conftest import make_subnet
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.end_to_end.conftest import Call, Credentials
from tests.end_to_end.networks import accept, make_gateway, make_prefix_list, peer
from tests.end_to_end.reach import (
    EVERYWHERE,
    MODULE,
    Elsewhere,
    Values,
    add_route,
    address_of,
    ask,
    interface_of,
    main_table,
    path,
    steps_of,
    troubles,
)
from tests.end_to_end.rules import allow

GUIDE = (CHECKOUT / "docs" / "reachability.md").read_text()
[POLICY] = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
READ: list[str] = json.loads(POLICY)["Statement"][0]["Action"]
NETWORKS = "elasticache:DescribeCacheSubnetGroups"
LISTINGS = [action for action in READ if action.startswith("elasticache:") and action != NETWORKS]

World = dict[str, str]
Without = Callable[..., dict[str, Values]]


@pytest.fixture
def world(ec2: Any, estate: Estate) -> World:
    """Sources whose ways need every kind of read: one here, one over a peering, one over a gateway."""
    peered, attached = Elsewhere(ec2, "10.30.0.0/16", "peered"), Elsewhere(ec2, "10.31.0.0/16", "attached")
    main = main_table(ec2, estate.vpc_id)
    peering = peer(ec2, estate, peered.vpc_id)
    accept(ec2, peering)
    add_route(ec2, main, peered.cidr, peering)
    gateway = make_gateway(ec2, "enable")
    ours = [make_subnet(ec2, estate.vpc_id, f"10.20.25{number}.0/28", zone) for number, zone in enumerate("ab")]
    for vpc_id, subnets in ((estate.vpc_id, ours), (attached.vpc_id, [attached.subnet()])):
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway,
            VpcId=vpc_id,
            SubnetIds=subnets,
            Options={"SecurityGroupReferencingSupport": "enable"},
        )
    add_route(ec2, main, attached.cidr, gateway)
    sessions, carts = estate.groups["sessions-cache"], estate.groups["carts-cache"]
    allow(ec2, sessions, estate.groups["app-web"], 6390)
    allow(ec2, sessions, make_prefix_list(ec2, "peers", cidrs=[peered.cidr]), 6390)
    allow(ec2, sessions, attached.group_id, 6390)
    allow(ec2, carts, "10.0.0.0/8", 6379, 6380)
    return {
        "here": estate.instances["web-1"],
        "peered": peered.start(("10.20.0.0/16", peering)),
        "attached": attached.start((EVERYWHERE, gateway)),
    }


@pytest.fixture
def without(ansible: Ansible, permitted: Callable[[list[str]], Credentials]) -> Without:
    """Asks with each of these permissions taken away alone, by what was taken away; "" for none."""

    def explain(*actions: str, **question: Any) -> dict[str, Values]:
        users = [permitted([each for each in READ if each != action]) for action in actions]
        tasks = [{MODULE: question, "environment": credentials} for credentials in users]
        return dict(zip(actions, ansible.tasks(*tasks), strict=True))

    return explain


def doubts(found: Values) -> set[str]:
    """Return the actions that would tell more."""
    return {step["action"] for hop in found["hops"] for step in hop["steps"] if step["action"]}


def test_the_policy_of_the_guide_is_enough_and_each_of_its_actions_needed(
    without: Without, world: World, calls: list[Call]
) -> None:
    """Nothing more is asked for, nothing is changed, and whatever is missing is named where it is missed."""
    caches = ["sessions", "carts"]
    results = without("", *(each for each in READ if each not in LISTINGS), caches=caches, sources=list(world.values()))
    asked = {call.action for call in calls if " elasticache.access/" in call.user_agent}
    assert asked == {action.partition(":")[2] for action in READ}
    whole = results.pop("")
    assert whole["verdict"] == "reachable", [found["summary"] for found in whole["paths"]]
    instances = results.pop("ec2:DescribeInstances")
    assert instances["failed"] is True
    assert instances["msg"] == (
        "AWS does not permit these credentials ec2:DescribeInstances; allow that action in their policy."
    )
    assert not any(result.get("failed") or result["changed"] for result in results.values())
    pairs = {
        action: {(cache, name): path(result, source, cache) for cache in caches for name, source in world.items()}
        for action, result in results.items()
    }
    every = {(cache, name) for cache in caches for name in world}
    over_gateway = {(cache, "attached") for cache in caches}
    expected = {
        "ec2:DescribeNetworkAcls": every,
        # That all of the subnets in which the nodes may stand are reached is certain without.
        "ec2:DescribeNetworkInterfaces": set(),
        "ec2:DescribeRouteTables": every,
        "ec2:DescribeSecurityGroupRules": every,
        # For their names alone, where rules can be read.
        "ec2:DescribeSecurityGroups": set(),
        # Which zone the attachment serves; and in which subnets the serverless cache stands.
        "ec2:DescribeSubnets": {("sessions", "attached"), *(("carts", name) for name in world)},
        "ec2:DescribeTransitGatewayAttachments": over_gateway,
        "ec2:DescribeTransitGatewayVpcAttachments": over_gateway,
        # Whether rules see groups across the gateway; a range needs no such thing.
        "ec2:DescribeTransitGateways": {("sessions", "attached")},
        "ec2:DescribeVpcPeeringConnections": {(cache, "peered") for cache in caches},
        "ec2:GetManagedPrefixListEntries": {("sessions", "peered")},
        "ec2:SearchTransitGatewayRoutes": over_gateway,
        # Where nodes stand, their interfaces tell.
        NETWORKS: set(),
    }
    assert expected.keys() == pairs.keys()
    wrong = [
        f"without {action}, from {name} to {cache}: {found['summary']}"
        for action, of_action in pairs.items()
        for (cache, name), found in of_action.items()
        if found["verdict"] != ("unknown" if (cache, name) in expected[action] else "reachable") or found["blockers"]
    ]
    unnamed = [
        f"without {action}, from {name} to {cache}: nothing names the action"
        for action, of_action in pairs.items()
        for (cache, name), found in of_action.items()
        if found["verdict"] == "unknown" and action not in doubts(found)
    ]
    assert [*wrong, *unnamed] == []
    by_zone = pairs["ec2:DescribeNetworkInterfaces"]["sessions", "here"]["lanes"]
    assert {lane["node"] for lane in by_zone} == {"sessions-001", "sessions-002"}
    assert len({lane["subnet_id"] for lane in by_zone}) == 2


@pytest.mark.usefixtures("estate")
def test_the_guide_says_what_fails(without: Without) -> None:
    """Without those of its policy that list caches nothing is answered."""
    assert (
        "Without those of `elasticache` that list caches, that is all but `DescribeCacheSubnetGroups`, it fails"
        in GUIDE
    )
    results = without(*LISTINGS, caches=["sessions"], sources=["192.0.2.7"])
    assert {action for action, result in results.items() if result.get("failed")} == set(LISTINGS)
    assert all(
        f"AWS does not permit these credentials {action};" in result["msg"] for action, result in results.items()
    )


def test_interfaces_and_addresses_without_the_right_to_see_them(without: Without, ec2: Any, world: World) -> None:
    """Of an interface it is lacking, of an address it is not known whose it is, nor whether the instance runs."""
    interface = interface_of(ec2, world["here"])["NetworkInterfaceId"]
    address = address_of(ec2, world["here"])
    interfaces, instances = "ec2:DescribeNetworkInterfaces", "ec2:DescribeInstances"
    refused = without(interfaces, caches=["sessions"], sources=[interface])[interfaces]
    assert refused["msg"].startswith(f"AWS does not permit these credentials {interfaces}")
    resting = without(instances, caches=["sessions"], sources=[interface, address])[instances]
    for source in (interface, address):
        found = path(resting, source)
        assert (found["verdict"], instances in doubts(found)) == ("unknown", True)
        assert steps_of(found, "source_state")[0]["action"] == instances
    # Who has it is not seen, which is not to say that nobody has.
    hidden = without(interfaces, caches=["carts"], sources=[address])[interfaces]
    found = path(hidden, address)
    assert (found["verdict"], interfaces in doubts(found)) == ("unknown", True), found["summary"]


def test_what_is_certainly_blocked_is_so_whatever_else_is_not_known(
    without: Without, emulator: Emulator, ec2: Any, estate: Estate
) -> None:
    """Rules that admit nobody block, with the ACLs and routes unread."""
    batch = estate.instances["batch-1"]
    for action, result in without(
        "ec2:DescribeNetworkAcls", "ec2:DescribeRouteTables", caches=["fragments"], sources=[batch]
    ).items():
        found = path(result, batch)
        assert found["verdict"] == "blocked", action
        assert found["first_blocker"]["hop"] == "cache_ingress"
    # And where these are all that is certain: a stopped instance.
    emulator.trust_everybody()
    ec2.stop_instances(InstanceIds=[batch])
    rules = "ec2:DescribeSecurityGroupRules"
    found = path(without(rules, caches=["sessions"], sources=[batch])[rules], batch)
    assert (found["verdict"], found["first_blocker"]["hop"]) == ("blocked", "source_state")


def test_outside_aws_and_behind_what_is_not_modelled(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """An address over a VPN or the Internet: at best unknown, with the side of the cache looked at."""
    office = "198.51.100.9"
    allow(ec2, estate.groups["sessions-cache"], f"{office}/32", 6390)
    main = main_table(ec2, estate.vpc_id)
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=estate.vpc_id)
    before = path(ask(ansible, "sessions", office), office)
    assert (before["verdict"], before["first_blocker"]["hop"]) == ("blocked", "return_route")
    add_route(ec2, main, "198.51.100.0/24", gateway)
    found = path(ask(ansible, "sessions", office), office)
    assert found["verdict"] == "unknown"
    assert {name for name, verdict in troubles(found).items() if verdict != "unknown"} == set()
    assert set(troubles(found)) == {
        *("source_state", "source_egress", "source_acl", "source_route", "link", "return_route")
    }
    assert (found["blockers"], found["fixes"]) == ([], [])
    assert found["summary"].startswith(f"Whether {office} can reach sessions is not known: ")


def test_a_public_serverless_cache_is_not_promised_anything(ansible: Ansible, elasticache: Any, estate: Estate) -> None:
    """Security groups do not guard it."""
    elasticache.create_serverless_cache(
        ServerlessCacheName="open",
        Engine="valkey",
        SubnetIds=list(estate.subnet_ids),
        SecurityGroupIds=[estate.groups["carts-cache"]],
        ConnectionType="public",
    )
    web = estate.instances["web-1"]
    found = path(ask(ansible, "open", web), web)
    assert (found["verdict"], found["lanes"]) == ("unknown", [])
    [step] = steps_of(found, "cache_ingress")
    assert (step["verdict"], "public connection" in step["sentence"]) == ("unknown", True)
    assert "public" in found["summary"]
