# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What an audit could not find out, so that nothing it did not see passes for clean. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    ACLS,
    ATTACHMENTS,
    CLUSTERS,
    ENTRIES,
    GATEWAY_ROUTES,
    GATEWAYS,
    GROUPS,
    INSTANCES,
    INTERFACES,
    PEERINGS,
    PREFIX_LISTS,
    REPLICATION_GROUPS,
    ROUTE_TABLES,
    RULES,
    SERVERLESS_CACHES,
    STALE,
    SUBNET_GROUPS,
    SUBNETS,
    VPC_ATTACHMENTS,
)
from ansible_collections.elasticache.access.plugins.module_utils._grants import REPLICATION_GROUP
from ansible_collections.elasticache.access.plugins.module_utils._references import is_far
from ansible_collections.elasticache.access.plugins.module_utils._rules import PREFIX_LIST, values_of

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.elasticache.access.plugins.module_utils._drift import Drift
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Audited, Survey


# What is read for the sake of the way to a cache alone.
_OF_THE_WAY = (
    SUBNETS,
    SUBNET_GROUPS,
    ACLS,
    ROUTE_TABLES,
    PEERINGS,
    VPC_ATTACHMENTS,
    ATTACHMENTS,
    GATEWAYS,
    GATEWAY_ROUTES,
)


@dataclass(frozen=True)
class Unknown:
    """One thing that is not known. C(action) is the IAM action that would tell, empty where none would."""

    message: str
    action: str = ""


def unknowns_of_region(survey: Survey) -> Iterator[Unknown]:
    """Yield what is not known of the region as a whole."""
    for action, what in (
        (CLUSTERS, "Clusters, and the members of replication groups,"),
        (REPLICATION_GROUPS, "Replication groups"),
        (SERVERLESS_CACHES, "Serverless caches"),
    ):
        if action in survey.denied:
            yield Unknown(f"{what} could not be listed; there may be caches that this audit does not show.", action)
    for action in (GROUPS, INTERFACES):
        if action in survey.denied and survey.of_wizard is not None:
            yield Unknown("Whether the console's connect wizard left groups behind could not be read.", action)
    for action in _OF_THE_WAY if survey.reached is not None else ():
        if action in survey.denied:
            yield Unknown("Whether those behind the rules get through to the caches could not be told in full.", action)
    if INSTANCES in survey.denied:
        yield Unknown("The names and states of instances could not be read.", INSTANCES)


def unknowns_of(view: Audited, survey: Survey) -> Iterator[Unknown]:
    """Yield what is not known of one cache."""
    yield from _of_cache(view, survey)
    if RULES in survey.denied and view.cache.group_ids:
        yield Unknown("The rules of its security groups could not be read; anything may reach it.", RULES)
    shown = {group.group_id for group in view.groups}
    hidden = [group_id for group_id in view.cache.group_ids if group_id not in shown]
    if hidden:
        yield Unknown(
            f"EC2 does not show {' and '.join(hidden)}, which it carries: neither its name and VPC nor who is behind "
            "its rules is known.",
            GROUPS if GROUPS in survey.denied else "",
        )
    if INTERFACES in survey.denied and view.cache.group_ids:
        yield Unknown("Who carries its groups, and who is behind its rules, could not be read.", INTERFACES)
    yield from _of_accesses(view, survey)


def unknowns_of_drift(drift: Drift | None) -> Iterator[Unknown]:
    """Yield what is not known of how one cache stands to the policy."""
    for action in drift.unread if drift else ():
        yield Unknown("Whether it stands as the policy says could not be told in full.", action)


def _of_cache(view: Audited, survey: Survey) -> Iterator[Unknown]:
    cache = view.cache
    if cache.is_classic:
        yield Unknown("It stands in EC2-Classic, where no security group of a VPC guards it.")
    elif not cache.group_ids:
        denied = CLUSTERS if cache.kind == REPLICATION_GROUP and CLUSTERS in survey.denied else ""
        yield Unknown("ElastiCache does not tell which security groups it carries.", denied)
    if not cache.ports:
        yield Unknown(f"It is {cache.status} and does not tell its port, so that its rules cannot be told apart.")


def _of_accesses(view: Audited, survey: Survey) -> Iterator[Unknown]:
    lists = sorted(values_of((access.rule for access in view.accesses), PREFIX_LIST))
    unread = [list_id for list_id in lists if list_id not in survey.entries]
    if unread:
        yield Unknown(
            f"What prefix list {' and '.join(unread)} holds could not be read; it may admit any address.",
            ENTRIES if ENTRIES in survey.denied else "",
        )
    if PREFIX_LISTS in survey.denied and _has_list(view, survey):
        yield Unknown("How much its prefix lists count against the quota could not be read.", PREFIX_LISTS)
    vpc_of = {group.group_id: group.vpc_id for group in view.groups}
    if STALE in survey.denied and any(
        is_far(access.rule, vpc_of.get(access.rule.key.group_id, ""), survey.known.groups) for access in view.accesses
    ):
        yield Unknown("Whether the groups of other VPCs that its rules name still exist could not be read.", STALE)


def _has_list(view: Audited, survey: Survey) -> bool:
    return any(
        rule.key.source.kind == PREFIX_LIST
        for group_id in view.cache.group_ids
        for rule in survey.existing.get(group_id, ())
    )
