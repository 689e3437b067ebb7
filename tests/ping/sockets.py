# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Servers that behave badly, on loopback: each runs in a thread of its own and stops at the end of its block."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

from tests.ping.servers import HOST, free_port

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def served(behave: Behaviour, host: str = HOST, port: int = 0) -> Iterator[int]:
    """Have every connection dealt with like this, and yield the port."""
    over = threading.Event()
    with socket.create_server((host, port)) as listener:
        listener.settimeout(0.1)

        def deal_with(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(10)
                behave(connection, over)

        def accept() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, _address = listener.accept()
                    threading.Thread(target=deal_with, args=(connection,), daemon=True).start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            over.set()
            accepting.join()


def silent(_connection: socket.socket, over: threading.Event) -> None:
    """Take the connection, and say nothing."""
    over.wait(30)


def closing(_connection: socket.socket, _over: threading.Event) -> None:
    """Hang up at once."""


def answering(*answers: bytes) -> Behaviour:
    """Answer each thing that comes with the next of these, and hang up after the last."""

    def behave(connection: socket.socket, _over: threading.Event) -> None:
        for answer in answers:
            connection.recv(65536)
            connection.sendall(answer)

    return behave


def greeting(banner: bytes) -> Behaviour:
    """Say something before being asked, and go on to say nothing."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(banner)
        over.wait(30)

    return behave


def echoing(connection: socket.socket, _over: threading.Event) -> None:
    """Send back what comes."""
    while content := connection.recv(65536):
        connection.sendall(content)


def dribbling(connection: socket.socket, over: threading.Event) -> None:
    """Send a byte at a time for ever, none of which ends the answer."""
    connection.sendall(b"+")
    while not over.is_set():
        connection.sendall(b"a")
        time.sleep(0.02)


def flooding(connection: socket.socket, over: threading.Event) -> None:
    """Send without an end."""
    connection.sendall(b"*60000\r\n")
    while not over.is_set():
        connection.sendall(b"$1000\r\n" + b"a" * 1000 + b"\r\n")


@contextlib.contextmanager
def deaf() -> Iterator[int]:
    """Yield a port whose connections are dropped, as a security group drops them: the queue of a listener is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((HOST, 0))
        listener.listen(0)
        for _waiting in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        time.sleep(0.1)
        yield int(listener.getsockname()[1])


def nobody() -> int:
    """Return a port on which nothing listens."""
    return free_port()
