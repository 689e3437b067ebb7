# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Policies as IAM evaluates them: what a request asks for, and whether it is allowed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.asks import asks
from tests.emulator.policies import ALLOWED, DENIED, NEITHER, Ask, PolicyError, verdict
from tests.emulator.server import Emulator

GROUP = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1"
AUTHORIZE = "ec2:AuthorizeSecurityGroupIngress"


def statement(effect: str = "Allow", action: Any = AUTHORIZE, resource: Any = "*", **condition: Any) -> dict[str, Any]:
    given = {"Condition": condition} if condition else {}
    return {"Effect": effect, "Action": action, "Resource": resource, **given}


def decided(ask: Ask, *statements: Mapping[str, Any]) -> str:
    return verdict([{"Statement": list(statements)}], ask)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([], NEITHER, id="nothing is said"),
        pytest.param([statement()], ALLOWED, id="by its name"),
        pytest.param([statement(action=["ec2:Auth*", "s3:*"])], ALLOWED, id="by a pattern, among others"),
        pytest.param([statement(action="EC2:authorizesecuritygroupingress")], ALLOWED, id="in other letters"),
        pytest.param([statement(action="ec2:AuthorizeSecurityGroupEgress")], NEITHER, id="another action"),
        pytest.param([statement(resource="arn:aws:ec2:*:*:security-group/*")], ALLOWED, id="any group"),
        pytest.param([statement(resource=[GROUP])], ALLOWED, id="this group"),
        pytest.param([statement(resource=f"{GROUP}2")], NEITHER, id="another group"),
        pytest.param([statement(resource=GROUP.upper())], NEITHER, id="a group in other letters"),
        pytest.param([statement(), statement("Deny", "*")], DENIED, id="a denial counts most"),
        pytest.param([statement(StringEquals={"ec2:Vpc": "vpc-1"})], ALLOWED, id="a condition that is met"),
        pytest.param([statement(StringEquals={"ec2:Vpc": ["vpc-2", "vpc-3"]})], NEITHER, id="one that is not met"),
        pytest.param([statement(StringLike={"ec2:Vpc": "vpc-*"})], ALLOWED, id="a pattern in a condition"),
        pytest.param([statement(StringLike={"ec2:Region": "*"})], NEITHER, id="a key that is not there"),
        pytest.param([statement(Null={"ec2:Region": "true"})], ALLOWED, id="a key that must not be there"),
        pytest.param([statement(ArnNotLike={"ec2:Vpc": "vpc-1"})], NEITHER, id="what must not be like that"),
        pytest.param(
            [{**statement(), "Condition": {"ForAnyValue:StringLike": {"aws:TagKeys": "te*"}}}],
            ALLOWED,
            id="any of several values",
        ),
    ],
)
def test_what_policies_say(statements: list[dict[str, Any]], expected: str) -> None:
    ask = Ask(AUTHORIZE, GROUP, {"ec2:Vpc": "vpc-1", "aws:TagKeys": ["team", "tier"]})
    assert decided(ask, *statements) == expected


@pytest.mark.parametrize("unknown", [statement(NumericLessThan={"a": "1"}), {**statement(), "NotResource": "*"}])
def test_what_is_not_evaluated_is_no_yes(unknown: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        decided(Ask(AUTHORIZE), unknown)


def asked(service: str, action: str, **parameters: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    given = {name.replace("_", "."): value for name, value in parameters.items()}
    tags = {"sgr-1": {"team": "shop"}}
    found = asks(service, action, given, ("aws", "eu-west-1", "1"), lambda name: tags.get(name, {}))
    return [(ask.action, ask.resource.removeprefix(f"arn:aws:{service}:eu-west-1:1:"), ask.keys) for ask in found]


def test_what_requests_ask_for() -> None:
    assert asked("ec2", "DescribeSecurityGroups") == [("ec2:DescribeSecurityGroups", "*", {})]
    assert asked("tagging", "GetResources") == [("tag:GetResources", "*", {})]
    assert asked("ec2", "RevokeSecurityGroupIngress", GroupId="sg-1") == [
        ("ec2:RevokeSecurityGroupIngress", "security-group/sg-1", {})
    ]
    assert asked("elasticache", "DescribeCacheClusters") == [("elasticache:DescribeCacheClusters", "cluster:*", {})]
    assert asked("elasticache", "ModifyReplicationGroup", ReplicationGroupId="r") == [
        ("elasticache:ModifyReplicationGroup", "replicationgroup:r", {})
    ]
    assert asked("elasticache", "ListTagsForResource", ResourceName="arn:x") == [
        ("elasticache:ListTagsForResource", "arn:x", {})
    ]
    assert asked("ec2", "CreateTags", ResourceId_1="sgr-1", Tag_1_Key="tier") == [
        ("ec2:CreateTags", "security-group-rule/sgr-1", {"aws:ResourceTag/team": "shop", "aws:TagKeys": ["tier"]})
    ]
    made = {"TagSpecification_1_ResourceType": "security-group-rule", "TagSpecification_1_Tag_1_Key": "tier"}
    assert asked("ec2", "AuthorizeSecurityGroupIngress", GroupId="sg-1", **made) == [
        (AUTHORIZE, "security-group/sg-1", {}),
        (AUTHORIZE, "security-group-rule/*", {"aws:TagKeys": ["tier"]}),
        (
            "ec2:CreateTags",
            "security-group-rule/*",
            {"ec2:CreateAction": "AuthorizeSecurityGroupIngress", "aws:TagKeys": ["tier"]},
        ),
    ]
    assert asked("ec2", "CreateSecurityGroup", VpcId="vpc-1") == [
        ("ec2:CreateSecurityGroup", "security-group/*", {}),
        ("ec2:CreateSecurityGroup", "vpc/vpc-1", {}),
    ]


def test_the_emulator_goes_by_resource_and_says_so(emulator: Emulator, client: Callable[..., Any], ec2: Any) -> None:
    """An explicit denial has other words; a dry run asks the same and does nothing."""
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    groups = [ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"] for name in "abc"]
    iam = client("iam")
    iam.create_user(UserName="somebody")
    of_group = "arn:aws:ec2:eu-west-1:123456789012:security-group/{}".format
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            statement(resource=[of_group(groups[0]), of_group(groups[1])]),
            statement("Deny", resource=of_group(groups[1])),
        ],
    }
    iam.put_user_policy(UserName="somebody", PolicyName="some", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="somebody")["AccessKey"]
    somebody = client("ec2", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    permission = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    emulator.enforce_iam()
    said = []
    for group_id in groups:
        with pytest.raises(ClientError) as caught:
            somebody.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission], DryRun=True)
        said.append(caught.value.response["Error"]["Message"])
    emulator.trust_everybody()
    assert "would have succeeded" in said[0]
    assert f"{of_group(groups[1])} with an explicit deny" in said[1]
    assert f"{of_group(groups[2])} because no identity-based policy allows" in said[2]
    assert ec2.describe_security_groups(GroupIds=[groups[0]])["SecurityGroups"][0]["IpPermissions"] == []
