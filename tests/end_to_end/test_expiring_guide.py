# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What docs/expiring-access.md shows: its commands do what is said of them, its schedules run them."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.emulator.estate import SESSIONS_PORT, Estate
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.end_to_end.rules import allow, every_rule

GUIDE = (CHECKOUT / "docs" / "expiring-access.md").read_text()
COMMANDS = [line for line in re.findall(r"^(ansible-playbook .*)$", GUIDE, re.MULTILINE) if " -i " not in line]
BLOCKS: dict[str, str] = dict(re.findall(r"^```\w*\n# (\S+)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
# Stands for an instance of the reader's own.
INSTANCE = "i-0123456789abcdef0"
SWEEP = "ansible-playbook elasticache.access.revoke_expired"


def test_the_commands_do_in_order_what_is_said_of_them(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Granted, kept from the sweep while it lasts, in a policy file, looked at ahead; what has ended goes."""
    policy = BLOCKS["access.yml"].replace(INSTANCE, estate.instances["web-1"])
    (ansible.folder / "access.yml").write_text(policy)
    tags = {"elasticache.access:managed": "true", "elasticache.access:expires_at": "2020-01-01T00:00:00Z"}
    old = allow(ec2, estate.groups["sessions-cache"], "10.9.0.0/16", SESSIONS_PORT, tags=tags)
    did = []
    for command in COMMANDS:
        before = set(every_rule(ec2))
        done = ansible.run(*shlex.split(command))
        assert done.succeeded, done.output + done.errors
        after = set(every_rule(ec2))
        did.append((command.split()[1].rpartition(".")[2], len(after - before), len(before - after)))
        assert "--check" not in command or done.changed == (command.startswith("ansible-playbook elasticache.access.g"))
    assert did == [
        ("grant_access", 0, 0),
        ("grant_access", 1, 0),
        ("revoke_expired", 0, 1),
        # The instance is of the web tier, whose end is kept; both ports of carts, and the batch tier for good.
        ("grant_access", 2, 0),
        ("revoke_expired", 0, 0),
        ("revoke_expired", 0, 0),
        ("revoke_expired", 0, 0),
        ("revoke_expired", 0, 0),
    ]
    assert old not in every_rule(ec2)


def test_the_schedules_run_the_playbook(ansible: Ansible) -> None:
    """Cron, a systemd timer, a playbook of AWX's project and a GitHub workflow, each as far as it can be read here."""
    [crontab] = [line for line in BLOCKS["/etc/cron.d/revoke-expired"].splitlines() if line.startswith("*")]
    *_times, user, program, playbook, quiet = crontab.split()
    assert (user, f"{Path(program).name} {playbook}", quiet) == ("cacheops", SWEEP, ">/dev/null")
    for unit in ("revoke-expired.service", "revoke-expired.timer"):
        (ansible.folder / unit).write_text(
            BLOCKS[f"/etc/systemd/system/{unit}"]
            .replace("/opt/ansible/bin/ansible-playbook", "/bin/true")
            .replace("User=cacheops\n", "")
        )
    service = configparser.ConfigParser()
    service.read_string(BLOCKS["/etc/systemd/system/revoke-expired.service"])
    assert service["Service"]["ExecStart"] == f"/opt/ansible/bin/{SWEEP}"
    if shutil.which("systemd-analyze"):
        verified = ansible.run(
            "/bin/sh", "-c", "systemd-analyze verify ./revoke-expired.service ./revoke-expired.timer"
        )
        assert verified.succeeded, verified.errors
    (ansible.folder / "revoke_expired.yml").write_text(BLOCKS["revoke_expired.yml"])
    checked = ansible.playbook("revoke_expired.yml", "--syntax-check")
    assert checked.succeeded, checked.output + checked.errors
    workflow = yaml.safe_load(BLOCKS[".github/workflows/revoke-expired.yml"])
    assert [step["run"] for step in workflow["jobs"]["revoke"]["steps"] if "run" in step] == [
        "pip install ansible boto3",
        "ansible-galaxy collection install elasticache.access",
        SWEEP,
    ]
