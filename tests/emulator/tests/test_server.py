# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The emulator as an object in a test."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import ClientFactory


def test_it_has_a_url_only_while_it_runs() -> None:
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="not running"):
        assert emulator.url
    with emulator:
        assert emulator.url.startswith("http://127.0.0.1:")
    with pytest.raises(RuntimeError, match="not running"):
        assert emulator.url


def test_a_reset_forgets_everything_but_what_every_account_has(emulator: Emulator, ec2: Any) -> None:
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    emulator.reset()
    (default,) = ec2.describe_vpcs()["Vpcs"]
    assert default["IsDefault"] is True
    assert default["VpcId"] != made


def test_accounts_and_regions_are_apart(client: ClientFactory) -> None:
    client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert len(client("ec2").describe_vpcs()["Vpcs"]) == 2
    assert len(client("ec2", region="us-east-1").describe_vpcs()["Vpcs"]) == 1
    assert len(client("ec2", account="210987654321").describe_vpcs()["Vpcs"]) == 1


def test_every_answer_has_an_id_of_its_own(ec2: Any) -> None:
    ids = {ec2.describe_vpcs()["ResponseMetadata"]["RequestId"] for _number in range(3)}
    assert len(ids) == 3
