# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What EC2 holds, read past the collection."""

from __future__ import annotations

from typing import Any


def every_rule(ec2: Any) -> dict[str, dict[str, Any]]:
    """Return every rule of the region by its id."""
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    return {rule["SecurityGroupRuleId"]: rule for rule in rules}


def inbound(ec2: Any, group_id: str) -> set[tuple[int, int, str, str]]:
    """Return the inbound rules of a group as (from, to, source, description)."""
    return {
        (
            rule["FromPort"],
            rule["ToPort"],
            rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule["ReferencedGroupInfo"]["GroupId"],
            rule.get("Description", ""),
        )
        for rule in every_rule(ec2).values()
        if rule["GroupId"] == group_id and not rule["IsEgress"]
    }
