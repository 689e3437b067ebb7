# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Finding caches by name or by listing a region, in few calls; both ways end in the same Cache.

A listing takes a call per page, asking by name a call per thing. How long a listing is cannot be known before. So one
thing is asked for by its name; several are looked for in as many pages as there are things, and what does not stand
there is asked for by name: never more than twice the calls of the better way.
"""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._caches import (
    Cache,
    parse_cluster,
    parse_replication_group,
    parse_serverless,
    with_network,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    AwsError,
    InvalidGrantError,
    all_or_error,
    near,
    or_list,
)
from ansible_collections.elasticache.access.plugins.module_utils._grants import (
    CACHE_TYPES,
    CLUSTER,
    REPLICATION_GROUP,
    SERVERLESS,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._connection import Listing
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference

    Answer = Mapping[str, t.Any]

# Subnet groups are found as caches are.
_SUBNET_GROUP = "subnet_group"

_NOT_FOUND = (
    "CacheClusterNotFound",
    "CacheClusterNotFoundFault",
    "ReplicationGroupNotFoundFault",
    "ServerlessCacheNotFoundFault",
    "CacheSubnetGroupNotFoundFault",
    # A name can be legal for one kind and too long for another.
    "InvalidParameterValue",
)
# Where an answer says the name, by kind.
_NAME_KEYS = {
    CLUSTER: "CacheClusterId",
    REPLICATION_GROUP: "ReplicationGroupId",
    SERVERLESS: "ServerlessCacheName",
    _SUBNET_GROUP: "CacheSubnetGroupName",
}


@dataclass
class _Answers:
    """What ElastiCache answered, by kind and name; a member of a replication group is a cluster here.

    C(listed) says of each kind that was listed whether that was to the end.
    """

    by_kind: dict[str, dict[str, Answer]] = field(default_factory=lambda: {kind: {} for kind in _NAME_KEYS})
    listed: dict[str, bool] = field(default_factory=dict)

    def add(self, kind: str, answers: Iterable[Answer]) -> None:
        """Take in what a describe call of one kind returned."""
        for answer in answers:
            self.by_kind[kind][answer[_NAME_KEYS[kind]]] = answer

    def unknown(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return which of the (kind, name) C(wanted) may exist and were not told yet."""
        return sorted(
            (kind, name) for kind, name in wanted if name not in self.by_kind[kind] and not self.listed.get(kind)
        )

    def told(self, kind: str, names: Iterable[str]) -> list[Answer]:
        """Return what was answered of those of C(names) that are known."""
        return [self.by_kind[kind][name] for name in names if name in self.by_kind[kind]]

    def members(self, group: Answer) -> list[Answer]:
        """Return the clusters of a replication group, as far as they were asked for."""
        return self.told(CLUSTER, group.get("MemberClusters") or ())

    def cache(self, kind: str, name: str) -> Cache:
        """Return one cache."""
        answer = self.by_kind[kind][name]
        if kind == CLUSTER:
            return parse_cluster(answer)
        if kind == SERVERLESS:
            return parse_serverless(answer)
        return parse_replication_group(answer, self.members(answer))

    def caches(self) -> list[Cache]:
        """Return every cache, by kind and name; members stand within their replication group."""
        return [
            self.cache(kind, name)
            for kind in CACHE_TYPES
            for name, answer in sorted(self.by_kind[kind].items())
            if not (kind == CLUSTER and answer.get("ReplicationGroupId"))
        ]

    def select(self, reference: CacheReference) -> Cache | None:
        """Return the cache that C(reference) means; the name of a member means its replication group.

        Raises V(InvalidGrantError) where caches of several kinds have the name.
        """
        found: dict[str, tuple[str, str]] = {}
        for kind in reference.possible_types:
            answer = self.by_kind[kind].get(reference.name)
            group = answer.get("ReplicationGroupId") if answer and kind == CLUSTER else None
            if group in self.by_kind[REPLICATION_GROUP]:
                found[kind] = (REPLICATION_GROUP, group)
            elif answer:
                found[kind] = (kind, reference.name)
        if len(set(found.values())) > 1:
            raise InvalidGrantError(
                f"cache {reference.text!r} is the name of a {' and of a '.join(found)}; "
                f"set cache_type to {or_list(found)}, or give the ARN."
            )
        return next((self.cache(kind, name) for kind, name in found.values()), None)


def find_caches(aws: Aws, references: Sequence[CacheReference]) -> dict[CacheReference, Cache | None]:
    """Return for each reference the cache that it means, or V(None) where there is none.

    Raises V(InvalidGrantError) for an ARN of another region or account, and for an ambiguous name.
    """
    return _find(aws, references, _Answers())


def find_existing_caches(aws: Aws, references: Sequence[CacheReference]) -> dict[CacheReference, Cache]:
    """Return for each reference the cache that it means.

    Raises V(InvalidGrantError) as find_caches does, and where there is none, offering names that there are.
    """
    answers = _Answers()
    found = _find(aws, references, answers)
    existing = {reference: cache for reference, cache in found.items() if cache is not None}
    missing = [reference for reference in found if reference not in existing]
    if missing:
        # Read for the sake of the message alone: which names come near?
        _list_rest(aws, answers)
        refuse_unknown(missing, answers.caches(), aws.region)
    return existing


def _find(aws: Aws, references: Sequence[CacheReference], answers: _Answers) -> dict[CacheReference, Cache | None]:
    all_or_error(partial(_check_region, reference, aws.region) for reference in references)
    _ask(aws, answers, {(kind, reference.name) for reference in references for kind in reference.possible_types})
    # Then for the rest of each replication group: a member leads to its group, a group to its members.
    names = {reference.name for reference in references}
    clusters = answers.told(CLUSTER, names)
    parents = {cluster["ReplicationGroupId"] for cluster in clusters if cluster.get("ReplicationGroupId")}
    _ask(aws, answers, {(REPLICATION_GROUP, name) for name in parents})
    groups = answers.told(REPLICATION_GROUP, names | parents)
    _ask(aws, answers, {(CLUSTER, name) for group in groups for name in group.get("MemberClusters") or ()})
    return dict(zip(references, all_or_error(partial(_select, answers, reference) for reference in references)))


def _refuse_unknown(reference: CacheReference, caches: Sequence[Cache], region: str) -> None:
    raise InvalidGrantError(f"cache {reference.text!r}", partial(_unknown, reference, caches, region))


def _unknown(reference: CacheReference, caches: Sequence[Cache], region: str) -> str:
    """Return the rest of the sentence for a cache that is none of C(caches), which are all that there are."""
    for cache in caches:
        if _is_elsewhere(reference, cache):
            return f" {_elsewhere(reference, cache)}"
    kind = {"": "cache", SERVERLESS: "serverless cache"}.get(reference.cache_type, reference.cache_type)
    names = [cache.name for cache in caches if reference.cache_type in ("", cache.kind)]
    said = f": no {kind.replace('_', ' ')} of that name in {region}."
    return f"{said} {near(reference.name, names)}"


def list_caches(aws: Aws, cache_type: str = "") -> list[Cache]:
    """Return every cache of the region, or those of one type."""
    # A replication group is told by its members, so it takes the clusters' listing as well.
    kinds = {"": CACHE_TYPES, REPLICATION_GROUP: (CLUSTER, REPLICATION_GROUP)}.get(cache_type, (cache_type,))
    answers = _Answers()
    _list_rest(aws, answers, kinds)
    return [cache for cache in answers.caches() if cache_type in ("", cache.kind)]


def find_in_region(
    aws: Aws, references: Sequence[CacheReference]
) -> tuple[list[Cache], dict[CacheReference, Cache | None]]:
    """Return every cache of the region, and for each reference which of them it means, if any.

    Raises V(InvalidGrantError) as find_caches does.
    """
    all_or_error(partial(_check_region, reference, aws.region) for reference in references)
    answers = _Answers()
    _list_rest(aws, answers)
    selected = all_or_error(partial(_select, answers, reference) for reference in references)
    return answers.caches(), dict(zip(references, selected))


def refuse_unknown(references: Iterable[CacheReference], caches: Sequence[Cache], region: str) -> None:
    """Raise V(InvalidGrantError) where there are references, which mean none of C(caches), all of the region."""
    all_or_error(partial(_refuse_unknown, reference, caches, region) for reference in references)


def with_networks(aws: Aws, caches: Sequence[Cache]) -> list[Cache]:
    """Return C(caches) with VPC and subnets, as their subnet groups and subnets tell."""
    subnet_groups = subnet_groups_of(aws, caches)
    subnets = sorted({subnet for cache in caches for subnet in cache.subnet_ids})
    vpcs = {answer["SubnetId"]: answer["VpcId"] for answer in aws.describe_subnets(subnets)}
    return [with_network(cache, subnet_groups, vpcs) for cache in caches]


def subnet_groups_of(aws: Aws, caches: Iterable[Cache]) -> Mapping[str, Answer]:
    """Return what ElastiCache says of the subnet groups of C(caches), by name."""
    answers = _Answers()
    _ask(aws, answers, {(_SUBNET_GROUP, cache.subnet_group) for cache in caches if cache.subnet_group})
    return answers.by_kind[_SUBNET_GROUP]


def _describe_calls(aws: Aws) -> dict[str, Callable[..., Listing]]:
    return {
        CLUSTER: aws.describe_cache_clusters,
        REPLICATION_GROUP: aws.describe_replication_groups,
        SERVERLESS: aws.describe_serverless_caches,
        _SUBNET_GROUP: aws.describe_cache_subnet_groups,
    }


def _ask(aws: Aws, answers: _Answers, wanted: Iterable[tuple[str, str]]) -> None:
    """Add what ElastiCache says of each (kind, name) that is not known yet, in few calls: see above."""
    wanted = set(wanted)
    counts = Counter(kind for kind, _name in answers.unknown(wanted))
    _list_kinds(aws, answers, {kind: n for kind, n in counts.items() if n > 1 and kind not in answers.listed})
    calls = _describe_calls(aws)
    unknown = answers.unknown(wanted)
    found = aws.side_by_side([partial(_found, calls[kind], name) for kind, name in unknown])
    for (kind, _name), listed in zip(unknown, found):
        answers.add(kind, listed)


def _list_rest(aws: Aws, answers: _Answers, kinds: Iterable[str] = CACHE_TYPES) -> None:
    """List whatever was not listed to its end."""
    _list_kinds(aws, answers, {kind: None for kind in kinds if not answers.listed.get(kind)})


def _list_kinds(aws: Aws, answers: _Answers, most_pages: Mapping[str, int | None]) -> None:
    calls = _describe_calls(aws)
    listings = aws.side_by_side([partial(calls[kind], most_pages=most) for kind, most in most_pages.items()])
    for kind, listing in zip(most_pages, listings):
        answers.add(kind, listing.answers)
        answers.listed[kind] = listing.is_complete


def _found(call: Callable[[str], Listing], name: str) -> list[Answer]:
    try:
        return call(name).answers
    except AwsError as error:
        if error.code in _NOT_FOUND:
            return []
        raise


def _check_region(reference: CacheReference, region: str) -> None:
    if reference.region and reference.region != region:
        raise InvalidGrantError(
            f"cache {reference.text!r} is in {reference.region}, while this task runs in {region}; "
            f"set region to {reference.region}."
        )


def _select(answers: _Answers, reference: CacheReference) -> Cache | None:
    cache = answers.select(reference)
    if cache is not None and _is_elsewhere(reference, cache):
        raise InvalidGrantError(f"cache {reference.text!r} {_elsewhere(reference, cache)}")
    return cache


def _is_elsewhere(reference: CacheReference, cache: Cache) -> bool:
    """Say whether C(reference) is an ARN of another account than this one, which any C(cache) of this one tells."""
    return bool(reference.region and cache.arn) and _account(reference.text) != _account(cache.arn or "")


def _elsewhere(reference: CacheReference, cache: Cache) -> str:
    """Return the rest of the sentence for a cache of another account."""
    wanted = _account(reference.text)
    return (
        f"is in account {wanted}, while these credentials are of account {_account(cache.arn or '')}; use credentials "
        f"of account {wanted}."
    )


def _account(arn: str) -> str:
    return arn.split(":")[4]
