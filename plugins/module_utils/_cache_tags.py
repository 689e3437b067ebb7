# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The tags of caches, in few calls: one by one for a few caches, else what the tagging API lists."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache

    Answer = Mapping[str, t.Any]

# Tags of up to so many caches are asked for one by one.
_FEW_TAGGED = 5
# ElastiCache tells no tags of a cache that is being created or deleted.
_BUSY = (
    "CacheClusterNotFound",
    "InvalidCacheClusterState",
    "InvalidReplicationGroupState",
    "InvalidServerlessCacheStateFault",
)


def with_tags(aws: Aws, caches: Sequence[Cache]) -> list[Cache]:
    """Return C(caches) with their tags, which stay V(None) where ElastiCache tells no ARN or no tags."""
    arns = sorted({cache.arn for cache in caches if cache.arn})
    if len(arns) <= _FEW_TAGGED:
        tags = dict(zip(arns, aws.side_by_side([partial(_tags, aws, arn) for arn in arns])))
    else:
        tags = {answer["ResourceARN"]: answer.get("Tags") or [] for answer in aws.get_resources()}
    return [_with_tags(cache, tags) for cache in caches]


def _tags(aws: Aws, arn: str) -> list[Answer] | None:
    try:
        return aws.list_tags_for_resource(arn)
    except AwsError as error:
        if error.code in _BUSY:
            return None
        raise


def _with_tags(cache: Cache, tags: Mapping[str, Sequence[Answer] | None]) -> Cache:
    """Return C(cache) with what its ARN, or that of a member, is tagged with.

    The tagging API names the members of a replication group and not the group; they carry the group's tags.
    """
    if not cache.arn:
        return cache
    prefix = cache.arn.rsplit(":", 2)[0]
    arns = [cache.arn, *(f"{prefix}:cluster:{node.cluster}" for node in cache.nodes)]
    listed = next((tags[arn] for arn in arns if arn in tags), ())
    if listed is None:
        return cache
    return replace(cache, tags=tuple(sorted((tag["Key"], tag["Value"]) for tag in listed)))
