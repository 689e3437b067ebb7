# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The side of the sources: outbound rules where they are restricted, and nothing where they are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.emulator.faults import inject
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.networks import accept, attach, make_gateway, make_vpc, peer
from tests.end_to_end.reach import explain, forbid_out, permit_out
from tests.end_to_end.rules import every_rule, source_of

LOOKING = [
    "elasticache:Describe*",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSubnets",
]


def grant(cache: str = "sessions", *sources: str, **options: Any) -> dict[str, Any]:
    """Return a grant that is about both sides."""
    named = [{"security_group": each} for each in sources or ("app-web",)]
    return {"cache": cache, "sources": named, "source_egress": True, **options}


def restrict(ec2: Any, group_id: str, *ranges: str) -> None:
    """Take away what EC2 gives to a new group, and let it out to these ranges on the ports of a serverless cache."""
    forbid_out(ec2, group_id)
    for each in ranges:
        permit_out(ec2, group_id, each, 6379)
        permit_out(ec2, group_id, each, 6380)


def outbound(ec2: Any, group_id: str) -> set[tuple[int, str, bool]]:
    """Return the outbound rules of a group as (port, where to, whether they are ours)."""
    return {
        (
            rule["FromPort"],
            source_of(rule),
            {"Key": "elasticache.access:managed", "Value": "true"} in rule["Tags"],
        )
        for rule in every_rule(ec2).values()
        if rule["GroupId"] == group_id and rule["IsEgress"]
    }


def test_granted_again_and_revoked(ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]) -> None:
    """Check mode says what is then done; the explanation in check mode knows of it; nothing is left behind."""
    web, cache = estate.groups["app-web"], estate.groups["sessions-cache"]
    restrict(ec2, web)
    before = every_rule(ec2)
    [foretold] = ansible.access(grant(), check=True)
    assert every_rule(ec2) == before
    asked = {"caches": ["sessions"], "sources": [estate.instances["web-1"]]}
    [as_if, as_is] = explain(ansible, {**asked, "planned": foretold["caches"]}, asked)
    assert (as_if["verdict"], as_is["verdict"]) == ("reachable", "blocked")
    calls.clear()
    [granted] = ansible.access(grant(tags={"team": "shop"}))
    made = Counter(call.action for call in calls)
    assert outbound(ec2, web) == {(6390, cache, True)}
    assert made["AuthorizeSecurityGroupIngress"] == made["AuthorizeSecurityGroupEgress"] == 1
    assert made["DescribeSecurityGroupRules"] == 2
    for result in (foretold, granted):
        assert result["changed"]
        [rule] = result["caches"][0]["source_egress"]["added"]
        assert (rule["security_group_id"], rule["from_port"], rule["destination"]["name"]) == (
            web,
            6390,
            "sessions-cache",
        )
        assert rule["managed"]
        [_inbound, egress] = result["diff"]
        assert egress["before_header"] == f"cache sessions in outbound rules of security group app-web ({web})"
        tags = "  [team=shop]" if result is granted else ""
        assert (egress["before"], egress["after"]) == ("", f" tcp/6390  to sessions-cache ({cache}){tags}\n")
    calls.clear()
    [again, revocation, revoked] = [
        *ansible.access(grant()),
        *ansible.access(grant(state="absent"), check=True),
        *ansible.access(grant(state="absent")),
    ]
    assert not again["changed"]
    assert len(again["caches"][0]["source_egress"]["unchanged"]) == 1
    for result in (revocation, revoked):
        assert len(result["caches"][0]["source_egress"]["removed"]) == 1
        assert not result["caches"][0]["still_allowed"]
    assert every_rule(ec2) == before


def test_groups_that_let_packets_out_are_not_touched(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """EC2's own rule, and a range around the subnets of the cache; a range beside them is not enough."""
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    restrict(ec2, batch, "10.20.0.0/16")
    before = {group: outbound(ec2, group) for group in (web, batch)}
    [first] = ansible.access(grant("carts", "app-web", "app-batch"))
    assert first["changed"]
    assert {group: outbound(ec2, group) for group in (web, batch)} == before
    assert first["caches"][0]["source_egress"] == {
        name: [] for name in ("added", "updated", "removed", "unchanged", "not_done")
    }
    restrict(ec2, web, "10.20.1.0/24")
    [second] = ansible.access(grant("carts", "app-web", "app-batch"))
    carts = estate.groups["carts-cache"]
    assert outbound(ec2, web) == {
        (6379, "10.20.1.0/24", False),
        (6380, "10.20.1.0/24", False),
        (6379, carts, True),
        (6380, carts, True),
    }
    assert outbound(ec2, batch) == before[batch]
    assert len(second["caches"][0]["source_egress"]["added"]) == 2
    assert not second["caches"][0]["added"]


def test_what_somebody_else_made_stays(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A rule by hand is as good as ours, and is not ours to take away; ours goes with what is purged."""
    web, batch, cache = (estate.groups[name] for name in ("app-web", "app-batch", "sessions-cache"))
    for group in (web, batch):
        restrict(ec2, group)
    permission = {"IpProtocol": "tcp", "FromPort": 6390, "ToPort": 6390, "UserIdGroupPairs": [{"GroupId": cache}]}
    ec2.authorize_security_group_egress(GroupId=web, IpPermissions=[permission])
    by_hand = {(6390, cache, False)}
    [both, purged, revoked] = ansible.access(
        grant("sessions", "app-web", "app-batch"),
        grant("sessions", "app-web", purge="all", allow_large_purge=True),
        grant(state="absent"),
    )
    assert [len(each["caches"][0]["source_egress"]["added"]) for each in (both, purged, revoked)] == [1, 0, 0]
    [gone] = purged["caches"][0]["source_egress"]["removed"]
    assert gone["security_group_id"] == batch
    assert outbound(ec2, batch) == set()
    assert outbound(ec2, web) == by_hand
    assert revoked["changed"] and not revoked["caches"][0]["source_egress"]["removed"]


def test_a_group_can_be_on_both_sides(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Members of the cache's own group; inbound and outbound rules are not mixed up, and both are removed."""
    cache = estate.groups["sessions-cache"]
    restrict(ec2, cache)
    before = every_rule(ec2)
    [granted] = ansible.access(grant("sessions", "sessions-cache"))
    assert len(granted["caches"][0]["added"]) == len(granted["caches"][0]["source_egress"]["added"]) == 1
    assert outbound(ec2, cache) == {(6390, cache, True)}
    [again, revoked] = ansible.access(
        grant("sessions", "sessions-cache"), grant("sessions", "sessions-cache", state="absent")
    )
    assert (again["changed"], revoked["changed"]) == (False, True)
    assert every_rule(ec2) == before


def test_it_is_given_per_grant_and_by_the_role(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """One entry of the grants says so; the other does not."""
    web = estate.groups["app-web"]
    restrict(ec2, web)
    one, other = grant("sessions"), grant("fragments")
    del other["source_egress"]
    [done] = ansible.access({"grants": [one, other]})
    assert ["source_egress" in cache for cache in done["caches"]] == [True, False]
    assert outbound(ec2, web) == {(6390, estate.groups["sessions-cache"], True)}
    arguments = ["-e", "cache=fragments", "-e", "security_group=app-web", "-e", "cache_access_source_egress=true"]
    played = ansible.playbook("elasticache.access.grant_access", *arguments)
    assert played.succeeded, played.output
    assert (11211, estate.groups["fragments-cache"], True) in outbound(ec2, web)


def test_what_is_refused_and_what_is_said(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A full group, before anything is changed; a source of another account."""
    web = estate.groups["app-web"]
    restrict(ec2, web, "10.99.1.0/24")
    before = every_rule(ec2)
    [full, elsewhere] = ansible.access(
        grant(rules_per_security_group=2), grant("sessions", "210987654321/sg-0123456789abcdef0"), check=True
    )
    assert f"app-web ({web}) of cache sessions would get 3 outbound rules for IPv4" in full["msg"]
    assert every_rule(ec2) == before
    # Without a peering no group of that account can be named at all.
    assert "210987654321" in elsewhere["msg"]


def test_a_side_that_fails_is_told_and_done_by_the_next_run(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator, permitted: Any
) -> None:
    """A permission that is missing for the side of the source alone, then a race with somebody who was first."""
    web, cache = estate.groups["app-web"], estate.groups["sessions-cache"]
    restrict(ec2, web)
    allowed = [*LOOKING, "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"]
    [refused] = ansible.access(grant(), environment=permitted(allowed))
    emulator.trust_everybody()
    assert refused["failed"]
    assert "ec2:AuthorizeSecurityGroupEgress" in refused["msg"]
    assert "1 rule was changed all the same" in refused["msg"]
    [told] = refused["caches"]
    assert (len(told["added"]), len(told["source_egress"]["not_done"])) == (1, 1)
    assert f"app-web ({web})" in told["error"]
    inject(emulator.url, action="AuthorizeSecurityGroupEgress", code="InternalError", times=1, after=True)
    [done] = ansible.access(grant())
    assert not done.get("failed"), done["msg"]
    assert outbound(ec2, web) == {(6390, cache, True)}
    [again] = ansible.access(grant())
    assert not again["changed"]


def test_a_transit_gateway_carries_no_outbound_reference(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Of a group beyond it is spoken only where it does not let packets out; across a peering it gets its rule."""
    beyond, peered = make_vpc(ec2, "10.42.0.0/16", "beyond"), make_vpc(ec2, "10.41.0.0/16", "peered")
    gateway = make_gateway(ec2, "enable")
    for vpc_id in (estate.vpc_id, beyond.vpc_id):
        attach(ec2, gateway, vpc_id, "enable")
    accept(ec2, peer(ec2, estate, peered.vpc_id))
    both = grant("sessions", beyond.group_id, peered.group_id)
    [open_sides] = ansible.access(both)
    assert (open_sides["changed"], open_sides.get("warnings", [])) == (True, [])
    forbid_out(ec2, beyond.group_id)
    forbid_out(ec2, peered.group_id)
    [restricted] = ansible.access(both)
    assert [warning for warning in restricted["warnings"] if beyond.group_id in warning] == restricted["warnings"]
    assert "across a transit gateway" in restricted["warnings"][0]
    cache = estate.groups["sessions-cache"]
    assert (outbound(ec2, beyond.group_id), outbound(ec2, peered.group_id)) == (set(), {(6390, cache, True)})


def test_a_group_of_another_account_is_spoken_of_once(
    ansible: Ansible, ec2: Any, estate: Estate, client: Callable[..., Any]
) -> None:
    """However many caches it is let in to."""
    theirs = client("ec2", account="210987654321")
    other = make_vpc(theirs, "10.43.0.0/16", "theirs")
    peering = peer(ec2, estate, other.vpc_id, PeerOwnerId="210987654321")
    accept(theirs, peering)
    source = f"210987654321/{other.group_id}"
    [done] = ansible.access({"grants": [grant("sessions", source), grant("fragments", source)]})
    assert done["changed"]
    [said] = done["warnings"]
    assert "not this account's" in said and "'sessions', 'fragments'" in said


def test_ranges_hold_subnets_together_and_nothing_is_read_twice(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]
) -> None:
    """A group of a cache was read with its inbound rules; the subnets of one that is serverless are read once."""
    halves = [f"10.20.{number}.{half}/25" for number in (1, 2) for half in (0, 128)]
    own = estate.groups["carts-cache"]
    for group in (estate.groups["app-web"], own):
        restrict(ec2, group, *halves)
    asked = []
    for source in ("app-web", "carts-cache"):
        calls.clear()
        [done] = ansible.access(grant("carts", source))
        assert done["changed"] and not any(done["caches"][0]["source_egress"].values())
        asked.append(Counter(call.action for call in calls))
    assert [each["DescribeSecurityGroupRules"] for each in asked] == [2, 1]
    assert [each["DescribeSubnets"] for each in asked] == [1, 1]


def test_somebody_who_is_first_on_the_side_of_the_source(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: dict[str, Callable[[], Any]]
) -> None:
    """What stands is as good as ours; what is gone is gone."""
    web, cache = estate.groups["app-web"], estate.groups["sessions-cache"]
    restrict(ec2, web)
    meanwhile["AuthorizeSecurityGroupEgress"] = lambda: permit_out(ec2, web, cache, 6390)
    [granted] = ansible.access(grant())
    assert not granted.get("failed")
    assert [rule["managed"] for rule in granted["caches"][0]["source_egress"]["unchanged"]] == [False]
    forbid_out(ec2, web)
    ansible.access(grant())
    meanwhile["RevokeSecurityGroupEgress"] = lambda: forbid_out(ec2, web)
    [revoked] = ansible.access(grant(state="absent"))
    assert not revoked.get("failed")
    assert outbound(ec2, web) == set()


@pytest.mark.usefixtures("estate")
def test_without_the_option_no_more_is_asked(ansible: Ansible, calls: list[Call]) -> None:
    """The sources' rules are read where they matter, and only there."""
    asked = []
    nothing: dict[str, Any] = {}
    for options in ({"source_egress": False}, nothing):
        calls.clear()
        ansible.access(grant(**options), check=True)
        asked.append(sorted(call.action for call in calls))
    assert asked[1] == sorted([*asked[0], "DescribeSecurityGroupRules"])
    assert REGION
