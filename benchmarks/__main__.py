# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`make bench`: measure, print a line per measurement and then the whole page; `--write FILE` keeps it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.emulation import ContenderError, emulator
from benchmarks.report import page
from benchmarks.results import Results, Settings
from benchmarks.sections import SECTIONS


def arguments() -> argparse.Namespace:
    """What is asked for."""
    names = [contender.name for contender in CONTENDERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 20, 100], help="numbers of caches (1 20 100)")
    parser.add_argument("--latency", type=float, default=40, help="milliseconds added to each call (40)")
    parser.add_argument("--repetitions", type=int, default=3, help="runs of which the median is taken (3)")
    parser.add_argument("--contenders", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    parser.add_argument(
        "--sections", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="NAME", help=", ".join(SECTIONS)
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there as well")
    return parser.parse_args()


def main() -> int:
    """Measure."""
    asked = arguments()
    results = Results()
    with tempfile.TemporaryDirectory() as home, emulator() as url:
        settings = Settings(url, Path(home), asked.latency, asked.repetitions, asked.sizes, asked.contenders)
        for name in asked.sections:
            print(f"{name}: {SECTIONS[name].__doc__}", flush=True)
            try:
                SECTIONS[name](settings, results)
            except ContenderError as error:
                print(f"The benchmark stopped: {error}", file=sys.stderr)
                return 1
        written = page(settings, results)
    print(f"\n{written}")
    if asked.write:
        asked.write.write_text(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
