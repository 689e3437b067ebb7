# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS's bad days and killed runs: nothing is lost, every report is true, and one good run completes what is left."""

from __future__ import annotations

import time

import pytest

from tests.emulator.ec2.past import past
from tests.model.bad_days import BadDaySteps, FastClock
from tests.model.campaign import run_campaign
from tests.model.machine import Bench


def test_whatever_goes_wrong_nothing_is_lost(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """In any weather, and wherever a run is killed."""
    clock = FastClock()
    monkeypatch.setattr(time, "sleep", clock.sleep)
    monkeypatch.setattr(past, "clock", clock)
    monkeypatch.setattr(BadDaySteps, "clock", clock, raising=False)
    run_campaign(BadDaySteps, bench, monkeypatch, steps=400)
