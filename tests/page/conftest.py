# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pages made by the real ansible.builtin.template, and a real browser that looks at them without a network."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.page.reports import Report

TEMPLATE = CHECKOUT / "roles" / "access_audit" / "templates" / "access-audit.html.j2"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# A busy machine is no fault of the page.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)

Render = Callable[[Report], Path]
Look = Callable[..., Page]


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    # Playwright talks to its driver through pipes, and asyncio needs a pair of Unix sockets.
    pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()


@pytest.fixture(scope="package")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Render:
    """Makes the page of a report, once for each report."""
    pages: dict[str, Path] = {}

    def render(report: Report) -> Path:
        text = json.dumps(report)
        if text not in pages:
            folder = tmp_path_factory.mktemp("page")
            (folder / "report.json").write_text(text)
            # A lookup's answer is no template, just as a module's is none.
            read = "{{ lookup('ansible.builtin.file', 'report.json') | from_json }}"
            task = {
                "ansible.builtin.template": {"src": str(TEMPLATE), "dest": str(folder / "page.html"), "mode": "0600"},
                "vars": {"access_audit_report": read},
                "diff": False,
            }
            [result] = Ansible(folder, "http://127.0.0.1:9").tasks(task)
            assert result["changed"] is True, result
            pages[text] = folder / "page.html"
        return pages[text]

    return render


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's, Ubuntu's or Google's browser, whichever is there."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"needs one of {', '.join(BROWSERS)} on PATH: install Debian's package chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program)
        yield started
        started.close()


@pytest.fixture
def look(browser: Browser, rendered: Render) -> Iterator[Look]:
    """Opens the page of a report; whatever it asks the network for or complains of fails the test."""
    complaints: list[str] = []
    pages: list[Page] = []

    def open_page(report: Report, address: str = "", wait: bool = True, **options: Any) -> Page:
        url = rendered(report).as_uri()
        context = browser.new_context(**{"offline": True, "viewport": {"width": 1280, "height": 900}, **options})
        page = context.new_page()

        def heard(message: ConsoleMessage) -> None:
            complaints.append(f"{message.type}: {message.text}")

        def asked(request: Request) -> None:
            if request.url.partition("#")[0] != url:
                complaints.append(f"request: {request.url}")

        def failed(error: Error) -> None:
            complaints.append(f"error: {error}")

        page.on("console", heard)
        page.on("request", asked)
        page.on("pageerror", failed)
        page.set_default_timeout(PATIENCE)
        pages.append(page)
        page.goto(url + address)
        if wait:
            page.wait_for_selector("html[data-ready]")
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert not complaints
