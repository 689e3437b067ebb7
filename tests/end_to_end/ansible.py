# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs the real ansible-playbook, as a user would, and returns what it printed or what its tasks returned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.emulator.tests.conftest import REGION

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Run:
    """What one command did."""

    code: int
    output: str
    errors: str

    @property
    def succeeded(self) -> bool:
        """Say whether it ended well."""
        return self.code == 0

    @property
    def changed(self) -> int:
        """Return the number behind C(changed=) in the recap of a playbook with one host."""
        recap = self.output.rsplit("PLAY RECAP", 1)[1]
        return int(recap.split("changed=", 1)[1].split()[0])


class Ansible:
    """Runs Ansible in a folder of its own, with an environment in which nothing but the emulator can be reached."""

    def __init__(self, folder: Path, endpoint_url: str) -> None:
        self.folder = folder
        self.environment = {
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(folder / "ansible"),
            # Ansible takes ~ from the list of users, not from HOME.
            "ANSIBLE_REMOTE_TEMP": str(folder / "ansible" / "tmp"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "AWS_ENDPOINT_URL": endpoint_url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "a-secret-nobody-may-see",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def run(self, *command: str, environment: Mapping[str, str | None] | None = None) -> Run:
        """Run a program of the virtual environment; C(None) in C(environment) takes a variable away."""
        variables = {**self.environment, **(environment or {})}
        done = subprocess.run(
            [str(PROGRAMS / command[0]), *command[1:]],
            cwd=self.folder,
            env={name: value for name, value in variables.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def playbook(self, name: str, *arguments: str, environment: Mapping[str, str | None] | None = None) -> Run:
        """Run one of the collection's playbooks by its full name, or another by its path."""
        return self.run("ansible-playbook", name, *arguments, environment=environment)

    def tasks(
        self, *tasks: Mapping[str, Any], check: bool = False, environment: Mapping[str, str | None] | None = None
    ) -> list[dict[str, Any]]:
        """Run these tasks, each even where one before it failed, and return what each returned."""
        play = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable},
            "tasks": [{"ignore_errors": True, **task} for task in tasks],
        }
        path = self.folder / "tasks.yml"
        path.write_text(yaml.safe_dump([play], sort_keys=False))
        arguments = ["--diff", *(["--check"] if check else [])]
        done = self.playbook(
            str(path), *arguments, environment={"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", **(environment or {})}
        )
        if not done.output.startswith("{"):
            raise AssertionError(f"Ansible did not run: {done.output}\n{done.errors}")
        results = [task["hosts"]["localhost"] for task in json.loads(done.output)["plays"][0]["tasks"]]
        return results

    def access(self, *grants: Mapping[str, Any], check: bool = False, **more: Any) -> list[dict[str, Any]]:
        """Run elasticache_sg_access once per set of options."""
        return self.tasks(
            *({"elasticache.access.elasticache_sg_access": dict(grant)} for grant in grants), check=check, **more
        )

    def info(self, **options: Any) -> dict[str, Any]:
        """Run elasticache_cache_info."""
        [result] = self.tasks({"elasticache.access.elasticache_cache_info": options})
        return result

    def audit(self, **options: Any) -> dict[str, Any]:
        """Run elasticache_access_info."""
        [result] = self.audits(options)
        return result

    def audits(self, *questions: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Run elasticache_access_info once per set of options."""
        return self.tasks(
            *({"elasticache.access.elasticache_access_info": dict(options)} for options in questions), **more
        )


def extra_vars(**values: str) -> Sequence[str]:
    """Return C(-e name=value) for each."""
    return [word for name, value in values.items() for word in ("-e", f"{name}={value}")]
