# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._option_types import read_options, stumble_text

SPEC: dict[str, dict[str, Any]] = {
    "cache": dict(type="str", required=True, aliases=["cluster"]),
    "concurrency": dict(type="int", default=10, aliases=["calls"]),
    "filters": dict(type="dict", options=dict(vpc_id=dict(type="list", elements="str"))),
}
SAID = " is, or holds, a value of a type that it does not take; correct it, or leave it out."


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"concurrency": "inf"}, "concurrency"),
        ({"calls": float("inf"), "filters": {}}, "concurrency"),
        ({"cache": "sessions", "filters": True}, "filters"),
        ({"cache": 7, "concurrency": "ten"}, "An option"),
    ],
)
def test_option_that_ansible_stumbles_over_is_named(params: dict[str, Any], named: str) -> None:
    assert stumble_text(SPEC, params) == f"{named}{SAID}"


def test_options_of_what_is_no_module_are_read_as_those_of_a_module() -> None:
    read = read_options(SPEC, {"cluster": "sessions", "filters": {"vpc_id": "vpc-1"}})
    assert (read["cache"], read["concurrency"], read["filters"]) == ("sessions", 10, {"vpc_id": ["vpc-1"]})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"cache": "a", "filters": {"vpc": "b"}},
            "There is no option filters.vpc. Supported parameters include: vpc_id.",
        ),
        ({}, "missing required arguments: cache."),
        ({"cache": "a", "concurrency": "inf"}, f"concurrency{SAID}"),
    ],
)
def test_what_a_module_would_refuse_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidGrantError) as refusal:
        read_options(SPEC, given)
    assert str(refusal.value) == said
