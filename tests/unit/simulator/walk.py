# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Walk one packet to a cache, and its reply back, by brute force: every interface, node, address, port and way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.unit.simulator.world import (
    ACCOUNT,
    ANY,
    DUAL_STACK,
    IPV4,
    IPV6,
    SERVERLESS,
    TCP,
    Acl,
    Address,
    Attachment,
    Cache,
    Gateway,
    GatewayTable,
    Group,
    Instance,
    Interface,
    Node,
    Route,
    RouteTable,
    Rule,
    Subnet,
    World,
    named,
)

# How a walk, a lane or one place on the way comes out.
OK, PARTIAL, UNKNOWN, BLOCKED = "ok", "partial", "unknown", "blocked"
BEST_FIRST = (OK, PARTIAL, UNKNOWN, BLOCKED)
WORST_FIRST = (BLOCKED, UNKNOWN, PARTIAL, OK)

# What the whole says of an instance and a cache, where that is another word.
REACHABLE = "reachable"

SERVING = {"available", "modifying", "snapshotting"}
NOT_SERVING = {"creating", "create-failed", "deleting", "deleted", "incompatible-network", "restore-failed"}

EPHEMERAL, EPHEMERAL_ON_WINDOWS = (32768, 60999), (49152, 65535)


def verdict(world: World, instance: Instance, cache: Cache) -> str:
    """Whether the instance reaches the cache: reachable, partial, unknown or blocked."""
    return combined(lanes(world, instance, cache))


def combined(outcomes: list[str]) -> str:
    """What lanes come to together. Where one lane is partial, no other can make a whole of it."""
    seen = set(outcomes)
    if not seen or seen == {BLOCKED}:
        return BLOCKED
    if seen == {OK}:
        return REACHABLE
    if PARTIAL in seen or {OK, BLOCKED} <= seen:
        return PARTIAL
    return UNKNOWN


def lanes(world: World, instance: Instance, cache: Cache) -> list[str]:
    """How each lane (node, port, family) comes out: as from that interface of the instance from which it is best."""
    found = []
    for node in cache.nodes:
        for port in cache.ports:
            for version in (4, 6):
                addresses = addresses_of(world, cache, node, version)
                senders = [each for each in instance.interfaces if first(each.addresses, version)]
                if addresses and senders:
                    outcomes = [
                        in_any_case(walk(world, instance, sender, cache, node, port, address) for address in addresses)
                        for sender in senders
                    ]
                    found.append(best(outcomes))
    return found


def best(outcomes: Iterable[str]) -> str:
    """The best of them; none at all is as good as blocked."""
    seen = set(outcomes)
    for outcome in BEST_FIRST:
        if outcome in seen:
            return outcome
    return BLOCKED


def worst(outcomes: Iterable[str]) -> str:
    """The worst of them; where nothing is checked, nothing stops."""
    seen = set(outcomes)
    for outcome in WORST_FIRST:
        if outcome in seen:
            return outcome
    return OK


def in_any_case(outcomes: Iterable[str]) -> str:
    """What comes out whichever of the cases it is; nobody knows which, so where they differ, nobody knows."""
    seen = set(outcomes)
    return seen.pop() if len(seen) == 1 else UNKNOWN


# Addresses.


def first(addresses: tuple[Address, ...], version: int) -> Address | None:
    for address in addresses:
        if address.version == version:
            return address
    return None


def addresses_of(world: World, cache: Cache, node: Node, version: int) -> list[Address]:
    """The address at which the node is reached; every one that can make a difference, where it is not told."""
    if version not in {IPV4: (4,), IPV6: (6,), DUAL_STACK: (4, 6)}[cache.network_type]:
        return []
    if cache.kind != SERVERLESS:
        address = first(node.addresses, version)
        return [address] if address else []
    found: set[Address] = set()
    for own in named(world.subnets, node.subnet).cidrs:
        if own.version == version:
            # AWS keeps the first four and the last one for itself.
            lowest, highest = int(own[0]) + 4, int(own[-1]) - 1
            found |= {own[4], own[-2]}
            for edge in edges(world):
                # Only at the edge of some range can the answer change.
                if edge.version == version and lowest <= int(edge) <= highest:
                    found.add(edge)
    return sorted(found, key=int)


def edges(world: World) -> set[Address]:
    """The first address of every range that the world has, and the one after its last."""
    ranges = [cidr for vpc in world.vpcs for cidr in vpc.cidrs]
    ranges += [cidr for subnet in world.subnets for cidr in subnet.cidrs]
    ranges += [entry.cidr for acl in world.acls for entry in acl.entries]
    ranges += [route.to for table in world.tables for route in table.routes if not isinstance(route.to, str)]
    ranges += [route.to for table in world.gateway_tables for route in table.routes or ()]
    ranges += [rule.peer for group in world.groups for rule in group.rules if not isinstance(rule.peer, str)]
    ranges += [cidr for prefix_list in world.prefix_lists for cidr in prefix_list.entries or ()]
    found: set[Address] = set()
    for cidr in ranges:
        found.add(cidr[0])
        if int(cidr[-1]) + 1 < 2**cidr.max_prefixlen:
            found.add(cidr[-1] + 1)
    return found


# One walk.


def walk(
    world: World, instance: Instance, sender: Interface, cache: Cache, node: Node, port: int, address: Address
) -> str:
    """Whether a packet from this interface gets to this address and port of the node, and the reply gets back."""
    own = first(sender.addresses, address.version)
    assert own is not None
    here, there = named(world.subnets, sender.subnet), named(world.subnets, node.subnet)

    outcomes = []
    for out in ways(world, here, there, address):
        for back in ways(world, there, here, own):
            outcomes.append(
                worst(
                    [
                        cache_state(cache),
                        instance_state(instance),
                        out.certainty,
                        back.certainty,
                        let_out(world, sender, node, port, address, out),
                        let_in(world, sender, cache, node, port, own, out),
                        OK if passes(out, own, address, port) else BLOCKED,
                        answered(world, instance, back, address, own),
                    ]
                )
            )
    return in_any_case(outcomes)


def cache_state(cache: Cache) -> str:
    if cache.status in SERVING:
        return OK
    return BLOCKED if cache.status in NOT_SERVING else UNKNOWN


def instance_state(instance: Instance) -> str:
    return {"running": OK, "pending": UNKNOWN}.get(instance.state, BLOCKED)


# Security groups.


def let_out(world: World, sender: Interface, node: Node, port: int, address: Address, way: Way) -> str:
    """Whether a group of the sending interface lets the packet out to the node."""

    def is_peer(group: str) -> str:
        return worst([way.group_let_out, membership(node, group)])

    rules = [rule for group in sender.groups for rule in named(world.groups, group).rules if rule.egress]
    return admits(world, rules, port, address, is_peer)


def let_in(world: World, sender: Interface, cache: Cache, node: Node, port: int, own: Address, way: Way) -> str:
    """Whether a group of the node lets the packet in from the interface; one that is not in force only may."""

    def is_peer(group: str) -> str:
        works = way.group_let_in
        if way.is_gateway and cache.kind == SERVERLESS:
            works = BLOCKED
        return worst([works, OK if group in sender.groups else BLOCKED])

    outcomes = []
    for name, _status in node.groups:
        group: Group = named(world.groups, name)
        rules = [rule for rule in group.rules if not rule.egress]
        outcomes.append(worst([membership(node, name), admits(world, rules, port, own, is_peer)]))
    return best(outcomes)


def membership(node: Node, group: str) -> str:
    """Whether the node carries the group: unknown until the membership is active."""
    for name, status in node.groups:
        if name == group:
            return OK if status == "active" else UNKNOWN
    return BLOCKED


def admits(world: World, rules: list[Rule], port: int, address: Address, is_peer: Callable[[str], str]) -> str:
    """Whether one of the rules admits what goes to or comes from this address."""
    outcomes = []
    for rule in rules:
        if rule.protocol == TCP:
            assert rule.ports is not None
            covers = rule.ports[0] <= port <= rule.ports[1]
        else:
            covers = rule.protocol == ANY
        if not covers:
            continue
        if not isinstance(rule.peer, str):
            outcomes.append(OK if address in rule.peer else BLOCKED)
        elif rule.peer.startswith("pl-"):
            entries = named(world.prefix_lists, rule.peer).entries
            if entries is None:
                outcomes.append(UNKNOWN)
            else:
                outcomes.append(OK if any(address in entry for entry in entries) else BLOCKED)
        else:
            outcomes.append(is_peer(rule.peer))
    return best(outcomes)


# Network ACLs.


@dataclass(frozen=True)
class Checkpoint:
    """A network ACL that a packet passes, in the direction in which it does."""

    acl: Acl
    egress: bool


def acl_of(world: World, subnet: Subnet) -> Acl:
    (found,) = [acl for acl in world.acls if subnet.id in acl.subnets]
    return found


def leaving(world: World, subnet: Subnet) -> Checkpoint:
    return Checkpoint(acl_of(world, subnet), egress=True)


def entering(world: World, subnet: Subnet) -> Checkpoint:
    return Checkpoint(acl_of(world, subnet), egress=False)


def lets_through(checkpoint: Checkpoint, source: Address, destination: Address, port: int) -> bool:
    """Whether the first entry that matches, by number, allows this packet: out by its destination, in by its source."""
    other = destination if checkpoint.egress else source
    for entry in sorted(checkpoint.acl.entries, key=lambda each: each.number):
        if entry.egress != checkpoint.egress or other not in entry.cidr:
            continue
        if entry.protocol == ANY:
            return entry.allow
        if entry.protocol == TCP and (entry.ports is None or entry.ports[0] <= port <= entry.ports[1]):
            return entry.allow
    return False


def passes(way: Way, source: Address, destination: Address, port: int) -> bool:
    """Whether a packet to this port passes every ACL on its way."""
    return all(lets_through(checkpoint, source, destination, port) for checkpoint in way.checkpoints)


def answered(world: World, instance: Instance, way: Way, source: Address, destination: Address) -> str:
    """Whether replies pass every ACL on their way, to whichever port the instance has picked to dial from."""
    lowest, highest = EPHEMERAL_ON_WINDOWS if instance.windows else EPHEMERAL
    picked = {lowest, highest}
    for acl in world.acls:
        for entry in acl.entries:
            if entry.ports is not None:
                # Only where some range of ports begins, or has just ended, can the answer change.
                picked |= {port for port in (entry.ports[0], entry.ports[1] + 1) if lowest <= port <= highest}
    passed = [passes(way, source, destination, port) for port in picked]
    if all(passed):
        return OK
    return PARTIAL if any(passed) else BLOCKED


# Routes and links.


@dataclass(frozen=True)
class Way:
    """A way from subnet to subnet: whether it leads there, the ACLs on it, and whether groups can be named across it.

    Groups that a rule names count as peers where `group_let_out` and `group_let_in` are ok, and may where unknown.
    """

    certainty: str
    checkpoints: tuple[Checkpoint, ...]
    group_let_out: str
    group_let_in: str
    is_gateway: bool = False


def ways(world: World, here: Subnet, there: Subnet, destination: Address) -> list[Way]:
    """The ways that a packet to this address may take from one subnet to the other: mostly one, by the routes."""
    if here.id == there.id:
        return [Way(OK, (), OK, OK)]
    plain = (leaving(world, here), entering(world, there))
    target = next_hop(world, table_of(world, here), destination)
    if here.vpc == there.vpc:
        certainty = within_a_vpc(target)
        # A rule that names a group does not match what a middlebox passes on.
        groups = OK if target == "local" else UNKNOWN if target == UNKNOWN else BLOCKED
        return [Way(certainty, plain, groups, groups)]
    if target.startswith("tgw-"):
        return through_gateway(world, target, here, there, destination)
    certainty = between_vpcs(world, target, here, there, destination)
    # Whatever stands between but a peering, it is not across it that groups can be named.
    groups = certainty if target == UNKNOWN or target.startswith("pcx-") else BLOCKED
    return [Way(certainty, plain, groups, groups)]


def table_of(world: World, subnet: Subnet) -> RouteTable:
    for table in world.tables:
        if subnet.id in table.subnets:
            return table
    (found,) = [table for table in world.tables if table.vpc == subnet.vpc and table.main]
    return found


def next_hop(world: World, table: RouteTable, destination: Address) -> str:
    """The target of the route that is taken; BLOCKED where there is none, UNKNOWN where nobody can tell."""
    host = destination.max_prefixlen
    # Of routes as long as each other, one to a range goes first, then one to a prefix list, then a propagated one.
    matching: list[tuple[int, int, Route]] = []
    is_unsure = False
    for route in table.routes:
        if not isinstance(route.to, str):
            if destination in route.to:
                matching.append((route.to.prefixlen, 0 if route.propagated else 2, route))
            continue
        entries = named(world.prefix_lists, route.to).entries
        if entries is None:
            is_unsure = True
        for entry in entries or ():
            if destination in entry:
                matching.append((entry.prefixlen, 1, route))

    if any(route.target == "local" for _length, _rank, route in matching):
        # The local route comes before whatever was propagated, however exact that is.
        matching = [each for each in matching if not each[2].propagated]
    if is_unsure and (host, 2) not in [(length, rank) for length, rank, _route in matching]:
        return UNKNOWN
    if not matching:
        return BLOCKED
    top = max((length, rank) for length, rank, _route in matching)
    taken = [route for length, rank, route in matching if (length, rank) == top]
    if len({route.target for route in taken}) > 1:
        return UNKNOWN
    return BLOCKED if taken[0].blackhole else taken[0].target


def within_a_vpc(target: str) -> str:
    """Whether what goes to this target stays within the VPC."""
    if target == "local":
        return OK
    if target == BLOCKED or target.startswith(("pcx-", "tgw-", "igw-")):
        return BLOCKED
    return UNKNOWN


def between_vpcs(world: World, target: str, here: Subnet, there: Subnet, destination: Address) -> str:
    """Whether what goes to this target, which is no transit gateway, gets to the other VPC."""
    if target in (BLOCKED, "local"):
        return BLOCKED
    if target.startswith("igw-"):
        return BLOCKED if destination.version == 4 else UNKNOWN
    if target.startswith("pcx-"):
        for peering in world.peerings:
            if peering.id == target:
                joins = {peering.requester, peering.accepter} == {here.vpc, there.vpc}
                return OK if joins and peering.status == "active" else BLOCKED
    return UNKNOWN


def through_gateway(world: World, name: str, here: Subnet, there: Subnet, destination: Address) -> list[Way]:
    """The ways through a transit gateway: one for each subnet in which it may come out."""
    no_way = [Way(BLOCKED, (), BLOCKED, BLOCKED, is_gateway=True)]
    entry, leave = attachment_of(world, name, here.vpc), attachment_of(world, name, there.vpc)
    if entry is None or leave is None or entry.state != "available" or leave.state != "available":
        return no_way
    gateway: Gateway = named(world.gateways, name)
    onto = [named(world.subnets, subnet) for subnet in entry.subnets]
    onto = [subnet for subnet in onto if subnet.zone == here.zone]
    certainty = forwarded(world, gateway, entry, leave, destination)
    if not onto or certainty == BLOCKED:
        return no_way

    # Into the gateway: by the attachment's subnet in the sender's zone, which may be the sender's own.
    inwards = (leaving(world, here), entering(world, onto[0]))
    # Out of it: by the subnet in the sender's zone, or else by any, which may be the receiver's own.
    off = [named(world.subnets, subnet) for subnet in leave.subnets]
    off = [subnet for subnet in off if subnet.zone == here.zone] or off
    outwards: list[tuple[str, tuple[Checkpoint, ...]]] = [
        (OK, ())
        if subnet.id == there.id
        else (onward(world, subnet, destination), (leaving(world, subnet), entering(world, there)))
        for subnet in off
    ]
    references = gateway.referencing and entry.referencing and leave.referencing
    return [
        Way(worst([certainty, sent]), inwards + checks, BLOCKED, OK if references else BLOCKED, is_gateway=True)
        for sent, checks in outwards
    ]


def onward(world: World, subnet: Subnet, destination: Address) -> str:
    """Whether what gets off a gateway in this subnet goes straight on within the VPC, and not through a middlebox."""
    return OK if next_hop(world, table_of(world, subnet), destination) == "local" else UNKNOWN


def attachment_of(world: World, gateway: str, vpc: str) -> Attachment | None:
    for attachment in world.attachments:
        if attachment.gateway == gateway and attachment.vpc == vpc:
            return attachment
    return None


def forwarded(world: World, gateway: Gateway, entry: Attachment, leave: Attachment, destination: Address) -> str:
    """Whether the gateway sends what comes from the one attachment, for this address, to the other."""
    if gateway.owner != ACCOUNT:
        return UNKNOWN
    if entry.table is None:
        return BLOCKED
    table: GatewayTable = named(world.gateway_tables, entry.table)
    if table.routes is None:
        return UNKNOWN
    matching = [route for route in table.routes if destination in route.to]
    if not matching:
        return BLOCKED
    longest = max(matching, key=lambda route: route.to.prefixlen)
    return OK if longest.attachment == leave.id else BLOCKED


def all_verdicts(world: World) -> dict[tuple[str, str], str]:
    """The verdict for every instance and cache of the world."""
    return {
        (instance.id, cache.name): verdict(world, instance, cache)
        for instance in world.instances
        for cache in world.caches
    }
