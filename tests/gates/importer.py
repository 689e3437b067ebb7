# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have galaxy-importer, which is what Galaxy runs on an upload, import the tarball. A warning is as bad as an error.

It pins packages that nothing else here could live with, and so has an environment of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests.gates.environment import CACHE, CHECKOUT, environment
from tests.package.__main__ import build

INSTALL = CHECKOUT / "requirements" / "install.py"
PINS = "importer-pins.txt"
HOME = CACHE / "importer"
VENV = HOME / "venv"
DEPENDENCY = Path("ansible_collections") / "amazon" / "aws"

# As Galaxy has it, and as Automation Hub has it where that asks for more.
SETTINGS = """\
[galaxy-importer]
RUN_ANSIBLE_TEST = False
CHECK_REQUIRED_TAGS = True
ANSIBLE_LOCAL_TMP = {tmp}
"""


def prepare() -> None:
    """Install the importer, unless just that is there already."""
    place = VENV.relative_to(CHECKOUT).as_posix()
    subprocess.run([sys.executable, INSTALL, "importer", place, PINS], stdout=subprocess.DEVNULL, check=True)


def dependency() -> Path:
    """A folder in which the importer's ansible-doc finds amazon.aws, and not this checkout."""
    tree = HOME / "dependency"
    link = tree / DEPENDENCY
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(Path(sysconfig.get_path("purelib")) / DEPENDENCY, target_is_directory=True)
    return tree


def surroundings(settings: Path) -> dict[str, str]:
    """Without what leads Ansible to the checkout: only the tarball is to be looked at."""
    ours = {name: value for name, value in environment().items() if name != "ANSIBLE_COLLECTIONS_PATH"}
    return ours | {
        "GALAXY_IMPORTER_CONFIG": str(settings),
        "PATH": os.pathsep.join([str(VENV / "bin"), ours["PATH"]]),
        "PYTHONPATH": str(dependency()),
    }


def complaints(output: str) -> list[str]:
    """Every line but those that say what is being done: the importer puts the level before all others."""
    return [line for line in output.splitlines() if re.match("[A-Z]{5,}: ", line)]


def main() -> int:
    HOME.mkdir(parents=True, exist_ok=True)
    try:
        prepare()
        with tempfile.TemporaryDirectory(prefix="importer-") as name:
            folder = Path(name)
            tarball = build(folder)
            settings = folder / "importer.cfg"
            settings.write_text(SETTINGS.format(tmp=HOME / "tmp"))
            done = subprocess.run(
                [VENV / "bin" / "python", "-m", "galaxy_importer.main", tarball.name],
                cwd=folder,
                env=surroundings(settings),
                capture_output=True,
                text=True,
                check=False,
            )
    except subprocess.CalledProcessError as error:
        print(f"Before anything was imported: {error}")
        return 1
    found = [*complaints(done.stdout), *done.stderr.splitlines()]
    if done.returncode and not found:
        found = done.stdout.splitlines()
    print("\n".join(found))
    return 1 if found or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
