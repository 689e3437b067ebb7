# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VPC peerings, found by what they join and by their state."""

from __future__ import annotations

from typing import Any

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select


def _side(side: str, key: str) -> Values:
    return lambda peering: [getattr(peering, f"{side}_vpc_info")[key]]


_FILTERS: dict[str, Values] = {
    **{
        f"{side}-vpc-info.{name}": _side(side, key)
        for side in ("accepter", "requester")
        for name, key in (("cidr-block", "CidrBlock"), ("owner-id", "OwnerId"), ("vpc-id", "VpcId"))
    },
    "status-code": lambda peering: [peering.status["Code"]],
    "status-message": lambda peering: [peering.status["Message"]],
    "vpc-peering-connection-id": one("id"),
}


class Peerings:
    """The part of the backend that keeps peerings."""

    vpc_pcxs: dict[str, Any]

    def select_peerings(self, peering_ids: list[str], filters: Filters) -> list[Any]:
        """Peerings by id, all of which must exist, and by filter."""
        for peering_id in peering_ids:
            if peering_id not in self.vpc_pcxs:
                raise errors.EC2ClientError(
                    "InvalidVpcPeeringConnectionID.NotFound",
                    f"The vpcPeeringConnection ID '{peering_id}' does not exist",
                )
        found = [peering for peering in self.vpc_pcxs.values() if not peering_ids or peering.id in peering_ids]
        return select(found, filters, _FILTERS)
