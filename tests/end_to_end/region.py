# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A region full of caches, laid into the emulator's state: thousands of calls to its API would take too long."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.ec2.models import ec2_backends
from moto.elasticache.models import elasticache_backends
from moto.moto_api._internal import mock_random

from benchmarks.contenders import inside
from benchmarks.emulation import STOPWATCH
from tests.emulator.ec2.groups import Group
from tests.emulator.tests.conftest import ACCOUNT, REGION
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.gates.environment import collections_tree

KINDS = ("cluster", "replication_group", "serverless")
_SUBNET_GROUP = "caches"


@dataclass(frozen=True)
class Region:
    """What was laid in: caches by name, with the group of each, and the groups of those who want to reach them."""

    vpc_id: str
    groups: Mapping[str, str]
    applications: tuple[str, ...]


def fill(ec2: Any, elasticache: Any, size: int) -> Region:
    """Lay in so many caches, a third of each kind, each with a security group of its own."""
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/17")["Subnet"]["SubnetId"]
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName=_SUBNET_GROUP, CacheSubnetGroupDescription="Caches", SubnetIds=[subnet_id]
    )
    applications = [
        ec2.create_security_group(GroupName=f"app-{number}", Description="App", VpcId=vpc_id)["GroupId"]
        for number in range(10)
    ]
    caches, network = elasticache_backends[ACCOUNT][REGION], ec2_backends[ACCOUNT][REGION]
    groups = {}
    for number in range(size):
        name = f"cache-{number:05}"
        groups[name] = _add_group(network, f"{name}-group", vpc_id)
        _add_cache(caches, name, KINDS[number % len(KINDS)], subnet_id, groups[name])
    return Region(vpc_id, groups, tuple(applications))


def _add_group(network: Any, name: str, vpc_id: str) -> str:
    # The backend's own way looks through all groups for one of that name.
    # moto types its classes as if CloudFormation's methods were missing.
    make: Any = Group
    group = make(network, f"sg-{mock_random.get_random_hex(17)}", name, name, vpc_id=vpc_id)
    network.groups[vpc_id][group.id] = group
    return str(group.id)


def _add_cache(caches: Any, name: str, kind: str, subnet_id: str, group_id: str) -> None:
    node = {"CacheNodeType": "cache.t4g.micro", "CacheSubnetGroupName": _SUBNET_GROUP, "SecurityGroupIds": [group_id]}
    if kind == "cluster":
        caches.create_cluster({"CacheClusterId": name, "Engine": "redis", "NumCacheNodes": 1, **node})
    elif kind == "replication_group":
        caches.new_group(
            {"ReplicationGroupId": name, "ReplicationGroupDescription": name, "NumCacheClusters": 1, "Engine": "valkey"}
            | node
        )
    else:
        caches.new_serverless(
            {
                "ServerlessCacheName": name,
                "Engine": "valkey",
                "SubnetIds": [subnet_id],
                "SecurityGroupIds": [group_id],
            }
        )


@dataclass(frozen=True)
class Measured:
    """What the process of a module took and said; memory in MB."""

    seconds: float
    memory: float
    result: dict[str, Any]


def measure(ansible: Ansible, module: str, options: Mapping[str, Any], check: bool = False) -> Measured:
    """Run a module as Ansible would, in a process of its own."""
    home: Path = ansible.folder
    command = inside(module, {**options, "_ansible_check_mode": check, "_ansible_diff": True}, home)
    took = home / "took.json"
    done = ansible.run(
        sys.executable,
        "-S",
        str(STOPWATCH),
        str(took),
        *command,
        environment={"PYTHONPATH": f"{CHECKOUT}{os.pathsep}{collections_tree()}"},
    )
    figures = json.loads(took.read_text())
    return Measured(figures["seconds"], figures["memory"], json.loads(done.output))
