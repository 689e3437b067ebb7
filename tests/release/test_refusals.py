# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each reason against a release, in its sentence, and none where nothing speaks against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.release.refusals import refusals
from tests.release.state import State

READY = State(
    version="1.1.0",
    version_of_plugins="1.1.0",
    versions_in_readme=frozenset({"1.1.0"}),
    releases={"1.0.0": frozenset({"release_summary"}), "1.1.0": frozenset({"minor_changes"})},
    versions_in_changelog=frozenset({"1.0.0", "1.1.0"}),
    unreleased=(),
    tags=frozenset({"1.0.0"}),
    uncommitted=(),
    commit="0" * 40,
)
# The same, under another version.
ELSEWHERE = {
    "version_of_plugins": "1.0.1",
    "versions_in_readme": frozenset({"1.0.1"}),
    "versions_in_changelog": frozenset({"1.0.0", "1.0.1"}),
}


def test_nothing_speaks_against_what_is_ready() -> None:
    assert refusals(READY) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"version_of_plugins": "1.0.0"},
            "plugins/module_utils/_version.py says VERSION 1.0.0 and galaxy.yml says 1.1.0: make them the same.",
        ),
        (
            {"versions_in_readme": frozenset({"1.0.0", "1.1.0"})},
            "README.md shows how to install the tarball of 1.0.0, 1.1.0, and galaxy.yml says 1.1.0: "
            "write elasticache-access-1.1.0.tar.gz there.",
        ),
        (
            {"versions_in_readme": frozenset()},
            "README.md shows how to install the tarball of none, and galaxy.yml says 1.1.0: "
            "write elasticache-access-1.1.0.tar.gz there.",
        ),
        (
            {"unreleased": tuple(f"{letter}.yml" for letter in "abcdefg")},
            "changelogs/fragments holds what is in no release yet (a.yml, b.yml, c.yml, d.yml, e.yml and 2 more): "
            "run .venv/bin/antsibull-changelog release, and commit what it writes.",
        ),
        (
            {"releases": {"1.0.0": frozenset()}},
            "changelogs/changelog.yaml knows no 1.1.0, which galaxy.yml says: write changelogs/fragments/1.1.0.yml "
            "with a release_summary and run .venv/bin/antsibull-changelog release.",
        ),
        (
            {"versions_in_changelog": frozenset({"1.0.0"})},
            "CHANGELOG.md has no section for 1.1.0, though changelogs/changelog.yaml has: "
            "run .venv/bin/antsibull-changelog generate, and commit what it writes.",
        ),
        (
            {"releases": {**READY.releases, "1.10.0": frozenset()}},
            "galaxy.yml says version 1.1.0, and changelogs/changelog.yaml has 1.10.0: make it a newer one.",
        ),
        (
            {**ELSEWHERE, "version": "1.0.1", "releases": {"1.0.0": frozenset(), "1.0.1": frozenset({"modules"})}},
            "1.0.0 to 1.0.1 is a patch release, and the changelog says modules: make it a minor one.",
        ),
        (
            {"releases": {"1.0.0": frozenset(), "1.1.0": frozenset({"breaking_changes"})}},
            "1.0.0 to 1.1.0 is a minor release, and the changelog says breaking_changes: make it a major one.",
        ),
        (
            {"tags": frozenset({"1.0.0", "1.1.0"})},
            "There is a tag 1.1.0, so that 1.1.0 is released already: make galaxy.yml say a newer one.",
        ),
        (
            {"tags": frozenset({"v1.1.0"})},
            "There is a tag v1.1.0, so that 1.1.0 is released already: make galaxy.yml say a newer one.",
        ),
        (
            {"uncommitted": (" M README.md", "?? notes")},
            "git status is not clean ( M README.md, ?? notes): commit what is to be released, remove the rest.",
        ),
    ],
)
def test_reason_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert refusals(replace(READY, **changes)) == [sentence]


def test_what_is_no_semantic_version_is_told_so() -> None:
    told = refusals(replace(READY, version="1.1"))
    assert told[0] == "galaxy.yml says version 1.1, which is no semantic version: make it MAJOR.MINOR.PATCH."
