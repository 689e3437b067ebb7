# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The built collection: what is in it, and that it works where nothing else of this checkout is."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from tests.package.conftest import CHECKOUT, run

FILTERS = sorted(file.stem for file in (CHECKOUT / "plugins" / "filter").glob("*.py"))
INVENTORIES = sorted(file.stem for file in (CHECKOUT / "plugins" / "inventory").glob("*.py"))
PLAYBOOKS = sorted(file.stem for file in (CHECKOUT / "playbooks").glob("*.yml"))
MODULES = sorted(file.stem for file in (CHECKOUT / "plugins" / "modules").glob("*.py"))

Tool = Callable[..., str]

SHIPPED = {
    *("CHANGELOG.md", "FILES.json", "LICENSE", "MANIFEST.json", "README.md", "SECURITY.md"),
    *("changelogs", "docs", "meta", "playbooks", "plugins", "roles"),
}
LEFTOVERS = ("__pycache__", ".pyc", ".orig", ".rej", ".tar.gz", ".sha256")
SHIPPED_WHOLE = ["meta", "playbooks", "plugins", "roles"]


@pytest.fixture(scope="module")
def shipped(tarball: Path) -> set[str]:
    with tarfile.open(tarball) as archive:
        return set(archive.getnames())


@pytest.fixture
def elsewhere(installed: Path, tmp_path: Path) -> Tool:
    """Runs a command in an empty folder outside the checkout, with the installed collection."""
    return lambda *command: run(*command, cwd=tmp_path, ANSIBLE_COLLECTIONS_PATH=str(installed), PYTHONPATH="")


def test_only_what_users_need_is_shipped(shipped: set[str]) -> None:
    assert {PurePosixPath(name).parts[0] for name in shipped} <= SHIPPED
    assert not {name for name in shipped if any(part.startswith(".") for part in PurePosixPath(name).parts)}
    assert not {name for name in shipped if name.endswith(LEFTOVERS)}
    assert not {name for name in shipped if name.startswith("changelogs/fragments/")}


def test_all_that_users_need_is_shipped(shipped: set[str]) -> None:
    known = run("git", "ls-files", "-z", *SHIPPED_WHOLE, cwd=CHECKOUT).split("\0")
    assert {name for name in known if name and (CHECKOUT / name).is_file()} <= shipped
    assert {"CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "meta/runtime.yml"} <= shipped


def test_tarball_names_its_licence_and_its_dependency(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        manifest = archive.extractfile("MANIFEST.json")
        assert manifest
        about = json.load(manifest)["collection_info"]
    assert about["license"] == ["GPL-3.0-or-later"]
    assert list(about["dependencies"]) == ["amazon.aws"]


@pytest.mark.parametrize("module", MODULES)
def test_installed_module_is_documented(module: str, elsewhere: Tool, installed: Path) -> None:
    documentation = elsewhere("ansible-doc", "--json", f"elasticache.access.{module}")
    [about] = json.loads(documentation[documentation.index("{") :]).values()
    assert Path(about["doc"]["filename"]).is_relative_to(installed)


@pytest.mark.parametrize("name", FILTERS)
def test_installed_filter_is_documented(name: str, elsewhere: Tool, installed: Path) -> None:
    documentation = elsewhere("ansible-doc", "--json", "-t", "filter", f"elasticache.access.{name}")
    [about] = json.loads(documentation[documentation.index("{") :]).values()
    assert Path(about["doc"]["filename"]).is_relative_to(installed)
    assert about["examples"] and about["return"]


@pytest.mark.parametrize("name", INVENTORIES)
def test_installed_inventory_plugin_is_documented(name: str, elsewhere: Tool, installed: Path) -> None:
    documentation = elsewhere("ansible-doc", "--json", "-t", "inventory", f"elasticache.access.{name}")
    [about] = json.loads(documentation[documentation.index("{") :]).values()
    assert Path(about["doc"]["filename"]).is_relative_to(installed)
    # With the options of the fragments, those of the dependency among them.
    assert {"hostnames", "keyed_groups", "cache", "assume_role_arn", "profile", "region"} <= about["doc"][
        "options"
    ].keys()
    assert about["examples"]


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_installed_playbook_is_found_by_its_full_name(playbook: str, elsewhere: Tool, installed: Path) -> None:
    printed = elsewhere("ansible-playbook", "-vv", "--syntax-check", f"elasticache.access.{playbook}")
    assert f"{installed}/ansible_collections/elasticache/access/playbooks/{playbook}.yml" in printed
