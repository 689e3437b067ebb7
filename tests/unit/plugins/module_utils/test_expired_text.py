# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._expired_text import text_of

AT = "2026-01-31T18:00:00Z"
EMPTY: dict[str, Any] = {
    "region": "eu-west-1",
    "now": "2026-02-01T00:00:00Z",
    **{name: [] for name in ("expired", "pending", "unreadable", "removed", "renewed_meanwhile", "not_done")},
}


def ending(number: int, reason: str | None = None, name: str | None = "web", **more: Any) -> dict[str, Any]:
    return {
        "rule_id": f"sgr-{number}",
        "security_group_id": "sg-1",
        "security_group_name": "sessions-cache",
        "protocol": "tcp",
        "from_port": 6379,
        "to_port": 6379,
        "source": {"type": "security_group", "value": "sg-2", "name": name, "owner_id": None},
        "expires_at": AT,
        "reason": reason,
        **more,
    }


def test_where_nothing_has_an_end_one_line_says_so() -> None:
    assert text_of(EMPTY) == ["eu-west-1 at 2026-02-01T00:00:00Z: no rule with an end"]


def test_every_kind_has_its_lines_and_the_counts_come_first() -> None:
    one, two, three, garbage, late = (ending(number) for number in range(1, 6))
    out = ending(6, "why", destination={"type": "security_group", "value": "sg-1", "name": None, "owner_id": None})
    del out["source"]
    result = {
        **EMPTY,
        "expired": [one, two, three, out],
        "removed": [one, out],
        "not_done": [two],
        "unreadable": [garbage],
        "pending": [late],
    }
    where = "tcp/6379 from web (sg-2) in sessions-cache (sg-1)"
    assert text_of(result) == [
        "eu-west-1 at 2026-02-01T00:00:00Z: 2 removed, 1 ended and left, 1 not removed, 1 with an unreadable end, "
        "1 to end later",
        f"  removed: {where}, end {AT}",
        f"  removed: tcp/6379 from sessions-cache (sg-1) to sg-1, end {AT} (why)",
        f"  ended and left: {where}, end {AT}",
        f"  NOT removed: {where}, end {AT}",
        f"  UNREADABLE: {where}, end {AT}",
        f"  to end later: {where}, end {AT}",
    ]


def test_in_check_mode_nothing_is_said_to_be_done() -> None:
    one = ending(1, name=None)
    assert text_of({**EMPTY, "expired": [one], "removed": [one]}, check_mode=True) == [
        "eu-west-1 at 2026-02-01T00:00:00Z: 1 would be removed",
        f"  would be removed: tcp/6379 from sg-2 in sessions-cache (sg-1), end {AT}",
    ]


def test_of_very_many_the_first_ones_are_listed() -> None:
    many = [ending(number) for number in range(53)]
    lines = text_of({**EMPTY, "pending": many})
    assert (len(lines), lines[-1]) == (52, "  to end later: ... and 3 more")
