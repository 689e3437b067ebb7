# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this doc fragment is PRIVATE to the collection. It can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    """How much of AWS's patience a module that only reads may use."""

    DOCUMENTATION = r"""
options:
  concurrency:
    description: How many calls to AWS are under way at once, from 1 to 100.
    type: int
    default: 10
  throttle_timeout:
    description: >-
      While AWS throttles an action, after how many seconds in which not one call of it got through to give up.
    type: int
    default: 120
"""
