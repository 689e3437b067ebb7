# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Cache subnet groups."""

from __future__ import annotations

from typing import Any

from tests.emulator.tests.elasticache.conftest import Make, Network, make_network, refused


def _group(elasticache: Any, name: str = "caches") -> dict[str, Any]:
    (found,) = elasticache.describe_cache_subnet_groups(CacheSubnetGroupName=name)["CacheSubnetGroups"]
    return dict(found)


def test_zones_and_vpc(elasticache: Any, network: Network) -> None:
    found = _group(elasticache)
    assert set(found) == {
        "ARN",
        "CacheSubnetGroupDescription",
        "CacheSubnetGroupName",
        "Subnets",
        "SupportedNetworkTypes",
        "VpcId",
    }
    assert found["ARN"] == "arn:aws:elasticache:eu-west-1:123456789012:subnetgroup:caches"
    assert found["VpcId"] == network.vpc
    assert found["SupportedNetworkTypes"] == ["ipv4"]
    zones = [(subnet["SubnetIdentifier"], subnet["SubnetAvailabilityZone"]) for subnet in found["Subnets"]]
    assert zones == [
        (network.subnets[0], {"Name": "eu-west-1a"}),
        (network.subnets[1], {"Name": "eu-west-1b"}),
    ]


def test_names(elasticache: Any, network: Network) -> None:
    assert _group(elasticache, "CACHES")["CacheSubnetGroupName"] == "caches"
    wanted = {"CacheSubnetGroupDescription": "d", "SubnetIds": network.subnets}
    with refused("CacheSubnetGroupAlreadyExists"):
        elasticache.create_cache_subnet_group(CacheSubnetGroupName="Caches", **wanted)
    with refused("InvalidParameterValue"):
        elasticache.create_cache_subnet_group(CacheSubnetGroupName="default", **wanted)
    with refused("InvalidParameterValue", "CacheSubnetGroupName is not a valid identifier"):
        elasticache.create_cache_subnet_group(CacheSubnetGroupName="a.b", **wanted)
    with refused("CacheSubnetGroupNotFoundFault"):
        _group(elasticache, "nobody")


def test_subnets_must_exist_in_one_vpc(ec2: Any, elasticache: Any, network: Network) -> None:
    elsewhere = make_network(ec2, "10.10").subnets[0]
    for wrong in (["subnet-0123456789abcdef0"], [network.subnets[0], elsewhere]):
        with refused("InvalidSubnet"):
            elasticache.create_cache_subnet_group(
                CacheSubnetGroupName="wrong", CacheSubnetGroupDescription="d", SubnetIds=wrong
            )
    with refused("InvalidSubnet"):
        elasticache.modify_cache_subnet_group(CacheSubnetGroupName="caches", SubnetIds=[elsewhere])


def test_modify(elasticache: Any, network: Network) -> None:
    elasticache.modify_cache_subnet_group(
        CacheSubnetGroupName="caches", CacheSubnetGroupDescription="new", SubnetIds=network.subnets[:1]
    )
    found = _group(elasticache)
    assert (found["CacheSubnetGroupDescription"], len(found["Subnets"])) == ("new", 1)


def test_delete(elasticache: Any, make_cluster: Make) -> None:
    make_cluster()
    with refused("CacheSubnetGroupInUse"):
        elasticache.delete_cache_subnet_group(CacheSubnetGroupName="caches")
    elasticache.delete_cache_cluster(CacheClusterId="fragments")
    elasticache.delete_cache_subnet_group(CacheSubnetGroupName="caches")
    assert elasticache.describe_cache_subnet_groups()["CacheSubnetGroups"] == []
