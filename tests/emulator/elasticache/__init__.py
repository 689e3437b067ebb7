# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ElastiCache as AWS has it."""

from __future__ import annotations


def install() -> None:
    """Lay the ElastiCache overlay over moto."""
