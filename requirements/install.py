# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make .venv, or bring it up to date: `install.py demo` or `install.py test` (which is more than the demo).

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

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
VENV = CHECKOUT / ".venv"
UNFINISHED = VENV / "unfinished"
LAYERS = {"demo": ["demo.txt"], "test": ["demo.txt", "test.txt"]}


def fingerprint(layer: str) -> str:
    return hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in [*LAYERS[layer], "pins.txt"])).hexdigest()


def stamp(layer: str) -> Path:
    return VENV / f"installed-{layer}"


def installed(layer: str) -> bool:
    return stamp(layer).is_file() and stamp(layer).read_text() == fingerprint(layer)


def usable() -> bool:
    """Whether packages can be added to what is there."""
    try:
        settings = dict(line.split(" = ", 1) for line in (VENV / "pyvenv.cfg").read_text().splitlines())
    except (OSError, ValueError):
        return False
    this_python = settings.get("version", "").split(".")[:2] == [str(part) for part in sys.version_info[:2]]
    # Scripts in bin/ carry the absolute path of the environment.
    this_place = settings.get("command", "").endswith(f" {VENV}")
    runs = subprocess.run([VENV / "bin" / "python", "-c", ""], capture_output=True, check=False).returncode == 0
    return this_python and this_place and runs and not UNFINISHED.exists()


def create() -> None:
    # Never from inside the environment that is about to be replaced, nor from any other one.
    python = getattr(sys, "_base_executable", sys.executable)
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(VENV)], check=True)


def install(layer: str, lock: int) -> None:
    print(f"Installing what `make {layer}` needs into .venv, with Python {sys.version.split()[0]} ...", flush=True)
    UNFINISHED.touch()
    wanted = [option for name in LAYERS[layer] for option in ("-r", str(HERE / name))]
    # Without byte code, which halves the time: of the Ansible package little is ever imported.
    options = ["-qq", "--no-compile", "--no-input", "--disable-pip-version-check"]
    # pip holds the lock too: if this script is killed, pip may go on, and nobody else must begin before it ends.
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", *options, *wanted]
    subprocess.run(pip, check=True, pass_fds=[lock])
    for other, files in LAYERS.items():
        if set(files) <= set(LAYERS[layer]):
            stamp(other).write_text(fingerprint(other))
    UNFINISHED.unlink()


def link_checkout() -> None:
    """Let Ansible and Python find this checkout as the installed collection."""
    library = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    link = library / "ansible_collections" / "elasticache" / "access"
    if not link.is_symlink() or Path(os.readlink(link)) != CHECKOUT:
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(CHECKOUT, target_is_directory=True)


def main() -> None:
    layer = sys.argv[1]
    cache = CHECKOUT / ".cache"
    cache.mkdir(exist_ok=True)
    with (cache / "install.lock").open("w") as lock:
        # Two makes in one checkout must not install at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not usable():
            create()
        if not installed(layer):
            install(layer, lock.fileno())
        link_checkout()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"The installation into .venv stopped: {error}")
    except KeyboardInterrupt:
        sys.exit("The installation into .venv was interrupted; the next make begins it anew.")
