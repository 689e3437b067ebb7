# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Cache subnet groups: the VPC and the subnets in which node-based caches stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.ec2.exceptions import EC2ClientError

from tests.emulator.elasticache import errors
from tests.emulator.elasticache.base import Answer, Base, Request
from tests.emulator.elasticache.names import identifier
from tests.emulator.elasticache.paging import by_marker

DEFAULT = "default"


@dataclass
class SubnetGroup:
    """A named set of subnets of one VPC."""

    name: str
    description: str
    vpc_id: str
    subnets: list[Any]
    arn: str

    @property
    def zones(self) -> list[str]:
        """The availability zones of the subnets."""
        return sorted({subnet.availability_zone for subnet in self.subnets})

    def subnet_for(self, position: int, zone: str | None) -> Any:
        """The subnet of a node: in the zone that was asked for, else in turn."""
        candidates = [subnet for subnet in self.subnets if zone in (None, subnet.availability_zone)]
        if not candidates:
            raise errors.invalid_value(f"{zone} is not a valid availability zone for subnet group {self.name}.")
        return candidates[position % len(candidates)]

    def described(self) -> Answer:
        """The group in DescribeCacheSubnetGroups."""
        return {
            "CacheSubnetGroupName": self.name,
            "CacheSubnetGroupDescription": self.description,
            "VpcId": self.vpc_id,
            "Subnets": [
                {
                    "SubnetIdentifier": subnet.id,
                    "SubnetAvailabilityZone": {"Name": subnet.availability_zone},
                    "SupportedNetworkTypes": _network_types(subnet),
                }
                for subnet in self.subnets
            ],
            "ARN": self.arn,
            "SupportedNetworkTypes": sorted({kind for subnet in self.subnets for kind in _network_types(subnet)}),
        }


def _network_types(subnet: Any) -> list[str]:
    if subnet.ipv6_native:
        return ["ipv6"]
    return ["ipv4", "dual_stack", "ipv6"] if subnet.ipv6_cidr_block_associations else ["ipv4"]


class SubnetGroups(Base):
    """The part of the backend that keeps cache subnet groups."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.cache_subnet_groups: dict[str, SubnetGroup] = {}  # type: ignore[assignment]

    def create_subnet_group(self, request: Request) -> Answer:
        name = identifier(request.get("CacheSubnetGroupName"), "CacheSubnetGroupName", 255)
        if name == DEFAULT:
            raise errors.invalid_value("The name 'default' is reserved.")
        if name in self.cache_subnet_groups:
            raise errors.subnet_group_exists(name)
        subnets = self.subnets_of_one_vpc(request.get("SubnetIds") or [])
        group = self._add(name, request.get("CacheSubnetGroupDescription", ""), subnets)
        self.tag_new(group.arn, request)
        return group.described()

    def list_subnet_groups(self, request: Request) -> tuple[list[Answer], str | None]:
        name = request.get("CacheSubnetGroupName")
        if name:
            return [self.require_subnet_group(name).described()], None
        groups, marker = by_marker(self.cache_subnet_groups, request)
        return [group.described() for group in groups], marker

    def modify_subnet_group(self, request: Request) -> Answer:
        group = self.require_subnet_group(request["CacheSubnetGroupName"])
        if request.get("SubnetIds"):
            subnets = self.subnets_of_one_vpc(request["SubnetIds"])
            if subnets[0].vpc_id != group.vpc_id:
                raise errors.invalid_subnets(request["SubnetIds"])
            group.subnets = subnets
        group.description = request.get("CacheSubnetGroupDescription", group.description)
        return group.described()

    def delete_subnet_group(self, request: Request) -> None:
        group = self.require_subnet_group(request["CacheSubnetGroupName"])
        if any(cluster.subnet_group is group for cluster in self.cache_clusters.values()):
            raise errors.subnet_group_in_use(group.name)
        del self.cache_subnet_groups[group.name]
        self.tagging_service.delete_all_tags_for_resource(group.arn)

    def require_subnet_group(self, name: str) -> SubnetGroup:
        """The group with this name, or AWS's refusal."""
        group = self.cache_subnet_groups.get(name.lower())
        if group is None:
            raise errors.subnet_group_not_found(name.lower())
        return group

    def subnet_group_for(self, request: Request) -> SubnetGroup:
        """The group that a cache is created in; AWS makes ``default``, of the default VPC, when first needed."""
        name = request.get("CacheSubnetGroupName") or DEFAULT
        if name.lower() == DEFAULT and DEFAULT not in self.cache_subnet_groups:
            subnets = self.default_subnets()
            if subnets:
                return self._add(DEFAULT, "Default CacheSubnetGroup", subnets)
        return self.require_subnet_group(name)

    def default_subnets(self) -> list[Any]:
        """The subnets of the default VPC."""
        subnets = self.ec2.get_default_subnets()
        return [subnets[zone] for zone in sorted(subnets)]

    def subnets_of_one_vpc(self, subnet_ids: list[str]) -> list[Any]:
        """The subnets with these ids, which must exist in one VPC."""
        try:
            subnets = [self.ec2.get_subnet(subnet_id) for subnet_id in dict.fromkeys(subnet_ids)]
        except EC2ClientError:
            raise errors.invalid_subnets(subnet_ids) from None
        if len({subnet.vpc_id for subnet in subnets}) != 1:
            raise errors.invalid_subnets(subnet_ids)
        return subnets

    def groups_in_subnet_group(self, given: list[str] | None, group: SubnetGroup) -> list[str]:
        """The security groups of a cache in this subnet group; those of another VPC are refused in so many words."""
        for group_id in given or []:
            found = self.ec2.get_security_group_from_id(group_id)
            if found is not None and found.vpc_id != group.vpc_id:
                raise errors.other_vpc(group.name, group.vpc_id, found.vpc_id)
        return self.security_groups(given, group.vpc_id)

    def _add(self, name: str, description: str, subnets: list[Any]) -> SubnetGroup:
        arn = self.place.arn("subnetgroup", name)
        group = SubnetGroup(name, description, subnets[0].vpc_id, subnets, arn)
        self.cache_subnet_groups[name] = group
        return group
