# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS errors that come when a test wants them: throttling, a busy service, an answer that gets lost, a connection too.

``POST /moto-api/emulator/faults`` with the fields of a ``Fault`` makes one wait, ``GET`` lists those that still wait,
``DELETE`` takes them back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from tests.emulator.control import Controlled, ask
from tests.emulator.dropping import drop
from tests.emulator.errors import answer_error
from tests.emulator.middleware import AwsRequest, Environ, WSGIApplication, read_request

PATH = "/moto-api/emulator/faults"
# Instead of a code: the connection breaks, and there is no answer at all.
DROPPED = "Dropped"
# Where AWS's status is not 400.
_STATUSES = {
    "AccessDenied": 403,
    "InternalError": 500,
    "InternalFailure": 500,
    "RequestLimitExceeded": 503,
    "ServiceUnavailable": 503,
    "Unavailable": 503,
    "UnauthorizedOperation": 403,
}
_MESSAGES = {
    "InternalError": "An internal error has occurred",
    "InternalFailure": "The request processing has failed because of an unknown error, exception or failure.",
    "RequestLimitExceeded": "Request limit exceeded.",
    "Throttling": "Rate exceeded",
    "ThrottlingException": "Rate exceeded",
}


@dataclass
class Fault:
    """The next ``times`` requests of an action, in any region or in one, are answered with this error.

    ``skip`` requests are let through first. With ``after`` a request is carried out, and its answer is lost.
    """

    action: str
    code: str
    message: str = ""
    times: int = 1
    status: int | None = None
    after: bool = False
    region: str | None = None
    skip: int = 0

    def hits(self, request: AwsRequest) -> bool:
        """Is this request one of those that the fault waits for? It is counted, if so."""
        if request.action != self.action or self.region not in (None, request.region):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True

    def answer(self, start_response: Callable[..., Any], request: AwsRequest) -> Iterable[bytes]:
        """The error, as the service that was asked would put it."""
        status = self.status or _STATUSES.get(self.code, 400)
        message = self.message or _MESSAGES.get(self.code) or f"{self.code}, because a test wants it"
        return answer_error(start_response, request, status, self.code, message)


def inject(
    url: str,
    action: str,
    code: str,
    message: str = "",
    *,
    times: int = 1,
    status: int | None = None,
    after: bool = False,
    region: str | None = None,
    skip: int = 0,
) -> None:
    """Let the next requests of an action fail at the emulator behind this URL; see ``Fault``."""
    ask(url, PATH, "POST", asdict(Fault(action, code, message, times, status, after, region, skip)))


def waiting(url: str) -> list[str]:
    """The actions whose faults did not all happen yet."""
    return [fault["action"] for fault in ask(url, PATH)]


def clear(url: str) -> None:
    """Take back every fault that did not happen yet."""
    ask(url, PATH, "DELETE")


class Faults(Controlled):
    """Middleware: answers requests with the errors that wait for them."""

    path = PATH

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def state(self) -> Any:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def set(self, given: dict[str, Any]) -> None:
        fault = Fault(**given)
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def serve(
        self, application: WSGIApplication, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if not self._waiting:
            return application(environ, start_response)
        request = read_request(environ)
        fault = self._next(request)
        if fault is None:
            return application(environ, start_response)
        if fault.after:
            carry_out(application, environ)
        if fault.code == DROPPED:
            return drop(environ, start_response)
        return fault.answer(start_response, request)

    def _next(self, request: AwsRequest) -> Fault | None:
        with self._lock:
            hit = next((fault for fault in self._waiting if fault.hits(request)), None)
            self._waiting = [fault for fault in self._waiting if fault.times > 0]
        return hit


def carry_out(application: WSGIApplication, environ: Environ) -> None:
    """Let the application do what was asked, and tell nobody what it answers."""
    answer = application(environ, lambda *_anything: lambda _part: None)
    for _part in answer:
        pass
    close = getattr(answer, "close", None)
    if close is not None:
        close()
