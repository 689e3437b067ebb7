# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The server: moto's WSGI application behind our middleware, on a loopback port, in this process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from tests.emulator import install
from tests.emulator.bad_days import BadDays
from tests.emulator.calls import Calls
from tests.emulator.ec2.past import past
from tests.emulator.errors import ReadableErrors
from tests.emulator.faults import Faults
from tests.emulator.latency import Latency
from tests.emulator.middleware import Middleware, WSGIApplication
from tests.emulator.speed import Dispatcher
from tests.emulator.throttling import Throttling

_HOST = "127.0.0.1"


class _QuietHandler(MotoRequestHandler):
    """Answers at once, and prints nothing per request."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:  # pylint: disable=redefined-builtin
        """Say nothing: standard output belongs to whoever started us."""


class Emulator:
    """Serves the emulated AWS while the ``with`` block lasts.

    moto keeps its state per process: two emulators in one process serve one and the same AWS.
    ``middleware`` wraps the application from the inside out; the last one sees a request first.
    """

    def __init__(self, port: int = 0, middleware: Sequence[Middleware] = ()) -> None:
        self._port = port
        self._middleware = middleware
        self.bad_days = BadDays()
        # From the inside out: what is throttled takes its time as well, and everything is counted.
        self._controlled = (Faults(), self.bad_days, Throttling(), Latency(), Calls())
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Emulator:
        install()
        application: WSGIApplication = ReadableErrors(Dispatcher(create_backend_app))
        for wrap in (*(each.wrap for each in self._controlled), *self._middleware):
            application = wrap(application)
        self._server = make_server(_HOST, self._port, application, threaded=True, request_handler=_QuietHandler)
        # A keep-alive connection left open by a client must not hold up our end.
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="emulator", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None

    @property
    def url(self) -> str:
        """Where boto3's ``endpoint_url`` or ``AWS_ENDPOINT_URL`` should point."""
        if self._server is None:
            raise RuntimeError("The emulator is not running: use it in a with block.")
        return f"http://{_HOST}:{self._server.server_port}"

    def reset(self) -> None:
        """Forget everything that was created, have good days only, count from nothing, and stop enforcing IAM."""
        moto_api_backend.reset()
        for each in self._controlled:
            each.clear()
        past.forget()
        self.trust_everybody()

    def enforce_iam(self) -> None:
        """From now on look at signatures and policies, as AWS always does."""
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
        ActionAuthenticatorMixin.request_count = 0

    def trust_everybody(self) -> None:
        """Answer whoever asks, which is how an emulator starts."""
        settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
        ActionAuthenticatorMixin.request_count = 0
