# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._audit_report import make_report
from ansible_collections.elasticache.access.plugins.module_utils._audit_table import table_of

from tests.unit.reports import RANGE, audit, audited, finding, lack, row

UNKNOWN = {"message": "Something could not be read.", "action": "ec2:DescribeInstances"}
HIDDEN = {"message": "Something is hidden.", "action": None}


def table(**audits: dict[str, Any]) -> list[str]:
    return table_of(make_report(audits, "2026-01-31T18:00:00Z", "0.4.0"))


def test_a_clean_cache() -> None:
    assert table(here=audit(audited(rules=[row()]))) == [
        "1 cache, 1 rule that let something in; no findings.",
        "",
        "CACHE     PORTS  RULES  FINDINGS",
        "sessions  6379   1      none",
    ]


def test_no_caches_at_all() -> None:
    assert table(here=audit()) == ["0 caches, 0 rules that let something in; no findings."]


def test_findings_drift_and_what_is_not_known() -> None:
    cache = audited(
        ports=[6379, 6380],
        in_policy=True,
        rules=[
            row(drift="wanted"),
            row("sgr-2", drift="unexpected", source=RANGE),
            row("sgr-3", drift="unexpected", ports=[6379, 6380]),
        ],
        findings=[finding("high"), finding("low")],
        missing=[lack(), lack(6380), lack(None, source=RANGE, reason="it is too wide")],
        unknown=[HIDDEN],
    )
    foreign = audited("carts", in_policy=False, ports=[], findings=[finding("critical", cache="carts")])
    clean = audited("fragments", in_policy=True)
    told = table(
        here=audit(
            cache,
            foreign,
            clean,
            compared=True,
            findings=[finding("low", message="A group is left behind.")],
            missing_access=[lack(None, cache="session", reason="there is no such cache")],
            unknown=[UNKNOWN],
        )
    )
    assert told == [
        "3 caches, 3 rules that let something in; 1 critical, 1 high, 2 low; 1 wanted, 2 unexpected, 4 missing; "
        "2 unknown.",
        "",
        "CACHE      PORTS      RULES  FINDINGS                  DRIFT",
        "carts      ?          0      1 critical                not in the policy",
        "sessions   6379 6380  3      1 high, 1 low, 1 unknown  2 unexpected, 3 missing",
        "fragments  6379       0      none                      none",
        "",
        "CRITICAL  carts: Something of severity critical.",
        "HIGH  sessions: Something of severity high.",
        "LOW  sessions: Something of severity low.",
        "LOW  A group is left behind.",
        "",
        "UNEXPECTED  sessions: 10.0.0.0/8 to port 6379, by rule sgr-2",
        "UNEXPECTED  sessions: app-web (sg-web) to ports 6379 and 6380, by rule sgr-3",
        "MISSING  sessions: app-web (sg-web) to ports 6379 and 6380",
        "MISSING  sessions: 10.0.0.0/8, and cannot be granted: it is too wide",
        "MISSING  session: app-web (sg-web), and cannot be granted: there is no such cache",
        "",
        "UNKNOWN  here: Something could not be read. (ec2:DescribeInstances)",
        "UNKNOWN  sessions: Something is hidden.",
    ]


def test_several_hosts_have_a_column_and_a_lost_one_a_line() -> None:
    told = table(
        one=audit(audited(findings=[finding()])), two=audit(audited()), lost={"failed": True, "msg": "No region."}
    )
    assert told[0].endswith("1 low; 1 of 3 hosts not audited.")
    assert told[1] == "NOT AUDITED  lost: No region."
    assert told[3:6] == [
        "CACHE     HOST  PORTS  RULES  FINDINGS",
        "sessions  one   6379   0      1 low",
        "sessions  two   6379   0      none",
    ]
    assert "LOW  sessions on one: Something of severity low." in told


def test_nothing_is_called_clean_that_could_not_be_looked_at() -> None:
    assert "; no findings in what could be read; 1 unknown." in table(here=audit(audited(), unknown=[HIDDEN]))[0]
    assert "; no findings in what could be read; 1 of 1 hosts" in table(here={"failed": True, "msg": "No region."})[0]


def test_of_very_many_the_worst_are_shown_and_the_rest_counted() -> None:
    caches = [
        audited(
            f"cache-{number:02}",
            rules=[row(drift="unexpected")],
            findings=[finding("critical" if number == 24 else "low")],
            in_policy=True,
            unknown=[HIDDEN],
        )
        for number in range(25)
    ]
    told = table(here=audit(*caches, compared=True))
    assert told[3].startswith("cache-24")
    assert "... and 5 more caches, none of them worse than these." in told
    assert "... and 15 more findings." in told
    assert "... and 15 more that differ from the policy." in told
    assert "... and 15 more that are not known." in told
    assert len(told) == 1 + 2 + 21 + 1 + 11 + 1 + 11 + 1 + 11
