# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page by keyboard, by screen reader, on a narrow screen, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page import reports
from tests.page.conftest import Look
from tests.page.reports import Report

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def middling() -> Report:
    """Return a fleet that needs every pager."""
    return reports.fleet(120, hosts=2)


def unfold(page: Page) -> None:
    """Unfold the first of everything."""
    page.evaluate(
        "for (const list of ['#findings', '#policy', '#caches']) document.querySelector(`${list} details`)?.unfold()"
    )
    page.evaluate("document.querySelector('details.members')?.unfold()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("make", [reports.handmade, middling, reports.empty, reports.not_compared])
def test_axe_finds_nothing(look: Look, make: Callable[[], Report], scheme: str) -> None:
    page = look(make(), color_scheme=scheme)
    unfold(page)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert not found.violations_count, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_is_chosen(look: Look, scheme: str) -> None:
    page = look(reports.handmade(), color_scheme=scheme)
    page.locator(".tile.critical").click()
    page.locator("#picture .node").first.click()
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert not found.violations_count, found.generate_report()


def test_headings_leave_out_no_level(look: Look) -> None:
    page = look(reports.handmade())
    unfold(page)
    levels = page.locator("h1, h2, h3, h4").evaluate_all("nodes => nodes.map(node => Number(node.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _key in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_keyboard_alone_is_enough(look: Look) -> None:
    page = look(reports.handmade())
    page.keyboard.press("Tab")
    expect(page.locator(".skip:focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main:focus")).to_have_count(1)

    tab_to(page, "input[type=search]")
    page.keyboard.type("app-")
    expect(page.locator("details.cache")).to_have_count(2)

    tab_to(page, "#picture .node")
    expect(page.locator("#picture svg.dimmed")).to_have_count(1)
    before = page.locator(":focus").get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    after = page.locator(":focus").get_attribute("aria-label")
    assert before and after and " reaches " in before and " admits " in after
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("details.cache")).to_have_count(1)
    expect(page.locator("#picture .node:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("details.cache")).to_have_count(2)

    tab_to(page, ".matrix .column")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".cell:focus")).to_contain_text("app-web to carts")
    page.keyboard.press("Enter")
    expect(page.locator("details.cache[open] tr:focus")).to_contain_text("app-web")


def test_choosing_a_source_keeps_it_in_focus(look: Look) -> None:
    page = look(reports.handmade())
    tab_to(page, "#picture .node")
    before = page.locator(":focus").get_attribute("aria-label")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Only what")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Only what")).to_be_hidden()
    assert page.locator(":focus").get_attribute("aria-label") == before


def test_cache_opens_with_enter(look: Look) -> None:
    page = look(reports.clean())
    tab_to(page, "details.cache > summary")
    assert page.locator(":focus").evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("details.cache[open] .body")).to_be_visible()
    tab_to(page, ".scroll")
    tab_to(page, "details.members > summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("app-web-1", exact=True)).to_be_visible()


@pytest.mark.parametrize("make", [reports.handmade, middling, reports.hostile])
def test_narrow_page_does_not_scroll_sideways(look: Look, make: Callable[[], Report]) -> None:
    page = look(make(), viewport={"width": 400, "height": 800})
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    assert page.evaluate("document.body.scrollWidth") <= 400


def background(page: Page) -> str:
    """Return the colour behind everything."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_colours_follow_the_system_until_they_are_chosen(look: Look) -> None:
    page = look(reports.clean(), color_scheme="light")
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert light != dark
    page.get_by_text("light", exact=True).click()
    assert background(page) == light
    page.emulate_media(color_scheme="light")
    page.get_by_text("dark", exact=True).click()
    assert background(page) == dark


def test_paper_is_light_and_has_no_controls(look: Look) -> None:
    page = look(middling(), color_scheme="dark")
    unfold(page)
    page.get_by_text("dark", exact=True).click()
    page.emulate_media(media="print")
    assert background(page) == "rgb(255, 255, 255)"
    for control in ("input", "select", ".clear", ".pager button", ".more", "nav", ".skip"):
        assert page.locator(control).count() > 0
        expect(page.locator(f"{control} >> visible=true")).to_have_count(0)
    expect(page.locator("details.cache[open] .body")).to_be_visible()
    expect(page.locator(".tile.critical")).to_be_visible()


def test_nothing_is_cut_off_on_paper(look: Look) -> None:
    # The width of A4, landscape, less its margins.
    page = look(middling(), viewport={"width": 1032, "height": 700})
    unfold(page)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1032
    assert page.locator(".scroll:visible").evaluate_all(
        "nodes => nodes.every(node => getComputedStyle(node).overflow === 'visible')"
    )
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_without_javascript_the_page_says_so(look: Look) -> None:
    page = look(reports.clean(), wait=False, java_script_enabled=False)
    assert "This page needs JavaScript." in page.locator("body").inner_text()
