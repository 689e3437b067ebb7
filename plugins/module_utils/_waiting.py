# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Finding caches, and waiting for them: until they are created, settled, or as they were told to be."""

from __future__ import annotations

import time
import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._discovery import find_caches, find_existing_caches
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._readiness import CREATING, check_not_deleting

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference

    Found = dict[CacheReference, Cache]

# Seconds between two looks: short at first, for a cache that is all but ready.
_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 15.0


def read_wait_timeout(options: Mapping[str, t.Any]) -> float:
    """Return how many seconds to wait, 0 for not at all. Raises V(InvalidGrantError) for a time that is none."""
    if options["wait_timeout"] < 1:
        raise InvalidGrantError(
            f"wait_timeout is {options['wait_timeout']}; give the seconds to wait, or set wait to false."
        )
    return float(options["wait_timeout"]) if options["wait"] else 0


def find_caches_in_service(
    aws: Aws, references: Sequence[CacheReference], wait_timeout: float, must_exist: bool = True
) -> Found:
    """Return for each reference its cache, after waiting up to C(wait_timeout) seconds for those being created.

    Raises V(InvalidGrantError) for a cache that is being deleted, or takes longer than that, and for one that is not
    there, which without C(must_exist) is left out. With a C(wait_timeout) of 0 caches that are being created are
    returned as they are.
    """
    found = _find(aws, references, must_exist)
    left = wait_for(
        aws, found, lambda reference, cache: reference.text if cache.status == CREATING else "", wait_timeout
    )
    if left and wait_timeout > 0:
        raise InvalidGrantError(
            f"cache {left} is still being created after {wait_timeout:.0f} seconds (wait_timeout), and nothing was "
            "changed; run again, or raise wait_timeout."
        )
    return found


def wait_for(
    aws: Aws,
    found: Found,
    what_is_left: Callable[[CacheReference, Cache], str],
    wait_timeout: float,
    say: Callable[[str], None] | None = None,
) -> str:
    """Find caches again every few seconds, until C(what_is_left) is empty of each; return what it was in the end.

    C(found) is kept up to date. Gives up after C(wait_timeout) seconds; with 0 it does not look again. What is waited
    for goes to C(say) whenever that changes.
    """
    deadline = time.monotonic() + wait_timeout
    pause = _FIRST_PAUSE
    said = ""
    while True:
        left = {reference: what_is_left(reference, cache) for reference, cache in found.items()}
        text = ", ".join(filter(None, left.values()))
        seconds = deadline - time.monotonic()
        if not text or seconds <= 0:
            return text
        if say and text != said:
            say(text)
            said = text
        time.sleep(min(pause, seconds))
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        found.update(_find(aws, [reference for reference, still in left.items() if still], must_exist=True))


def _find(aws: Aws, references: Sequence[CacheReference], must_exist: bool) -> Found:
    looked_for = find_existing_caches(aws, references) if must_exist else find_caches(aws, references)
    found = {reference: cache for reference, cache in looked_for.items() if cache is not None}
    all_or_error(partial(check_not_deleting, cache) for cache in found.values())
    return found
