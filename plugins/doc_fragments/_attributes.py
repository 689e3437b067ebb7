# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this doc fragment is PRIVATE to the collection. It can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    """What modules can do, in the words that ansible-doc knows."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description: >-
      Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    description: Running the module again with the same options, while nothing else changed, changes nothing.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: >-
      Use C(group/elasticache.access.aws) in C(module_defaults) to set the connection options of this collection,
      of amazon.aws and of community.aws at once.
    support: full
    membership:
      - elasticache.access.aws
"""

    READ_ONLY = r"""
options: {}
attributes:
  check_mode:
    support: full
    details: The module changes nothing.
  diff_mode:
    support: N/A
    details: The module changes nothing.
  idempotent:
    support: full
    details: The module changes nothing.
"""
