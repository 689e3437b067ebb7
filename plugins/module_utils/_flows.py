# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Flow: one connection that is tried, from one address to one node and port. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._addresses import text_of

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Address
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Membership
    from ansible_collections.elasticache.access.plugins.module_utils._network import Network
    from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

    Ports = tuple[int, int]


@dataclass(frozen=True)
class End:
    """One end of a connection, as packets and rules see it.

    C(subnet) is V(None) for an address that is no interface we see, C(memberships) are then V(None) as well.
    C(can_be_ours) says that it may be an interface of this account all the same.
    """

    address: Address
    subnet: Subnet | None
    memberships: tuple[Membership, ...] | None
    can_be_ours: bool = False

    @property
    def bits(self) -> int:
        """Return how many bits an address of this family has."""
        return self.address[0]

    @property
    def vpc_id(self) -> str:
        """Return the VPC, empty for an address outside."""
        return self.subnet.vpc_id if self.subnet else ""

    @property
    def subnet_id(self) -> str:
        """Return the subnet, empty for an address outside."""
        return self.subnet.subnet_id if self.subnet else ""

    @property
    def range(self) -> str:
        """Return the smallest range that a rule or route for this end would name, as a CIDR."""
        return (self.subnet.cidr(self.bits) if self.subnet else "") or f"{text_of(self.address)}/{self.bits}"


@dataclass(frozen=True)
class Flow:
    """A connection to C(port) of one node. C(reply_ports), first and last, are those that the client may send from."""

    network: Network
    cache: Cache
    source: End
    node: End
    port: int
    reply_ports: Ports

    @property
    def is_within_subnet(self) -> bool:
        """Say whether both ends are in one subnet, where neither routes nor network ACLs are looked at."""
        return bool(self.source.subnet_id) and self.source.subnet_id == self.node.subnet_id
