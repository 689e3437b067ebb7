# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Bad days come as they are drawn, by a seed, and rules can be shown as they were."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.emulator import bad_days, faults
from tests.emulator.bad_days import BadDay
from tests.emulator.ec2.past import past
from tests.emulator.server import Emulator

ClientFactory = Callable[..., Any]


@pytest.fixture
def group(ec2: Any) -> str:
    """A group without inbound rules."""
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return str(ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc_id)["GroupId"])


def authorize(ec2: Any, group: str, cidr: str) -> str:
    permission = {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, "IpRanges": [{"CidrIp": cidr}]}
    answer = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def shown(ec2: Any, group: str) -> list[dict[str, Any]]:
    answer = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    return [rule for rule in answer["SecurityGroupRules"] if not rule["IsEgress"]]


@pytest.mark.parametrize(
    ("day", "error", "was_done"),
    [
        (BadDay(throttled=1), "RequestLimitExceeded", False),
        (BadDay(error=1), "InternalError|Unavailable", False),
        (BadDay(lost=1), "InternalError|Unavailable", True),
        (BadDay(drop=1), "Connection was closed", False),
        (BadDay(drop_after=1), "Connection was closed", True),
    ],
    ids=["throttled", "error", "lost", "drop", "drop_after"],
)
def test_what_befalls_a_change(
    emulator: Emulator, ec2: Any, group: str, day: BadDay, error: str, was_done: bool
) -> None:
    bad_days.begin(emulator.url, day)
    with pytest.raises((ClientError, ConnectionClosedError), match=error):
        authorize(ec2, group, "10.1.0.0/16")
    bad_days.end(emulator.url)
    assert bool(shown(ec2, group)) is was_done


def test_the_same_seed_is_the_same_day(emulator: Emulator, ec2: Any) -> None:
    def fates(seed: int) -> list[bool]:
        bad_days.begin(emulator.url, BadDay(seed=seed, error=0.5))
        found = []
        for _time in range(20):
            found.append(True)
            with suppress(ClientError):
                ec2.describe_vpcs()
                found[-1] = False
        return found

    first = fates(1)
    assert fates(1) == first != fates(2)
    assert 0 < sum(first) < 20
    assert emulator.bad_days.happened["error"] > 0


def test_what_only_looks_can_be_left_alone(emulator: Emulator, ec2: Any, group: str) -> None:
    bad_days.begin(emulator.url, BadDay(error=1, changes_only=True))
    assert shown(ec2, group) == []
    with pytest.raises(ClientError):
        authorize(ec2, group, "10.1.0.0/16")


def test_what_is_shown_can_lag_behind_additions_edits_tags_and_removals(
    emulator: Emulator, ec2: Any, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by itself: right after it, what was before it is shown, and a while later what is."""
    now = [1000.0]
    monkeypatch.setattr(past, "clock", lambda: now[0])
    emulator.bad_days.set(asdict(BadDay(stale=1, lag=0.5)))
    rule_id = authorize(ec2, group, "10.1.0.0/16")
    described = [{"SecurityGroupRuleId": rule_id, "Description": "Web"}]
    tag = [{"Key": "team", "Value": "shop"}]
    by_tag = [{"Name": "tag:team", "Values": ["shop"]}]
    steps: list[tuple[Callable[[], Any], Callable[[], Any], Any, Any]] = [
        (lambda: None, lambda: len(shown(ec2, group)), 0, 1),
        (
            lambda: ec2.update_security_group_rule_descriptions_ingress(
                GroupId=group, SecurityGroupRuleDescriptions=described
            ),
            lambda: [rule.get("Description") for rule in shown(ec2, group)],
            [None],
            ["Web"],
        ),
        (
            lambda: ec2.create_tags(Resources=[rule_id], Tags=tag),
            lambda: [rule["Tags"] for rule in shown(ec2, group)],
            [[]],
            [tag],
        ),
        (
            lambda: ec2.delete_tags(Resources=[rule_id], Tags=tag),
            lambda: len(ec2.describe_security_group_rules(Filters=by_tag)["SecurityGroupRules"]),
            1,
            0,
        ),
        (
            lambda: ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule_id]),
            lambda: [rule["SecurityGroupRuleId"] for rule in shown(ec2, group)],
            [rule_id],
            [],
        ),
    ]
    for change, look, before, after in steps:
        change()
        assert before in [look() for _time in range(3)]
        now[0] += 1
        assert look() == after


def test_a_fault_can_be_a_connection_that_breaks(emulator: Emulator, ec2: Any, group: str) -> None:
    for after in (False, True):
        faults.inject(emulator.url, "AuthorizeSecurityGroupIngress", faults.DROPPED, after=after)
        with pytest.raises(ConnectionClosedError):
            authorize(ec2, group, "10.1.0.0/16")
        assert len(shown(ec2, group)) == after


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="more than everything"):
        BadDay(error=0.6, drop=0.6)
    with pytest.raises(ValueError, match="colour"):
        bad_days.BadDays().set({"colour": 1})
