# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is to be measured, and what was."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.emulation import Measured


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
    # Seconds to tell which of a thousand instances reach which of a hundred caches.
    explaining: float | None = None
    # Megabytes of the page of an audit, by the number of caches.
    pages: dict[int, float] = field(default_factory=dict)

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
