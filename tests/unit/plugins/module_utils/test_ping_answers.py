# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers, and what comes in their place."""

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._ping_answers import memcached_answer, resp_answer
from ansible_collections.elasticache.access.plugins.module_utils._ping_faults import Fault
from ansible_collections.elasticache.access.plugins.module_utils._resp import ErrorReply
from hypothesis import given
from hypothesis import strategies as st


def fault_in(answer: bytes, is_memcached: bool = False) -> tuple[str, str, str]:
    with pytest.raises(Fault) as raised:
        memcached_answer(answer, "ping") if is_memcached else resp_answer(answer, "ping")
    return raised.value.step, raised.value.code, raised.value.what


def test_answers() -> None:
    assert resp_answer(b"+PONG\r\n", "ping") == (True, "PONG")
    assert resp_answer(b"-LOADING wait\r\n", "ping") == (True, ErrorReply("LOADING wait"))
    assert resp_answer(b"+PO", "ping") == (False, None)
    assert memcached_answer(b"VERSION 1.6.18\r\n", "ping")


@pytest.mark.parametrize("received", [b"", b"V", b"VERSION 1.6", b"-", b"-E"])
def test_the_rest_is_yet_to_come(received: bytes) -> None:
    assert not memcached_answer(received, "ping")


@pytest.mark.parametrize(
    ("received", "is_memcached", "code", "what"),
    [
        pytest.param(b"ERROR\r\n", False, "wrong_engine", "memcached", id="Memcached where Redis is expected"),
        pytest.param(b"CLIENT_ERROR bad\r\n", False, "wrong_engine", "memcached", id="Memcached's other error"),
        pytest.param(
            b"-ERR unknown command\r\n", True, "wrong_engine", "redis", id="Redis where Memcached is expected"
        ),
        pytest.param(b"-NOAUTH Authentication", True, "wrong_engine", "redis", id="Redis with a password"),
        pytest.param(b"\x15\x03\x03\x00\x02\x02F", False, "tls_expected", "", id="a TLS alert"),
        pytest.param(b"\x15\x03\x03\x00\x02\x02F", True, "tls_expected", "", id="a TLS alert for Memcached"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", False, "garbage", "HTTP", id="HTTP"),
        pytest.param(b"<html>", True, "garbage", "HTML", id="HTML"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", False, "garbage", "SSH", id="SSH"),
        pytest.param(b"220 mail.example ESMTP\r\n", False, "garbage", "a mail or file server", id="SMTP"),
        pytest.param(b"sesame", False, "garbage", "something else", id="anything"),
        pytest.param(b"ERROR\r\n", True, "garbage", "something else", id="a Memcached that does not know version"),
        pytest.param(b"VERSION " + b"1" * 2000, True, "garbage", "something else", id="a version without an end"),
    ],
)
def test_what_comes_in_place_of_an_answer(received: bytes, is_memcached: bool, code: str, what: str) -> None:
    assert fault_in(received, is_memcached) == ("ping", code, what)


@given(received=st.binary(max_size=60), is_memcached=st.booleans())
def test_nothing_that_was_received_is_repeated(received: bytes, is_memcached: bool) -> None:
    said = {"", "HTTP", "HTML", "SSH", "a mail or file server", "something else", "memcached", "redis"}
    what = ""
    try:
        memcached_answer(received, "ping") if is_memcached else resp_answer(received, "ping")
    except Fault as fault:
        what = fault.what
    assert what in said
