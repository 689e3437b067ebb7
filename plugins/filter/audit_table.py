# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter audit_table."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_table
short_description: Turn an audit report into a few lines for the terminal
version_added: 0.4.0
description:
  - A table of the worst caches, then the worst findings, what differs from the policy and what is not known.
options:
  _input:
    description: A report of P(elasticache.access.audit_report#filter).
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
- name: Show the audit
  ansible.builtin.debug:
    msg: "{{ report | elasticache.access.audit_table }}"
"""

RETURN = r"""
_value:
  description: The lines.
  returned: success
  type: list
  elements: str
  sample:
    - 2 caches, 3 rules that let something in; no findings.
    - ""
    - CACHE      PORTS      RULES  FINDINGS
    - carts      6379 6380  2      none
    - fragments  11211      1      none
"""

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._audit_table import table_of

if t.TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"audit_table": table_of}
