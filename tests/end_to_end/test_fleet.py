# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Many caches in one call: few calls to AWS, in order, and what happens when some of it goes wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.emulator import faults, throttling
from tests.emulator.calls import clear, counted, throttled, totals
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.emulator.throttling import Limit
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import create_cluster
from tests.end_to_end.rules import every_rule, sources_of

AUTHORIZE, REVOKE = "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"
SOURCES = [{"security_group": "app-web"}, {"security_group": "app-batch"}, {"cidr": "10.1.0.0/16"}]
SIZE = 12


@pytest.fixture
def fleet(ec2: Any, elasticache: Any, estate: Estate) -> dict[str, str]:
    """The estate with a dozen clusters more, each with a group of its own: the groups by cache."""
    groups = {}
    for number in range(SIZE):
        name = f"node-{number:02}"
        answer = ec2.create_security_group(GroupName=f"{name}-cache", Description=name, VpcId=estate.vpc_id)
        groups[name] = answer["GroupId"]
        create_cluster(elasticache, name, [groups[name]])
    return groups


def grants_for(fleet: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a grant for each of the fleet, last one first."""
    return [{"cache": name, "sources": SOURCES} for name in sorted(fleet, reverse=True)]


def changes(emulator: Emulator) -> dict[str, int]:
    """Return how often which rules were changed."""
    made = totals(counted(emulator.url))
    return {name.partition(":")[2]: count for name, count in made.items() if "Describe" not in name}


def reads(emulator: Emulator) -> Counter[str]:
    """Return what was read how often, and insist that nothing but EC2 and ElastiCache was asked."""
    made = totals(counted(emulator.url))
    assert {name.partition(":")[0] for name in made} <= {"ec2", "elasticache"}
    return Counter({name.partition(":")[2]: count for name, count in made.items() if "Describe" in name})


def test_a_fleet_takes_one_change_per_group_and_few_reads(
    ansible: Ansible, emulator: Emulator, ec2: Any, fleet: dict[str, str]
) -> None:
    """Also the second time, which changes nothing; results stand in the order of the grants."""
    few = {
        "DescribeCacheClusters": 1,
        "DescribeReplicationGroups": 1,
        "DescribeServerlessCaches": 1,
        "DescribeSecurityGroupRules": 1,
        "DescribeSecurityGroups": 2,
    }
    grants = grants_for(fleet)
    clear(emulator.url)
    [foretold] = ansible.access({"grants": grants}, check=True)
    assert (reads(emulator), changes(emulator)) == (few, {})
    clear(emulator.url)
    [done] = ansible.access({"grants": grants})
    assert (reads(emulator), changes(emulator)) == (few, {AUTHORIZE: SIZE})
    clear(emulator.url)
    again, one_at_a_time = ansible.access({"grants": grants}, {"grants": grants, "concurrency": 1})
    assert (reads(emulator), changes(emulator)) == ({name: 2 * count for name, count in few.items()}, {})
    for result in (foretold, done, again, one_at_a_time):
        assert [cache["name"] for cache in result["caches"]] == [grant["cache"] for grant in grants]
        assert [cache["error"] for cache in result["caches"]] == [None] * SIZE
    assert [result["changed"] for result in (foretold, done, again, one_at_a_time)] == [True, True, False, False]
    assert all(len(sources_of(ec2, group_id)) == 3 for group_id in fleet.values())


def test_the_playbook_reads_no_more_and_leaves_the_records_behind(
    ansible: Ansible, emulator: Emulator, fleet: dict[str, str]
) -> None:
    """One module does it all; the subnets of the records take one call."""
    policy = ansible.folder / "policy.yml"
    policy.write_text(yaml.safe_dump({"cache_access_grants": grants_for(fleet)}))
    clear(emulator.url)
    done = ansible.playbook("elasticache.access.grant_access", "-e", f"@{policy}")
    assert done.succeeded, done.output
    assert reads(emulator).total() == 7
    assert changes(emulator) == {AUTHORIZE: SIZE}
    assert done.output.count(": 3 added, 0 updated") == SIZE
    again = ansible.playbook("elasticache.access.grant_access", "-e", f"@{policy}")
    assert again.changed == 0


@pytest.mark.usefixtures("fleet")
def test_caches_of_every_kind_each_with_options_of_its_own(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """What an entry leaves out it takes over from the task."""
    ansible.access({"cache": "fragments", "sources": SOURCES})
    grants = [
        {"cache": "carts", "sources": SOURCES[:1], "ports": [6379], "tags": {"team": "ops"}},
        {"cache": "fragments", "sources": SOURCES[1:], "state": "absent"},
        {"cache": "sessions-001", "sources": SOURCES[:2], "purge": "all"},
        {"cache": "node-00", "sources": [{"cidr": "0.0.0.0/0"}], "allow_any_address": True},
    ]
    [foretold] = ansible.access({"grants": grants, "tags": {"team": "shop"}}, check=True)
    [done] = ansible.access({"grants": grants, "tags": {"team": "shop"}})
    for result in (foretold, done):
        carts, fragments, sessions, node = result["caches"]
        assert [(rule["from_port"], rule["tags"]["team"]) for rule in carts["added"]] == [(6379, "ops")]
        assert (len(fragments["added"]), len(fragments["removed"]), fragments["security_group"]) == (0, 2, None)
        assert (sessions["name"], len(sessions["added"]), len(sessions["unchanged"])) == ("sessions", 1, 1)
        assert [rule["tags"]["team"] for rule in node["added"]] == ["shop"]
    assert sources_of(ec2, estate.groups["fragments-cache"]) == {estate.groups["app-web"]}


@pytest.mark.usefixtures("estate")
def test_several_grants_on_one_group_are_one_change(
    ansible: Ansible, emulator: Emulator, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """Three caches that share it, and one of them twice."""
    shared = estate.groups["fragments-cache"]
    for name in ("second", "third"):
        create_cluster(elasticache, name, [shared])
    grants = [
        {"cache": "fragments", "sources": SOURCES[:1]},
        {"cache": "second", "sources": SOURCES[:1]},
        {"cache": "third", "sources": SOURCES[1:2]},
        {"cache": "second", "sources": SOURCES[2:]},
    ]
    clear(emulator.url)
    [done] = ansible.access({"grants": grants})
    assert changes(emulator) == {AUTHORIZE: 1}
    assert [len(cache["added"]) for cache in done["caches"]] == [1, 1, 1, 1]
    assert len(done["diff"]) == 1
    ports = {
        rule["FromPort"] for rule in every_rule(ec2).values() if rule["GroupId"] == shared and not rule["IsEgress"]
    }
    assert ports == {6379, 11211}


def test_a_failure_on_one_cache_does_not_stop_the_others(
    ansible: Ansible, emulator: Emulator, ec2: Any, fleet: dict[str, str]
) -> None:
    """It is said what was not done, the task fails in the end, and the next run completes it."""
    grants = grants_for(fleet)
    faults.inject(emulator.url, AUTHORIZE, "InvalidParameterValue", "Not today", times=2, skip=3)
    [failed] = ansible.access({"grants": grants})
    assert failed["failed"] is True and failed["changed"] is True
    assert failed["msg"].endswith(
        f"{3 * (SIZE - 2)} rules were changed all the same, in {SIZE - 2} of {SIZE} security groups, as caches says; "
        "run again to do the rest."
    )
    assert failed["msg"].count("Not today") == 1
    left = [cache for cache in failed["caches"] if cache["error"]]
    assert len(left) == 2
    for cache in left:
        assert "Not today" in cache["error"]
        assert (len(cache["added"]), len(cache["not_done"])) == (0, 3)
        assert sources_of(ec2, fleet[cache["name"]]) == set()
    others = [cache for cache in failed["caches"] if not cache["error"]]
    assert all((len(cache["added"]), len(cache["not_done"])) == (3, 0) for cache in others)
    clear(emulator.url)
    [rest] = ansible.access({"grants": grants})
    assert changes(emulator) == {AUTHORIZE: 2}
    assert sum(len(cache["added"]) for cache in rest["caches"]) == 6
    assert all(len(sources_of(ec2, group_id)) == 3 for group_id in fleet.values())


def test_everything_is_validated_before_anything_changes(
    ansible: Ansible, emulator: Emulator, fleet: dict[str, str]
) -> None:
    """A line per fault, for all grants of the call."""
    grants = grants_for(fleet)
    grants[1] = {"cache": "node-10", "sources": [{"security_group": "nobody"}]}
    grants[5] = {"cache": "node-06", "sources": SOURCES, "ports": [1]}
    clear(emulator.url)
    for check in (True, False):
        [refused] = ansible.access({"grants": grants}, check=check)
        first, second = refused["msg"].splitlines()
        assert "'nobody' does not exist" in first
        assert "ports holds 1, on which cache 'node-06' does not listen" in second
    assert changes(emulator) == {}


def test_throttling_slows_all_down_and_loses_nothing(
    ansible: Ansible, emulator: Emulator, ec2: Any, fleet: dict[str, str]
) -> None:
    """Buckets that are empty at once, for reads as for changes."""
    grants = grants_for(fleet)
    tight = {
        **dict.fromkeys([AUTHORIZE, REVOKE], Limit(2, 5)),
        **dict.fromkeys(["DescribeCacheClusters", "DescribeSecurityGroupRules", "DescribeSecurityGroups"], Limit(1, 5)),
    }
    throttling.throttle(emulator.url, tight)
    clear(emulator.url)
    granted, revoked = ansible.access({"grants": grants}, {"grants": grants, "state": "absent"})
    assert [result.get("msg") for result in (granted, revoked)] == [None, None]
    assert sum(len(cache["added"]) for cache in granted["caches"]) == 3 * SIZE
    assert sum(len(cache["removed"]) for cache in revoked["caches"]) == 3 * SIZE
    counts = counted(emulator.url)
    throttling.clear(emulator.url)
    assert throttled(counts) > 0
    assert {name: answers["OK"] for name, answers in counts.items() if name.startswith("ec2:Auth")} == {
        f"ec2:{AUTHORIZE}": SIZE
    }
    assert all(sources_of(ec2, group_id) == set() for group_id in fleet.values())


def test_throttling_without_end_says_how_far_it_got(
    ansible: Ansible, emulator: Emulator, fleet: dict[str, str]
) -> None:
    """And the groups that were not reached are not tried one by one."""
    throttling.throttle(emulator.url, {AUTHORIZE: Limit(4, 0.001)})
    clear(emulator.url)
    [failed] = ansible.access({"grants": grants_for(fleet), "throttle_timeout": 2})
    assert failed["msg"].startswith("node-")
    assert f" and {SIZE - 4 - 5} more: AWS still throttles ec2:{AUTHORIZE} (RequestLimitExceeded)" in failed["msg"]
    assert failed["msg"].endswith(
        f"12 rules were changed all the same, in 4 of {SIZE} security groups, as caches says; run again to do the rest."
    )
    assert changes(emulator)[AUTHORIZE] < 4 + 30
    throttling.clear(emulator.url)
    [rest] = ansible.access({"grants": grants_for(fleet)})
    assert sum(len(cache["added"]) for cache in rest["caches"]) == 3 * (SIZE - 4)


@pytest.mark.usefixtures("estate")
def test_what_does_not_exist_yet_can_be_left_out(ansible: Ansible) -> None:
    """Each missing one is named once, in the words of the task; the records are those that cache_info returns."""
    grants = [{"cache": name, "sources": SOURCES[:1]} for name in ("planned", "carts", "Planned-Too", "planned")]
    task = {"grants": grants, "missing": "skip", "include_cache_info": True}
    [foretold] = ansible.access(task, check=True)
    [done] = ansible.access(task)
    known = ansible.info(caches=["carts"])["caches"]
    for result in (foretold, done):
        assert result["missing"] == ["planned", "Planned-Too"]
        assert [cache["name"] for cache in result["caches"]] == ["carts"]
        assert result["cache_info"] == known
    [refused] = ansible.access({"grants": grants})
    assert [line.partition(":")[0] for line in refused["msg"].splitlines()] == [
        "cache 'planned'",
        "cache 'Planned-Too'",
    ]


@pytest.mark.usefixtures("estate")
def test_a_playbook_that_revokes_grants_nothing(ansible: Ansible, ec2: Any) -> None:
    """Whatever an entry of the policy says."""
    before = every_rule(ec2)
    grants = json.dumps({"cache_access_grants": [{"cache": "carts", "sources": SOURCES, "state": "present"}]})
    refused = ansible.playbook("elasticache.access.revoke_access", "-e", grants)
    assert not refused.succeeded
    assert "revoke_access takes access away alone" in refused.output
    assert every_rule(ec2) == before
