# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._audit_csv import COLUMNS, csv_of
from ansible_collections.elasticache.access.plugins.module_utils._audit_report import make_report

from tests.unit.reports import RANGE, audit, audited, finding, lack, row


def lines(*caches: dict[str, Any], **facts: Any) -> list[dict[str, str]]:
    text = csv_of(make_report({"here": audit(*caches, **facts)}, "2026-01-31T18:00:00Z", "0.4.0"))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_line_per_rule() -> None:
    [line] = lines(
        audited(
            rules=[row(ports=[6379, 6380], tags={"a": "b", "c": "d"}, drift="wanted")],
            findings=[finding(check="one"), finding(check="two"), finding(rule_id="sgr-2", check="three")],
        )
    )
    assert line == {
        "host": "here",
        "account": "123456789012",
        "region": "eu-west-1",
        "cache": "sessions",
        "kind": "cluster",
        "ports": "6379 6380",
        "drift": "wanted",
        "security_group_id": "sg-sessions",
        "security_group_name": "sessions",
        "rule_id": "sgr-1",
        "protocol": "tcp",
        "from_port": "6379",
        "to_port": "6379",
        "source_type": "security_group",
        "source": "sg-web",
        "source_name": "app-web",
        "source_owner_id": "123456789012",
        "instances": "2",
        "interfaces": "3",
        "addresses": "4",
        "reachable": "",
        "managed": "true",
        "exact": "true",
        "expires_at": "",
        "description": "Web",
        "tags": "a=b c=d",
        "findings": "one two",
        "reason": "",
    }


def test_a_line_per_access_that_is_missing_also_on_caches_that_are_not_there() -> None:
    told = lines(audited(missing=[lack()]), missing_access=[lack(None, cache="session", reason="no such cache")])
    assert [(line["cache"], line["kind"], line["drift"], line["ports"], line["reason"]) for line in told] == [
        ("sessions", "cluster", "missing", "6379", ""),
        ("session", "", "missing", "", "no such cache"),
    ]
    assert [line["security_group_id"] for line in told] == ["sg-sessions", ""]


def test_what_is_not_known_is_empty_and_false_is_said() -> None:
    [line] = lines(audited(rules=[row(instances=None, addresses=None, managed=False, source=RANGE)]))
    assert (line["instances"], line["addresses"], line["managed"], line["source_name"]) == ("", "", "false", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff20SUM(A1)"])
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    [line] = lines(audited(rules=[row(description=text, tags={text: "x"})]))
    shown = text.translate({9: "\\t", 13: "\\r"})
    assert (line["description"], line["tags"]) == (f"'{shown}", f"'{shown}=x")


def test_control_codes_stand_as_escapes() -> None:
    """Whoever looks at the file in a terminal gets none of them."""
    [line] = lines(audited(rules=[row(description="a\x1b[2Jb\u202ec\x9bd")]))
    assert line["description"] == r"a\x1b[2Jb\u202ec\x9bd"


def test_protocol_and_ports_of_all_traffic() -> None:
    [line] = lines(audited(rules=[row(protocol="-1", from_port=-1, to_port=-1)]))
    assert (line["protocol"], line["from_port"], line["to_port"]) == ("all", "-1", "-1")


def test_quotes_commas_and_line_ends_stay_in_their_cell() -> None:
    text = 'a "b", c\nd'
    [line] = lines(audited(rules=[row(description=text)]))
    assert line["description"] == text


def test_a_report_of_nothing_is_a_heading() -> None:
    assert csv_of(make_report({}, "", "")) == ",".join(COLUMNS) + "\r\n"
