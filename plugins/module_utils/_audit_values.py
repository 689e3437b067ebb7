# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""An audit -> the return values of elasticache_access_info. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import asdict
from itertools import chain, islice

from ansible_collections.elasticache.access.plugins.module_utils._actions import PREFIX_LISTS, RULES
from ansible_collections.elasticache.access.plugins.module_utils._drift import MISSING, UNEXPECTED, WANTED
from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of, reason_in
from ansible_collections.elasticache.access.plugins.module_utils._findings import SEVERITIES
from ansible_collections.elasticache.access.plugins.module_utils._found_paths import REACHABLE
from ansible_collections.elasticache.access.plugins.module_utils._quota import usage_of
from ansible_collections.elasticache.access.plugins.module_utils._render import source_values, usage_values
from ansible_collections.elasticache.access.plugins.module_utils._rules import PREFIX_LIST
from ansible_collections.elasticache.access.plugins.module_utils._steps import UNKNOWN
from ansible_collections.elasticache.access.plugins.module_utils._unknowns import unknowns_of, unknowns_of_drift

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
    from ansible_collections.elasticache.access.plugins.module_utils._drift import Drift, Missing
    from ansible_collections.elasticache.access.plugins.module_utils._findings import Finding
    from ansible_collections.elasticache.access.plugins.module_utils._members import Members
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Source
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Access, Audited, Survey
    from ansible_collections.elasticache.access.plugins.module_utils._unknowns import Unknown

    Values = dict[str, t.Any]

# So many instances and interfaces of one source are listed; the counts on the rules are complete.
_LISTED = 500


def cache_audit_values(
    view: Audited, survey: Survey, findings: Sequence[Finding], drift: Drift | None, limit: int
) -> Values:
    """Return one cache with the rules that let something reach it. C(drift) is V(None) where nothing was compared."""
    cache = view.cache
    return {
        "name": cache.name,
        "arn": cache.arn,
        "kind": cache.kind,
        "engine": cache.engine,
        "status": cache.status,
        "ports": list(cache.ports),
        "vpc_id": next((group.vpc_id for group in view.groups), None),
        "in_policy": drift.is_in_policy if drift else None,
        "worst": findings[0].severity if findings else None,
        "security_groups": [
            {
                "id": membership.group_id,
                "name": group.name if group else None,
                "status": membership.status,
                "quota": _quota_values(membership.group_id, survey, limit),
            }
            for membership in cache.security_groups
            for group in [survey.known.groups.get(membership.group_id)]
        ],
        "rules": [_access_values(access, view, survey, drift) for access in view.accesses],
        "findings": [finding_values(finding) for finding in findings],
        "missing": [missing_values(each, survey.known) for each in drift.missing] if drift else [],
        "unknown": [unknown_values(each) for each in (*unknowns_of(view, survey), *unknowns_of_drift(drift))],
    }


def _quota_values(group_id: str, survey: Survey, limit: int) -> Values | None:
    if RULES in survey.denied:
        return None
    rules = survey.existing.get(group_id, ())
    if PREFIX_LISTS in survey.denied and any(rule.key.source.kind == PREFIX_LIST for rule in rules):
        return None
    return usage_values(usage_of(rules, survey.known.prefix_lists), limit)


def _access_values(access: Access, view: Audited, survey: Survey, drift: Drift | None) -> Values:
    rule, members = access.rule, access.members
    key = rule.key
    group = survey.known.groups.get(key.group_id)
    expiry = expiry_of(rule)
    return {
        "cache": view.cache.name,
        "kind": view.cache.kind,
        "ports": list(access.ports),
        "security_group": {"id": key.group_id, "name": group.name if group else None},
        "rule_id": rule.rule_id,
        "protocol": key.protocol,
        "from_port": key.from_port,
        "to_port": key.to_port,
        "source": _named(key.source, survey.known),
        "members": access.members_key if members else None,
        "instances": len(members.instance_ids) if members else None,
        "interfaces": len(members.carriers) if members else None,
        "addresses": members.addresses if members else None,
        **_reach_values(access, view, survey),
        "managed": rule.is_managed,
        "description": rule.description,
        "tags": dict(rule.user_tags),
        "expires_at": expiry.text if expiry else None,
        "reason": reason_in(rule.tags),
        "exact": access.is_exact,
        "drift": drift.of(access) if drift else None,
    }


def _reach_values(access: Access, view: Audited, survey: Survey) -> Values:
    """Return who of those behind a rule gets through to the cache, V(None) where that was not asked or is not known."""
    if survey.reached is None or access.members is None:
        return {"reachable": None, "reachability": None}
    reached = survey.reached.get(view.cache.identity, {})
    verdicts = {
        carrier.interface_id: reached[carrier.interface_id]
        for carrier in access.members.carriers
        if carrier.interface_id in reached
    }
    told = [verdict for verdict, _reason in verdicts.values()]
    return {
        "reachable": None if UNKNOWN in told else told.count(REACHABLE),
        "reachability": {
            interface_id: {"verdict": verdict, "reason": reason or None}
            for interface_id, (verdict, reason) in islice(verdicts.items(), _LISTED)
        },
    }


def _named(source: Source, known: Known) -> Values:
    group = known.groups.get(source.value)
    prefix_list = known.prefix_lists.get(source.value)
    values = source_values(source, known)
    return {
        **values,
        "owner_id": values["owner_id"] or (prefix_list.owner_id if prefix_list else None) or None,
        "vpc_id": group.vpc_id if group else None,
    }


def members_values(survey: Survey) -> Values:
    """Return who is behind each source, by the key that rules give. Up to 500 of each are listed."""
    found = {
        access.members_key: access.members
        for view in survey.views
        for access in view.accesses
        if access.members is not None
    }
    return {key: _members_values(members, survey.known) for key, members in sorted(found.items())}


def _members_values(members: Members, known: Known) -> Values:
    instances = [known.instances.get(each) or each for each in members.instance_ids[:_LISTED]]
    return {
        "instances": [
            {"id": each, "name": None, "state": None}
            if isinstance(each, str)
            else {"id": each.instance_id, "name": each.name or None, "state": each.state}
            for each in instances
        ],
        "interfaces": [_interface_values(carrier) for carrier in members.carriers[:_LISTED]],
    }


def _interface_values(carrier: Carrier) -> Values:
    return {
        "id": carrier.interface_id,
        "instance_id": carrier.instance_id or None,
        "description": carrier.description,
        "addresses": list(carrier.addresses),
    }


def finding_values(finding: Finding) -> Values:
    """Return one finding."""
    return {
        "check": finding.check,
        "severity": finding.severity,
        "cache": finding.cache or None,
        "security_group": finding.group_id or None,
        "rule_ids": list(finding.rule_ids),
        "message": finding.message,
        "fix": finding.fix,
    }


def missing_values(missing: Missing, known: Known) -> Values:
    """Return access that is granted and that no rule gives."""
    if missing.key is not None:
        group = known.groups[missing.key.group_id]
        where: Values = {"port": missing.key.from_port, "security_group": {"id": group.group_id, "name": group.name}}
        source = _named(missing.key.source, known)
    else:
        where = {"port": None, "security_group": None}
        source = {
            "type": missing.source_kind,
            "value": missing.source_text,
            "name": None,
            "owner_id": None,
            "vpc_id": None,
        }
    return {
        "cache": missing.cache,
        **where,
        "source": source,
        "description": missing.description,
        "reason": missing.reason or None,
    }


def unknown_values(unknown: Unknown) -> Values:
    """Return one thing that is not known."""
    return {**asdict(unknown), "action": unknown.action or None}


def summary_values(result: Mapping[str, t.Any]) -> Values:
    """Return how many there are of what in the result of one audit."""
    caches = result["caches"]
    findings = Counter(each["severity"] for each in _all("findings", result))
    rules = [rule for cache in caches for rule in cache["rules"]]
    drift = Counter(rule["drift"] for rule in rules)
    return {
        "caches": len(caches),
        "rules": len(rules),
        "findings": {severity: findings[severity] for severity in SEVERITIES},
        "drift": {
            WANTED: drift[WANTED],
            UNEXPECTED: drift[UNEXPECTED],
            MISSING: len(result["missing_access"]) + sum(len(cache["missing"]) for cache in caches),
        }
        if result["compared"]
        else None,
        "unknown": sum(1 for _each in _all("unknown", result)),
    }


def _all(name: str, result: Mapping[str, t.Any]) -> Iterable[t.Any]:
    return chain(result[name], *(cache[name] for cache in result["caches"]))
