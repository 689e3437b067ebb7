# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""When the next call of one kind may be made while AWS throttles that kind. Pure.

AWS throttles each action of an account and region by a token bucket: so many calls at once, then so many a second
(https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html). How full a bucket is, and how large it is
for this account, cannot be asked. So calls go out as they come until one is refused; from then on they take turns
at a rate that grows while they succeed and shrinks when they do not.
"""

from __future__ import annotations

import threading
import time
import typing as t
from collections import deque

if t.TYPE_CHECKING:
    from collections.abc import Callable

# Calls a second right after the first refusal: what EC2 grants for changes of security groups.
_FIRST_RATE = 5.0
# Never slower than this, so that calls that others make in this account cannot stop ours for good.
_LOWEST_RATE = 0.2
# By how much each success speeds calls up: by a factor until the bucket is found, then by a sum.
_SEEKING = 1.05
_FASTER = 0.1
_SLOWER = 0.9
# Seconds. Refusals of calls that were under way together count once.
_TOGETHER = 1.0


class Pace:
    """The turns that all threads take for one action. Times are in seconds of C(clock)."""

    def __init__(self, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Wait for at most C(patience) seconds in which not one call gets through."""
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        # Calls a second, or V(None) while nothing was refused yet.
        self._rate: float | None = None
        self._is_seeking = True
        self._next_turn = 0.0
        self._slowed_at = 0.0
        self._recent: deque[float] = deque()
        self._refused_since: float | None = None
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Say whether waiting has taken too long, so that no further call is to be made."""
        return self._is_over

    def turn(self) -> float:
        """Return how many seconds a call has to wait for its turn, which is then taken. At first there is no wait."""
        with self._lock:
            return self._turn(self._clock())

    def succeeded(self) -> None:
        """Take note that AWS carried a call out, or refused it for another reason than the rate."""
        with self._lock:
            self._refused_since = None
            self._recent.append(self._clock())
            if self._rate is not None:
                self._rate = self._rate * _SEEKING if self._is_seeking else self._rate + _FASTER

    def refused(self) -> float | None:
        """Take note that AWS throttled a call; return how long to wait before it is tried again, V(None) for: stop."""
        with self._lock:
            now = self._clock()
            if self._rate is None:
                self._rate, self._slowed_at, self._next_turn = _FIRST_RATE, now, now + 1 / _FIRST_RATE
            elif now - self._slowed_at >= _TOGETHER:
                self._rate = max(min(self._rate, self._got_through(now)) * _SLOWER, _LOWEST_RATE)
                self._slowed_at, self._is_seeking = now, False
            if self._refused_since is None:
                self._refused_since = now
            self._is_over = now - self._refused_since >= self._patience
            return None if self._is_over else self._turn(now)

    def _got_through(self, now: float) -> float:
        """Return how many calls a second got through of late."""
        while self._recent and self._recent[0] < now - _TOGETHER:
            self._recent.popleft()
        return max(len(self._recent), 1) / _TOGETHER

    def _turn(self, now: float) -> float:
        if self._rate is None:
            return 0.0
        at = max(now, self._next_turn)
        self._next_turn = at + 1 / self._rate
        if self._refused_since is not None:
            # Whoever waits for the last turn before patience is over need not wait longer than that.
            at = max(now, min(at, self._refused_since + self._patience))
        return at - now
