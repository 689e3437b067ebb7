# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Prefix lists, other VPCs, and what joins these with that of the estate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.emulator.estate import Estate, start_instance


@dataclass(frozen=True)
class OtherVpc:
    """A VPC with one group in it."""

    vpc_id: str
    group_id: str


def make_vpc(ec2: Any, cidr: str, group: str) -> OtherVpc:
    """Make a VPC with a group of that name."""
    vpc_id = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    group_id = ec2.create_security_group(GroupName=group, Description="Elsewhere", VpcId=vpc_id)["GroupId"]
    return OtherVpc(vpc_id, group_id)


def make_group(ec2: Any, vpc_id: str, name: str) -> str:
    """Make a group that nothing carries, and return its id."""
    return str(ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"])


def inhabit(ec2: Any, other: OtherVpc, cidr: str) -> str:
    """Start an instance that carries the group of another VPC, in a subnet of this range, and return its id."""
    subnet_id = ec2.create_subnet(VpcId=other.vpc_id, CidrBlock=cidr)["Subnet"]["SubnetId"]
    return start_instance(ec2, subnet_id, other.group_id)


def add_interface(ec2: Any, subnet_id: str, group_id: str, instance_id: str = "", **options: Any) -> str:
    """Make a network interface, attach it to an instance where one is named, and return its id."""
    made = ec2.create_network_interface(SubnetId=subnet_id, Groups=[group_id], **options)
    interface_id = str(made["NetworkInterface"]["NetworkInterfaceId"])
    if instance_id:
        ec2.attach_network_interface(DeviceIndex=1, InstanceId=instance_id, NetworkInterfaceId=interface_id)
    return interface_id


def peer(ec2: Any, estate: Estate, vpc_id: str, **where: str) -> str:
    """Ask for a peering of the estate's VPC with this one, of C(where), and return its id."""
    answer = ec2.create_vpc_peering_connection(VpcId=estate.vpc_id, PeerVpcId=vpc_id, **where)
    return str(answer["VpcPeeringConnection"]["VpcPeeringConnectionId"])


def accept(ec2: Any, peering_id: str) -> None:
    """Accept a peering that was asked for."""
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)


def make_prefix_list(ec2: Any, name: str, family: str = "IPv4", entries: int = 5, cidrs: Sequence[str] = ()) -> str:
    """Make a prefix list that may hold so many entries and holds C(cidrs), and return its id."""
    held = {"Entries": [{"Cidr": cidr} for cidr in cidrs]} if cidrs else {}
    made = ec2.create_managed_prefix_list(PrefixListName=name, MaxEntries=entries, AddressFamily=family, **held)
    return str(made["PrefixList"]["PrefixListId"])


def make_gateway(ec2: Any, referencing: str) -> str:
    """Make a transit gateway whose security group referencing is C(enable) or C(disable)."""
    options = {"SecurityGroupReferencingSupport": referencing, "AutoAcceptSharedAttachments": "enable"}
    return str(ec2.create_transit_gateway(Options=options)["TransitGateway"]["TransitGatewayId"])


def attach(ec2: Any, gateway_id: str, vpc_id: str, referencing: str) -> None:
    """Attach a VPC, by a subnet that it gets for this if it has none."""
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]
    if not subnets:
        [vpc] = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
        cidr = vpc["CidrBlock"].replace("/16", "/24")
        subnets = [ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr)["Subnet"]]
    ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway_id,
        VpcId=vpc_id,
        SubnetIds=[subnets[0]["SubnetId"]],
        Options={"SecurityGroupReferencingSupport": referencing},
    )
