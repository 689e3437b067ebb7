# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._discovery import (
    find_caches,
    find_existing_caches,
    list_caches,
    with_networks,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError, InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import read_cache_reference

from tests.unit.fakes import FakeElastiCache
from tests.unit.values import cache

HERE = "arn:aws:elasticache:eu-west-1:123456789012:"
ELSEWHERE = "arn:aws:elasticache:eu-west-1:210987654321:"

DENIED = AwsError("AWS does not permit that.", "AccessDenied")


def cluster(name: str, group: str | None = None) -> dict[str, Any]:
    member = {} if group is None else {"ReplicationGroupId": group}
    return {"CacheClusterId": name, "ARN": f"{HERE}cluster:{name}", "CacheSubnetGroupName": "private", **member}


def replication_group(name: str, *members: str) -> dict[str, Any]:
    return {"ReplicationGroupId": name, "ARN": f"{HERE}replicationgroup:{name}", "MemberClusters": list(members)}


def serverless(name: str) -> dict[str, Any]:
    return {"ServerlessCacheName": name, "ARN": f"{HERE}serverlesscache:{name}"}


def estate() -> FakeElastiCache:
    """A group of two members, a cluster, a serverless cache, and a name that two kinds share."""
    return FakeElastiCache(
        [
            cluster("sessions-001", "sessions"),
            cluster("sessions-002", "sessions"),
            cluster("shared"),
            cluster("queue"),
        ],
        [replication_group("sessions", "sessions-001", "sessions-002")],
        [serverless("carts"), serverless("shared")],
    )


@pytest.mark.parametrize(
    ("text", "cache_type", "kind", "name"),
    [
        pytest.param("queue", "", "cluster", "queue", id="a cluster by name"),
        pytest.param("QUEUE", "", "cluster", "queue", id="a cluster by its name in another case"),
        pytest.param("carts", "", "serverless", "carts", id="a serverless cache by name"),
        pytest.param("sessions", "", "replication_group", "sessions", id="a replication group by name"),
        pytest.param("sessions-002", "", "replication_group", "sessions", id="a replication group by a member's name"),
        pytest.param(
            "sessions-001", "cluster", "replication_group", "sessions", id="a replication group by a member as cluster"
        ),
        pytest.param(
            f"{HERE}cluster:sessions-001",
            "",
            "replication_group",
            "sessions",
            id="a replication group by a member's ARN",
        ),
        pytest.param(f"{HERE}serverlesscache:carts", "", "serverless", "carts", id="a serverless cache by its ARN"),
        pytest.param("shared", "serverless", "serverless", "shared", id="a shared name with its kind"),
        pytest.param(f"{HERE}cluster:shared", "", "cluster", "shared", id="a shared name in an ARN"),
    ],
)
def test_find_one_cache(text: str, cache_type: str, kind: str, name: str) -> None:
    reference = read_cache_reference(text, cache_type)
    found = find_caches(estate(), [reference])[reference]
    assert found is not None and (found.kind, found.name) == (kind, name)


def test_a_replication_group_is_found_with_all_of_its_members() -> None:
    reference = read_cache_reference("sessions-002")
    found = find_caches(estate(), [reference])[reference]
    assert found is not None
    assert (found.subnet_group, found.arn) == ("private", f"{HERE}replicationgroup:sessions")


@pytest.mark.parametrize(
    ("text", "cache_type"),
    [
        pytest.param("nobody", "", id="a name that no cache has"),
        pytest.param("carts", "cluster", id="a name that a cache of another kind has"),
        pytest.param("sessions-001", "replication_group", id="a member's name, where a replication group is meant"),
        pytest.param("sessions-001", "serverless", id="a member's name, where a serverless cache is meant"),
    ],
)
def test_a_cache_that_is_not_there_is_none(text: str, cache_type: str) -> None:
    reference = read_cache_reference(text, cache_type)
    assert find_caches(estate(), [reference]) == {reference: None}


def test_a_member_whose_replication_group_is_not_told_stands_for_itself() -> None:
    reference = read_cache_reference("orphan")
    found = find_caches(FakeElastiCache([cluster("orphan", "gone")]), [reference])[reference]
    assert found is not None and (found.kind, found.name) == ("cluster", "orphan")


def many(names: int) -> list[str]:
    return ["sessions", "queue", "carts", "sessions-001", "nobody", "nothing"][:names]


@pytest.mark.parametrize(
    ("names", "cache_type", "calls"),
    [
        pytest.param([], "", [], id="for no name no call"),
        pytest.param(
            ["queue"],
            "",
            ["cluster queue", "replication_group queue", "serverless queue"],
            id="for one name one per kind",
        ),
        pytest.param(["queue"], "cluster", ["cluster queue"], id="for a cluster one"),
        pytest.param(["queue", "queue"], "cluster", ["cluster queue"], id="for the same name twice one"),
        pytest.param(["carts"], "serverless", ["serverless carts"], id="for a serverless cache one"),
        pytest.param(
            ["sessions"],
            "replication_group",
            ["all of cluster", "replication_group sessions"],
            id="for a replication group one, and one listing for its members",
        ),
        pytest.param(
            ["sessions-002"],
            "cluster",
            ["cluster sessions-001", "cluster sessions-002", "replication_group sessions"],
            id="for a member one, one for its replication group and one for each other member",
        ),
        pytest.param(
            many(5),
            "serverless",
            ["all of serverless"],
            id="for several names of one kind its listing",
        ),
        pytest.param(
            many(2),
            "",
            ["all of cluster", "all of replication_group", "all of serverless"],
            id="for several names one listing per kind",
        ),
    ],
)
def test_the_calls_that_finding_takes(names: list[str], cache_type: str, calls: list[str]) -> None:
    aws = estate()
    find_caches(aws, [read_cache_reference(name, cache_type) for name in names])
    assert sorted(aws.calls) == calls


@pytest.mark.parametrize(
    ("names", "calls"),
    [
        pytest.param(
            ["c-000", "c-001"],
            ["all of cluster", "all of replication_group", "all of serverless"],
            id="what stands in the pages that are read is not asked for",
        ),
        pytest.param(
            ["c-000", "c-018"],
            ["all of cluster", "all of replication_group", "all of serverless", "cluster c-018"],
            id="what stands further down is asked for by name",
        ),
        pytest.param(
            ["c-000", "c-018", "c-019", "nobody"],
            [
                *("all of cluster", "all of replication_group", "all of serverless"),
                *("cluster c-018", "cluster c-019", "cluster nobody"),
            ],
            id="as is what is nowhere",
        ),
        pytest.param(
            ["g", "c-000"],
            [
                *("all of cluster", "all of replication_group", "all of serverless"),
                *("cluster c-015", "cluster c-016", "cluster g"),
            ],
            id="and members of the replication groups that are meant, not of the others",
        ),
    ],
)
def test_a_large_region_is_not_read_to_its_end_for_a_few_caches(names: list[str], calls: list[str]) -> None:
    """Pages of four, and as many pages at most as there are names."""
    clusters = [cluster(f"c-{number:03}") for number in range(20)]
    for member, group in ((15, "g"), (16, "g"), (17, "other"), (18, "other")):
        clusters[member] = cluster(f"c-{member:03}", group if member < 17 else None)
    aws = FakeElastiCache(
        clusters, [replication_group("g", "c-015", "c-016"), replication_group("other", "c-017")], [serverless("s")]
    )
    aws.page_size = 4
    references = [read_cache_reference(name) for name in names]
    found = find_caches(aws, references)
    assert [reference.name for reference in references if found[reference] is None] == (
        ["nobody"] if "nobody" in names else []
    )
    assert sorted(aws.calls) == calls


def test_names_that_come_near_are_looked_for_without_listing_again_what_was_listed() -> None:
    aws = estate()
    with pytest.raises(InvalidGrantError, match="Did you mean queue"):
        find_existing_caches(aws, [read_cache_reference("queu"), read_cache_reference("carts")])
    assert sorted(aws.calls) == ["all of cluster", "all of replication_group", "all of serverless"]


def test_asking_and_listing_find_the_same() -> None:
    references = [read_cache_reference(name) for name in many(6)]
    asked = {reference: find_caches(estate(), [reference])[reference] for reference in references}
    assert find_caches(estate(), references) == asked


def test_what_is_found_stands_in_the_order_of_the_references() -> None:
    references = [read_cache_reference(name) for name in ("queue", "carts", "nobody", "sessions")]
    assert list(find_caches(estate(), references)) == references


def test_a_name_that_is_too_long_for_one_kind_is_looked_for_among_the_others() -> None:
    aws = estate()
    aws.refusals["serverless queue"] = AwsError("AWS refused: too long.", "InvalidParameterValue")
    reference = read_cache_reference("queue")
    found = find_caches(aws, [reference])[reference]
    assert found is not None and found.kind == "cluster"


def test_a_refusal_is_passed_on() -> None:
    aws = estate()
    aws.refusals["serverless queue"] = DENIED
    with pytest.raises(AwsError, match=r"^AWS does not permit that\.$"):
        find_caches(aws, [read_cache_reference("queue")])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "shared",
            "cache 'shared' is the name of a cluster and of a serverless; "
            "set cache_type to cluster or serverless, or give the ARN.",
            id="a name that two kinds share",
        ),
        pytest.param(
            "arn:aws:elasticache:us-east-1:123456789012:cluster:queue",
            "cache 'arn:aws:elasticache:us-east-1:123456789012:cluster:queue' is in us-east-1, "
            "while this task runs in eu-west-1; set region to us-east-1.",
            id="an ARN of another region",
        ),
        pytest.param(
            f"{ELSEWHERE}cluster:queue",
            f"cache '{ELSEWHERE}cluster:queue' is in account 210987654321, while these credentials are of account "
            "123456789012; use credentials of account 210987654321.",
            id="an ARN of another account, whose name a cache here has too",
        ),
    ],
)
def test_a_cache_that_cannot_be_meant(text: str, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        find_caches(estate(), [read_cache_reference(text)])
    assert str(caught.value) == sentence


def test_a_member_that_shares_its_name_with_another_replication_group_is_ambiguous() -> None:
    aws = FakeElastiCache(
        [cluster("first", "grown"), cluster("first-001", "first")],
        [replication_group("grown", "first"), replication_group("first", "first-001")],
    )
    with pytest.raises(InvalidGrantError) as caught:
        find_caches(aws, [read_cache_reference("first")])
    assert str(caught.value) == (
        "cache 'first' is the name of a cluster and of a replication_group; "
        "set cache_type to cluster or replication_group, or give the ARN."
    )


def test_a_member_that_shares_its_name_with_its_own_replication_group_is_not_ambiguous() -> None:
    aws = FakeElastiCache([cluster("first", "first")], [replication_group("first", "first")])
    reference = read_cache_reference("first")
    found = find_caches(aws, [reference])[reference]
    assert found is not None and (found.kind, found.name) == ("replication_group", "first")


def test_an_arn_of_another_region_is_refused_before_any_call() -> None:
    aws = estate()
    with pytest.raises(InvalidGrantError):
        find_caches(aws, [read_cache_reference("arn:aws:elasticache:us-east-1:123456789012:cluster:queue")])
    assert aws.calls == []


def test_a_cache_without_an_arn_is_taken_for_the_wanted_one() -> None:
    aws = FakeElastiCache([{"CacheClusterId": "old"}])
    reference = read_cache_reference(f"{ELSEWHERE}cluster:old")
    assert find_caches(aws, [reference])[reference] is not None


@pytest.mark.parametrize(
    ("text", "cache_type", "sentence"),
    [
        pytest.param(
            "sesions", "", "cache 'sesions': no cache of that name in eu-west-1. Did you mean sessions?", id="a slip"
        ),
        pytest.param(
            "cart",
            "serverless",
            "cache 'cart': no serverless cache of that name in eu-west-1. Did you mean carts?",
            id="a slip in the name of a serverless cache",
        ),
        pytest.param(
            "carts",
            "replication_group",
            "cache 'carts': no replication group of that name in eu-west-1. There are: sessions.",
            id="the name of a cache of another kind",
        ),
        pytest.param(
            f"{HERE}cluster:zzz",
            "",
            f"cache '{HERE}cluster:zzz': no cluster of that name in eu-west-1. There are: queue, shared.",
            id="an ARN of this account",
        ),
        pytest.param(
            f"{ELSEWHERE}serverlesscache:zzz",
            "",
            f"cache '{ELSEWHERE}serverlesscache:zzz' is in account 210987654321, while these credentials are of "
            "account 123456789012; use credentials of account 210987654321.",
            id="an ARN of another account",
        ),
    ],
)
def test_unknown_cache(text: str, cache_type: str, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as error:
        find_existing_caches(estate(), [read_cache_reference(text, cache_type)])
    assert str(error.value) == sentence


def test_an_unknown_cache_in_an_empty_region() -> None:
    with pytest.raises(InvalidGrantError) as error:
        find_existing_caches(FakeElastiCache(), [read_cache_reference(f"{ELSEWHERE}cluster:zzz")])
    assert (
        str(error.value) == f"cache '{ELSEWHERE}cluster:zzz': no cluster of that name in eu-west-1. There is none here."
    )


def test_many_unknown_caches_take_one_more_look_at_the_region() -> None:
    aws = estate()
    with pytest.raises(InvalidGrantError) as error:
        find_existing_caches(aws, [read_cache_reference(name) for name in ("cart", "sessions", "queu")])
    assert str(error.value).splitlines() == [
        "cache 'cart': no cache of that name in eu-west-1. Did you mean carts?",
        "cache 'queu': no cache of that name in eu-west-1. Did you mean queue?",
    ]
    assert sum(call.startswith("all of") for call in aws.calls) == 3


@pytest.mark.parametrize(
    ("cache_type", "names", "calls"),
    [
        pytest.param(
            "",
            ["queue", "shared", "sessions", "carts", "shared"],
            ["all of cluster", "all of replication_group", "all of serverless"],
            id="all of them, members within their replication group",
        ),
        pytest.param("cluster", ["queue", "shared"], ["all of cluster"], id="clusters"),
        pytest.param(
            "replication_group",
            ["sessions"],
            ["all of cluster", "all of replication_group"],
            id="replication groups, which takes the clusters too",
        ),
        pytest.param("serverless", ["carts", "shared"], ["all of serverless"], id="serverless caches"),
    ],
)
def test_list_caches(cache_type: str, names: list[str], calls: list[str]) -> None:
    aws = estate()
    assert [found.name for found in list_caches(aws, cache_type)] == names
    assert sorted(aws.calls) == calls


SUBNET_GROUPS: list[dict[str, Any]] = [
    {"CacheSubnetGroupName": name, "VpcId": f"vpc-of-{name}", "Subnets": [{"SubnetIdentifier": f"subnet-of-{name}"}]}
    for name in ("private", "g1", "g2", "g3", "g4", "g5")
]


def test_networks_are_told_by_subnet_groups_or_by_subnets() -> None:
    aws = FakeElastiCache(subnet_groups=SUBNET_GROUPS)
    caches = [
        cache("sessions", subnet_group="private"),
        cache("queue", subnet_group="private"),
        cache("old", subnet_group="gone"),
        cache("carts", subnet_group=None, subnet_ids=("subnet-2", "subnet-1")),
        cache("classic", subnet_group=None),
    ]
    private: dict[str, Any] = {"vpc_id": "vpc-of-private", "subnet_ids": ("subnet-of-private",)}
    assert with_networks(aws, caches) == [
        replace(caches[0], **private),
        replace(caches[1], **private),
        caches[2],
        replace(caches[3], vpc_id="vpc-of-subnets"),
        caches[4],
    ]
    assert sorted(aws.calls) == ["all of subnet_group", "subnets subnet-1 subnet-2"]


def test_networks_of_one_subnet_group_are_asked_for_and_of_several_listed() -> None:
    aws = FakeElastiCache(subnet_groups=SUBNET_GROUPS)
    caches = [
        cache(group["CacheSubnetGroupName"], subnet_group=group["CacheSubnetGroupName"]) for group in SUBNET_GROUPS
    ]
    assert [found.vpc_id for found in with_networks(aws, caches)] == [group["VpcId"] for group in SUBNET_GROUPS]
    assert aws.calls == ["all of subnet_group"]
    with_networks(aws, caches[:1])
    assert aws.calls[1:] == ["subnet_group private"]


def test_networks_of_no_caches_take_no_call() -> None:
    aws = FakeElastiCache()
    assert (with_networks(aws, []), aws.calls) == ([], [])
