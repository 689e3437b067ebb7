# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Test on every ansible-core, Python and amazon.aws that is supported: `python -m tests.matrix [row ...]`.

The steps of all rows run three at a time. Quiet about a step that holds; a table at the end.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from tests.gates.command import Finished, run
from tests.gates.environment import CHECKOUT
from tests.matrix import promises
from tests.matrix.report import Outcome, table
from tests.matrix.rows import ROWS, Row, checks, facts, installation, interpreter, run_by_make_test

INSTALLATION = "installation"
RUN_ALREADY = "make test has run it"
RELEASES = "releases"


def outcome_of(row: Row, after_test: bool) -> Outcome:
    """What is known of a row before it runs: whether it will."""
    if after_test and run_by_make_test(row):
        return Outcome(row.name, skipped=RUN_ALREADY)
    if not interpreter(row):
        return Outcome(row.name, skipped=f"no Python {row.python} with the venv module on PATH or of pyenv")
    return Outcome(row.name)


def note_releases(row: Row, outcome: Outcome) -> None:
    """Note what the environment holds; the oldest row has to hold what is promised, and else proves nothing."""
    outcome.releases = facts(row)
    promised = promises.oldest() if row.name == "oldest" else {"ansible-core": f"{row.name}."}
    wrong = {name: release for name, release in promised.items() if not outcome.releases[name].startswith(release)}
    if wrong:
        outcome.held[RELEASES] = False
        print(f"== {row.name}: holds {outcome.releases}, where {wrong} is promised", flush=True)


def run_rows(rows: Sequence[Row], outcomes: dict[str, Outcome], short: bool) -> None:
    """Install each row, then run its steps, in the order in which they come to be ready."""
    with ThreadPoolExecutor(max_workers=3) as pool:
        running: dict[Future[Finished], tuple[Row, str, list[str]]] = {}

        def start(row: Row, step: str, command: list[str]) -> None:
            running[pool.submit(run, command, CHECKOUT)] = row, step, command

        for row in rows:
            if python := interpreter(row):
                start(row, INSTALLATION, installation(row, python))
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                row, step, command = running.pop(future)
                held, output, seconds = future.result()
                outcome = outcomes[row.name]
                outcome.held[step] = held
                outcome.seconds += seconds
                print(f"== {row.name}, {step}: {'holds' if held else 'FAILS'} ({seconds:.0f} s)", flush=True)
                if not held:
                    print(f"$ {' '.join(command)}\n{output}", flush=True)
                elif step == INSTALLATION:
                    note_releases(row, outcome)
                    for name, wanted in checks(row, short).items():
                        start(row, name, wanted)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument(
        "--after-test",
        action="store_true",
        help="`make test` has just held: leave out its row, and the sanity tests that cannot differ from row to row",
    )
    parser.add_argument("rows", nargs="*", metavar="row", help=", ".join(row.name for row in ROWS))
    options = parser.parse_args()
    unknown = set(options.rows) - {row.name for row in ROWS}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")

    chosen = [row for row in ROWS if row.name in options.rows or not options.rows]
    outcomes = {row.name: outcome_of(row, options.after_test) for row in chosen}
    run_rows([row for row in chosen if not outcomes[row.name].skipped], outcomes, short=options.after_test)
    print(table(outcomes.values()), flush=True)
    return verdict(list(outcomes.values()))


def verdict(outcomes: Sequence[Outcome]) -> int:
    """0 if all that ran held; to have run nothing, neither here nor by make test, is a failure too."""
    failed = [outcome.name for outcome in outcomes if outcome.failed]
    if failed:
        print(f"Rows that do not hold: {', '.join(failed)}", flush=True)
    if not any(outcome.held or outcome.skipped == RUN_ALREADY for outcome in outcomes):
        print("No row was run, so nothing is proven.", flush=True)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
