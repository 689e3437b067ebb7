# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/inside.md names every file of plugins/module_utils, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "inside.md").read_text()
UTILS = {file.name for file in (CHECKOUT / "plugins" / "module_utils").glob("*.py")}
NAMED = set(re.findall(r"`([\w/.]+)`", PAGE))


def test_every_file_is_named() -> None:
    assert sorted(UTILS - NAMED) == []


def test_every_file_that_is_named_is_there() -> None:
    files = {name for name in NAMED if name.endswith(".py") or name.startswith(("tests/", "plugins/"))}
    places = {CHECKOUT / name if "/" in name else CHECKOUT / "plugins" / "module_utils" / name for name in files}
    assert sorted(str(place) for place in places if not place.exists()) == []
