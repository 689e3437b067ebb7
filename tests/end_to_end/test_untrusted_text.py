# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What others wrote in AWS runs as no template, moves no cursor, and starts no formula: the bytes that are printed."""

from __future__ import annotations

import csv
import json
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moto.ec2.models import ec2_backends

from tests.emulator.estate import Estate
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import Ansible, Run, extra_vars
from tests.end_to_end.rules import every_rule, permit

ACCOUNT = "123456789012"
OWNED = "owned"
TEMPLATE = f"{{{{ 7*7 }}}}{{{{ lookup('pipe', 'touch {OWNED}') }}}}"
# The most that XML can hold, in which EC2 and ElastiCache answer: \x9b is an escape sequence's beginning in one byte.
CODES = "\x9b2J\x9b31m\u202eevil\u2066\nforged\x7f"
SHOWN = r"\x9b2J\x9b31m\u202eevil\u2066\nforged\x7f"
HOSTILE = f"={TEMPLATE}<img src=x onerror=alert(1)>{CODES}"
# What moves a cursor, hides text or turns it around.
CONTROL = ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.fixture
def hostile(ec2: Any, estate: Estate) -> Estate:
    """The estate, in which everything that has a name, a tag or a description got a hostile one."""
    group = estate.groups["sessions-cache"]
    tags = {
        "elasticache.access:managed": "true",
        "elasticache.access:expires_at": CODES,
        "elasticache.access:reason": HOSTILE,
        HOSTILE: HOSTILE,
    }
    permit(ec2, group, ["10.9.0.0/16"], 6390, tags=tags)
    permit(ec2, group, ["10.8.0.0/16"], 6390, tags={HOSTILE: TEMPLATE})
    backend: Any = ec2_backends[ACCOUNT][REGION]
    # EC2 itself takes no such names and descriptions. Who knows what it took before.
    for name in ("sessions-cache", "app-web"):
        backend.get_security_group_from_id(estate.groups[name]).name = f"{name}{HOSTILE}"
    for rule in backend.describe_security_group_rules([], {"group-id": [group]}):
        rule.permission = replace(rule.permission, description=HOSTILE)
    ec2.create_tags(Resources=list(estate.instances.values()), Tags=[{"Key": "Name", "Value": HOSTILE}])
    return estate


def see(ansible: Ansible, done: Run) -> str:
    """Return what was printed, once it is sure that a terminal shows it as it stands."""
    text = done.output + done.errors
    assert {each for each in text if unicodedata.category(each) in CONTROL} == {"\n"}
    assert not [line for line in text.splitlines() if line.startswith("forged")]
    assert "Traceback" not in text
    assert not (ansible.folder / OWNED).exists()
    return text


def test_diff_warnings_and_failures(ansible: Ansible, ec2: Any, hostile: Estate) -> None:
    """A purge shows the rules that go and that stay; then what ended is listed, and a name is not found."""
    assert hostile.groups
    cache = extra_vars(cache="sessions", cidr="10.7.0.0/16")
    purge = ["-e", "cache_access_purge=all", "-e", "cache_access_allow_large_purge=true"]
    text = see(ansible, ansible.playbook("elasticache.access.grant_access", *cache, *purge, "--check", "--diff"))
    removed = [line for line in text.splitlines() if line.startswith("- tcp/6390  10.9.0.0/16")]
    assert len(removed) == 1 and removed[0].count(SHOWN) > 2 and "{{ 7*7 }}" in removed[0]
    assert f"security group sessions-cache={TEMPLATE}" in text

    expired = see(ansible, ansible.playbook("elasticache.access.revoke_expired", "--diff"))
    assert "UNREADABLE" in expired and "[WARNING]" in expired

    failed = ansible.playbook(
        "elasticache.access.grant_access", *extra_vars(cache="sessions", security_group="app-wed")
    )
    assert not failed.succeeded
    see(ansible, failed)
    assert len(every_rule(ec2)) > 0


def test_answers_of_explain_access(ansible: Ansible, hostile: Estate) -> None:
    text = see(
        ansible,
        ansible.playbook(
            "elasticache.access.explain_access", *extra_vars(cache="sessions", instance=hostile.instances["web-1"])
        ),
    )
    assert TEMPLATE in text


def test_report_of_an_audit(ansible: Ansible, hostile: Estate) -> None:
    """The terminal, the table for a spreadsheet, and the page; the JSON holds what AWS says."""
    assert hostile.groups
    done = ansible.playbook("elasticache.access.audit_access")
    assert done.succeeded, done.output
    see(ansible, done)
    folder: Path = ansible.folder / "access-audit"
    table = (folder / "access-audit.csv").read_text(encoding="utf-8")
    assert {each for each in table if unicodedata.category(each) in CONTROL} == {"\n"}
    cells = [cell for line in csv.reader(table.splitlines()) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    page = (folder / "access-audit.html").read_text(encoding="utf-8")
    assert {each for each in page if unicodedata.category(each) in CONTROL} <= {"\n", "\t"}
    assert "<img src=x" not in page
    report = json.loads((folder / "access-audit.json").read_text(encoding="utf-8"))
    [cache] = [each for each in report["caches"] if each["name"] == "sessions"]
    assert HOSTILE in {value for rule in cache["rules"] for value in rule["tags"].values()}
