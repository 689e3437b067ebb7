# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Groups as sources of rules: which may be named where, and what becomes of a rule when the path or the group goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from moto.ec2.models import ec2_backends

from tests.emulator.ec2 import errors
from tests.emulator.ec2.permissions import Permission, Reference, with_reference
from tests.emulator.ec2.rules import Rule

_GROUP_ID = re.compile(r"sg-([0-9a-f]{8}|[0-9a-f]{17})")


def check_group_id(group_id: str) -> str:
    """Group ids are ``sg-`` and 8 or 17 hexadecimal digits."""
    if not _GROUP_ID.fullmatch(group_id):
        raise errors.group_id_malformed(group_id)
    return group_id


class References:
    """The part of the backend that knows about group references."""

    account_id: str
    region_name: str
    groups: dict[str, dict[str, Any]]
    vpc_pcxs: dict[str, Any]
    referencing_gateway: Callable[[str, str], str | None]

    def resolve_references(self, group: Any, permissions: list[Permission], is_egress: bool) -> list[Permission]:
        """Find every group that the permissions name, as seen from the group that gets the rules."""
        return [
            permission
            if permission.reference is None
            else with_reference(permission, self._resolve(group, permission.reference, is_egress))
            for permission in permissions
        ]

    def reference_exists(self, reference: Reference) -> bool:
        """Is the group that a rule names still there?"""
        return self._find(reference) is not None

    def peering_status(self, peering_id: str) -> str:
        """The state of a peering, also after it was deleted."""
        peering = self.vpc_pcxs.get(peering_id)
        return str(peering.status["Code"]) if peering else "deleted"

    def rules_naming(self, group_id: str) -> Iterator[tuple[Any, Rule]]:
        """The rules of this account's groups that name a group, each with the group that has it."""
        for groups in self.groups.values():
            for group in groups.values():
                for rule in (*group.ingress_rules, *group.egress_rules):
                    if rule.permission.kind == "group" and rule.permission.source == group_id:
                        yield group, rule

    def peers_naming(self, group_id: str) -> list[dict[str, str]]:
        """The VPCs whose groups name this one across a peering or transit gateway, in this account or another."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for account in list(ec2_backends.values()):
            backend: Any = account[self.region_name]
            for other, rule in backend.rules_naming(group_id):
                for key, path_id in _path_of(rule.permission.reference).items():
                    shown = {"GroupId": group_id, "ReferencingVpcId": other.vpc_id, key: path_id}
                    found[other.vpc_id, path_id] = shown
        return list(found.values())

    def is_stale(self, rule: Rule) -> bool:
        """A rule is stale when it names another VPC's group, and the path to it or that group is no more."""
        reference = rule.permission.reference
        if reference is None or not _path_of(reference):
            return False
        return not self._path_lasts(rule, reference) or not self.reference_exists(reference)

    def _path_lasts(self, rule: Rule, reference: Reference) -> bool:
        if reference.peering_id:
            return self.peering_status(reference.peering_id) == "active"
        group: Any = self._find(Reference(rule.group_id))
        return self.referencing_gateway(group.vpc_id, reference.vpc_id or "") is not None

    def _resolve(self, group: Any, reference: Reference, is_egress: bool) -> Reference:
        if reference.group_id:
            check_group_id(reference.group_id)
        found = self._find(reference, group.vpc_id)
        if found is None:
            raise errors.group_not_found(reference.group_id or reference.name or "")
        resolved = replace(reference, group_id=found.id, owner_id=found.owner_id, vpc_id=found.vpc_id, name=None)
        if found.vpc_id == group.vpc_id:
            return resolved
        # Only a live path makes another VPC's group a legal source; a region away there is none at all.
        peering = self._active_peering(group.vpc_id, found.vpc_id)
        if peering is not None:
            return replace(resolved, peering_id=peering.id)
        # A transit gateway carries references of inbound rules alone.
        gateway_id = None if is_egress else self.referencing_gateway(group.vpc_id, found.vpc_id)
        if gateway_id is None:
            raise errors.different_networks()
        return replace(resolved, transit_gateway_id=gateway_id)

    def _find(self, reference: Reference, vpc_id: str | None = None) -> Any:
        owner = reference.owner_id or self.account_id
        backend: Any = self if owner == self.account_id else ec2_backends[owner][self.region_name]
        if reference.group_id:
            return backend.get_security_group_from_id(reference.group_id)
        return backend.get_security_group_from_name(reference.name, vpc_id)

    def _active_peering(self, one_vpc: str, other_vpc: str) -> Any:
        wanted = {one_vpc, other_vpc}
        for peering in self.vpc_pcxs.values():
            same_region = peering.vpc.region == peering.peer_vpc.region
            if same_region and {peering.vpc.id, peering.peer_vpc.id} == wanted and peering.status["Code"] == "active":
                return peering
        return None


def _path_of(reference: Reference | None) -> dict[str, str]:
    """What leads to another VPC's group, as the API names it; nothing for a group of the same VPC."""
    if reference is None:
        return {}
    path = {"VpcPeeringConnectionId": reference.peering_id, "TransitGatewayId": reference.transit_gateway_id}
    return {key: path_id for key, path_id in path.items() if path_id}
