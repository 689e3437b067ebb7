# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._plan import (
    CachePlan,
    GroupPlan,
    Plan,
    make_plan,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target, Wish

from tests.unit.values import CARTS, JOBS, MANAGED, SESSIONS, WEB, group_plan, key, rule, target

WEB_ID, JOBS_ID = WEB.group_id, JOBS.group_id


def wish(admitted: str = WEB_ID, ports: str = "6379", description: str | None = None, is_present: bool = True) -> Wish:
    return Wish(key(admitted, ports), is_present, description)


@pytest.mark.parametrize(
    ("wanted", "existing", "expected"),
    [
        pytest.param(target(), [], group_plan(), id="nothing is wanted"),
        pytest.param(
            target((WEB_ID, "Web")),
            [],
            group_plan(
                wishes=(wish(description="Web"),),
                adds=(rule(rule_id="", description="Web", tags=MANAGED),),
            ),
            id="a rule that is missing is added with its description and our tag",
        ),
        pytest.param(
            target((WEB_ID, None)),
            [],
            group_plan(wishes=(wish(),), adds=(rule(rule_id="", tags=MANAGED),)),
            id="a rule that is missing is added without a description where none was given",
        ),
        pytest.param(
            target((WEB_ID, "Web"), ports=(6379, 6380)),
            [],
            group_plan(
                ports=(6379, 6380),
                wishes=(wish(description="Web"), wish(ports="6380", description="Web")),
                adds=(
                    rule(rule_id="", description="Web", tags=MANAGED),
                    rule(ports="6380", rule_id="", description="Web", tags=MANAGED),
                ),
            ),
            id="every port has a rule of its own",
        ),
        pytest.param(
            target((WEB_ID, None)),
            [rule(description="By hand")],
            group_plan(wishes=(wish(),), unchanged=(rule(description="By hand"),)),
            id="a foreign rule that does it stays foreign, with its description",
        ),
        pytest.param(
            target((WEB_ID, "Web")),
            [rule(description="Web")],
            group_plan(wishes=(wish(description="Web"),), unchanged=(rule(description="Web"),)),
            id="a rule with the wanted description stays as it is",
        ),
        pytest.param(
            target((WEB_ID, "Web")),
            [rule(description="By hand", tags=MANAGED)],
            group_plan(
                wishes=(wish(description="Web"),),
                updates=((rule(description="By hand", tags=MANAGED), rule(description="Web", tags=MANAGED)),),
            ),
            id="another description is edited in place",
        ),
        pytest.param(
            target((WEB_ID, "")),
            [rule(description="By hand")],
            group_plan(wishes=(wish(description=""),), updates=((rule(description="By hand"), rule()),)),
            id="an empty description takes one away",
        ),
        pytest.param(
            target((WEB_ID, None)),
            [
                rule("10.0.0.0/8", rule_id="sgr-2"),
                rule(JOBS_ID, rule_id="sgr-3", tags=MANAGED),
                rule(ports="all", rule_id="sgr-4"),
                rule(ports="6000-7000", rule_id="sgr-5"),
                rule(ports="22", rule_id="sgr-6"),
                rule(ports="udp/6379", rule_id="sgr-7"),
            ],
            group_plan(
                wishes=(wish(),),
                adds=(rule(rule_id="", tags=MANAGED),),
                others=(
                    rule(ports="all", rule_id="sgr-4"),
                    rule(ports="6000-7000", rule_id="sgr-5"),
                    rule("10.0.0.0/8", rule_id="sgr-2"),
                    rule(JOBS_ID, rule_id="sgr-3", tags=MANAGED),
                ),
            ),
            id="rules that nobody named stay; those for the same port are told of, wider ones too",
        ),
        pytest.param(
            target((WEB_ID, "Web"), is_present=False),
            [rule(description="By hand"), rule(JOBS_ID, rule_id="sgr-2"), rule(ports="all", rule_id="sgr-3")],
            group_plan(
                wishes=(wish(is_present=False),),
                removes=(rule(description="By hand"),),
                others=(rule(ports="all", rule_id="sgr-3"), rule(JOBS_ID, rule_id="sgr-2")),
            ),
            id="what is to be absent is removed, whoever made it and however it is described",
        ),
        pytest.param(
            target((WEB_ID, None), is_present=False),
            [rule(ports="6380")],
            group_plan(wishes=(wish(is_present=False),)),
            id="what is absent already needs nothing",
        ),
    ],
)
def test_the_plan_of_one_group(wanted: Target, existing: list[Rule], expected: GroupPlan) -> None:
    plan = make_plan([wanted], {SESSIONS.group_id: existing})
    assert plan.groups == (expected,)


@pytest.mark.parametrize(
    ("parts", "is_empty"),
    [
        pytest.param({"unchanged": (rule(),), "others": (rule(),)}, True, id="rules that stay"),
        pytest.param({"adds": (rule(),)}, False, id="a rule to add"),
        pytest.param({"updates": ((rule(), rule(description="x")),)}, False, id="a rule to update"),
        pytest.param({"removes": (rule(),)}, False, id="a rule to remove"),
    ],
)
def test_an_empty_plan_changes_nothing(parts: dict[str, Any], is_empty: bool) -> None:
    assert group_plan(**parts).is_empty is is_empty


def changes(plan: Plan) -> list[tuple[str, tuple[str, ...], int, int, int]]:
    """Per group: its name, the caches, and how many rules are added, updated and removed."""
    return [
        (group.group.name, group.caches, len(group.adds), len(group.updates), len(group.removes))
        for group in plan.groups
    ]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        pytest.param([], [], id="no grants, no groups"),
        pytest.param(
            [target((WEB_ID, None), groups=(SESSIONS, CARTS))],
            [("sessions", ("sessions",), 1, 0, 0)],
            id="new rules go to the chosen group alone",
        ),
        pytest.param(
            [target(("10.0.0.0/8", None), is_present=False, groups=(SESSIONS, CARTS))],
            [("sessions", ("sessions",), 0, 0, 1), ("carts", ("sessions",), 0, 0, 1)],
            id="rules to be gone are sought in every group",
        ),
        pytest.param(
            [target((WEB_ID, None), name="carts", groups=(CARTS,)), target((WEB_ID, None))],
            [("carts", ("carts",), 1, 0, 0), ("sessions", ("sessions",), 1, 0, 0)],
            id="groups stand in the order of the grants",
        ),
        pytest.param(
            [
                target((WEB_ID, None)),
                target((WEB_ID, None), (JOBS_ID, None), name="tokens"),
                target((WEB_ID, None)),
            ],
            [("sessions", ("sessions", "tokens"), 2, 0, 0)],
            id="caches that share a group share a plan, and a rule that both want is added once",
        ),
        pytest.param(
            [target((WEB_ID, None)), target((WEB_ID, None), name="tokens", ports=(6379, 7000))],
            [("sessions", ("sessions", "tokens"), 2, 0, 0)],
            id="caches that share a group keep their own ports",
        ),
        pytest.param(
            [
                target(("10.0.0.0/8", None), is_present=False),
                target(("10.0.0.0/8", None), is_present=False, name="tokens"),
            ],
            [("sessions", ("sessions", "tokens"), 0, 0, 1)],
            id="a rule that two caches want gone is removed once",
        ),
    ],
)
def test_the_plan_of_many_grants(
    targets: list[Target], expected: list[tuple[str, tuple[str, ...], int, int, int]]
) -> None:
    existing = {group.group_id: [rule("10.0.0.0/8", group=group.group_id)] for group in (SESSIONS, CARTS)}
    assert changes(make_plan(targets, existing)) == expected


@pytest.mark.parametrize(
    "descriptions",
    [
        pytest.param(("Web", None), id="the first gives it"),
        pytest.param((None, "Web"), id="the second gives it"),
        pytest.param(("Web", "Web"), id="both give it"),
    ],
)
def test_one_description_is_enough_for_a_rule_that_two_caches_want(descriptions: tuple[str | None, ...]) -> None:
    first, second = descriptions
    targets = [target((WEB_ID, first)), target((WEB_ID, second), name="tokens")]
    (added,) = make_plan(targets, {}).groups[0].adds
    assert added.description == "Web"
    (updated,) = make_plan(targets, {SESSIONS.group_id: [rule(description="By hand")]}).groups
    assert updated.updates == ((rule(description="By hand"), rule(description="Web")),)
    assert updated.unchanged == ()


def test_two_descriptions_of_one_rule_are_refused() -> None:
    targets = [target((WEB_ID, "Web")), target((WEB_ID, "Shop"), name="tokens")]
    with pytest.raises(InvalidGrantError) as caught:
        make_plan(targets, {})
    assert str(caught.value) == (
        "sources of several grants name sg-000000000000a0001 for one rule of security group sessions "
        "(sg-0000000000000c001), as 'Web' and as 'Shop'; one rule has one description: leave one out."
    )


ANY_TRAFFIC = rule("10.0.0.0/8", ports="all", rule_id="sgr-any")
WIDE_PORTS = rule(ports="6000-7000", rule_id="sgr-wide")
OFFICE = rule("10.20.0.0/16", rule_id="sgr-office")
CAMPUS = rule("10.0.0.0/8", rule_id="sgr-campus")
SSH = rule("10.0.0.0/8", ports="22", rule_id="sgr-ssh")


@pytest.mark.parametrize(
    ("wanted", "existing", "wider_rules", "still_allowed"),
    [
        pytest.param(target((WEB_ID, None)), [WIDE_PORTS, SSH], (WIDE_PORTS,), (), id="present reports wider rules"),
        pytest.param(
            target((WEB_ID, None), is_present=False),
            [rule(), WIDE_PORTS, ANY_TRAFFIC],
            (ANY_TRAFFIC, WIDE_PORTS),
            (WIDE_PORTS,),
            id="a range of ports still admits the group",
        ),
        pytest.param(
            target(("10.20.0.0/16", None), is_present=False),
            [SSH, CAMPUS, ANY_TRAFFIC, OFFICE],
            (ANY_TRAFFIC,),
            (ANY_TRAFFIC, CAMPUS),
            id="rules for a wider range of addresses still admit the office",
        ),
        pytest.param(
            target(("10.0.0.0/8", None), is_present=False),
            [OFFICE, CAMPUS],
            (),
            (),
            id="a rule for a part of the addresses does not admit them all",
        ),
        pytest.param(
            target(("10.20.0.0/16", None), is_present=False),
            [rule("2001:db8::/56"), rule(JOBS_ID)],
            (),
            (),
            id="rules for other sources admit nothing of it",
        ),
    ],
)
def test_what_a_plan_means_for_a_cache(
    wanted: Target, existing: list[Rule], wider_rules: tuple[Rule, ...], still_allowed: tuple[Rule, ...]
) -> None:
    admitted = wanted.sources[0].source.value
    plan = make_plan([wanted], {SESSIONS.group_id: existing})
    assert plan.caches == (CachePlan(wanted, frozenset({key(admitted)}), wider_rules, still_allowed),)


def test_a_cache_is_told_of_wider_rules_in_every_group_that_it_carries() -> None:
    wanted = target((WEB_ID, None), groups=(SESSIONS, CARTS))
    wide = rule(ports="all", group=CARTS.group_id)
    assert make_plan([wanted], {CARTS.group_id: [wide]}).caches[0].wider_rules == (wide,)


def test_a_rule_that_another_grant_removes_does_not_still_allow() -> None:
    targets = [
        target(("10.20.0.0/16", None), is_present=False),
        target(("10.0.0.0/8", None), is_present=False),
    ]
    plan = make_plan(targets, {SESSIONS.group_id: [OFFICE, CAMPUS]})
    assert plan.groups[0].removes == (CAMPUS, OFFICE)
    assert [cache_plan.still_allowed for cache_plan in plan.caches] == [(), ()]


def test_the_ports_of_a_shared_group_are_those_of_all_its_caches_in_order() -> None:
    targets = [target(ports=(11211,)), target(ports=(6379, 6380), name="tokens"), target(ports=(6379,), name="users")]
    assert make_plan(targets, {}).groups[0].ports == (6379, 6380, 11211)


def test_caches_stand_in_the_order_of_the_grants() -> None:
    targets = [target(name="zulu"), target(name="alpha", groups=(CARTS,)), target(name="zulu", ports=(6380,))]
    assert [cache_plan.target for cache_plan in make_plan(targets, {}).caches] == targets


OURS = rule("10.20.0.0/16", rule_id="sgr-ours", tags=MANAGED)
OURS_IN_CARTS = rule("10.20.0.0/16", group=CARTS.group_id, rule_id="sgr-carts", tags=MANAGED)
OTHER_PORT = rule("10.20.0.0/16", "6380", rule_id="sgr-6380", tags=MANAGED)


@pytest.mark.parametrize(
    ("purge", "removes", "others"),
    [
        pytest.param("none", (), (CAMPUS, OURS), id="nothing is purged"),
        pytest.param("managed", (OURS,), (CAMPUS,), id="rules of ours are"),
        pytest.param("all", (CAMPUS, OURS), (), id="rules of somebody else are as well"),
    ],
)
def test_the_plan_of_a_purge(purge: str, removes: tuple[Rule, ...], others: tuple[Rule, ...]) -> None:
    plan = make_plan([target((WEB_ID, None), purge=purge)], {SESSIONS.group_id: [OURS, CAMPUS]})
    (group,) = plan.groups
    assert group.adds == (rule(rule_id="", tags=MANAGED),)
    assert (group.removes, group.others) == (removes, others)
    assert plan.caches[0].keys == {key(), *(rule.key for rule in removes)}


def test_a_purge_is_about_every_group_that_the_cache_carries() -> None:
    wanted = target((WEB_ID, None), groups=(SESSIONS, CARTS), purge="managed")
    plan = make_plan([wanted], {SESSIONS.group_id: [OURS], CARTS.group_id: [OURS_IN_CARTS]})
    assert changes(plan) == [("sessions", ("sessions",), 1, 0, 1), ("carts", ("sessions",), 0, 0, 1)]
    assert plan.caches[0].keys == {key(), OURS.key, OURS_IN_CARTS.key}


def test_a_rule_that_is_named_is_left_in_every_group_and_not_added_to_all() -> None:
    wanted = target(("10.20.0.0/16", None), groups=(SESSIONS, CARTS), purge="all")
    plan = make_plan([wanted], {CARTS.group_id: [OURS_IN_CARTS]})
    assert changes(plan) == [("sessions", ("sessions",), 1, 0, 0), ("carts", ("sessions",), 0, 0, 0)]


def test_a_cache_is_not_told_of_what_is_purged_on_ports_of_another_cache_of_its_group() -> None:
    targets = [target(purge="managed"), target(name="tokens", ports=(6380,), purge="managed")]
    plan = make_plan(targets, {SESSIONS.group_id: [OURS, OTHER_PORT]})
    assert [cache_plan.keys for cache_plan in plan.caches] == [{OURS.key}, {OTHER_PORT.key}]


def test_tags_that_a_rule_of_ours_lacks_are_an_update_and_those_of_somebody_elses_rule_are_nobodys_business() -> None:
    wanted = target(("10.20.0.0/16", None), (WEB_ID, None), tags=(("team", "shop"),))
    (group,) = make_plan([wanted], {SESSIONS.group_id: [OURS, rule()]}).groups
    assert group.updates == ((OURS, replace(OURS, tags=(*MANAGED, ("team", "shop")))),)
    assert group.unchanged == (rule(),)


# Grants that give and grants that take, in one task


def test_one_task_can_grant_and_revoke_on_one_group() -> None:
    office = rule("10.20.0.0/16", rule_id="sgr-office")
    give, take = target((WEB.group_id, None)), target(("10.20.0.0/16", None), is_present=False)
    plan = make_plan([give, take], {SESSIONS.group_id: [office]})
    [group] = plan.groups
    assert ([each.key for each in group.adds], group.removes) == ([key(WEB.group_id)], (office,))
    assert [plan_of.keys for plan_of in plan.caches] == [{key(WEB.group_id)}, {key("10.20.0.0/16")}]


@pytest.mark.parametrize("is_present", [True, False], ids=["granted first", "revoked first"])
def test_what_one_grant_gives_and_another_takes_is_refused(is_present: bool) -> None:
    targets = [target((WEB.group_id, None), is_present=each) for each in (is_present, not is_present)]
    with pytest.raises(InvalidGrantError) as caught:
        make_plan(targets, {SESSIONS.group_id: []})
    assert str(caught.value) == (
        f"sources of several grants name {WEB.group_id} for one rule of security group {SESSIONS}, "
        "with state present and with state absent; leave one out."
    )


def test_a_grant_that_takes_has_no_say_in_a_purge() -> None:
    stale = rule("10.9.0.0/16", rule_id="sgr-stale", tags=MANAGED)
    office = rule("10.20.0.0/16", rule_id="sgr-office", tags=MANAGED)
    give = target((WEB.group_id, None), purge="managed")
    take = target(("10.20.0.0/16", None), name="queue", is_present=False)
    for targets in ([give, take], [take, give]):
        [group] = make_plan(targets, {SESSIONS.group_id: [stale, office]}).groups
        assert set(group.removes) == {stale, office}


def test_what_another_grant_adds_can_still_admit_what_was_revoked() -> None:
    give, take = target(("10.0.0.0/8", None)), target(("10.20.0.0/16", None), is_present=False)
    plan = make_plan([give, take], {SESSIONS.group_id: [rule("10.20.0.0/16")]})
    assert [each.key for each in plan.caches[1].still_allowed] == [key("10.0.0.0/8")]
    assert plan.caches[0].still_allowed == ()
