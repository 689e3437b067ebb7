# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run ansible-test sanity on a copy of the checkout, for it insists on a tree of real directories."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.gates.environment import CACHE, CHECKOUT, environment

GET_PIP = Path(__file__).with_name("get_pip.py")
TREE = CACHE / "ansible-test" / "ansible_collections"
HOME = CACHE / "home"
BIN = CACHE / "bin"
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]


def copy_checkout() -> Path:
    copy = TREE / "elasticache" / "access"
    shutil.rmtree(TREE, ignore_errors=True)
    listing = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0"):
        source = CHECKOUT / name
        if name and source.is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy / name, follow_symlinks=False)
    # Otherwise git would say of the copy that this checkout ignores it, and ansible-test would find nothing to test.
    subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
    # The dependency has to be a sibling in the same tree.
    (TREE / "amazon").mkdir()
    amazon_aws = Path(sysconfig.get_path("purelib")) / "ansible_collections" / "amazon" / "aws"
    (TREE / "amazon" / "aws").symlink_to(amazon_aws, target_is_directory=True)
    return copy


def prepare_home() -> None:
    """ansible-test keeps its environments under HOME and hands on little else, so pip's settings must be there too."""
    internals = Path(sysconfig.get_path("purelib")) / "ansible_test" / "_internal" / "python_requirements.py"
    pip_version = re.search(r"\bpip='([0-9.]+)'", internals.read_text())
    if not pip_version:
        sys.exit(f"{internals} no longer says which pip it installs: see tests/gates/sanity.py")
    bootstrap = HOME / ".ansible" / "test" / "cache" / f"get_pip_{pip_version[1].replace('.', '_')}.py"
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    bootstrap.write_text(GET_PIP.read_text().replace("= sys.executable", f"= {sys.executable!r}"))

    pip = [sys.executable, "-m", "pip"]
    listed = subprocess.run([*pip, "config", "list"], check=True, capture_output=True, text=True).stdout
    settings = dict(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    cache = subprocess.run([*pip, "cache", "dir"], check=False, capture_output=True, text=True)
    if cache.returncode == 0:
        settings["cache-dir"] = cache.stdout.strip()
    settings["quiet"] = "2"
    # Of what is installed little is ever imported.
    settings["no-compile"] = "true"
    config = HOME / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("\n".join(["[global]", *(f"{name} = {value}" for name, value in settings.items())]) + "\n")


def path_of_pythons_that_run() -> str:
    """PATH with every Python that runs in front, and without the directories whose Pythons do not (pyenv's shims)."""
    shutil.rmtree(BIN, ignore_errors=True)
    BIN.mkdir(parents=True)
    directories = environment()["PATH"].split(os.pathsep)
    broken = set()
    for version in PYTHONS:
        for directory in directories:
            python = Path(directory) / f"python{version}"
            if not python.exists():
                continue
            found = subprocess.run(
                [python, "-c", "import sys; print(sys.executable)"], check=False, capture_output=True, text=True
            )
            if found.returncode:
                broken.add(directory)
            elif not (BIN / python.name).exists():
                (BIN / python.name).symlink_to(found.stdout.strip())
    return os.pathsep.join([str(BIN), *(directory for directory in directories if directory not in broken)])


def main() -> int:
    prepare_home()
    surroundings = environment() | {"HOME": str(HOME), "PATH": path_of_pythons_that_run()}
    done = subprocess.run(
        ["ansible-test", "sanity", "--local", "--color", "no", *sys.argv[1:]],
        cwd=copy_checkout(),
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    telling = [line for line in lines if line.startswith(("ERROR", "FATAL", "See documentation"))]
    skipped = re.findall(r"Skipping sanity test .* on Python ([0-9.]+) because it could not be found", done.stdout)
    missing = sorted(set(skipped), key=lambda version: int(version.split(".")[1]))
    if done.returncode:
        print("\n".join(telling or lines))
    elif missing:
        print(f"note: compile and import were not tested on Python {', '.join(missing)}: not found here")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
