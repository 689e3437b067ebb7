# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hops 5, 8 and 11: network ACLs, which see each direction for itself, and nothing within one subnet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.estate import SUBNET_GROUP, Estate, start_instance
from tests.emulator.tests.ec2.conftest import make_subnet
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import make_group
from tests.end_to_end.reach import (
    ACL_RESTRICTION,
    EVERYWHERE,
    OPEN_IN,
    OPEN_OUT,
    Entry,
    acl_of,
    add_cache,
    add_entry,
    add_serverless,
    answers,
    ask,
    block_of,
    carry_out,
    codes,
    explain,
    interface_of,
    lanes,
    own_acl,
    parts,
    path,
    steps_of,
    troubles,
)
from tests.end_to_end.rules import allow

REACHED: tuple[str, dict[str, str]] = ("reachable", {})
NOT_OUT = ("blocked", {"source_acl": "blocked"})
NOT_ANSWERED = ("blocked", {"reply_acls": "blocked"})
HALF_ANSWERED = ("partial", {"reply_acls": "partial"})
WINDOWS = "ami-03cf127a"
NODE = "10.20.1.0/24"  # the subnet in which the node of the cache stands


@pytest.fixture
def cache(elasticache: Any, ec2: Any, estate: Estate) -> str:
    """A cache with its only node in the first subnet, which admits the whole VPC."""
    group = make_group(ec2, estate.vpc_id, "single-cache")
    allow(ec2, group, "10.20.0.0/16", 6379)
    return add_cache(elasticache, "single", SUBNET_GROUP, [group], PreferredAvailabilityZone="eu-west-1a")


class Corners:
    """Subnets with an ACL of their own each, and who stands in them."""

    def __init__(self, ec2: Any, estate: Estate) -> None:
        self.ec2 = ec2
        self.estate = estate
        self.acls: dict[str, str] = {}
        self._count = 0

    def subnet(self, *entries: Entry, cidr: str = "") -> str:
        """Make a subnet whose ACL has just these entries."""
        self._count += 1
        subnet_id = make_subnet(self.ec2, self.estate.vpc_id, cidr or f"10.20.{100 + self._count}.0/24")
        self.acls[subnet_id] = own_acl(self.ec2, self.estate.vpc_id, subnet_id, *entries)
        return subnet_id

    def start(self, *entries: Entry) -> str:
        """Start an instance in such a subnet."""
        return start_instance(self.ec2, self.subnet(*entries), self.estate.groups["app-web"])

    def acl_of(self, instance_id: str) -> str:
        """Return the ACL that guards an instance."""
        return self.acls[str(interface_of(self.ec2, instance_id)["SubnetId"])]


def test_the_acl_on_the_way_out(ansible: Ansible, ec2: Any, estate: Estate, cache: str) -> None:
    """The first entry that fits decides, by range, port and protocol; what none fits is denied."""
    corners = Corners(ec2, estate)
    deny: Entry = (90, "out", "deny", NODE, "6379")
    sources = {
        "no entry": corners.start(OPEN_IN),
        "denied before": corners.start(OPEN_IN, deny, OPEN_OUT),
        "denied by a range of ports": corners.start(OPEN_IN, (90, "out", "deny", EVERYWHERE, "6000-7000"), OPEN_OUT),
        "denied altogether": corners.start(OPEN_IN, (90, "out", "deny", "10.0.0.0/8", ""), OPEN_OUT),
        "allowed to another range": corners.start(OPEN_IN, (100, "out", "allow", "10.20.2.0/24", "")),
        "allowed on another port": corners.start(OPEN_IN, (100, "out", "allow", NODE, "6380-6390")),
        "denied after": corners.start(OPEN_IN, OPEN_OUT, (110, "out", "deny", NODE, "6379")),
        "denied to another range": corners.start(OPEN_IN, (90, "out", "deny", "10.20.2.0/24", ""), OPEN_OUT),
        "denied on another port": corners.start(OPEN_IN, (90, "out", "deny", NODE, "6380"), OPEN_OUT),
        "allowed just so": corners.start(OPEN_IN, (100, "out", "allow", NODE, "6379")),
        "in the subnet itself": estate.instances["web-1"],
    }
    udp = corners.start(OPEN_IN, OPEN_OUT)
    add_entry(ec2, corners.acl_of(udp), (90, "out", "deny", NODE, "6379"), protocol="17")
    sources["denied to another protocol"] = udp
    result = ask(ansible, cache, *sources.values())
    refused = list(sources)[:6]
    assert answers(result, sources) == {name: NOT_OUT if name in refused else REACHED for name in sources}
    assert codes(result, {name: sources[name] for name in refused}) == {name: [ACL_RESTRICTION] for name in refused}
    proofs = {name: parts(path(result, sources[name])["first_blocker"]) for name in refused}
    wanted = {"no entry": "*", "denied before": "90", "allowed to another range": "*"}
    assert {name: proofs[name] for name in wanted} == {
        name: {(corners.acl_of(sources[name]), f"outbound entry {number}")} for name, number in wanted.items()
    }
    within = steps_of(path(result, estate.instances["web-1"]), "source_acl")
    assert [(step["verdict"], step["evidence"]) for step in within] == [("ok", [])]


def test_replies_have_to_get_in_on_the_ports_that_clients_send_from(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, cache: str
) -> None:
    """Those of Linux, of Windows, and of what is neither known to be: 32768-60999, 49152-65535, 1024-65535."""
    corners = Corners(ec2, estate)
    ranges = {"linux": "32768-60999", "windows": "49152-65535", "any": "1024-65535", "port": "6379"}
    subnets = {name: corners.subnet(OPEN_OUT, (100, "in", "allow", NODE, ports)) for name, ports in ranges.items()}
    subnets["denied"] = corners.subnet(OPEN_OUT, (90, "in", "deny", NODE, "40000"), OPEN_IN)
    group = estate.groups["app-web"]
    sources: dict[str, str] = {}
    for name, subnet_id in subnets.items():
        sources[f"linux in {name}"] = start_instance(ec2, subnet_id, group)
        made = ec2.run_instances(ImageId=WINDOWS, MinCount=1, MaxCount=1, SubnetId=subnet_id, SecurityGroupIds=[group])
        sources[f"windows in {name}"] = made["Instances"][0]["InstanceId"]
        # The interface of a node of another cache is attached to no instance that EC2 tells of.
        elasticache.create_cache_subnet_group(
            CacheSubnetGroupName=name, CacheSubnetGroupDescription=name, SubnetIds=[subnet_id]
        )
        add_cache(elasticache, f"client-{name}", name, [group])
        [node] = ec2.describe_network_interfaces(
            Filters=[{"Name": "description", "Values": [f"ElastiCache client-{name}"]}]
        )["NetworkInterfaces"]
        sources[f"unknown in {name}"] = node["NetworkInterfaceId"]
    result = ask(ansible, cache, *sources.values())
    assert answers(result, sources) == {
        "linux in linux": REACHED,
        "windows in linux": HALF_ANSWERED,
        "unknown in linux": HALF_ANSWERED,
        "linux in windows": HALF_ANSWERED,
        "windows in windows": REACHED,
        "unknown in windows": HALF_ANSWERED,
        "linux in any": REACHED,
        "windows in any": REACHED,
        "unknown in any": REACHED,
        # The port of the cache is one of those that somebody may send from.
        "linux in port": NOT_ANSWERED,
        "windows in port": NOT_ANSWERED,
        "unknown in port": HALF_ANSWERED,
        "linux in denied": HALF_ANSWERED,
        "windows in denied": REACHED,
        "unknown in denied": HALF_ANSWERED,
    }
    first = path(result, sources["linux in port"])["first_blocker"]
    assert (first["code"], first["direction"]) == (ACL_RESTRICTION, "reply")
    assert parts(first) == {(corners.acls[subnets["port"]], "inbound entry *")}
    assert "32768-60999" in first["sentence"]
    denied = path(result, sources["linux in denied"])["first_blocker"]
    assert parts(denied) == {(corners.acls[subnets["denied"]], "inbound entry 90")}


def test_the_acl_of_each_node_in_and_out(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """One node of two is cut off: from outside its subnet, and not from within."""
    allow(ec2, estate.groups["sessions-cache"], "10.20.0.0/16", 6390)
    second = estate.subnet_ids[1]
    sources = {
        "in the other subnet": estate.instances["web-1"],
        "in this subnet": estate.instances["web-2"],
    }
    acl_id = own_acl(ec2, estate.vpc_id, second, OPEN_OUT, (100, "in", "allow", EVERYWHERE, "1024-6389"))
    result = ask(ansible, "sessions", *sources.values())
    # web-2 gets no replies of the first node either: its own subnet does not let them in.
    assert answers(result, sources) == {
        "in the other subnet": ("partial", {"cache_acl": "partial"}),
        "in this subnet": ("partial", {"reply_acls": "partial"}),
    }
    outside = path(result, estate.instances["web-1"])
    assert lanes(outside, "node") == {("sessions-001",): "ok", ("sessions-002",): "blocked"}
    assert parts(outside["first_blocker"]) == {(acl_id, "inbound entry *")}
    assert outside["first_blocker"]["direction"] == "forward"
    assert lanes(path(result, estate.instances["web-2"]), "node") == {
        ("sessions-001",): "blocked",
        ("sessions-002",): "ok",
    }
    ec2.replace_network_acl_entry(
        NetworkAclId=acl_id, RuleNumber=100, Egress=False, RuleAction="allow", Protocol="-1", CidrBlock=EVERYWHERE
    )
    add_entry(ec2, acl_id, (50, "out", "deny", "10.20.1.0/24", "1024-65535"))
    result = ask(ansible, "sessions", *sources.values())
    assert answers(result, sources) == {
        "in the other subnet": ("partial", {"reply_acls": "partial"}),
        # What it sends to the first node goes to port 6390, which the entry denies as well.
        "in this subnet": ("partial", {"source_acl": "partial"}),
    }


def test_every_command_of_an_answer_one_after_the_other(ansible: Ansible, ec2: Any, estate: Estate, cache: str) -> None:
    """A deny entry with no room before it but one number, the default deny, and replies on both sides."""
    corners = Corners(ec2, estate)
    source = corners.start((1, "in", "allow", "10.99.0.0/16", ""), (2, "out", "deny", EVERYWHERE, "22"), OPEN_OUT)
    add_entry(ec2, corners.acl_of(source), (3, "out", "deny", EVERYWHERE, "6379"))
    add_entry(ec2, corners.acl_of(source), (4, "in", "deny", EVERYWHERE, ""))
    own_acl(ec2, estate.vpc_id, estate.subnet_ids[0], (10, "in", "deny", "10.20.0.0/16", "6379"))
    found = path(ask(ansible, cache, source), source)
    assert (found["verdict"], troubles(found)) == (
        "blocked",
        {"source_acl": "blocked", "cache_acl": "blocked", "reply_acls": "blocked"},
    )
    assert len(found["blockers"]) == 4
    commands = carry_out(ansible, found)
    assert all(command.startswith("aws ec2 create-network-acl-entry ") for command in commands)
    again = path(ask(ansible, cache, source), source)
    assert again["verdict"] == "reachable", again["summary"]
    assert len(commands) == 4
    # Nothing is opened beyond what was asked for.
    opened = [
        entry
        for acl_id in (corners.acl_of(source), acl_of(ec2, estate.subnet_ids[0])[0])
        for entry in ec2.describe_network_acls(NetworkAclIds=[acl_id])["NetworkAcls"][0]["Entries"]
        if entry["RuleAction"] == "allow" and entry["CidrBlock"] in (NODE, block_of(ec2, subnet_of(ec2, source)))
    ]
    assert sorted((entry["PortRange"]["From"], entry["PortRange"]["To"]) for entry in opened) == [
        (6379, 6379),
        (6379, 6379),
        (32768, 60999),
        (32768, 60999),
    ]


def subnet_of(ec2: Any, instance_id: str) -> str:
    """Return the subnet in which an instance is."""
    return str(interface_of(ec2, instance_id)["SubnetId"])


def test_a_serverless_cache_with_two_ports_and_two_subnets(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Where its endpoints are within the subnets does not matter to ACLs that treat these as one."""
    corners = Corners(ec2, estate)
    allow(ec2, estate.groups["carts-cache"], "10.20.0.0/16", 6379, 6380)
    for subnet_id in estate.subnet_ids:
        own_acl(ec2, estate.vpc_id, subnet_id)
    source = corners.start()
    found = path(ask(ansible, "carts", source), source)
    assert (found["verdict"], set(troubles(found))) == ("blocked", {"source_acl", "cache_acl", "reply_acls"})
    commands = carry_out(ansible, found)
    # In and out of both subnets of the cache, and of that of the source for each of them; both ports are neighbours.
    assert len(commands) == 8
    assert len([command for command in commands if "From=6379,To=6380" in command]) == 4
    again = path(ask(ansible, "carts", source), source)
    assert again["verdict"] == "reachable", again["summary"]


def test_where_an_endpoint_is_matters_to_an_acl_that_splits_its_subnet(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """The address of the endpoint is not told: denied for some of the subnet is unknown, for all of it blocked."""
    corners = Corners(ec2, estate)
    group = make_group(ec2, estate.vpc_id, "corner-cache")
    allow(ec2, group, "10.20.0.0/16", 6379, 6380)
    add_serverless(elasticache, "corner", estate.subnet_ids[:1], [group])
    sources = {
        "half": corners.start(OPEN_IN, (90, "out", "deny", "10.20.1.128/25", ""), OPEN_OUT),
        "both halves": corners.start(
            OPEN_IN, (80, "out", "deny", "10.20.1.0/25", ""), (90, "out", "deny", "10.20.1.128/25", ""), OPEN_OUT
        ),
        # Nothing of anybody's can have the first four addresses of a subnet.
        "reserved": corners.start(OPEN_IN, (90, "out", "deny", "10.20.1.0/30", ""), OPEN_OUT),
    }
    result = ask(ansible, "corner", *sources.values())
    assert answers(result, sources) == {
        "half": ("unknown", {"source_acl": "unknown"}),
        "both halves": NOT_OUT,
        "reserved": REACHED,
    }


def test_the_mends_of_several_answers_do_not_get_in_each_others_way(
    ansible: Ansible, ec2: Any, estate: Estate, cache: str
) -> None:
    """Two caches behind one ACL: whoever makes all entries that one result offers is not stopped by their numbers."""
    corners = Corners(ec2, estate)
    source = corners.start(OPEN_IN, OPEN_OUT)
    allow(ec2, estate.groups["fragments-cache"], "10.20.0.0/16", 11211)
    for subnet_id in estate.subnet_ids:
        own_acl(ec2, estate.vpc_id, subnet_id, OPEN_OUT, (5, "in", "allow", "10.99.0.0/16", ""))
    question = {"caches": [cache, "fragments"], "sources": [source]}
    [result] = explain(ansible, question)
    assert result["verdict"] == "blocked"
    for found in result["paths"]:
        carry_out(ansible, found)
    [after] = explain(ansible, question)
    assert after["verdict"] == "reachable"
