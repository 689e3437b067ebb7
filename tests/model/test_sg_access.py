# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_sg_access against a model of it: random grants, revokes, purges and other people's edits."""

from __future__ import annotations

import pytest

from tests.model.campaign import run_campaign
from tests.model.machine import Bench, Steps


def test_whatever_happens_who_may_reach_a_cache_is_as_the_model_says(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so is what is reported, after each step."""
    run_campaign(Steps, bench, monkeypatch, steps=400)
