# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Pieces of argument specs that several modules have in common. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    Spec = dict[str, t.Any]


def source_options() -> Spec:
    """Return the options of one source."""
    return dict(
        security_group=dict(type="str"),
        instance=dict(type="str"),
        cidr=dict(type="str"),
        prefix_list=dict(type="str"),
        description=dict(type="str"),
        expires_at=dict(type="str"),
        expires_in=dict(type="str"),
        reason=dict(type="str"),
    )


def common_grant_options() -> Spec:
    """Return the options that a task and an entry of its grants have in common."""
    return dict(
        cache_type=dict(type="str", choices=["cluster", "replication_group", "serverless"]),
        security_group=dict(type="str"),
        ports=dict(type="list", elements="int"),
        tags=dict(type="dict", aliases=["resource_tags"]),
    )


def grant_options() -> Spec:
    """Return the options of one grant. What it leaves out, the task or the module decides."""
    return dict(
        **common_grant_options(),
        cache=dict(type="str", required=True, aliases=["cluster"]),
        sources=dict(type="list", elements="dict", required=True, options=source_options()),
        state=dict(type="str", choices=["present", "absent"]),
        purge=dict(type="str", choices=["none", "managed", "all"]),
        purge_shared=dict(type="bool"),
        allow_large_purge=dict(type="bool"),
        allow_any_address=dict(type="bool"),
        source_egress=dict(type="bool"),
        max_duration=dict(type="str"),
        renew=dict(type="bool"),
    )


def assignment_options() -> Spec:
    """Return the options of one assignment of groups. What it leaves out, the task or the module decides."""
    return dict(
        cache=dict(type="str", required=True, aliases=["cluster"]),
        cache_type=dict(type="str", choices=["cluster", "replication_group", "serverless"]),
        security_groups=dict(type="list", elements="str", required=True),
        state=dict(type="str", choices=["present", "absent"]),
        purge=dict(type="bool"),
        allow_lost_access=dict(type="bool"),
    )


def call_limits() -> Spec:
    """Return the options that say how many calls to AWS are made at once, and how long throttling is borne."""
    return dict(concurrency=dict(type="int", default=10), throttle_timeout=dict(type="int", default=120))


def cache_selection() -> Spec:
    """Return the options that say which caches of a region a module is about."""
    filters = dict(
        engine=dict(type="list", elements="str"),
        status=dict(type="list", elements="str"),
        tags=dict(type="dict"),
        vpc_id=dict(type="list", elements="str"),
    )
    return dict(
        caches=dict(type="list", elements="str", aliases=["cache"]),
        cache_type=dict(type="str", choices=["cluster", "replication_group", "serverless"]),
        filters=dict(type="dict", options=filters),
        missing=dict(type="str", choices=["fail", "skip"], default="fail"),
    )
