# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The audits of several accounts and regions -> one report. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter

from ansible_collections.elasticache.access.plugins.module_utils._drift import UNEXPECTED
from ansible_collections.elasticache.access.plugins.module_utils._findings import SEVERITIES

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Values = dict[str, t.Any]

# Of the form of the report. It grows when readers of the old one would go wrong.
FORM = 1


def make_report(audits: Mapping[str, Mapping[str, t.Any]], generated_at: str, collection_version: str) -> Values:
    """Return one report of what elasticache_access_info returned for each host of an inventory.

    For a host that could not be audited that is C(failed) and C(msg). C(generated_at) is a time in UTC.
    """
    done = {host: audit for host, audit in audits.items() if not audit.get("failed")}
    caches = [{"host": host, **cache} for host, audit in done.items() for cache in audit["caches"]]
    return {
        "version": FORM,
        "generated_at": generated_at,
        "collection_version": collection_version,
        "compared": any(audit["compared"] for audit in done.values()),
        "summary": _summary(audits, done),
        "hosts": [_host(host, audit) for host, audit in audits.items()],
        "caches": sorted(caches, key=_worst_first),
    }


def _host(host: str, audit: Mapping[str, t.Any]) -> Values:
    return {
        "host": host,
        "account": audit.get("account"),
        "region": audit.get("region"),
        "error": audit["msg"] if audit.get("failed") else None,
        "unknown": audit.get("unknown", []),
        "findings": audit.get("findings", []),
        "missing": audit.get("missing_access", []),
        "members": audit.get("members", {}),
    }


def _summary(audits: Mapping[str, t.Any], done: Mapping[str, Mapping[str, t.Any]]) -> Values:
    summaries = [audit["summary"] for audit in done.values()]
    drifts = [summary["drift"] for summary in summaries if summary["drift"]]
    return {
        "hosts": len(audits),
        "failed_hosts": len(audits) - len(done),
        "caches": sum(summary["caches"] for summary in summaries),
        "rules": sum(summary["rules"] for summary in summaries),
        "findings": _added_up(SEVERITIES, [summary["findings"] for summary in summaries]),
        "drift": _added_up(drifts[0], drifts) if drifts else None,
        "unknown": sum(summary["unknown"] for summary in summaries),
    }


def _added_up(names: Iterable[str], counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(each[name] for each in counts) for name in names}


def _worst_first(cache: Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    """Sort by the worst finding and how many there are of it, then by drift, then by what is not known."""
    counts = Counter(finding["severity"] for finding in cache["findings"])
    drift = len(cache["missing"]) + sum(1 for rule in cache["rules"] if rule["drift"] == UNEXPECTED)
    return (
        *(-counts[severity] for severity in SEVERITIES),
        -drift,
        -len(cache["unknown"]),
        cache["host"],
        cache["name"],
        cache["kind"],
    )


def failures(audit: Mapping[str, t.Any], fail_on: Iterable[str]) -> list[str]:
    """Return why an audit is to fail, as parts of a sentence.

    C(fail_on) holds severities, which stand for themselves and all that are worse, C(drift) and C(unknown).
    """
    words = set(fail_on)
    summary = audit["summary"]
    said = []
    severities = [SEVERITIES.index(word) for word in words if word in SEVERITIES]
    if severities:
        listed = SEVERITIES[: max(severities) + 1]
        said += [f"{summary['findings'][each]} of severity {each}" for each in listed if summary["findings"][each]]
    if "drift" in words and not audit["compared"]:
        said.append("drift is to be looked for, and there are no grants to compare with")
    elif "drift" in words:
        drift = summary["drift"]
        said += [f"{drift[each]} {each}" for each in ("unexpected", "missing") if drift[each]]
    if "unknown" in words and summary["unknown"]:
        said.append(f"{summary['unknown']} unknown")
    return said
