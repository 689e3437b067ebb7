# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Small estates in which things nearly work: one that does, then a few changes at random, or everything at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from itertools import combinations
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.unit.simulator.world import (
    ACCOUNT,
    ANY,
    DUAL_STACK,
    IPV4,
    IPV6,
    REPLICATION_GROUP,
    SERVERLESS,
    STRANGER,
    TCP,
    UDP,
    Acl,
    Address,
    Attachment,
    Cache,
    Entry,
    Gateway,
    GatewayRoute,
    GatewayTable,
    Group,
    Instance,
    Interface,
    Network,
    Node,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    Rule,
    Subnet,
    Vpc,
    World,
    changed,
    named,
)

Value = TypeVar("Value")
Change = Callable[[st.DrawFn, World], World]

# Few subnets are in the third: what comes from there may leave a transit gateway in one of two others.
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
EVERYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
INSIDE: tuple[Network, ...] = (ip_network("10.0.0.0/8"), ip_network("100.64.0.0/10"), ip_network("2001:db8::/32"))
OUTSIDE: tuple[Network, ...] = (ip_network("192.168.0.0/16"), ip_network("2001:db8:ffff::/48"))

EPHEMERAL_SPANS = ((1024, 65535), (32768, 60999), (49152, 65535), (32768, 49151), (45000, 55000))
PORTS = (6379, 6390)
SERVERLESS_PORTS = ((6379, 6380), (11211, 11212))
SERVICE_SPANS = ((6379, 6379), (6379, 6380), (6379, 6390), (11211, 11211), (11211, 11212), (6000, 12000))
SPANS = (*SERVICE_SPANS, *SERVICE_SPANS, *EPHEMERAL_SPANS, (0, 65535), (22, 22))

# A status that the documentation does not have.
UNHEARD_OF = "unheard-of"
STATUSES = (
    *("available", "modifying", "snapshotting", "rebooting cluster nodes", "creating", "deleting", "deleted"),
    *("incompatible-network", "restore-failed", "create-failed", UNHEARD_OF),
)
STATES = ("running", "pending", "stopping", "stopped", "shutting-down", "terminated")
PEERING_STATES = ("active", "pending-acceptance", "provisioning", "expired", "rejected", "deleted")
ATTACHMENT_STATES = ("available", "pending", "modifying", "failing", "deleting", "deleted")

# A VPC that is in no answer, and a peering that is not.
FAR_VPC = "vpc-00000000000000fff"
UNTOLD_PEERING = "pcx-00000000000000fff"
ELSEWHERE = ("igw", "nat", "eni", "vpce", "vgw", "eigw", "lgw")


def made(prefix: str, number: int) -> str:
    """An id of the length that AWS's have."""
    return f"{prefix}-{number:017x}"


def of(draw: st.DrawFn, values: tuple[Value, ...] | list[Value]) -> Value:
    return draw(st.sampled_from(values))


def seldom(draw: st.DrawFn, one_in: int = 4) -> bool:
    """True once in so many times; a value that shrinks goes to False."""
    return draw(st.integers(0, one_in - 1)) == one_in - 1


# An estate in which, mostly, everything is reachable.


@st.composite
def working(draw: st.DrawFn) -> World:
    """Up to three VPCs, all linked; instances and caches in them, and rules, ACLs and routes that let them meet."""
    vpcs = _vpcs(draw)
    subnets = tuple(subnet for number in range(len(vpcs)) for subnet in _subnets(draw, number, vpcs[number]))
    world = World(vpcs, subnets, acls=(), tables=(), groups=(), instances=(), caches=())
    world = replace(world, prefix_lists=_prefix_lists(world))
    world = _linked(draw, world)
    world = replace(world, acls=tuple(acl for vpc in vpcs for acl in _acls(draw, world, vpc)))
    world = replace(world, groups=_groups(draw, world))
    instances = tuple(_instance(draw, world, number) for number in range(draw(st.integers(1, 2))))
    caches = tuple(_cache(draw, world, number) for number in range(draw(st.integers(1, 2))))
    return replace(world, instances=instances, caches=caches)


def _vpcs(draw: st.DrawFn) -> tuple[Vpc, ...]:
    """Up to three of them: the third may have the range of the second, the first may have one more."""
    vpcs = []
    for number in range(of(draw, (2, 1, 2, 3))):
        block = 1 if number == 2 and seldom(draw) else number
        cidrs = [f"10.{block}.0.0/16", f"2001:db8:0:{number}00::/56"]
        if number == 0 and seldom(draw):
            cidrs.append("100.64.0.0/16")
        vpcs.append(Vpc(made("vpc", number + 1), tuple(ip_network(cidr) for cidr in cidrs)))
    return tuple(vpcs)


def _subnets(draw: st.DrawFn, number: int, vpc: Vpc) -> list[Subnet]:
    subnets = []
    count = of(draw, (2, 1, 2, 3, 3, 3))
    for index in range(count):
        # The range of a VPC that was added later holds the subnet that was added last.
        is_later = len(vpc.cidrs) == 3 and index == count - 1
        cidrs = [
            ip_network((int(vpc.cidrs[2 if is_later else 0][0]) + (index << 8), 24)),
            ip_network((int(vpc.cidrs[1][0]) + (index << 64), 64)),
        ]
        zone = ZONES[index] if index < 2 else of(draw, (*ZONES, ZONES[2]))
        dual = tuple(cidrs) if not seldom(draw, 6) else (cidrs[0],)
        subnets.append(Subnet(made("subnet", 16 * (number + 1) + index), vpc.id, zone, dual))
    return subnets


def _prefix_lists(world: World) -> tuple[PrefixList, ...]:
    """One list for every VPC, which has its ranges, and one for all of them."""
    lists = [PrefixList(made("pl", number), vpc.cidrs) for number, vpc in enumerate(world.vpcs, 1)]
    return (PrefixList(made("pl", 16), INSIDE), *lists)


def _linked(draw: st.DrawFn, world: World) -> World:
    """Every two VPCs by one or two links, everything routed over one of them, each way by itself."""
    gateways = tuple(
        Gateway(made("tgw", number), referencing=not seldom(draw)) for number in range(1, of(draw, (2, 2, 3)))
    )
    peerings: list[Peering] = []
    links: dict[frozenset[str], list[str]] = {}
    for number, (one, other) in enumerate(combinations(world.vpcs, 2), 1):
        peering = Peering(made("pcx", number), *draw(st.permutations([one.id, other.id])))
        offered = [peering.id, *(gateway.id for gateway in gateways)]
        chosen = draw(st.lists(st.sampled_from(offered), min_size=1, max_size=2, unique=True))
        links[frozenset((one.id, other.id))] = chosen
        if peering.id in chosen:
            peerings.append(peering)
    if seldom(draw):
        peerings.append(Peering(made("pcx", 64), world.vpcs[0].id, FAR_VPC))

    used = tuple(gateway for gateway in gateways if any(gateway.id in chosen for chosen in links.values()))
    world = replace(world, peerings=tuple(peerings), gateways=used)
    for gateway in used:
        world = _attached(draw, world, gateway)
    tables = [table for vpc in world.vpcs for table in _tables(draw, world, vpc, links)]
    return replace(world, tables=tuple(tables))


def _attached(draw: st.DrawFn, world: World, gateway: Gateway) -> World:
    """Every VPC attached to the gateway by a subnet in each of its zones; one route table there, or one for each."""
    attachments: list[Attachment] = []
    is_one = not seldom(draw)
    ids = [made("tgw-rtb", int(gateway.id[-2:], 16) * 16 + number) for number in range(len(world.vpcs))]
    for number, vpc in enumerate(world.vpcs):
        own = [subnet for subnet in world.subnets if subnet.vpc == vpc.id]
        zones = sorted({subnet.zone for subnet in own})
        chosen = tuple(of(draw, [subnet.id for subnet in own if subnet.zone == zone]) for zone in zones)
        attachments.append(
            Attachment(
                id=made("tgw-attach", int(gateway.id[-2:], 16) * 16 + number),
                gateway=gateway.id,
                vpc=vpc.id,
                subnets=chosen,
                table=ids[0 if is_one else number],
                referencing=not seldom(draw, 6),
            )
        )
    # One route to a range, though two VPCs may have it.
    routes = {cidr: each.id for each in attachments for cidr in named(world.vpcs, each.vpc).cidrs}
    tables = [
        GatewayTable(table, gateway.id, tuple(GatewayRoute(to, attachment) for to, attachment in routes.items()))
        for table in ids[: 1 if is_one else None]
    ]
    return replace(
        world,
        attachments=(*world.attachments, *attachments),
        gateway_tables=(*world.gateway_tables, *tables),
    )


def _tables(draw: st.DrawFn, world: World, vpc: Vpc, links: dict[frozenset[str], list[str]]) -> list[RouteTable]:
    """The main table of a VPC, and perhaps one that some of its subnets are associated with."""
    own = [subnet.id for subnet in world.subnets if subnet.vpc == vpc.id]
    apart = tuple(subnet for subnet in own if seldom(draw))
    number = _number_in_vpc(world, vpc.id)
    tables = [RouteTable(made("rtb", number), vpc.id, (), main=True)]
    if apart:
        tables.append(RouteTable(made("rtb", number + 1), vpc.id, (), subnets=apart))
    found = []
    for table in tables:
        routes = {cidr: Route(cidr, "local") for cidr in vpc.cidrs}
        by_list = []
        for other in world.vpcs:
            if other.id == vpc.id:
                continue
            link = of(draw, links[frozenset((vpc.id, other.id))])
            if seldom(draw):
                by_list.append(Route(made("pl", world.vpcs.index(other) + 1), link))
            else:
                routes |= {cidr: Route(cidr, link) for cidr in other.cidrs if cidr not in routes}
        if seldom(draw, 2):
            routes |= {cidr: Route(cidr, made(of(draw, ("igw", "nat")), number)) for cidr in EVERYWHERE}
        found.append(replace(table, routes=(*routes.values(), *by_list)))
    return found


def _acls(draw: st.DrawFn, world: World, vpc: Vpc) -> list[Acl]:
    """The VPC's default ACL, which allows everything, and for some of its subnets one that allows what is needed."""
    number = _number_in_vpc(world, vpc.id)
    own = [subnet.id for subnet in world.subnets if subnet.vpc == vpc.id]
    careful = tuple(subnet for subnet in own if seldom(draw))
    others = tuple(subnet for subnet in own if subnet not in careful)
    acls = [Acl(made("acl", number), vpc.id, others, _allowed([(ANY, None)], EVERYWHERE), is_default=True)]
    if careful:
        wanted: list[tuple[str, tuple[int, int] | None]] = [(TCP, (6379, 6390)), (TCP, (11211, 11212))]
        wanted.append((TCP, of(draw, EPHEMERAL_SPANS[:1] * 2 + EPHEMERAL_SPANS[:3])))
        acls.append(Acl(made("acl", number + 1), vpc.id, careful, _allowed(wanted, INSIDE)))
    return acls


def _allowed(wanted: list[tuple[str, tuple[int, int] | None]], cidrs: tuple[Network, ...]) -> tuple[Entry, ...]:
    """Entries that allow this in both directions, numbered from 100 so that there is room before them."""
    entries = []
    for egress in (False, True):
        pairs = [(protocol, ports, cidr) for cidr in cidrs for protocol, ports in wanted]
        for number, (protocol, ports, cidr) in enumerate(pairs):
            entries.append(Entry(100 + number, egress, protocol, ports, cidr, allow=True))
    return tuple(entries)


def app_group(number: int) -> str:
    return made("sg", 16 * number + 1)


def cache_group(number: int) -> str:
    return made("sg", 16 * number + 2)


def spare_group(number: int) -> str:
    return made("sg", 16 * number + 3)


def _groups(draw: st.DrawFn, world: World) -> tuple[Group, ...]:
    """In every VPC a group for its instances, one for its caches, and one that lets nothing through."""
    numbers = range(1, len(world.vpcs) + 1)
    groups = []
    for number, vpc in enumerate(world.vpcs, 1):
        spans: tuple[tuple[str, tuple[int, int] | None], ...] = ((TCP, (6379, 12000)), (TCP, (0, 65535)), (ANY, None))
        peers_out: list[list[Network | str]] = [
            list(EVERYWHERE),
            list(INSIDE),
            [made("pl", 16)],
            [*(cache_group(each) for each in numbers), *of(draw, (INSIDE, ()))],
        ]
        peers_in: list[list[Network | str]] = [
            list(INSIDE),
            [cidr for each in world.vpcs for cidr in each.cidrs],
            [made("pl", 16)],
            [app_group(each) for each in numbers],
        ]
        out = _rules(of(draw, peers_out), of(draw, spans), egress=True)
        into = _rules(of(draw, peers_in), of(draw, spans), egress=False)
        groups += [
            Group(app_group(number), vpc.id, out),
            Group(cache_group(number), vpc.id, into),
            Group(spare_group(number), vpc.id, ()),
        ]
    return tuple(groups)


def _rules(peers: list[Network | str], span: tuple[str, tuple[int, int] | None], *, egress: bool) -> tuple[Rule, ...]:
    return tuple(Rule(egress, *span, peer) for peer in dict.fromkeys(peers))


def _vpc_number(world: World, subnet: Subnet) -> int:
    return [vpc.id for vpc in world.vpcs].index(subnet.vpc) + 1


def _number_in_vpc(world: World, vpc: str) -> int:
    """The number that begins those of all things in this VPC."""
    return 16 * ([each.id for each in world.vpcs].index(vpc) + 1)


def _addresses(draw: st.DrawFn, subnet: Subnet, host: int, *, dual: bool) -> tuple[Address, ...]:
    """An address of each family that the subnet has, which hosts in its middle and in both its halves get."""
    addresses: list[Address] = []
    for cidr in subnet.cidrs:
        offset = of(draw, (host, 128 + host))
        if cidr.version == 4 or dual:
            addresses.append(cidr[offset])
            if seldom(draw, 8):
                addresses.append(cidr[offset + 64])
    return tuple(addresses)


def _instance(draw: st.DrawFn, world: World, number: int) -> Instance:
    """An instance with one or two interfaces, as a rule in one VPC."""
    interfaces = []
    # Mostly in the first VPC, as caches are mostly in the last.
    near = [subnet for subnet in world.subnets if subnet.vpc == world.vpcs[0].id]
    home = of(draw, [*near, *near, *world.subnets])
    for index in range(2 if seldom(draw) else 1):
        same = [subnet for subnet in world.subnets if subnet.vpc == home.vpc]
        subnet = home if index == 0 else of(draw, same if not seldom(draw) else list(world.subnets))
        groups: tuple[str, ...] = (app_group(_vpc_number(world, subnet)),)
        if seldom(draw):
            groups = (*groups, spare_group(_vpc_number(world, subnet)))
        addresses = _addresses(draw, subnet, 10 + 2 * number + index, dual=not seldom(draw))
        interfaces.append(Interface(made("eni", 16 * number + index + 1), subnet.id, addresses, groups))
    return Instance(made("i", number + 1), tuple(interfaces), windows=seldom(draw))


def _cache(draw: st.DrawFn, world: World, number: int) -> Cache:
    """A replication group or a serverless cache, all of it in one VPC."""
    vpc = of(draw, [world.vpcs[-1], *reversed(world.vpcs)])
    own = [subnet for subnet in world.subnets if subnet.vpc == vpc.id]
    is_serverless = seldom(draw)
    count = of(draw, (2, 1, 2, 3))
    chosen = draw(st.lists(st.sampled_from(own), min_size=1, max_size=count, unique=is_serverless))
    group = cache_group(_vpc_number(world, chosen[0]))
    groups = ((group, "active"), (spare_group(_vpc_number(world, chosen[0])), "active"))[: 2 if seldom(draw) else 1]
    network_type = IPV4
    if all(len(subnet.cidrs) == 2 for subnet in chosen):
        network_type = of(draw, (DUAL_STACK, IPV4, DUAL_STACK, DUAL_STACK, IPV6))
    name = f"cache-{number}"
    nodes = [
        Node(
            id=f"{name}-{index:03}",
            subnet=subnet.id,
            addresses=() if is_serverless else _addresses(draw, subnet, 20 + 2 * number + index, dual=True),
            groups=groups,
        )
        for index, subnet in enumerate(chosen, 1)
    ]
    kind = SERVERLESS if is_serverless else REPLICATION_GROUP
    ports = of(draw, SERVERLESS_PORTS) if is_serverless else (of(draw, PORTS),)
    return Cache(name, kind, ports, tuple(nodes), network_type=network_type)


# What chance puts in.


def ranges(world: World) -> list[Network]:
    """Ranges that meet: everywhere, VPCs, subnets, halves of them, and single hosts."""
    hosts = [address for instance in world.instances for each in instance.interfaces for address in each.addresses]
    hosts += [address for cache in world.caches for node in cache.nodes for address in node.addresses]
    found = [*EVERYWHERE, *INSIDE, *OUTSIDE, *(cidr for vpc in world.vpcs for cidr in vpc.cidrs)]
    for subnet in world.subnets:
        for cidr in subnet.cidrs:
            found += [cidr, *cidr.subnets()]
    found += [ip_network(address) for address in hosts]
    return list(dict.fromkeys(found))


def any_entries(draw: st.DrawFn, world: World) -> tuple[Entry, ...]:
    """One to five entries in each direction, more of them allowing than denying."""
    entries = []
    for egress in (False, True):
        numbers = draw(st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True))
        entries += [any_entry(draw, world, 10 * number, egress=egress) for number in numbers]
    return tuple(entries)


def any_entry(draw: st.DrawFn, world: World, number: int, *, egress: bool) -> Entry:
    protocol = of(draw, (TCP, TCP, TCP, ANY, UDP))
    ports = None if protocol == ANY else of(draw, SPANS)
    # Half of them are about a wide range: what is about one host alone seldom matters.
    cidr = of(draw, ranges(world) if draw(st.booleans()) else [*EVERYWHERE, *INSIDE])
    return Entry(number, egress, protocol, ports, cidr, allow=not seldom(draw, 3))


def any_rules(draw: st.DrawFn, world: World, vpc: str, *, egress: bool) -> tuple[Rule, ...]:
    """Up to four rules in one direction; no two of a group are the same."""
    names: list[Network | str] = [group.id for group in world.groups]
    names += [each.id for each in world.prefix_lists]
    near: list[Network | str] = [group.id for group in world.groups if group.vpc == vpc]
    pools: list[list[Network | str]] = [list(ranges(world)), list(INSIDE), names, near]
    rules = []
    for _time in range(draw(st.integers(0, 4))):
        protocol = of(draw, (TCP, TCP, TCP, TCP, ANY, UDP))
        ports = None if protocol == ANY else of(draw, (*SERVICE_SPANS, (0, 65535), (22, 22)))
        peers: list[Network | str] = of(draw, pools)
        rules.append(Rule(egress, protocol, ports, of(draw, peers)))
    return tuple(dict.fromkeys(rules))


def any_target(draw: st.DrawFn, world: World, vpc: str) -> str:
    number = _number_in_vpc(world, vpc)
    known = [peering.id for peering in world.peerings] + [gateway.id for gateway in world.gateways]
    others = [UNTOLD_PEERING, *(made(kind, number) for kind in ELSEWHERE)]
    is_known = bool(known) and draw(st.booleans())
    return of(draw, known if is_known else others)


def with_route(table: RouteTable, route: Route) -> RouteTable:
    """The table with one more route, which replaces the one to the same place; a target is gone for all routes."""
    gone = {each.blackhole for each in table.routes if each.target == route.target}
    route = replace(route, blackhole=route.blackhole if not gone else True in gone)
    others = [each for each in table.routes if (each.to, each.propagated) != (route.to, route.propagated)]
    return replace(table, routes=(*others, route))


# Changes to an estate.


def _status(draw: st.DrawFn, world: World) -> World:
    cache = of(draw, world.caches)
    return _with_cache(world, cache, status=of(draw, STATUSES))


def _with_cache(world: World, cache: Cache, **facts: Any) -> World:
    return replace(
        world, caches=tuple(replace(each, **facts) if each.name == cache.name else each for each in world.caches)
    )


def _network_type(draw: st.DrawFn, world: World) -> World:
    return _with_cache(world, of(draw, world.caches), network_type=of(draw, (IPV4, DUAL_STACK, IPV6)))


def _membership(draw: st.DrawFn, world: World) -> World:
    """A node carries a group that is not in force yet, or not any more, or another one."""
    cache = of(draw, world.caches)
    if cache.kind == SERVERLESS:
        vpc = _vpc_number(world, named(world.subnets, cache.nodes[0].subnet))
        only = of(draw, (cache_group(vpc), spare_group(vpc), app_group(vpc)))
        nodes = tuple(replace(node, groups=((only, "active"),)) for node in cache.nodes)
        return _with_cache(world, cache, nodes=nodes)
    node = of(draw, cache.nodes)
    vpc = _vpc_number(world, named(world.subnets, node.subnet))
    names = draw(
        st.lists(
            st.sampled_from((cache_group(vpc), spare_group(vpc), app_group(vpc))), unique=True, min_size=1, max_size=2
        )
    )
    groups = tuple((name, of(draw, ("active", "adding", "removing"))) for name in names)
    return _with_cache(world, cache, nodes=changed(cache.nodes, node.id, groups=groups))


def _node_addresses(draw: st.DrawFn, world: World) -> World:
    """A node has no address of one family."""
    cache = of(draw, world.caches)
    node = of(draw, cache.nodes)
    version = of(draw, (4, 6))
    addresses = tuple(address for address in node.addresses if address.version != version)
    # There is no interface without any.
    return _with_cache(world, cache, nodes=changed(cache.nodes, node.id, addresses=addresses or node.addresses))


def _instance_state(draw: st.DrawFn, world: World) -> World:
    """Another state; one that is terminated has no interfaces any more."""
    instance, state = of(draw, world.instances), of(draw, STATES)
    facts = {"state": state, "interfaces": () if state == "terminated" else instance.interfaces}
    return replace(world, instances=changed(world.instances, instance.id, **facts))


def _interface(draw: st.DrawFn, world: World) -> World:
    """An interface has no address of one family, or carries other groups."""
    instance = of(draw, world.instances)
    if not instance.interfaces:
        return world
    interface = of(draw, instance.interfaces)
    vpc = _vpc_number(world, named(world.subnets, interface.subnet))
    facts: dict[str, Any] = {}
    if draw(st.booleans()):
        version = of(draw, (4, 6))
        addresses = tuple(address for address in interface.addresses if address.version != version)
        facts["addresses"] = addresses or interface.addresses
    else:
        facts["groups"] = (of(draw, (spare_group(vpc), cache_group(vpc))),)
    interfaces = changed(instance.interfaces, interface.id, **facts)
    return replace(world, instances=changed(world.instances, instance.id, interfaces=interfaces))


def _windows(draw: st.DrawFn, world: World) -> World:
    instance = of(draw, world.instances)
    return replace(world, instances=changed(world.instances, instance.id, windows=not instance.windows))


def _own_acl(draw: st.DrawFn, world: World) -> World:
    """A subnet gets an ACL of its own."""
    return _with_own_acl(draw, world, named(world.subnets, of(draw, _ends(world))))


def _with_own_acl(draw: st.DrawFn, world: World, subnet: Subnet) -> World:
    others = [
        replace(acl, subnets=tuple(each for each in acl.subnets if each != subnet.id))
        for acl in world.acls
        if acl.subnets != (subnet.id,) or acl.is_default
    ]
    own = Acl(made("acl", 4096 + int(subnet.id[-4:], 16)), subnet.vpc, (subnet.id,), any_entries(draw, world))
    return replace(world, acls=(*others, own))


def _entry(draw: st.DrawFn, world: World) -> World:
    """An ACL gets one more entry, which mostly goes before the others, or another one in place of one."""
    acl = of(draw, world.acls)
    number, egress = of(draw, (5, 50, 101)), draw(st.booleans())
    return _with_entry(world, acl, any_entry(draw, world, number, egress=egress))


def _ephemeral(draw: st.DrawFn, world: World) -> World:
    """An ACL on somebody's way denies some of the ports that replies go to."""
    acl = _acl_of(world, of(draw, _ends(world)))
    cidr = of(draw, [*EVERYWHERE, *INSIDE])
    return _denied(world, acl, of(draw, EPHEMERAL_SPANS), cidr, egress=draw(st.booleans()))


def _two_halves(draw: st.DrawFn, world: World) -> World:
    """One ACL on the way of a reply denies some of the ports that it goes to, another one mostly all others."""
    instance, cache = of(draw, world.instances), of(draw, world.caches)
    if not instance.interfaces:
        return world
    split = of(draw, (45000, 49152, 55000))
    spans = draw(st.permutations([(1024, split - 1), (split, of(draw, (60999, 65535, 60000)))]))
    cidr = of(draw, (*EVERYWHERE, EVERYWHERE[0]))
    world = _denied(world, _acl_of(world, of(draw, cache.nodes).subnet), spans[0], cidr, egress=True)
    return _denied(world, _acl_of(world, of(draw, instance.interfaces).subnet), spans[1], cidr, egress=False)


def _fork(draw: st.DrawFn, world: World) -> World:
    """What comes from an instance may leave a transit gateway in any of the other zones, where ACLs may differ."""
    senders = [interface.subnet for instance in world.instances for interface in instance.interfaces]
    if not senders or not world.attachments:
        return world
    here = named(world.subnets, of(draw, senders))
    others = [each for each in world.attachments if each.vpc != here.vpc]
    if not others:
        return world
    attachment = of(draw, others)
    own = [subnet for subnet in world.subnets if subnet.vpc == attachment.vpc and subnet.zone != here.zone]
    by_zone = {subnet.zone: subnet for subnet in own}
    if len(by_zone) < 2:
        return world
    subnets = tuple(subnet.id for subnet in by_zone.values())
    world = replace(world, attachments=changed(world.attachments, attachment.id, subnets=subnets))
    return _with_own_acl(draw, world, of(draw, list(by_zone.values())))


def _denied(world: World, acl: Acl, ports: tuple[int, int], cidr: Network, *, egress: bool) -> World:
    """The ACL denies these ports in this direction, before nearly everything else."""
    (free, *_more) = [number for number in (6, 7, 8, 9) if (number, egress) not in _numbers(acl)] or [6]
    entry = Entry(free, egress, TCP, ports, cidr, allow=False)
    return _with_entry(world, acl, entry)


def _numbers(acl: Acl) -> set[tuple[int, bool]]:
    return {(entry.number, entry.egress) for entry in acl.entries}


def _with_entry(world: World, acl: Acl, entry: Entry) -> World:
    """The world with this entry in the ACL, in place of one of the same number."""
    others = [each for each in acl.entries if (each.number, each.egress) != (entry.number, entry.egress)]
    return replace(world, acls=changed(world.acls, acl.id, entries=(*others, entry)))


def _ends(world: World) -> list[str]:
    """The subnets in which interfaces of instances, nodes and attachments are."""
    found = [interface.subnet for instance in world.instances for interface in instance.interfaces]
    found += [node.subnet for cache in world.caches for node in cache.nodes]
    return found + [subnet for attachment in world.attachments for subnet in attachment.subnets]


def _acl_of(world: World, subnet: str) -> Acl:
    (found,) = [acl for acl in world.acls if subnet in acl.subnets]
    return found


def _doubt(draw: st.DrawFn, world: World) -> World:
    """Something that decides is not known, or not modelled."""
    what = draw(st.integers(0, 8))
    if what == 1:
        return _with_cache(world, of(draw, world.caches), status=UNHEARD_OF)
    if what == 2:
        cache = of(draw, world.caches)
        if cache.kind == REPLICATION_GROUP:
            node = of(draw, cache.nodes)
            groups = tuple((name, "adding") for name, _status in node.groups)
            return _with_cache(world, cache, nodes=changed(cache.nodes, node.id, groups=groups))
    if what in (3, 4) and world.gateways:
        if what == 3:
            gateway = of(draw, world.gateways)
            return replace(world, gateways=changed(world.gateways, gateway.id, owner=STRANGER))
        table = of(draw, world.gateway_tables)
        return replace(world, gateway_tables=changed(world.gateway_tables, table.id, routes=None))
    if what in (3, 4, 5) and world.peerings:
        return replace(world, peerings=world.peerings[1:])
    if what == 6:
        lists = tuple(replace(each, entries=None) for each in world.prefix_lists)
        return replace(world, prefix_lists=lists)
    if what in (7, 8):
        vpc_table = of(draw, world.tables)
        target = made(of(draw, ("nat", "eni", "vpce", "vgw")), _number_in_vpc(world, vpc_table.vpc))
        route = Route(of(draw, [cidr for subnet in world.subnets for cidr in subnet.cidrs]), target)
        return replace(world, tables=changed(world.tables, vpc_table.id, routes=with_route(vpc_table, route).routes))
    instance = of(draw, world.instances)
    return replace(world, instances=changed(world.instances, instance.id, state="pending"))


def _half(draw: st.DrawFn, world: World) -> World:
    """A group that matters has no rules for one family any more, or a subnet that matters is closed to it."""
    version = of(draw, (4, 6))
    if draw(st.booleans()):
        group = of(draw, [group for group in world.groups if group.rules] or list(world.groups))
        rules = tuple(rule for rule in group.rules if isinstance(rule.peer, str) or rule.peer.version != version)
        return replace(world, groups=changed(world.groups, group.id, rules=rules))
    acl = _acl_of(world, of(draw, _ends(world)))
    egress = draw(st.booleans())
    entry = Entry(4, egress, ANY, None, EVERYWHERE[0 if version == 4 else 1], allow=False)
    return _with_entry(world, acl, entry)


def _group(draw: st.DrawFn, world: World) -> World:
    """A group has other rules in one direction."""
    group, egress = of(draw, world.groups), draw(st.booleans())
    return _with_rules(draw, world, group, egress=egress)


def _with_rules(draw: st.DrawFn, world: World, group: Group, *, egress: bool) -> World:
    kept = tuple(rule for rule in group.rules if rule.egress != egress)
    rules = (*kept, *any_rules(draw, world, group.vpc, egress=egress))
    return replace(world, groups=changed(world.groups, group.id, rules=rules))


def _rule(draw: st.DrawFn, world: World) -> World:
    """A group lacks one of its rules."""
    group = of(draw, [group for group in world.groups if group.rules] or list(world.groups))
    if not group.rules:
        return world
    rule = of(draw, group.rules)
    rules = tuple(each for each in group.rules if each != rule)
    return replace(world, groups=changed(world.groups, group.id, rules=rules))


def _more_routes(draw: st.DrawFn, world: World) -> World:
    """A table gets one more route, to a range, to a prefix list, or propagated."""
    return _with_more_routes(draw, world, of(draw, world.tables))


def _with_more_routes(draw: st.DrawFn, world: World, table: RouteTable) -> World:
    cidrs = ranges(world)
    if seldom(draw):
        wide = [cidr for cidr in cidrs if cidr.prefixlen < 32]
        vgw = made("vgw", _number_in_vpc(world, table.vpc))
        route = Route(of(draw, wide), vgw, propagated=True)
    else:
        lists = [each.id for each in world.prefix_lists]
        to: Network | str = of(draw, lists) if seldom(draw, 3) else of(draw, cidrs)
        route = Route(to, any_target(draw, world, table.vpc))
    added = with_route(table, route)
    return replace(world, tables=changed(world.tables, table.id, routes=added.routes))


def _lost_route(draw: st.DrawFn, world: World) -> World:
    """A table lacks a route, or what one leads to is gone; the local ones stay."""
    table = of(draw, world.tables)
    targets = sorted({route.target for route in table.routes if route.target != "local"})
    if not targets:
        return world
    target = of(draw, targets)
    if draw(st.booleans()):
        routes = tuple(replace(route, blackhole=True) if route.target == target else route for route in table.routes)
    else:
        lost = of(draw, [route for route in table.routes if route.target == target])
        routes = tuple(route for route in table.routes if route != lost)
    return replace(world, tables=changed(world.tables, table.id, routes=routes))


def _main_table(draw: st.DrawFn, world: World) -> World:
    """A subnet is associated with a table of its own that has the local routes alone, and a few by chance."""
    subnet = of(draw, world.subnets)
    others = tuple(
        replace(table, subnets=tuple(each for each in table.subnets if each != subnet.id)) for table in world.tables
    )
    local = tuple(Route(cidr, "local") for cidr in named(world.vpcs, subnet.vpc).cidrs)
    own = RouteTable(made("rtb", 4096 + len(world.tables)), subnet.vpc, local, subnets=(subnet.id,))
    world = replace(world, tables=(*others, own))
    for _time in range(draw(st.integers(0, 3))):
        world = _with_more_routes(draw, world, named(world.tables, own.id))
    return world


def _peering(draw: st.DrawFn, world: World) -> World:
    """A peering is not active, joins others, or is in no answer."""
    if not world.peerings:
        return world
    peering = of(draw, world.peerings)
    what = draw(st.integers(0, 2))
    if what == 0:
        return replace(world, peerings=changed(world.peerings, peering.id, status=of(draw, PEERING_STATES)))
    if what == 1:
        return replace(world, peerings=changed(world.peerings, peering.id, accepter=FAR_VPC))
    return replace(world, peerings=tuple(each for each in world.peerings if each != peering))


def _attachment(draw: st.DrawFn, world: World) -> World:
    """An attachment is not available, lacks a subnet, is associated with no table, or allows no references."""
    if not world.attachments:
        return world
    attachment = of(draw, world.attachments)
    what = draw(st.integers(0, 4))
    facts: dict[str, Any] = {}
    if what == 0:
        facts["state"] = of(draw, ATTACHMENT_STATES)
    elif what == 1:
        facts["subnets"] = attachment.subnets[1:] or attachment.subnets
    elif what == 2:
        facts["table"] = None
    elif what == 3:
        facts["referencing"] = not attachment.referencing
    else:
        return replace(world, **_without(world, attachment))
    return replace(world, attachments=changed(world.attachments, attachment.id, **facts))


def _without(world: World, attachment: Attachment) -> dict[str, Any]:
    """The world's attachments and gateway tables without this one, to which nothing leads any more."""
    tables = []
    for table in world.gateway_tables:
        routes = None
        if table.routes is not None:
            routes = tuple(
                replace(route, attachment=None) if route.attachment == attachment.id else route
                for route in table.routes
            )
        tables.append(replace(table, routes=routes))
    return {
        "attachments": tuple(each for each in world.attachments if each != attachment),
        "gateway_tables": tuple(tables),
    }


def _placed(draw: st.DrawFn, world: World) -> World:
    """An attachment is in other subnets, one in a zone."""
    if not world.attachments:
        return world
    attachment = of(draw, world.attachments)
    own = [subnet for subnet in world.subnets if subnet.vpc == attachment.vpc]
    chosen = draw(st.lists(st.sampled_from(own), min_size=1, max_size=3, unique_by=lambda subnet: subnet.zone))
    subnets = tuple(subnet.id for subnet in chosen)
    return replace(world, attachments=changed(world.attachments, attachment.id, subnets=subnets))


def _gateway_table(draw: st.DrawFn, world: World) -> World:
    """A gateway's route table may not be read, has one more route, or lacks one."""
    if not world.gateway_tables:
        return world
    table = of(draw, world.gateway_tables)
    what = draw(st.integers(0, 2))
    routes = table.routes
    if what == 0 or routes is None:
        routes = None
    elif what == 1:
        near = [each.id for each in world.attachments if each.gateway == table.gateway]
        to = of(draw, ranges(world))
        route = GatewayRoute(to, of(draw, [*near, None]))
        routes = (*(each for each in routes if each.to != to), route)
    elif routes:
        lost = of(draw, routes)
        routes = tuple(each for each in routes if each != lost)
    return replace(world, gateway_tables=changed(world.gateway_tables, table.id, routes=routes))


def _gateway(draw: st.DrawFn, world: World) -> World:
    """A gateway is a stranger's, or is one's own after all, or allows no references to groups."""
    if not world.gateways:
        return world
    gateway = of(draw, world.gateways)
    facts: dict[str, Any] = {"owner": STRANGER if gateway.owner == ACCOUNT else ACCOUNT}
    if draw(st.booleans()):
        facts = {"referencing": not gateway.referencing}
    return replace(world, gateways=changed(world.gateways, gateway.id, **facts))


def _prefix_list(draw: st.DrawFn, world: World) -> World:
    """A prefix list may not be read, or has other entries."""
    chosen = of(draw, world.prefix_lists)
    entries = None
    if not seldom(draw, 3):
        entries = tuple(draw(st.lists(st.sampled_from(ranges(world)), max_size=3, unique=True)))
    return replace(world, prefix_lists=changed(world.prefix_lists, chosen.id, entries=entries))


# The more often, the more they change.
CHANGES: tuple[Change, ...] = (
    *(_status, _network_type, _membership, _node_addresses, _instance_state, _interface, _windows),
    *(_rule, _group, _group, _entry, _entry, _prefix_list, _lost_route, _main_table, _more_routes, _more_routes),
    *(_peering, _gateway, _attachment, _attachment, _placed, _placed, _gateway_table, _gateway_table),
    *(*(_own_acl,) * 6, *(_ephemeral,) * 8, *(_half,) * 6, *(_doubt,) * 16, *(_two_halves,) * 4, *(_fork,) * 4),
)


def _everything(draw: st.DrawFn, world: World) -> World:
    """Most of what decides, by chance: ACLs, rules and routes all over, and some of the links."""
    for subnet in world.subnets:
        if draw(st.booleans()):
            world = _with_own_acl(draw, world, subnet)
    for group in world.groups:
        for egress in (False, True):
            if draw(st.booleans()):
                world = _with_rules(draw, world, named(world.groups, group.id), egress=egress)
    for table in world.tables:
        for _time in range(draw(st.integers(0, 2))):
            world = _with_more_routes(draw, world, named(world.tables, table.id))
    for change in (_placed, _attachment, _gateway_table, _peering, _prefix_list, _membership, _interface):
        if seldom(draw, 3):
            world = change(draw, world)
    return world


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """An estate that works but for up to three changes; one in six is the work of chance all over."""
    world = draw(working())
    if seldom(draw, 6):
        return _everything(draw, world)
    for _time in range(of(draw, (2, 0, 1, 1, 2, 2, 3, 3, 3))):
        world = of(draw, CHANGES)(draw, world)
    return world
