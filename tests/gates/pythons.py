# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Pythons of this machine: those on PATH that run, and those that pyenv keeps beside them.

To run is the test, not to exist: pyenv's shims exist for every version.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from itertools import chain
from pathlib import Path


def executable(python: Path, modules: Sequence[str] = ()) -> Path | None:
    """Return where a Python says that it is, or nothing if it does not run or lacks one of the modules."""
    asked = [str(python), "-c", f"import {', '.join(['sys', *modules])}; print(sys.executable)"]
    try:
        found = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return Path(found.stdout.strip())


def pyenv_root() -> Path:
    """Return where pyenv keeps its Pythons: as it says itself, and where it does by default if it is not on PATH."""
    if root := os.environ.get("PYENV_ROOT"):
        return Path(root)
    if shutil.which("pyenv"):
        asked = subprocess.run(["pyenv", "root"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return Path(asked.stdout.strip())
    return Path.home() / ".pyenv"


def _release(folder: Path) -> list[int]:
    """Order 3.11.10 behind 3.11.9."""
    return [int(part) for part in folder.name.split(".") if part.isdigit()]


def _on_path(version: str, path: str) -> list[Path]:
    places = [Path(directory) / f"python{version}" for directory in path.split(os.pathsep)]
    return [place for place in places if place.exists()]


def _of_pyenv(version: str) -> list[Path]:
    releases = sorted((pyenv_root() / "versions").glob(f"{version}.*"), key=_release, reverse=True)
    return [folder / "bin" / f"python{version}" for folder in releases]


def find(version: str, path: str, modules: Sequence[str] = ()) -> Path | None:
    """Return the first Python of this version (such as 3.12) that runs and has these modules, if there is one."""
    places = chain(_on_path(version, path), _of_pyenv(version))
    return next((found for place in places if (found := executable(place, modules))), None)


def path_of_pythons_that_run(path: str, programs: Path, versions: Sequence[str]) -> str:
    """Return this PATH with every Python that runs in front, and without the directories whose Pythons do not.

    The Pythons are linked into the directory for programs, which is made anew.
    """
    shutil.rmtree(programs, ignore_errors=True)
    programs.mkdir(parents=True)
    broken = set()
    for version in versions:
        if python := find(version, path):
            (programs / f"python{version}").symlink_to(python)
        broken |= {str(place.parent) for place in _on_path(version, path) if not executable(place)}
    kept = (directory for directory in path.split(os.pathsep) if directory not in broken)
    return os.pathsep.join([str(programs), *kept])
