# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""O(tags) -> the tags of rules, and the tag by which this collection knows its own rules. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Tags = tuple[tuple[str, str], ...]

# Tags of this collection's own have this beginning.
OWN = "elasticache.access:"
# Rules that carry this tag were made by this collection; it removes no other rule on its own account.
MARKER = (f"{OWN}managed", "true")

# What EC2 takes: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
_KEY_LENGTH = 128
VALUE_LENGTH = 256
_MOST = 50
# The marker, the end of the access and its reason.
_OURS = 3


def read_tags(tags: Mapping[str, t.Any] | None) -> Tags:
    """Return O(tags), sorted by key. Numbers and truth values become text, as amazon.aws does it.

    Raises V(InvalidGrantError) for what EC2 would not take, and for the keys that are this collection's own.
    """
    read = []
    for key, value in sorted((tags or {}).items()):
        _check_key(key)
        if value is None or isinstance(value, (dict, list)):
            raise InvalidGrantError(f"tags gives {key!r} no text as its value; write one, in quotes.")
        if len(str(value)) > VALUE_LENGTH:
            raise InvalidGrantError(
                f"tags gives {key!r} a value of {len(str(value))} characters; EC2 takes up to {VALUE_LENGTH}: "
                "shorten it."
            )
        read.append((key, str(value)))
    if len(read) > _MOST - _OURS:
        raise InvalidGrantError(
            f"tags holds {len(read)} tags; EC2 takes {_MOST} per rule, of which {_OURS} are this collection's own: "
            "leave some out."
        )
    return tuple(read)


def _check_key(key: str) -> None:
    if not key or len(key) > _KEY_LENGTH:
        raise InvalidGrantError(
            f"tags holds the key {key[:40]!r} of {len(key)} characters; EC2 takes 1 to {_KEY_LENGTH}."
        )
    for taken, owner in (("aws:", "AWS"), (OWN, "this collection")):
        if key.lower().startswith(taken):
            raise InvalidGrantError(f"tags holds {key!r}, and keys that begin with {taken} are {owner}'s: rename it.")


def merged(tags: Tags, more: Tags) -> Tags:
    """Return C(tags) with C(more) set on top, sorted by key."""
    return tuple(sorted({**dict(tags), **dict(more)}.items()))
