# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The checks before a change, each against its definition written down a second time, without a look at the first."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from random import Random

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan, Plan, make_plan
from ansible_collections.elasticache.access.plugins.module_utils._prefix_lists import PrefixList
from ansible_collections.elasticache.access.plugins.module_utils._purge import check_brake
from ansible_collections.elasticache.access.plugins.module_utils._quota import Usage, check_quota, usage_of
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.strategies import ADMITTED, World, applied, rules_of, worlds
from tests.unit.thorough import thorough
from tests.unit.values import CLOUDFRONT, MANAGED, OFFICES, SESSIONS, key, rule, target

either = worlds(st.booleans())
granting = worlds(st.just(True))
purging = worlds(st.just(True), st.sampled_from(["managed", "all"]))

# What AWS's user guide says of its own lists; every other of them counts for one.
WEIGHTS_OF_AWS = {
    "com.amazonaws.global.cloudfront.origin-facing": 55,
    "com.amazonaws.eu-west-1.route53-healthchecks": 25,
    "com.amazonaws.eu-west-1.vpc-lattice": 10,
    "com.amazonaws.eu-west-1.s3express": 6,
    "com.amazonaws.global.groundstation": 5,
    "com.amazonaws.eu-west-1.ec2-instance-connect": 2,
    "com.amazonaws.eu-west-1.s3": 1,
    "com.amazonaws.eu-west-1.dynamodb": 1,
}
LISTS = [each for each in ADMITTED if each.startswith("pl-")]


@st.composite
def prefix_lists(draw: st.DrawFn) -> dict[str, PrefixList]:
    """Some of the lists that rules name, of a customer's or of AWS's."""
    known = {}
    for list_id in draw(st.sets(st.sampled_from(LISTS))):
        if draw(st.booleans()):
            known[list_id] = PrefixList(list_id, "mine", "123456789012", "IPv4", draw(st.integers(1, 40)))
        else:
            name = draw(st.sampled_from(sorted(WEIGHTS_OF_AWS)))
            known[list_id] = PrefixList(list_id, name, "AWS", draw(st.sampled_from(["IPv4", "IPv6"])), None)
    return known


def counted(rules: list[Rule], known: dict[str, PrefixList], version: int) -> int:
    """How many rules of one family EC2 counts: one by one, as its guide says."""
    count = 0
    for each in rules:
        value = each.key.source.value
        if value.startswith("pl-"):
            if value not in known:
                count += 1
            elif known[value].owner_id == "AWS":
                count += WEIGHTS_OF_AWS[known[value].name]
            else:
                count += known[value].max_entries or 0
        elif value.startswith("sg-") or ipaddress.ip_network(value).version == version:
            count += 1
    return count


some_rules = rules_of(SESSIONS.group_id)


@given(some_rules, prefix_lists())
def test_usage_is_what_ec2_counts(rules: list[Rule], known: dict[str, PrefixList]) -> None:
    assert usage_of(rules, known) == Usage(counted(rules, known, 4), counted(rules, known, 6))


@given(some_rules, prefix_lists(), st.data())
def test_usage_adds_up(rules: list[Rule], known: dict[str, PrefixList], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rules)))
    first, second = usage_of(rules[:cut], known), usage_of(rules[cut:], known)
    assert Usage(first.ipv4 + second.ipv4, first.ipv6 + second.ipv6) == usage_of(rules, known)


@given(some_rules, prefix_lists(), st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter_for_usage(
    rules: list[Rule], known: dict[str, PrefixList], random: Random
) -> None:
    shuffled = random.sample(rules, len(rules))
    assert usage_of(shuffled, known) == usage_of(rules, known)


@given(some_rules, some_rules, prefix_lists())
def test_more_rules_never_count_for_less(rules: list[Rule], more: list[Rule], known: dict[str, PrefixList]) -> None:
    before, after = usage_of(rules, known), usage_of([*rules, *more], known)
    assert before.ipv4 <= after.ipv4 and before.ipv6 <= after.ipv6


def refuses_quota(plan: GroupPlan, rules: list[Rule], known: dict[str, PrefixList], limit: int) -> bool:
    try:
        check_quota(plan, rules, known, limit)
    except InvalidGrantError:
        return True
    return False


@given(either, prefix_lists(), st.data())
def test_a_group_is_too_full_exactly_when_additions_bring_a_family_over_the_limit(
    world: World, known: dict[str, PrefixList], data: st.DataObject
) -> None:
    for group in make_plan(world.targets, world.existing).groups:
        rules = world.existing[group.group.group_id]
        families = [(counted(rules, known, version), counted(list(group.adds), known, version)) for version in (4, 6)]
        # At and beside the limit is where it is decided.
        total = sum(data.draw(st.sampled_from(families)))
        limit = max(1, total + data.draw(st.integers(-2, 2)))
        is_too_full = any(comes > 0 and has + comes > limit for has, comes in families)
        assert refuses_quota(group, rules, known, limit) is is_too_full


@given(granting, prefix_lists(), st.integers(1, 100))
def test_a_plan_that_fits_fits_until_it_is_done(world: World, known: dict[str, PrefixList], limit: int) -> None:
    """No rule that is to go makes room beforehand: with all that is added, every family is within its limit."""
    for group in make_plan(world.targets, world.existing).groups:
        rules = world.existing[group.group.group_id]
        if group.adds and not refuses_quota(group, rules, known, limit):
            for version in (4, 6):
                if counted(list(group.adds), known, version):
                    assert counted([*rules, *group.adds], known, version) <= limit


def lets_in(each: Rule, ports: tuple[int, ...]) -> bool:
    protocol, first, last = each.key.protocol, each.key.from_port, each.key.to_port
    return protocol == "-1" or (protocol == "tcp" and any(first <= port <= last for port in ports))


def cuts_too_much(world: World, after: dict[str, list[Rule]]) -> bool:
    """Say whether a purge would remove all that lets anything reach a cache, or six or more that are most."""
    for wanted in world.targets:
        if wanted.purge == "none" or wanted.allow_large_purge:
            continue
        assert wanted.group is not None
        groups = [group.group_id for group in wanted.groups]
        let_in = [each for group_id in groups for each in world.existing[group_id] if lets_in(each, wanted.ports)]
        standing = {each.key for group_id in groups for each in after[group_id]}
        lost = [each for each in let_in if each.key not in standing]
        named = {
            key(each.source.value, str(port), wanted.group.group_id) for each in wanted.sources for port in wanted.ports
        }
        granted = named & (standing - {each.key for each in let_in})
        if lost and len(lost) == len(let_in) and not granted:
            return True
        if len(lost) >= 6 and len(lost) > len(let_in) / 2:
            return True
    return False


def is_stopped(plan: Plan, world: World) -> bool:
    try:
        check_brake(plan, world.existing)
    except InvalidGrantError:
        return True
    return False


def many_rules(count: int) -> World:
    rules = [rule(f"10.{number}.0.0/16", rule_id=f"sgr-{number}", tags=MANAGED) for number in range(count)]
    return World([target((rules[0].key.source.value, None), purge="managed")], {SESSIONS.group_id: rules})


# Few of the worlds are cut off.
@thorough(4)
@given(purging)
@example(many_rules(6))
@example(many_rules(7))
def test_the_brake_stops_exactly_the_purges_that_cut_a_cache_off_or_take_most_of_many_rules(world: World) -> None:
    plan = make_plan(world.targets, world.existing)
    assert is_stopped(plan, world) is cuts_too_much(world, applied(plan, world.existing))


@given(st.integers(0, 25), st.data())
def test_the_brake_counts_right_around_six_and_a_half(count: int, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, count))
    rules = [rule(f"10.{number}.0.0/16", rule_id=f"sgr-{number}", tags=MANAGED) for number in range(count)]
    wanted = target(*((each.key.source.value, None) for each in rules[:kept]), purge="managed")
    world = World([wanted], {SESSIONS.group_id: rules})
    lost = count - kept
    expected = lost > 0 and (kept == 0 or (lost >= 6 and 2 * lost > count))
    assert is_stopped(make_plan(world.targets, world.existing), world) is expected


def all_of_them_and_one_comes(count: int) -> World:
    world = many_rules(count)
    return World([target(("192.0.2.7/32", None), purge="managed")], world.existing)


@thorough(4)
@given(purging)
@example(all_of_them_and_one_comes(5))
@example(all_of_them_and_one_comes(9))
def test_a_purge_that_was_stopped_once_its_additions_were_made_passes_again(world: World) -> None:
    plan = make_plan(world.targets, world.existing)
    if is_stopped(plan, world):
        return
    halfway = {group_id: list(rules) for group_id, rules in world.existing.items()}
    for group in plan.groups:
        halfway[group.group.group_id] += [replace(each, rule_id=f"sgr-{each.key}") for each in group.adds]
    again = World(world.targets, halfway)
    assert not is_stopped(make_plan(again.targets, again.existing), again)


@given(worlds(st.booleans(), st.just("none")))
def test_without_a_purge_there_is_no_brake(world: World) -> None:
    assert not is_stopped(make_plan(world.targets, world.existing), world)


def test_the_lists_that_worlds_name_are_of_every_kind() -> None:
    assert {OFFICES.list_id, CLOUDFRONT.list_id} < set(LISTS)
