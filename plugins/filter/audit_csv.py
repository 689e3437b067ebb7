# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter audit_csv."""

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_csv
short_description: Turn an audit report into CSV
version_added: 0.4.0
description:
  - One line per rule that lets something reach a cache, and one per access that is granted and not there.
  - A cell that a spreadsheet would take for a formula begins with an apostrophe.
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
- name: Write the rules for a spreadsheet
  ansible.builtin.copy:
    content: "{{ report | elasticache.access.audit_csv }}"
    dest: audit.csv
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The text of the file, with a heading.
  returned: success
  type: str
  sample: |
    host,account,region,cache,kind,ports,...
    localhost,123456789012,eu-west-1,sessions,replication_group,6379,...
"""

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._audit_csv import csv_of

if t.TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"audit_csv": csv_of}
