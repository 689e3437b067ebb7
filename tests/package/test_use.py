# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The installed collection does the job by full names, in a folder that knows nothing of the checkout."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible, extra_vars
from tests.end_to_end.rules import every_rule, inbound
from tests.package.test_tarball import MODULES, PLAYBOOKS
from tests.ping.servers import HOST
from tests.ping.sockets import answering, served


def test_everything_in_the_tarball_does_its_job(ansible: Ansible, installed: Path, ec2: Any, estate: Estate) -> None:
    """All playbooks, roles and modules, from the tarball alone: the checkout in .venv is out of sight."""
    ansible.environment |= {
        "ANSIBLE_COLLECTIONS_PATH": str(installed),
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
    }
    collection = installed / "ansible_collections" / "elasticache" / "access"
    played, printed = [], ""

    def play(name: str, *arguments: str) -> str:
        nonlocal printed
        # This much makes Ansible say where it takes modules and roles from.
        done = ansible.playbook(f"elasticache.access.{name}", "-vvv", *arguments)
        assert done.succeeded, done.output
        played.append(name)
        printed += done.output
        return done.output

    before = every_rule(ec2)
    arguments = extra_vars(cache="carts", security_group="app-web")
    play("grant_access", *arguments)
    assert {rule[:2] for rule in inbound(ec2, estate.groups["carts-cache"])} == {(6379, 6379), (6380, 6380)}

    play("audit_access")
    written = {file.name: file.read_text() for file in (ansible.folder / "access-audit").iterdir()}
    assert written.keys() == {"access-audit.html", "access-audit.json", "access-audit.csv"}
    assert all(estate.groups["app-web"] in text for text in written.values())

    explained = play("explain_access", *extra_vars(cache="carts", instance=estate.instances["web-1"]))
    assert f"web-1 ({estate.instances['web-1']}) can reach carts" in explained

    play("revoke_access", *arguments)
    assert every_rule(ec2) == before

    play("grant_access", *arguments, *extra_vars(expires_in="8h"))
    play("revoke_expired", *extra_vars(as_of="2099-12-31T23:59:59Z"))
    assert every_rule(ec2) == before

    # The modules that none of these has used: they look, find what is wanted in force already, and connect.
    with served(answering(b"VERSION 1.6.22\r\n")) as port:
        tasks = [
            {"elasticache.access.elasticache_cache_info": {"caches": ["carts"]}, "register": "found"},
            {"ansible.builtin.assert": {"that": "found.caches[0].ports == [6379, 6380]"}},
            {
                "elasticache.access.elasticache_security_groups": {
                    "cache": "carts",
                    "security_groups": ["carts-cache"],
                },
                "register": "carried",
            },
            {"ansible.builtin.assert": {"that": "carried is not changed"}},
            {"elasticache.access.elasticache_ping": {"address": HOST, "port": port, "engine": "memcached"}},
        ]
        book = ansible.folder / "own.yml"
        book.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
        own = ansible.playbook(str(book), "-vvv")
    assert own.succeeded, own.output
    printed += own.output

    assert sorted(set(played)) == PLAYBOOKS
    taken = {Path(name) for name in re.findall(r"Using module file (\S+/elasticache_\w+\.py)", printed)}
    assert taken == {collection / "plugins" / "modules" / f"{name}.py" for name in MODULES}
    tasks_of_roles = {Path(name) for name in re.findall(r"task path: (\S+/roles/\w+)/tasks/", printed)}
    assert tasks_of_roles == {collection / "roles" / name for name in ("access_audit", "cache_access")}
