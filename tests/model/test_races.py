# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Eight runs at once on the same groups, which grant, revoke and purge different things."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import pytest

from tests.emulator.bad_days import BadDay
from tests.model.machine import Bench
from tests.model.model import Key
from tests.model.options import read
from tests.model.runner import Outcome

RUNS = 8
ROUNDS = int(os.environ.get("RACE_ROUNDS", "6"))
SEED = int(os.environ.get("MODEL_SEED", "1"))
# Three caches, of which two share a group; the third one has a group more.
CACHES = {"sessions": "alpha", "queue": "alpha", "stock": "gamma"}


def tasks_of(chance: random.Random) -> list[dict[str, Any]]:
    """What the runs are to do. Only sources of ranges that no other run names, some of which stand beforehand."""
    tasks = []
    for number in range(RUNS):
        caches = chance.sample(list(CACHES), chance.randint(1, len(CACHES)))
        kind = chance.choice(["grant", "grant", "grant", "edit", "revoke", "purge"])
        parts = range(6) if kind == "revoke" else chance.sample(range(6), 4)
        described = {"description": f"run {number}"} if kind == "edit" else {}
        tasks.append(
            {
                "state": "absent" if kind == "revoke" else "present",
                "purge": "managed" if kind == "purge" else "none",
                "purge_shared": True,
                "allow_large_purge": True,
                "grants": [
                    {
                        "cache": cache,
                        **({} if kind == "revoke" else {"security_group": CACHES[cache]}),
                        "sources": [{"cidr": f"10.{number}.{part}.0/24", **described} for part in parts],
                    }
                    for cache in caches
                ],
            }
        )
    return tasks


def told(outcomes: Sequence[Outcome], *names: str) -> list[str]:
    """The ids of the rules that the runs report under these names; two caches can share one."""
    return [
        rule_id
        for outcome in outcomes
        for rule_id in {rule["rule_id"] for cache in outcome.result["caches"] for name in names for rule in cache[name]}
    ]


def standing(bench: Bench) -> dict[str, Key]:
    """The rules that there are, by id."""
    _rules, ids = read(bench.described(), bench.world)
    return {rule_id: key for key, rule_id in ids.items()}


def begin(bench: Bench, chance: random.Random) -> None:
    """Some of the rules stand already, made by us."""
    bench.sweep()
    for cache, group in CACHES.items():
        sources = [{"cidr": f"10.{number}.{chance.randrange(6)}.0/24"} for number in range(RUNS)]
        outcome = bench.runner.run({"cache": cache, "security_group": group, "sources": sources})
        assert not outcome.failure, outcome.failure


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_nobody_fails_and_nothing_gets_lost(bench: Bench, monkeypatch: pytest.MonkeyPatch, round_number: int) -> None:
    """What is missing in the end was removed by somebody who says so; what stands was added once."""
    chance = random.Random(f"{SEED} {round_number}")
    begin(bench, chance)
    before = standing(bench)
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(seconds / 10))
    bench.bad_days.set(asdict(BadDay(seed=round_number, slow=1, seconds=0.05)))
    tasks: list[Mapping[str, Any]] = list(tasks_of(chance))
    with ThreadPoolExecutor(RUNS) as pool:
        outcomes = list(pool.map(bench.runner.run_beside_others, tasks))
    bench.bad_days.clear()
    assert [outcome.failure for outcome in outcomes] == [""] * RUNS
    after = standing(bench)

    added, removed = told(outcomes, "added"), told(outcomes, "removed")
    assert len(added) == len(set(added)), "two runs say that they made one rule"
    assert len(removed) == len(set(removed)), "two runs say that they removed one rule"
    assert set(after) == (set(before) | set(added)) - set(removed)
    assert len(set(after.values())) == len(after), "a rule stands twice"
    for task, outcome in zip(tasks, outcomes, strict=True):
        if task["state"] == "present":
            assert set(told([outcome], "added", "updated", "unchanged")) <= set(after) | set(removed)
