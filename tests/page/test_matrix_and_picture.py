# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The two views of who reaches what."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.page import reports
from tests.page.conftest import Look


def test_cells_say_what_they_mean(look: Look) -> None:
    page = look(reports.handmade())
    table = page.get_by_role("grid", name="Sources against caches")
    expect(table.locator("thead th[scope=col]")).to_have_text(["Source", "critical: sessions", "medium: carts"])
    expect(table.locator("tbody th[scope=row] .source")).to_have_text(
        ["app-web", "0.0.0.0/0", "2001:db8::/32", "app-batch", "10.20.0.0/16", "offices"]
    )
    for text in (
        "0.0.0.0/0 to sessions: port 6379, unexpected, wider than the cache needs, finding: critical",
        "app-web to carts: ports 6379, 6380, wanted, finding: medium",
        "offices to carts: port 6380, missing",
    ):
        expect(table.get_by_role("button", name=text, exact=True)).to_be_visible()
    assert all(table.locator("td").all_text_contents())


def test_cell_leads_to_its_rule(look: Look) -> None:
    page = look(reports.handmade())
    page.get_by_role("button", name="0.0.0.0/0 to sessions").click()
    row = page.locator("details.cache[open] tr:focus")
    expect(row).to_contain_text("0.0.0.0/0")
    expect(row).to_be_in_viewport()


def test_cell_of_a_missing_grant_leads_to_it(look: Look) -> None:
    page = look(reports.handmade())
    page.get_by_role("button", name="offices to carts: port 6380, missing").click()
    expect(page.locator("details.cache[open] li:focus")).to_contain_text("The quota of rules is used up.")


def test_window_of_a_large_matrix_moves(look: Look) -> None:
    page = look(reports.fleet(200, hosts=2))
    matrix = page.locator("#matrix")
    first = matrix.locator(".column").first.text_content()
    expect(matrix.locator("thead th")).to_have_count(31)
    assert matrix.locator("tbody tr").count() <= 40
    matrix.get_by_role("button", name="Next 30 caches").click()
    expect(matrix).to_contain_text("caches 31 to 60 of 200")
    expect(matrix.get_by_role("button", name="Next 30 caches")).to_be_focused()
    assert matrix.locator(".column").first.text_content() != first
    matrix.get_by_role("button", name="Previous 30 caches").click()
    expect(matrix.locator(".column").first).to_have_text(first or "")
    expect(matrix.get_by_role("button", name="Previous 30 caches")).to_have_attribute("aria-disabled", "true")


def test_cell_leads_to_a_cache_far_down(look: Look) -> None:
    page = look(reports.fleet(300))
    matrix = page.locator("#matrix")
    for _page in range(9):
        matrix.get_by_role("button", name="Next 30 caches").click()
    matrix.locator(".cell").first.click()
    expect(page.locator("details.cache[open] tr:focus")).to_be_in_viewport()


def test_picture_bundles_caches_with_the_same_sources(look: Look) -> None:
    report = reports.fleet(12)
    report["caches"] = [reports.cache("shop-eu-west-1", f"cache-{number}") for number in range(5)]
    for number, each in enumerate(report["caches"]):
        each["rules"].append(reports.rule(each, reports.source("cidr", "10.0.0.0/8" if number < 3 else "10.1.0.0/16")))
    page = look(reports.whole(report["hosts"], report["caches"]))
    picture = page.get_by_role("group", name="Who reaches what")
    expect(picture.get_by_role("button")).to_have_count(4)
    expect(
        picture.get_by_role("button", name="3 caches: cache-0, cache-1 and cache-2, admits 1 source")
    ).to_be_visible()
    expect(picture.locator(".edge")).to_have_count(2)


def test_large_picture_draws_the_worst_and_says_so(look: Look) -> None:
    report = reports.fleet(500, hosts=2)
    page = look(report)
    nodes = page.locator("#picture .node")
    assert 120 < nodes.count() <= 240
    expect(page.locator("#picture")).to_contain_text(
        re.compile(r"Drawn are the worst; \d+ sources and \d+ caches are left out")
    )
    criticals = {each["name"] for each in report["caches"] if each["worst"] == "critical"}
    drawn = " ".join(page.locator("#picture .node.critical").evaluate_all("nodes => nodes.map((n) => n.ariaLabel)"))
    assert criticals
    assert [name for name in criticals if name not in drawn] == []


def test_picture_of_200_caches_leaves_none_of_them_out(look: Look) -> None:
    page = look(reports.fleet(200))
    assert page.locator("#picture .node").count() > 100
    expect(page.locator("#picture")).not_to_contain_text("left out")


def test_picture_keeps_apart_what_is_there_and_what_is_missing(look: Look) -> None:
    report = reports.fleet(2)
    report["caches"] = [reports.cache("shop-eu-west-1", name) for name in ("there", "lacking")]
    there, lacking = report["caches"]
    web = reports.source("cidr", "10.0.0.0/8")
    there["rules"].append(reports.rule(there, web))
    missing = {
        "cache": "lacking",
        "port": 6379,
        "security_group": None,
        "source": web,
        "description": "",
        "reason": None,
    }
    lacking["missing"].append(missing)
    page = look(reports.whole(report["hosts"], report["caches"]))
    expect(page.locator("#picture .edge")).to_have_count(2)


def test_looking_at_a_node_dims_the_rest(look: Look) -> None:
    page = look(reports.handmade())
    page.locator("#picture .node", has_text="app-batch").first.hover()
    expect(page.locator("#picture svg.dimmed .edge.lit")).to_have_count(1)
    expect(page.locator("#picture .node.lit")).to_have_count(2)
    page.locator("h1").hover()
    expect(page.locator("#picture svg.dimmed, #picture .lit")).to_have_count(0)


def test_choosing_a_node_filters_the_page_and_choosing_it_again_does_not(look: Look) -> None:
    page = look(reports.handmade())
    node = page.get_by_role("button", name=re.compile("^app-batch, security group"))
    node.click()
    expect(page.locator("details.cache h3")).to_have_text(["carts"])
    expect(page.locator(".cell")).to_have_count(1)
    expect(page.get_by_role("button", name="Only what app-batch reaches")).to_be_visible()
    node.click()
    expect(page.locator("details.cache")).to_have_count(3)
    page.get_by_role("button", name=re.compile("^carts, admits")).click()
    expect(page.locator("details.cache h3")).to_have_text(["carts"])
    page.get_by_role("button", name="Only carts").click()
    expect(page.locator("details.cache")).to_have_count(3)
