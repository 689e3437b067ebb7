# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is compared, and how each is called."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fleet import Fleet

APPLY, AGAIN, CHECK = "apply", "again", "check"
ACTIONS = (APPLY, AGAIN, CHECK)
_CHECKING = {CHECK: ["--check", "--diff"]}

Command = list[str]


@dataclass(frozen=True)
class Contender:
    """One way to grant access to a fleet. C(largest) is the largest fleet that it is measured with, C(None) for any."""

    name: str
    label: str
    command: Callable[[Fleet, Path, str], Command]
    actions: tuple[str, ...] = ACTIONS
    repetitions: int | None = None
    largest: int | None = None


def write_policy(fleet: Fleet, home: Path) -> str:
    """Write the wanted access as a policy file, and return its path."""
    path = home / "policy.json"
    path.write_text(json.dumps(fleet.policy()))
    return str(path)


def _ours(fleet: Fleet, home: Path, action: str) -> Command:
    policy = write_policy(fleet, home)
    return ["ansible-playbook", "playbooks/grant_access.yml", "-e", f"@{policy}", *_CHECKING.get(action, [])]


def _inside(fleet: Fleet, home: Path, action: str) -> Command:
    grants = fleet.policy()["cache_access_grants"]
    options = {"grants": grants, "_ansible_check_mode": action == CHECK, "_ansible_diff": True}
    return inside("elasticache_sg_access", options, home)


def inside(module: str, options: Mapping[str, Any], home: Path) -> Command:
    """The process of a module, with these options."""
    path = home / "options.json"
    path.write_text(json.dumps(options))
    return [sys.executable, "-m", "benchmarks.inside", module, str(path)]


def _floor(fleet: Fleet, home: Path, action: str) -> Command:
    return [sys.executable, "-m", "benchmarks.floor", write_policy(fleet, home), action]


def _loop(fleet: Fleet, home: Path, action: str) -> Command:
    caches = [
        {
            "name": cache.name,
            "member": cache.member,
            "group": cache.group,
            "rules": [
                {"proto": "tcp", "from_port": port, "to_port": port, **source}
                for port in cache.ports
                for source in (*({"group_id": each} for each in cache.application_ids), {"cidr_ip": cache.cidr})
            ],
        }
        for cache in fleet.caches
    ]
    path = home / "loop.json"
    path.write_text(json.dumps({"vpc_id": fleet.vpc_id, "caches": caches}))
    return ["ansible-playbook", "benchmarks/loop.yml", "-e", f"@{path}", *_CHECKING.get(action, [])]


def _cli(fleet: Fleet, home: Path, _action: str) -> Command:
    lines = [
        " ".join(
            [
                cache.kind,
                cache.member or cache.name,
                cache.group_id,
                ",".join(map(str, cache.ports)),
                ",".join([*cache.application_ids, cache.cidr]),
            ]
        )
        for cache in fleet.caches
    ]
    path = home / "caches.txt"
    path.write_text("\n".join(lines) + "\n")
    return ["bash", "-c", f"benchmarks/cli.sh < {path}"]


OURS = Contender("ours", "this collection, whole playbook", _ours)
INSIDE = Contender("inside", "this collection, the module's process", _inside)
FLOOR = Contender("floor", "a bare boto3 script (the floor)", _floor)
LOOP = Contender("loop", "`elasticache_info` and `ec2_security_group` in a loop", _loop, repetitions=1, largest=100)
CLI = Contender("cli", "the AWS CLI in a shell loop", _cli, actions=(APPLY, AGAIN), repetitions=1, largest=20)
CONTENDERS = (OURS, INSIDE, FLOOR, LOOP, CLI)
