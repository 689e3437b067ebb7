# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The examples of every module and filter run as they stand, in order, but for ids that stand for the reader's own."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import CHECKOUT, Ansible

MODULES = sorted((CHECKOUT / "plugins" / "modules").glob("elasticache_*.py"))
READERS = [file for file in MODULES if file.stem.endswith(("_info", "_ping"))]
# Rules first: once a cache carries a second group, a grant has to say which of them it means.
CHANGERS = [file for file in reversed(MODULES) if file not in READERS]
FILTERS = sorted((CHECKOUT / "plugins" / "filter").glob("[!_]*.py"))
# No cache answers behind the endpoints of the examples: it can but say that.
PING = "elasticache.access.elasticache_ping"

Task = dict[str, Any]


def examples(file: Path) -> str:
    """Return EXAMPLES of a file."""
    [written] = [
        node.value
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES"
    ]
    return str(ast.literal_eval(written))


def tasks_of(files: Sequence[Path], estate: Estate) -> list[Task]:
    """Return the tasks of the examples, with the ids of the estate."""
    text = "\n".join(map(examples, files))
    instance = estate.instances["web-1"]
    for stand_in, real in {
        "i-0123456789abcdef0": instance,
        "i-0a1b2c3d4e5f60718": instance,
        "vpc-0a1b2c3d4e5f60718": estate.vpc_id,
    }.items():
        text = text.replace(stand_in, real)
    tasks: list[Task] = yaml.safe_load(text)
    return tasks


def surroundings(estate: Estate) -> list[Task]:
    """Return tasks that make what the examples take for granted: variables, a host of a group, access."""
    grants = [{"cache": cache.name, "sources": [{"security_group": "app-web"}]} for cache in estate.caches]
    return [
        {"ansible.builtin.set_fact": {"vaulted_password": "a-secret-nobody-may-see", "grants": grants}},
        {"ansible.builtin.add_host": {"name": "web-1", "groups": "web", "instance_id": estate.instances["web-1"]}},
        {"elasticache.access.elasticache_sg_access": {"grants": grants}},
    ]


def results_for_filters(estate: Estate) -> list[Task]:
    """Return tasks that register what the examples of filters are about."""
    sources = list(estate.instances.values())
    return [
        {"elasticache.access.elasticache_access_info": {}, "register": "audit"},
        {"ansible.builtin.set_fact": {"report": "{{ {'localhost': audit} | elasticache.access.audit_report }}"}},
        {"elasticache.access.elasticache_expired_access": {"state": "listed"}, "register": "swept"},
        {"elasticache.access.elasticache_reachability_info": {"sources": sources}, "register": "explained"},
        {"elasticache.access.elasticache_cache_info": {}, "register": "found"},
    ]


def run(ansible: Ansible, before: list[Task], shown: list[Task]) -> list[dict[str, Any]]:
    """Run the tasks, and return what those that are shown returned."""
    pause = {"module_defaults": {PING: {"delay": 0}}}
    return ansible.tasks(*before, *({**pause, **task} for task in shown))[len(before) :]


def check(shown: list[Task], results: list[dict[str, Any]]) -> None:
    """Expect each task to end well; those that ping take their options and come as far as asking for the address."""
    assert len(results) == len(shown)
    for task, result in zip(shown, results, strict=True):
        if PING in task:
            assert {answer["step"] for answer in result["endpoints"]} == {"dns"}, (task["name"], result)
        else:
            assert not result.get("failed"), (task["name"], result)


@pytest.mark.parametrize("files", [READERS, CHANGERS], ids=["what reads", "what changes"])
def test_the_examples_of_the_modules_run(ansible: Ansible, ec2: Any, estate: Estate, files: list[Path]) -> None:
    ec2.create_security_group(GroupName="monitoring", Description="Monitoring", VpcId=estate.vpc_id)
    entries = [{"Cidr": "198.51.100.0/24"}]
    ec2.create_managed_prefix_list(
        PrefixListName="office-networks", MaxEntries=2, AddressFamily="IPv4", Entries=entries
    )
    shown = tasks_of(files, estate)
    check(shown, run(ansible, surroundings(estate), shown))


def test_the_examples_of_the_filters_run(ansible: Ansible, estate: Estate) -> None:
    shown = tasks_of(FILTERS, estate)
    results = run(ansible, surroundings(estate) + results_for_filters(estate), shown)
    check(shown, results)
    assert (ansible.folder / "audit.csv").read_text().startswith("host,")
