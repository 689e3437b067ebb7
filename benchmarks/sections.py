# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is measured: each section returns figures, and checks that what was timed is right."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks import planning
from benchmarks.audit import audit
from benchmarks.contenders import AGAIN, APPLY, CHECK, CONTENDERS, FLOOR, INSIDE, OURS, Contender
from benchmarks.emulation import ContenderError, measure, reset
from benchmarks.fleet import Fleet, build, standing, sweep
from benchmarks.reachability import explain
from benchmarks.results import Figure, Results, Settings, say
from tests.emulator import throttling

_OTHERS = 1500


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
    "audit": audit,
    "explain": explain,
}
