# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._readiness import (
    check_modifiable,
    check_not_deleting,
    is_settled,
    state_warnings,
)

from tests.unit.values import CARTS, GROUPS, SESSIONS, cache, missing

SERVING = ["available", "modifying", "snapshotting", "rebooting cluster nodes"]
WAITING = ["creating", "create-failed", "incompatible-network", "incompatible-parameters", "restore-failed"]


@pytest.mark.parametrize("status", ["deleting", "deleted"])
def test_a_cache_that_is_going_away_is_refused(status: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check_not_deleting(cache(status=status))
    assert str(caught.value) == (f"cache 'sessions' is {status}; take it out of the task, or create it again first.")


@pytest.mark.parametrize("status", [*SERVING, *WAITING])
def test_any_other_cache_is_not(status: str) -> None:
    check_not_deleting(cache(status=status))


@pytest.mark.parametrize("status", SERVING)
def test_nothing_is_said_of_a_cache_that_serves(status: str) -> None:
    assert list(state_warnings(cache("sessions", SESSIONS, CARTS, status=status), GROUPS)) == []


@pytest.mark.parametrize("status", WAITING)
def test_a_cache_that_serves_nobody_is_told_of(status: str) -> None:
    (said,) = state_warnings(cache("sessions", SESSIONS, status=status), GROUPS)
    assert missing([f"'sessions' is {status}", "nothing can connect"], said) == []


@pytest.mark.parametrize("status", ["adding", "removing"])
def test_a_group_that_is_not_in_force_is_told_of(status: str) -> None:
    memberships = (Membership(SESSIONS.group_id, "active"), Membership(CARTS.group_id, status))
    (said,) = state_warnings(cache(security_groups=memberships), GROUPS)
    assert missing([f"{CARTS} is {status} on cache 'sessions'"], said) == []


@pytest.mark.parametrize(
    ("member_groups", "words"),
    [
        pytest.param((("s-001", (SESSIONS.group_id,)), ("s-002", (SESSIONS.group_id,))), None, id="the same"),
        pytest.param(
            (("s-001", (SESSIONS.group_id, CARTS.group_id)), ("s-002", ())),
            [f"s-001 carries {SESSIONS}, {CARTS}", "s-002 carries none"],
            id="none on one",
        ),
    ],
)
def test_members_that_differ_are_told_of(member_groups: Any, words: list[str] | None) -> None:
    said = list(state_warnings(cache("sessions", SESSIONS, CARTS, member_groups=member_groups), GROUPS))
    assert len(said) == (words is not None)
    assert missing(words or [], "".join(said)) == []


@pytest.mark.parametrize(
    ("status", "is_waited_for", "ways_out"),
    [
        pytest.param("available", False, None, id="available"),
        pytest.param("creating", True, "set wait to true", id="being created"),
        pytest.param("modifying", True, "set wait to true", id="being changed"),
        pytest.param("snapshotting", True, "set wait to true", id="being saved"),
        pytest.param("incompatible-network", False, "take it out of the task", id="broken for good"),
    ],
)
def test_whether_a_cache_can_be_changed(status: str, is_waited_for: bool, ways_out: str | None) -> None:
    then = cache("sessions", SESSIONS, status=status)
    assert is_settled(then) is not is_waited_for
    for can_be_busy in (True, False):
        if ways_out is None or (can_be_busy and is_waited_for):
            check_modifiable(then, can_be_busy)
            continue
        with pytest.raises(InvalidGrantError) as refused:
            check_modifiable(then, can_be_busy)
        assert not missing([f"'sessions' is {status}", ways_out], refused.value)
