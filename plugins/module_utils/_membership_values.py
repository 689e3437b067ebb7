# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Memberships of caches -> diff, sentences and return values of elasticache_security_groups. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._printable import block, printable
from ansible_collections.elasticache.access.plugins.module_utils._render import rule_phrase, rule_values

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._change_memberships import MembershipOutcome
    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known

    Values = dict[str, t.Any]

# So many caches, nodes and reasons are named in one sentence.
_SHOWN = 5


def diff_of_memberships(plan: MembershipPlan) -> Values:
    """Return the diff of one cache: a line per security group."""
    header = printable(f"security groups of cache {plan.cache.name}")
    return {
        "before_header": header,
        "after_header": header,
        "before": block(sorted(f"{group}{_missing_on(plan, group)}" for group in plan.before)),
        "after": block(sorted(map(str, plan.after))),
    }


def _missing_on(plan: MembershipPlan, group: SecurityGroup) -> str:
    """Return which nodes lack a group that others carry, so that a change which makes them alike shows."""
    lacking = [member for member, group_ids in plan.cache.member_groups if group.group_id not in group_ids]
    return f", not on {first_of(lacking, _SHOWN)}" if lacking and plan.needs_change else ""


def membership_values(outcome: MembershipOutcome, lost: Iterable[Rule], known: Known) -> Values:
    """Return what was done to one cache, or would be. C(lost) are the rules that have no effect on it any more."""
    plan, cache = outcome.plan, outcome.cache
    is_done = outcome.is_changed
    return {
        "name": cache.name,
        "arn": cache.arn,
        "kind": cache.kind,
        "status": cache.status,
        "vpc_id": plan.cache.vpc_id,
        "security_groups": [
            {**_group_values(membership.group_id, known), "status": membership.status}
            for membership in cache.security_groups
        ],
        "differing_members": [
            {"name": member, "security_groups": list(group_ids)} for member, group_ids in cache.differing_members
        ],
        "attached": [_group_values(group.group_id, known) for group in plan.added if is_done],
        "detached": [_group_values(group.group_id, known) for group in plan.removed if is_done],
        "in_force": not outcome.left,
        "lost_rules": [rule_values(rule, known) for rule in lost if is_done],
        "error": outcome.error or None,
    }


def _group_values(group_id: str, known: Known) -> Values:
    group = known.groups.get(group_id)
    return {"id": group_id, "name": group.name if group else None}


def membership_warnings(
    outcomes: Sequence[MembershipOutcome], lost: Sequence[Sequence[Rule]], known: Known
) -> Iterator[str]:
    """Yield what the user has to know besides what changed."""
    for outcome, rules in zip(outcomes, lost):
        plan = outcome.plan
        if outcome.is_changed and rules:
            groups = {group.group_id: group for group in plan.removed}
            said = "; ".join(f"{rule_phrase(rule, known)} of {groups[rule.key.group_id]}" for rule in rules)
            yield (
                f"Cache {plan.cache.name!r} can no longer be reached by what these rules alone let in: {said}. "
                "Connections that are open live on until they idle out (after up to 5 days)."
            )
        if plan.needs_change and plan.cache.global_datastore and not outcome.error:
            yield (
                f"Cache {plan.cache.name!r} is a member of Global Datastore {plan.cache.global_datastore}, whose "
                "members ElastiCache does not always change by themselves."
            )
        if outcome.left and not outcome.error:
            yield f"The security groups of cache {plan.cache.name!r} are not in force everywhere yet: {outcome.left}."


def membership_failure(outcomes: Sequence[MembershipOutcome]) -> str:
    """Return what was not done and why, and what was done all the same."""
    caches_of: dict[str, list[str]] = {}
    for each in outcomes:
        if each.error:
            caches_of.setdefault(each.error, []).append(each.plan.cache.name)
    reasons = [
        f"{'caches' if len(names) > 1 else 'cache'} {first_of(names, _SHOWN)}: {error}"
        for error, names in caches_of.items()
    ]
    if len(reasons) > _SHOWN:
        reasons[_SHOWN:] = [f"For {len(reasons) - _SHOWN} more reasons see error in caches."]
    changed = [each.plan.cache.name for each in outcomes if each.is_changed]
    if not changed:
        return f"{' '.join(reasons)} Nothing was changed."
    return f"{' '.join(reasons)} The security groups of {first_of(changed, _SHOWN)} were changed, as caches says."
