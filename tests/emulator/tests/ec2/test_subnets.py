# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Subnets: finding them, and what goes with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import filters, make_subnet, make_vpc, refused


@pytest.fixture
def subnets(ec2: Any, vpc: str) -> list[str]:
    """Seven subnets in two zones."""
    return [make_subnet(ec2, vpc, f"10.0.{number}.0/24", "ab"[number % 2]) for number in range(7)]


def _ids(ec2: Any, **wanted: Any) -> list[str]:
    found = ec2.describe_subnets(Filters=filters(**wanted))["Subnets"]
    return sorted(subnet["SubnetId"] for subnet in found)


def test_finding_them(ec2: Any, vpc: str, subnets: list[str]) -> None:
    other = make_subnet(ec2, make_vpc(ec2, "10.9.0.0/16"), "10.9.1.0/24", "c")
    assert _ids(ec2, vpc_id=vpc) == sorted(subnets)
    assert _ids(ec2, subnet_id=[subnets[0], other, "subnet-0123456789abcdef0"]) == sorted([subnets[0], other])
    assert _ids(ec2, vpc_id=vpc, availability_zone="eu-west-1a") == sorted(subnets[::2])
    assert _ids(ec2, vpc_id=vpc, availability_zone=["eu-west-1a", "*b"]) == sorted(subnets)
    assert _ids(ec2, cidr_block="10.0.?.0/24", vpc_id=[vpc, "vpc-0"]) == sorted(subnets)
    assert _ids(ec2, subnet_id=[*(f"subnet-{number:017x}" for number in range(199)), other]) == [other]
    with refused("InvalidParameterValue"):
        ec2.describe_subnets(Filters=filters(colour="red"))
    with refused("FilterLimitExceeded"):
        ec2.describe_subnets(Filters=filters(subnet_id=[f"subnet-{number:017x}" for number in range(201)]))
    (shown,) = ec2.describe_subnets(SubnetIds=[other])["Subnets"]
    assert (shown["AvailabilityZone"], shown["CidrBlock"], shown["State"]) == ("eu-west-1c", "10.9.1.0/24", "available")
    with refused("InvalidSubnetID.NotFound") as refusal:
        ec2.describe_subnets(SubnetIds=[other, "subnet-0123456789abcdef0"])
    assert refusal.message == "The subnet ID 'subnet-0123456789abcdef0' does not exist"


def test_pages(ec2: Any, vpc: str, subnets: list[str]) -> None:
    first = ec2.describe_subnets(Filters=filters(vpc_id=vpc), MaxResults=5)
    rest = ec2.describe_subnets(Filters=filters(vpc_id=vpc), MaxResults=5, NextToken=first["NextToken"])
    assert [len(page["Subnets"]) for page in (first, rest)] == [5, 2]
    assert {subnet["SubnetId"] for page in (first, rest) for subnet in page["Subnets"]} == set(subnets)
    assert "NextToken" not in rest
    with refused("InvalidParameterValue"):
        ec2.describe_subnets(MaxResults=1001)


def test_addresses_that_are_left(ec2: Any, vpc: str, subnets: list[str]) -> None:
    ec2.create_network_interface(SubnetId=subnets[0])
    found = ec2.describe_subnets(Filters=filters(vpc_id=vpc))["Subnets"]
    left = {subnet["SubnetId"]: subnet["AvailableIpAddressCount"] for subnet in found}
    assert (left[subnets[0]], left[subnets[1]]) == (250, 251)


def test_a_subnet_takes_its_associations_along(ec2: Any, vpc: str, subnets: list[str]) -> None:
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    ec2.delete_subnet(SubnetId=subnets[0])
    assert ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"] == []
    assert ec2.describe_network_acls(Filters=filters(association__subnet_id=subnets[0]))["NetworkAcls"] == []
    ec2.delete_route_table(RouteTableId=table)  # nothing holds it any more
