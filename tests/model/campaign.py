# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Takes random steps, each of which is held against a model.

MODEL_STEPS says how many steps to take and MODEL_SEED which ones (1 unless told; V(random) picks some). A failure ends
with the shortest sequence of steps that Hypothesis found to fail, with the task at fault as a user would write it, and
with the command that finds it all again.
"""

from __future__ import annotations

import os
import secrets
import sys
import time

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import engine
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.model.machine import Bench

LENGTH = 20  # steps of one sequence: enough for a group to fill up, and few enough to shrink well


def run_campaign(
    machine: type[RuleBasedStateMachine], bench: Bench, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Take so many steps of C(machine), unless told otherwise."""
    steps = int(os.environ.get("MODEL_STEPS", str(steps)))
    told = os.environ.get("MODEL_SEED", "1")
    seed = secrets.randbelow(10**9) if told == "random" else int(told)
    sequence = hypothesis.seed(seed)(type("Sequence", (machine,), {"bench": bench}))
    # Hypothesis has no setting for it, and its five minutes are long for whoever waits.
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", int(os.environ.get("MODEL_SHRINKING", "90")))
    start = time.monotonic()
    try:
        run_state_machine_as_test(
            sequence,
            settings=settings(
                max_examples=steps // LENGTH + 1,  # the first one is next to nothing
                stateful_step_count=LENGTH,
                phases=(Phase.generate, Phase.shrink),
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except BaseException as error:
        error.add_note(f"It first failed after {bench.failed_after} steps.")
        error.add_note(f"To see this again: MODEL_STEPS={steps} MODEL_SEED={seed} pytest tests/model")
        raise
    finally:
        taken, seconds = bench.steps.total(), time.monotonic() - start
        kinds = "".join(f"\n{count:6} {kind}" for kind, count in sorted(bench.steps.items()))
        sys.stdout.write(f"\nseed {seed}: {taken} steps, {taken / seconds:.1f} per second {kinds}\n")
