# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a checkout must not be released: one sentence per reason, with the way out. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tests.release import versions
from tests.release.state import State

FEW = 5


def listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more


def refusals(state: State) -> list[str]:
    return [*of_version(state), *of_changelog(state), *of_git(state)]


def of_version(state: State) -> Iterator[str]:
    version = state.version
    if not versions.parsed(version):
        yield f"galaxy.yml says version {version}, which is no semantic version: make it MAJOR.MINOR.PATCH."
    if state.version_of_plugins != version:
        yield (
            f"plugins/module_utils/_version.py says VERSION {state.version_of_plugins} and galaxy.yml says {version}: "
            "make them the same."
        )
    if state.versions_in_readme != {version}:
        named = listed(tuple(sorted(state.versions_in_readme))) or "none"
        yield (
            f"README.md shows how to install the tarball of {named}, and galaxy.yml says {version}: "
            f"write elasticache-access-{version}.tar.gz there."
        )


def of_changelog(state: State) -> Iterator[str]:
    version = state.version
    if state.unreleased:
        yield (
            f"changelogs/fragments holds what is in no release yet ({listed(state.unreleased)}): "
            "run .venv/bin/antsibull-changelog release, and commit what it writes."
        )
    if version not in state.releases:
        yield (
            f"changelogs/changelog.yaml knows no {version}, which galaxy.yml says: write "
            f"changelogs/fragments/{version}.yml with a release_summary and run .venv/bin/antsibull-changelog release."
        )
    elif version not in state.versions_in_changelog:
        yield (
            f"CHANGELOG.md has no section for {version}, though changelogs/changelog.yaml has: "
            "run .venv/bin/antsibull-changelog generate, and commit what it writes."
        )
    yield from of_order(state)


def of_order(state: State) -> Iterator[str]:
    """The version has to be the newest, and as much newer as its changes ask for."""
    this = versions.parsed(state.version)
    others = [known for known in map(versions.parsed, state.releases) if known and known != this]
    if not this or not others:
        return
    last = max(others)
    name = ".".join(map(str, last))
    changes = state.releases.get(state.version, frozenset())
    if this < last:
        yield f"galaxy.yml says version {state.version}, and changelogs/changelog.yaml has {name}: make it a newer one."
    elif not versions.goes_up_enough(last, this, changes):
        part = versions.part_that_has_to(last, changes)
        kinds = ", ".join(sorted(changes & (versions.MAJOR | versions.MINOR)))
        yield (
            f"{name} to {state.version} is a {versions.part_that_went_up(last, this)} release, and the changelog says "
            f"{kinds}: make it a {part} one."
        )


def of_git(state: State) -> Iterator[str]:
    for tag in (state.version, f"v{state.version}"):
        if tag in state.tags:
            yield f"There is a tag {tag}, so that {state.version} is released already: make galaxy.yml say a newer one."
    if state.uncommitted:
        yield f"git status is not clean ({listed(state.uncommitted)}): commit what is to be released, remove the rest."
