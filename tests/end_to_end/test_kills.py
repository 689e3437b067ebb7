# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs that are killed on the way: nothing is lost, and the next run does the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import PROGRAMS, Ansible
from tests.end_to_end.rules import permit, sources_of

PORT = 11211
MARKER = {"elasticache.access:managed": "true"}
STAYS, COMES, GOES = "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"
PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - elasticache.access.elasticache_sg_access:
        cache: fragments
        sources: [{cidr: 10.1.0.0/16}, {cidr: 10.2.0.0/16}]
        purge: managed
        allow_large_purge: true
"""

Meanwhile = dict[str, Callable[[], Any]]


def processes(folder: Path) -> dict[int, str]:
    """The processes that run in this home, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"HOME={folder}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def kill(folder: Path, who: str, how: signal.Signals) -> None:
    """Send a signal to the controller's first process, to the module's, or to all, as Ctrl-C in a terminal does."""
    running = processes(folder)
    modules = [pid for pid, line in running.items() if "AnsiballZ_" in line and "python" in line.split()[0]]
    chosen = {"module": modules, "all": list(running), "controller": [min(running)]}[who]
    assert chosen, running
    for pid in chosen:
        os.kill(pid, how)
    time.sleep(0.5)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")
@pytest.mark.parametrize("action", ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"])
@pytest.mark.parametrize(
    ("who", "how"),
    [("controller", signal.SIGKILL), ("module", signal.SIGKILL), ("all", signal.SIGINT)],
    ids=["controller killed", "module killed", "interrupted"],
)
def test_nothing_is_lost_and_the_next_run_does_the_rest(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: Meanwhile, who: str, how: signal.Signals, action: str
) -> None:
    """Right before EC2 is asked for a change; the request is on its way by then, and is carried out."""
    group = estate.groups["fragments-cache"]
    permit(ec2, group, [STAYS, GOES], PORT, tags=MARKER)
    path = ansible.folder / "purge.yml"
    path.write_text(PLAYBOOK)
    meanwhile[action] = lambda: kill(ansible.folder, who, how)
    with subprocess.Popen(
        [PROGRAMS / "ansible-playbook", path],
        cwd=ansible.folder,
        env=ansible.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:
        run.wait(timeout=60)
    assert run.returncode != 0 or who == "module"
    # A module whose controller was killed goes on.
    deadline = time.monotonic() + 60
    while processes(ansible.folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes(ansible.folder) == {}
    left = sources_of(ec2, group)
    assert STAYS in left
    assert COMES in left or GOES in left
    again = ansible.playbook(str(path))
    assert again.succeeded, again.output
    assert sources_of(ec2, group) == {STAYS, COMES}
