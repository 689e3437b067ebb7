# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the gates, three at a time: `python -m tests.gates [--quick] [name ...]`. Quiet about a gate that holds."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple

from tests.gates.command import run
from tests.gates.environment import CHECKOUT, COLLECTIONS, environment

COLLECTION = str((COLLECTIONS / "ansible_collections" / "elasticache" / "access").relative_to(CHECKOUT))
# The lowest that mypy knows. Python 3.9 itself is held by ruff's target and by ansible-test's compile and import.
PLUGINS_PYTHON = "3.10"


class Gate(NamedTuple):
    name: str
    command: list[str]
    quick: bool = True


# The slow ones first: what is quick runs beside them.
GATES = [
    Gate("sanity", [sys.executable, "-m", "tests.gates.sanity"], quick=False),
    Gate("format", ["ruff", "format", "--check", "--quiet", "."]),
    Gate("style", ["ruff", "check", "--quiet", "--output-format", "concise", "."]),
    Gate("types of plugins", ["mypy", "--python-version", PLUGINS_PYTHON, f"{COLLECTION}/plugins"]),
    Gate("types", ["mypy", "conftest.py", "benchmarks", "docsite", "extensions", "requirements", "tests"]),
    Gate("yaml", ["yamllint", "--strict", "."]),
    Gate("changelog", ["antsibull-changelog", "lint"]),
    Gate(
        "documentation",
        [
            *("antsibull-docs", "--config-file", "tests/gates/antsibull.cfg", "lint-collection-docs", "--plugin-docs"),
            *("--disallow-unknown-collection-refs", "--validate-collection-refs", "dependent", "."),
        ],
    ),
    Gate("ansible-lint", ["ansible-lint", "-q", "--nocolor"]),
    Gate("integration", [sys.executable, "-m", "tests.gates.integration"], quick=False),
    Gate("molecule", ["molecule", "test", "--all"], quick=False),
    Gate("importer", [sys.executable, "-m", "tests.gates.importer"], quick=False),
    Gate("supply", [sys.executable, "-m", "tests.gates.supply"], quick=False),
]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gates", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only those that take seconds")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(gate.name for gate in GATES))
    options = parser.parse_args()
    unknown = set(options.names) - {gate.name for gate in GATES}
    if unknown:
        parser.error(f"no such gate: {', '.join(sorted(unknown))}")
    chosen = [
        gate for gate in GATES if gate.name in options.names or (not options.names and gate.quick >= options.quick)
    ]

    failed = []
    with ThreadPoolExecutor(max_workers=3) as pool:
        running = {pool.submit(run, gate.command, CHECKOUT, environment()): gate for gate in chosen}
        for future in as_completed(running):
            gate, (held, output, seconds) = running[future], future.result()
            print(f"== {gate.name}: {'holds' if held else 'FAILS'} ({seconds:.0f} s)", flush=True)
            for line in output.splitlines() if held else []:
                if line.startswith("note: "):
                    print(f"   {line}", flush=True)
            if not held:
                failed.append(gate.name)
                print(f"$ {' '.join(gate.command)}\n{output}", flush=True)
    if failed:
        print(f"Gates that do not hold: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
