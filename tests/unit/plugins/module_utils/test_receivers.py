# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import (
    Cache,
    Membership,
    Node,
    parse_replication_group,
)
from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier, by_group
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver, receiver_of
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

from tests.unit.connections import CACHES, CACHES_B, SUBNETS, interface, receiver
from tests.unit.values import SESSIONS, VPC, WEB, cache


def node_interface(number: int, cluster: str, **facts: Any) -> Carrier:
    plain: dict[str, Any] = {"description": f"ElastiCache {cluster}", "is_elasticache": True, "instance_id": ""}
    return interface(number, CACHES, **{"groups": (SESSIONS,), **plain, **facts})


def read(of: Cache, *carriers: Carrier) -> Receiver:
    return receiver_of(of, by_group(carriers), SUBNETS)


def cluster(*nodes: tuple[str, str | None], **facts: Any) -> Cache:
    """A cache in both subnets; each of the nodes is the cluster by which it is listed, and its zone."""
    plain = cache(
        "sessions",
        SESSIONS,
        nodes=tuple(Node(name, f"{number:04}", zone) for number, (name, zone) in enumerate(nodes, 1)),
        subnet_ids=(CACHES.subnet_id, CACHES_B.subnet_id),
    )
    return replace(plain, **facts)


def places(found: Receiver) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.name, each.subnets[0].subnet_id, each.addresses) for each in found.places]


def test_nodes_stand_where_their_interfaces_are() -> None:
    found = read(
        cluster(("s-001", "1a"), ("s-002", "1b")),
        node_interface(2, "s-002", subnet_id=CACHES_B.subnet_id),
        node_interface(1, "s-001"),
        # Of another cache, of no cache, and one of which it is not told where it is.
        node_interface(3, "carts-001"),
        interface(4, CACHES, groups=(SESSIONS,), description="ElastiCache s-001"),
        node_interface(5, "s-001", subnet_id="subnet-hidden"),
        node_interface(6, "s-001", groups=(WEB,)),
    )
    assert places(found) == [
        ("s-001", CACHES.subnet_id, ("10.0.2.1",)),
        ("s-002", CACHES_B.subnet_id, ("10.0.2.2",)),
    ]


def test_an_interface_of_elasticache_that_does_not_tell_whose_it_is() -> None:
    found = read(cluster(("s-001", "1a")), node_interface(1, "s-001"), node_interface(2, ""))
    assert [each.name for each in found.places] == ["s-001"]


def test_nodes_of_one_cluster_are_told_apart_by_their_interfaces() -> None:
    found = read(cluster(("m", "1a"), ("m", "1a")), node_interface(2, "m"), node_interface(1, "m"))
    assert [name for name, *_where in places(found)] == ["m (eni-1)", "m (eni-2)"]


IN_A, IN_B = ((subnet.subnet_id, subnet.subnet_id, ()) for subnet in (CACHES, CACHES_B))


def somewhere(found: Receiver) -> dict[str, list[str]]:
    """Where each node can be that has no address which is known."""
    return {place.name: [each.subnet_id for each in place.subnets] for place in found.places if not place.addresses}


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param("1b", [CACHES_B], id="in the subnet of its zone"),
        pytest.param(None, [CACHES, CACHES_B], id="in which zone is not told"),
        pytest.param("1c", [CACHES, CACHES_B], id="in a zone of no subnet that is known"),
    ],
)
def test_a_node_without_an_interface_that_is_seen_can_be_in_any_subnet(
    zone: str | None, expected: list[Subnet]
) -> None:
    found = read(cluster(("s-001", zone), ("s-002", "1a")))
    assert somewhere(found) == {"s-001": [each.subnet_id for each in expected], "s-002": [CACHES.subnet_id]}
    [one, other] = found.places
    assert (one.subnet is None, other.subnet) == (len(expected) > 1, CACHES)
    assert found.vpc_id == CACHES.vpc_id


def test_a_cache_whose_nodes_are_not_told_can_be_in_each_of_its_subnets() -> None:
    assert places(read(cluster())) == [IN_A, IN_B]


def test_some_nodes_are_seen_and_some_are_not() -> None:
    found = read(cluster(("s-001", "1a"), ("s-002", "1b")), node_interface(1, "s-001"))
    assert somewhere(found) == {"s-002": [CACHES_B.subnet_id]}
    # Of one cluster with two nodes one is seen.
    found = read(cluster(("m", "1a"), ("m", "1b")), node_interface(1, "m"))
    assert somewhere(found) == {"m": [CACHES.subnet_id, CACHES_B.subnet_id]}
    assert len(found.places) == 2


def test_what_is_known_of_the_addresses_of_a_node() -> None:
    blind = Subnet("subnet-9", VPC, "1a")
    hidden = [Place("s", (), ()), Place("s", (blind,), ()), Place("s", (CACHES, blind), ())]
    assert [place.is_hidden for place in hidden] == [True] * 3
    assert [place.is_hidden for place in (Place("s", (CACHES,), ()), Place("s", (blind,), (), ("10.0.2.1",)))] == [
        False
    ] * 2


def test_a_serverless_cache_is_in_its_subnets() -> None:
    found = read(cluster(kind="serverless"), interface(1, CACHES, groups=(SESSIONS,), is_vpc_endpoint=True))
    assert places(found) == [IN_A, IN_B]
    assert {each.memberships for each in found.places} == {(Membership(SESSIONS.group_id, "active"),)}


def test_where_no_subnet_is_known_no_place_is() -> None:
    assert receiver_of(cluster(), {}, {}).places == ()


def test_members_can_carry_different_groups_while_these_are_changed() -> None:
    def member(name: str, **groups: str) -> dict[str, Any]:
        carried = [{"SecurityGroupId": f"sg-{each}", "Status": status} for each, status in groups.items()]
        return {
            "CacheClusterId": name,
            "CacheNodes": [{}],
            "CacheSubnetGroupName": "private",
            "SecurityGroups": carried,
        }

    members = [member("s-001", old="active", new="adding"), member("s-002", new="active"), member("s-003")]
    changing = parse_replication_group({"ReplicationGroupId": "s"}, members)
    seen = [node_interface(number, f"s-00{number}") for number in (1, 2, 3)]
    found = receiver_of(changing, {"sg-new": seen}, SUBNETS)
    assert [[(each.group_id, each.status) for each in place.memberships] for place in found.places] == [
        [("sg-new", "adding"), ("sg-old", "active")],
        # What is not in force on one node is so on another.
        [("sg-new", "active")],
        [],
    ]


def test_a_cache_without_members_carries_its_groups_on_every_node() -> None:
    one = cluster(("s-001", "1a"), security_groups=(Membership(SESSIONS.group_id, "removing"),))
    [only] = read(one, node_interface(1, "s-001")).places
    assert only.memberships == (Membership(SESSIONS.group_id, "removing"),)


@pytest.mark.parametrize(
    ("network_type", "families"),
    [("ipv4", (32,)), ("ipv6", (128,)), ("dual_stack", (32, 128)), ("unheard of", (32,))],
)
def test_the_families_in_which_a_cache_is_reached(network_type: str, families: tuple[int, ...]) -> None:
    assert receiver(network_type=network_type).families == families


def test_a_cache_will_carry_what_is_planned_on_every_node_that_is_seen_now() -> None:
    now = read(cluster(("sessions-001", "eu-west-1a")), node_interface(1, "sessions-001"))
    planned = replace(now.cache, security_groups=(Membership("sg-new", "active"),), member_groups=(), unsettled=())
    then = now.carrying(planned)
    assert then.cache == planned
    assert [place.memberships for place in then.places] == [planned.security_groups]
    assert [place.addresses for place in then.places] == [place.addresses for place in now.places]
    assert now.carrying(now.cache) is now
