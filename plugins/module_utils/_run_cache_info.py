# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_cache_info: find, complete, filter."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._cache_values import cache_values
from ansible_collections.elasticache.access.plugins.module_utils._selection import select_caches

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._cache_values import Values
    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule


def run(module: AccessModule) -> dict[str, t.Any]:
    """Return the caches that the module's options ask for, as the module's result.

    Raises V(AccessError) where a cache does not exist and O(missing=fail).
    """
    caches, missing = cache_records(Aws(module), module.params)
    return {"changed": False, "caches": caches, "missing": missing}


def cache_records(aws: Aws, options: Mapping[str, t.Any]) -> tuple[list[Values], list[str]]:
    """Return the records of the caches that C(options) select, and the names that have none."""
    include_tags = options["include_tags"] or bool((options["filters"] or {}).get("tags"))
    caches, missing = select_caches(aws, options, include_tags)
    return [cache_values(cache, include_tags) for cache in caches], missing
