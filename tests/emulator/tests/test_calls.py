# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What was called, and what was answered."""

from __future__ import annotations

import urllib.error
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator import calls, control, faults, throttling
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import ClientFactory
from tests.emulator.throttling import Limit


def test_calls_are_counted_by_name(emulator: Emulator, ec2: Any, elasticache: Any, client: ClientFactory) -> None:
    ec2.describe_vpcs()
    ec2.describe_vpcs()
    elasticache.describe_cache_clusters()
    client("resourcegroupstaggingapi").get_resources()
    assert calls.counted(emulator.url) == {
        "ec2:DescribeVpcs": {"OK": 2},
        "elasticache:DescribeCacheClusters": {"OK": 1},
        "tagging:GetResources": {"OK": 1},
    }


def test_errors_are_counted_by_code(emulator: Emulator, ec2: Any, elasticache: Any, client: ClientFactory) -> None:
    faults.inject(emulator.url, "GetResources", "ThrottlingException")
    for call in (
        lambda: ec2.describe_vpcs(VpcIds=["vpc-0123456789abcdef0"]),
        lambda: ec2.delete_security_group(GroupId="sg-0123456789abcdef0", DryRun=True),
        lambda: elasticache.describe_cache_clusters(CacheClusterId="nobody"),
        client("resourcegroupstaggingapi").get_resources,
    ):
        with pytest.raises(ClientError):
            call()
    assert calls.counted(emulator.url) == {
        "ec2:DescribeVpcs": {"InvalidVpcID.NotFound": 1},
        "ec2:DeleteSecurityGroup": {"DryRunOperation": 1},
        "elasticache:DescribeCacheClusters": {"CacheClusterNotFound": 1},
        "tagging:GetResources": {"ThrottlingException": 1},
    }


def test_throttled_calls_can_be_told_apart(emulator: Emulator, client: ClientFactory) -> None:
    throttling.throttle(emulator.url, {"DescribeVpcs": Limit(1, 1)})
    patient = client("ec2", attempts=5)
    patient.describe_vpcs()
    patient.describe_vpcs()
    counts = calls.counted(emulator.url)
    assert counts["ec2:DescribeVpcs"]["OK"] == 2
    assert calls.throttled(counts) == counts["ec2:DescribeVpcs"]["RequestLimitExceeded"] >= 1
    assert calls.totals(counts) == {"ec2:DescribeVpcs": 2 + calls.throttled(counts)}


def test_calls_side_by_side_are_all_counted(emulator: Emulator, ec2: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: ec2.describe_vpcs(), range(40)))
    assert calls.totals(calls.counted(emulator.url)) == {"ec2:DescribeVpcs": 40}


def test_what_is_said_to_the_emulator_itself_is_not_counted(emulator: Emulator, ec2: Any) -> None:
    ec2.describe_vpcs()
    throttling.throttle(emulator.url)
    faults.waiting(emulator.url)
    assert calls.totals(calls.counted(emulator.url)) == {"ec2:DescribeVpcs": 1}


def test_counting_begins_anew(emulator: Emulator, ec2: Any) -> None:
    for clear in (
        lambda: calls.clear(emulator.url),
        emulator.reset,
        lambda: control.ask(emulator.url, "/moto-api/reset", "POST", {}),
    ):
        ec2.describe_vpcs()
        clear()
        assert calls.counted(emulator.url) == {}


def test_counts_cannot_be_set(emulator: Emulator) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        control.ask(emulator.url, calls.PATH, "POST", {})
    assert caught.value.code == 400
    caught.value.close()
