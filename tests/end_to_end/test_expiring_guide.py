# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The schedules of docs/expiring-access.md run the playbook; its commands are run in test_pages.py."""

from __future__ import annotations

import configparser
import re
import shutil
from pathlib import Path

import yaml

from tests.end_to_end.ansible import CHECKOUT, Ansible

GUIDE = (CHECKOUT / "docs" / "expiring-access.md").read_text()
BLOCKS: dict[str, str] = dict(re.findall(r"^```\w*\n# (\S+)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
SWEEP = "ansible-playbook elasticache.access.revoke_expired"


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
    [play] = yaml.safe_load(BLOCKS["schedule.yml"])
    [task] = play["tasks"]
    assert "FREQ=MINUTELY;INTERVAL=10" in task["awx.awx.schedule"]["rrule"]
    workflow = yaml.safe_load(BLOCKS[".github/workflows/revoke-expired.yml"])
    assert [step["run"] for step in workflow["jobs"]["revoke"]["steps"] if "run" in step] == [
        "pip install ansible boto3",
        "ansible-galaxy collection install elasticache.access",
        SWEEP,
    ]
