# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policies that docs/iam/README.md quotes, held against the calls that they are there to permit and to keep off."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.policies import ALLOWED, DENIED, Ask, verdict

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "iam"
PAGE = (FOLDER / "README.md").read_text()
SWEEPING = json.loads((FOLDER / "expire.json").read_text())
GRANTING, GUARDING = (json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
RULE = "arn:aws:ec2:eu-west-1:123456789012:security-group-rule/sgr-0a1b2c3d4e5f60718"
GROUP = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0a1b2c3d4e5f60718"
OURS, SOMEBODY = ("arn:aws:iam::123456789012:role/cache-access", "arn:aws:iam::123456789012:role/developer")
END, TEAM = "elasticache.access:expires_at", "team"


def says(policy: Mapping[str, Any], effect: str, action: str, resource: str, **keys: Any) -> bool:
    """Whether a policy says this of such a call."""
    given = {name.replace("_", ":"): value for name, value in keys.items() if value is not None}
    return verdict([policy], Ask(action, resource, given)) == {"Allow": ALLOWED, "Deny": DENIED}[effect]


@pytest.mark.parametrize(
    ("action", "resource", "is_allowed"),
    [
        ("ec2:DescribeSecurityGroupRules", "*", True),
        ("ec2:RevokeSecurityGroupIngress", GROUP, True),
        ("ec2:RevokeSecurityGroupEgress", GROUP, True),
        ("ec2:AuthorizeSecurityGroupIngress", GROUP, False),
        ("ec2:CreateTags", RULE, False),
        ("ec2:DeleteSecurityGroup", GROUP, False),
    ],
)
def test_who_removes_may_do_nothing_else(action: str, resource: str, is_allowed: bool) -> None:
    assert says(SWEEPING, "Allow", action, resource) is is_allowed


@pytest.mark.parametrize(
    ("by", "is_allowed"),
    [
        ("AuthorizeSecurityGroupIngress", True),
        ("AuthorizeSecurityGroupEgress", True),
        ("RunInstances", False),
        (None, False),
    ],
)
def test_who_grants_may_tag_rules_only_as_they_are_made(by: str | None, is_allowed: bool) -> None:
    assert says(GRANTING, "Allow", "ec2:CreateTags", RULE, ec2_CreateAction=by) is is_allowed
    assert not says(GRANTING, "Allow", "ec2:DeleteTags", RULE)


@pytest.mark.parametrize(
    ("who", "action", "keys", "is_denied"),
    [
        pytest.param(SOMEBODY, "ec2:CreateTags", [END], True, id="to extend"),
        pytest.param(SOMEBODY, "ec2:CreateTags", [TEAM, END], True, id="to extend along with something else"),
        pytest.param(SOMEBODY, "ec2:DeleteTags", [END], True, id="to make permanent"),
        pytest.param(SOMEBODY, "ec2:DeleteTags", None, True, id="to take all tags away"),
        pytest.param(SOMEBODY, "ec2:CreateTags", [TEAM], False, id="another tag"),
        pytest.param(SOMEBODY, "ec2:DeleteTags", [TEAM], False, id="another tag less"),
        pytest.param(OURS, "ec2:CreateTags", [END], False, id="by whom it is for"),
        pytest.param(OURS, "ec2:DeleteTags", [END], False, id="who may make permanent as well"),
    ],
)
def test_nobody_else_changes_these_tags(who: str, action: str, keys: list[str] | None, is_denied: bool) -> None:
    assert says(GUARDING, "Deny", action, RULE, aws_TagKeys=keys, aws_PrincipalArn=who) is is_denied


def test_other_things_may_be_tagged_as_ever() -> None:
    assert not says(GUARDING, "Deny", "ec2:CreateTags", GROUP, aws_TagKeys=[END], aws_PrincipalArn=SOMEBODY)
