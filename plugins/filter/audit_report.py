# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter audit_report."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_report
short_description: Make one report of the audits of several accounts and regions
version_added: 0.4.0
description:
  - Puts the results of M(elasticache.access.elasticache_access_info) of many hosts together, the worst caches first.
  - The form of the report is described in L(the documentation,
    https://github.com/elasticache-access/elasticache.access/blob/main/docs/audit.md).
options:
  _input:
    description: >-
      What the module returned, by the name of the host. For a host that could not be audited that is C(failed) and
      C(msg), which says why.
    type: dict
    required: true
author:
  - The elasticache.access authors (@elasticache-access)
seealso:
  - module: elasticache.access.elasticache_access_info
  - ref: ansible_collections.elasticache.access.access_audit_role
    description: The role that uses it.
"""

EXAMPLES = r"""
- name: Make a report of one audit
  ansible.builtin.set_fact:
    report: "{{ {'localhost': audit} | elasticache.access.audit_report }}"
"""

RETURN = r"""
_value:
  description: The report.
  returned: success
  type: dict
  sample:
    version: 1
    generated_at: "2026-01-31T18:00:00Z"
    collection_version: 0.4.0
    compared: false
    summary:
      hosts: 1
      failed_hosts: 0
      caches: 0
      rules: 0
      findings: {critical: 0, high: 0, medium: 0, low: 0}
      drift: null
      unknown: 0
    hosts:
      - host: localhost
        account: "123456789012"
        region: eu-west-1
        error: null
        unknown: []
        findings: []
        missing: []
        members: {}
    caches: []
"""

import typing as t
from datetime import datetime, timezone

from ansible_collections.elasticache.access.plugins.module_utils._audit_report import make_report
from ansible_collections.elasticache.access.plugins.module_utils._version import VERSION

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def audit_report(audits: Mapping[str, Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Return one report of the audits, made now."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return make_report(audits, now, VERSION)


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"audit_report": audit_report}
