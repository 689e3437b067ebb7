# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The role proves from hosts that want to connect that they can, against a real server behind the cache's endpoint."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible, Run
from tests.end_to_end.conftest import Call, create_cluster
from tests.end_to_end.test_role import require
from tests.ping.servers import HOST, redis

PASSWORD = "open-sesame-0123456789"
GRANT = {"cache": "plain", "sources": [{"security_group": "app-web"}]}
WANTED = {"cache_access_grants": [GRANT], "cache_access_verify_auth": {"password": PASSWORD}}
# Stands in for ssh: it notes down which host it was to go to, and runs the command here.
SSH = """#!/bin/sh
echo "$@" >> {log}
for command; do :; done
exec sh -c "$command"
"""


@pytest.fixture
def port() -> Iterator[int]:
    """A real server with a password."""
    with redis("--requirepass", PASSWORD) as listening:
        yield listening


@pytest.fixture
def plain(elasticache: Any, estate: Estate, emulator: Emulator, port: int) -> Estate:
    """The estate with one cache more, which carries only the default group and behind whose endpoint the server is."""
    create_cluster(elasticache, "plain", [])
    endpoint = {"Address": HOST, "Port": port}
    set_window(
        emulator.url, "plain", kind="cluster", also={"CacheNodes": [{"CacheNodeId": "0001", "Endpoint": endpoint}]}
    )
    return estate


def play(ansible: Ansible, variables: dict[str, Any], *tasks: dict[str, Any], options: Any = ()) -> Run:
    """Run the role on one host, which talks to AWS, with others in the inventory."""
    folder = ansible.folder
    ssh = folder / "ssh"
    ssh.write_text(SSH.format(log=folder / "ssh.log"))
    nothing = folder / "nothing"
    nothing.write_text("#!/bin/sh\necho No route to host >&2\nexit 255\n")
    for script in (ssh, nothing):
        script.chmod(0o755)
    remote = {
        "ansible_connection": "ssh",
        "ansible_ssh_executable": str(ssh),
        "ansible_ssh_transfer_method": "piped",
        "ansible_python_interpreter": sys.executable,
    }
    hosts = {
        "app-1": remote,
        "app-2": {**remote, "ansible_host": "app-2.example"},
        "here": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable},
        "gone": {**remote, "ansible_ssh_executable": str(nothing)},
        "broken": {**remote, "ansible_ssh_executable": "/nonexistent/ssh"},
        "no-python": {**remote, "ansible_python_interpreter": "/nonexistent/python"},
    }
    groups = {"app": {"hosts": {"app-1": {}, "app-2": {}}}, "empty": {"hosts": {}}}
    inventory = folder / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts, "children": groups}}))
    role = {"ansible.builtin.import_role": {"name": "elasticache.access.cache_access"}, "vars": variables}
    written = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        # As the collection's own playbooks have it, for the host that talks to AWS alone.
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": [role, *tasks],
    }
    path = folder / "provision.yml"
    path.write_text(yaml.safe_dump([written], sort_keys=False))
    return ansible.playbook(str(path), "-i", str(inventory), *options)


def told(done: Run) -> str:
    """Return all that was printed, without the breaks in it."""
    return " ".join((done.output + done.errors).split())


def gone_to(folder: Path) -> str:
    """Return to which hosts connections were made over SSH."""
    log = folder / "ssh.log"
    return log.read_text() if log.exists() else ""


def test_the_whole_role_in_one_run(
    ansible: Ansible, elasticache: Any, plain: Estate, port: int, calls: list[Call]
) -> None:
    """A group is made, attached, granted on, the default one detached, and hosts connect; then nothing is changed."""
    everything = {
        **WANTED,
        "cache_access_dedicated_group": True,
        "cache_access_detach_default_group": True,
        "cache_access_source_egress": True,
        "cache_access_verify_from": ["app", "here", "localhost"],
        "cache_access_explain_from": [plain.instances["web-1"]],
    }
    foretold = play(ansible, everything, options=["--check", "--diff"])
    assert foretold.succeeded, told(foretold)
    assert "Check mode, so that nothing is pinged from app-1, app-2, here, localhost." in told(foretold)
    assert not gone_to(ansible.folder)
    facts = require(
        "cache_access_verified.keys() | sort == ['app-1', 'app-2', 'here', 'localhost']",
        "cache_access_verified.values() | map(attribute='reachable') | unique == [true]",
        f"cache_access_verified['app-2'].endpoints[0].port == {port}",
        "cache_access_verified['app-2'].endpoints[0].cache == 'plain'",
        "'auth' in cache_access_verified['app-2'].endpoints[0].timings",
        "cache_access_explained.verdict == 'reachable'",
    )
    done = play(ansible, everything, facts)
    assert done.succeeded, told(done)
    assert "app-1, app-2, here, localhost can connect to plain." in told(done)
    assert "app-2.example" in gone_to(ansible.folder)
    [cluster] = elasticache.describe_cache_clusters(CacheClusterId="plain")["CacheClusters"]
    assert len(cluster["SecurityGroups"]) == 1
    calls.clear()
    again = play(ansible, everything, facts)
    assert again.succeeded, told(again)
    assert again.changed == 0
    assert not [call.action for call in calls if not call.action.startswith(("Describe", "List", "Get"))]


def test_a_host_that_does_not_get_through_fails_the_play_with_its_reason(ansible: Ansible, plain: Estate) -> None:
    """Of several hosts each has its own, and all are asked: one that is not there, and one without Python."""
    variables = {
        **WANTED,
        "cache_access_dedicated_group": True,
        "cache_access_verify_auth": {"plain": {"password": "not-the-password"}},
        "cache_access_verify_from": ["gone", "broken", "no-python", "app-1"],
        "cache_access_verify_retries": 0,
    }
    failed = play(ansible, variables, options=["-vvv"])
    assert not failed.succeeded
    said = told(failed)
    assert "app-1: " + HOST in said
    assert "(cache plain): auth: the cache does not accept this password for the default user" in said
    for reason in ("gone: ", "No route to host", "broken: ", "/nonexistent/ssh", "no-python: ", "/nonexistent/python"):
        assert reason in said
    # What was granted stands: the next run has only to verify.
    assert plain.vpc_id
    for secret in (PASSWORD, "not-the-password"):
        assert secret not in failed.output + failed.errors
    mended = play(ansible, {**variables, **WANTED, "cache_access_verify_from": "app-1,here"})
    assert mended.succeeded, told(mended)
    assert mended.changed == 0


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("names", ["nobody", ["app", "nobody"], "empty"])
def test_hosts_that_are_not_in_the_inventory_are_refused_before_anything_is_changed(
    ansible: Ansible, calls: list[Call], names: Any
) -> None:
    """In check mode as well."""
    for options in (["--check"], []):
        calls.clear()
        failed = play(ansible, {**WANTED, "cache_access_verify_from": names}, options=options)
        assert not failed.succeeded
        name = names if isinstance(names, str) else names[-1]
        assert f"cache_access_verify_from names {name}, which is no host and no group with hosts" in told(failed)
        assert not calls


@pytest.mark.usefixtures("estate")
def test_only_what_is_granted_is_verified(ansible: Ansible) -> None:
    """Of a cache that access is taken away from, nothing is asked; nobody could connect to these endpoints."""
    grants = [{"cache": "sessions", "state": "absent", "sources": [{"security_group": "app-web"}]}]
    done = play(ansible, {"cache_access_grants": grants, "cache_access_verify_from": ["here"]})
    assert done.succeeded, told(done)
    assert "Nothing is pinged, for no access is granted to any cache." in told(done)


@pytest.mark.usefixtures("plain")
def test_from_the_command_line(ansible: Ansible, port: int) -> None:
    """The playbook, whose own connection and Python are not those of the hosts."""
    play(ansible, {"cache_access_grants": []})
    secret = ansible.folder / "secret.yml"
    secret.write_text(yaml.safe_dump({"cache_access_verify_auth": {"password": PASSWORD}}))
    arguments = ["-e", "cache=plain", "-e", "security_group=app-web", "-e", "cache_access_dedicated_group=true"]
    arguments += ["-e", "cache_access_verify_from=app", "-e", f"@{secret}", "-i", str(ansible.folder / "inventory.yml")]
    done = ansible.playbook("elasticache.access.grant_access", *arguments, "-vvv")
    assert done.succeeded, told(done)
    assert "app-1, app-2 can connect to plain." in told(done)
    assert "app-2.example" in gone_to(ansible.folder)
    assert PASSWORD not in done.output + done.errors
    assert port
