# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What EC2's refusal of a change means for the plan that it refused, as a sentence. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._rules import PREFIX_LIST, SECURITY_GROUP, values_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
    from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan

_MALFORMED = ("InvalidPermission.Malformed", "InvalidParameterValue")
_SHOWN = 5


def meaning(error: AwsError, plan: GroupPlan) -> str:
    """Return what C(error) means while C(plan) was carried out, naming the values that it is about."""
    if error.code in _MALFORMED:
        return f"{error} The refused value is {_culprits(error, plan)}: correct it in sources."
    if error.code == "InvalidGroup.NotFound":
        groups = _values(plan, SECURITY_GROUP)
        return (
            f"{error} Of the security groups {', '.join(groups) or plan.group.group_id}, one was deleted meanwhile, or "
            "its VPC is no longer linked with that of the cache: run again to see which."
        )
    if error.code == "InvalidPrefixListID.NotFound":
        return f"{error} One of {', '.join(_values(plan, PREFIX_LIST))} was deleted meanwhile: leave it out of sources."
    if error.code == "RulesPerSecurityGroupLimitExceeded":
        return (
            f"{error} {plan.group} has no room for {len(plan.adds)} more: this account's quota is lower than "
            "rules_per_security_group says, or others added rules meanwhile. Set the option to the account's quota, "
            "and run again in check mode to see what is used."
        )
    return str(error)


def _values(plan: GroupPlan, kind: str) -> list[str]:
    return sorted(values_of(plan.adds, kind))


def _culprits(error: AwsError, plan: GroupPlan) -> str:
    """Return the sources and descriptions that AWS's message names, or all that were sent if it names none."""
    rules = [*plan.adds, *(after for _before, after in plan.updates)]
    sources = list(dict.fromkeys(rule.key.source.value for rule in rules))
    descriptions = list(dict.fromkeys(rule.description for rule in rules if rule.description))
    said = str(error)
    named = [value for value in sources if re.search(rf"(?<![\w./:-]){re.escape(value)}(?![\w/:-]|\.\w)", said)]
    # A description can be any word, so that it counts as named in quotes alone.
    named += [text for text in descriptions if f"'{text}'" in said or f'"{text}"' in said]
    return _one_of(named or [*sources, *descriptions])


def _one_of(values: Iterable[str]) -> str:
    listed = [repr(value) for value in values]
    return f"{'one of ' if len(listed) > 1 else ''}{first_of(listed, _SHOWN)}"
