# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API calls about network ACLs."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses._base_response import EC2BaseResponse

from tests.emulator.ec2 import errors
from tests.emulator.ec2.acls import described
from tests.emulator.ec2.paging import page

_HIGHEST_NUMBER = 32766


class AclCalls(EC2BaseResponse):
    """Overrides moto's answers; the method names are the calls'."""

    def create_network_acl(self) -> ActionResult:
        specifications = self._get_param("TagSpecifications", [])
        tags = specifications[0].get("Tags") if specifications else []
        return ActionResult(
            {"NetworkAcl": described(self.ec2_backend.create_network_acl(self._get_param("VpcId"), tags))}
        )

    def describe_network_acls(self) -> ActionResult:
        found = self.ec2_backend.select_network_acls(
            self._get_param("NetworkAclIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        return ActionResult({"NetworkAcls": [described(acl) for acl in shown], "NextToken": token})

    def create_network_acl_entry(self) -> ActionResult:
        self.ec2_backend.create_network_acl_entry(**self._entry())
        return EmptyResult()

    def replace_network_acl_entry(self) -> ActionResult:
        self.ec2_backend.replace_network_acl_entry(**self._entry())
        return EmptyResult()

    def delete_network_acl_entry(self) -> ActionResult:
        self.ec2_backend.delete_network_acl_entry(self._get_param("NetworkAclId"), self._number(), self._is_egress())
        return EmptyResult()

    def replace_network_acl_association(self) -> ActionResult:
        made = self.ec2_backend.replace_network_acl_association(
            self._get_param("AssociationId"), self._get_param("NetworkAclId")
        )
        return ActionResult({"NewAssociationId": made.id})

    def _entry(self) -> dict[str, Any]:
        """moto looks for the type and the code of ICMP where no client sends them."""
        ports = self._get_param("PortRange", {})
        icmp = self._get_param("IcmpTypeCode", {})
        return {
            "network_acl_id": self._get_param("NetworkAclId"),
            "rule_number": self._number(),
            "protocol": self._get_param("Protocol"),
            "rule_action": self._get_param("RuleAction"),
            "egress": self._is_egress(),
            "cidr_block": self._get_param("CidrBlock"),
            "ipv6_cidr_block": self._get_param("Ipv6CidrBlock"),
            "port_range_from": ports.get("From"),
            "port_range_to": ports.get("To"),
            "icmp_type": icmp.get("Type"),
            "icmp_code": icmp.get("Code"),
        }

    def _number(self) -> int:
        """The entries that close an ACL have higher numbers, and nobody changes them."""
        number = int(self._get_param("RuleNumber"))
        if not 1 <= number <= _HIGHEST_NUMBER:
            raise errors.invalid_parameter(f"Value ({number}) for parameter ruleNumber is invalid.")
        return number

    def _is_egress(self) -> bool:
        return bool(self._get_param("Egress"))
