# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hops 4, 9 and 10: one rule of one group is enough, on either side, for each port and node by itself."""

from __future__ import annotations

from typing import Any

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import SUBNET_GROUP, Estate, start_instance
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import add_interface, make_group, make_prefix_list
from tests.end_to_end.reach import (
    MISMATCH,
    NO_RULES,
    add_cache,
    add_serverless,
    address_of,
    answers,
    ask,
    block_of,
    carry_out,
    codes,
    default_group,
    evidence,
    explain,
    forbid_out,
    lanes,
    path,
    permit_out,
    steps_of,
    troubles,
)
from tests.end_to_end.rules import allow

REACHED: tuple[str, dict[str, str]] = ("reachable", {})
NOT_SENT = ("blocked", {"source_egress": "blocked"})
NOT_ADMITTED = ("blocked", {"cache_ingress": "blocked"})
PORT = 6390


class Senders:
    """Instances in the first subnet, each with groups of its own that let it send to what a test says."""

    def __init__(self, ec2: Any, estate: Estate) -> None:
        self.ec2 = ec2
        self.estate = estate

    def group(self, name: str, *targets: str | tuple[str, int] | tuple[str, int, str]) -> str:
        """Make a group that may send just to these."""
        group_id = make_group(self.ec2, self.estate.vpc_id, name)
        forbid_out(self.ec2, group_id)
        for target in targets:
            permit_out(self.ec2, group_id, *((target, PORT) if isinstance(target, str) else target))
        return group_id

    def start(self, *group_ids: str) -> str:
        """Start an instance with these groups."""
        instance_id = start_instance(self.ec2, self.estate.subnet_ids[0], group_ids[0])
        if len(group_ids) > 1:
            self.ec2.modify_instance_attribute(InstanceId=instance_id, Groups=list(group_ids))
        return instance_id


def test_what_the_source_may_send(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """All rules of all its groups and interfaces; each beside its neighbour that gets out."""
    senders = Senders(ec2, estate)
    cache = estate.groups["sessions-cache"]
    allow(ec2, cache, "10.20.0.0/16", PORT)
    near, far = (block_of(ec2, subnet_id) for subnet_id in estate.subnet_ids)
    wide = make_prefix_list(ec2, "nodes", cidrs=[near, far])
    narrow = make_prefix_list(ec2, "elsewhere", cidrs=["10.99.0.0/16"])
    mute, talking = senders.group("mute"), senders.group("talking", cache)
    sources = {
        "no rule": senders.start(mute),
        "another port": senders.start(senders.group("other-port", (cache, PORT + 1))),
        "another protocol": senders.start(senders.group("udp", (cache, PORT, "udp"))),
        "another group": senders.start(senders.group("other-group", estate.groups["app-web"])),
        "a range beside": senders.start(senders.group("beside", "10.20.9.0/24")),
        "a list without the nodes": senders.start(senders.group("unlisted", narrow)),
        "the subnet of one node": senders.start(senders.group("one", near)),
        "the subnets of both": senders.start(senders.group("two", near, far)),
        "the group of the cache": senders.start(talking),
        "a list with the nodes": senders.start(senders.group("listed", wide)),
        "a second group": senders.start(mute, talking),
    }
    second = senders.start(mute)
    add_interface(ec2, estate.subnet_ids[0], talking, second)
    sources["a second interface"] = second
    result = ask(ansible, "sessions", *sources.values())
    assert answers(result, sources) == {
        "no rule": NOT_SENT,
        "another port": NOT_SENT,
        "another protocol": NOT_SENT,
        "another group": NOT_SENT,
        "a range beside": NOT_SENT,
        "a list without the nodes": NOT_SENT,
        "the subnet of one node": ("partial", {"source_egress": "partial"}),
        "the subnets of both": REACHED,
        "the group of the cache": REACHED,
        "a list with the nodes": REACHED,
        "a second group": REACHED,
        "a second interface": REACHED,
    }
    blocked = {name: source for name, source in sources.items() if path(result, source)["verdict"] != "reachable"}
    assert codes(result, blocked) == {name: [NO_RULES if name == "no rule" else MISMATCH] for name in blocked}
    first = path(result, sources["no rule"])["first_blocker"]
    assert (first["hop"], first["direction"], evidence(first)) == ("source_egress", "forward", {mute})
    part = path(result, sources["the subnet of one node"])
    assert lanes(part, "node") == {("sessions-001",): "ok", ("sessions-002",): "blocked"}
    [where] = {step["where"] for step in steps_of(part, "source_egress") if step["verdict"] == "blocked"}
    assert "sessions-002" in where
    assert "sessions-002" in part["summary"]
    several = path(result, second)
    assert (several["several_interfaces"], lanes(several, "interface")) == (True, {(1,): "ok"})


def test_what_the_cache_admits(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """The union of its groups, whatever they let out; each beside its neighbour that admits."""
    web = estate.instances["web-1"]
    address = f"{address_of(ec2, web)}/32"
    listed = make_prefix_list(ec2, "web", cidrs=["10.98.0.0/16", address])
    unlisted = make_prefix_list(ec2, "not-web", cidrs=["10.98.0.0/16"])
    group, batch = estate.groups["app-web"], estate.groups["app-batch"]
    rules: dict[str, list[tuple[Any, ...]]] = {
        "none": [],
        "other-port": [(group, 6380)],
        "other-udp": [(group, 6379, 6379, "udp")],
        "other-group": [(batch, 6379)],
        "other-range": [("10.20.9.0/24", 6379)],
        "other-family": [("::/0", 6379)],
        "other-list": [(unlisted, 6379)],
        "port": [(group, 6379)],
        "ports": [(group, 6000, 7000)],
        "everything": [(group, 0, 0, "-1")],
        "address": [(address, 6379)],
        "list": [(listed, 6379)],
    }
    made = {}
    for name, its in rules.items():
        made[name] = make_group(ec2, estate.vpc_id, f"{name}-cache")
        for rule in its:
            given = {"protocol": rule[3]} if len(rule) > 3 else {}
            allow(ec2, made[name], *rule[:3], **given)
        forbid_out(ec2, made[name])
        add_cache(elasticache, name, SUBNET_GROUP, [made[name]])
    add_cache(elasticache, "union", SUBNET_GROUP, [made["none"], made["list"]])
    [result] = explain(ansible, {"caches": [*rules, "union"], "sources": [web]})
    found = {name: path(result, web, name) for name in (*rules, "union")}
    refused = {name for name in rules if name.startswith("other") or name == "none"}
    assert {name: (each["verdict"], troubles(each)) for name, each in found.items()} == {
        name: NOT_ADMITTED if name in refused else REACHED for name in found
    }
    for name in refused:
        [blocker] = found[name]["blockers"]
        assert blocker["code"] == (NO_RULES if name == "none" else MISMATCH), name
        assert made[name] in evidence(blocker)
        assert blocker == found[name]["first_blocker"]
    # What a cache lets out does not matter, and the answer says so.
    assert {step["verdict"] for each in found.values() for step in steps_of(each, "cache_egress")} == {"ok"}
    assert "stateful" in steps_of(found["port"], "cache_egress")[0]["sentence"]


def test_each_port_counts_and_a_member_that_is_late(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator
) -> None:
    """A serverless cache with one of its ports open is reached in part, and one whose members differ."""
    web = estate.instances["web-1"]
    half, both = (make_group(ec2, estate.vpc_id, name) for name in ("half", "both"))
    allow(ec2, half, estate.groups["app-web"], 6379)
    allow(ec2, both, estate.groups["app-web"], 6379, 6380)
    for name, group in (("half", half), ("both", both)):
        add_serverless(elasticache, name, estate.subnet_ids, [group])
    elasticache.create_serverless_cache(
        ServerlessCacheName="memcached",
        Engine="memcached",
        SubnetIds=list(estate.subnet_ids),
        SecurityGroupIds=[estate.groups["fragments-cache"]],
    )
    allow(ec2, estate.groups["fragments-cache"], estate.groups["app-web"], 11211)
    allow(ec2, estate.groups["sessions-cache"], estate.groups["app-web"], 6390)
    set_window(emulator.url, "sessions-002", group_ids=[half])
    caches = ["half", "both", "memcached", "sessions"]
    [result] = explain(ansible, {"caches": caches, "sources": [web]})
    part = path(result, web, "half")
    assert (part["verdict"], troubles(part)) == ("partial", {"cache_ingress": "partial"})
    assert lanes(part, "subnet_id", "port") == {
        (subnet_id, port): "ok" if port == 6379 else "blocked"
        for subnet_id in estate.subnet_ids
        for port in (6379, 6380)
    }
    assert "tcp/6380" in part["summary"]
    assert (part["first_blocker"]["code"], part["first_blocker"]["verdict"]) == (MISMATCH, "blocked")
    whole = path(result, web, "both")
    assert (whole["verdict"], len(whole["lanes"])) == ("reachable", 4)
    # It has a second port, which it does not tell of.
    second = path(result, web, "memcached")
    assert (second["verdict"], set(lanes(second, "port"))) == ("partial", {(11211,), (11212,)})
    late = path(result, web, "sessions")
    assert (late["verdict"], lanes(late, "node")) == (
        "partial",
        {("sessions-001",): "ok", ("sessions-002",): "blocked"},
    )
    assert evidence(late["first_blocker"]) >= {half}


def test_outbound_rules_that_are_missing_are_added_to_the_letter(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """For every port; a group of its own is preferred to the default one, which whatever else carries."""
    senders = Senders(ec2, estate)
    allow(ec2, estate.groups["carts-cache"], "10.20.0.0/16", 6379, 6380)
    default = default_group(ec2, estate.vpc_id)
    forbid_out(ec2, default)
    own = senders.group("own")
    sources = {
        "its own": senders.start(senders.group("no-port")),
        "the default one beside": senders.start(default, own),
        "the default one alone": senders.start(default),
    }
    result = ask(ansible, "carts", *sources.values())
    assert answers(result, sources) == dict.fromkeys(sources, NOT_SENT)
    assert f"--group-id {own} " in path(result, sources["the default one beside"])["fixes"][0]["command"]
    for source in sources.values():
        [command] = carry_out(ansible, path(result, source))
        assert command.startswith("aws ec2 authorize-security-group-egress ")
    assert ask(ansible, "carts", *sources.values())["verdict"] == "reachable"


def test_an_outbound_rule_is_added_for_the_port_that_lacks_one(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """EC2 refuses all rules of a call of which it has one already."""
    senders = Senders(ec2, estate)
    carts = estate.groups["carts-cache"]
    allow(ec2, carts, "10.20.0.0/16", 6379, 6380)
    source = senders.start(senders.group("one-port", (carts, 6379)))
    found = path(ask(ansible, "carts", source), source)
    assert (found["verdict"], troubles(found)) == ("partial", {"source_egress": "partial"})
    carry_out(ansible, found)
    assert ask(ansible, "carts", source)["verdict"] == "reachable"
