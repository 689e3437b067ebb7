# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Mapping

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._cache_tags import with_tags
from ansible_collections.elasticache.access.plugins.module_utils._caches import Node
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError

from tests.unit.fakes import FakeElastiCache
from tests.unit.values import cache

HERE = "arn:aws:elasticache:eu-west-1:123456789012:"
DENIED = AwsError("AWS does not permit that.", "AccessDenied")

TAGS: Mapping[str, Mapping[str, str]] = {
    f"{HERE}cluster:queue": {"team": "shop", "env": "prod"},
    f"{HERE}cluster:sessions-001": {"team": "web"},
    f"{HERE}serverlesscache:carts": {},
}
QUEUE = cache("queue")
CARTS = cache("carts", kind="serverless", arn=f"{HERE}serverlesscache:carts")
GROUP = cache(
    "sessions",
    kind="replication_group",
    arn=f"{HERE}replicationgroup:sessions",
    nodes=(Node("sessions-001", "0001"), Node("sessions-002", "0001")),
)
OLD = cache("old", arn=None)


def test_tags_of_a_few_caches_are_asked_for_one_by_one() -> None:
    aws = FakeElastiCache(tags=TAGS)
    assert [found.tags for found in with_tags(aws, [QUEUE, CARTS, OLD])] == [
        (("env", "prod"), ("team", "shop")),
        (),
        None,
    ]
    assert sorted(aws.calls) == ["tags carts", "tags queue"]


def test_tags_of_many_caches_are_listed_and_those_of_a_replication_group_found_at_a_member() -> None:
    aws = FakeElastiCache(tags=TAGS)
    more = [cache(f"other-{number}") for number in range(4)]
    tags = [found.tags for found in with_tags(aws, [QUEUE, CARTS, OLD, GROUP, *more])]
    assert tags == [(("env", "prod"), ("team", "shop")), (), None, (("team", "web"),), (), (), (), ()]
    assert aws.calls == ["all tags"]
    with_tags(aws, [QUEUE, *more])
    assert len(aws.calls) == 1 + 5


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("CacheClusterNotFound", id="as if it were not there"),
        pytest.param("InvalidCacheClusterState", id="for its state as a cluster"),
        pytest.param("InvalidReplicationGroupState", id="for its state as a replication group"),
        pytest.param("InvalidServerlessCacheStateFault", id="for its state as a serverless cache"),
    ],
)
def test_tags_that_elasticache_does_not_tell_yet_are_none(code: str) -> None:
    aws = FakeElastiCache(tags=TAGS)
    aws.refusals["tags carts"] = AwsError("AWS refused: busy.", code)
    assert [found.tags for found in with_tags(aws, [CARTS, QUEUE])] == [None, (("env", "prod"), ("team", "shop"))]


def test_a_refusal_to_tell_tags_is_passed_on() -> None:
    aws = FakeElastiCache(tags=TAGS)
    aws.refusals["tags carts"] = DENIED
    with pytest.raises(AwsError, match=r"^AWS does not permit that\.$"):
        with_tags(aws, [CARTS, QUEUE])
