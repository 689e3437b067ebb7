# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is measured: each section returns figures, and checks that what was timed is right."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import planning
from benchmarks.contenders import AGAIN, APPLY, CHECK, CONTENDERS, FLOOR, INSIDE, OURS, Contender
from benchmarks.emulation import ContenderError, Measured, measure, reset
from benchmarks.fleet import Fleet, build, standing, sweep
from tests.emulator import throttling

_OTHERS = 1500


@dataclass(frozen=True)
class Figure:
    """One contender doing one thing with so many caches: the median of C(runs)."""

    contender: str
    size: int
    action: str
    others: int
    runs: list[Measured]

    @property
    def seconds(self) -> float:
        """The median of the wall times."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def processor(self) -> float:
        """The median of the processor times."""
        return statistics.median(run.processor for run in self.runs)

    @property
    def work(self) -> float | None:
        """The median of the time that the work itself took, where the program tells it."""
        said = [re.search(r"^work ([0-9.]+)$", run.output, re.MULTILINE) for run in self.runs]
        return statistics.median(float(found.group(1)) for found in said if found) if all(said) else None

    @property
    def memory(self) -> float:
        """The most memory of any run, in MB."""
        return max(run.memory for run in self.runs)


@dataclass
class Settings:
    """How to measure."""

    url: str
    home: Path
    latency: float
    repetitions: int
    sizes: list[int]
    contenders: list[str]


@dataclass
class Results:
    """Everything that was measured."""

    figures: list[Figure] = field(default_factory=list)
    planning: dict[int, float] = field(default_factory=dict)

    def of(self, contender: str, size: int, action: str, others: int = 0) -> Figure | None:
        """The figure, if it was measured."""
        for figure in self.figures:
            if (figure.contender, figure.size, figure.action, figure.others) == (contender, size, action, others):
                return figure
        return None


def say(figure: Figure) -> None:
    """Print a figure as soon as it is there."""
    run = figure.runs[-1]
    work = "" if figure.work is None else f", work {figure.work:.2f} s"
    print(
        f"  {figure.contender:<7} {figure.action:<9} {figure.size:>5} caches"
        f"{f' among {figure.others} groups' if figure.others else ''}: {figure.seconds:7.2f} s{work},"
        f" processor {figure.processor:.2f} s, {run.reads} reads, {run.changes} changes, {figure.memory:.0f} MB"
        f"{f', {run.throttled} throttled' if run.throttled else ''}",
        flush=True,
    )


def _verify(settings: Settings, fleet: Fleet, action: str = APPLY) -> None:
    # Checking is measured with nothing granted (see compare), and has to leave it so.
    wanted = set() if action == CHECK else fleet.wanted()
    if set(standing(settings.url, fleet).values()) != wanted:
        raise ContenderError(f"after {action} not all wanted rules stand, or others do")


def _contend(
    settings: Settings, results: Results, fleet: Fleet, contender: Contender, others: int, actions: Iterable[str]
) -> None:
    for action in actions:
        if action not in contender.actions:
            continue
        runs = []
        for _time in range(min(contender.repetitions or settings.repetitions, settings.repetitions)):
            if action == APPLY:
                sweep(settings.url, fleet)
            runs.append(
                measure(settings.url, settings.home, contender.command(fleet, settings.home, action), settings.latency)
            )
            _verify(settings, fleet, action)
        results.figures.append(Figure(contender.name, len(fleet.caches), action, others, runs))
        say(results.figures[-1])


def compare(settings: Settings, results: Results, size: int, others: int = 0) -> None:
    """All contenders apply to a fleet of one size, again, and in check mode with nothing granted yet."""
    reset(settings.url)
    fleet = build(settings.url, size, others)
    for contender in CONTENDERS:
        if contender.name not in settings.contenders or (contender.largest or size) < size:
            continue
        _contend(settings, results, fleet, contender, others, (APPLY, AGAIN))
        sweep(settings.url, fleet)
        _contend(settings, results, fleet, contender, others, (CHECK,))


def compare_sizes(settings: Settings, results: Results) -> None:
    """Fleets of every size."""
    for size in settings.sizes:
        compare(settings, results, size)


def crowd(settings: Settings, results: Results) -> None:
    """Twenty caches among groups that have nothing to do with them."""
    compare(settings, results, 20, _OTHERS)


def caller(settings: Settings, results: Results) -> None:
    """The least that a playbook with a module of amazon.aws takes."""
    runs = [
        measure(settings.url, settings.home, ["ansible-playbook", "benchmarks/caller_info.yml"], settings.latency)
        for _time in range(2 * settings.repetitions + 1)
    ]
    results.figures.append(Figure("caller", 0, APPLY, 0, runs))
    say(results.figures[-1])
    reset(settings.url)
    fleet = build(settings.url, 1)
    runs = []
    for _time in range(2 * settings.repetitions + 1):
        sweep(settings.url, fleet)
        runs.append(measure(settings.url, settings.home, OURS.command(fleet, settings.home, APPLY), settings.latency))
        _verify(settings, fleet)
    results.figures.append(Figure("ours", 1, "one grant", 0, runs))
    say(results.figures[-1])


def large(settings: Settings, results: Results) -> None:
    """A thousand caches, the second time."""
    reset(settings.url)
    fleet = build(settings.url, 1000)
    for contender in (INSIDE, FLOOR):
        sweep(settings.url, fleet)
        measure(settings.url, settings.home, contender.command(fleet, settings.home, APPLY), 0)
        _verify(settings, fleet)
        command = contender.command(fleet, settings.home, AGAIN)
        runs = [
            measure(settings.url, settings.home, command, settings.latency) for _time in range(settings.repetitions)
        ]
        results.figures.append(Figure(contender.name, 1000, AGAIN, 0, runs))
        say(results.figures[-1])


def throttled(settings: Settings, results: Results) -> None:
    """Two hundred groups to change, with AWS's buckets."""
    reset(settings.url)
    fleet = build(settings.url, 200)
    throttling.throttle(settings.url)
    run = measure(settings.url, settings.home, OURS.command(fleet, settings.home, APPLY), settings.latency)
    throttling.clear(settings.url)
    _verify(settings, fleet)
    results.figures.append(Figure("ours", 200, "throttled", 0, [run]))
    say(results.figures[-1])


def plan(_settings: Settings, results: Results) -> None:
    """The plan alone."""
    for groups in (500, 1000, 2000):
        results.planning[groups] = planning.seconds(groups)
        print(f"  planning {groups} groups of {planning.RULES} rules: {results.planning[groups]:.3f} s", flush=True)


SECTIONS = {
    "planning": plan,
    "caller": caller,
    "sizes": compare_sizes,
    "crowd": crowd,
    "large": large,
    "throttled": throttled,
}
