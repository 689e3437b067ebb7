# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network ACLs: every ACL ends with an entry that denies the rest; moto gives it to the default ones only."""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.ec2.exceptions import EC2ClientError, NetworkAclEntryAlreadyExistsError
from moto.ec2.models.network_acls import NetworkAcl, NetworkAclAssociation, NetworkAclEntry
from moto.ec2.utils import random_network_acl_subnet_association_id

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select, tags_of

# The last entries, shown as "*"; a VPC with IPv6 has one for each family.
_LAST_IPV4, _LAST_IPV6 = 32767, 32768
_FIRST_IPV4, _FIRST_IPV6 = 100, 101
_NUMBERS = {"all": "-1", "tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}
_WITH_PORTS, _WITH_TYPES = ("6", "17"), ("1", "58")


def _entries(name: str) -> Values:
    return lambda acl: [getattr(entry, name) for entry in acl.network_acl_entries]


def _associations(name: str) -> Values:
    return lambda acl: [getattr(association, name) for association in acl.associations]


_FILTERS: dict[str, Values] = {
    "association.association-id": _associations("id"),
    "association.network-acl-id": _associations("network_acl_id"),
    "association.subnet-id": _associations("subnet_id"),
    "default": one("default"),
    "entry.cidr": _entries("cidr_block"),
    "entry.egress": _entries("egress"),
    "entry.icmp.code": _entries("icmp_code"),
    "entry.icmp.type": _entries("icmp_type"),
    "entry.ipv6-cidr": _entries("ipv6_cidr_block"),
    "entry.port-range.from": _entries("port_range_from"),
    "entry.port-range.to": _entries("port_range_to"),
    "entry.protocol": _entries("protocol"),
    "entry.rule-action": _entries("rule_action"),
    "entry.rule-number": _entries("rule_number"),
    "network-acl-id": one("id"),
    "owner-id": one("owner_id"),
    "vpc-id": one("vpc_id"),
}


class Acls:
    """The part of the backend that keeps network ACLs."""

    vpcs: dict[str, Any]
    network_acls: dict[str, NetworkAcl]

    # -- ACLs

    def select_network_acls(self, acl_ids: list[str], filters: Filters) -> list[NetworkAcl]:
        """ACLs by id, all of which must exist, and by filter."""
        named = [self.get_network_acl(acl_id) for acl_id in dict.fromkeys(acl_ids)]
        return select(named or list(self.network_acls.values()), filters, _FILTERS)

    def get_network_acl(self, network_acl_id: str) -> NetworkAcl:
        """The ACL with this id, or AWS's refusal."""
        found = self.network_acls.get(network_acl_id)
        if found is None:
            raise EC2ClientError("InvalidNetworkAclID.NotFound", f"The networkAcl ID '{network_acl_id}' does not exist")
        return found

    def create_network_acl(self, vpc_id: str, tags: list[dict[str, str]] | None = None, default: bool = False) -> Any:
        """A new ACL. One made by a user lets nothing through; the default one everything."""
        made = super().create_network_acl(vpc_id, tags, default)  # type: ignore[misc]
        if not default:
            for egress in (True, False):
                self._add(made, _LAST_IPV4, "deny", egress, cidr_block="0.0.0.0/0")
        if any(":" in cidr for cidr in self.vpcs[vpc_id].cidr_blocks):
            self._extend_to_ipv6(made)
        return made

    def delete_network_acl(self, network_acl_id: str) -> Any:
        """End an ACL that serves no subnet; a VPC's own one stays with it."""
        if self.get_network_acl(network_acl_id).default:
            raise errors.invalid_parameter(f"Cannot delete default network ACL {network_acl_id}")
        return super().delete_network_acl(network_acl_id)  # type: ignore[misc]

    def extend_acls_to_ipv6(self, vpc_id: str) -> None:
        """The VPC has IPv6 from now on, and its ACLs have entries for that."""
        for acl in self.network_acls.values():
            if acl.vpc_id == vpc_id and not any(entry.rule_number == _LAST_IPV6 for entry in acl.network_acl_entries):
                self._extend_to_ipv6(acl)

    # -- associations

    def replace_network_acl_association(self, association_id: str, network_acl_id: str) -> NetworkAclAssociation:
        """Give a subnet another ACL, of its VPC. It has exactly one."""
        new = self.get_network_acl(network_acl_id)
        old = next((acl for acl in self.network_acls.values() if association_id in acl._associations), None)
        if old is None:
            raise EC2ClientError(
                "InvalidAssociationID.NotFound", f"The association ID '{association_id}' does not exist"
            )
        if old.vpc_id != new.vpc_id:
            raise errors.invalid_parameter(f"{old.id} and {new.id} belong to different networks")
        subnet_id = old._associations.pop(association_id).subnet_id
        made = NetworkAclAssociation(self, random_network_acl_subnet_association_id(), subnet_id, new.id)
        new._associations[made.id] = made
        return made

    # -- entries

    def create_network_acl_entry(
        self, network_acl_id: str, rule_number: int, protocol: str, rule_action: str, egress: bool, **what: Any
    ) -> NetworkAclEntry:
        """A new entry. Each direction has its own numbers, which both families share."""
        acl = self.get_network_acl(network_acl_id)
        made = _entry(self, acl, rule_number, protocol, rule_action, egress, what)
        if _find(acl, made.rule_number, made.egress) is not None:
            raise NetworkAclEntryAlreadyExistsError(made.rule_number)
        acl.network_acl_entries.append(made)
        return made

    def replace_network_acl_entry(
        self, network_acl_id: str, rule_number: int, protocol: str, rule_action: str, egress: bool, **what: Any
    ) -> NetworkAclEntry:
        """Another entry in the place of one that is there."""
        acl = self.get_network_acl(network_acl_id)
        old = _require(acl, rule_number, egress)
        made = _entry(self, acl, rule_number, protocol, rule_action, egress, what)
        acl.network_acl_entries[acl.network_acl_entries.index(old)] = made
        return made

    def delete_network_acl_entry(self, network_acl_id: str, rule_number: int, egress: bool) -> NetworkAclEntry:
        """Take an entry out."""
        acl = self.get_network_acl(network_acl_id)
        gone = _require(acl, rule_number, egress)
        acl.network_acl_entries.remove(gone)
        return gone

    # -- the parts

    def _extend_to_ipv6(self, acl: NetworkAcl) -> None:
        """The default ACL lets IPv6 through as well, unless somebody changed what it lets through that way."""
        for egress in (True, False):
            numbers = {entry.rule_number for entry in acl.network_acl_entries if entry.egress is egress}
            if acl.default and numbers == {_FIRST_IPV4, _LAST_IPV4}:
                self._add(acl, _FIRST_IPV6, "allow", egress, ipv6_cidr_block="::/0")
            self._add(acl, _LAST_IPV6, "deny", egress, ipv6_cidr_block="::/0")

    def _add(self, acl: NetworkAcl, number: int, action: str, egress: bool, **block: str) -> None:
        acl.network_acl_entries.append(_entry(self, acl, number, "-1", action, egress, block))


def described(acl: NetworkAcl) -> dict[str, Any]:
    """The ACL in DescribeNetworkAcls: first what it does with what goes out."""
    entries = sorted(acl.network_acl_entries, key=lambda entry: (not entry.egress, entry.rule_number))
    return {
        "NetworkAclId": acl.id,
        "VpcId": acl.vpc_id,
        "OwnerId": acl.owner_id,
        "IsDefault": acl.default,
        "Entries": [_described_entry(entry) for entry in entries],
        "Associations": [
            {"NetworkAclAssociationId": each.id, "NetworkAclId": acl.id, "SubnetId": each.subnet_id}
            for each in acl.associations
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in tags_of(acl).items()],
    }


def _described_entry(entry: NetworkAclEntry) -> dict[str, Any]:
    return {
        "RuleNumber": entry.rule_number,
        "Protocol": entry.protocol,
        "RuleAction": entry.rule_action,
        "Egress": entry.egress,
        "CidrBlock": entry.cidr_block,
        "Ipv6CidrBlock": entry.ipv6_cidr_block,
        "PortRange": entry.port_range,
        "IcmpTypeCode": entry.icmp_type_code,
    }


def _entry(
    backend: Any, acl: NetworkAcl, number: int, protocol: str, action: str, egress: bool, what: dict[str, Any]
) -> NetworkAclEntry:
    """The entry as AWS keeps it: a protocol's number, no host bits, and no more than the protocol has use for."""
    cidr, ipv6_cidr = what.get("cidr_block"), what.get("ipv6_cidr_block")
    if bool(cidr) == bool(ipv6_cidr):
        raise errors.missing_parameter("The request must contain exactly one of cidrBlock, ipv6CidrBlock")
    code = _NUMBERS.get(str(protocol).lower(), str(protocol))
    ports = [what.get("port_range_from"), what.get("port_range_to")]
    if code in _WITH_PORTS and None in ports:
        raise errors.missing_parameter("The request must contain the parameter portRange")
    types = [what.get("icmp_type"), what.get("icmp_code")]
    ports = ports if code in _WITH_PORTS else [None, None]
    types = types if code in _WITH_TYPES else [None, None]
    return NetworkAclEntry(
        backend,
        acl.id,
        int(number),
        code,
        action,
        bool(egress),
        _canonical(cidr),  # type: ignore[arg-type]  # moto has no type for an entry without one
        types[1],
        types[0],
        ports[0],
        ports[1],
        _canonical(ipv6_cidr),
    )


def _canonical(cidr: str | None) -> str | None:
    if not cidr:
        return None
    try:
        return str(ipaddress.ip_network(cidr, strict=False))
    except ValueError:
        raise errors.invalid_parameter(f"CIDR block {cidr} is malformed") from None


def _find(acl: NetworkAcl, number: int, egress: bool) -> NetworkAclEntry | None:
    for entry in acl.network_acl_entries:
        if entry.rule_number == int(number) and entry.egress == bool(egress):
            return entry
    return None


def _require(acl: NetworkAcl, number: int, egress: bool) -> NetworkAclEntry:
    found = _find(acl, number, egress)
    if found is None:
        direction = "egress" if egress else "ingress"
        raise EC2ClientError("InvalidNetworkAclEntry.NotFound", f"no {direction} entry with number {number}")
    return found
