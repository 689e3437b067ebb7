# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What elasticache_cache_info returned of caches -> the endpoints that elasticache_ping is to connect to. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._ping_options import MEMCACHED

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Values = dict[str, t.Any]

_KEYS = ("username", "password")


def ping_endpoints(
    caches: Iterable[Mapping[str, t.Any]], auth: Mapping[str, t.Any] | None = None
) -> list[dict[str, t.Any]]:
    """Return every endpoint and port of C(caches), each once.

    C(auth) is how to log in: C(username) and C(password) for all caches, or such a dict by the name of each cache.
    Memcached knows no login.

    Raises V(InvalidGrantError) for a cache that has no endpoint yet, and for an C(auth) that is neither.
    """
    logins = _logins(auth or {})
    found: dict[tuple[str, int], Values] = {}
    for cache in caches:
        places = list(_places(cache))
        if not places:
            raise InvalidGrantError(
                f"cache {cache['name']!r} is {cache['status']} and has no endpoint to connect to; wait until it is "
                "available, or leave it out."
            )
        is_memcached = cache["engine"] == MEMCACHED
        login = {} if is_memcached else logins.get(cache["name"], logins.get("", {}))
        told = {
            "cache": cache["name"],
            "engine": cache["engine"],
            "tls": bool(cache["transit_encryption"]),
            **login,
            **({} if cache["cluster_mode"] is None else {"cluster_mode": cache["cluster_mode"]}),
        }
        for role, address, port in places:
            found.setdefault((address, port), {"address": address, "port": port, "role": role, **told})
    return list(found.values())


def _places(cache: Mapping[str, t.Any]) -> Iterator[tuple[str, str, int]]:
    """Yield (role, address, port). A serverless cache can listen on a port that no endpoint of it names."""
    ports = set()
    for endpoint in cache["endpoints"]:
        ports.add(endpoint["port"])
        yield endpoint["role"], endpoint["address"], endpoint["port"]
    if cache["endpoints"]:
        for port in cache["ports"]:
            if port not in ports:
                yield "endpoint", cache["endpoints"][0]["address"], port


def _logins(auth: Mapping[str, t.Any]) -> dict[str, Values]:
    """Return how to log in by the name of the cache; what holds for all caches has no name."""
    if not isinstance(auth, dict):
        raise InvalidGrantError(_bad("is no dict"))
    if set(auth) <= set(_KEYS):
        return {"": _login(auth)} if auth else {}
    return {str(name): _login(login) for name, login in auth.items()}


def _login(login: t.Any) -> Values:
    # What is wrong with it is said without repeating it.
    if not isinstance(login, dict) or not set(login) <= set(_KEYS):
        raise InvalidGrantError(_bad("holds something else"))
    return {key: login[key] for key in _KEYS if login.get(key)}


def _bad(why: str) -> str:
    return (
        f"auth {why}; give a dict with password, and username for a user of its own, or such a dict by the name of "
        "each cache."
    )
