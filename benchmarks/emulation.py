# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulator, in a process of its own, and what is measured at it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fleet import CREDENTIALS, REGION
from tests.emulator import calls, latency
from tests.emulator.surroundings import surroundings

CHECKOUT = Path(__file__).resolve().parents[1]
STOPWATCH = Path(__file__).with_name("stopwatch.py")

_LOOKING = ("Describe", "Get", "List")


class ContenderError(Exception):
    """A contender did not do what it was to do, so that its time means nothing."""


@dataclass(frozen=True)
class Measured:
    """One run of one program: wall and processor time in seconds, memory in MB, calls by name, what it printed."""

    seconds: float
    processor: float
    memory: float
    calls: Mapping[str, int]
    throttled: int
    output: str

    @property
    def reads(self) -> int:
        """How many calls only looked."""
        return sum(count for name, count in self.calls.items() if name.partition(":")[2].startswith(_LOOKING))

    @property
    def changes(self) -> int:
        """How many calls changed something."""
        return sum(self.calls.values()) - self.reads


@contextmanager
def emulator() -> Iterator[str]:
    """An emulated AWS while the block lasts; gives its URL."""
    command = [sys.executable, "-m", "tests.emulator"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("The emulator has no standard output.")
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def reset(url: str) -> None:
    """Forget everything that was built."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST"), timeout=60).close()


def environment(url: str, home: Path) -> dict[str, str]:
    """An environment in which AWS is the emulator, and no configuration of the user's has a say."""
    around = surroundings(url, str(home), REGION, CREDENTIALS["aws_access_key_id"])
    # Not Python's either: where it keeps no compiled files, every program is slow to start.
    kept = {name: value for name, value in around.items() if not name.startswith("PYTHON")}
    return {
        **kept,
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_NOCOLOR": "true",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": str(CHECKOUT),
    }


def measure(url: str, home: Path, command: Sequence[str], milliseconds: float) -> Measured:
    """Run a program with so much added latency, and take its time. Raises V(ContenderError) where it fails."""
    output, watched = home / "output", home / "watched.json"
    latency.add(url, milliseconds)
    calls.clear(url)
    with output.open("w") as written:
        subprocess.run(
            [sys.executable, "-S", str(STOPWATCH), str(watched), *command],
            cwd=CHECKOUT,
            env=environment(url, home),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            check=False,
        )
    counted = calls.counted(url)
    latency.clear(url)
    said, took = output.read_text(), json.loads(watched.read_text())
    if took["code"]:
        raise ContenderError(f"{' '.join(command)} failed:\n{said[-3000:]}")
    made, throttled = calls.totals(counted), calls.throttled(counted)
    return Measured(took["seconds"], took["processor"], took["memory"], made, throttled, said)
