# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan
from ansible_collections.elasticache.access.plugins.module_utils._refusals import meaning

from tests.unit.values import JOBS, OFFICES, SESSIONS, WEB, group_plan, missing, rule

ADDING = group_plan(
    adds=(rule("10.0.0.0/8", description="Office"), rule(WEB.group_id), rule(JOBS.group_id), rule(OFFICES.list_id)),
    updates=((rule("10.1.0.0/16"), rule("10.1.0.0/16", description="Branch")),),
)


def said(code: str, message: str, plan: GroupPlan = ADDING) -> str:
    return meaning(AwsError(f"AWS refused: {message}", code), plan)


@pytest.mark.parametrize("code", ["", "UnauthorizedOperation", "InvalidPermission.Duplicate", "RequestLimitExceeded"])
def test_other_refusals_stand_as_they_are(code: str) -> None:
    assert said(code, "no.") == "AWS refused: no."


@pytest.mark.parametrize("code", ["InvalidPermission.Malformed", "InvalidParameterValue"])
@pytest.mark.parametrize(
    ("message", "named"),
    [
        pytest.param("CIDR 10.0.0.0/8 is invalid.", "is '10.0.0.0/8': correct", id="a range that AWS names"),
        pytest.param("Invalid CIDR 10.0.0.0/8.", "is '10.0.0.0/8': correct", id="one at the end of the sentence"),
        pytest.param("Invalid rule description 'Branch'.", "is 'Branch': correct", id="a description that AWS names"),
        pytest.param(
            f"not {WEB.group_id}, nor {OFFICES.list_id}.",
            f"is one of '{WEB.group_id}', '{OFFICES.list_id}': correct",
            id="two values that AWS names",
        ),
        pytest.param(
            "no.",
            f"is one of '10.0.0.0/8', '{WEB.group_id}', '{JOBS.group_id}', '{OFFICES.list_id}', "
            "'10.1.0.0/16' and 2 more: correct",
            id="all that was sent where AWS names none",
        ),
        pytest.param(
            "CIDR 110.0.0.0/8 is invalid.", "is one of '10.0.0.0/8', ", id="a value that is a part of what AWS names"
        ),
        pytest.param("the Office is closed.", "is one of '10.0.0.0/8', ", id="a description that is a word of AWS's"),
    ],
)
def test_a_malformed_value_is_named(code: str, message: str, named: str) -> None:
    assert missing([f"AWS refused: {message} The refused value ", named, "in sources."], said(code, message)) == []


def test_the_only_value_that_was_sent_is_named_alone() -> None:
    plan = group_plan(adds=(rule("10.0.0.0/8"), rule("10.0.0.0/8", "6380")))
    assert "is '10.0.0.0/8': correct" in said("InvalidParameterValue", "no.", plan)


def test_groups_of_which_one_is_gone_are_named() -> None:
    sentence = said("InvalidGroup.NotFound", "two networks.")
    assert missing(["AWS refused: two networks.", f"{WEB.group_id}, {JOBS.group_id}", "run again"], sentence) == []


def test_where_no_group_is_a_source_the_group_of_the_cache_is_gone() -> None:
    sentence = said("InvalidGroup.NotFound", "no such group.", group_plan(removes=(rule(),)))
    assert missing([SESSIONS.group_id], sentence) == []


def test_prefix_lists_of_which_one_is_gone_are_named() -> None:
    sentence = said("InvalidPrefixListID.NotFound", "no such list.")
    assert missing(["AWS refused: no such list.", OFFICES.list_id, "deleted", "sources"], sentence) == []


def test_a_full_group_is_named_with_what_helps() -> None:
    sentence = said("RulesPerSecurityGroupLimitExceeded", "too many.")
    assert missing(["AWS refused: too many.", str(SESSIONS), "4 more", "rules_per_security_group"], sentence) == []
