# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which groups a cache is to carry, and what of that is not in force yet."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._assignments import Assignment
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Membership
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import (
    MembershipPlan,
    not_in_force,
    plan_membership,
)
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import read_own_group
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import CARTS, GROUPS, JOBS, PEER_VPC, SESSIONS, VPC, WEB, cache, missing

FAR = SecurityGroup("sg-0000000000000f001", "far", PEER_VPC)


def assignment(*groups: str, **options: Any) -> Assignment:
    """What a task asks for, present unless it says otherwise."""
    references = tuple(read_own_group(each, "security_groups") for each in groups)
    return Assignment(
        **{"cache": CacheReference("sessions", "sessions"), "groups": references, "is_present": True, **options}
    )


def plan(wanted: Assignment, now: Cache | None = None, limit: int = 5) -> MembershipPlan:
    """The plan for a cache that carries one group."""
    now = cache("sessions", SESSIONS, vpc_id=VPC) if now is None else now
    return plan_membership(wanted, now, {**GROUPS, FAR.group_id: FAR}, lambda _vpc_id: [WEB.name, JOBS.name], limit)


@pytest.mark.parametrize(
    ("wanted", "after"),
    [
        pytest.param(assignment("carts"), [SESSIONS, CARTS], id="attached beside what is there"),
        pytest.param(assignment(CARTS.group_id, "carts"), [SESSIONS, CARTS], id="named twice"),
        pytest.param(assignment("sessions"), [SESSIONS], id="there already"),
        pytest.param(assignment(), [SESSIONS], id="nothing asked for"),
        pytest.param(assignment("carts", is_purging=True), [CARTS], id="in place of what is there"),
        pytest.param(assignment("carts", "sessions", is_purging=True), [SESSIONS, CARTS], id="these and no others"),
        pytest.param(assignment("carts", is_present=False), [SESSIONS], id="detached where it was not"),
        pytest.param(assignment("nowhere", is_present=False), [SESSIONS], id="detached where there is no such group"),
        pytest.param(assignment("far", is_present=False), [SESSIONS], id="detached where it cannot be"),
    ],
)
def test_what_is_carried_afterwards(wanted: Assignment, after: list[SecurityGroup]) -> None:
    made = plan(wanted)
    assert list(made.after) == after
    assert made.group_ids == tuple(group.group_id for group in after)
    assert list(made.added) == [group for group in after if group != SESSIONS]
    assert list(made.removed) == [group for group in [SESSIONS] if group not in after]
    assert made.needs_change is (after != [SESSIONS])


HIDDEN = SecurityGroup("sg-0000000000000eeee", "not shown", VPC)


@pytest.mark.parametrize(
    ("wanted", "after"),
    [
        pytest.param(assignment("carts"), (SESSIONS, HIDDEN, CARTS), id="it stays on the list"),
        pytest.param(assignment("sessions", is_purging=True), (SESSIONS,), id="unless no others are to stay"),
        pytest.param(assignment(HIDDEN.group_id), (SESSIONS, HIDDEN), id="it can be named by its id"),
        pytest.param(assignment(HIDDEN.group_id, is_purging=True), (HIDDEN,), id="as the one that stays"),
        pytest.param(assignment(HIDDEN.group_id, is_present=False), (SESSIONS,), id="and as the one that goes"),
        pytest.param(assignment("not shown", is_present=False), (SESSIONS, HIDDEN), id="and not by what it is called"),
    ],
)
def test_a_group_that_is_not_shown(wanted: Assignment, after: tuple[SecurityGroup, ...]) -> None:
    assert plan(wanted, cache("sessions", SESSIONS, HIDDEN, vpc_id=VPC)).after == after


@pytest.mark.parametrize(
    ("wanted", "limit", "words"),
    [
        pytest.param(assignment("app-wed"), 5, ["'app-wed'", VPC, "'sessions'", "Did you mean app-web?"], id="a slip"),
        pytest.param(assignment("sg-0000000000000ffff"), 5, ["'sg-0000000000000ffff'", "check the id"], id="no group"),
        pytest.param(assignment("far"), 5, ["'far'", f"{PEER_VPC} (as {FAR.group_id})", VPC], id="another VPC"),
        pytest.param(assignment(FAR.group_id), 5, [FAR.group_id, PEER_VPC, VPC], id="another VPC, by id"),
        pytest.param(assignment(is_purging=True), 5, ["'sessions'", "without a security group", "purge"], id="none"),
        pytest.param(
            assignment("sessions", is_present=False), 5, ["without a security group"], id="the last one detached"
        ),
        pytest.param(
            assignment("carts", "app-web"),
            2,
            ["'sessions'", "would carry 3", "carries 2", str(CARTS), "security_groups_per_interface"],
            id="too many",
        ),
    ],
)
def test_what_cannot_be_had(wanted: Assignment, limit: int, words: list[str]) -> None:
    with pytest.raises(InvalidGrantError) as refused:
        plan(wanted, limit=limit)
    assert not missing(words, refused.value)


def test_a_cache_that_does_not_tell_its_vpc_has_no_groups_to_look_for() -> None:
    """A replication group without nodes. Where nothing is asked for, nothing is wrong."""
    now = cache(kind="replication_group", status="creating")
    with pytest.raises(InvalidGrantError) as refused:
        plan(assignment("carts"), now)
    assert str(refused.value) == (
        "cache 'sessions' is creating, and ElastiCache does not tell its VPC, where its groups stand; run again when "
        "it is available."
    )
    made = plan(assignment(), now)
    assert (made.after, made.needs_change) == ((), False)


def test_too_many_that_are_there_already_are_no_fault_of_the_task() -> None:
    now = cache("sessions", SESSIONS, CARTS, WEB, vpc_id=VPC)
    assert plan(assignment("carts", is_present=False), now, limit=1).after == (SESSIONS, WEB)


def members(*carried: tuple[str, ...], **facts: Any) -> Cache:
    """A replication group whose nodes carry these groups."""
    groups = tuple((f"sessions-{number:03}", each) for number, each in enumerate(carried, 1))
    every = tuple(Membership(each, "active") for each in sorted({one for each in carried for one in each}))
    return cache("sessions", kind="replication_group", vpc_id=VPC, security_groups=every, member_groups=groups, **facts)


ONE, BOTH = (SESSIONS.group_id,), (SESSIONS.group_id, CARTS.group_id)


def unsettled(*those: tuple[int, str, str]) -> tuple[tuple[tuple[str, str], str], ...]:
    return tuple(((f"sessions-{number:03}", group_id), status) for number, group_id, status in those)


GOING = [
    pytest.param(
        cache(
            security_groups=(Membership(SESSIONS.group_id, "active"), Membership(CARTS.group_id, "removing")),
            vpc_id=VPC,
        ),
        id="from a cluster",
    ),
    pytest.param(
        members(BOTH, BOTH, unsettled=unsettled((1, CARTS.group_id, "removing"), (2, CARTS.group_id, "removing"))),
        id="from every node",
    ),
    pytest.param(
        members(ONE, BOTH, unsettled=unsettled((2, CARTS.group_id, "removing"))), id="from the last node that has it"
    ),
]


@pytest.mark.parametrize("now", GOING)
def test_what_is_being_detached_already_is_not_detached_once_more(now: Cache) -> None:
    for wanted in (assignment("carts", is_present=False), assignment("sessions"), assignment()):
        made = plan(wanted, now)
        assert (made.before, made.after, made.needs_change) == ((SESSIONS,), (SESSIONS,), False)
        assert "removing" in not_in_force(made, now)


@pytest.mark.parametrize("now", GOING)
def test_what_is_being_detached_is_attached_again_where_it_is_to_be_there(now: Cache) -> None:
    made = plan(assignment("carts"), now)
    assert (made.added, made.removed, made.needs_change) == ((CARTS,), (), True)


def test_what_one_node_loses_and_another_keeps_is_still_there() -> None:
    now = members(BOTH, BOTH, unsettled=unsettled((2, CARTS.group_id, "removing")))
    assert plan(assignment("carts"), now).needs_change
    made = plan(assignment("carts", is_present=False), now)
    assert (made.removed, made.needs_change) == ((CARTS,), True)


def test_what_is_being_attached_is_not_attached_once_more() -> None:
    now = members(BOTH, BOTH, unsettled=unsettled((1, CARTS.group_id, "adding")))
    made = plan(assignment("carts"), now)
    assert (made.added, made.needs_change) == ((), False)
    assert not_in_force(made, now) == f"{CARTS.group_id} is adding on sessions-001"


def test_nodes_that_differ_are_made_alike() -> None:
    assert plan(assignment("sessions", "carts"), members(BOTH, ONE)).needs_change
    assert not plan(assignment("sessions", "carts"), members(BOTH, BOTH)).needs_change


@pytest.mark.parametrize(
    ("then", "left"),
    [
        pytest.param(cache("sessions", SESSIONS, CARTS), "", id="everything"),
        pytest.param(cache("sessions", SESSIONS), f"it carries {SESSIONS.group_id}", id="not yet"),
        pytest.param(cache("sessions"), "it carries no group", id="nothing told"),
        pytest.param(
            cache("sessions", security_groups=tuple(Membership(each, "adding") for each in BOTH)),
            f"{SESSIONS.group_id} is adding, {CARTS.group_id} is adding",
            id="on its way",
        ),
        pytest.param(members(BOTH, BOTH), "", id="every node"),
        pytest.param(members(BOTH, ONE), f"sessions-002 carries {SESSIONS.group_id}", id="one node of two"),
        pytest.param(
            members(BOTH, BOTH, unsettled=((("sessions-002", CARTS.group_id), "adding"),)),
            f"{CARTS.group_id} is adding on sessions-002",
            id="on its way at one node",
        ),
        pytest.param(
            cache("sessions", SESSIONS, CARTS, kind="serverless", status="modifying"),
            "it is modifying",
            id="serverless",
        ),
        pytest.param(cache("sessions", SESSIONS, CARTS, kind="serverless"), "", id="serverless, done"),
        pytest.param(
            cache("sessions", SESSIONS, CARTS, kind="serverless", status="create-failed"),
            "",
            id="serverless, in a state that never passes",
        ),
        pytest.param(cache("sessions", SESSIONS, CARTS, status="modifying"), "", id="busy with something else"),
    ],
)
def test_what_is_not_in_force_yet(then: Cache, left: str) -> None:
    assert not_in_force(plan(assignment("carts")), then) == left


@given(
    carried=st.sets(st.sampled_from(list(GROUPS.values())), min_size=1),
    named=st.lists(st.sampled_from(list(GROUPS.values())), max_size=4),
    is_present=st.booleans(),
    is_purging=st.booleans(),
)
def test_properties_of_a_plan(
    carried: set[SecurityGroup], named: list[SecurityGroup], is_present: bool, is_purging: bool
) -> None:
    """What is asked for holds, nothing else changes, a group is always left, and then nothing is left to do."""
    wanted = assignment(*(group.name for group in named), is_present=is_present, is_purging=is_present and is_purging)
    now = cache("sessions", *sorted(carried), vpc_id=VPC)
    expected = carried | set(named) if is_present else carried - set(named)
    if is_present and is_purging:
        expected = set(named)
    if not expected:
        with pytest.raises(InvalidGrantError):
            plan(wanted, now)
        return
    made = plan(wanted, now)
    assert set(made.after) == expected
    assert len(made.after) == len(expected)
    assert set(made.added) == expected - carried
    assert set(made.removed) == carried - expected
    then = cache("sessions", *sorted(made.after), vpc_id=VPC)
    assert not plan(wanted, then).needs_change
    assert not not_in_force(made, then)


statuses = st.sampled_from(["active", "active", "adding", "removing"])
nodes = st.dictionaries(st.sampled_from(sorted(GROUPS)), statuses, min_size=1)


@given(
    carried=st.lists(nodes, min_size=1, max_size=3),
    named=st.lists(st.sampled_from(list(GROUPS.values())), min_size=1, max_size=3),
    is_present=st.booleans(),
    is_purging=st.booleans(),
)
def test_properties_of_a_plan_for_nodes_that_change(
    carried: list[dict[str, str]], named: list[SecurityGroup], is_present: bool, is_purging: bool
) -> None:
    """Whatever state the nodes are in: once told to ElastiCache and in force everywhere, nothing is left to do."""
    wanted = assignment(*(group.group_id for group in named), is_present=is_present, is_purging=is_purging)
    told = [(number, group_id, status) for number, each in enumerate(carried, 1) for group_id, status in each.items()]
    now = members(
        *(tuple(sorted(each)) for each in carried), unsettled=unsettled(*(one for one in told if one[2] != "active"))
    )
    staying = {group_id for each in carried for group_id, status in each.items() if status != "removing"}
    ids = {group.group_id for group in named}
    expected = staying - ids if not is_present else ids if is_purging else staying | ids
    if staying and not expected:
        with pytest.raises(InvalidGrantError, match="would be left without a security group"):
            plan(wanted, now)
        return
    made = plan(wanted, now)
    assert set(made.group_ids) == expected
    assert len(made.group_ids) == len(expected)
    then = members(*[tuple(sorted(expected))] * len(carried))
    assert not not_in_force(made, then)
    again = plan(wanted, then)
    assert (again.needs_change, again.added, again.removed) == (False, (), ())
    # Nobody is told of a change that is none, and none is left out that is one.
    as_they_will_be = [
        {group_id for group_id, status in each.items() if status != "removing"} == expected for each in carried
    ]
    assert made.needs_change is not all(as_they_will_be)
