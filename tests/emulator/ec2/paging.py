# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``MaxResults`` and ``NextToken``, which moto ignores for groups, rules and interfaces."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from tests.emulator.ec2 import errors

Item = TypeVar("Item")

_SMALLEST, _LARGEST = 5, 1000


def page(
    items: Sequence[Item], parameters: dict[str, Any], smallest: int = _SMALLEST, largest: int = _LARGEST
) -> tuple[Sequence[Item], str | None]:
    """The part of the items that was asked for, and the token for the next part if there is one."""
    size = parameters.get("MaxResults")
    if size is not None:
        check_size(int(size), smallest, largest)
    start = _read(parameters["NextToken"]) if parameters.get("NextToken") else 0
    end = len(items) if size is None else start + int(size)
    return items[start:end], _token(end) if end < len(items) else None


def check_size(size: int, smallest: int = _SMALLEST, largest: int = _LARGEST) -> None:
    """Refuse a page that is smaller or larger than the call allows."""
    if size < smallest:
        raise errors.invalid_parameter(
            f"Value ( {size} ) for parameter maxResults is invalid. "
            f"Expecting a value greater than or equal to {smallest}."
        )
    if size > largest:
        raise errors.invalid_parameter(
            f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value less than or equal to {largest}."
        )


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode()


def _read(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("from:"))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise errors.invalid_parameter(f"Invalid value '{token}' for nextToken") from None
