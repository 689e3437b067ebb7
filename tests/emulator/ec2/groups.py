# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Security groups: making, finding and deleting them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.ec2.models.security_groups import SecurityGroup

from tests.emulator.ec2 import errors
from tests.emulator.ec2.filters import Filters, check_amount, is_pattern, select
from tests.emulator.ec2.group_filters import GROUP_FILTERS, RULE_FILTERS
from tests.emulator.ec2.past import past
from tests.emulator.ec2.permissions import Permission, Reference
from tests.emulator.ec2.references import check_group_id
from tests.emulator.ec2.rule_changes import RuleChanges, require_rule
from tests.emulator.ec2.rules import Rule, folded


class Group(SecurityGroup):
    """A security group. A VPC's own ``default`` group admits its members to each other."""

    ingress_rules: list[Rule]  # type: ignore[assignment]
    egress_rules: list[Rule]  # type: ignore[assignment]

    def __init__(self, ec2_backend: Any, group_id: str, name: str, description: str, **options: Any) -> None:
        super().__init__(ec2_backend, group_id, name, description, **options)
        if self.is_default:
            itself = Reference(self.id, owner_id=self.owner_id, vpc_id=self.vpc_id)
            everything = Permission("-1", None, None, "group", self.id, reference=itself)
            self.ingress_rules.append(Rule.of(self, everything, is_egress=False))

    def rules(self, is_egress: bool) -> list[Rule]:
        """The rules of one direction; the list itself, to be changed in place."""
        return self.egress_rules if is_egress else self.ingress_rules

    @property
    def all_rules(self) -> list[Rule]:
        """The rules of both directions."""
        return [*self.egress_rules, *self.ingress_rules]


def described(group: Group) -> dict[str, Any]:
    """The group in DescribeSecurityGroups."""
    tags = [{"Key": key, "Value": value} for key, value in group.ec2_backend.tags.get(group.id, {}).items()]
    return {
        "GroupId": group.id,
        "GroupName": group.name,
        "Description": group.description,
        "OwnerId": group.owner_id,
        "VpcId": group.vpc_id,
        "SecurityGroupArn": group.arn,
        "IpPermissions": folded(group.ingress_rules),
        "IpPermissionsEgress": folded(group.egress_rules),
        "Tags": tags or None,
    }


def for_vpc(group: Group) -> dict[str, Any]:
    """The group in GetSecurityGroupsForVpc, which knows less of it."""
    shown = described(group)
    kept = {key: shown[key] for key in ("GroupId", "GroupName", "Description", "OwnerId", "Tags")}
    return {**kept, "PrimaryVpcId": group.vpc_id}


class Groups(RuleChanges):
    """The part of the backend that keeps groups."""

    enis: dict[str, Any]
    default_vpc_id: Callable[[], str]

    # -- finding

    def get_security_group_from_id(self, group_id: str) -> Group | None:
        """The group with this id; moto looks through all of them, one by one."""
        for groups in list(self.groups.values()):
            if group_id in groups:
                found: Group = groups[group_id]
                return found
        return None

    def require_group(self, group_id: str) -> Group:
        """The group with this id, or AWS's refusal."""
        group = self.get_security_group_from_id(check_group_id(group_id))
        if group is None:
            raise errors.group_not_found(group_id)
        return group

    def require_group_named(self, name: str) -> Group:
        """The group with this name; names without a VPC are those of the default VPC."""
        vpc_id = self.default_vpc_id()
        found = self.get_security_group_from_name(name, vpc_id)
        if found is None:
            raise errors.EC2ClientError(
                "InvalidGroup.NotFound", f"The security group '{name}' does not exist in default VPC '{vpc_id}'"
            )
        return found

    def get_security_group_from_name(self, name: str, vpc_id: str | None = None) -> Group | None:
        """The group with this name, in a VPC or anywhere."""
        for group in self.all_groups():
            if group.name == name and vpc_id in (None, group.vpc_id):
                return group
        return None

    def all_groups(self) -> Iterator[Group]:
        """Every group of the account in this region."""
        for groups in list(self.groups.values()):
            yield from list(groups.values())

    def describe_security_groups(
        self,
        group_ids: list[str] | None = None,
        groupnames: list[str] | None = None,
        filters: Filters | None = None,
    ) -> list[Group]:
        """Ids and names must exist; filters only narrow."""
        check_amount(filters or {})
        groups: Iterable[Group] = self.all_groups()
        if group_ids or groupnames:
            named = [self.require_group(group_id) for group_id in dict.fromkeys(group_ids or [])]
            named += [self.require_group_named(name) for name in dict.fromkeys(groupnames or [])]
            groups = dict.fromkeys(named)
        elif _exact(filters, "group-id"):
            found = [
                self.get_security_group_from_id(group_id) for group_id in dict.fromkeys((filters or {})["group-id"])
            ]
            groups = [group for group in found if group is not None]
        return select(groups, filters or {}, GROUP_FILTERS)

    def describe_security_group_rules(self, sg_rule_ids: list[str], filters: Filters) -> list[Rule]:
        """Rules one by one. Rule ids must exist; a group that does not exist has no rules."""
        check_amount(filters)
        for group_id in filters.get("group-id", []):
            if not is_pattern(group_id) and not re.fullmatch(r"sg-[0-9a-f]{8,17}", group_id):
                raise errors.EC2ClientError(
                    "InvalidGroupId.Malformed", f"The security group ID '{group_id}' is malformed"
                )
        groups: Iterable[Group | None] = self.all_groups()
        if _exact(filters, "group-id"):
            groups = [self.get_security_group_from_id(group_id) for group_id in dict.fromkeys(filters["group-id"])]
        rules = [rule for group in groups if group is not None for rule in past.rules_of(group)]
        if sg_rule_ids:
            by_id = {rule.id: rule for rule in rules}
            rules = [require_rule(by_id, rule_id) for rule_id in dict.fromkeys(sg_rule_ids)]
        return select(rules, filters, RULE_FILTERS)

    # -- groups

    def create_security_group(
        self,
        name: str,
        description: str,
        vpc_id: str | None = None,
        tags: dict[str, str] | None = None,
        force: bool = False,
        is_default: bool | None = None,
    ) -> Group:
        """A new group; names are unique within a VPC, and ``default`` is the VPC's own."""
        if not is_default:
            _check_name(name)
            if vpc_id is not None and vpc_id not in self.vpcs:
                raise errors.VpcNotFound(vpc_id)
            vpc_id = vpc_id or self.default_vpc_id()
            if any(group.name == name for group in self.groups[vpc_id].values()) and not force:
                raise errors.EC2ClientError(
                    "InvalidGroup.Duplicate", f"The security group '{name}' already exists for VPC '{vpc_id}'"
                )
        made = super().create_security_group(  # type: ignore[misc]
            name, description, vpc_id=vpc_id, tags=tags, force=True, is_default=is_default
        )
        return made  # type: ignore[no-any-return]

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> str:
        """Delete a group that nothing needs. References from peers do not count: their rules go stale."""
        group = self.require_group(group_id) if group_id else self.require_group_named(name or "")
        if group.is_default:
            raise errors.EC2ClientError(
                "CannotDelete",
                f'the specified group: "{group.id}" name: "{group.name}" cannot be deleted by a user',
            )
        if self._is_needed(group):
            raise errors.dependency_violation(group.id)
        for rule in group.all_rules:
            self.tags.pop(rule.id, None)
        self.tags.pop(group.id, None)
        del self.groups[group.vpc_id or ""][group.id]
        return group.id

    def _is_needed(self, group: Group) -> bool:
        carried = any(group.id in [carrying.id for carrying in eni.group_set] for eni in self.enis.values())
        return carried or any(
            other.id != group.id and other.vpc_id == group.vpc_id for other, _rule in self.rules_naming(group.id)
        )


def _exact(filters: Filters | None, name: str) -> bool:
    """Is there such a filter, and does it name what it wants outright? Then there is no need to look at all."""
    values = (filters or {}).get(name)
    return bool(values) and not any(is_pattern(value) for value in values or [])


def _check_name(name: str) -> None:
    if name.lower() == "default":
        raise errors.invalid_parameter("Cannot use reserved security group name: default")
    if name.startswith("sg-"):
        raise errors.invalid_parameter(
            f"Invalid value '{name}' for groupName. Group names may not be in the format sg-*."
        )
