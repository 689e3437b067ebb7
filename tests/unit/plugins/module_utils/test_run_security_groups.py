# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The job from its options to its result: what is waited for, what goes to the log, and what is never asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import (
    _change_memberships,
    _run_security_groups,
    _waiting,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    AccessError,
    AwsError,
    InvalidGrantError,
    PartialError,
)
from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

from tests.unit.clock import Clock
from tests.unit.fakes import FakeElastiCache, answer_of
from tests.unit.values import CARTS, GROUPS, SESSIONS, VPC, WEB, key

Answer = dict[str, Any]
DENIED = AwsError("AWS does not permit these credentials that.", "UnauthorizedOperation")


class Region(FakeElastiCache):
    """Clusters and replication groups in one VPC, and its security groups; a change is in force at once."""

    def __init__(self, *clusters: Answer, groups: Iterable[Answer] = (), rules: Iterable[Rule] = ()) -> None:
        subnets = [{"CacheSubnetGroupName": "private", "VpcId": VPC, "Subnets": []}]
        super().__init__(clusters, groups, (), subnets)
        self.rules = list(rules)

    def describe_security_groups(self, group_ids: Iterable[str]) -> list[Answer]:  # type: ignore[override]
        return [each for each in map(told, GROUPS) if each["GroupId"] in set(group_ids)]

    def describe_security_groups_named(self, names: Iterable[str]) -> list[Answer]:  # type: ignore[override]
        return [each for each in map(told, GROUPS) if each["GroupName"] in set(names)]

    def describe_security_groups_of_vpc(self, vpc_id: str) -> list[Answer]:  # type: ignore[override]
        return [each for each in map(told, GROUPS) if each["VpcId"] == vpc_id]

    def describe_security_group_rules(self, group_ids: Iterable[str]) -> list[Answer]:  # type: ignore[override]
        if group_ids:
            self._note("rules")
        return [answer_of(rule) for rule in self.rules if rule.key.group_id in set(group_ids)]

    def modify_cache_cluster(self, name: str, group_ids: Sequence[str]) -> None:
        self._note(f"modify {name}")
        [changed] = [each for each in self.clusters if each["CacheClusterId"] == name]
        cast(Answer, changed)["SecurityGroups"] = carried(*group_ids)


def told(group_id: str) -> Answer:
    group = GROUPS[group_id]
    return {"GroupId": group_id, "GroupName": group.name, "VpcId": group.vpc_id, "OwnerId": group.owner_id}


def carried(*group_ids: str, status: str = "active") -> list[Answer]:
    return [{"SecurityGroupId": each, "Status": status} for each in group_ids]


def cluster(name: str = "sessions", status: str = "available", **more: Any) -> Answer:
    return {
        "CacheClusterId": name,
        "CacheClusterStatus": status,
        "CacheSubnetGroupName": "private",
        "SecurityGroups": carried(SESSIONS.group_id),
        **more,
    }


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (_waiting, _change_memberships):
        monkeypatch.setattr(module, "time", made.module)
    return made


class Job:
    """Runs the job with some options, in earnest or in check mode, and keeps what it logs and warns of."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, aws: Region) -> None:
        monkeypatch.setattr(_run_security_groups, "Aws", lambda *_given, **_more: aws)
        self.log: list[str] = []
        self.warnings: list[str] = []

    def run(self, *names: str, check: bool = False, **options: Any) -> Mapping[str, Any]:
        plain = {
            "cache": "sessions",
            "cache_type": "cluster",
            "security_groups": list(names),
            "assignments": None,
            "state": "present",
            "purge": False,
            "allow_lost_access": False,
            "security_groups_per_interface": 5,
            "wait": True,
            "wait_timeout": 1200,
            "missing": "fail",
            "expected_groups": None,
            "planned": None,
            "concurrency": 10,
            "throttle_timeout": 120,
        }

        def carry_out(foretell: Callable[[], Any], change: Callable[[], Any]) -> Any:
            return foretell() if check else change()

        module = SimpleNamespace(
            params={**plain, **options}, log=self.log.append, warn=self.warnings.append, carry_out=carry_out
        )
        return _run_security_groups.run(cast(AccessModule, module))


def entries(*names: str) -> dict[str, Any]:
    """Options for many caches that are each to carry one more group."""
    listed = [{"cache": name, "cache_type": "cluster", "security_groups": ["carts"]} for name in names]
    return {"cache": None, "cache_type": None, "security_groups": None, "assignments": listed}


def test_what_is_waited_for_goes_to_the_log(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """From the creation of the cache on, in one piece."""
    sessions = cluster(status="creating")
    clock.after(30, lambda: sessions.update(CacheClusterStatus="modifying"))
    clock.after(60, lambda: sessions.update(CacheClusterStatus="available"))
    job = Job(monkeypatch, Region(sessions))
    result = job.run("carts")
    assert (result["changed"], result["caches"][0]["in_force"], job.warnings) == (True, True, [])
    assert job.log == [
        "waiting for caches to be available: cache sessions is creating",
        "waiting for caches to be available: cache sessions is modifying",
        f"waiting for security groups to be in force: cache sessions: it carries {SESSIONS.group_id}",
    ]
    assert 60 <= clock.slept < 80


@pytest.mark.parametrize("status", ["creating", "modifying", "snapshotting", "rebooting cluster nodes"])
def test_it_is_waited_for_once_and_then_refused(monkeypatch: pytest.MonkeyPatch, clock: Clock, status: str) -> None:
    aws = Region(cluster(status=status))
    with pytest.raises(InvalidGrantError) as refused:
        Job(monkeypatch, aws).run("carts", wait_timeout=60)
    assert str(refused.value) == (
        f"cache 'sessions' is {status}, and ElastiCache changes the groups of an available cache alone; run again when "
        "it is available, set wait to true, or raise wait_timeout."
    )
    assert clock.slept == 60
    assert "modify sessions" not in aws.calls


def test_in_check_mode_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """What would be waited for is taken to pass; without waiting it is refused as in earnest."""
    aws = Region(cluster(status="modifying"))
    job = Job(monkeypatch, aws)
    result = job.run("carts", check=True)
    [cache] = result["caches"]
    assert (result["changed"], cache["in_force"], [each["name"] for each in cache["attached"]]) == (
        True,
        True,
        ["carts"],
    )
    with pytest.raises(InvalidGrantError, match="'sessions' is modifying"):
        job.run("carts", check=True, wait=False)
    assert (clock.pauses, job.log) == ([], [])
    assert not [call for call in aws.calls if call.startswith("modify")]


def test_two_entries_that_mean_one_cache_are_refused_before_anything_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    aws = Region(cluster(status="modifying"), cluster("carts"))
    with pytest.raises(InvalidGrantError) as refused:
        Job(monkeypatch, aws).run(**entries("sessions", "carts", "Sessions"))
    assert str(refused.value) == "assignments names cache 'sessions' 2 times; put all in one entry."
    assert clock.pauses == []


def test_all_entries_are_validated_before_any_is_changed(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """With a line for each that is at fault."""
    aws = Region(cluster("one"), cluster("two", status="create-failed"), cluster("three", status="restore-failed"))
    with pytest.raises(InvalidGrantError) as refused:
        Job(monkeypatch, aws).run(**entries("one", "two", "three"))
    first, second = str(refused.value).splitlines()
    assert (first[:30], second[:35]) == ("cache 'two' is create-failed, ", "cache 'three' is restore-failed, an")
    assert "mend or create that cache anew" in first
    assert not [call for call in aws.calls if call.startswith("modify")]
    assert clock.pauses == []


def test_a_cache_that_needs_no_change_may_be_in_any_state(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    for status in ("create-failed", "incompatible-network"):
        result = Job(monkeypatch, Region(cluster(status=status))).run("sessions")
        assert (result["changed"], result["caches"][0]["status"]) == (False, status)
    assert clock.pauses == []


def test_rules_are_read_where_a_group_goes_and_not_otherwise(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    aws = Region(cluster(), rules=[Rule(key(WEB.group_id), "sgr-1")])
    job = Job(monkeypatch, aws)
    job.run("carts")
    assert "rules" not in aws.calls
    result = job.run("sessions", state="absent")
    assert aws.calls.count("rules") == 1
    [lost] = result["caches"][0]["lost_rules"]
    assert (lost["rule_id"], lost["source"]["name"]) == ("sgr-1", "app-web")
    assert [each.partition(" by ")[0] for each in job.warnings] == ["Cache 'sessions' can no longer be reached"]
    assert clock.slept


def test_what_may_not_be_read_changes_nothing(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    aws = Region(cluster())
    aws.refusals["rules"] = DENIED
    with pytest.raises(AwsError) as refused:
        Job(monkeypatch, aws).run("carts", purge=True)
    assert str(refused.value) == f"{DENIED} Nothing was changed."
    assert clock.pauses == []


def test_one_that_may_not_be_changed_leaves_the_others_done(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    aws = Region(cluster("one"), cluster("two"))
    aws.refusals["modify one"] = DENIED
    with pytest.raises(PartialError) as failed:
        Job(monkeypatch, aws).run(**entries("one", "two"))
    assert str(failed.value) == f"cache one: {DENIED} The security groups of two were changed, as caches says."
    assert failed.value.results["changed"] is True
    assert [cache["error"] for cache in failed.value.results["caches"]] == [str(DENIED), None]
    assert clock.slept


def test_groups_that_are_expected_stand_in_the_vpc_of_each_cache(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """In check mode alone, and only those that are not there yet."""
    job = Job(monkeypatch, Region(cluster()))
    options: dict[str, Any] = {"expected_groups": ["new", "carts", ""]}
    [cache] = job.run("new", "carts", check=True, **options)["caches"]
    assert [each["id"] for each in cache["attached"]] == [f"new:{VPC}:new", CARTS.group_id]
    # What has no name is not the group that has an id.
    with pytest.raises(InvalidGrantError, match="'sg-0000000000000ffff', which does not exist"):
        job.run("sg-0000000000000ffff", check=True, **options)
    with pytest.raises(InvalidGrantError, match="'new', which does not exist in"):
        job.run("new", **options)
    assert clock.pauses == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"wait_timeout": 0}, "wait_timeout is 0;"),
        ({"security_groups_per_interface": 17}, "security_groups_per_interface is 17;"),
        ({"planned": [{"x": 1}]}, "planned holds something else"),
        ({"concurrency": 0}, "concurrency is 0;"),
        ({"security_groups": ["sg-1"]}, "security_groups 'sg-1' is not the id"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], sentence: str
) -> None:
    aws = Region(cluster())
    with pytest.raises(AccessError) as refused:
        Job(monkeypatch, aws).run(**{"security_groups": ["carts"], **options})
    assert str(refused.value).startswith(sentence)
    assert aws.calls == []
