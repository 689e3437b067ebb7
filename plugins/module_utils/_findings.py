# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""A finding: what an audit has to say of a cache, how bad it is, and what mends it. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# Worst first.
SEVERITIES = ("critical", "high", "medium", "low")
CRITICAL, HIGH, MEDIUM, LOW = SEVERITIES


@dataclass(frozen=True)
class Finding:
    """One finding. C(cache) is empty where it is about no cache, C(rule_ids) where it is about no rule."""

    check: str
    severity: str
    cache: str
    message: str
    fix: str
    group_id: str = ""
    rule_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Yardstick:
    """What findings are measured with.

    C(widest_ipv4) and C(widest_ipv6) are the shortest prefix lengths that are not called wide, C(limit) is the quota
    of inbound rules per group and address family, C(now) the time at which expiries are looked at.
    """

    now: datetime
    widest_ipv4: int = 16
    widest_ipv6: int = 56
    limit: int = 60


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return C(findings), the worst ones first, in an order that does not change from run to run."""
    return tuple(
        sorted(findings, key=lambda each: (SEVERITIES.index(each.severity), each.check, each.group_id, each.rule_ids))
    )
