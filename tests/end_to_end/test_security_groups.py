# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_security_groups: which groups a cache carries, what is refused, what is lost and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.faults import inject
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call, create_cluster
from tests.end_to_end.names import filled
from tests.end_to_end.networks import make_group, make_vpc
from tests.end_to_end.rules import allow

MODULE = "elasticache.access.elasticache_security_groups"
CHANGES = ("ModifyCacheCluster", "ModifyReplicationGroup", "ModifyServerlessCache")
LOOKING = ["elasticache:Describe*", "ec2:Describe*"]


def run(ansible: Ansible, *tasks: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Run the module once per set of options."""
    return ansible.tasks(*({MODULE: dict(task)} for task in tasks), **more)


def carried(elasticache: Any, name: str) -> set[str]:
    """Return the groups that a cache of the estate carries, each node of it alike."""
    if name == "carts":
        return set(
            elasticache.describe_serverless_caches(ServerlessCacheName=name)["ServerlessCaches"][0]["SecurityGroupIds"]
        )
    clusters = [
        cluster
        for cluster in elasticache.describe_cache_clusters()["CacheClusters"]
        if name in (cluster["CacheClusterId"], cluster.get("ReplicationGroupId"))
    ]
    [groups] = {frozenset(group["SecurityGroupId"] for group in cluster["SecurityGroups"]) for cluster in clusters}
    return set(groups)


@pytest.mark.parametrize(
    ("named", "name"),
    [
        pytest.param("fragments", "fragments", id="a Memcached cluster"),
        pytest.param("plain", "plain", id="a Redis OSS cluster"),
        pytest.param("sessions-002", "sessions", id="a replication group by one of its nodes"),
        pytest.param("arn", "carts", id="a serverless cache by its ARN"),
    ],
)
def test_attach_replace_and_detach(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, named: str, name: str
) -> None:
    """For each kind: check mode tells what is then done, and the second time nothing is."""
    create_cluster(elasticache, "plain", [estate.groups["sessions-cache"]])
    if named == "arn":
        named = elasticache.describe_serverless_caches(ServerlessCacheName=name)["ServerlessCaches"][0]["ARN"]
    [own] = carried(elasticache, name)
    more, other = make_group(ec2, estate.vpc_id, "monitoring"), make_group(ec2, estate.vpc_id, "other")
    attach = {"cache": named, "security_groups": ["monitoring", own]}
    replace = {"cache": named, "security_groups": [other], "purge": True}
    detach = {"cache": named, "security_groups": ["monitoring", "other"], "state": "absent"}
    for task, after in ((attach, {own, more}), (replace, {other})):
        before = carried(elasticache, name)
        [foretold] = run(ansible, task, check=True)
        assert carried(elasticache, name) == before
        [done, again] = run(ansible, task, task)
        assert carried(elasticache, name) == after
        assert (foretold["changed"], done["changed"], again["changed"]) == (True, True, False)
        for result in (foretold, done):
            [cache] = result["caches"]
            assert {group["id"] for group in cache["security_groups"]} == after
            assert {group["id"] for group in cache["attached"]} == after - before
            assert {group["id"] for group in cache["detached"]} == before - after
            assert (cache["name"], cache["in_force"], cache["error"]) == (name, True, None)
            assert result["diff"][0]["before_header"] == f"security groups of cache {name}"
        assert foretold["diff"] == done["diff"]
        assert again["caches"][0]["attached"] == again["caches"][0]["detached"] == []
    [nothing_left, rest] = run(ansible, detach, {**attach, "security_groups": [own]})
    assert f"cache '{name}' would be left without a security group" in nothing_left["msg"]
    assert carried(elasticache, name) == {own, other}
    assert rest["changed"]
    [detached, again] = run(ansible, detach, detach)
    assert carried(elasticache, name) == {own}
    assert (detached["changed"], again["changed"]) == (True, False)


def test_that_one_field_is_sent_alone(ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]) -> None:
    """ApplyImmediately would bring forward whatever else waits, and a serverless cache takes one field at a time."""
    make_group(ec2, estate.vpc_id, "monitoring")
    names = ["sessions", "fragments", "carts"]
    [done] = run(ansible, {"assignments": [{"cache": name, "security_groups": ["monitoring"]} for name in names]})
    assert done["changed"]
    changes = [call.parameters for call in calls if call.action in CHANGES]
    assert len(changes) == len(names)
    for parameters in changes:
        fields = {name.partition(".")[0] for name in parameters} - {"Action", "Version"}
        assert fields - {"CacheClusterId", "ReplicationGroupId", "ServerlessCacheName"} == {"SecurityGroupIds"}


def test_a_fleet_in_one_call(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator) -> None:
    """One that is refused does not stop the others, a faulty entry stops them all, and the next run does the rest."""
    more = make_group(ec2, estate.vpc_id, "monitoring")
    fleet = [{"cache": name, "security_groups": ["monitoring"]} for name in ("sessions", "fragments", "carts")]
    wrong = [*fleet, {"cache": "sessions-001", "security_groups": [more]}]
    unknown = [*fleet, {"cache": "planned", "security_groups": [more]}]
    [twice, missing, skipped] = run(
        ansible,
        {"assignments": wrong},
        {"assignments": unknown},
        {"assignments": [unknown[-1]], "missing": "skip"},
    )
    assert "assignments names cache 'sessions' 2 times" in twice["msg"]
    assert "cache 'planned': no cache of that name in eu-west-1" in missing["msg"]
    assert (skipped["changed"], skipped["missing"]) == (False, ["planned"])
    assert more not in carried(elasticache, "carts")
    inject(emulator.url, action="ModifyCacheCluster", code="InvalidParameterValue", message="Something is wrong.")
    [partly, rest, again] = run(ansible, *[{"assignments": fleet}] * 3)
    assert partly["failed"] and partly["changed"]
    assert partly["msg"].startswith("cache fragments: AWS refused elasticache:ModifyCacheCluster")
    assert partly["msg"].endswith("The security groups of sessions, carts were changed, as caches says.")
    assert [bool(cache["error"]) for cache in partly["caches"]] == [False, True, False]
    assert [bool(cache["attached"]) for cache in partly["caches"]] == [True, False, True]
    assert [bool(cache["attached"]) for cache in rest["caches"]] == [False, True, False]
    assert (rest["changed"], again["changed"]) == (True, False)


def test_a_fleet_takes_few_calls(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, calls: list[Call]
) -> None:
    """One change per cache, and listings for all of them; the second run changes nothing."""
    make_group(ec2, estate.vpc_id, "monitoring")
    for number in range(6):
        create_cluster(elasticache, f"plain-{number}", [])
    fleet = [{"cache": f"plain-{number}", "security_groups": ["monitoring"]} for number in range(6)]
    counts = []
    for size in (1, 6, 6):
        calls.clear()
        [done] = run(ansible, {"assignments": fleet[:size]})
        asked = [call.action for call in calls]
        counts.append((asked.count("ModifyCacheCluster"), len(asked)))
        assert not done.get("failed"), done["msg"]
    (first, few), (more, many), (none, least) = counts
    assert (first, more, none) == (1, 5, 0)
    assert many - more <= few + 4
    assert least < few + 4


def test_members_that_differ_are_made_alike(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator
) -> None:
    """A change that stopped half-way for good."""
    more = make_group(ec2, estate.vpc_id, "monitoring")
    own = estate.groups["sessions-cache"]
    set_window(emulator.url, "sessions-002", group_ids=[own], on_modify={})
    set_window(emulator.url, "sessions-001", group_ids=[own, more], on_modify={})
    task = {"cache": "sessions", "security_groups": [own, more]}
    [foretold] = run(ansible, task, check=True)
    [done, again] = run(ansible, task, task)
    assert (foretold["changed"], done["changed"], again["changed"]) == (True, True, False)
    assert carried(elasticache, "sessions") == {own, more}


def test_what_is_refused(ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator) -> None:
    """One sentence for each, with the value and the way out, and nothing changed."""
    elsewhere = make_vpc(ec2, "10.99.0.0/16", "far")
    far_vpc, far = elsewhere.vpc_id, elsewhere.group_id
    for number in range(5):
        make_group(ec2, estate.vpc_id, f"many-{number}")
    set_window(emulator.url, "fragments", classic=True)
    names = {"vpc": estate.vpc_id, "far": far, "far_vpc": far_vpc, "own": estate.groups["sessions-cache"]}
    one = {"cache": "sessions", "security_groups": ["many-0"]}
    cases: list[tuple[dict[str, Any], str]] = [
        (
            {**one, "security_groups": ["many-00"]},
            "'many-00', which does not exist in {vpc}, the VPC of cache 'sessions'. Did you mean many-0, ",
        ),
        (
            {**one, "security_groups": ["sg-0123456789abcdef0"]},
            "'sg-0123456789abcdef0', which does not exist in this account and region",
        ),
        (
            {**one, "security_groups": ["{far}"]},
            "'{far}', which is a group of {far_vpc} (as {far}), while cache 'sessions' is in {vpc}",
        ),
        ({**one, "security_groups": ["far"]}, "'far', which is a group of {far_vpc} (as {far})"),
        ({**one, "security_groups": ["sg-1"]}, "security_groups 'sg-1' is not the id of a security group"),
        ({**one, "security_groups": [" "]}, "security_groups is empty; give the id or the name of a security group"),
        (
            {**one, "security_groups": ["210987654321/sg-0123456789abcdef0"]},
            "names an account, while a cache carries groups of its own account alone",
        ),
        ({**one, "security_groups": [f"many-{n}" for n in range(5)]}, "cache 'sessions' would carry 6 security groups"),
        ({**one, "security_groups_per_interface": 17}, "security_groups_per_interface is 17"),
        ({**one, "security_groups": [], "purge": True}, "would be left without a security group"),
        ({**one, "wait_timeout": 0}, "wait_timeout is 0; give the seconds to wait, or set wait to false."),
        ({**one, "cache": "fragments"}, "cache 'fragments' stands in EC2-Classic"),
        ({**one, "cache": "no_name"}, "cache 'no_name' cannot be a name"),
        ({**one, "concurrency": 0}, "concurrency is 0"),
        ({**one, "planned": [{"x": 1}]}, "planned holds something else than"),
        ({**one, "expected_groups": ["new"], "security_groups": ["new"]}, "'new', which does not exist in {vpc}"),
        ({"assignments": [one], **one}, "parameters are mutually exclusive: assignments|cache"),
        ({"cache": "sessions"}, "missing parameter(s) required by 'cache': security_groups"),
        ({}, "one of the following is required: assignments, cache"),
    ]
    results = run(ansible, *(filled(task, names) for task, _sentence in cases))
    for (task, sentence), result in zip(cases, results, strict=True):
        assert result.get("failed"), task
        assert filled(sentence, names) in result["msg"], task
        assert "Traceback" not in str(result)
        assert "\n" not in result["msg"]


def test_access_that_was_granted_is_not_lost_unawares(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """A group with rules of ours stays, unless another lets the same in; what is somebody else's is told."""
    own, more = estate.groups["sessions-cache"], make_group(ec2, estate.vpc_id, "monitoring")
    [granted] = ansible.access({"cache": "sessions", "sources": [{"cidr": "10.20.1.0/24"}]})
    [rule] = granted["caches"][0]["added"]
    replace = {"cache": "sessions", "security_groups": [more], "purge": True}
    [foretold] = run(ansible, replace, check=True)
    [refused] = run(ansible, replace)
    for result in (foretold, refused):
        assert f"cache 'sessions' would lose sessions-cache ({own})" in result["msg"]
        assert f"{rule['rule_id']} for 10.20.1.0/24" in result["msg"]
    assert carried(elasticache, "sessions") == {own}
    # A wider range on the group that stays admits it all the same.
    allow(ec2, more, "10.20.0.0/16", 6390)
    [done] = run(ansible, replace)
    assert done["changed"]
    [lost] = done["caches"][0]["lost_rules"]
    assert (lost["source"]["name"], lost["description"]) == ("app-batch", "nightly export")
    assert "can no longer be reached by what these rules alone let in" in str(done["warnings"])
    [back, told] = run(
        ansible,
        {"cache": "sessions", "security_groups": [own], "purge": True},
        {**replace, "allow_lost_access": True},
    )
    assert back["changed"] and told["changed"]


def test_a_member_of_a_global_datastore_is_told_of(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """Before in check mode, and where ElastiCache refuses."""
    make_group(ec2, estate.vpc_id, "monitoring")
    known = {
        "GlobalReplicationGroupInfo": {
            "GlobalReplicationGroupId": "sgaui-shop",
            "GlobalReplicationGroupMemberRole": "PRIMARY",
        }
    }
    set_window(emulator.url, "sessions", kind="replication_group", also=known)
    task = {"cache": "sessions", "security_groups": ["monitoring"]}
    [foretold] = run(ansible, task, check=True)
    assert "member of Global Datastore sgaui-shop" in str(foretold["warnings"])
    refusal = "Cluster [sessions] is part of a global cluster [sgaui-shop]. Request rejected."
    inject(emulator.url, action="ModifyReplicationGroup", code="InvalidParameterValue", message=refusal)
    [refused] = run(ansible, task)
    assert "The cache is a member of Global Datastore sgaui-shop" in refused["msg"]
    assert refused["msg"].endswith("Nothing was changed.")


@pytest.mark.parametrize(
    ("allowed", "action"),
    [
        pytest.param(["elasticache:Describe*"], "ec2:DescribeSecurityGroups", id="no groups"),
        pytest.param(LOOKING, "elasticache:ModifyReplicationGroup", id="looking alone"),
    ],
)
def test_a_permission_that_is_missing_is_named(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator, permitted: Any, allowed: list[str], action: str
) -> None:
    """And that nothing was changed."""
    make_group(ec2, estate.vpc_id, "monitoring")
    task = {"cache": "sessions", "cache_type": "replication_group", "security_groups": ["monitoring"]}
    [refused] = run(ansible, task, environment=permitted(allowed))
    emulator.trust_everybody()
    assert action in refused["msg"]
    assert "AWS does not permit these credentials" in refused["msg"]
    assert refused["msg"].endswith("Nothing was changed.")
