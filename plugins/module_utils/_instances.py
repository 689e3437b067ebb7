# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's instances -> Instance, and which security group stands for one. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference

_GONE = ("shutting-down", "terminated")
_AT_REST = ("stopping", "stopped")


@dataclass(frozen=True)
class Interface:
    """One network interface and the security groups on it, as (id, name)."""

    interface_id: str
    groups: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Instance:
    """One instance with all its network interfaces. EC2 names the groups of the primary one as the instance's."""

    instance_id: str
    state: str
    interfaces: tuple[Interface, ...]
    name: str = ""
    is_windows: bool = False

    @property
    def groups(self) -> dict[str, str]:
        """Return the security groups of every interface, names by id."""
        return dict(group for interface in self.interfaces for group in interface.groups)

    @property
    def is_at_rest(self) -> bool:
        """Say whether the instance is stopped, or about to be."""
        return self.state in _AT_REST


def parse_instances(answers: Iterable[Mapping[str, t.Any]]) -> dict[str, Instance]:
    """Return the instances of DescribeInstances' C(Reservations) by id."""
    return {
        answer["InstanceId"]: Instance(
            instance_id=answer["InstanceId"],
            state=answer.get("State", {}).get("Name", "unknown"),
            interfaces=tuple(_interface(each) for each in answer.get("NetworkInterfaces") or ()),
            name=next((tag["Value"] for tag in answer.get("Tags") or () if tag["Key"] == "Name"), ""),
            is_windows=str(answer.get("Platform", "")).lower() == "windows",
        )
        for reservation in answers
        for answer in reservation.get("Instances") or ()
    }


def _interface(answer: Mapping[str, t.Any]) -> Interface:
    groups = tuple(sorted((group["GroupId"], group.get("GroupName", "")) for group in answer.get("Groups") or ()))
    return Interface(answer["NetworkInterfaceId"], groups)


def group_of_instance(instance: Instance, chosen: GroupReference | None) -> str:
    """Return the id of the security group that stands for C(instance) in a rule.

    Raises V(InvalidGrantError) where the instance is gone, or has several groups and the user has to say which.
    """
    if instance.state in _GONE:
        raise InvalidGrantError(
            f"instance {instance.instance_id!r} is {instance.state} and has no network interface any more; "
            "name its security group as security_group, or another instance."
        )
    groups = instance.groups
    if not groups:
        raise InvalidGrantError(
            f"instance {instance.instance_id!r} ({instance.state}) has no network interface with a security group; "
            "name its address as cidr."
        )
    fitting = [group_id for group_id, name in groups.items() if chosen is None or chosen.means(group_id, name)]
    if len(fitting) == 1:
        return fitting[0]
    if chosen is None:
        raise InvalidGrantError(
            f"instance {instance.instance_id!r} carries several security groups ({_listed(instance)}); "
            "set security_group beside instance to the one that is to reach the cache."
        )
    if fitting:
        raise InvalidGrantError(
            f"instance {instance.instance_id!r} carries several security groups of the name {chosen.name!r} "
            f"({_listed(instance)}); set security_group beside instance to the id of one."
        )
    raise InvalidGrantError(
        f"security_group {str(chosen)!r} is not carried by instance {instance.instance_id!r}; "
        f"it carries {_listed(instance)}."
    )


def _listed(instance: Instance) -> str:
    on: dict[tuple[str, str], list[str]] = {}
    for interface in instance.interfaces:
        for group in interface.groups:
            on.setdefault(group, []).append(interface.interface_id)
    return ", ".join(f"{name} ({group_id}) on {' and '.join(where)}" for (group_id, name), where in sorted(on.items()))
