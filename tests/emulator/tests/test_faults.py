# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Errors that a test asks for, as a client sees them."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator import faults
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import ClientFactory


@contextmanager
def _refused(code: str, status: int = 400, message: str = "") -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert message in answer["Error"]["Message"]


def _vpcs(ec2: Any) -> int:
    return len(ec2.describe_vpcs()["Vpcs"])


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("RequestLimitExceeded", 503),
        ("Throttling", 400),
        ("InternalError", 500),
        ("Unavailable", 503),
        ("UnauthorizedOperation", 403),
        ("InvalidPermission.Duplicate", 400),
        ("InvalidPermission.NotFound", 400),
        ("InvalidPermission.Malformed", 400),
        ("InvalidParameterValue", 400),
        ("InvalidGroup.NotFound", 400),
        ("RulesPerSecurityGroupLimitExceeded", 400),
        ("InvalidPrefixListID.NotFound", 400),
    ],
)
def test_errors_of_ec2(emulator: Emulator, ec2: Any, code: str, status: int) -> None:
    faults.inject(emulator.url, "AuthorizeSecurityGroupIngress", code)
    with _refused(code, status):
        ec2.authorize_security_group_ingress(GroupId="sg-0123456789abcdef0", IpPermissions=[])


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Throttling", 400),
        ("ThrottlingException", 400),
        ("InternalFailure", 500),
        ("ServiceUnavailable", 503),
        ("AccessDenied", 403),
        ("InvalidCacheClusterState", 400),
        ("InvalidReplicationGroupState", 400),
        ("InvalidServerlessCacheStateFault", 400),
    ],
)
def test_errors_of_elasticache(emulator: Emulator, elasticache: Any, code: str, status: int) -> None:
    faults.inject(emulator.url, "DescribeCacheClusters", code)
    with _refused(code, status):
        elasticache.describe_cache_clusters()


def test_errors_of_a_service_that_speaks_json(emulator: Emulator, client: ClientFactory) -> None:
    faults.inject(emulator.url, "GetResources", "ThrottlingException")
    with _refused("ThrottlingException", message="Rate exceeded"):
        client("resourcegroupstaggingapi").get_resources()


def test_status_and_message_can_be_given(emulator: Emulator, ec2: Any) -> None:
    faults.inject(emulator.url, "DescribeVpcs", "Throttling", "Slow <down>", status=429)
    with _refused("Throttling", 429, "Slow <down>"):
        ec2.describe_vpcs()


def test_other_actions_and_later_requests_go_through(emulator: Emulator, ec2: Any) -> None:
    faults.inject(emulator.url, "DescribeVpcs", "Throttling", times=2)
    assert ec2.describe_subnets()["Subnets"]
    for _time in range(2):
        assert faults.waiting(emulator.url) == ["DescribeVpcs"]
        with _refused("Throttling"):
            ec2.describe_vpcs()
    assert faults.waiting(emulator.url) == []
    assert _vpcs(ec2) == 1


def test_some_requests_can_go_through_first(emulator: Emulator, ec2: Any) -> None:
    faults.inject(emulator.url, "DescribeVpcs", "Throttling", skip=1)
    assert _vpcs(ec2) == 1
    with _refused("Throttling"):
        ec2.describe_vpcs()
    assert _vpcs(ec2) == 1


def test_faults_of_one_action_come_one_after_the_other(emulator: Emulator, ec2: Any) -> None:
    for code in ("Throttling", "Unavailable"):
        faults.inject(emulator.url, "DescribeVpcs", code)
    with _refused("Throttling"):
        ec2.describe_vpcs()
    with _refused("Unavailable", 503):
        ec2.describe_vpcs()


def test_one_region_alone(emulator: Emulator, client: ClientFactory) -> None:
    faults.inject(emulator.url, "DescribeVpcs", "Throttling", region="us-east-1")
    assert _vpcs(client("ec2")) == 1
    with _refused("Throttling"):
        client("ec2", region="us-east-1").describe_vpcs()


def test_a_refused_call_changes_nothing(emulator: Emulator, ec2: Any) -> None:
    faults.inject(emulator.url, "CreateVpc", "RequestLimitExceeded")
    with _refused("RequestLimitExceeded", 503):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert _vpcs(ec2) == 1


def test_a_call_whose_answer_is_lost_was_carried_out(emulator: Emulator, ec2: Any) -> None:
    faults.inject(emulator.url, "CreateVpc", "InternalError", after=True)
    with _refused("InternalError", 500):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert _vpcs(ec2) == 2


def test_clients_that_retry_get_through(emulator: Emulator, ec2: Any, client: ClientFactory) -> None:
    patient = client("ec2", attempts=3)
    faults.inject(emulator.url, "DescribeVpcs", "RequestLimitExceeded", times=2)
    assert _vpcs(patient) == 1
    assert faults.waiting(emulator.url) == []
    assert _vpcs(ec2) == 1


def test_faults_can_be_taken_back(emulator: Emulator, ec2: Any) -> None:
    url = emulator.url
    reset = urllib.request.Request(f"{url}/moto-api/reset", method="POST")
    for take_back in (lambda: faults.clear(url), emulator.reset, lambda: urllib.request.urlopen(reset).close()):
        faults.inject(url, "DescribeVpcs", "Throttling", times=100)
        take_back()
        assert faults.waiting(url) == []
        assert _vpcs(ec2) == 1


def test_a_mistake_is_told(emulator: Emulator) -> None:
    for wrong in (b'{"action": "DescribeVpcs"}', b'{"action": "a", "code": "b", "colour": 1}', b"{"):
        request = urllib.request.Request(f"{emulator.url}{faults.PATH}", data=wrong)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        assert caught.value.code == 400
        caught.value.close()
    assert faults.waiting(emulator.url) == []
