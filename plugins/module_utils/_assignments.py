# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The options of elasticache_security_groups -> Assignment: which groups a cache is to carry, or not to. Pure."""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._grants import (
    CacheReference,
    check_asks,
    read_cache_reference,
)
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference, read_own_group

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    Options = Mapping[str, t.Any]

# The account's quota L-2AFB9258, and the most to which AWS raises it:
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
_MOST_GROUPS = 16
# Options that an entry of O(assignments) takes over from the task where it does not say them itself.
_INHERITED = ("state", "purge", "allow_lost_access")


@dataclass(frozen=True)
class Assignment:
    """One cache, and the groups that it is to carry, or with C(is_present) false is not to.

    With C(is_purging) it is to carry no others.
    """

    cache: CacheReference
    groups: tuple[GroupReference, ...]
    is_present: bool
    is_purging: bool = False
    allow_lost_access: bool = False


def read_assignments(options: Options) -> list[Assignment]:
    """Return the assignments that the options ask for: O(assignments), or the one of O(cache).

    Raises V(InvalidGrantError), with a line per entry, for values that cannot be meant.
    """
    if options.get("assignments") is None:
        return [_read_assignment(options)]
    read = all_or_error(partial(_read_assignment, _with_inherited(each, options)) for each in options["assignments"])
    # Caches of several kinds can have one name.
    for cache, times in Counter(each.cache for each in read).items():
        if times > 1:
            raise InvalidGrantError(
                f"assignments names cache {cache.text!r} {times} times; put its groups in one entry."
            )
    return read


def check_groups_per_interface(limit: int) -> int:
    """Return C(limit). Raises V(InvalidGrantError) for what no account has as its quota."""
    if not 1 <= limit <= _MOST_GROUPS:
        raise InvalidGrantError(
            f"security_groups_per_interface is {limit}; the quota L-2AFB9258 of an account is a number from 1 to "
            f"{_MOST_GROUPS}."
        )
    return limit


def _with_inherited(written: Options, task: Options) -> Options:
    return {**written, **{name: task.get(name) for name in _INHERITED if written.get(name) is None}}


def _read_assignment(options: Options) -> Assignment:
    check_asks(options, "security_groups")
    is_present = options["state"] == "present"
    groups = [read_own_group(text, "security_groups") for text in options["security_groups"]]
    return Assignment(
        cache=read_cache_reference(options["cache"], options.get("cache_type") or ""),
        groups=tuple(dict.fromkeys(groups)),
        is_present=is_present,
        # What is to be detached is named one by one.
        is_purging=is_present and bool(options.get("purge")),
        allow_lost_access=bool(options.get("allow_lost_access")),
    )
