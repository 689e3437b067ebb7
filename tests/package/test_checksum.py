# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The checksum beside the tarball: those who download both can check one with the other."""

from __future__ import annotations

import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from tests.package.conftest import CHECKOUT, run

# What checks it on Linux, and on macOS.
TOOLS = [["sha256sum"], ["shasum", "-a", "256"]]
NAME = "elasticache-access-1.2.3.tar.gz.sha256"


def accepts(tool: list[str], tarball: Path) -> bool:
    command = [*tool, "-c", f"{tarball.name}.sha256"]
    return subprocess.run(command, cwd=tarball.parent, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("tool", TOOLS, ids=" ".join)
def test_the_usual_tools_accept_it_and_refuse_another_tarball(tool: list[str], tarball: Path, tmp_path: Path) -> None:
    if not shutil.which(tool[0]):
        pytest.skip(f"{tool[0]} is not there")
    copy = tmp_path / tarball.name
    shutil.copy(tarball, copy)
    shutil.copy(f"{tarball}.sha256", tmp_path)
    assert accepts(tool, copy)
    copy.write_bytes(copy.read_bytes() + b"\0")
    assert not accepts(tool, copy)


def test_it_is_what_sha256sum_writes(tarball: Path) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("sha256sum is not there")
    assert tarball.with_name(f"{tarball.name}.sha256").read_text() == run("sha256sum", tarball.name, cwd=tarball.parent)


def test_it_is_neither_shipped_nor_committed_and_goes_with_make_clean() -> None:
    patterns = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())["build_ignore"]
    assert any(fnmatch(NAME, pattern) for pattern in patterns)
    run("git", "check-ignore", "--no-index", NAME, cwd=CHECKOUT)
    [removed] = [line for line in run("make", "-n", "clean", cwd=CHECKOUT).splitlines() if "tar.gz" in line]
    assert any(fnmatch(NAME, pattern) for pattern in removed.split())
