# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Plan -> changes in EC2 -> Outcome. Groups are changed side by side; one that fails does not stop the others."""

from __future__ import annotations

import random
import time
import typing as t
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._done import Done
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of
from ansible_collections.elasticache.access.plugins.module_utils._plan import in_order, plan_group
from ansible_collections.elasticache.access.plugins.module_utils._refusals import meaning
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    Rule,
    RuleKey,
    ip_permissions,
    parse_egress,
    parse_ingress,
    parse_rule,
)
from ansible_collections.elasticache.access.plugins.module_utils._tags import merged

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan, Plan
    from ansible_collections.elasticache.access.plugins.module_utils._tags import Tags

    Pair = tuple[Rule, Rule]
    Item = t.TypeVar("Item")

# Somebody else made or removed one of the rules since they were read.
RACES = (
    *("InvalidPermission.Duplicate", "InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound"),
    # What CreateTags may say of it: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    "InvalidID",
)
# How often a group is read and planned again when others change it at the same time.
ATTEMPTS = 10
# The longest pause before the second attempt, in seconds; it doubles with each, up to the longest of all. EC2's answers
# can lag behind changes by some seconds.
_PAUSE = 0.25
_LONGEST_PAUSE = 4.0


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

    @property
    def not_done(self) -> tuple[Rule, ...]:
        """Return the rules of the plan that were to be added, changed or removed, and were not, or not altogether."""
        if not self.error:
            return ()
        done = {rule.key for rule in (*self.added, *self.removed)}
        edited = {(rule.key, rule.tags, rule.description) for rule in self.updated}
        return (
            *(rule for rule in self.plan.adds if rule.key not in done),
            *(
                rule
                for _before, rule in self.plan.updates
                if rule.key not in done and (rule.key, rule.tags, rule.description) not in edited
            ),
            *(rule for rule in self.plan.removes if rule.key not in done),
        )


class _NotThereYetError(AwsError):
    """Rules that were added do not show yet, so that nothing may be removed, or renewed ones do not show any more."""


def foretell_plan(plan: Plan) -> list[Outcome]:
    """Return what applying C(plan) would do, with nobody in the way. The rules to come have no id yet."""
    return [
        Outcome(group, group.adds, tuple(after for _before, after in group.updates), group.removes, group.unchanged)
        for group in plan.groups
    ]


def changes_of(plan: Plan) -> list[Callable[[Aws], None]]:
    """Return the changes that C(plan) begins with, each to be made, or asked about, by an Aws.

    Groups that do not exist yet are left out.
    """
    groups = [group for group in plan.groups if not group.group.is_new]
    return [partial(_make, step, group) for group in groups for step in (_add, _update, _remove)]


def _make(step: Callable[[Aws, GroupPlan, Done], None], plan: GroupPlan, aws: Aws) -> None:
    step(aws, plan, Done())


def pause_before(attempt: int) -> None:
    """Wait before another attempt, for longer each time; attempts are counted from 0."""
    time.sleep(random.uniform(0, min(_PAUSE * 2**attempt, _LONGEST_PAUSE)))


def apply_plan(aws: Aws, plan: Plan) -> list[Outcome]:
    """Do what C(plan) says, and return what was done per group, in the plan's order."""
    return aws.side_by_side([partial(_apply_group, aws, group) for group in plan.groups])


def _apply_group(aws: Aws, plan: GroupPlan) -> Outcome:
    done = Done()
    error = ""
    current = plan
    for attempt in range(ATTEMPTS):
        try:
            if attempt:
                pause_before(attempt)
                standing = _read(aws, plan)
                done.settle(standing)
                current = _plan_again(plan, standing)
            # In this order: what is to be reachable is so before anything else is taken away.
            _add(aws, current, done)
            _update(aws, current, done)
            moved = [new for old, new in current.updates if expiry_of(old) != expiry_of(new)]
            if (current.removes and done.added) or moved:
                _read_back(aws, plan, moved)
            _remove(aws, current, done)
            break
        except AwsError as refusal:
            if attempt + 1 == ATTEMPTS or not (refusal.code in RACES or isinstance(refusal, _NotThereYetError)):
                seen = done.look_again(partial(_read, aws, plan))
                if seen is None or done.is_unsure or not _plan_again(plan, seen).is_empty:
                    error = done.explained(meaning(refusal, current))
                break
    # Of a rule that was edited, then removed by others and made again, it is said that it was added.
    updated = {key: rule for key, rule in done.updated.items() if key not in done.added}
    unchanged = tuple(rule for rule in current.unchanged if rule.key not in done.added and rule.key not in updated)
    added, removed = in_order(done.added.values()), tuple(done.removed)
    return Outcome(plan, added, in_order(updated.values()), removed, unchanged, error)


def _read(aws: Aws, plan: GroupPlan) -> list[Rule]:
    parse = parse_egress if plan.is_egress else parse_ingress
    return parse(aws.describe_security_group_rules([plan.group.group_id]))


def _plan_again(plan: GroupPlan, standing: Sequence[Rule]) -> GroupPlan:
    """Return what is left to do of C(plan): its wishes alone, so that nothing is removed that it did not show."""
    return plan_group(
        group=plan.group,
        caches=plan.caches,
        wishes=plan.wishes,
        ports=plan.ports,
        existing=standing,
        is_egress=plan.is_egress,
    )


def _read_back(aws: Aws, plan: GroupPlan, moved: Iterable[Rule]) -> None:
    """Raise V(_NotThereYetError) unless every rule that is wanted stands, and those that were C(moved) with their end.

    What is renewed may be removed in the same moment, because it had ended, or get another end from somebody else.
    """
    standing = {rule.key: rule for rule in _read(aws, plan)}
    missing = {wish.key for wish in plan.wishes if wish.is_present and wish.key not in standing}
    missing |= {rule.key for rule in moved if rule.key in standing and expiry_of(standing[rule.key]) != expiry_of(rule)}
    if missing:
        raise _NotThereYetError(
            f"EC2 does not show {len(missing)} of the rules just added or renewed in {plan.group}, "
            "so nothing was removed: run again."
        )


def _add(aws: Aws, plan: GroupPlan, done: Done) -> None:
    """Add what is missing: in one call, or in one per set of tags, which EC2 gives to all rules of a call."""
    authorize = aws.authorize_security_group_egress if plan.is_egress else aws.authorize_security_group_ingress
    for tags, rules in _by_tags((rule.tags, rule) for rule in plan.adds):
        with done.attempt(adds=rules):
            answers = authorize(plan.group.group_id, ip_permissions(rules), tags)
        made = {rule.key: rule.rule_id for rule in map(parse_rule, answers)}
        done.added.update({rule.key: replace(rule, rule_id=made.get(rule.key, "")) for rule in rules})


def _update(aws: Aws, plan: GroupPlan, done: Done) -> None:
    """Edit in place: tags first, for it is by them that a rule is taken away when its time is over."""
    edited: dict[RuleKey, Rule] = {}

    def note(old: Rule, **changes: t.Any) -> None:
        edited[old.key] = done.updated[old.key] = replace(edited.get(old.key, old), **changes)

    for tags, pairs in _by_tags((_only_in(new.tags, old.tags), (old, new)) for old, new in plan.updates):
        with done.attempt(updates=pairs):
            aws.create_tags([old.rule_id for old, _new in pairs], tags)
        for old, _new in pairs:
            note(old, tags=merged(old.tags, tags))
    for tags, pairs in _by_tags((_gone(old.tags, new.tags), (old, new)) for old, new in plan.updates):
        with done.attempt(updates=pairs):
            aws.delete_tags([old.rule_id for old, _new in pairs], tags)
        for old, new in pairs:
            note(old, tags=new.tags)
    described = [(old, new) for old, new in plan.updates if old.description != new.description]
    if described:
        describe = (
            aws.update_security_group_rule_descriptions_egress
            if plan.is_egress
            else aws.update_security_group_rule_descriptions_ingress
        )
        with done.attempt(updates=described):
            describe(plan.group.group_id, {new.rule_id: new.description for _old, new in described})
        for old, new in described:
            note(old, description=new.description)


def _only_in(tags: Tags, others: Tags) -> Tags:
    return tuple(tag for tag in tags if tag not in others)


def _gone(before: Tags, after: Tags) -> Tags:
    """Return the tags whose keys are to be there no longer."""
    kept = dict(after)
    return tuple((key, value) for key, value in before if key not in kept)


def _by_tags(tagged: Iterable[tuple[Tags, Item]]) -> list[tuple[Tags, list[Item]]]:
    """Return what has tags by which they are; what has none is left out."""
    groups: dict[Tags, list[Item]] = {}
    for tags, item in tagged:
        if tags:
            groups.setdefault(tags, []).append(item)
    return list(groups.items())


def _remove(aws: Aws, plan: GroupPlan, done: Done) -> None:
    if plan.removes:
        revoke = aws.revoke_security_group_egress if plan.is_egress else aws.revoke_security_group_ingress
        with done.attempt(removes=plan.removes):
            revoke(plan.group.group_id, [rule.rule_id for rule in plan.removes])
        done.removed += plan.removes
