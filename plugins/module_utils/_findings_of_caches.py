# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What an audit finds wrong with a cache and its security groups: each check is a function. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._actions import INTERFACES, SERVERLESS_CACHES
from ansible_collections.elasticache.access.plugins.module_utils._caches import ACTIVE
from ansible_collections.elasticache.access.plugins.module_utils._carriers import of_no_cache
from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._findings import (
    CRITICAL,
    LOW,
    MEDIUM,
    Finding,
    worst_first,
)
from ansible_collections.elasticache.access.plugins.module_utils._findings_of_rules import findings_of_rules
from ansible_collections.elasticache.access.plugins.module_utils._groups import DEFAULT_NAME
from ansible_collections.elasticache.access.plugins.module_utils._quota import usage_of, ways_out

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.elasticache.access.plugins.module_utils._findings import Yardstick
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Audited, Survey

# How the console names the groups that it makes to connect an instance with a cache: one for each of the two.
_WIZARD_CACHE = re.compile(r"elasticache-ec2-.+")
_WIZARD_INSTANCE = re.compile(r"ec2-elasticache[-:].+")
# What finds them among all groups. EC2 knows wildcards.
WIZARD_NAMES = ("elasticache-ec2-*", "ec2-elasticache-*", "ec2-elasticache:*")

# From this share of the quota on a group is nearly full.
_NEARLY = 0.8
_SHOWN = 5


def findings_of(view: Audited, survey: Survey, yardstick: Yardstick) -> tuple[Finding, ...]:
    """Return all that is found about one cache, the worst first."""
    return worst_first(
        [
            *findings_of_rules(view, survey, yardstick),
            *_public_connection(view),
            *_membership_not_in_force(view, survey),
            *_default_group(view),
            *(each for group in view.groups for each in _of_group(view, group, survey, yardstick)),
        ]
    )


def findings_of_region(survey: Survey) -> tuple[Finding, ...]:
    """Return what is found about no cache: groups of the connect wizard that nothing carries any more."""
    if INTERFACES in survey.denied:
        return ()
    return worst_first(
        Finding(
            "connect_wizard",
            LOW,
            "",
            f"Security group {group} was made by the console to connect an instance with a cache, and nothing "
            "carries it any more.",
            f"Delete it, once no rule names it: aws ec2 delete-security-group --group-id {group.group_id}",
            group.group_id,
        )
        for group in survey.of_wizard or ()
        if is_of_wizard(group)
        and group.group_id not in survey.caches_by_group
        and group.group_id not in survey.directory.by_group
    )


def is_of_wizard(group: SecurityGroup) -> bool:
    """Say whether the console's connect wizard gives groups such names."""
    return bool(_WIZARD_CACHE.fullmatch(group.name) or _WIZARD_INSTANCE.fullmatch(group.name))


def _of_group(view: Audited, group: SecurityGroup, survey: Survey, yardstick: Yardstick) -> Iterator[Finding]:
    yield from _guards_others(view, group, survey)
    yield from _shared_by_caches(view, group, survey)
    yield from _connect_wizard(view, group)
    yield from _quota_nearly_used(view, group, survey, yardstick)


def _finding(
    check: str, severity: str, view: Audited, message: str, fix: str, group: SecurityGroup | None = None
) -> Finding:
    return Finding(check, severity, view.cache.name, message, fix, group.group_id if group else "")


def _public_connection(view: Audited) -> Iterator[Finding]:
    if view.cache.connection_type == "public":
        # Inferred: AWS does not say that the groups of a public serverless cache guard nothing.
        yield _finding(
            "public_connection",
            CRITICAL,
            view,
            "The cache has a public connection, which security groups are not known to guard.",
            "See to it that its users and their passwords are safe, or create it anew with a connection in a VPC.",
        )


def _membership_not_in_force(view: Audited, survey: Survey) -> Iterator[Finding]:
    groups = survey.known.groups
    for membership in view.cache.security_groups:
        if membership.status != ACTIVE:
            group = groups.get(membership.group_id)
            yield _finding(
                "membership_not_in_force",
                MEDIUM,
                view,
                f"Security group {group or membership.group_id} is {membership.status}, not active: what its rules "
                "say does not hold, or not on every node.",
                "Look again when ElastiCache is done; if it does not end, set the groups of the cache again.",
                group,
            )
    if view.cache.differing_members:
        carried = "; ".join(
            f"{member} carries {', '.join(str(groups.get(each, each)) for each in group_ids) or 'none'}"
            for member, group_ids in view.cache.differing_members[:_SHOWN]
        )
        yield _finding(
            "membership_not_in_force",
            MEDIUM,
            view,
            f"The nodes carry different security groups: {carried}.",
            "Look again when ElastiCache is done; if it does not end, set the groups of the cache again.",
        )


def _default_group(view: Audited) -> Iterator[Finding]:
    if view.groups and len(view.groups) == len(view.cache.group_ids) == 1 and view.groups[0].name == DEFAULT_NAME:
        yield _finding(
            "default_group",
            MEDIUM,
            view,
            f"The cache carries only {view.groups[0]}, the group that everything in the VPC gets which was given none.",
            "Attach a security group of its own to the cache, and grant access there.",
            view.groups[0],
        )


def _guards_others(view: Audited, group: SecurityGroup, survey: Survey) -> Iterator[Finding]:
    carriers = survey.directory.by_group.get(group.group_id, ())
    others = [
        str(carrier)
        for carrier in of_no_cache(carriers, survey.caches_by_group.get(group.group_id, ()))
        # Whose a VPC endpoint is cannot be told then.
        if not (carrier.is_vpc_endpoint and SERVERLESS_CACHES in survey.denied)
    ]
    if others:
        yield _finding(
            "guards_others",
            MEDIUM,
            view,
            f"Security group {group} also guards what is no cache: {first_of(others, _SHOWN)}. Each rule for one of "
            "them is a rule for all.",
            "Attach a security group of its own to the cache, and grant access there.",
            group,
        )


def _shared_by_caches(view: Audited, group: SecurityGroup, survey: Survey) -> Iterator[Finding]:
    carrying = survey.caches_by_group.get(group.group_id, ())
    others = [cache.name for cache in carrying if cache.identity != view.cache.identity]
    if others:
        yield _finding(
            "shared_by_caches",
            LOW,
            view,
            f"Security group {group} is also that of cache {first_of(others, _SHOWN)}: who may reach one may reach "
            "all that listen on the port.",
            "Attach a security group of its own to each cache whose access is to differ.",
            group,
        )


def _connect_wizard(view: Audited, group: SecurityGroup) -> Iterator[Finding]:
    if is_of_wizard(group):
        yield _finding(
            "connect_wizard",
            LOW,
            view,
            f"Security group {group} was made by the console to connect one instance with the cache.",
            "Grant the security group of those instances on a group of the cache's own, then take this one off it.",
            group,
        )


def _quota_nearly_used(view: Audited, group: SecurityGroup, survey: Survey, yardstick: Yardstick) -> Iterator[Finding]:
    rules = survey.existing.get(group.group_id, ())
    lists = survey.known.prefix_lists
    used = usage_of(rules, lists)
    if max(used.ipv4, used.ipv6) >= _NEARLY * yardstick.limit:
        yield _finding(
            "quota_nearly_used",
            MEDIUM,
            view,
            f"Security group {group} counts {used} inbound rules of {yardstick.limit}.",
            ways_out(rules, lists, is_removing=False),
            group,
        )
