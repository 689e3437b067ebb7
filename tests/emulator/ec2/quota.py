# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How many rules a group may have.

60 per direction, counted separately for IPv4 and IPv6. A group reference counts in both; a prefix list weighs as much
as it may hold, in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.emulator.ec2 import errors
from tests.emulator.ec2.permissions import Permission

RULES_PER_GROUP = 60
GROUPS_PER_INTERFACE = 5

# AWS documents a weight for each of its own prefix lists; the rest count for one.
_WEIGHTS = {
    "cloudfront.origin-facing": 55,
    "route53-healthchecks": 25,
    "vpc-lattice": 10,
    "s3express": 6,
    "groundstation": 5,
    "ec2-instance-connect": 2,
}


def aws_prefix_list_weight(name: str) -> int:
    """What a rule with one of AWS's own prefix lists costs."""
    return next((weight for ending, weight in _WEIGHTS.items() if name.endswith(ending)), 1)


def check_rules(permissions: Iterable[Permission], weight_of: Callable[[str], int]) -> None:
    """Refuse a set of rules (those there and those to come, of one direction) that is too large."""
    ipv4 = ipv6 = 0
    for permission in permissions:
        weight = weight_of(permission.source) if permission.kind == "prefix_list" else 1
        ipv4 += weight if permission.kind != "cidr6" else 0
        ipv6 += weight if permission.kind != "cidr4" else 0
    if max(ipv4, ipv6) > RULES_PER_GROUP:
        raise errors.too_many_rules()


def check_interface(groups: int) -> None:
    """Refuse more groups than one network interface carries."""
    if groups > GROUPS_PER_INTERFACE:
        raise errors.too_many_groups()
