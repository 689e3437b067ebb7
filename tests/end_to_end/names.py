# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Sentences that speak of ids which are known only once the estate is built."""

from __future__ import annotations

from typing import Any


def filled(value: Any, names: dict[str, str]) -> Any:
    """Return C(value) with the {names} in it filled in."""
    if isinstance(value, str):
        for name, actual in names.items():
            value = value.replace("{" + name + "}", actual)
        return value
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    return value
