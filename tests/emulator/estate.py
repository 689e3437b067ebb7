# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``python -m tests.emulator.estate --endpoint-url URL``: builds what a small customer has, before they meet us.

One VPC with web servers, a batch server and three caches, one of each kind. Nothing may reach the caches yet but what
somebody once typed in by hand.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

VPC = "demo"
SUBNET_GROUP = "demo-caches"
SESSIONS_PORT = 6390

_SUBNETS = {"demo-a": "10.20.1.0/24", "demo-b": "10.20.2.0/24"}
_GROUPS = {
    "app-web": "Web servers",
    "app-batch": "Nightly batch jobs",
    "sessions-cache": "Cache of user sessions",
    "fragments-cache": "Cache of page fragments",
    "carts-cache": "Cache of shopping carts",
}
# Each instance: its security group, and the position of its subnet.
_INSTANCES = {"web-1": ("app-web", 0), "web-2": ("app-web", 1), "batch-1": ("app-batch", 0)}
_OFFICE = "203.0.113.0/24"  # RFC 5737: nobody's


class EstateExistsError(Exception):
    """The estate is built once per region."""


@dataclass(frozen=True)
class DemoCache:
    """One cache of the estate."""

    name: str
    kind: str
    ports: tuple[int, ...]
    group: str


CACHES = (
    DemoCache("sessions", "replication_group", (SESSIONS_PORT,), "sessions-cache"),
    DemoCache("fragments", "cluster", (11211,), "fragments-cache"),
    DemoCache("carts", "serverless", (6379, 6380), "carts-cache"),
)


@dataclass(frozen=True)
class Estate:
    """What was built: names to ids."""

    vpc_id: str
    subnet_ids: tuple[str, ...]
    groups: Mapping[str, str]
    instances: Mapping[str, str]
    caches: tuple[DemoCache, ...] = CACHES


def build(ec2: Any, elasticache: Any) -> Estate:
    """Build the estate with these two boto3 clients; refuses where one stands already."""
    _check_free(ec2)
    vpc_id = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=_named("vpc", VPC))["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    subnet_ids = tuple(
        ec2.create_subnet(
            VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=_named("subnet", name)
        )["Subnet"]["SubnetId"]
        for (name, cidr), zone in zip(_SUBNETS.items(), zones, strict=False)
    )
    groups = {
        name: ec2.create_security_group(GroupName=name, Description=description, VpcId=vpc_id)["GroupId"]
        for name, description in _GROUPS.items()
    }
    _add_rules_made_by_hand(ec2, groups)
    instances = {
        name: start_instance(ec2, subnet_ids[position], groups[group], TagSpecifications=_named("instance", name))
        for name, (group, position) in _INSTANCES.items()
    }
    _create_caches(elasticache, groups, subnet_ids)
    return Estate(vpc_id, subnet_ids, groups, instances)


def describe(estate: Estate) -> str:
    """The estate in a few lines."""
    rows = [("CACHE", "KIND", "PORT", "GROUP")]
    for cache in estate.caches:
        ports = ", ".join(map(str, cache.ports))
        rows.append((cache.name, cache.kind, ports, f"{cache.group} ({estate.groups[cache.group]})"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    table = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows
    ]
    instances = ", ".join(f"{name} ({group})" for name, (group, _position) in _INSTANCES.items())
    return "\n".join([f"VPC {VPC} ({estate.vpc_id}) with instances {instances}", "", *table])


def _check_free(ec2: Any) -> None:
    standing = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [VPC]}])["Vpcs"]
    if standing:
        raise EstateExistsError(
            f"A VPC named {VPC} is there already ({standing[0]['VpcId']}); the demo estate is built once per region."
        )


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def _add_rules_made_by_hand(ec2: Any, groups: Mapping[str, str]) -> None:
    """What was there before us, and has to stay as it is."""
    ec2.authorize_security_group_ingress(
        GroupId=groups["app-web"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": _OFFICE, "Description": "ssh from the office"}],
            }
        ],
    )
    ec2.authorize_security_group_ingress(
        GroupId=groups["sessions-cache"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": SESSIONS_PORT,
                "ToPort": SESSIONS_PORT,
                "UserIdGroupPairs": [{"GroupId": groups["app-batch"], "Description": "nightly export"}],
            }
        ],
    )


def start_instance(ec2: Any, subnet_id: str, group_id: str, **options: Any) -> str:
    """Start an instance with one interface, and return its id."""
    # The address that AWS publishes for the newest Amazon Linux, which saves looking an image up.
    image = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    answer = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet_id,
        SecurityGroupIds=[group_id],
        **options,
    )
    return str(answer["Instances"][0]["InstanceId"])


def _create_caches(elasticache: Any, groups: Mapping[str, str], subnet_ids: tuple[str, ...]) -> None:
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName=SUBNET_GROUP,
        CacheSubnetGroupDescription="Subnets of the demo caches",
        SubnetIds=list(subnet_ids),
    )
    elasticache.create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="User sessions",
        Engine="valkey",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        Port=SESSIONS_PORT,
        CacheSubnetGroupName=SUBNET_GROUP,
        SecurityGroupIds=[groups["sessions-cache"]],
    )
    elasticache.create_cache_cluster(
        CacheClusterId="fragments",
        Engine="memcached",
        CacheNodeType="cache.t4g.micro",
        NumCacheNodes=1,
        CacheSubnetGroupName=SUBNET_GROUP,
        SecurityGroupIds=[groups["fragments-cache"]],
    )
    elasticache.create_serverless_cache(
        ServerlessCacheName="carts",
        Engine="valkey",
        Description="Shopping carts",
        SubnetIds=list(subnet_ids),
        SecurityGroupIds=[groups["carts-cache"]],
    )


def main() -> int:
    """Build the estate and say what there is."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulator.estate", description=(__doc__ or "").split("\n")[2])
    parser.add_argument("--endpoint-url", required=True, help="where the emulator listens")
    parser.add_argument("--region", default="eu-west-1", help="the region to build in (default: %(default)s)")
    arguments = parser.parse_args()
    session = boto3.session.Session(
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "testing"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "testing"),
        region_name=arguments.region,
    )
    ec2, elasticache = (session.client(name, endpoint_url=arguments.endpoint_url) for name in ("ec2", "elasticache"))
    try:
        estate = build(ec2, elasticache)
    except EstateExistsError as error:
        print(error, file=sys.stderr)
        return 1
    print(describe(estate))
    return 0


if __name__ == "__main__":
    sys.exit(main())
