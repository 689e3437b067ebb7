# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Listings come in pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.elasticache.conftest import Make, Network, refused

_MARKED = [
    ("describe_cache_clusters", "CacheClusters", "CacheClusterId"),
    ("describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
    ("describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"),
]
_CALLS = [call for call, _key, _name in _MARKED]


def _make(count: int, elasticache: Any, network: Network, make_replication_group: Make) -> list[str]:
    """Replication groups of one member, and subnet groups, under the same sorted names."""
    names = [f"n{number:03}" for number in range(count)]
    for name in names:
        make_replication_group(name)
        elasticache.create_cache_subnet_group(
            CacheSubnetGroupName=name, CacheSubnetGroupDescription="d", SubnetIds=network.subnets
        )
    return names


def test_markers(elasticache: Any, network: Network, make_replication_group: Make) -> None:
    names = _make(45, elasticache, network, make_replication_group)
    elasticache.delete_cache_subnet_group(CacheSubnetGroupName="n044")
    expected = {
        "describe_cache_clusters": [f"{name}-001" for name in names],
        "describe_replication_groups": names,
        "describe_cache_subnet_groups": ["caches", *names[:-1]],
    }
    for call, key, name in _MARKED:
        pages = list(elasticache.get_paginator(call).paginate(MaxRecords=20))
        assert [len(page[key]) for page in pages] == [20, 20, 5]
        assert ["Marker" in page for page in pages] == [True, True, False]
        assert [each[name] for page in pages for each in page[key]] == expected[call]


def test_pages_follow_names_not_positions(elasticache: Any, network: Network, make_replication_group: Make) -> None:
    _make(25, elasticache, network, make_replication_group)
    first = elasticache.describe_replication_groups(MaxRecords=20)
    elasticache.delete_replication_group(ReplicationGroupId="n000")
    second = elasticache.describe_replication_groups(MaxRecords=20, Marker=first["Marker"])
    assert [each["ReplicationGroupId"] for each in second["ReplicationGroups"]] == [f"n{n:03}" for n in range(20, 25)]


@pytest.mark.parametrize("size", [19, 101])
@pytest.mark.parametrize("call", _CALLS)
def test_sizes_that_are_refused(elasticache: Any, call: str, size: int) -> None:
    with refused("InvalidParameterValue", "Must be between 20 and 100"):
        getattr(elasticache, call)(MaxRecords=size)


@pytest.mark.parametrize("call", _CALLS)
@pytest.mark.parametrize("marker", ["nonsense", "bm9uc2Vuc2U=", "é"])
def test_markers_that_are_none(elasticache: Any, call: str, marker: str) -> None:
    with refused("InvalidParameterValue", "Marker"):
        getattr(elasticache, call)(Marker=marker)


def test_tokens(elasticache: Any, make_serverless: Make) -> None:
    names = [f"n{number:03}" for number in range(52)]
    for name in names:
        make_serverless(name)
    pages = list(elasticache.get_paginator("describe_serverless_caches").paginate())
    assert [len(page["ServerlessCaches"]) for page in pages] == [50, 2]
    assert [each["ServerlessCacheName"] for page in pages for each in page["ServerlessCaches"]] == names
    assert len(elasticache.describe_serverless_caches(MaxResults=7)["ServerlessCaches"]) == 7
    with refused("InvalidParameterValue", "MaxResults"):
        elasticache.describe_serverless_caches(MaxResults=51)
    with refused("InvalidParameterValue", "NextToken"):
        elasticache.describe_serverless_caches(NextToken="nonsense")
