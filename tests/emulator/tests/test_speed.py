# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is faster than moto must say what moto says."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from moto.core.serialize import SERIALIZERS, EC2Serializer, QuerySerializer

from tests.emulator.estate import build
from tests.emulator.speed import element


@pytest.fixture(autouse=True)
def _estate(ec2: Any, elasticache: Any) -> None:
    group = build(ec2, elasticache).groups["carts-cache"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "-1",
                "UserIdGroupPairs": [{"GroupId": group}],
                "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/64", "Description": "a&b [c]"}],
            }
        ],
        TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": [{"Key": "<k>", "Value": "&"}]}],
    )


@pytest.mark.parametrize(
    "name",
    [
        "describe_availability_zones",
        "describe_instances",
        "describe_managed_prefix_lists",
        "describe_network_acls",
        "describe_network_interfaces",
        "describe_route_tables",
        "describe_security_group_rules",
        "describe_security_groups",
        "describe_subnets",
        "describe_tags",
        "describe_vpc_peering_connections",
        "describe_vpcs",
        "describe_cache_clusters",
        "describe_cache_subnet_groups",
        "describe_replication_groups",
        "describe_serverless_caches",
    ],
)
def test_answers_are_the_same(ec2: Any, elasticache: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    call: Callable[[], dict[str, Any]] = getattr(ec2 if hasattr(ec2, name) else elasticache, name)
    ours = call()
    monkeypatch.setitem(SERIALIZERS, "ec2", EC2Serializer)
    monkeypatch.setitem(SERIALIZERS, "query", QuerySerializer)
    theirs = call()
    del ours["ResponseMetadata"], theirs["ResponseMetadata"]
    assert ours == theirs


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "a < b & \"c\" 'd'",
        7,
        True,
        {},
        {"@xmlns": 'http://a/"&<'},
        {"a": [1, False, None, {"b": "x"}], "empty": [], "none": None, "text": ""},
    ],
)
def test_xml_is_the_same(value: Any) -> None:
    theirs: Any = QuerySerializer
    assert element("root", value) == theirs._serialize_body(SimpleNamespace(pretty_print=False), {"root": value})


def test_services_are_told_apart(ec2: Any, elasticache: Any) -> None:
    for _time in range(2):
        assert ec2.describe_vpcs()["Vpcs"]
        assert elasticache.describe_cache_clusters()["CacheClusters"]
