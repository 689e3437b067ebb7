# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network ACLs: every ACL ends with an entry that denies the rest; moto gives it to the default ones only."""

from __future__ import annotations

from typing import Any

_LAST = 32767  # shown as "*"


class Acls:
    """The part of the backend that keeps network ACLs."""

    def create_network_acl(self, vpc_id: str, tags: list[dict[str, str]] | None = None, default: bool = False) -> Any:
        """A new ACL. One made by a user lets nothing through."""
        made = super().create_network_acl(vpc_id, tags, default)  # type: ignore[misc]
        if not default:
            for egress in (True, False):
                self.create_network_acl_entry(  # type: ignore[attr-defined]
                    network_acl_id=made.id,
                    rule_number=_LAST,
                    protocol="-1",
                    rule_action="deny",
                    egress=egress,
                    cidr_block="0.0.0.0/0",
                    icmp_code=None,
                    icmp_type=None,
                    port_range_from=None,
                    port_range_to=None,
                    ipv6_cidr_block=None,
                )
        return made
