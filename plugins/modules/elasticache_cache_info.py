#!/usr/bin/python
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_cache_info
short_description: Find ElastiCache caches of every kind
version_added: 0.1.0
description:
  - Returns one record in one form for each ElastiCache cache, whether it is a cluster, a replication group or a
    serverless cache, with the ports and security groups that decide who can reach it.
  - Finds caches by name or ARN, or lists all of a region.
  - It calls C(DescribeCacheClusters), C(DescribeReplicationGroups), C(DescribeServerlessCaches),
    C(DescribeCacheSubnetGroups) and C(ec2:DescribeSubnets), and for tags C(ListTagsForResource) or, for more than
    a few caches, C(tag:GetResources).
options:
  include_tags:
    description: Whether to return the tags of the caches, which takes calls of its own.
    type: bool
    default: false
author:
  - The elasticache.access authors (@elasticache-access)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - elasticache.access._attributes
  - elasticache.access._attributes.action_group
  - elasticache.access._attributes.read_only
  - elasticache.access._cache_selection
seealso:
  - module: elasticache.access.elasticache_sg_access
"""

EXAMPLES = r"""
- name: Find one cache by name
  elasticache.access.elasticache_cache_info:
    caches: [sessions]
  register: found

- name: Show where its clients connect
  ansible.builtin.debug:
    msg: "{{ found.caches[0].endpoints }}"

- name: List the available Valkey caches of the region with their tags
  elasticache.access.elasticache_cache_info:
    include_tags: true
    filters:
      engine: [valkey]
      status: [available]
"""

RETURN = r"""
caches:
  description: The caches that were found, in the order of O(caches) or else by kind and name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name, in lower case as ElastiCache keeps it.
      returned: always
      type: str
      sample: sessions
    arn:
      description: The ARN. V(null) for caches so old that ElastiCache tells none.
      returned: always
      type: str
      sample: arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions
    kind:
      description: V(cluster), V(replication_group) or V(serverless).
      returned: always
      type: str
      sample: replication_group
    engine:
      description: The engine. V(null) while a replication group has no member that tells.
      returned: always
      type: str
      sample: valkey
    engine_version:
      description: The version of the engine, or V(null) where unknown.
      returned: always
      type: str
      sample: 8.0.1
    status:
      description: The status as ElastiCache reports it.
      returned: always
      type: str
      sample: available
    cluster_mode:
      description: Whether cluster mode is enabled. V(null) for caches that are no replication group.
      returned: always
      type: bool
      sample: false
    network_type:
      description: V(ipv4), V(ipv6) or V(dual_stack).
      returned: always
      type: str
      sample: ipv4
    connection_type:
      description: V(vpc) or V(public) for serverless caches where ElastiCache tells it, else V(null).
      returned: always
      type: str
      sample: vpc
    ports:
      description:
        - Every TCP port that clients connect to. Empty while the cache is being created.
        - A serverless cache has two.
      returned: always
      type: list
      elements: int
      sample: [6379]
    endpoints:
      description: Where clients connect. Empty while the cache is being created.
      returned: always
      type: list
      elements: dict
      contains:
        role:
          description: V(primary), V(reader), V(configuration), V(node) or V(endpoint) (serverless).
          returned: always
          type: str
          sample: primary
        address:
          description: The host name.
          returned: always
          type: str
          sample: sessions.abcdef.ng.0001.euw1.cache.amazonaws.com
        port:
          description: The TCP port.
          returned: always
          type: int
          sample: 6379
    security_groups:
      description: The security groups that the cache carries, over all nodes.
      returned: always
      type: list
      elements: dict
      contains:
        id:
          description: The id of the group.
          returned: always
          type: str
          sample: sg-0a1b2c3d4e5f60718
        status:
          description: V(active) while the group guards every node, else what ElastiCache reports of a node.
          returned: always
          type: str
          sample: active
    vpc_id:
      description: The VPC. V(null) where unknown.
      returned: always
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    subnet_group:
      description: The cache subnet group. V(null) for serverless caches.
      returned: always
      type: str
      sample: caches
    subnet_ids:
      description: The subnets of the subnet group, or of a serverless cache.
      returned: always
      type: list
      elements: str
      sample: [subnet-0a1b2c3d4e5f60718, subnet-0a1b2c3d4e5f60719]
    nodes:
      description: The nodes. Empty for serverless caches, and as long as ElastiCache tells none.
      returned: always
      type: list
      elements: dict
      contains:
        cluster:
          description: The name under which ElastiCache lists the node as a cluster.
          returned: always
          type: str
          sample: sessions-001
        id:
          description: The number of the node within that cluster.
          returned: always
          type: str
          sample: "0001"
        availability_zone:
          description: The availability zone, or V(null) where unknown.
          returned: always
          type: str
          sample: eu-west-1a
        endpoint:
          description: The node's own endpoint, of the form of RV(caches[].endpoints), or V(null).
          returned: always
          type: dict
          sample: {role: node, address: sessions-001.abcdef.0001.euw1.cache.amazonaws.com, port: 6379}
    transit_encryption:
      description: Whether connections are encrypted. V(null) where ElastiCache does not tell.
      returned: always
      type: bool
      sample: true
    at_rest_encryption:
      description: Whether what is stored is encrypted. V(null) where ElastiCache does not tell.
      returned: always
      type: bool
      sample: true
    tags:
      description: The tags of the cache. V(null) where ElastiCache tells none, as of a cache that is being created.
      returned: when O(include_tags) is true or O(filters.tags) is given
      type: dict
      sample: {Environment: production}
missing:
  description: Those of O(caches) that do not exist.
  returned: success
  type: list
  elements: str
  sample: [planned]
"""

from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import cache_selection
from ansible_collections.elasticache.access.plugins.module_utils._module import run_module
from ansible_collections.elasticache.access.plugins.module_utils._run_cache_info import run


def main() -> None:
    """Run the module."""
    run_module(
        run,
        argument_spec=dict(
            **cache_selection(),
            include_tags=dict(type="bool", default=False),
        ),
    )


if __name__ == "__main__":
    main()
