# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What a node tells of its cluster (CLUSTER SHARDS, CLUSTER SLOTS) -> where its nodes are. Pure.

https://valkey.io/commands/cluster-shards/ and https://valkey.io/commands/cluster-slots/
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Place = tuple[str, int]

# Where a node knows no name of its own it says one of these: it is to be found where it was asked.
_NO_NAME = (None, "", "?")


def nodes_of_shards(reply: t.Any, asked: str, uses_tls: bool) -> tuple[Place, ...]:
    """Return (address, port) of every node that CLUSTER SHARDS names, each once.

    C(asked) is the address at which it was asked. Clients go to C(endpoint), which is what the cluster prefers of name
    and address.
    """
    places = []
    for shard in _maps(reply):
        for node in _maps(shard.get("nodes")):
            port = node.get("tls-port") if uses_tls and node.get("tls-port") else node.get("port")
            address = next(
                (node[key] for key in ("endpoint", "hostname", "ip") if node.get(key) not in _NO_NAME), asked
            )
            places.append((address, port))
    return _sensible(places)


def nodes_of_slots(reply: t.Any, asked: str) -> tuple[Place, ...]:
    """Return (address, port) of every node that CLUSTER SLOTS names, each once."""
    places = []
    for slots in reply if isinstance(reply, list) else ():
        # The first two say which slots.
        for node in slots[2:] if isinstance(slots, list) else ():
            if isinstance(node, list) and len(node) > 1:
                places.append((asked if node[0] in _NO_NAME else node[0], node[1]))
    return _sensible(places)


def _maps(listed: t.Any) -> Iterator[dict[str, t.Any]]:
    """Yield maps, which this version of the protocol writes as lists of keys and values."""
    for flat in listed if isinstance(listed, list) else ():
        if isinstance(flat, list):
            pairs = zip(flat[::2], flat[1::2])
            yield {key: value for key, value in pairs if isinstance(key, str)}


def _sensible(places: Iterable[tuple[t.Any, t.Any]]) -> tuple[Place, ...]:
    kept = {
        (address, port): None
        for address, port in places
        if isinstance(address, str) and isinstance(port, int) and 1 <= port <= 65535
    }
    return tuple(kept)
