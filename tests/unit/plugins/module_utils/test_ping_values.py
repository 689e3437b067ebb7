# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What elasticache_ping returns and says."""

from __future__ import annotations

from ansible_collections.elasticache.access.plugins.module_utils._ping import Attempt
from ansible_collections.elasticache.access.plugins.module_utils._ping_faults import Fault
from ansible_collections.elasticache.access.plugins.module_utils._ping_options import Target
from ansible_collections.elasticache.access.plugins.module_utils._ping_values import (
    Pinged,
    endpoint_values,
    failure_text,
)

ONE = Target("one.example", 6379, "valkey", True, "app", "open sesame", None, "primary", "sessions")
DONE = Attempt(
    timings={"dns": 0.00123, "tcp": 0.5},
    ip="10.0.0.1",
    own_address="10.0.0.7",
    tls_version="TLSv1.3",
    certificate_expires=1803945599,
)
FAILED = Attempt(fault=Fault("tcp", "refused"), ip="10.0.0.1")


def test_an_endpoint_that_is_reached() -> None:
    node = Pinged(Target("two.example", 6380), FAILED, 3)
    values = endpoint_values(Pinged(ONE, DONE, 1), [node], 5)
    [told] = values.pop("nodes")
    assert values == {
        "address": "one.example",
        "port": 6379,
        "role": "primary",
        "cache": "sessions",
        "engine": "valkey",
        "tls": True,
        "reachable": True,
        "step": None,
        "code": None,
        "message": None,
        "ip": "10.0.0.1",
        "own_address": "10.0.0.7",
        "attempts": 1,
        "timings": {"dns": 1.2, "tcp": 500.0},
        "tls_version": "TLSv1.3",
        "certificate_expires": "2027-03-01T23:59:59Z",
    }
    assert (told["reachable"], told["step"], told["code"], told["attempts"]) == (False, "tcp", "refused", 3)
    assert told["message"].startswith("the connection was refused")
    assert (told["role"], told["cache"], told["own_address"], told["certificate_expires"]) == (None, None, None, None)
    assert told["nodes"] == []


def test_a_password_is_in_nothing_that_is_returned() -> None:
    assert "sesame" not in str(endpoint_values(Pinged(ONE, FAILED, 1), [], 5))
    assert "sesame" not in failure_text([Pinged(ONE, FAILED, 1)], 5)


def test_a_line_for_each_that_failed() -> None:
    said = failure_text([Pinged(ONE, FAILED, 1), Pinged(Target("two.example", 6380), FAILED, 1)], 5)
    one, two = said.splitlines()
    assert one.startswith("one.example:6379 (cache sessions): tcp: the connection was refused")
    assert two.startswith("two.example:6380: tcp: the connection was refused")


def test_of_very_many_the_first_ones_are_told() -> None:
    lines = failure_text([Pinged(ONE, FAILED, 1)] * 60, 5).splitlines()
    assert len(lines) == 51
    assert lines[-1] == "... and 10 more, see endpoints."
