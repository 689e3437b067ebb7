# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The options that say how much of AWS's patience a task may use. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# Seconds.
_DAY = 86400


def read_call_limits(options: Mapping[str, t.Any]) -> dict[str, int]:
    """Return O(concurrency), calls at once, and O(throttle_timeout), in seconds, as Aws takes them.

    Raises V(InvalidGrantError) for numbers that cannot be meant.
    """
    return {
        "concurrency": _number(options, "concurrency", 100),
        "throttle_timeout": _number(options, "throttle_timeout", _DAY),
    }


def _number(options: Mapping[str, t.Any], name: str, most: int) -> int:
    number: int = options[name]
    if not 1 <= number <= most:
        raise InvalidGrantError(f"{name} is {number}; give a number from 1 to {most}, or leave it out.")
    return number
