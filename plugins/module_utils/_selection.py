# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The options that say which caches of a region are meant -> the caches."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._cache_tags import with_tags
from ansible_collections.elasticache.access.plugins.module_utils._caches import each_once, fits
from ansible_collections.elasticache.access.plugins.module_utils._discovery import (
    find_caches,
    find_existing_caches,
    list_caches,
    with_networks,
)
from ansible_collections.elasticache.access.plugins.module_utils._grants import read_cache_reference

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference


def select_caches(aws: Aws, options: Mapping[str, t.Any], include_tags: bool = False) -> tuple[list[Cache], list[str]]:
    """Return the caches that C(options) select, with their VPCs and subnets, and the names that have none.

    Raises V(InvalidGrantError) where a cache does not exist and O(missing=fail).
    """
    missing: list[str] = []
    if options["caches"] is None:
        caches = list_caches(aws, options["cache_type"] or "")
    else:
        caches, missing = _named(aws, options["caches"], options["cache_type"] or "", options["missing"] == "fail")
    filters = options["filters"] or {}
    caches = with_networks(aws, caches)
    if include_tags or filters.get("tags"):
        caches = with_tags(aws, caches)
    return [cache for cache in caches if fits(cache, filters)], missing


def _named(aws: Aws, names: Sequence[str], cache_type: str, must_exist: bool) -> tuple[list[Cache], list[str]]:
    """Return the caches of these names, each once, and the names that have none."""
    references = [read_cache_reference(name, cache_type) for name in names]
    found: Mapping[CacheReference, Cache | None] = (find_existing_caches if must_exist else find_caches)(
        aws, references
    )
    return each_once(found.values()), [reference.text for reference, cache in found.items() if cache is None]
