# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts pip into the environments that ansible-test makes, by way of the pip in ours.

ansible-test calls this where it would otherwise download get-pip.py, from a host that is not the package index.
"""

from __future__ import annotations

import subprocess
import sys

# tests.gates.ansible_test writes into the copy that ansible-test calls which Python it runs on itself.
PYTHON_WITH_PIP = sys.executable

if __name__ == "__main__":
    wanted = [argument for argument in sys.argv[1:] if "==" in argument]
    pip = [PYTHON_WITH_PIP, "-m", "pip", "--python", sys.executable, "install", "--no-compile"]
    subprocess.check_call([*pip, "--disable-pip-version-check", "--quiet", *wanted])
