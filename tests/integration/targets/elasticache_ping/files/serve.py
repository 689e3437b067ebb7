# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`serve.py FILE PASSWORD`: a Redis and a Memcached on loopback, for as long as FILE, which holds their ports, exists.

Each is the real server where it is installed, and otherwise one that answers as much as a ping asks.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HOST = "127.0.0.1"
PASSWORD = sys.argv[2]


class Redis(socketserver.StreamRequestHandler):
    """Knows AUTH and PING."""

    def handle(self) -> None:
        """Answer one array of strings after the other."""
        known = False
        while header := self.rfile.readline():
            words = []
            for _word in range(int(header[1:])):
                self.rfile.readline()
                words.append(self.rfile.readline().strip().decode())
            if words[0].upper() == "AUTH":
                known = words[-1] == PASSWORD
                answer = "+OK" if known else "-WRONGPASS invalid username-password pair or user is disabled."
            elif not known:
                answer = "-NOAUTH Authentication required."
            else:
                answer = "+PONG" if words[0].upper() == "PING" else f"-ERR unknown command '{words[0]}'"
            self.wfile.write(f"{answer}\r\n".encode())


class Memcached(socketserver.StreamRequestHandler):
    """Knows its version."""

    def handle(self) -> None:
        """Answer line by line."""
        while line := self.rfile.readline():
            self.wfile.write(b"VERSION 1.6.0\r\n" if line.strip() == b"version" else b"ERROR\r\n")


class Server(socketserver.ThreadingTCPServer):
    """One that does not outlive this process."""

    daemon_threads = True


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


def start(
    stack: contextlib.ExitStack, names: list[str], options: list[str], handler: type[socketserver.StreamRequestHandler]
) -> tuple[int, str]:
    """Start the first of these programs that is installed, or else this handler; return its port and what it is."""
    port = free_port()
    for name in names:
        program = shutil.which(name)
        if program:
            server = stack.enter_context(
                subprocess.Popen([program, *options, str(port)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            )
            stack.callback(server.kill)
            return port, name
    threading.Thread(target=Server((HOST, port), handler).serve_forever, daemon=True).start()
    return port, "a stand-in"


def main() -> None:
    """Serve until the file is gone."""
    ports_file = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        redis = ["--bind", HOST, "--save", "", "--dir", folder, "--requirepass", PASSWORD, "--port"]
        servers = {
            "redis": start(stack, ["valkey-server", "redis-server"], redis, Redis),
            # It does not run as root without being told as whom.
            "memcached": start(stack, ["memcached"], ["-u", "nobody", "-l", HOST, "-p"], Memcached),
        }
        unfinished = ports_file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(servers))
        os.replace(unfinished, ports_file)
        while ports_file.exists():
            time.sleep(0.1)


if __name__ == "__main__":
    main()
