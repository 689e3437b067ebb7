# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, REASON
from ansible_collections.elasticache.access.plugins.module_utils._tags import Tags
from ansible_collections.elasticache.access.plugins.module_utils._terms import FOR_GOOD, Term, described, read_term
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import MANAGED, NOW

HOUR = timedelta(hours=1)
AT, LATER = "2026-01-31T19:00:00Z", "2026-01-31T20:00:00Z"
TEAM = ("team", "shop")


def until(text: str) -> Tags:
    return (*MANAGED, (EXPIRES_AT, text))


def ours(expires_at: str | None = None, reason: str | None = None) -> Tags:
    told = {EXPIRES_AT: expires_at, REASON: reason}
    return tuple(sorted((*MANAGED, TEAM, *((key, value) for key, value in told.items() if value is not None))))


@pytest.mark.parametrize(
    ("options", "is_renewed", "term"),
    [
        pytest.param({}, False, FOR_GOOD, id="nothing"),
        pytest.param(
            {"expires_at": None, "expires_in": None, "reason": None}, True, FOR_GOOD, id="nothing, spelled out"
        ),
        pytest.param({"expires_at": "2026-01-31T20:00:00+01:00"}, False, Term(NOW + HOUR), id="a time"),
        pytest.param({"expires_in": "60m"}, False, Term(NOW + HOUR, keeps_end=True), id="a duration"),
        pytest.param({"expires_in": "1h"}, True, Term(NOW + HOUR), id="a duration that counts from now"),
        pytest.param({"reason": "ticket 4711"}, False, Term(reason="ticket 4711"), id="a reason alone"),
        pytest.param(
            {"expires_in": "1h", "reason": "x" * 256}, True, Term(NOW + HOUR, reason="x" * 256), id="the longest reason"
        ),
        pytest.param(
            {"expires_at": "2000-01-01T00:00:00Z"},
            False,
            Term(datetime.fromisoformat("2000-01-01T00:00Z")),
            id="a time that has passed is for others to refuse",
        ),
    ],
)
def test_read_term(options: dict[str, Any], is_renewed: bool, term: Term) -> None:
    assert read_term(options, NOW, is_renewed) == term


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param(
            {"expires_at": AT, "expires_in": "1h"},
            f"an entry of sources gives expires_at '{AT}' and expires_in '1h'; leave one out.",
            id="both",
        ),
        pytest.param(
            {"expires_at": "2026-01-31T19:00:00"},
            "expires_at '2026-01-31T19:00:00' is no time that names its zone; write one such as 2026-01-31T18:00:00Z "
            "or 2026-01-31T19:00:00+01:00.",
            id="no zone",
        ),
        pytest.param(
            {"expires_in": "1 hour"},
            "expires_in '1 hour' is no duration; write a number of minutes, hours or days, such as 30m, 8h or 2d.",
            id="no duration",
        ),
        pytest.param(
            {"expires_in": "10000000d"},
            "expires_in '10000000d' leads beyond the year 9999; shorten it.",
            id="an end that no calendar knows",
        ),
        pytest.param(
            {"reason": " "}, "reason is empty; say in a few words why access is given, or leave it out.", id="no reason"
        ),
        pytest.param(
            {"reason": "x" * 257},
            f"reason '{'x' * 40}...' has 257 characters; a tag of EC2's holds up to 256: shorten it.",
            id="a reason that is too long",
        ),
        pytest.param(
            {"reason": "a\nb"},
            "reason 'a\\nb' holds a line break or another control character; leave it out.",
            id="a line break",
        ),
        pytest.param(
            {"reason": "a\x9bb"},
            "reason 'a\\x9bb' holds a line break or another control character; leave it out.",
            id="what a terminal takes for a command",
        ),
    ],
)
def test_what_is_no_term(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_term(options, NOW, is_renewed=False)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("term", "before", "after"),
    [
        pytest.param(FOR_GOOD, ours(), ours(), id="for good, as it was"),
        pytest.param(FOR_GOOD, ours(AT, "why"), ours(None, "why"), id="for good from now on; the reason stays"),
        pytest.param(FOR_GOOD, ours("soon"), ours(), id="an end that cannot be read goes likewise"),
        pytest.param(Term(NOW + HOUR), ours(), ours(AT), id="an end where there was none"),
        pytest.param(Term(NOW + HOUR), ours(LATER), ours(AT), id="another end"),
        pytest.param(
            Term(NOW + HOUR),
            ours("2026-01-31T20:00:00+01:00"),
            ours("2026-01-31T20:00:00+01:00"),
            id="the same end in another zone",
        ),
        pytest.param(Term(NOW + HOUR, keeps_end=True), ours(LATER), ours(LATER), id="an end that is kept"),
        pytest.param(
            Term(NOW + HOUR, keeps_end=True),
            ours("2000-01-01T00:00:00Z"),
            ours("2000-01-01T00:00:00Z"),
            id="even one that has passed",
        ),
        pytest.param(Term(NOW + HOUR, keeps_end=True), ours(), ours(AT), id="where there is none to keep"),
        pytest.param(Term(NOW + HOUR, keeps_end=True), ours("soon"), ours(AT), id="where it cannot be read"),
        pytest.param(Term(reason="why"), ours(), ours(None, "why"), id="a reason"),
        pytest.param(Term(NOW + HOUR, reason="why"), ours(AT, "because"), ours(AT, "why"), id="another reason"),
    ],
)
def test_how_a_term_stands_in_tags(term: Term, before: Tags, after: Tags) -> None:
    assert term.set_on(before) == after
    assert term.set_on(after) == after


@given(
    st.builds(
        Term,
        st.one_of(st.none(), st.integers(-500, 500).map(lambda hours: NOW + hours * HOUR)),
        st.booleans(),
        st.sampled_from([None, "why"]),
    ),
    st.sampled_from([None, AT, LATER, "soon", ""]),
    st.sampled_from([None, "why", "because"]),
)
def test_other_tags_stay_and_twice_is_as_once(term: Term, expires_at: str | None, reason: str | None) -> None:
    once = term.set_on(ours(expires_at, reason))
    assert term.set_on(once) == once
    assert {tag for tag in once if tag[0] not in (EXPIRES_AT, REASON)} == {*MANAGED, TEAM}


@pytest.mark.parametrize(
    ("ends_at", "has_ended"), [(None, False), (NOW, True), (NOW - HOUR, True), (NOW + timedelta(seconds=1), False)]
)
def test_it_has_ended_at_the_very_time(ends_at: datetime | None, has_ended: bool) -> None:
    assert Term(ends_at).has_ended(NOW) is has_ended


KEPT, MOVED = Term(NOW, keeps_end=True, text="expires_in '1h'"), Term(NOW, text="expires_at 'x'")
WHY = Term(NOW, reason="why")


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        pytest.param(FOR_GOOD, FOR_GOOD, FOR_GOOD, id="twice the same"),
        pytest.param(KEPT, KEPT, KEPT, id="twice the same duration"),
        pytest.param(KEPT, MOVED, MOVED, id="who sets the end anew prevails"),
        pytest.param(MOVED, WHY, WHY, id="one reason is enough"),
        pytest.param(WHY, MOVED, WHY, id="whichever has it"),
    ],
)
def test_terms_that_go_together(one: Term, other: Term, both: Term) -> None:
    assert one.joined(other) == both


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        pytest.param(
            KEPT,
            Term(NOW + HOUR, text="expires_in '2h'"),
            "with expires_in '1h' and with expires_in '2h'; one rule has one end: give both the same",
            id="two ends",
        ),
        pytest.param(
            KEPT,
            FOR_GOOD,
            "with expires_in '1h' and without an end; one rule has one end: give both the same",
            id="an end and none",
        ),
        pytest.param(
            WHY,
            Term(NOW, reason="because"),
            "with reason 'why' and 'because'; one rule has one reason: leave one out",
            id="two reasons",
        ),
    ],
)
def test_terms_at_odds(one: Term, other: Term, said: str) -> None:
    with pytest.raises(ValueError, match="one rule has one") as caught:
        one.joined(other)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("given_text", "before", "old_tags", "tags", "after"),
    [
        pytest.param(None, "Web [x]", ours(), ours(), "Web [x]", id="nothing is touched where there is no end"),
        pytest.param("Web", "By hand", ours(), ours(), "Web", id="a description that is given"),
        pytest.param(None, "Web", ours(), ours(AT), f"Web [until {AT}]", id="an end is put behind it"),
        pytest.param(None, f"Web [until {AT}]", ours(AT), ours(LATER), f"Web [until {LATER}]", id="another end"),
        pytest.param(None, f"Web [until {AT}]", ours(AT), ours(), "Web", id="no end any more"),
        pytest.param("New", f"Web [until {AT}]", ours(AT), ours(AT), f"New [until {AT}]", id="another description"),
        pytest.param(
            None,
            f"Web [until {AT}]",
            ours(LATER),
            ours(LATER),
            f"Web [until {LATER}]",
            id="an echo that the tag was changed without",
        ),
        pytest.param(
            None,
            "Web",
            ours(),
            until("2026-01-31T20:00:00+01:00"),
            f"Web [until {AT}]",
            id="in utc, whatever the tag says",
        ),
        pytest.param(None, "Web", ours("soon"), ours("soon"), "Web", id="nothing of what cannot be read"),
        pytest.param(None, f"Web [until {AT}]", ours(), ours(), f"Web [until {AT}]", id="what looks like an echo"),
    ],
)
def test_described(given_text: str | None, before: str, old_tags: Tags, tags: Tags, after: str) -> None:
    assert described(given_text, before, old_tags, tags) == after
