# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Whether the ends that grants ask for may be had: none that has passed, none beyond O(max_duration). Pure."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._times import time_text

if t.TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant
    from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import WantedSource


def check_terms(grants: Iterable[Grant], now: datetime) -> None:
    """Raise V(InvalidGrantError), with a line per fault, for access that has ended already or would last too long.

    Taking access away is never too late.
    """
    all_or_error(
        partial(_check_term, wanted, grant, now) for grant in grants if grant.is_present for wanted in grant.sources
    )


def _check_term(wanted: WantedSource, grant: Grant, now: datetime) -> None:
    term = wanted.term
    where = f"of {wanted} for cache {grant.cache.name!r}"
    if term.has_ended(now):
        raise InvalidGrantError(
            f"{term.text} {where} has passed, for it is {time_text(now)}; give a later time, or leave the source out."
        )
    longest = grant.max_duration
    if longest is None:
        return
    if term.ends_at is None:
        raise InvalidGrantError(
            f"{wanted} for cache {grant.cache.name!r} would have access for good, while {longest.text} is the most; "
            "give it expires_in or expires_at."
        )
    if term.ends_at - now > longest.duration:
        raise InvalidGrantError(
            f"{term.text} {where} is further ahead than {longest.text} allows; give a nearer end, or raise the latter."
        )
