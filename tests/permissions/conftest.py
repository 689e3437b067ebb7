# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A world with a use for every permission, and users who have just some."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

from tests.emulator.estate import start_instance
from tests.emulator.middleware import AwsRequest, noting
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import ACCOUNT, _clients, client, emulator
from tests.end_to_end.hub import Hub
from tests.end_to_end.reach import add_route, main_table
from tests.model.runner import Outcome, Runner
from tests.model.world import World, build

__all__ = ["_clients", "client", "emulator"]

Policy = Mapping[str, Any]

_asked: Counter[tuple[str, str]] = Counter()


def _note(request: AwsRequest) -> None:
    _asked[request.access_key, f"{request.service}:{request.action}"] += 1


@pytest.fixture(scope="session")
def _server() -> Iterator[Emulator]:
    with Emulator(middleware=[noting(_note)]) as running:
        yield running


@dataclass
class Office:
    """Runs tasks for users under policies."""

    emulator: Emulator
    iam: Any
    world: World
    _users: int = 0
    _runners: dict[ModuleType, Runner] = field(default_factory=dict)

    def run(self, module: ModuleType, options: Mapping[str, Any]) -> Outcome:
        """Run a task for somebody who may do anything."""
        self.emulator.trust_everybody()
        outcome = self._runner(module).run(options)
        assert not outcome.failure, outcome.failure
        return outcome

    def run_under(
        self, policy: Policy, tasks: Iterable[tuple[ModuleType, Mapping[str, Any]]], check_mode: bool = False
    ) -> tuple[list[Outcome], set[str]]:
        """Run tasks under one policy; return what became of them, and the actions that they asked for."""
        key = self._hire(policy)
        user = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
        self.emulator.enforce_iam()
        try:
            outcomes = [
                self._runner(module).run_beside_others({**user, **options}, check_mode) for module, options in tasks
            ]
        finally:
            self.emulator.trust_everybody()
        asked = {action for (access_key, action) in _asked if access_key == user["access_key"]}
        return outcomes, {action.replace("tagging:", "tag:") for action in asked}

    def _hire(self, policy: Policy) -> dict[str, str]:
        self._users += 1
        name = f"user-{self._users}"
        self.iam.create_user(UserName=name)
        self.iam.put_user_policy(UserName=name, PolicyName="some", PolicyDocument=json.dumps(policy))
        key: dict[str, str] = self.iam.create_access_key(UserName=name)["AccessKey"]
        return key

    def _runner(self, module: ModuleType) -> Runner:
        if module not in self._runners:
            self._runners[module] = Runner(self.emulator.url, module)
        return self._runners[module]


def _vpc_of(world: World, group: str) -> str:
    [described] = world.ec2.describe_security_groups(GroupIds=[world.ids[group]])["SecurityGroups"]
    return str(described["VpcId"])


@pytest.fixture
def office(client: Callable[..., Any], emulator: Emulator) -> Office:
    """The world of the model, and a VPC behind a transit gateway besides."""
    world = build(lambda service, account=ACCOUNT: client(service, account=account))
    ec2 = world.ec2
    home, there = (_vpc_of(world, name) for name in ("web", "peer"))
    other, _attachment = Hub(ec2, home).join(60)
    world.ids["gateway"] = other.group_id
    world.ids["beyond"] = other.start_by_main_table()
    # Across the peering.
    [peering] = ec2.describe_vpc_peering_connections(Filters=[{"Name": "accepter-vpc-info.vpc-id", "Values": [there]}])[
        "VpcPeeringConnections"
    ]
    for vpc_id, destination in ((home, "10.30.0.0/16"), (there, "10.20.0.0/16")):
        add_route(ec2, main_table(ec2, vpc_id), destination, peering["VpcPeeringConnectionId"])
    subnet_id = ec2.create_subnet(VpcId=there, CidrBlock="10.30.1.0/24")["Subnet"]["SubnetId"]
    world.ids["peer-1"] = start_instance(ec2, subnet_id, world.ids["peer"])
    return Office(emulator, client("iam"), world)
