# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Hops 5, 8 and 11: what the network ACLs on the way say, which see each direction for itself. Pure.

Within one subnet none is looked at. At the subnets of a transit gateway's attachments they are looked at as well:
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from itertools import chain, product

from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST, Decision, decide
from ansible_collections.elasticache.access.plugins.module_utils._actions import ACLS
from ansible_collections.elasticache.access.plugins.module_utils._mends import AclMend, open_acl
from ansible_collections.elasticache.access.plugins.module_utils._rules import range_text
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BLOCKED,
    CACHE_ACL,
    FORWARD,
    OK,
    PARTIAL,
    REPLY,
    REPLY_ACLS,
    SOURCE_ACL,
    SUBNET_ACL_RESTRICTION,
    UNKNOWN,
    Evidence,
    Step,
    in_a_row,
    whichever,
)

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._acls import Acl
    from ansible_collections.elasticache.access.plugins.module_utils._crossing import Crossing
    from ansible_collections.elasticache.access.plugins.module_utils._flows import End, Flow, Ports
    from ansible_collections.elasticache.access.plugins.module_utils._network import Network
    from ansible_collections.elasticache.access.plugins.module_utils._steps import Hop
    from ansible_collections.elasticache.access.plugins.module_utils._ways import Way

    # Ways of which one is taken, each with the looks that it takes.
    _Fork = list[list["_Look"]]

# The ports from which clients of any kind send; so many are to be let through where there is a choice.
ANY_CLIENT = (1024, 65535)


@dataclass(frozen=True)
class _Look:
    """One look at one ACL, V(None) where it is not known: what it does with packets between its subnet and C(other)."""

    subnet_id: str
    is_egress: bool
    other: End
    ports: Ports
    acl: Acl | None
    decisions: tuple[Decision, ...]


def _look(network: Network, subnet_id: str, is_egress: bool, other: End, ports: Ports) -> _Look:
    acl = network.acl_of_subnet(subnet_id)
    decisions = decide(acl.entries(is_egress), other.address, *ports) if acl else ()
    return _Look(subnet_id, is_egress, other, ports, acl, tuple(decisions))


def acl_steps(flow: Flow, way: Way, back: Way) -> list[Step]:
    """Return what the ACLs on the way to the node and back do."""
    if flow.is_within_subnet:
        said = f"Both are in {flow.node.subnet_id}, within which no network ACL is looked at."
        return [
            Step(SOURCE_ACL, OK, said),
            Step(CACHE_ACL, OK, said),
            Step(REPLY_ACLS, OK, said, direction=REPLY),
        ]
    port = (flow.port, flow.port)
    network = flow.network
    forward_out = _leaving(network, flow.source, flow.node, way.crossing, port)
    forward_in = _arriving(network, flow.source, flow.node, way.crossing, port)
    reply_out = _leaving(network, flow.node, flow.source, back.crossing, flow.reply_ports)
    reply_in = _arriving(network, flow.node, flow.source, back.crossing, flow.reply_ports)
    return [
        *_steps(flow, SOURCE_ACL, FORWARD, forward_out),
        *_steps(flow, CACHE_ACL, FORWARD, forward_in),
        *_reply_steps(flow, [*reply_out, *reply_in]),
    ]


def _reply_steps(flow: Flow, forks: Sequence[_Fork]) -> list[Step]:
    """Return a step per look at replies. A port has to pass all of them: together they can stop more than each."""
    steps = _steps(flow, REPLY_ACLS, REPLY, forks)
    together = whichever(_through(list(chain(*each))) for each in product(*forks))
    if in_a_row(step.verdict for step in steps) == together:
        return steps
    last = max(position for position, step in enumerate(steps) if step.verdict != OK)
    said = "No port passes all of these ACLs." if together == BLOCKED else "Which ports pass depends on its way."
    steps[last] = replace(steps[last], verdict=together, sentence=f"{steps[last].sentence} {said}")
    return steps


def _through(looks: Sequence[_Look]) -> str:
    """Return what becomes of replies that have to pass all of C(looks)."""
    every = [look.ports for look in looks[:1]]
    allowed = every
    for look in looks:
        if look.acl is not None:
            allowed = _in_both(
                allowed, [(each.first_port, each.last_port) for each in look.decisions if each.is_allowed]
            )
    if looks and not allowed:
        return BLOCKED
    if any(look.acl is None for look in looks):
        return UNKNOWN
    return OK if _count(allowed) == _count(every) else PARTIAL


def _in_both(some: Sequence[Ports], others: Sequence[Ports]) -> list[Ports]:
    """Return the ranges of ports that are in both."""
    pairs = [(max(one[0], other[0]), min(one[1], other[1])) for one in some for other in others]
    return [(first, last) for first, last in pairs if first <= last]


def _count(ranges: Sequence[Ports]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def _leaving(network: Network, sender: End, receiver: End, crossing: Crossing, ports: Ports) -> list[_Fork]:
    """Return the looks at what leaves the subnet of C(sender), and at what gets on a transit gateway."""
    if not sender.subnet:
        return []
    looks = [_look(network, sender.subnet_id, True, receiver, ports)]
    if crossing.entered_by:
        looks.append(_look(network, crossing.entered_by, False, sender, ports))
    return [[looks]]


def _arriving(network: Network, sender: End, receiver: End, crossing: Crossing, ports: Ports) -> list[_Fork]:
    """Return the looks at what gets off a transit gateway, and at what enters the subnet of C(receiver).

    What gets off in the very subnet is not looked at.
    """
    if not receiver.subnet:
        return []
    entering = _look(network, receiver.subnet_id, False, sender, ports)
    if not crossing.left_by:
        return [[[entering]]]
    return [
        [
            [] if subnet_id == receiver.subnet_id else [_look(network, subnet_id, True, receiver, ports), entering]
            for subnet_id in crossing.left_by
        ]
    ]


def _steps(flow: Flow, hop: Hop, direction: str, forks: Sequence[_Fork]) -> list[Step]:
    """Return a step per look. Of several ways at a fork only one is taken, and it is not known which."""
    tried = [[[_step(flow, hop, direction, look) for look in looks] for looks in fork] for fork in forks]
    steps = [step for fork in tried for step in _one_of(fork)]
    if steps:
        return steps
    if hop == SOURCE_ACL:
        said = "Whether anything stops it on its way out is not known: it is outside what was read."
        return [Step(hop, UNKNOWN, said)]
    said = "No network ACL is looked at: it gets off the transit gateway in the subnet itself."
    return [Step(hop, OK, said, direction=direction)]


def _one_of(ways: Sequence[list[Step]]) -> list[Step]:
    """Return the steps of one of several ways, which are in doubt where the ways come out differently."""
    verdicts = [in_a_row(step.verdict for step in steps) for steps in ways]
    worst = next((steps for verdict, steps in zip(verdicts, ways) if verdict != OK), ways[0])
    if len(set(verdicts)) == 1:
        return worst
    return [
        step
        if step.verdict == OK
        else replace(step, verdict=UNKNOWN, sentence=f"It may go another way, or this one: {step.sentence}", code="")
        for step in worst
    ]


def _step(flow: Flow, hop: Hop, direction: str, look: _Look) -> Step:
    acl, decisions = look.acl, look.decisions
    if acl is None:
        said = f"The network ACL of {look.subnet_id} could not be read."
        return Step(hop, UNKNOWN, said, action=flow.network.if_denied(ACLS), direction=direction)
    stopped = [each for each in decisions if not each.is_allowed]
    side = "out" if look.is_egress else "in"
    place = f"Network ACL {acl.acl_id} of {look.subnet_id}"
    if not stopped:
        parts = _evidence(acl, look, decisions)
        return Step(hop, OK, f"{place} lets tcp/{range_text(*look.ports)} {side}.", parts, direction=direction)
    is_all = len(stopped) == len(decisions)
    denied = " and ".join(range_text(each.first_port, each.last_port) for each in stopped)
    entries = " and ".join(dict.fromkeys(str(each.entry) if each.entry else "*" for each in stopped))
    through = "" if is_all else "; others pass"
    whose = "" if direction == FORWARD else " of replies"
    return Step(
        hop,
        BLOCKED if is_all else PARTIAL,
        f"{place} does not let tcp/{denied}{whose} {side} {'to' if look.is_egress else 'from'} {look.other.range} "
        f"(entry {entries}){through}.",
        _evidence(acl, look, stopped),
        SUBNET_ACL_RESTRICTION,
        mend=_mend(flow, acl, look, stopped, direction),
        direction=direction,
    )


def _mend(flow: Flow, acl: Acl, look: _Look, stopped: Sequence[Decision], direction: str) -> AclMend:
    """Return the entry that would let the packets pass, before the first one that denies them."""
    first, last = _run(flow.cache.ports, flow.port) if direction == FORWARD else look.ports
    below = min((each.entry.number if each.entry else LAST) for each in stopped)
    return open_acl(
        acl_id=acl.acl_id,
        is_egress=look.is_egress,
        cidr=look.other.range,
        first_port=first,
        last_port=last,
        below=below,
    )


def _run(ports: Sequence[int], port: int) -> Ports:
    """Return the run of neighbouring C(ports) that C(port) is in: one entry of an ACL can serve them all."""
    first = last = port
    while first - 1 in ports:
        first -= 1
    while last + 1 in ports:
        last += 1
    return first, last


def _evidence(acl: Acl, look: _Look, decisions: Sequence[Decision]) -> tuple[Evidence, ...]:
    side = "outbound" if look.is_egress else "inbound"
    entries = dict.fromkeys(str(each.entry) if each.entry else "*" for each in decisions)
    return tuple(Evidence(acl.acl_id, f"{side} entry {entry}") for entry in entries)
