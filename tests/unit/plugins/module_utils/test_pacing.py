# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls against token buckets of many sizes, in a time that passes as fast as the test runs."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._pacing import Pace
from hypothesis import given
from hypothesis import strategies as st


@dataclass
class Bucket:
    """AWS's side: so many calls at once, then so many a second. A refused call takes nothing."""

    size: float
    refill: float
    tokens: float = field(init=False)
    filled_at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.size

    def admits(self, now: float) -> bool:
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.refill)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Run:
    """What became of some calls, and when the last one had its answer."""

    done: int = 0
    refused: int = 0
    seconds: float = 0.0


def run(bucket: Bucket, calls: int, workers: int = 10, latency: float = 0.05, patience: float = 120) -> Run:
    """Let so many workers make so many calls, each of which takes C(latency) seconds."""
    result, order = Run(), itertools.count()
    pace = Pace(patience, clock=lambda: result.seconds)
    events = [(0.0, next(order), "next") for _worker in range(workers)]

    def at(seconds: float, event: str) -> None:
        heapq.heappush(events, (seconds, next(order), event))

    left = calls
    while events:
        result.seconds, _order, event = heapq.heappop(events)
        if event == "next" and left and not pace.is_over:
            left -= 1
            at(result.seconds + pace.turn(), "send")
        elif event == "send":
            at(result.seconds + latency, "done" if bucket.admits(result.seconds) else "refused")
        elif event == "done":
            pace.succeeded()
            result.done += 1
            at(result.seconds, "next")
        elif event == "refused":
            result.refused += 1
            pause = pace.refused()
            at(result.seconds + (pause or 0), "next" if pause is None else "send")
    return result


def test_calls_that_nobody_throttles_do_not_wait() -> None:
    assert run(Bucket(1000, 0), calls=1000, workers=1, latency=0).seconds == 0


@pytest.mark.parametrize("workers", [1, 4, 10, 50])
@pytest.mark.parametrize("latency", [0.01, 0.05, 0.3])
def test_200_changes_take_hardly_longer_than_the_bucket_dictates(workers: int, latency: float) -> None:
    done = run(Bucket(50, 5), 200, workers, latency)
    assert done.done == 200
    assert done.seconds <= 1.15 * max(30, 200 * latency / workers)
    assert done.refused <= 30 + 2 * workers


@given(
    size=st.integers(5, 100),
    refill=st.floats(0.5, 100),
    calls=st.integers(1, 300),
    workers=st.integers(1, 30),
    latency=st.floats(0.005, 0.5),
)
def test_nothing_is_lost_and_little_time(size: int, refill: float, calls: int, workers: int, latency: float) -> None:
    """Whatever the bucket: from the usual five a second up, a larger one is found out on the way."""
    done = run(Bucket(size, refill), calls, workers, latency)
    assert done.done == calls
    least = max((calls - size) / refill, calls * latency / workers)
    at_the_usual_rate = max(least, (calls - size) / 5)
    assert done.seconds <= 1.3 * at_the_usual_rate + 5 + 3 / refill + 4 * latency
    assert done.refused <= 0.4 * calls + done.seconds + 4 * workers + 10


def test_a_bucket_that_never_fills_is_given_up_by_all() -> None:
    done = run(Bucket(7, 0), calls=1000, patience=30)
    assert done.done == 7
    assert 30 <= done.seconds < 45
    assert done.refused < 60


def test_an_account_with_a_large_bucket_is_not_kept_waiting_for_long() -> None:
    assert run(Bucket(100, 100), calls=2000, workers=30).seconds < 1.5 * 19
