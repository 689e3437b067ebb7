# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._actions import INTERFACES, PREFIX_LISTS, RULES
from ansible_collections.elasticache.access.plugins.module_utils._audit_values import (
    cache_audit_values,
    members_values,
    missing_values,
    summary_values,
)
from ansible_collections.elasticache.access.plugins.module_utils._drift import Drift, Missing
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._findings_of_caches import findings_of
from ansible_collections.elasticache.access.plugins.module_utils._instances import Instance
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
from ansible_collections.elasticache.access.plugins.module_utils._survey import Survey
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER

from tests.unit.audits import YARDSTICK, carrier, survey
from tests.unit.values import KNOWN, OFFICES, OWNER, SESSIONS, VPC, WEB, cache, key, rule, source


def values(read: Survey, drift: Drift | None = None) -> dict[str, Any]:
    """The first cache as the module returns it."""
    view = read.views[0]
    return cache_audit_values(view, read, findings_of(view, read, YARDSTICK), drift, 60)


def test_a_cache_and_its_rule() -> None:
    tags = (MARKER, (EXPIRES_AT, "2026-02-01T00:00:00Z"), ("team", "shop"))
    said = values(survey(rule(description="Web", tags=tags)))
    [row] = said.pop("rules")
    assert said == {
        "name": "sessions",
        "arn": "arn:aws:elasticache:eu-west-1:123456789012:cluster:sessions",
        "kind": "cluster",
        "engine": "valkey",
        "status": "available",
        "ports": [6379],
        "vpc_id": VPC,
        "in_policy": None,
        "worst": None,
        "security_groups": [
            {
                "id": SESSIONS.group_id,
                "name": "sessions",
                "status": "active",
                "quota": {"ipv4_used": 1, "ipv6_used": 1, "limit": 60},
            }
        ],
        "findings": [],
        "missing": [],
        "unknown": [],
    }
    assert row == {
        "cache": "sessions",
        "kind": "cluster",
        "ports": [6379],
        "security_group": {"id": SESSIONS.group_id, "name": "sessions"},
        "rule_id": "sgr-1",
        "protocol": "tcp",
        "from_port": 6379,
        "to_port": 6379,
        "source": {
            "type": "security_group",
            "value": WEB.group_id,
            "name": "app-web",
            "owner_id": OWNER,
            "vpc_id": VPC,
        },
        "members": WEB.group_id,
        "instances": 1,
        "interfaces": 1,
        "addresses": 1,
        "reachable": None,
        "reachability": None,
        "managed": True,
        "description": "Web",
        "tags": {"team": "shop"},
        "expires_at": "2026-02-01T00:00:00Z",
        "reason": None,
        "exact": True,
        "drift": None,
    }


def test_a_list_has_a_name_and_an_owner_and_a_range_has_neither() -> None:
    read = survey(rule(OFFICES.list_id), rule("192.168.0.0/24", rule_id="sgr-2"), entries={OFFICES.list_id: ()})
    sources = {row["source"]["type"]: row["source"] for row in values(read)["rules"]}
    assert (sources["prefix_list"]["name"], sources["prefix_list"]["owner_id"]) == ("offices", OWNER)
    assert (sources["cidr"]["name"], sources["cidr"]["owner_id"], sources["cidr"]["vpc_id"]) == (None, None, None)


def test_what_is_not_known_is_null_and_not_nothing() -> None:
    said = values(survey(rule(), denied=frozenset([INTERFACES])))
    row = said["rules"][0]
    assert [row[name] for name in ("members", "instances", "interfaces", "addresses")] == [None] * 4
    assert len(said["unknown"]) == 1


def test_a_group_that_is_not_shown_has_no_name() -> None:
    said = values(survey(rule(), known=Known()))
    assert (said["vpc_id"], said["security_groups"][0]["name"]) == (None, None)
    assert said["rules"][0]["security_group"] == {"id": SESSIONS.group_id, "name": None}
    assert said["rules"][0]["source"]["name"] is None


def test_a_quota_that_cannot_be_counted_is_null() -> None:
    assert values(survey(denied=frozenset([RULES])))["security_groups"][0]["quota"] is None
    read = survey(rule(OFFICES.list_id), denied=frozenset([PREFIX_LISTS]))
    assert values(read)["security_groups"][0]["quota"] is None
    assert values(survey(rule(), denied=frozenset([PREFIX_LISTS])))["security_groups"][0]["quota"] is not None


def test_findings_and_drift_of_a_cache() -> None:
    lacking = Missing("sessions", key("10.0.0.0/8"), "Office")
    drift = Drift(True, frozenset([(6379, source(WEB.group_id))]), (lacking,))
    said = values(survey(rule(), rule("0.0.0.0/0", rule_id="sgr-2")), drift)
    assert (said["in_policy"], said["worst"]) == (True, "critical")
    assert {row["rule_id"]: row["drift"] for row in said["rules"]} == {"sgr-1": "wanted", "sgr-2": "unexpected"}
    [finding] = said["findings"]
    assert (finding["check"], finding["cache"], finding["rule_ids"], finding["security_group"]) == (
        "open_to_any_address",
        "sessions",
        ["sgr-2"],
        SESSIONS.group_id,
    )
    assert said["missing"] == [
        {
            "cache": "sessions",
            "port": 6379,
            "security_group": {"id": SESSIONS.group_id, "name": "sessions"},
            "source": {"type": "cidr", "value": "10.0.0.0/8", "name": None, "owner_id": None, "vpc_id": None},
            "description": "Office",
            "reason": None,
        }
    ]


def test_access_that_cannot_be_granted_is_named_as_it_is_written() -> None:
    said = missing_values(Missing("session", None, "", "instance", "i-1", "there is no such cache"), KNOWN)
    assert (said["port"], said["security_group"], said["reason"]) == (None, None, "there is no such cache")
    assert said["source"] == {"type": "instance", "value": "i-1", "name": None, "owner_id": None, "vpc_id": None}


def test_members_are_listed_with_names_where_they_are_known() -> None:
    known = replace(
        KNOWN, instances={"i-1": Instance("i-1", "running", (), "web-1"), "i-2": Instance("i-2", "stopped", ())}
    )
    read = survey(rule(), carriers=[carrier(1), carrier(2), carrier(3), carrier(4, instance_id="")], known=known)
    said = members_values(read)
    assert said[WEB.group_id]["instances"] == [
        {"id": "i-1", "name": "web-1", "state": "running"},
        {"id": "i-2", "name": None, "state": "stopped"},
        {"id": "i-3", "name": None, "state": None},
    ]
    assert said[WEB.group_id]["interfaces"][3] == {
        "id": "eni-4",
        "instance_id": None,
        "description": "",
        "addresses": ["10.0.0.4"],
    }


def test_of_very_many_members_some_are_listed_and_all_are_counted() -> None:
    many = [carrier(number, addresses=(f"10.0.{number // 256}.{number % 256}",)) for number in range(501)]
    read = survey(rule(), carriers=many)
    listed = members_values(read)[WEB.group_id]
    assert (len(listed["instances"]), len(listed["interfaces"])) == (500, 500)
    assert (values(read)["rules"][0]["instances"], values(read)["rules"][0]["interfaces"]) == (501, 501)


def test_members_that_are_not_known_are_not_listed() -> None:
    read = survey(rule(), denied=frozenset([INTERFACES]))
    assert members_values(read) == {}


def test_a_summary_counts_what_belongs_to_caches_and_what_does_not() -> None:
    read = survey(rule(), rule("0.0.0.0/0", rule_id="sgr-2"), caches=[cache("sessions", SESSIONS)])
    drift = Drift(True, frozenset([(6379, source(WEB.group_id))]), (Missing("sessions", key("10.0.0.0/8")),))
    result = {
        "compared": True,
        "caches": [values(read, drift)],
        "findings": [{"severity": "low"}],
        "missing_access": [{}],
        "unknown": [{}, {}],
    }
    assert summary_values(result) == {
        "caches": 1,
        "rules": 2,
        "findings": {"critical": 1, "high": 0, "medium": 0, "low": 1},
        "drift": {"wanted": 1, "unexpected": 1, "missing": 2},
        "unknown": 2,
    }
    assert summary_values({**result, "compared": False})["drift"] is None


def test_who_gets_through() -> None:
    two = (carrier(1), carrier(2))
    reached = {("cluster", "sessions"): {"eni-1": ("reachable", ""), "eni-2": ("blocked", "An ACL stops it.")}}
    [row] = values(survey(rule(), carriers=two, reached=reached))["rules"]
    assert row["reachable"] == 1
    assert row["reachability"] == {
        "eni-1": {"verdict": "reachable", "reason": None},
        "eni-2": {"verdict": "blocked", "reason": "An ACL stops it."},
    }
    # Who is behind a list that may not be read is not known, and so is who gets through.
    [row] = values(survey(rule(OFFICES.list_id), reached=reached))["rules"]
    assert (row["reachable"], row["reachability"]) == (None, None)
    [row] = values(survey(rule(), carriers=two, reached={}))["rules"]
    assert (row["reachable"], row["reachability"]) == (0, {})


def test_who_gets_through_is_not_counted_where_it_is_not_known_of_one() -> None:
    reached = {("cluster", "sessions"): {"eni-1": ("reachable", ""), "eni-2": ("unknown", "Not read.")}}
    [row] = values(survey(rule(), carriers=(carrier(1), carrier(2)), reached=reached))["rules"]
    assert (row["reachable"], len(row["reachability"])) == (None, 2)
