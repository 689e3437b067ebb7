# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A security-group rule as it is stored, and the forms in which EC2 shows it.

The forms differ from call to call: ``ReferencedGroupInfo`` is a structure in describe and authorize, but revoke gives
``ReferencedGroupId``, a string; an untagged rule has ``Tags: []`` in describe and none after authorize; a rule for
every protocol has ports -1 here and none at all in ``IpPermissions``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.utils import random_security_group_rule_id

from tests.emulator.ec2.permissions import Permission, from_ip_permission

_NO_PORT = -1


class Rule(TaggedEC2Resource):
    """One rule of one group. Takes moto's arguments, because moto makes the first egress rule of a group itself."""

    def __init__(
        self,
        ec2_backend: Any,
        ip_protocol: str | None,
        group_id: str,
        from_port: int | None,
        to_port: int | None,
        ip_range: dict[str, str] | None,
        source_group: dict[str, str] | None = None,
        prefix_list_id: dict[str, str] | None = None,
        is_egress: bool = True,
        tags: dict[str, str] | None = None,
        permission: Permission | None = None,
    ) -> None:
        self.ec2_backend = ec2_backend
        self.id = random_security_group_rule_id()
        self.group_id = group_id
        self.is_egress = is_egress
        if permission is None:
            family = "Ipv6Ranges" if "CidrIpv6" in (ip_range or {}) else "IpRanges"
            item = {
                "IpProtocol": ip_protocol,
                "FromPort": from_port,
                "ToPort": to_port,
                family: [ip_range] if ip_range else [],
                "UserIdGroupPairs": [source_group] if source_group else [],
                "PrefixListIds": [prefix_list_id] if prefix_list_id else [],
            }
            permission = next(from_ip_permission(item))
        self.permission = permission
        self.add_tags(tags or {})

    @classmethod
    def of(cls, group: Any, permission: Permission, is_egress: bool, tags: dict[str, str] | None = None) -> Rule:
        """A new rule of a group, from what a request asked for."""
        return cls(
            group.ec2_backend,
            None,
            group.id,
            None,
            None,
            None,
            is_egress=is_egress,
            tags=tags,
            permission=permission,
        )

    @property
    def owner_id(self) -> str:
        return str(self.ec2_backend.account_id)

    @property
    def arn(self) -> str:
        backend = self.ec2_backend
        return f"arn:{backend.partition}:ec2:{backend.region_name}:{self.owner_id}:security-group-rule/{self.id}"

    @property
    def tag_items(self) -> list[dict[str, str]]:
        """The rule's tags as the API shows them."""
        return [{"Key": key, "Value": value} for key, value in self.ec2_backend.tags.get(self.id, {}).items()]

    @property
    def ports(self) -> dict[str, int | None]:
        """``FromPort`` and ``ToPort``, with None where the protocol has no ports."""
        return {"FromPort": self.permission.from_port, "ToPort": self.permission.to_port}


def described(rule: Rule) -> dict[str, Any]:
    """The rule in DescribeSecurityGroupRules."""
    return {**_common(rule), "GroupOwnerId": rule.owner_id, **_source(rule), **_named(rule), "Tags": rule.tag_items}


def authorized(rule: Rule) -> dict[str, Any]:
    """The rule in the answer to the call that made it, which knows the owner of a group whom describe does not."""
    shown = {**_common(rule), "GroupOwnerId": rule.owner_id, **_source(rule), **_named(rule)}
    if rule.permission.reference is not None:
        shown["ReferencedGroupInfo"] = {**reference_info(rule), "UserId": rule.permission.reference.owner_id}
    return shown | ({"Tags": rule.tag_items} if rule.tag_items else {})


def revoked(rule: Rule) -> dict[str, Any]:
    """The rule in the answer to the call that removed it."""
    permission = rule.permission
    shown = _common(rule) | {"Description": permission.description}
    if permission.kind == "group":
        return shown | {"ReferencedGroupId": permission.source}
    return shown | _source(rule)


def folded(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Rules as DescribeSecurityGroups shows them: gathered by protocol and ports."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for rule in rules:
        permission = rule.permission
        key = (permission.protocol, permission.from_port, permission.to_port)
        item = found.setdefault(key, {"IpProtocol": permission.protocol, **rule.ports, **_no_sources()})
        _add_source(item, rule)
    return list(found.values())


def as_ip_permission(permission: Permission) -> dict[str, Any]:
    """A rule that was asked for, given back as the request put it."""
    item: dict[str, Any] = {
        "IpProtocol": permission.protocol,
        "FromPort": permission.from_port,
        "ToPort": permission.to_port,
        **_no_sources(),
    }
    name, entry = _entry(permission)
    if permission.kind == "group":
        entry["UserId"] = permission.reference.owner_id or None if permission.reference else None
    item[name].append(entry)
    return item


def reference_info(rule: Rule) -> dict[str, Any]:
    """Whose group a rule names, and how it is reached.

    Within one account a peered group comes with its VPC, across accounts without. Once the group is gone, so is its
    owner; the rule stays, stale. Over a transit gateway nothing but the group itself is shown.
    """
    reference = rule.permission.reference
    if reference is None:
        return {"GroupId": rule.permission.source}
    backend = rule.ec2_backend
    info: dict[str, Any] = {"GroupId": reference.group_id}
    if backend.reference_exists(reference) and not reference.transit_gateway_id:
        info["UserId"] = reference.owner_id
    if reference.peering_id:
        info["VpcPeeringConnectionId"] = reference.peering_id
        info["PeeringStatus"] = backend.peering_status(reference.peering_id)
        if reference.owner_id == rule.owner_id:
            info["VpcId"] = reference.vpc_id
    return info


def _common(rule: Rule) -> dict[str, Any]:
    permission = rule.permission
    return {
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": permission.protocol,
        "FromPort": _NO_PORT if permission.from_port is None else permission.from_port,
        "ToPort": _NO_PORT if permission.to_port is None else permission.to_port,
    }


def _named(rule: Rule) -> dict[str, Any]:
    return {"Description": rule.permission.description, "SecurityGroupRuleArn": rule.arn}


def _source(rule: Rule) -> dict[str, Any]:
    permission = rule.permission
    if permission.kind == "cidr4":
        return {"CidrIpv4": permission.source}
    if permission.kind == "cidr6":
        return {"CidrIpv6": permission.source}
    if permission.kind == "prefix_list":
        return {"PrefixListId": permission.source}
    return {"ReferencedGroupInfo": reference_info(rule)}


def _no_sources() -> dict[str, list[Any]]:
    return {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}


def _entry(permission: Permission) -> tuple[str, dict[str, Any]]:
    names = {
        "cidr4": ("IpRanges", "CidrIp"),
        "cidr6": ("Ipv6Ranges", "CidrIpv6"),
        "prefix_list": ("PrefixListIds", "PrefixListId"),
        "group": ("UserIdGroupPairs", "GroupId"),
    }
    name, key = names[permission.kind]
    return name, {key: permission.source, "Description": permission.description}


def _add_source(item: dict[str, Any], rule: Rule) -> None:
    name, entry = _entry(rule.permission)
    if rule.permission.kind == "group":
        entry |= reference_info(rule)
    item[name].append(entry)
