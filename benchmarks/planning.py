# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long the plan of many groups takes, and that it grows with them and no faster."""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Membership
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._plan import make_plan
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey, cidr_source
from ansible_collections.elasticache.access.plugins.module_utils._sources import ResolvedSource
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

RULES = 60
CACHE = Cache(
    name="",
    kind="cluster",
    arn=None,
    engine="valkey",
    engine_version=None,
    status="available",
    network_type="ipv4",
    ports=(6379,),
    endpoints=(),
    security_groups=(),
    nodes=(),
    transit_encryption=None,
    at_rest_encryption=None,
)


def seconds(groups: int, **options: Any) -> float:
    """The seconds that a plan takes for so many groups with 60 rules each, of which half are wanted already.

    Half of what is wanted is missing, and with C(purge) half of what is there goes. The best of five.
    """
    existing: dict[str, list[Rule]] = {}
    targets = []
    for number in range(groups):
        group = SecurityGroup(f"sg-{number:017x}", f"group-{number}", "vpc-1")
        sources = [cidr_source(f"10.{number % 250}.{part}.0/24") for part in range(RULES + RULES // 2)]
        existing[group.group_id] = [
            Rule(RuleKey.exact(group.group_id, 6379, source), f"sgr-{number}-{part}")
            for part, source in enumerate(sources[:RULES])
        ]
        cache = replace(CACHE, name=f"cache-{number}", security_groups=(Membership(group.group_id, "active"),))
        wanted = tuple(ResolvedSource(source) for source in sources[RULES // 2 :])
        targets.append(Target(cache, (6379,), (group,), group, wanted, **options))
    best = float("inf")
    # As the module does once everything is read.
    gc.freeze()
    for _time in range(5):
        start = time.perf_counter()
        plan = make_plan(targets, existing)
        best = min(best, time.perf_counter() - start)
        if sum(len(each.adds) for each in plan.groups) != groups * RULES // 2:
            raise AssertionError("the plan is not the one that was to be timed")
    gc.unfreeze()
    return best
