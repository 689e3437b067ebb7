# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Rules that end, and what became of the expired ones -> return values, diff and sentences. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import batches_of
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._printable import printable
from ansible_collections.elasticache.access.plugins.module_utils._render import (
    block_of,
    by_reason,
    rule_phrase,
    rule_values,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import Batch, EndingRules
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
    from ansible_collections.elasticache.access.plugins.module_utils._sweep import Swept

    Values = dict[str, t.Any]

# So many rules are named in one sentence.
_SHOWN = 5


def ending_values(rule: Rule, known: Known) -> Values:
    """Return one rule as a return value, with the name of its group where that is known."""
    group = known.groups.get(rule.key.group_id)
    return {**rule_values(rule, known), "security_group_name": group.name if group else None}


def sweep_values(found: EndingRules, swept: Sequence[Swept], known: Known) -> Values:
    """Return what was found, and what was done about it or would be."""
    return {
        "expired": [ending_values(rule, known) for rule in found.expired],
        "pending": [ending_values(rule, known) for rule in found.pending],
        "unreadable": [ending_values(rule, known) for rule in found.unreadable],
        "removed": [ending_values(rule, known) for each in swept for rule in each.removed],
        "renewed_meanwhile": [ending_values(rule, known) for each in swept for rule in each.lost],
        "not_done": [
            {**ending_values(rule, known), "error": each.error}
            for each in swept
            if each.error
            for rule in each.batch.rules
        ],
    }


def sweep_diff(batches: Iterable[Batch], found: EndingRules, known: Known) -> list[Values]:
    """Return the diff of each group and direction: a line per rule that has an end, those that stay as context."""
    staying = {(each.group_id, each.is_egress): each.rules for each in batches_of((*found.pending, *found.unreadable))}
    diffs = []
    for batch in batches:
        stays = staying.get((batch.group_id, batch.is_egress), ())
        where = "outbound rules with an end of" if batch.is_egress else "rules with an end of"
        header = printable(f"{where} security group {_group(batch.group_id, known)}")
        diffs.append(
            {
                "before_header": header,
                "after_header": header,
                "before": block_of([*stays, *batch.rules], known),
                "after": block_of(stays, known),
            }
        )
    return diffs


def sweep_failure(swept: Sequence[Swept], known: Known) -> str:
    """Return what went wrong as a sentence or more; empty where nothing did."""
    return " ".join((*_errors(swept, known), *_losses(swept, known)))


def _errors(swept: Sequence[Swept], known: Known) -> Iterator[str]:
    reasons = by_reason(((each.error, _group(each.batch.group_id, known)) for each in swept if each.error), "not_done")
    yield from reasons
    if reasons:
        removed = sum(len(each.removed) for each in swept)
        left = sum(len(each.batch.rules) for each in swept if each.error)
        yield f"{removed} of {removed + left} expired rules were removed; run again to do the rest."


def _losses(swept: Iterable[Swept], known: Known) -> Iterator[str]:
    lost = [rule for each in swept for rule in each.lost]
    for rule in lost[:_SHOWN]:
        yield (
            f"Access was lost that somebody renewed just as it was removed: {rule_phrase(rule, known)} in "
            f"{_group(rule.key.group_id, known)}; grant it again."
        )
    if len(lost) > _SHOWN:
        yield f"For {len(lost) - _SHOWN} more see renewed_meanwhile."


def unreadable_warnings(found: EndingRules, known: Known) -> Iterator[str]:
    """Yield which rules nothing will end, because their tag says no time."""
    for rule in found.unreadable:
        text = dict(rule.tags)[EXPIRES_AT]
        yield (
            f"The tag {EXPIRES_AT} of {rule_phrase(rule, known)} in {_group(rule.key.group_id, known)} is {text!r}, "
            "which is no time with a zone: the rule was left alone, and nothing will end it; correct the tag to a time "
            "such as 2026-01-31T18:00:00Z, or revoke the access."
        )


def _group(group_id: str, known: Known) -> str:
    return str(known.groups.get(group_id) or group_id)
