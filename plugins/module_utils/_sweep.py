# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Expired rules -> removed in EC2, group by group. One that fails does not stop the others."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._apply import ATTEMPTS, RACES, pause_before
from ansible_collections.elasticache.access.plugins.module_utils._done import Done
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import was_renewed
from ansible_collections.elasticache.access.plugins.module_utils._rules import parse_rule

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import Batch, Deadline
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

# So many groups are changed before the next ones are read again: as many calls as EC2 takes at once. What was read
# longer ago than these take may have been renewed since.
_AT_ONCE = 50
# The group was deleted, and its rules with it.
_GONE = "InvalidGroup.NotFound"


@dataclass(frozen=True)
class Swept:
    """What became of one batch. C(lost) are those of the C(removed) that were renewed while they were removed."""

    batch: Batch
    removed: tuple[Rule, ...] = ()
    lost: tuple[Rule, ...] = ()
    error: str = ""


def foretell_sweep(batches: Sequence[Batch]) -> list[Swept]:
    """Return what removing C(batches) would do, with nobody in the way."""
    return [Swept(batch, batch.rules) for batch in batches]


def changes_of(batches: Sequence[Batch], deadline: Deadline) -> list[Callable[[Aws], object]]:
    """Return the removals of C(batches), each to be made, or asked about, by an Aws."""
    return [partial(_make, batch, deadline) for batch in batches]


def _make(batch: Batch, deadline: Deadline, aws: Aws) -> None:
    _revoke(aws, batch, batch.rules, deadline, Done())


def sweep(aws: Aws, batches: Sequence[Batch], deadline: Deadline) -> list[Swept]:
    """Remove the rules of C(batches), and return what became of each batch, in order."""
    done: list[Swept] = []
    for start in range(0, len(batches), _AT_ONCE):
        portion = batches[start : start + _AT_ONCE]
        try:
            # The first ones have only just been read.
            current = _read_again(aws, portion, deadline) if start else portion
        except AwsError as error:
            done += [Swept(batch, error=str(error)) for batch in portion]
            continue
        done += aws.side_by_side([partial(_remove, aws, batch, deadline) for batch in current])
    return done


def _read_again(aws: Aws, batches: Sequence[Batch], deadline: Deadline) -> list[Batch]:
    """Return the batches with those of their rules alone that stand and are to be removed as they are now."""
    return _still_over(batches, _read(aws, batches), deadline)


def _read(aws: Aws, batches: Sequence[Batch]) -> list[Rule]:
    return [parse_rule(answer) for answer in aws.describe_security_group_rules({batch.group_id for batch in batches})]


def _still_over(batches: Sequence[Batch], standing: Sequence[Rule], deadline: Deadline) -> list[Batch]:
    over = {rule.rule_id: rule for rule in standing if deadline.is_over(rule)}
    return [
        replace(batch, rules=tuple(over[rule.rule_id] for rule in batch.rules if rule.rule_id in over))
        for batch in batches
    ]


def _remove(aws: Aws, batch: Batch, deadline: Deadline) -> Swept:
    done = Done()
    lost: tuple[Rule, ...] = ()
    error = ""
    current = batch
    for attempt in range(ATTEMPTS):
        try:
            if attempt:
                pause_before(attempt)
                standing = _read(aws, [batch])
                done.settle(standing)
                [current] = _still_over([batch], standing, deadline)
            lost = _revoke(aws, batch, current.rules, deadline, done)
            break
        except AwsError as refusal:
            if refusal.code == _GONE:
                # With its rules, whoever deleted it.
                break
            if attempt + 1 == ATTEMPTS or refusal.code not in RACES:
                seen = done.look_again(partial(_read, aws, [batch]))
                if seen is None or done.is_unsure or _still_over([batch], seen, deadline)[0].rules:
                    error = done.explained(str(refusal))
                break
    return Swept(batch, tuple(done.removed), lost, error)


def _revoke(aws: Aws, batch: Batch, rules: Sequence[Rule], deadline: Deadline, done: Done) -> tuple[Rule, ...]:
    """Remove C(rules), and return those of them that were renewed meanwhile."""
    if not rules:
        return ()
    revoke = aws.revoke_security_group_egress if batch.is_egress else aws.revoke_security_group_ingress
    with done.attempt(removes=rules):
        answers = revoke(batch.group_id, [rule.rule_id for rule in rules])
    done.removed += rules
    descriptions = {answer["SecurityGroupRuleId"]: answer.get("Description", "") for answer in answers}
    return tuple(
        rule for rule in rules if was_renewed(rule, descriptions.get(rule.rule_id, rule.description), deadline)
    )
