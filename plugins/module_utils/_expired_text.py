# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""A result of elasticache_expired_access -> lines for the terminal: what has ended first, then what will. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._printable import printable
from ansible_collections.elasticache.access.plugins.module_utils._rules import port_text

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Values = Mapping[str, t.Any]

# So many rules of each kind are listed.
_SHOWN = 50


def text_of(result: Values, check_mode: bool = False) -> list[str]:
    """Return lines that say what was removed, or would be, what has ended and stands, and what ends later."""
    settled = {rule["rule_id"] for rule in (*result["removed"], *result["not_done"])}
    standing = [rule for rule in result["expired"] if rule["rule_id"] not in settled]
    removed = "would be removed" if check_mode else "removed"
    counts = (
        (len(result["removed"]), removed),
        (len(standing), "ended and left"),
        (len(result["not_done"]), "not removed"),
        (len(result["unreadable"]), "with an unreadable end"),
        (len(result["pending"]), "to end later"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    lines = [
        f"{result['region']} at {result['now']}: {said or 'no rule with an end'}",
        *_lines(f"{removed}:", result["removed"]),
        *_lines("ended and left:", standing),
        *_lines("NOT removed:", result["not_done"]),
        *_lines("UNREADABLE:", result["unreadable"]),
        *_lines("to end later:", result["pending"]),
    ]
    return [printable(line) for line in lines]


def _lines(head: str, rules: Sequence[Values]) -> Iterator[str]:
    for rule in rules[:_SHOWN]:
        reason = f" ({rule['reason']})" if rule["reason"] else ""
        yield f"  {head} {_rule(rule)}, end {rule['expires_at']}{reason}"
    if len(rules) > _SHOWN:
        yield f"  {head} ... and {len(rules) - _SHOWN} more"


def _rule(rule: Values) -> str:
    ports = port_text(rule["protocol"], rule["from_port"], rule["to_port"])
    group = _named(rule["security_group_name"], rule["security_group_id"])
    if "destination" in rule:
        to = rule["destination"]
        return f"{ports} from {group} to {_named(to['name'], to['value'])}"
    source = rule["source"]
    return f"{ports} from {_named(source['name'], source['value'])} in {group}"


def _named(name: str | None, value: str) -> str:
    return f"{name} ({value})" if name else value
