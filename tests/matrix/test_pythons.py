# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pythons are found on PATH where they run, and else where pyenv keeps them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.gates import pythons


def python(place: Path, runs: bool = True) -> Path:
    """Put a Python, or a shim that does not run, into a directory; it says that it is where it is."""
    place.parent.mkdir(parents=True)
    place.write_text(f"#!/bin/sh\n{f'echo {place}' if runs else 'exit 127'}\n")
    place.chmod(0o755)
    return place


@pytest.fixture
def pyenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory in which pyenv keeps its Pythons."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path / "pyenv" / "versions"


def test_the_first_on_path_that_runs_is_taken(tmp_path: Path, pyenv: Path) -> None:
    shim = python(tmp_path / "shims" / "python3.12", runs=False)
    real = python(tmp_path / "bin" / "python3.12")
    python(pyenv / "3.12.9" / "bin" / "python3.12")
    path = os.pathsep.join([str(tmp_path / "absent"), str(shim.parent), str(real.parent)])
    assert pythons.find("3.12", path) == real


def test_pyenv_has_what_path_has_not(tmp_path: Path, pyenv: Path) -> None:
    """Its newest that runs."""
    shim = python(tmp_path / "shims" / "python3.12", runs=False)
    python(pyenv / "3.12.9" / "bin" / "python3.12")
    newer = python(pyenv / "3.12.10" / "bin" / "python3.12")
    python(pyenv / "3.12.11" / "bin" / "python3.12", runs=False)
    python(pyenv / "3.1.30" / "bin" / "python3.1")
    assert pythons.find("3.12", str(shim.parent)) == newer


def test_pyenv_is_asked_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    program = python(tmp_path / "bin" / "pyenv")
    program.write_text(f"#!/bin/sh\n[ $1 = root ] && echo {tmp_path / 'root'}\n")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/bin")
    assert pythons.pyenv_root() == tmp_path / "root"
    program.unlink()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert pythons.pyenv_root() == tmp_path / "home" / ".pyenv"


@pytest.mark.usefixtures("pyenv")
def test_none_is_found_where_none_is(tmp_path: Path) -> None:
    assert pythons.find("3.12", str(tmp_path)) is None


def test_a_python_without_a_module_that_is_needed_does_not_do() -> None:
    this = Path(sys.executable)
    assert pythons.executable(this, ["json"]) == this
    assert pythons.executable(this, ["json", "no_such_module"]) is None


def test_broken_directories_leave_path(tmp_path: Path, pyenv: Path) -> None:
    shim = python(tmp_path / "shims" / "python3.12", runs=False)
    other = python(pyenv / "3.12.9" / "bin" / "python3.12")
    programs = tmp_path / "programs"
    path = os.pathsep.join([str(shim.parent), str(tmp_path)])
    kept = pythons.path_of_pythons_that_run(path, programs, ["3.9", "3.12"])
    assert kept == os.pathsep.join([str(programs), str(tmp_path)])
    assert {link.name: link.readlink() for link in programs.iterdir()} == {"python3.12": other}
