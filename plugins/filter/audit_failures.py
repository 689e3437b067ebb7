# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter audit_failures."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_failures
short_description: Say why an audit is to fail
version_added: 0.4.0
description:
  - Holds the result of M(elasticache.access.elasticache_access_info) against what must not be.
positional: fail_on
options:
  _input:
    description: What the module returned.
    type: dict
    required: true
  fail_on:
    description:
      - What must not be.
      - V(critical), V(high), V(medium) and V(low) stand for findings of that severity or a worse one, V(drift) for
        access that is unexpected or missing, V(unknown) for anything that could not be found out.
    type: list
    elements: str
    choices: [critical, high, medium, low, drift, unknown]
    required: true
author:
  - The elasticache.access authors (@elasticache-access)
seealso:
  - module: elasticache.access.elasticache_access_info
  - ref: ansible_collections.elasticache.access.access_audit_role
    description: The role that uses it.
"""

EXAMPLES = r"""
- name: Fail on critical and high findings
  ansible.builtin.assert:
    that: audit | elasticache.access.audit_failures(['high']) == []
"""

RETURN = r"""
_value:
  description: Why, as parts of a sentence. Empty where nothing is wrong.
  returned: success
  type: list
  elements: str
  sample:
    - 1 of severity critical
    - 2 of severity high
"""

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._audit_report import failures

if t.TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"audit_failures": failures}
