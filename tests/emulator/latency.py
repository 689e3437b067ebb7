# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS far away: every call takes longer, and calls made side by side wait side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from tests.emulator.control import Controlled, ask
from tests.emulator.middleware import Environ, WSGIApplication

PATH = "/moto-api/emulator/latency"


def add(url: str, milliseconds: float) -> None:
    """From now on let every call take so much longer at the emulator behind this URL."""
    ask(url, PATH, "POST", {"milliseconds": milliseconds})


def clear(url: str) -> None:
    """Answer at once again."""
    ask(url, PATH, "DELETE")


class Latency(Controlled):
    """Middleware: waits before each request is served."""

    path = PATH

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._milliseconds = 0.0

    def state(self) -> Any:
        return {"milliseconds": self._milliseconds}

    def set(self, given: dict[str, Any]) -> None:
        milliseconds = float(given.get("milliseconds", "nothing"))
        if milliseconds < 0:
            raise ValueError(f"milliseconds is {milliseconds}, which is no time to wait")
        self._milliseconds = milliseconds

    def clear(self) -> None:
        self._milliseconds = 0.0

    def serve(
        self, application: WSGIApplication, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if self._milliseconds:
            self._sleep(self._milliseconds / 1000)
        return application(environ, start_response)
