# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Between the names of the model and what the module and EC2 take and give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.model.model import Entry, Key, Rule, Rules, Task
from tests.model.world import CACHE_GROUPS, CACHES, PARTNER, SPELLINGS, Source, World

_IP_PERMISSION_MEMBERS = {
    "security_group": ("UserIdGroupPairs", "GroupId"),
    "prefix_list": ("PrefixListIds", "PrefixListId"),
    "cidr": ("IpRanges", "CidrIp"),
    "cidr6": ("Ipv6Ranges", "CidrIpv6"),
}


def options_of(task: Task, world: World) -> dict[str, Any]:
    """Return a task as a user writes it."""
    entries = [_entry(entry, world) for entry in task.entries]
    options: dict[str, Any] = {"state": task.state}
    if task.limit is not None:
        options["rules_per_security_group"] = task.limit
    if task.as_grants:
        return {**options, **task.common, "grants": entries}
    return {**options, **entries[0]}


def _entry(entry: Entry, world: World) -> dict[str, Any]:
    given = {
        "ports": None if entry.ports is None else list(entry.ports),
        "purge": entry.purge,
        "purge_shared": entry.purge_shared,
        "allow_large_purge": entry.allow_large_purge,
        "allow_any_address": entry.allow_any_address,
        "tags": entry.tags,
        "security_group": _chosen_group(entry, world),
    }
    return {
        "cache": world.cache_text(entry.cache, entry.spelling),
        "sources": [
            {
                **{option: world.written(text) for option, text in SPELLINGS[name].written.items()},
                **({} if description is None else {"description": description}),
            }
            for name, description in entry.sources
        ],
        **{name: value for name, value in given.items() if value is not None},
    }


def _chosen_group(entry: Entry, world: World) -> str | None:
    groups = CACHES[entry.cache].groups
    if isinstance(entry.into, int):
        return groups[entry.into % len(groups)]
    if entry.into == "foreign":
        return next(group for group in CACHE_GROUPS if group not in groups)
    return world.ids[groups[0]] if entry.into == "fit" and (len(groups) > 1 or groups == ("default",)) else None


def ip_permission(key: Key, description: str, world: World) -> dict[str, Any]:
    """Return a rule as AuthorizeSecurityGroupIngress takes it."""
    kind = "cidr6" if key.source.kind == "cidr" and ":" in key.source.value else key.source.kind
    member, name = _IP_PERMISSION_MEMBERS[kind]
    source = {name: world.ids.get(key.source.value, key.source.value)}
    if key.source.value == "partner":
        source["UserId"] = PARTNER
    if description:
        source["Description"] = description
    ports = {} if key.protocol == "-1" else {"FromPort": key.first, "ToPort": key.last}
    return {"IpProtocol": key.protocol, **ports, member: [source]}


def read(described: Iterable[Mapping[str, Any]], world: World) -> tuple[Rules, dict[Key, str]]:
    """Return the inbound rules of the caches' groups as EC2 describes them, and their ids."""
    rules: Rules = {}
    ids: dict[Key, str] = {}
    for answer in described:
        group = world.name_of(answer["GroupId"])
        if answer["IsEgress"] or group not in CACHE_GROUPS:
            continue
        key = Key(group, answer["IpProtocol"], answer["FromPort"], answer["ToPort"], _source(answer, world))
        if key in rules:
            raise AssertionError(f"EC2 shows {key} twice")
        tags = frozenset((tag["Key"], tag["Value"]) for tag in answer["Tags"])
        rules[key] = Rule(answer.get("Description") or "", tags)
        ids[key] = answer["SecurityGroupRuleId"]
    return rules, ids


def _source(answer: Mapping[str, Any], world: World) -> Source:
    if "ReferencedGroupInfo" in answer:
        return Source("security_group", world.name_of(answer["ReferencedGroupInfo"]["GroupId"]))
    if "PrefixListId" in answer:
        return Source("prefix_list", world.name_of(answer["PrefixListId"]))
    return Source("cidr", answer.get("CidrIpv4") or answer["CidrIpv6"])


def reported(values: Mapping[str, Any], world: World) -> tuple[Key, Rule]:
    """Return one rule of the module's result."""
    source = Source(values["source"]["type"], world.name_of(values["source"]["value"]))
    key = Key(
        world.name_of(values["security_group_id"]), values["protocol"], values["from_port"], values["to_port"], source
    )
    rule = Rule(values["description"], frozenset(values["tags"].items()))
    if values["managed"] is not rule.is_managed:
        raise AssertionError(f"{values} does not say rightly whether it is managed")
    return key, rule
