# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._selection import select_caches

from tests.unit.fakes import FakeElastiCache
from tests.unit.values import missing

ARN = "arn:aws:elasticache:eu-west-1:123456789012:cluster:"


def estate() -> FakeElastiCache:
    def cluster(name: str, engine: str, subnet_group: str) -> dict[str, Any]:
        return {"CacheClusterId": name, "Engine": engine, "CacheSubnetGroupName": subnet_group, "ARN": f"{ARN}{name}"}

    return FakeElastiCache(
        [cluster("carts", "redis", "shop"), cluster("queue", "valkey", "shop"), cluster("sessions", "redis", "web")],
        serverless_caches=[{"ServerlessCacheName": "carts-live", "Engine": "valkey"}],
        subnet_groups=[
            {"CacheSubnetGroupName": name, "VpcId": f"vpc-{name}", "Subnets": [{"SubnetIdentifier": f"subnet-{name}"}]}
            for name in ("shop", "web")
        ],
        tags={f"{ARN}carts": {"team": "shop"}},
    )


def options(**given: Any) -> dict[str, Any]:
    return {"caches": None, "cache_type": None, "missing": "fail", "filters": None, **given}


def selected(aws: FakeElastiCache | None = None, **given: Any) -> list[str]:
    caches, nowhere = select_caches(aws or estate(), options(**given))
    assert nowhere == []
    return [each.name for each in caches]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        pytest.param({}, ["carts", "queue", "sessions", "carts-live"], id="all"),
        pytest.param({"cache_type": "serverless"}, ["carts-live"], id="all of one kind"),
        pytest.param({"caches": ["queue", "carts", "queue"]}, ["queue", "carts"], id="by name, each once"),
        pytest.param({"filters": {"engine": ["valkey"]}}, ["queue", "carts-live"], id="by engine"),
        pytest.param({"filters": {"vpc_id": ["vpc-web"]}}, ["sessions"], id="by VPC"),
        pytest.param({"filters": {"tags": {"team": "shop"}}}, ["carts"], id="by tags"),
        pytest.param({"caches": ["queue", "carts"], "filters": {"engine": ["redis"]}}, ["carts"], id="both"),
        pytest.param({"caches": []}, [], id="none"),
    ],
)
def test_which_caches_are_meant(given: dict[str, Any], names: list[str]) -> None:
    assert selected(**given) == names


def test_caches_have_their_vpcs_and_subnets() -> None:
    [only], _nowhere = select_caches(estate(), options(caches=["sessions"]))
    assert (only.vpc_id, only.subnet_ids, only.tags) == ("vpc-web", ("subnet-web",), None)


def test_tags_are_read_where_they_are_wanted() -> None:
    [only], _nowhere = select_caches(estate(), options(caches=["carts"]), include_tags=True)
    assert only.tags == (("team", "shop"),)
    aws = estate()
    selected(aws, caches=["carts"], filters={"engine": ["redis"]})
    assert not any("tags" in call for call in aws.calls)


def test_a_cache_that_is_not_there() -> None:
    caches, nowhere = select_caches(estate(), options(caches=["queue", "gone"], missing="ignore"))
    assert ([each.name for each in caches], nowhere) == (["queue"], ["gone"])
    with pytest.raises(InvalidGrantError) as caught:
        select_caches(estate(), options(caches=["queue", "gone"]))
    assert missing(["'gone'"], caught.value) == []
