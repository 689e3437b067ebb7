# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, expiry_of, outlives

from tests.unit.values import rule


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-31T18:00:00Z", datetime(2026, 1, 31, 18, tzinfo=UTC)),
        ("2026-01-31T19:00:00+01:00", datetime(2026, 1, 31, 18, tzinfo=UTC)),
        ("2026-01-31T18:00:00", None),
        ("2026-01-31", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_an_expiry_is_a_time_that_names_its_zone(text: str, at: datetime | None) -> None:
    expiry = expiry_of(rule(tags=((EXPIRES_AT, text),)))
    assert expiry is not None
    assert (expiry.text, expiry.at) == (text, at)


def test_a_rule_without_the_tag_is_to_stay() -> None:
    assert expiry_of(rule(tags=(("expires_at", "2026-01-31T18:00:00Z"),))) is None


@pytest.mark.parametrize(("second", "has_passed"), [(59, False), (0, True), (1, True)])
def test_it_is_over_at_the_very_time(second: int, has_passed: bool) -> None:
    now = datetime(2026, 1, 31, 17 if second == 59 else 18, 59 if second == 59 else 0, second, tzinfo=UTC)
    expiry = expiry_of(rule(tags=((EXPIRES_AT, "2026-01-31T18:00:00Z"),)))
    assert expiry is not None
    assert expiry.has_passed(now) is has_passed


def test_what_cannot_be_read_is_never_over() -> None:
    expiry = expiry_of(rule(tags=((EXPIRES_AT, "soon"),)))
    assert expiry is not None
    assert not expiry.has_passed(datetime(9999, 1, 1, tzinfo=UTC))


LASTING, EARLY, LATE, UNREADABLE = (
    rule(tags=() if text is None else ((EXPIRES_AT, text),))
    for text in (None, "2026-01-31T18:00:00Z", "2026-01-31T18:00:01Z", "soon")
)


@pytest.mark.parametrize("other", [LASTING, EARLY, LATE, UNREADABLE])
def test_what_is_to_stay_outlives_everything(other: object) -> None:
    assert outlives(LASTING, other)  # type: ignore[arg-type]


def test_of_two_that_end_the_later_one_outlives() -> None:
    assert outlives(LATE, EARLY)
    assert outlives(EARLY, EARLY)
    assert not outlives(EARLY, LATE)


def test_what_ends_does_not_outlive_what_stays_or_cannot_be_read() -> None:
    assert not outlives(LATE, LASTING)
    assert not outlives(LATE, UNREADABLE)
    assert not outlives(UNREADABLE, LATE)
