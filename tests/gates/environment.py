# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The surroundings in which gates and tests run: this checkout as the collection, and nothing of the person's own."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
MATRIX = CHECKOUT / ".cache" / "matrix"
# The rows of `make matrix` run side by side, so each has one of its own.
CACHE = Path(sys.prefix) / "cache" if Path(sys.prefix).parent == MATRIX else CHECKOUT / ".cache"
COLLECTIONS = CACHE / "collections"


def collections_tree() -> Path:
    """A directory in which this checkout is ansible_collections/elasticache/access."""
    link = COLLECTIONS / "ansible_collections" / "elasticache" / "access"
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(CHECKOUT, target_is_directory=True)
    except FileExistsError:
        if link.resolve() != CHECKOUT:
            link.unlink()
            link.symlink_to(CHECKOUT, target_is_directory=True)
    return COLLECTIONS


def empty_settings() -> Path:
    """An ansible.cfg that says nothing, so that none is looked for in the home directory or in /etc."""
    CACHE.mkdir(parents=True, exist_ok=True)
    settings = CACHE / "ansible.cfg"
    settings.write_text("[defaults]\n")
    return settings


def environment() -> dict[str, str]:
    """The caller's environment without their AWS account and their Ansible settings, and with ours."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "MOLECULE_"))}
    tree, library = str(collections_tree()), sysconfig.get_path("purelib")
    return ours | {
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join([tree, library]),
        "ANSIBLE_CONFIG": str(empty_settings()),
        "ANSIBLE_HOME": str(CACHE / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # antsibull-docs copies a collection as git lists it, and to git all of .venv is ignored by this checkout.
        "GIT_CEILING_DIRECTORIES": sys.prefix,
        "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": tree,
    }
