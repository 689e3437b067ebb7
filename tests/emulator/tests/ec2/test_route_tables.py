# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route tables: what is in them, where each route leads, and whether it still does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import filters, make_peering, make_subnet, make_vpc, refused

_MISSING = "rtb-0123456789abcdef0"


@pytest.fixture
def table(ec2: Any, vpc: str) -> str:
    """A table that is not the main one."""
    return str(ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"])


def _routes(ec2: Any, table_id: str) -> dict[str, dict[str, Any]]:
    """The routes of a table by destination, each without it."""
    (shown,) = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    names = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
    return {next(route.pop(name) for name in names if name in route): route for route in shown["Routes"]}


def _own(ec2: Any, table_id: str) -> dict[str, dict[str, Any]]:
    """The routes that somebody made."""
    return {
        destination: {key: value for key, value in route.items() if key != "Origin"}
        for destination, route in _routes(ec2, table_id).items()
        if route["Origin"] == "CreateRoute"
    }


def _instance(ec2: Any, subnet: str, **options: Any) -> tuple[str, str]:
    """A new instance, and its interface."""
    made = ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, SubnetId=subnet, **options)["Instances"][0]
    return made["InstanceId"], made["NetworkInterfaces"][0]["NetworkInterfaceId"]


def _attached_gateway(ec2: Any, vpc: str) -> str:
    gateway = str(ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"])
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return gateway


def test_every_block_of_the_vpc_has_its_local_route(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    ec2.associate_vpc_cidr_block(VpcId=vpc["VpcId"], CidrBlock="10.1.0.0/16")
    six = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    (main,) = ec2.describe_route_tables(Filters=filters(vpc_id=vpc["VpcId"]))["RouteTables"]
    later = ec2.create_route_table(VpcId=vpc["VpcId"])["RouteTable"]["RouteTableId"]
    local = {"GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"}
    for table_id in (main["RouteTableId"], later):
        assert _routes(ec2, table_id) == {"10.0.0.0/16": local, "10.1.0.0/16": local, six: local}
    with refused("InvalidParameterValue"):
        ec2.delete_route(RouteTableId=later, DestinationCidrBlock="10.1.0.0/16")


def test_a_block_that_is_taken_away_has_none(ec2: Any, vpc: str, table: str) -> None:
    added = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.1.0.0/16")["CidrBlockAssociation"]
    assert "10.1.0.0/16" in _routes(ec2, table)
    ec2.disassociate_vpc_cidr_block(AssociationId=added["AssociationId"])
    assert set(_routes(ec2, table)) == {"10.0.0.0/16"}


def test_targets(ec2: Any, vpc: str, subnet: str, table: str) -> None:
    gateway, peering = _attached_gateway(ec2, vpc), make_peering(ec2, vpc, make_vpc(ec2, "10.9.0.0/16"))
    egress_only = ec2.create_egress_only_internet_gateway(VpcId=vpc)["EgressOnlyInternetGateway"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    instance, interface = _instance(ec2, subnet)
    add = ec2.create_route
    add(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    add(RouteTableId=table, DestinationCidrBlock="10.9.0.7/16", VpcPeeringConnectionId=peering)
    add(
        RouteTableId=table,
        DestinationIpv6CidrBlock="::/0",
        EgressOnlyInternetGatewayId=egress_only["EgressOnlyInternetGatewayId"],
    )
    add(RouteTableId=table, DestinationCidrBlock="10.7.0.0/16", NatGatewayId=nat)
    add(RouteTableId=table, DestinationCidrBlock="10.5.0.0/16", NetworkInterfaceId=interface)
    add(RouteTableId=table, DestinationIpv6CidrBlock="2001:DB8::/32", InstanceId=instance)
    behind = {
        "InstanceId": instance,
        "InstanceOwnerId": "123456789012",
        "NetworkInterfaceId": interface,
        "State": "active",
    }
    assert _own(ec2, table) == {
        "0.0.0.0/0": {"GatewayId": gateway, "State": "active"},
        "10.9.0.0/16": {"VpcPeeringConnectionId": peering, "State": "active"},
        "::/0": {"EgressOnlyInternetGatewayId": egress_only["EgressOnlyInternetGatewayId"], "State": "active"},
        "10.7.0.0/16": {"NatGatewayId": nat, "State": "active"},
        "10.5.0.0/16": behind,
        "2001:db8::/32": behind,
    }


def test_endpoints_are_shown_as_gateways(ec2: Any, vpc: str, subnet: str, table: str) -> None:
    service = "com.amazonaws.eu-west-1.s3"
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, RouteTableIds=[table])["VpcEndpoint"]
    balancer = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.vpce.x", VpcEndpointType="GatewayLoadBalancer", SubnetIds=[subnet]
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", VpcEndpointId=balancer)
    (prefix_list,) = ec2.describe_prefix_lists(Filters=filters(prefix_list_name=service))["PrefixLists"]
    assert _own(ec2, table) == {
        prefix_list["PrefixListId"]: {"GatewayId": endpoint["VpcEndpointId"], "State": "active"},
        "0.0.0.0/0": {"GatewayId": balancer, "State": "active"},
    }
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"], balancer])
    assert _own(ec2, table) == {"0.0.0.0/0": {"GatewayId": balancer, "State": "blackhole"}}


def test_one_destination_of_each_kind_is_replaced_and_deleted(ec2: Any, vpc: str, subnet: str, table: str) -> None:
    made = ec2.create_managed_prefix_list(PrefixListName="offices", MaxEntries=3, AddressFamily="IPv4")
    prefix_list = made["PrefixList"]["PrefixListId"]
    gateway, (_instance_id, interface) = _attached_gateway(ec2, vpc), _instance(ec2, subnet)
    destinations: list[dict[str, str]] = [
        {"DestinationCidrBlock": "10.9.0.0/16"},
        {"DestinationIpv6CidrBlock": "2001:db8::/32"},
        {"DestinationPrefixListId": prefix_list},
    ]
    for destination in destinations:
        (shown,) = destination.values()
        with refused("InvalidParameterValue"):
            ec2.replace_route(RouteTableId=table, GatewayId=gateway, **destination)
        ec2.create_route(RouteTableId=table, GatewayId=gateway, **destination)
        assert _own(ec2, table)[shown] == {"GatewayId": gateway, "State": "active"}
        with refused("RouteAlreadyExists") as refusal:
            ec2.create_route(RouteTableId=table, NetworkInterfaceId=interface, **destination)
        assert refusal.message == f"The route identified by {shown} already exists"
        ec2.replace_route(RouteTableId=table, NetworkInterfaceId=interface, **destination)
        changed = _own(ec2, table)[shown]
        assert changed["NetworkInterfaceId"] == interface and "GatewayId" not in changed
    assert len(_own(ec2, table)) == 3
    for destination in destinations:
        ec2.delete_route(RouteTableId=table, **destination)
        with refused("InvalidRoute.NotFound"):
            ec2.delete_route(RouteTableId=table, **destination)
    assert _own(ec2, table) == {}


def test_a_local_route_can_be_led_through_a_middlebox(ec2: Any, subnet: str, table: str) -> None:
    _instance_id, interface = _instance(ec2, subnet)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16", NetworkInterfaceId=interface)
    (route,) = _routes(ec2, table).values()
    assert route["NetworkInterfaceId"] == interface and "GatewayId" not in route
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16", LocalTarget=True)
    (route,) = _routes(ec2, table).values()
    assert route["GatewayId"] == "local" and "NetworkInterfaceId" not in route


@pytest.mark.parametrize("destination", [{"DestinationCidrBlock": "10.9.0.0/16"}, {"DestinationIpv6CidrBlock": "::/0"}])
def test_a_route_leads_nowhere_once_its_target_is_gone(
    ec2: Any, vpc: str, subnet: str, destination: dict[str, str]
) -> None:
    gateway, peering = _attached_gateway(ec2, vpc), make_peering(ec2, vpc, make_vpc(ec2, "10.9.0.0/16"))
    egress_only = ec2.create_egress_only_internet_gateway(VpcId=vpc)["EgressOnlyInternetGateway"][
        "EgressOnlyInternetGatewayId"
    ]
    nat = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    virtual = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=virtual, VpcId=vpc)
    (stopped, of_stopped), (ended, of_ended) = _instance(ec2, subnet), _instance(ec2, subnet)
    second = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    attached = ec2.attach_network_interface(
        NetworkInterfaceId=second, InstanceId=_instance(ec2, subnet)[0], DeviceIndex=1
    )
    transit = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    on_transit = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=vpc, SubnetIds=[subnet])
    ends: list[tuple[dict[str, str], Callable[[], object]]] = [
        (
            {"GatewayId": gateway},
            lambda: ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc),
        ),
        (
            {"VpcPeeringConnectionId": peering},
            lambda: ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering),
        ),
        (
            {"EgressOnlyInternetGatewayId": egress_only},
            lambda: ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=egress_only),
        ),
        ({"NatGatewayId": nat}, lambda: ec2.delete_nat_gateway(NatGatewayId=nat)),
        ({"GatewayId": virtual}, lambda: ec2.detach_vpn_gateway(VpnGatewayId=virtual, VpcId=vpc)),
        ({"NetworkInterfaceId": of_stopped}, lambda: ec2.stop_instances(InstanceIds=[stopped])),
        ({"InstanceId": ended}, lambda: ec2.terminate_instances(InstanceIds=[ended])),
        (
            {"NetworkInterfaceId": second},
            lambda: ec2.detach_network_interface(AttachmentId=attached["AttachmentId"]),
        ),
        (
            {"TransitGatewayId": transit},
            lambda: ec2.delete_transit_gateway_vpc_attachment(
                TransitGatewayAttachmentId=on_transit["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
            ),
        ),
    ]
    for target, end in ends:
        table_id = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table_id, **destination, **target)
        (before,) = _own(ec2, table_id).values()
        assert before["State"] == "active", target
        end()
        (after,) = _own(ec2, table_id).values()
        assert after["State"] == "blackhole", target
        name = next(iter(target))
        assert name == "InstanceId" or after[name] == target[name]
    ec2.start_instances(InstanceIds=[stopped])
    found = ec2.describe_route_tables(Filters=filters(route__state="blackhole"))["RouteTables"]
    assert len(found) == len(ends) - 1
    assert of_ended not in str(ec2.describe_network_interfaces())


def test_what_a_virtual_private_gateway_propagates(ec2: Any, vpc: str, table: str) -> None:
    virtual = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    with refused("Gateway.NotAttached"):
        ec2.enable_vgw_route_propagation(GatewayId=virtual, RouteTableId=table)
    ec2.attach_vpn_gateway(VpnGatewayId=virtual, VpcId=vpc)
    ec2.enable_vgw_route_propagation(GatewayId=virtual, RouteTableId=table)
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.1", BgpAsn=65000)["CustomerGateway"]
    connection = ec2.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=customer["CustomerGatewayId"], VpnGatewayId=virtual
    )["VpnConnection"]["VpnConnectionId"]
    for cidr in ("192.0.2.0/24", "198.51.100.0/24"):
        ec2.create_vpn_connection_route(VpnConnectionId=connection, DestinationCidrBlock=cidr)
    propagated = {"GatewayId": virtual, "Origin": "EnableVgwRoutePropagation", "State": "active"}
    assert _routes(ec2, table)["192.0.2.0/24"] == _routes(ec2, table)["198.51.100.0/24"] == propagated
    (shown,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert shown["PropagatingVgws"] == [{"GatewayId": virtual}]
    gateway = _attached_gateway(ec2, vpc)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.0.2.0/24", GatewayId=gateway)
    assert _routes(ec2, table)["192.0.2.0/24"]["GatewayId"] == gateway  # a route of one's own comes first
    ec2.delete_vpn_connection_route(VpnConnectionId=connection, DestinationCidrBlock="198.51.100.0/24")
    assert set(_routes(ec2, table)) == {"10.0.0.0/16", "192.0.2.0/24"}
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="192.0.2.0/24")
    assert _routes(ec2, table)["192.0.2.0/24"] == propagated
    ec2.disable_vgw_route_propagation(GatewayId=virtual, RouteTableId=table)
    assert set(_routes(ec2, table)) == {"10.0.0.0/16"}


def test_routes_that_are_refused(ec2: Any, vpc: str, table: str) -> None:
    far = make_vpc(ec2, "10.9.0.0/16")
    elsewhere, gateway = _attached_gateway(ec2, far), _attached_gateway(ec2, vpc)
    peering = make_peering(ec2, far, make_vpc(ec2, "10.8.0.0/16"))
    there = {"RouteTableId": table, "DestinationCidrBlock": "192.0.2.0/24"}
    for code, request in (
        ("InvalidParameterValue", there | {"GatewayId": elsewhere}),
        ("InvalidParameterValue", there | {"VpcPeeringConnectionId": peering}),
        ("InvalidParameterCombination", there),
        ("InvalidParameterCombination", there | {"GatewayId": gateway, "NatGatewayId": "nat-1"}),
        ("InvalidNatGatewayID.NotFound", there | {"NatGatewayId": "nat-0123456789abcdef0"}),
        ("InvalidParameterValue", there | {"DestinationCidrBlock": "nowhere", "GatewayId": gateway}),
        ("MissingParameter", {"RouteTableId": table, "GatewayId": gateway}),
        ("InvalidRouteTableID.NotFound", there | {"RouteTableId": _MISSING, "GatewayId": gateway}),
        (
            "InvalidPrefixListID.NotFound",
            {"RouteTableId": table, "DestinationPrefixListId": "pl-0123456789abcdef0", "GatewayId": gateway},
        ),
    ):
        with refused(code):
            ec2.create_route(**request)
    assert _own(ec2, table) == {}


def _ids(ec2: Any, **wanted: Any) -> list[str]:
    found = ec2.describe_route_tables(Filters=filters(**wanted))["RouteTables"]
    return [table["RouteTableId"] for table in found]


def test_finding_them(ec2: Any, vpc: str, table: str) -> None:
    one, other = (make_subnet(ec2, vpc, f"10.0.{number}.0/24") for number in (1, 2))
    (main,) = set(_ids(ec2, vpc_id=vpc)) - {table}
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=one)["AssociationId"]
    far = make_vpc(ec2, "10.9.0.0/16")
    (far_main,) = _ids(ec2, vpc_id=far)
    assert _ids(ec2, vpc_id=[vpc, far]) == [main, table, far_main]
    assert _ids(ec2, vpc_id=[vpc, far], association__main="true") == [main, far_main]
    assert _ids(ec2, vpc_id=vpc, association__main="false") == [table]
    assert _ids(ec2, association__subnet_id=[one, other, "subnet-0"]) == [table]
    assert _ids(ec2, route_table_id=[main, _MISSING, f"{far_main[:-1]}*"]) == [main, far_main]
    (shown,) = ec2.describe_route_tables(RouteTableIds=[main])["RouteTables"]
    (as_main,) = shown["Associations"]
    assert as_main["Main"] is True and "SubnetId" not in as_main
    (shown,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert shown["Associations"] == [
        {
            "Main": False,
            "RouteTableAssociationId": association,
            "RouteTableId": table,
            "SubnetId": one,
            "AssociationState": {"State": "associated"},
        }
    ]
    with refused("InvalidParameterValue"):
        _ids(ec2, colour="red")
    with refused("InvalidRouteTableID.NotFound") as refusal:
        ec2.describe_route_tables(RouteTableIds=[main, _MISSING])
    assert refusal.message == f"The routeTable ID '{_MISSING}' does not exist"


def test_pages(ec2: Any, vpc: str) -> None:
    for _time in range(6):
        ec2.create_route_table(VpcId=vpc)
    first = ec2.describe_route_tables(Filters=filters(vpc_id=vpc), MaxResults=5)
    rest = ec2.describe_route_tables(Filters=filters(vpc_id=vpc), MaxResults=5, NextToken=first["NextToken"])
    assert [len(page["RouteTables"]) for page in (first, rest)] == [5, 2]
    with refused("InvalidParameterValue"):
        ec2.describe_route_tables(MaxResults=101)


def test_a_subnet_has_one_table(ec2: Any, vpc: str, subnet: str, table: str) -> None:
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    assert ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"] == association
    other = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    with refused("Resource.AlreadyAssociated"):
        ec2.associate_route_table(RouteTableId=other, SubnetId=subnet)
    ec2.replace_route_table_association(AssociationId=association, RouteTableId=other)
    assert _ids(ec2, association__subnet_id=subnet) == [other]
    far = make_vpc(ec2, "10.9.0.0/16")
    with refused("InvalidParameterValue"):
        ec2.associate_route_table(RouteTableId=table, SubnetId=make_subnet(ec2, far, "10.9.1.0/24"))
