# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Everything in EC2 between some sources and some caches, read in as few calls as there can be.

The calls are made in rounds, since each needs the answers of the one before; they grow with the pages of AWS's lists,
and not with sources or caches. Only the routes of transit gateways and the ranges of prefix lists take a call per
table, and per list.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._acls import parse_acls
from ansible_collections.elasticache.access.plugins.module_utils._carriers import by_group, parse_carriers
from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import (
    parse_associations,
    parse_gateway_table,
)
from ansible_collections.elasticache.access.plugins.module_utils._groups import parse_groups
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._paths import (
    Links,
    parse_attachments,
    parse_default_tables,
    parse_peerings,
    parse_referencing,
)
from ansible_collections.elasticache.access.plugins.module_utils._planned_groups import (
    NOTHING_PLANNED,
    PlannedGroups,
)
from ansible_collections.elasticache.access.plugins.module_utils._read_prefix_lists import read_entries
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Receiver, receiver_of
from ansible_collections.elasticache.access.plugins.module_utils._routes import parse_route_tables
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    PREFIX_LIST,
    SECURITY_GROUP,
    parse_egress,
    parse_ingress,
    rules_by_group,
    values_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet, parse_subnets

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import AuditedAws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
    from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import Association, GatewayTable
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._paths import Attachment
    from ansible_collections.elasticache.access.plugins.module_utils._planned_changes import Changes
    from ansible_collections.elasticache.access.plugins.module_utils._routes import RouteTable
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender

    Answer = Mapping[str, t.Any]


@dataclass(frozen=True)
class _Ends:
    """What was read about both ends: their groups with rules, the interfaces of caches, and the VPCs of both."""

    groups: dict[str, SecurityGroup]
    inbound: list[Rule]
    outbound: list[Rule]
    carriers: list[Carrier]
    vpc_ids: set[str]


def read_network(
    aws: AuditedAws,
    caches: Sequence[Cache],
    senders: Sequence[Sender],
    changes: Changes,
    planned: PlannedGroups = NOTHING_PLANNED,
) -> tuple[Network, list[Receiver]]:
    """Return what lies between C(senders) and C(caches), and the caches with the places of their nodes.

    The rules are as they will be after C(changes), the groups of the caches as C(planned) has them.
    """
    ends = _read_ends(aws, caches, senders, changes, planned)
    is_within_one = len(ends.vpc_ids) < 2 and not any(sender.is_outside for sender in senders)
    joined = set() if is_within_one else ends.vpc_ids
    named = values_of(ends.inbound, SECURITY_GROUP)
    reads: list[Callable[[], t.Any]] = [
        partial(aws.describe_subnets_of_vpcs, ends.vpc_ids),
        partial(aws.describe_network_acls_of_vpcs, ends.vpc_ids),
        partial(aws.describe_route_tables_of_vpcs, ends.vpc_ids),
        partial(aws.describe_vpc_peering_connections, joined),
        partial(aws.describe_transit_gateway_vpc_attachments, joined),
        # For the sake of their names alone.
        partial(aws.describe_security_groups, named - set(ends.groups)),
    ]
    subnet_answers, acl_answers, table_answers, peerings, attachment_answers, more_groups = aws.side_by_side(reads)
    acls, acl_of = parse_acls(acl_answers)
    route_tables, table_of = parse_route_tables(table_answers)
    attachments = parse_attachments(attachment_answers)
    more: list[Callable[[], t.Any]] = [
        partial(read_entries, aws, _lists([*ends.inbound, *ends.outbound], route_tables.values())),
        partial(aws.describe_transit_gateways, {each.gateway_id for each in attachments}),
        partial(_read_gateway_tables, aws, attachments),
    ]
    entries, gateways, (associations, gateway_tables) = aws.side_by_side(more)
    subnets = parse_subnets(subnet_answers)
    carriers = [*ends.carriers, *(carrier for sender in senders for carrier in sender.every_carrier)]
    network = Network(
        subnets={**_hidden_subnets(carriers), **subnets},
        acls=acls,
        acl_of=acl_of,
        route_tables=route_tables,
        table_of=table_of,
        links=Links(parse_peerings(peerings), attachments, parse_referencing(gateways), parse_default_tables(gateways)),
        associations=associations,
        gateway_tables=gateway_tables,
        groups={**parse_groups(more_groups), **ends.groups},
        inbound=rules_by_group(ends.inbound),
        outbound=rules_by_group(ends.outbound),
        entries=entries,
        denied=frozenset(aws.denied),
    )
    carried_by = by_group(ends.carriers)
    # The interfaces carry what they carry now.
    receivers = [receiver_of(cache, carried_by, network.subnets) for cache in caches]
    return network, [receiver.carrying(planned.carried_by(receiver.cache)) for receiver in receivers]


def _read_ends(
    aws: AuditedAws, caches: Sequence[Cache], senders: Sequence[Sender], changes: Changes, planned: PlannedGroups
) -> _Ends:
    carried = {group_id for cache in caches for group_id in cache.group_ids}
    to_be_carried = {group_id for cache in caches for group_id in planned.carried_by(cache).group_ids}
    of_caches = (carried | to_be_carried) - set(planned.new)
    of_senders = {group_id for sender in senders for carrier in sender.every_carrier for group_id in carrier.group_ids}
    rule_answers, group_answers, interface_answers = aws.side_by_side(
        [
            partial(aws.describe_security_group_rules, of_caches | of_senders),
            partial(aws.describe_security_groups, of_caches | of_senders),
            partial(aws.describe_network_interfaces, carried),
        ]
    )
    groups = {**planned.new, **parse_groups(group_answers)}
    vpc_ids = {cache.vpc_id for cache in caches if cache.vpc_id}
    vpc_ids |= {groups[group_id].vpc_id for group_id in of_caches if group_id in groups}
    vpc_ids |= {carrier.vpc_id for sender in senders for carrier in sender.every_carrier}
    return _Ends(
        groups=groups,
        inbound=changes.made_to(rule for rule in parse_ingress(rule_answers) if rule.key.group_id in of_caches),
        outbound=changes.made_to(
            (rule for rule in parse_egress(rule_answers) if rule.key.group_id in of_senders), is_egress=True
        ),
        carriers=parse_carriers(interface_answers),
        vpc_ids=vpc_ids - {""},
    )


def _read_gateway_tables(
    aws: AuditedAws, attachments: Sequence[Attachment]
) -> tuple[dict[str, Association], dict[str, GatewayTable]]:
    """Return what attachments are associated with, and the routes of these tables."""
    answers = aws.describe_transit_gateway_attachments({each.attachment_id for each in attachments})
    associations = parse_associations(answers)
    table_ids = sorted({association.table_id for association in associations.values()} - {""})
    listings = aws.side_by_side([partial(aws.search_transit_gateway_routes, table_id) for table_id in table_ids])
    return associations, {
        table_id: parse_gateway_table(table_id, listing.answers, listing.is_complete)
        for table_id, listing in zip(table_ids, listings)
    }


def _lists(rules: Iterable[Rule], route_tables: Iterable[RouteTable]) -> set[str]:
    """Return the ids of the prefix lists that rules and routes name."""
    named = values_of(rules, PREFIX_LIST)
    named |= {route.destination for table in route_tables for route in table.routes if route.is_by_list}
    return named - {""}


def _hidden_subnets(carriers: Iterable[Carrier]) -> dict[str, Subnet]:
    """Return subnets as far as the interfaces in them tell, for those that may not be read."""
    return {carrier.subnet_id: Subnet(carrier.subnet_id, carrier.vpc_id, zone="") for carrier in carriers}
