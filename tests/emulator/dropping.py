# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Connections that break before there is an answer."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterable
from typing import Any

from tests.emulator.middleware import Environ

# werkzeug's name for the socket that a request came by.
_SOCKET = "werkzeug.socket"


def drop(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Close the connection of a request. What the server then writes goes nowhere."""
    with contextlib.suppress(OSError):
        environ[_SOCKET].shutdown(socket.SHUT_RDWR)
    start_response("500 Dropped", [("Content-Length", "0")])
    return []
