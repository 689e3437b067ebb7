# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Cache -> the record that elasticache_cache_info returns. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Endpoint

    Values = dict[str, t.Any]


def cache_values(cache: Cache, with_tags: bool) -> Values:
    """Return one cache as elasticache_cache_info returns it."""
    tags = {"tags": None if cache.tags is None else dict(cache.tags)} if with_tags else {}
    return {
        "name": cache.name,
        "arn": cache.arn,
        "kind": cache.kind,
        "engine": cache.engine,
        "engine_version": cache.engine_version,
        "status": cache.status,
        "cluster_mode": cache.cluster_mode,
        "network_type": cache.network_type,
        "connection_type": cache.connection_type,
        "ports": list(cache.ports),
        "endpoints": [_endpoint_values(endpoint) for endpoint in cache.endpoints],
        "security_groups": [{"id": group.group_id, "status": group.status} for group in cache.security_groups],
        "vpc_id": cache.vpc_id,
        "subnet_group": cache.subnet_group,
        "subnet_ids": list(cache.subnet_ids),
        "nodes": [
            {
                "cluster": node.cluster,
                "id": node.node_id,
                "availability_zone": node.availability_zone,
                "endpoint": _endpoint_values(node.endpoint) if node.endpoint else None,
            }
            for node in cache.nodes
        ],
        "transit_encryption": cache.transit_encryption,
        "at_rest_encryption": cache.at_rest_encryption,
        **tags,
    }


def _endpoint_values(endpoint: Endpoint) -> Values:
    return {"role": endpoint.role, "address": endpoint.address, "port": endpoint.port}
