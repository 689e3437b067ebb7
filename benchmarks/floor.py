# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The floor: a bare concurrent boto3 script that makes only the calls that cannot be avoided.

Run as a program, with a policy file and `apply`, `again` or `check`; prints the seconds of the work itself.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

WORKERS = 10


def work(grants: list[dict[str, Any]], is_check: bool) -> int:
    """Grant, and return how many groups had to be changed."""
    config = Config(max_pool_connections=WORKERS)
    session = boto3.session.Session()
    elasticache, ec2 = session.client("elasticache", config=config), session.client("ec2", config=config)

    def pages(client: Any, operation: str, key: str, **said: Any) -> list[dict[str, Any]]:
        answer = client.get_paginator(operation).paginate(**said).build_full_result()
        return list(answer.get(key, []))

    with ThreadPoolExecutor(WORKERS) as pool:

        def at_once(calls: Iterable[Callable[[], Any]]) -> list[Any]:
            return [future.result() for future in [pool.submit(call) for call in calls]]

        clusters, groups, serverless = at_once(
            [
                lambda: pages(elasticache, "describe_cache_clusters", "CacheClusters", ShowCacheNodeInfo=True),
                lambda: pages(elasticache, "describe_replication_groups", "ReplicationGroups"),
                lambda: pages(elasticache, "describe_serverless_caches", "ServerlessCaches"),
            ]
        )
        found = _caches(clusters, groups, serverless)
        carried = sorted({found[grant["cache"]][0] for grant in grants})
        names = sorted(
            {source["security_group"] for grant in grants for source in grant["sources"] if "security_group" in source}
        )
        parts = [carried[start : start + 200] for start in range(0, len(carried), 200)]
        named, *rules = at_once(
            [
                lambda: pages(
                    ec2, "describe_security_groups", "SecurityGroups", Filters=[{"Name": "group-name", "Values": names}]
                ),
                *(
                    partial(
                        pages,
                        ec2,
                        "describe_security_group_rules",
                        "SecurityGroupRules",
                        Filters=[{"Name": "group-id", "Values": part}],
                    )
                    for part in parts
                ),
            ]
        )
        ids = {group["GroupName"]: group["GroupId"] for group in named}
        there = {
            (rule["GroupId"], rule["FromPort"], rule.get("CidrIpv4") or rule["ReferencedGroupInfo"]["GroupId"])
            for part in rules
            for rule in part
            if not rule["IsEgress"]
        }
        missing: dict[str, list[dict[str, Any]]] = {}
        for grant in grants:
            group_id, ports = found[grant["cache"]]
            for port in ports:
                for source in grant["sources"]:
                    value = source.get("cidr") or ids[source["security_group"]]
                    if (group_id, port, value) not in there:
                        missing.setdefault(group_id, []).append(_permission(port, value))
        if not is_check:
            at_once(
                partial(ec2.authorize_security_group_ingress, GroupId=group_id, IpPermissions=permissions)
                for group_id, permissions in missing.items()
            )
    return len(missing)


def _caches(
    clusters: list[dict[str, Any]], groups: list[dict[str, Any]], serverless: list[dict[str, Any]]
) -> dict[str, tuple[str, list[int]]]:
    """The security group and the ports of each cache."""
    by_name = {cluster["CacheClusterId"]: cluster for cluster in clusters}
    found = {
        name: (cluster["SecurityGroups"][0]["SecurityGroupId"], [cluster["CacheNodes"][0]["Endpoint"]["Port"]])
        for name, cluster in by_name.items()
    }
    for group in groups:
        found[group["ReplicationGroupId"]] = found[group["MemberClusters"][0]]
    for cache in serverless:
        ports = [cache["Endpoint"]["Port"], cache["ReaderEndpoint"]["Port"]]
        found[cache["ServerlessCacheName"]] = (cache["SecurityGroupIds"][0], ports)
    return found


def _permission(port: int, source: str) -> dict[str, Any]:
    entry = (
        {"UserIdGroupPairs": [{"GroupId": source}]} if source.startswith("sg-") else {"IpRanges": [{"CidrIp": source}]}
    )
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **entry}


if __name__ == "__main__":
    with open(sys.argv[1]) as policy:
        wanted = json.load(policy)["cache_access_grants"]
    start = time.perf_counter()
    work(wanted, is_check=sys.argv[2] == "check")
    print(f"work {time.perf_counter() - start:.3f}")
