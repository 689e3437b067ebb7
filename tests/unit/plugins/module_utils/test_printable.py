# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._option_values import check_values
from ansible_collections.elasticache.access.plugins.module_utils._printable import block, message_text, printable
from hypothesis import given
from hypothesis import strategies as st

CONTROL = ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("web tier", "web tier"),
        ("Müller 東京 ✓ 🎉", "Müller 東京 ✓ 🎉"),
        ("{{ 7*7 }} <b> $(id) `id`", "{{ 7*7 }} <b> $(id) `id`"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\x9b2J", r"\x9b2J"),
        ("a\rb\tc\nd\x00e\x7f", r"a\rb\tc\nd\x00e\x7f"),
        ("a\u202eb\u2066c\u200bd\ufeff", r"a\u202eb\u2066c\u200bd\ufeff"),
        ("a\u2028b", r"a\u2028b"),
        ("\U000e0041", r"\U000e0041"),
        ("\udc80", r"\udc80"),
    ],
)
def test_control_and_format_characters_stand_as_escapes(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_what_is_printable_is_one_line_without_control_codes_and_stays_as_it_is(text: str) -> None:
    shown = printable(text)
    assert not [each for each in shown if unicodedata.category(each) in CONTROL]
    assert printable(shown) == shown


def test_message_keeps_its_lines_and_no_other_control_code() -> None:
    assert message_text("first \x1b[1m\nsecond\r") == "first \\x1b[1m\nsecond\\r"


def test_long_line_begins_and_ends_as_it_did() -> None:
    text = message_text(f"cache {'x' * 100_000!r} cannot be a name; give another.")
    assert text.startswith("cache 'xxx") and text.endswith("xxx' cannot be a name; give another.")
    assert "[... 98240 characters more ...]" in text
    assert len(text) < 2000
    assert message_text(text) == text


def test_very_many_lines_are_counted() -> None:
    lines = message_text("\n".join(["x" * 1000] * 100)).split("\n")
    assert len(lines) == 21
    assert lines[-1] == "... and 80 more lines."
    assert message_text("\n".join("x" * 20)) == "\n".join("x" * 20)


@given(st.text(), st.integers(0, 20_000))
def test_no_message_is_without_end(text: str, times: int) -> None:
    assert len(message_text(text * times)) < 25_000


def test_side_of_a_diff_has_a_line_for_each() -> None:
    assert block([]) == ""
    assert block(["web", "a\nb\x1b[31m"]) == " web\n a\\nb\\x1b[31m\n"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"cache": "a\udc80"}, "cache"),
        ({"sources": [{"cidr": "10.0.0.0/8"}, {"security_group": "\ud800"}]}, "sources.security_group"),
        ({"tags": {"\ud800": 1}}, "tags"),
        ({"filters": {"tags": {"a": "\ud800"}}}, "filters.tags.a"),
    ],
)
def test_bytes_that_are_no_text_are_refused_without_repeating_them(options: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check_values(options)
    assert (
        str(caught.value) == f"{where} holds bytes that are no UTF-8 text; write it in UTF-8, and without surrogates."
    )


@pytest.mark.parametrize("number", [10**300, -(10**5000)], ids=["just too long", "far too long"])
def test_numbers_that_nobody_means_are_refused_without_printing_them(number: int) -> None:
    """Python prints none of more than 4300 digits, and makes no float of one of more than 308."""
    with pytest.raises(InvalidGrantError) as caught:
        check_values({"grants": [{"ports": [6379, number]}]})
    assert str(caught.value) == "grants.ports holds a number of more than 300 digits; give one that can be meant."


def test_what_is_nested_without_end_is_refused() -> None:
    deep: Any = "x"
    for _each in range(100):
        deep = [deep]
    with pytest.raises(InvalidGrantError, match=r"planned is nested deeper than can be meant; write it flatter\."):
        check_values({"planned": [{"a": deep}]})


def test_any_other_text_is_taken() -> None:
    check_values(
        {"cache": "\x1b\u202e\n", "ports": [1], "tags": {"a": None}, "wait": True, "x": None, "number": 10**299}
    )
