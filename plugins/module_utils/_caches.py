# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""ElastiCache's answers -> Cache, one record for all three kinds. Pure.

ElastiCache leaves keys out as it pleases: a cache that is being created has no endpoint, one that is being
deleted has no members, old ones have no ARN. So nothing here is taken for granted.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import (
    CLUSTER,
    REPLICATION_GROUP,
    SERVERLESS,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Answer = Mapping[str, t.Any]

ACTIVE = "active"

# The second port that clients of a serverless cache dial: reads from replicas for Valkey and Redis OSS
# (ReaderEndpoint), and for Memcached, where AWS's guide names it and the answer does not.
_SERVERLESS_SECOND_PORT = {6379: 6380, 11211: 11212}


@dataclass(frozen=True)
class Endpoint:
    """Where clients connect. C(role) is primary, reader, configuration, node or endpoint (serverless)."""

    role: str
    address: str
    port: int


@dataclass(frozen=True)
class Membership:
    """One security group that a cache carries; it guards the cache while C(status) is V(active)."""

    group_id: str
    status: str


@dataclass(frozen=True)
class Node:
    """One node. C(cluster) is the name under which ElastiCache lists it as a cache cluster."""

    cluster: str
    node_id: str
    availability_zone: str | None = None
    endpoint: Endpoint | None = None


@dataclass(frozen=True)
class Cache:
    """A cache of any kind. V(None) and empty mean that ElastiCache did not say.

    C(security_groups) are all that any member carries; C(member_groups) says which member carries which, and
    C(unsettled) which of these (member, group) are not in force there, with their status.
    """

    name: str
    kind: str
    arn: str | None
    engine: str | None
    engine_version: str | None
    status: str
    network_type: str
    ports: tuple[int, ...]
    endpoints: tuple[Endpoint, ...]
    security_groups: tuple[Membership, ...]
    nodes: tuple[Node, ...]
    transit_encryption: bool | None
    at_rest_encryption: bool | None
    cluster_mode: bool | None = None
    connection_type: str | None = None
    member_groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unsettled: tuple[tuple[tuple[str, str], str], ...] = ()
    subnet_group: str | None = None
    subnet_ids: tuple[str, ...] = ()
    vpc_id: str | None = None
    is_classic: bool = False
    global_datastore: str | None = None
    tags: tuple[tuple[str, str], ...] | None = None

    @property
    def identity(self) -> tuple[str, str]:
        """Return what tells caches of a region apart: several kinds can have one name."""
        return (self.kind, self.name)

    @property
    def group_ids(self) -> tuple[str, ...]:
        """Return the ids of the security groups that the cache carries."""
        return tuple(membership.group_id for membership in self.security_groups)

    @property
    def lasting_groups(self) -> frozenset[str]:
        """Return the groups that are in force on every node, and not about to change."""
        active = {membership.group_id for membership in self.security_groups if membership.status == ACTIVE}
        return frozenset(active.intersection(*(group_ids for _member, group_ids in self.member_groups)))

    @property
    def differing_members(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return each member with the groups that it carries, where not all members carry the same ones.

        ElastiCache changes the groups of a replication group member by member.
        """
        return self.member_groups if len({groups for _member, groups in self.member_groups}) > 1 else ()


def each_once(caches: Iterable[Cache | None]) -> list[Cache]:
    """Return those of C(caches) that there are, in order, each once; of equals the last one counts."""
    return list({cache.identity: cache for cache in caches if cache is not None}.values())


def parse_cluster(answer: Answer) -> Cache:
    """Return the cache that one entry of DescribeCacheClusters (C(ShowCacheNodeInfo=True)) describes."""
    nodes = _nodes(answer)
    endpoints = [*_endpoint("configuration", answer.get("ConfigurationEndpoint"))]
    endpoints += [node.endpoint for node in nodes if node.endpoint]
    return Cache(
        name=answer["CacheClusterId"],
        kind=CLUSTER,
        arn=answer.get("ARN"),
        engine=answer.get("Engine"),
        engine_version=answer.get("EngineVersion"),
        status=answer.get("CacheClusterStatus", "unknown"),
        network_type=answer.get("NetworkType", "ipv4"),
        ports=_ports(endpoints),
        endpoints=tuple(endpoints),
        security_groups=_memberships([answer]),
        nodes=nodes,
        transit_encryption=answer.get("TransitEncryptionEnabled"),
        at_rest_encryption=answer.get("AtRestEncryptionEnabled"),
        subnet_group=answer.get("CacheSubnetGroupName"),
        is_classic=_is_classic([answer]),
    )


def parse_replication_group(answer: Answer, members: Sequence[Answer]) -> Cache:
    """Return the cache that one entry of DescribeReplicationGroups describes.

    C(members) are the entries of DescribeCacheClusters for its C(MemberClusters): security groups, engine,
    version and subnet group are told there alone.
    """
    member: Answer = members[0] if members else {}
    nodes = tuple(node for each in members for node in _nodes(each))
    endpoints = [*_endpoint("configuration", answer.get("ConfigurationEndpoint"))]
    for shard in answer.get("NodeGroups") or ():
        endpoints += _endpoint("primary", shard.get("PrimaryEndpoint"))
        endpoints += _endpoint("reader", shard.get("ReaderEndpoint"))
    endpoints += [node.endpoint for node in nodes if node.endpoint]
    return Cache(
        name=answer["ReplicationGroupId"],
        kind=REPLICATION_GROUP,
        arn=answer.get("ARN"),
        engine=answer.get("Engine") or member.get("Engine"),
        engine_version=member.get("EngineVersion"),
        status=answer.get("Status", "unknown"),
        network_type=answer.get("NetworkType") or member.get("NetworkType", "ipv4"),
        ports=_ports(endpoints),
        endpoints=tuple(endpoints),
        security_groups=_memberships(members),
        nodes=nodes,
        transit_encryption=_first(answer, member, "TransitEncryptionEnabled"),
        at_rest_encryption=_first(answer, member, "AtRestEncryptionEnabled"),
        cluster_mode=answer.get("ClusterEnabled", answer.get("ConfigurationEndpoint") is not None),
        member_groups=tuple((each["CacheClusterId"], _group_ids(each)) for each in members),
        unsettled=tuple(unsettled for each in members for unsettled in _unsettled(each)),
        subnet_group=member.get("CacheSubnetGroupName"),
        is_classic=_is_classic(members),
        global_datastore=(answer.get("GlobalReplicationGroupInfo") or {}).get("GlobalReplicationGroupId"),
    )


def parse_serverless(answer: Answer) -> Cache:
    """Return the cache that one entry of DescribeServerlessCaches describes.

    Its groups guard a VPC endpoint and are in force as soon as they are named; encryption is always on.
    """
    endpoints = [*_endpoint("endpoint", answer.get("Endpoint")), *_endpoint("reader", answer.get("ReaderEndpoint"))]
    ports = set(_ports(endpoints))
    ports |= {_SERVERLESS_SECOND_PORT[port] for port in ports if port in _SERVERLESS_SECOND_PORT}
    return Cache(
        name=answer["ServerlessCacheName"],
        kind=SERVERLESS,
        arn=answer.get("ARN"),
        engine=answer.get("Engine"),
        engine_version=answer.get("FullEngineVersion") or answer.get("MajorEngineVersion"),
        status=answer.get("Status", "unknown"),
        network_type=answer.get("NetworkType", "ipv4"),
        ports=tuple(sorted(ports)),
        endpoints=tuple(endpoints),
        security_groups=tuple(Membership(group, ACTIVE) for group in sorted(answer.get("SecurityGroupIds") or ())),
        nodes=(),
        transit_encryption=True,
        at_rest_encryption=True,
        connection_type=answer.get("ConnectionType"),
        subnet_ids=tuple(answer.get("SubnetIds") or ()),
    )


def with_network(cache: Cache, subnet_groups: Mapping[str, Answer], vpc_of_subnet: Mapping[str, str]) -> Cache:
    """Return C(cache) with its VPC and subnets filled in.

    Node-based caches name a subnet group (C(subnet_groups), by name, from DescribeCacheSubnetGroups);
    serverless ones name subnets alone (C(vpc_of_subnet), from DescribeSubnets).
    """
    group = subnet_groups.get(cache.subnet_group or "")
    if group is not None:
        subnets = tuple(subnet["SubnetIdentifier"] for subnet in group.get("Subnets") or ())
        return replace(cache, vpc_id=group.get("VpcId"), subnet_ids=subnets)
    vpcs = [vpc_of_subnet[subnet] for subnet in cache.subnet_ids if subnet in vpc_of_subnet]
    return replace(cache, vpc_id=vpcs[0]) if vpcs else cache


def _nodes(answer: Answer) -> tuple[Node, ...]:
    """Return the nodes of one cache cluster; its own zone holds where a node names none."""
    return tuple(
        Node(
            cluster=answer["CacheClusterId"],
            node_id=node.get("CacheNodeId", ""),
            availability_zone=node.get("CustomerAvailabilityZone") or answer.get("PreferredAvailabilityZone"),
            endpoint=next(_endpoint("node", node.get("Endpoint")), None),
        )
        for node in answer.get("CacheNodes") or ()
    )


def _endpoint(role: str, answer: Answer | None) -> t.Iterator[Endpoint]:
    if answer and answer.get("Port"):
        yield Endpoint(role, answer.get("Address", ""), answer["Port"])


def _ports(endpoints: Iterable[Endpoint]) -> tuple[int, ...]:
    return tuple(sorted({endpoint.port for endpoint in endpoints}))


def _memberships(clusters: Iterable[Answer]) -> tuple[Membership, ...]:
    """Return every group that any of C(clusters) carries; a status other than active stands for all of them."""
    status: dict[str, str] = {}
    for cluster in clusters:
        for group in cluster.get("SecurityGroups") or ():
            known = status.get(group["SecurityGroupId"], ACTIVE)
            status[group["SecurityGroupId"]] = group.get("Status", ACTIVE) if known == ACTIVE else known
    return tuple(Membership(group, status[group]) for group in sorted(status))


def _group_ids(cluster: Answer) -> tuple[str, ...]:
    return tuple(sorted(group["SecurityGroupId"] for group in cluster.get("SecurityGroups") or ()))


def _unsettled(cluster: Answer) -> t.Iterator[tuple[tuple[str, str], str]]:
    for group in cluster.get("SecurityGroups") or ():
        if group.get("Status", ACTIVE) != ACTIVE:
            yield (cluster["CacheClusterId"], group["SecurityGroupId"]), group["Status"]


def _is_classic(clusters: Sequence[Answer]) -> bool:
    """Say whether these clusters stand outside any VPC: such ones have no subnet group (EC2-Classic)."""
    return bool(clusters) and not any(cluster.get("CacheSubnetGroupName") for cluster in clusters)


def _first(answer: Answer, member: Answer, key: str) -> t.Any:
    return answer[key] if key in answer else member.get(key)


def ports_to_open(cache: Cache, stated: tuple[int, ...]) -> tuple[int, ...]:
    """Return the ports that clients of C(cache) need: those C(stated) by the user, else those that it reports.

    Raises V(InvalidGrantError) where neither says, and for a stated port on which the cache does not listen.
    """
    if not stated and not cache.ports:
        raise InvalidGrantError(
            f"cache {cache.name!r} is {cache.status} and does not report its port yet; "
            "run again when it is available, set wait to true, or set ports to the ports it is being created with."
        )
    wrong = [port for port in stated if cache.ports and port not in cache.ports]
    if wrong:
        raise InvalidGrantError(
            f"ports holds {wrong[0]}, on which cache {cache.name!r} does not listen; "
            f"it listens on {' and '.join(map(str, cache.ports))}: leave ports out."
        )
    return stated or cache.ports


def fits(cache: Cache, filters: Mapping[str, t.Any]) -> bool:
    """Say whether C(cache) fits every filter that is given; of several values of one filter one has to fit."""
    allowed = {name: filters.get(name) for name in ("engine", "status", "vpc_id")}
    if any(values is not None and getattr(cache, name) not in values for name, values in allowed.items()):
        return False
    tags = dict(cache.tags or ())
    return all(tags.get(key) == str(value) for key, value in (filters.get("tags") or {}).items())
