# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What a source says of the end of its access, and of the reason -> Term, and how it stands in a rule. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.elasticache.access.plugins.module_utils._echo import base_of, echoed
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._expiry import (
    EXPIRES_AT,
    REASON,
    expiry_in,
    reason_in,
)
from ansible_collections.elasticache.access.plugins.module_utils._tags import VALUE_LENGTH, Tags
from ansible_collections.elasticache.access.plugins.module_utils._times import (
    after,
    read_duration,
    read_option_time,
    time_text,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Term:
    """How long access is given, and why.

    C(ends_at) is V(None) where it is given for good. C(keeps_end) says that an end which a rule has already is not
    moved. C(reason) is V(None) where none is given: leave it alone. C(text) is how the user wrote the end.
    """

    ends_at: datetime | None = None
    keeps_end: bool = False
    reason: str | None = None
    text: str = field(default="", compare=False)

    def has_ended(self, now: datetime) -> bool:
        """Say whether the access is over at the time C(now)."""
        return self.ends_at is not None and self.ends_at <= now

    def set_on(self, tags: Tags) -> Tags:
        """Return the tags of a rule of our own as this term wants them."""
        told = dict(tags)
        if self.ends_at is None:
            told.pop(EXPIRES_AT, None)
        else:
            standing = expiry_in(tags)
            at = standing and standing.at
            # One that cannot be read would end nothing.
            if not at or (at != self.ends_at and not self.keeps_end):
                told[EXPIRES_AT] = time_text(self.ends_at)
        if self.reason is not None:
            told[REASON] = self.reason
        return tuple(sorted(told.items()))

    def joined(self, other: Term) -> Term:
        """Return two terms for one rule as one. Raises V(ValueError), in words, where they are at odds."""
        if self == other:
            return self
        if self.ends_at != other.ends_at:
            raise ValueError(f"{self._said()} and {other._said()}; one rule has one end: give both the same")
        if None not in (self.reason, other.reason) and self.reason != other.reason:
            raise ValueError(
                f"with reason {self.reason!r} and {other.reason!r}; one rule has one reason: leave one out"
            )
        return replace(
            self,
            keeps_end=self.keeps_end and other.keeps_end,
            reason=other.reason if self.reason is None else self.reason,
        )

    def _said(self) -> str:
        return f"with {self.text}" if self.text else "without an end"


FOR_GOOD = Term()


def described(description: str | None, before: str, old_tags: Tags, tags: Tags) -> str:
    """Return the description that a rule of our own with C(tags) has to have.

    C(description) is what the user gave, if anything; C(before) is what stands, under C(old_tags).
    """
    if description is None:
        description = base_of(before) if _has_term(old_tags) else before
    expiry = expiry_in(tags)
    until = time_text(expiry.at) if expiry and expiry.at else ""
    return echoed(description, until, reason_in(tags) or "")


def _has_term(tags: Tags) -> bool:
    return any(key in (EXPIRES_AT, REASON) for key, _value in tags)


def read_term(options: Mapping[str, t.Any], now: datetime, is_renewed: bool) -> Term:
    """Return what one entry of O(sources) says of the end of its access; O(expires_in) counts from C(now).

    Raises V(InvalidGrantError) for what is no time, no duration or no text.
    """
    expires_at, expires_in = options.get("expires_at"), options.get("expires_in")
    reason = options.get("reason")
    if reason is not None:
        _check_reason(reason)
    if expires_at is not None and expires_in is not None:
        raise InvalidGrantError(
            f"an entry of sources gives expires_at {expires_at!r} and expires_in {expires_in!r}; leave one out."
        )
    if expires_at is not None:
        return Term(read_option_time(expires_at, "expires_at"), reason=reason, text=f"expires_at {expires_at!r}")
    if expires_in is not None:
        ends_at = after(now, read_duration(expires_in, "expires_in"), f"expires_in {expires_in!r}")
        return Term(ends_at, keeps_end=not is_renewed, reason=reason, text=f"expires_in {expires_in!r}")
    return Term(reason=reason)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidGrantError("reason is empty; say in a few words why access is given, or leave it out.")
    if len(reason) > VALUE_LENGTH:
        raise InvalidGrantError(
            f"reason {reason[:40] + '...'!r} has {len(reason)} characters; a tag of EC2's holds up to {VALUE_LENGTH}: "
            "shorten it."
        )
    if _CONTROL.search(reason):
        raise InvalidGrantError(f"reason {reason!r} holds a line break or another control character; leave it out.")
