# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build the collection's tarball and its checksum: `python -m tests.package [folder]` (`make package`)."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import yaml

from tests.gates.environment import CHECKOUT, environment


def checksum(file: Path) -> Path:
    """Write FILE.sha256 as `sha256sum` does; `sha256sum -c` checks it, in the folder in which the file is."""
    written = file.with_name(f"{file.name}.sha256")
    written.write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    return written


def build(folder: Path) -> Path:
    """Build the tarball into a folder, with its checksum beside it, and return it."""
    about = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())
    tarball = folder / f"{about['namespace']}-{about['name']}-{about['version']}.tar.gz"
    command = ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(folder), str(CHECKOUT)]
    subprocess.run(command, env=environment(), check=True)
    checksum(tarball)
    return tarball


def main() -> int:
    try:
        build(Path(sys.argv[1] if len(sys.argv) > 1 else CHECKOUT))
    except subprocess.CalledProcessError as error:
        return int(error.returncode)
    return 0


if __name__ == "__main__":
    sys.exit(main())
