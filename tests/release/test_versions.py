# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Semantic versions: what is one, and what goes up for what."""

from __future__ import annotations

import pytest

from tests.release.versions import goes_up_enough, parsed


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.0.0", (1, 0, 0)),
        ("0.10.2", (0, 10, 2)),
        ("1.0", None),
        ("v1.0.0", None),
        ("01.0.0", None),
        ("1.0.0-dev", None),
        ("1.0.0\n", None),
        ("", None),
    ],
)
def test_three_numbers_are_a_version(text: str, numbers: tuple[int, ...] | None) -> None:
    assert parsed(text) == numbers


@pytest.mark.parametrize(
    ("before", "after", "changes", "enough"),
    [
        ("1.0.0", "1.0.1", {"bugfixes", "release_summary", "security_fixes"}, True),
        ("1.0.0", "1.0.1", {"minor_changes"}, False),
        ("1.0.0", "1.0.1", {"modules"}, False),
        ("1.0.0", "1.1.0", {"minor_changes", "modules"}, True),
        ("1.0.0", "1.1.0", {"breaking_changes"}, False),
        ("1.0.0", "1.1.0", {"removed_features"}, False),
        ("1.0.0", "2.0.0", {"breaking_changes"}, True),
        # Nothing was promised yet.
        ("0.8.0", "0.9.0", {"breaking_changes"}, True),
        ("0.8.0", "0.8.1", {"breaking_changes"}, False),
        ("0.8.0", "1.0.0", {"bugfixes"}, True),
    ],
)
def test_changes_ask_for_a_part_to_go_up(before: str, after: str, changes: set[str], enough: bool) -> None:
    old, new = parsed(before), parsed(after)
    assert old and new
    assert goes_up_enough(old, new, changes) is enough
