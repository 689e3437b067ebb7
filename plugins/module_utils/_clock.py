# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What time it is. Asked here and nowhere else, so that a test can have it be another time."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(timezone.utc)
