# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts pip into the environments that ansible-test makes, from Python's own ensurepip.

ansible-test calls this where it would otherwise download get-pip.py, from a host that is not the package index.
"""

from __future__ import annotations

import ensurepip
import subprocess
import sys

if __name__ == "__main__":
    ensurepip.bootstrap()
    wanted = [argument for argument in sys.argv[1:] if "==" in argument]
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    subprocess.check_call([*pip, *wanted])
