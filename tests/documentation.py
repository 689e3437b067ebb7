# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a module says of itself, read without importing it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import yaml


def documented(file: Path, name: str = "DOCUMENTATION") -> dict[str, Any]:
    """Return the value of DOCUMENTATION, or of another such block."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            written: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return written
    raise AssertionError(f"{file.name} has no {name}")
