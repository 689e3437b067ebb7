# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Names -> addresses -> connections -> TLS -> bytes, each step within its time."""

from __future__ import annotations

import contextlib
import errno
import queue
import selectors
import socket
import ssl
import threading
import time
import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._ping_faults import (
    CLOSED,
    DNS,
    TCP,
    TIMEOUT,
    TLS,
    Fault,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable

    Result = t.TypeVar("Result")

_UNREACHABLE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN)
# OpenSSL's codes for what is wrong with a certificate: X509_V_ERR_... of its x509_vfy.h.
_WRONG_NAME = (62, 64)
_OUT_OF_DATE = (9, 10)
_UNKNOWN_ISSUER = (2, 18, 19, 20, 21, 27)
# OpenSSL's words for an answer that is no TLS.
_NOT_TLS = (
    "HTTP_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "UNEXPECTED_MESSAGE",
    "WRONG_VERSION_NUMBER",
)
_PORTION = 2**16


class Deadline:
    """The moment by which a step has to be done."""

    def __init__(self, step: str, seconds: float) -> None:
        self.step = step
        self._end = time.monotonic() + seconds

    def check(self) -> float:
        """Return how many seconds are left. Raises V(Fault) when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Fault(self.step, TIMEOUT)
        return left


def make_tls_context(validate_certs: bool, ca_path: str | None) -> ssl.SSLContext:
    """Return how to speak TLS. Raises V(InvalidGrantError) where C(ca_path) holds no certificates to trust."""
    if not validate_certs:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    try:
        return ssl.create_default_context(cafile=ca_path or None)
    except ssl.SSLError:
        reason = "holds no certificates in PEM form"
    except OSError as error:
        reason = f"cannot be read ({error.strerror})"
    except ValueError:
        # Such as a null character.
        reason = "is no path"
    raise InvalidGrantError(
        f"ca_path {ca_path!r} {reason} on this host; give the path of a file of CA certificates there, or leave it out "
        "to trust those of the system."
    )


def resolve(address: str, port: int, timeout: float) -> list[tuple[int, t.Any]]:
    """Return the (family, socket address) that a name has. The resolver is not waited for longer than C(timeout).

    Raises V(Fault) where it knows none, or does not answer.
    """
    answers: queue.Queue[list[t.Any] | OSError | ValueError] = queue.Queue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(address, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            answers.put(error)

    # The resolver has a time limit of its own, longer than anybody's patience, and cannot be interrupted.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise Fault(DNS, "resolver_silent") from None
    if isinstance(answer, Exception):
        is_silent = isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN
        raise Fault(DNS, "resolver_silent" if is_silent else "name_unknown")
    return list(dict.fromkeys((family, place) for family, _kind, _protocol, _name, place in answer))


def own_address(family: int, place: t.Any) -> str:
    """Return the address from which this host would send to C(place), empty where it has no way. Sends nothing."""
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as prober:
        prober.connect(place)
        return str(prober.getsockname()[0])
    return ""


class Conversation:
    """A connection, which is open until it is closed. Every method keeps to its deadline."""

    def __init__(self, family: int, place: t.Any, deadline: Deadline) -> None:
        """Connect. Raises V(Fault) where nobody answers."""
        try:
            self._socket: socket.socket | ssl.SSLSocket = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            # Such as a host without IPv6.
            raise Fault(TCP, "unreachable", place[0]) from None
        self._socket.setblocking(False)
        try:
            self._connect(place, deadline)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _connect(self, place: t.Any, deadline: Deadline) -> None:
        code = self._socket.connect_ex(place)
        if code in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            self._wait(selectors.EVENT_WRITE, deadline)
            code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == errno.ECONNREFUSED:
            raise Fault(TCP, "refused")
        if code == errno.ETIMEDOUT:
            raise Fault(TCP, TIMEOUT)
        if code in _UNREACHABLE:
            raise Fault(TCP, "unreachable", place[0])
        if code:
            raise Fault(TCP, "connection_failed", f"{place[0]} ({errno.errorcode.get(code, code)})")

    def speak_tls(self, context: ssl.SSLContext, name: str, deadline: Deadline) -> None:
        """Go on in TLS with a server that is called C(name). Raises V(Fault) where it cannot be, or is another."""
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=name, do_handshake_on_connect=False)
        except (ssl.SSLError, ValueError) as error:
            raise Fault(TLS, "tls_failed", type(error).__name__) from None
        except OSError:
            # The other side has hung up already.
            raise Fault(TLS, CLOSED) from None
        self._retried(self._socket.do_handshake, deadline)

    @property
    def tls_version(self) -> str | None:
        """Return which TLS is spoken, V(None) where it is none."""
        return self._socket.version() if isinstance(self._socket, ssl.SSLSocket) else None

    @property
    def certificate_expires(self) -> float | None:
        """Return when the certificate does, in seconds since 1970, V(None) where it was not looked at."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return None
        text = (self._socket.getpeercert() or {}).get("notAfter")
        return ssl.cert_time_to_seconds(text) if isinstance(text, str) else None

    def send(self, content: bytes, deadline: Deadline) -> None:
        """Send all of C(content). Raises V(Fault) where it is not taken."""
        while content:
            sent = self._retried(partial(self._socket.send, content), deadline, selectors.EVENT_WRITE)
            content = content[sent:]

    def receive(self, deadline: Deadline) -> bytes:
        """Return what comes next, a portion of it. Raises V(Fault) where nothing does, or the time is over."""
        portion = self._retried(partial(self._socket.recv, _PORTION), deadline)
        # Of a flood there is always more, without any waiting.
        deadline.check()
        if not portion:
            raise Fault(deadline.step, CLOSED)
        return portion

    def _retried(self, call: Callable[[], Result], deadline: Deadline, event: int = selectors.EVENT_READ) -> Result:
        """Return what C(call) returns once it need not wait any more, in plain for C(event)."""
        while True:
            try:
                return call()
            except BlockingIOError:
                self._wait(event, deadline)
            except ssl.SSLWantReadError:
                self._wait(selectors.EVENT_READ, deadline)
            except ssl.SSLWantWriteError:
                self._wait(selectors.EVENT_WRITE, deadline)
            except ssl.SSLError as error:
                raise _tls_fault(error, deadline.step) from None
            except OSError:
                # The other side hung up in the middle of it.
                raise Fault(deadline.step, CLOSED) from None

    def _wait(self, event: int, deadline: Deadline) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, event)
            if not selector.select(deadline.check()):
                raise Fault(deadline.step, TIMEOUT)


def _tls_fault(error: ssl.SSLError, step: str) -> Fault:
    if isinstance(error, ssl.SSLCertVerificationError):
        for codes, word in (
            (_WRONG_NAME, "certificate_name"),
            (_OUT_OF_DATE, "certificate_expired"),
            (_UNKNOWN_ISSUER, "certificate_issuer"),
        ):
            if error.verify_code in codes:
                return Fault(TLS, word)
        return Fault(TLS, "certificate", str(error.verify_code))
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Fault(step, CLOSED)
    # A word of OpenSSL's own, and nothing of what was received.
    reason = error.reason or "no reason given"
    if reason in _NOT_TLS:
        return Fault(TLS, "not_tls")
    return Fault(TLS, "tls_failed", reason)
