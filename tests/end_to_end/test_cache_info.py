# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_cache_info: one record in one form for each kind of cache."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call, create_cluster

INFO = "elasticache.access.elasticache_cache_info"


def names(result: dict[str, Any]) -> list[str]:
    """Return the names of the caches that a run of the module found."""
    return [cache["name"] for cache in result["caches"]]


def test_each_kind_gives_the_same_record_by_name_arn_and_listing(ansible: Ansible, estate: Estate) -> None:
    """All three ways of asking agree, and every key is there for every kind."""
    listed, named, by_arn, by_member = ansible.tasks(
        {INFO: {}},
        {INFO: {"caches": ["fragments", "Sessions", "carts"]}},
        {INFO: {"caches": ["arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:carts"]}},
        {INFO: {"caches": ["sessions-001", "sessions"]}},
    )
    assert names(listed) == ["fragments", "sessions", "carts"]
    assert named["caches"] == listed["caches"]
    fragments, sessions, carts = listed["caches"]
    assert by_arn["caches"] == [carts]
    assert by_member["caches"] == [sessions]
    assert set(fragments) == set(sessions) == set(carts)
    assert not any(result["changed"] for result in (listed, named, by_arn, by_member))

    for cache, wanted in zip(listed["caches"], ("fragments", "sessions", "carts"), strict=True):
        assert cache["security_groups"] == [{"id": estate.groups[f"{wanted}-cache"], "status": "active"}]
        assert cache["vpc_id"] == estate.vpc_id
        assert sorted(cache["subnet_ids"]) == sorted(estate.subnet_ids)
        assert (cache["status"], cache["network_type"]) == ("available", "ipv4")
    assert [(cache["kind"], cache["engine"], cache["ports"]) for cache in listed["caches"]] == [
        ("cluster", "memcached", [11211]),
        ("replication_group", "valkey", [6390]),
        ("serverless", "valkey", [6379, 6380]),
    ]
    assert [endpoint["role"] for endpoint in fragments["endpoints"]] == ["configuration", "node"]
    assert [endpoint["role"] for endpoint in sessions["endpoints"]] == ["primary", "reader", "node", "node"]
    assert [endpoint["role"] for endpoint in carts["endpoints"]] == ["endpoint", "reader"]
    assert [node["cluster"] for node in sessions["nodes"]] == ["sessions-001", "sessions-002"]
    assert sessions["cluster_mode"] is False


def test_filters_leave_caches_out(ansible: Ansible, elasticache: Any, estate: Estate) -> None:
    """Every filter has to fit, of its values one; tags are read for the filter and when asked for."""
    arn = "arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions"
    elasticache.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "Team", "Value": "web"}])
    results = ansible.tasks(
        {INFO: {"filters": {"engine": ["valkey"]}}},
        {INFO: {"filters": {"engine": ["valkey", "memcached"], "vpc_id": [estate.vpc_id]}}},
        {INFO: {"filters": {"status": ["creating"]}}},
        {INFO: {"filters": {"vpc_id": ["vpc-00000000"]}}},
        {INFO: {"filters": {"tags": {"Team": "web"}}}},
        {INFO: {"cache_type": "replication_group"}},
        {INFO: {"cache_type": "cluster", "include_tags": True}},
    )
    assert [names(result) for result in results] == [
        ["sessions", "carts"],
        ["fragments", "sessions", "carts"],
        [],
        [],
        ["sessions"],
        ["sessions"],
        ["fragments"],
    ]
    assert results[4]["caches"][0]["tags"] == {"Team": "web"}
    assert "tags" not in results[5]["caches"][0]
    assert results[6]["caches"][0]["tags"] == {}


def test_an_unknown_name_is_an_error_or_left_out(ansible: Ansible, estate: Estate) -> None:
    """As the option missing says."""
    wanted = ["nowhere", estate.caches[0].name]
    failed, skipped = ansible.tasks({INFO: {"caches": wanted}}, {INFO: {"caches": wanted, "missing": "skip"}})
    assert failed["msg"] == (
        "cache 'nowhere': no cache of that name in eu-west-1. There are: carts, fragments, sessions."
    )
    assert (names(skipped), skipped["missing"]) == (["sessions"], ["nowhere"])


@pytest.mark.usefixtures("estate")
def test_what_elasticache_leaves_out_is_left_open(ansible: Ansible, emulator: Emulator) -> None:
    """A cache being created or deleted, an old one without an ARN, one without SecurityGroups."""
    set_window(emulator.url, "fragments", status="creating", without=["ARN"])
    set_window(emulator.url, "sessions", status="deleting", kind="replication_group")
    set_window(emulator.url, "carts", without=["ReaderEndpoint"])
    fragments, sessions, carts = ansible.info(include_tags=True)["caches"]
    assert (fragments["status"], fragments["ports"], fragments["endpoints"]) == ("creating", [], [])
    assert (fragments["arn"], fragments["tags"]) == (None, None)
    assert fragments["security_groups"] != []
    assert (sessions["status"], sessions["nodes"], sessions["vpc_id"]) == ("deleting", [], None)
    assert sessions["tags"] is None
    assert (carts["ports"], carts["tags"]) == ([6379, 6380], {})


def test_a_region_takes_as_many_calls_as_it_has_pages(
    ansible: Ansible, elasticache: Any, calls: list[Call], estate: Estate
) -> None:
    """No call per cache: thirty more caches on one page cost nothing more."""
    for number in range(30):
        create_cluster(elasticache, f"more-{number}", [estate.groups["sessions-cache"]])
    calls.clear()
    result = ansible.info(include_tags=True)
    assert len(result["caches"]) == 33
    assert sorted(call.action for call in calls) == [
        "DescribeCacheClusters",
        "DescribeCacheSubnetGroups",
        "DescribeReplicationGroups",
        "DescribeServerlessCaches",
        "DescribeSubnets",
        "GetResources",
    ]
