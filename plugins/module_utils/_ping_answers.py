# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What was received so far -> an answer, in the protocol of Valkey and Redis or in that of Memcached. Pure.

What is none is described and never repeated: it can hold the password that was sent.
"""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._ping_faults import Fault
from ansible_collections.elasticache.access.plugins.module_utils._resp import NotRespError, decode

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._resp import Reply

# https://github.com/memcached/memcached/blob/master/doc/protocol.txt
VERSION = b"version\r\n"
_MEMCACHED_BEGINNINGS = (b"VERSION ", b"ERROR", b"CLIENT_ERROR ", b"SERVER_ERROR ")
_LONGEST_LINE = 1024
_KNOWN = ((b"HTTP/", "HTTP"), (b"<", "HTML"), (b"SSH-", "SSH"), (b"220", "a mail or file server"))
# The first two bytes of a TLS alert.
_ALERT = b"\x15\x03"


def resp_answer(received: bytes, step: str) -> tuple[bool, Reply]:
    """Return whether a whole reply was received, and that reply. Raises V(Fault) for what is none."""
    if any(received.startswith(beginning) for beginning in _MEMCACHED_BEGINNINGS):
        raise Fault(step, "wrong_engine", "memcached")
    try:
        return decode(received)
    except NotRespError:
        raise _garbage(received, step) from None


def memcached_answer(received: bytes, step: str) -> bool:
    """Return whether the whole answer to V(version) was received. Raises V(Fault) for what is none."""
    line, end, _rest = received.partition(b"\r\n")
    if end and line.startswith(_MEMCACHED_BEGINNINGS[0]):
        return True
    # An error, or an order to log in first, is how Valkey and Redis answer what they do not know.
    if received.startswith((b"-ERR", b"-NOAUTH")):
        raise Fault(step, "wrong_engine", "redis")
    if end or len(received) > _LONGEST_LINE or not _could_become_version(received):
        raise _garbage(received, step)
    return False


def _could_become_version(received: bytes) -> bool:
    beginnings = (_MEMCACHED_BEGINNINGS[0], b"-ERR", b"-NOAUTH")
    return any(received.startswith(beginning[: len(received)]) for beginning in beginnings)


def _garbage(received: bytes, step: str) -> Fault:
    if received.startswith(_ALERT):
        return Fault(step, "tls_expected")
    for beginning, name in _KNOWN:
        if received.startswith(beginning):
            return Fault(step, "garbage", name)
    return Fault(step, "garbage", "something else")
