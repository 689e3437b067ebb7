# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An estate as the simulator sees it: networks, what guards them, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Protocol, TypeVar

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ACCOUNT = "123456789012"
STRANGER = "210987654321"

TCP, UDP, ANY = "tcp", "udp", "-1"
REPLICATION_GROUP, SERVERLESS = "replication_group", "serverless"
IPV4, IPV6, DUAL_STACK = "ipv4", "ipv6", "dual_stack"


@dataclass(frozen=True)
class Vpc:
    id: str
    cidrs: tuple[Network, ...]


@dataclass(frozen=True)
class Subnet:
    """A subnet has at most one range of either family."""

    id: str
    vpc: str
    zone: str
    cidrs: tuple[Network, ...]


@dataclass(frozen=True)
class Entry:
    """One numbered entry of a network ACL; without `ports` it is about all of them."""

    number: int
    egress: bool
    protocol: str
    ports: tuple[int, int] | None
    cidr: Network
    allow: bool


@dataclass(frozen=True)
class Acl:
    """A network ACL and its subnets. What no entry matches is denied."""

    id: str
    vpc: str
    subnets: tuple[str, ...]
    entries: tuple[Entry, ...]
    is_default: bool = False


@dataclass(frozen=True)
class Route:
    """`to` is a range or the id of a prefix list. The kind of the target is what its id begins with, or `local`."""

    to: Network | str
    target: str
    blackhole: bool = False
    propagated: bool = False


@dataclass(frozen=True)
class RouteTable:
    """`subnets` are those explicitly associated; all others of the VPC use the main table."""

    id: str
    vpc: str
    routes: tuple[Route, ...]
    subnets: tuple[str, ...] = ()
    main: bool = False


@dataclass(frozen=True)
class Peering:
    id: str
    requester: str
    accepter: str
    status: str = "active"


@dataclass(frozen=True)
class Gateway:
    """A transit gateway. Nothing is told of the associations and route tables of one that a stranger owns."""

    id: str
    owner: str = ACCOUNT
    referencing: bool = False


@dataclass(frozen=True)
class Attachment:
    """A VPC's attachment to a transit gateway, and the gateway's route table that it is associated with, if any."""

    id: str
    gateway: str
    vpc: str
    subnets: tuple[str, ...]
    table: str | None
    state: str = "available"
    referencing: bool = False


@dataclass(frozen=True)
class GatewayRoute:
    """A route of a transit gateway to an attachment; none: what goes there is dropped."""

    to: Network
    attachment: str | None


@dataclass(frozen=True)
class GatewayTable:
    """A route table of a transit gateway; `routes` is None where nobody may read them."""

    id: str
    gateway: str
    routes: tuple[GatewayRoute, ...] | None


@dataclass(frozen=True)
class Rule:
    """A rule of a security group; `peer` is a range, or the id of a prefix list or of a group."""

    egress: bool
    protocol: str
    ports: tuple[int, int] | None
    peer: Network | str


@dataclass(frozen=True)
class Group:
    id: str
    vpc: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class PrefixList:
    """A prefix list; `entries` is None where nobody may read them."""

    id: str
    entries: tuple[Network, ...] | None


@dataclass(frozen=True)
class Interface:
    id: str
    subnet: str
    addresses: tuple[Address, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Instance:
    id: str
    interfaces: tuple[Interface, ...]
    state: str = "running"
    windows: bool = False


@dataclass(frozen=True)
class Node:
    """A node of a cache: its subnet, its addresses, and the groups that it carries, each with a membership status.

    A serverless cache has one in each of its subnets, of which nobody tells the address: `addresses` is empty.
    """

    id: str
    subnet: str
    addresses: tuple[Address, ...]
    groups: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cache:
    name: str
    kind: str
    ports: tuple[int, ...]
    nodes: tuple[Node, ...]
    status: str = "available"
    network_type: str = IPV4


@dataclass(frozen=True)
class World:
    vpcs: tuple[Vpc, ...]
    subnets: tuple[Subnet, ...]
    acls: tuple[Acl, ...]
    tables: tuple[RouteTable, ...]
    groups: tuple[Group, ...]
    instances: tuple[Instance, ...]
    caches: tuple[Cache, ...]
    peerings: tuple[Peering, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    gateway_tables: tuple[GatewayTable, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=HasId)


def named(things: tuple[Thing, ...], name: str) -> Thing:
    """The one that has this id; each id that a world mentions has to be in it, but for what a route leads to."""
    (found,) = [thing for thing in things if thing.id == name]
    return found


def changed(things: tuple[Thing, ...], name: str, **facts: Any) -> tuple[Thing, ...]:
    """The same things, these facts about one of them changed."""
    assert name in [thing.id for thing in things]
    # Each of them is a dataclass.
    return tuple(replace(thing, **facts) if thing.id == name else thing for thing in things)  # type: ignore[type-var]
