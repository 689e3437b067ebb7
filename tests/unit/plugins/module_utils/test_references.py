# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._references import (
    Reference,
    References,
    is_far,
    parse_references,
    parse_stale,
)

from tests.unit.values import GROUPS, OFFICES, OWNER, PEER, PEER_VPC, SESSIONS, VPC, WEB, key, rule, source

GONE = "sg-00000000000000dead"
THERE = {**GROUPS, GONE: SecurityGroup(GONE, "far", PEER_VPC, OWNER)}


def test_references_are_read_by_rule_as_far_as_ec2_tells() -> None:
    answers: list[dict[str, Any]] = [
        {"SecurityGroupRuleId": "sgr-1", "CidrIpv4": "10.0.0.0/8"},
        {"SecurityGroupRuleId": "sgr-2", "ReferencedGroupInfo": {"GroupId": GONE}},
        {
            "SecurityGroupRuleId": "sgr-3",
            "ReferencedGroupInfo": {
                "GroupId": GONE,
                "VpcId": PEER_VPC,
                "VpcPeeringConnectionId": "pcx-1",
                "PeeringStatus": "active",
            },
        },
    ]
    assert parse_references(answers) == {
        "sgr-2": Reference("", "", ""),
        "sgr-3": Reference(PEER_VPC, "pcx-1", "active"),
    }


def test_stale_rules_are_inbound_ones_that_name_a_group() -> None:
    answers: list[dict[str, Any]] = [
        {
            "GroupId": SESSIONS.group_id,
            "StaleIpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 6379,
                    "ToPort": 6379,
                    "UserIdGroupPairs": [{"GroupId": GONE}, {"GroupName": "without an id"}],
                },
                {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": GONE}]},
                {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2},
            ],
            "StaleIpPermissionsEgress": [{"IpProtocol": "udp", "UserIdGroupPairs": [{"GroupId": GONE}]}],
        },
        {"GroupId": WEB.group_id},
    ]
    assert parse_stale(answers) == {key(GONE), key(GONE, "all")}


@pytest.mark.parametrize(
    ("admitted", "owner", "status", "stale", "shown", "why"),
    [
        (GONE, OWNER, "", False, True, ""),
        (GONE, OWNER, "active", False, True, ""),
        (GONE, OWNER, "", False, False, "that group does not exist any more"),
        (GONE, PEER, "active", False, False, ""),
        (GONE, "", "", False, False, ""),
        (GONE, PEER, "deleted", False, False, "peering pcx-1, which leads to it, is deleted"),
        (GONE, PEER, "active", True, False, "that group, or the way to it, is gone"),
        ("10.0.0.0/8", "", "", True, True, ""),
        (OFFICES.list_id, "", "", True, True, ""),
    ],
)
def test_a_reference_is_stale_when_its_group_or_the_way_to_it_is_gone(
    admitted: str, owner: str, status: str, stale: bool, shown: bool, why: str
) -> None:
    named = rule(admitted)
    named = type(named)(
        type(named.key)(
            SESSIONS.group_id, "tcp", 6379, 6379, type(source(admitted))(source(admitted).kind, admitted, owner)
        ),
        "sgr-1",
    )
    references = References(
        {"sgr-1": Reference(PEER_VPC, "pcx-1", status)} if status else {},
        frozenset([named.key]) if stale else frozenset(),
    )
    assert references.why_stale(named, SESSIONS, THERE if shown else GROUPS) == why


def test_without_the_account_of_the_home_nothing_is_called_gone() -> None:
    home = SecurityGroup(SESSIONS.group_id, "sessions", VPC, "")
    assert References().why_stale(rule(GONE), home, GROUPS) == ""


@pytest.mark.parametrize(
    ("admitted", "far"), [(WEB.group_id, False), (GONE, True), ("sg-unknown", True), ("10.0.0.0/8", False)]
)
def test_far_is_a_group_that_is_not_seen_in_the_vpc(admitted: str, far: bool) -> None:
    assert is_far(rule(admitted), VPC, THERE) is far
