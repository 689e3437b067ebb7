# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Everything in EC2 that grants name and that decides on them, read in as few calls as there can be."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from ansible_collections.elasticache.access.plugins.module_utils._caches import with_network
from ansible_collections.elasticache.access.plugins.module_utils._discovery import subnet_groups_of
from ansible_collections.elasticache.access.plugins.module_utils._groups import parse_groups
from ansible_collections.elasticache.access.plugins.module_utils._instances import parse_instances
from ansible_collections.elasticache.access.plugins.module_utils._paths import (
    Links,
    far_groups,
    is_peered,
    parse_attachments,
    parse_peerings,
    parse_referencing,
)
from ansible_collections.elasticache.access.plugins.module_utils._prefix_lists import parse_prefix_lists
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    PREFIX_LIST,
    SECURITY_GROUP,
    parse_egress,
    parse_ingress,
    rules_by_group,
    values_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._source_egress import (
    Outbound,
    groups_concerned,
    needs_subnets,
    new_group_rules,
)
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known, Names
from ansible_collections.elasticache.access.plugins.module_utils._subnets import parse_subnets
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import (
    INSTANCE,
    is_prefix_list_id,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import WantedSource
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Answer = Mapping[str, t.Any]


@dataclass(frozen=True)
class LookedUp:
    """The inbound C(existing) rules by group, everything that is C(known), and the answers that tell of the rules."""

    existing: dict[str, list[Rule]]
    known: Known
    rule_answers: list[Answer]

    @property
    def outbound(self) -> dict[str, list[Rule]]:
        """Return the outbound rules of the same groups."""
        return rules_by_group(parse_egress(self.rule_answers), self.existing)


def look_up(
    aws: Aws,
    grants: Sequence[Grant],
    caches: Sequence[Cache],
    new_groups: Mapping[str, SecurityGroup] | None = None,
) -> tuple[dict[str, list[Rule]], Known, dict[str, list[Rule]]]:
    """Return the inbound rules of every group that C(caches) carry, and all that these rules and C(grants) name.

    And where a grant is about the side of its sources the outbound rules of the same groups, any of which can be a
    source. C(new_groups) are those of the carried ones that do not exist yet.
    """
    # A fleet's answers take up memory, and are not kept.
    looked_up = look_up_with_answers(aws, grants, caches, new_groups)
    is_mirrored = any(grant.source_egress for grant in grants)
    return looked_up.existing, looked_up.known, looked_up.outbound if is_mirrored else {}


def look_up_with_answers(
    aws: Aws,
    grants: Sequence[Grant],
    caches: Sequence[Cache],
    new_groups: Mapping[str, SecurityGroup] | None = None,
) -> LookedUp:
    """Return the same, together with what EC2 answered of the rules."""
    new_groups = new_groups or {}
    carried = {group_id for cache in caches for group_id in cache.group_ids} - set(new_groups)
    sources = [wanted for grant in grants for wanted in grant.sources]
    named_ids, group_names = _groups(sources)
    list_ids, list_names = _prefix_lists(sources)
    rule_answers, told_groups, named_groups, instance_answers, named_lists = aws.side_by_side(
        [
            partial(aws.describe_security_group_rules, carried),
            partial(aws.describe_security_groups, carried | named_ids),
            partial(aws.describe_security_groups_named, group_names),
            partial(aws.describe_instances, {wanted.value for wanted in sources if wanted.kind == INSTANCE}),
            partial(aws.describe_managed_prefix_lists_named, list_names),
        ]
    )
    rules = parse_ingress(rule_answers)
    instances = parse_instances(instance_answers)
    groups = {**new_groups, **parse_groups(told_groups), **parse_groups(named_groups)}
    prefix_lists = parse_prefix_lists(named_lists)
    group_ids = values_of(rules, SECURITY_GROUP)
    group_ids |= {group_id for instance in instances.values() for group_id in instance.groups}
    more_groups, more_lists = aws.side_by_side(
        [
            partial(aws.describe_security_groups, group_ids - carried - named_ids - set(groups)),
            partial(aws.describe_managed_prefix_lists, (list_ids | values_of(rules, PREFIX_LIST)) - set(prefix_lists)),
        ]
    )
    groups.update(parse_groups(more_groups))
    prefix_lists.update(parse_prefix_lists(more_lists))
    existing = rules_by_group(rules, (*carried, *new_groups))
    return LookedUp(existing, Known(groups, instances, prefix_lists), rule_answers)


def look_up_links(aws: Aws, targets: Iterable[Target]) -> Links:
    """Return what joins the VPCs of the caches with those of the groups that are to be granted access.

    Asks for nothing where all are in the VPC of their cache, and for transit gateways only where no peering does.
    """
    far = [(vpc_id, group) for _target, vpc_id, group in far_groups(targets)]
    if not far:
        return Links()
    peerings = parse_peerings(aws.describe_vpc_peering_connections({vpc_id for vpc_id, _group in far}))
    unpeered = [(vpc_id, group) for vpc_id, group in far if not is_peered(vpc_id, group, peerings)]
    vpc_ids = {each for vpc_id, group in unpeered for each in (vpc_id, group.vpc_id) if each}
    attachments = parse_attachments(aws.describe_transit_gateway_vpc_attachments(vpc_ids))
    gateways = aws.describe_transit_gateways({attachment.gateway_id for attachment in attachments})
    return Links(peerings, attachments, parse_referencing(gateways))


def look_up_outbound(
    aws: Aws,
    targets: Sequence[Target],
    existing: Mapping[str, Iterable[Rule]],
    told: Mapping[str, list[Rule]],
    known: Known,
    links: Links,
) -> Outbound:
    """Return what EC2 says of the side of the sources. Asks for nothing where no grant is about it.

    C(told) are the outbound rules of the groups that caches carry, which were read with the inbound ones.
    """
    concerned = groups_concerned(targets, existing, known)
    rules = {group_id: told[group_id] for group_id in concerned if group_id in told}
    rules.update((group_id, new_group_rules(group_id)) for group_id in concerned if known.groups[group_id].is_new)
    rules.update(rules_by_group(parse_egress(aws.describe_security_group_rules(concerned - set(rules)))))
    outbound = Outbound(
        groups={group_id: known.groups[group_id] for group_id in concerned},
        rules=rules,
        across=frozenset(
            (vpc_id, wanted.source.value)
            for target, vpc_id, far in far_groups(targets)
            if not is_peered(vpc_id, far, links.peerings)
            for wanted in target.sources
            if wanted.vpc_id == far.vpc_id
        ),
    )
    lasting = outbound.without(outbound.ending)
    unsure = {target.cache.identity: target.cache for target in targets if needs_subnets(target, lasting)}
    subnet_groups = subnet_groups_of(aws, unsure.values())
    caches = [with_network(cache, subnet_groups, {}) for cache in unsure.values()]
    subnets = parse_subnets(aws.describe_subnets(sorted({each for cache in caches for each in cache.subnet_ids})))
    return replace(
        outbound,
        # Of a cache with a subnet that is not shown, it is not known where all of it is.
        subnets={
            cache.identity: tuple(cidr for subnet_id in cache.subnet_ids for cidr in subnets[subnet_id].cidrs)
            for cache in caches
            if set(cache.subnet_ids) <= set(subnets)
        },
    )


def names_in(aws: Aws) -> Names:
    """Return how to ask which groups and prefix lists there are, for the sake of messages alone; it is asked once."""
    return Names(
        of_groups_in=lru_cache(maxsize=None)(
            lambda vpc_id: [group.name for group in parse_groups(aws.describe_security_groups_of_vpc(vpc_id)).values()]
        ),
        of_prefix_lists=lru_cache(maxsize=None)(
            lambda: [each.name for each in parse_prefix_lists(aws.describe_all_managed_prefix_lists()).values()]
        ),
    )


def _groups(sources: Iterable[WantedSource]) -> tuple[set[str], set[str]]:
    """Return the ids and the names of the groups among C(sources)."""
    # A group beside an instance is one of the instance's, which are looked up by id.
    written = [wanted.group for wanted in sources if wanted.kind == SECURITY_GROUP and wanted.group]
    return {group.group_id for group in written} - {""}, {group.name for group in written} - {""}


def _prefix_lists(sources: Iterable[WantedSource]) -> tuple[set[str], set[str]]:
    """Return the ids and the names of the prefix lists among C(sources)."""
    written = {wanted.value for wanted in sources if wanted.kind == PREFIX_LIST}
    ids = {text for text in written if is_prefix_list_id(text)}
    return ids, written - ids
