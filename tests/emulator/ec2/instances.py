# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Instances: the groups an instance shows are those of its primary network interface, and of no other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models import instances as motos
from moto.ec2.models.instances import Reservation

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, Values, one, select
from tests.emulator.ec2.interfaces import INTERFACE_FILTERS

_INSTANCE_ID = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")


class Instance(motos.Instance):
    """An instance whose groups live on its interfaces."""

    terminating = False

    def __init__(self, *args: Any, **options: Any) -> None:
        self._asked_groups: list[Any] = []
        super().__init__(*args, **options)
        if self.kernel_id == "None":  # moto prints what it does not know
            self.kernel_id = None
        self.virtualization_type = "hvm"  # as every current instance type
        # AWS names Windows here, and nothing else.
        self.platform = "windows" if self.ec2_backend.is_windows(self.image_id) else None
        if 0 in self.nics:
            self._placement.zone = self.nics[0].subnet.availability_zone

    @property
    def security_groups(self) -> list[Any]:
        """The groups of the primary interface; before there is one, those that were asked for."""
        if self.state == "terminated":
            return []
        primary = getattr(self, "nics", {}).get(0)
        return primary.group_set if primary else self._asked_groups

    @security_groups.setter
    def security_groups(self, groups: list[Any]) -> None:
        primary = getattr(self, "nics", {}).get(0)
        if primary:
            primary.group_set = groups
        else:
            self._asked_groups = groups

    @property
    def network_interfaces(self) -> list[Any]:
        return [] if self.state == "terminated" else list(self.nics.values())

    def prep_nics(self, nic_spec: list[dict[str, Any]], *args: Any, **options: Any) -> None:
        """An interface that is made with an instance goes with it, unless the request says otherwise."""
        if not nic_spec:
            nic_spec = [{"DeviceIndex": 0}]
        for nic in nic_spec:
            if not nic.get("NetworkInterfaceId"):
                nic.setdefault("DeleteOnTermination", True)
        super().prep_nics(nic_spec, *args, **options)
        # moto knows of a number for the whole instance only.
        for nic in nic_spec:
            if not nic.get("NetworkInterfaceId"):
                addresses = [address["Ipv6Address"] for address in nic.get("Ipv6Addresses", [])]
                interface: Any = self.nics[int(nic["DeviceIndex"])]
                interface.add_ipv6(addresses, int(nic.get("Ipv6AddressCount") or 0))

    def terminate(self) -> Any:
        """End the instance; interfaces that outlive it are free again."""
        self.terminating = True
        previous = super().terminate()
        for interface in self.nics.values():
            if interface.id in self.ec2_backend.enis:
                interface.instance = interface.attachment_id = interface.attach_time = None
                interface.status = "available"
        return previous


def _on_interfaces(values: Values) -> Values:
    return lambda instance: [value for interface in instance.network_interfaces for value in values(interface)]


def _groups(name: str) -> Values:
    return lambda instance: [getattr(group, name) for group in instance.security_groups]


_INSTANCE_FILTERS: dict[str, Values] = {
    "architecture": one("architecture"),
    "availability-zone": lambda instance: [instance.placement.zone],
    "dns-name": one("public_dns_name"),
    "image-id": one("image_id"),
    "instance-id": one("id"),
    "instance-lifecycle": one("lifecycle"),
    "instance-state-code": one("state_code"),
    "instance-state-name": one("state"),
    "instance-type": one("instance_type"),
    "instance.group-id": _groups("id"),
    "instance.group-name": _groups("name"),
    # Documented for EC2-Classic; answers for the primary interface as well.
    "group-id": _groups("id"),
    "group-name": _groups("name"),
    "ip-address": one("public_ip"),
    "key-name": one("key_name"),
    "owner-id": one("owner_id"),
    "platform": one("platform"),
    "private-dns-name": one("private_dns_name"),
    "private-ip-address": one("private_ip"),
    "product-code": lambda instance: instance.product_codes,
    "source-dest-check": one("source_dest_check"),
    "state-reason-code": lambda instance: [instance.state_reason.code],
    "subnet-id": one("subnet_id"),
    "vpc-id": one("vpc_id"),
    **{f"network-interface.{name}": _on_interfaces(values) for name, values in INTERFACE_FILTERS.items()},
}


class Instances:
    """The part of the backend that keeps instances."""

    reservations: dict[str, Reservation]

    def run_instances(
        self, image_id: str, count: int, user_data: Any, security_group_names: list[str], **options: Any
    ) -> Any:
        """Start instances, once it is clear that every group exists where the instance is to be."""
        nics = options.get("nics") or []
        group_ids = options.get("security_group_ids") or []
        if nics and (group_ids or security_group_names):
            raise errors.bad_combination(
                "Network interfaces and an instance-level security groups may not be specified on the same request"
            )
        named = [self.require_group_named(name).id for name in security_group_names]  # type: ignore[attr-defined]
        wanted = [*group_ids, *named]
        if wanted and all(isinstance(group_id, str) for group_id in wanted):
            self.groups_in(self._vpc_of(options.get("subnet_id")), wanted)  # type: ignore[attr-defined]
        options["security_group_ids"] = wanted
        return super().run_instances(image_id, count, user_data, [], **options)  # type: ignore[misc]

    def modify_instance_security_groups(self, instance_id: str, new_group_id_list: list[str]) -> Any:
        """Replace the groups of the primary interface."""
        instance = self.get_instance(instance_id)  # type: ignore[attr-defined]
        if len(instance.nics) > 1:
            raise errors.EC2ClientError(
                "InvalidInstanceID",
                f"There are multiple interfaces attached to instance '{instance_id}'. "
                "Please specify an interface ID for the operation instead.",
            )
        instance.security_groups = self.groups_in(instance.vpc_id, new_group_id_list)  # type: ignore[attr-defined]
        return instance

    def describe_instances(self, filters: Filters | None = None) -> list[Reservation]:
        """Reservations, each with those of its instances that pass the filters."""
        return self._reservations(None, filters or {})

    def get_reservations_by_instance_ids(
        self, instance_ids: list[str], filters: Filters | None = None
    ) -> list[Reservation]:
        """Reservations of the instances that are named, all of which must exist."""
        for instance_id in instance_ids:
            if not _INSTANCE_ID.fullmatch(instance_id):
                expected = "" if instance_id.startswith("i-") else ' (expecting "i-...")'
                raise errors.EC2ClientError("InvalidInstanceID.Malformed", f'Invalid id: "{instance_id}"{expected}')
        known = {instance.id for reservation in self.reservations.values() for instance in reservation.instances}
        unknown = [instance_id for instance_id in instance_ids if instance_id not in known]
        if unknown:
            raise InvalidInstanceIdError(unknown)
        return self._reservations(set(instance_ids), filters or {})

    def _reservations(self, instance_ids: set[str] | None, filters: Filters) -> list[Reservation]:
        by_reservation = {"reservation-id", "requester-id"} & set(filters)
        inner = {name: values for name, values in filters.items() if name not in by_reservation}
        select([], inner, _INSTANCE_FILTERS)
        found = []
        for reservation in self.reservations.copy().values():
            if "reservation-id" in filters and reservation.id not in filters["reservation-id"]:
                continue
            instances = select(_named(reservation.instances, instance_ids), inner, _INSTANCE_FILTERS)
            if instances:
                shown = Reservation(reservation.id, reservation.owner_id)
                shown.instances = instances
                found.append(shown)
        return found

    def _vpc_of(self, subnet_id: str | None) -> str:
        if subnet_id is None:
            return str(self.default_vpc_id())  # type: ignore[attr-defined]
        return str(self.get_subnet(subnet_id).vpc_id)  # type: ignore[attr-defined]


def _named(instances: Iterable[Any], instance_ids: set[str] | None) -> list[Any]:
    return [instance for instance in instances if instance_ids is None or instance.id in instance_ids]
