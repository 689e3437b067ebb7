# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""A grant and what AWS said of everything that it names -> Target. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._caches import ports_to_open
from ansible_collections.elasticache.access.plugins.module_utils._groups import choose_group, groups_of_cache
from ansible_collections.elasticache.access.plugins.module_utils._sources import resolve_sources
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known, Names


def target_of(grant: Grant, cache: Cache, known: Known, names: Names) -> Target:
    """Return C(grant) on C(cache) with everything looked up in C(known).

    Raises V(InvalidGrantError) where it cannot be done as it is written.
    """
    groups = groups_of_cache(cache, known.groups)
    group = choose_group(cache, groups, grant.security_group) if grant.is_present else None
    ports = ports_to_open(cache, grant.ports)
    sources = resolve_sources(grant, cache, groups[0], known, names)
    return Target(
        cache=cache,
        ports=ports,
        groups=groups,
        group=group,
        sources=sources,
        tags=grant.tags,
        purge=grant.purge,
        purge_shared=grant.purge_shared,
        allow_large_purge=grant.allow_large_purge,
        source_egress=grant.source_egress,
    )
