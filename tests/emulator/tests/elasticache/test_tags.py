# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tags of all kinds of caches, here and in the tagging API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.server import Emulator
from tests.emulator.tests.elasticache.conftest import Make, refused

_PREFIX = "arn:aws:elasticache:eu-west-1:123456789012"
_TAGS = [{"Key": "team", "Value": "shop"}, {"Key": "env", "Value": "prod"}]
_SORTED = [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "shop"}]


def _tags(elasticache: Any, arn: str) -> list[dict[str, str]]:
    return list(elasticache.list_tags_for_resource(ResourceName=f"{_PREFIX}:{arn}")["TagList"])


def test_tags_given_at_creation(
    elasticache: Any, make_cluster: Make, make_replication_group: Make, make_serverless: Make
) -> None:
    make_cluster(Tags=_TAGS)
    make_replication_group(Tags=_TAGS, NumCacheClusters=2)
    make_serverless(Tags=_TAGS)
    for arn in (
        "cluster:fragments",
        "replicationgroup:sessions",
        "cluster:sessions-001",
        "cluster:sessions-002",
        "serverlesscache:carts",
    ):
        assert _tags(elasticache, arn) == _SORTED


def test_tags_come_and_go(
    elasticache: Any, make_cluster: Make, make_replication_group: Make, make_serverless: Make
) -> None:
    make_cluster()
    make_replication_group()
    make_serverless()
    for arn in ("cluster:fragments", "replicationgroup:sessions", "serverlesscache:carts", "subnetgroup:caches"):
        assert _tags(elasticache, arn) == []
        answer = elasticache.add_tags_to_resource(ResourceName=f"{_PREFIX}:{arn}", Tags=_TAGS)
        assert answer["TagList"] == _SORTED
        elasticache.remove_tags_from_resource(ResourceName=f"{_PREFIX}:{arn}", TagKeys=["env"])
        assert _tags(elasticache, arn) == _TAGS[:1]
    assert _tags(elasticache, "cluster:sessions-001") == _TAGS[:1]


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (f"{_PREFIX}:cluster:nobody", "CacheClusterNotFound"),
        (f"{_PREFIX}:replicationgroup:nobody", "ReplicationGroupNotFoundFault"),
        (f"{_PREFIX}:serverlesscache:nobody", "ServerlessCacheNotFoundFault"),
        (f"{_PREFIX}:subnetgroup:nobody", "CacheSubnetGroupNotFoundFault"),
        (f"{_PREFIX}:teapot:nobody", "InvalidARN"),
        ("arn:aws:elasticache:us-east-1:123456789012:cluster:fragments", "InvalidARN"),
        ("nonsense", "InvalidARN"),
    ],
)
def test_arns_that_are_refused(elasticache: Any, arn: str, code: str) -> None:
    with refused(code):
        elasticache.list_tags_for_resource(ResourceName=arn)


def test_busy_caches_keep_their_tags_to_themselves(
    emulator: Emulator, elasticache: Any, make_cluster: Make, make_replication_group: Make, make_serverless: Make
) -> None:
    make_cluster()
    make_replication_group()
    make_serverless()
    for name in ("fragments", "sessions", "carts"):
        set_window(emulator.url, name, status="modifying")
    words = "not in available state to perform tagging operations"
    with refused("InvalidCacheClusterState", words):
        _tags(elasticache, "cluster:fragments")
    with refused("InvalidReplicationGroupState", words):
        _tags(elasticache, "replicationgroup:sessions")
    with refused("InvalidServerlessCacheStateFault", words):
        _tags(elasticache, "serverlesscache:carts")


def test_tags_go_with_their_cache(elasticache: Any, make_cluster: Make) -> None:
    make_cluster(Tags=_TAGS)
    elasticache.delete_cache_cluster(CacheClusterId="fragments")
    make_cluster()
    assert _tags(elasticache, "cluster:fragments") == []


def test_the_tagging_api_names_members(
    client: Any, make_cluster: Make, make_replication_group: Make, make_serverless: Make
) -> None:
    make_cluster()
    make_replication_group(Tags=_TAGS, NumCacheClusters=2)
    make_serverless(Tags=_TAGS)
    kinds = ["elasticache:cluster", "elasticache:replicationgroup", "elasticache:serverlesscache"]
    answer = client("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=kinds)
    found = {each["ResourceARN"].removeprefix(f"{_PREFIX}:"): each["Tags"] for each in answer["ResourceTagMappingList"]}
    assert set(found) == {"cluster:fragments", "cluster:sessions-001", "cluster:sessions-002", "serverlesscache:carts"}
    assert found["cluster:fragments"] == []
    assert found["cluster:sessions-002"] == _TAGS
