# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    CLUSTERS,
    GROUPS,
    INSTANCES,
    PREFIX_LISTS,
    RULES,
    SERVERLESS_CACHES,
)
from ansible_collections.elasticache.access.plugins.module_utils._drift import Drift, Missing, compare
from ansible_collections.elasticache.access.plugins.module_utils._grants import read_grants
from ansible_collections.elasticache.access.plugins.module_utils._sources import Names
from ansible_collections.elasticache.access.plugins.module_utils._survey import Survey

from tests.unit.audits import SESSIONS_CACHE, survey
from tests.unit.values import CARTS, JOBS, NOW, SESSIONS, WEB, cache, key, missing, rule

NAMES = Names(lambda _vpc_id: ["app-web"], lambda: ["offices"])
WEB_ACCESS = {"security_group": WEB.group_id}


def policy(*sources: dict[str, str], name: str = "sessions", **options: Any) -> dict[str, Any]:
    return {"cache": name, "sources": list(sources), **options}


def drift_of(read: Survey, *written: dict[str, Any]) -> tuple[dict[tuple[str, str], Drift], tuple[Missing, ...]]:
    grants = read_grants({"grants": list(written), "state": "present", "allow_any_address": True}, NOW)
    by_name = {each.name: each for each in read.caches}
    return compare(grants, {grant.cache: by_name.get(grant.cache.name) for grant in grants}, read, NAMES)


def said(read: Survey, *written: dict[str, Any]) -> tuple[list[str | None], list[tuple[Any, str]]]:
    """What is said of each rule of the first cache, and which access is missing there."""
    drifts, _nowhere = drift_of(read, *written)
    view = read.views[0]
    drift = drifts.get((view.cache.kind, view.cache.name), Drift())
    return [drift.of(access) for access in view.accesses], [(each.key, each.reason) for each in drift.missing]


def test_what_is_granted_is_wanted_and_everything_else_is_not() -> None:
    read = survey(rule(), rule(JOBS.group_id, rule_id="sgr-2"))
    assert said(read, policy(WEB_ACCESS)) == (["wanted", "unexpected"], [])


def test_what_is_granted_and_not_there_is_missing_with_the_description() -> None:
    drifts, nowhere = drift_of(survey(), policy({**WEB_ACCESS, "description": "Web"}))
    assert nowhere == ()
    assert drifts["cluster", "sessions"].missing == (Missing("sessions", key(), "Web"),)


def test_a_wider_rule_for_what_is_granted_is_not_what_is_granted() -> None:
    assert said(survey(rule(ports="6000-7000")), policy(WEB_ACCESS)) == (["unexpected"], [(key(), "")])


def test_a_description_is_no_drift() -> None:
    assert said(survey(rule(description="by hand")), policy({**WEB_ACCESS, "description": "Web"})) == (["wanted"], [])


def test_of_a_cache_that_the_policy_does_not_name_nothing_is_wanted() -> None:
    read = survey(rule(group=CARTS.group_id), caches=[cache("carts", CARTS), SESSIONS_CACHE])
    assert said(read, policy(WEB_ACCESS)) == (["unexpected"], [])
    assert Drift().is_in_policy is False


def test_several_entries_for_one_cache_add_up_and_name_a_lack_once() -> None:
    read = survey(rule())
    grants = [policy(WEB_ACCESS), policy({"cidr": "10.0.0.0/8"}), policy({"cidr": "10.0.0.0/8"})]
    assert said(read, *grants) == (["wanted"], [(key("10.0.0.0/8"), "")])


def test_access_that_is_to_be_absent_is_unexpected_and_never_missing() -> None:
    assert said(survey(rule()), policy(WEB_ACCESS, state="absent")) == (["unexpected"], [])
    assert said(survey(), policy(WEB_ACCESS, state="absent")) == ([], [])
    assert said(survey(), policy({"security_group": "no-such"}, state="absent")) == ([], [])


def test_one_source_that_cannot_be_granted_does_not_keep_the_others_from_being_compared() -> None:
    grants = policy(WEB_ACCESS, {"security_group": "app-wed"}, {"cidr": "10.0.0.0/8", "description": "Office"})
    drifts, _nowhere = drift_of(survey(rule()), grants)
    drift = drifts["cluster", "sessions"]
    assert [drift.of(access) for access in survey(rule()).views[0].accesses] == ["wanted"]
    wrong, lacking = sorted(drift.missing, key=lambda each: each.key is not None)
    assert (wrong.key, wrong.source_kind, wrong.source_text) == (None, "security_group", "app-wed")
    assert not missing(["app-wed", "Did you mean app-web?"], wrong.reason)
    assert (lacking.key, lacking.description, lacking.reason) == (key("10.0.0.0/8"), "Office", "")


def test_a_cache_whose_grant_cannot_be_carried_out_says_so_for_each_source() -> None:
    both = cache("sessions", SESSIONS, CARTS)
    drifts, _nowhere = drift_of(survey(caches=[both]), policy(WEB_ACCESS, {"cidr": "10.0.0.0/8"}))
    reasons = [each.reason for each in drifts["cluster", "sessions"].missing]
    assert ["carries several security groups" in each for each in reasons] == [True, True]


def test_one_source_under_two_descriptions_is_still_compared() -> None:
    twice = policy({**WEB_ACCESS, "description": "Web"}, {**WEB_ACCESS, "description": "Shop"})
    assert said(survey(rule()), twice) == (["wanted"], [])


def test_access_to_a_cache_that_is_not_there_is_missing_nowhere() -> None:
    drifts, nowhere = drift_of(survey(), policy(WEB_ACCESS, {"cidr": "10.0.0.0/8"}, name="session"))
    assert drifts == {}
    assert [(each.cache, each.source_kind, each.source_text, each.reason) for each in nowhere] == [
        ("session", "security_group", WEB.group_id, "there is no such cache"),
        ("session", "cidr", "10.0.0.0/8", "there is no such cache"),
    ]


def test_a_cache_that_is_not_asked_about_is_not_compared() -> None:
    other = cache("carts", CARTS)
    read = survey(caches=[SESSIONS_CACHE, other], audited=(other,))
    assert drift_of(read, policy(WEB_ACCESS)) == ({}, ())


def unread(read: Survey, *written: dict[str, Any]) -> tuple[str, ...]:
    """Without which calls it is not known what the grants of the first cache mean."""
    drifts, _nowhere = drift_of(read, *written)
    return drifts[read.caches[0].kind, read.caches[0].name].unread


@pytest.mark.parametrize(
    ("source", "action"),
    [
        ({"security_group": "app-x"}, GROUPS),
        ({"instance": "i-0123456789abcdef0"}, INSTANCES),
        ({"prefix_list": "no-such"}, PREFIX_LISTS),
    ],
)
def test_a_source_that_could_not_be_looked_up_is_neither_missing_nor_makes_others_unexpected(
    source: dict[str, str], action: str
) -> None:
    read = survey(rule(), rule(JOBS.group_id, rule_id="sgr-2"), denied=frozenset([action]))
    grants = policy(WEB_ACCESS, source)
    assert said(read, grants) == (["wanted", None], [])
    assert unread(read, grants) == (action,)
    other = {GROUPS: INSTANCES, INSTANCES: PREFIX_LISTS, PREFIX_LISTS: INSTANCES}[action]
    verdicts, lacking = said(replace(read, denied=frozenset([other])), grants)
    assert (verdicts, len(lacking)) == (["wanted", "unexpected"], 1)


def test_where_rules_may_not_be_read_nothing_is_called_missing() -> None:
    read = survey(denied=frozenset([RULES]))
    assert said(read, policy(WEB_ACCESS)) == ([], [])
    assert unread(read, policy(WEB_ACCESS)) == (RULES,)


def test_a_replication_group_whose_members_may_not_be_read_lacks_nothing_that_is_known() -> None:
    read = survey(caches=[cache(kind="replication_group")], denied=frozenset([CLUSTERS]))
    assert said(read, policy(WEB_ACCESS)) == ([], [])
    assert unread(read, policy(WEB_ACCESS)) == (CLUSTERS,)
    cluster = survey(caches=[cache()], denied=frozenset([CLUSTERS]))
    assert len(said(cluster, policy(WEB_ACCESS))[1]) == 1


def test_a_cache_that_may_not_be_listed_is_not_called_missing() -> None:
    read = survey(denied=frozenset([SERVERLESS_CACHES]))
    assert drift_of(read, policy(WEB_ACCESS, name="carts")) == ({}, ())
    _drifts, nowhere = drift_of(read, policy(WEB_ACCESS, name="carts", cache_type="cluster"))
    assert len(nowhere) == 1
