# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Options that Python has and nothing else takes, refused before anybody looks at them. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = 300
_TOO_MUCH = 10**_DIGITS
# Options are not nested deeper than this by anybody.
_DEEPEST = 50


def check_values(options: t.Any) -> None:
    """Raise V(InvalidGrantError) where options hold what Python has and nothing else takes.

    That is text of no encoding, in which Python keeps bytes that are no UTF-8, numbers that it cannot print or make a
    fraction of, and what is nested without end.
    """
    for path, value in _values(options, "", 0):
        if isinstance(value, str):
            if any("\ud800" <= each <= "\udfff" for each in value):
                raise InvalidGrantError(
                    f"{path} holds bytes that are no UTF-8 text; write it in UTF-8, and without surrogates."
                )
        elif abs(value) >= _TOO_MUCH:
            raise InvalidGrantError(f"{path} holds a number of more than {_DIGITS} digits; give one that can be meant.")


def _values(value: t.Any, path: str, depth: int) -> Iterator[tuple[str, t.Any]]:
    """Yield every text and whole number with where it stands, the keys of dicts as standing where the dict does."""
    if depth > _DEEPEST:
        raise InvalidGrantError(f"{path.partition('.')[0]} is nested deeper than can be meant; write it flatter.")
    if isinstance(value, (int, str)):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            # Such a key is not to be repeated either.
            yield path or "the name of an option", str(key)
            yield from _values(each, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _values(each, path, depth + 1)
