# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever is granted and whatever rules there are, these hold of the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import TypeVar

from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan, Plan, make_plan
from ansible_collections.elasticache.access.plugins.module_utils._render import diff_of_group, rule_line
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import World, applied, worlds
from tests.unit.values import KNOWN, admits

Value = TypeVar("Value")

present = worlds(st.just(True), st.just("none"))
absent = worlds(st.just(False))
purging = worlds(st.just(True), st.sampled_from(["managed", "all"]))
either = worlds(st.booleans())


def plan_of(world: World) -> Plan:
    return make_plan(world.targets, world.existing)


def named_keys(world: World) -> set[RuleKey]:
    """The exact rules that the grants name, on the groups that they are about."""
    return {
        RuleKey.exact(group.group_id, port, wanted.source)
        for target in world.targets
        for group in ([target.group] if target.group else target.groups)
        for port in target.ports
        for wanted in target.sources
    }


def given_tags(world: World) -> dict[RuleKey, dict[str, str]]:
    """The tags that the grants give to each rule that they name."""
    tags: dict[RuleKey, dict[str, str]] = {}
    for target in world.targets:
        for port in target.ports:
            for wanted in target.sources:
                assert target.group is not None
                key = RuleKey.exact(target.group.group_id, port, wanted.source)
                tags.setdefault(key, {}).update(target.tags)
    return tags


def by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    return {rule.rule_id: rule for rule in rules}


def is_exact(rule: Rule, port: int) -> bool:
    return (rule.key.protocol, rule.key.from_port, rule.key.to_port) == ("tcp", port, port)


@given(either)
def test_after_a_plan_was_applied_nothing_is_left_to_do(world: World) -> None:
    again = make_plan(world.targets, applied(plan_of(world), world.existing))
    assert [group for group in again.groups if not group.is_empty] == []


@given(worlds(st.just(True)))
def test_after_a_grant_every_named_rule_stands(world: World) -> None:
    after = applied(plan_of(world), world.existing)
    assert named_keys(world) <= {rule.key for rules in after.values() for rule in rules}


@given(present)
def test_a_grant_removes_nothing_and_leaves_rules_that_it_does_not_name_as_they_are(world: World) -> None:
    after = applied(plan_of(world), world.existing)
    named, tags = named_keys(world), given_tags(world)
    for group_id, rules in world.existing.items():
        stands = by_id(after[group_id])
        for rule in rules:
            described = stands[rule.rule_id].description if rule.key in named else rule.description
            tagged = {**dict(rule.tags), **tags.get(rule.key, {})} if rule.is_managed else dict(rule.tags)
            assert stands[rule.rule_id] == replace(rule, description=described, tags=tuple(sorted(tagged.items())))


@given(worlds(st.just(True)))
def test_a_new_rule_has_our_tag_and_those_of_the_grants_that_name_it(world: World) -> None:
    tags = given_tags(world)
    for group in plan_of(world).groups:
        for rule in group.adds:
            assert dict(rule.tags) == {**tags[rule.key], "elasticache.access:managed": "true"}
            assert list(rule.tags) == sorted(rule.tags)


@given(worlds(st.just(True)))
def test_a_grant_edits_no_description_but_to_the_one_that_was_given(world: World) -> None:
    given_for: dict[RuleKey, set[str | None]] = {}
    for target in world.targets:
        for port in target.ports:
            for wanted in target.sources:
                assert target.group is not None
                key = RuleKey.exact(target.group.group_id, port, wanted.source)
                given_for.setdefault(key, set()).add(wanted.description)
    for group in plan_of(world).groups:
        for old, new in group.updates:
            assert old != new
            assert (new.key, new.rule_id) == (old.key, old.rule_id)
            assert new.description in given_for[old.key] | {old.description}


@given(either)
def test_no_tag_is_ever_taken_away_and_none_given_to_a_rule_of_somebody_else(world: World) -> None:
    for group in plan_of(world).groups:
        for old, new in group.updates:
            assert {name for name, _value in old.tags} <= {name for name, _value in new.tags}
            assert old.is_managed or new.tags == old.tags


@given(absent)
def test_a_revocation_removes_the_exact_rules_of_its_sources_and_nothing_else(world: World) -> None:
    after = applied(plan_of(world), world.existing)
    named = named_keys(world)
    for group_id, rules in world.existing.items():
        assert after[group_id] == [rule for rule in rules if rule.key not in named]


@given(purging)
def test_after_a_purge_exactly_the_named_rules_and_those_that_were_to_be_left_stand_on_the_ports(world: World) -> None:
    after = applied(plan_of(world), world.existing)
    named = named_keys(world)
    for group_id, rules in after.items():
        carriers = [each for each in world.targets if group_id in [group.group_id for group in each.groups]]
        for port in {port for target in carriers for port in target.ports}:
            concerned = [target for target in carriers if port in target.ports]
            sources = {wanted.source for target in concerned for wanted in target.sources}
            purges_all = any(target.purge == "all" for target in concerned)
            stood = {rule.key: rule for rule in world.existing[group_id] if is_exact(rule, port)}
            left = {key for key, rule in stood.items() if key.source in sources or not (purges_all or rule.is_managed)}
            assert {rule.key for rule in rules if is_exact(rule, port)} == left | {
                key for key in named if (key.group_id, key.from_port) == (group_id, port)
            }


@given(worlds(st.just(True), st.sampled_from(["none", "managed"])))
def test_without_a_purge_of_all_no_rule_of_somebody_else_is_removed(world: World) -> None:
    assert all(rule.is_managed for group in plan_of(world).groups for rule in group.removes)


@given(worlds(st.just(True)))
def test_a_grant_removes_no_rule_that_any_cache_of_the_group_names(world: World) -> None:
    for group in plan_of(world).groups:
        for rule in group.removes:
            assert not any(
                rule.key.source == wanted.source
                for target in world.targets
                if group.group in target.groups and rule.key.from_port in target.ports
                for wanted in target.sources
            )


@given(either)
def test_no_rule_outside_the_ports_of_the_caches_of_a_group_is_ever_changed(world: World) -> None:
    for group in plan_of(world).groups:
        ports = {port for target in world.targets if group.group in target.groups for port in target.ports}
        for rule in (*group.adds, *group.removes, *(new for _old, new in group.updates)):
            assert any(is_exact(rule, port) for port in ports)


@given(either)
def test_a_cache_is_told_of_every_rule_that_changes_for_it_and_of_no_other(world: World) -> None:
    plan = plan_of(world)
    changed = {rule.key for group in plan.groups for rule in (*group.adds, *group.removes)}
    changed |= {old.key for group in plan.groups for old, _new in group.updates}
    told = {key for cache_plan in plan.caches for key in cache_plan.keys}
    assert changed <= told
    for cache_plan in plan.caches:
        target = cache_plan.target
        for key in cache_plan.keys:
            assert key.group_id in {group.group_id for group in target.groups}
            assert key.from_port in target.ports


@given(absent)
def test_what_is_still_allowed_stands_after_the_revocation_and_admits_a_source(world: World) -> None:
    plan = plan_of(world)
    after = applied(plan, world.existing)
    for cache_plan in plan.caches:
        target = cache_plan.target
        standing = [rule for group in target.groups for rule in after[group.group_id]]
        assert sorted(cache_plan.still_allowed, key=lambda rule: rule.key) == sorted(
            (
                rule
                for rule in standing
                if any(rule.covers(port) for port in target.ports)
                and any(admits(rule, wanted.source) for wanted in target.sources)
            ),
            key=lambda rule: rule.key,
        )


@given(either)
def test_a_plan_adds_no_rule_that_exists_and_changes_none_that_does_not(world: World) -> None:
    for group in plan_of(world).groups:
        existing = world.existing[group.group.group_id]
        assert not {rule.key for rule in group.adds} & {rule.key for rule in existing}
        for rule in (*group.removes, *(old for old, _new in group.updates), *group.unchanged, *group.others):
            assert rule in existing


@given(either)
def test_a_rule_has_one_place_in_a_plan(world: World) -> None:
    for group in plan_of(world).groups:
        updated = [old for old, _new in group.updates]
        keys = [rule.key for rule in (*group.adds, *updated, *group.removes, *group.unchanged, *group.others)]
        assert len(keys) == len(set(keys))


@given(either)
def test_no_rule_that_is_wider_than_a_port_is_ever_changed(world: World) -> None:
    for group in plan_of(world).groups:
        for rule in (*group.adds, *group.removes, *(new for _old, new in group.updates)):
            assert rule.is_exact(group.ports)


def lines(rules: Iterable[Rule]) -> Counter[str]:
    return Counter(f" {rule_line(rule, KNOWN)}" for rule in rules)


@given(either)
def test_a_diff_differs_by_what_the_plan_adds_updates_and_removes(world: World) -> None:
    for group in plan_of(world).groups:
        diff = diff_of_group(group, KNOWN)
        before, after = Counter(diff["before"].splitlines()), Counter(diff["after"].splitlines())
        coming = lines([*group.adds, *(new for _old, new in group.updates)])
        going = lines([*group.removes, *(old for old, _new in group.updates)])
        assert before - going == after - coming
        assert going <= before
        assert coming <= after
        assert before <= lines(world.existing[group.group.group_id])


@given(either, st.randoms(use_true_random=False))
def test_the_order_of_rules_and_sources_does_not_matter(world: World, random: Random) -> None:
    def shuffled(values: Iterable[Value]) -> list[Value]:
        listed = list(values)
        random.shuffle(listed)
        return listed

    targets = [replace(target, sources=tuple(shuffled(target.sources))) for target in world.targets]
    existing = {group_id: shuffled(rules) for group_id, rules in world.existing.items()}

    def what_they_say(plan: Plan) -> list[GroupPlan]:
        return [replace(group, wishes=tuple(sorted(group.wishes, key=lambda wish: wish.key))) for group in plan.groups]

    plan, other = plan_of(world), make_plan(targets, existing)
    assert what_they_say(other) == what_they_say(plan)
    assert [
        replace(cache_plan, target=target) for cache_plan, target in zip(other.caches, world.targets, strict=True)
    ] == list(plan.caches)


@given(either, st.randoms(use_true_random=False))
def test_the_order_of_grants_decides_nothing_but_the_order_of_the_answer(world: World, random: Random) -> None:
    targets = list(world.targets)
    random.shuffle(targets)
    plan, other = plan_of(world), make_plan(targets, world.existing)

    def unordered(made: Plan) -> dict[str, object]:
        return {group.group.group_id: replace(group, caches=tuple(sorted(group.caches))) for group in made.groups}

    assert unordered(other) == unordered(plan)
    assert sorted(other.caches, key=lambda made: made.target.cache.name) == list(plan.caches)


@given(either)
def test_the_same_grant_twice_is_the_grant_once(world: World) -> None:
    assert make_plan([*world.targets, *world.targets], world.existing).groups == plan_of(world).groups
