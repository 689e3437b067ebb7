# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The collection as it is built and installed, and the emulator to use it on."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.end_to_end.conftest import _clients, _server, ansible, client, ec2, elasticache, emulator, estate

__all__ = ["_clients", "_server", "ansible", "client", "ec2", "elasticache", "emulator", "estate"]

CHECKOUT = Path(__file__).resolve().parents[2]
DEPENDENCY = Path(sysconfig.get_path("purelib")) / "ansible_collections" / "amazon" / "aws"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command that has to end well, and return what it printed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection, built from this checkout as `make package` does it."""
    folder = tmp_path_factory.mktemp("build")
    run(sys.executable, "-m", "tests.package", folder, cwd=CHECKOUT)
    [built] = folder.glob("elasticache-access-*.tar.gz")
    return built


@pytest.fixture(scope="session")
def installed(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collections path that holds what was built, and amazon.aws."""
    collections = tmp_path_factory.mktemp("installed")
    # By force, for ansible-galaxy sees the checkout in .venv and would take it for installed already.
    install = ("ansible-galaxy", "collection", "install", "--offline", "--no-deps", "--force")
    run(*install, "--collections-path", collections, tarball, cwd=collections)
    (collections / "ansible_collections" / "amazon").mkdir()
    (collections / "ansible_collections" / "amazon" / "aws").symlink_to(DEPENDENCY, target_is_directory=True)
    return collections
