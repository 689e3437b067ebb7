# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._audit_report import failures, make_report

from tests.unit.reports import audit, audited, finding, lack, row

LOST = {"failed": True, "msg": "No AWS region is known."}
UNKNOWN = {"message": "Something could not be read.", "action": "ec2:DescribeInstances"}


def report(**audits: dict[str, Any]) -> dict[str, Any]:
    return make_report(audits, "2026-01-31T18:00:00Z", "0.4.0")


def test_a_report_of_one_host() -> None:
    told = report(here=audit(audited(rules=[row()], findings=[finding("high")]), members={"sg-web": {}}))
    assert {name: told[name] for name in ("version", "generated_at", "collection_version", "compared")} == {
        "version": 1,
        "generated_at": "2026-01-31T18:00:00Z",
        "collection_version": "0.4.0",
        "compared": False,
    }
    assert told["hosts"] == [
        {
            "host": "here",
            "account": "123456789012",
            "region": "eu-west-1",
            "error": None,
            "unknown": [],
            "findings": [],
            "missing": [],
            "members": {"sg-web": {}},
        }
    ]
    assert told["caches"][0]["host"] == "here"
    assert told["summary"] == {
        "hosts": 1,
        "failed_hosts": 0,
        "caches": 1,
        "rules": 1,
        "findings": {"critical": 0, "high": 1, "medium": 0, "low": 0},
        "drift": None,
        "unknown": 0,
    }


def test_hosts_add_up_and_one_that_could_not_be_audited_is_there_with_the_reason() -> None:
    one = audit(
        audited(rules=[row(drift="wanted"), row("sgr-2", drift="unexpected")], missing=[lack()]),
        compared=True,
        findings=[finding("low")],
        unknown=[UNKNOWN],
    )
    two = audit(audited(findings=[finding("low")]), audited("carts"), missing_access=[lack()], compared=True)
    told = report(one=one, lost=LOST, two=two)
    assert [(host["host"], host["error"]) for host in told["hosts"]] == [
        ("one", None),
        ("lost", "No AWS region is known."),
        ("two", None),
    ]
    assert told["hosts"][1]["members"] == {}
    assert told["hosts"][2]["missing"] == [lack()]
    assert told["compared"] is True
    assert told["summary"] == {
        "hosts": 3,
        "failed_hosts": 1,
        "caches": 3,
        "rules": 2,
        "findings": {"critical": 0, "high": 0, "medium": 0, "low": 2},
        "drift": {"wanted": 1, "unexpected": 1, "missing": 2},
        "unknown": 1,
    }


def test_a_host_without_grants_is_counted_beside_one_with() -> None:
    told = report(plain=audit(audited()), compared=audit(audited(rules=[row(drift="wanted")]), compared=True))
    assert told["summary"]["drift"] == {"wanted": 1, "unexpected": 0, "missing": 0}


def test_the_worst_caches_come_first_then_drift_then_what_is_not_known_then_by_name() -> None:
    caches = [
        audited("b"),
        audited("a"),
        audited("unknown", unknown=[UNKNOWN]),
        audited("missing", missing=[lack()]),
        audited("drift", rules=[row(drift="unexpected"), row(drift="unexpected")]),
        audited("low", findings=[finding("low")] * 3),
        audited("two", findings=[finding("high")] * 2),
        audited("one", findings=[finding("high"), finding("low")]),
        audited("worst", findings=[finding("critical")]),
    ]
    names = ["worst", "two", "one", "low", "drift", "missing", "unknown", "a", "b"]
    assert [cache["name"] for cache in report(here=audit(*caches))["caches"]] == names
    assert [cache["name"] for cache in report(here=audit(*reversed(caches)))["caches"]] == names


def test_a_report_of_nothing() -> None:
    told = report(lost=LOST)
    assert (told["caches"], told["compared"], told["summary"]["drift"]) == ([], False, None)


BAD = audit(
    audited(rules=[row(drift="unexpected")], missing=[lack()], findings=[finding("high"), finding("low")]),
    unknown=[UNKNOWN],
    compared=True,
)


@pytest.mark.parametrize(
    ("fail_on", "said"),
    [
        ([], []),
        (["critical"], []),
        (["high"], ["1 of severity high"]),
        (["medium"], ["1 of severity high"]),
        (["low"], ["1 of severity high", "1 of severity low"]),
        (["critical", "low"], ["1 of severity high", "1 of severity low"]),
        (["drift"], ["1 unexpected", "1 missing"]),
        (["unknown"], ["1 unknown"]),
        (["high", "drift", "unknown"], ["1 of severity high", "1 unexpected", "1 missing", "1 unknown"]),
    ],
)
def test_what_makes_an_audit_fail(fail_on: list[str], said: list[str]) -> None:
    assert failures(BAD, fail_on) == said


def test_a_clean_audit_fails_on_nothing() -> None:
    clean = audit(audited(rules=[row(drift="wanted")]), compared=True)
    assert failures(clean, ["low", "drift", "unknown"]) == []


def test_drift_that_was_not_looked_for_is_not_taken_for_none() -> None:
    assert failures(audit(audited()), ["drift"]) == [
        "drift is to be looked for, and there are no grants to compare with"
    ]
