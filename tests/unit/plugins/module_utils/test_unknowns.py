# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    ACLS,
    CLUSTERS,
    ENTRIES,
    GROUPS,
    INSTANCES,
    INTERFACES,
    PREFIX_LISTS,
    REPLICATION_GROUPS,
    ROUTE_TABLES,
    RULES,
    SERVERLESS_CACHES,
    STALE,
)
from ansible_collections.elasticache.access.plugins.module_utils._drift import Drift
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
from ansible_collections.elasticache.access.plugins.module_utils._survey import Survey
from ansible_collections.elasticache.access.plugins.module_utils._unknowns import (
    Unknown,
    unknowns_of,
    unknowns_of_drift,
    unknowns_of_region,
)

from tests.unit.audits import survey
from tests.unit.values import GROUPS as SEEN
from tests.unit.values import KNOWN, OFFICES, PEER_VPC, SESSIONS, WEB, cache, missing, rule
from tests.unit.values import PREFIX_LISTS as LISTS


def of_cache(read: Survey) -> list[Unknown]:
    [view] = read.views
    return list(unknowns_of(view, read))


def denied(*actions: str) -> frozenset[str]:
    return frozenset(actions)


def test_where_everything_could_be_read_nothing_is_unknown() -> None:
    read = survey(rule(), rule(OFFICES.list_id), entries={OFFICES.list_id: ()})
    assert of_cache(read) == list(unknowns_of_region(read)) == []


@pytest.mark.parametrize("action", [CLUSTERS, REPLICATION_GROUPS, SERVERLESS_CACHES])
def test_a_kind_that_may_not_be_listed_can_hide_caches(action: str) -> None:
    [unknown] = unknowns_of_region(survey(denied=denied(action)))
    assert (unknown.action, "there may be caches" in unknown.message) == (action, True)


def test_instances_that_may_not_be_read_have_no_names() -> None:
    assert [each.action for each in unknowns_of_region(survey(denied=denied(INSTANCES)))] == [INSTANCES]


def test_what_would_tell_who_gets_through_is_missed_where_that_was_asked() -> None:
    hidden = denied(ACLS, ROUTE_TABLES)
    assert list(unknowns_of_region(survey(denied=hidden))) == []
    asked = list(unknowns_of_region(survey(denied=hidden, reached={})))
    assert [each.action for each in asked] == [ACLS, ROUTE_TABLES]
    assert missing(["get through"], asked[0].message) == []


@pytest.mark.parametrize(
    ("action", "word"), [(RULES, "anything may reach it"), (INTERFACES, "who is behind its rules")]
)
def test_what_may_not_be_read_is_named_with_the_action(action: str, word: str) -> None:
    [unknown] = of_cache(survey(denied=denied(action)))
    assert (unknown.action, missing([word], unknown.message)) == (action, [])


def test_a_cache_outside_any_vpc() -> None:
    assert [
        (each.action, "EC2-Classic" in each.message) for each in of_cache(survey(caches=[cache(is_classic=True)]))
    ] == [("", True)]


def test_a_cache_of_which_no_groups_are_told() -> None:
    nodes: dict[str, Any] = {"kind": "replication_group", "ports": (6379,)}
    assert [each.action for each in of_cache(survey(caches=[cache(**nodes)]))] == [""]
    hidden = survey(caches=[cache(**nodes)], denied=denied(CLUSTERS, RULES, INTERFACES))
    assert [each.action for each in of_cache(hidden)] == [CLUSTERS]
    standalone = survey(caches=[cache()], denied=denied(CLUSTERS))
    assert [each.action for each in of_cache(standalone)] == [""]


def test_a_cache_that_does_not_tell_its_port() -> None:
    [unknown] = of_cache(survey(caches=[cache("sessions", SESSIONS, ports=(), status="creating")]))
    assert "It is creating and does not tell its port" in unknown.message


@pytest.mark.parametrize(("actions", "action"), [((), ""), ((GROUPS,), GROUPS)])
def test_a_group_that_is_not_shown(actions: tuple[str, ...], action: str) -> None:
    read = survey(known=Known(), denied=denied(*actions))
    [unknown] = of_cache(read)
    assert (unknown.action, SESSIONS.group_id in unknown.message) == (action, True)


@pytest.mark.parametrize(("actions", "action"), [((), ""), ((ENTRIES,), ENTRIES)])
def test_a_list_of_which_it_is_not_told_what_it_holds(actions: tuple[str, ...], action: str) -> None:
    [unknown] = of_cache(survey(rule(OFFICES.list_id), denied=denied(*actions)))
    assert (unknown.action, missing([OFFICES.list_id, "any address"], unknown.message)) == (action, [])


def test_the_weight_of_lists_matters_where_there_are_some() -> None:
    assert of_cache(survey(rule(), denied=denied(PREFIX_LISTS))) == []
    [unknown] = of_cache(survey(rule(OFFICES.list_id, "22"), denied=denied(PREFIX_LISTS)))
    assert unknown.action == PREFIX_LISTS


def test_whether_far_groups_are_still_there_matters_where_there_are_some() -> None:
    assert of_cache(survey(rule(), denied=denied(STALE))) == []
    far = replace(KNOWN, groups={**SEEN, WEB.group_id: replace(WEB, vpc_id=PEER_VPC)}, prefix_lists=LISTS)
    assert [each.action for each in of_cache(survey(rule(), known=far, denied=denied(STALE)))] == [STALE]


@pytest.mark.parametrize("action", [GROUPS, INTERFACES])
def test_whether_the_wizard_left_groups_behind_matters_where_it_was_asked(action: str) -> None:
    [unknown] = unknowns_of_region(survey(of_wizard=[], denied=denied(action)))
    assert (unknown.action, "connect wizard" in unknown.message) == (action, True)
    assert list(unknowns_of_region(survey(denied=denied(action)))) == []


def test_drift_that_could_not_be_told() -> None:
    assert [each.action for each in unknowns_of_drift(Drift(True, unread=(RULES,)))] == [RULES]
    assert list(unknowns_of_drift(Drift(True))) == list(unknowns_of_drift(None)) == []
