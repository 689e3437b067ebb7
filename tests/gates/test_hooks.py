# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The hooks of `make hooks` are the quick gates: each of them once, and nothing else."""

from __future__ import annotations

import re
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gates.__main__ import GATES
from tests.gates.environment import CHECKOUT

CONFIGURATION = CHECKOUT / ".pre-commit-config.yaml"
HOOKS: list[dict[str, Any]] = [
    hook for repository in yaml.safe_load(CONFIGURATION.read_text())["repos"] for hook in repository["hooks"]
]


def test_each_quick_gate_is_a_hook_and_each_hook_is_a_quick_gate() -> None:
    assert [hook["id"] for hook in HOOKS] == [gate.name for gate in GATES if gate.quick]


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_hook_runs_its_gate_and_no_command_of_its_own(hook: dict[str, Any]) -> None:
    assert shlex.split(hook["entry"]) == [".venv/bin/python", "-m", "tests.gates", hook["id"]]
    assert hook["language"] == "system" and hook["pass_filenames"] is False


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_hook_is_for_files_that_are_there(hook: dict[str, Any]) -> None:
    """A pattern that fits nothing would never run."""
    listed = subprocess.run(["git", "-C", CHECKOUT, "ls-files"], check=True, capture_output=True, text=True).stdout
    kinds = {"python": r"\.py$", "yaml": r"\.ya?ml$"}
    pattern = hook.get("files") or "|".join(kinds[kind] for kind in hook["types"])
    assert [name for name in listed.splitlines() if re.search(pattern, name)]


def test_pre_commit_takes_the_configuration() -> None:
    program = Path(sysconfig.get_path("scripts")) / "pre-commit"
    subprocess.run([program, "validate-config", CONFIGURATION], check=True)
