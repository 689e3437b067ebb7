# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Everything that an audit looks at, read in as few calls as there can be: none per rule, none per member."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    CLUSTERS,
    LISTINGS,
)
from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import AuditedAws
from ansible_collections.elasticache.access.plugins.module_utils._cache_tags import with_tags
from ansible_collections.elasticache.access.plugins.module_utils._caches import each_once, fits
from ansible_collections.elasticache.access.plugins.module_utils._carriers import parse_carriers
from ansible_collections.elasticache.access.plugins.module_utils._discovery import (
    find_in_region,
    refuse_unknown,
    with_networks,
)
from ansible_collections.elasticache.access.plugins.module_utils._findings_of_caches import WIZARD_NAMES
from ansible_collections.elasticache.access.plugins.module_utils._groups import parse_groups
from ansible_collections.elasticache.access.plugins.module_utils._instances import parse_instances
from ansible_collections.elasticache.access.plugins.module_utils._lookup import look_up_with_answers
from ansible_collections.elasticache.access.plugins.module_utils._members import Directory
from ansible_collections.elasticache.access.plugins.module_utils._read_prefix_lists import read_entries
from ansible_collections.elasticache.access.plugins.module_utils._references import (
    References,
    is_far,
    parse_references,
    parse_stale,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    PREFIX_LIST,
    SECURITY_GROUP,
    reaching,
)
from ansible_collections.elasticache.access.plugins.module_utils._survey import Survey

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference, Grant
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known

    Existing = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True)
class Question:
    """What an audit is about: C(references) name caches, V(None) stands for all of the region."""

    references: Sequence[CacheReference] | None
    cache_type: str
    filters: Mapping[str, t.Any]
    must_exist: bool
    grants: Sequence[Grant]

    @property
    def is_about_everything(self) -> bool:
        """Say whether every cache of the region is asked about."""
        return self.references is None and not self.cache_type and not self.filters


@dataclass(frozen=True)
class Reading:
    """What was read: C(found) says which cache each reference and each grant means, if any."""

    survey: Survey
    found: Mapping[CacheReference, Cache | None]
    missing: Sequence[str]


def read_survey(aws: AuditedAws, question: Question) -> Reading:
    """Read everything that C(question) needs.

    Raises V(AccessError) where caches that are named do not exist, and where none may be listed.
    """
    references = question.references or ()
    find: Callable[[], t.Any] = partial(find_in_region, aws, [*references, *(each.cache for each in question.grants)])
    caches, found = aws.side_by_side([find, aws.get_ready_for_ec2])[0]
    if all(action in aws.denied for action in LISTINGS.values()):
        raise aws.denied[CLUSTERS]
    missing = [reference for reference in references if found[reference] is None]
    if missing and question.must_exist:
        _refuse(missing, caches, aws)
    audited = _asked_about(aws, question, caches, found)
    survey = _read_networks(aws, question, caches, audited, found)
    return Reading(survey, found, [reference.text for reference in missing])


def _refuse(missing: Sequence[CacheReference], caches: Sequence[Cache], aws: AuditedAws) -> None:
    """Raise an error for caches that were not found, which may be no fault of theirs."""
    for action in LISTINGS.values():
        if action in aws.denied:
            raise aws.denied[action]
    refuse_unknown(missing, caches, aws.region)


def _asked_about(
    aws: Aws, question: Question, caches: Sequence[Cache], found: Mapping[CacheReference, Cache | None]
) -> list[Cache]:
    filters = question.filters
    audited = [cache for cache in caches if question.cache_type in ("", cache.kind)]
    if question.references is not None:
        named = [found[reference] for reference in question.references]
        audited = each_once(named)
    if filters.get("vpc_id") is not None:
        audited = with_networks(aws, audited)
    if filters.get("tags"):
        audited = with_tags(aws, audited)
    return [cache for cache in audited if fits(cache, filters)]


def _read_networks(
    aws: AuditedAws,
    question: Question,
    caches: Sequence[Cache],
    audited: Sequence[Cache],
    found: Mapping[CacheReference, Cache | None],
) -> Survey:
    grants = [grant for grant in question.grants if found[grant.cache] is not None]
    wizard_names = WIZARD_NAMES if question.is_about_everything else None
    reads: list[Callable[[], t.Any]] = [
        partial(look_up_with_answers, aws, grants, audited),
        partial(aws.describe_security_groups_named, wizard_names or ()),
    ]
    looked_up, wizard_answers = aws.side_by_side(reads)
    existing, known = looked_up.existing, looked_up.known
    of_wizard = list(parse_groups(wizard_answers).values())
    admitting = [rule for cache in audited for rule in reaching(cache.group_ids, cache.ports, existing)]
    interfaces, entries, stale = _read_what_rules_name(aws, admitting, existing, known, of_wizard)
    directory = Directory(parse_carriers(interfaces), entries)
    instances = parse_instances(aws.describe_instances(_instances_behind(admitting, directory, known)))
    return Survey(
        caches=caches,
        audited=audited,
        existing=existing,
        known=replace(known, instances={**known.instances, **instances}),
        directory=directory,
        references=References(parse_references(looked_up.rule_answers), parse_stale(stale)),
        entries=entries,
        of_wizard=None if wizard_names is None else of_wizard,
        denied=frozenset(aws.denied),
    )


def _read_what_rules_name(
    aws: AuditedAws,
    admitting: Iterable[Rule],
    existing: Existing,
    known: Known,
    of_wizard: Iterable[SecurityGroup],
) -> tuple[list[t.Any], dict[str, tuple[str, ...]], list[t.Any]]:
    """Return the network interfaces, the ranges that prefix lists hold, and what EC2 calls stale."""
    vpc_of = {group_id: known.groups[group_id].vpc_id for group_id in existing if group_id in known.groups}
    # Who has an address can only be seen among all interfaces of the VPC; who carries a group is asked for by group.
    vpc_ids = set()
    far_vpcs = set()
    list_ids = set()
    group_ids = {*existing, *(group.group_id for group in of_wizard)}
    for rule in admitting:
        vpc_id = vpc_of.get(rule.key.group_id, "")
        source = rule.key.source
        if source.kind == SECURITY_GROUP:
            group_ids.add(source.value)
        elif vpc_id:
            vpc_ids.add(vpc_id)
        if source.kind == PREFIX_LIST:
            list_ids.add(source.value)
        if vpc_id and is_far(rule, vpc_id, known.groups):
            far_vpcs.add(vpc_id)
    elsewhere = {each for each in group_ids if each not in known.groups or known.groups[each].vpc_id not in vpc_ids}
    calls: list[Callable[[], t.Any]] = [
        partial(aws.describe_network_interfaces_of_vpcs, vpc_ids),
        partial(aws.describe_network_interfaces, elsewhere),
        partial(read_entries, aws, list_ids),
        *(partial(aws.describe_stale_security_groups, vpc_id) for vpc_id in sorted(far_vpcs)),
    ]
    of_vpcs, of_groups, entries, *stale = aws.side_by_side(calls)
    interfaces = {answer["NetworkInterfaceId"]: answer for answer in (*of_vpcs, *of_groups)}
    return list(interfaces.values()), entries, [answer for answers in stale for answer in answers]


def _instances_behind(admitting: Iterable[Rule], directory: Directory, known: Known) -> set[str]:
    """Return the ids of the instances whose names and states an audit tells, as far as they are not known yet."""
    behind: set[str] = set()
    for rule in admitting:
        home = known.groups.get(rule.key.group_id)
        members = directory.members(rule.key.source, home.vpc_id if home else "")
        behind.update(members.instance_ids if members else ())
    return behind - set(known.instances)
