# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What EC2 holds, read past the collection."""

from __future__ import annotations

from typing import Any


def every_rule(ec2: Any) -> dict[str, dict[str, Any]]:
    """Return every rule of the region by its id."""
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    return {rule["SecurityGroupRuleId"]: rule for rule in rules}


def source_of(rule: dict[str, Any]) -> str:
    """Return what a rule admits: a range, or the id of a group or prefix list."""
    named = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId")
    return str(named or rule["ReferencedGroupInfo"]["GroupId"])


def sources_of(ec2: Any, group_id: str) -> set[str]:
    """Return what the inbound rules of a group admit."""
    return {source for _from, _to, source, _description in inbound(ec2, group_id)}


def inbound(ec2: Any, group_id: str) -> set[tuple[int, int, str, str]]:
    """Return the inbound rules of a group as (from, to, source, description)."""
    return {
        (
            rule["FromPort"],
            rule["ToPort"],
            source_of(rule),
            rule.get("Description", ""),
        )
        for rule in every_rule(ec2).values()
        if rule["GroupId"] == group_id and not rule["IsEgress"]
    }
