# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this doc fragment is PRIVATE to the collection. It can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    """Which caches of a region a module is about."""

    DOCUMENTATION = r"""
options:
  caches:
    description:
      - Names or ARNs of the caches to return, in the order in which they are to be returned.
      - The name of a node that belongs to a replication group stands for that group.
      - When left out, all caches of the region are returned.
    type: list
    elements: str
    aliases: [cache]
  cache_type:
    description:
      - Return caches of this kind only.
      - Settles which cache is meant where caches of several kinds have one name.
      - When left out, all kinds are looked for.
    type: str
    choices: [cluster, replication_group, serverless]
  filters:
    description:
      - Return only caches that fit every one of these. Of several values of one filter one has to fit.
      - When left out, nothing is left out of the answer.
    type: dict
    suboptions:
      engine:
        description: Engines, such as V(valkey), V(redis) or V(memcached). When left out, all engines fit.
        type: list
        elements: str
      status:
        description: Statuses as ElastiCache reports them, such as V(available). When left out, all statuses fit.
        type: list
        elements: str
      tags:
        description: Tags that the cache has to carry with these values. When left out, tags do not matter.
        type: dict
      vpc_id:
        description: Ids of VPCs. When left out, all VPCs fit.
        type: list
        elements: str
  missing:
    description:
      - What to do when one of O(caches) does not exist.
      - V(fail) fails and offers names that come near.
      - V(skip) leaves it out of RV(caches) and names it in RV(missing).
    type: str
    choices: [fail, skip]
    default: fail
"""
