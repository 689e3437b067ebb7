# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Receiver: a cache with the places in which its nodes stand, as far as that is known. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass, replace

from ansible_collections.elasticache.access.plugins.module_utils._addresses import IPV4, IPV6
from ansible_collections.elasticache.access.plugins.module_utils._caches import ACTIVE, Membership

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
    from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

_FAMILIES = {"ipv4": (IPV4,), "ipv6": (IPV6,), "dual_stack": (IPV4, IPV6)}


@dataclass(frozen=True)
class Place:
    """Where a node stands: in one of C(subnets), none of which means that nothing is known.

    Without C(addresses) it can have any address there.
    """

    name: str
    subnets: tuple[Subnet, ...]
    memberships: tuple[Membership, ...]
    addresses: tuple[str, ...] = ()

    @property
    def subnet(self) -> Subnet | None:
        """Return the subnet, V(None) where it is not known which it is."""
        return self.subnets[0] if len(self.subnets) == 1 else None

    @property
    def is_hidden(self) -> bool:
        """Say whether it is not known which addresses the node can have."""
        return not self.addresses and not (self.subnets and all(subnet.cidrs for subnet in self.subnets))


@dataclass(frozen=True)
class Receiver:
    """A cache with the places of its nodes, and the address families, by bits, in which it is to be reached."""

    cache: Cache
    places: tuple[Place, ...]

    @property
    def vpc_id(self) -> str | None:
        """Return the VPC in which the nodes stand, V(None) where it is not known."""
        return next((subnet.vpc_id for place in self.places for subnet in place.subnets), self.cache.vpc_id)

    @property
    def families(self) -> tuple[int, ...]:
        """Return how many bits the addresses have in which the cache can be reached."""
        return _FAMILIES.get(self.cache.network_type, (IPV4,))

    def carrying(self, planned: Cache) -> Receiver:
        """Return the receiver with the groups of C(planned), the cache as it will be, on every node."""
        if planned.security_groups == self.cache.security_groups:
            return self
        places = tuple(replace(place, memberships=planned.security_groups) for place in self.places)
        return Receiver(planned, places)


def receiver_of(cache: Cache, carriers: Mapping[str, Iterable[Carrier]], subnets: Mapping[str, Subnet]) -> Receiver:
    """Return a cache with the places of its nodes. C(carriers) are network interfaces by security group.

    ElastiCache describes the interface of a node as V(ElastiCache CLUSTER). A node that has none which we see is in one
    of the subnets of the cache; a serverless cache has an endpoint in each.
    """
    mine = {
        carrier.interface_id: carrier
        for group_id in cache.group_ids
        for carrier in carriers.get(group_id, ())
        if carrier.is_elasticache and carrier.subnet_id in subnets
    }
    by_cluster: dict[str, list[Carrier]] = {}
    for carrier in mine.values():
        by_cluster.setdefault(carrier.description.partition(" ")[2].strip(), []).append(carrier)
    return Receiver(cache, (*_seen(cache, by_cluster, subnets), *_unseen(cache, by_cluster, subnets)))


def _seen(cache: Cache, by_cluster: Mapping[str, list[Carrier]], subnets: Mapping[str, Subnet]) -> Iterator[Place]:
    for cluster in dict.fromkeys(node.cluster for node in cache.nodes):
        interfaces = sorted(by_cluster.get(cluster, ()), key=lambda carrier: carrier.interface_id)
        for carrier in interfaces:
            yield Place(
                name=cluster if len(interfaces) == 1 else f"{cluster} ({carrier.interface_id})",
                subnets=(subnets[carrier.subnet_id],),
                memberships=_memberships(cache, cluster),
                addresses=carrier.addresses,
            )


def _unseen(cache: Cache, by_cluster: Mapping[str, list[Carrier]], subnets: Mapping[str, Subnet]) -> Iterator[Place]:
    """Yield the nodes whose interfaces are not seen, and for a cache without nodes each of its subnets."""
    its = tuple(subnets[subnet_id] for subnet_id in cache.subnet_ids if subnet_id in subnets)
    if not cache.nodes:
        yield from (Place(subnet.subnet_id, (subnet,), cache.security_groups) for subnet in its)
    counts = Counter(node.cluster for node in cache.nodes)
    for cluster, count in counts.items():
        if len(by_cluster.get(cluster, ())) < count:
            zones = {node.availability_zone for node in cache.nodes if node.cluster == cluster}
            # A zone that is not told can be any.
            near = tuple(subnet for subnet in its if None in zones or subnet.zone in zones)
            yield Place(cluster, near or its, _memberships(cache, cluster))


def _memberships(cache: Cache, cluster: str) -> tuple[Membership, ...]:
    """Return the groups of one node: while they are changed, nodes of a replication group can carry different ones."""
    carried = dict(cache.member_groups).get(cluster)
    if carried is None:
        return cache.security_groups
    unsettled = dict(cache.unsettled)
    return tuple(Membership(group_id, unsettled.get((cluster, group_id), ACTIVE)) for group_id in carried)
