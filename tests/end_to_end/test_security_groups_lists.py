# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_security_groups: exactly what is sent, what is foretold, what is taken as planned, and what is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import faults
from tests.emulator.calls import clear, counted, totals
from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import SUBNET_GROUP, Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call, create_cluster
from tests.end_to_end.networks import make_group, make_vpc
from tests.end_to_end.rules import allow
from tests.end_to_end.test_security_groups import CHANGES, LOOKING, carried, run

ACCESS = "elasticache.access.elasticache_sg_access"
MODULE = "elasticache.access.elasticache_security_groups"


def create_sharded(elasticache: Any, group_id: str) -> None:
    """Add a replication group with cluster mode: two shards of two nodes."""
    elasticache.create_replication_group(
        ReplicationGroupId="sharded",
        ReplicationGroupDescription="Shards",
        Engine="valkey",
        CacheNodeType="cache.t4g.micro",
        NumNodeGroups=2,
        ReplicasPerNodeGroup=1,
        CacheSubnetGroupName=SUBNET_GROUP,
        SecurityGroupIds=[group_id],
    )


def test_each_kind_is_sent_its_name_and_the_whole_list_and_nothing_else(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, calls: list[Call]
) -> None:
    """With cluster mode, without, by a node, by an ARN, in any case; what is foretold is what comes of it."""
    more = make_group(ec2, estate.vpc_id, "monitoring")
    groups = estate.groups
    create_sharded(elasticache, groups["sessions-cache"])
    create_cluster(elasticache, "plain", [groups["sessions-cache"]])
    arn = "arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:carts"
    named = ["sharded-0002-001", "sessions", "Fragments", "plain", arn]
    task = {"assignments": [{"cache": name, "security_groups": ["monitoring"]} for name in named]}
    [foretold] = run(ansible, task, check=True)
    assert not [call for call in calls if call.action in CHANGES]
    [done, again] = run(ansible, task, task)
    sent = {
        call.action + " " + name: value
        for call in calls
        if call.action in CHANGES
        for name, value in call.parameters.items()
        if name not in ("Action", "Version")
    }
    requests = [
        {name: value for name, value in call.parameters.items() if name not in ("Action", "Version")}
        for call in calls
        if call.action in CHANGES
    ]
    listed = "SecurityGroupIds.SecurityGroupId."
    assert sorted(requests, key=str) == sorted(
        [
            {"ReplicationGroupId": "sharded", f"{listed}1": groups["sessions-cache"], f"{listed}2": more},
            {"ReplicationGroupId": "sessions", f"{listed}1": groups["sessions-cache"], f"{listed}2": more},
            {"CacheClusterId": "fragments", f"{listed}1": groups["fragments-cache"], f"{listed}2": more},
            {"CacheClusterId": "plain", f"{listed}1": groups["sessions-cache"], f"{listed}2": more},
            {"ServerlessCacheName": "carts", f"{listed}1": groups["carts-cache"], f"{listed}2": more},
        ],
        key=str,
    ), sent
    assert foretold["caches"] == done["caches"]
    assert foretold["diff"] == done["diff"]
    assert (done["changed"], again["changed"]) == (True, False)
    assert [(cache["name"], cache["kind"]) for cache in again["caches"]] == [
        ("sharded", "replication_group"),
        ("sessions", "replication_group"),
        ("fragments", "cluster"),
        ("plain", "cluster"),
        ("carts", "serverless"),
    ]
    assert carried(elasticache, "sharded") == {groups["sessions-cache"], more}
    own = f"sessions-cache ({groups['sessions-cache']})"
    assert done["diff"][0]["before"] == f" {own}\n"
    assert sorted(done["diff"][0]["after"].splitlines()) == sorted([f" {own}", f" monitoring ({more})"])


def test_options_of_an_entry_come_before_those_of_the_task(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """One is attached to, one replaced and one detached from, in one task."""
    more = make_group(ec2, estate.vpc_id, "monitoring")
    elasticache.modify_serverless_cache(
        ServerlessCacheName="carts", SecurityGroupIds=[estate.groups["carts-cache"], more]
    )
    entries = [
        {"cache": "sessions", "security_groups": ["monitoring"]},
        {"cache": "fragments", "security_groups": [more], "purge": True},
        {"cache": "carts", "security_groups": ["monitoring", "nowhere"], "state": "absent"},
    ]
    [done, again] = run(ansible, *[{"assignments": entries}] * 2)
    assert (done["changed"], again["changed"]) == (True, False)
    assert [len(cache["detached"]) for cache in done["caches"]] == [0, 1, 1]
    assert carried(elasticache, "sessions") == {estate.groups["sessions-cache"], more}
    assert carried(elasticache, "fragments") == {more}
    assert carried(elasticache, "carts") == {estate.groups["carts-cache"]}


def test_what_earlier_tasks_would_do_is_taken_as_done_in_check_mode_and_not_in_earnest(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """A group that is yet to be made, attached, granted on, and the old one detached: foretold as one."""
    create_cluster(elasticache, "plain", [])
    [default] = carried(elasticache, "plain")
    grant = {"cache": "plain", "sources": [{"security_group": "app-web"}], "security_group": "plain-cache"}
    attach = {"cache": "plain", "security_groups": ["plain-cache"], "expected_groups": ["plain-cache", "monitoring"]}
    detach = {"cache": "plain", "security_groups": ["default"], "state": "absent"}
    planned = "{{ (attached.caches | default([])) + (granted.caches | default([])) }}"
    tasks: list[dict[str, Any]] = [
        {MODULE: attach, "register": "attached"},
        {ACCESS: {**grant, "planned": planned}, "register": "granted"},
        {MODULE: {**detach, "planned": planned}},
        # Nothing is left of a cache's groups, and a granted rule would be lost, as it will be in earnest.
        {MODULE: {**detach, "security_groups": ["default", "plain-cache"], "planned": planned}},
        {
            MODULE: {
                "cache": "plain",
                "security_groups": ["default"],
                "purge": True,
                "planned": planned,
            }
        },
    ]
    foretold = ansible.tasks(*tasks, check=True)
    assert [result["changed"] for result in foretold[:3]] == [True, True, True]
    new = f"new:{estate.vpc_id}:plain-cache"
    assert foretold[0]["caches"][0]["attached"] == [{"id": new, "name": "plain-cache"}]
    assert foretold[0]["diff"][0]["after"] == f" default ({default})\n plain-cache (yet to be created)\n"
    assert [group["id"] for group in foretold[2]["caches"][0]["security_groups"]] == [new]
    assert "would be left without a security group" in foretold[3]["msg"]
    assert (
        "cache 'plain' would lose plain-cache (yet to be created), whose rules were made by grants"
        in (foretold[4]["msg"])
    )
    assert f"(one that is planned for {estate.groups['app-web']})" in foretold[4]["msg"]
    # In earnest the group has to be there, whatever is expected and planned.
    [refused] = run(ansible, {**attach, "planned": foretold[0]["caches"]})
    assert f"'plain-cache', which does not exist in {estate.vpc_id}" in refused["msg"]
    assert carried(elasticache, "plain") == {default}
    made = make_group(ec2, estate.vpc_id, "plain-cache")
    done = ansible.tasks(*tasks)
    assert [result["changed"] for result in done[:3]] == [True, True, True]
    assert carried(elasticache, "plain") == {made}
    # Of an expected group that is there, check mode tells the id.
    [there] = run(ansible, {**attach, "security_groups": ["plain-cache", "monitoring"]}, check=True)
    assert [group["id"] for group in there["caches"][0]["attached"]] == [f"new:{estate.vpc_id}:monitoring"]


def test_a_group_that_ec2_does_not_show_stays_and_can_be_named_by_its_id(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator, calls: list[Call]
) -> None:
    """Such as one of another account, in a VPC that is shared."""
    make_group(ec2, estate.vpc_id, "monitoring")
    own, hidden = estate.groups["fragments-cache"], "sg-0123456789abcdef0"
    set_window(emulator.url, "fragments", group_ids=[own, hidden])
    attach = {"cache": "fragments", "security_groups": ["monitoring"]}
    detach = {"cache": "fragments", "security_groups": [hidden], "state": "absent"}
    [attached, kept, detached] = run(
        ansible, attach, {**attach, "security_groups": [hidden], "purge": True}, detach, check=True
    )
    assert [group["name"] for group in attached["caches"][0]["security_groups"] if group["id"] == hidden] == [None]
    assert [group["id"] for group in kept["caches"][0]["security_groups"]] == [hidden]
    assert kept["caches"][0]["detached"] == [{"id": own, "name": "fragments-cache"}]
    assert detached["caches"][0]["detached"] == [{"id": hidden, "name": None}]
    assert f"not shown ({hidden})" in detached["diff"][0]["before"]
    set_window(emulator.url, "fragments", group_ids=[own, hidden], on_modify={})
    [done] = run(ansible, detach)
    assert done["changed"]
    [sent] = [call.parameters for call in calls if call.action == "ModifyCacheCluster"]
    assert [value for name, value in sent.items() if name.startswith("SecurityGroupIds")] == [own]
    assert carried(elasticache, "fragments") == {own}


def test_nodes_that_differ_show_in_the_diff(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator, elasticache: Any
) -> None:
    """Though no group is attached to the cache that some node does not have."""
    more, own = make_group(ec2, estate.vpc_id, "monitoring"), estate.groups["sessions-cache"]
    elasticache.modify_replication_group(ReplicationGroupId="sessions", SecurityGroupIds=[own, more])
    set_window(emulator.url, "sessions-002", group_ids=[own], on_modify={})
    [foretold] = run(ansible, {"cache": "sessions", "security_groups": ["monitoring"]}, check=True)
    [done, again] = run(ansible, *[{"cache": "sessions", "security_groups": ["monitoring"]}] * 2)
    for result in (foretold, done):
        assert (result["changed"], result["caches"][0]["attached"]) == (True, [])
        assert f" monitoring ({more}), not on sessions-002\n" in result["diff"][0]["before"]
        assert f" monitoring ({more})\n" in result["diff"][0]["after"]
    assert again["changed"] is False


def test_what_a_group_that_goes_lets_in_is_lost_by_port_and_by_range(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """A serverless cache has two ports, each of which counts; what others made is told and not refused."""
    own, more = estate.groups["carts-cache"], make_group(ec2, estate.vpc_id, "monitoring")
    [granted] = ansible.access({"cache": "carts", "sources": [{"cidr": "10.20.1.0/24"}, {"security_group": "app-web"}]})
    assert len(granted["caches"][0]["added"]) == 4
    theirs = allow(ec2, own, "10.30.0.0/16", 6379, 6380)
    allow(ec2, own, "10.30.0.0/16", 22)
    # On the first port all is let in by the other group, on the second one not.
    allow(ec2, more, "10.0.0.0/8", 6379)
    allow(ec2, more, estate.groups["app-web"], 0, 65535)
    replace = {"cache": "carts", "security_groups": ["monitoring"], "purge": True}
    [refused] = run(ansible, replace, check=True)
    second = [
        rule for rule in granted["caches"][0]["added"] if rule["from_port"] == 6380 and rule["source"]["type"] == "cidr"
    ]
    assert f"({second[0]['rule_id']} for 10.20.1.0/24)" in refused["msg"]
    [foretold] = run(ansible, {**replace, "allow_lost_access": True}, check=True)
    allow(ec2, more, "10.20.0.0/16", 6380)
    [done] = run(ansible, replace)
    assert [rule["rule_id"] for rule in done["caches"][0]["lost_rules"]] == [theirs]
    assert {rule["rule_id"] for rule in foretold["caches"][0]["lost_rules"]} == {theirs, second[0]["rule_id"]}
    [warning] = done["warnings"]
    assert f"rule {theirs} for tcp/6379-6380 from 10.30.0.0/16 of carts-cache ({own})" in warning
    assert carried(elasticache, "carts") == {more}


def test_calls_grow_with_what_is_changed_alone(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator
) -> None:
    """Two caches and five take the same reads; one alone is asked for by its name."""
    make_group(ec2, estate.vpc_id, "monitoring")
    for number in range(8):
        create_cluster(elasticache, f"plain-{number}", [estate.groups["sessions-cache"]])
    counts = []
    for numbers in ([0], [1, 2], [3, 4, 5, 6, 7], [0], [3, 4, 5, 6, 7]):
        clear(emulator.url)
        entries = [{"cache": f"plain-{number}", "security_groups": ["monitoring"]} for number in numbers]
        [done] = run(ansible, {"assignments": entries})
        assert not done.get("failed"), done["msg"]
        counts.append(totals(counted(emulator.url)))
    one, two, five, one_again, five_again = counts
    modify = "elasticache:ModifyCacheCluster"
    assert [each.get(modify, 0) for each in counts] == [1, 2, 5, 0, 0]
    assert {**five, modify: 0} == {**two, modify: 0}
    assert sum(one_again.values()) <= 6, one_again
    assert sum(five_again.values()) <= 6, five_again
    # To see that a change is in force takes one look more.
    assert sum(five.values()) - 5 - sum(five_again.values()) <= 3, (five, five_again)
    assert sum(one.values()) - 1 - sum(one_again.values()) <= 3, (one, one_again)
    # No rule is read where no group goes.
    assert not [name for each in counts for name in each if "Rules" in name]


@pytest.mark.usefixtures("estate")
def test_every_missing_permission_is_named(ansible: Ansible, ec2: Any, estate: Estate, permitted: Any) -> None:
    """Each read and each change by itself; a change that is denied leaves the others done."""
    make_group(ec2, estate.vpc_id, "monitoring")
    reads = [
        "elasticache:DescribeCacheClusters",
        "elasticache:DescribeReplicationGroups",
        "elasticache:DescribeServerlessCaches",
        "elasticache:DescribeCacheSubnetGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSecurityGroupRules",
    ]
    changes = [f"elasticache:{action}" for action in CHANGES]
    names = ("fragments", "sessions", "carts")
    entries = [{"cache": name, "security_groups": ["monitoring"], "purge": True} for name in names]
    options = {"assignments": entries, "allow_lost_access": True}
    users = {missing: permitted([each for each in reads if each != missing] + changes) for missing in reads}
    all_reads = permitted(reads)
    denied = ansible.tasks(*({MODULE: options, "environment": user} for user in users.values()))
    assert [result["msg"] for result in denied] == [
        f"AWS does not permit these credentials {missing}; allow that action in their policy. Nothing was changed."
        for missing in users
    ]
    [foretold] = run(ansible, options, check=True, environment=all_reads)
    assert foretold["changed"] is True
    [none] = run(ansible, options, environment=all_reads)
    assert none["msg"] == (
        " ".join(
            f"cache {name}: AWS does not permit these credentials {action}; allow that action in their policy."
            for name, action in zip(names, changes, strict=True)
        )
        + " Nothing was changed."
    )
    assert none["changed"] is False
    [some] = run(ansible, options, environment=permitted([*reads, *changes[:2]]))
    assert some["msg"] == (
        f"cache carts: AWS does not permit these credentials {changes[2]}; allow that action in their policy. The "
        "security groups of fragments, sessions were changed, as caches says."
    )
    assert [bool(cache["error"]) for cache in some["caches"]] == [False, False, True]


def test_a_group_that_goes_at_the_last_moment_and_a_quota_that_is_lower(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """ElastiCache's own words, and what they can mean; the emulator's interfaces carry five groups."""
    ids = [make_group(ec2, estate.vpc_id, f"many-{number}") for number in range(6)]
    said = f"Invalid security group , groupId= {ids[0]}, groupName=."
    faults.inject(emulator.url, "ModifyServerlessCache", "InvalidParameterValue", said)
    [gone, full] = run(
        ansible,
        {"cache": "carts", "security_groups": ["many-0"]},
        {"cache": "carts", "security_groups": [f"many-{n}" for n in range(6)], "security_groups_per_interface": 16},
    )
    assert gone["msg"] == (
        f"cache carts: AWS refused elasticache:ModifyServerlessCache (InvalidParameterValue): {said} What was to be "
        f"attached is many-0 ({ids[0]}): it may have been deleted meanwhile, or the quota L-2AFB9258 of this account "
        "is lower than security_groups_per_interface says; run again to see which. Nothing was changed."
    )
    assert "the quota L-2AFB9258 of this account is lower than security_groups_per_interface says" in full["msg"]
    assert full["msg"].endswith("Nothing was changed.")


def test_what_entries_of_a_fleet_have_wrong_is_told_of_all_before_any_is_changed(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """With a line for each, in the words of a single one; options that no task can have are refused by Ansible."""
    far = make_vpc(ec2, "10.99.0.0/16", "far")
    make_group(ec2, estate.vpc_id, "monitoring")
    good = {"cache": "fragments", "security_groups": ["monitoring"]}
    entries = [
        good,
        {"cache": "sessions", "security_groups": [far.group_id, "monitorng"]},
        {"cache": "carts", "security_groups": ["monitorng"]},
    ]
    wrong: list[dict[str, Any]] = [
        {"assignments": entries},
        {
            "assignments": [
                good,
                {"cache": "sessions", "security_groups": ["sg-1"]},
                {"cache": "_", "security_groups": []},
            ]
        },
        {"assignments": [good, good]},
        {"assignments": [{"cache": "fragments"}]},
        {"assignments": [{**good, "state": "here"}]},
        {"assignments": [good], "security_groups": ["monitoring"]},
        {"security_groups": ["monitoring"]},
        {**good, "security_groups_per_interface": 0},
        {**good, "wait_timeout": -1, "wait": False},
        {**good, "security_groups": [""]},
        {**good, "planned": [{"cache": "fragments"}]},
    ]
    results = run(ansible, *wrong)
    sentences = [result["msg"] for result in results]
    vpc = estate.vpc_id
    assert sentences == [
        f"security_groups names '{far.group_id}', which is a group of {far.vpc_id} (as {far.group_id}), while cache "
        f"'sessions' is in {vpc}, and a cache carries groups of its own VPC alone; name one of these.\n"
        f"security_groups names 'monitorng', which does not exist in {vpc}, the VPC of cache 'carts'. Did you mean "
        "monitoring?",
        "security_groups 'sg-1' is not the id of a security group: 'sg-' is followed by 8 or 17 digits of 0-9 and "
        "a-f.\ncache '_' cannot be a name: an ElastiCache name begins with a letter and holds up to 50 letters, digits "
        "and hyphens; give the name of a cluster, replication group or serverless cache, or its ARN.",
        "assignments names cache 'fragments' 2 times; put its groups in one entry.",
        "missing required arguments: security_groups found in assignments",
        "value of state must be one of: present, absent, got: here found in assignments",
        "parameters are mutually exclusive: assignments|security_groups",
        "one of the following is required: assignments, cache",
        "security_groups_per_interface is 0; the quota L-2AFB9258 of an account is a number from 1 to 16.",
        "wait_timeout is -1; give the seconds to wait, or set wait to false.",
        "security_groups is empty; give the id or the name of a security group.",
        "planned holds something else than caches; give the caches of results of elasticache_security_groups and "
        "elasticache_sg_access, such as '{{ attached.caches + granted.caches }}', or leave it out.",
    ]
    assert "Traceback" not in str(results)
    assert carried(elasticache, "fragments") == {estate.groups["fragments-cache"]}


def test_caches_of_one_name_are_told_apart_by_their_kind(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """And are two, not one that is named twice."""
    more = make_group(ec2, estate.vpc_id, "monitoring")
    create_cluster(elasticache, "carts", [estate.groups["sessions-cache"]])
    entry = {"cache": "carts", "security_groups": ["monitoring"]}
    kinds = ["cluster", "serverless"]
    [both, unsaid, again] = run(
        ansible,
        {"assignments": [{**entry, "cache_type": kind} for kind in kinds]},
        entry,
        {"assignments": [{**entry, "cache_type": "cluster"}, {**entry, "cache": "carts", "cache_type": "serverless"}]},
    )
    assert not both.get("failed"), both["msg"]
    assert ([cache["kind"] for cache in both["caches"]], both["changed"]) == (kinds, True)
    assert "set cache_type to cluster or serverless, or give the ARN" in unsaid["msg"]
    assert again["changed"] is False
    assert more in carried(elasticache, "carts")


def test_a_cache_that_is_missing_may_be_left_out(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """The others are done, and it is named as the task names it."""
    make_group(ec2, estate.vpc_id, "monitoring")
    arn = "arn:aws:elasticache:eu-west-1:123456789012:cluster:later"
    entries = [{"cache": name, "security_groups": ["monitoring"]} for name in ("Later", "fragments", arn)]
    task = {"assignments": entries, "missing": "skip"}
    [foretold] = run(ansible, task, check=True)
    [done] = run(ansible, task)
    for result in (foretold, done):
        assert ([cache["name"] for cache in result["caches"]], result["missing"]) == (["fragments"], ["Later", arn])
        assert result["changed"] is True
    assert len(carried(elasticache, "fragments")) == 2


def test_looking_alone_is_allowed_with_reads(ansible: Ansible, estate: Estate, permitted: Any) -> None:
    """No groups are asked for: the caches are returned as they are, which the role makes use of."""
    [looked] = run(ansible, {"cache": "carts", "security_groups": []}, environment=permitted(LOOKING))
    assert looked["changed"] is False
    assert looked["caches"][0]["security_groups"] == [
        {"id": estate.groups["carts-cache"], "name": "carts-cache", "status": "active"}
    ]
