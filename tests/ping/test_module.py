# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_ping run by Ansible: what it returns, what it refuses, what it never shows, and on which Pythons."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.ping.conftest import OTHER, PASSWORD
from tests.ping.servers import HOST, Certificate
from tests.ping.sockets import answering, echoing, nobody, served

MODULE = "elasticache.access.elasticache_ping"
REPEATED = f"-ERR unknown command `AUTH`, with args beginning with: `{PASSWORD[:-3]}\r\n".encode()


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    """Ansible, which reaches no AWS at all."""
    return Ansible(tmp_path, "http://127.0.0.1:1")


def pinged(ansible: Ansible, *tasks: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Run the module once per set of options."""
    return ansible.tasks(*({MODULE: dict(task)} for task in tasks), **more)


def test_the_module(ansible: Ansible, plain: int, secure: int, cluster: list[int], certificate: Certificate) -> None:
    """One endpoint and many, by Ansible itself, in check mode alike."""
    many: list[dict[str, Any]] = [
        {"address": HOST, "port": secure, "tls": True, "password": PASSWORD, "role": "primary"},
        {"host": HOST, "port": cluster[0], "cache": "sessions"},
    ]
    tasks: list[dict[str, Any]] = [
        {"host": HOST, "port": plain},
        {"endpoints": many, "ca_path": certificate.ca},
        {"address": HOST, "port": 1},
    ]
    for check in (False, True):
        one, both, failed = pinged(ansible, *tasks, check=check)
        assert (one["reachable"], one["changed"], both["reachable"]) == (True, False, True)
        assert [endpoint["role"] for endpoint in both["endpoints"]] == ["primary", None]
        assert len(both["endpoints"][1]["nodes"]) == 2
        assert failed["failed"] and not failed["reachable"]
        assert failed["msg"].startswith(f"{HOST}:1: tcp: the connection was refused")
        assert failed["endpoints"][0]["code"] == "refused"


def test_what_is_refused(ansible: Ansible, tmp_path: Path) -> None:
    """One sentence for each, with the value and the way out."""
    one: dict[str, Any] = {"address": HOST, "port": 6379}
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "one of the following is required: endpoints, address"),
        ({"address": HOST}, "missing parameter(s) required by 'address': port"),
        ({**one, "endpoints": [one]}, "parameters are mutually exclusive: endpoints|address"),
        ({"endpoints": []}, "endpoints is empty; give one endpoint at least"),
        ({"endpoints": [{"address": HOST}]}, "missing required arguments: port found in endpoints"),
        ({**one, "port": 70000}, "port is 70000; a TCP port is a number from 1 to 65535."),
        ({**one, "address": "rediss://one.example"}, "address 'rediss://one.example' is no host"),
        ({**one, "engine": "dragonfly"}, "value of engine must be one of: valkey, redis, memcached, got: dragonfly"),
        ({**one, "username": "app"}, "username 'app' stands without a password"),
        ({**one, "engine": "memcached", "password": PASSWORD}, "engine memcached, to which nobody logs in"),
        ({**one, "timeout": 0}, "timeout is 0; give seconds from 0.01 to 3600"),
        ({**one, "retries": -1}, "retries is -1; give times from 0 to 1000"),
        ({**one, "delay": 4000}, "delay is 4000; give seconds from 0 to 3600"),
        ({**one, "ca_path": str(tmp_path / "none.pem")}, "cannot be read (No such file or directory) on this host"),
        ({**one, "ca_path": "a\x00b"}, "is no path on this host"),
    ]
    results = pinged(ansible, *(task for task, _sentence in cases))
    for (task, sentence), result in zip(cases, results, strict=True):
        assert result.get("failed"), task
        assert sentence in result["msg"], task
        assert "Traceback" not in str(result) and PASSWORD not in str(result)


def test_no_password_is_ever_shown(ansible: Ansible, locked: int) -> None:
    """However loud Ansible is, and whatever comes in answer: repeated, cut off, shouted."""
    path = ansible.folder / "loud.yml"
    with served(echoing) as echo, served(answering(REPEATED)) as old, served(answering(b"-OPENSESAME\r\n")) as shouting:
        ports = [locked, echo, old, shouting, nobody()]
        tasks: list[dict[str, Any]] = [
            {MODULE: {"address": HOST, "port": port, "password": secret, "timeout": 1}, "ignore_errors": True}
            for port in ports
            for secret in (PASSWORD, "OPENSESAME")
        ]
        endpoints = [{"address": HOST, "port": port, "username": "app", "password": OTHER} for port in ports]
        tasks.append({MODULE: {"endpoints": endpoints, "timeout": 1}, "ignore_errors": True})
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
        path.write_text(yaml.safe_dump([{**play, "vars": {"ansible_python_interpreter": sys.executable}}]))
        done = ansible.playbook(str(path), "-vvvv")
    assert done.output.count("...ignoring") >= 9
    said = done.output + done.errors
    for secret in (PASSWORD, PASSWORD[:-3], PASSWORD[:12], OTHER, OTHER[:12], "OPENSESAME"):
        assert secret not in said


def python39() -> str:
    """Return a Python 3.9 that runs; without one, the test is skipped."""
    candidates = [shutil.which("python3.9")]
    if pyenv := shutil.which("pyenv"):
        # Its shims exist for every version, and run for those that are chosen alone.
        root = Path(os.environ.get("PYENV_ROOT") or Path(pyenv).resolve().parents[1])
        candidates += map(str, sorted(root.glob("versions/3.9.*/bin/python3.9")))
    for candidate in filter(None, candidates):
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    pytest.skip("there is no Python 3.9 here: on PATH, or as a version of pyenv")


def test_everything_compiles_on_the_python_of_managed_hosts(tmp_path: Path) -> None:
    """All of plugins, on Python 3.9."""
    script = (
        "import pathlib, sys\n"
        "files = sorted(pathlib.Path(sys.argv[1]).rglob('*.py'))\n"
        "for file in files: compile(file.read_bytes(), str(file), 'exec')\n"
        "print(len(files))"
    )
    done = subprocess.run(
        [python39(), "-c", script, str(CHECKOUT / "plugins")], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


def test_it_runs_on_the_python_of_managed_hosts(
    ansible: Ansible, plain: int, secure: int, certificate: Certificate, store: int
) -> None:
    """Python 3.9, with and without TLS, and failing."""
    endpoints = [
        {"address": "localhost", "port": secure, "tls": True, "password": PASSWORD},
        {"address": HOST, "port": plain},
        {"address": HOST, "port": store, "engine": "memcached"},
    ]
    tasks = [{"endpoints": endpoints, "ca_path": certificate.ca}, {"address": HOST, "port": nobody()}]
    play = [{MODULE: task, "vars": {"ansible_python_interpreter": python39()}, "register": "done"} for task in tasks]
    reached, failed = ansible.tasks(*play)
    assert reached["reachable"], reached
    assert reached["endpoints"][0]["tls_version"]
    assert failed["endpoints"][0]["code"] == "refused"


def test_it_needs_neither_boto3_nor_amazon_aws() -> None:
    """It loads where there is none of them."""
    script = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['boto3', 'botocore', 'ansible_collections.amazon']))\n"
        "import ansible_collections.elasticache.access.plugins.modules.elasticache_ping"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
