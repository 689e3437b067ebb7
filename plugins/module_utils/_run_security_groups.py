# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_security_groups: find the caches, plan, validate, change, wait, report."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._assignments import (
    check_groups_per_interface,
    read_assignments,
)
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._call_limits import read_call_limits
from ansible_collections.elasticache.access.plugins.module_utils._change_memberships import (
    change_memberships,
    foretell_memberships,
)
from ansible_collections.elasticache.access.plugins.module_utils._discovery import with_networks
from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    AwsError,
    InvalidGrantError,
    PartialError,
    all_or_error,
)
from ansible_collections.elasticache.access.plugins.module_utils._groups import check_in_vpc, parse_groups
from ansible_collections.elasticache.access.plugins.module_utils._lookup import names_in
from ansible_collections.elasticache.access.plugins.module_utils._lost_access import check_lost_access, lost_rules
from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import plan_membership
from ansible_collections.elasticache.access.plugins.module_utils._membership_values import (
    diff_of_memberships,
    membership_failure,
    membership_values,
    membership_warnings,
)
from ansible_collections.elasticache.access.plugins.module_utils._planned_changes import Changes, read_changes
from ansible_collections.elasticache.access.plugins.module_utils._planned_groups import (
    NOTHING_PLANNED,
    PlannedGroups,
    new_group,
    read_planned_groups,
)
from ansible_collections.elasticache.access.plugins.module_utils._readiness import check_modifiable, is_settled
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    SECURITY_GROUP,
    parse_ingress,
    rules_by_group,
    values_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
from ansible_collections.elasticache.access.plugins.module_utils._waiting import (
    find_caches_in_service,
    read_wait_timeout,
    wait_for,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._assignments import Assignment
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan
    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule


@dataclass(frozen=True)
class _Beforehand:
    """What earlier tasks do once they are not in check mode: what they C(planned), and groups that they C(create).

    Outside of check mode they have done it, and this is empty. C(settle_timeout) is for how many seconds to wait for
    caches that are busy before they can be changed, which in check mode nobody does.
    """

    groups: PlannedGroups
    changes: Changes
    created: Sequence[str] = ()
    settle_timeout: float = 0


@dataclass(frozen=True)
class _Prepared:
    """Everything that is known before the first change. C(lost) are for each plan the rules that are of no use then."""

    plans: Sequence[MembershipPlan]
    lost: Sequence[Sequence[Rule]]
    known: Known


def run(module: AccessModule) -> dict[str, t.Any]:
    """Have caches carry the groups that the module's options say, and return the module's result.

    Raises V(AccessError) before anything is changed, V(PartialError) where some of it could not be done.
    """
    options = module.params
    assignments = read_assignments(options)
    limit = check_groups_per_interface(options["security_groups_per_interface"])
    wait_timeout = read_wait_timeout(options)
    planned, changes = read_planned_groups(options["planned"]), read_changes(options["planned"])
    beforehand = module.carry_out(
        lambda: _Beforehand(planned, changes, options["expected_groups"] or ()),
        lambda: _Beforehand(NOTHING_PLANNED, Changes(), settle_timeout=wait_timeout),
    )
    say = partial(_log, module.log, "security groups to be in force")
    aws = Aws(module, **read_call_limits(options))
    try:
        found = _find_caches(aws, assignments, options["missing"] == "fail", beforehand)
        prepared = _prepare(aws, found, beforehand, limit, can_be_busy=wait_timeout > 0)
        # What is wrong is said before anybody waits; then things can be other than they were.
        if _settle(aws, prepared.plans, beforehand.settle_timeout, partial(_log, module.log, "caches to be available")):
            found = _find_caches(aws, assignments, options["missing"] == "fail", beforehand)
            prepared = _prepare(aws, found, beforehand, limit, can_be_busy=False)
    except AwsError as error:
        raise AwsError(f"{error} Nothing was changed.", error.code, error.action) from error
    plans, known = prepared.plans, prepared.known

    outcomes = module.carry_out(
        partial(foretell_memberships, plans, wait_timeout > 0),
        partial(change_memberships, aws, plans, wait_timeout, say),
    )

    for warning in membership_warnings(outcomes, prepared.lost, known):
        module.warn(warning)
    result: dict[str, t.Any] = {
        "changed": any(outcome.is_changed for outcome in outcomes),
        "caches": [membership_values(outcome, lost, known) for outcome, lost in zip(outcomes, prepared.lost)],
        "missing": [each.cache.text for each in assignments if each not in found],
        "diff": [diff_of_memberships(plan) for plan in plans],
    }
    if any(outcome.error for outcome in outcomes):
        raise PartialError(membership_failure(outcomes), result)
    return result


def _log(write: Callable[[str], None], what: str, left: str) -> None:
    write(f"waiting for {what}: {left}")


def _find_caches(
    aws: Aws, assignments: Sequence[Assignment], must_exist: bool, beforehand: _Beforehand
) -> dict[Assignment, Cache]:
    """Return the caches that exist, with their VPCs, as they are or in check mode will be.

    Raises V(InvalidGrantError) where two assignments mean one cache.
    """
    references = [assignment.cache for assignment in assignments]
    # Those that are being created are among the busy ones, which are waited for later.
    found = find_caches_in_service(aws, references, 0, must_exist)
    for (_kind, name), times in Counter(cache.identity for cache in found.values()).items():
        if times > 1:
            raise InvalidGrantError(f"assignments names cache {name!r} {times} times; put all in one entry.")
    existing = [assignment for assignment in assignments if assignment.cache in found]
    caches = [beforehand.groups.carried_by(found[assignment.cache]) for assignment in existing]
    return dict(zip(existing, with_networks(aws, caches)))


def _settle(aws: Aws, plans: Sequence[MembershipPlan], wait_timeout: float, say: Callable[[str], None]) -> bool:
    """Wait for caches that are to be changed and are busy, and return whether there were any."""
    busy = {plan.assignment.cache: plan.cache for plan in plans if plan.needs_change and not is_settled(plan.cache)}
    if not busy or wait_timeout <= 0:
        return False
    wait_for(aws, busy, lambda _reference, cache: _busy(cache), wait_timeout, say)
    return True


def _busy(cache: Cache) -> str:
    return "" if is_settled(cache) else f"cache {cache.name} is {cache.status}"


def _prepare(
    aws: Aws, found: Mapping[Assignment, Cache], beforehand: _Beforehand, limit: int, can_be_busy: bool
) -> _Prepared:
    """Read, plan and validate. Raises V(InvalidGrantError), with a line per fault, for what must not be done.

    With C(can_be_busy) that does not include caches that cannot be changed just now.
    """
    groups = _read_groups(aws, found, beforehand)
    names = names_in(aws)
    all_or_error(partial(check_in_vpc, cache) for cache in found.values())
    plans = all_or_error(
        partial(plan_membership, assignment, cache, groups, names.of_groups_in, limit)
        for assignment, cache in found.items()
    )
    all_or_error(partial(check_modifiable, plan.cache, can_be_busy) for plan in plans if plan.needs_change)
    losing = [plan for plan in plans if plan.removed]
    concerned = {group.group_id for plan in losing for group in (*plan.before, *plan.after) if not group.is_new}
    rules = beforehand.changes.made_to(parse_ingress(aws.describe_security_group_rules(concerned)))
    existing = rules_by_group(rules)
    lost = [lost_rules(plan, existing) for plan in plans]
    all_or_error(partial(check_lost_access, plan, rules) for plan, rules in zip(plans, lost))
    # For the sake of their names alone.
    named = values_of((rule for rules in lost for rule in rules), SECURITY_GROUP) - set(groups)
    groups.update(parse_groups(aws.describe_security_groups(named)))
    return _Prepared(plans, lost, Known(groups=groups))


def _read_groups(aws: Aws, found: Mapping[Assignment, Cache], beforehand: _Beforehand) -> dict[str, SecurityGroup]:
    """Return the groups that the caches carry and that the assignments name, by id, those yet to be created as well."""
    references = [reference for assignment in found for reference in assignment.groups]
    ids = {reference.group_id for reference in references}
    ids |= {group_id for cache in found.values() for group_id in cache.group_ids}
    new = beforehand.groups.new
    told, named = aws.side_by_side(
        [
            partial(aws.describe_security_groups, ids - {""} - set(new)),
            partial(aws.describe_security_groups_named, {reference.name for reference in references} - {""}),
        ]
    )
    groups = {**new, **parse_groups(told), **parse_groups(named)}
    standing = {(group.vpc_id, group.name) for group in groups.values()}
    for assignment, cache in found.items():
        for reference in assignment.groups:
            if not cache.vpc_id or not reference.name or reference.name not in beforehand.created:
                continue
            if (cache.vpc_id, reference.name) not in standing:
                group = new_group(reference.name, cache.vpc_id, (cache.arn or "::::").split(":")[4])
                groups[group.group_id] = group
    return groups
