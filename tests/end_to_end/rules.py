# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What EC2 holds, read past the collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def every_rule(ec2: Any) -> dict[str, dict[str, Any]]:
    """Return every rule of the region by its id."""
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    return {rule["SecurityGroupRuleId"]: rule for rule in rules}


def permit(
    ec2: Any,
    group_id: str,
    sources: Iterable[str],
    first: int,
    last: int | None = None,
    *,
    description: str = "",
    tags: Mapping[str, str] | None = None,
) -> None:
    """Add a TCP rule per address range, as somebody would by hand."""
    described = {"Description": description} if description else {}
    permission = {
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": last or first,
        "IpRanges": [{"CidrIp": source, **described} for source in sources],
    }
    tagged = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    specified = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tagged}]} if tagged else {}
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission], **specified)


def allow(
    ec2: Any,
    group_id: str,
    source: str,
    first: int,
    last: int | None = None,
    *,
    protocol: str = "tcp",
    description: str = "",
    tags: Mapping[str, str] | None = None,
) -> str:
    """Add a rule for a range, a prefix list or a group, which may be C(ACCOUNT/sg-...), and return its id."""
    owner_id, _slash, theirs = source.rpartition("/sg-")
    if source.startswith("pl-"):
        member, named = "PrefixListIds", {"PrefixListId": source}
    elif owner_id:
        member, named = "UserIdGroupPairs", {"GroupId": f"sg-{theirs}", "UserId": owner_id}
    elif source.startswith("sg-"):
        member, named = "UserIdGroupPairs", {"GroupId": source}
    else:
        member, named = ("Ipv6Ranges", {"CidrIpv6": source}) if ":" in source else ("IpRanges", {"CidrIp": source})
    ports = {} if protocol == "-1" else {"FromPort": first, "ToPort": last or first}
    described = {"Description": description} if description else {}
    tagged = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    specified = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tagged}]} if tagged else {}
    [made] = ec2.authorize_security_group_ingress(
        GroupId=group_id,
        IpPermissions=[{"IpProtocol": protocol, **ports, member: [{**named, **described}]}],
        **specified,
    )["SecurityGroupRules"]
    return str(made["SecurityGroupRuleId"])


def inbound_rules(ec2: Any, group_id: str) -> dict[str, dict[str, Any]]:
    """Return the inbound rules of a group by their ids."""
    return {
        rule_id: rule
        for rule_id, rule in every_rule(ec2).items()
        if rule["GroupId"] == group_id and not rule["IsEgress"]
    }


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
        for rule in inbound_rules(ec2, group_id).values()
    }
