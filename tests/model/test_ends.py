# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Access that ends, with a clock that moves: random grants, renewals, other people's edits, and sweeps."""

from __future__ import annotations

import pytest

from tests.model.campaign import run_campaign
from tests.model.ends import EndSteps
from tests.model.machine import Bench


def test_whatever_happens_access_ends_when_the_model_says(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not before, and what is reported is what was done."""
    run_campaign(EndSteps, bench, monkeypatch, steps=500)
