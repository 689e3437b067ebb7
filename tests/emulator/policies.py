# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether policies let somebody do something, as IAM decides it: a denial counts most, and nothing allows nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
What is not evaluated here is refused, not passed over: a test must not pass for a condition that nobody looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Statement = Mapping[str, Any]

ALLOWED, DENIED, NEITHER = "allowed", "denied explicitly", "not allowed"
_MEMBERS = {"Sid", "Effect", "Action", "Resource", "Condition"}


@dataclass(frozen=True)
class Ask:
    """One thing that a request needs to be allowed; C(keys) are its condition keys, with a list for several values."""

    action: str
    resource: str = "*"
    keys: Mapping[str, str | list[str]] = field(default_factory=dict)


class PolicyError(ValueError):
    """A policy has something that is not evaluated here."""


def verdict(policies: Iterable[Mapping[str, Any]], ask: Ask) -> str:
    """Return what policies say to C(ask). Raises V(PolicyError) for what cannot be evaluated."""
    found = {
        statement["Effect"]
        for policy in policies
        for statement in _listed(policy["Statement"])
        if _is_about(statement, ask)
    }
    return DENIED if "Deny" in found else ALLOWED if "Allow" in found else NEITHER


def _is_about(statement: Statement, ask: Ask) -> bool:
    unknown = set(statement) - _MEMBERS
    if unknown:
        raise PolicyError(f"a statement with {', '.join(sorted(unknown))} is not evaluated")
    # Actions are compared without regard to case, resources with it.
    actions = [action.lower() for action in _listed(statement["Action"])]
    return (
        _is_like(ask.action.lower(), actions)
        and _is_like(ask.resource, _listed(statement["Resource"]))
        and all(
            _test(operator)(_listed(wanted), ask.keys.get(key))
            for operator, conditions in statement.get("Condition", {}).items()
            for key, wanted in conditions.items()
        )
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_like(value: str, patterns: Iterable[str]) -> bool:
    # Unlike in the shell, brackets mean nothing, and a star goes past colons and slashes.
    translated = (re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".") for pattern in patterns)
    return any(re.fullmatch(pattern, value, re.DOTALL) for pattern in translated)


def _is_null(wanted: list[str], found: Any) -> bool:
    return (found is None) is (wanted == ["true"])


# Of each operator: what it says of the values of a key in a request, V(None) where it is not there.
_OPERATORS: Mapping[str, Callable[[list[str], Any], bool]] = {
    "StringEquals": lambda wanted, found: found in wanted,
    "StringLike": lambda wanted, found: found is not None and _is_like(found, wanted),
    "ArnNotLike": lambda wanted, found: found is None or not _is_like(found, wanted),
    "ForAnyValue:StringLike": lambda wanted, found: any(_is_like(each, wanted) for each in found or ()),
    "Null": _is_null,
}


def _test(operator: str) -> Callable[[list[str], Any], bool]:
    if operator not in _OPERATORS:
        raise PolicyError(f"the condition operator {operator} is not evaluated")
    return _OPERATORS[operator]
