# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to write what an audit has read, and what it then finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
from ansible_collections.elasticache.access.plugins.module_utils._findings import Finding, Yardstick
from ansible_collections.elasticache.access.plugins.module_utils._findings_of_caches import findings_of
from ansible_collections.elasticache.access.plugins.module_utils._members import Directory
from ansible_collections.elasticache.access.plugins.module_utils._references import References
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._survey import Survey

from tests.unit.values import KNOWN, SESSIONS, VPC, WEB, cache

NOW = datetime(2026, 1, 31, 18, tzinfo=UTC)
YARDSTICK = Yardstick(NOW)
SESSIONS_CACHE = cache("sessions", SESSIONS)


def carrier(number: int = 1, groups: Iterable[Any] = (WEB,), **facts: Any) -> Carrier:
    """The interface of an instance in the VPC that carries these groups; it has one address, 10.0.0.NUMBER."""
    plain = Carrier(
        interface_id=f"eni-{number}",
        group_ids=tuple(group.group_id for group in groups),
        description="",
        is_elasticache=False,
        is_vpc_endpoint=False,
        subnet_id="subnet-1",
        instance_id=f"i-{number}",
        vpc_id=VPC,
        addresses=(f"10.0.0.{number}",),
    )
    return replace(plain, **facts)


def survey(
    *rules: Rule,
    caches: Iterable[Cache] = (SESSIONS_CACHE,),
    carriers: Iterable[Carrier] = (carrier(),),
    entries: Mapping[str, tuple[str, ...]] | None = None,
    **facts: Any,
) -> Survey:
    """What was read of these caches, all of which are asked about, where these are the rules of their groups."""
    caches = tuple(caches)
    existing: dict[str, list[Rule]] = {group_id: [] for each in caches for group_id in each.group_ids}
    for each in rules:
        existing.setdefault(each.key.group_id, []).append(each)
    plain = Survey(
        caches=caches,
        audited=caches,
        existing=existing,
        known=KNOWN,
        directory=Directory(carriers, entries or {}),
        references=References(),
        entries=entries or {},
    )
    return replace(plain, **facts)


def findings(read: Survey, yardstick: Yardstick = YARDSTICK) -> list[Finding]:
    """Everything that is found about the caches that are asked about."""
    return [finding for view in read.views for finding in findings_of(view, read, yardstick)]


def checks(read: Survey, yardstick: Yardstick = YARDSTICK) -> list[str]:
    """Which checks find something, each as often as it does."""
    return sorted(finding.check for finding in findings(read, yardstick))
