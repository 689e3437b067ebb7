# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The execution environment that is shipped: ansible-builder takes it, and finds all that the collection needs.

No image is built, for that takes a container engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from tests.package.conftest import run


@pytest.fixture
def shipped(installed: Path) -> Path:
    """The meta folder of the installed collection."""
    return installed / "ansible_collections" / "elasticache" / "access" / "meta"


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def test_builder_takes_the_definition(shipped: Path, tmp_path: Path) -> None:
    """What it would build from is the collection, on the ansible-core that the collection is made for."""
    definition = shipped / "execution-environment.yml"
    context = tmp_path / "context"
    run(
        *("ansible-builder", "create", "--file", definition),
        *("--context", context, "--output-filename", "Containerfile"),
        cwd=tmp_path,
    )
    assert load(context / "_build" / "requirements.yml") == {"collections": ["elasticache.access"]}
    core = f"ansible-core{load(shipped / 'runtime.yml')['requires_ansible']}"
    lines = (context / "Containerfile").read_text().splitlines()
    assert f'ARG ANSIBLE_INSTALL_REFS="{core} ansible-runner"' in lines
    # It asks for no packages beside those that the collections name.
    assert {path.name for path in (context / "_build").iterdir()} == {"requirements.yml", "scripts"}


def test_builder_finds_what_the_collections_need(installed: Path, tmp_path: Path) -> None:
    """Read from the collections as they are installed, which the build does within the container."""
    found = yaml.safe_load(run("ansible-builder", "introspect", installed, cwd=tmp_path).split("---", 1)[1])
    # Newer releases of amazon.aws want more than these.
    assert {Requirement(line.split("#")[0]).name for line in found["python"]} >= {"boto3", "botocore"}
    assert {line.split("from collection ")[1] for line in found["python"] + found["system"]} == {"amazon.aws"}
