# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The site as `make docs` builds it, served on a loopback port, and a real browser that looks at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from docsite.__main__ import build
from tests.page.conftest import PATIENCE, browser

__all__ = ["browser"]

Look = Callable[..., Page]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once; any warning fails it."""
    return build(tmp_path_factory.mktemp("docs") / "site")


@pytest.fixture(scope="package")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def look(browser: Browser, address: str) -> Iterator[Look]:
    """Opens a page of the site; what it asks of another host, does not find or complains of fails the test."""
    complaints: list[str] = []
    pages: list[Page] = []

    def heard(message: ConsoleMessage) -> None:
        complaints.append(f"{message.type}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            complaints.append(f"request: {request.url}")

    def open_page(path: str, **options: Any) -> Page:
        page = browser.new_context(**options).new_page()
        page.on("console", heard)
        page.on("request", asked)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.set_default_timeout(PATIENCE)
        pages.append(page)
        page.goto(address + path)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert not complaints
