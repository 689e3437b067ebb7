# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VPCs and their address blocks: an IPv6 block may be one of the customer's own, and the ACLs follow."""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.ec2.models import vpcs


class Vpc(vpcs.VPC):
    """A VPC that knows which blocks it has now."""

    @property
    def cidr_blocks(self) -> list[str]:
        """Every block, IPv4 and IPv6, that is not taken away again."""
        return [
            association["cidr_block"]
            for association in self._cidr_block_association_set.values()
            if association["cidr_block_state"]["state"] == "associated"
        ]

    def associate_vpc_cidr_block(
        self, cidr_block: str, amazon_provided_ipv6_cidr_block: bool = False, *args: Any, **options: Any
    ) -> dict[str, Any]:
        """Add a block. moto draws IPv6 blocks by lot only, and may write zeros that AWS leaves out."""
        made = super().associate_vpc_cidr_block(cidr_block, amazon_provided_ipv6_cidr_block, *args, **options)
        own = self.ec2_backend.own_ipv6_block
        if amazon_provided_ipv6_cidr_block and own:
            made["cidr_block"], made["ipv6_pool"] = own
        elif amazon_provided_ipv6_cidr_block:
            made["cidr_block"] = str(ipaddress.IPv6Network(made["cidr_block"]))
        return made


class Vpcs:
    """The part of the backend that keeps VPCs."""

    # The IPv6 block, and the pool it is from, that the present call brings along.
    own_ipv6_block: tuple[str, str] | None = None

    def bring_ipv6_block(self, block: str | None, pool: str | None) -> bool:
        """The next IPv6 block is to be this one. Says whether there is one at all."""
        self.own_ipv6_block = (block, pool or "") if block else None
        return block is not None

    def associate_vpc_cidr_block(
        self, vpc_id: str, cidr_block: str, amazon_provided_ipv6_cidr_block: bool
    ) -> dict[str, Any]:
        """Add a block; with the first IPv6 one, the ACLs get entries for IPv6."""
        made: dict[str, Any] = super().associate_vpc_cidr_block(  # type: ignore[misc]
            vpc_id, cidr_block, amazon_provided_ipv6_cidr_block
        )
        if amazon_provided_ipv6_cidr_block:
            self.extend_acls_to_ipv6(vpc_id)  # type: ignore[attr-defined]
        return made

    def create_vpc_endpoint(
        self, vpc_id: str, service_name: str, endpoint_type: str | None, *args: Any, **options: Any
    ) -> Any:
        """A new endpoint. It is one of a gateway unless the request says otherwise, which moto forgets."""
        return super().create_vpc_endpoint(  # type: ignore[misc]
            vpc_id, service_name, endpoint_type or "Gateway", *args, **options
        )
