# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stand-ins for Aws, written by hand: they answer in AWS's shapes from plain values and note every call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._connection import Listing
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    PREFIX_LIST,
    SECURITY_GROUP,
    Rule,
    parse_rule,
)
from ansible_collections.elasticache.access.plugins.module_utils._tags import merged

Answer = Mapping[str, Any]

DUPLICATE = AwsError("AWS refused: there is such a rule.", "InvalidPermission.Duplicate")
NO_SUCH_RULE = AwsError("AWS refused: there is no such rule.", "InvalidSecurityGroupRuleId.NotFound")


def answer_of(rule: Rule) -> dict[str, Any]:
    """The rule as DescribeSecurityGroupRules tells it."""
    key = rule.key
    source = key.source
    said: dict[str, Any] = {"CidrIpv6" if source.is_ipv6 else "CidrIpv4": source.value}
    if source.kind == SECURITY_GROUP:
        said = {"ReferencedGroupInfo": {"GroupId": source.value}}
    if source.kind == PREFIX_LIST:
        said = {"PrefixListId": source.value}
    return {
        "SecurityGroupRuleId": rule.rule_id,
        "GroupId": key.group_id,
        "IsEgress": key.is_egress,
        "IpProtocol": key.protocol,
        "FromPort": key.from_port,
        "ToPort": key.to_port,
        **said,
        **({"Description": rule.description} if rule.description else {}),
        "Tags": [{"Key": name, "Value": value} for name, value in rule.tags],
    }


class FakeEc2(Aws):
    """Security groups that add all or none, refuse what is there already, and revoke by id.

    What stands in `meanwhile` under the name of a method happens just before its next call. What is added does
    not show in the next `lag` answers. Groups are changed side by side: one call at a time gets in.
    """

    def __init__(self, rules: Iterable[Rule] = (), lag: int = 0) -> None:
        self.region = "eu-west-1"
        self.rules = list(rules)
        self.calls: list[tuple[str, str]] = []
        self.meanwhile: dict[str, list[Callable[[], None]]] = {}
        self.lag = lag
        self._made = 0
        self._one_at_a_time = threading.RLock()

    def of_group(self, group_id: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.key.group_id == group_id]

    def describe_security_group_rules(self, group_ids: Iterable[str]) -> list[Answer]:
        with self._one_at_a_time:
            (group_id,) = group_ids
            self._note("describe", group_id)
            egress = {"SecurityGroupRuleId": "sgr-out", "GroupId": group_id, "IsEgress": True, "IpProtocol": "-1"}
            egress["CidrIpv4"] = "0.0.0.0/0"
            shown = self.of_group(group_id)
            if self.lag and self._made:
                self.lag -= 1
                shown = [rule for rule in shown if not rule.rule_id.startswith("sgr-made-")]
            return [egress, *map(answer_of, shown)]

    def authorize_security_group_ingress(
        self, group_id: str, permissions: Sequence[Answer], tags: Sequence[tuple[str, str]]
    ) -> list[Answer]:
        return self._add("authorize", group_id, permissions, tags)

    def authorize_security_group_egress(
        self, group_id: str, permissions: Sequence[Answer], tags: Sequence[tuple[str, str]]
    ) -> list[Answer]:
        return self._add("authorize egress", group_id, permissions, tags)

    def _add(
        self, call: str, group_id: str, permissions: Sequence[Answer], tags: Sequence[tuple[str, str]]
    ) -> list[Answer]:
        with self._one_at_a_time:
            self._note(call, group_id)
            answers = self._unfold(group_id, permissions)
            asked = [parse_rule({**answer, "IsEgress": call == "authorize egress"}) for answer in answers]
            if {rule.key for rule in asked} & {rule.key for rule in self.rules}:
                raise DUPLICATE
            self.rules += [replace(rule, tags=tuple(tags)) for rule in asked]
            # AWS leaves the tags out of this answer.
            return [{name: said for name, said in answer_of(rule).items() if name != "Tags"} for rule in asked]

    def update_security_group_rule_descriptions_ingress(self, group_id: str, descriptions: Mapping[str, str]) -> None:
        self._edit("update", group_id, descriptions)

    def update_security_group_rule_descriptions_egress(self, group_id: str, descriptions: Mapping[str, str]) -> None:
        self._edit("update egress", group_id, descriptions)

    def _edit(self, call: str, group_id: str, descriptions: Mapping[str, str]) -> None:
        with self._one_at_a_time:
            self._note(call, group_id)
            self._must_exist(descriptions)
            self.rules = [
                replace(rule, description=descriptions.get(rule.rule_id, rule.description)) for rule in self.rules
            ]

    def create_tags(self, rule_ids: Sequence[str], tags: Sequence[tuple[str, str]]) -> None:
        with self._one_at_a_time:
            self._note("tag", " ".join(f"{name}={value}" for name, value in tags))
            self._must_exist(rule_ids)
            self.rules = [
                replace(rule, tags=merged(rule.tags, tuple(tags))) if rule.rule_id in rule_ids else rule
                for rule in self.rules
            ]

    def delete_tags(self, rule_ids: Sequence[str], tags: Sequence[tuple[str, str]]) -> None:
        with self._one_at_a_time:
            self._note("untag", " ".join(f"{name}={value}" for name, value in tags))
            self._must_exist(rule_ids)
            self.rules = [
                replace(rule, tags=tuple(tag for tag in rule.tags if tag not in tags))
                if rule.rule_id in rule_ids
                else rule
                for rule in self.rules
            ]

    def describe_security_group_rules_tagged(self, key: str, value: str) -> list[Answer]:
        with self._one_at_a_time:
            self._note("describe tagged", f"{key}={value}")
            return [answer_of(rule) for rule in self.rules if (key, value) in rule.tags]

    def revoke_security_group_ingress(self, group_id: str, rule_ids: Sequence[str]) -> list[Answer]:
        return self._remove("revoke", group_id, rule_ids)

    def revoke_security_group_egress(self, group_id: str, rule_ids: Sequence[str]) -> list[Answer]:
        return self._remove("revoke egress", group_id, rule_ids)

    def _remove(self, call: str, group_id: str, rule_ids: Sequence[str]) -> list[Answer]:
        with self._one_at_a_time:
            self._note(call, group_id)
            is_egress = call == "revoke egress"
            self._must_exist(rule_ids, [rule for rule in self.rules if rule.key.is_egress is is_egress])
            gone = [answer_of(rule) for rule in self.rules if rule.rule_id in rule_ids]
            self.rules = [rule for rule in self.rules if rule.rule_id not in rule_ids]
            return [{name: said for name, said in answer.items() if name != "Tags"} for answer in gone]

    def _note(self, call: str, about: str) -> None:
        self.calls.append((call, about))
        if self.meanwhile.get(call):
            self.meanwhile[call].pop(0)()

    def _must_exist(self, rule_ids: Iterable[str], among: Iterable[Rule] | None = None) -> None:
        if set(rule_ids) - {rule.rule_id for rule in (self.rules if among is None else among)}:
            raise NO_SUCH_RULE

    def _unfold(self, group_id: str, permissions: Iterable[Answer]) -> Iterable[Answer]:
        for permission in permissions:
            entries = [
                *(({"ReferencedGroupInfo": pair}, pair) for pair in permission.get("UserIdGroupPairs", ())),
                *(({"CidrIpv4": entry["CidrIp"]}, entry) for entry in permission.get("IpRanges", ())),
                *(({"CidrIpv6": entry["CidrIpv6"]}, entry) for entry in permission.get("Ipv6Ranges", ())),
                *(({"PrefixListId": entry["PrefixListId"]}, entry) for entry in permission.get("PrefixListIds", ())),
            ]
            for said, entry in entries:
                self._made += 1
                yield {
                    "SecurityGroupRuleId": f"sgr-made-{self._made}",
                    "GroupId": group_id,
                    "IpProtocol": permission["IpProtocol"],
                    "FromPort": permission["FromPort"],
                    "ToPort": permission["ToPort"],
                    "Description": entry.get("Description", ""),
                    **said,
                }


class FakeElastiCache(Aws):
    """Caches by name, as ElastiCache tells them: it lists all in pages, tells one, or says that there is none."""

    page_size = 100

    def __init__(
        self,
        clusters: Iterable[Answer] = (),
        replication_groups: Iterable[Answer] = (),
        serverless_caches: Iterable[Answer] = (),
        subnet_groups: Iterable[Answer] = (),
        tags: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.region = "eu-west-1"
        self.clusters = list(clusters)
        self.replication_groups = list(replication_groups)
        self.serverless_caches = list(serverless_caches)
        self.subnet_groups = list(subnet_groups)
        self.tags = tags or {}
        self.refusals: dict[str, AwsError] = {}
        self.calls: list[str] = []

    def describe_cache_clusters(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        return self._tell("cluster", self.clusters, "CacheClusterId", name, most_pages, "CacheClusterNotFound")

    def describe_replication_groups(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        return self._tell(
            "replication_group",
            self.replication_groups,
            "ReplicationGroupId",
            name,
            most_pages,
            "ReplicationGroupNotFoundFault",
        )

    def describe_serverless_caches(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        return self._tell(
            "serverless",
            self.serverless_caches,
            "ServerlessCacheName",
            name,
            most_pages,
            "ServerlessCacheNotFoundFault",
        )

    def describe_cache_subnet_groups(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        return self._tell(
            "subnet_group",
            self.subnet_groups,
            "CacheSubnetGroupName",
            name,
            most_pages,
            "CacheSubnetGroupNotFoundFault",
        )

    def describe_subnets(self, subnet_ids: Sequence[str]) -> list[Answer]:
        if subnet_ids:
            self.calls.append(f"subnets {' '.join(subnet_ids)}")
        return [{"SubnetId": subnet_id, "VpcId": "vpc-of-subnets"} for subnet_id in subnet_ids]

    def list_tags_for_resource(self, arn: str) -> list[Answer]:
        self._note(f"tags {arn.rpartition(':')[2]}")
        return [{"Key": key, "Value": value} for key, value in self.tags.get(arn, {}).items()]

    def get_resources(self) -> list[Answer]:
        self._note("all tags")
        return [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
            for arn, tags in self.tags.items()
        ]

    def _tell(
        self, kind: str, answers: list[Answer], key: str, name: str | None, most_pages: int | None, not_found: str
    ) -> Listing:
        self._note(f"{kind} {name}" if name is not None else f"all of {kind}")
        if name is None and most_pages is not None:
            shown = answers[: most_pages * self.page_size]
            return Listing(shown, is_complete=len(shown) == len(answers))
        told = [answer for answer in answers if name in (None, answer[key])]
        if name is not None and not told:
            raise AwsError(f"AWS refused: there is no {kind} {name}.", not_found)
        return Listing(told)

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if call in self.refusals:
            raise self.refusals[call]


class FakeNetwork(Aws):
    """What EC2 tells of groups, instances, prefix lists and links. Only calls that ask for something are noted."""

    def __init__(self, **answers: Iterable[Answer]) -> None:
        self.region = "eu-west-1"
        self.answers = {name: list(listed) for name, listed in answers.items()}
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        self._one_at_a_time = threading.Lock()

    def describe_security_group_rules(self, group_ids: Iterable[str]) -> list[Answer]:
        return self._tell("rules", group_ids, "rules", "GroupId")

    def describe_security_groups(self, group_ids: Iterable[str]) -> list[Answer]:
        return self._tell("groups", group_ids, "groups", "GroupId")

    def describe_security_groups_named(self, names: Iterable[str]) -> list[Answer]:
        return self._tell("groups named", names, "groups", "GroupName")

    def describe_security_groups_of_vpc(self, vpc_id: str) -> list[Answer]:
        return self._tell("groups of VPC", [vpc_id], "groups", "VpcId")

    def describe_instances(self, instance_ids: Iterable[str]) -> list[Answer]:
        return [{"Instances": [each]} for each in self._tell("instances", instance_ids, "instances", "InstanceId")]

    def describe_managed_prefix_lists(self, list_ids: Iterable[str]) -> list[Answer]:
        return self._tell("prefix lists", list_ids, "prefix_lists", "PrefixListId")

    def describe_managed_prefix_lists_named(self, names: Iterable[str]) -> list[Answer]:
        return self._tell("prefix lists named", names, "prefix_lists", "PrefixListName")

    def describe_all_managed_prefix_lists(self) -> list[Answer]:
        self._note("all prefix lists", ())
        return self.answers.get("prefix_lists", [])

    def describe_vpc_peering_connections(self, vpc_ids: Iterable[str]) -> list[Answer]:
        vpc_ids = set(vpc_ids)
        self._note("peerings", vpc_ids)
        return [
            answer
            for answer in self.answers.get("peerings", [])
            if {answer[side]["VpcId"] for side in ("RequesterVpcInfo", "AccepterVpcInfo")} & vpc_ids
        ]

    def describe_transit_gateway_vpc_attachments(self, vpc_ids: Iterable[str]) -> list[Answer]:
        return self._tell("attachments", vpc_ids, "attachments", "VpcId")

    def describe_transit_gateways(self, gateway_ids: Iterable[str]) -> list[Answer]:
        return self._tell("gateways", gateway_ids, "gateways", "TransitGatewayId")

    def describe_cache_subnet_groups(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        self._note("subnet groups", [name or "all"] if most_pages is None else [f"{most_pages} pages"])
        groups = self.answers.get("subnet_groups", [])
        return Listing([each for each in groups if name in (None, each["CacheSubnetGroupName"])])

    def describe_subnets(self, subnet_ids: Sequence[str]) -> list[Answer]:
        return self._tell("subnets", subnet_ids, "subnets", "SubnetId")

    def _tell(self, call: str, values: Iterable[str], kind: str, key: str) -> list[Answer]:
        wanted = set(values)
        self._note(call, wanted)
        return [answer for answer in self.answers.get(kind, []) if answer[key] in wanted]

    def _note(self, call: str, values: Iterable[str]) -> None:
        with self._one_at_a_time:
            if values or call.startswith("all "):
                self.calls.append((call, tuple(sorted(values))))
