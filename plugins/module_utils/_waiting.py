# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Finding the caches of the grants, and waiting for those that are still being created."""

from __future__ import annotations

import time
import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._discovery import find_caches, find_existing_caches
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._readiness import CREATING, check_not_deleting

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference

    Found = dict[CacheReference, Cache]

# Seconds between two looks: short at first, for a cache that is all but ready.
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 15.0


def find_caches_in_service(
    aws: Aws, references: Sequence[CacheReference], wait_timeout: float, must_exist: bool = True
) -> Found:
    """Return for each reference its cache, after waiting up to C(wait_timeout) seconds for those being created.

    Raises V(InvalidGrantError) for a cache that is being deleted, or takes longer than that, and for one that is not
    there, which without C(must_exist) is left out. With a C(wait_timeout) of 0 caches that are being created are
    returned as they are.
    """
    deadline = time.monotonic() + wait_timeout
    found = _find(aws, references, must_exist)
    pause = _FIRST_PAUSE
    while wait_timeout > 0:
        creating = [reference for reference, cache in found.items() if cache.status == CREATING]
        if not creating:
            break
        left = deadline - time.monotonic()
        if left <= 0:
            raise InvalidGrantError(
                f"cache {', '.join(reference.text for reference in creating)} is still being created after "
                f"{wait_timeout:.0f} seconds (wait_timeout), and nothing was changed; run again, or raise wait_timeout."
            )
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        found.update(_find(aws, creating, must_exist=True))
    return found


def _find(aws: Aws, references: Sequence[CacheReference], must_exist: bool) -> Found:
    looked_for = find_existing_caches(aws, references) if must_exist else find_caches(aws, references)
    found = {reference: cache for reference, cache in looked_for.items() if cache is not None}
    all_or_error(partial(check_not_deleting, cache) for cache in found.values())
    return found
