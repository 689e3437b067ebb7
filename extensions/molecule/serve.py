# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`serve.py FILE REGION [--with-node]`: the demo's estate on an emulated AWS, until FILE, which holds its URL, is gone.

With a node, the cache fragments is one that can be connected to.
"""

from __future__ import annotations

import os
import socketserver
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import boto3

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import build
from tests.emulator.server import Emulator


class Memcached(socketserver.StreamRequestHandler):
    """Says its version whenever it is asked, for elasticache_ping to hear."""

    def handle(self) -> None:
        for line in self.rfile:
            if line.strip() == b"version":
                self.wfile.write(b"VERSION 1.6.22\r\n")


def serve_node(url: str, region: str) -> None:
    """Have a server of this machine behind the endpoint of the cache fragments."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Memcached)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = {"Address": "127.0.0.1", "Port": server.server_address[1]}
    nodes = [{"CacheNodeId": "0001", "Endpoint": endpoint}]
    set_window(
        url, "fragments", region=region, kind="cluster", also={"CacheNodes": nodes, "ConfigurationEndpoint": endpoint}
    )


def main() -> None:
    url_file, region = Path(sys.argv[1]), sys.argv[2]
    with Emulator() as emulator:
        session = boto3.Session("molecule", "molecule", region_name=region)
        build(*(session.client(service, endpoint_url=emulator.url) for service in ("ec2", "elasticache")))
        if "--with-node" in sys.argv:
            serve_node(emulator.url, region)
        unfinished = url_file.with_suffix(".unfinished")
        unfinished.write_text(emulator.url)
        os.replace(unfinished, url_file)
        while url_file.exists():
            time.sleep(0.2)


if __name__ == "__main__":
    main()
