# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run ansible-test sanity on a copy of the checkout, for it insists on a tree of real directories."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.gates.ansible_test import copy_checkout, surroundings
from tests.gates.environment import CACHE


def main() -> int:
    done = subprocess.run(
        ["ansible-test", "sanity", "--local", "--color", "no", *sys.argv[1:]],
        cwd=copy_checkout(CACHE / "ansible-test"),
        env=surroundings(home=CACHE / "home", programs=CACHE / "bin"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    telling = [line for line in lines if line.startswith(("ERROR", "FATAL", "See documentation"))]
    skipped = re.findall(r"Skipping sanity test .* on Python ([0-9.]+) because it could not be found", done.stdout)
    missing = sorted(set(skipped), key=lambda version: int(version.split(".")[1]))
    if done.returncode:
        print("\n".join(telling or lines))
    elif missing:
        print(f"note: compile and import were not tested on Python {', '.join(missing)}: not found here")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
