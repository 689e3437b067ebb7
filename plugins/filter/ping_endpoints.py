# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filter ping_endpoints."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ping_endpoints
short_description: List what elasticache_ping is to connect to
version_added: 0.6.0
description:
  - Every endpoint and port of caches, with their engine, and whether they use TLS and cluster mode, for the option
    C(endpoints) of M(elasticache.access.elasticache_ping).
  - Clients of a serverless cache dial a second port, which is listed as well.
positional: auth
options:
  _input:
    description: Caches, as M(elasticache.access.elasticache_cache_info) returns them.
    type: list
    elements: dict
    required: true
  auth:
    description:
      - How to log in. Either C(password), and C(username) for a user of its own, for all caches, or the name of each
        cache with such a dict. Memcached knows no login.
      - When left out, nobody logs in.
    type: dict
author:
  - The elasticache.access authors (@elasticache-access)
seealso:
  - module: elasticache.access.elasticache_ping
"""

EXAMPLES = r"""
- name: Reach every endpoint and port
  elasticache.access.elasticache_ping:
    endpoints: "{{ found.caches | elasticache.access.ping_endpoints }}"

- name: Log in to one of them
  elasticache.access.elasticache_ping:
    endpoints: "{{ found.caches | elasticache.access.ping_endpoints({'sessions': {'password': vaulted_password}}) }}"
"""

RETURN = r"""
_value:
  description: The endpoints, each once, in the order of the caches.
  returned: success
  type: list
  elements: dict
  sample:
    - address: sessions.abcdef.ng.0001.euw1.cache.amazonaws.com
      port: 6379
      role: primary
      cache: sessions
      engine: valkey
      tls: true
      cluster_mode: false
"""

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._ping_endpoints import ping_endpoints

if t.TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"ping_endpoints": ping_endpoints}
