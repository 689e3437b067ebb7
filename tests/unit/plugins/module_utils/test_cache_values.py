# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The record of a cache, as elasticache_cache_info returns it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._cache_values import cache_values
from ansible_collections.elasticache.access.plugins.module_utils._caches import Endpoint, Node

from tests.unit.values import SESSIONS, VPC, cache


def test_cache_values() -> None:
    primary = Endpoint("primary", "primary.example.com", 6379)
    one = Endpoint("node", "one.example.com", 6379)
    full = cache(
        "sessions",
        SESSIONS,
        endpoints=(primary, one),
        nodes=(Node("sessions-001", "0001", "eu-west-1a", one), Node("sessions-002", "0001")),
        cluster_mode=False,
        connection_type="vpc",
        subnet_ids=("subnet-1",),
        vpc_id=VPC,
        tags=(("team", "shop"),),
    )
    assert cache_values(full, with_tags=True) == {
        "name": "sessions",
        "arn": "arn:aws:elasticache:eu-west-1:123456789012:cluster:sessions",
        "kind": "cluster",
        "engine": "valkey",
        "engine_version": "8.0",
        "status": "available",
        "cluster_mode": False,
        "network_type": "ipv4",
        "connection_type": "vpc",
        "ports": [6379],
        "endpoints": [
            {"role": "primary", "address": "primary.example.com", "port": 6379},
            {"role": "node", "address": "one.example.com", "port": 6379},
        ],
        "security_groups": [{"id": SESSIONS.group_id, "status": "active"}],
        "vpc_id": VPC,
        "subnet_group": "private",
        "subnet_ids": ["subnet-1"],
        "nodes": [
            {
                "cluster": "sessions-001",
                "id": "0001",
                "availability_zone": "eu-west-1a",
                "endpoint": {"role": "node", "address": "one.example.com", "port": 6379},
            },
            {"cluster": "sessions-002", "id": "0001", "availability_zone": None, "endpoint": None},
        ],
        "transit_encryption": False,
        "at_rest_encryption": False,
        "tags": {"team": "shop"},
    }


@pytest.mark.parametrize(
    ("tags", "with_tags", "returned"),
    [
        pytest.param((("team", "shop"),), False, {}, id="tags that nobody asked for are left out"),
        pytest.param((), True, {"tags": {}}, id="no tags are an empty dict"),
        pytest.param(None, True, {"tags": None}, id="tags that ElastiCache does not tell are null"),
    ],
)
def test_tags_are_returned_where_they_are_asked_for(
    tags: tuple[tuple[str, str], ...] | None, with_tags: bool, returned: dict[str, Any]
) -> None:
    values = cache_values(cache(tags=tags), with_tags)
    assert {name: value for name, value in values.items() if name == "tags"} == returned
