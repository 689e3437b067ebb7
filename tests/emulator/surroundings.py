# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The environment variables of a program that is to reach the emulator, and nobody's AWS account."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROGRAMS = Path(sys.executable).parent


def surroundings(url: str, home: str, region: str, key: str) -> dict[str, str]:
    """Return what is here, less any AWS and Ansible settings of the person's own, with AWS at this URL."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    return {
        **kept,
        "HOME": home,
        # Ansible takes ~ from the list of users, not from HOME.
        "ANSIBLE_REMOTE_TEMP": f"{home}/ansible",
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": region,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": key,
        "AWS_PAGER": "",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        # Some releases of amazon.aws import what ansible-core deprecates; that is no news to who runs this.
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
    }
