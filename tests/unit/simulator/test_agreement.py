# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two who know nothing of each other say the same of every estate: the simulator, and the collection."""

from __future__ import annotations

from hypothesis import event, given

from tests.unit.simulator.answers import answers
from tests.unit.simulator.estates import worlds
from tests.unit.simulator.evaluator import verdicts
from tests.unit.simulator.walk import all_verdicts
from tests.unit.simulator.world import World
from tests.unit.thorough import thorough


@given(worlds())
@thorough(5)
def test_the_collection_says_of_every_instance_and_cache_what_the_simulator_says(world: World) -> None:
    simulated = all_verdicts(world)
    for outcome in simulated.values():
        event(outcome)
    assert verdicts(answers(world)) == simulated
