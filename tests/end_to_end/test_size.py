# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""As much as there can be: many caches and grants in bounded memory, groups at their quota, the longest texts."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.emulator.estate import SUBNET_GROUP, Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call, create_cluster
from tests.end_to_end.region import Region, fill, measure
from tests.end_to_end.rules import every_rule, inbound, inbound_rules
from tests.end_to_end.test_quota import ranges

CACHES, GRANTS = 10_000, 5_000
# MB that no module may exceed among so many; measured were 240.
MOST_MEMORY = 400
# Characters of what is said of however many faults.
LONGEST_MESSAGE = 60_000


def grants_for(region: Region) -> list[dict[str, Any]]:
    """Return a grant with two sources for each of the first caches."""
    return [
        {
            "cache": name,
            "sources": [
                {"security_group": region.applications[number % len(region.applications)]},
                {"cidr": f"10.{number // 250}.{number % 250}.0/24"},
            ],
        }
        for number, name in enumerate(list(region.groups)[:GRANTS])
    ]


def test_a_region_of_ten_thousand_caches(ansible: Ansible, ec2: Any, elasticache: Any) -> None:
    """Found, granted on in check mode and audited, and refused, each by one process within bounds.

    With SIZE_IN_EARNEST set it is granted in earnest as well, and then again.
    """
    region = fill(ec2, elasticache, CACHES)
    grants = {"grants": grants_for(region)}
    foretold = measure(ansible, "elasticache_sg_access", grants, check=True)
    assert [cache["name"] for cache in foretold.result["caches"]] == [grant["cache"] for grant in grants["grants"]]
    assert all(len(cache["added"]) >= 2 for cache in foretold.result["caches"])
    found = measure(ansible, "elasticache_cache_info", {})
    assert {cache["name"] for cache in found.result["caches"]} == region.groups.keys()
    audited = measure(ansible, "elasticache_access_info", {})
    assert len(audited.result["caches"]) == CACHES
    unknown = [{**grant, "cache": grant["cache"].replace("cache", "cahce")} for grant in grants["grants"]]
    refused = measure(ansible, "elasticache_sg_access", {"grants": unknown})
    assert refused.result["msg"].count("Did you mean cache-") == 50
    assert refused.result["msg"].endswith(f"... and {GRANTS - 50} more like these.")
    assert len(refused.result["msg"]) < LONGEST_MESSAGE
    runs = [foretold, found, audited, refused]
    if os.environ.get("SIZE_IN_EARNEST"):
        runs += [measure(ansible, "elasticache_sg_access", grants) for _time in range(2)]
        assert [run.result["changed"] for run in runs[-2:]] == [True, False]
    assert max(run.memory for run in runs) < MOST_MEMORY, [run.memory for run in runs]


def test_a_group_at_its_quota(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Nothing more fits, and nothing is lost; two runs replace what one cannot."""
    group_id = estate.groups["fragments-cache"]
    others = ranges(30, "10.200.{}.0/24")
    full, more, swap, fewer, rest, unlike = ansible.access(
        {"cache": "fragments", "sources": ranges(60)},
        {"cache": "fragments", "sources": [{"cidr": "10.99.0.0/16"}]},
        {"cache": "fragments", "sources": [*ranges(30), *others], "purge": "managed"},
        {"cache": "fragments", "sources": ranges(30), "purge": "managed"},
        {"cache": "fragments", "sources": [*ranges(30), *others], "purge": "managed"},
        {"cache": "fragments", "sources": [{"cidr": "10.99.0.0/16"}], "rules_per_security_group": 100},
    )
    assert full["caches"][0]["security_groups"][0]["quota"] == {"ipv4_used": 60, "ipv6_used": 0, "limit": 60}
    name = f"fragments-cache ({group_id})"
    for refused, count in ((more, 61), (swap, 90)):
        said = refused["msg"]
        assert said.startswith(
            f"security group {name} of cache fragments would get {count} inbound rules for IPv4, with a limit of 60 "
            f"(used: 60 for IPv4, 0 for IPv6; to add: {count - 60} for IPv4, 0 for IPv6). "
        )
        assert "\n" not in said
    assert "remove some in a run of their own" in swap["msg"]
    assert (len(fewer["caches"][0]["removed"]), len(rest["caches"][0]["added"])) == (30, 30)
    assert unlike["msg"].startswith(
        f"{name}: AWS refused ec2:AuthorizeSecurityGroupIngress (RulesPerSecurityGroupLimitExceeded)"
    )
    assert unlike["msg"].endswith("Nothing was changed.") and "\n" not in unlike["msg"]
    standing = {source for _from, _to, source, _description in inbound(ec2, group_id)}
    assert standing == {each["cidr"] for each in [*ranges(30), *others]}


def longest(count: int, beginning: str = "") -> str:
    """Return a text of so many characters."""
    return (beginning + "x" * count)[:count]


@pytest.fixture
def long_names(ec2: Any, elasticache: Any, estate: Estate) -> dict[str, str]:
    """A cache of each kind with the longest name that it can have, in one group with such a name: the names."""
    group = longest(255, "group-")
    made = ec2.create_security_group(GroupName=group, Description=longest(255), VpcId=estate.vpc_id)["GroupId"]
    create_cluster(elasticache, longest(50, "cluster-"), [made])
    elasticache.create_replication_group(
        ReplicationGroupId=longest(40, "group-"),
        ReplicationGroupDescription=longest(255),
        CacheNodeType="cache.t4g.micro",
        Engine="valkey",
        CacheSubnetGroupName=SUBNET_GROUP,
        SecurityGroupIds=[made],
    )
    elasticache.create_serverless_cache(
        ServerlessCacheName=longest(40, "serverless-"),
        Engine="valkey",
        SubnetIds=list(estate.subnet_ids),
        SecurityGroupIds=[made],
    )
    return {
        "group": group,
        "group_id": made,
        "cluster": longest(50, "cluster-"),
        "replication_group": longest(40, "group-"),
        "serverless": longest(40, "serverless-"),
    }


def test_names_descriptions_and_tags_at_their_longest(
    ansible: Ansible, ec2: Any, long_names: dict[str, str], calls: list[Call]
) -> None:
    """They are granted, and read back as they are; one more of anything is refused before anything is changed."""
    description = longest(255, "All that fits (and no more) ")
    tags = {longest(128, f"key-{number:02}-"): longest(256, "value ") for number in range(47)}
    grants: list[dict[str, Any]] = [
        {"cache": long_names[kind]} for kind in ("cluster", "replication_group", "serverless")
    ]
    source = {"security_group": long_names["group"], "description": description}
    task = {"grants": [{**grant, "sources": [source]} for grant in grants], "tags": tags}
    cases: dict[str, dict[str, Any]] = {
        "has 256 characters; EC2 takes up to 255: shorten it.": {
            **task,
            "grants": [{**grants[0], "sources": [{**source, "description": description + "x"}]}],
        },
        "of 129 characters; EC2 takes 1 to 128.": {**task, "tags": {longest(129): "1"}},
        "a value of 257 characters; EC2 takes up to 256: shorten it.": {**task, "tags": {"a": longest(257)}},
        "tags holds 48 tags; EC2 takes 50 per rule, of which 3 are this": {**task, "tags": {**tags, "more": "1"}},
        "cannot be a name: an ElastiCache name begins with": {
            **task,
            "grants": [{**grants[0], "cache": longest(51), "sources": [source]}],
        },
        "does not exist in vpc-": {**task, "grants": [{**grants[0], "sources": [{"security_group": longest(256)}]}]},
    }
    before = every_rule(ec2)
    calls.clear()
    for (sentence, _options), refused in zip(cases.items(), ansible.access(*cases.values()), strict=True):
        assert sentence in refused["msg"]
        assert "\n" not in refused["msg"] and len(refused["msg"]) < 1000, refused["msg"]
    assert "AuthorizeSecurityGroupIngress" not in {call.action for call in calls}
    assert every_rule(ec2) == before

    done, again = ansible.access(task, task)
    assert (done["changed"], again["changed"]) == (True, False)
    assert [cache["name"] for cache in done["caches"]] == [grant["cache"] for grant in grants]
    assert {rule["description"] for cache in done["caches"] for rule in cache["added"]} == {description}
    rules = inbound_rules(ec2, long_names["group_id"]).values()
    # The serverless cache has a port more; that of the others is one rule.
    assert [rule["FromPort"] for rule in rules] == [6379, 6380]
    for rule in rules:
        own = {tag["Key"]: tag["Value"] for tag in rule["Tags"]}
        assert rule["Description"] == description
        assert {key: own[key] for key in tags} == tags
    shown = ansible.audit(caches=[grant["cache"] for grant in grants])
    assert {row["description"] for cache in shown["caches"] for row in cache["rules"]} == {description}


@pytest.mark.usefixtures("estate")
def test_more_faults_than_anyone_reads(ansible: Ansible) -> None:
    """Of each kind the first are said, in one message that has an end."""
    wrong = [{"cache": "sessions", "sources": [{"cidr": f"10.0.{number}/16"}]} for number in range(GRANTS)]
    endless = [{"cache": "sessions", "sources": [{"cidr": longest(5_000, str(number))}]} for number in range(60)]
    for grants, end in ((wrong, f"... and {GRANTS - 50} more like these."), (endless, "more lines.")):
        refused = measure(ansible, "elasticache_sg_access", {"grants": grants})
        assert refused.result["msg"].endswith(end), refused.result["msg"][-500:]
        assert len(refused.result["msg"]) < LONGEST_MESSAGE, len(refused.result["msg"])
        assert refused.memory < MOST_MEMORY
