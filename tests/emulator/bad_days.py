# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS's bad days: of the requests that come, some fail in one way or another, by a seed.

``POST /moto-api/emulator/bad-days`` with the fields of a ``BadDay`` begins one, ``DELETE`` ends it, and ``GET`` tells
how often what happened. What befalls a request depends on the seed, on the action and the group that the request is
about, and on how many such requests there were before: not on what else is asked at the same time.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from tests.emulator import throttling
from tests.emulator.control import Controlled, ask
from tests.emulator.dropping import drop
from tests.emulator.ec2.past import lag, past
from tests.emulator.errors import answer_error
from tests.emulator.faults import carry_out
from tests.emulator.middleware import AwsRequest, Environ, WSGIApplication, read_request

PATH = "/moto-api/emulator/bad-days"

_ERRORS = {500: "InternalError", 503: "Unavailable"}
_LAGGING = "DescribeSecurityGroupRules"
_LOOKING = ("Describe", "Get", "List")


@dataclass(frozen=True)
class BadDay:
    """How likely what is, of 1, for each request.

    A request is ``throttled``, fails with 500 or 503 (``error``), or its connection breaks (``drop``); the latter two
    also once it was carried out (``lost``, ``drop_after``). It can be ``slow``, by up to ``seconds``, and what it
    shows of rules can be ``stale``, by up to ``lag`` seconds. With ``changes_only`` what only looks does not fail.
    """

    seed: int = 0
    throttled: float = 0
    error: float = 0
    lost: float = 0
    drop: float = 0
    drop_after: float = 0
    slow: float = 0
    seconds: float = 0.01
    stale: float = 0
    lag: float = 5
    changes_only: bool = False

    def __post_init__(self) -> None:
        if sum(getattr(self, name) for name in _FATES) > 1:
            raise ValueError("more than everything would go wrong")

    def draw(self, key: str) -> tuple[str, random.Random]:
        """What befalls the request of this key, empty for nothing, and chance for the rest."""
        chance = random.Random(f"{self.seed} {key}")
        left = chance.random()
        for name in _FATES:
            left -= getattr(self, name)
            if left < 0:
                return name, chance
        return "", chance


_FATES = ("throttled", "error", "lost", "drop", "drop_after")


def begin(url: str, day: BadDay) -> None:
    """From now on have such a day at the emulator behind this URL."""
    ask(url, PATH, "POST", asdict(day))


def end(url: str) -> None:
    """Have good days again."""
    ask(url, PATH, "DELETE")


class BadDays(Controlled):
    """Middleware: lets go wrong what the day says, while there is one."""

    path = PATH

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._day: BadDay | None = None
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()
        self.happened: Counter[str] = Counter()

    def state(self) -> Any:
        return {"day": asdict(self._day) if self._day else None, "happened": dict(self.happened)}

    def set(self, given: dict[str, Any]) -> None:
        unknown = set(given) - {each.name for each in fields(BadDay)}
        if unknown:
            raise ValueError(f"a day has no {', '.join(sorted(unknown))}")
        with self._lock:
            self._day = BadDay(**given)
            self._seen.clear()
            self.happened.clear()
        past.keep()

    def clear(self) -> None:
        """End the day. The past is kept, so that the next one can show it."""
        with self._lock:
            self._day = None

    def serve(
        self, application: WSGIApplication, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        day = self._day
        if day is None:
            return application(environ, start_response)
        request = read_request(environ)
        fate, chance = day.draw(self._key(request))
        if day.changes_only and request.action.startswith(_LOOKING):
            fate = ""
        if chance.random() < day.slow:
            self._note("slow")
            self._sleep(chance.uniform(0, day.seconds))
        if request.action == _LAGGING and chance.random() < day.stale:
            self._note("stale")
            token = lag.set(chance.uniform(0, day.lag))
            try:
                return self._meet(fate, chance, request, application, environ, start_response)
            finally:
                lag.reset(token)
        return self._meet(fate, chance, request, application, environ, start_response)

    def _meet(
        self,
        fate: str,
        chance: random.Random,
        request: AwsRequest,
        application: WSGIApplication,
        environ: Environ,
        start_response: Callable[..., Any],
    ) -> Iterable[bytes]:
        if not fate:
            return application(environ, start_response)
        self._note(fate)
        if fate in ("lost", "drop_after"):
            carry_out(application, environ)
        if fate in ("drop", "drop_after"):
            return drop(environ, start_response)
        if fate == "throttled":
            return throttling.refuse(start_response, request)
        status = chance.choice(list(_ERRORS))
        return answer_error(start_response, request, status, _ERRORS[status], "A bad day")

    def _key(self, request: AwsRequest) -> str:
        about = request.parameters.get("GroupId", "")
        key = f"{request.service}:{request.action} {about}"
        with self._lock:
            self._seen[key] += 1
            return f"{key} {self._seen[key]}"

    def _note(self, what: str) -> None:
        with self._lock:
            self.happened[what] += 1
