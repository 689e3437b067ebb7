# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2 as AWS has it: what moto lacks of security groups, interfaces and the paths between networks."""

from __future__ import annotations


def install() -> None:
    """Lay the EC2 overlay over moto."""
