# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""At run time the collection needs amazon.aws, boto3 with botocore, and nothing else."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PLUGINS = sorted(file.relative_to(CHECKOUT).as_posix() for file in (CHECKOUT / "plugins").rglob("*.py"))
PYTHON = {"boto3", "botocore"}
# Of Ansible and of amazon.aws what they publish; of this collection anything.
OPEN = (
    "ansible.errors.",
    "ansible.module_utils.",
    "ansible.template.trust_as_template",
    "ansible_collections.amazon.aws.plugins.module_utils.",
    "ansible_collections.amazon.aws.plugins.plugin_utils.inventory.AWSInventoryBase",
    "ansible_collections.elasticache.access.",
)
OURS = OPEN[-1]


def imports(source: str) -> set[str]:
    """Return every name that is imported, also within functions and for types alone."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return found


def allowed(name: str) -> bool:
    top, *parts = name.split(".")
    if top in PYTHON or top in sys.stdlib_module_names or name.startswith(OURS):
        return True
    return name.startswith(OPEN) and not any(part.startswith("_") for part in parts)


def installed_by_pip(text: str) -> set[str]:
    """Return the packages that the commands in a text install."""
    return {word for line in re.findall(r"\bpip install (.*)", text) for word in line.split()}


def load(name: str) -> Any:
    return yaml.safe_load((CHECKOUT / name).read_text())


def test_there_are_plugins_to_look_at() -> None:
    assert {"plugins/module_utils/_rules.py", "plugins/modules/elasticache_sg_access.py"} <= set(PLUGINS)


@pytest.mark.parametrize("file", PLUGINS)
def test_plugin_imports_nothing_else(file: str) -> None:
    assert not {name for name in imports((CHECKOUT / file).read_text()) if not allowed(name)}


@pytest.mark.parametrize(
    "line",
    [
        "import requests",
        "import boto3, yaml",
        "import botocore3",
        "from dateutil import parser",
        "def late():\n    import jmespath",
        "import typing\nif typing.TYPE_CHECKING:\n    import mypy_boto3_ec2",
        "import ansible",
        "from ansible import constants",
        "from ansible.parsing.yaml import loader",
        "from ansible.module_utils import _internal",
        "from ansible.module_utils._internal import testing",
        "from ansible_collections.amazon.aws.plugins.module_utils._s3 import common",
        "from ansible_collections.amazon.aws.plugins.module_utils import _s3",
        "from ansible_collections.amazon.aws.plugins.plugin_utils import base",
        "from ansible_collections.community.aws.plugins.module_utils import base",
        "from ansible_collections.elasticache import access2",
        "from . import rules",
    ],
)
def test_anything_else_would_be_found(line: str) -> None:
    assert [name for name in imports(line) if not allowed(name)]


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import annotations",
        "import collections.abc",
        "import boto3",
        "from botocore.config import Config",
        "from ansible.module_utils.basic import AnsibleModule",
        "from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule",
        "from ansible_collections.elasticache.access.plugins.module_utils import _rules",
    ],
)
def test_what_is_allowed_is_not_found(line: str) -> None:
    assert all(map(allowed, imports(line)))


def test_the_collection_depends_on_one_other() -> None:
    assert list(load("galaxy.yml")["dependencies"]) == ["amazon.aws"]


def test_the_execution_environment_names_no_python_package() -> None:
    """Those that are needed come with amazon.aws."""
    dependencies = load("meta/execution-environment.yml")["dependencies"]
    assert dependencies.keys() == {"ansible_core", "ansible_runner", "galaxy"}
    assert dependencies["galaxy"] == {"collections": ["elasticache.access"]}


def test_the_pages_have_nothing_else_installed() -> None:
    pages = [CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")]
    named = {page: installed_by_pip(page.read_text()) for page in pages}
    assert "boto3" in named[pages[0]]
    assert set().union(*named.values()) <= PYTHON | {"ansible"}


def test_a_page_that_has_something_else_installed_would_be_found() -> None:
    assert installed_by_pip("```\npip install boto3 requests\n```") == {"boto3", "requests"}


def test_no_other_list_of_python_packages_is_shipped() -> None:
    """ansible-builder would read it, and install what it names."""
    assert not [name for name in ("requirements.txt", "meta/requirements.txt") if (CHECKOUT / name).exists()]
