# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference, Grant
from ansible_collections.elasticache.access.plugins.module_utils._groups import NEW, SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._lookup import (
    look_up,
    look_up_links,
    look_up_outbound,
    names_in,
)
from ansible_collections.elasticache.access.plugins.module_utils._paths import Attachment, Links, check_paths
from ansible_collections.elasticache.access.plugins.module_utils._rules import SECURITY_GROUP, Source
from ansible_collections.elasticache.access.plugins.module_utils._source_egress import Outbound
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known, ResolvedSource
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference, WantedSource
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

from tests.unit.fakes import FakeNetwork, answer_of
from tests.unit.values import (
    BRANCHES,
    CARTS,
    GROUPS,
    JOBS,
    OFFICES,
    OWNER,
    PEER,
    PEER_VPC,
    PREFIX_LISTS,
    SESSIONS,
    VPC,
    WEB,
    cache,
    outbound,
    rule,
    source,
    target,
)

TOKENS = SecurityGroup("sg-0000000000000c003", "tokens", VPC, OWNER)
INSTANCE_ID = "i-0123456789abcdef0"


def network(*rules: Any, **answers: Any) -> FakeNetwork:
    """EC2 with the groups and prefix lists that tests know, and with these rules."""
    known: dict[str, Any] = {
        "rules": [answer_of(each) for each in rules],
        "groups": [
            {"GroupId": each.group_id, "GroupName": each.name, "VpcId": each.vpc_id, "OwnerId": each.owner_id}
            for each in (*GROUPS.values(), TOKENS)
        ],
        "prefix_lists": [
            {"PrefixListId": each.list_id, "PrefixListName": each.name, "MaxEntries": each.max_entries}
            for each in PREFIX_LISTS.values()
        ],
        "instances": [
            {
                "InstanceId": INSTANCE_ID,
                "NetworkInterfaces": [
                    {"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": JOBS.group_id, "GroupName": JOBS.name}]}
                ],
            }
        ],
    }
    return FakeNetwork(**{**known, **answers})


def grant(*sources: WantedSource) -> Grant:
    return Grant(CacheReference("sessions", "sessions"), sources, is_present=True)


def naming_both(*groups: SecurityGroup, name: str = "sessions") -> Target:
    """A grant to these groups that is about their side as well."""
    sources = tuple(ResolvedSource(Source(SECURITY_GROUP, each.group_id), vpc_id=VPC) for each in groups)
    return target(name=name, source_egress=True, sources=sources)


SESSIONS_CACHE, BOTH_CACHE = cache("sessions", SESSIONS), cache("both", SESSIONS, CARTS)


@pytest.mark.parametrize(
    ("grants", "caches", "rules", "calls"),
    [
        pytest.param([], [], [], [], id="nothing is asked for where nothing is granted"),
        pytest.param(
            [grant()],
            [SESSIONS_CACHE],
            [],
            [("groups", [SESSIONS.group_id]), ("rules", [SESSIONS.group_id])],
            id="the groups of the cache and their rules",
        ),
        pytest.param(
            [grant(), grant()],
            [SESSIONS_CACHE, BOTH_CACHE],
            [],
            [("groups", [SESSIONS.group_id, CARTS.group_id]), ("rules", [SESSIONS.group_id, CARTS.group_id])],
            id="those of many caches in one call each",
        ),
        pytest.param(
            [grant(WantedSource("cidr", "10.0.0.0/8"))],
            [SESSIONS_CACHE],
            [],
            [("groups", [SESSIONS.group_id]), ("rules", [SESSIONS.group_id])],
            id="a range needs no call",
        ),
        pytest.param(
            [grant(WantedSource("security_group", group=GroupReference(WEB.group_id)))],
            [SESSIONS_CACHE],
            [],
            [("groups", [WEB.group_id, SESSIONS.group_id]), ("rules", [SESSIONS.group_id])],
            id="a group by id is asked for with those of the cache",
        ),
        pytest.param(
            [grant(WantedSource("security_group", group=GroupReference(name="app-web")))],
            [SESSIONS_CACHE],
            [],
            [
                ("groups", [SESSIONS.group_id]),
                ("groups named", ["app-web"]),
                ("rules", [SESSIONS.group_id]),
            ],
            id="a group by name",
        ),
        pytest.param(
            [grant(WantedSource("security_group", group=GroupReference(name="sessions")))],
            [SESSIONS_CACHE],
            [],
            [("groups", [SESSIONS.group_id]), ("groups named", ["sessions"]), ("rules", [SESSIONS.group_id])],
            id="the cache's own group by name",
        ),
        pytest.param(
            [grant(WantedSource("instance", INSTANCE_ID, GroupReference(name="app-jobs")))],
            [SESSIONS_CACHE],
            [],
            [
                ("groups", [SESSIONS.group_id]),
                ("groups", [JOBS.group_id]),
                ("instances", [INSTANCE_ID]),
                ("rules", [SESSIONS.group_id]),
            ],
            id="an instance and its group; a group beside an instance is not looked up by name",
        ),
        pytest.param(
            [grant(WantedSource("prefix_list", OFFICES.list_id), WantedSource("prefix_list", "branches"))],
            [SESSIONS_CACHE],
            [],
            [
                ("groups", [SESSIONS.group_id]),
                ("prefix lists", [OFFICES.list_id]),
                ("prefix lists named", ["branches"]),
                ("rules", [SESSIONS.group_id]),
            ],
            id="prefix lists by id and by name",
        ),
        pytest.param(
            [grant(WantedSource("prefix_list", "branches"))],
            [SESSIONS_CACHE],
            [rule(BRANCHES.list_id)],
            [("groups", [SESSIONS.group_id]), ("prefix lists named", ["branches"]), ("rules", [SESSIONS.group_id])],
            id="a list that is known by name is not asked for by id again",
        ),
        pytest.param(
            [grant(WantedSource("security_group", group=GroupReference(name="app-web")))],
            [SESSIONS_CACHE],
            [rule(WEB.group_id), rule(SESSIONS.group_id, rule_id="sgr-2")],
            [("groups", [SESSIONS.group_id]), ("groups named", ["app-web"]), ("rules", [SESSIONS.group_id])],
            id="groups that are known are not asked for again where rules name them",
        ),
        pytest.param(
            [grant()],
            [SESSIONS_CACHE],
            [rule(WEB.group_id), rule(OFFICES.list_id, rule_id="sgr-2"), rule("10.0.0.0/8", rule_id="sgr-3")],
            [
                ("groups", [SESSIONS.group_id]),
                ("groups", [WEB.group_id]),
                ("prefix lists", [OFFICES.list_id]),
                ("rules", [SESSIONS.group_id]),
            ],
            id="what rules name is looked up as well, for its name and its weight",
        ),
    ],
)
def test_what_is_asked_for(
    grants: list[Grant], caches: list[Cache], rules: list[Any], calls: list[tuple[str, list[str]]]
) -> None:
    ec2 = network(*rules)
    look_up(ec2, grants, caches)
    assert sorted(ec2.calls) == sorted((call, tuple(sorted(values))) for call, values in calls)


def test_what_was_asked_for_is_known_by_id() -> None:
    ec2 = network(rule(WEB.group_id), rule("pl-1", rule_id="sgr-2"))
    wanted = grant(WantedSource("instance", INSTANCE_ID), WantedSource("prefix_list", "offices"))
    existing, known, outbound = look_up(ec2, [wanted], [BOTH_CACHE])
    assert outbound == {}
    assert existing == {
        SESSIONS.group_id: [rule(WEB.group_id), rule("pl-1", rule_id="sgr-2")],
        CARTS.group_id: [],
    }
    assert known.groups == GROUPS
    assert set(known.instances) == {INSTANCE_ID}
    assert {each.name for each in known.prefix_lists.values()} == {"offices"}


PEERING = {
    "VpcPeeringConnectionId": "pcx-1",
    "Status": {"Code": "active"},
    "RequesterVpcInfo": {"VpcId": VPC, "OwnerId": OWNER, "Region": "eu-west-1"},
    "AccepterVpcInfo": {"VpcId": PEER_VPC, "OwnerId": OWNER, "Region": "eu-west-1"},
}
ATTACHMENTS = [
    {
        "TransitGatewayId": "tgw-1",
        "VpcId": vpc_id,
        "State": "available",
        "Options": {"SecurityGroupReferencingSupport": "enable"},
    }
    for vpc_id in (VPC, PEER_VPC)
]
GATEWAY = {"TransitGatewayId": "tgw-1", "Options": {"SecurityGroupReferencingSupport": "enable"}}


def naming(group_id: str, vpc_id: str | None, owner_id: str = "", is_present: bool = True) -> Target:
    resolved = ResolvedSource(Source(SECURITY_GROUP, group_id, owner_id), None, group_id, vpc_id)
    return replace(target(is_present=is_present), sources=(resolved, ResolvedSource(source("10.0.0.0/8"))))


FAR = naming("sg-1", PEER_VPC)


@pytest.mark.parametrize(
    ("targets", "answers", "calls"),
    [
        pytest.param([], {}, [], id="no grant"),
        pytest.param([naming("sg-1", VPC)], {}, [], id="a group of the cache's VPC"),
        pytest.param([naming("sg-1", None)], {}, [], id="no group"),
        pytest.param([naming("sg-1", PEER_VPC, is_present=False)], {}, [], id="a group that loses its access"),
        pytest.param([FAR], {"peerings": [PEERING]}, [("peerings", (VPC,))], id="a group of a peered VPC"),
        pytest.param(
            [FAR, naming("sg-2", PEER_VPC)], {"peerings": [PEERING]}, [("peerings", (VPC,))], id="two of one VPC"
        ),
        pytest.param(
            [FAR],
            {"peerings": [{**PEERING, "Status": {"Code": "deleted"}}], "attachments": ATTACHMENTS},
            [("peerings", (VPC,)), ("attachments", (VPC, PEER_VPC)), ("gateways", ("tgw-1",))],
            id="a group of a VPC whose peering is deleted",
        ),
        pytest.param(
            [FAR],
            {},
            [("peerings", (VPC,)), ("attachments", (VPC, PEER_VPC))],
            id="a group of a VPC that nothing joins",
        ),
        pytest.param(
            [naming("sg-1", "", PEER)],
            {"attachments": ATTACHMENTS},
            [("peerings", (VPC,)), ("attachments", (VPC,)), ("gateways", ("tgw-1",))],
            id="a group of an account into which we cannot look",
        ),
        pytest.param(
            [FAR, naming("sg-1", "vpc-0000000000000a003")],
            {"peerings": [PEERING]},
            [("peerings", (VPC,)), ("attachments", (VPC, "vpc-0000000000000a003"))],
            id="gateways only of VPCs that are not peered",
        ),
    ],
)
def test_which_links_are_asked_for(
    targets: list[Target], answers: dict[str, list[Any]], calls: list[tuple[str, tuple[str, ...]]]
) -> None:
    ec2 = FakeNetwork(**answers)
    look_up_links(ec2, targets)
    assert ec2.calls == calls


def test_links_are_told_as_far_as_they_were_asked_for() -> None:
    ec2 = FakeNetwork(peerings=[PEERING], attachments=ATTACHMENTS, gateways=[GATEWAY])
    far = naming("sg-1", "vpc-0000000000000a003")
    links = look_up_links(ec2, [far])
    assert [each.peering_id for each in links.peerings] == ["pcx-1"]
    assert links.attachments == (Attachment("tgw-1", VPC, "available", True),)
    assert dict(links.referencing) == {"tgw-1": True}


def test_what_is_asked_for_is_enough_to_decide() -> None:
    check_paths([FAR], look_up_links(FakeNetwork(peerings=[PEERING]), [FAR]))
    check_paths([FAR], look_up_links(FakeNetwork(attachments=ATTACHMENTS, gateways=[GATEWAY]), [FAR]))


# The side of the sources.

SUBNET_GROUP = {
    "CacheSubnetGroupName": "private",
    "VpcId": VPC,
    "Subnets": [{"SubnetIdentifier": "subnet-1"}, {"SubnetIdentifier": "subnet-2"}],
}
SUBNETS = [{"SubnetId": f"subnet-{each}", "VpcId": VPC, "CidrBlock": f"10.0.{each}.0/24"} for each in (1, 2)]
RANGE = outbound("10.0.0.0/16")


def looked_up(ec2: FakeNetwork, *targets: Target) -> Outbound:
    """What is known of the side of the sources, once all that comes before is looked up."""
    grants = [replace(grant(), source_egress=each.source_egress) for each in targets]
    existing, known, told = look_up(ec2, grants, [each.cache for each in targets])
    known = Known({**known.groups, **GROUPS, NEW_GROUP.group_id: NEW_GROUP})
    ec2.calls.clear()
    return look_up_outbound(ec2, targets, existing, told, known, Links())


NEW_GROUP = SecurityGroup(f"{NEW}{VPC}:plain", "plain", VPC, OWNER)


@pytest.mark.parametrize(
    ("targets", "rules", "calls"),
    [
        pytest.param([target((WEB.group_id, None))], [], [], id="the side is no matter"),
        pytest.param([naming_both(WEB)], [], [("rules", (WEB.group_id,))], id="a group of this account"),
        pytest.param([naming_both(SESSIONS)], [], [], id="the cache's own, which was read already"),
        pytest.param([naming_both(NEW_GROUP)], [], [], id="one that is yet to be created"),
        pytest.param(
            [naming_both(WEB), naming_both(WEB, JOBS, name="tokens")],
            [RANGE],
            [
                ("rules", (WEB.group_id, JOBS.group_id)),
                ("subnet groups", ("private",)),
                ("subnets", ("subnet-1", "subnet-2")),
            ],
            id="the subnets of several caches once, where it depends on them",
        ),
        pytest.param(
            [naming_both(WEB), target((WEB.group_id, None), ports=(6380,))],
            [outbound("10.0.0.0/16", "6380")],
            [("rules", (WEB.group_id,))],
            id="no subnets for the sake of a grant that is not about this side",
        ),
    ],
)
def test_which_outbound_rules_and_subnets_are_asked_for(
    targets: list[Target], rules: list[Any], calls: list[tuple[str, tuple[str, ...]]]
) -> None:
    ec2 = network(*rules, subnet_groups=[SUBNET_GROUP], subnets=SUBNETS)
    looked_up(ec2, *targets)
    assert ec2.calls == calls


def test_what_is_told_of_the_side_of_the_sources() -> None:
    own = outbound("10.0.0.0/8", group=SESSIONS.group_id, rule_id="sgr-2")
    ec2 = network(RANGE, own, rule("10.0.0.0/8", group=WEB.group_id), subnet_groups=[SUBNET_GROUP], subnets=SUBNETS)
    found = looked_up(ec2, naming_both(WEB, SESSIONS, NEW_GROUP))
    assert found.groups == {each.group_id: each for each in (WEB, SESSIONS, NEW_GROUP)}
    assert (found.rules[WEB.group_id], found.rules[SESSIONS.group_id]) == ([RANGE], [own])
    assert {each.key.source.value for each in found.rules[NEW_GROUP.group_id]} == {"0.0.0.0/0", "::/0"}
    assert found.subnets == {("cluster", "sessions"): ("10.0.1.0/24", "10.0.2.0/24")}


def test_of_a_cache_with_a_subnet_that_is_not_shown_it_is_not_known_where_all_of_it_is() -> None:
    ec2 = network(RANGE, subnet_groups=[SUBNET_GROUP], subnets=SUBNETS[:1])
    assert looked_up(ec2, naming_both(WEB)).subnets == {}


def test_names_are_asked_for_only_when_they_are_needed() -> None:
    ec2 = network()
    names = names_in(ec2)
    assert ec2.calls == []
    assert set(names.of_groups_in(VPC)) == {"sessions", "carts", "app-web", "app-jobs", "tokens"}
    assert set(names.of_prefix_lists()) == {each.name for each in PREFIX_LISTS.values()}
    # However many faults there are, each listing is read once.
    assert names.of_groups_in(VPC) and names.of_prefix_lists()
    assert ec2.calls == [("groups of VPC", (VPC,)), ("all prefix lists", ())]
