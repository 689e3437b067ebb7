# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_sg_access, from the options to the result: read, plan, validate, change, report."""

from __future__ import annotations

import gc
import typing as t
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils import _clock, _render
from ansible_collections.elasticache.access.plugins.module_utils._apply import (
    Outcome,
    apply_plan,
    changes_of,
    foretell_plan,
)
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._cache_values import cache_values
from ansible_collections.elasticache.access.plugins.module_utils._caches import each_once, with_network
from ansible_collections.elasticache.access.plugins.module_utils._call_limits import read_call_limits
from ansible_collections.elasticache.access.plugins.module_utils._carriers import parse_carriers
from ansible_collections.elasticache.access.plugins.module_utils._discovery import list_caches, subnet_groups_of
from ansible_collections.elasticache.access.plugins.module_utils._dry_run import check_permissions
from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    AwsError,
    PartialError,
    all_or_error,
)
from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant, read_grants
from ansible_collections.elasticache.access.plugins.module_utils._lookup import (
    look_up,
    look_up_links,
    look_up_outbound,
    names_in,
)
from ansible_collections.elasticache.access.plugins.module_utils._paths import check_paths
from ansible_collections.elasticache.access.plugins.module_utils._plan import Plan, make_plan
from ansible_collections.elasticache.access.plugins.module_utils._planned_groups import (
    NOTHING_PLANNED,
    PlannedGroups,
    read_planned_groups,
)
from ansible_collections.elasticache.access.plugins.module_utils._purge import check_brake
from ansible_collections.elasticache.access.plugins.module_utils._quota import check_limit, check_quota
from ansible_collections.elasticache.access.plugins.module_utils._sharing import check_sharing, groups_not_to_share
from ansible_collections.elasticache.access.plugins.module_utils._source_egress import egress_warnings
from ansible_collections.elasticache.access.plugins.module_utils._targets import target_of
from ansible_collections.elasticache.access.plugins.module_utils._term_checks import check_terms
from ansible_collections.elasticache.access.plugins.module_utils._term_warnings import term_warnings
from ansible_collections.elasticache.access.plugins.module_utils._waiting import (
    find_caches_in_service,
    read_wait_timeout,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._source_egress import Outbound
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Existing = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True)
class _Prepared:
    """Everything that is known before the first change: C(grants) are those whose caches exist."""

    grants: Sequence[Grant]
    missing: list[str]
    cache_info: list[dict[str, t.Any]]
    existing: Existing
    known: Known
    plan: Plan
    warnings: Sequence[str]


def run(module: AccessModule) -> dict[str, t.Any]:
    """Grant or revoke what the module's options say, and return the module's result.

    Raises V(AccessError) before anything is changed, V(PartialError) where some changes could not be made.
    """
    options = module.params
    now = _clock.now()
    grants = read_grants(options, now)
    check_terms(grants, now)
    limit = check_limit(options["rules_per_security_group"])
    aws = Aws(module, **read_call_limits(options))
    planned = read_planned_groups(options["planned"])
    # Outside of check mode what was planned is done, and AWS tells of it.
    carried = module.carry_out(lambda: planned, lambda: NOTHING_PLANNED)
    try:
        prepared = _prepare(aws, grants, options, limit, carried)
    except AwsError as error:
        raise AwsError(f"{error} Nothing was changed.", error.code, error.action) from error
    plan, existing, known = prepared.plan, prepared.existing, prepared.known

    outcomes = module.carry_out(
        partial(_foretell, aws, plan, options["check_permissions"]), partial(apply_plan, aws, plan)
    )

    said = _render.warnings(prepared.grants, plan, outcomes, known)
    for warning in (*prepared.warnings, *said, *term_warnings(outcomes, known, now)):
        module.warn(warning)
    done = {(outcome.plan.group.group_id, outcome.plan.is_egress): outcome for outcome in outcomes}
    result: dict[str, t.Any] = {
        "changed": any(outcome.is_changed for outcome in outcomes),
        "caches": [_render.access_values(each, done, existing, known, limit) for each in plan.caches],
        "missing": prepared.missing,
        "diff": [_render.diff_of_group(group_plan, known) for group_plan in plan.groups],
    }
    if options["include_cache_info"]:
        result["cache_info"] = prepared.cache_info
    if any(outcome.error for outcome in outcomes):
        raise PartialError(_render.failure_sentence(outcomes), result)
    return result


def _foretell(aws: Aws, plan: Plan, is_asking: bool) -> list[Outcome]:
    if is_asking:
        check_permissions(aws, changes_of(plan))
    return foretell_plan(plan)


def _prepare(
    aws: Aws, grants: Sequence[Grant], options: Mapping[str, t.Any], limit: int, carried: PlannedGroups
) -> _Prepared:
    """Read, plan and validate. Raises V(InvalidGrantError), with a line per fault, for what must not be done."""
    references = [grant.cache for grant in grants]
    found = _find_caches(aws, references, options)
    missing = dict.fromkeys(reference.text for reference in references if reference not in found)
    grants = [grant for grant in grants if grant.cache in found]
    caches = [carried.carried_by(found[grant.cache]) for grant in grants]
    with_info = caches if options["include_cache_info"] else []
    reads: list[Callable[[], t.Any]] = [
        partial(look_up, aws, grants, caches, carried.new),
        partial(subnet_groups_of, aws, with_info),
    ]
    (existing, known, told), subnet_groups = aws.side_by_side(reads)
    # All that was read stays to the end. Otherwise the collector goes through it again and again while planning.
    gc.freeze()
    names = names_in(aws)
    targets = all_or_error(partial(target_of, grant, cache, known, names) for grant, cache in zip(grants, caches))
    links = look_up_links(aws, targets)
    check_paths(targets, links)
    outbound = look_up_outbound(aws, targets, existing, told, known, links)
    plan = make_plan(targets, existing, outbound)
    _check(aws, plan, existing, outbound, known, limit)
    cache_info = _cache_info(targets, subnet_groups) if with_info else []
    warnings = list(egress_warnings(targets, outbound))
    return _Prepared(grants, list(missing), cache_info, existing, known, plan, warnings)


def _find_caches(
    aws: Aws, references: Sequence[CacheReference], options: Mapping[str, t.Any]
) -> dict[CacheReference, Cache]:
    """Return the caches that exist, ready for the calls to EC2 that come next."""
    find: Callable[[], t.Any] = partial(
        find_caches_in_service,
        aws,
        references,
        read_wait_timeout(options),
        must_exist=options["missing"] == "fail",
    )
    found: dict[CacheReference, Cache] = aws.side_by_side([find, aws.get_ready_for_ec2])[0]
    return found


def _cache_info(targets: Sequence[Target], subnet_groups: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the record of each cache once. The VPC of its security groups is its own."""
    caches = each_once(replace(target.cache, vpc_id=target.groups[0].vpc_id) for target in targets)
    return [cache_values(with_network(cache, subnet_groups, {}), with_tags=False) for cache in caches]


def _check(aws: Aws, plan: Plan, existing: Existing, outbound: Outbound, known: Known, limit: int) -> None:
    """Raise V(InvalidGrantError), with a line per fault, where the plan must not be carried out."""
    check_brake(plan, existing)
    all_or_error(
        partial(
            check_quota,
            group,
            (outbound.rules if group.is_egress else existing).get(group.group.group_id, ()),
            known.prefix_lists,
            limit,
        )
        for group in plan.groups
    )
    guarded = groups_not_to_share(plan)
    if not guarded:
        return
    calls: list[Callable[[], list[t.Any]]] = [
        partial(aws.describe_network_interfaces, guarded),
        partial(list_caches, aws),
    ]
    interfaces, listed = aws.side_by_side(calls)
    targets = [cache_plan.target for cache_plan in plan.caches]
    check_sharing(guarded.values(), targets, listed, parse_carriers(interfaces))
