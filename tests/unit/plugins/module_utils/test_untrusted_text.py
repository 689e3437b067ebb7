# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What anybody may have written in AWS moves no cursor and forges no line in what is printed as it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._audit_report import make_report
from ansible_collections.elasticache.access.plugins.module_utils._audit_table import table_of
from ansible_collections.elasticache.access.plugins.module_utils._errors import near
from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import EndingRules, batches_of
from ansible_collections.elasticache.access.plugins.module_utils._expired_text import text_of as expired_text
from ansible_collections.elasticache.access.plugins.module_utils._expired_values import sweep_diff
from ansible_collections.elasticache.access.plugins.module_utils._reachability_text import text_of as reachability_text
from ansible_collections.elasticache.access.plugins.module_utils._render import diff_of_group, rule_line, rule_values
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known

from tests.unit.connections import carrier, sender
from tests.unit.reports import SOURCE, audit, audited, finding, lack, row
from tests.unit.values import MANAGED, OFFICES, SESSIONS, WEB, group_plan, rule

HOSTILE = "a\x1b[2J\x1b]0;x\x07b\x9b1mc\u202ed\r\ne\u2028f"
SHOWN = r"a\x1b[2J\x1b]0;x\x07b\x9b1mc\u202ed\r\ne\u2028f"
NAMED = Known(
    groups={each.group_id: replace(each, name=HOSTILE) for each in (SESSIONS, WEB)},
    prefix_lists={OFFICES.list_id: replace(OFFICES, name=HOSTILE)},
)
EVERYWHERE = rule(description=HOSTILE, tags=((HOSTILE, HOSTILE), *MANAGED))


def clean(text: str) -> bool:
    """Say whether every line of a text can be printed, and none was forged."""
    return all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    "named",
    [
        NAMED.groups[WEB.group_id],
        NAMED.prefix_lists[OFFICES.list_id],
        replace(carrier(1), instance_id="", description=HOSTILE),
        sender(name=HOSTILE),
    ],
    ids=["group", "prefix list", "interface", "instance"],
)
def test_name(named: object) -> None:
    assert SHOWN in str(named)
    assert str(named).isprintable()


def test_names_that_are_offered() -> None:
    assert near(HOSTILE, [HOSTILE]) == f"Did you mean {SHOWN}?"
    assert near("web", [HOSTILE]) == f"There are: {SHOWN}."


def test_line_of_a_rule() -> None:
    line = rule_line(EVERYWHERE, NAMED)
    assert line.count(SHOWN) == 4
    assert line.isprintable()


def test_diffs() -> None:
    diff = diff_of_group(group_plan(adds=(EVERYWHERE,), removes=(rule(OFFICES.list_id),), caches=(HOSTILE,)), NAMED)
    batches = batches_of([EVERYWHERE])
    for each in (diff, *sweep_diff(batches, EndingRules((EVERYWHERE,), (), ()), NAMED)):
        assert all(clean(text) for text in each.values())
        assert f"{each['before']}{each['after']}".count("\n") == (2 if each is diff else 1)
        assert SHOWN in each["before_header"]


def test_return_values_stay_as_they_are() -> None:
    """Ansible prints them as JSON, and whoever compares them compares with what AWS says."""
    values = rule_values(EVERYWHERE, NAMED)
    assert (values["description"], values["tags"][HOSTILE], values["source"]["name"]) == (HOSTILE,) * 3


def test_table_of_an_audit() -> None:
    source = {**SOURCE, "name": HOSTILE}
    cache = audited(
        HOSTILE,
        rules=[row(drift="unexpected", source=source)],
        findings=[finding(message=HOSTILE)],
        missing=[lack(source=source, reason=HOSTILE)],
        unknown=[{"message": HOSTILE, "action": None}],
    )
    failed = {"failed": True, "msg": f"one {HOSTILE}\ntwo"}
    lines = table_of(make_report({"here": audit(cache), HOSTILE: failed}, "", ""))
    assert all(line.isprintable() for line in lines)
    assert "\n".join(lines).count(r"\x1b[2J") > 7


def test_text_of_expired_access() -> None:
    one: dict[str, Any] = {
        **rule_values(EVERYWHERE, NAMED),
        "security_group_name": HOSTILE,
        "expires_at": HOSTILE,
        "reason": HOSTILE,
    }
    nothing: dict[str, Any] = {name: [] for name in ("expired", "pending", "removed", "not_done")}
    lines = expired_text({"region": "eu-west-1", "now": "now", **nothing, "unreadable": [one]})
    assert lines[
        1
    ] == f"  UNREADABLE: tcp/6379 from {SHOWN} ({WEB.group_id}) in {SHOWN} ({SESSIONS.group_id}), end " + (
        f"{SHOWN} ({SHOWN})"
    )


def test_text_of_reachability() -> None:
    step = {"sentence": HOSTILE, "where": HOSTILE, "code": None}
    path: dict[str, Any] = {
        "verdict": "blocked",
        "summary": HOSTILE,
        "sources": [HOSTILE],
        "cache": "sessions",
        "hops": [{"number": 1, "verdict": "blocked", "title": HOSTILE, "steps": [step]}],
        "fixes": [{"sentence": HOSTILE, "command": HOSTILE}],
        "several_interfaces": False,
    }
    result = {"paths": [path, path], "planned": False, "missing": [HOSTILE], "not_looked_at": []}
    lines = reachability_text(result)
    assert all(line.isprintable() for line in lines)
    assert "\n".join(lines).count(SHOWN) == 3 + 2 * 6
