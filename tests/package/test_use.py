# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The installed collection does the job by full names, in a folder that knows nothing of the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible, extra_vars
from tests.end_to_end.rules import every_rule, inbound


def test_installed_playbooks_grant_audit_explain_and_revoke(
    ansible: Ansible, installed: Path, ec2: Any, estate: Estate
) -> None:
    """From the tarball alone: the checkout in .venv is out of sight."""
    ansible.environment |= {
        "ANSIBLE_COLLECTIONS_PATH": str(installed),
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false",
    }
    before = every_rule(ec2)
    arguments = extra_vars(cache="carts", security_group="app-web")
    granted = ansible.playbook("elasticache.access.grant_access", "-vv", *arguments)
    assert granted.succeeded, granted.output
    assert granted.changed == 1
    assert f"{installed}/ansible_collections/elasticache/access/roles/cache_access" in granted.output
    assert {rule[:2] for rule in inbound(ec2, estate.groups["carts-cache"])} == {(6379, 6379), (6380, 6380)}
    audited = ansible.playbook("elasticache.access.audit_access", "-vv")
    assert audited.succeeded, audited.output
    assert f"{installed}/ansible_collections/elasticache/access/roles/access_audit" in audited.output
    written = {file.name: file.read_text() for file in (ansible.folder / "access-audit").iterdir()}
    assert written.keys() == {"access-audit.html", "access-audit.json", "access-audit.csv"}
    assert all(estate.groups["app-web"] in text for text in written.values())
    explained = ansible.playbook(
        "elasticache.access.explain_access", *extra_vars(cache="carts", instance=estate.instances["web-1"])
    )
    assert explained.succeeded, explained.output
    assert f"web-1 ({estate.instances['web-1']}) can reach carts" in explained.output
    revoked = ansible.playbook("elasticache.access.revoke_access", *arguments)
    assert revoked.succeeded, revoked.output
    assert every_rule(ec2) == before
