# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What elasticache_sg_access has to do, told once more and as plainly as can be, from its documentation alone.

Knows nothing of the collection's code and never talks to AWS. The rules of all groups are one dictionary; a task is
answered with that dictionary as it has to be afterwards, and with what has to be reported.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from tests.model.world import ANYWHERE_REFUSED, CACHES, CARRIED_BY_INSTANCES, PREFIX_LISTS, SPELLINGS, Source

MARKER = ("elasticache.access:managed", "true")
QUOTA = 60


class Key(NamedTuple):
    """What makes a rule the rule it is."""

    group: str
    protocol: str
    first: int
    last: int
    source: Source


@dataclass(frozen=True)
class Rule:
    """The rest of a rule. C(tags) hold the marker as well."""

    description: str = ""
    tags: frozenset[tuple[str, str]] = frozenset()

    @property
    def is_managed(self) -> bool:
        """Say whether the collection made it."""
        return MARKER in self.tags


Rules = dict[Key, Rule]


@dataclass(frozen=True)
class Entry:
    """One cache of a task, with its options; V(None) is: not given.

    C(sources) are spellings, each with a description. C(into) says how the security group is chosen: V(fit) leaves
    out what need not be said, V(none) leaves it out, V(foreign) names one that the cache does not carry, and a number
    is the position of one that it carries.
    """

    cache: str
    sources: tuple[tuple[str, str | None], ...] = ()
    into: str | int = "fit"
    ports: tuple[int, ...] | None = None
    purge: str | None = None
    purge_shared: bool | None = None
    allow_large_purge: bool | None = None
    allow_any_address: bool | None = None
    tags: Mapping[str, str] | None = None
    spelling: int = 0

    def __repr__(self) -> str:
        given = [(each.name, getattr(self, each.name)) for each in fields(self)]
        defaults = {each.name: each.default for each in fields(self)}
        return f"Entry({', '.join(f'{name}={value!r}' for name, value in given if value != defaults[name])})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Be as short in Hypothesis's reports."""
        printer.text(repr(self))


# What an entry of a task with several caches takes over from the task.
INHERITED = ("purge", "purge_shared", "allow_large_purge", "allow_any_address", "tags")


@dataclass(frozen=True)
class Task:
    """One run of the module. C(common) are options of the task that its entries take over."""

    entries: tuple[Entry, ...]
    state: str = "present"
    common: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None
    as_grants: bool = True

    def option(self, entry: Entry, name: str) -> Any:
        """Return an option as it holds for an entry."""
        own = getattr(entry, name)
        return self.common.get(name) if own is None and self.as_grants else own


@dataclass
class Report:
    """What has to be reported for one cache."""

    ports: tuple[int, ...]
    added: list[Key] = field(default_factory=list)
    updated: list[Key] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)
    unchanged: list[Key] = field(default_factory=list)
    wider_rules: list[Key] = field(default_factory=list)
    still_allowed: list[Key] = field(default_factory=list)
    quota: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class Forecast:
    """What has to come of a task: parts of sentences of which its refusal holds one, or what it does."""

    refusals: list[str]
    after: Rules
    reports: list[Report]

    def has_changed(self, before: Rules) -> bool:
        """Say whether the task changes anything."""
        return self.after != before


@dataclass(frozen=True)
class _Wish:
    entry: Entry
    ports: tuple[int, ...]
    groups: tuple[str, ...]
    gets_rules: str | None
    sources: Mapping[Source, str | None]
    purge: str
    tags: Mapping[str, str]

    @property
    def keys(self) -> list[Key]:
        """The rules that it is about, by name of their source."""
        where = self.groups if self.gets_rules is None else (self.gets_rules,)
        return [exact(group, port, source) for group in where for port in self.ports for source in self.sources]


def exact(group: str, port: int, source: Source) -> Key:
    """Return the rule that admits a source to one port."""
    return Key(group, "tcp", port, port, source)


def covers(key: Key, port: int) -> bool:
    """Say whether a rule lets its source reach a TCP port."""
    return key.protocol == "-1" or (key.protocol == "tcp" and key.first <= port <= key.last)


def is_exact(key: Key, ports: Iterable[int]) -> bool:
    """Say whether a rule is for one of the ports and for nothing else."""
    return key.protocol == "tcp" and key.first == key.last and key.first in ports


def concerns(key: Key, ports: Iterable[int]) -> bool:
    """Say whether a rule lets its source reach one of the ports."""
    return any(covers(key, port) for port in ports)


def is_within(inner: Source, outer: Source) -> bool:
    """Say whether all that one source holds is in the other, as far as the two themselves tell."""
    if inner.kind != "cidr" or outer.kind != "cidr":
        return inner == outer
    one, other = ipaddress.ip_network(inner.value), ipaddress.ip_network(outer.value)
    return one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]


def reachable_by(rules: Iterable[Key], cache: str, port: int) -> set[Source]:
    """Return who may reach a port of a cache."""
    return {key.source for key in rules if key.group in CACHES[cache].groups and covers(key, port)}


def usage(rules: Iterable[Key], group: str) -> tuple[int, int]:
    """Return how many rules a group has in EC2's eyes, for IPv4 and for IPv6."""
    ipv4 = ipv6 = 0
    for key in rules:
        if key.group != group:
            continue
        is_ipv6 = key.source.kind == "cidr" and ":" in key.source.value
        is_ipv4 = key.source.kind == "cidr" and not is_ipv6
        weight = PREFIX_LISTS[key.source.value][1] if key.source.kind == "prefix_list" else 1
        ipv4 += 0 if is_ipv6 else weight
        ipv6 += 0 if is_ipv4 else weight
    return ipv4, ipv6


def forecast(task: Task, before: Rules) -> Forecast:
    """Return what a task has to do where these rules stand."""
    refusals: list[str] = []
    wishes = [wish for entry in task.entries if (wish := _read(task, entry, refusals))]
    if not refusals and task.state == "present":
        refusals += _contradictions(wishes)
    if refusals:
        return Forecast(refusals, before, [])
    after = _granted(wishes, before) if task.state == "present" else _revoked(wishes, before)
    refusals += [*_brakes(task, wishes, before, after), *_too_many(task, wishes, before, after)]
    refusals += _shared(task, wishes, before, after)
    if refusals:
        return Forecast(refusals, before, [])
    return Forecast([], after, [_report(wish, before, after) for wish in wishes])


def _read(task: Task, entry: Entry, refusals: list[str]) -> _Wish | None:
    cache = CACHES[entry.cache]
    is_present = task.state == "present"
    found = len(refusals)
    sources: dict[Source, str | None] = {}
    for name, description in entry.sources:
        spelling = SPELLINGS[name]
        refusal = spelling.refusal or (spelling.refused_grant if is_present else "")
        if refusal == ANYWHERE_REFUSED and task.option(entry, "allow_any_address"):
            refusal = ""
        if refusal or spelling.source is None:
            refusals.append(refusal)
            continue
        known = sources.get(spelling.source)
        if is_present and known is not None and description not in (None, known):
            refusals.append("one rule has one description")
        sources[spelling.source] = description if known is None else known
    if set(entry.ports or ()) - set(cache.ports):
        refusals.append("does not listen")
    if is_present and entry.into == "foreign":
        refusals.append("is not carried by cache")
    if is_present and entry.into == "none" and len(cache.groups) > 1:
        refusals.append("carries several security groups")
    if is_present and entry.into == "none" and cache.groups == ("default",):
        refusals.append("carries only the default group of its VPC")
    if len(refusals) > found:
        return None
    gets_rules = cache.groups[entry.into % len(cache.groups) if isinstance(entry.into, int) else 0]
    return _Wish(
        entry=entry,
        ports=tuple(sorted(set(entry.ports or cache.ports))),
        groups=cache.groups,
        gets_rules=gets_rules if is_present else None,
        sources=sources,
        purge=(task.option(entry, "purge") or "none") if is_present else "none",
        tags=task.option(entry, "tags") or {},
    )


def _contradictions(wishes: list[_Wish]) -> Iterator[str]:
    descriptions: dict[Key, set[str]] = {}
    tags: dict[tuple[Key, str], set[str]] = {}
    purges: dict[tuple[str, int], set[str]] = {}
    for wish in wishes:
        for key in wish.keys:
            given = wish.sources[key.source]
            descriptions.setdefault(key, set()).update([] if given is None else [given])
            for name, value in wish.tags.items():
                tags.setdefault((key, name), set()).add(value)
        for group in wish.groups:
            for port in wish.ports:
                purges.setdefault((group, port), set()).add(wish.purge)
    if any(len(given) > 1 for given in descriptions.values()):
        yield "one rule has one description"
    if any(len(given) > 1 for given in tags.values()):
        yield "with different tags"
    if any(len(given) > 1 for given in purges.values()):
        yield "give both the same"


def _granted(wishes: list[_Wish], before: Rules) -> Rules:
    after = {key: rule for key, rule in before.items() if not _is_purged(key, rule, wishes)}
    for wish in wishes:
        for key in wish.keys:
            rule = after.get(key) or Rule(tags=frozenset([MARKER]))
            description = wish.sources[key.source]
            if description is not None:
                rule = replace(rule, description=description)
            if rule.is_managed:
                rule = replace(rule, tags=frozenset({**dict(rule.tags), **wish.tags}.items()))
            after[key] = rule
    return after


def _is_purged(key: Key, rule: Rule, wishes: list[_Wish]) -> bool:
    about = [wish for wish in wishes if key.group in wish.groups and is_exact(key, wish.ports)]
    if any(key.source in wish.sources for wish in about):
        return False
    return any(wish.purge == "all" or (wish.purge == "managed" and rule.is_managed) for wish in about)


def _revoked(wishes: list[_Wish], before: Rules) -> Rules:
    gone = {key for wish in wishes for key in wish.keys}
    return {key: rule for key, rule in before.items() if key not in gone}


def _brakes(task: Task, wishes: list[_Wish], before: Rules, after: Rules) -> Iterator[str]:
    """A purge must not cut a cache off, nor take away most of many rules, unless it may."""
    for wish in wishes:
        if wish.purge == "none" or task.option(wish.entry, "allow_large_purge"):
            continue
        paths = [key for key in before if key.group in wish.groups and concerns(key, wish.ports)]
        going = [key for key in paths if key not in after]
        grants = [key for key in wish.keys if key not in before]
        if going and ((len(going) == len(paths) and not grants) or (len(going) >= 6 and len(going) > len(paths) / 2)):
            yield "rules that let anything reach cache"


def _too_many(task: Task, wishes: list[_Wish], before: Rules, after: Rules) -> Iterator[str]:
    """What is added has to fit beside what stands, also beside what is to be removed."""
    limit = QUOTA if task.limit is None else task.limit
    for group in {group for wish in wishes for group in wish.groups}:
        added = usage(set(after) - set(before), group)
        for gets, has in zip(added, usage(before, group), strict=True):
            if gets and gets + has > limit:
                yield "inbound rules for"


def _shared(task: Task, wishes: list[_Wish], before: Rules, after: Rules) -> Iterator[str]:
    """Nobody outside the task may lose anything by a purge, unless the task says so."""
    if task.state == "absent":
        return
    in_task = {wish.entry.cache for wish in wishes}
    for group in {key.group for key in before if key not in after}:
        if all(
            wish.purge == "none" or task.option(wish.entry, "purge_shared") for wish in wishes if group in wish.groups
        ):
            continue
        others = {name for name, cache in CACHES.items() if group in cache.groups} - in_task
        if others or group in CARRIED_BY_INSTANCES:
            yield "which is also carried by"


def _report(wish: _Wish, before: Rules, after: Rules) -> Report:
    report = Report(wish.ports)
    about = set(wish.keys)
    for key in before:
        if key.group not in wish.groups:
            continue
        purged = wish.purge != "none" and is_exact(key, wish.ports) and key not in after
        if purged or (key in about and key not in after):
            report.removed.append(key)
        elif key in about:
            (report.unchanged if before[key] == after[key] else report.updated).append(key)
        if concerns(key, wish.ports) and not is_exact(key, wish.ports):
            report.wider_rules.append(key)
        if (
            wish.gets_rules is None
            and key in after
            and concerns(key, wish.ports)
            and any(is_within(source, key.source) for source in wish.sources)
        ):
            report.still_allowed.append(key)
    report.added = [key for key in about if key in after and key not in before]
    report.quota = {group: usage(after, group) for group in wish.groups}
    return report
