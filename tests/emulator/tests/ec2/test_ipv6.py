# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IPv6: the blocks of VPCs and subnets, and the addresses of what stands in them."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from moto.ec2.models import vpcs

from tests.emulator.tests.ec2.conftest import filters, make_subnet, make_vpc, refused

_BLOCK = "2001:db8:0:100::/56"


@pytest.fixture
def vpc(ec2: Any) -> str:
    """A VPC with a block of its owner's."""
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", Ipv6CidrBlock=_BLOCK, Ipv6Pool="ipv6pool-ec2-0123456789abcdef0")
    return str(made["Vpc"]["VpcId"])


@pytest.fixture
def lot_with_zeros(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next block that moto draws has parts that begin with a zero."""
    monkeypatch.setattr(vpcs, "random_ipv6_cidr", lambda: "2400:6500:0abc:0700::/56")


@pytest.fixture
def subnet(ec2: Any, vpc: str) -> str:
    """A subnet with the second part of that block."""
    return make_subnet(ec2, vpc, "10.0.1.0/24", Ipv6CidrBlock="2001:db8:0:101::/64")


def _start(ec2: Any, **options: Any) -> dict[str, Any]:
    made = ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, **options)["Instances"][0]
    (reservation,) = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    return dict(reservation["Instances"][0])


def _addresses(interface: dict[str, Any]) -> list[str]:
    found = [address["Ipv6Address"] for address in interface["Ipv6Addresses"]]
    assert all(ipaddress.ip_address(each) in ipaddress.ip_network("2001:db8:0:101::/64") for each in found)
    return found


def _shown(ec2: Any, interface_id: str) -> list[str]:
    (interface,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface_id])["NetworkInterfaces"]
    return _addresses(interface)


@pytest.mark.usefixtures("lot_with_zeros")
def test_blocks_are_written_as_aws_writes_them(ec2: Any) -> None:
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    assert made["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"] == "2400:6500:abc:700::/56"
    (main,) = ec2.describe_route_tables(Filters=filters(vpc_id=made["VpcId"]))["RouteTables"]
    assert main["Routes"][1]["DestinationIpv6CidrBlock"] == "2400:6500:abc:700::/56"


def test_blocks_of_vpcs(ec2: Any, vpc: str) -> None:
    (own,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    (block,) = own["Ipv6CidrBlockAssociationSet"]
    assert (block["Ipv6CidrBlock"], block["Ipv6CidrBlockState"]["State"]) == (_BLOCK, "associated")
    amazons = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    (block,) = amazons["Ipv6CidrBlockAssociationSet"]
    assert block["Ipv6Pool"] == "Amazon" and block["Ipv6CidrBlock"] != _BLOCK
    later = make_vpc(ec2)
    added = ec2.associate_vpc_cidr_block(VpcId=later, Ipv6CidrBlock="2001:db8:0:200::/56", Ipv6Pool="ipv6pool-ec2-0")
    assert added["Ipv6CidrBlockAssociation"]["Ipv6CidrBlock"] == "2001:db8:0:200::/56"
    (main,) = ec2.describe_route_tables(Filters=filters(vpc_id=later))["RouteTables"]
    assert [route.get("DestinationIpv6CidrBlock") for route in main["Routes"]] == [None, "2001:db8:0:200::/56"]
    plain = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]
    assert plain["Ipv6CidrBlockAssociationSet"] == []


def test_blocks_of_subnets(ec2: Any, vpc: str, subnet: str) -> None:
    (shown,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    (association,) = shown["Ipv6CidrBlockAssociationSet"]
    assert association["Ipv6CidrBlock"] == "2001:db8:0:101::/64"
    assert association["Ipv6CidrBlockState"] == {"State": "associated"}
    with refused("InvalidSubnet.Range"):
        make_subnet(ec2, vpc, "10.0.2.0/24", Ipv6CidrBlock="2001:db8:0:200::/64")
    with refused("InvalidSubnet.Conflict"):
        make_subnet(ec2, vpc, "10.0.2.0/24", Ipv6CidrBlock="2001:db8:0:101::/64")
    later = make_subnet(ec2, vpc, "10.0.2.0/24")
    ec2.associate_subnet_cidr_block(SubnetId=later, Ipv6CidrBlock="2001:db8:0:102::/64")
    with refused("SubnetCidrBlockAssociationLimitExceeded"):
        ec2.associate_subnet_cidr_block(SubnetId=later, Ipv6CidrBlock="2001:db8:0:103::/64")
    wanted = filters(ipv6_cidr_block_association__ipv6_cidr_block="2001:db8:0:102::/64")
    (found,) = ec2.describe_subnets(Filters=wanted)["Subnets"]
    assert found["SubnetId"] == later
    (added,) = found["Ipv6CidrBlockAssociationSet"]
    ec2.disassociate_subnet_cidr_block(AssociationId=added["AssociationId"])
    (shown,) = ec2.describe_subnets(SubnetIds=[later])["Subnets"]
    assert shown["Ipv6CidrBlockAssociationSet"] == []
    with refused("InvalidParameterValue"):
        ec2.create_network_interface(SubnetId=later, Ipv6AddressCount=1)


def test_instances(ec2: Any, subnet: str) -> None:
    spec = {"DeviceIndex": 0, "SubnetId": subnet}
    plain = _start(ec2, SubnetId=subnet)
    counted = _start(ec2, SubnetId=subnet, Ipv6AddressCount=1)
    specified = _start(ec2, NetworkInterfaces=[spec | {"Ipv6AddressCount": 2}])
    chosen = _start(ec2, NetworkInterfaces=[spec | {"Ipv6Addresses": [{"Ipv6Address": "2001:DB8:0:101::5"}]}])
    per_instance = [_addresses(each["NetworkInterfaces"][0]) for each in (plain, counted, specified, chosen)]
    assert [len(addresses) for addresses in per_instance] == [0, 1, 2, 1]
    assert per_instance[3] == ["2001:db8:0:101::5"]
    everything = [address for addresses in per_instance for address in addresses]
    assert len(set(everything)) == 4
    for instance, addresses in zip((plain, counted, specified, chosen), per_instance, strict=True):
        assert _shown(ec2, instance["NetworkInterfaces"][0]["NetworkInterfaceId"]) == addresses


def test_interfaces(ec2: Any, subnet: str) -> None:
    first = ec2.create_network_interface(SubnetId=subnet, Ipv6AddressCount=1)["NetworkInterface"]
    chosen = {"Ipv6Addresses": [{"Ipv6Address": "2001:db8:0:101::7"}]}
    second = ec2.create_network_interface(SubnetId=subnet, **chosen)["NetworkInterface"]
    one, other = first["NetworkInterfaceId"], second["NetworkInterfaceId"]
    assert _shown(ec2, other) == ["2001:db8:0:101::7"]
    with refused("InvalidIPAddress.InUse"):
        ec2.create_network_interface(SubnetId=subnet, **chosen)
    for outside in ("2001:db8:0:102::7", "2001:db8:0:101::1"):
        with refused("InvalidParameterValue"):
            ec2.assign_ipv6_addresses(NetworkInterfaceId=one, Ipv6Addresses=[outside])
    had = _shown(ec2, one)
    added = ec2.assign_ipv6_addresses(NetworkInterfaceId=one, Ipv6AddressCount=2)["AssignedIpv6Addresses"]
    assert len(added) == 2
    assert _shown(ec2, one) == [*had, *added]
    ec2.unassign_ipv6_addresses(NetworkInterfaceId=other, Ipv6Addresses=["2001:db8:0:101::7"])
    ec2.assign_ipv6_addresses(NetworkInterfaceId=one, Ipv6Addresses=["2001:db8:0:101::7"])
    wanted = filters(ipv6_addresses__ipv6_address=["2001:db8:0:101::7", "2001:db8::1"])
    (found,) = ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    assert found["NetworkInterfaceId"] == one
    ec2.delete_network_interface(NetworkInterfaceId=one)
    ec2.create_network_interface(SubnetId=subnet, **chosen)


def test_a_subnet_that_gives_an_address_to_everybody(ec2: Any, subnet: str) -> None:
    ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
    (interface,) = _start(ec2, SubnetId=subnet)["NetworkInterfaces"]
    assert len(_addresses(interface)) == 1


@pytest.mark.parametrize(("kind", "count"), [("ipv4", 0), ("dual_stack", 1), ("ipv6", 1)])
def test_nodes_of_caches(ec2: Any, elasticache: Any, vpc: str, subnet: str, kind: str, count: int) -> None:
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="both", CacheSubnetGroupDescription="Both families", SubnetIds=[subnet]
    )
    elasticache.create_cache_cluster(
        CacheClusterId="sessions",
        Engine="memcached",
        CacheNodeType="cache.t4g.micro",
        NumCacheNodes=2,
        CacheSubnetGroupName="both",
        NetworkType=kind,
    )
    found = ec2.describe_network_interfaces(Filters=filters(vpc_id=vpc))["NetworkInterfaces"]
    assert [len(_addresses(interface)) for interface in found] == [count, count]
    assert len({address for interface in found for address in _addresses(interface)}) == 2 * count
    assert {(interface["Status"], interface["SubnetId"]) for interface in found} == {("in-use", subnet)}


def test_new_groups_let_ipv6_out(ec2: Any, vpc: str) -> None:
    for vpc_id, expected in ((vpc, [{"CidrIpv6": "::/0"}]), (make_vpc(ec2, "10.9.0.0/16"), [])):
        group = ec2.create_security_group(GroupName="app", Description="The group app", VpcId=vpc_id)["GroupId"]
        (shown,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        (egress,) = shown["IpPermissionsEgress"]
        assert (egress["IpRanges"], egress["Ipv6Ranges"]) == ([{"CidrIp": "0.0.0.0/0"}], expected)
