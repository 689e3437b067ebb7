# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Token buckets, with a clock that only a test moves, and as a client sees them."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator import control, throttling
from tests.emulator.middleware import AwsRequest, Environ
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import ClientFactory
from tests.emulator.throttling import Bucket, Limit, Throttling, published_limit

_ONE = {"DescribeVpcs": Limit(1, 0.001)}


@contextmanager
def _refused(code: str, status: int, message: str) -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["Error"]["Message"]) == (code, message)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _request(action: str, service: str = "ec2", **parameters: str) -> AwsRequest:
    return AwsRequest(service, "eu-west-1", action, {"Action": action, "Version": "2016-11-15", **parameters})


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(Limit(50, 5), 0)
    assert [bucket.take(0) for _time in range(52)] == [True] * 50 + [False] * 2
    assert [bucket.take(1) for _time in range(7)] == [True] * 5 + [False] * 2


def test_a_refused_request_takes_no_token() -> None:
    bucket = Bucket(Limit(1, 1), 0)
    assert bucket.take(0)
    assert not any(bucket.take(0.5) for _time in range(100))
    assert bucket.take(1)


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(Limit(3, 100), 0)
    assert [bucket.take(1_000_000) for _time in range(5)] == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    ("request_", "limit"),
    [
        (_request("AuthorizeSecurityGroupIngress", GroupId="sg-1"), Limit(50, 5)),
        (_request("RevokeSecurityGroupIngress", GroupId="sg-1"), Limit(50, 5)),
        (_request("ModifySecurityGroupRules"), Limit(50, 5)),
        (_request("UpdateSecurityGroupRuleDescriptionsIngress"), Limit(50, 5)),
        (_request("CreateTags"), Limit(100, 10)),
        (_request("DescribeSecurityGroups"), Limit(50, 10)),
        (_request("DescribeInstances", IncludeManagedResources="true"), Limit(50, 10)),
        (_request("DescribeNetworkInterfaces"), Limit(50, 10)),
        (_request("DescribeSecurityGroups", **{"Filter.1.Name": "vpc-id"}), Limit(100, 20)),
        (_request("DescribeSecurityGroups", **{"GroupId.1": "sg-1"}), Limit(100, 20)),
        (_request("DescribeInstances", **{"InstanceId.1": "i-1"}), Limit(100, 20)),
        (_request("DescribeNetworkInterfaces", MaxResults="100"), Limit(100, 20)),
        (_request("DescribeSecurityGroupRules", **{"Filter.1.Name": "group-id"}), Limit(100, 20)),
        (_request("DescribeVpcs"), Limit(100, 20)),
        (_request("DescribeStaleSecurityGroups", VpcId="vpc-1"), Limit(20, 5)),
        (_request("DescribeSecurityGroupReferences", **{"GroupId.1": "sg-1"}), Limit(20, 5)),
        (_request("CreateVpc"), None),
        (_request("DescribeCacheClusters", "elasticache"), None),
    ],
)
def test_the_limits_are_those_that_aws_publishes(request_: AwsRequest, limit: Limit | None) -> None:
    assert published_limit(request_) == limit


def _admitted(throttling_: Throttling, *, key: str = "a", account: str = "", region: str = "eu-west-1") -> bool:
    """Ask for something, and tell whether it came through."""
    served: list[str] = []

    def serve(environ: Environ, _start_response: Any) -> list[bytes]:
        served.append(environ["PATH_INFO"])
        return []

    environ = {
        "PATH_INFO": "/",
        "QUERY_STRING": "Action=AuthorizeSecurityGroupIngress",
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/ec2/aws4_request, ...",
        "HTTP_X_MOTO_ACCOUNT_ID": account,
    }
    throttling_.wrap(serve)(environ, lambda *_anything: None)
    return bool(served)


def test_accounts_and_regions_have_buckets_of_their_own_and_keys_of_one_account_share_one() -> None:
    clock = _Clock()
    part = Throttling(clock)
    part.set({"limits": {"AuthorizeSecurityGroupIngress": {"burst": 2, "per_second": 1}}})
    assert _admitted(part) and _admitted(part, key="b") and not _admitted(part)
    assert _admitted(part, region="us-east-1")
    assert _admitted(part, account="210987654321")
    clock.now += 1
    assert _admitted(part) and not _admitted(part, key="b")


def test_a_limit_given_anew_begins_with_a_full_bucket() -> None:
    part = Throttling(_Clock())
    for _time in range(2):
        part.set({"limits": {"AuthorizeSecurityGroupIngress": {"burst": 1, "per_second": 1}}})
        assert _admitted(part) and not _admitted(part)


def test_ec2_refuses_what_comes_too_fast(emulator: Emulator, ec2: Any) -> None:
    throttling.throttle(emulator.url, _ONE)
    assert ec2.describe_vpcs()["Vpcs"]
    with _refused("RequestLimitExceeded", 503, "Request limit exceeded."):
        ec2.describe_vpcs()
    assert ec2.describe_subnets()["Subnets"]


def test_what_is_refused_is_not_carried_out(emulator: Emulator, ec2: Any) -> None:
    throttling.throttle(emulator.url, {"CreateVpc": Limit(1, 0.001)})
    ec2.create_vpc(CidrBlock="10.0.0.0/16")
    with _refused("RequestLimitExceeded", 503, "Request limit exceeded."):
        ec2.create_vpc(CidrBlock="10.1.0.0/16")
    assert len(ec2.describe_vpcs()["Vpcs"]) == 2


def test_elasticache_is_throttled_where_a_limit_is_given(emulator: Emulator, elasticache: Any) -> None:
    throttling.throttle(emulator.url)
    for _time in range(30):
        elasticache.describe_cache_clusters()
    throttling.throttle(emulator.url, {"DescribeCacheClusters": Limit(1, 0.001)})
    elasticache.describe_cache_clusters()
    with _refused("Throttling", 400, "Rate exceeded"):
        elasticache.describe_cache_clusters()


def test_nothing_is_throttled_unless_asked_for(ec2: Any) -> None:
    for _time in range(60):
        ec2.describe_security_groups()


def test_clients_that_wait_get_through(emulator: Emulator, client: ClientFactory) -> None:
    throttling.throttle(emulator.url, {"DescribeVpcs": Limit(1, 2)})
    patient = client("ec2", attempts=5)
    for _time in range(2):
        assert patient.describe_vpcs()["Vpcs"]


def test_it_can_be_taken_back(emulator: Emulator, ec2: Any) -> None:
    for take_back in (
        lambda: throttling.clear(emulator.url),
        emulator.reset,
        lambda: control.ask(emulator.url, "/moto-api/reset", "POST", {}),
    ):
        throttling.throttle(emulator.url, _ONE)
        assert control.ask(emulator.url, throttling.PATH)["on"] is True
        take_back()
        assert control.ask(emulator.url, throttling.PATH) == {"on": False, "limits": {}}
        for _time in range(2):
            assert ec2.describe_vpcs()["Vpcs"]


@pytest.mark.parametrize(
    "wrong", [{"limits": {"DescribeVpcs": limit}} for limit in ({"burst": 0, "per_second": 1}, {"burst": 1}, {})]
)
def test_a_mistake_is_told(emulator: Emulator, wrong: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        control.ask(emulator.url, throttling.PATH, "POST", wrong)
    assert caught.value.code == 400
    caught.value.close()
    assert control.ask(emulator.url, throttling.PATH)["on"] is False
