# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The options of elasticache_ping -> Target: what to connect to, and how. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._url_logins import masked

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    Options = Mapping[str, t.Any]

MEMCACHED = "memcached"

# Options that an entry of O(endpoints) takes over from the task where it does not say them itself.
_INHERITED = ("cache", "engine", "tls", "username", "password", "cluster_mode")
# Seconds.
_LONGEST = 3600.0
_MOST_RETRIES = 1000


@dataclass(frozen=True)
class Target:
    """One endpoint. C(cluster_mode) is V(None) where it is to be found out; C(cache) is the name for messages."""

    address: str
    port: int
    engine: str = "redis"
    tls: bool = False
    username: str = ""
    password: str = field(default="", repr=False)
    cluster_mode: bool | None = None
    role: str = ""
    cache: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """Return the address and the port."""
        return (self.address, self.port)

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True)
class Patience:
    """How long to try: C(timeout) seconds for a step, C(retries) times more, C(delay) seconds apart."""

    timeout: float
    retries: int
    delay: float


def read_targets(options: Options) -> list[Target]:
    """Return what the options ask to connect to: O(endpoints), or the one of O(address).

    Raises V(InvalidGrantError), with a line per entry, for values that cannot be meant.
    """
    if options.get("endpoints") is None:
        return [_read_target(options)]
    if not options["endpoints"]:
        raise InvalidGrantError("endpoints is empty; give one endpoint at least, or give address and port.")
    return all_or_error(partial(_read_target, _with_inherited(each, options)) for each in options["endpoints"])


def read_patience(options: Options) -> Patience:
    """Return how long to try. Raises V(InvalidGrantError) for numbers that cannot be meant."""
    return Patience(
        timeout=_between(options, "timeout", 0.01, _LONGEST, "seconds"),
        retries=int(_between(options, "retries", 0, _MOST_RETRIES, "times")),
        delay=_between(options, "delay", 0, _LONGEST, "seconds"),
    )


def _with_inherited(written: Options, task: Options) -> Options:
    return {**written, **{name: task.get(name) for name in _INHERITED if written.get(name) is None}}


def _read_target(options: Options) -> Target:
    address, port = options["address"].strip(), options["port"]
    if not address or any(letter.isspace() or letter in "/@" for letter in address):
        raise InvalidGrantError(
            f"address {masked(options['address'])!r} is no host; give the name or address of an endpoint alone, "
            "without port and scheme."
        )
    if not 1 <= port <= 65535:
        raise InvalidGrantError(f"port is {port}; a TCP port is a number from 1 to 65535.")
    username, password = options.get("username") or "", options.get("password") or ""
    engine = options["engine"]
    if username and not password:
        raise InvalidGrantError(f"username {username!r} stands without a password; give both, or leave username out.")
    if password and engine == MEMCACHED:
        raise InvalidGrantError(
            f"password is given for {address}:{port} with engine memcached, to which nobody logs in on ElastiCache; "
            "leave password out."
        )
    return Target(
        address=address,
        port=port,
        engine=engine,
        tls=bool(options.get("tls")),
        username=username,
        password=password,
        cluster_mode=options.get("cluster_mode"),
        role=options.get("role") or "",
        cache=options.get("cache") or "",
    )


def _between(options: Options, name: str, least: float, most: float, unit: str) -> float:
    number: float = options[name]
    if not least <= number <= most:
        raise InvalidGrantError(f"{name} is {number:g}; give {unit} from {least:g} to {most:g}, or leave it out.")
    return number
