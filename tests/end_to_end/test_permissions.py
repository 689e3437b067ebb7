# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Credentials that may not: the missing action is named, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Credentials
from tests.end_to_end.networks import attach, make_gateway, make_prefix_list, make_vpc
from tests.end_to_end.rules import every_rule

READ = [
    "elasticache:DescribeCacheClusters",
    "elasticache:DescribeReplicationGroups",
    "elasticache:DescribeServerlessCaches",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
]
GRANT = {"cache": "sessions", "sources": [{"security_group": "app-web"}]}


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
def test_what_may_not_be_read_is_named(
    ansible: Ansible, permitted: Callable[[list[str]], Credentials], check: bool
) -> None:
    """Each of the reads alone is enough to stop."""
    users = {missing: permitted([action for action in READ if action != missing]) for missing in READ}
    tasks = [
        {"elasticache.access.elasticache_sg_access": GRANT, "environment": credentials}
        for credentials in users.values()
    ]
    said = {missing: result["msg"] for missing, result in zip(READ, ansible.tasks(*tasks, check=check), strict=True)}
    assert said == {
        missing: f"AWS does not permit these credentials {missing}; allow that action in their policy. "
        "Nothing was changed."
        for missing in READ
    }


def test_what_some_grants_need_besides_is_named(
    ansible: Ansible, ec2: Any, estate: Estate, permitted: Callable[[list[str]], Credentials]
) -> None:
    """Each where the grant is one that needs it, and not where it is none."""
    elsewhere = make_vpc(ec2, "10.30.0.0/16", "elsewhere")
    gateway = make_gateway(ec2, "enable")
    for vpc_id in (estate.vpc_id, elsewhere.vpc_id):
        attach(ec2, gateway, vpc_id, "enable")
    make_prefix_list(ec2, "office")
    ansible.access({"cache": "fragments", "sources": [{"cidr": "10.1.0.0/16"}, {"cidr": "10.2.0.0/16"}]})
    far = {"cache": "sessions", "sources": [{"security_group": elsewhere.group_id}]}
    needs = {
        "ec2:DescribeInstances": {"cache": "sessions", "sources": [{"instance": estate.instances["web-1"]}]},
        "ec2:DescribeManagedPrefixLists": {"cache": "sessions", "sources": [{"prefix_list": "office"}]},
        "ec2:DescribeVpcPeeringConnections": far,
        "ec2:DescribeTransitGatewayVpcAttachments": far,
        "ec2:DescribeTransitGateways": far,
        "ec2:DescribeNetworkInterfaces": {
            "cache": "fragments",
            "sources": [{"cidr": "10.1.0.0/16"}],
            "purge": "managed",
        },
    }
    users = {missing: permitted([*READ, *(each for each in needs if each != missing)]) for missing in needs}
    all_of_it = permitted([*READ, *needs])
    name = "elasticache.access.elasticache_sg_access"
    denied = ansible.tasks(
        *({name: options, "environment": users[missing]} for missing, options in needs.items()), check=True
    )
    assert [result["msg"] for result in denied] == [
        f"AWS does not permit these credentials {missing}; allow that action in their policy. Nothing was changed."
        for missing in needs
    ]
    enough = ansible.tasks(*({name: options, "environment": all_of_it} for options in needs.values()), check=True)
    assert [result["changed"] for result in enough] == [True] * len(needs)


def test_reading_is_enough_for_check_mode_and_not_for_the_change(
    ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate, permitted: Callable[[list[str]], Credentials]
) -> None:
    """The change says what it lacks and that nothing was done."""
    before = every_rule(ec2)
    credentials = permitted(READ)
    [foretold] = ansible.access(GRANT, check=True, environment=credentials)
    assert foretold["changed"] is True
    [denied] = ansible.access(GRANT, environment=credentials)
    assert denied["msg"] == (
        f"sessions-cache ({estate.groups['sessions-cache']}): AWS does not permit these credentials "
        "ec2:AuthorizeSecurityGroupIngress; allow that action in their policy. Nothing was changed."
    )
    assert denied["changed"] is False
    assert denied["caches"][0]["added"] == []
    emulator.trust_everybody()
    assert every_rule(ec2) == before


@pytest.mark.usefixtures("estate")
def test_credentials_that_aws_does_not_know_are_called_that(
    ansible: Ansible, permitted: Callable[[list[str]], Credentials]
) -> None:
    """Not a matter of permission."""
    known = permitted(READ)
    [unknown, wrong] = [
        ansible.access(GRANT, environment=credentials)[0]["msg"]
        for credentials in ({}, {**known, "AWS_SECRET_ACCESS_KEY": "not-the-secret"})
    ]
    assert unknown.startswith("AWS does not accept these credentials (InvalidClientTokenId")
    assert wrong.startswith("AWS does not accept these credentials (SignatureDoesNotMatch")
    assert "not-the-secret" not in wrong
