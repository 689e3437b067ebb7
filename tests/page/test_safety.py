# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whoever names a cache, a group or an instance writes nothing into the page but its name."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.page import reports
from tests.page.conftest import TEMPLATE, Look, Render
from tests.page.reports import HOSTILE


def test_hostile_names_are_shown_and_not_run(look: Look) -> None:
    page = look(reports.hostile())
    page.evaluate("document.querySelectorAll('details').forEach(details => details.unfold?.())")
    page.evaluate("document.querySelectorAll('details.members').forEach(details => details.unfold())")
    assert page.evaluate("window.__pwned") is None
    assert page.locator("script").count() == 2
    assert page.locator("img, iframe, object, embed, link, base").count() == 0
    for name in HOSTILE:
        for place in (
            "#top li",
            ".notice li",
            "#findings .fix",
            "#policy .said p",
            "details.cache h3",
            ".facts dd",
            ".tags li",
            ".members b",
            "td span",
        ):
            assert any(name in text for text in page.locator(place).all_text_contents()), (name, place)
        assert name in page.locator("select[name=host]").evaluate(
            "node => [...node.options].map(option => option.value)"
        )


def test_hostile_address_is_only_searched_for(look: Look) -> None:
    page = look(reports.clean(), address="#q=<img src=x onerror=window.__pwned=1>&severity=<b>&host=__proto__")
    assert page.get_by_role("searchbox").input_value() == "<img src=x onerror=window.__pwned=1>"
    assert page.locator("select[name=severity]").input_value() == ""
    assert page.evaluate("window.__pwned") is None


def test_embedded_report_cannot_end_its_element(rendered: Render) -> None:
    text = rendered(reports.hostile()).read_text(encoding="utf-8")
    [embedded] = re.findall(r'<script type="application/json" id="report">(.*?)</script>', text, re.DOTALL)
    assert embedded.startswith("{") and embedded.endswith("}")
    assert not set(embedded) & set("<>&\u2028\u2029")
    assert embedded.isascii()
    assert "49" not in re.findall(r'"name":"(.*?)"', embedded)


def test_nonce_is_another_for_another_report(rendered: Render) -> None:
    report = reports.clean()
    other = copy.deepcopy(report)
    other["generated_at"] = "2026-11-25T01:02:04Z"
    nonces = [set(re.findall(r"nonce[-=]\"?([0-9a-f]+)", rendered(each).read_text())) for each in (report, other)]
    assert [len(found) for found in nonces] == [1, 1]
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("markup", ["<script>window.__pwned=1</script>", "<img src=x onerror=window.__pwned=1>"])
def test_policy_would_stop_what_got_through(browser: Browser, rendered: Render, tmp_path: Path, markup: str) -> None:
    broken = tmp_path / "broken.html"
    broken.write_text(rendered(reports.clean()).read_text().replace("<h1>", f"{markup}<h1>"))
    said: list[str] = []
    page = browser.new_page(offline=True)
    page.on("console", lambda message: said.append(message.text))
    page.goto(broken.as_uri())
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("window.__pwned") is None
    assert "Content Security Policy" in " ".join(said)
    page.close()


def test_no_file_holds_what_jinja_would_take_for_its_own() -> None:
    files = [file for file in TEMPLATE.parent.iterdir() if file.suffix in (".js", ".css")]
    assert len(files) > 2
    assert not [file.name for file in files if re.search(r"{[{%#]", file.read_text())]
    assert not [
        file.name
        for file in files
        if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", file.read_text())
    ]
