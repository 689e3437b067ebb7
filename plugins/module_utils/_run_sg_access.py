# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_sg_access, from the options to the result: read, plan, change, report."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils import _render
from ansible_collections.elasticache.access.plugins.module_utils._apply import apply_plan, foretell_plan
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws, side_by_side
from ansible_collections.elasticache.access.plugins.module_utils._caches import ports_to_open
from ansible_collections.elasticache.access.plugins.module_utils._discovery import find_existing_caches
from ansible_collections.elasticache.access.plugins.module_utils._errors import PartialError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._grants import read_grants
from ansible_collections.elasticache.access.plugins.module_utils._groups import (
    choose_group,
    groups_of_cache,
    parse_groups,
)
from ansible_collections.elasticache.access.plugins.module_utils._plan import Target, make_plan
from ansible_collections.elasticache.access.plugins.module_utils._rules import SECURITY_GROUP, parse_ingress
from ansible_collections.elasticache.access.plugins.module_utils._sources import (
    UnknownGroupNameError,
    group_ids,
    group_names,
    resolve_sources,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule


def run(module: AccessModule) -> dict[str, t.Any]:
    """Grant or revoke what the module's options say, and return the module's result.

    Raises V(AccessError) before anything is changed, V(PartialError) where some changes could not be made.
    """
    grants = read_grants(module.params)
    aws = Aws(module)
    found = find_existing_caches(aws, [grant.cache for grant in grants])
    caches = [found[grant.cache] for grant in grants]
    existing, groups = _read_groups(aws, grants, caches)
    targets = all_or_error(partial(_target, aws, grant, cache, groups) for grant, cache in zip(grants, caches))
    plan = make_plan(targets, existing)

    outcomes = module.carry_out(partial(foretell_plan, plan), partial(apply_plan, aws, plan))

    for warning in _render.warnings(plan, outcomes, groups):
        module.warn(warning)
    result: dict[str, t.Any] = {
        "changed": any(outcome.is_changed for outcome in outcomes),
        "caches": [_render.access_values(cache_plan, outcomes, groups) for cache_plan in plan.caches],
        "diff": [_render.diff_of_group(group_plan, groups) for group_plan in plan.groups],
    }
    if any(outcome.error for outcome in outcomes):
        raise PartialError(_render.failure_sentence(outcomes), result)
    return result


def _read_groups(
    aws: Aws, grants: Sequence[Grant], caches: Sequence[Cache]
) -> tuple[dict[str, list[Rule]], dict[str, SecurityGroup]]:
    """Return the inbound rules of every group that the caches carry, and all groups that they or the grants name."""
    carried = {group_id for cache in caches for group_id in cache.group_ids}
    rule_answers, named = side_by_side(
        [
            partial(aws.describe_security_group_rules, carried),
            partial(aws.describe_security_groups_named, group_names(grants)),
        ]
    )
    rules = parse_ingress(rule_answers)
    referenced = {rule.key.source.value for rule in rules if rule.key.source.kind == SECURITY_GROUP}
    groups = parse_groups(named)
    missing = (carried | referenced | group_ids(grants)) - set(groups)
    groups.update(parse_groups(aws.describe_security_groups(missing)))
    existing: dict[str, list[Rule]] = {group_id: [] for group_id in carried}
    for rule in rules:
        existing[rule.key.group_id].append(rule)
    return existing, groups


def _target(aws: Aws, grant: Grant, cache: Cache, known: Mapping[str, SecurityGroup]) -> Target:
    """Return the grant with everything looked up."""
    groups = groups_of_cache(cache, known)
    group = choose_group(cache, groups, grant.security_group) if grant.is_present else None
    ports = ports_to_open(cache, grant.ports)
    vpc_id = groups[0].vpc_id
    try:
        sources = resolve_sources(grant, vpc_id, known)
    except UnknownGroupNameError as error:
        there = parse_groups(aws.describe_security_groups_of_vpc(vpc_id))
        raise error.offering(each.name for each in there.values()) from error
    return Target(cache, ports, groups, group, sources)
