# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a cache is called in an inventory, which variables it has there, and in which groups it is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._inventory_hosts import (
    check_hostnames,
    group_names,
    host_names,
    host_variables,
)

ALL = ["engine", "kind", "region", "status", "tags", "vpc"]
PRIMARY = {"role": "primary", "address": "master.sessions.example.com", "port": 6379}
NODE = {"role": "node", "address": "sessions-001.example.com", "port": 6379}


def record(name: str = "sessions", kind: str = "replication_group", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "region": "eu-west-1",
        "arn": f"arn:aws:elasticache:eu-west-1:123456789012:{kind}:{name}",
        "engine": "valkey",
        "status": "available",
        "endpoints": [PRIMARY, NODE],
        "vpc_id": "vpc-1",
        "tags": {"Name": "shop sessions", "Empty": ""},
        **more,
    }


def test_hosts_of_one_name_are_told_apart_by_kind_and_region() -> None:
    records = [record(), record(kind="serverless"), record(kind="cluster"), record(region="us-east-1")]
    assert host_names(records, []) == [
        "sessions.replication_group.eu-west-1",
        "sessions.serverless.eu-west-1",
        "sessions.cluster.eu-west-1",
        "sessions.replication_group.us-east-1",
    ]


def test_another_cache_does_not_change_a_name() -> None:
    assert host_names([record(), record(kind="cluster")], [])[:1] == host_names([record()], [])


OTHERWISE = "sessions.replication_group.eu-west-1"


@pytest.mark.parametrize(
    ("wishes", "more", "name"),
    [
        (["name"], {}, "sessions"),
        (["kind", "name"], {}, "replication_group"),
        (["arn"], {}, "arn_aws_elasticache_eu-west-1_123456789012_replication_group_sessions"),
        (["arn"], {"arn": None}, OTHERWISE),
        (["address"], {}, "master.sessions.example.com"),
        (["address", "name"], {"endpoints": []}, "sessions"),
        (["tag:Name"], {}, "shop_sessions"),
        (["tag:Empty", "tag:Missing", "region"], {}, "eu-west-1"),
        (["tag:Name"], {"tags": None}, OTHERWISE),
        (["tag:Number"], {"tags": {"Number": 7}}, "7"),
        ([{"name": "region", "prefix": "name", "separator": "."}], {}, "sessions.eu-west-1"),
        ([{"name": "region", "prefix": "name"}], {}, "sessions_eu-west-1"),
        ([{"name": "name"}], {}, "sessions"),
        ([{"name": "name", "prefix": None}], {}, "sessions"),
        ([{"name": "name", "prefix": "tag:Missing"}], {}, "sessions"),
        ([{"name": "tag:Missing", "prefix": "name"}, "region"], {}, "eu-west-1"),
    ],
)
def test_the_first_wish_that_a_cache_can_fulfil_is_its_name(wishes: list[Any], more: dict[str, Any], name: str) -> None:
    check_hostnames(wishes)
    assert host_names([record(**more)], wishes) == [name]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("web:!all,&x[1:9]*~", "web__all__x_1_9___"),
        ("{{ lookup('pipe', 'id') }}", "___lookup__pipe____id_____"),
        ("a\n\x1b[31mb", "a___31mb"),
        ("Zürich", "Z_rich"),
        ("all", OTHERWISE),
        ("localhost", OTHERWISE),
        ("ungrouped", OTHERWISE),
    ],
)
def test_a_tag_is_no_pattern_and_no_name_of_ansible(tag: str, name: str) -> None:
    assert host_names([record(tags={"Name": tag})], ["tag:Name"]) == [name]


@pytest.mark.parametrize("wishes", [["name"], ["tag:Name", "name"]])
def test_two_caches_of_one_name_are_refused(wishes: list[Any]) -> None:
    with pytest.raises(InvalidGrantError) as refusal:
        host_names([record(tags={}), record("carts", tags={}), record(kind="serverless", tags={})], wishes)
    assert str(refusal.value) == (
        "hostnames gives the name 'sessions' to two caches, the replication group 'sessions' in eu-west-1 and the "
        "serverless 'sessions' in eu-west-1; give what tells them apart, such as arn, or leave hostnames out."
    )


def test_names_that_are_alike_once_they_are_fit_are_refused() -> None:
    with pytest.raises(InvalidGrantError, match="'a_b' to two caches"):
        host_names([record(tags={"Name": "a b"}), record("carts", tags={"Name": "a:b"})], ["tag:Name"])


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("nmae", "hostnames holds 'nmae'; give address, arn, kind, name, region or tag:KEY, or leave hostnames out."),
        ("tag:", "hostnames holds 'tag:'; give "),
        (7, "hostnames holds 7; give "),
        ([], r"hostnames holds \[\]; give "),
        ({"name": 7}, "hostnames holds 7; give "),
        ({"name": "name", "prefix": "team"}, "hostnames holds 'team'; give "),
        ({"prefix": "name"}, r"hostnames holds \{'prefix': 'name'\}; give a dict with name, and with prefix and "),
        ({"name": "name", "suffix": "x"}, r"hostnames holds \{'name': 'name', 'suffix': 'x'\}; give a dict with name"),
    ],
)
def test_a_wish_for_what_no_cache_has_is_refused(wish: Any, said: str) -> None:
    with pytest.raises(InvalidGrantError, match=said):
        check_hostnames(["name", wish])


def test_variables_are_the_record_and_where_to_connect() -> None:
    one = record()
    assert host_variables(one, "cache_") == {
        **{f"cache_{name}": value for name, value in one.items()},
        "ansible_host": "master.sessions.example.com",
    }
    assert host_variables(one, "").keys() == {*one, "ansible_host"}


def test_while_there_is_no_endpoint_there_is_nowhere_to_connect() -> None:
    assert "ansible_host" not in host_variables(record(endpoints=[]), "elasticache_")


@pytest.mark.parametrize(
    ("by", "more", "groups"),
    [
        (
            ALL,
            {},
            [
                "elasticache_engine_valkey",
                "elasticache_kind_replication_group",
                "elasticache_region_eu-west-1",
                "elasticache_status_available",
                "elasticache_tag_Name_shop sessions",
                "elasticache_tag_Empty",
                "elasticache_vpc_vpc-1",
            ],
        ),
        (["tags", "engine"], {"tags": None, "engine": None}, []),
        (["vpc"], {"vpc_id": None}, []),
        ([], {}, []),
    ],
)
def test_groups_by_what_is_known(by: list[str], more: dict[str, Any], groups: list[str]) -> None:
    assert group_names(record(**more), by) == groups


def test_tags_that_were_not_read_make_no_group() -> None:
    without = {name: value for name, value in record().items() if name != "tags"}
    assert group_names(without, ["tags"]) == []
    assert host_names([without], ["tag:Name"]) == [OTHERWISE]
