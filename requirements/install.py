# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make .venv, or bring it up to date: `install.py demo` or `install.py test` (which is more than the demo).

`install.py matrix FOLDER PINS` makes the environment of a row of `make matrix`, with those pins, in another folder;
`install.py importer FOLDER PINS` that of Galaxy's importer, which is to see the tarball alone, and not this checkout.

Quick when there is nothing to do, so that every make target begins with it. An installation that was interrupted,
that belongs to another Python, or that was made for another place is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
LAYERS = {
    "demo": ["demo.txt"],
    "test": ["demo.txt", "test.txt"],
    "matrix": ["matrix.txt"],
    "importer": ["importer.txt"],
}


class Place(NamedTuple):
    """Where to install, and held to which pins."""

    venv: Path = CHECKOUT / ".venv"
    pins: Path = HERE / "pins.txt"

    @property
    def unfinished(self) -> Path:
        return self.venv / "unfinished"

    @property
    def name(self) -> str:
        return self.venv.relative_to(CHECKOUT).as_posix()


def fingerprint(layer: str, pins: Path) -> str:
    files = [*(HERE / name for name in LAYERS[layer]), pins]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def stamp(layer: str, place: Place) -> Path:
    return place.venv / f"installed-{layer}"


def installed(layer: str, place: Place) -> bool:
    written = stamp(layer, place)
    return written.is_file() and written.read_text() == fingerprint(layer, place.pins)


def usable(place: Place) -> bool:
    """Whether packages can be added to what is there."""
    try:
        settings = dict(line.split(" = ", 1) for line in (place.venv / "pyvenv.cfg").read_text().splitlines())
    except (OSError, ValueError):
        return False
    this_python = settings.get("version", "").split(".")[:2] == [str(part) for part in sys.version_info[:2]]
    # Scripts in bin/ carry the absolute path of the environment.
    this_place = settings.get("command", "").endswith(f" {place.venv}")
    runs = subprocess.run([place.venv / "bin" / "python", "-c", ""], capture_output=True, check=False).returncode == 0
    return this_python and this_place and runs and not place.unfinished.exists()


def create(place: Place) -> None:
    # Never from inside the environment that is about to be replaced, nor from any other one.
    python = getattr(sys, "_base_executable", sys.executable)
    shutil.rmtree(place.venv, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(place.venv)], check=True)


def install(layer: str, place: Place, lock: int) -> None:
    version = sys.version.split()[0]
    print(f"Installing what `make {layer}` needs into {place.name}, with Python {version} ...", flush=True)
    place.unfinished.touch()
    wanted = [option for name in LAYERS[layer] for option in ("-r", str(HERE / name))]
    # Without byte code, which halves the time: of the Ansible package little is ever imported.
    options = ["-qq", "--no-compile", "--no-input", "--disable-pip-version-check", "-c", str(place.pins)]
    # pip holds the lock too: if this script is killed, pip may go on, and nobody else must begin before it ends.
    pip = [str(place.venv / "bin" / "python"), "-m", "pip", "install", *options, *wanted]
    subprocess.run(pip, check=True, pass_fds=[lock])
    for other, files in LAYERS.items():
        if set(files) <= set(LAYERS[layer]):
            stamp(other, place).write_text(fingerprint(other, place.pins))
    place.unfinished.unlink()


def link_checkout(place: Place) -> None:
    """Let Ansible and Python find this checkout as the installed collection."""
    library = place.venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    link = library / "ansible_collections" / "elasticache" / "access"
    if not link.is_symlink() or Path(os.readlink(link)) != CHECKOUT:
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(CHECKOUT, target_is_directory=True)


def main(layer: str, place: Place) -> None:
    locks = CHECKOUT / ".cache"
    locks.mkdir(exist_ok=True)
    with (locks / f"install{place.name.replace('/', '-')}.lock").open("w") as lock:
        # Two makes in one checkout must not install into one place at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not usable(place):
            create(place)
        if not installed(layer, place):
            install(layer, place, lock.fileno())
        if layer != "importer":
            link_checkout(place)


if __name__ == "__main__":
    chosen, *where = sys.argv[1:]
    target = Place(CHECKOUT / where[0], HERE / where[1]) if where else Place()
    try:
        main(chosen, target)
    except subprocess.CalledProcessError as error:
        sys.exit(f"The installation into {target.name} stopped: {error}")
    except KeyboardInterrupt:
        sys.exit(f"The installation into {target.name} was interrupted; the next make begins it anew.")
