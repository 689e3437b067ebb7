# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import ENTRIES, GATEWAY_ROUTES, SUBNETS
from ansible_collections.elasticache.access.plugins.module_utils._discovery import list_caches, with_networks
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._planned_changes import Changes
from ansible_collections.elasticache.access.plugins.module_utils._read_network import read_network
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Receiver
from ansible_collections.elasticache.access.plugins.module_utils._senders import (
    ADDRESS,
    INSTANCE,
    Sender,
    SenderReference,
    senders_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

from tests.unit.connections import APPS, CACHES, DOOR, FAR, FAR_DOOR, ToldNetwork, told
from tests.unit.fakes import answer_of
from tests.unit.values import CARTS, JOBS, OFFICES, PEER_VPC, SESSIONS, VPC, WEB, rule

NEAR, OTHER = "i-00000001", "i-00000002"


def senders(*ids: str) -> list[Sender]:
    references = [SenderReference(INSTANCE, each) for each in ids]
    return senders_of(references, told()["DescribeInstances"], [], "eu-west-1")


def read(
    sources: Sequence[Sender], refused: Sequence[str] = (), changes: Changes | None = None, **answers: Any
) -> tuple[ToldNetwork, Network, list[Receiver]]:
    """What is read between these sources and the cache; some of AWS's answers are given anew."""
    aws = ToldNetwork({**told(), **answers}, refused)
    caches = with_networks(aws, list_caches(aws))
    aws.forget()
    return (aws, *read_network(aws, caches, sources, changes or Changes()))


def test_within_one_vpc_nothing_is_asked_about_what_joins_vpcs() -> None:
    aws, network, [receiver] = read(senders(NEAR))
    groups = {SESSIONS.group_id, WEB.group_id}
    assert aws.rounds == [
        {
            "DescribeSecurityGroupRules": groups,
            "DescribeSecurityGroups": groups,
            "DescribeNetworkInterfaces": {SESSIONS.group_id},
        },
        {"DescribeSubnets": {VPC}, "DescribeNetworkAcls": {VPC}, "DescribeRouteTables": {VPC}},
    ]
    assert set(network.subnets) == {APPS.subnet_id, CACHES.subnet_id, DOOR.subnet_id}
    assert (network.links.peerings, network.links.attachments, network.denied) == ((), (), frozenset())
    assert [(place.name, place.addresses) for place in receiver.places] == [("sessions", ("10.0.2.10",))]


def test_between_two_vpcs_what_joins_them_is_read_in_three_rounds() -> None:
    aws, network, _receivers = read(senders(NEAR, OTHER))
    both = {VPC, PEER_VPC}
    assert [set(each) for each in aws.rounds[1:]] == [
        {
            "DescribeSubnets",
            "DescribeNetworkAcls",
            "DescribeRouteTables",
            "DescribeVpcPeeringConnections",
            "DescribeTransitGatewayVpcAttachments",
        },
        {"DescribeTransitGateways", "DescribeTransitGatewayAttachments", "SearchTransitGatewayRoutes"},
    ]
    assert {aws.asked[each] == both for each in aws.rounds[1]} == {True}
    assert (aws.asked["DescribeTransitGateways"], aws.asked["SearchTransitGatewayRoutes"]) == ({"tgw-1"}, {"tgw-rtb-1"})
    assert [each.peering_id for each in network.links.peerings] == ["pcx-1"]
    assert [each.subnet_ids for each in network.links.attachments] == [(DOOR.subnet_id,), (FAR_DOOR.subnet_id,)]
    assert (dict(network.links.referencing), set(network.associations)) == (
        {"tgw-1": True},
        {"tgw-attach-near", "tgw-attach-far"},
    )
    assert [each.cidr for each in network.gateway_tables["tgw-rtb-1"].routes] == ["10.0.0.0/16", "10.1.0.0/16"]
    assert {FAR.subnet_id, APPS.subnet_id} <= set(network.subnets)


def test_what_joins_the_vpc_with_others_matters_for_an_address_outside() -> None:
    aws, _network, _receivers = read([Sender(ADDRESS, "203.0.113.7")])
    assert aws.asked["DescribeVpcPeeringConnections"] == {VPC}
    assert aws.asked["DescribeTransitGatewayAttachments"] == {"tgw-attach-near"}


def test_the_inbound_rules_of_caches_and_the_outbound_ones_of_sources() -> None:
    _aws, network, _receivers = read(senders(NEAR))
    assert {group_id: [each.rule_id for each in rules] for group_id, rules in network.inbound.items()} == {
        SESSIONS.group_id: ["sgr-1"]
    }
    assert {group_id: [each.rule_id for each in rules] for group_id, rules in network.outbound.items()} == {
        WEB.group_id: ["sgr-4"]
    }


def test_rules_are_read_as_they_will_be() -> None:
    changes = Changes((rule(JOBS.group_id, rule_id=""),), frozenset({rule().key}))
    aws, network, _receivers = read(senders(NEAR), changes=changes)
    assert network.inbound == {SESSIONS.group_id: [rule(JOBS.group_id, rule_id="")]}
    # The name of the group that it names is read as well.
    assert (JOBS.group_id in aws.rounds[1]["DescribeSecurityGroups"], network.groups[JOBS.group_id]) == (True, JOBS)


def test_groups_that_rules_name_are_read_for_their_names() -> None:
    rules = [answer_of(rule()), answer_of(rule(CARTS.group_id, rule_id="sgr-9"))]
    aws, network, _receivers = read(senders(NEAR), DescribeSecurityGroupRules=rules)
    assert aws.rounds[1]["DescribeSecurityGroups"] == {CARTS.group_id}
    assert network.groups[CARTS.group_id] == CARTS


def test_prefix_lists_that_rules_and_routes_name_are_read_once() -> None:
    table = told()["DescribeRouteTables"][0]
    by_list = [{"DestinationPrefixListId": each, "GatewayId": "vgw-1"} for each in (OFFICES.list_id, "pl-routes")]
    aws, network, _receivers = read(
        senders(NEAR),
        DescribeSecurityGroupRules=[
            answer_of(rule(OFFICES.list_id)),
            {**answer_of(rule("pl-out", group=WEB.group_id, rule_id="sgr-9")), "IsEgress": True},
        ],
        DescribeRouteTables=[{**table, "Routes": by_list}],
        GetManagedPrefixListEntries={
            OFFICES.list_id: [{"Cidr": "10.0.0.1/16"}],
            "pl-routes": [],
            "pl-out": [{"Cidr": "2001:DB8::/32"}],
        },
    )
    assert aws.asked["GetManagedPrefixListEntries"] == {OFFICES.list_id, "pl-routes", "pl-out"}
    assert network.entries == {OFFICES.list_id: ("10.0.0.0/16",), "pl-routes": (), "pl-out": ("2001:db8::/32",)}


def test_a_prefix_list_that_may_not_be_read_holds_nobody_knows_what() -> None:
    _aws, network, _receivers = read(
        senders(NEAR),
        ["GetManagedPrefixListEntries"],
        DescribeSecurityGroupRules=[answer_of(rule(OFFICES.list_id))],
    )
    assert (network.entries, network.denied) == ({}, frozenset({ENTRIES}))


def test_subnets_that_may_not_be_read_are_known_by_what_is_in_them() -> None:
    _aws, network, [receiver] = read(senders(NEAR), ["DescribeSubnets"])
    assert network.denied == frozenset({SUBNETS})
    assert network.subnets == {each.subnet_id: Subnet(each.subnet_id, VPC, "") for each in (APPS, CACHES)}
    assert [place.addresses for place in receiver.places] == [("10.0.2.10",)]


def test_routes_of_a_gateway_that_may_not_be_read() -> None:
    _aws, network, _receivers = read(senders(NEAR, OTHER), ["SearchTransitGatewayRoutes"])
    table = network.gateway_tables["tgw-rtb-1"]
    assert (table.routes, table.is_complete, network.denied) == ((), False, frozenset({GATEWAY_ROUTES}))


@pytest.mark.parametrize(
    "action", ["DescribeSecurityGroups", "DescribeSecurityGroupRules", "DescribeNetworkInterfaces"]
)
def test_what_may_not_be_read_of_the_ends(action: str) -> None:
    _aws, network, [receiver] = read(senders(NEAR), [action])
    assert network.denied == frozenset({f"ec2:{action}"})
    # The subnets are known from the subnet group.
    assert [place.subnets[0].subnet_id for place in receiver.places] == [CACHES.subnet_id]


def test_the_vpc_of_a_cache_is_known_by_its_groups_too() -> None:
    aws, _network, _receivers = read([], ["DescribeCacheSubnetGroups"])
    assert aws.asked["DescribeRouteTables"] == {VPC}


def test_where_there_are_neither_caches_nor_sources_nothing_is_asked() -> None:
    aws, network, receivers = read([], DescribeCacheClusters=[])
    assert (aws.rounds, receivers, network.subnets) == ([], [], {})


def test_many_sources_take_no_more_calls() -> None:
    aws, _network, _receivers = read(senders(NEAR) * 50)
    assert [len(each) for each in aws.rounds] == [3, 3]


def test_of_an_address_in_several_vpcs_everything_that_it_may_be_is_read() -> None:
    near, other = senders(NEAR, OTHER)
    one = Sender(ADDRESS, "10.0.1.10", candidates=(near, other))
    aws, network, _receivers = read([one])
    both = {group_id for each in (near, other) for group_id in each.carriers[0].group_ids}
    assert both <= aws.asked["DescribeSecurityGroupRules"]
    assert {each.carriers[0].subnet_id for each in (near, other)} <= set(network.subnets)
