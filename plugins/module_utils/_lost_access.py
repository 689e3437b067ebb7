# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Which rules stop having their effect on a cache when groups are detached from it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, first_of
from ansible_collections.elasticache.access.plugins.module_utils._rules import admitting, reaching

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

    Existing = Mapping[str, Sequence[Rule]]

_SHOWN = 5


def lost_rules(plan: MembershipPlan, existing: Existing) -> tuple[Rule, ...]:
    """Return the rules of detached groups that let something reach the cache which no remaining group lets reach it.

    C(existing) are the inbound rules of both by group. Of a cache that does not report its ports yet, the ports of the
    rules count.
    """
    removed = [group.group_id for group in plan.removed]
    going = [rule for group_id in removed for rule in existing.get(group_id, ())]
    ports = plan.cache.ports or tuple(sorted({rule.key.from_port for rule in going}))
    remaining = {port: reaching(plan.group_ids, (port,), existing) for port in ports}
    return tuple(
        rule
        for rule in reaching(removed, ports, existing)
        if not all(admitting(remaining[port], [rule.key.source]) for port in ports if rule.covers(port))
    )


def check_lost_access(plan: MembershipPlan, lost: Sequence[Rule]) -> None:
    """Raise V(InvalidGrantError) where rules of this collection's own would lose their effect, without leave."""
    granted = [rule for rule in lost if rule.is_managed]
    if not granted or plan.assignment.allow_lost_access:
        return
    names = {group.group_id: str(group) for group in plan.removed}
    groups = dict.fromkeys(names[rule.key.group_id] for rule in granted)
    shown = [f"{rule.rule_id or 'one that is planned'} for {rule.key.source.value}" for rule in granted]
    rules = first_of(shown, _SHOWN)
    raise InvalidGrantError(
        f"cache {plan.cache.name!r} would lose {' and '.join(groups)}, whose rules were made by grants of this "
        f"collection and let something reach it that no other of its groups lets reach ({rules}); grant that on a "
        "group that stays, or set allow_lost_access to true if you mean it."
    )
