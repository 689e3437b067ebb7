# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``python -m tests.emulator [--port N] [--latency MS] [--throttle]``: serve until told to stop, or orphaned."""

from __future__ import annotations

import os

# Asked before anything slow happens: a parent that dies during start-up must not be mistaken for its successor.
_PARENT = os.getppid()

import argparse  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from types import FrameType  # noqa: E402

_SECONDS_BETWEEN_LOOKS = 0.2


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the loopback port to listen on (default: a free one)")
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help="let every call take so much longer")
    parser.add_argument("--throttle", action="store_true", help="refuse what comes faster than AWS would take it")
    return parser.parse_args()


def main() -> None:
    """Print the URL, then wait for a signal or for the parent's end."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)

    from tests.emulator import latency, throttling  # slow: imports moto
    from tests.emulator.server import Emulator

    with Emulator(port=arguments.port) as emulator:
        latency.add(emulator.url, arguments.latency)
        if arguments.throttle:
            throttling.throttle(emulator.url)
        print(emulator.url, flush=True)
        # A signal that the parent sends when it dies exists on Linux only, and not for SIGKILL elsewhere: look.
        while os.getppid() == _PARENT:
            time.sleep(_SECONDS_BETWEEN_LOOKS)


if __name__ == "__main__":
    main()
