# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Rules as they were a while ago: what EC2 shows can lag behind what was done.

https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from tests.emulator.ec2.rules import Rule

if TYPE_CHECKING:
    from tests.emulator.ec2.groups import Group

# By how many seconds the answer to the request that is being served lags behind.
lag: ContextVar[float] = ContextVar("lag", default=0.0)
# How far back anybody looks, in seconds.
LONGEST_LAG = 60.0


class Past:
    """What the rules of each group were before their last changes; kept while somebody wants to see it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.is_kept = False
        self._lock = threading.Lock()
        self._before: dict[str, list[tuple[float, list[Rule]]]] = {}

    def keep(self) -> None:
        """Keep the past from now on."""
        self.is_kept = True

    def forget(self) -> None:
        """Forget it, and keep no more."""
        with self._lock:
            self.is_kept = False
            self._before.clear()

    def changing(self, group: Group) -> None:
        """Take note of the rules of a group, right before they change."""
        if not self.is_kept:
            return
        now = self.clock()
        rules = [_as_it_is(rule) for rule in group.all_rules]
        with self._lock:
            kept = [each for each in self._before.get(group.id, ()) if now - each[0] <= LONGEST_LAG]
            self._before[group.id] = [*kept, (now, rules)]

    def rules_of(self, group: Group) -> list[Rule]:
        """The rules of a group as the request that is being served sees them."""
        seconds = lag.get()
        if seconds > 0 and self.is_kept:
            then = self.clock() - seconds
            with self._lock:
                for changed_at, rules in self._before.get(group.id, ()):
                    if changed_at > then:
                        return rules
        return group.all_rules


class _PastRule(Rule):
    """A rule as it was, tags and all."""

    tags_then: dict[str, str]

    @property
    def tag_items(self) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in self.tags_then.items()]


def _as_it_is(rule: Rule) -> Rule:
    # Without __init__, which would make a rule with another id.
    kept: Any = copy.copy(rule)
    kept.__class__ = _PastRule
    kept.tags_then = dict(rule.ec2_backend.tags.get(rule.id, {}))
    return kept  # type: ignore[no-any-return]


past = Past()
