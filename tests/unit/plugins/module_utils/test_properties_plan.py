# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever is granted and whatever rules there are, these hold of the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import TypeVar

from ansible_collections.elasticache.access.plugins.module_utils._plan import Plan, make_plan
from ansible_collections.elasticache.access.plugins.module_utils._render import diff_of_group, rule_line
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import World, applied, worlds
from tests.unit.values import GROUPS

Value = TypeVar("Value")

present = worlds(st.just(True))
absent = worlds(st.just(False))
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


def by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    return {rule.rule_id: rule for rule in rules}


@given(either)
def test_after_a_plan_was_applied_nothing_is_left_to_do(world: World) -> None:
    again = make_plan(world.targets, applied(plan_of(world), world.existing))
    assert [group for group in again.groups if not group.is_empty] == []


@given(present)
def test_after_a_grant_every_named_rule_stands(world: World) -> None:
    after = applied(plan_of(world), world.existing)
    assert named_keys(world) <= {rule.key for rules in after.values() for rule in rules}


@given(present)
def test_a_grant_removes_nothing_and_leaves_rules_that_it_does_not_name_as_they_are(world: World) -> None:
    after = applied(plan_of(world), world.existing)
    named = named_keys(world)
    for group_id, rules in world.existing.items():
        stands = by_id(after[group_id])
        for rule in rules:
            described = stands[rule.rule_id].description if rule.key in named else rule.description
            assert stands[rule.rule_id] == replace(rule, description=described)


@given(present)
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
            assert old.description != new.description
            assert new.description in given_for[old.key]


@given(absent)
def test_a_revocation_removes_the_exact_rules_of_its_sources_and_nothing_else(world: World) -> None:
    after = applied(plan_of(world), world.existing)
    named = named_keys(world)
    for group_id, rules in world.existing.items():
        assert after[group_id] == [rule for rule in rules if rule.key not in named]


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
                and any(rule.admits(wanted.source) for wanted in target.sources)
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
    return Counter(f" {rule_line(rule, GROUPS)}" for rule in rules)


@given(either)
def test_a_diff_differs_by_what_the_plan_adds_updates_and_removes(world: World) -> None:
    for group in plan_of(world).groups:
        diff = diff_of_group(group, GROUPS)
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
    plan, other = plan_of(world), make_plan(targets, existing)
    assert other.groups == plan.groups
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
