# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_access_info: read, find what is wrong, compare, report."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.elasticache.access.plugins.module_utils import _clock
from ansible_collections.elasticache.access.plugins.module_utils._audit_reachability import reach_of_members
from ansible_collections.elasticache.access.plugins.module_utils._audit_values import (
    cache_audit_values,
    finding_values,
    members_values,
    missing_values,
    summary_values,
    unknown_values,
)
from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import OF_ALL, AuditedAws
from ansible_collections.elasticache.access.plugins.module_utils._call_limits import read_call_limits
from ansible_collections.elasticache.access.plugins.module_utils._drift import Drift, compare
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._findings import Yardstick
from ansible_collections.elasticache.access.plugins.module_utils._findings_of_caches import (
    findings_of,
    findings_of_region,
)
from ansible_collections.elasticache.access.plugins.module_utils._grants import read_cache_reference, read_grants
from ansible_collections.elasticache.access.plugins.module_utils._lookup import names_in
from ansible_collections.elasticache.access.plugins.module_utils._quota import check_limit
from ansible_collections.elasticache.access.plugins.module_utils._read_survey import Question, read_survey
from ansible_collections.elasticache.access.plugins.module_utils._unknowns import unknowns_of_region

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant
    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Survey


def run(module: AccessModule) -> dict[str, t.Any]:
    """Return who can reach the caches that the module's options ask about, as the module's result.

    Raises V(AccessError) where a cache does not exist and O(missing=fail), and where no caches may be listed.
    """
    options = module.params
    now = _clock.now()
    question = Question(
        references=_references(options),
        cache_type=options["cache_type"] or "",
        filters={name: value for name, value in (options["filters"] or {}).items() if value is not None},
        must_exist=options["missing"] == "fail",
        grants=_policy(options, now),
    )
    yardstick = Yardstick(
        now=now,
        widest_ipv4=_prefix_length(options, "widest_ipv4_prefix", 32),
        widest_ipv6=_prefix_length(options, "widest_ipv6_prefix", 128),
        limit=check_limit(options["rules_per_security_group"]),
    )
    aws = AuditedAws(module, OF_ALL, **read_call_limits(options))
    reading = read_survey(aws, question)
    survey = reading.survey
    if options["include_reachability"]:
        reached = reach_of_members(aws, survey)
        survey = replace(survey, reached=reached, denied=frozenset(aws.denied))
    is_compared = options["grants"] is not None
    drifts, nowhere = compare(question.grants, reading.found, survey, names_in(aws)) if is_compared else ({}, ())
    nothing = Drift()
    result: dict[str, t.Any] = {
        "account": _account(survey),
        "region": aws.region,
        "compared": is_compared,
        "caches": [
            cache_audit_values(
                view,
                survey,
                findings_of(view, survey, yardstick),
                drifts.get(view.cache.identity, nothing) if is_compared else None,
                yardstick.limit,
            )
            for view in survey.views
        ],
        "members": members_values(survey),
        "findings": [finding_values(finding) for finding in findings_of_region(survey)],
        "missing_access": [missing_values(each, survey.known) for each in nowhere],
        "unknown": [unknown_values(each) for each in unknowns_of_region(survey)],
        "missing": list(reading.missing),
    }
    return {"changed": False, **result, "summary": summary_values(result)}


def _references(options: Mapping[str, t.Any]) -> list[t.Any] | None:
    if options["caches"] is None:
        return None
    return [read_cache_reference(name, options["cache_type"] or "") for name in options["caches"]]


def _policy(options: Mapping[str, t.Any], now: datetime) -> Sequence[Grant]:
    """Return the grants to compare with, without access that has ended by C(now).

    Whether one is to be had is not asked here: what is open is a finding.
    """
    if options["grants"] is None:
        return ()
    written = [{**grant, "allow_any_address": True} for grant in options["grants"]]
    return [
        replace(grant, sources=tuple(wanted for wanted in grant.sources if not wanted.term.has_ended(now)))
        for grant in read_grants({"grants": written, "state": "present"}, now)
    ]


def _prefix_length(options: Mapping[str, t.Any], name: str, most: int) -> int:
    length: int = options[name]
    if not 0 <= length <= most:
        raise InvalidGrantError(f"{name} is {length}; give a prefix length from 0 to {most}, or leave it out.")
    return length


def _account(survey: Survey) -> str | None:
    """Return the account of the caches, which their ARNs tell; asking for it would be a call more."""
    return next((cache.arn.split(":")[4] for cache in survey.caches if cache.arn), None)
