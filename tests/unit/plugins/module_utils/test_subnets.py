# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._addresses import IPV4, IPV6
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet, parse_subnets


def test_subnets_as_ec2_tells_them() -> None:
    answers: list[dict[str, Any]] = [
        {
            "SubnetId": "subnet-1",
            "VpcId": "vpc-1",
            "AvailabilityZone": "eu-west-1a",
            "CidrBlock": "10.0.0.0/24",
            "Ipv6CidrBlockAssociationSet": [
                {"Ipv6CidrBlock": "2001:db8::/64", "Ipv6CidrBlockState": {"State": "disassociated"}},
                {"Ipv6CidrBlock": "2001:db8:0:1::/64", "Ipv6CidrBlockState": {"State": "associated"}},
            ],
        },
        # One for IPv6 alone has no CidrBlock.
        {"SubnetId": "subnet-2", "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:DB8:0:2::/64"}]},
        {"SubnetId": "subnet-3"},
    ]
    assert parse_subnets(answers) == {
        "subnet-1": Subnet("subnet-1", "vpc-1", "eu-west-1a", ("10.0.0.0/24", "2001:db8:0:1::/64")),
        "subnet-2": Subnet("subnet-2", "", "", ("2001:db8:0:2::/64",)),
        "subnet-3": Subnet("subnet-3", "", ""),
    }


def test_the_range_of_one_family() -> None:
    both = Subnet("subnet-1", "vpc-1", "1a", ("10.0.0.0/24", "2001:db8::/64"))
    assert (both.cidr(IPV4), both.cidr(IPV6)) == ("10.0.0.0/24", "2001:db8::/64")
    assert Subnet("subnet-1", "vpc-1", "1a", ("10.0.0.0/24",)).cidr(IPV6) == ""
