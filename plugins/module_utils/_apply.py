# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Plan -> changes in EC2 -> Outcome. Groups are changed side by side; one that fails does not stop the others."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._aws import side_by_side
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._plan import plan_group
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, ip_permissions, parse_ingress

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan, Plan

# Somebody else made or removed one of the rules since they were read.
_RACES = ("InvalidPermission.Duplicate", "InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound")
# How often a group is read and planned again when others change it at the same time.
_ATTEMPTS = 5


@dataclass(frozen=True)
class Outcome:
    """What was done on one group, or would be done. C(error) says in one sentence why the rest was not."""

    plan: GroupPlan
    added: tuple[Rule, ...]
    updated: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    unchanged: tuple[Rule, ...]
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Say whether any rule changed."""
        return bool(self.added or self.updated or self.removed)


def foretell_plan(plan: Plan) -> list[Outcome]:
    """Return what applying C(plan) would do, with nobody in the way. The rules to come have no id yet."""
    return [
        Outcome(group, group.adds, tuple(after for _before, after in group.updates), group.removes, group.unchanged)
        for group in plan.groups
    ]


def apply_plan(aws: Aws, plan: Plan) -> list[Outcome]:
    """Do what C(plan) says, and return what was done per group, in the plan's order."""
    return side_by_side([partial(_apply_group, aws, group) for group in plan.groups])


def _apply_group(aws: Aws, plan: GroupPlan) -> Outcome:
    added: list[Rule] = []
    updated: list[Rule] = []
    removed: list[Rule] = []
    error = ""
    current = plan
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            if attempt > 1:
                current = _plan_again(aws, plan)
            # In this order: what is to be reachable is so before anything else is taken away.
            added += _add(aws, current)
            updated += _update(aws, current)
            removed += _remove(aws, current)
            break
        except AwsError as refusal:
            if refusal.code not in _RACES or attempt == _ATTEMPTS:
                error = str(refusal)
                break
    changed_here = {rule.key for rule in (*added, *updated)}
    unchanged = tuple(rule for rule in current.unchanged if rule.key not in changed_here)
    return Outcome(plan, tuple(added), tuple(updated), tuple(removed), unchanged, error)


def _plan_again(aws: Aws, plan: GroupPlan) -> GroupPlan:
    existing = parse_ingress(aws.describe_security_group_rules([plan.group.group_id]))
    return plan_group(
        group=plan.group,
        caches=plan.caches,
        wishes=plan.wishes,
        ports=plan.ports,
        existing=existing,
    )


def _add(aws: Aws, plan: GroupPlan) -> list[Rule]:
    if not plan.adds:
        return []
    answers = aws.authorize_security_group_ingress(
        plan.group.group_id, ip_permissions(plan.adds), tags=plan.adds[0].tags
    )
    made = {rule.key: rule.rule_id for rule in parse_ingress(answers)}
    return [Rule(rule.key, made.get(rule.key, ""), rule.description, rule.tags) for rule in plan.adds]


def _update(aws: Aws, plan: GroupPlan) -> list[Rule]:
    after = [rule for _before, rule in plan.updates]
    if after:
        aws.update_security_group_rule_descriptions_ingress(
            plan.group.group_id, {rule.rule_id: rule.description for rule in after}
        )
    return after


def _remove(aws: Aws, plan: GroupPlan) -> list[Rule]:
    if plan.removes:
        aws.revoke_security_group_ingress(plan.group.group_id, [rule.rule_id for rule in plan.removes])
    return list(plan.removes)
