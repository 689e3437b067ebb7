# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A VPC to work in, and the short words in which the tests speak of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.tests.conftest import REGION, ClientFactory

MakeGroup = Callable[..., str]


class Refusal:
    """What AWS said when it refused."""

    code = ""
    message = ""
    status = 0


@contextmanager
def refused(code: str) -> Iterator[Refusal]:
    """The block is to be refused with this code; the refusal can be looked at afterwards."""
    refusal = Refusal()
    with pytest.raises(ClientError) as raised:
        yield refusal
    answer = raised.value.response
    refusal.code, refusal.message = answer["Error"]["Code"], answer["Error"]["Message"]
    refusal.status = answer["ResponseMetadata"]["HTTPStatusCode"]
    assert refusal.code == code, refusal.message


def permission(
    *cidrs: str, port: int = 6379, groups: tuple[str, ...] = (), lists: tuple[str, ...] = (), text: str = ""
) -> dict[str, Any]:
    """One ``IpPermission`` for tcp on a port."""
    described = {"Description": text} if text else {}
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr, **described} for cidr in cidrs if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **described} for cidr in cidrs if ":" in cidr],
        "UserIdGroupPairs": [{"GroupId": group, **described} for group in groups],
        "PrefixListIds": [{"PrefixListId": name, **described} for name in lists],
    }


def ingress(ec2: Any, group_id: str) -> list[dict[str, Any]]:
    """The inbound rules of a group."""
    found = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
    return [rule for rule in found["SecurityGroupRules"] if not rule["IsEgress"]]


def sources(ec2: Any, group_id: str) -> set[str]:
    """What the inbound rules of a group let in."""
    return {
        rule.get("CidrIpv4")
        or rule.get("CidrIpv6")
        or rule.get("PrefixListId")
        or rule["ReferencedGroupInfo"]["GroupId"]
        for rule in ingress(ec2, group_id)
    }


def make_vpc(ec2: Any, cidr: str = "10.0.0.0/16") -> str:
    """A VPC that is not the default one."""
    return str(ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"])


def make_subnet(ec2: Any, vpc_id: str, cidr: str, zone: str = "a", **options: str) -> str:
    """A subnet in one of the zones of the region."""
    made = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}", **options)
    return str(made["Subnet"]["SubnetId"])


def filters(**values: str | list[str]) -> list[dict[str, Any]]:
    """``filters(vpc_id=…, association__subnet_id=[…])``."""
    return [
        {"Name": name.replace("__", ".").replace("_", "-"), "Values": [value] if isinstance(value, str) else value}
        for name, value in values.items()
    ]


def make_peering(ec2: Any, vpc_id: str, peer_vpc_id: str, accepter: Any = None, **peer: str) -> str:
    """An active peering."""
    made = ec2.create_vpc_peering_connection(VpcId=vpc_id, PeerVpcId=peer_vpc_id, **peer)
    peering_id = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    (accepter or ec2).accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    return str(peering_id)


@pytest.fixture
def vpc(ec2: Any) -> str:
    """A VPC that is not the default one."""
    return make_vpc(ec2)


@pytest.fixture
def subnet(ec2: Any, vpc: str) -> str:
    """A subnet of the VPC."""
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"])


@pytest.fixture
def make_group(ec2: Any, vpc: str) -> MakeGroup:
    """Makes groups: ``make_group("app")``, ``make_group("app", vpc_id=…)``."""

    def make(name: str, vpc_id: str = vpc, client: Any = ec2) -> str:
        made = client.create_security_group(GroupName=name, Description=f"The group {name}", VpcId=vpc_id)
        return str(made["GroupId"])

    return make


@pytest.fixture
def cache(make_group: MakeGroup) -> str:
    """The group that gets rules."""
    return make_group("cache")


@pytest.fixture
def app(make_group: MakeGroup) -> str:
    """The group that rules name."""
    return make_group("app")


@pytest.fixture
def neighbour(client: ClientFactory) -> Any:
    """EC2 of another account."""
    return client("ec2", account="210987654321")
