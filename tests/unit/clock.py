# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Time as the unit tests of waiting have it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace


class Clock:
    """Time that passes only while somebody sleeps; what is due happens on the way."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []
        self.due: list[tuple[float, Callable[[], None]]] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
        while self.due and self.due[0][0] <= self.now:
            self.due.pop(0)[1]()

    def after(self, seconds: float, happens: Callable[[], None]) -> None:
        """Let something happen so many seconds from the beginning."""
        self.due.append((100 + seconds, happens))
        self.due.sort(key=lambda each: each[0])

    @property
    def slept(self) -> float:
        return sum(self.pauses)

    @property
    def module(self) -> SimpleNamespace:
        """What stands in for the module time."""
        return SimpleNamespace(monotonic=self.monotonic, sleep=self.sleep)
