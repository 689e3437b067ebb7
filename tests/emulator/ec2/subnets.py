# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Subnets: found by what they are, and keeping track of their IPv6 addresses."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Container
from typing import Any, TypeAlias

from moto.ec2.exceptions import InvalidSubnetConflictError, InvalidSubnetIdError, InvalidSubnetRangeError
from moto.ec2.models import subnets
from moto.ec2.utils import random_private_ip

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select, tags_of

Block: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

# AWS keeps the first four addresses of a subnet's block, and the last one.
_KEPT_FIRST = 4


class Subnet(subnets.Subnet):
    """A subnet. It has one IPv6 block at most; one that is taken away is gone. No address is given twice."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.ipv6_taken: set[str] = set()
        super().__init__(*args, **options)

    @property
    def ipv6_cidr_block_association_set(self) -> list[dict[str, Any]]:
        return [
            {
                "Ipv6CidrBlock": association["ipv6CidrBlock"],
                "AssociationId": association["associationId"],
                "Ipv6CidrBlockState": {"State": "associated"},
            }
            for association in self.ipv6_cidr_block_associations.values()
        ]

    @property
    def ipv6_block(self) -> ipaddress.IPv6Network | None:
        """The block from which interfaces get their addresses."""
        for association in self.ipv6_cidr_block_associations.values():
            return ipaddress.IPv6Network(association["ipv6CidrBlock"])
        return None

    def detach_subnet_cidr_block(self, association_id: str) -> dict[str, Any]:
        """Take the block away; moto would go on giving out its addresses."""
        association = super().detach_subnet_cidr_block(association_id)
        del self.ipv6_cidr_block_associations[association_id]
        return association

    def take_ipv6(self, wanted: str | None = None) -> str:
        """An address of the block that nobody else has: this one, or any."""
        block = self.ipv6_block
        if block is None:
            raise errors.invalid_parameter(f"The subnet '{self.id}' has no IPv6 CIDR block associated with it.")
        address = _checked(wanted, block, self.ipv6_taken) if wanted else self._free(block)
        self.ipv6_taken.add(address)
        return address

    def request_ip(self, ip: str, instance: Any) -> None:
        """Keep an address that a request names. moto's own refusals are failures of its server."""
        super().request_ip(_checked(ip, self.cidr, self._subnet_ips), instance)

    def _free(self, block: ipaddress.IPv6Network) -> str:
        while True:
            address = ipaddress.IPv6Address(random_private_ip(str(block), ipv6=True))
            if _is_usable(address, block) and str(address) not in self.ipv6_taken:
                return str(address)


def _checked(wanted: str, block: Block, taken: Container[str]) -> str:
    address = ipaddress.ip_address(wanted)
    if not _is_usable(address, block):
        raise errors.invalid_parameter(f"Address {address} does not fall within the subnet's address range")
    if str(address) in taken:
        raise errors.EC2ClientError("InvalidIPAddress.InUse", f"Address {address} is in use.")
    return str(address)


def _is_usable(address: ipaddress.IPv4Address | ipaddress.IPv6Address, block: Block) -> bool:
    return address in block and int(address) - int(block[0]) >= _KEPT_FIRST and address != block[-1]


def _association(key: str) -> Values:
    return lambda subnet: [association[key] for association in subnet.ipv6_cidr_block_association_set]


_FILTERS: dict[str, Values] = {
    **dict.fromkeys(("availability-zone", "availabilityZone"), one("availability_zone")),
    **dict.fromkeys(("availability-zone-id", "availabilityZoneId"), one("availability_zone_id")),
    "available-ip-address-count": one("available_ip_address_count"),
    **dict.fromkeys(("cidr-block", "cidr", "cidrBlock"), one("cidr_block")),
    **dict.fromkeys(("default-for-az", "defaultForAz"), one("default_for_az")),
    "ipv6-cidr-block-association.association-id": _association("AssociationId"),
    "ipv6-cidr-block-association.ipv6-cidr-block": _association("Ipv6CidrBlock"),
    "ipv6-cidr-block-association.state": lambda subnet: ["associated"] if subnet.ipv6_block else [],
    "ipv6-native": one("ipv6_native"),
    "map-public-ip-on-launch": one("map_public_ip_on_launch"),
    "owner-id": one("owner_id"),
    "state": one("state"),
    "subnet-arn": one("arn"),
    "subnet-id": one("id"),
    **dict.fromkeys(("vpc-id", "vpcId"), one("vpc_id")),
}


class Subnets:
    """The part of the backend that keeps subnets."""

    enis: dict[str, Any]
    vpcs: dict[str, Any]
    subnets: dict[str, dict[str, Any]]
    route_tables: dict[str, Any]
    network_acls: dict[str, Any]

    def select_subnets(self, subnet_ids: list[str], filters: Filters) -> list[dict[str, Any]]:
        """Subnets by id, all of which must exist, and by filter, as DescribeSubnets shows them."""
        by_id = {subnet_id: subnet for in_zone in self.subnets.values() for subnet_id, subnet in in_zone.items()}
        for subnet_id in subnet_ids:
            if subnet_id not in by_id:
                raise InvalidSubnetIdError(subnet_id)
        named = [by_id[subnet_id] for subnet_id in dict.fromkeys(subnet_ids)] or list(by_id.values())
        found = select(named, filters, _FILTERS)
        # moto goes through all interfaces again for each subnet.
        taken = _addresses_in_use(self.enis)
        return [_described(subnet, taken[subnet.id]) for subnet in found]

    def create_subnet(
        self, vpc_id: str, cidr_block: str, ipv6_cidr_block: str | None = None, *args: Any, **options: Any
    ) -> Any:
        """A new subnet. Its IPv6 block is part of its VPC's, and of no other subnet's."""
        if ipv6_cidr_block and vpc_id in self.vpcs:
            self._check_ipv6_block(vpc_id, ipv6_cidr_block)
        return super().create_subnet(  # type: ignore[misc]
            vpc_id, cidr_block, ipv6_cidr_block, *args, **options
        )

    def associate_subnet_cidr_block(self, subnet_id: str, ipv6_cidr_block: str) -> dict[str, Any]:
        """Give a subnet its IPv6 block; it can have one only."""
        subnet = self.get_subnet(subnet_id)  # type: ignore[attr-defined]
        if subnet.ipv6_block is not None:
            raise errors.EC2ClientError(
                "SubnetCidrBlockAssociationLimitExceeded", f"The subnet '{subnet_id}' has an IPv6 CIDR block already."
            )
        self._check_ipv6_block(subnet.vpc_id, ipv6_cidr_block)
        made: dict[str, Any] = super().associate_subnet_cidr_block(subnet_id, ipv6_cidr_block)  # type: ignore[misc]
        return made

    def delete_subnet(self, subnet_id: str) -> Any:
        """A subnet goes with its associations; moto leaves them behind."""
        gone = super().delete_subnet(subnet_id)  # type: ignore[misc]
        for table in self.route_tables.values():
            for association_id in [key for key, target in table._associations.items() if target == subnet_id]:
                del table._associations[association_id]
        for acl in self.network_acls.values():
            for association_id in [key for key, each in acl._associations.items() if each.subnet_id == subnet_id]:
                del acl._associations[association_id]
        return gone

    def _check_ipv6_block(self, vpc_id: str, block: str) -> None:
        wanted = ipaddress.IPv6Network(block, strict=False)
        of_vpc = [ipaddress.IPv6Network(cidr) for cidr in self.vpcs[vpc_id].cidr_blocks if ":" in cidr]
        if not any(wanted.subnet_of(network) for network in of_vpc):
            raise InvalidSubnetRangeError(block)
        others = [subnet for in_zone in self.subnets.values() for subnet in in_zone.values() if subnet.vpc_id == vpc_id]
        if any(other.ipv6_block is not None and other.ipv6_block.overlaps(wanted) for other in others):
            raise InvalidSubnetConflictError(block)


def _addresses_in_use(interfaces: dict[str, Any]) -> Counter[str]:
    taken: Counter[str] = Counter()
    for interface in list(interfaces.values()):
        taken[interface.subnet.id] += len(interface.private_ip_addresses)
    return taken


def _described(subnet: Any, taken: int) -> dict[str, Any]:
    return {
        "SubnetId": subnet.id,
        "SubnetArn": subnet.arn,
        "VpcId": subnet.vpc_id,
        "OwnerId": subnet.owner_id,
        "State": subnet.state,
        "CidrBlock": subnet.cidr_block,
        "Ipv6CidrBlockAssociationSet": subnet.ipv6_cidr_block_association_set,
        "AvailabilityZone": subnet.availability_zone,
        "AvailabilityZoneId": subnet.availability_zone_id,
        "AvailableIpAddressCount": subnet._available_ip_addresses - taken,
        "AssignIpv6AddressOnCreation": subnet.assign_ipv6_address_on_creation,
        "DefaultForAz": subnet.default_for_az,
        "EnableDns64": False,
        "Ipv6Native": subnet.ipv6_native,
        "MapCustomerOwnedIpOnLaunch": False,
        "MapPublicIpOnLaunch": subnet.map_public_ip_on_launch,
        "PrivateDnsNameOptionsOnLaunch": subnet.private_dns_name_options_on_launch,
        "Tags": [{"Key": key, "Value": value} for key, value in tags_of(subnet).items()],
    }
