# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is written in two places has to agree: name and version, and the modules of the action group."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.elasticache.access.plugins.module_utils._version import NAME, VERSION

from tests.documentation import documented

CHECKOUT = Path(__file__).resolve().parents[2]
MODULES = sorted((CHECKOUT / "plugins" / "modules").glob("*.py"))
NAMES = [file.stem for file in MODULES]

each_module = pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in MODULES])


def read_yaml(path: str) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load((CHECKOUT / path).read_text())
    return written


def test_name_and_version_are_those_of_the_collection() -> None:
    galaxy = read_yaml("galaxy.yml")
    assert (f"{galaxy['namespace']}.{galaxy['name']}", galaxy["version"]) == (NAME, VERSION)


def test_the_action_group_lists_the_modules_that_say_so_and_extends_those_of_aws() -> None:
    *listed, last = read_yaml("meta/runtime.yml")["action_groups"]["aws"]
    fragment = f"{NAME}._attributes.action_group"
    said = [file.stem for file in MODULES if fragment in documented(file)["extends_documentation_fragment"]]
    assert listed == said
    assert last == {"metadata": {"extend_group": ["amazon.aws.aws", "community.aws.aws"]}}


def test_every_module_that_connects_to_aws_is_in_the_action_group() -> None:
    *listed, _metadata = read_yaml("meta/runtime.yml")["action_groups"]["aws"]
    assert {file.stem for file in MODULES if "amazon.aws.boto3" in file.read_text()} <= set(listed)


@each_module
def test_a_module_is_documented_under_its_own_name(file: Path) -> None:
    assert documented(file)["module"] == file.stem


@each_module
def test_a_module_names_no_module_that_is_not_there(file: Path) -> None:
    assert set(re.findall(r"elasticache\.access\.(elasticache_\w+)", file.read_text())) <= set(NAMES)


@each_module
def test_a_module_is_no_newer_than_the_collection(file: Path) -> None:
    added = str(documented(file)["version_added"])
    assert [int(number) for number in added.split(".")] <= [int(number) for number in VERSION.split(".")]
