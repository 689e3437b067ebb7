# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A thousand caches in one page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.page import reports
from tests.page.conftest import Look, Render
from tests.page.reports import Report

LARGEST = 10_000_000
# Milliseconds. It takes less than one second where nothing else runs.
SOON = 4_000


@pytest.fixture(scope="module")
def large() -> Report:
    """A thousand caches with ten rules each, and a finding for every second rule."""
    return reports.fleet(1000, 10, hosts=4, findings_every=2)


def test_large_page_is_small_enough(rendered: Render, large: Report) -> None:
    assert large["summary"]["rules"] >= 10_000
    assert sum(large["summary"]["findings"].values()) >= 5_000
    assert rendered(large).stat().st_size < LARGEST


def test_large_page_is_soon_ready(look: Look, large: Report) -> None:
    times = []
    for _attempt in range(3):
        page = look(large)
        times.append(page.evaluate("performance.getEntriesByName('access-audit-ready')[0].startTime"))
        page.close()
    assert min(times) < SOON


def test_large_page_is_searched(look: Look, large: Report) -> None:
    page = look(large)
    page.get_by_role("searchbox").fill("payments-sessions team=payments")
    expect(page.locator("#shown")).to_contain_text("5 of 1,000 caches shown")


def test_caches_come_in_portions(look: Look, large: Report) -> None:
    page = look(large)
    expect(page.locator("details.cache")).to_have_count(250)
    page.get_by_role("button", name="Show 250 more of 1,000 caches").click()
    expect(page.locator("details.cache")).to_have_count(500)
    expect(page.locator(".body")).to_have_count(0)
