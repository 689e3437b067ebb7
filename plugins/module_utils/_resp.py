# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""RESP, the protocol of Valkey and Redis: commands -> bytes, bytes -> replies. Pure.

https://valkey.io/topics/protocol/. Replies come from whatever listens at an address, and so are read with bounds on
their size and depth, and never repeated to anybody: they can hold a password that was just sent.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

# A cluster of 500 nodes describes itself in some 200 kB.
MOST_BYTES = 4 * 2**20
_MOST_DEPTH = 8
_MOST_ITEMS = 2**16
_LONGEST_LINE = 2**16


class NotRespError(Exception):
    """What was received is no reply of this protocol."""


class _IncompleteError(Exception):
    """The rest of the reply is yet to come."""


@dataclass(frozen=True)
class ErrorReply:
    """An error, of which C(text) begins with a word for its kind, such as V(WRONGPASS)."""

    text: str

    @property
    def word(self) -> str:
        """Return the word for the kind, V(ERR) for errors that have none of their own."""
        word = self.text.partition(" ")[0]
        return word if word.isascii() and word.isalpha() and word.isupper() else "ERR"


# A status, text, a number, nothing, an error, or a list of these.
Reply = t.Union[str, int, None, ErrorReply, list[t.Any]]


def encode(*words: str) -> bytes:
    """Return a command as it is sent."""
    encoded = [word.encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


def decode(received: bytes) -> tuple[bool, Reply]:
    """Return whether C(received) holds a whole reply, and that reply.

    Raises V(NotRespError) for what is none, and for one beyond any bound.
    """
    if len(received) > MOST_BYTES:
        raise NotRespError("more than any reply holds")
    try:
        reply, _end = _value(received, 0, 0)
    except _IncompleteError:
        return False, None
    return True, reply


def _value(received: bytes, start: int, depth: int) -> tuple[Reply, int]:
    if depth > _MOST_DEPTH:
        raise NotRespError("nested too deeply")
    kind = received[start : start + 1]
    if kind and kind not in b"+-:$*":
        raise NotRespError("no reply")
    line, end = _line(received, start + 1)
    if kind == b"+":
        return _text(line), end
    if kind == b"-":
        return ErrorReply(_text(line)), end
    number = _number(line)
    if kind == b":":
        return number, end
    if number == -1:
        return None, end
    if kind == b"$":
        return _bulk(received, end, number)
    if not 0 <= number <= _MOST_ITEMS:
        raise NotRespError("a list of no sensible length")
    items = []
    for _position in range(number):
        item, end = _value(received, end, depth + 1)
        items.append(item)
    return items, end


def _line(received: bytes, start: int) -> tuple[bytes, int]:
    end = received.find(b"\r\n", start)
    if end == -1 or end - start > _LONGEST_LINE:
        if len(received) - start > _LONGEST_LINE:
            raise NotRespError("a line without an end")
        raise _IncompleteError
    return received[start:end], end + 2


def _bulk(received: bytes, start: int, length: int) -> tuple[str, int]:
    if not 0 <= length <= MOST_BYTES:
        raise NotRespError("text of no sensible length")
    end = start + length
    if len(received) < end + 2:
        raise _IncompleteError
    if received[end : end + 2] != b"\r\n":
        raise NotRespError("text of another length than was said")
    return _text(received[start:end]), end + 2


def _number(line: bytes) -> int:
    digits = line[1:] if line[:1] in (b"-", b"+") else line
    if not digits.isdigit() or len(digits) > 20:
        raise NotRespError("no number")
    return int(line)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")
