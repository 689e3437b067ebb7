# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps of granting and revoking on AWS's bad days, and with runs that are killed on the way.

Each run has to end well or to say truly what it did; nothing that was to stay may be missing afterwards, and one run on
a good day has to complete what is left.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.emulator.bad_days import BadDay
from tests.emulator.ec2.past import LONGEST_LAG
from tests.model.interruption import Interruption, KilledError
from tests.model.machine import Step, Steps, steps_of
from tests.model.model import Forecast, Key, Rules, Task, forecast
from tests.model.options import options_of, read, reported
from tests.model.runner import Outcome

# What a failed task says where it could not find out what became of its last call.
UNSEEN = "could not be seen"


class FastClock:
    """Time that passes at once where somebody sleeps."""

    def __init__(self) -> None:
        self._slept = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return time.monotonic() + self._slept

    def sleep(self, seconds: float) -> None:
        """Have slept."""
        with self._lock:
            self._slept += seconds


@dataclass(frozen=True)
class Weather:
    """What one run meets. Unless C(is_settled), what was changed right before it may not show yet."""

    day: BadDay
    kill: tuple[int, bool, bool] | None = None
    concurrency: int = 1
    is_settled: bool = True


_FAULTS = ("throttled", "error", "lost", "drop", "drop_after")
_SOME = st.sampled_from([0, 0.02, 0.1, 0.3])


@st.composite
def _days(draw: st.DrawFn) -> BadDay:
    rates: dict[str, float] = {}
    for name in draw(st.lists(st.sampled_from(_FAULTS), unique=True, max_size=len(_FAULTS))):
        rates[name] = min(draw(_SOME), 0.95 - sum(rates.values()))
    changes_only = draw(st.booleans())
    # Days on which one kind of fault hardly ever fails to come: tries are used up, in the middle of the changes.
    if draw(st.integers(0, 2)) == 0:
        rates, changes_only = {draw(st.sampled_from(_FAULTS)): draw(st.sampled_from([0.75, 0.95]))}, True
    return BadDay(
        seed=draw(st.integers(0, 2**32)),
        stale=draw(st.sampled_from([0, 0.3, 0.8])),
        changes_only=changes_only,
        slow=draw(st.sampled_from([0, 0, 0.2])),
        **rates,
    )


@st.composite
def _weathers(draw: st.DrawFn) -> Weather:
    in_changes = st.tuples(st.integers(0, 4), st.booleans(), st.just(True))
    anywhere = st.tuples(st.integers(0, 12), st.booleans(), st.just(False))
    kill = draw(st.one_of(st.none(), st.none(), in_changes, in_changes, anywhere))
    # A killed run is the more telling, the less else goes wrong.
    day = BadDay() if kill and draw(st.booleans()) else draw(_days())
    concurrency = 1 if kill else draw(st.sampled_from([1, 10]))
    return Weather(day, kill, concurrency, is_settled=draw(st.integers(0, 4)) > 0)


class BadDaySteps(Steps):
    """Whatever happens to the groups of the caches, in any order and any weather."""

    clock: FastClock

    def __init__(self) -> None:
        super().__init__()
        self.weather = Weather(BadDay())

    @rule(step=steps_of("grant", "grant_only", "grant_only", "revoke", "somebody_adds_rules"), weather=_weathers())
    def take(self, step: Step, weather: Weather) -> None:
        """Take one step in this weather."""
        self.weather = weather
        getattr(self, step.name)(**step.arguments)

    def _run(self, task: Task, rehearse: bool, again: bool) -> None:
        """Run a task on a bad day, then once on a good one."""
        foretold, before = forecast(task, self.expected), self.expected
        options = {**options_of(task, self.bench.world), "concurrency": self.weather.concurrency}
        try:
            if rehearse:
                self._on_a_bad_day(options, check_mode=True)
                assert self.bench.described() == self.described, "check mode changed something"
            outcome = self._on_a_bad_day(options)
            now, ids = read(self.bench.described(), self.bench.world)
            self._check_nothing_lost(foretold, before, now)
            if outcome and self.weather.is_settled:
                self._check_truth(foretold, before, now, outcome)
            self.expected, self.ids, self.described = now, ids, self.bench.described()
            self._complete(task, foretold, options)
            if again and not foretold.refusals:
                self._check_idempotent(task, self._outcome(options, is_settled=True))
        except BaseException as error:
            self.bench.failed_after = self.bench.failed_after or self.bench.steps.total()
            error.add_note(f"The task was {json.dumps(options)}\nin {self.weather}")
            raise

    def _on_a_bad_day(self, options: dict[str, Any], check_mode: bool = False) -> Outcome | None:
        """Run the module in this weather; V(None) where it was killed."""
        if self.weather.is_settled:
            self.clock.sleep(LONGEST_LAG)
        runner, bad_days = self.bench.runner, self.bench.bad_days
        bad_days.set(asdict(self.weather.day))
        if self.weather.kill:
            runner.interruption = Interruption(*self.weather.kill)
        try:
            outcome = runner.run(options, check_mode)
        except KilledError:
            self.bench.steps["run: killed"] += 1
            return None
        finally:
            runner.interruption = None
            bad_days.clear()
            for name, times in bad_days.happened.items():
                self.bench.steps[f"fault: {name}"] += times
        how = "partly done" if outcome.is_partial else "failed" if outcome.failure else "done"
        self.bench.steps[f"run: {how}"] += 1
        return outcome

    def _check_nothing_lost(self, foretold: Forecast, before: Rules, now: Rules) -> None:
        after = foretold.after
        missing = {key for key in before if key in after and key not in now}
        assert not missing, f"{missing} were to stay, and are gone"
        added = {key for key in now if key not in before}
        assert added <= set(after), f"{added - set(after)} was asked for by nobody"
        for key in now:
            known = [rules[key] for rules in (before, after) if key in rules]
            assert now[key].description in [each.description for each in known], key
            assert now[key].tags <= frozenset().union(*(each.tags for each in known)), key
        if not self.weather.is_settled:
            return
        for group in {key.group for key in before if key not in now}:
            late = {key for key in after if key.group == group and key not in now}
            assert not late, f"rules of {group} were removed before {late} stood"

    def _check_truth(self, foretold: Forecast, before: Rules, now: Rules, outcome: Outcome) -> None:
        """What a run says of itself has to be so."""
        if outcome.failure and not outcome.is_partial:
            assert now == before, f"failed, and changed something all the same: {outcome.failure}"
            return
        assert outcome.is_partial or not foretold.refusals, f"not refused, though: {foretold.refusals}"
        done = {
            "added": {key for key in now if key not in before},
            "updated": {key for key in now if key in before and now[key] != before[key]},
            "removed": {key for key in before if key not in now},
        }
        is_sure = UNSEEN not in outcome.failure
        for name, keys in done.items():
            told = set(self._told(name, outcome.result))
            assert told <= keys, f"{name} is told of {told - keys}"
            assert not is_sure or keys <= told, f"{name} is not told of {keys - told}"
        if is_sure:
            assert outcome.result["changed"] is any(done.values())
        if outcome.is_partial:
            left = set(self._told("not_done", outcome.result))
            assert left, f"nothing is left to do, and yet it failed: {outcome.failure}"
            assert not is_sure or not (left & (done["added"] | done["removed"]))
        else:
            assert now == foretold.after

    def _told(self, name: str, result: Mapping[str, Any]) -> Iterable[Key]:
        return [reported(each, self.bench.world)[0] for cache in result["caches"] for each in cache[name]]

    def _complete(self, task: Task, foretold: Forecast, options: dict[str, Any]) -> None:
        """One run on a good day makes everything as it was asked for."""
        self.clock.sleep(LONGEST_LAG)
        left = forecast(task, self.expected)
        assert left.refusals == [] or foretold.refusals, f"what was begun must not be ended: {left.refusals}"
        assert left.after == foretold.after
        outcome = self._outcome(options)
        if foretold.refusals:
            self._check_refused(foretold, outcome)
        else:
            self._check_done(left, outcome)
        self._settle(foretold.after, "task")
