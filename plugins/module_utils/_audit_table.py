# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""A report of audits -> what a terminal shows of it: a table of the worst caches, and what is wrong. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter

from ansible_collections.elasticache.access.plugins.module_utils._drift import MISSING, UNEXPECTED
from ansible_collections.elasticache.access.plugins.module_utils._findings import SEVERITIES
from ansible_collections.elasticache.access.plugins.module_utils._printable import printable

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Values = Mapping[str, t.Any]

_CACHES = 20
_LINES = 10
_HEADING = ("CACHE", "HOST", "PORTS", "RULES", "FINDINGS", "DRIFT")


def table_of(report: Values) -> list[str]:
    """Return C(report) as a few lines: the worst caches and findings, and how much more there is."""
    summary = report["summary"]
    lines = [_summary_line(summary)]
    for host in report["hosts"]:
        # An error has a line for each thing that is wrong.
        lines += [f"NOT AUDITED  {host['host']}: {said}" for said in (host["error"] or "").split("\n") if said]
    if report["caches"]:
        lines += ["", *_columns([_HEADING, *(_row(cache) for cache in report["caches"][:_CACHES])], report)]
    left_out = len(report["caches"]) - _CACHES
    if left_out > 0:
        lines.append(f"... and {left_out} more caches, none of them worse than these.")
    findings = sorted(_findings(report), key=lambda pair: SEVERITIES.index(pair[0]))
    lines += _block([f"{severity.upper()}  {said}" for severity, said in findings], "findings")
    lines += _block(list(_drift(report)), "that differ from the policy")
    unknown = dict.fromkeys(_unknown(report))
    lines += _block([f"UNKNOWN  {said}" for said in unknown], "that are not known")
    return [printable(line) for line in lines]


def _block(lines: Sequence[str], what: str) -> list[str]:
    """Return the first of C(lines) under an empty one, and how many more there are of what."""
    if not lines:
        return []
    more = [f"... and {len(lines) - _LINES} more {what}."] if len(lines) > _LINES else []
    return ["", *lines[:_LINES], *more]


def _summary_line(summary: Values) -> str:
    is_all_known = not (summary["unknown"] or summary["failed_hosts"])
    nothing = "no findings" if is_all_known else "no findings in what could be read"
    parts = [
        f"{_plural(summary['caches'], 'cache')}, {_plural(summary['rules'], 'rule')} that let something in",
        ", ".join(_counted(summary["findings"])) or nothing,
    ]
    if summary["drift"]:
        parts.append(", ".join(f"{count} {name}" for name, count in summary["drift"].items()))
    if summary["unknown"]:
        parts.append(f"{summary['unknown']} unknown")
    if summary["failed_hosts"]:
        parts.append(f"{summary['failed_hosts']} of {summary['hosts']} hosts not audited")
    return f"{'; '.join(parts)}."


def _counted(findings: Mapping[str, int]) -> list[str]:
    """Return how many findings there are of each severity that there is."""
    return [f"{findings[severity]} {severity}" for severity in SEVERITIES if findings[severity]]


def _plural(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _row(cache: Values) -> tuple[str, ...]:
    findings = _counted(Counter(finding["severity"] for finding in cache["findings"]))
    if cache["unknown"]:
        findings.append(f"{len(cache['unknown'])} unknown")
    unexpected = sum(1 for rule in cache["rules"] if rule["drift"] == UNEXPECTED)
    counted = ((UNEXPECTED, unexpected), (MISSING, len(cache["missing"])))
    drift = [f"{count} {name}" for name, count in counted if count]
    if cache["in_policy"] is False:
        drift.append("not in the policy")
    return (
        cache["name"],
        cache["host"],
        " ".join(map(str, cache["ports"])) or "?",
        str(len(cache["rules"])),
        ", ".join(findings) or "none",
        ", ".join(drift) or ("none" if cache["in_policy"] is not None else ""),
    )


def _columns(rows: Sequence[tuple[str, ...]], report: Values) -> list[str]:
    """Return rows as a table, without columns that say nothing."""
    shown = [True, len(report["hosts"]) > 1, True, True, True, bool(report["compared"])]
    kept = [[cell for cell, is_shown in zip(row, shown) if is_shown] for row in rows]
    widths = [max(len(row[column]) for row in kept) for column in range(len(kept[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in kept]


def _findings(report: Values) -> Iterator[tuple[str, str]]:
    for cache in report["caches"]:
        for finding in cache["findings"]:
            yield finding["severity"], f"{_name(cache, report)}: {finding['message']}"
    for host in report["hosts"]:
        for finding in host["findings"]:
            yield finding["severity"], finding["message"]


def _drift(report: Values) -> Iterator[str]:
    for cache in report["caches"]:
        name = _name(cache, report)
        for rule in cache["rules"]:
            if rule["drift"] == UNEXPECTED:
                yield f"UNEXPECTED  {name}: {_source(rule)} to {_ports(rule['ports'])}, by rule {rule['rule_id']}"
        yield from _missing(name, cache["missing"])
    for host in report["hosts"]:
        for missing in host["missing"]:
            yield from _missing(missing["cache"], [missing])


def _missing(name: str, missing: Sequence[Values]) -> Iterator[str]:
    """Yield a line per source, which lacks one port or several."""
    ports: dict[tuple[str, str], list[int]] = {}
    for each in missing:
        ports.setdefault((_source(each), each["reason"] or ""), []).extend([each["port"]] if each["port"] else [])
    for (source, reason), lacking in ports.items():
        to = f" to {_ports(lacking)}" if lacking else ""
        yield f"MISSING  {name}: {source}{to}{f', and cannot be granted: {reason}' if reason else ''}"


def _ports(ports: Sequence[int]) -> str:
    return f"port{'s' if len(ports) > 1 else ''} {' and '.join(map(str, ports))}"


def _source(values: Values) -> str:
    source = values["source"]
    return f"{source['name']} ({source['value']})" if source["name"] else str(source["value"])


def _unknown(report: Values) -> Iterator[str]:
    for host in report["hosts"]:
        yield from (f"{host['host']}: {_said(each)}" for each in host["unknown"])
    for cache in report["caches"]:
        yield from (f"{_name(cache, report)}: {_said(each)}" for each in cache["unknown"])


def _said(unknown: Values) -> str:
    return f"{unknown['message']} ({unknown['action']})" if unknown["action"] else str(unknown["message"])


def _name(cache: Values, report: Values) -> str:
    return f"{cache['name']} on {cache['host']}" if len(report["hosts"]) > 1 else str(cache["name"])
