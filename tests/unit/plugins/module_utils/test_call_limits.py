# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._call_limits import read_call_limits
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError


@pytest.mark.parametrize(("concurrency", "seconds"), [(1, 1), (100, 86400)])
def test_what_can_be_meant_is_taken(concurrency: int, seconds: int) -> None:
    options = {"concurrency": concurrency, "throttle_timeout": seconds}
    assert read_call_limits(options) == options


@pytest.mark.parametrize(
    ("name", "number", "most"),
    [
        ("concurrency", 0, 100),
        ("concurrency", 101, 100),
        ("throttle_timeout", 0, 86400),
        ("throttle_timeout", 86401, 86400),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, number: int, most: int) -> None:
    with pytest.raises(InvalidGrantError) as refused:
        read_call_limits({"concurrency": 10, "throttle_timeout": 120, name: number})
    assert str(refused.value) == f"{name} is {number}; give a number from 1 to {most}, or leave it out."
