# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._times import (
    after,
    read_duration,
    read_option_time,
    read_time,
    time_text,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import NOW

MINUTES = {"m": 1, "h": 60, "d": 1440}
# Minutes between a zone and UTC: more than there are on Earth.
ZONES = st.integers(-(24 * 60 - 1), 24 * 60 - 1)
# A day from either end of the calendar, so that no zone leads beyond it.
TIMES = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))


def written(time: datetime, minutes: int, separator: str, colon: str) -> str:
    """A time in the zone that is so many minutes from UTC, as people write it."""
    there = time.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"{there.replace(tzinfo=None).isoformat(separator)}{sign}{hours:02}{colon}{rest:02}"


@given(TIMES, ZONES, st.sampled_from(["T", " "]), st.sampled_from([":", ""]))
def test_a_time_is_the_same_in_every_zone(time: datetime, minutes: int, separator: str, colon: str) -> None:
    assert read_time(written(time, minutes, separator, colon)) == time.replace(microsecond=0, tzinfo=UTC)


@given(TIMES, ZONES)
def test_what_is_written_is_read_as_the_same_time(time: datetime, minutes: int) -> None:
    there = time.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    text = time_text(there)
    assert read_time(text) == there.replace(microsecond=0)
    assert (len(text), text[-1]) == (20, "Z")


@given(TIMES, TIMES)
def test_what_is_written_sorts_as_the_times_do(one: datetime, other: datetime) -> None:
    one, other = (each.replace(microsecond=0, tzinfo=UTC) for each in (one, other))
    assert (time_text(one) < time_text(other)) == (one < other)


@given(st.text())
def test_any_text_is_a_time_in_utc_or_none(text: str) -> None:
    time = read_time(text)
    assert time is None or time.tzinfo is UTC


@given(TIMES, st.sampled_from(["", " ", "z", "UTC", "+1", "+1:00", "+24:00", "+00:60", "-99", "Z "]))
def test_a_time_without_a_zone_that_there_could_be_is_none(time: datetime, zone: str) -> None:
    assert read_time(f"{time.isoformat(timespec='seconds')}{zone}") is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-31T18:00Z", NOW),
        ("2026-01-31T18:00:00.999999Z", NOW),
        ("2026-01-31T18:00:00,5Z", NOW),
        ("2026-01-31 19:00+01", NOW),
        ("2026-01-31T23:45:00+05:45", NOW),
        ("2026-01-31T24:00:00Z", None),
        ("2026-02-29T00:00:00Z", None),
        ("2026-01-31T18:00:60Z", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("0000-01-01T00:00:00Z", None),
        ("2026-01-31", None),
        ("20260131T180000Z", None),
        ("\N{FULLWIDTH DIGIT TWO}026-01-31T18:00:00Z", None),
        ("2026-01-31T18:00:00Z\n", None),
        ("tomorrow", None),
    ],
)
def test_read_time(text: str, time: datetime | None) -> None:
    assert read_time(text) == time


def test_blanks_around_a_time_that_is_an_option_do_no_harm() -> None:
    assert read_option_time(" 2026-01-31T18:00:00Z\n", "now") == NOW


def test_an_option_that_is_no_time_is_named_with_a_way_out() -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_option_time("2026-01-31", "now")
    assert str(caught.value) == (
        "now '2026-01-31' is no time that names its zone; write one such as 2026-01-31T18:00:00Z or "
        "2026-01-31T19:00:00+01:00."
    )


@given(st.integers(1, 10**6), st.sampled_from(list(MINUTES)), st.sampled_from(["", " "]))
def test_a_duration_is_a_number_of_a_unit(number: int, unit: str, blank: str) -> None:
    assert read_duration(f"{blank}{number}{unit}{blank}", "expires_in") == timedelta(minutes=number * MINUTES[unit])


@given(st.text().filter(lambda text: not (text.strip()[:-1].isdigit() and text.strip()[-1:] in MINUTES)))
def test_any_other_text_is_none(text: str) -> None:
    with pytest.raises(InvalidGrantError, match="is no duration"):
        read_duration(text, "expires_in")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("8", "is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d."),
        ("", "is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d."),
        ("1.5h", "is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d."),
        ("-1h", "is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d."),
        ("8H", "is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d."),
        (
            "\N{ARABIC-INDIC DIGIT THREE}h",
            "is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d.",
        ),
        ("0h", "is no time at all; give one minute (1m) or more."),
        ("1000000000d", "is longer than can be reckoned with; shorten it."),
    ],
)
def test_what_is_no_duration(text: str, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_duration(text, "expires_in")
    assert str(caught.value) == f"expires_in {text!r} {sentence}"


@pytest.mark.parametrize("digits", [40, 400, 5000])
def test_a_number_however_long_is_refused_in_a_short_sentence(digits: int) -> None:
    """Python itself reads no more than 4,300 digits."""
    with pytest.raises(InvalidGrantError) as caught:
        read_duration(f"{'9' * digits}d", "expires_in")
    assert str(caught.value) == f"expires_in '{'9' * 40}' is longer than can be reckoned with; shorten it."


def test_nothing_is_a_duration_where_it_is_fit() -> None:
    assert read_duration("0m", "grace", is_zero_fit=True) == timedelta()


@given(st.integers(1, 10**5), st.integers(0, 999_999))
def test_an_end_is_in_whole_seconds_and_never_later_than_asked_for(minutes: int, microsecond: int) -> None:
    now = NOW.replace(microsecond=microsecond)
    end = after(now, timedelta(minutes=minutes), "expires_in")
    assert end.microsecond == 0
    assert timedelta(minutes=minutes) - timedelta(seconds=1) < end - now <= timedelta(minutes=minutes)


def test_no_end_is_beyond_the_calendar() -> None:
    with pytest.raises(InvalidGrantError) as caught:
        after(NOW, timedelta(days=10**8), "expires_in '100000000d'")
    assert str(caught.value) == "expires_in '100000000d' leads beyond the year 9999; shorten it."
