# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Path: what was found out between some sources and a cache, lane by lane and hop by hop. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import cached_property

from ansible_collections.elasticache.access.plugins.module_utils._addresses import FAMILIES
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BLOCKED,
    HOPS,
    OK,
    PARTIAL,
    UNKNOWN,
    Hop,
    Step,
    in_a_row,
    side_by_side,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._mends import Sketch
    from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver
    from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender

REACHABLE = "reachable"


@dataclass(frozen=True)
class Lane:
    """One of the ways that all have to work: to one node, on one port, in one address family.

    C(interface) is the position of the interface of the source that does best.
    """

    place: Place
    port: int
    bits: int
    interface: int
    verdict: str
    steps: tuple[Step, ...]

    @property
    def family(self) -> str:
        """Return the address family by name."""
        return FAMILIES[self.bits]


@dataclass(frozen=True)
class Passed:
    """What was found out of one hop: each different step, with the lanes that it is about (all where empty)."""

    hop: Hop
    verdict: str
    steps: tuple[tuple[Step, tuple[Lane, ...]], ...]


@dataclass(frozen=True)
class Path:
    """Whether C(senders), which nothing tells apart, reach one cache. C(common) steps are about all lanes."""

    senders: tuple[Sender, ...]
    receiver: Receiver
    common: tuple[Step, ...]
    lanes: tuple[Lane, ...]

    @property
    def cache(self) -> Cache:
        """Return the cache."""
        return self.receiver.cache

    @cached_property
    def verdict(self) -> str:
        """Return V(reachable), V(blocked), V(partial) or V(unknown)."""
        found = in_a_row([*(step.verdict for step in self.common), side_by_side(lane.verdict for lane in self.lanes)])
        return REACHABLE if found == OK else found

    @cached_property
    def hops(self) -> tuple[Passed, ...]:
        """Return what was found out of every hop, in order."""
        return tuple(self._passed(hop) for hop in HOPS)

    def _passed(self, hop: Hop) -> Passed:
        steps: list[tuple[Step, tuple[Lane, ...]]] = [(step, ()) for step in self.common if step.hop == hop]
        verdicts = [step.verdict for step, _lanes in steps]
        found: dict[tuple[t.Any, ...], tuple[Step, list[Lane]]] = {}
        of_lanes = []
        for lane in self.lanes:
            its = [step for step in lane.steps if step.hop == hop]
            of_lanes.append(in_a_row(step.verdict for step in its))
            for step in its:
                found.setdefault(step.shown, (step, []))[1].append(lane)
        if found or not steps:
            verdicts.append(side_by_side(of_lanes))
        steps += [(step, tuple(lanes) if len(lanes) < len(self.lanes) else ()) for step, lanes in found.values()]
        return Passed(hop, in_a_row(verdicts), tuple(steps))

    @cached_property
    def blockers(self) -> tuple[Step, ...]:
        """Return every step that stops something, in the order of hops."""
        return self._found(BLOCKED, PARTIAL)

    @property
    def mends(self) -> list[Sketch]:
        """Return what would mend the blockers; several can be alike."""
        stopping = [step for step in self._steps if step.verdict in (BLOCKED, PARTIAL)]
        return [step.mend for step in sorted(stopping, key=_number) if step.mend]

    @property
    def reason(self) -> str:
        """Return the first reason why the verdict is not reachable, empty where it is."""
        found = (*self.doubts, *self.blockers) if self.verdict == UNKNOWN else self.blockers
        return found[0].sentence if found and self.verdict != REACHABLE else ""

    @cached_property
    def doubts(self) -> tuple[Step, ...]:
        """Return every step of which it is not known whether it stops anything, in the order of hops."""
        return self._found(UNKNOWN)

    @property
    def _steps(self) -> Iterator[Step]:
        yield from self.common
        for lane in self.lanes:
            yield from lane.steps

    def _found(self, *verdicts: str) -> tuple[Step, ...]:
        found = {step.shown: step for step in self._steps if step.verdict in verdicts}
        return tuple(sorted(found.values(), key=_number))


def _number(step: Step) -> int:
    return step.hop.number
