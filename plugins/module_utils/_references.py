# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Rules that name a group of another VPC, and what makes such a rule stale: it stays, and admits nothing. Pure.

EC2 keeps a rule whose peering or whose group is gone:
https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    SECURITY_GROUP,
    RuleKey,
    Source,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

    Answer = Mapping[str, t.Any]


@dataclass(frozen=True)
class Reference:
    """How EC2 says that a rule comes by a group of another VPC. Empty is what it does not say."""

    vpc_id: str
    peering_id: str
    peering_status: str


@dataclass(frozen=True)
class References:
    """What is known of the groups that rules name: C(by_rule) by rule id, C(stale) what EC2 calls stale."""

    by_rule: Mapping[str, Reference] = field(default_factory=dict)
    stale: frozenset[RuleKey] = frozenset()

    def why_stale(self, rule: Rule, home: SecurityGroup, groups: Mapping[str, SecurityGroup]) -> str:
        """Return why C(rule) of group C(home) admits nothing any more, empty where it does."""
        if rule.key.source.kind != SECURITY_GROUP:
            return ""
        group_id, owner_id = rule.key.source.value, rule.key.source.owner_id
        reference = self.by_rule.get(rule.rule_id)
        if reference and reference.peering_status not in ("", "active"):
            return f"peering {reference.peering_id}, which leads to it, is {reference.peering_status}"
        # A group of this account would be shown; one of another account is not.
        if group_id not in groups and home.owner_id and owner_id == home.owner_id:
            return "that group does not exist any more"
        if rule.key in self.stale:
            return "that group, or the way to it, is gone"
        return ""


def parse_references(answers: Iterable[Answer]) -> dict[str, Reference]:
    """Return the references among C(answers), entries of C(SecurityGroupRules), by the id of their rule."""
    return {
        answer["SecurityGroupRuleId"]: Reference(
            group.get("VpcId", ""), group.get("VpcPeeringConnectionId", ""), group.get("PeeringStatus", "")
        )
        for answer in answers
        for group in [answer.get("ReferencedGroupInfo")]
        if group
    }


def parse_stale(answers: Iterable[Answer]) -> frozenset[RuleKey]:
    """Return the inbound rules that the entries of DescribeStaleSecurityGroups name."""
    return frozenset(
        RuleKey(
            answer["GroupId"],
            permission["IpProtocol"],
            permission.get("FromPort", -1),
            permission.get("ToPort", -1),
            Source(SECURITY_GROUP, pair["GroupId"]),
        )
        for answer in answers
        for permission in answer.get("StaleIpPermissions") or ()
        for pair in permission.get("UserIdGroupPairs") or ()
        if pair.get("GroupId")
    )


def is_far(rule: Rule, home_vpc: str, groups: Mapping[str, SecurityGroup]) -> bool:
    """Say whether C(rule), in a group of C(home_vpc), names a group that is not seen there."""
    if rule.key.source.kind != SECURITY_GROUP:
        return False
    group = groups.get(rule.key.source.value)
    return group is None or group.vpc_id != home_vpc
