# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever ends are asked for and whatever ends rules have, these hold of the plan."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from ansible_collections.elasticache.access.plugins.module_utils._echo import echoed_until
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, REASON, expiry_of, reason_in
from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan, Plan, plan_group
from ansible_collections.elasticache.access.plugins.module_utils._render import diff_of_group
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._terms import Term
from ansible_collections.elasticache.access.plugins.module_utils._times import time_text
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Wish
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.strategies import applied
from tests.unit.values import KNOWN, MANAGED, NOW, SESSIONS, rule

SHOP = ("team", "shop")
RANGES = tuple(f"10.{number}.0.0/16" for number in range(6))
times = st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours))
texts = st.one_of(times.map(time_text), st.sampled_from(["soon", "2026-01-31T20:00:00+01:00"]))
reasons = st.sampled_from([None, "why", "because"])
terms = st.builds(Term, st.one_of(st.none(), times), st.booleans(), reasons)


class Region(NamedTuple):
    """What is wished for in a group, and its rules."""

    wishes: tuple[Wish, ...]
    rules: list[Rule]


@st.composite
def standing(draw: st.DrawFn, admitted: str, number: int) -> Rule:
    """A rule as grants, people and other tools leave it."""
    tags = dict(draw(st.sampled_from([(), MANAGED, MANAGED, (*MANAGED, SHOP), (SHOP,)])))
    told = {EXPIRES_AT: draw(st.one_of(st.none(), texts)), REASON: draw(reasons)}
    tags.update({key: text for key, text in told.items() if text is not None})
    echo = draw(st.one_of(st.just(""), times.map(lambda at: f" [until {time_text(at)}: why]")))
    described = draw(st.sampled_from(["", "Web tier", "why", "x" * 200])) + echo
    return rule(admitted, rule_id=f"sgr-{number}", description=described, tags=tuple(sorted(tags.items())))


@st.composite
def regions(draw: st.DrawFn) -> Region:
    named = draw(st.lists(st.sampled_from(RANGES), unique=True))
    there = draw(st.lists(st.sampled_from(RANGES), unique=True))
    descriptions = st.sampled_from([None, "", "Web tier", "x" * 255])
    return Region(
        tuple(Wish(rule(each).key, True, draw(descriptions), (), draw(terms)) for each in named),
        [draw(standing(each, number)) for number, each in enumerate(there)],
    )


def plan_of(region: Region, rules: list[Rule] | None = None) -> GroupPlan:
    return plan_group(
        group=SESSIONS,
        caches=("sessions",),
        wishes=region.wishes,
        ports=(6379,),
        existing=region.rules if rules is None else rules,
    )


def after(region: Region) -> list[Rule]:
    return applied(Plan((plan_of(region),), ()), {SESSIONS.group_id: region.rules})[SESSIONS.group_id]


@given(regions())
def test_after_a_plan_was_applied_nothing_is_left_to_do(region: Region) -> None:
    assert plan_of(region, after(region)).is_empty


@given(regions())
def test_every_rule_of_ours_ends_as_its_grant_says_and_says_so_itself(region: Region) -> None:
    before = {each.key: each for each in region.rules}
    rules = {each.key: each for each in after(region)}
    for wish in region.wishes:
        made = rules[wish.key]
        if not made.is_managed:
            continue
        expiry = expiry_of(made)
        if wish.term.ends_at is None:
            assert expiry is None
            continue
        assert expiry is not None
        assert expiry.at is not None
        kept = expiry_of(before[wish.key]) if wish.key in before else None
        if wish.term.keeps_end and kept and kept.at:
            assert expiry == kept
        else:
            assert expiry.at == wish.term.ends_at
        assert echoed_until(made.description) == time_text(expiry.at)
        assert wish.term.reason in (None, reason_in(made.tags))


@given(regions())
def test_other_rules_and_other_tags_are_left_alone(region: Region) -> None:
    wishes = {wish.key: wish for wish in region.wishes}
    rules = {each.rule_id: each for each in after(region)}
    for old in region.rules:
        new, wish = rules[old.rule_id], wishes.get(old.key)
        if wish is None:
            assert new == old
        elif not old.is_managed:
            assert new.tags == old.tags
            assert new.description == (old.description if wish.description is None else wish.description)
        else:
            assert new.user_tags == old.user_tags
            assert new.is_managed


@given(regions())
def test_whatever_changes_can_be_seen_in_the_diff(region: Region) -> None:
    plan = plan_of(region)
    diff = diff_of_group(plan, KNOWN)
    assert (diff["before"] == diff["after"]) == plan.is_empty
    for old, new in plan.updates:
        if expiry_of(old) and not expiry_of(new):
            assert "PERMANENT" in diff["after"]
