# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The protocol of Valkey and Redis, from servers that keep to it and from those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._resp import (
    MOST_BYTES,
    ErrorReply,
    NotRespError,
    decode,
    encode,
)
from hypothesis import given
from hypothesis import strategies as st


def test_a_command_as_it_is_sent() -> None:
    assert encode("AUTH", "app", "s\u00e9same") == b"*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$7\r\ns\xc3\xa9same\r\n"


@pytest.mark.parametrize(
    ("received", "reply"),
    [
        pytest.param(b"+PONG\r\n", "PONG", id="a status"),
        pytest.param(
            b"-NOAUTH Authentication required.\r\n", ErrorReply("NOAUTH Authentication required."), id="an error"
        ),
        pytest.param(b":-7\r\n", -7, id="a number"),
        pytest.param(b"$5\r\na\r\nbc\r\n", "a\r\nbc", id="text"),
        pytest.param(b"$0\r\n\r\n", "", id="no text"),
        pytest.param(b"$-1\r\n", None, id="nothing"),
        pytest.param(b"*-1\r\n", None, id="no list"),
        pytest.param(b"*0\r\n", [], id="an empty list"),
        pytest.param(b"*2\r\n:1\r\n*1\r\n$1\r\na\r\n", [1, ["a"]], id="a list in a list"),
        pytest.param(b"+PONG\r\nmore", "PONG", id="what comes after it"),
    ],
)
def test_a_whole_reply(received: bytes, reply: Any) -> None:
    assert decode(received) == (True, reply)


@pytest.mark.parametrize(
    "received", [b"", b"+", b"+PON", b"+PONG\r", b"$5\r\nab", b"$5\r\nabcde\r", b"*2\r\n:1\r\n", b"*1\r\n", b"-ERR"]
)
def test_the_rest_is_yet_to_come(received: bytes) -> None:
    assert decode(received) == (False, None)


@pytest.mark.parametrize(
    "received",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", id="HTTP"),
        pytest.param(b"%1\r\n", id="a kind of a newer version, which was not asked for"),
        pytest.param(b":one\r\n", id="a number that is none"),
        pytest.param(b":" + b"9" * 30 + b"\r\n", id="a number beyond all bounds"),
        pytest.param(b":\r\n", id="a number without digits"),
        pytest.param(b"$-2\r\n", id="text of a negative length"),
        pytest.param(b"$999999999\r\n", id="text beyond all bounds"),
        pytest.param(b"$1\r\nabc\r\n", id="text of another length than was said"),
        pytest.param(b"*-2\r\n", id="a list of a negative length"),
        pytest.param(b"*999999\r\n", id="a list beyond all bounds"),
        pytest.param(b"*1\r\n" * 20, id="lists nested too deeply"),
        pytest.param(b"+" + b"a" * 70000, id="a line without an end"),
        pytest.param(b"+" + b"a" * 70000 + b"\r\n", id="a line that is too long"),
        pytest.param(b"*1\r\n" + b"x", id="a list of what is no reply"),
        pytest.param(b"+" + b"a" * (MOST_BYTES + 1), id="more than anybody asked for"),
    ],
)
def test_what_is_no_reply(received: bytes) -> None:
    with pytest.raises(NotRespError):
        decode(received)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("WRONGPASS invalid username-password pair", "WRONGPASS"),
        ("NOAUTH", "NOAUTH"),
        ("Err something", "ERR"),
        ("", "ERR"),
        ("7UP", "ERR"),
    ],
)
def test_the_word_for_the_kind_of_an_error(text: str, word: str) -> None:
    assert ErrorReply(text).word == word


WORDS = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=20)
REPLIES = st.recursive(
    st.one_of(st.none(), st.integers(-(10**9), 10**9), st.text(st.characters(codec="utf-8"), max_size=20)),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


def written(reply: Any) -> bytes:
    """The reply as a server writes it."""
    if reply is None:
        return b"$-1\r\n"
    if isinstance(reply, int):
        return b":%d\r\n" % reply
    if isinstance(reply, str):
        return b"$%d\r\n%s\r\n" % (len(reply.encode()), reply.encode())
    return b"*%d\r\n%s" % (len(reply), b"".join(map(written, reply)))


@given(reply=REPLIES, cut=st.integers(0, 300))
def test_a_reply_is_read_back_whenever_its_last_byte_comes(reply: Any, cut: int) -> None:
    sent = written(reply)
    assert decode(sent) == (True, reply)
    assert decode(sent[: min(cut, len(sent) - 1)]) == (False, None)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_a_command_is_a_list_of_texts(words: list[str]) -> None:
    assert decode(encode(*words)) == (True, words)


@given(st.binary(max_size=200))
def test_whatever_comes_it_is_a_reply_or_part_of_one_or_none(received: bytes) -> None:
    for end in range(len(received) + 1):
        try:
            decode(received[:end])
        except NotRespError:
            break
