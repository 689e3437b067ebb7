# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Calls that take longer."""

from __future__ import annotations

import time
import urllib.error
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.emulator import control, latency
from tests.emulator.server import Emulator

_MS = 200


def _seconds(call: Callable[[], Any]) -> float:
    start = time.monotonic()
    call()
    return time.monotonic() - start


def test_every_call_takes_so_much_longer(emulator: Emulator, ec2: Any, elasticache: Any) -> None:
    latency.add(emulator.url, _MS)
    for call in (ec2.describe_vpcs, elasticache.describe_cache_clusters):
        assert _seconds(call) >= _MS / 1000


def test_calls_side_by_side_wait_side_by_side(emulator: Emulator, ec2: Any) -> None:
    latency.add(emulator.url, 1000)
    with ThreadPoolExecutor(8) as pool:
        waited = _seconds(lambda: list(pool.map(lambda _number: ec2.describe_vpcs(), range(8))))
    assert 1 <= waited < 4


def test_what_is_said_to_the_emulator_itself_is_not_delayed(emulator: Emulator) -> None:
    naps: list[float] = []
    part = latency.Latency(sleep=naps.append)
    part.set({"milliseconds": _MS})
    served = part.wrap(lambda _environ, _start_response: [])
    for path in ("/moto-api/emulator/faults", "/moto-api/emulator/caches/a", "/moto-api/reset", "/"):
        part.set({"milliseconds": _MS})
        served({"PATH_INFO": path}, lambda *_anything: None)
    assert naps == [_MS / 1000]
    assert control.ask(emulator.url, latency.PATH) == {"milliseconds": 0}


def test_it_can_be_taken_back(emulator: Emulator) -> None:
    for take_back in (
        lambda: latency.clear(emulator.url),
        emulator.reset,
        lambda: control.ask(emulator.url, "/moto-api/reset", "POST", {}),
    ):
        latency.add(emulator.url, _MS)
        assert control.ask(emulator.url, latency.PATH) == {"milliseconds": _MS}
        take_back()
        assert control.ask(emulator.url, latency.PATH) == {"milliseconds": 0}


@pytest.mark.parametrize("wrong", [{}, {"milliseconds": -1}, {"milliseconds": "long"}, []])
def test_a_mistake_is_told(emulator: Emulator, wrong: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        control.ask(emulator.url, latency.PATH, "POST", wrong)
    assert caught.value.code == 400
    caught.value.close()
