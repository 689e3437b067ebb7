# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API calls about VPCs and subnets that moto answers only in part."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse

from tests.emulator.ec2.paging import page


class VpcCalls(EC2BaseResponse):
    """Overrides moto's answers; the method names are the calls'."""

    def create_vpc(self) -> ActionResult:
        """``Ipv6CidrBlock`` with ``Ipv6Pool`` brings a block of one's own, which moto ignores."""
        specifications = self._get_param("TagSpecifications", [])
        has_own = self._bring_ipv6_block()
        try:
            made = self.ec2_backend.create_vpc(
                self._get_param("CidrBlock"),
                self._get_param("InstanceTenancy", if_none="default"),
                amazon_provided_ipv6_cidr_block=self._get_param("AmazonProvidedIpv6CidrBlock", False) or has_own,
                ipv6_cidr_block_network_border_group=self._get_param("Ipv6CidrBlockNetworkBorderGroup") or self.region,
                tags=specifications[0].get("Tags") if specifications else [],
            )
        finally:
            self.ec2_backend.bring_ipv6_block(None, None)
        return ActionResult({"Vpc": made})

    def associate_vpc_cidr_block(self) -> ActionResult:
        """One more block, IPv4 or IPv6."""
        vpc_id = self._get_param("VpcId")
        is_ipv6 = self._bring_ipv6_block() or bool(self._get_param("AmazonProvidedIpv6CidrBlock"))
        try:
            made = self.ec2_backend.associate_vpc_cidr_block(vpc_id, self._get_param("CidrBlock"), is_ipv6)
        finally:
            self.ec2_backend.bring_ipv6_block(None, None)
        name = "Ipv6CidrBlock" if is_ipv6 else "CidrBlock"
        shown = {
            "AssociationId": made["association_id"],
            name: made["cidr_block"],
            f"{name}State": {"State": "associating"},
        }
        if is_ipv6:
            shown["Ipv6Pool"] = made["ipv6_pool"]
        return ActionResult({"VpcId": vpc_id, f"{name}Association": shown})

    def describe_subnets(self) -> ActionResult:
        found = self.ec2_backend.select_subnets(self._get_param("SubnetIds", []), self._filters_from_querystring())
        shown, token = page(found, self._get_params())
        return ActionResult({"Subnets": shown, "NextToken": token})

    def _bring_ipv6_block(self) -> bool:
        brought: bool = self.ec2_backend.bring_ipv6_block(self._get_param("Ipv6CidrBlock"), self._get_param("Ipv6Pool"))
        return brought
