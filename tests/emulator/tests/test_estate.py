# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The demo estate."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.emulator import estate
from tests.emulator.server import Emulator


@pytest.fixture
def built(ec2: Any, elasticache: Any) -> estate.Estate:
    return estate.build(ec2, elasticache)


def test_network(ec2: Any, built: estate.Estate) -> None:
    (vpc,) = ec2.describe_vpcs(VpcIds=[built.vpc_id])["Vpcs"]
    assert (vpc["CidrBlock"], vpc["Tags"]) == ("10.20.0.0/16", [{"Key": "Name", "Value": "demo"}])
    subnets = ec2.describe_subnets(SubnetIds=list(built.subnet_ids))["Subnets"]
    assert len({subnet["AvailabilityZone"] for subnet in subnets}) == 2
    assert {subnet["VpcId"] for subnet in subnets} == {built.vpc_id}


def test_instances(ec2: Any, built: estate.Estate) -> None:
    found = ec2.describe_instances(InstanceIds=list(built.instances.values()))["Reservations"]
    groups = {
        instance["Tags"][0]["Value"]: [group["GroupName"] for group in instance["SecurityGroups"]]
        for reservation in found
        for instance in reservation["Instances"]
    }
    assert groups == {"web-1": ["app-web"], "web-2": ["app-web"], "batch-1": ["app-batch"]}


def test_caches(elasticache: Any, built: estate.Estate) -> None:
    (sessions,) = elasticache.describe_replication_groups()["ReplicationGroups"]
    (shard,) = sessions["NodeGroups"]
    assert (sessions["ReplicationGroupId"], shard["PrimaryEndpoint"]["Port"]) == ("sessions", 6390)
    assert len(sessions["MemberClusters"]) == 2
    clusters = {each["CacheClusterId"]: each for each in elasticache.describe_cache_clusters()["CacheClusters"]}
    assert set(clusters) == {"fragments", "sessions-001", "sessions-002"}
    assert clusters["fragments"]["ConfigurationEndpoint"]["Port"] == 11211
    assert clusters["sessions-001"]["Engine"] == "valkey"
    (carts,) = elasticache.describe_serverless_caches()["ServerlessCaches"]
    assert carts["SecurityGroupIds"] == [built.groups["carts-cache"]]
    for name, group in (("fragments", "fragments-cache"), ("sessions-002", "sessions-cache")):
        assert clusters[name]["SecurityGroups"][0]["SecurityGroupId"] == built.groups[group]
    (vpc,) = {each["VpcId"] for each in elasticache.describe_cache_subnet_groups()["CacheSubnetGroups"]}
    assert vpc == built.vpc_id


def test_two_rules_were_there_before(ec2: Any, built: estate.Estate) -> None:
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": list(built.groups.values())}])
    rules = {
        rule["GroupId"]: (rule["FromPort"], rule["Description"], rule["Tags"])
        for rule in found["SecurityGroupRules"]
        if not rule["IsEgress"]
    }
    assert rules == {
        built.groups["app-web"]: (22, "ssh from the office", []),
        built.groups["sessions-cache"]: (6390, "nightly export", []),
    }


def test_built_once(ec2: Any, elasticache: Any, built: estate.Estate) -> None:
    with pytest.raises(estate.EstateExistsError, match=built.vpc_id):
        estate.build(ec2, elasticache)
    assert len(ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["demo"]}])["Vpcs"]) == 1


def test_command(emulator: Emulator) -> None:
    command = [sys.executable, "-m", "tests.emulator.estate", "--endpoint-url", emulator.url, "--region", "us-east-1"]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=False) for _time in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    rows = [line.split()[:3] for line in first.stdout.splitlines()[-3:]]
    assert rows == [
        ["sessions", "replication_group", "6390"],
        ["fragments", "cluster", "11211"],
        ["carts", "serverless", "6379,"],
    ]
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("A VPC named demo is there already")
