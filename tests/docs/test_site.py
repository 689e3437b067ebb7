# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The site holds every page, its links lead somewhere, and a reader finds what they look for."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect

from docsite.navigation import PAGE, SECTION
from tests.docs.conftest import Look
from tests.end_to_end.ansible import CHECKOUT

MODULES = sorted(file.stem for file in (CHECKOUT / "plugins" / "modules").glob("elasticache_*.py"))
INVENTORIES = sorted(file.stem for file in (CHECKOUT / "plugins" / "inventory").glob("*.py"))
FILTERS = sorted(file.stem for file in (CHECKOUT / "plugins" / "filter").glob("[!_]*.py"))
ROLES = sorted(folder.name for folder in (CHECKOUT / "roles").iterdir())
PAGES = sorted(str(page.relative_to(CHECKOUT / "docs").with_suffix("")) for page in (CHECKOUT / "docs").rglob("*.md"))


class Links(HTMLParser):
    """What a page links to and loads, and what on it can be linked to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.ids: set[str] = set()
        self.feed(page.read_text())

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note down what the tag refers to, and its name."""
        given = dict(attrs)
        self.targets |= {value for name in ("href", "src") if (value := given.get(name))}
        self.ids |= {value for name in ("id", "name") if (value := given.get(name))}


def test_every_page_plugin_and_role_is_in_the_site_and_in_its_navigation(site: Path) -> None:
    reference = [
        f"{name}_{kind}"
        for kind, names in (("module", MODULES), ("filter", FILTERS), ("inventory", INVENTORIES), ("role", ROLES))
        for name in names
    ]
    wanted = {f"{page}.html" for page in [*PAGES, "reference/index", *(f"reference/{page}" for page in reference)]}
    assert [page for page in sorted(wanted) if not (site / page).is_file()] == []
    assert sorted(wanted - {"index.html"} - Links(site / "index.html").targets) == []


def test_the_front_page_lists_each_page_once_and_all_of_them() -> None:
    """What it lists is the navigation, in which what it leaves out comes last, under no heading of its own."""
    text = (CHECKOUT / "docs" / "index.md").read_text()
    assert sorted(found["page"] for found in PAGE.finditer(text)) == sorted({*PAGES} - {"index"})
    captions = [found["caption"] for found in SECTION.finditer(text)]
    assert len(set(captions)) == len(captions)


def test_every_link_within_the_site_leads_to_what_is_there(site: Path) -> None:
    pages = {page: Links(page) for page in site.rglob("*.html") if "_static" not in page.parts}
    broken = []
    for page, links in pages.items():
        for target in links.targets:
            url = urlsplit(target)
            if url.scheme or url.netloc:
                continue
            there = (page.parent / unquote(url.path)).resolve() if url.path else page
            known = pages[there].ids if there in pages else set()
            if not there.is_file() or (url.fragment and there in pages and unquote(url.fragment) not in known):
                broken.append(f"{page.relative_to(site)}: {target}")
    assert sorted(broken) == []


def test_the_front_page_says_what_it_is_and_leads_on(look: Look) -> None:
    page = look("index.html")
    expect(page).to_have_title(re.compile("elasticache.access"))
    expect(page.locator("h1")).to_contain_text("elasticache.access")
    navigation = page.locator(".sidebar-tree")
    expect(navigation.get_by_role("link", name="Who can reach each cache")).to_be_visible()
    navigation.get_by_role("link", name="Modules, plugins and roles").click()
    expect(page.locator("h1")).to_contain_text("Modules, plugins and roles")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_module_has_its_options_examples_and_return_values(look: Look, scheme: str) -> None:
    page = look("reference/elasticache_sg_access_module.html", color_scheme=scheme)
    expect(page.locator("h1")).to_contain_text("elasticache_sg_access module")
    expect(page.locator("#parameter-purge ~ .ansible-option-title")).to_have_text("purge")
    expect(page.locator("#examples")).to_contain_text("Let the web tier and one subnet reach the cache")
    expect(page.locator("#return-values")).to_contain_text("still_allowed")
    # Text that can be told from what is behind it: antsibull-docs paints tables by itself.
    cell = page.locator("#parameters td").nth(1)
    [text, behind] = cell.evaluate("cell => { const s = getComputedStyle(cell); return [s.color, s.backgroundColor]; }")
    [lightness, other] = (sum(map(float, color[color.index("(") + 1 : -1].split(",")[:3])) for color in (text, behind))
    assert abs(lightness - other) > 300, (text, behind)


def test_the_search_finds_the_page(look: Look) -> None:
    page = look("index.html")
    box = page.get_by_placeholder("Search")
    box.fill("purge")
    box.press("Enter")
    expect(page.locator("#search-results h2")).to_contain_text("Search Results")
    found = page.locator("#search-results li a")
    expect(found.filter(has_text="elasticache_sg_access module")).to_be_visible()
    found.filter(has_text="elasticache_sg_access module").click()
    expect(page.locator("h1")).to_contain_text("elasticache_sg_access module")


@pytest.mark.parametrize("path", ["index.html", "playbooks.html", "reference/cache_access_role.html"])
def test_nothing_is_cut_off_on_a_narrow_screen(look: Look, path: str) -> None:
    page = look(path, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cells = "[...document.querySelectorAll('td p')].map(each => each.getBoundingClientRect().right)"
    assert max([0, *page.evaluate(cells)]) <= 390
