# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run ansible-test sanity on a copy of the checkout, for it insists on a tree of real directories."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.gates import pythons
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
    shutil.copyfile(GET_PIP, bootstrap)

    pip = [sys.executable, "-m", "pip"]
    listed = subprocess.run([*pip, "config", "list"], check=True, capture_output=True, text=True).stdout
    settings = dict(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    cache = subprocess.run([*pip, "cache", "dir"], check=False, capture_output=True, text=True)
    if cache.returncode == 0:
        settings["cache-dir"] = cache.stdout.strip()
    settings["quiet"] = "2"
    config = HOME / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("\n".join(["[global]", *(f"{name} = {value}" for name, value in settings.items())]) + "\n")


def main() -> int:
    prepare_home()
    ours = environment()
    surroundings = ours | {"HOME": str(HOME), "PATH": pythons.path_of_pythons_that_run(ours["PATH"], BIN, PYTHONS)}
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
