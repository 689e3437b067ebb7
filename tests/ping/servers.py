# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Real servers of Debian's packages on loopback: they take free ports, and end with whoever started them."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HOST = "127.0.0.1"
_SLOTS = 16384
_PATIENCE = 30.0


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, and the CA that issued it, as files in PEM form."""

    chain: str
    key: str
    ca: str


def program(*names: str, package: str) -> str:
    """Return the first of these programs that is installed; without any, the test is skipped."""
    for name in names:
        if found := shutil.which(name):
            return found
    pytest.skip(f"{' or '.join(names)} is not installed: Debian's package {package} brings it")


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def running(command: Sequence[str], port: int) -> Iterator[None]:
    """Run a server until the end of the block, or of this process, once it takes connections."""
    # Also when the tests are killed, nothing is left behind.
    bound = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    server = subprocess.Popen(
        [*bound, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, server)
        yield
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(f"{server.args!r} does not take connections on port {port}")


@contextlib.contextmanager
def redis(*options: str, certificate: Certificate | None = None) -> Iterator[int]:
    """Run a Valkey or Redis server that keeps nothing, and yield its port."""
    binary = program("valkey-server", "redis-server", package="redis-server")
    port = free_port()
    where = ["--port", str(port)] if certificate is None else _tls(certificate, port)
    with tempfile.TemporaryDirectory() as folder:
        quiet = ["--save", "", "--appendonly", "no", "--daemonize", "no", "--bind", HOST, "--dir", folder]
        with running([binary, *where, *quiet, *options], port):
            yield port


def _tls(certificate: Certificate, port: int) -> list[str]:
    files = ["--tls-cert-file", certificate.chain, "--tls-key-file", certificate.key]
    return [
        "--port",
        "0",
        "--tls-port",
        str(port),
        *files,
        "--tls-ca-cert-file",
        certificate.ca,
        "--tls-auth-clients",
        "no",
    ]


@contextlib.contextmanager
def redis_cluster(
    *options: str, certificate: Certificate | None = None, nodes: int = 3, password: str = ""
) -> Iterator[list[int]]:
    """Run nodes that serve all slots together, and yield their ports."""
    with contextlib.ExitStack() as stack:
        secret = ["--requirepass", password, "--masterauth", password] if password else []
        encrypted = [] if certificate is None else ["--tls-cluster", "yes"]
        buses = [free_port() for _node in range(nodes)]
        ports = [
            stack.enter_context(
                redis(
                    *("--cluster-enabled", "yes", "--cluster-port", str(bus), "--cluster-announce-ip", HOST),
                    *secret,
                    *encrypted,
                    *options,
                    certificate=certificate,
                )
            )
            for bus in buses
        ]
        for position, port in enumerate(ports):
            first, last = position * _SLOTS // nodes, (position + 1) * _SLOTS // nodes - 1
            _order(port, password, certificate, "CLUSTER", "ADDSLOTSRANGE", str(first), str(last))
            _order(port, password, certificate, "CLUSTER", "MEET", HOST, str(ports[0]), str(buses[0]))
        deadline = time.monotonic() + _PATIENCE
        for port in ports:
            while f"cluster_known_nodes:{nodes}" not in (
                said := _order(port, password, certificate, "CLUSTER", "INFO")
            ) or ("cluster_state:ok" not in said):
                assert time.monotonic() < deadline, said
                time.sleep(0.1)
        yield ports


def _order(port: int, password: str, certificate: Certificate | None, *words: str) -> str:
    """Have a command carried out, over whatever the node speaks."""
    connection: Any = socket.create_connection((HOST, port), timeout=5)
    if certificate is not None:
        connection = ssl.create_default_context(cafile=certificate.ca).wrap_socket(
            connection, server_hostname="localhost"
        )
    with connection:
        for order in ([["AUTH", password]] if password else []) + [list(words)]:
            encoded = "".join(f"${len(word)}\r\n{word}\r\n" for word in order)
            connection.sendall(f"*{len(order)}\r\n{encoded}".encode())
            said = str(connection.recv(65536).decode())
            assert not said.startswith("-"), said
        return said


@contextlib.contextmanager
def memcached(certificate: Certificate | None = None) -> Iterator[int]:
    """Run Memcached, and yield its port."""
    binary = program("memcached", package="memcached")
    port = free_port()
    secure = (
        [] if certificate is None else ["-Z", "-o", f"ssl_chain_cert={certificate.chain},ssl_key={certificate.key}"]
    )
    with running([binary, "-l", HOST, "-p", str(port), "-u", "nobody", *secure], port):
        yield port


def copied(folder: Path, name: str, content: bytes) -> str:
    """Write a file that any user may read, and return its path."""
    path = folder / name
    path.write_bytes(content)
    path.chmod(0o644)
    return str(path)
