# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""A report of audits -> CSV: a line per rule, and one per access that is granted and not there. Pure."""

from __future__ import annotations

import csv
import io
import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._drift import MISSING
from ansible_collections.elasticache.access.plugins.module_utils._printable import printable

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Values = Mapping[str, t.Any]

COLUMNS = (
    "host",
    "account",
    "region",
    "cache",
    "kind",
    "ports",
    "drift",
    "security_group_id",
    "security_group_name",
    "rule_id",
    "protocol",
    "from_port",
    "to_port",
    "source_type",
    "source",
    "source_name",
    "source_owner_id",
    "instances",
    "interfaces",
    "addresses",
    "reachable",
    "managed",
    "exact",
    "expires_at",
    "description",
    "tags",
    "findings",
    "reason",
)
# A spreadsheet takes a cell that begins with one of these for a formula, in some countries with the wide ones as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_of(report: Values) -> str:
    """Return the lines of C(report) with a heading. What is not known or does not apply is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in _lines(report):
        writer.writerow([_cell(line.get(column)) for column in COLUMNS])
    return text.getvalue()


def _lines(report: Values) -> Iterator[Values]:
    hosts = {host["host"]: {name: host[name] for name in ("host", "account", "region")} for host in report["hosts"]}
    for cache in report["caches"]:
        where = hosts[cache["host"]]
        checks: dict[str, list[str]] = {}
        for finding in cache["findings"]:
            for rule_id in finding["rule_ids"]:
                checks.setdefault(rule_id, []).append(finding["check"])
        for rule in cache["rules"]:
            findings = " ".join(checks.get(rule["rule_id"], ()))
            protocol = "all" if rule["protocol"] == "-1" else rule["protocol"]
            ports = _ports(rule["ports"])
            yield {**where, **rule, **_names(rule), "protocol": protocol, "ports": ports, "findings": findings}
        for missing in cache["missing"]:
            yield {**where, "kind": cache["kind"], **_missing(missing)}
    for host in report["hosts"]:
        for missing in host["missing"]:
            yield {**hosts[host["host"]], **_missing(missing)}


def _names(values: Values) -> Values:
    group, source = values["security_group"] or {}, values["source"]
    return {
        "security_group_id": group.get("id"),
        "security_group_name": group.get("name"),
        "source_type": source["type"],
        "source": source["value"],
        "source_name": source["name"],
        "source_owner_id": source["owner_id"],
    }


def _missing(missing: Values) -> Values:
    port = missing["port"]
    return {**missing, **_names(missing), "ports": _ports([port] if port else []), "drift": MISSING}


def _ports(ports: list[int]) -> str:
    return " ".join(map(str, ports))


def _cell(value: t.Any) -> t.Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    text = " ".join(f"{key}={each}" for key, each in value.items()) if hasattr(value, "items") else str(value)
    # The file is looked at in a terminal as well, to which a line end does no harm.
    shown = "\n".join(map(printable, text.split("\n")))
    return f"'{shown}" if text.startswith(_FORMULA) else shown
