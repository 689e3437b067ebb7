# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""When the access that a rule gives is to end, and why there is an end, as its tags say. Pure.

EC2 ends no rule by itself. The tag is a time in UTC, such as V(2026-11-25T18:00:00Z).
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._tags import OWN
from ansible_collections.elasticache.access.plugins.module_utils._times import read_time

if t.TYPE_CHECKING:
    from datetime import datetime

    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._tags import Tags

EXPIRES_AT = f"{OWN}expires_at"
REASON = f"{OWN}reason"


@dataclass(frozen=True)
class Expiry:
    """The end of a rule's access: C(text) as it is written, C(at) as a time, V(None) where it is written as none."""

    text: str
    at: datetime | None

    def has_passed(self, now: datetime) -> bool:
        """Say whether it is over; what cannot be read never is."""
        return self.at is not None and self.at <= now


def expiry_of(rule: Rule) -> Expiry | None:
    """Return when C(rule) is to end, V(None) where it is to stay."""
    return expiry_in(rule.tags)


def expiry_in(tags: Tags) -> Expiry | None:
    """Return which end the tags of a rule say, V(None) where they say none."""
    text = dict(tags).get(EXPIRES_AT)
    return None if text is None else Expiry(text, read_time(text))


def reason_in(tags: Tags) -> str | None:
    """Return why access is given, as the tags of a rule say, V(None) where they say nothing."""
    return dict(tags).get(REASON)


def outlives(rule: Rule, other: Rule) -> bool:
    """Say whether C(rule) gives its access at least as long as C(other); what cannot be read is taken for short."""
    expiry, other_expiry = expiry_of(rule), expiry_of(other)
    if expiry is None:
        return True
    if expiry.at is None or other_expiry is None or other_expiry.at is None:
        return False
    return expiry.at >= other_expiry.at
