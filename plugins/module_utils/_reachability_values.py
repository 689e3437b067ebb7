# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Paths -> return values of elasticache_reachability_info. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._found_paths import REACHABLE
from ansible_collections.elasticache.access.plugins.module_utils._steps import BLOCKED, OK, PARTIAL, side_by_side

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
    from ansible_collections.elasticache.access.plugins.module_utils._found_paths import Lane, Passed, Path
    from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend, Workshop
    from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender
    from ansible_collections.elasticache.access.plugins.module_utils._steps import Step

    Values = dict[str, t.Any]

NOT_LOOKED_AT = (
    "Firewalls and routes on the host itself, and whether its client dials the right host and port.",
    "Name resolution.",
    "TLS, passwords and users of the cache.",
    "Networks outside AWS, VPNs and Direct Connect.",
    "Firewalls, load balancers and other appliances on the way.",
)
# So many sources are named in a sentence.
_SHOWN = 3


def overall(paths: Iterable[Path]) -> str:
    """Return one verdict for all of C(paths): what is certain of all of them together."""
    found = side_by_side(OK if path.verdict == REACHABLE else path.verdict for path in paths)
    return REACHABLE if found == OK else found


def caches_values(paths: Iterable[Path]) -> list[Values]:
    """Return each cache once, with the verdict for each source."""
    caches: dict[tuple[str, str], Values] = {}
    for path in paths:
        cache = path.cache
        values = caches.setdefault(
            cache.identity,
            {
                "name": cache.name,
                "arn": cache.arn,
                "kind": cache.kind,
                "status": cache.status,
                "ports": list(cache.ports),
                "vpc_id": cache.vpc_id,
                "verdicts": {},
            },
        )
        values["verdicts"].update({sender.value: path.verdict for sender in path.senders})
    return list(caches.values())


def sender_values(sender: Sender) -> Values:
    """Return one source with its interfaces."""
    return {
        "source": sender.value,
        "type": sender.kind,
        "name": sender.name or None,
        "state": sender.state or None,
        "interfaces": [_interface_values(carrier) for carrier in sender.carriers],
    }


def _interface_values(carrier: Carrier) -> Values:
    return {
        "id": carrier.interface_id,
        "vpc_id": carrier.vpc_id,
        "subnet_id": carrier.subnet_id,
        "security_groups": list(carrier.group_ids),
        "addresses": list(carrier.addresses),
    }


def path_values(path: Path, workshop: Workshop, include_hops: bool) -> Values:
    """Return one path, with C(include_hops) hop by hop. C(workshop) is one for all paths of a result."""
    blockers = [_step_values(step) for step in path.blockers]
    values = {
        "cache": path.cache.name,
        "kind": path.cache.kind,
        "sources": [sender.value for sender in path.senders],
        "verdict": path.verdict,
        "summary": summary(path),
        "first_blocker": blockers[0] if blockers else None,
        "blockers": blockers,
        "fixes": [_mend_values(mend) for mend in workshop.ready(path.mends, path.senders)],
        "several_interfaces": len(path.senders[0].carriers) > 1,
    }
    if include_hops:
        values["hops"] = [_passed_values(passed, path.lanes) for passed in path.hops]
        values["lanes"] = [_lane_values(lane) for lane in path.lanes]
    return values


def _passed_values(passed: Passed, lanes: Sequence[Lane]) -> Values:
    return {
        "number": passed.hop.number,
        "name": passed.hop.name,
        "title": passed.hop.title,
        "verdict": passed.verdict,
        "steps": [
            {**_step_values(step), "where": " ".join(_where(about, lanes)) or None if about else None}
            for step, about in passed.steps
        ],
    }


def _step_values(step: Step) -> Values:
    return {
        "hop": step.hop.name,
        "direction": step.direction,
        "verdict": step.verdict,
        "sentence": step.sentence,
        "evidence": [{"id": each.resource_id, "part": each.part or None} for each in step.evidence],
        "code": step.code or None,
        "action": step.action or None,
    }


def _lane_values(lane: Lane) -> Values:
    subnet = lane.place.subnet
    return {
        "node": lane.place.name,
        "subnet_id": subnet.subnet_id if subnet else None,
        "availability_zone": subnet.zone or None if subnet else None,
        "port": lane.port,
        "family": lane.family,
        "interface": lane.interface,
        "verdict": lane.verdict,
    }


def _mend_values(mend: Mend) -> Values:
    return {"sentence": mend.sentence, "command": mend.command or None, "task": mend.task}


def summary(path: Path) -> str:
    """Return the answer in one sentence, with the first reason for it."""
    who = _who(path.senders)
    cache = path.cache.name
    if path.verdict == REACHABLE:
        return f"{who} can reach {cache} on {_ports(path.cache.ports)}."
    if path.verdict == BLOCKED:
        more = len({step.hop for step in path.blockers}) - 1
        also = f" It is stopped at {more} more {'place' if more == 1 else 'places'}." if more else ""
        return f"{who} cannot reach {cache}: {_lowered(path.reason)}{also}"
    if path.verdict == PARTIAL:
        failing = [lane for lane in path.lanes if lane.verdict != OK]
        where = " ".join(_where(failing, path.lanes))
        part = f"only in part, not {where}" if where else "only in part"
        return f"{who} can reach {cache} {part}: {_lowered(path.reason)}"
    return f"Whether {who} can reach {cache} is not known: {_lowered(path.reason)}"


def _who(senders: Sequence[Sender]) -> str:
    names = first_of([str(sender) for sender in senders], _SHOWN)
    return names if len(senders) == 1 else f"Each of {names}"


def _where(some: Sequence[Lane], every: Sequence[Lane]) -> list[str]:
    """Return in what some lanes differ from the others: nodes, ports, and address families."""
    said = []
    for word, of in (("at", _node), ("on", _port), ("over", _family)):
        mine, all_of_them = (list(dict.fromkeys(of(lane) for lane in lanes)) for lanes in (some, every))
        if len(mine) < len(all_of_them):
            said.append(f"{word} {first_of(mine, _SHOWN)}")
    return said


def _node(lane: Lane) -> str:
    return lane.place.name


def _port(lane: Lane) -> str:
    return f"tcp/{lane.port}"


def _family(lane: Lane) -> str:
    return lane.family


def _ports(ports: Iterable[int]) -> str:
    return " and ".join(f"tcp/{port}" for port in ports)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
