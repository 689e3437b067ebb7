# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Adding, removing and editing the rules of a group: each call does all that it was asked, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.emulator.ec2 import errors, quota
from tests.emulator.ec2.past import past
from tests.emulator.ec2.permissions import (
    Permission,
    Reference,
    canonical_cidr,
    canonical_ports,
    canonical_protocol,
    check_description,
)
from tests.emulator.ec2.prefix_lists import PrefixLists
from tests.emulator.ec2.references import References
from tests.emulator.ec2.rules import Rule

if TYPE_CHECKING:
    from tests.emulator.ec2.groups import Group

_RULE_ID = re.compile(r"sgr-([0-9a-f]{8}|[0-9a-f]{17})")


class RuleChanges(References, PrefixLists):
    """The part of the backend that changes rules."""

    tags: dict[str, dict[str, str]]
    vpcs: dict[str, Any]
    require_group: Callable[[str], Group]

    def authorize(
        self, group: Group, permissions: list[Permission], is_egress: bool, tags: dict[str, str]
    ) -> list[Rule]:
        """Add all of these rules, or none."""
        wanted = self._checked_sources(group, permissions, is_egress)
        present = group.rules(is_egress)
        taken = {rule.permission.identity for rule in present}
        for permission in wanted:
            if permission.identity in taken:
                raise errors.permission_duplicate(permission.label)
        quota.check_rules([*(rule.permission for rule in present), *wanted], self.prefix_list_weight)
        past.changing(group)
        added = [Rule.of(group, permission, is_egress, tags) for permission in wanted]
        present.extend(added)
        return added

    def revoke_by_id(self, group: Group, rule_ids: list[str], is_egress: bool) -> list[Rule]:
        """Remove these rules, or none if one of them is not there."""
        by_id = {rule.id: rule for rule in group.rules(is_egress)}
        return self._remove(group, [require_rule(by_id, rule_id) for rule_id in dict.fromkeys(rule_ids)], is_egress)

    def revoke(
        self, group: Group, permissions: list[Permission], is_egress: bool
    ) -> tuple[list[Rule], list[Permission]]:
        """Remove by properties. What does not match is a refusal, but in a default VPC a success that lists it."""
        by_identity = {rule.permission.identity: rule for rule in group.rules(is_egress)}
        named = [self._named_source(group, permission) for permission in permissions]
        matched = [by_identity[wanted.identity] for wanted in named if wanted.identity in by_identity]
        unknown = [wanted for wanted in named if wanted.identity not in by_identity]
        if unknown and not self.vpcs[group.vpc_id or ""].is_default:
            raise errors.permission_not_found()
        return self._remove(group, matched, is_egress), unknown

    def describe_by_id(self, group: Group, texts: dict[str, str | None], is_egress: bool) -> None:
        """Give rules, named by id, another description."""
        by_id = {rule.id: rule for rule in group.rules(is_egress)}
        rules = {rule_id: require_rule(by_id, rule_id) for rule_id in texts}
        for rule_id, rule in rules.items():
            check_description(texts[rule_id], rule.permission.kind)
        past.changing(group)
        for rule_id, rule in rules.items():
            rule.permission = replace(rule.permission, description=texts[rule_id] or None)

    def describe_by_properties(self, group: Group, permissions: list[Permission], is_egress: bool) -> None:
        """Give rules, named by their properties, another description; without one they lose theirs."""
        by_identity = {rule.permission.identity: rule for rule in group.rules(is_egress)}
        named = [self._named_source(group, permission) for permission in permissions]
        if any(wanted.identity not in by_identity for wanted in named):
            raise errors.permission_not_found()
        past.changing(group)
        for wanted in named:
            rule = by_identity[wanted.identity]
            rule.permission = replace(rule.permission, description=wanted.description)

    def modify_security_group_rules(self, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        """Change all of these rules, or none. A rule keeps the kind of its source."""
        group = self.require_group(group_id)
        by_id = {rule.id: rule for rule in group.all_rules}
        changed = {rule_id: self._modified(group, require_rule(by_id, rule_id), new) for rule_id, new in rules.items()}
        for is_egress in (False, True):
            self._check_together(group, changed, is_egress)
        past.changing(group)
        for rule_id, permission in changed.items():
            by_id[rule_id].permission = permission

    def _check_together(self, group: Group, changed: dict[str, Permission], is_egress: bool) -> None:
        taken: set[Any] = set()
        after = [changed.get(rule.id, rule.permission) for rule in group.rules(is_egress)]
        for permission in after:
            if permission.identity in taken:
                raise errors.permission_duplicate(permission.label)
            taken.add(permission.identity)
        quota.check_rules(after, self.prefix_list_weight)

    def _modified(self, group: Group, rule: Rule, new: dict[str, Any]) -> Permission:
        kind, source = _modified_source(rule, new)
        protocol = canonical_protocol(new.get("IpProtocol"))
        from_port, to_port = canonical_ports(protocol, new.get("FromPort"), new.get("ToPort"))
        check_description(new.get("Description"), kind)
        reference = Reference(source, self._owner_of(source, rule)) if kind == "group" else None
        permission = Permission(protocol, from_port, to_port, kind, source, new.get("Description") or None, reference)
        return self._checked_sources(group, [permission], rule.is_egress)[0]

    def _owner_of(self, group_id: str, rule: Rule) -> str:
        """This call has no place for an owner: a group is ours, or belongs to whom the rule named so far."""
        if any(group_id in groups for groups in self.groups.values()) or rule.permission.reference is None:
            return ""
        return rule.permission.reference.owner_id

    def _checked_sources(self, group: Group, permissions: list[Permission], is_egress: bool) -> list[Permission]:
        for permission in permissions:
            if permission.kind == "prefix_list":
                self.require_prefix_list(permission.source)
        return self.resolve_references(group, permissions, is_egress)

    def _named_source(self, group: Group, permission: Permission) -> Permission:
        """For removing, a group counts by its id alone: it may be gone, or its owner unknown."""
        reference = permission.reference
        if reference is None or reference.group_id:
            return permission
        in_vpc = self.groups[group.vpc_id or ""].values()
        named = next((other for other in in_vpc if other.name == reference.name), None)
        if named is None:
            raise errors.group_not_found(reference.name or "")
        return replace(permission, source=named.id)

    def _remove(self, group: Group, rules: list[Rule], is_egress: bool) -> list[Rule]:
        past.changing(group)
        gone = {rule.id for rule in rules}
        group.rules(is_egress)[:] = [rule for rule in group.rules(is_egress) if rule.id not in gone]
        for rule in rules:
            self.tags.pop(rule.id, None)
        return rules


def require_rule(rules: dict[str, Rule], rule_id: str) -> Rule:
    """The rule with this id, or AWS's refusal."""
    if not _RULE_ID.fullmatch(rule_id):
        raise errors.rule_id_malformed(rule_id)
    if rule_id not in rules:
        raise errors.rule_not_found(rule_id)
    return rules[rule_id]


_KINDS: dict[str, tuple[Any, str, str]] = {
    "CidrIpv4": ("cidr4", "an IPv4 CIDR", "IPv4 CIDR"),
    "CidrIpv6": ("cidr6", "an IPv6 CIDR", "IPv6 CIDR"),
    "PrefixListId": ("prefix_list", "a prefix list id", "prefix list"),
    "ReferencedGroupId": ("group", "a referenced group id", "referenced group"),
}


def _modified_source(rule: Rule, new: dict[str, Any]) -> tuple[Any, str]:
    given = [key for key in _KINDS if new.get(key)]
    if len(given) > 1:
        raise errors.bad_combination(
            "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified"
        )
    if not given:
        raise errors.missing_parameter(
            "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId"
        )
    kind, phrase, _label = _KINDS[given[0]]
    if kind != rule.permission.kind:
        existing = next(label for known, _phrase, label in _KINDS.values() if known == rule.permission.kind)
        raise errors.invalid_parameter(f"You may not specify {phrase} for an existing {existing} rule")
    source = str(new[given[0]])
    if kind == "cidr4":
        source = canonical_cidr(source, 4)
    elif kind == "cidr6":
        source = canonical_cidr(source, 6)
    return kind, source
