# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a checkout says about the release that it would make, read from its files and from git."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class State:
    """What has to agree before a release."""

    # galaxy.yml, plugins/module_utils/_version.py, and the tarballs that README.md names.
    version: str
    version_of_plugins: str
    versions_in_readme: frozenset[str]
    # changelogs/changelog.yaml: each release with the kinds of its changes. And the releases in CHANGELOG.md.
    releases: Mapping[str, frozenset[str]]
    versions_in_changelog: frozenset[str]
    # Fragments of the changelog that are in no release yet.
    unreleased: tuple[str, ...]
    tags: frozenset[str]
    # What git status says, line by line.
    uncommitted: tuple[str, ...]
    commit: str


def git(checkout: Path, *command: str) -> list[str]:
    return subprocess.run(
        ["git", "-C", str(checkout), *command], check=True, capture_output=True, text=True
    ).stdout.splitlines()


def constant(file: Path, name: str) -> str:
    """The value that a Python file gives to a name."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return str(ast.literal_eval(node.value))
    return ""


def kinds_of_changes(release: Mapping[str, Any]) -> frozenset[str]:
    """Sections of the changelog with something in them, and modules, plugins and objects where some are new."""
    new = {kind for kind in ("modules", "plugins", "objects") if release.get(kind)}
    return frozenset(new | {section for section, entries in release.get("changes", {}).items() if entries})


def read(checkout: Path) -> State:
    changelogs = checkout / "changelogs"
    releases = yaml.safe_load((changelogs / "changelog.yaml").read_text())["releases"]
    released = {fragment for release in releases.values() for fragment in release.get("fragments", [])}
    fragments = {file.name for file in (changelogs / "fragments").iterdir() if not file.name.startswith(".")}
    anchors = re.findall(r'<a id="v([0-9][0-9a-z-]*)"></a>', (checkout / "CHANGELOG.md").read_text())
    readme = (checkout / "README.md").read_text()
    return State(
        version=str(yaml.safe_load((checkout / "galaxy.yml").read_text())["version"]),
        version_of_plugins=constant(checkout / "plugins" / "module_utils" / "_version.py", "VERSION"),
        versions_in_readme=frozenset(re.findall(r"elasticache-access-(\S+?)\.tar\.gz", readme)),
        releases={str(version): kinds_of_changes(release) for version, release in releases.items()},
        versions_in_changelog=frozenset(anchor.replace("-", ".") for anchor in anchors),
        unreleased=tuple(sorted(fragments - released)),
        tags=frozenset(git(checkout, "tag")),
        uncommitted=tuple(git(checkout, "status", "--porcelain")),
        commit=git(checkout, "rev-parse", "HEAD")[0],
    )
