# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hop 7 over peerings: their state, routes on both sides, and which groups rules can name across them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import accept, peer
from tests.end_to_end.reach import (
    BAD_ATTACHMENT,
    MISMATCH,
    Elsewhere,
    add_route,
    address_of,
    answers,
    ask,
    carry_out,
    evidence,
    main_table,
    path,
    steps_of,
    troubles,
)
from tests.end_to_end.rules import allow

OTHER_ACCOUNT = "210987654321"
REACHED: tuple[str, dict[str, str]] = ("reachable", {})


def test_states_of_a_peering(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Nothing at all, pending, deleted, and active; an active one beside a deleted one is what counts."""
    kinds = ("nothing", "pending", "deleted", "active", "renewed")
    others = {kind: Elsewhere(ec2, f"10.3{number}.0.0/16", kind) for number, kind in enumerate(kinds)}
    main = main_table(ec2, estate.vpc_id)
    peerings = {}
    sources = {}
    for kind, other in others.items():
        allow(ec2, estate.groups["sessions-cache"], other.cidr, 6390)
        if kind == "nothing":
            sources[kind] = other.start()
            continue
        if kind == "renewed":
            old = peer(ec2, estate, other.vpc_id)
            accept(ec2, old)
            ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=old)
        peerings[kind] = peer(ec2, estate, other.vpc_id)
        if kind != "pending":
            accept(ec2, peerings[kind])
        add_route(ec2, main, other.cidr, peerings[kind])
        sources[kind] = other.start(("10.20.0.0/16", peerings[kind]))
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peerings["deleted"])
    result = ask(ansible, "sessions", *sources.values())
    off = ("blocked", {"source_route": "blocked", "link": "blocked", "return_route": "blocked"})
    assert answers(result, sources) == {
        "nothing": off,
        "pending": off,
        "deleted": off,
        "active": REACHED,
        "renewed": REACHED,
    }
    links = {kind: steps_of(path(result, sources[kind]), "link") for kind in kinds}
    for kind in ("nothing", "pending", "deleted"):
        assert {step["code"] for step in links[kind]} == {BAD_ATTACHMENT}, kind
    for kind in ("pending", "deleted", "active", "renewed"):
        assert {each for step in links[kind] for each in evidence(step)} == {peerings[kind]}, kind
    assert "pending-acceptance" in links["pending"][0]["sentence"]
    assert not [fix for fix in path(result, sources["deleted"])["fixes"] if "accept" in str(fix["command"])]
    # The routes are there, and come to life with the peering.
    commands = carry_out(ansible, path(result, sources["pending"]))
    assert commands == [f"aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id {peerings['pending']}"]
    assert ask(ansible, "sessions", sources["pending"])["verdict"] == "reachable"


def test_without_any_link_the_answers_lead_step_by_step_to_a_way(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A peering is asked for, then accepted, then the routes of both sides: each answer offers the next step."""
    other = Elsewhere(ec2, "10.30.0.0/16", "clients")
    source = other.start()
    allow(ec2, estate.groups["sessions-cache"], other.cidr, 6390)
    verbs = []
    for _turn in range(4):
        found = path(ask(ansible, "sessions", source), source)
        if found["verdict"] == "reachable":
            break
        verbs.append(sorted({command.split()[2] for command in carry_out(ansible, found)}))
    assert found["verdict"] == "reachable", found["summary"]
    assert verbs[0] == ["create-vpc-peering-connection"]
    assert verbs[-1] == ["create-route"]


def test_groups_across_a_peering_and_rules_that_are_stale(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A rule may name a group of the other VPC while the peering lasts; then it stays, and lets nobody in."""
    other = Elsewhere(ec2, "10.30.0.0/16", "clients")
    peering = peer(ec2, estate, other.vpc_id)
    accept(ec2, peering)
    add_route(ec2, main_table(ec2, estate.vpc_id), other.cidr, peering)
    source = other.start(("10.20.0.0/16", peering))
    first = path(ask(ansible, "sessions", source), source)
    assert (first["verdict"], troubles(first)) == ("blocked", {"cache_ingress": "blocked"})
    # The group itself can be named, and is.
    assert {"security_group": other.group_id} in first["fixes"][0]["task"]["elasticache.access.elasticache_sg_access"][
        "sources"
    ]
    carry_out(ansible, first)
    assert ask(ansible, "sessions", source)["verdict"] == "reachable"
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    stale = path(ask(ansible, "sessions", source), source)
    assert stale["verdict"] == "blocked"
    assert set(troubles(stale)) == {"source_route", "link", "cache_ingress", "return_route"}
    [ingress] = steps_of(stale, "cache_ingress")
    assert (ingress["verdict"], ingress["code"]) == ("blocked", MISMATCH)


def test_another_region_and_another_account(
    ansible: Ansible, ec2: Any, estate: Estate, client: Callable[..., Any]
) -> None:
    """What stands there is not seen: the side of the cache is looked at, and the best answer is unknown."""
    main = main_table(ec2, estate.vpc_id)
    theirs = client("ec2", account=OTHER_ACCOUNT)
    far = client("ec2", region="us-east-1")
    foreign, distant = Elsewhere(theirs, "10.40.0.0/16", "theirs"), Elsewhere(far, "10.50.0.0/16", "far")
    peerings = {
        "foreign": peer(ec2, estate, foreign.vpc_id, PeerOwnerId=OTHER_ACCOUNT),
        "distant": peer(ec2, estate, distant.vpc_id, PeerRegion="us-east-1"),
    }
    accept(theirs, peerings["foreign"])
    accept(far, peerings["distant"])
    addresses = {"foreign": address_of(theirs, foreign.start()), "distant": address_of(far, distant.start())}
    sessions = estate.groups["sessions-cache"]
    for name, other in (("foreign", foreign), ("distant", distant)):
        add_route(ec2, main, other.cidr, peerings[name])
        before = path(ask(ansible, "sessions", addresses[name]), addresses[name])
        assert (before["verdict"], before["first_blocker"]["hop"]) == ("blocked", "cache_ingress")
    allow(ec2, sessions, f"{OTHER_ACCOUNT}/{foreign.group_id}", 6390)
    allow(ec2, sessions, distant.cidr, 6390)
    result = ask(ansible, "sessions", *addresses.values())
    assert [each["type"] for each in result["sources"]] == ["address", "address"]
    assert {name: path(result, address)["verdict"] for name, address in addresses.items()} == {
        "foreign": "unknown",
        "distant": "unknown",
    }
    # Whether the other account's instance carries the group that the rule names cannot be seen.
    assert [step["verdict"] for step in steps_of(path(result, addresses["foreign"]), "cache_ingress")] == ["unknown"]
    assert [step["verdict"] for step in steps_of(path(result, addresses["distant"]), "cache_ingress")] == ["ok"]
    known = path(result, addresses["distant"])
    assert {hop["name"] for hop in known["hops"] if hop["verdict"] == "ok"} >= {
        *("cache_state", "address_family", "cache_acl", "cache_ingress", "cache_egress", "reply_acls", "return_route"),
    }


def test_two_peers_with_one_range(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """The routes of the cache decide whose connections are answered."""
    main = main_table(ec2, estate.vpc_id)
    twins = [Elsewhere(ec2, "10.30.0.0/16", name) for name in ("one", "other")]
    sources = {}
    for name, twin in zip(("one", "other"), twins, strict=True):
        peering = peer(ec2, estate, twin.vpc_id)
        accept(ec2, peering)
        sources[name] = twin.start(("10.20.0.0/16", peering))
        allow(ec2, estate.groups["sessions-cache"], twin.group_id, 6390)
        if name == "one":
            add_route(ec2, main, twin.cidr, peering)
    result = ask(ansible, "sessions", *sources.values())
    assert answers(result, sources) == {
        "one": REACHED,
        "other": ("blocked", {"return_route": "blocked"}),
    }
    address = address_of(ec2, sources["one"])
    assert address == address_of(ec2, sources["other"])
    # The address alone does not tell which of the two is meant.
    assert path(ask(ansible, "sessions", address), address)["verdict"] in ("unknown", "blocked")
