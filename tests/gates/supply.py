# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What we build on: known vulnerabilities of the pins, and the licences of what is installed."""

from __future__ import annotations

import sys

from tests.gates import licences, vulnerabilities


def main() -> int:
    report = vulnerabilities.check(vulnerabilities.PINS.read_text().splitlines())
    failures = licences.offenders(licences.installed(), licences.at_run_time()) + report.failures
    for line in [*failures, *(f"note: {note}" for note in report.notes)]:
        print(line)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
