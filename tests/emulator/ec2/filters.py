# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Filters as EC2 has them: values of one filter are alternatives, ``*`` and ``?`` are wildcards, names are checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from tests.emulator.ec2 import errors

Item = TypeVar("Item")
Filters = Mapping[str, list[str]]
# What a filter compares: every value that an object has under that name.
Values = Callable[[Any], Iterable[Any]]

_MOST_VALUES = 200


def check_amount(filters: Filters) -> None:
    """One filter takes at most 200 values."""
    if any(len(values) > _MOST_VALUES for values in filters.values()):
        raise errors.EC2ClientError(
            "FilterLimitExceeded", f"The maximum number of filter values specified on a single call is {_MOST_VALUES}"
        )


def select(items: Iterable[Item], filters: Filters, known: Mapping[str, Values]) -> list[Item]:
    """The items that pass every filter. An unknown filter is refused even where there is nothing to filter."""
    tests = [(_values(name, known), *_split(wanted)) for name, wanted in filters.items()]
    return [item for item in items if all(_passes(values(item), exact, patterns) for values, exact, patterns in tests)]


def is_pattern(value: str) -> bool:
    """Does this filter value stand for more than itself?"""
    return "*" in value or "?" in value


def one(name: str) -> Values:
    """A filter on an attribute with a single value."""
    return lambda item: [getattr(item, name)]


def tags_of(item: Any) -> dict[str, str]:
    """The tags of anything that has an id and a backend, or of a rule as it was."""
    if hasattr(item, "tags_then"):
        return dict(item.tags_then)
    return dict(item.ec2_backend.tags.get(item.id, {}))


def _values(name: str, known: Mapping[str, Values]) -> Values:
    if name in known:
        return known[name]
    if name.startswith("tag:"):
        key = name[len("tag:") :]
        return lambda item: [tags_of(item)[key]] if key in tags_of(item) else []
    if name == "tag-key":
        return lambda item: list(tags_of(item))
    if name == "tag-value":
        return lambda item: list(tags_of(item).values())
    raise errors.invalid_filter(name)


def _split(wanted: Iterable[Any]) -> tuple[set[str], list[re.Pattern[str]]]:
    """What is to be met as it stands (there can be 200 of them, and many thousands of rules), and the patterns."""
    texts = {str(value) for value in wanted}
    return texts, [_pattern(text) for text in texts if is_pattern(text)]


def _passes(values: Iterable[Any], exact: set[str], patterns: list[re.Pattern[str]]) -> bool:
    texts = [_text(value) for value in values if value is not None]
    return any(text in exact or any(pattern.fullmatch(text) for pattern in patterns) for text in texts)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=1000)
def _pattern(value: str) -> re.Pattern[str]:
    parts = re.findall(r"\\.|.", value, re.DOTALL)
    meaning = {"*": ".*", "?": "."}
    return re.compile("".join(meaning.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)
