# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The network interfaces by which caches stand in a VPC; EC2 lists them, and their groups cannot be deleted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from moto.moto_api._internal import mock_random

from tests.emulator.ec2 import interfaces

OWNER = "amazon-elasticache"


class NetworkInterface(interfaces.NetworkInterface):
    """An interface that AWS keeps for us: it is attached to something that is no instance.

    (The name is moto's: its serializer finds ``NetworkInterfaceId`` in ``id`` by the name of the class.)
    """

    @property
    def attachment(self) -> Any:
        return SimpleNamespace(
            attachment_id=self.attachment_id,
            delete_on_termination=False,
            device_index=1,
            instance_id=None,
            network_card_index=0,
            instance_owner_id=OWNER,
            status="attached",
        )


def add_node_interface(ec2: Any, subnet_id: str, cluster: str, group_ids: list[str], has_ipv6: bool) -> str:
    """The interface of one node, by the name of its cache cluster. Returns its id."""
    interface = _add(ec2, subnet_id, group_ids, f"ElastiCache {cluster}", has_ipv6)
    interface.attachment_id = f"eni-attach-{mock_random.get_random_hex(17)}"
    return str(interface.id)


def add_endpoint_interface(ec2: Any, subnet_id: str, endpoint: str, group_ids: list[str], has_ipv6: bool) -> str:
    """The interface of a VPC endpoint, which is what a serverless cache has. Returns its id."""
    interface = _add(ec2, subnet_id, group_ids, f"VPC Endpoint Interface {endpoint}", has_ipv6)
    interface.attachment_id = f"ela-attach-{mock_random.get_random_hex(17)}"
    interface.interface_type = "vpc_endpoint"
    return str(interface.id)


def set_groups(ec2: Any, interface_ids: list[str], group_ids: list[str]) -> None:
    """Replace the groups of interfaces."""
    groups = [ec2.get_security_group_from_id(group_id) for group_id in group_ids]
    for interface_id in interface_ids:
        if interface_id in ec2.enis:
            ec2.enis[interface_id].group_set = list(groups)


def remove(ec2: Any, interface_ids: list[str]) -> None:
    """Take interfaces away with their cache."""
    for interface_id in interface_ids:
        interface = ec2.enis.pop(interface_id, None)
        if interface is not None:
            interface.give_addresses_back()


def _add(ec2: Any, subnet_id: str, group_ids: list[str], description: str, has_ipv6: bool) -> Any:
    # moto types its classes as if CloudFormation's methods were missing.
    make: Any = NetworkInterface
    options = {"ipv6_address_count": 1} if has_ipv6 else {}
    interface = make(ec2, ec2.get_subnet(subnet_id), group_ids=group_ids, description=description, **options)
    interface.requester_id = OWNER
    interface.requester_managed = True
    interface.status = "in-use"
    ec2.enis[interface.id] = interface
    return interface
