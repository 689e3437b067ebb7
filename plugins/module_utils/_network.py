# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Network: a snapshot of everything in EC2 that decides whether packets find their way. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from functools import cached_property

from ansible_collections.elasticache.access.plugins.module_utils._addresses import Slices
from ansible_collections.elasticache.access.plugins.module_utils._paths import Links
from ansible_collections.elasticache.access.plugins.module_utils._rules import CIDR

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._acls import Acl
    from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import Association, GatewayTable
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._routes import RouteTable
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

    Rules = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True)
class Network:
    """What was read, each by id; C(acl_of) and C(table_of) by subnet, C(inbound) and C(outbound) rules by group.

    C(entries) are the ranges of prefix lists, those that could be read. C(associations) and C(gateway_tables) are those
    of transit gateways. C(denied) are the calls, named as IAM names them, that these credentials may not make.
    """

    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    acls: Mapping[str, Acl] = field(default_factory=dict)
    acl_of: Mapping[str, str] = field(default_factory=dict)
    route_tables: Mapping[str, RouteTable] = field(default_factory=dict)
    table_of: Mapping[str, str] = field(default_factory=dict)
    links: Links = field(default_factory=Links)
    associations: Mapping[str, Association] = field(default_factory=dict)
    gateway_tables: Mapping[str, GatewayTable] = field(default_factory=dict)
    groups: Mapping[str, SecurityGroup] = field(default_factory=dict)
    inbound: Rules = field(default_factory=dict)
    outbound: Rules = field(default_factory=dict)
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()

    def if_denied(self, action: str) -> str:
        """Return C(action) if these credentials may not make it, else an empty text: what would tell more."""
        return action if action in self.denied else ""

    def acl_of_subnet(self, subnet_id: str) -> Acl | None:
        """Return the ACL of a subnet, V(None) where it is not known."""
        return self.acls.get(self.acl_of.get(subnet_id, ""))

    def table_of_subnet(self, subnet: Subnet) -> RouteTable | None:
        """Return the route table of a subnet: its own, else the main one of its VPC. V(None) where it is not known."""
        table_id = self.table_of.get(subnet.subnet_id) or self._main_tables.get(subnet.vpc_id, "")
        return self.route_tables.get(table_id)

    @cached_property
    def _main_tables(self) -> dict[str, str]:
        return {table.vpc_id: table.table_id for table in self.route_tables.values() if table.is_main}

    @cached_property
    def slices(self) -> Slices:
        """Return all addresses, cut so that nothing that was read tells two of one slice apart."""
        return Slices(self._ranges())

    def _ranges(self) -> Iterator[str]:
        """Yield every range that anything depends on."""
        for rules in (self.inbound, self.outbound):
            for of_group in rules.values():
                yield from (rule.key.source.value for rule in of_group if rule.key.source.kind == CIDR)
        for acl in self.acls.values():
            yield from (entry.cidr for entry in (*acl.inbound, *acl.outbound))
        for table in self.route_tables.values():
            yield from (route.destination for route in table.routes if not route.is_by_list)
        for gateway_table in self.gateway_tables.values():
            yield from (route.cidr for route in gateway_table.routes)
        for ranges in self.entries.values():
            yield from ranges
