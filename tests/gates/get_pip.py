# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts pip into the environments that ansible-test makes, from Python's own ensurepip.

ansible-test calls this where it would otherwise download get-pip.py, from a host that is not the package index.
"""

from __future__ import annotations

import subprocess
import sys

if __name__ == "__main__":
    # In a process of its own, because ensurepip switches pip's settings off for the rest of the process.
    subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
    wanted = [argument for argument in sys.argv[1:] if "==" in argument]
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    subprocess.check_call([*pip, *wanted])
