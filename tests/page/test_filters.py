# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The search and the filters apply to findings, differences, picture, matrix and caches alike."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page import reports
from tests.page.conftest import Look


def shown(page: Page) -> list[str]:
    """Return the names of the caches that are listed, having seen that the other sections show no other."""
    names = page.locator("details.cache h3").all_text_contents()
    columns = page.locator(".matrix:visible .column > span:last-child").all_text_contents()
    assert set(columns) <= set(names)
    page.evaluate("document.querySelectorAll('#findings details, #policy details').forEach(one => one.unfold())")
    places = page.locator("#findings .place.link, #policy .place.link")
    assert {text.removesuffix(" shop-eu-west-1") for text in places.all_text_contents()} <= set(names)
    drawn = page.locator("#picture .node").evaluate_all("nodes => nodes.map(node => node.getAttribute('aria-label'))")
    on_the_right = [label for label in drawn if " admits " in label]
    assert all(any(name in label for name in names) for label in on_the_right)
    expect(page.locator("#shown")).to_contain_text(f"{len(names)} of 3 caches shown")
    return names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sessions", ["sessions"]),
        ("SESS", ["sessions"]),
        ("app-web", ["sessions", "carts"]),
        ("app-web sessions", ["sessions"]),
        ("10.20.0.0/16", ["carts"]),
        ("ELB app/batch", ["carts"]),
        ("10.0.9.9", ["carts"]),
        ("web-2", ["sessions", "carts"]),
        ("Web tier", ["sessions"]),
        ("team=shop", ["sessions"]),
        ("memcached", ["pages"]),
        ("arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:carts", ["carts"]),
        ("expired", ["carts"]),
        ("offices", ["carts"]),
        ("nothing of this name", []),
    ],
)
def test_search(look: Look, query: str, names: list[str]) -> None:
    page = look(reports.handmade())
    page.get_by_role("searchbox").fill(query)
    expect(page).to_have_url(re.compile("#q="))
    assert shown(page) == names


@pytest.mark.parametrize(
    ("name", "value", "names"),
    [
        ("severity", "critical", ["sessions"]),
        ("severity", "medium", ["carts"]),
        ("severity", "none", ["pages"]),
        ("drift", "unexpected", ["sessions"]),
        ("drift", "missing", ["carts"]),
        ("drift", "wanted", ["sessions", "carts"]),
        ("host", "shop-us-east-1", []),
        ("host", "shop-eu-west-1", ["sessions", "carts", "pages"]),
        ("kind", "serverless", ["carts"]),
        ("kind", "cluster", ["pages"]),
        ("managed", "managed", ["sessions", "carts"]),
        ("managed", "foreign", ["sessions"]),
        ("unknown", "unknown", ["sessions", "carts", "pages"]),
    ],
)
def test_filter(look: Look, name: str, value: str, names: list[str]) -> None:
    page = look(reports.handmade())
    page.locator(f"select[name={name}]").select_option(value)
    assert shown(page) == names
    assert f"{name}={value}" in page.url
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert shown(page) == names
    page.get_by_role("button", name="Clear").click()
    assert shown(page) == ["sessions", "carts", "pages"]
    assert name not in page.url


def test_unknown_filter_leaves_what_is_known(look: Look) -> None:
    report = reports.fleet(20)
    page = look(report)
    page.locator("select[name=unknown]").select_option("unknown")
    blind = {each["name"] for each in report["caches"] if any(rule["members"] is None for rule in each["rules"])}
    assert 0 < len(blind) < 20
    assert set(page.locator("details.cache h3").all_text_contents()) == blind


def test_filters_narrow_the_rules(look: Look) -> None:
    page = look(reports.handmade())
    page.locator("select[name=drift]").select_option("wanted")
    expect(page.locator(".cell.unexpected, .cell.missing")).to_have_count(0)
    page.locator("details.cache summary").first.click()
    expect(page.locator("details.cache").first.locator("tbody tr:visible")).to_have_count(1)
    expect(page.locator("details.cache").first).to_contain_text(
        "2 more rules of this cache, not shown because of the filters"
    )
    page.locator("select[name=drift]").select_option("")
    expect(page.locator("details.cache").first.locator("tbody tr:visible")).to_have_count(3)


def test_count_chooses_and_lets_go(look: Look) -> None:
    page = look(reports.handmade())
    page.locator(".tile.critical").click()
    expect(page.locator(".tile.critical")).to_have_attribute("aria-pressed", "true")
    assert shown(page) == ["sessions"]
    page.locator(".tile.critical").click()
    assert shown(page) == ["sessions", "carts", "pages"]


def test_nothing_left_is_not_called_clean(look: Look) -> None:
    page = look(reports.clean())
    page.get_by_role("searchbox").fill("nothing of this name")
    expect(page.locator("#findings")).to_contain_text("None match the filters.")
    expect(page.locator("#caches")).to_contain_text("No cache matches the filters.")
