# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ansible-test needs to run without containers: a tree of real directories, a home, and Pythons that run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.gates.environment import CHECKOUT, environment
from tests.gates.pythons import path_of_pythons_that_run

GET_PIP = Path(__file__).with_name("get_pip.py")
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]


def copy_checkout(tree: Path) -> Path:
    """Make the checkout ansible_collections/elasticache/access in this directory, anew, and return the copy."""
    collections = tree / "ansible_collections"
    copy = collections / "elasticache" / "access"
    shutil.rmtree(collections, ignore_errors=True)
    listing = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0"):
        source = CHECKOUT / name
        if name and source.is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy / name, follow_symlinks=False)
    # Otherwise git would say of the copy that this checkout ignores it, and ansible-test would find nothing to test.
    subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
    # The dependency has to be a sibling in the same tree.
    (collections / "amazon").mkdir()
    amazon_aws = Path(sysconfig.get_path("purelib")) / "ansible_collections" / "amazon" / "aws"
    (collections / "amazon" / "aws").symlink_to(amazon_aws, target_is_directory=True)
    return copy


def surroundings(home: Path, programs: Path) -> dict[str, str]:
    """The environment to run ansible-test in, with this home, and with a directory of its own for the Pythons."""
    _prepare_home(home)
    ours = environment()
    return ours | {"HOME": str(home), "PATH": path_of_pythons_that_run(ours["PATH"], programs, PYTHONS)}


def _prepare_home(home: Path) -> None:
    """ansible-test keeps its environments under HOME and hands on little else, so pip's settings must be there too."""
    internals = Path(sysconfig.get_path("purelib")) / "ansible_test" / "_internal" / "python_requirements.py"
    pip_version = re.search(r"\bpip='([0-9.]+)'", internals.read_text())
    if not pip_version:
        sys.exit(f"{internals} no longer says which pip it installs: see tests/gates/ansible_test.py")
    bootstrap = home / ".ansible" / "test" / "cache" / f"get_pip_{pip_version[1].replace('.', '_')}.py"
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(GET_PIP, bootstrap)

    pip = [sys.executable, "-m", "pip"]
    listed = subprocess.run([*pip, "config", "list"], check=True, capture_output=True, text=True).stdout
    settings = dict(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    cache = subprocess.run([*pip, "cache", "dir"], check=False, capture_output=True, text=True)
    if cache.returncode == 0:
        settings["cache-dir"] = cache.stdout.strip()
    settings["quiet"] = "2"
    config = home / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("\n".join(["[global]", *(f"{name} = {value}" for name, value in settings.items())]) + "\n")
