# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's managed prefix lists -> PrefixList: found by id or name, and what a rule with one weighs. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._printable import printable

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What a rule with one of AWS's own lists counts for, by the end of the list's name; the others count for one:
# https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
_WEIGHTS = {
    ".cloudfront.origin-facing": 55,
    ".route53-healthchecks": 25,
    ".vpc-lattice": 10,
    ".s3express": 6,
    ".groundstation": 5,
    ".ec2-instance-connect": 2,
}


@dataclass(frozen=True)
class PrefixList:
    """One prefix list. C(max_entries) is V(None) for AWS's own."""

    list_id: str
    name: str
    owner_id: str
    address_family: str
    max_entries: int | None

    def __str__(self) -> str:
        return f"{printable(self.name)} ({self.list_id})"

    @property
    def weight(self) -> int:
        """Return how many rules a rule with this list counts for: all that it may hold, whatever it does hold."""
        if self.max_entries is not None:
            return self.max_entries
        # AWS names the IPv6 list of a service com.amazonaws.REGION.ipv6.SERVICE.
        return next((weight for ending, weight in _WEIGHTS.items() if self.name.endswith(ending)), 1)

    @property
    def is_ipv4(self) -> bool:
        """Say whether the list holds IPv4 ranges; one holds ranges of one family."""
        return self.address_family != "IPv6"


def parse_prefix_lists(answers: Iterable[Mapping[str, t.Any]]) -> dict[str, PrefixList]:
    """Return the entries of DescribeManagedPrefixLists by id."""
    return {
        answer["PrefixListId"]: PrefixList(
            list_id=answer["PrefixListId"],
            name=answer.get("PrefixListName", ""),
            owner_id=answer.get("OwnerId", ""),
            address_family=answer.get("AddressFamily", "IPv4"),
            max_entries=answer.get("MaxEntries"),
        )
        for answer in answers
    }
