# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network interfaces: they carry groups that exist, in their own VPC, and nothing but what they were given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.ec2.models import elastic_network_interfaces

from tests.emulator.ec2 import errors, quota
from tests.emulator.ec2.filters import Filters, Values, one, select


class NetworkInterface(elastic_network_interfaces.NetworkInterface):
    """A network interface. moto shows the groups of its instance as well; AWS shows its own.

    Its addresses are its subnet's to give: moto draws them without looking who has them.
    """

    ipv6_addresses: list[str]

    def __init__(
        self,
        ec2_backend: Any,
        subnet: Any,
        private_ip_address: Any = None,
        private_ip_addresses: list[dict[str, Any]] | None = None,
        *,
        ipv6_addresses: list[str] | None = None,
        ipv6_address_count: int | None = None,
        **options: Any,
    ) -> None:
        if not private_ip_address and not private_ip_addresses:
            private_ip_address = subnet.get_available_subnet_ip(None)
        super().__init__(ec2_backend, subnet, private_ip_address, private_ip_addresses, **options)
        count = ipv6_address_count or 0
        if not ipv6_addresses and not count and self.subnet.ipv6_block and self.subnet.assign_ipv6_address_on_creation:
            count = 1
        self.add_ipv6(ipv6_addresses or [], count)

    def add_ipv6(self, addresses: list[str], count: int = 0) -> list[str]:
        """Add these addresses, or so many. Returns those that are new."""
        new = [self.subnet.take_ipv6(address) for address in addresses]
        new += [self.subnet.take_ipv6() for _time in range(count)]
        self.ipv6_addresses = [*self.ipv6_addresses, *new]
        return new

    def drop_ipv6(self, addresses: Iterable[str]) -> list[str]:
        """Give addresses back. Returns those that it had."""
        gone = [address for address in self.ipv6_addresses if address in set(addresses)]
        self.ipv6_addresses = [address for address in self.ipv6_addresses if address not in gone]
        self.subnet.ipv6_taken.difference_update(gone)
        return gone

    def give_addresses_back(self) -> None:
        """Let others have its addresses, once it is gone."""
        for address in _addresses(self):
            self.subnet.del_subnet_ip(address)
        self.drop_ipv6(self.ipv6_addresses)

    @property
    def network_interface_id(self) -> str:
        """moto finds this by the name of its own class."""
        return str(self.id)

    @property
    def association(self) -> Any:
        """The public address; without one AWS sends nothing, not an empty structure."""
        return super().association or None

    @property
    def group_set(self) -> list[Any]:
        return self._group_set

    @group_set.setter
    def group_set(self, groups: list[Any]) -> None:
        self._group_set = groups


def _attachment(name: str) -> Values:
    return lambda interface: [getattr(interface.attachment, name, None)] if interface.attachment else []


def _groups(name: str) -> Values:
    return lambda interface: [getattr(group, name) for group in interface.group_set]


def _addresses(interface: NetworkInterface) -> Iterable[Any]:
    return [address.get("PrivateIpAddress") for address in interface.private_ip_addresses]


INTERFACE_FILTERS: dict[str, Values] = {
    "addresses.private-ip-address": _addresses,
    "attachment.attachment-id": _attachment("attachment_id"),
    "attachment.delete-on-termination": _attachment("delete_on_termination"),
    "attachment.device-index": _attachment("device_index"),
    "attachment.instance-id": _attachment("instance_id"),
    "attachment.instance-owner-id": _attachment("instance_owner_id"),
    "attachment.status": _attachment("status"),
    "availability-zone": one("availability_zone"),
    "description": one("description"),
    "group-id": _groups("id"),
    "group-name": _groups("name"),
    "interface-type": one("interface_type"),
    "ipv6-addresses.ipv6-address": lambda interface: interface.ipv6_addresses,
    "mac-address": one("mac_address"),
    "network-interface-id": one("id"),
    "owner-id": one("owner_id"),
    "private-ip-address": one("private_ip_address"),
    "requester-id": one("requester_id"),
    "requester-managed": one("requester_managed"),
    "source-dest-check": one("source_dest_check"),
    "status": one("status"),
    "subnet-id": one("subnet_id"),
    "vpc-id": one("vpc_id"),
}


class Interfaces:
    """The part of the backend that keeps network interfaces."""

    enis: dict[str, Any]

    def groups_in(self, vpc_id: str, group_ids: Iterable[str]) -> list[Any]:
        """The groups with these ids; all must exist in this VPC."""
        groups = [self.require_group(group_id) for group_id in dict.fromkeys(group_ids)]  # type: ignore[attr-defined]
        if any(group.vpc_id != vpc_id for group in groups):
            raise errors.different_networks()
        quota.check_interface(len(groups))
        return groups

    def create_network_interface(
        self, subnet: Any, private_ip_address: Any, *args: Any, group_ids: list[str] | None = None, **options: Any
    ) -> Any:
        """A new interface; moto invents a group that it does not know."""
        named: list[str] = []
        if args:  # the API call hands private addresses and groups over by position
            options["private_ip_addresses"], group_ids, *rest = args
            options.update(zip(("description", "tags", "delete_on_termination"), rest, strict=False))
            named = [address["PrivateIpAddress"] for address in options["private_ip_addresses"]]
            named += [private_ip_address] if private_ip_address else []
        if isinstance(subnet, str):
            subnet = self.get_subnet(subnet)  # type: ignore[attr-defined]
        if group_ids:
            group_ids = [group.id for group in self.groups_in(subnet.vpc_id, group_ids)]
        for address in dict.fromkeys(named):
            subnet.request_ip(address, None)
        return super().create_network_interface(  # type: ignore[misc]
            subnet, private_ip_address, group_ids=group_ids, **options
        )

    def delete_network_interface(self, eni_id: str) -> None:
        """An interface that is in use stays."""
        interface = self.enis.get(eni_id)
        if interface is not None and interface.attachment_id:
            ending = interface.instance is not None and interface.instance.terminating
            if not ending:
                raise errors.invalid_parameter(f"Network interface '{eni_id}' is currently in use.")
        super().delete_network_interface(eni_id)  # type: ignore[misc]
        if interface is not None:
            interface.give_addresses_back()

    def assign_ipv6_addresses(
        self, eni_id: str, ipv6_addresses: list[str] | None = None, ipv6_count: int | None = None
    ) -> list[str]:
        """Give an interface more IPv6 addresses. Returns these, and not those that it had; moto returns all."""
        new: list[str] = self.get_all_network_interfaces([eni_id])[0].add_ipv6(ipv6_addresses or [], ipv6_count or 0)
        return new

    def unassign_ipv6_addresses(self, eni_id: str, ips: list[str] | None = None) -> list[str]:
        """Take IPv6 addresses away from an interface."""
        gone: list[str] = self.get_all_network_interfaces([eni_id])[0].drop_ipv6(ips or [])
        return gone

    def detach_network_interface(self, attachment_id: str) -> None:
        """What a service attached, its customer does not detach."""
        if any(eni.attachment_id == attachment_id and eni.requester_managed for eni in self.enis.values()):
            kind = attachment_id.rpartition("-")[0]
            raise errors.EC2ClientError("OperationNotPermitted", f"You are not allowed to manage '{kind}' attachments")
        super().detach_network_interface(attachment_id)  # type: ignore[misc]

    def get_all_network_interfaces(self, eni_ids: list[str] | None = None, filters: Filters | None = None) -> list[Any]:
        """Interfaces by id, all of which must exist, and by filter."""
        found = list(self.enis.values())
        if eni_ids:
            for eni_id in eni_ids:
                if eni_id not in self.enis:
                    raise errors.EC2ClientError(
                        "InvalidNetworkInterfaceID.NotFound", f"The networkInterface ID '{eni_id}' does not exist"
                    )
            found = [self.enis[eni_id] for eni_id in dict.fromkeys(eni_ids)]
        return select(found, filters or {}, INTERFACE_FILTERS)

    def modify_network_interface_attribute(
        self,
        eni_id: str,
        group_ids: list[str],
        source_dest_check: bool | None = None,
        description: str | None = None,
    ) -> None:
        """Change an interface. Its groups are replaced as a whole."""
        interface = self.get_all_network_interfaces([eni_id])[0]
        if group_ids:
            interface.group_set = self.groups_in(interface.vpc_id, group_ids)
        super().modify_network_interface_attribute(eni_id, [], source_dest_check, description)  # type: ignore[misc]
