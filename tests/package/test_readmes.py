# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Galaxy shows the READMEs where the files beside them are not: their links are whole addresses, and lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.package.conftest import CHECKOUT

READMES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "roles").glob("*/README.md"))]
# Beside the words, or at the end of the page under the name that the words give.
LINK = re.compile(r"\]\(([^)]+)\)|^\[[^\]]+\]: (\S+)$", re.MULTILINE)
LINKS = [(file, match[1] or match[2]) for file in READMES for match in LINK.finditer(file.read_text())]
NAMED = re.compile(r"\]\[([^\]]+)\]")
# Where the files of the repository are to be seen.
OURS = re.compile(
    re.escape(yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())["repository"])
    + "/(?P<kind>blob|tree)/main/(?P<path>[^#]+)"
)


def test_every_role_has_one() -> None:
    assert {file.parent.name for file in READMES[1:]} == {folder.name for folder in (CHECKOUT / "roles").iterdir()}


def test_every_name_of_a_link_has_its_address() -> None:
    page = READMES[0].read_text()
    assert [name for name in NAMED.findall(page) if f"\n[{name}]: " not in page] == []


@pytest.mark.parametrize(("file", "link"), LINKS, ids=[f"{file.parent.name}-{link}" for file, link in LINKS])
def test_link_leads_to_what_is_there(file: Path, link: str) -> None:
    assert link.startswith(("https://", "#")), f"{file} has a link that Galaxy cannot follow"
    ours = OURS.match(link)
    if ours:
        target = CHECKOUT / ours["path"]
        assert target.is_dir() if ours["kind"] == "tree" else target.is_file()
