# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A command that is run to its end, and what came of it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Finished(NamedTuple):
    """Whether it held, all that it printed, and the seconds that it took."""

    held: bool
    output: str
    seconds: float


def run(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None) -> Finished:
    """Run it with nothing to read and nobody to ask."""
    start = time.monotonic()
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Finished(done.returncode == 0, done.stdout, time.monotonic() - start)
