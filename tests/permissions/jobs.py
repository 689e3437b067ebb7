# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What each policy below docs/iam is for: tasks that need all of it, on a world that has a use for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ansible_collections.elasticache.access.plugins.modules import (
    elasticache_access_info,
    elasticache_cache_info,
    elasticache_expired_access,
    elasticache_reachability_info,
    elasticache_security_groups,
    elasticache_sg_access,
)

from tests.model.world import World

MARKER = {"Key": "elasticache.access:managed", "Value": "true"}
ENDED = {"Key": "elasticache.access:expires_at", "Value": "2020-01-01T00:00:00Z"}

Task = tuple[ModuleType, Mapping[str, Any]]


Run = Callable[[ModuleType, Mapping[str, Any]], Any]


def _nothing(_world: World, _run: Run) -> None:
    """Leave the world as it is."""


@dataclass(frozen=True)
class Job:
    """Tasks under one policy, in a world that is prepared for them by somebody who may do anything."""

    tasks: Callable[[World], list[Task]]
    prepare: Callable[[World, Run], None] = _nothing


def _discover(_world: World) -> list[Task]:
    everything = {"include_tags": True}
    return [
        (elasticache_cache_info, everything),
        (elasticache_cache_info, {**everything, "caches": ["sessions", "queue", "carts"]}),
    ]


def _prepare_audit(world: World, run: Run) -> None:
    """Rules for everything that a rule can admit."""
    sweep(world)
    sources = [*SOURCES, {"prefix_list": "office"}, {"security_group": world.ids["peer"]}]
    run(elasticache_sg_access, {"cache": "stock", "security_group": "gamma", "sources": sources})


def _audit(_world: World) -> list[Task]:
    return [(elasticache_access_info, {})]


def _prepare_explain(world: World, run: Run) -> None:
    """One cache that only members of a prefix list can reach, and one that groups of other VPCs can as well."""
    groups = [{"security_group": world.ids[name]} for name in ("web", "gateway", "peer")]
    run(elasticache_sg_access, {"cache": "stock", "security_group": "gamma", "sources": groups})
    run(elasticache_sg_access, {"cache": "carts", "sources": [{"prefix_list": "office"}]})


def _explain(world: World) -> list[Task]:
    sources = [world.ids["web-1"], world.ids["beyond"], world.ids["peer-1"]]
    return [(elasticache_reachability_info, {"caches": ["stock", "carts"], "sources": sources})]


SOURCES = [{"security_group": "web"}, {"cidr": "10.7.0.0/16"}]


def _prepare_grant(world: World, run: Run) -> None:
    """Rules with other descriptions and other ends, and rules of both directions that are to be purged."""
    sweep(world)
    sources = [
        {"security_group": "web", "description": "old"},
        {"security_group": "batch"},
        {"cidr": "10.7.0.0/16", "expires_in": "1h"},
    ]
    run(elasticache_sg_access, {"cache": "stock", "security_group": "gamma", "sources": sources, "source_egress": True})
    for cache in ("carts", "pages"):
        run(elasticache_sg_access, {"cache": cache, "sources": [{"cidr": "10.66.0.0/16"}]})
    # Whether a range holds the cache is seen by the cache's subnets.
    add(world, "peer", is_egress=True, port=6390, cidr="10.20.1.0/24")


def _grant(world: World) -> list[Task]:
    sources = [
        {"instance": world.ids["web-1"], "description": "Web", "expires_in": "1h"},
        {"security_group": world.ids["peer"]},
        {"security_group": world.ids["gateway"]},
        {"prefix_list": "office"},
        {"cidr": "10.7.0.0/16", "description": "for good"},
    ]
    leave = {"purge_shared": True, "allow_large_purge": True}
    stock = {"cache": "stock", "security_group": "gamma", "sources": sources, "source_egress": True, "purge": "managed"}
    office = [{"cidr": "10.8.0.0/16"}]
    return [
        (elasticache_sg_access, {**stock, **leave}),
        (
            elasticache_sg_access,
            {"purge": "managed", "grants": [{"cache": cache, "sources": office} for cache in ("carts", "pages")]},
        ),
        (elasticache_sg_access, {"cache": "queue", "sources": office, "include_cache_info": True}),
    ]


def _prepare_revoke(world: World, run: Run) -> None:
    sweep(world)
    for cache in ("stock", "queue", "carts"):
        where = {"security_group": "gamma"} if cache == "stock" else {}
        sources = [*SOURCES, {"prefix_list": "office"}]
        run(elasticache_sg_access, {"cache": cache, "sources": sources, "source_egress": True, **where})


def _revoke(world: World) -> list[Task]:
    sources = [{"instance": world.ids["web-1"]}, {"prefix_list": "office"}, {"cidr": "10.7.0.0/16"}]
    gone = {"state": "absent", "sources": sources, "source_egress": True, "include_cache_info": True}
    return [(elasticache_sg_access, {"cache": cache, **gone}) for cache in ("stock", "queue", "carts")]


def _prepare_expire(world: World, _run: Run) -> None:
    sweep(world)
    add_ended(world, "alpha", is_egress=False)
    add_ended(world, "web", is_egress=True)


def _expire(_world: World) -> list[Task]:
    return [(elasticache_expired_access, {})]


def _prepare_attach(_world: World, run: Run) -> None:
    for cache in ("sessions", "queue", "carts"):
        names = {"cache": cache, "security_groups": ["web"], "state": "absent", "wait": False}
        run(elasticache_security_groups, names)
    run(elasticache_security_groups, {"cache": "stock", "security_groups": ["gamma"], "wait": False})


def _attach(_world: World) -> list[Task]:
    attached = [
        (elasticache_security_groups, {"cache": cache, "security_groups": ["web"], "wait": False})
        for cache in ("sessions", "queue", "carts")
    ]
    detached = {"cache": "stock", "security_groups": ["gamma"], "state": "absent", "wait": False}
    return [*attached, (elasticache_security_groups, {**detached, "allow_lost_access": True})]


def sweep(world: World) -> None:
    """Remove every rule, but for those by which groups admit themselves."""
    for answer in world.ec2.describe_security_group_rules()["SecurityGroupRules"]:
        if answer["GroupId"] not in world.ids.values() or (answer["IpProtocol"] == "-1" and not answer["IsEgress"]):
            continue
        ec2 = world.ec2
        revoke = ec2.revoke_security_group_egress if answer["IsEgress"] else ec2.revoke_security_group_ingress
        revoke(GroupId=answer["GroupId"], SecurityGroupRuleIds=[answer["SecurityGroupRuleId"]])


def add_ended(world: World, group: str, is_egress: bool) -> None:
    """Add a rule of ours that has ended."""
    tags = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": [MARKER, ENDED]}]}
    add(world, group, is_egress, 6379, "10.1.0.0/16", **tags)


def add(world: World, group: str, is_egress: bool, port: int, cidr: str, **more: Any) -> None:
    """Add a rule."""
    authorize = world.ec2.authorize_security_group_egress if is_egress else world.ec2.authorize_security_group_ingress
    permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}
    authorize(GroupId=world.ids[group], IpPermissions=[permission], **more)


JOBS: Mapping[str, Job] = {
    "discover": Job(_discover),
    "audit": Job(_audit, _prepare_audit),
    "explain": Job(_explain, _prepare_explain),
    "grant": Job(_grant, _prepare_grant),
    "revoke": Job(_revoke, _prepare_revoke),
    "expire": Job(_expire, _prepare_expire),
    "attach": Job(_attach, _prepare_attach),
}
