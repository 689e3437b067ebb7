# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's security-group rules as values: identity, canonical form, what they admit. Pure.

A rule is what it is by (group, direction, protocol, from, to, source). Its description and its tags are not part of
that: EC2 calls the same tuple with another description a duplicate. What is the source of an inbound rule is where an
outbound (egress) one leads to.
"""

from __future__ import annotations

import ipaddress
import typing as t
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from ansible_collections.elasticache.access.plugins.module_utils._addresses import span
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER, OWN, Tags

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    Parts = tuple[str, str, int, int, str, str, bool]

# The kinds of source, named as the options of elasticache_sg_access name them.
SECURITY_GROUP = "security_group"
CIDR = "cidr"
PREFIX_LIST = "prefix_list"

ANY_ADDRESS = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, order=True)
class Source:
    """What one rule admits, in the form in which EC2 stores it.

    C(value) is a group id, a canonical CIDR or a prefix-list id. C(owner_id) is the account of a group, and no
    part of the identity: EC2 leaves it out of some answers (over a transit gateway, after the group's deletion).
    """

    kind: str
    value: str
    owner_id: str = field(default="", compare=False)

    @property
    def is_ipv6(self) -> bool:
        """Say whether this is an IPv6 range."""
        return self.kind == CIDR and ":" in self.value


@dataclass(frozen=True, order=True)
class RuleKey:
    """The identity of a rule, inbound unless it C(is_egress)."""

    group_id: str
    protocol: str
    from_port: int
    to_port: int
    source: Source
    is_egress: bool = False

    @property
    def parts(self) -> Parts:
        """Return the identity as one flat tuple: it hashes and sorts much faster than values within values."""
        source = self.source
        return (
            self.group_id,
            self.protocol,
            self.from_port,
            self.to_port,
            source.kind,
            source.value,
            self.is_egress,
        )

    def __hash__(self) -> int:
        return hash(self.parts)

    @classmethod
    def exact(cls, group_id: str, port: int, source: Source, is_egress: bool = False) -> RuleKey:
        """Return the identity of the rule that admits C(source) to one TCP port and to nothing else."""
        return cls(group_id, "tcp", port, port, source, is_egress)


@dataclass(frozen=True)
class Rule:
    """One rule. C(rule_id) is empty while EC2 has not made it yet."""

    key: RuleKey
    rule_id: str = ""
    description: str = ""
    tags: Tags = ()

    @property
    def is_managed(self) -> bool:
        """Say whether this collection made the rule."""
        return MARKER in self.tags

    @property
    def user_tags(self) -> Tags:
        """Return the tags but for those of this collection's own."""
        return tuple(tag for tag in self.tags if not tag[0].startswith(OWN))

    def covers(self, port: int) -> bool:
        """Say whether the rule admits TCP traffic to C(port)."""
        key = self.key
        if key.protocol == "-1":
            return True
        return key.protocol == "tcp" and key.from_port <= port <= key.to_port

    def covers_any(self, ports: Collection[int]) -> bool:
        """Say whether the rule admits TCP traffic to one of C(ports)."""
        return self.is_exact(ports) or any(self.covers(port) for port in ports)

    def is_exact(self, ports: Collection[int]) -> bool:
        """Say whether the rule admits exactly one of C(ports)."""
        key = self.key
        return key.protocol == "tcp" and key.from_port == key.to_port and key.from_port in ports

    def is_wider(self, ports: Iterable[int]) -> bool:
        """Say whether the rule admits one of C(ports) and something else besides."""
        ports = tuple(ports)
        return not self.is_exact(ports) and self.covers_any(ports)


def ports_text(rule: Rule) -> str:
    """Return what C(rule) is about as people write it, such as V(tcp/6379) or V(all traffic)."""
    return port_text(rule.key.protocol, rule.key.from_port, rule.key.to_port)


def port_text(protocol: str, first: int, last: int) -> str:
    """Return a protocol and its ports as people write them."""
    return "all traffic" if protocol == "-1" else f"{protocol}/{range_text(first, last)}"


def range_text(first: int, last: int) -> str:
    """Return a range of ports as people write it: one of a single port as that port."""
    return str(first) if first == last else f"{first}-{last}"


def values_of(rules: Iterable[Rule], kind: str) -> set[str]:
    """Return the values of all sources of one C(kind) that C(rules) name."""
    return {rule.key.source.value for rule in rules if rule.key.source.kind == kind}


def rules_by_group(rules: Iterable[Rule], group_ids: Iterable[str] = ()) -> dict[str, list[Rule]]:
    """Return C(rules) by their security group, and no rules for those of C(group_ids) that have none."""
    found: dict[str, list[Rule]] = {group_id: [] for group_id in group_ids}
    for rule in rules:
        found.setdefault(rule.key.group_id, []).append(rule)
    return found


def reaching(group_ids: Iterable[str], ports: Collection[int], existing: Mapping[str, Iterable[Rule]]) -> list[Rule]:
    """Return which rules of these groups let something reach one of C(ports), of those C(existing) by group."""
    return [rule for group_id in group_ids for rule in existing.get(group_id, ()) if rule.covers_any(ports)]


def admitting(rules: Iterable[Rule], sources: Collection[Source]) -> list[Rule]:
    """Return which of C(rules) admit everything in one of C(sources), without trying each with each.

    A CIDR lies within a wider one. Who is a member of a group, and what a prefix list holds, cannot be seen from a
    rule.
    """
    named = set(sources)
    ranges = sorted(span(source.value) for source in named if source.kind == CIDR)
    firsts = [first for first, _last in ranges]
    # For each range, the nearest end of those that begin with it or behind it.
    nearest = list(accumulate((last for _first, last in reversed(ranges)), min))[::-1]

    def admits_one(rule: Rule) -> bool:
        if rule.key.source.kind != CIDR:
            return rule.key.source in named
        first, last = span(rule.key.source.value)
        begins_within = bisect_left(firsts, first)
        return begins_within < len(nearest) and nearest[begins_within] <= last

    return [rule for rule in rules if admits_one(rule)]


# The rules of a fleet name the same ranges over and over.
@lru_cache(maxsize=2**16)
def cidr_source(text: str) -> Source:
    """Return the source for a CIDR as EC2 stores it.

    EC2 clears the host bits (100.68.0.18/18 becomes 100.68.0.0/18) and compresses IPv6.

    Raises V(ValueError) where C(text) is no CIDR.
    """
    address, slash, length = text.strip().partition("/")
    if not slash or not length.isascii() or not length.isdigit():
        raise ValueError(f"'{text}' has no prefix length")
    if "%" in address:
        raise ValueError(f"'{text}' names a zone, which has a meaning on one host only")
    network = ipaddress.IPv6Network if ":" in address else ipaddress.IPv4Network
    return Source(CIDR, str(network(f"{address}/{length}", strict=False)))


def parse_rule(answer: Mapping[str, t.Any]) -> Rule:
    """Return the rule that one entry of C(SecurityGroupRules) describes.

    Takes the entries of DescribeSecurityGroupRules and of AuthorizeSecurityGroupIngress; the latter leave
    C(Tags) out. An absent description is the empty one.
    """
    protocol = {"6": "tcp", "17": "udp"}.get(answer["IpProtocol"], answer["IpProtocol"])
    key = RuleKey(
        group_id=answer["GroupId"],
        protocol=protocol,
        from_port=answer.get("FromPort", -1),
        to_port=answer.get("ToPort", -1),
        source=_parse_source(answer),
        is_egress=answer["IsEgress"],
    )
    tags = tuple(sorted((tag["Key"], tag["Value"]) for tag in answer.get("Tags") or ()))
    return Rule(key, answer["SecurityGroupRuleId"], answer.get("Description", ""), tags)


def parse_ingress(answers: Iterable[Mapping[str, t.Any]]) -> list[Rule]:
    """Return the inbound rules among C(answers), entries of C(SecurityGroupRules)."""
    return [parse_rule(answer) for answer in answers if not answer["IsEgress"]]


def parse_egress(answers: Iterable[Mapping[str, t.Any]]) -> list[Rule]:
    """Return the outbound rules among C(answers). What is a source of an inbound rule is where these lead to."""
    return [parse_rule(answer) for answer in answers if answer["IsEgress"]]


def _parse_source(answer: Mapping[str, t.Any]) -> Source:
    if "ReferencedGroupInfo" in answer:
        group = answer["ReferencedGroupInfo"]
        return Source(SECURITY_GROUP, group["GroupId"], group.get("UserId", ""))
    if "PrefixListId" in answer:
        return Source(PREFIX_LIST, answer["PrefixListId"])
    return cidr_source(answer["CidrIpv4"] if "CidrIpv4" in answer else answer["CidrIpv6"])


def ip_permissions(rules: Iterable[Rule]) -> list[dict[str, t.Any]]:
    """Return C(rules) as the C(IpPermissions) of AuthorizeSecurityGroupIngress, one entry per range of ports."""
    permissions: dict[tuple[str, int, int], dict[str, t.Any]] = {}
    for rule in rules:
        key = rule.key
        permission = permissions.setdefault(
            (key.protocol, key.from_port, key.to_port),
            {"IpProtocol": key.protocol, "FromPort": key.from_port, "ToPort": key.to_port},
        )
        member, name = _MEMBERS[key.source.kind, key.source.is_ipv6]
        entry = {name: key.source.value}
        if key.source.owner_id:
            entry["UserId"] = key.source.owner_id
        if rule.description:
            entry["Description"] = rule.description
        permission.setdefault(member, []).append(entry)
    return list(permissions.values())


# Where a source stands in an IpPermission, by its kind and whether it is IPv6.
_MEMBERS = {
    (SECURITY_GROUP, False): ("UserIdGroupPairs", "GroupId"),
    (CIDR, False): ("IpRanges", "CidrIp"),
    (CIDR, True): ("Ipv6Ranges", "CidrIpv6"),
    (PREFIX_LIST, False): ("PrefixListIds", "PrefixListId"),
}
