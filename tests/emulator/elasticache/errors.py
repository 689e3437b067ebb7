# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ElastiCache's refusals, in ElastiCache's words. Where AWS's own text is not known, the nearest known one is used."""

from __future__ import annotations

from moto.elasticache.exceptions import ElastiCacheException


def invalid_value(message: str) -> ElastiCacheException:
    return ElastiCacheException("InvalidParameterValue", message)


def bad_combination(message: str) -> ElastiCacheException:
    return ElastiCacheException("InvalidParameterCombination", message)


def missing(parameter: str) -> ElastiCacheException:
    return invalid_value(f"The parameter {parameter} must be provided and must not be null.")


def no_cache_security_groups() -> ElastiCacheException:
    return invalid_value("Use of cache security groups is not permitted in this API version for your account.")


def invalid_identifier(parameter: str) -> ElastiCacheException:
    return invalid_value(
        f"The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only "
        "ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
    )


def cluster_not_found(name: str) -> ElastiCacheException:
    return ElastiCacheException("CacheClusterNotFound", f"CacheCluster not found: {name}")


def cluster_exists() -> ElastiCacheException:
    return ElastiCacheException("CacheClusterAlreadyExists", "Cache cluster already exists")


def cluster_state(name: str, action: str) -> ElastiCacheException:
    return ElastiCacheException(
        "InvalidCacheClusterState", f"Cache cluster {name} is not in a valid state to be {action}."
    )


def only_member() -> ElastiCacheException:
    return ElastiCacheException(
        "InvalidCacheClusterState",
        "Cannot delete the cache cluster since it is the only member of a replication group. "
        "Delete the replication group instead.",
    )


def group_not_found(name: str) -> ElastiCacheException:
    return ElastiCacheException("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found")


def group_exists(name: str) -> ElastiCacheException:
    return ElastiCacheException("ReplicationGroupAlreadyExists", f"Replication group {name} already exists.")


def group_state(action: str) -> ElastiCacheException:
    return ElastiCacheException(
        "InvalidReplicationGroupState", f"Replication group must be in available state to {action}."
    )


def serverless_not_found(name: str) -> ElastiCacheException:
    return ElastiCacheException("ServerlessCacheNotFoundFault", f"ServerlessCache {name} not found")


def serverless_exists(name: str) -> ElastiCacheException:
    return ElastiCacheException("ServerlessCacheAlreadyExistsFault", f"ServerlessCache {name} already exists")


def serverless_state(name: str, action: str) -> ElastiCacheException:
    return ElastiCacheException(
        "InvalidServerlessCacheStateFault", f"ServerlessCache {name} is not in a valid state to be {action}."
    )


def busy_for_tags(code: str) -> ElastiCacheException:
    return ElastiCacheException(code, "Cluster not in available state to perform tagging operations.")


def global_group_not_found(name: str) -> ElastiCacheException:
    return ElastiCacheException("GlobalReplicationGroupNotFoundFault", f"Global Replication Group {name} not found")


def subnet_group_not_found(name: str) -> ElastiCacheException:
    return ElastiCacheException("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {name} does not exist.")


def subnet_group_exists(name: str) -> ElastiCacheException:
    return ElastiCacheException("CacheSubnetGroupAlreadyExists", f"Cache subnet group {name} already exists.")


def subnet_group_in_use(name: str) -> ElastiCacheException:
    return ElastiCacheException(
        "CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster."
    )


def invalid_subnets(subnet_ids: list[str]) -> ElastiCacheException:
    return ElastiCacheException("InvalidSubnet", f"Some input subnets in :[{', '.join(subnet_ids)}] are invalid.")


def unknown_security_group(group_id: str) -> ElastiCacheException:
    return invalid_value(f"Invalid security group , groupId= {group_id}, groupName=.")


def other_vpc(subnet_group: str, vpc_id: str, wanted: str) -> ElastiCacheException:
    return bad_combination(f"Subnet group [{subnet_group}] belongs to a different VPC [{vpc_id}] than [{wanted}]")
