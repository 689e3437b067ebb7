# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is known to be done, and what a look at the rules that stand tells of calls without an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._done import UNSEEN, Done
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

from tests.unit.values import MANAGED, rule

LOST = AwsError("No answer.", may_be_done=True)
REFUSED = AwsError("Refused.")
NEW = rule("10.1.0.0/16", tags=MANAGED, description="Web")
OLD = rule("10.2.0.0/16", rule_id="sgr-old", tags=MANAGED)


def tried(done: Done, error: AwsError, adds: list[Rule], updates: list[tuple[Rule, Rule]], removes: list[Rule]) -> None:
    with pytest.raises(AwsError), done.attempt(adds, updates, removes):
        raise error


def test_a_call_that_was_refused_did_nothing() -> None:
    done = Done()
    tried(done, REFUSED, [NEW], [(OLD, replace(OLD, description="x"))], [OLD])
    assert (done.is_unsure, done.explained("It failed.")) == (False, "It failed.")
    assert done.look_again(lambda: pytest.fail("there is nothing to look for")) is None


def test_what_stands_as_it_was_asked_for_was_added() -> None:
    done = Done()
    tried(done, LOST, [NEW], [], [])
    assert (done.is_unsure, done.explained("It failed.")) == (True, f"It failed.{UNSEEN}")
    standing = [replace(NEW, rule_id="sgr-new")]
    assert done.look_again(lambda: standing) == standing
    assert (done.added, done.is_unsure) == ({NEW.key: standing[0]}, False)


def test_what_somebody_else_made_meanwhile_is_none_of_ours() -> None:
    done = Done()
    tried(done, LOST, [NEW], [], [])
    done.settle([replace(NEW, rule_id="sgr-theirs", tags=())])
    assert (done.added, done.is_unsure) == ({}, False)


def test_what_does_not_show_stays_unsure() -> None:
    done = Done()
    tried(done, LOST, [NEW], [(OLD, replace(OLD, description="x"))], [OLD])
    done.settle([OLD])
    assert (done.added, done.updated, done.removed, done.is_unsure) == ({}, {}, [], True)


def test_what_differs_was_updated_and_what_is_gone_was_removed() -> None:
    done = Done()
    other = rule("10.3.0.0/16", rule_id="sgr-other")
    edited = replace(OLD, description="x")
    tried(done, LOST, [], [(OLD, edited)], [other])
    done.settle([edited])
    assert (done.updated, done.removed, done.is_unsure) == ({OLD.key: edited}, [other], False)


def test_a_rule_that_was_to_be_edited_and_is_gone_tells_nothing() -> None:
    done = Done()
    tried(done, LOST, [], [(OLD, replace(OLD, description="x"))], [])
    done.settle([])
    assert (done.updated, done.is_unsure) == ({}, True)


def test_a_second_attempt_that_succeeds_settles_the_first() -> None:
    done = Done()
    pairs = [(OLD, replace(OLD, description="x"))]
    tried(done, LOST, [NEW], pairs, [])
    with done.attempt([NEW], pairs):
        pass
    assert not done.is_unsure


def test_where_nobody_may_look_it_stays_unsure() -> None:
    done = Done()
    tried(done, LOST, [NEW], [], [])

    def refuse() -> list[Rule]:
        raise REFUSED

    looking: Callable[[], list[Rule]] = refuse
    assert done.look_again(looking) is None
    assert done.is_unsure
