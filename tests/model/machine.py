# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps: tasks for the module, and what other people do to the same groups. Each is held against the model."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.emulator.bad_days import BadDays
from tests.model.model import (
    MARKER,
    QUOTA,
    Entry,
    Forecast,
    Key,
    Report,
    Rule,
    Rules,
    Task,
    concerns,
    exact,
    forecast,
    reachable_by,
    usage,
)
from tests.model.options import ip_permission, options_of, read, reported
from tests.model.runner import Outcome, Runner
from tests.model.world import ANYWHERE, CACHE_GROUPS, CACHES, LEGAL, SOURCES, SPELLINGS, UNFIT, Source, World

_CHANGES = (
    "AuthorizeSecurityGroupIngress",
    "CreateTags",
    "DeleteTags",
    "ModifySecurityGroupRules",
    "RevokeSecurityGroupIngress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
)
_DESCRIPTIONS = (None, "Web tier", "by hand", "")
_TAGS: tuple[Mapping[str, str] | None, ...] = (None, {"team": "shop"}, {"team": "ops", "tier": "1"}, {})
_LISTS = ("added", "updated", "removed", "unchanged", "wider_rules", "still_allowed")


@dataclass
class Bench:
    """What the steps work on; built once, and swept between sequences."""

    world: World
    runner: Runner
    sweeper: Runner
    actions: list[str]
    bad_days: BadDays
    steps: Counter[str] = field(default_factory=Counter)
    failed_after: int = 0

    def described(self) -> list[dict[str, Any]]:
        """Return every rule of the region, of all groups and both directions."""
        pages = self.world.ec2.get_paginator("describe_security_group_rules").paginate()
        rules = pages.build_full_result()["SecurityGroupRules"]
        return sorted(rules, key=lambda each: str(each["SecurityGroupRuleId"]))

    def sweep(self) -> None:
        """Remove all inbound rules of the caches' groups."""
        for group in CACHE_GROUPS:
            group_id = self.world.ids[group]
            ids = [
                each["SecurityGroupRuleId"]
                for each in self.described()
                if each["GroupId"] == group_id and not each["IsEgress"]
            ]
            if ids:
                self.world.ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=ids)


@st.composite
def _sources(
    draw: st.DrawFn, names: st.SearchStrategy[str], most: int, said: dict[Any, str | None]
) -> tuple[tuple[str, str | None], ...]:
    """Some sources with descriptions; one that C(said) holds keeps its description or leaves it out, mostly."""
    least = draw(st.sampled_from([1, 0, 2, most]))
    found = []
    for name in draw(st.lists(names, min_size=least, max_size=most)):
        source = SPELLINGS[name].source
        description = draw(st.sampled_from(_DESCRIPTIONS))
        if source in said and draw(st.integers(0, 30)) < 30:
            description = draw(st.sampled_from([None, said[source]]))
        said[source] = said.get(source) if description is None else description
        found.append((name, description))
    return tuple(found)


@st.composite
def _mostly(draw: st.DrawFn, usual: Any, *others: Any) -> Any:
    return draw(st.sampled_from(others)) if draw(st.integers(0, 3)) == 3 else usual


@st.composite
def _names(draw: st.DrawFn, others: tuple[str, ...] = ANYWHERE, one_in: int = 20) -> str:
    return draw(st.sampled_from(LEGAL if draw(st.integers(1, one_in)) < one_in else others))


_NAMES = _names()
# Which caches a task is about: one, some that share a group, all of them, any.
_caches = st.one_of(
    st.sampled_from(tuple(CACHES)).map(lambda name: (name,)),
    st.sampled_from([("sessions", "queue", "stock"), ("carts", "pages"), ("lone", "plain"), tuple(CACHES)]),
    st.lists(st.sampled_from(tuple(CACHES)), min_size=1, max_size=3).map(tuple),
)


@st.composite
def _entries(
    draw: st.DrawFn,
    options: st.SearchStrategy[Mapping[str, Any]],
    names: st.SearchStrategy[str] = _NAMES,
    most: int = 6,
) -> tuple[Entry, ...]:
    said: dict[Any, str | None] = {}
    return tuple(
        Entry(
            cache,
            sources=draw(_sources(names, most, said)),
            into=draw(_mostly("fit", 1, 0)),
            ports=draw(_mostly(None, CACHES[cache].ports[:1], CACHES[cache].ports[-1:])),
            spelling=draw(st.integers(0, 3)),
            **draw(options),
        )
        for cache in draw(_caches)
    )


_nothing: st.SearchStrategy[Mapping[str, Any]] = st.just({})
_any_options = st.fixed_dictionaries(
    {},
    optional={
        "purge": st.sampled_from(["managed", "none", "all"]),
        "purge_shared": st.booleans(),
        "allow_large_purge": st.booleans(),
        "allow_any_address": st.booleans(),
        "tags": st.sampled_from(_TAGS),
    },
)
_leave = st.fixed_dictionaries(
    {
        "purge_shared": _mostly(True, False),
        "allow_large_purge": st.booleans(),
        "allow_any_address": st.just(True),
    }
)


class Addition(NamedTuple):
    """Rules that somebody adds by hand: one for each span of ports and each source."""

    group: str
    spans: tuple[tuple[str, int, int], ...]
    sources: tuple[Source, ...]
    description: str
    tags: Mapping[str, str]


_STRAY_PORTS = (6379, 6380, 6390, 11211, 22)
_OTHER_SPANS = (("tcp", 6379, 6380), ("tcp", 6000, 7000), ("tcp", 0, 65535), ("-1", -1, -1), ("udp", 6379, 6379))


@st.composite
def _added(draw: st.DrawFn) -> Addition:
    """Mostly rules for ports of a cache, such as the module would make; some for others, and some that are wider."""
    group = draw(st.sampled_from(CACHE_GROUPS))
    own = sorted({port for cache in CACHES.values() if group in cache.groups for port in cache.ports})
    ports = draw(st.lists(st.sampled_from(own), min_size=1, max_size=2, unique=True))
    how = draw(st.integers(0, 7))
    if how == 7:
        ports = [draw(st.sampled_from(_STRAY_PORTS))]
    exact_spans = tuple(("tcp", port, port) for port in ports)
    return Addition(
        group,
        (draw(st.sampled_from(_OTHER_SPANS)),) if how in (5, 6) else exact_spans,
        tuple(draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=8, unique=True))),
        draw(st.sampled_from(["", "by hand"])),
        draw(st.sampled_from([{}, {"team": "dba"}, {MARKER[0]: "false"}, dict([MARKER])])),
    )


_additions = _added()
Edit = tuple[str, str]
_edits: st.SearchStrategy[Edit] = st.sampled_from(
    [
        ("remove", ""),
        ("describe", "Web tier"),
        ("describe", ""),
        ("mark", "true"),
        ("mark", "false"),
        ("take the mark off", ""),
    ]
)
_ways = st.fixed_dictionaries({"rehearse": st.booleans(), "again": st.booleans()})


def _task(entries: tuple[Entry, ...], common: Mapping[str, Any], as_grants: bool, **more: Any) -> Task:
    """Return a task. One entry alone can be written without O(grants); what is common is then its own."""
    if len(entries) > 1 or as_grants:
        return Task(entries, common=common, **more)
    own = {name: value for name, value in common.items() if getattr(entries[0], name) is None}
    return Task((replace(entries[0], **own),), as_grants=False, **more)


# What can happen, with what it takes.
_STEPS: Mapping[str, dict[str, st.SearchStrategy[Any]]] = {
    "grant": dict(
        entries=_entries(st.fixed_dictionaries({"tags": st.none()})),
        tags=st.sampled_from(_TAGS),
        anywhere=st.booleans(),
        as_grants=st.booleans(),
        ways=_ways,
    ),
    "grant_only": dict(
        bare=_mostly(False, True),
        entries=_entries(_nothing),
        purge=st.sampled_from(["managed", "all"]),
        leave=_leave,
        as_grants=st.booleans(),
        ways=_ways,
    ),
    "revoke": dict(
        tags=st.sampled_from(_TAGS),
        entries=_entries(_nothing, _names((*ANYWHERE, *UNFIT)), most=3),
        picks=st.lists(st.integers(0, 40), max_size=4),
        as_grants=st.booleans(),
        ways=_ways,
    ),
    "ask_for_anything": dict(
        entries=_entries(_any_options, _names((*ANYWHERE, *UNFIT), 12)),
        first=_mostly({}, {"into": "none"}, {"into": "foreign"}, {"ports": (6379, 7000)}),
        common=_any_options,
        limit=_mostly(None, 3, 6, 12),
        ways=_ways,
    ),
    "somebody_adds_rules": dict(
        added=_additions,
    ),
    "somebody_edits_rules": dict(
        edits=st.lists(st.tuples(st.integers(0, 200), _edits), min_size=1, max_size=4),
    ),
}


class Step(NamedTuple):
    """Something that happens: a method of Steps, and its arguments."""

    name: str
    arguments: dict[str, Any]


@st.composite
def steps_of(draw: st.DrawFn, *names: str) -> Step:
    """One of these steps, with arguments."""
    name = draw(st.sampled_from(names))
    return Step(name, {each: draw(strategy) for each, strategy in _STEPS[name].items()})


class Steps(RuleBasedStateMachine):
    """Whatever happens to the groups of the caches, in any order."""

    bench: Bench

    def __init__(self) -> None:
        super().__init__()
        self.bench.sweep()
        self.expected: Rules = {}
        self.described = self.bench.described()
        self.others = _not_ours(self.described, self.bench.world)
        self.ids: dict[Key, str] = {}

    # One rule for everything: of several Hypothesis would switch some off for a whole sequence.
    # Purging gets a double share, since it is refused more often than the rest.
    @rule(step=steps_of(*_STEPS, "grant_only"))
    def take(self, step: Step) -> None:
        """Take one step."""
        getattr(self, step.name)(**step.arguments)

    # What a user of the module does

    def grant(
        self, entries: tuple[Entry, ...], tags: Any, anywhere: bool, as_grants: bool, ways: dict[str, bool]
    ) -> None:
        """Let some reach some caches."""
        common = {"tags": tags, "allow_any_address": anywhere}
        self._run(_task(entries, _given(common), as_grants), **ways)

    def grant_only(
        self,
        entries: tuple[Entry, ...],
        bare: bool,
        purge: str,
        leave: dict[str, bool],
        as_grants: bool,
        ways: dict[str, bool],
    ) -> None:
        """Let these reach some caches, and no others; if C(bare), nothing the first of them."""
        if bare:
            entries = (replace(entries[0], sources=()), *entries[1:])
        self._run(_task(entries, {"purge": purge, **leave}, as_grants), **ways)

    def revoke(
        self, entries: tuple[Entry, ...], picks: list[int], tags: Any, as_grants: bool, ways: dict[str, bool]
    ) -> None:
        """Take access away, from some who have it and from some who may not; descriptions and tags mean nothing."""
        entries = tuple(self._with_sources_that_stand(entry, picks) for entry in entries)
        self._run(_task(entries, _given({"tags": tags}), as_grants, state="absent"), **ways)

    def _with_sources_that_stand(self, entry: Entry, picks: list[int]) -> Entry:
        ports = entry.ports or CACHES[entry.cache].ports
        standing = sorted({source for port in ports for source in reachable_by(self.expected, entry.cache, port)})
        names = {spelling.source: name for name, spelling in list(SPELLINGS.items())[::-1]}
        more = {names[standing[pick % len(standing)]]: None for pick in picks} if standing else {}
        return replace(entry, sources=(*entry.sources, *more.items()))

    def ask_for_anything(
        self,
        entries: tuple[Entry, ...],
        first: dict[str, Any],
        common: dict[str, Any],
        limit: int | None,
        ways: dict[str, bool],
    ) -> None:
        """Ask for what may well have to be refused."""
        entries = (replace(entries[0], **first), *entries[1:])
        self._run(Task(entries, common=_given(common), limit=limit), **ways)

    # What others do

    @initialize(added=st.lists(_additions, min_size=1, max_size=4))
    def before_anything(self, added: list[Addition]) -> None:
        """What was there when the collection came."""
        self._add(added)

    def somebody_adds_rules(self, added: Addition) -> None:
        """Rules for one port each, such as the module would make, and rules that cover ports of caches and more."""
        self._add([added])

    def somebody_edits_rules(self, edits: list[tuple[int, Edit]]) -> None:
        """Any rule, ours or not. With our marker it becomes ours; with another value of it, or without, it does not."""
        after = dict(self.expected)
        for pick, (how, text) in edits:
            if after:
                key = sorted(after)[pick % len(after)]
                self._edit(after, key, how, text)
        self._settle(after, "foreign edit")

    def _edit(self, after: Rules, key: Key, how: str, text: str) -> None:
        ec2, rule_id, old = self.bench.world.ec2, self.ids[key], after[key]
        group_id = self.bench.world.ids[key.group]
        if how == "remove":
            ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=[rule_id])
            del after[key]
        elif how == "describe":
            described = [{"SecurityGroupRuleId": rule_id, "Description": text}]
            ec2.update_security_group_rule_descriptions_ingress(
                GroupId=group_id, SecurityGroupRuleDescriptions=described
            )
            after[key] = replace(old, description=text)
        elif how == "mark":
            ec2.create_tags(Resources=[rule_id], Tags=[{"Key": MARKER[0], "Value": text}])
            after[key] = replace(old, tags=frozenset({**dict(old.tags), MARKER[0]: text}.items()))
        else:
            ec2.delete_tags(Resources=[rule_id], Tags=[{"Key": MARKER[0]}])
            after[key] = replace(old, tags=frozenset(tag for tag in old.tags if tag[0] != MARKER[0]))

    def _add(self, added: Iterable[Addition]) -> None:
        after = dict(self.expected)
        for each in added:
            for key in (Key(each.group, *span, source) for span in each.spans for source in each.sources):
                if key not in after and max(usage([*after, key], key.group)) <= QUOTA:
                    self._authorize(key, each)
                    after[key] = Rule(each.description, frozenset(each.tags.items()))
        self._settle(after, "foreign edit")

    def _authorize(self, key: Key, added: Addition) -> None:
        marked = [{"Key": name, "Value": value} for name, value in added.tags.items()]
        tags = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": marked}]} if marked else {}
        self.bench.world.ec2.authorize_security_group_ingress(
            GroupId=self.bench.world.ids[key.group],
            IpPermissions=[ip_permission(key, added.description, self.bench.world)],
            **tags,
        )

    # What has to hold

    def _run(self, task: Task, rehearse: bool, again: bool) -> None:
        """Run a task and hold it against the model; before that in check mode, after that once more, as told."""
        foretold = forecast(task, self.expected)
        options = options_of(task, self.bench.world)
        try:
            rehearsal = self._outcome(options, check_mode=True) if rehearse or foretold.refusals else None
            before = self.expected
            outcome = self._outcome(options)
            if foretold.refusals:
                self._check_refused(foretold, outcome)
            else:
                self._check_done(foretold, outcome)
            self._settle(foretold.after, _kind(task, foretold, before))
            if not foretold.refusals:
                self._check_promises(task, before)
            if rehearsal is not None:
                check_alike(rehearsal, outcome)
            if again and not foretold.refusals:
                self._check_idempotent(task, self._outcome(options, is_settled=True))
        except BaseException as error:
            self.bench.failed_after = self.bench.failed_after or self.bench.steps.total()
            error.add_note(f"The task was {json.dumps(options)}")
            raise

    def _outcome(self, options: dict[str, Any], check_mode: bool = False, is_settled: bool = False) -> Outcome:
        """Run the module; in check mode, and where all is as it should be, it must not even ask for a change."""
        self.bench.actions.clear()
        outcome = self.bench.runner.run(options, check_mode)
        if check_mode or is_settled or outcome.failure:
            asked = [action for action in self.bench.actions if action in _CHANGES]
            assert not asked, f"{'check mode' if check_mode else 'nothing to do'}, but asked EC2 for {asked}"
        return outcome

    def _check_refused(self, foretold: Forecast, outcome: Outcome) -> None:
        assert outcome.failure, f"not refused, though: {foretold.refusals}"
        assert any(each in outcome.failure for each in foretold.refusals), (outcome.failure, foretold.refusals)
        assert not outcome.is_partial and not outcome.result

    def _check_done(self, foretold: Forecast, outcome: Outcome) -> None:
        assert not outcome.failure, outcome.failure
        assert outcome.result["changed"] is foretold.has_changed(self.expected)
        assert len(outcome.result["caches"]) == len(foretold.reports)
        for told, report in zip(outcome.result["caches"], foretold.reports, strict=True):
            self._check_report(told, report, foretold.after)
        is_removing = set(self.expected) - set(foretold.after)
        assert bool(is_removing) is any("disconnects nobody" in warning for warning in outcome.warnings)
        self._check_diff(outcome.result["diff"], foretold)

    def _check_report(self, told: Mapping[str, Any], report: Report, after: Rules) -> None:
        world = self.bench.world
        assert tuple(told["ports"]) == report.ports
        for name in _LISTS:
            rules = self.expected if name in ("removed", "wider_rules", "still_allowed") else after
            wanted = {key: rules[key] for key in getattr(report, name)}
            found = [reported(each, world) for each in told[name]]
            assert len(found) == len(dict(found)), f"{name} says something twice: {found}"
            assert dict(found) == wanted, name
            for values in told[name]:
                key = reported(values, world)[0]
                assert name == "added" or values["rule_id"] == self.ids[key], (name, values)
        quota = {
            world.name_of(each["id"]): (each["quota"]["ipv4_used"], each["quota"]["ipv6_used"])
            for each in told["security_groups"]
        }
        assert quota == report.quota

    def _check_diff(self, diff: list[dict[str, str]], foretold: Forecast) -> None:
        """A line per rule that concerns a port, before and after: as many as there are."""
        for each in diff:
            group = next(name for name in CACHE_GROUPS if f"({self.bench.world.ids[name]})" in each["before_header"])
            ports = {port for report in foretold.reports if group in report.quota for port in report.ports}
            for when, rules in (("before", self.expected), ("after", foretold.after)):
                concerned = [key for key in rules if key.group == group and concerns(key, ports)]
                assert len(each[when].splitlines()) == len(concerned), (when, each)

    def _check_promises(self, task: Task, before: Rules) -> None:
        """What a user wants to be true afterwards, whatever the details; by what EC2 shows."""
        after, _ids = read(self.described, self.bench.world)
        for entry in task.entries:
            sources = {SPELLINGS[name].source for name, _description in entry.sources}
            for port in entry.ports or CACHES[entry.cache].ports:
                could, can = reachable_by(before, entry.cache, port), reachable_by(after, entry.cache, port)
                if task.state == "present":
                    assert sources <= can, f"{sources - can} cannot reach {entry.cache} on {port}"
                    if all((task.option(each, "purge") or "none") == "none" for each in task.entries):
                        assert could <= can, f"{could - can} lost access to {entry.cache} on {port}"
                else:
                    assert can <= could
                    mine = {
                        exact(group, port, source)
                        for group in CACHES[entry.cache].groups
                        for source in sources
                        if source
                    }
                    assert not mine & set(after), f"{mine & set(after)} still stand"

    def _check_idempotent(self, task: Task, outcome: Outcome) -> None:
        foretold = forecast(task, self.expected)
        assert not foretold.refusals and foretold.after == self.expected, "the model contradicts itself"
        self._check_done(foretold, outcome)
        assert outcome.result["changed"] is False
        assert self.bench.described() == self.described

    def _settle(self, after: Rules, kind: str) -> None:
        """Hold what EC2 shows against the model, and go on from there."""
        self.bench.steps[kind] += 1
        described = self.bench.described()
        rules, ids = read(described, self.bench.world)
        assert rules == after
        assert {key: ids[key] for key in self.ids if key in ids} == {
            key: some_id for key, some_id in self.ids.items() if key in ids
        }, "a rule was made anew"
        assert _not_ours(described, self.bench.world) == self.others, "another group or direction was changed"
        if after == self.expected:
            assert described == self.described
        self.expected, self.ids, self.described = after, ids, described


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _not_ours(described: Iterable[dict[str, Any]], world: World) -> list[dict[str, Any]]:
    return [each for each in described if each["IsEgress"] or world.name_of(each["GroupId"]) not in CACHE_GROUPS]


def _kind(task: Task, foretold: Forecast, before: Rules) -> str:
    """Return what a step was, for those who want to see what was tried."""
    if foretold.refusals:
        return f"refused ({foretold.refusals[0]})"
    if not foretold.has_changed(before):
        return f"{task.state}, nothing to do"
    return "present, purged" if task.state == "present" and set(before) - set(foretold.after) else task.state


def check_alike(foretold: Outcome, done: Outcome) -> None:
    """Check mode has to say what will be done; the ids of rules that do not exist yet it cannot know."""
    assert foretold.failure == done.failure
    assert foretold.warnings == done.warnings
    result = json.loads(json.dumps(done.result))
    for cache in result.get("caches", ()):
        for added in cache["added"]:
            assert added["rule_id"].startswith("sgr-")
            added["rule_id"] = None
    promised = json.loads(json.dumps(foretold.result))
    if promised != result:
        differing = list(_differences("", promised, result))
        raise AssertionError(f"check mode said otherwise: {differing}")


def _differences(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield where two results differ, and how."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name in one:
            yield from _differences(f"{path}.{name}", one[name], other[name])
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differences(f"{path}[{index}]", mine, theirs)
    elif one != other:
        yield path, one, other
