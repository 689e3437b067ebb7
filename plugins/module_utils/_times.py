# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Times and durations as people write them. Pure.

A time is ISO 8601 and names its zone, such as V(2026-01-31T18:00:00Z) or V(2026-01-31T19:00+01:00). Read here and not
by the standard library, which takes other forms in each version of Python.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)", re.ASCII
)
_DURATION = re.compile(r"(\d+)([mhd])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_EXAMPLE = "2026-01-31T18:00:00Z or 2026-01-31T19:00:00+01:00"


def read_time(text: str) -> datetime | None:
    """Return the time that C(text) is, in UTC and whole seconds, V(None) where it is no time that names its zone."""
    match = _TIME.fullmatch(text)
    if not match:
        return None
    *numbers, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    if int(minutes or 0) > 59:
        return None
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def read_option_time(text: str, option: str) -> datetime:
    """Return the time that C(text) is, the value of C(option). Raises V(InvalidGrantError) where it is none."""
    time = read_time(text.strip())
    if time is None:
        raise InvalidGrantError(f"{option} {text!r} is no time that names its zone; write one such as {_EXAMPLE}.")
    return time


def time_text(time: datetime) -> str:
    """Return a time in the one form in which this collection writes it: in UTC, in whole seconds."""
    # Not by strftime, which on some systems writes the year 900 with three digits.
    return f"{time.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def read_duration(text: str, option: str, is_zero_fit: bool = False) -> timedelta:
    """Return the duration that C(text) is, the value of C(option): a number of minutes, hours or days.

    Raises V(InvalidGrantError) where it is none, where it is longer than a time can be ahead, and where it is nothing
    unless C(is_zero_fit).
    """
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise InvalidGrantError(
            f"{option} {text!r} is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d."
        )
    try:
        duration = timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})
    except (ValueError, OverflowError) as error:
        raise InvalidGrantError(f"{option} {text[:40]!r} is longer than can be reckoned with; shorten it.") from error
    if not duration and not is_zero_fit:
        raise InvalidGrantError(f"{option} {text!r} is no time at all; give one minute (1m) or more.")
    return duration


def after(now: datetime, duration: timedelta, option: str) -> datetime:
    """Return the time, in whole seconds, that is so long after C(now).

    Raises V(InvalidGrantError), naming C(option), where no calendar goes that far.
    """
    try:
        return now.replace(microsecond=0) + duration
    except OverflowError as error:
        raise InvalidGrantError(f"{option} leads beyond the year 9999; shorten it.") from error
