# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import (
    Cache,
    Endpoint,
    Membership,
    Node,
    each_once,
    fits,
    parse_cluster,
    parse_replication_group,
    parse_serverless,
    ports_to_open,
    with_network,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

from tests.unit.values import CARTS, SESSIONS, cache

# A cache of which ElastiCache tells nothing but its name.
BARE_CLUSTER = Cache(
    name="old",
    kind="cluster",
    arn=None,
    engine=None,
    engine_version=None,
    status="unknown",
    network_type="ipv4",
    ports=(),
    endpoints=(),
    security_groups=(),
    nodes=(),
    transit_encryption=None,
    at_rest_encryption=None,
    is_classic=True,
)


def node(number: str, port: int, **facts: Any) -> dict[str, Any]:
    return {"CacheNodeId": number, "Endpoint": {"Address": f"{number}.example.com", "Port": port}, **facts}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"CacheClusterId": "old"}, BARE_CLUSTER, id="a cluster of which nothing is told"),
        pytest.param(
            {
                "CacheClusterId": "test",
                "CacheClusterStatus": "creating",
                "CacheSubnetGroupName": "private",
                "Engine": "redis",
                "EngineVersion": "5.0.6",
                "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}],
            },
            replace(
                BARE_CLUSTER,
                name="test",
                status="creating",
                engine="redis",
                engine_version="5.0.6",
                subnet_group="private",
                security_groups=(Membership("sg-1", "active"),),
                is_classic=False,
            ),
            id="a cluster that is being created has groups and no endpoint",
        ),
        pytest.param(
            {
                "CacheClusterId": "single",
                "ARN": "arn:aws:elasticache:eu-west-1:123456789012:cluster:single",
                "CacheClusterStatus": "available",
                "CacheSubnetGroupName": "private",
                "Engine": "valkey",
                "EngineVersion": "8.0.1",
                "NetworkType": "dual_stack",
                "PreferredAvailabilityZone": "eu-west-1a",
                "TransitEncryptionEnabled": True,
                "AtRestEncryptionEnabled": False,
                "CacheNodes": [node("0001", 7000)],
                "SecurityGroups": [
                    {"SecurityGroupId": "sg-2", "Status": "adding"},
                    {"SecurityGroupId": "sg-1"},
                ],
            },
            Cache(
                name="single",
                kind="cluster",
                arn="arn:aws:elasticache:eu-west-1:123456789012:cluster:single",
                engine="valkey",
                engine_version="8.0.1",
                status="available",
                network_type="dual_stack",
                ports=(7000,),
                endpoints=(Endpoint("node", "0001.example.com", 7000),),
                security_groups=(Membership("sg-1", "active"), Membership("sg-2", "adding")),
                nodes=(Node("single", "0001", "eu-west-1a", Endpoint("node", "0001.example.com", 7000)),),
                transit_encryption=True,
                at_rest_encryption=False,
                subnet_group="private",
            ),
            id="a single node on a port of its own",
        ),
        pytest.param(
            {
                "CacheClusterId": "memo",
                "CacheSubnetGroupName": "private",
                "Engine": "memcached",
                "ConfigurationEndpoint": {"Address": "memo.cfg.example.com", "Port": 11211},
                "PreferredAvailabilityZone": "Multiple",
                "CacheNodes": [
                    node("0001", 11211, CustomerAvailabilityZone="eu-west-1a"),
                    {"CustomerAvailabilityZone": "eu-west-1b"},
                ],
            },
            replace(
                BARE_CLUSTER,
                name="memo",
                engine="memcached",
                ports=(11211,),
                endpoints=(
                    Endpoint("configuration", "memo.cfg.example.com", 11211),
                    Endpoint("node", "0001.example.com", 11211),
                ),
                nodes=(
                    Node("memo", "0001", "eu-west-1a", Endpoint("node", "0001.example.com", 11211)),
                    Node("memo", "", "eu-west-1b"),
                ),
                subnet_group="private",
                is_classic=False,
            ),
            id="Memcached with a configuration endpoint and a node that is not there yet",
        ),
    ],
)
def test_parse_cluster(answer: dict[str, Any], expected: Cache) -> None:
    assert parse_cluster(answer) == expected


MEMBERS: list[dict[str, Any]] = [
    {
        "CacheClusterId": f"sessions-00{number}",
        "ReplicationGroupId": "sessions",
        "Engine": "redis",
        "EngineVersion": "7.1.0",
        "NetworkType": "ipv6",
        "CacheSubnetGroupName": "private",
        "TransitEncryptionEnabled": False,
        "AtRestEncryptionEnabled": True,
        "CacheNodes": [node("0001", 6379)],
        "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}],
    }
    for number in (1, 2)
]
MEMBER_NODES = tuple(
    Node(f"sessions-00{number}", "0001", None, Endpoint("node", "0001.example.com", 6379)) for number in (1, 2)
)
GROUP = Cache(
    name="sessions",
    kind="replication_group",
    arn=None,
    engine="redis",
    engine_version="7.1.0",
    status="available",
    network_type="ipv6",
    ports=(6379,),
    endpoints=(
        Endpoint("node", "0001.example.com", 6379),
        Endpoint("node", "0001.example.com", 6379),
    ),
    security_groups=(Membership("sg-1", "active"),),
    nodes=MEMBER_NODES,
    transit_encryption=False,
    at_rest_encryption=True,
    cluster_mode=False,
    member_groups=(("sessions-001", ("sg-1",)), ("sessions-002", ("sg-1",))),
    subnet_group="private",
)


@pytest.mark.parametrize(
    ("answer", "members", "expected"),
    [
        pytest.param(
            {"ReplicationGroupId": "sessions", "Status": "deleting"},
            [],
            Cache(
                name="sessions",
                kind="replication_group",
                arn=None,
                engine=None,
                engine_version=None,
                status="deleting",
                network_type="ipv4",
                ports=(),
                endpoints=(),
                security_groups=(),
                nodes=(),
                transit_encryption=None,
                at_rest_encryption=None,
                cluster_mode=False,
            ),
            id="a group that is being deleted has lost its members, and is not taken for a classic one",
        ),
        pytest.param(
            {"ReplicationGroupId": "sessions", "Status": "available"},
            MEMBERS,
            GROUP,
            id="what an old group leaves out is taken from its first member",
        ),
        pytest.param(
            {
                "ReplicationGroupId": "sessions",
                "ARN": "arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions",
                "Status": "available",
                "Engine": "valkey",
                "NetworkType": "dual_stack",
                "TransitEncryptionEnabled": True,
                "AtRestEncryptionEnabled": False,
                "ClusterEnabled": False,
                "NodeGroups": [
                    {
                        "PrimaryEndpoint": {"Address": "primary.example.com", "Port": 6379},
                        "ReaderEndpoint": {"Address": "reader.example.com", "Port": 6379},
                    }
                ],
            },
            MEMBERS,
            replace(
                GROUP,
                arn="arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions",
                engine="valkey",
                network_type="dual_stack",
                transit_encryption=True,
                at_rest_encryption=False,
                endpoints=(
                    Endpoint("primary", "primary.example.com", 6379),
                    Endpoint("reader", "reader.example.com", 6379),
                    *GROUP.endpoints,
                ),
            ),
            id="what the group tells itself goes before what its members tell",
        ),
        pytest.param(
            {
                "ReplicationGroupId": "sessions",
                "Status": "available",
                "ConfigurationEndpoint": {"Address": "clustercfg.example.com", "Port": 6379},
                "NodeGroups": [{"NodeGroupId": "0001", "Slots": "0-16383"}],
            },
            MEMBERS,
            replace(
                GROUP,
                cluster_mode=True,
                endpoints=(Endpoint("configuration", "clustercfg.example.com", 6379), *GROUP.endpoints),
            ),
            id="with cluster mode the shards have no endpoints, and the configuration endpoint tells the mode",
        ),
        pytest.param(
            {"ReplicationGroupId": "sessions", "Status": "available", "ClusterEnabled": True},
            MEMBERS,
            replace(GROUP, cluster_mode=True),
            id="cluster mode is told while there is no endpoint yet",
        ),
        pytest.param(
            {"ReplicationGroupId": "sessions", "Status": "available"},
            [{**member, "CacheSubnetGroupName": None} for member in MEMBERS],
            replace(GROUP, subnet_group=None, is_classic=True),
            id="members without a subnet group stand in EC2-Classic",
        ),
    ],
)
def test_parse_replication_group(answer: dict[str, Any], members: list[dict[str, Any]], expected: Cache) -> None:
    assert parse_replication_group(answer, members) == expected


def groups_with(*statuses: str | None) -> list[dict[str, Any]]:
    """One entry of SecurityGroups per member; None for a member that carries none."""
    return [
        {} if status is None else {"SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": status}]}
        for status in statuses
    ]


@pytest.mark.parametrize(
    ("carried", "memberships"),
    [
        pytest.param(groups_with("active", "active"), (Membership("sg-1", "active"),), id="in force on both"),
        pytest.param(groups_with("active", "adding"), (Membership("sg-1", "adding"),), id="on its way on the second"),
        pytest.param(groups_with("removing", "active"), (Membership("sg-1", "removing"),), id="leaving on the first"),
        pytest.param(groups_with(None, "active"), (Membership("sg-1", "active"),), id="told of the second alone"),
        pytest.param(groups_with(None, None), (), id="told of none"),
        pytest.param(
            [
                {"SecurityGroups": [{"SecurityGroupId": "sg-2", "Status": "active"}]},
                {"SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}]},
            ],
            (Membership("sg-1", "active"), Membership("sg-2", "active")),
            id="another on each, in order of their ids",
        ),
    ],
)
def test_a_replication_group_carries_what_its_members_carry(
    carried: list[dict[str, Any]], memberships: tuple[Membership, ...]
) -> None:
    members = [{"CacheClusterId": f"sessions-00{number}", **each} for number, each in enumerate(carried, 1)]
    found = parse_replication_group({"ReplicationGroupId": "sessions"}, members)
    assert found.security_groups == memberships
    assert found.group_ids == tuple(membership.group_id for membership in memberships)


def test_which_groups_are_not_in_force_on_which_member() -> None:
    """A status that is not told is no reason to wait."""
    members: list[dict[str, Any]] = [
        {"CacheClusterId": "sessions-001", "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}]},
        {
            "CacheClusterId": "sessions-002",
            "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "removing"}, {"SecurityGroupId": "sg-2"}],
        },
        {"CacheClusterId": "sessions-003"},
    ]
    found = parse_replication_group({"ReplicationGroupId": "sessions"}, members)
    assert found.unsettled == ((("sessions-002", "sg-1"), "removing"),)


@pytest.mark.parametrize(
    ("told", "global_datastore"),
    [
        pytest.param({}, None, id="nothing is told"),
        pytest.param({"GlobalReplicationGroupInfo": {}}, None, id="of none"),
        pytest.param(
            {"GlobalReplicationGroupInfo": {"GlobalReplicationGroupId": "sgaui-shop"}}, "sgaui-shop", id="of this one"
        ),
    ],
)
def test_of_which_global_datastore_a_replication_group_is_a_member(
    told: dict[str, Any], global_datastore: str | None
) -> None:
    found = parse_replication_group({"ReplicationGroupId": "sessions", **told}, [])
    assert found.global_datastore == global_datastore


ONE, OTHER = [{"SecurityGroupId": "sg-1"}], [{"SecurityGroupId": "sg-2"}]


@pytest.mark.parametrize(
    ("carried", "differing"),
    [
        pytest.param([], (), id="no member"),
        pytest.param([ONE, ONE], (), id="members that carry the same"),
        pytest.param([[*ONE, *OTHER], [*OTHER, *ONE]], (), id="members that carry the same, told in another order"),
        pytest.param([ONE, OTHER], (("sessions-001", ("sg-1",)), ("sessions-002", ("sg-2",))), id="another on each"),
        pytest.param(
            [ONE, [], ONE],
            (("sessions-001", ("sg-1",)), ("sessions-002", ()), ("sessions-003", ("sg-1",))),
            id="none on one, told with all others",
        ),
    ],
)
def test_members_that_carry_different_groups(
    carried: list[list[dict[str, str]]], differing: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    members = [
        {"CacheClusterId": f"sessions-00{number}", "SecurityGroups": groups} for number, groups in enumerate(carried, 1)
    ]
    assert parse_replication_group({"ReplicationGroupId": "sessions"}, members).differing_members == differing


SERVERLESS = Cache(
    name="carts",
    kind="serverless",
    arn=None,
    engine=None,
    engine_version=None,
    status="unknown",
    network_type="ipv4",
    ports=(),
    endpoints=(),
    security_groups=(),
    nodes=(),
    transit_encryption=True,
    at_rest_encryption=True,
)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"ServerlessCacheName": "carts"}, SERVERLESS, id="a cache of which nothing is told"),
        pytest.param(
            {
                "ServerlessCacheName": "carts",
                "ARN": "arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:carts",
                "Status": "available",
                "Engine": "valkey",
                "MajorEngineVersion": "8",
                "FullEngineVersion": "8.0",
                "NetworkType": "dual_stack",
                "ConnectionType": "public",
                "SecurityGroupIds": ["sg-2", "sg-1"],
                "SubnetIds": ["subnet-1", "subnet-2"],
                "Endpoint": {"Address": "carts.example.com", "Port": 6379},
                "ReaderEndpoint": {"Address": "carts.example.com", "Port": 6380},
            },
            replace(
                SERVERLESS,
                arn="arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:carts",
                status="available",
                engine="valkey",
                engine_version="8.0",
                network_type="dual_stack",
                connection_type="public",
                security_groups=(Membership("sg-1", "active"), Membership("sg-2", "active")),
                subnet_ids=("subnet-1", "subnet-2"),
                ports=(6379, 6380),
                endpoints=(
                    Endpoint("endpoint", "carts.example.com", 6379),
                    Endpoint("reader", "carts.example.com", 6380),
                ),
            ),
            id="Valkey with both endpoints",
        ),
        pytest.param(
            {
                "ServerlessCacheName": "carts",
                "Engine": "memcached",
                "MajorEngineVersion": "1.6",
                "Endpoint": {"Address": "carts.example.com", "Port": 11211},
            },
            replace(
                SERVERLESS,
                engine="memcached",
                engine_version="1.6",
                ports=(11211, 11212),
                endpoints=(Endpoint("endpoint", "carts.example.com", 11211),),
            ),
            id="Memcached reports one port, while its clients dial two",
        ),
        pytest.param(
            {"ServerlessCacheName": "carts", "Endpoint": {"Address": "carts.example.com", "Port": 6379}},
            replace(SERVERLESS, ports=(6379, 6380), endpoints=(Endpoint("endpoint", "carts.example.com", 6379),)),
            id="the second port is opened before its endpoint is told",
        ),
        pytest.param(
            {"ServerlessCacheName": "carts", "Endpoint": {"Address": "carts.example.com", "Port": 7000}},
            replace(SERVERLESS, ports=(7000,), endpoints=(Endpoint("endpoint", "carts.example.com", 7000),)),
            id="an unknown port stays alone",
        ),
        pytest.param(
            {"ServerlessCacheName": "carts", "Endpoint": {"Address": "carts.example.com"}},
            SERVERLESS,
            id="an endpoint without a port is none",
        ),
        pytest.param(
            {"ServerlessCacheName": "carts", "Endpoint": {"Port": 7000}},
            replace(SERVERLESS, ports=(7000,), endpoints=(Endpoint("endpoint", "", 7000),)),
            id="an endpoint without an address still tells the port",
        ),
    ],
)
def test_parse_serverless(answer: dict[str, Any], expected: Cache) -> None:
    assert parse_serverless(answer) == expected


@pytest.mark.parametrize(
    ("found", "vpc_id", "subnet_ids"),
    [
        pytest.param(cache(subnet_group="private"), "vpc-1", ("subnet-1", "subnet-2"), id="its subnet group tells"),
        pytest.param(cache(subnet_group="new"), None, (), id="its subnet group tells nothing"),
        pytest.param(cache(subnet_group="gone"), None, (), id="its subnet group is not there"),
        pytest.param(
            cache(subnet_group=None, subnet_ids=("subnet-8", "subnet-9")),
            "vpc-9",
            ("subnet-8", "subnet-9"),
            id="the first of its subnets that is there tells",
        ),
        pytest.param(
            cache(subnet_group=None, subnet_ids=("subnet-8",)), None, ("subnet-8",), id="none of its subnets is there"
        ),
    ],
)
def test_with_network(found: Cache, vpc_id: str | None, subnet_ids: tuple[str, ...]) -> None:
    subnet_groups: dict[str, dict[str, Any]] = {
        "private": {
            "VpcId": "vpc-1",
            "Subnets": [{"SubnetIdentifier": "subnet-1"}, {"SubnetIdentifier": "subnet-2"}],
        },
        "new": {},
    }
    completed = with_network(found, subnet_groups, {"subnet-9": "vpc-9"})
    assert completed == replace(found, vpc_id=vpc_id, subnet_ids=subnet_ids)


@pytest.mark.parametrize(
    ("reported", "stated", "opened"),
    [
        pytest.param((6379,), (), (6379,), id="the port that the cache reports"),
        pytest.param((6379, 6380), (), (6379, 6380), id="both ports that the cache reports"),
        pytest.param((6379, 6380), (6380,), (6380,), id="the one port that is stated"),
        pytest.param((), (7000,), (7000,), id="the stated port of a cache that is being created"),
    ],
)
def test_ports_to_open(reported: tuple[int, ...], stated: tuple[int, ...], opened: tuple[int, ...]) -> None:
    assert ports_to_open(cache(ports=reported), stated) == opened


@pytest.mark.parametrize(
    ("found", "stated", "sentence"),
    [
        pytest.param(
            cache(ports=(), status="creating"),
            (),
            "cache 'sessions' is creating and does not report its port yet; run again when it is available, "
            "set wait to true, or set ports to the ports it is being created with.",
            id="nobody says which port",
        ),
        pytest.param(
            cache(ports=(6379,)),
            (6379, 7000),
            "ports holds 7000, on which cache 'sessions' does not listen; it listens on 6379: leave ports out.",
            id="a port on which the cache does not listen",
        ),
        pytest.param(
            cache(ports=(6379, 6380)),
            (7000,),
            "ports holds 7000, on which cache 'sessions' does not listen; "
            "it listens on 6379 and 6380: leave ports out.",
            id="a port beside the two on which the cache listens",
        ),
    ],
)
def test_ports_that_cannot_be_opened(found: Cache, stated: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        ports_to_open(found, stated)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("filters", "is_shown"),
    [
        pytest.param({}, True, id="no filter"),
        pytest.param({"engine": None, "status": None, "vpc_id": None, "tags": None}, True, id="unset filters"),
        pytest.param({"engine": ["redis", "valkey"]}, True, id="one of two engines"),
        pytest.param({"engine": ["redis"]}, False, id="another engine"),
        pytest.param({"engine": []}, False, id="none of no engines"),
        pytest.param({"engine": ["valkey"], "status": ["creating"]}, False, id="its engine and another status"),
        pytest.param({"vpc_id": ["vpc-1"]}, True, id="its VPC"),
        pytest.param({"tags": {"team": "shop"}}, True, id="one of its tags"),
        pytest.param({"tags": {"team": "shop", "tier": 1}}, True, id="all of its tags, one written as a number"),
        pytest.param({"tags": {"team": "ops"}}, False, id="its tag with another value"),
        pytest.param({"tags": {"owner": "shop"}}, False, id="a tag that it does not have"),
    ],
)
def test_fits(filters: dict[str, Any], is_shown: bool) -> None:
    found = cache("sessions", SESSIONS, CARTS, vpc_id="vpc-1", tags=(("team", "shop"), ("tier", "1")))
    assert fits(found, filters) is is_shown


def test_a_cache_without_tags_fits_no_tag() -> None:
    assert not fits(cache(tags=None), {"tags": {"team": "shop"}})


def test_each_cache_is_kept_once_and_kinds_can_share_a_name() -> None:
    one, other, serverless = cache("one"), cache("other"), cache("one", kind="serverless")
    assert each_once([one, None, serverless, other, one]) == [one, serverless, other]
