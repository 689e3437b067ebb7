# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The checker that all other tests rely on: it has to see what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.shapes import assert_matches_shape, raw_problems

_RULE = "<securityGroupRuleId>sgr-1</securityGroupRuleId>"


def _problems(client: Any, operation: str, body: str, status: int = 200) -> list[str]:
    return raw_problems(client.meta.service_model.operation_model(operation), status, body.encode())


def _rules(ec2: Any, inside: str) -> list[str]:
    body = f"<DescribeSecurityGroupRulesResponse><requestId>1</requestId>{inside}</DescribeSecurityGroupRulesResponse>"
    return _problems(ec2, "DescribeSecurityGroupRules", body)


def test_a_good_answer(ec2: Any) -> None:
    inside = f"{_RULE}<isEgress>false</isEgress><fromPort>6379</fromPort><tagSet/>"
    assert _rules(ec2, f"<securityGroupRuleSet><item>{inside}</item></securityGroupRuleSet>") == []


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<colour>red</colour>", "unknown element colour"),
        ("<securityGroupRuleSet><item><colour/></item></securityGroupRuleSet>", "unknown element colour"),
        ("<securityGroupRuleSet><member/></securityGroupRuleSet>", "member where item belongs"),
        (f"<securityGroupRuleSet><item>{_RULE}{_RULE}</item></securityGroupRuleSet>", "appears twice"),
        ("<securityGroupRuleSet><item><fromPort>x</fromPort></item></securityGroupRuleSet>", "'x' is no integer"),
        ("<securityGroupRuleSet><item><isEgress>False</isEgress></item></securityGroupRuleSet>", "is no boolean"),
        ("<securityGroupRuleSet><item><description>None</description></item></securityGroupRuleSet>", "Python value"),
        ("<securityGroupRuleSet><item><groupId><x/></groupId></item></securityGroupRuleSet>", "elements in a string"),
        ("<securityGroupRuleSet>text</securityGroupRuleSet>", "text 'text' in a list"),
    ],
)
def test_answers_that_aws_would_not_give(ec2: Any, inside: str, problem: str) -> None:
    (found,) = _rules(ec2, inside)
    assert problem in found


def test_values_outside_an_enumeration_and_timestamps(ec2: Any) -> None:
    body = (
        "<DescribeNetworkInterfacesResponse><networkInterfaceSet><item><status>happy</status>"
        "<attachment><attachTime>yesterday</attachTime></attachment></item></networkInterfaceSet>"
        "</DescribeNetworkInterfacesResponse>"
    )
    first, second = _problems(ec2, "DescribeNetworkInterfaces", body)
    assert "'happy' is none of" in first
    assert "'yesterday' is no timestamp" in second


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<html>", "is not XML"),
        ("<DescribeVpcsResponse/>", "not DescribeCacheClustersResponse"),
        ("<DescribeCacheClustersResponse><Other/></DescribeCacheClustersResponse>", "unknown element Other"),
        ("<DescribeCacheClustersResponse/>", "no element DescribeCacheClustersResult"),
    ],
)
def test_the_frame_of_a_query_answer(elasticache: Any, body: str, problem: str) -> None:
    assert problem in _problems(elasticache, "DescribeCacheClusters", body)[0]


def test_an_error_needs_a_code_and_a_message(ec2: Any) -> None:
    body = "<Response><Errors><Error><Code>Bad</Code><Message/></Error></Errors></Response>"
    assert _problems(ec2, "DescribeVpcs", body, status=400) == ["DescribeVpcs: an error without Message"]


def test_parsed_answers(ec2: Any) -> None:
    good: dict[str, Any] = {
        "SecurityGroupRules": [{"FromPort": 1, "IsEgress": True, "Tags": []}],
        "ResponseMetadata": {},
    }
    assert_matches_shape(ec2, "DescribeSecurityGroupRules", good)
    wrongs: list[dict[str, Any]] = [{"Colour": 1}, {"FromPort": "1"}, {"FromPort": True}, {"Tags": {}}, {"Tags": [1]}]
    for wrong in wrongs:
        with pytest.raises(AssertionError):
            assert_matches_shape(ec2, "DescribeSecurityGroupRules", {"SecurityGroupRules": [wrong]})


def test_every_client_is_watched(ec2: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.emulator.ec2.groups.described", lambda _group: {"GroupName": "None"})
    with pytest.raises(AssertionError, match="'None' is a Python value"):
        ec2.describe_security_groups()
