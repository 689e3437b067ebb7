# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's network interfaces -> Carrier: what carries security groups, and whose it is. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._grants import SERVERLESS
from ansible_collections.elasticache.access.plugins.module_utils._printable import printable

if t.TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache

    Carrying = t.TypeVar("Carrying", "Cache", "Carrier")


@dataclass(frozen=True)
class Carrier:
    """A network interface that carries security groups. C(instance_id) is empty where it is no instance's."""

    interface_id: str
    group_ids: tuple[str, ...]
    description: str
    is_elasticache: bool
    is_vpc_endpoint: bool
    subnet_id: str
    instance_id: str
    vpc_id: str = ""
    addresses: tuple[str, ...] = ()
    status: str = ""

    def __str__(self) -> str:
        whose = f"instance {self.instance_id}" if self.instance_id else printable(self.description)
        return f"{self.interface_id} ({whose})" if whose else self.interface_id

    def is_of_a_cache(self, serverless_subnets: Container[str]) -> bool:
        """Say whether this is an interface of a cache; C(serverless_subnets) are those of serverless caches.

        ElastiCache says so on the interfaces of nodes. A serverless cache has VPC endpoints, which do not tell
        whose they are: those in the subnets of one are taken for its own.
        """
        return self.is_elasticache or (self.is_vpc_endpoint and self.subnet_id in serverless_subnets)


def parse_carriers(answers: Iterable[Mapping[str, t.Any]]) -> list[Carrier]:
    """Return the entries of DescribeNetworkInterfaces."""
    return [
        Carrier(
            interface_id=answer["NetworkInterfaceId"],
            group_ids=tuple(group["GroupId"] for group in answer.get("Groups") or ()),
            description=answer.get("Description", ""),
            is_elasticache=answer.get("RequesterId") == "amazon-elasticache"
            and answer.get("Description", "").startswith("ElastiCache "),
            is_vpc_endpoint=answer.get("InterfaceType") == "vpc_endpoint",
            subnet_id=answer.get("SubnetId", ""),
            instance_id=(answer.get("Attachment") or {}).get("InstanceId", ""),
            vpc_id=answer.get("VpcId", ""),
            addresses=_addresses(answer),
            status=answer.get("Status", ""),
        )
        for answer in answers
    ]


def _addresses(answer: Mapping[str, t.Any]) -> tuple[str, ...]:
    private = [each.get("PrivateIpAddress") for each in answer.get("PrivateIpAddresses") or ()]
    ipv6 = [each.get("Ipv6Address") for each in answer.get("Ipv6Addresses") or ()]
    return tuple(address for address in (*private, *ipv6) if address)


def of_no_cache(carriers: Iterable[Carrier], caches: Iterable[Cache]) -> list[Carrier]:
    """Return those of C(carriers) of a group that are no cache's, where C(caches) are all that carry the group."""
    serverless_subnets = {subnet_id for cache in caches if cache.kind == SERVERLESS for subnet_id in cache.subnet_ids}
    return [carrier for carrier in carriers if not carrier.is_of_a_cache(serverless_subnets)]


def by_group(carrying: Iterable[Carrying]) -> dict[str, list[Carrying]]:
    """Return what carries each security group, by its id."""
    found: dict[str, list[Carrying]] = {}
    for each in carrying:
        for group_id in each.group_ids:
            found.setdefault(group_id, []).append(each)
    return found
