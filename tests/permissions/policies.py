# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The policies below docs/iam, whole and without parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "iam"
Policy = Mapping[str, Any]


def policy_of(job: str) -> Policy:
    """The policy for a job."""
    policy: Policy = json.loads((FOLDER / f"{job}.json").read_text())
    return policy


def listed(value: Any) -> list[str]:
    """One or several values as a list."""
    return value if isinstance(value, list) else [value]


def actions_of(policy: Policy) -> set[str]:
    """The actions that a policy allows."""
    return {action for statement in policy["Statement"] for action in listed(statement["Action"])}


def without_each(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """Each action of each statement, with the policy that lacks it there."""
    for number, statement in enumerate(policy["Statement"]):
        for action in listed(statement["Action"]):
            left = [other for other in listed(statement["Action"]) if other != action]
            rest = [{**statement, "Action": left}] if left else []
            statements = [*policy["Statement"][:number], *rest, *policy["Statement"][number + 1 :]]
            yield action, {**policy, "Statement": statements}


def only(policy: Policy, *beginnings: str) -> Policy:
    """A policy with those of its actions alone that begin like this after the service."""
    statements = []
    for statement in policy["Statement"]:
        actions = [action for action in listed(statement["Action"]) if action.partition(":")[2].startswith(beginnings)]
        statements += [{**statement, "Action": actions}] if actions else []
    return {**policy, "Statement": statements}
