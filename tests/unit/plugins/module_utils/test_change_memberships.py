# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changing the groups of caches, waiting for it, and what is said where it does not come to an end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _change_memberships, _waiting
from ansible_collections.elasticache.access.plugins.module_utils._assignments import Assignment
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Membership
from ansible_collections.elasticache.access.plugins.module_utils._change_memberships import (
    MembershipOutcome,
    change_memberships,
    foretell_memberships,
)
from ansible_collections.elasticache.access.plugins.module_utils._done import UNSEEN
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan

from tests.unit.clock import Clock
from tests.unit.fakes import FakeElastiCache
from tests.unit.values import CARTS, GROUPS, SESSIONS, cache

REFUSED = AwsError("AWS refused.", "InvalidParameterValue")
BUSY = AwsError("Busy.", "InvalidCacheClusterState")
GONE = AwsError("AWS throttles.", "Throttling")


class Fleet(FakeElastiCache):
    """Clusters whose groups can be changed; each change is in force some seconds later."""

    def __init__(self, clock: Clock, *names: str, seconds: float = 10) -> None:
        self.told = {name: cluster(name, SESSIONS.group_id) for name in names}
        super().__init__(self.told.values())
        self.clock = clock
        self.seconds = seconds
        self.answers: dict[str, list[AwsError]] = {}

    def modify_cache_cluster(self, name: str, group_ids: Sequence[str]) -> None:
        self._note(f"modify {name}")
        if self.answers.get(name):
            raise self.answers[name].pop(0)
        answer = self.told[name]
        answer["SecurityGroups"] = [{"SecurityGroupId": each, "Status": "adding"} for each in group_ids]
        self.clock.after(self.clock.now - 100 + self.seconds, self._settled(answer))

    def _settled(self, answer: dict[str, Any]) -> Callable[[], None]:
        def settle() -> None:
            for group in answer["SecurityGroups"]:
                group["Status"] = "active"

        return settle


def cluster(name: str, *group_ids: str) -> dict[str, Any]:
    groups = [{"SecurityGroupId": each, "Status": "active"} for each in group_ids]
    return {
        "CacheClusterId": name,
        "CacheClusterStatus": "available",
        "CacheSubnetGroupName": "private",
        "SecurityGroups": groups,
    }


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (_waiting, _change_memberships):
        monkeypatch.setattr(module, "time", made.module)
    return made


def plan(name: str, *after: Any, now: Cache | None = None) -> MembershipPlan:
    wanted = Assignment(CacheReference(name, name, "cluster"), (), True)
    now = cache(name, SESSIONS) if now is None else now
    before = tuple(GROUPS[group_id] for group_id in now.group_ids)
    return MembershipPlan(wanted, now, before, after or (SESSIONS, CARTS))


def changed(aws: Fleet, *plans: MembershipPlan, timeout: float = 1200) -> tuple[list[MembershipOutcome], list[str]]:
    said: list[str] = []
    return change_memberships(aws, plans, timeout, said.append), said


def test_it_is_waited_for_until_everything_is_in_force(clock: Clock) -> None:
    aws = Fleet(clock, "one", "two")
    (one, two), said = changed(aws, plan("one"), plan("two", SESSIONS))
    assert (one.is_changed, one.error, one.left) == (True, "", "")
    assert set(one.cache.group_ids) == {SESSIONS.group_id, CARTS.group_id}
    assert (two.is_changed, two.error, two.cache) == (False, "", plan("two", SESSIONS).cache)
    assert aws.calls.count("modify one") == 1
    assert not [call for call in aws.calls if "two" in call]
    assert 10 <= clock.slept < 20
    # What is waited for is said when it changes, and not at every look.
    assert said == [
        f"cache one: it carries {SESSIONS.group_id}",
        f"cache one: {SESSIONS.group_id} is adding, {CARTS.group_id} is adding",
    ]


def test_without_waiting_it_is_looked_at_once(clock: Clock) -> None:
    aws = Fleet(clock, "one", "two")
    (one, two), said = changed(aws, plan("one"), plan("two", SESSIONS), timeout=0)
    assert (one.is_changed, one.error, clock.slept, said) == (True, "", 0, [])
    assert one.left == f"{SESSIONS.group_id} is adding, {CARTS.group_id} is adding"
    assert not two.left
    assert aws.calls == ["modify one", "cluster one"]


def test_what_takes_too_long_is_an_error_that_says_what_is_left(clock: Clock) -> None:
    [(one,), _said] = changed(Fleet(clock, "one", seconds=100), plan("one"), timeout=60)
    assert one.is_changed
    assert one.error == (
        f"after 60 seconds (wait_timeout) {SESSIONS.group_id} is adding, {CARTS.group_id} is adding; "
        "run again to wait on."
    )
    assert clock.slept == 60


def test_the_next_run_waits_on_and_changes_nothing(clock: Clock) -> None:
    aws = Fleet(clock, "one")
    changed(aws, plan("one"), timeout=0)
    now = cache("one", SESSIONS, CARTS)
    adding = tuple(Membership(each.group_id, "adding") for each in now.security_groups)
    on_its_way = plan("one", now=replace(now, security_groups=adding))
    [(one,), _said] = changed(aws, on_its_way)
    assert (one.is_changed, one.error, one.left) == (False, "", "")
    assert aws.calls.count("modify one") == 1


def test_one_that_is_refused_does_not_stop_the_others(clock: Clock) -> None:
    aws = Fleet(clock, "one", "two")
    aws.answers["one"] = [REFUSED]
    (one, two), _said = changed(aws, plan("one"), plan("two"))
    assert (one.is_changed, two.is_changed, two.error) == (False, True, "")
    assert one.error.startswith("AWS refused.")
    assert one.cache == plan("one").cache


def test_a_cache_that_is_busy_at_that_moment_is_tried_again(clock: Clock) -> None:
    aws = Fleet(clock, "one")
    aws.answers["one"] = [BUSY, BUSY]
    [(one,), _said] = changed(aws, plan("one"))
    assert (one.is_changed, one.error) == (True, "")
    assert aws.calls.count("modify one") == 3


@pytest.mark.parametrize("timeout", [0, 12])
def test_but_not_for_ever(clock: Clock, timeout: float) -> None:
    aws = Fleet(clock, "one")
    aws.answers["one"] = [BUSY] * 100
    [(one,), _said] = changed(aws, plan("one"), timeout=timeout)
    assert (one.is_changed, one.error) == (False, "Busy.")
    assert clock.slept <= timeout


def test_what_cannot_be_looked_at_is_told_with_what_was_done(clock: Clock) -> None:
    aws = Fleet(clock, "one")
    aws.refusals["cluster one"] = GONE
    [(one,), _said] = changed(aws, plan("one"))
    assert one.is_changed
    assert one.error == "whether it is in force could not be seen: AWS throttles."


def test_check_mode_says_what_it_will_be() -> None:
    same, other = foretell_memberships([plan("one", SESSIONS), plan("one")], waits=True)
    assert (same.is_changed, other.is_changed, other.left, other.error) == (False, True, "", "")
    assert set(other.cache.group_ids) == {SESSIONS.group_id, CARTS.group_id}


def test_what_is_not_waited_for_and_not_changed_is_foretold_as_it_is() -> None:
    on_its_way = replace(cache("one", SESSIONS), security_groups=(Membership(SESSIONS.group_id, "adding"),))
    same = plan("one", SESSIONS, now=on_its_way)
    [now] = foretell_memberships([same], waits=False)
    assert (now.is_changed, now.cache, now.left) == (False, on_its_way, f"{SESSIONS.group_id} is adding")
    [later] = foretell_memberships([same], waits=True)
    assert (later.is_changed, later.left) == (False, "")


@pytest.mark.parametrize("waits", [True, False])
def test_a_serverless_cache_that_is_waited_for_is_available_then(waits: bool) -> None:
    busy = cache("one", SESSIONS, kind="serverless", status="modifying")
    [then] = foretell_memberships([plan("one", SESSIONS, now=busy)], waits)
    assert (then.cache.status, then.left) == (("available", "") if waits else ("modifying", "it is modifying"))


@pytest.mark.parametrize("seconds", [1, 30])
def test_a_cache_that_goes_meanwhile_is_no_fault_of_one_that_is_done(clock: Clock, seconds: float) -> None:
    """One that is not done yet has to go on being waited for, and the next run does that."""
    aws = Fleet(clock, "one", "two", "three", seconds=seconds)
    clock.after(1, lambda: aws.told["two"].update(CacheClusterStatus="deleting", SecurityGroups=[]))
    (one, two, three), _said = changed(aws, plan("one"), plan("two"), plan("three", SESSIONS))
    assert (one.is_changed, two.is_changed, three.is_changed) == (True, True, False)
    unseen = "whether it is in force could not be seen: cache 'two' is deleting;"
    assert two.error.startswith(unseen)
    assert one.error.startswith(unseen) is (seconds > 2)
    assert bool(one.left) is bool(one.error)
    assert (three.error, three.left) == ("", "")


def test_one_that_was_done_before_it_could_not_be_looked_at_any_more_is_done(clock: Clock) -> None:
    aws = Fleet(clock, "one", "two")
    aws.told["two"]["SecurityGroups"] = [{"SecurityGroupId": CARTS.group_id, "Status": "adding"}]
    clock.after(20, lambda: aws.refusals.update({"cluster two": GONE}))
    slow = replace(cache("two"), security_groups=(Membership(CARTS.group_id, "adding"),))
    (one, two), _said = changed(aws, plan("one"), plan("two", CARTS, now=slow))
    assert (one.error, one.left) == ("", "")
    assert two.error == "whether it is in force could not be seen: AWS throttles."


def test_time_that_was_spent_on_a_busy_cache_is_not_given_twice(clock: Clock) -> None:
    """It is changed at last, looked at once, and the next run waits on."""
    aws = Fleet(clock, "one", seconds=100)
    aws.answers["one"] = [BUSY] * 3
    [(one,), _said] = changed(aws, plan("one"), timeout=16)
    assert one.is_changed
    assert "after 16 seconds (wait_timeout)" in one.error
    assert clock.slept == 16


def test_each_kind_has_its_own_call(clock: Clock) -> None:
    asked: list[tuple[str, str, tuple[str, ...]]] = []
    aws = Fleet(clock)
    for kind in ("replication_group", "serverless_cache"):
        setattr(aws, f"modify_{kind}", lambda name, ids, kind=kind: asked.append((kind, name, tuple(ids))))
    plans = [
        plan("one", now=cache("one", SESSIONS, kind="replication_group")),
        plan("two", now=cache("two", SESSIONS, kind="serverless")),
    ]
    change_memberships(aws, plans, 0, lambda _text: None)
    both = (SESSIONS.group_id, CARTS.group_id)
    assert asked == [("replication_group", "one", both), ("serverless_cache", "two", both)]


@pytest.mark.parametrize("code", ["", "InvalidCacheClusterState"])
def test_a_change_whose_answer_was_lost_is_recognised(clock: Clock, code: str) -> None:
    """Tried again it is refused, since the cache is being changed: by the first attempt."""
    fleet = Fleet(clock, "one")
    lost = AwsError("No answer.", code, may_be_done=True)

    def carry_out_and_lose(name: str, group_ids: Sequence[str]) -> None:
        Fleet.modify_cache_cluster(fleet, name, group_ids)
        raise lost

    fleet.modify_cache_cluster = carry_out_and_lose  # type: ignore[method-assign]
    [outcome] = change_memberships(fleet, [plan("one", SESSIONS, CARTS)], 100, lambda _text: None)
    assert (outcome.is_changed, outcome.error) == (True, "")
    assert fleet.calls.count("modify one") == 1


def test_a_change_that_was_lost_on_the_way_is_reported_as_such(clock: Clock) -> None:
    fleet = Fleet(clock, "one")
    fleet.answers["one"] = [AwsError("No answer.", may_be_done=True)]
    [outcome] = change_memberships(fleet, [plan("one", SESSIONS, CARTS)], 100, lambda _text: None)
    assert (outcome.is_changed, outcome.error) == (False, "No answer.")


def test_it_is_said_where_nobody_can_tell_what_became_of_a_change(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = Fleet(clock, "one")
    fleet.answers["one"] = [AwsError("No answer.", may_be_done=True)]

    def refuse(*_arguments: Any) -> Any:
        raise GONE

    monkeypatch.setattr(_change_memberships, "find_existing_caches", refuse)
    [outcome] = change_memberships(fleet, [plan("one", SESSIONS, CARTS)], 100, lambda _text: None)
    assert outcome.error == f"No answer.{UNSEEN}"
