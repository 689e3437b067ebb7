# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import (
    AccessError,
    AwsError,
    InvalidGrantError,
    PartialError,
    all_or_error,
    near,
    or_list,
)


def fail(error: Exception) -> Callable[[], int]:
    def call() -> int:
        raise error

    return call


def test_a_partial_error_keeps_its_results() -> None:
    error = PartialError("1 rule was not added.", {"changed": True})
    assert isinstance(error, AccessError)
    assert (str(error), error.results) == ("1 rule was not added.", {"changed": True})


def test_an_aws_error_keeps_code_and_action() -> None:
    error = AwsError("AWS refused.", "AuthFailure", "ec2:DescribeSecurityGroups")
    assert isinstance(error, AccessError)
    assert (str(error), error.code, error.action) == ("AWS refused.", "AuthFailure", "ec2:DescribeSecurityGroups")


def test_an_aws_error_without_an_answer_has_no_code() -> None:
    error = AwsError("No answer.")
    assert (error.code, error.action) == ("", "")


@pytest.mark.parametrize(
    ("calls", "results"),
    [
        pytest.param([], [], id="no calls give no results"),
        pytest.param([lambda: 2, lambda: 1], [2, 1], id="results keep the order of the calls"),
    ],
)
def test_all_or_error_returns_every_result(calls: list[Callable[[], int]], results: list[int]) -> None:
    assert all_or_error(calls) == results


@pytest.mark.parametrize(
    ("calls", "sentences"),
    [
        pytest.param([lambda: 1, fail(InvalidGrantError("a"))], "a", id="one fault among good values is said"),
        pytest.param(
            [fail(InvalidGrantError("b")), lambda: 1, fail(InvalidGrantError("a"))],
            "b\na",
            id="every fault is said, in order",
        ),
        pytest.param(
            [fail(InvalidGrantError("a")), fail(InvalidGrantError("b")), fail(InvalidGrantError("a"))],
            "a\nb",
            id="the same fault is said once",
        ),
    ],
)
def test_all_or_error_says_everything_that_is_wrong(calls: list[Callable[[], int]], sentences: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        all_or_error(calls)
    assert str(caught.value) == sentences


@pytest.mark.parametrize(
    ("count", "last"),
    [
        pytest.param(50, "fault 49", id="fifty are said in full"),
        pytest.param(53, "... and 3 more like these.", id="the rest of very many is counted"),
    ],
)
def test_all_or_error_says_so_many_things_at_most(count: int, last: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        all_or_error(fail(InvalidGrantError(f"fault {number}")) for number in range(count))
    lines = str(caught.value).splitlines()
    assert (lines[:2], lines[49], lines[-1]) == (["fault 0", "fault 1"], "fault 49", last)


def test_all_or_error_looks_for_names_that_come_near_where_they_are_said_alone() -> None:
    """Among thousands of names that takes long, and thousands of faults are not told of one by one."""
    asked: list[int] = []

    def rest(number: int) -> str:
        asked.append(number)
        return f" and its rest {number}"

    faults = [InvalidGrantError(f"fault {number % 60}", partial(rest, number)) for number in range(120)]
    with pytest.raises(InvalidGrantError) as caught:
        all_or_error(map(fail, faults))
    lines = str(caught.value).splitlines()
    assert (lines[0], lines[49], lines[50]) == (
        "fault 0 and its rest 0",
        "fault 49 and its rest 49",
        "... and 10 more like these.",
    )
    assert asked == list(range(50))


def test_all_or_error_says_so_many_lines_at_most_where_a_fault_has_several() -> None:
    faults = [InvalidGrantError("\n".join(f"{number} {line}" for line in range(40))) for number in range(3)]
    with pytest.raises(InvalidGrantError) as caught:
        all_or_error(map(fail, faults))
    lines = str(caught.value).splitlines()
    assert (lines[39:41], lines[49:]) == (["0 39", "1 0"], ["1 9", "... and 31 more like these."])


def test_all_or_error_lets_other_errors_through() -> None:
    with pytest.raises(AwsError, match="throttled"):
        all_or_error([fail(InvalidGrantError("a")), fail(AwsError("throttled"))])


@pytest.mark.parametrize(
    ("name", "known", "ending"),
    [
        pytest.param("sessions", [], "There is none here.", id="nothing to offer"),
        pytest.param("sesions", ["carts", "sessions"], "Did you mean sessions?", id="one name comes near"),
        pytest.param(
            "cache-4", ["cache-1", "cache-2"], "Did you mean cache-2 or cache-1?", id="two names come equally near"
        ),
        pytest.param(
            "sessions", ["carts", "api", "carts"], "There are: api, carts.", id="no name comes near, so all are listed"
        ),
        pytest.param(
            "zzz",
            [f"cache-{number:02}" for number in range(10)],
            "There are: cache-00, cache-01, cache-02, cache-03, cache-04, cache-05, cache-06, cache-07, cache-08, "
            "cache-09.",
            id="ten names are listed in full",
        ),
        pytest.param(
            "zzz",
            [f"cache-{number:02}" for number in range(12)],
            "There are: cache-00, cache-01, cache-02, cache-03, cache-04, cache-05, cache-06, cache-07, cache-08, "
            "cache-09 and 2 more.",
            id="the rest of many names is counted",
        ),
    ],
)
def test_near(name: str, known: list[str], ending: str) -> None:
    assert near(name, known) == ending


def test_near_offers_three_names_at_most() -> None:
    assert near("cache", [f"cache{number}" for number in range(6)]).count("cache") == 3


@pytest.mark.parametrize(
    ("words", "prose"),
    [
        pytest.param([], "", id="no word"),
        pytest.param(["a"], "a", id="one word"),
        pytest.param(["a", "b"], "a or b", id="two words"),
        pytest.param(["a", "b", "c"], "a, b or c", id="three words"),
        pytest.param((word for word in "ab"), "a or b", id="words from a generator"),
    ],
)
def test_or_list(words: list[str], prose: str) -> None:
    assert or_list(words) == prose
