# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's subnets -> Subnet. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of
from ansible_collections.elasticache.access.plugins.module_utils._rules import cidr_source

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Subnet:
    """One subnet, with its address ranges."""

    subnet_id: str
    vpc_id: str
    zone: str
    cidrs: tuple[str, ...] = ()

    def cidr(self, bits: int) -> str:
        """Return the range of one address family, empty where there is none."""
        return next((cidr for cidr in self.cidrs if address_of(cidr.partition("/")[0])[0] == bits), "")


def parse_subnets(answers: Iterable[Mapping[str, t.Any]]) -> dict[str, Subnet]:
    """Return the entries of DescribeSubnets by id."""
    return {
        answer["SubnetId"]: Subnet(
            subnet_id=answer["SubnetId"],
            vpc_id=answer.get("VpcId", ""),
            zone=answer.get("AvailabilityZone", ""),
            cidrs=tuple(cidr_source(cidr).value for cidr in _cidrs(answer)),
        )
        for answer in answers
    }


def _cidrs(answer: Mapping[str, t.Any]) -> list[str]:
    ipv6 = [
        block["Ipv6CidrBlock"]
        for block in answer.get("Ipv6CidrBlockAssociationSet") or ()
        if block.get("Ipv6CidrBlockState", {}).get("State", "associated") == "associated"
    ]
    return [cidr for cidr in (answer.get("CidrBlock"), *ipv6) if cidr]
