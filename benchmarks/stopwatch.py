# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run a program and write down its wall time, its peak memory and its exit code: `stopwatch.py FILE COMMAND ...`.

A process of its own, and a small one: the system counts the memory of whoever starts a program as that program's.
"""

import json
import os
import sys
import time


def main() -> None:
    """Run the command, and write FILE."""
    start = time.perf_counter()
    pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
    _pid, status, usage = os.wait4(pid, 0)
    took = {
        "seconds": time.perf_counter() - start,
        # Of it and of every program that it started and waited for; on a busy machine this says more.
        "processor": usage.ru_utime + usage.ru_stime,
        # The most that it, or any program that it started and waited for, had at one time.
        "memory": usage.ru_maxrss / 1024,
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(sys.argv[1], "w") as file:
        json.dump(took, file)


if __name__ == "__main__":
    main()
