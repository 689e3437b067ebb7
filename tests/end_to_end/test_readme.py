# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What README.md shows holds: the demo prints it, its commands and playbooks run as they stand."""

from __future__ import annotations

import re
import shlex
import sys
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.end_to_end.rules import inbound

README = (CHECKOUT / "README.md").read_text()
COMMANDS = re.findall(r"^(ansible-playbook elasticache\.access\..*)$", README, re.MULTILINE)
# Stands for an instance of the reader's own.
INSTANCE = "i-0123456789abcdef0"
POLICY, PLAYBOOK = re.findall(r"^```yaml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def without_ids(text: str) -> list[str]:
    """Return the lines of C(text) with every id blanked out, for ids differ from run to run."""
    return [re.sub(r"\b(sgr?)-[0-9a-f]{17}\b", r"\1-", line).strip() for line in text.splitlines()]


def shown_of_the_demo() -> list[str]:
    """Return the lines of the demo's output that README.md shows."""
    [block] = re.findall(r"^```\n(== .*?)^```", README, re.DOTALL | re.MULTILINE)
    return [line for line in without_ids(block) if line not in ("", "...")]


def test_the_demo_ends_well_and_prints_what_is_shown(ansible: Ansible) -> None:
    """In the order in which README.md shows it, and with what to type next at the end."""
    done = ansible.run(sys.executable, "-m", "tests.demo", environment={"PYTHONPATH": str(CHECKOUT)})
    assert done.succeeded, done.output + done.errors
    printed = iter(without_ids(done.output))
    missing = [line for line in shown_of_the_demo() if line not in printed]
    assert missing == []
    assert "On real AWS, with credentials where boto3 finds them, type" in done.output


def test_the_commands_do_in_order_what_is_said_of_them(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """One grant, the policy file, with purging, with groups of their own, revoking; check mode changes nothing."""
    (ansible.folder / "access.yml").write_text(POLICY)
    group_id = estate.groups["sessions-cache"]
    web = (6390, 6390, estate.groups["app-web"])
    seen = []
    for command in COMMANDS:
        before = inbound(ec2, group_id)
        done = ansible.run(*shlex.split(command.replace(INSTANCE, estate.instances["web-1"])))
        assert done.succeeded, done.output
        after = {rule[:3] for rule in inbound(ec2, group_id)}
        seen.append((command.split()[1].rpartition(".")[2], "--check" in command, web in after))
        assert "--check" not in command or inbound(ec2, group_id) == before
    assert seen == [
        ("grant_access", True, False),
        ("grant_access", False, True),
        ("grant_access", True, True),
        ("grant_access", False, True),
        ("grant_access", True, True),
        ("grant_access", False, True),
        ("grant_access", False, True),
        ("revoke_expired", False, True),
        ("grant_access", True, True),
        ("grant_access", False, True),
        ("audit_access", False, True),
        ("audit_access", False, True),
        ("explain_access", False, True),
        ("revoke_access", True, True),
        ("revoke_access", False, False),
    ]


@pytest.mark.usefixtures("estate")
def test_the_playbook_runs_and_its_second_task_finds_the_work_done(ansible: Ansible) -> None:
    """The role grants; the module alone, asked for the same, has nothing left to do."""
    (ansible.folder / "mine.yml").write_text(PLAYBOOK)
    done = ansible.playbook("mine.yml")
    assert done.succeeded, done.output
    assert done.changed == 1
