# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Twice as much to plan and to check takes at most twice the steps. A clock would tell more of the machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._plan import make_plan
from ansible_collections.elasticache.access.plugins.module_utils._purge import check_brake
from ansible_collections.elasticache.access.plugins.module_utils._quota import check_quota
from ansible_collections.elasticache.access.plugins.module_utils._sharing import (
    check_sharing,
    groups_not_to_share,
)
from ansible_collections.elasticache.access.plugins.module_utils._source_egress import Outbound
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

from tests.unit.values import MANAGED, VPC, cache, outbound, rule, target

Groups = tuple[SecurityGroup, ...]


def group(number: int) -> SecurityGroup:
    return SecurityGroup(f"sg-{number}", f"group-{number}", VPC)


def own_group(number: int) -> Groups:
    return (group(number),)


def one_for_all(_number: int) -> Groups:
    return (group(0),)


def own_group_and_one_for_all(number: int) -> Groups:
    return (group(number + 1), group(0))


def five_groups(number: int) -> Groups:
    return tuple(group(5 * number + each) for each in range(5))


def named(number: int) -> str:
    """By turns a group, an IPv4 range and an IPv6 range."""
    return (f"sg-a{number}", f"10.{number}.0.0/16", f"2001:db8:{number:x}::/48")[number % 3]


def counted(work: Callable[[], object]) -> int:
    """How many functions are called in doing this."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    # Hypothesis has the garbage collector call it.
    gc.disable()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


def steps(targets: list[Target], rules: int) -> int:
    """How many functions are called to plan and check this, where each group has so many rules and is in full use."""
    groups = {each.group_id: each for wanted in targets for each in wanted.groups}
    existing = {
        group_id: [
            rule(named(number), group=group_id, rule_id=f"sgr-{number}", tags=MANAGED) for number in range(rules)
        ]
        for group_id in groups
    }
    caches = [wanted.cache for wanted in targets]
    carriers = [Carrier(f"eni-{each.name}", each.group_ids, "", False, True, "subnet-1", "") for each in caches]

    def plan_and_check() -> None:
        plan = make_plan(targets, existing)
        check_brake(plan, existing)
        for each in plan.groups:
            check_quota(each, existing[each.group.group_id], {}, 1000)
        check_sharing(groups_not_to_share(plan).values(), targets, caches, carriers)

    return counted(plan_and_check)


def fleet(caches: int, sources: range, groups_of: Callable[[int], Groups], **options: Any) -> list[Target]:
    made = []
    for number in range(caches):
        groups = groups_of(number)
        plain = target(*((named(each), None) for each in sources), groups=groups, **options)
        endpoints = cache(f"cache-{number}", *groups, kind="serverless", subnet_ids=("subnet-1",))
        made.append(replace(plain, cache=endpoints))
    return made


SHAPES = [
    pytest.param({}, id="present"),
    pytest.param({"is_present": False}, id="absent"),
    pytest.param({"purge": "managed"}, id="purge"),
]


@pytest.mark.parametrize("groups_of", [own_group, one_for_all, own_group_and_one_for_all, five_groups])
@pytest.mark.parametrize("options", SHAPES)
def test_caches(options: dict[str, Any], groups_of: Callable[[int], Groups]) -> None:
    # Of the sources some stand, some are new; of the rules some are to go.
    few, many = (steps(fleet(caches, range(4, 16), groups_of, **options), rules=12) for caches in (20, 40))
    assert many <= 2 * few


@pytest.mark.parametrize("options", SHAPES)
def test_rules_and_sources(options: dict[str, Any]) -> None:
    few, many = (
        steps(fleet(2, range(size // 3, size + size // 3), own_group, **options), rules=size) for size in (60, 120)
    )
    assert many <= 2 * few


def mirrored(caches: int, rules: int) -> int:
    """How many functions are called to plan grants of the same sources to this many caches, on both sides."""
    wanted = fleet(caches, range(0, 30, 3), own_group, source_egress=True)
    groups = {source.source.value: SecurityGroup(source.source.value, "", VPC) for source in wanted[0].sources}
    out = {
        group_id: [outbound(f"10.{number}.0.0/16", group=group_id) for number in range(rules)] for group_id in groups
    }
    return counted(lambda: make_plan(wanted, {}, Outbound(groups, out)))


def test_the_side_of_the_sources() -> None:
    assert mirrored(40, 60) <= 2 * mirrored(20, 60)
    # Twice the rules are not twice the work again for every cache.
    assert mirrored(40, 120) - mirrored(40, 60) <= 1.1 * (mirrored(20, 120) - mirrored(20, 60))
