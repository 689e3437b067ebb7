# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The navigation of the site is what docs/index.md lists, which so needs nothing that a code host cannot show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SECTION = re.compile(r"^## (?P<caption>.+)\n(?P<text>(?:(?!## ).*\n?)*)", re.MULTILINE)
PAGE = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<page>[^)#:]+)\.md\)", re.MULTILINE)
PLUGIN = re.compile(r"^(?P<indent> +)(?P<name>\w+)_(?P<kind>module|filter|role|inventory)$", re.MULTILINE)
CONTENTS = re.compile(r"^\.\. contents::\n(?: +:.*\n)+", re.MULTILINE)
TITLE = re.compile(r"^elasticache\.access\.(?P<name>\S+) (?P<kind>\w+) -- (?P<does>.+)\n\++$", re.MULTILINE)
REFERENCE = "reference/index"
REFERENCE_TITLE = "Modules, plugins and roles"


def toctree(caption: str, pages: list[str]) -> str:
    """Return the directive that puts pages into the navigation and shows nothing on the page itself."""
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```", ""])


def navigation(text: str, pages: set[str]) -> str:
    """Return the page with a part of the navigation for each of its sections; pages that it does not name come last."""
    trees, named = [], set()
    for section in SECTION.finditer(text):
        listed = [(entry["title"], entry["page"]) for entry in PAGE.finditer(section["text"])]
        entries = [f"{title} <{page}>" for title, page in listed]
        named |= {page for _title, page in listed}
        if section["caption"] == "Reference":
            entries.append(f"{REFERENCE_TITLE} <{REFERENCE}>")
        if entries:
            trees.append(toctree(section["caption"], entries))
    rest = sorted(page for page in pages - named - {"index"} if not page.startswith("reference/"))
    return text + "".join(trees) + (toctree("More", rest) if rest else "")


def reference(text: str) -> str:
    """Return the page of a plugin or role with its name as the title, and without contents, which the theme shows."""
    text = CONTENTS.sub("", text, count=1)
    return TITLE.sub(
        lambda found: f"{found['name']} {found['kind']}\n{'+' * len(found[0])}\n\n{found['does']}\n", text, count=1
    )


def reference_index(text: str) -> str:
    """Return the index of the plugins and roles with a title that says so, and with names in the navigation."""
    text = CONTENTS.sub("", text, count=1)
    # The navigation has room for names, and none for sentences.
    text = PLUGIN.sub(r"\g<indent>\g<name> <\g<name>_\g<kind>>", text)
    return re.sub(r"^.+\n=+$", f"{REFERENCE_TITLE}\n{'=' * len(REFERENCE_TITLE)}", text, count=1, flags=re.MULTILINE)


def _read(app: Sphinx, page: str, content: list[str]) -> None:
    if page == "index":
        content[0] = navigation(content[0], app.env.found_docs)
    elif page == REFERENCE:
        content[0] = reference_index(content[0])
    elif page.startswith("reference/"):
        content[0] = reference(content[0])


def setup(app: Sphinx) -> None:
    """Join the navigation to Sphinx."""
    app.connect("source-read", _read)
