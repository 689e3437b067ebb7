# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How many calls an explanation makes: as many as AWS's lists have pages, however many pairs there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.emulator.calls import OK, clear, counted, totals
from tests.emulator.estate import SUBNET_GROUP, Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import accept, make_group, peer
from tests.end_to_end.reach import Elsewhere, Values, add_cache, add_route, explain, interface_of, main_table, path
from tests.end_to_end.rules import allow

ABSENT = {"CacheClusterNotFound", "ReplicationGroupNotFoundFault", "ServerlessCacheNotFoundFault"}
LINKS = {"ec2:DescribeVpcPeeringConnections", "ec2:DescribeTransitGatewayVpcAttachments"}


def calls_of(ansible: Ansible, emulator: Emulator, **question: Any) -> tuple[dict[str, int], Values]:
    """Explain; return how often which call was made, all of them reads, and the answer."""
    clear(emulator.url)
    [result] = explain(ansible, question)
    counts = counted(emulator.url)
    # A cache that is named alone is asked for as each kind of cache.
    assert {answer for answers in counts.values() for answer in answers} <= {OK, *ABSENT}
    assert all(name.partition(":")[2].startswith(("Describe", "Get", "Search")) for name in counts)
    return totals(counts), result


def run_many(ec2: Any, subnet_id: str, group_id: str, count: int) -> list[str]:
    """Start so many instances at once."""
    made = ec2.run_instances(
        ImageId="ami-1", MinCount=count, MaxCount=count, SubnetId=subnet_id, SecurityGroupIds=[group_id]
    )
    return [each["InstanceId"] for each in made["Instances"]]


def add_caches(ec2: Any, elasticache: Any, estate: Estate, numbers: Sequence[int]) -> list[str]:
    """Add caches, each with a group of its own, that admit web servers."""
    names = []
    for number in numbers:
        group = make_group(ec2, estate.vpc_id, f"many-{number}-cache")
        allow(ec2, group, estate.groups["app-web"], 6379)
        names.append(add_cache(elasticache, f"many-{number}", SUBNET_GROUP, [group]))
    return names


def test_calls_do_not_grow_with_pairs(
    ansible: Ansible, emulator: Emulator, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """Two by two, and thirty by twelve, in one VPC and across a peering."""
    other = Elsewhere(ec2, "10.30.0.0/16", "clients")
    peering = peer(ec2, estate, other.vpc_id)
    accept(ec2, peering)
    add_route(ec2, main_table(ec2, estate.vpc_id), other.cidr, peering)
    add_route(ec2, main_table(ec2, other.vpc_id), "10.20.0.0/16", peering)
    far = run_many(ec2, other.subnet(), other.group_id, 15)
    near = run_many(ec2, estate.subnet_ids[0], estate.groups["app-web"], 30)
    caches = add_caches(ec2, elasticache, estate, range(12))
    few, small = calls_of(ansible, emulator, caches=caches[:2], sources=near[:2])
    many, large = calls_of(ansible, emulator, caches=caches, sources=near)
    assert few == many
    assert not LINKS & set(many)
    assert not [name for name in many if "Gateway" in name]
    # Nothing tells the sources apart: one path per cache.
    assert (len(small["paths"]), len(large["paths"])) == (2, 12)
    assert all(set(found["sources"]) == set(near) for found in large["paths"])
    assert (small["verdict"], large["verdict"]) == ("reachable", "reachable")
    # One of each side of the peering, and fifteen.
    few, small = calls_of(ansible, emulator, caches=caches[:2], sources=[near[0], far[0]])
    many, large = calls_of(ansible, emulator, caches=caches, sources=[*near[:15], *far], include_hops=False)
    assert few == many
    assert set(many) >= LINKS
    assert (len(small["paths"]), len(large["paths"])) == (4, 24)
    assert path(large, far[0], caches[0])["verdict"] == "blocked"
    assert large["verdict"] == "partial"


def test_more_than_two_hundred_go_in_portions(ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate) -> None:
    """Of instances, of interfaces and of addresses, none of which is told apart from the others, nor lost."""
    allow(ec2, estate.groups["sessions-cache"], estate.groups["app-web"], 6390)
    subnet = ec2.create_subnet(VpcId=estate.vpc_id, CidrBlock="10.20.128.0/20")["Subnet"]["SubnetId"]
    instances = run_many(ec2, subnet, estate.groups["app-web"], 201)
    shown = [
        instance
        for page in ec2.get_paginator("describe_instances").paginate()
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
        if instance["InstanceId"] in set(instances)
    ]
    interfaces = [each["NetworkInterfaces"][0]["NetworkInterfaceId"] for each in shown]
    addresses = [each["PrivateIpAddress"] for each in shown]
    one, _result = calls_of(ansible, emulator, caches=["sessions"], sources=instances[:1])
    for sources in (instances, interfaces, addresses):
        counts, result = calls_of(ansible, emulator, caches=["sessions"], sources=sources, include_hops=False)
        assert result["caches"][0]["verdicts"] == dict.fromkeys(sources, "reachable")
        assert len(result["paths"]) == 1
        assert sum(counts.values()) <= sum(one.values()) + 4, counts
        assert counts["ec2:DescribeInstances"] == 2
    assert len(str(result["paths"][0]["summary"])) < 300


def test_prefix_lists_and_gateways_take_calls_only_where_they_are_named(
    ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate
) -> None:
    """Links are asked for where an address is outside, which something may join."""
    batch = estate.instances["batch-1"]
    interface = interface_of(ec2, batch)["NetworkInterfaceId"]
    here, _result = calls_of(ansible, emulator, caches=["sessions"], sources=[batch])
    by_interface, _result = calls_of(ansible, emulator, caches=["sessions"], sources=[interface])
    outside, _result = calls_of(ansible, emulator, caches=["sessions"], sources=["192.0.2.7"])
    assert "ec2:GetManagedPrefixListEntries" not in here
    assert set(here) | LINKS == set(outside) | {"ec2:DescribeInstances"} | LINKS
    assert set(by_interface) == set(here)
    assert max(here.values()) <= 2
