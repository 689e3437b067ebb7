# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""MembershipPlan -> changes in ElastiCache -> MembershipOutcome. A cache that fails does not stop the others."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, replace
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._discovery import find_caches, find_existing_caches
from ansible_collections.elasticache.access.plugins.module_utils._done import UNSEEN
from ansible_collections.elasticache.access.plugins.module_utils._errors import AccessError, AwsError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CLUSTER, REPLICATION_GROUP, SERVERLESS
from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import not_in_force
from ansible_collections.elasticache.access.plugins.module_utils._membership_refusals import meaning
from ansible_collections.elasticache.access.plugins.module_utils._planned_groups import PlannedGroups
from ansible_collections.elasticache.access.plugins.module_utils._readiness import AVAILABLE, is_settled
from ansible_collections.elasticache.access.plugins.module_utils._waiting import wait_for

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
    from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan

# Seconds between two attempts at a cache that somebody else has just begun to change.
_PAUSE = 5.0


@dataclass(frozen=True)
class MembershipOutcome:
    """What was done to one cache, or would be. C(cache) is the cache after that; C(error) says why it was not done."""

    plan: MembershipPlan
    cache: Cache
    is_changed: bool
    error: str = ""

    @property
    def left(self) -> str:
        """Return what is not in force yet, as a phrase, empty where everything is."""
        return not_in_force(self.plan, self.cache)


def foretell_memberships(plans: Sequence[MembershipPlan], waits: bool) -> list[MembershipOutcome]:
    """Return what carrying out C(plans) would do, with nobody in the way. C(waits) says whether it is waited for."""
    return [MembershipOutcome(plan, _foretold(plan, waits), plan.needs_change) for plan in plans]


def _foretold(plan: MembershipPlan, waits: bool) -> Cache:
    """Return the cache of C(plan) as it will be: what is not changed and not waited for stays as it is."""
    cache = plan.cache
    if waits and not is_settled(cache):
        cache = replace(cache, status=AVAILABLE)
    return PlannedGroups({cache.identity: plan.after}).carried_by(cache) if waits or plan.needs_change else cache


def change_memberships(
    aws: Aws, plans: Sequence[MembershipPlan], wait_timeout: float, say: Callable[[str], None]
) -> list[MembershipOutcome]:
    """Do what C(plans) say, wait up to C(wait_timeout) seconds until it is in force, and return what was done."""
    changing = [plan for plan in plans if plan.needs_change]
    deadline = time.monotonic() + wait_timeout
    refused = aws.side_by_side([partial(_modify, aws, plan, deadline) for plan in changing])
    errors = {plan.cache.identity: error for plan, error in zip(changing, refused) if error}
    by_reference = {plan.assignment.cache: plan for plan in plans if plan.cache.identity not in errors}
    found = {reference: plan.cache for reference, plan in by_reference.items()}
    unseen = _look(aws, found, by_reference, max(0, deadline - time.monotonic()), say)
    outcomes = []
    for plan in plans:
        error = errors.get(plan.cache.identity, "")
        is_changed = plan.needs_change and not error
        outcome = MembershipOutcome(plan, found.get(plan.assignment.cache, plan.cache), is_changed, error)
        if not error and outcome.left and unseen:
            outcome = replace(outcome, error=unseen)
        elif not error and outcome.left and wait_timeout > 0:
            text = f"after {wait_timeout:.0f} seconds (wait_timeout) {outcome.left}; run again to wait on."
            outcome = replace(outcome, error=text)
        outcomes.append(outcome)
    return outcomes


def _modify(aws: Aws, plan: MembershipPlan, deadline: float) -> str:
    """Tell ElastiCache which groups a cache is to carry, and return in one sentence why it refused, if it did."""
    calls: dict[str, Callable[[str, Sequence[str]], None]] = {
        CLUSTER: aws.modify_cache_cluster,
        REPLICATION_GROUP: aws.modify_replication_group,
        SERVERLESS: aws.modify_serverless_cache,
    }
    while True:
        try:
            calls[plan.cache.kind](plan.cache.name, plan.group_ids)
        except AwsError as error:
            is_told = _is_told(aws, plan) if error.may_be_done else False
            if is_told:
                return ""
            if is_told is None:
                return f"{meaning(error, plan)}{UNSEEN}"
            if error.is_busy and time.monotonic() + _PAUSE < deadline:
                time.sleep(_PAUSE)
                continue
            return meaning(error, plan)
        return ""


def _is_told(aws: Aws, plan: MembershipPlan) -> bool | None:
    """Say whether ElastiCache knows what C(plan) wants of it, V(None) where that cannot be seen."""
    try:
        [cache] = find_existing_caches(aws, [plan.assignment.cache]).values()
    except AccessError:
        return None
    return not replace(plan, cache=cache).needs_change


def _look(
    aws: Aws,
    found: dict[CacheReference, Cache],
    plans: dict[CacheReference, MembershipPlan],
    wait_timeout: float,
    say: Callable[[str], None],
) -> str:
    """Find the changed caches again, and wait for them; return in one sentence why they could not be looked at."""

    def what_is_left(reference: CacheReference, cache: Cache) -> str:
        left = not_in_force(plans[reference], cache)
        return f"cache {cache.name}: {left}" if left else ""

    changed = [reference for reference, plan in plans.items() if plan.needs_change]
    try:
        if wait_timeout > 0:
            wait_for(aws, found, what_is_left, wait_timeout, say)
        elif changed:
            found.update(find_existing_caches(aws, changed))
    except AccessError as error:
        _look_once_more(aws, found)
        return f"whether it is in force could not be seen: {error}"
    return ""


def _look_once_more(aws: Aws, found: dict[CacheReference, Cache]) -> None:
    """See which changes are in force after all where one of the caches goes away, or cannot be looked at."""
    try:
        caches = find_caches(aws, list(found))
    except AccessError:
        return
    found.update({reference: cache for reference, cache in caches.items() if cache is not None})
