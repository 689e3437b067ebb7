# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How the emulator itself is talked to while it runs: plain HTTP beside the AWS API, which needs no credentials.

Each piece of middleware that can be set has a path below ``/moto-api/emulator``: ``GET`` reads it, ``POST`` with JSON
sets it, ``DELETE`` takes back whatever was set, as does a reset.
"""

from __future__ import annotations

import json
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from tests.emulator.middleware import Environ, WSGIApplication

_BESIDE_AWS = "/moto-api/"
_RESET = "/moto-api/reset"


class Controlled(ABC):
    """Middleware that stands in front of AWS's API, and can be read, set and cleared over HTTP."""

    path: ClassVar[str]

    @abstractmethod
    def state(self) -> Any:
        """How it is set, as JSON has it."""

    @abstractmethod
    def set(self, given: dict[str, Any]) -> None:
        """Set it; ``TypeError`` and ``ValueError`` tell the client what is wrong."""

    @abstractmethod
    def clear(self) -> None:
        """Take back whatever was set."""

    @abstractmethod
    def serve(
        self, application: WSGIApplication, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request to AWS."""

    def wrap(self, application: WSGIApplication) -> WSGIApplication:
        """Stand in front of an application."""

        def call(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")
            if path == self.path:
                return self._control(environ, start_response)
            if path == _RESET:
                self.clear()
            if path.startswith(_BESIDE_AWS):
                return application(environ, start_response)
            return self.serve(application, environ, start_response)

        return call

    def _control(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status = "200 OK"
        try:
            if environ["REQUEST_METHOD"] == "DELETE":
                self.clear()
            elif environ["REQUEST_METHOD"] == "POST":
                self.set(_fields(environ))
            answer = self.state()
        except (TypeError, ValueError) as error:
            status, answer = "400 Bad Request", {"error": str(error)}
        content = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return [content]


def _fields(environ: Environ) -> dict[str, Any]:
    given = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    if not isinstance(given, dict):
        raise TypeError("a JSON object is expected")
    return given


def ask(url: str, path: str, method: str = "GET", content: Any = None) -> Any:
    """Make one such request to the emulator behind this URL, and return what it answers."""
    request = urllib.request.Request(
        f"{url.rstrip('/')}{path}",
        data=None if content is None else json.dumps(content).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())
