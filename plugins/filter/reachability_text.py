# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter reachability_text."""

from __future__ import annotations

DOCUMENTATION = r"""
name: reachability_text
short_description: Turn what elasticache_reachability_info returned into lines for the terminal
version_added: 0.5.0
description:
  - Every answer first, then for each that is not plainly yes the way hop by hop, and what would mend it.
positional: details
options:
  _input:
    description: What M(elasticache.access.elasticache_reachability_info) returned.
    type: dict
    required: true
  details:
    description: Whether the ways and the mends follow the answers.
    type: bool
    default: true
author:
  - The elasticache.access authors (@elasticache-access)
seealso:
  - module: elasticache.access.elasticache_reachability_info
"""

EXAMPLES = r"""
- name: Show why
  ansible.builtin.debug:
    msg: "{{ explained | elasticache.access.reachability_text }}"

- name: Show the answers alone
  ansible.builtin.debug:
    msg: "{{ explained | elasticache.access.reachability_text(details=false) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  returned: success
  type: list
  elements: str
  sample:
    - web-1 (i-0a1b2c3d4e5f60718) can reach sessions on tcp/6379.
"""

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._reachability_text import text_of

if t.TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"reachability_text": text_of}
