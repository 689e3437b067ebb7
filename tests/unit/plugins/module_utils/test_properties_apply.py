# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever is planned and whoever is in the way, these hold of what is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _apply
from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome, apply_plan, foretell_plan
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan, Plan, make_plan
from ansible_collections.elasticache.access.plugins.module_utils._render import diff_of_group, rule_line
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.fakes import Answer, FakeEc2
from tests.unit.strategies import CARRIED, World, keys, worlds
from tests.unit.thorough import thorough
from tests.unit.values import KNOWN

either = worlds(st.booleans())

DENIED = AwsError("AWS does not permit these credentials that.", "UnauthorizedOperation")
CHANGES = ("authorize", "update", "tag", "revoke")


@pytest.fixture(autouse=True, scope="module")
def _no_waiting() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_apply, "time", SimpleNamespace(sleep=lambda _seconds: None))
        yield


def plan_of(world: World) -> Plan:
    return make_plan(world.targets, world.existing)


def all_rules(world: World) -> list[Rule]:
    return [rule for rules in world.existing.values() for rule in rules]


def by_group(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    rules = list(rules)
    return {group.group_id: [rule for rule in rules if rule.key.group_id == group.group_id] for group in CARRIED}


def without_ids(rules: Iterable[Rule]) -> set[Rule]:
    return {replace(rule, rule_id="") for rule in rules}


def lines(rules: Iterable[Rule]) -> Counter[str]:
    return Counter(f" {rule_line(rule, KNOWN)}" for rule in rules)


@given(either)
def test_what_is_done_is_what_was_foretold(world: World) -> None:
    plan, ec2 = plan_of(world), FakeEc2(all_rules(world))
    foretold, done = foretell_plan(plan), apply_plan(ec2, plan)
    assert [replace(outcome, added=tuple(replace(rule, rule_id="") for rule in outcome.added)) for outcome in done] == [
        replace(outcome, added=tuple(replace(rule, rule_id="") for rule in outcome.added)) for outcome in foretold
    ]


@given(either)
def test_the_diff_is_the_difference_between_the_rules_before_and_after(world: World) -> None:
    plan, ec2 = plan_of(world), FakeEc2(all_rules(world))
    apply_plan(ec2, plan)
    changed = {group.group.group_id for group in plan.groups}
    for group_id, rules in by_group(ec2.rules).items():
        if group_id not in changed:
            assert rules == world.existing[group_id]
    for group in plan.groups:
        diff = diff_of_group(group, KNOWN)
        shown_before, shown_after = Counter(diff["before"].splitlines()), Counter(diff["after"].splitlines())
        before, after = lines(world.existing[group.group.group_id]), lines(ec2.of_group(group.group.group_id))
        assert shown_after - shown_before == after - before
        assert shown_before - shown_after == before - after
        assert shown_before <= before


@given(either)
def test_what_is_said_to_have_been_done_is_what_changed(world: World) -> None:
    plan, ec2 = plan_of(world), FakeEc2(all_rules(world))
    outcomes = apply_plan(ec2, plan)
    before, after = set(all_rules(world)), set(ec2.rules)
    assert {rule for outcome in outcomes for rule in (*outcome.added, *outcome.updated)} == after - before
    edited = {rule.rule_id for outcome in outcomes for rule in outcome.updated}
    removed = {rule for outcome in outcomes for rule in outcome.removed}
    assert removed == {rule for rule in before - after if rule.rule_id not in edited}
    assert {rule for outcome in outcomes for rule in outcome.unchanged} <= before & after


@given(either)
def test_after_a_plan_was_applied_nothing_is_left_to_do(world: World) -> None:
    ec2 = FakeEc2(all_rules(world))
    apply_plan(ec2, plan_of(world))
    again = make_plan(world.targets, by_group(ec2.rules))
    assert [group for group in again.groups if not group.is_empty] == []
    calls = list(ec2.calls)
    assert not any(outcome.is_changed for outcome in apply_plan(ec2, again))
    assert ec2.calls == calls


@given(worlds(st.just(True), st.sampled_from(["managed", "all"])))
def test_rules_of_a_group_are_added_before_others_are_removed(world: World) -> None:
    ec2 = FakeEc2(all_rules(world))
    outcomes = apply_plan(ec2, plan_of(world))
    for outcome in outcomes:
        group_id = outcome.plan.group.group_id
        mine = [call for call, about in ec2.calls if about == group_id]
        assert mine == sorted(mine, key=["authorize", "update", "describe", "revoke"].index)
        assert ("describe" in mine) is bool(outcome.added and outcome.removed)
        assert mine.count("revoke") == bool(outcome.removed)
        assert mine.count("authorize") == len({rule.tags for rule in outcome.added})


class Crowded(FakeEc2):
    """Others add and remove rules all the time, calls are refused, and answers lag behind."""

    def __init__(
        self, rules: Iterable[Rule], acts: Mapping[str, Sequence[Callable[[Crowded], None]]], lag: int
    ) -> None:
        super().__init__(rules, lag)
        self.revoked: list[tuple[set[str], set[RuleKey]]] = []
        for call, happening in acts.items():
            self.meanwhile[call] = [self._bound(act) for act in happening]

    def _bound(self, act: Callable[[Crowded], None]) -> Callable[[], None]:
        return lambda: act(self)

    def revoke_security_group_ingress(self, group_id: str, rule_ids: Sequence[str]) -> list[Answer]:
        standing = {rule.key for rule in self.of_group(group_id)}
        answers = super().revoke_security_group_ingress(group_id, rule_ids)
        self.revoked.append((set(rule_ids), standing))
        return answers


def nothing_happens(_ec2: Crowded) -> None:
    """Every other call or so is left in peace."""


def refused(_ec2: Crowded) -> None:
    raise DENIED


def somebody_adds(key: RuleKey) -> Callable[[Crowded], None]:
    def act(ec2: Crowded) -> None:
        if key not in {rule.key for rule in ec2.rules}:
            ec2.rules = [*ec2.rules, Rule(key, f"sgr-theirs-{len(ec2.calls)}")]

    return act


def somebody_removes(number: int) -> Callable[[Crowded], None]:
    def act(ec2: Crowded) -> None:
        if ec2.rules:
            gone = ec2.rules[number % len(ec2.rules)]
            ec2.rules = [rule for rule in ec2.rules if rule != gone]

    return act


happenings = st.one_of(
    st.just(nothing_happens),
    st.just(refused),
    st.sampled_from(CARRIED).flatmap(lambda group: keys(group.group_id)).map(somebody_adds),
    st.integers(0, 30).map(somebody_removes),
)


@st.composite
def crowds(draw: st.DrawFn, world: World) -> Crowded:
    """What happens around the calls; nothing between seeing that additions stand and removing others."""
    acts = {call: draw(st.lists(happenings, max_size=3)) for call in ("authorize", "update", "tag")}
    acts["describe"] = draw(st.lists(happenings, max_size=3))
    acts["revoke"] = [draw(st.sampled_from([nothing_happens, refused]))]
    return Crowded(all_rules(world), acts, draw(st.integers(0, 3)))


crowded = either.flatmap(lambda world: st.tuples(st.just(world), crowds(world)))


def exact_keys(plan: GroupPlan) -> set[RuleKey]:
    return {wish.key for wish in plan.wishes if wish.is_present}


@given(crowded)
def test_whoever_is_in_the_way_nothing_is_removed_that_the_plan_did_not_show(drawn: tuple[World, Crowded]) -> None:
    world, ec2 = drawn
    plan = plan_of(world)
    apply_plan(ec2, plan)
    keys_of = {rule.rule_id: rule.key for rule in all_rules(world)}
    to_go = {wish.key for group in plan.groups for wish in group.wishes if not wish.is_present}
    for rule_ids, _standing in ec2.revoked:
        for rule_id in rule_ids:
            # A rule that somebody made anew meanwhile is the same rule, and is to be gone all the same.
            assert keys_of.get(rule_id) in to_go or rule_id.startswith("sgr-theirs-")


@thorough(3)
@given(crowded)
def test_whoever_is_in_the_way_nothing_is_removed_before_what_was_added_stands(drawn: tuple[World, Crowded]) -> None:
    world, ec2 = drawn
    plan = plan_of(world)
    wanted = {rule_id: exact_keys(group) for group in plan.groups for rule_id in [group.group.group_id]}
    outcomes = {outcome.plan.group.group_id: outcome for outcome in apply_plan(ec2, plan)}
    for _rule_ids, standing in ec2.revoked:
        (group_id,) = {key.group_id for key in standing}
        if outcomes[group_id].added:
            assert wanted[group_id] <= standing


@given(crowded)
def test_whoever_is_in_the_way_a_rule_is_told_of_once(drawn: tuple[World, Crowded]) -> None:
    world, ec2 = drawn
    for outcome in apply_plan(ec2, plan_of(world)):
        told = [rule.key for rule in (*outcome.added, *outcome.updated, *outcome.unchanged)]
        assert len(told) == len(set(told))
        assert len({rule.rule_id for rule in outcome.removed}) == len(outcome.removed)


@given(crowded)
def test_whoever_is_in_the_way_only_exact_rules_that_are_wished_for_are_made(drawn: tuple[World, Crowded]) -> None:
    world, ec2 = drawn
    plan = plan_of(world)
    outcomes = apply_plan(ec2, plan)
    for outcome in outcomes:
        assert {rule.key for rule in outcome.added} <= exact_keys(outcome.plan)
    made = [rule for rule in ec2.rules if rule.rule_id.startswith("sgr-made-")]
    assert all(rule.is_managed for rule in made)
    assert {rule.key for rule in made} <= {key for group in plan.groups for key in exact_keys(group)}


def refusing(call: str) -> Callable[[World], FakeEc2]:
    def make(world: World) -> FakeEc2:
        def refuse() -> None:
            raise DENIED

        ec2 = FakeEc2(all_rules(world))
        ec2.meanwhile[call] = [refuse] * 100
        return ec2

    return make


@pytest.mark.parametrize("call", CHANGES)
@given(world=either)
def test_after_a_refusal_nothing_that_comes_later_is_done(call: str, world: World) -> None:
    ec2 = refusing(call)(world)
    outcomes = apply_plan(ec2, plan_of(world))
    later = CHANGES[CHANGES.index(call) + 1 :]
    for outcome in outcomes:
        if outcome.error:
            assert outcome.error == str(DENIED)
            assert not outcome.removed
            assert call == "revoke" or not any(
                (made, outcome.plan.group.group_id) in ec2.calls for made in later if made != "tag"
            )


def outcome_of(world: World) -> list[Outcome]:
    return apply_plan(FakeEc2(all_rules(world)), plan_of(world))


@given(either)
def test_groups_stand_in_the_order_of_the_plan(world: World) -> None:
    plan = plan_of(world)
    assert [outcome.plan for outcome in outcome_of(world)] == list(plan.groups)
