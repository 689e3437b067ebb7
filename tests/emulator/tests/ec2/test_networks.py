# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Peerings, routes, ACLs and prefix lists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import make_peering, make_vpc, permission, refused


def _peerings(ec2: Any, **filters: str) -> list[str]:
    wanted = [{"Name": name.replace("__", ".").replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    found = ec2.describe_vpc_peering_connections(Filters=wanted)["VpcPeeringConnections"]
    return [item["VpcPeeringConnectionId"] for item in found]


def test_finding_peerings(ec2: Any, vpc: str) -> None:
    far, further = make_vpc(ec2, "10.8.0.0/16"), make_vpc(ec2, "10.9.0.0/16")
    active = make_peering(ec2, vpc, far)
    pending = ec2.create_vpc_peering_connection(VpcId=further, PeerVpcId=vpc)["VpcPeeringConnection"]
    pending_id = pending["VpcPeeringConnectionId"]
    assert _peerings(ec2) == [active, pending_id]
    assert _peerings(ec2, status_code="active") == [active]
    assert _peerings(ec2, requester_vpc_info__vpc_id=vpc) == [active]
    assert _peerings(ec2, accepter_vpc_info__vpc_id=vpc) == [pending_id]
    assert _peerings(ec2, accepter_vpc_info__owner_id="210987654321") == []
    assert _peerings(ec2, vpc_peering_connection_id=active, accepter_vpc_info__cidr_block="10.8.0.0/16") == [active]
    with refused("InvalidVpcPeeringConnectionID.NotFound"):
        ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=["pcx-0123456789abcdef0"])


def test_a_route_leads_nowhere_once_its_peering_is_gone(ec2: Any, vpc: str) -> None:
    peering = make_peering(ec2, vpc, make_vpc(ec2, "10.9.0.0/16"))
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    ec2.create_route(
        RouteTableId=table["RouteTableId"], DestinationCidrBlock="10.9.0.0/16", VpcPeeringConnectionId=peering
    )

    def states() -> dict[str, str]:
        (shown,) = ec2.describe_route_tables(RouteTableIds=[table["RouteTableId"]])["RouteTables"]
        return {route["DestinationCidrBlock"]: route["State"] for route in shown["Routes"]}

    assert states() == {"10.0.0.0/16": "active", "10.9.0.0/16": "active"}
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert states() == {"10.0.0.0/16": "active", "10.9.0.0/16": "blackhole"}


def test_a_route_leads_nowhere_once_its_internet_gateway_is_detached(ec2: Any, vpc: str) -> None:
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)

    def state() -> str:
        (shown,) = ec2.describe_route_tables(RouteTableIds=[table["RouteTableId"]])["RouteTables"]
        return str(shown["Routes"][-1]["State"])

    assert state() == "active"
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert state() == "blackhole"


def test_a_new_acl_denies_everything(ec2: Any, vpc: str) -> None:
    made = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]
    (shown,) = ec2.describe_network_acls(NetworkAclIds=[made["NetworkAclId"]])["NetworkAcls"]
    assert shown["IsDefault"] is False
    entries = [(entry["RuleNumber"], entry["RuleAction"], entry["Egress"]) for entry in shown["Entries"]]
    assert sorted(entries) == [(32767, "deny", False), (32767, "deny", True)]


def test_the_default_acl(ec2: Any, vpc: str) -> None:
    wanted = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    (shown,) = ec2.describe_network_acls(Filters=wanted)["NetworkAcls"]
    assert len(shown["Entries"]) == 4


def test_an_acl_of_a_vpc_with_ipv6(ec2: Any) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.9.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    own = ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]["NetworkAclId"]
    (default,) = ec2.describe_network_acls(
        Filters=[{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "default", "Values": ["true"]}]
    )["NetworkAcls"]
    (shown,) = ec2.describe_network_acls(NetworkAclIds=[own])["NetworkAcls"]

    def inbound(acl: dict[str, Any]) -> list[tuple[int, str, str]]:
        return sorted(
            (entry["RuleNumber"], entry["RuleAction"], entry.get("CidrBlock") or entry["Ipv6CidrBlock"])
            for entry in acl["Entries"]
            if not entry["Egress"]
        )

    assert inbound(shown) == [(32767, "deny", "0.0.0.0/0"), (32768, "deny", "::/0")]
    assert inbound(default) == [
        (100, "allow", "0.0.0.0/0"),
        (101, "allow", "::/0"),
        (32767, "deny", "0.0.0.0/0"),
        (32768, "deny", "::/0"),
    ]


def test_route_tables_name_their_gateways(ec2: Any) -> None:
    assert ec2.describe_route_tables()["RouteTables"][0]["PropagatingVgws"] == []


@pytest.mark.parametrize(
    ("operation", "parameter", "missing", "code", "message"),
    [
        ("describe_vpcs", "VpcIds", "vpc-0123456789abcdef0", "InvalidVpcID.NotFound", "The vpc ID '{}' does not exist"),
        (
            "describe_network_acls",
            "NetworkAclIds",
            "acl-0123456789abcdef0",
            "InvalidNetworkAclID.NotFound",
            "The networkAcl ID '{}' does not exist",
        ),
        (
            "describe_instances",
            "InstanceIds",
            "i-0123456789abcdef0",
            "InvalidInstanceID.NotFound",
            "The instance ID '{}' does not exist",
        ),
        ("describe_instances", "InstanceIds", "i-web", "InvalidInstanceID.Malformed", 'Invalid id: "{}"'),
        (
            "describe_instances",
            "InstanceIds",
            "web",
            "InvalidInstanceID.Malformed",
            'Invalid id: "{}" (expecting "i-...")',
        ),
    ],
)
def test_what_does_not_exist(ec2: Any, operation: str, parameter: str, missing: str, code: str, message: str) -> None:
    with refused(code) as refusal:
        getattr(ec2, operation)(**{parameter: [missing]})
    assert refusal.message == message.format(missing)


@pytest.fixture
def offices(ec2: Any) -> str:
    """A prefix list of our own."""
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=3, AddressFamily="IPv4", Entries=[{"Cidr": "192.0.2.0/24"}]
    )
    return str(made["PrefixList"]["PrefixListId"])


def test_a_list_keeps_its_name(ec2: Any, offices: str) -> None:
    ec2.modify_managed_prefix_list(PrefixListId=offices, CurrentVersion=1, AddEntries=[{"Cidr": "198.51.100.0/24"}])
    (shown,) = ec2.describe_managed_prefix_lists(PrefixListIds=[offices])["PrefixLists"]
    assert (shown["PrefixListName"], shown["MaxEntries"], shown["OwnerId"]) == ("offices", 3, "123456789012")
    entries = ec2.get_managed_prefix_list_entries(PrefixListId=offices)["Entries"]
    assert [entry["Cidr"] for entry in entries] == ["192.0.2.0/24", "198.51.100.0/24"]
    ec2.modify_managed_prefix_list(PrefixListId=offices, PrefixListName="branches")
    (shown,) = ec2.describe_managed_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": ["bran*"]}])[
        "PrefixLists"
    ]
    assert shown["PrefixListId"] == offices


def test_pages_of_entries(ec2: Any) -> None:
    cidrs = [f"192.0.2.{number}/32" for number in range(5)]
    made = ec2.create_managed_prefix_list(
        PrefixListName="hosts", MaxEntries=5, AddressFamily="IPv4", Entries=[{"Cidr": cidr} for cidr in cidrs]
    )["PrefixList"]["PrefixListId"]
    pages = ec2.get_paginator("get_managed_prefix_list_entries").paginate(
        PrefixListId=made, PaginationConfig={"PageSize": 2}
    )
    assert [[entry["Cidr"] for entry in page["Entries"]] for page in pages] == [cidrs[:2], cidrs[2:4], cidrs[4:]]
    with refused("InvalidParameterValue"):
        ec2.get_managed_prefix_list_entries(PrefixListId=made, MaxResults=101)
    ec2.modify_managed_prefix_list(PrefixListId=made, CurrentVersion=1, RemoveEntries=[{"Cidr": cidrs[0]}])
    assert len(ec2.get_managed_prefix_list_entries(PrefixListId=made)["Entries"]) == 4
    assert len(ec2.get_managed_prefix_list_entries(PrefixListId=made, TargetVersion=1)["Entries"]) == 5
    with refused("InvalidParameterValue"):
        ec2.get_managed_prefix_list_entries(PrefixListId=made, TargetVersion=3)


@pytest.mark.usefixtures("offices")
def test_aws_s_own_lists(ec2: Any) -> None:
    own = ec2.describe_managed_prefix_lists(Filters=[{"Name": "owner-id", "Values": ["AWS"]}])["PrefixLists"]
    assert {"com.amazonaws.eu-west-1.s3"} <= {item["PrefixListName"] for item in own}
    assert all("MaxEntries" not in item and item["OwnerId"] == "AWS" for item in own)
    assert {item["AddressFamily"] for item in own} == {"IPv4", "IPv6"}
    for item in own:
        assert ec2.get_managed_prefix_list_entries(PrefixListId=item["PrefixListId"])["Entries"]
    plain = ec2.describe_prefix_lists()["PrefixLists"]
    assert {item["PrefixListName"] for item in plain} == {item["PrefixListName"] for item in own}
    assert all(item["Cidrs"] for item in plain)
    wanted = [{"Name": "prefix-list-name", "Values": ["com.amazonaws.eu-west-1.s3"]}]
    assert len(ec2.describe_prefix_lists(Filters=wanted)["PrefixLists"]) == 1


def test_changes_of_a_list_that_are_refused(ec2: Any, offices: str) -> None:
    change = ec2.modify_managed_prefix_list
    more = [{"Cidr": f"198.51.100.{last}/32"} for last in range(3)]
    with refused("PrefixListVersionMismatch"):
        change(PrefixListId=offices, CurrentVersion=2, AddEntries=more[:1])
    with refused("PrefixListMaxEntriesExceeded"):
        change(PrefixListId=offices, CurrentVersion=1, AddEntries=more)
    with refused("InvalidParameterCombination"):
        change(PrefixListId=offices, CurrentVersion=1, AddEntries=more, MaxEntries=4)
    with refused("InvalidParameterValue"):
        change(PrefixListId=offices, MaxEntries=0)
    assert len(ec2.get_managed_prefix_list_entries(PrefixListId=offices)["Entries"]) == 1
    change(PrefixListId=offices, MaxEntries=4)
    change(PrefixListId=offices, CurrentVersion=1, AddEntries=more)
    assert len(ec2.get_managed_prefix_list_entries(PrefixListId=offices)["Entries"]) == 4


def test_a_list_that_a_rule_names_stays(ec2: Any, offices: str, cache: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(lists=(offices,))])
    assert ec2.delete_managed_prefix_list(PrefixListId=offices)["PrefixList"]["State"] == "delete-failed"
    (shown,) = ec2.describe_managed_prefix_lists(PrefixListIds=[offices])["PrefixLists"]
    assert shown["State"] == "delete-failed"


def test_finding_lists(ec2: Any, offices: str) -> None:
    def found(**filters: str) -> list[str]:
        wanted = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        return [item["PrefixListId"] for item in ec2.describe_managed_prefix_lists(Filters=wanted)["PrefixLists"]]

    assert found(prefix_list_id=offices) == [offices]
    assert found(prefix_list_name="offices") == [offices]
    assert found(owner_id="123456789012") == [offices]
    assert found(owner_id="AWS", prefix_list_id=offices) == []
    assert offices in found()


def test_lists_that_do_not_exist(ec2: Any, offices: str) -> None:
    missing = "pl-0123456789abcdef0"
    for call in (ec2.get_managed_prefix_list_entries, ec2.delete_managed_prefix_list, ec2.modify_managed_prefix_list):
        with refused("InvalidPrefixListID.NotFound"):
            call(PrefixListId=missing)
    with refused("InvalidPrefixListID.NotFound"):
        ec2.describe_managed_prefix_lists(PrefixListIds=[missing])
    ec2.delete_managed_prefix_list(PrefixListId=offices)
    with refused("InvalidPrefixListID.NotFound"):
        ec2.get_managed_prefix_list_entries(PrefixListId=offices)
