# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""One attempt at one endpoint: step by step, with the time that each takes."""

from __future__ import annotations

import time
import typing as t
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from ansible_collections.elasticache.access.plugins.module_utils._cluster_nodes import nodes_of_shards, nodes_of_slots
from ansible_collections.elasticache.access.plugins.module_utils._dial import (
    Conversation,
    Deadline,
    own_address,
    resolve,
)
from ansible_collections.elasticache.access.plugins.module_utils._ping_answers import (
    VERSION,
    memcached_answer,
    resp_answer,
)
from ansible_collections.elasticache.access.plugins.module_utils._ping_faults import (
    AUTH,
    CLUSTER,
    DNS,
    PING,
    TCP,
    TLS,
    Fault,
    fault_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._ping_options import MEMCACHED
from ansible_collections.elasticache.access.plugins.module_utils._resp import ErrorReply, encode

if t.TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from ansible_collections.elasticache.access.plugins.module_utils._ping_options import Target
    from ansible_collections.elasticache.access.plugins.module_utils._resp import Reply


@dataclass
class Attempt:
    """What one attempt found out, up to the fault that ended it, if one did. C(timings) are seconds by step."""

    fault: Fault | None = None
    timings: dict[str, float] = field(default_factory=dict)
    ip: str = ""
    own_address: str = ""
    tls_version: str | None = None
    certificate_expires: float | None = None
    nodes: tuple[tuple[str, int], ...] = ()


def attempt(target: Target, context: ssl.SSLContext, timeout: float) -> Attempt:
    """Connect to C(target) and talk to it, each step within C(timeout) seconds. Never raises: the fault is told."""
    done = Attempt()
    try:
        _attempt(target, context, timeout, done)
    except Fault as fault:
        done.fault = fault
    return done


def _attempt(target: Target, context: ssl.SSLContext, timeout: float, done: Attempt) -> None:
    with _timed(done, DNS):
        places = resolve(target.address, target.port, timeout)
    with _timed(done, TCP):
        conversation = _connect(places, timeout, done)
    with closing(conversation):
        if target.tls:
            with _timed(done, TLS):
                conversation.speak_tls(context, target.address, Deadline(TLS, timeout))
            done.tls_version = conversation.tls_version
            done.certificate_expires = conversation.certificate_expires
        if target.engine == MEMCACHED:
            with _timed(done, PING):
                _ask_version(conversation, Deadline(PING, timeout))
            return
        if target.password:
            with _timed(done, AUTH):
                who = (target.username, target.password) if target.username else (target.password,)
                _order(conversation, Deadline(AUTH, timeout), "AUTH", *who, wanted="OK")
        with _timed(done, PING):
            _order(conversation, Deadline(PING, timeout), "PING", wanted="PONG")
        if target.cluster_mode is not False:
            with _timed(done, CLUSTER):
                done.nodes = _nodes(conversation, target, Deadline(CLUSTER, timeout))


@contextmanager
def _timed(done: Attempt, step: str) -> Iterator[None]:
    """Note how long a step takes, be it done or not."""
    begin = time.monotonic()
    try:
        yield
    finally:
        done.timings[step] = time.monotonic() - begin


def _connect(places: list[tuple[int, t.Any]], timeout: float, done: Attempt) -> Conversation:
    """Return a connection to the first of C(places) that takes one; each has an equal part of the time."""
    first: Fault | None = None
    for family, place in places:
        done.ip, done.own_address = place[0], own_address(family, place)
        try:
            return Conversation(family, place, Deadline(TCP, timeout / len(places)))
        except Fault as fault:
            first = first or fault
    raise first or Fault(DNS, "name_unknown")


def _order(conversation: Conversation, deadline: Deadline, *words: str, wanted: str) -> None:
    """Have a command carried out. Raises V(Fault) for any other answer than the one that is C(wanted)."""
    reply = _ask(conversation, deadline, *words)
    if isinstance(reply, ErrorReply):
        raise fault_of(deadline.step, reply)
    if reply != wanted:
        raise Fault(deadline.step, "garbage", "another answer")


def _ask(conversation: Conversation, deadline: Deadline, *words: str) -> Reply:
    conversation.send(encode(*words), deadline)
    received = b""
    while True:
        received += conversation.receive(deadline)
        is_whole, reply = resp_answer(received, deadline.step)
        if is_whole:
            return reply


def _ask_version(conversation: Conversation, deadline: Deadline) -> None:
    conversation.send(VERSION, deadline)
    received = b""
    while not memcached_answer(received, deadline.step):
        received += conversation.receive(deadline)


def _nodes(conversation: Conversation, target: Target, deadline: Deadline) -> tuple[tuple[str, int], ...]:
    """Return the nodes of the cluster, none where it is to be found out and cannot be, or is no cluster."""
    reply = _ask(conversation, deadline, "CLUSTER", "SHARDS")
    if not isinstance(reply, ErrorReply):
        return nodes_of_shards(reply, target.address, target.tls)
    # Engines before Redis OSS 7 know this alone.
    reply = _ask(conversation, deadline, "CLUSTER", "SLOTS")
    if not isinstance(reply, ErrorReply):
        return nodes_of_slots(reply, target.address)
    if target.cluster_mode is None:
        return ()
    raise fault_of(CLUSTER, reply)
