# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Semantic versions, as far as we use them: MAJOR.MINOR.PATCH, and what has to go up for which changes."""

from __future__ import annotations

import re
from collections.abc import Iterable

Version = tuple[int, ...]

PARTS = ("major", "minor", "patch")
# The sections of the changelog, and modules and the like that are new, by what they need to go up.
MAJOR = {"breaking_changes", "removed_features"}
MINOR = {"major_changes", "minor_changes", "deprecated_features", "modules", "plugins", "objects"}


def parsed(text: str) -> Version | None:
    """The numbers of a version, or None where it is none."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", text):
        return None
    return tuple(map(int, text.split(".")))


def part_that_went_up(before: Version, after: Version) -> str:
    """The first part in which two versions differ."""
    return next(part for part, old, new in zip(PARTS, before, after, strict=True) if old != new)


def part_that_has_to(before: Version, changes: Iterable[str]) -> str:
    """What such changes need. Before 1.0.0 nothing is promised yet, and breaking changes need no more than a minor."""
    kinds = set(changes)
    if kinds & MAJOR:
        return "major" if before[0] else "minor"
    return "minor" if kinds & MINOR else "patch"


def goes_up_enough(before: Version, after: Version, changes: Iterable[str]) -> bool:
    return PARTS.index(part_that_went_up(before, after)) <= PARTS.index(part_that_has_to(before, changes))
