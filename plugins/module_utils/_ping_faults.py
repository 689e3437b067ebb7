# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What can keep a host from talking to a cache, and what that usually means. Pure.

Nothing that was received is repeated: it can hold the password that was sent.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._ping_options import Target
    from ansible_collections.elasticache.access.plugins.module_utils._resp import ErrorReply

# The steps of a connection, in order.
DNS = "dns"
TCP = "tcp"
TLS = "tls"
AUTH = "auth"
PING = "ping"
CLUSTER = "cluster"

TIMEOUT = "timeout"
CLOSED = "closed"
NOAUTH = "NOAUTH"

# What can pass by itself, such as while a rule spreads or a node starts.
_CAN_PASS = frozenset(
    [
        TIMEOUT,
        CLOSED,
        "name_unknown",
        "resolver_silent",
        "refused",
        "unreachable",
        "connection_failed",
        "max_clients",
        "BUSY",
        "CLUSTERDOWN",
        "LOADING",
        "MASTERDOWN",
        "TRYAGAIN",
    ]
)


class Fault(Exception):
    """A step failed. C(code) is a short stable word for how, C(what) says what was received instead."""

    def __init__(self, step: str, code: str, what: str = "") -> None:
        super().__init__(f"{step}: {code}")
        self.step = step
        self.code = code
        self.what = what

    @property
    def can_pass(self) -> bool:
        """Say whether it can be another a little later, with nothing changed."""
        return self.code in _CAN_PASS


@dataclass(frozen=True)
class Circumstances:
    """What a message can name: this host's own address on the way, and how long was waited, in seconds."""

    own_address: str = ""
    timeout: float = 0


# Errors of Valkey and of old and new Redis that have no word of their own, by how their text begins.
_WORDLESS = (
    (re.compile(r"ERR max number of clients"), "max_clients"),
    (
        re.compile(r"ERR AUTH <password> called without any password|ERR Client sent AUTH, but no password"),
        "no_password",
    ),
    (re.compile(r"ERR invalid password"), "WRONGPASS"),
    (re.compile(r"ERR operation not permitted"), NOAUTH),
    (re.compile(r"ERR wrong number of arguments for 'auth'"), "no_users"),
    (re.compile(r"ERR This instance has cluster support disabled"), "no_cluster"),
    (re.compile(r"ERR [Uu]nknown subcommand"), "unknown_command"),
    (re.compile(r"ERR unknown command"), "unknown_command"),
)


_WORDS = frozenset(
    [
        "BUSY",
        "CLUSTERDOWN",
        "DENIED",
        "LOADING",
        "MASTERDOWN",
        "MISCONF",
        "MOVED",
        NOAUTH,
        "NOPERM",
        "NOREPLICAS",
        "OOM",
        "READONLY",
        "TRYAGAIN",
        "WRONGPASS",
    ]
)


def fault_of(step: str, error: ErrorReply) -> Fault:
    """Return the fault that an error is, in answer to what was sent in C(step)."""
    for pattern, code in _WORDLESS:
        if pattern.match(error.text):
            return Fault(step, code)
    # A word that is none of these could be anything, and so a password.
    word = error.word if error.word in _WORDS else "ERR"
    # Where a password is needed and none was sent, that is what fails, whatever was asked.
    return Fault(AUTH if word == NOAUTH else step, word)


def sentence(fault: Fault, target: Target, circumstances: Circumstances) -> str:
    """Return what C(fault) usually means for who connects to C(target), with a way out."""
    keys = [(fault.step, fault.code), (_OVER_TLS if target.tls else _IN_PLAIN, fault.code), ("", fault.code)]
    text = next((_TEXTS[key] for key in keys if key in _TEXTS), _OTHER)
    explain = "ansible-playbook elasticache.access.explain_access -e cache={} -e address={}".format(
        target.cache or "NAME", circumstances.own_address or "ADDRESS"
    )
    return text.format(
        address=target.address,
        port=target.port,
        engine=target.engine,
        user=f"user {target.username!r}" if target.username else "default user",
        code=fault.code,
        step=fault.step,
        what=fault.what,
        timeout=f"{circumstances.timeout:g}",
        explain=explain,
    )


# In place of a step, for what means one thing over TLS and another without.
_OVER_TLS = "over TLS"
_IN_PLAIN = "in plain"
_OTHER = "the cache answered {step} with the error {code}; look it up in the manual of the engine."

# By step and code; without a step for every step.
_TEXTS = {
    (DNS, "name_unknown"): (
        "the resolver of this host knows no address of {address}; take the endpoint as ElastiCache reports it, and a "
        "resolver of the cache's VPC. A cache that was just made takes a while to be known."
    ),
    (DNS, "resolver_silent"): (
        "the resolver of this host did not answer within {timeout} seconds; look at /etc/resolv.conf, and at whether "
        "the VPC has DNS support on."
    ),
    (TCP, "refused"): (
        "the connection was refused: nothing listens on port {port} there. Security groups do not refuse, they drop: "
        "check the port that the cache was created with, and the address."
    ),
    (TCP, TIMEOUT): (
        "no answer within {timeout} seconds: usually a security group, a network ACL or a route is in the way. "
        "To see which: {explain}"
    ),
    (TCP, "unreachable"): (
        "this host has no way to {what}: look at its routes, and at whether it has an address of that family. "
        "For the way beyond it: {explain}"
    ),
    (TCP, "connection_failed"): "the operating system of this host could not connect to {what}: {code}.",
    (TLS, TIMEOUT): (
        "connected, but the TLS handshake was not answered within {timeout} seconds: usually the cache does not use "
        "TLS. If its transit encryption is off, set tls to false."
    ),
    (TLS, "not_tls"): (
        "connected, but what answered does not speak TLS: usually transit encryption of the cache is off. Set tls to "
        "false, or check the port."
    ),
    (TLS, CLOSED): (
        "connected, but the TLS handshake was cut off: usually the cache does not use TLS, or has no connection left. "
        "If its transit encryption is off, set tls to false."
    ),
    (TLS, "certificate_name"): (
        "the certificate is not for {address}; give the name of the endpoint as ElastiCache reports it, and not an "
        "address or an alias, or set validate_certs to false."
    ),
    (TLS, "certificate_issuer"): (
        "the certificate was issued by nobody that this host trusts; update its CA certificates, which know Amazon's, "
        "set ca_path to those that issued it, or set validate_certs to false."
    ),
    (TLS, "certificate_expired"): (
        "the certificate has expired, or is not valid yet; check the clock of this host, or set validate_certs to "
        "false."
    ),
    (TLS, "certificate"): "the certificate is not valid (OpenSSL's error {what}); or set validate_certs to false.",
    ("", "tls_failed"): "TLS failed ({what}, as OpenSSL calls it); check which TLS versions this host offers.",
    (_IN_PLAIN, TIMEOUT): (
        "connected, but {step} was not answered within {timeout} seconds: usually the cache expects TLS, as a "
        "serverless cache always does. If its transit encryption is on, set tls to true."
    ),
    (_OVER_TLS, TIMEOUT): (
        "connected over TLS, but {step} was not answered within {timeout} seconds: the node may be busy with a long "
        "command, or about to restart; try again later, or raise timeout."
    ),
    (_IN_PLAIN, CLOSED): (
        "connected, but the connection was closed in answer to {step}: usually the cache expects TLS. If its transit "
        "encryption is on, set tls to true; else the node may be about to restart."
    ),
    (_OVER_TLS, CLOSED): (
        "connected over TLS, but the connection was closed in answer to {step}: the node may have no connection left, "
        "or be about to restart; try again later."
    ),
    ("", "tls_expected"): "connected, but what answers speaks TLS: set tls to true.",
    ("", "garbage"): (
        "connected, but {what} came in answer to {step}, which is not how {engine} answers; check the address and the "
        "port, and the option engine."
    ),
    ("", "wrong_engine"): "connected, but {what} answers there; set engine to {what}.",
    (AUTH, NOAUTH): ("the cache asks for a password, and got none; give password, and for a user of its own username."),
    (AUTH, "WRONGPASS"): "the cache does not accept this password for the {user}, or that user is disabled.",
    (AUTH, "no_password"): (
        "a password was sent, and the cache has none for the {user}; leave password out, or give username."
    ),
    (AUTH, "no_users"): "the engine is too old to know users; leave username out.",
    ("", "NOPERM"): (
        "connected and let in, but the {user} may not run what {step} needs; allow it PING, and in cluster mode "
        "CLUSTER SHARDS and SLOTS, in its access string."
    ),
    ("", "LOADING"): "the node is loading its data; try again later, or raise retries.",
    ("", "MASTERDOWN"): "the node is a replica that has lost its primary; look at the state of the cache.",
    ("", "max_clients"): "the node has as many clients as it takes; close some, or raise its limit.",
    (CLUSTER, "no_cluster"): "cluster mode is off there; leave cluster_mode out, or set it to false.",
    ("", "unknown_command"): (
        "what answers does not know the command of {step}; check the address and the port, and the option engine."
    ),
}
