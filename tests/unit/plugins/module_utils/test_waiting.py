# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _waiting
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
from ansible_collections.elasticache.access.plugins.module_utils._waiting import (
    find_caches_in_service,
    read_wait_timeout,
    wait_for,
)

from tests.unit.clock import Clock
from tests.unit.fakes import FakeElastiCache
from tests.unit.values import missing

SESSIONS = CacheReference("sessions", "sessions", "cluster")
CARTS = CacheReference("carts", "carts", "cluster")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(_waiting, "time", made.module)
    return made


def cluster(name: str, status: str) -> dict[str, Any]:
    return {"CacheClusterId": name, "CacheClusterStatus": status, "CacheSubnetGroupName": "private"}


def after(clock: Clock, seconds: float, answer: dict[str, Any], status: str) -> None:
    clock.after(seconds, lambda: answer.update(CacheClusterStatus=status))


def states(aws: FakeElastiCache, *references: CacheReference, timeout: float) -> list[str]:
    found = find_caches_in_service(aws, references, timeout)
    assert list(found) == list(references)
    return [cache.status for cache in found.values()]


@pytest.mark.parametrize("timeout", [0, 1200])
def test_a_cache_that_is_there_is_not_waited_for(clock: Clock, timeout: float) -> None:
    aws = FakeElastiCache([cluster("sessions", "available")])
    assert states(aws, SESSIONS, timeout=timeout) == ["available"]
    assert (clock.pauses, aws.calls) == ([], ["cluster sessions"])


@pytest.mark.parametrize("status", ["modifying", "snapshotting", "create-failed", "incompatible-network"])
def test_only_creation_is_waited_for(clock: Clock, status: str) -> None:
    assert states(FakeElastiCache([cluster("sessions", status)]), SESSIONS, timeout=1200) == [status]
    assert clock.pauses == []


def test_without_waiting_a_cache_is_returned_as_it_is(clock: Clock) -> None:
    assert states(FakeElastiCache([cluster("sessions", "creating")]), SESSIONS, timeout=0) == ["creating"]
    assert clock.pauses == []


def test_a_cache_that_is_being_created_is_waited_for(clock: Clock) -> None:
    sessions = cluster("sessions", "creating")
    after(clock, 60, sessions, "available")
    assert states(FakeElastiCache([sessions]), SESSIONS, timeout=1200) == ["available"]
    assert 60 <= clock.slept < 75


def test_looks_are_short_after_one_another_at_first_and_then_at_most_a_quarter_of_a_minute_apart(clock: Clock) -> None:
    sessions = cluster("sessions", "creating")
    after(clock, 100, sessions, "available")
    states(FakeElastiCache([sessions]), SESSIONS, timeout=1200)
    assert clock.pauses[:4] == [2.0, 3.0, 4.5, 6.75]
    assert clock.pauses == sorted(clock.pauses) and clock.pauses[-1] == 15.0


def test_only_caches_that_are_being_created_are_looked_at_again(clock: Clock) -> None:
    sessions, carts = cluster("sessions", "available"), cluster("carts", "creating")
    after(clock, 3, carts, "available")
    aws = FakeElastiCache([sessions, carts])
    assert states(aws, SESSIONS, CARTS, timeout=1200) == ["available", "available"]
    assert aws.calls.count("all of cluster") == 1
    assert "cluster sessions" not in aws.calls
    assert aws.calls.count("cluster carts") == 2


def test_several_caches_are_waited_for_at_once(clock: Clock) -> None:
    sessions, carts = cluster("sessions", "creating"), cluster("carts", "creating")
    after(clock, 30, sessions, "available")
    after(clock, 60, carts, "modifying")
    assert states(FakeElastiCache([sessions, carts]), SESSIONS, CARTS, timeout=1200) == ["available", "modifying"]
    assert clock.slept < 75


@pytest.mark.parametrize("timeout", [1, 2, 60, 1200])
def test_a_cache_that_takes_too_long_is_an_error_in_time(clock: Clock, timeout: float) -> None:
    aws = FakeElastiCache([cluster("sessions", "creating"), cluster("carts", "available")])
    with pytest.raises(InvalidGrantError) as caught:
        find_caches_in_service(aws, [CARTS, SESSIONS], timeout)
    assert clock.slept == timeout
    assert str(caught.value) == (
        f"cache sessions is still being created after {timeout} seconds (wait_timeout), and nothing was changed; "
        "run again, or raise wait_timeout."
    )


def test_a_cache_that_is_ready_at_the_last_look_is_in_time(clock: Clock) -> None:
    sessions = cluster("sessions", "creating")
    after(clock, 60, sessions, "available")
    assert states(FakeElastiCache([sessions]), SESSIONS, timeout=60) == ["available"]
    assert clock.slept == 60


def test_every_cache_that_takes_too_long_is_named(clock: Clock) -> None:
    aws = FakeElastiCache([cluster("sessions", "creating"), cluster("carts", "creating")])
    with pytest.raises(InvalidGrantError, match="cache carts, sessions is still being created"):
        find_caches_in_service(aws, [CARTS, SESSIONS], 60)
    assert clock.slept == 60


@pytest.mark.parametrize("timeout", [0, 1200])
def test_caches_that_are_going_away_are_refused_each_with_its_line(clock: Clock, timeout: float) -> None:
    aws = FakeElastiCache([cluster("sessions", "deleting"), cluster("carts", "deleting")])
    with pytest.raises(InvalidGrantError) as caught:
        find_caches_in_service(aws, [SESSIONS, CARTS], timeout)
    first, second = str(caught.value).splitlines()
    assert (missing(["'sessions' is deleting"], first), missing(["'carts' is deleting"], second)) == ([], [])
    assert clock.pauses == []


def test_a_cache_that_begins_to_go_away_meanwhile_is_refused(clock: Clock) -> None:
    sessions = cluster("sessions", "creating")
    after(clock, 5, sessions, "deleting")
    with pytest.raises(InvalidGrantError, match="'sessions' is deleting"):
        find_caches_in_service(FakeElastiCache([sessions]), [SESSIONS], 1200)
    assert clock.slept == 5


def test_a_cache_that_is_gone_meanwhile_is_refused(clock: Clock) -> None:
    aws = FakeElastiCache([cluster("sessions", "creating")])
    clock.after(1, aws.clusters.clear)
    with pytest.raises(InvalidGrantError, match="'sessions': no cluster of that name"):
        find_caches_in_service(aws, [SESSIONS], 1200)


def test_no_cache_needs_no_call(clock: Clock) -> None:
    aws = FakeElastiCache()
    assert find_caches_in_service(aws, [], 1200) == {}
    assert (aws.calls, clock.pauses) == ([], [])


@pytest.mark.parametrize(("wait", "seconds"), [(True, 90.0), (False, 0)])
def test_how_long_to_wait(wait: bool, seconds: float) -> None:
    assert read_wait_timeout({"wait": wait, "wait_timeout": 90}) == seconds


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("seconds", [0, -1])
def test_a_waiting_time_that_is_none(wait: bool, seconds: int) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_wait_timeout({"wait": wait, "wait_timeout": seconds})
    assert str(caught.value) == f"wait_timeout is {seconds}; give the seconds to wait, or set wait to false."


def is_left(_reference: CacheReference, cache: Cache) -> str:
    return "" if cache.status == "available" else f"{cache.name} is {cache.status}"


def test_what_is_waited_for_is_said_whenever_it_changes(clock: Clock) -> None:
    sessions, carts = cluster("sessions", "modifying"), cluster("carts", "snapshotting")
    after(clock, 10, sessions, "available")
    after(clock, 40, carts, "modifying")
    after(clock, 70, carts, "available")
    aws = FakeElastiCache([sessions, carts])
    found = find_caches_in_service(aws, [SESSIONS, CARTS], 0)
    said: list[str] = []
    assert wait_for(aws, found, is_left, 1200, said.append) == ""
    assert said == ["sessions is modifying, carts is snapshotting", "carts is snapshotting", "carts is modifying"]
    assert {reference.name: cache.status for reference, cache in found.items()} == {
        "sessions": "available",
        "carts": "available",
    }


def test_what_was_waited_for_too_long_is_returned_as_it_is(clock: Clock) -> None:
    sessions = cluster("sessions", "modifying")
    after(clock, 5, sessions, "snapshotting")
    aws = FakeElastiCache([sessions])
    found = find_caches_in_service(aws, [SESSIONS], 0)
    assert wait_for(aws, found, is_left, 60) == "sessions is snapshotting"
    assert clock.slept == 60


def test_without_time_to_wait_nothing_is_looked_at_again_nor_said(clock: Clock) -> None:
    aws = FakeElastiCache([cluster("sessions", "modifying")])
    found = find_caches_in_service(aws, [SESSIONS], 0)
    said: list[str] = []
    assert wait_for(aws, found, is_left, 0, said.append) == "sessions is modifying"
    assert (said, clock.pauses, len(aws.calls)) == ([], [], 1)


def test_caches_that_are_not_there_are_left_out_where_they_need_not_be(clock: Clock) -> None:
    aws = FakeElastiCache([cluster("sessions", "available")])
    assert list(find_caches_in_service(aws, [SESSIONS, CARTS], 1200, must_exist=False)) == [SESSIONS]
    with pytest.raises(InvalidGrantError, match="'carts': no cluster of that name"):
        find_caches_in_service(aws, [SESSIONS, CARTS], 1200)
    assert clock.pauses == []
