# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What the user has to know of access that was to end, and does not as one would think. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of
from ansible_collections.elasticache.access.plugins.module_utils._render import rule_phrase
from ansible_collections.elasticache.access.plugins.module_utils._times import time_text

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known


def term_warnings(outcomes: Iterable[Outcome], known: Known, now: datetime) -> Iterator[str]:
    """Yield which rules that stood already will not end, or should have ended by C(now)."""
    # An outbound rule stands and falls with the inbound one that it mirrors.
    for outcome in (each for each in outcomes if not each.plan.is_egress):
        ends = {wish.key: wish.term.ends_at for wish in outcome.plan.wishes if wish.term.ends_at}
        for rule in (*outcome.unchanged, *outcome.updated):
            ends_at = ends.get(rule.key)
            if ends_at is not None:
                yield from _term_warning(rule, ends_at, known, now)


def _term_warning(rule: Rule, ends_at: datetime, known: Known, now: datetime) -> Iterator[str]:
    phrase = rule_phrase(rule, known)
    expiry = expiry_of(rule)
    if not rule.is_managed:
        yield (
            f"The access does not end at {time_text(ends_at)}: {phrase} gives it, which this collection did not make "
            "and leaves as it is."
        )
    elif expiry and expiry.has_passed(now):
        yield (
            f"The access was to end at {expiry.text}, and {phrase} still gives it: set renew to true to grant it anew; "
            "otherwise elasticache_expired_access will remove it."
        )
