# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module elasticache_sg_access without ansible-playbook around it: the process that Ansible would start.

Run as a program, with a policy file and `apply`, `again` or `check`; prints the seconds of the work itself.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any


def main() -> None:
    """Run the module with the policy's grants."""
    with open(sys.argv[1]) as policy:
        grants = json.load(policy)["cache_access_grants"]
    options = {"grants": grants, "_ansible_check_mode": sys.argv[2] == "check", "_ansible_diff": True}
    basic: Any = import_module("ansible.module_utils.basic")
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
    # How ansible-core tells a module in which form its arguments come.
    basic._ANSIBLE_PROFILE = "legacy"
    module: Any = import_module("ansible_collections.elasticache.access.plugins.modules.elasticache_sg_access")
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
