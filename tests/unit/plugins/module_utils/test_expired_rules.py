# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import (
    Batch,
    Deadline,
    EndingRules,
    batches_of,
    ending_rules,
    was_renewed,
)
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._times import time_text
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import CARTS, MANAGED, NOW, SESSIONS, outbound, rule

HOUR = timedelta(hours=1)
AT_ONCE = Deadline(NOW, timedelta())


def ending(text: str | None, number: int = 1, is_managed: bool = True, group: str = SESSIONS.group_id) -> Rule:
    tags = (*((EXPIRES_AT, text) for _once in [0] if text is not None), *(MANAGED if is_managed else ()))
    return rule(f"10.{number}.0.0/16", rule_id=f"sgr-{number}", tags=tags, group=group)


def test_what_has_ended_what_will_and_what_cannot_be_told() -> None:
    past, late, earlier = (
        ending("2026-01-31T18:00:00Z", 1),
        ending("2026-01-31T18:00:01Z", 2),
        ending("2025-01-31 12:00Z", 3),
    )
    garbage, lasting, theirs = ending("soon", 4), ending(None, 5), ending("2026-01-31T18:00:00Z", 6, is_managed=False)
    elsewhere = ending("2026-01-31T20:00:00+01:00", 7)
    found = ending_rules([past, elsewhere, late, earlier, garbage, lasting, theirs], AT_ONCE)
    assert found == EndingRules((earlier, past), (late, elsewhere), (garbage,))


ends = st.one_of(
    st.none(),
    st.sampled_from(["soon", "", "2026-01-31T18:00:00"]),
    st.integers(-3 * 86400, 3 * 86400).map(lambda seconds: time_text(NOW + timedelta(seconds=seconds))),
)


@given(st.lists(st.tuples(ends, st.booleans()), max_size=20), st.integers(0, 48), st.integers(-48, 48))
def test_every_rule_of_ours_with_an_end_is_in_one_list_and_no_other_rule_is(
    made: list[tuple[str | None, bool]], grace: int, hours: int
) -> None:
    """And with a later clock, or less grace, what had ended still has."""
    rules = [ending(text, number, is_managed) for number, (text, is_managed) in enumerate(made)]
    deadline = Deadline(NOW + hours * HOUR, grace * HOUR)
    found = ending_rules(rules, deadline)
    listed = [*found.expired, *found.pending, *found.unreadable]
    wanted = [each for each, (text, is_managed) in zip(rules, made, strict=True) if is_managed and text is not None]
    assert sorted(each.rule_id for each in listed) == sorted(each.rule_id for each in wanted)
    for each in found.expired:
        end = datetime.strptime(dict(each.tags)[EXPIRES_AT], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert end + grace * HOUR <= NOW + hours * HOUR
    later = ending_rules(rules, Deadline(deadline.now + HOUR, deadline.grace))
    assert set(found.expired) <= set(later.expired)
    assert later.unreadable == found.unreadable


@pytest.mark.parametrize(("grace", "count"), [(timedelta(), 1), (HOUR, 1), (HOUR + timedelta(seconds=1), 0)])
def test_grace_is_over_at_the_very_time(grace: timedelta, count: int) -> None:
    found = ending_rules([ending("2026-01-31T17:00:00Z")], Deadline(NOW, grace))
    assert (len(found.expired), len(found.pending)) == (count, 1 - count)


def test_a_batch_is_of_one_group_and_direction() -> None:
    one, other = ending("", 1), ending("", 2, group=CARTS.group_id)
    out, more = outbound(group=SESSIONS.group_id), ending("", 3)
    assert batches_of([one, other, out, more]) == [
        Batch(SESSIONS.group_id, False, (one, more)),
        Batch(CARTS.group_id, False, (other,)),
        Batch(SESSIONS.group_id, True, (out,)),
    ]


READ = "Web [until 2026-01-31T18:00:00Z]"


@pytest.mark.parametrize(
    ("read", "gone", "is_renewed"),
    [
        pytest.param(READ, READ, False, id="as it was read"),
        pytest.param(READ, "Web [until 2026-01-31T18:00:01Z]", True, id="a later end"),
        pytest.param(READ, "Web [until 2026-01-31T17:00:00Z]", False, id="another end that has passed as well"),
        pytest.param(READ, "Web", True, id="no end any more"),
        pytest.param(READ, "Web [reason: why]", True, id="no end, and a reason"),
        pytest.param(READ, "New [until 2026-01-31T18:00:00Z]", False, id="another description and the same end"),
        pytest.param("By hand", "By foot", False, id="where no end was echoed, another description says nothing"),
        pytest.param("By hand", "By hand [until 2027-01-31T18:00:00Z]", True, id="but an end does"),
        pytest.param(
            "Web [until 2027-01-31T18:00:00Z]",
            "Web [until 2027-01-31T18:00:00Z]",
            False,
            id="an end that was brought forward by its tag alone",
        ),
    ],
)
def test_was_renewed(read: str, gone: str, is_renewed: bool) -> None:
    before = replace(ending("2026-01-31T18:00:00Z"), description=read)
    assert was_renewed(before, gone, AT_ONCE) is is_renewed
