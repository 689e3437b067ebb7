# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_ping: every endpoint side by side, then the nodes that clusters name, then the report."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._dial import make_tls_context
from ansible_collections.elasticache.access.plugins.module_utils._errors import PartialError
from ansible_collections.elasticache.access.plugins.module_utils._ping import attempt
from ansible_collections.elasticache.access.plugins.module_utils._ping_options import read_patience, read_targets
from ansible_collections.elasticache.access.plugins.module_utils._ping_values import (
    Pinged,
    endpoint_values,
    failure_text,
)

if t.TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._ping_options import Patience, Target

# So many endpoints are pinged at once.
_AT_ONCE = 32


def run(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Connect to every endpoint that the options name, and return what came of it as the module's result.

    Raises V(AccessError) for options that cannot be meant, V(PartialError) where an endpoint or a node is not reached.
    """
    targets = read_targets(options)
    patience = read_patience(options)
    context = make_tls_context(options["validate_certs"], options["ca_path"])
    endpoints = _ping_all(targets, context, patience)
    named = _named_nodes(endpoints)
    nodes = dict(zip(named, _ping_all([node for _by, node in named], context, patience)))
    nodes_of = [[nodes[by, node] for by, node in named if by == position] for position in range(len(endpoints))]
    failed = [pinged for pinged in (*endpoints, *nodes.values()) if not pinged.is_reachable]
    result = {
        "changed": False,
        "reachable": not failed,
        "endpoints": [
            endpoint_values(pinged, its_nodes, patience.timeout) for pinged, its_nodes in zip(endpoints, nodes_of)
        ],
    }
    if failed:
        raise PartialError(failure_text(failed, patience.timeout), result)
    return result


def _ping_all(targets: Sequence[Target], context: ssl.SSLContext, patience: Patience) -> list[Pinged]:
    if not targets:
        return []
    with ThreadPoolExecutor(min(_AT_ONCE, len(targets))) as pool:
        return list(pool.map(partial(_ping, context=context, patience=patience), targets))


def _ping(target: Target, context: ssl.SSLContext, patience: Patience) -> Pinged:
    """Attempt it until it succeeds, fails for good, or was tried often enough."""
    attempts = 1
    while True:
        last = attempt(target, context, patience.timeout)
        if last.fault is None or not last.fault.can_pass or attempts > patience.retries:
            return Pinged(target, last, attempts)
        time.sleep(patience.delay)
        attempts += 1


def _named_nodes(endpoints: Sequence[Pinged]) -> list[tuple[int, Target]]:
    """Return the nodes that endpoints name and that are no endpoints themselves, each once, with who named it first."""
    known = {pinged.target.place for pinged in endpoints}
    named = []
    for position, pinged in enumerate(endpoints):
        for address, port in pinged.attempt.nodes:
            if (address, port) not in known:
                known.add((address, port))
                # A node names the same nodes again.
                node = replace(pinged.target, address=address, port=port, role="node", cluster_mode=False)
                named.append((position, node))
    return named
