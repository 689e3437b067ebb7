# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An estate of many caches, a third of each kind, each with a security group of its own and three wanted sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3

REGION = "eu-west-1"
CREDENTIALS = {"aws_access_key_id": "benchmark", "aws_secret_access_key": "benchmark"}

_KINDS = ("replication_group", "cluster", "serverless")
_APPLICATIONS = 10
_WORKERS = 4


@dataclass(frozen=True)
class BenchCache:
    """One cache, with what a tool has to be told that cannot find it out."""

    name: str
    kind: str
    ports: tuple[int, ...]
    group: str
    group_id: str
    applications: tuple[str, str]
    application_ids: tuple[str, str]
    cidr: str

    @property
    def member(self) -> str:
        """The name under which DescribeCacheClusters knows it; serverless caches have none."""
        return {"replication_group": f"{self.name}-001", "cluster": self.name}.get(self.kind, "")


@dataclass(frozen=True)
class Fleet:
    """What was built."""

    vpc_id: str
    caches: tuple[BenchCache, ...]

    def policy(self) -> dict[str, Any]:
        """The wanted access as the role takes it."""
        grants = [
            {
                "cache": cache.name,
                "sources": [*({"security_group": name} for name in cache.applications), {"cidr": cache.cidr}],
            }
            for cache in self.caches
        ]
        return {"cache_access_grants": grants}

    def wanted(self) -> set[tuple[str, int, str]]:
        """The rules that have to stand in the end, as (group, port, source)."""
        return {
            (cache.group_id, port, source)
            for cache in self.caches
            for port in cache.ports
            for source in (*cache.application_ids, cache.cidr)
        }


def client(url: str, service: str) -> Any:
    """A client that talks to the emulator alone."""
    return boto3.client(service, endpoint_url=url, region_name=REGION, **CREDENTIALS)


def at_once(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """Make independent calls side by side, and return their results in order."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def build(url: str, size: int, other_groups: int = 0) -> Fleet:
    """Build a fleet of so many caches in a fresh emulator, among so many groups that have nothing to do with them."""
    ec2, elasticache = client(url, "ec2"), client(url, "elasticache")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/20")["Subnet"]["SubnetId"]
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="caches", CacheSubnetGroupDescription="Caches", SubnetIds=[subnet_id]
    )

    def group(name: str) -> str:
        made = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)
        return str(made["GroupId"])

    application_ids = [group(f"app-{number}") for number in range(_APPLICATIONS)]
    at_once(partial(group, f"other-{number}") for number in range(other_groups))

    def cache(number: int) -> BenchCache:
        name, kind = f"bench-{number}", _KINDS[number % 3]
        group_id = group(f"{name}-cache")
        _create(elasticache, name, kind, subnet_id, group_id)
        pair = (number % _APPLICATIONS, (number + 1) % _APPLICATIONS)
        return BenchCache(
            name=name,
            kind=kind,
            ports=(6379, 6380) if kind == "serverless" else (6379,),
            group=f"{name}-cache",
            group_id=group_id,
            applications=(f"app-{pair[0]}", f"app-{pair[1]}"),
            application_ids=(application_ids[pair[0]], application_ids[pair[1]]),
            cidr=f"10.{number // 250}.{number % 250}.0/24",
        )

    return Fleet(vpc_id, tuple(at_once(partial(cache, number) for number in range(size))))


def _create(elasticache: Any, name: str, kind: str, subnet_id: str, group_id: str) -> None:
    node = {
        "Engine": "valkey",
        "CacheNodeType": "cache.t4g.micro",
        "CacheSubnetGroupName": "caches",
        "SecurityGroupIds": [group_id],
        "Port": 6379,
    }
    if kind == "cluster":
        elasticache.create_cache_cluster(CacheClusterId=name, NumCacheNodes=1, **{**node, "Engine": "redis"})
    elif kind == "replication_group":
        elasticache.create_replication_group(
            ReplicationGroupId=name, ReplicationGroupDescription=name, NumCacheClusters=2, **node
        )
    else:
        elasticache.create_serverless_cache(
            ServerlessCacheName=name, Engine="valkey", SubnetIds=[subnet_id], SecurityGroupIds=[group_id]
        )


def standing(url: str, fleet: Fleet) -> dict[str, tuple[str, int, str]]:
    """The rules of the fleet's groups by id, as (group, port, source)."""
    pages = client(url, "ec2").get_paginator("describe_security_group_rules").paginate()
    groups = {cache.group_id for cache in fleet.caches}
    return {
        rule["SecurityGroupRuleId"]: (
            rule["GroupId"],
            rule["FromPort"],
            rule.get("CidrIpv4") or rule["ReferencedGroupInfo"]["GroupId"],
        )
        for page in pages
        for rule in page["SecurityGroupRules"]
        if rule["GroupId"] in groups and not rule["IsEgress"]
    }


def sweep(url: str, fleet: Fleet) -> None:
    """Remove every rule of the fleet's groups."""
    ec2 = client(url, "ec2")
    by_group: dict[str, list[str]] = {}
    for rule_id, (group_id, _port, _source) in standing(url, fleet).items():
        by_group.setdefault(group_id, []).append(rule_id)
    at_once(
        partial(ec2.revoke_security_group_ingress, GroupId=group_id, SecurityGroupRuleIds=ids)
        for group_id, ids in by_group.items()
    )
