# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Logins in URLs are found and masked, and nothing else is."""

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._url_logins import logins_in, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://joe:secret@proxy:3128/", "http://***@proxy:3128/"),
        (
            'Failed to connect to proxy URL: "http://joe:s%40cret@proxy"',
            'Failed to connect to proxy URL: "http://***@proxy"',
        ),
        ("http://joe:sec@ret@proxy", "http://***@proxy"),
        ("http://joe:sec/ret@proxy", "http://***@proxy"),
        ("joe:sec/ret@proxy", "***@proxy"),
        ("http://token@proxy", "http://***@proxy"),
        ("rediss://:secret@cache:6379", "rediss://***@cache:6379"),
        ("Invalid endpoint: joe:secret@proxy:3128", "Invalid endpoint: ***@proxy:3128"),
        ("'joe:secret@proxy'", "'***@proxy'"),
    ],
)
def test_a_login_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert [text.replace(login, "***@") for login in logins_in(text)] == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "https://ec2.eu-west-1.amazonaws.com:443/?a=b",
        'Could not connect to the endpoint URL: "http://127.0.0.1:5000/"',
        "joe@example.com",
        "",
    ],
)
def test_what_is_no_login_stays(text: str) -> None:
    assert masked(text) == text
    assert list(logins_in(text)) == []


def test_logins_are_found_at_any_depth() -> None:
    value = {"proxies": {"https": "http://joe:one@proxy"}, "more": ["//:two@host", ("joe:three@host", 5)], "none": None}
    assert list(logins_in(value)) == ["joe:one@", ":two@", "joe:three@"]
