# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``MaxRecords`` and ``Marker``, and for serverless caches ``MaxResults`` and ``NextToken``.

Pages follow the names in order, and a marker holds the last name shown: caches that come and go between two pages
neither repeat nor hide others.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, TypeVar

from tests.emulator.elasticache import errors

Item = TypeVar("Item")


def by_marker(items: Mapping[str, Item], request: dict[str, Any]) -> tuple[list[Item], str | None]:
    """A page of 20 to 100 items, and the marker of the next."""
    size = request.get("MaxRecords", 100)
    if not 20 <= size <= 100:
        raise errors.invalid_value(f"Invalid value {size} for MaxRecords. Must be between 20 and 100")
    return _page(items, size, request.get("Marker"), "Marker")


def by_token(items: Mapping[str, Item], request: dict[str, Any]) -> tuple[list[Item], str | None]:
    """A page of up to 50 items, and the token of the next."""
    size = request.get("MaxResults", 50)
    if not 1 <= size <= 50:
        raise errors.invalid_value(f"Invalid value {size} for MaxResults. Must be between 1 and 50")
    return _page(items, size, request.get("NextToken"), "NextToken")


def _page(items: Mapping[str, Item], size: int, marker: str | None, parameter: str) -> tuple[list[Item], str | None]:
    after = _read(marker, parameter) if marker else ""
    names = sorted(name for name in items if name > after)
    shown = names[:size]
    return [items[name] for name in shown], _write(shown[-1]) if len(names) > size else None


def _write(name: str) -> str:
    return base64.urlsafe_b64encode(f"after:{name}".encode()).decode()


def _read(marker: str, parameter: str) -> str:
    try:
        text = base64.urlsafe_b64decode(marker.encode()).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    if not text.startswith("after:"):
        raise errors.invalid_value(f"Invalid {parameter} specified: {marker}")
    return text.removeprefix("after:")
