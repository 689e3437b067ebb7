# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import read_grants
from ansible_collections.elasticache.access.plugins.module_utils._term_checks import check_terms

from tests.unit.values import NOW

SOON, PAST = "2026-01-31T19:00:00Z", "2026-01-31T18:00:00Z"


def check(*sources: dict[str, Any], **options: Any) -> None:
    named = [{"cidr": f"10.{number}.0.0/16", **source} for number, source in enumerate(sources)]
    check_terms(read_grants({"state": "present", "cache": "sessions", "sources": named, **options}, NOW), NOW)


@pytest.mark.parametrize(
    ("source", "options"),
    [
        pytest.param({}, {}, id="for good, where nothing is said"),
        pytest.param({"expires_at": SOON}, {}, id="an end ahead"),
        pytest.param({"expires_in": "9999d"}, {}, id="far ahead"),
        pytest.param({"expires_at": PAST}, {"state": "absent", "max_duration": "1h"}, id="to take away what has ended"),
        pytest.param({}, {"state": "absent", "max_duration": "1h"}, id="to take away what has no end"),
        pytest.param({"expires_in": "1h"}, {"max_duration": "1h"}, id="just as long as may be"),
        pytest.param({"expires_at": SOON}, {"max_duration": "60m"}, id="up to the very time"),
    ],
)
def test_what_may_be_had(source: dict[str, Any], options: dict[str, Any]) -> None:
    check(source, **options)


@pytest.mark.parametrize(
    ("source", "options", "sentence"),
    [
        pytest.param(
            {"expires_at": PAST},
            {},
            "expires_at '2026-01-31T18:00:00Z' of cidr '10.0.0.0/16' for cache 'sessions' has passed, for it is "
            "2026-01-31T18:00:00Z; give a later time, or leave the source out.",
            id="an end that has come",
        ),
        pytest.param(
            {},
            {"max_duration": "8h"},
            "cidr '10.0.0.0/16' for cache 'sessions' would have access for good, while max_duration '8h' is the most; "
            "give it expires_in or expires_at.",
            id="no end",
        ),
        pytest.param(
            {"expires_in": "2h"},
            {"max_duration": "1h"},
            "expires_in '2h' of cidr '10.0.0.0/16' for cache 'sessions' is further ahead than max_duration '1h' "
            "allows; give a nearer end, or raise the latter.",
            id="a duration that is too long",
        ),
        pytest.param(
            {"expires_at": "2026-01-31T19:00:01Z"},
            {"max_duration": "1h"},
            "expires_at '2026-01-31T19:00:01Z' of cidr '10.0.0.0/16' for cache 'sessions' is further ahead than "
            "max_duration '1h' allows; give a nearer end, or raise the latter.",
            id="a time that is too far",
        ),
    ],
)
def test_what_may_not(source: dict[str, Any], options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check(source, **options)
    assert str(caught.value) == sentence


def test_every_source_at_fault_has_its_line() -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check({"expires_at": PAST}, {"expires_in": "1h"}, {"expires_in": "3h"}, max_duration="2h")
    assert [line.split(" of ")[0] for line in str(caught.value).splitlines()] == [
        f"expires_at '{PAST}'",
        "expires_in '3h'",
    ]


@pytest.mark.parametrize(
    ("task", "entry", "limit"), [("1d", "2h", "2h"), ("2h", "1d", "2h"), (None, "2h", "2h"), ("2h", None, "2h")]
)
def test_an_entry_cannot_loosen_the_limit_of_the_task(task: str | None, entry: str | None, limit: str) -> None:
    grant = {"cache": "sessions", "sources": [{"cidr": "10.0.0.0/8"}], "max_duration": entry}
    with pytest.raises(InvalidGrantError, match=f"max_duration '{limit}' is the most"):
        check(grants=[grant], max_duration=task)
