# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the filters of DescribeSecurityGroups and DescribeSecurityGroupRules compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.ec2.filters import Values, one
from tests.emulator.ec2.rules import Rule


def _of_rules(is_egress: bool, value: Callable[[Rule], Any]) -> Values:
    return lambda group: [value(rule) for rule in group.rules(is_egress)]


def _source(kind: str) -> Callable[[Rule], Any]:
    return lambda rule: rule.permission.source if rule.permission.kind == kind else None


def _owner(rule: Rule) -> Any:
    return rule.permission.reference.owner_id if rule.permission.reference else None


def _name(rule: Rule) -> Any:
    reference = rule.permission.reference
    group = rule.ec2_backend.get_security_group_from_id(reference.group_id) if reference else None
    return group.name if group else None


_RULE_VALUES: dict[str, Callable[[Rule], Any]] = {
    "cidr": _source("cidr4"),
    "ipv6-cidr": _source("cidr6"),
    "prefix-list-id": _source("prefix_list"),
    "group-id": _source("group"),
    "group-name": _name,
    "user-id": _owner,
    "protocol": lambda rule: rule.permission.protocol,
    "from-port": lambda rule: rule.permission.from_port,
    "to-port": lambda rule: rule.permission.to_port,
}
GROUP_FILTERS: dict[str, Values] = {
    "description": one("description"),
    "group-id": one("id"),
    "group-name": one("name"),
    "owner-id": one("owner_id"),
    "vpc-id": one("vpc_id"),
    **{f"ip-permission.{name}": _of_rules(False, value) for name, value in _RULE_VALUES.items()},
    **{f"egress.ip-permission.{name}": _of_rules(True, value) for name, value in _RULE_VALUES.items()},
}
RULE_FILTERS: dict[str, Values] = {"group-id": one("group_id"), "security-group-rule-id": one("id")}
