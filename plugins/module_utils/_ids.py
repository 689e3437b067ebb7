# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's ids: a prefix and 8 digits (made before 2018) or 17. Pure."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9a-f]{8}|[0-9a-f]{17}")


def is_id(prefix: str, text: str) -> bool:
    """Say whether C(text) is an id with C(prefix), such as V(sg-)."""
    return text.startswith(prefix) and _DIGITS.fullmatch(text[len(prefix) :]) is not None
