# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hop 3 and IPv6: every family that both sides have is needed, each with its own rules, entries and routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from tests.emulator.tests.ec2.conftest import make_subnet
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import accept, make_group
from tests.end_to_end.reach import (
    OPEN_IN,
    OPEN_OUT,
    Values,
    add_cache,
    add_route,
    answers,
    ask,
    carry_out,
    explain,
    interface_of,
    lanes,
    main_table,
    own_acl,
    path,
    subnet_group,
    troubles,
)
from tests.end_to_end.rules import allow

REACHED: tuple[str, dict[str, str]] = ("reachable", {})
# Nothing can be asked of addresses that are not there.
WITHOUT_FAMILY = ("blocked", {"address_family": "blocked"})
IMAGE = "ami-1"


class Dual(NamedTuple):
    """A VPC with both families: a subnet with a cache of each network type, and one with clients."""

    vpc_id: str
    caches: str
    clients: str
    group: str
    own: str


@pytest.fixture
def dual(ec2: Any, elasticache: Any) -> Dual:
    """Nothing is admitted yet."""
    vpc_id = ec2.create_vpc(
        CidrBlock="10.60.0.0/16", Ipv6CidrBlock="2001:db8:60::/56", Ipv6Pool="ipv6pool-ec2-0123456789abcdef0"
    )["Vpc"]["VpcId"]
    caches = make_subnet(ec2, vpc_id, "10.60.1.0/24", Ipv6CidrBlock="2001:db8:60:1::/64")
    clients = make_subnet(ec2, vpc_id, "10.60.2.0/24", Ipv6CidrBlock="2001:db8:60:2::/64")
    group, own = make_group(ec2, vpc_id, "dual-cache"), make_group(ec2, vpc_id, "dual-client")
    subnets = subnet_group(elasticache, "dual", [caches])
    for kind in ("ipv4", "ipv6", "dual_stack"):
        add_cache(elasticache, kind.replace("_", "-"), subnets, [group], NetworkType=kind)
    return Dual(vpc_id, caches, clients, group, own)


def start(ec2: Any, subnet_id: str, group_id: str, ipv6: int) -> str:
    """Start an instance with so many IPv6 addresses."""
    made = ec2.run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=subnet_id, SecurityGroupIds=[group_id], Ipv6AddressCount=ipv6
    )
    return str(made["Instances"][0]["InstanceId"])


def looked_at(
    result: Values, sources: Mapping[str, str], caches: Sequence[str]
) -> dict[str, dict[str, tuple[str, dict[str, str]]]]:
    """Return the answers by cache and source; behind a family that is missing, hops are not looked at."""
    found = {cache: answers(result, sources, cache) for cache in caches}
    return {
        cache: {
            name: (verdict, hops if "address_family" not in hops else {"address_family": hops["address_family"]})
            for name, (verdict, hops) in of_cache.items()
        }
        for cache, of_cache in found.items()
    }


def test_families_and_the_rules_of_each(ansible: Ansible, ec2: Any, dual: Dual) -> None:
    """An IPv4 range never serves IPv6; a group serves both."""
    sources = {"both": start(ec2, dual.clients, dual.own, 1), "old": start(ec2, dual.clients, dual.own, 0)}
    caches = ["ipv4", "ipv6", "dual-stack"]
    question = {"caches": caches, "sources": list(sources.values())}
    rule = allow(ec2, dual.group, "10.60.0.0/16", 6379)
    [result] = explain(ansible, question)
    assert looked_at(result, sources, caches) == {
        "ipv4": {"both": REACHED, "old": REACHED},
        "ipv6": {"both": ("blocked", {"cache_ingress": "blocked"}), "old": WITHOUT_FAMILY},
        "dual-stack": {"both": ("partial", {"cache_ingress": "partial"}), "old": REACHED},
    }
    part = path(result, sources["both"], "dual-stack")
    assert lanes(part, "family") == {("ipv4",): "ok", ("ipv6",): "blocked"}
    assert "ipv6" in part["summary"]
    assert lanes(path(result, sources["old"], "dual-stack"), "family") == {("ipv4",): "ok"}
    first = path(result, sources["old"], "ipv6")["first_blocker"]
    assert (first["code"], first["hop"]) == (None, "address_family")
    # By address, each family is asked about alone.
    interface = interface_of(ec2, sources["both"])
    [ipv6] = [each["Ipv6Address"] for each in interface["Ipv6Addresses"]]
    addresses = {"its IPv4": interface["PrivateIpAddress"], "its IPv6": ipv6}
    by_address = ask(ansible, "dual-stack", *addresses.values())
    assert answers(by_address, addresses) == {
        "its IPv4": REACHED,
        "its IPv6": ("blocked", {"cache_ingress": "blocked"}),
    }
    ec2.revoke_security_group_ingress(GroupId=dual.group, SecurityGroupRuleIds=[rule])
    allow(ec2, dual.group, dual.own, 6379)
    [result] = explain(ansible, question)
    assert looked_at(result, sources, caches) == {
        "ipv4": {"both": REACHED, "old": REACHED},
        "ipv6": {"both": REACHED, "old": WITHOUT_FAMILY},
        "dual-stack": {"both": REACHED, "old": REACHED},
    }


def test_acls_of_both_families_are_mended_in_one_go(ansible: Ansible, ec2: Any, dual: Dual) -> None:
    """The families share the numbers of entries; an entry for the one does not serve the other."""
    allow(ec2, dual.group, dual.own, 6379)
    source = start(ec2, dual.clients, dual.own, 1)
    own_acl(ec2, dual.vpc_id, dual.caches, OPEN_IN, OPEN_OUT)
    half = path(ask(ansible, "dual-stack", source), source)
    assert (half["verdict"], lanes(half, "family")) == ("partial", {("ipv4",): "ok", ("ipv6",): "blocked"})
    own_acl(ec2, dual.vpc_id, dual.clients, (32766, "out", "deny", "::/0", ""), (1, "in", "deny", "::/0", "22"))
    own_acl(ec2, dual.vpc_id, dual.caches)
    found = path(ask(ansible, "dual-stack", source), source)
    assert (found["verdict"], set(troubles(found))) == ("blocked", {"source_acl", "cache_acl", "reply_acls"})
    commands = carry_out(ansible, found)
    # Four looks in each family.
    assert len(commands) == 8
    assert len([command for command in commands if "--ipv6-cidr-block" in command]) == 4
    again = path(ask(ansible, "dual-stack", source), source)
    assert again["verdict"] == "reachable", again["summary"]


def test_routes_and_outbound_rules_of_both_families_over_a_peering(ansible: Ansible, ec2: Any, dual: Dual) -> None:
    """The IPv4 routes of both sides are there; those of IPv6 are asked for and added."""
    there = ec2.create_vpc(
        CidrBlock="10.70.0.0/16", Ipv6CidrBlock="2001:db8:70::/56", Ipv6Pool="ipv6pool-ec2-0123456789abcdef0"
    )["Vpc"]["VpcId"]
    subnet = make_subnet(ec2, there, "10.70.1.0/24", Ipv6CidrBlock="2001:db8:70:1::/64")
    made = ec2.create_vpc_peering_connection(VpcId=there, PeerVpcId=dual.vpc_id)["VpcPeeringConnection"]
    peering = made["VpcPeeringConnectionId"]
    accept(ec2, peering)
    add_route(ec2, main_table(ec2, there), "10.60.0.0/16", peering)
    add_route(ec2, main_table(ec2, dual.vpc_id), "10.70.0.0/16", peering)
    group = make_group(ec2, there, "far-client")
    allow(ec2, dual.group, group, 6379)
    # It may send over IPv4 alone.
    ec2.revoke_security_group_egress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
    )
    source = start(ec2, subnet, group, 1)
    found = path(ask(ansible, "dual-stack", source), source)
    assert (found["verdict"], troubles(found)) == (
        "partial",
        {"source_egress": "partial", "source_route": "partial", "return_route": "partial"},
    )
    assert lanes(found, "family") == {("ipv4",): "ok", ("ipv6",): "blocked"}
    commands = carry_out(ansible, found)
    assert sorted(command.split()[2] for command in commands) == [
        "authorize-security-group-egress",
        "create-route",
        "create-route",
    ]
    assert ask(ansible, "dual-stack", source)["verdict"] == "reachable"


def test_a_grant_to_an_ipv6_address(ansible: Ansible, dual: Dual) -> None:
    """What is outside AWS reaches a cache over IPv6 by a route to the Internet, of which no more is known."""
    address = "2001:db8:ffff::7"
    found = path(ask(ansible, "ipv6", address), address)
    assert (found["verdict"], found["first_blocker"]["hop"]) == ("blocked", "cache_ingress")
    [fix] = [each for each in found["fixes"] if each["task"]]
    [done] = ansible.tasks(fix["task"])
    assert done["changed"] is True
    after = path(ask(ansible, "ipv6", address), address)
    assert {hop["name"] for hop in after["hops"] if hop["verdict"] == "ok"} >= {"cache_ingress", "cache_acl"}
    assert after["verdict"] != "reachable"
    assert dual.vpc_id
