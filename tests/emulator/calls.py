# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Counts the calls that were made, by name and by what was answered, since somebody last cleared the counts.

``GET /moto-api/emulator/calls`` gives them as ``{"ec2:DescribeVpcs": {"OK": 2, "RequestLimitExceeded": 1}}``.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from tests.emulator.control import Controlled, ask
from tests.emulator.middleware import Environ, WSGIApplication, read_request

PATH = "/moto-api/emulator/calls"
OK = "OK"
THROTTLED = ("RequestLimitExceeded", "Throttling", "ThrottlingException")

Counts = dict[str, dict[str, int]]

# An error is small, and says what it is in the format of its service.
_CODE = re.compile(rb'<Code>([^<]+)</Code>|"__type": ?"(?:[^"]*#)?([^"]+)"')


def counted(url: str) -> Counts:
    """The calls that the emulator behind this URL answered: by name, then by answer (``OK`` or the error's code)."""
    counts: Counts = ask(url, PATH)
    return counts


def clear(url: str) -> None:
    """Count from nothing again."""
    ask(url, PATH, "DELETE")


def totals(counts: Counts) -> dict[str, int]:
    """How often each call was made, whatever was answered."""
    return {name: sum(answers.values()) for name, answers in sorted(counts.items())}


def throttled(counts: Counts) -> int:
    """How many calls were refused for coming too fast."""
    return sum(count for answers in counts.values() for answer, count in answers.items() if answer in THROTTLED)


class Calls(Controlled):
    """Middleware: counts, and changes nothing."""

    path = PATH

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def state(self) -> Any:
        found: Counts = {}
        with self._lock:
            for (name, answer), count in sorted(self._counts.items()):
                found.setdefault(name, {})[answer] = count
        return found

    def set(self, given: dict[str, Any]) -> None:
        raise ValueError(f"calls are counted, not set: {given}")

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def serve(
        self, application: WSGIApplication, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = read_request(environ)
        status = ""

        def listen(line: str, *more: Any) -> Any:
            nonlocal status
            status = line.partition(" ")[0]
            return start_response(line, *more)

        answer = application(environ, listen)
        said = OK
        if not status.startswith("2"):
            answer = _whole(answer)
            said = _code(answer[0]) or status
        with self._lock:
            self._counts[f"{request.service}:{request.action}", said] += 1
        return answer


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    try:
        return [b"".join(answer)]
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def _code(body: bytes) -> str:
    found = _CODE.search(body)
    return (found.group(1) or found.group(2)).decode() if found else ""
