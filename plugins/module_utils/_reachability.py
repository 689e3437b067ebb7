# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Network x sources x caches -> Path: whether the ones reach the others, hop by hop. Pure.

Sources that nothing in the network tells apart are looked at once. What routes and network ACLs do depends on subnets
and addresses alone, and is looked at once for all caches and groups.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.elasticache.access.plugins.module_utils._actions import INTERFACES
from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of
from ansible_collections.elasticache.access.plugins.module_utils._caches import ACTIVE, Membership
from ansible_collections.elasticache.access.plugins.module_utils._flows import End, Flow
from ansible_collections.elasticache.access.plugins.module_utils._found_paths import Lane, Path
from ansible_collections.elasticache.access.plugins.module_utils._grants import SERVERLESS
from ansible_collections.elasticache.access.plugins.module_utils._hops_of_acls import ANY_CLIENT, acl_steps
from ansible_collections.elasticache.access.plugins.module_utils._hops_of_ends import (
    address_family,
    cache_state,
    hidden_place,
    source_state,
)
from ansible_collections.elasticache.access.plugins.module_utils._hops_of_groups import (
    cache_egress,
    cache_ingress,
    public_connection,
    source_egress,
)
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    OK,
    UNKNOWN,
    Step,
    best,
    in_a_row,
)
from ansible_collections.elasticache.access.plugins.module_utils._ways import Way, way_back, way_to_cache

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Address
    from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
    from ansible_collections.elasticache.access.plugins.module_utils._flows import Ports
    from ansible_collections.elasticache.access.plugins.module_utils._network import Network
    from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver
    from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender

# The ports that clients send from: /proc/sys/net/ipv4/ip_local_port_range of Linux, and Windows since Vista. See
# https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
_LINUX = (32768, 60999)
_WINDOWS = (49152, 65535)


@dataclass(frozen=True)
class _Route:
    """What depends on subnets and addresses alone."""

    way: Way
    back: Way
    acls: tuple[Step, ...]


class Explainer:
    """Explains whether sources reach caches in one network."""

    def __init__(self, network: Network) -> None:
        """Take over the network. What was looked at once is kept."""
        self._network = network
        self._routes: dict[tuple[t.Any, ...], _Route] = {}
        self._egress: dict[tuple[t.Any, ...], Step] = {}
        self._ingress: dict[tuple[t.Any, ...], Step] = {}

    def explain(self, senders: Iterable[Sender], receivers: Iterable[Receiver]) -> Iterator[Path]:
        """Yield a path for every cache and every set of sources that nothing tells apart."""
        senders = list(senders)
        alike: dict[str | None, list[tuple[Sender, ...]]] = {}
        for receiver in receivers:
            vpc_id = receiver.vpc_id
            if vpc_id not in alike:
                alike[vpc_id] = self._alike([sender.seen_from(vpc_id) for sender in senders])
            for group in alike[vpc_id]:
                yield self._path(group, receiver)

    def _alike(self, senders: Sequence[Sender]) -> list[tuple[Sender, ...]]:
        groups: dict[tuple[t.Any, ...], list[Sender]] = {}
        for sender in senders:
            interfaces = tuple(self._kind_of(carrier) for carrier in sender.carriers)
            outside = sender.value if sender.is_outside else ""
            groups.setdefault((sender.kind, sender.state, sender.is_windows, interfaces, outside), []).append(sender)
        return [tuple(group) for group in groups.values()]

    def _kind_of(self, carrier: Carrier) -> tuple[t.Any, ...]:
        slices = tuple(self._network.slices.slice_of(address) for address in _first_of_each_family(carrier.addresses))
        return (carrier.subnet_id, carrier.group_ids, slices)

    def _path(self, senders: tuple[Sender, ...], receiver: Receiver) -> Path:
        sender = senders[0]
        states = (cache_state(receiver.cache), source_state(senders, self._network.denied))
        if receiver.cache.connection_type == "public":
            return Path(senders, receiver, (*states, public_connection()), ())
        ends = self._ends(sender)
        ours = sorted({end.bits for _position, end in ends})
        lanes: list[Lane] = []
        common: set[int] = set()
        for place in receiver.places:
            for bits in (each for each in receiver.families if each in ours):
                nodes = self._nodes(place, bits)
                if not nodes and not place.is_hidden:
                    continue
                common.add(bits)
                for port in receiver.cache.ports:
                    if place.is_hidden:
                        lanes.append(self._hidden_lane(place, port, bits))
                    else:
                        lanes.append(self._lane(receiver, place, port, nodes, ends, _reply_ports(sender)))
        return Path(senders, receiver, (*states, address_family(receiver, ours, sorted(common))), tuple(lanes))

    def _hidden_lane(self, place: Place, port: int, bits: int) -> Lane:
        return Lane(place, port, bits, 0, UNKNOWN, (hidden_place(place, self._network.denied),))

    def _ends(self, sender: Sender) -> list[tuple[int, End]]:
        """Return the ends that a sender can send from, with the positions of their interfaces."""
        if sender.is_outside:
            can_be_ours = bool(sender.candidates) or INTERFACES in self._network.denied
            return [(0, End(address_of(sender.value), None, None, can_be_ours))]
        return [
            (position, End(address, self._network.subnets[carrier.subnet_id], _memberships(carrier)))
            for position, carrier in enumerate(sender.carriers)
            for address in _first_of_each_family(carrier.addresses)
            if carrier.subnet_id in self._network.subnets
        ]

    def _nodes(self, place: Place, bits: int) -> list[End]:
        """Return the node as an end, once for each address between which something tells if it is not known which."""
        if place.addresses:
            known = [each for each in _first_of_each_family(place.addresses) if each[0] == bits]
            return [End(address, place.subnet, place.memberships) for address in known]
        return [
            End(address, subnet, place.memberships)
            for subnet in place.subnets
            for cidr in [subnet.cidr(bits)]
            for address in (self._network.slices.samples(cidr) if cidr else ())
        ]

    def _lane(
        self,
        receiver: Receiver,
        place: Place,
        port: int,
        nodes: Sequence[End],
        ends: Sequence[tuple[int, End]],
        reply_ports: Ports,
    ) -> Lane:
        bits = nodes[0].bits
        tried = []
        for position, end in ends:
            if end.bits != bits:
                continue
            flows = [Flow(self._network, receiver.cache, end, node, port, reply_ports) for node in nodes]
            verdict, steps = _whichever([self._steps(flow) for flow in flows], place)
            tried.append(Lane(place, port, bits, position, verdict, steps))
        wanted = best(lane.verdict for lane in tried)
        fitting = [lane for lane in tried if lane.verdict == wanted]
        return min(fitting, key=lambda lane: sum(step.verdict != OK for step in lane.steps))

    def _steps(self, flow: Flow) -> tuple[Step, ...]:
        route = self._route(flow)
        return (
            self._source_egress(flow, route.way),
            *(step for step in route.acls if step.hop.number < 6),
            route.way.route,
            *dict.fromkeys([*_links(route.way), *_links(route.back)]),
            *(step for step in route.acls if step.hop.number > 6),
            self._cache_ingress(flow, route.way),
            cache_egress(),
            route.back.route,
        )

    def _route(self, flow: Flow) -> _Route:
        slice_of = self._network.slices.slice_of
        key = (
            flow.source.subnet_id or flow.source.address,
            slice_of(flow.source.address),
            flow.node.subnet_id,
            slice_of(flow.node.address),
            flow.port,
            flow.reply_ports,
            flow.cache.ports,
            flow.cache.kind == SERVERLESS,
        )
        if key not in self._routes:
            way, back = way_to_cache(flow), way_back(flow)
            self._routes[key] = _Route(way, back, tuple(acl_steps(flow, way, back)))
        return self._routes[key]

    def _source_egress(self, flow: Flow, way: Way) -> Step:
        key = (
            flow.source.memberships,
            flow.node.memberships,
            self._network.slices.slice_of(flow.node.address),
            flow.node.subnet_id,
            flow.port,
            flow.cache.ports,
            way.references_out,
        )
        if key not in self._egress:
            self._egress[key] = source_egress(flow, way)
        return self._egress[key]

    def _cache_ingress(self, flow: Flow, way: Way) -> Step:
        key = (
            flow.cache.identity,
            flow.node.memberships,
            flow.port,
            flow.source.memberships,
            flow.source.can_be_ours,
            self._network.slices.slice_of(flow.source.address),
            way.references_in,
            way.why_no_references,
        )
        if key not in self._ingress:
            self._ingress[key] = cache_ingress(flow, way)
        return self._ingress[key]


def _links(way: Way) -> list[Step]:
    return [way.link, *way.more_links]


def _whichever(tried: Sequence[tuple[Step, ...]], place: Place) -> tuple[str, tuple[Step, ...]]:
    """Return the verdict and the steps where the node has one of several addresses, and it is not known which."""
    verdicts = [in_a_row(step.verdict for step in steps) for steps in tried]
    if len(set(verdicts)) == 1:
        return verdicts[0], tried[0]
    steps = tried[next(position for position, verdict in enumerate(verdicts) if verdict != OK)]
    where = " and ".join(subnet.subnet_id for subnet in place.subnets)
    doubt = f"For some addresses of {where}, and which one it has is not known: "
    return UNKNOWN, tuple(
        step if step.verdict == OK else replace(step, verdict=UNKNOWN, sentence=f"{doubt}{step.sentence}", mend=None)
        for step in steps
    )


def _first_of_each_family(addresses: Iterable[str]) -> list[Address]:
    first: dict[int, Address] = {}
    for text in addresses:
        address = address_of(text)
        first.setdefault(address[0], address)
    return list(first.values())


def _memberships(carrier: Carrier) -> tuple[Membership, ...]:
    return tuple(Membership(group_id, ACTIVE) for group_id in carrier.group_ids)


def _reply_ports(sender: Sender) -> Ports:
    if sender.is_windows is None:
        return ANY_CLIENT
    return _WINDOWS if sender.is_windows else _LINUX
