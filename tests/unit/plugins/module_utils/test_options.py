# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._options import stumble_text

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
