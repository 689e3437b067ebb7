# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Would the rules fit into the group? Pure.

EC2 counts a group's inbound rules separately for IPv4 and IPv6, and so its outbound rules. A reference to a group or to
a prefix list counts in both families, and a prefix list counts for all that it may hold:
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._rules import CIDR, PREFIX_LIST

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan
    from ansible_collections.elasticache.access.plugins.module_utils._prefix_lists import PrefixList
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

    PrefixLists = Mapping[str, PrefixList]

# AWS's code for the quota in Service Quotas, where accounts raise it.
QUOTA_CODE = "L-0EA8095F"
_SHOWN = 3
# Rules times groups of one network interface: AWS raises the quota to no more than this.
_MOST = 1000


@dataclass(frozen=True)
class Usage:
    """How many rules a group has, as EC2 counts them, in each address family."""

    ipv4: int = 0
    ipv6: int = 0

    def __str__(self) -> str:
        return f"{self.ipv4} for IPv4, {self.ipv6} for IPv6"


# What almost every rule counts for.
_IPV4, _IPV6, _BOTH = Usage(1, 0), Usage(0, 1), Usage(1, 1)


def weigh(rule: Rule, prefix_lists: PrefixLists) -> Usage:
    """Return what one rule counts for. A prefix list that is not in C(prefix_lists) counts for one."""
    source = rule.key.source
    if source.kind == CIDR:
        return _IPV6 if source.is_ipv6 else _IPV4
    known = prefix_lists.get(source.value) if source.kind == PREFIX_LIST else None
    return Usage(known.weight, known.weight) if known else _BOTH


def usage_of(rules: Iterable[Rule], prefix_lists: PrefixLists) -> Usage:
    """Return what C(rules), those of one group and direction, count for."""
    ipv4 = ipv6 = 0
    for rule in rules:
        weight = weigh(rule, prefix_lists)
        ipv4 += weight.ipv4
        ipv6 += weight.ipv6
    return Usage(ipv4, ipv6)


def check_limit(limit: int) -> int:
    """Return C(limit). Raises V(InvalidGrantError) for what no account has as its quota."""
    if not 1 <= limit <= _MOST:
        raise InvalidGrantError(
            f"rules_per_security_group is {limit}; the quota {QUOTA_CODE} of an account is a number from 1 to {_MOST}."
        )
    return limit


def check_quota(plan: GroupPlan, existing: Sequence[Rule], prefix_lists: PrefixLists, limit: int) -> None:
    """Raise V(InvalidGrantError) where a group would get more than C(limit) rules of a family.

    Additions come before removals, so that rules to be removed still take their place.
    """
    if not plan.adds:
        return
    direction = "outbound" if plan.is_egress else "inbound"
    used = usage_of(existing, prefix_lists)
    added = usage_of(plan.adds, prefix_lists)
    for family, has, gets in (("IPv4", used.ipv4, added.ipv4), ("IPv6", used.ipv6, added.ipv6)):
        if gets and has + gets > limit:
            raise InvalidGrantError(
                f"security group {plan.group} of cache {', '.join(plan.caches)} would get {has + gets} {direction} "
                f"rules for {family}, with a limit of {limit} (used: {used}; to add: {added}). "
                + ways_out([*existing, *plan.adds], prefix_lists, bool(plan.removes), plan.is_egress)
            )


def ways_out(rules: Iterable[Rule], prefix_lists: PrefixLists, is_removing: bool, is_egress: bool = False) -> str:
    """Return what fills a group up, and what helps."""
    # Only a prefix list counts for more than one, and it does so in both families alike.
    weights = [(weigh(rule, prefix_lists).ipv4, rule) for rule in rules]
    heavy = sorted((each for each in weights if each[0] > 1), key=lambda each: (-each[0], each[1].key))
    listed = ", ".join(f"{prefix_lists[rule.key.source.value]} counts for {weight}" for weight, rule in heavy[:_SHOWN])
    heaviest = f"Heaviest: {listed}." if heavy else "Each of them counts for one."
    first = " Rules are added before others are removed: remove some in a run of their own." if is_removing else ""
    return (
        f"{heaviest}{first} Name one security group in place of many addresses, give a prefix list a smaller maximum "
        f"size, attach a second group to the {'source' if is_egress else 'cache'}, or have the quota {QUOTA_CODE} "
        "raised and set rules_per_security_group to it."
    )
