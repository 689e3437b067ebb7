# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BLOCKED,
    CACHE_STATE,
    HOPS,
    OK,
    PARTIAL,
    UNKNOWN,
    Step,
    best,
    in_a_row,
    side_by_side,
    whichever,
)

EVERY = (OK, PARTIAL, UNKNOWN, BLOCKED)


def test_the_hops_are_numbered_in_order_and_named_once() -> None:
    assert [hop.number for hop in HOPS] == list(range(1, 13))
    assert len({hop.name for hop in HOPS}) == len({hop.title for hop in HOPS}) == 12


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], OK),
        ([OK, OK], OK),
        ([OK, PARTIAL], PARTIAL),
        ([PARTIAL, UNKNOWN, OK], UNKNOWN),
        ([OK, UNKNOWN, BLOCKED, PARTIAL], BLOCKED),
    ],
)
def test_what_has_to_pass_everything(verdicts: list[str], expected: str) -> None:
    assert in_a_row(verdicts) == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], UNKNOWN),
        ([OK, OK], OK),
        ([BLOCKED, BLOCKED], BLOCKED),
        ([BLOCKED, OK], PARTIAL),
        ([BLOCKED, PARTIAL], PARTIAL),
        # Some way works and another does not, whatever the third does.
        ([BLOCKED, UNKNOWN, OK], PARTIAL),
        # Both may be blocked, or one of them.
        ([BLOCKED, UNKNOWN], UNKNOWN),
        ([OK, UNKNOWN], UNKNOWN),
        ([OK, PARTIAL], PARTIAL),
        ([PARTIAL, UNKNOWN], PARTIAL),
    ],
)
def test_several_ways_all_of_which_are_needed(verdicts: list[str], expected: str) -> None:
    assert side_by_side(verdicts) == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [([], BLOCKED), ([BLOCKED, OK, UNKNOWN], OK), ([UNKNOWN, PARTIAL], PARTIAL), ([BLOCKED, UNKNOWN], UNKNOWN)],
)
def test_several_ways_one_of_which_is_enough(verdicts: list[str], expected: str) -> None:
    assert best(verdicts) == expected


@pytest.mark.parametrize(("one", "other"), list(product(EVERY, EVERY)))
def test_one_of_several_cases(one: str, other: str) -> None:
    assert whichever([one, other]) == (one if one == other else UNKNOWN)


@pytest.mark.parametrize("combined", [in_a_row, side_by_side, best])
def test_it_does_not_matter_what_comes_first(combined: Callable[[Iterable[str]], str]) -> None:
    for verdicts in product(EVERY, EVERY, EVERY):
        assert combined(verdicts) == combined(verdicts[::-1])


def test_steps_that_say_the_same_can_need_different_mends() -> None:
    one, other = (
        Step(CACHE_STATE, BLOCKED, "It is gone."),
        Step(CACHE_STATE, BLOCKED, "It is gone.", mend=Mend("Wait.")),
    )
    assert one != other
    assert one.shown == other.shown
