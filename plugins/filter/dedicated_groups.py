# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter dedicated_groups."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dedicated_groups
short_description: Work out how to give caches security groups of their own
version_added: 0.6.0
description:
  - Used twice by the role C(cache_access). From grants alone it says which caches to look at, and with what
    M(elasticache.access.elasticache_security_groups) returned of them which groups to make, to attach, to grant on and
    to detach.
positional: state, carried, prefix
options:
  _input:
    description: Grants, as M(elasticache.access.elasticache_sg_access) takes them.
    type: list
    elements: dict
    required: true
  state:
    description: The state of grants that do not say theirs. Grants with the state V(absent) get no group.
    type: str
    choices: [present, absent]
    required: true
  carried:
    description:
      - What M(elasticache.access.elasticache_security_groups) returned for the C(assignments) of the first answer.
      - When left out, that first answer is returned.
    type: dict
  prefix:
    description: What stands before the name of a cache in the name of its group, unless the grant names one.
    type: str
    default: elasticache-
author:
  - The elasticache.access authors (@elasticache-access)
seealso:
  - module: elasticache.access.elasticache_security_groups
  - ref: ansible_collections.elasticache.access.cache_access_role
    description: The role that uses it.
"""

EXAMPLES = r"""
- name: Look at what the caches carry
  elasticache.access.elasticache_security_groups:
    assignments: "{{ (grants | elasticache.access.dedicated_groups('present')).assignments }}"
  check_mode: true
  register: carried

- name: Name the groups
  ansible.builtin.debug:
    msg: "{{ (grants | elasticache.access.dedicated_groups('present', carried)).groups | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description:
    - C(assignments) for M(elasticache.access.elasticache_security_groups). With O(carried) also C(groups), each with
      C(name), C(vpc_id) and C(description); C(grants), each with its C(security_group); and C(detachments), the
      assignments that detach the default groups of VPCs.
  returned: success
  type: dict
  sample:
    assignments:
      - cache: sessions
        security_groups: [elasticache-sessions]
    groups:
      - name: elasticache-sessions
        vpc_id: vpc-0a1b2c3d4e5f60718
        description: Who may reach the ElastiCache cache sessions
    grants:
      - cache: sessions
        security_group: elasticache-sessions
        sources:
          - security_group: app-web
    detachments:
      - cache: sessions
        security_groups: [default]
        state: absent
"""

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._dedicated_groups import dedicated_groups

if t.TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"dedicated_groups": dedicated_groups}
