# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What came out of each row, and the table of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

RELEASES = ["ansible-core", "Python", "amazon.aws", "boto3"]


@dataclass
class Outcome:
    """What came out of a row: seconds and whether it held, by step; or why it was not run."""

    name: str
    skipped: str = ""
    releases: dict[str, str] = field(default_factory=dict)
    held: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def failed(self) -> list[str]:
        return [step for step, held in self.held.items() if not held]

    def cells(self) -> list[str]:
        releases = [self.releases.get(name, "-") for name in RELEASES]
        if self.skipped:
            return [self.name, *releases, "-", f"skipped: {self.skipped}"]
        held = ", ".join(step for step, held in self.held.items() if held)
        words = [f"{held} held" if held else "", f"{', '.join(self.failed)} FAILED" if self.failed else ""]
        return [self.name, *releases, f"{self.seconds:.0f}", "; ".join(filter(None, words))]


def table(outcomes: Iterable[Outcome]) -> str:
    lines = [["row", *RELEASES, "seconds", "outcome"], *(outcome.cells() for outcome in outcomes)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
