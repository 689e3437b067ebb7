# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""A result of elasticache_reachability_info -> lines for the terminal: answer, way hop by hop, fix. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._printable import printable

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Values = Mapping[str, t.Any]

# The ways of so many answers are shown hop by hop, and so many answers are given one by one.
_DETAILED = 10
_ANSWERS = 50
# So many nodes are named behind a step that is not about all of them.
_SHOWN = 4

# What is wrong has to meet the eye.
_VERDICTS = {"ok": "ok", "blocked": "BLOCKED", "partial": "PARTIAL", "unknown": "unknown"}
_INDENT = "     "


def text_of(result: Values, details: bool = True) -> list[str]:
    """Return lines that give every answer first, then for those that are not plainly yes the way and the fix.

    A single answer is always shown with its way. Without C(details) there are the answers alone.
    """
    lines = list(_answers(result, result["paths"]))
    if details:
        lines += _details(result, result["paths"])
    return [printable(line) for line in lines]


def _details(result: Values, paths: Sequence[Values]) -> list[str]:
    lines: list[str] = []
    doubtful = [path for path in paths if path["verdict"] != "reachable"]
    shown = paths if len(paths) == 1 else doubtful[:_DETAILED]
    for path in shown:
        lines += ["", *_way(path, is_only=len(paths) == 1), *_fixes(path)]
    if len(doubtful) > len(shown) and len(paths) > 1:
        lines += ["", f"... and {len(doubtful) - len(shown)} more that are not plainly reachable; see paths."]
    if shown:
        lines += ["", "Not looked at:", *(f"{_INDENT}{each}" for each in result["not_looked_at"])]
    if any(path["several_interfaces"] for path in shown):
        lines += [
            f"{_INDENT}Which of several network interfaces the operating system uses: one that gets through counts."
        ]
    return lines


def _answers(result: Values, paths: Sequence[Values]) -> Iterator[str]:
    when = "After this change: " if result["planned"] else ""
    # What is wrong comes first.
    order = ("blocked", "partial", "unknown", "reachable")
    ranked = sorted(paths, key=lambda path: order.index(path["verdict"]))
    yield from (f"{when}{path['summary']}" for path in ranked[:_ANSWERS])
    if len(ranked) > _ANSWERS:
        yield f"... and {len(ranked) - _ANSWERS} more answers; see paths."
    yield from (f"There is no cache {name!r}, and it was left out." for name in result["missing"])
    if not paths and not result["missing"]:
        yield "There is no cache to reach."


def _way(path: Values, is_only: bool) -> Iterator[str]:
    if not is_only:
        yield f"{first_of(path['sources'], _SHOWN)} to {path['cache']}:"
    hops = path.get("hops", ())
    width = max((len(hop["title"]) for hop in hops), default=0)
    for hop in hops:
        head = f"{hop['number']:>3}  {_VERDICTS[hop['verdict']]:<8} {hop['title']:<{width}}"
        steps = hop["steps"] or [{"sentence": "Not looked at.", "where": None, "code": None}]
        for step in steps:
            yield f"{head}  {_said(step)}"
            head = " " * len(head)


def _said(step: Values) -> str:
    where = f"{step['where']}: " if step["where"] else ""
    code = f" [{step['code']}]" if step["code"] else ""
    return f"{where}{step['sentence']}{code}"


def _fixes(path: Values) -> Iterator[str]:
    if path["fixes"]:
        yield ""
        yield "To mend it:" if len(path["fixes"]) == 1 else "To mend it, all of these:"
    for fix in path["fixes"]:
        yield f"{_INDENT}{fix['sentence']}"
        if fix["command"]:
            yield f"{_INDENT}$ {fix['command']}"
