# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The first thing that anyone tries, and what README.md says that it prints."""

from __future__ import annotations

import re
import sys

from tests.end_to_end.ansible import CHECKOUT, Ansible


def without_ids(text: str) -> list[str]:
    """Return the lines of C(text) with every id blanked out, for ids differ from run to run."""
    return [re.sub(r"\b(sgr?)-[0-9a-f]{17}\b", r"\1-", line).strip() for line in text.splitlines()]


def shown_in_readme() -> list[str]:
    """Return the lines of the demo's output that README.md shows."""
    [block] = re.findall(r"^```\n(== .*?)^```", (CHECKOUT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    return [line for line in without_ids(block) if line not in ("", "...")]


def test_the_demo_ends_well_and_prints_what_the_readme_shows(ansible: Ansible) -> None:
    """In the order in which README.md shows it, and with what to type next at the end."""
    environment = {"PYTHONPATH": str(CHECKOUT)}
    done = ansible.run(sys.executable, "-m", "tests.demo", environment=environment)
    assert done.succeeded, done.output + done.errors
    printed = iter(without_ids(done.output))
    missing = [line for line in shown_in_readme() if line not in printed]
    assert missing == []
    assert "On real AWS, with credentials where boto3 finds them, type" in done.output
