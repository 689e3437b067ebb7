# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network ACLs: every ACL ends with an entry that denies the rest; moto gives it to the default ones only."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError

# The last entries, shown as "*"; a VPC with IPv6 has one for each family.
_LAST_IPV4, _LAST_IPV6 = 32767, 32768
_FIRST_IPV6 = 101


class Acls:
    """The part of the backend that keeps network ACLs."""

    vpcs: dict[str, Any]
    network_acls: dict[str, Any]

    def create_network_acl(self, vpc_id: str, tags: list[dict[str, str]] | None = None, default: bool = False) -> Any:
        """A new ACL. One made by a user lets nothing through; the default one everything."""
        made = super().create_network_acl(vpc_id, tags, default)  # type: ignore[misc]
        entries = [] if default else [(_LAST_IPV4, "deny", {"cidr_block": "0.0.0.0/0"})]
        if self.vpcs[vpc_id].get_cidr_block_association_set(ipv6=True):
            entries += [(_FIRST_IPV6, "allow", {"ipv6_cidr_block": "::/0"})] if default else []
            entries += [(_LAST_IPV6, "deny", {"ipv6_cidr_block": "::/0"})]
        for number, action, block in entries:
            self._add(made.id, number, action, block)
        return made

    def describe_network_acls(self, network_acl_ids: list[str] | None = None, filters: Any = None) -> list[Any]:
        """ACLs by id, all of which must exist, and by filter. moto takes a missing one for a route table."""
        for acl_id in network_acl_ids or []:
            if acl_id not in self.network_acls:
                raise EC2ClientError("InvalidNetworkAclID.NotFound", f"The networkAcl ID '{acl_id}' does not exist")
        found: list[Any] = super().describe_network_acls(network_acl_ids, filters)  # type: ignore[misc]
        return found

    def _add(self, acl_id: str, number: int, action: str, block: dict[str, str]) -> None:
        nothing = dict.fromkeys(
            ("cidr_block", "ipv6_cidr_block", "icmp_code", "icmp_type", "port_range_from", "port_range_to")
        )
        for egress in (True, False):
            self.create_network_acl_entry(  # type: ignore[attr-defined]
                network_acl_id=acl_id,
                rule_number=number,
                protocol="-1",
                rule_action=action,
                egress=egress,
                **{**nothing, **block},
            )
