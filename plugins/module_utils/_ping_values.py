# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Attempts -> the return values of elasticache_ping. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timezone

from ansible_collections.elasticache.access.plugins.module_utils._ping_faults import Circumstances, sentence

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._ping import Attempt
    from ansible_collections.elasticache.access.plugins.module_utils._ping_options import Target

    Values = dict[str, t.Any]

# So many endpoints are named in one message.
_SHOWN = 50


@dataclass(frozen=True)
class Pinged:
    """What came of one endpoint: the last attempt at it, and how many there were."""

    target: Target
    attempt: Attempt
    attempts: int

    @property
    def is_reachable(self) -> bool:
        """Say whether the last attempt went through to the end."""
        return self.attempt.fault is None


def message(pinged: Pinged, timeout: float) -> str | None:
    """Return what is wrong, V(None) where nothing is. C(timeout) is in seconds."""
    fault = pinged.attempt.fault
    if fault is None:
        return None
    return sentence(fault, pinged.target, Circumstances(pinged.attempt.own_address, timeout))


def endpoint_values(pinged: Pinged, nodes: Iterable[Pinged], timeout: float) -> Values:
    """Return one endpoint, or one node, with the C(nodes) that it named."""
    target, attempt = pinged.target, pinged.attempt
    expires = attempt.certificate_expires
    return {
        "address": target.address,
        "port": target.port,
        "role": target.role or None,
        "cache": target.cache or None,
        "engine": target.engine,
        "tls": target.tls,
        "reachable": pinged.is_reachable,
        "step": attempt.fault.step if attempt.fault else None,
        "code": attempt.fault.code if attempt.fault else None,
        "message": message(pinged, timeout),
        "ip": attempt.ip or None,
        "own_address": attempt.own_address or None,
        "attempts": pinged.attempts,
        "timings": {step: round(seconds * 1000, 1) for step, seconds in attempt.timings.items()},
        "tls_version": attempt.tls_version,
        "certificate_expires": None
        if expires is None
        else datetime.fromtimestamp(expires, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "nodes": [endpoint_values(node, (), timeout) for node in nodes],
    }


def failure_text(failed: Sequence[Pinged], timeout: float) -> str:
    """Return what is wrong with each of C(failed), a line for each."""
    lines = []
    for pinged in failed[:_SHOWN]:
        fault = pinged.attempt.fault
        cache = f" (cache {pinged.target.cache})" if pinged.target.cache else ""
        lines.append(f"{pinged.target}{cache}: {fault.step if fault else ''}: {message(pinged, timeout)}")
    if len(failed) > _SHOWN:
        lines.append(f"... and {len(failed) - _SHOWN} more, see endpoints.")
    return "\n".join(lines)
