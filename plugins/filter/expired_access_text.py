# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter expired_access_text."""

from __future__ import annotations

DOCUMENTATION = r"""
name: expired_access_text
short_description: Turn what elasticache_expired_access returned into lines for the terminal
version_added: 0.7.0
description:
  - One line of counts first, then a line per rule, those that have ended in front of those that will.
positional: check_mode
options:
  _input:
    description: What M(elasticache.access.elasticache_expired_access) returned.
    type: dict
    required: true
  check_mode:
    description: Whether it was returned in check mode, where nothing is removed.
    type: bool
    default: false
author:
  - The elasticache.access authors (@elasticache-access)
seealso:
  - module: elasticache.access.elasticache_expired_access
"""

EXAMPLES = r"""
- name: Show what has ended
  ansible.builtin.debug:
    msg: "{{ swept | elasticache.access.expired_access_text(ansible_check_mode) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  returned: success
  type: list
  elements: str
  sample:
    - "eu-west-1 at 2026-01-31T18:00:00Z: no rule with an end"
"""

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._expired_text import text_of

if t.TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"expired_access_text": text_of}
