# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pure files: values in, values out. They import the standard library and each other, nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
UTILS = CHECKOUT / "plugins" / "module_utils"
PACKAGE = "ansible_collections.elasticache.access.plugins.module_utils"
SETTINGS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
PURE = SETTINGS["tool"]["coverage"]["report"]["include"]
PURE_MODULES = {f"{PACKAGE}.{Path(file).stem}" for file in PURE}


def imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def type_checking_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "t.TYPE_CHECKING")


@pytest.mark.parametrize("file", PURE)
def test_pure_file_imports_only_the_standard_library_and_pure_files(file: str) -> None:
    tree = ast.parse((CHECKOUT / file).read_text())
    tree.body = [node for node in tree.body if not type_checking_only(node)]
    foreign = {name for name in imports(tree) - PURE_MODULES if name.split(".")[0] not in sys.stdlib_module_names}
    assert not foreign


@pytest.mark.parametrize("file", PURE)
def test_pure_file_loads_where_neither_boto3_nor_ansible_is_installed(file: str) -> None:
    script = (
        "import sys; sys.modules.update(dict.fromkeys(['ansible', 'boto3', 'botocore']));"
        f"import {PACKAGE}.{Path(file).stem}"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_file_that_calls_itself_pure_is_listed() -> None:
    claims = {
        file.relative_to(CHECKOUT).as_posix()
        for file in UTILS.glob("*.py")
        if "Pure" in (ast.get_docstring(ast.parse(file.read_text())) or "").replace(".", " ").replace(":", " ").split()
    }
    assert claims == set(PURE)
