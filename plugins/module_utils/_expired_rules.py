# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Rules of this collection's own x the time -> which have ended, which are to end, and which cannot be told. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._echo import echoed_until
from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of
from ansible_collections.elasticache.access.plugins.module_utils._times import read_time

if t.TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule


@dataclass(frozen=True)
class Deadline:
    """What has to have ended to be removed: what was to end C(grace) before C(now), or earlier."""

    now: datetime
    grace: timedelta

    def is_over_at(self, at: datetime) -> bool:
        """Say whether access that was to end at C(at) is to be removed."""
        return self.now - at >= self.grace

    def is_over(self, rule: Rule) -> bool:
        """Say whether a rule is to be removed: one that is our own, and has a time for its end that has come."""
        expiry = expiry_of(rule)
        return rule.is_managed and expiry is not None and expiry.at is not None and self.is_over_at(expiry.at)


@dataclass(frozen=True)
class EndingRules:
    """Rules with an end: C(expired) are to be removed, C(pending) not yet, C(unreadable) have no time for an end.

    The first two are in the order of their ends.
    """

    expired: tuple[Rule, ...]
    pending: tuple[Rule, ...]
    unreadable: tuple[Rule, ...]


@dataclass(frozen=True)
class Batch:
    """Expired rules of one group and direction, which one call removes."""

    group_id: str
    is_egress: bool
    rules: tuple[Rule, ...]


def ending_rules(rules: Iterable[Rule], deadline: Deadline) -> EndingRules:
    """Return those of C(rules) that this collection made and that have an end."""
    expired: list[tuple[datetime, Rule]] = []
    pending: list[tuple[datetime, Rule]] = []
    unreadable: list[Rule] = []
    for rule in rules:
        expiry = expiry_of(rule)
        if expiry is None or not rule.is_managed:
            continue
        if expiry.at is None:
            unreadable.append(rule)
        else:
            (expired if deadline.is_over_at(expiry.at) else pending).append((expiry.at, rule))
    return EndingRules(_by_end(expired), _by_end(pending), tuple(sorted(unreadable, key=lambda rule: rule.key.parts)))


def _by_end(pairs: Iterable[tuple[datetime, Rule]]) -> tuple[Rule, ...]:
    return tuple(rule for _at, rule in sorted(pairs, key=lambda pair: (pair[0], pair[1].key.parts)))


def batches_of(rules: Iterable[Rule]) -> list[Batch]:
    """Return C(rules) by what one call can remove."""
    found: dict[tuple[str, bool], list[Rule]] = {}
    for rule in rules:
        found.setdefault((rule.key.group_id, rule.key.is_egress), []).append(rule)
    return [Batch(group_id, is_egress, tuple(each)) for (group_id, is_egress), each in found.items()]


def was_renewed(rule: Rule, description: str, deadline: Deadline) -> bool:
    """Say whether a rule got a later end, or none, between being read and being removed.

    C(description) is what EC2 says that it was when the rule went, which tells no tags. One that is as it was read says
    nothing new, whatever end it echoes: somebody may have edited the tag by hand.
    """
    if description == rule.description:
        return False
    until = read_time(echoed_until(description))
    if until is None:
        # A description that says no end any more is that of access for good.
        return bool(echoed_until(rule.description))
    return not deadline.is_over_at(until)
