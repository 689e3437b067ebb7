# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A module of this collection without ansible-playbook around it: the process that Ansible would start.

Run as a program, with the name of the module and a JSON file of its options; prints the seconds of the work itself.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any


def main() -> None:
    """Run the module with these options."""
    with open(sys.argv[2]) as options:
        arguments = {"ANSIBLE_MODULE_ARGS": json.load(options)}
    basic: Any = import_module("ansible.module_utils.basic")
    basic._ANSIBLE_ARGS = json.dumps(arguments).encode()
    # How ansible-core tells a module in which form its arguments come.
    basic._ANSIBLE_PROFILE = "legacy"
    module: Any = import_module(f"ansible_collections.elasticache.access.plugins.modules.{sys.argv[1]}")
    run = module.run

    def timed(job: Any) -> Any:
        start = time.perf_counter()
        result = run(job)
        print(f"work {time.perf_counter() - start:.3f}", file=sys.stderr)
        return result

    module.run = timed
    module.main()


if __name__ == "__main__":
    main()
