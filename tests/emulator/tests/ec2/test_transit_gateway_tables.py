# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route tables of transit gateways: who uses which, and what is in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import filters, make_subnet, make_vpc, refused

_MISSING = "tgw-rtb-0123456789abcdef0"


def _gateway(ec2: Any, **options: str) -> str:
    return str(ec2.create_transit_gateway(Options=options)["TransitGateway"]["TransitGatewayId"])


def _attach(ec2: Any, gateway: str, vpc: str, ipv6: str = "enable") -> str:
    """Attach a VPC by a new subnet in the first of its blocks."""
    (shown,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    subnet = make_subnet(ec2, vpc, shown["CidrBlock"].replace(".0.0/16", ".250.0/28"))
    made = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet], Options={"Ipv6Support": ipv6}
    )
    return str(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"])


def _new_table(ec2: Any, gateway: str) -> str:
    made = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    assert made["State"] == "pending"
    return str(made["TransitGatewayRouteTableId"])


def _tables(ec2: Any, **wanted: Any) -> list[str]:
    found = ec2.describe_transit_gateway_route_tables(Filters=filters(**wanted))["TransitGatewayRouteTables"]
    return [table["TransitGatewayRouteTableId"] for table in found]


def _association(ec2: Any, attachment: str) -> str | None:
    """The table with which an attachment is associated."""
    (shown,) = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[attachment])[
        "TransitGatewayAttachments"
    ]
    if "Association" not in shown:
        return None
    assert shown["Association"]["State"] == "associated"
    return str(shown["Association"]["TransitGatewayRouteTableId"])


def _search(ec2: Any, table: str, **wanted: Any) -> dict[str, str]:
    """Routes by destination: what they are, and to which VPC they lead."""
    found = ec2.search_transit_gateway_routes(TransitGatewayRouteTableId=table, Filters=filters(**wanted))["Routes"]
    return {
        route["DestinationCidrBlock"]: " ".join(
            [
                route["Type"],
                route["State"],
                *(each["ResourceId"] for each in route.get("TransitGatewayAttachments", [])),
            ]
        )
        for route in found
    }


def _all(ec2: Any, table: str) -> dict[str, str]:
    return _search(ec2, table, state=["active", "blackhole"])


@pytest.fixture
def gateway(ec2: Any) -> str:
    """A gateway with a default table."""
    return _gateway(ec2)


@pytest.fixture
def table(ec2: Any, gateway: str) -> str:
    """The gateway's default table."""
    (found,) = _tables(ec2, transit_gateway_id=gateway)
    return found


@pytest.fixture
def far(ec2: Any) -> str:
    """A VPC with two blocks of IPv4, and one of IPv6."""
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", Ipv6CidrBlock="2001:db8:9::/56", Ipv6Pool="ipv6pool-ec2-0")["Vpc"]
    ec2.associate_vpc_cidr_block(VpcId=vpc["VpcId"], CidrBlock="10.10.0.0/16")
    return str(vpc["VpcId"])


def test_an_attachment_joins_the_default_table(ec2: Any, gateway: str, table: str, vpc: str, far: str) -> None:
    ours, theirs = _attach(ec2, gateway, vpc), _attach(ec2, gateway, far)
    assert _association(ec2, ours) == _association(ec2, theirs) == table
    assert _all(ec2, table) == {
        "10.0.0.0/16": f"propagated active {vpc}",
        "10.9.0.0/16": f"propagated active {far}",
        "10.10.0.0/16": f"propagated active {far}",
        "2001:db8:9::/56": f"propagated active {far}",
    }
    answer = ec2.search_transit_gateway_routes(
        TransitGatewayRouteTableId=table, Filters=filters(route_search__exact_match="10.0.0.0/16")
    )
    assert answer["Routes"] == [
        {
            "DestinationCidrBlock": "10.0.0.0/16",
            "TransitGatewayAttachments": [
                {"ResourceId": vpc, "ResourceType": "vpc", "TransitGatewayAttachmentId": ours}
            ],
            "Type": "propagated",
            "State": "active",
        }
    ]
    assert answer["AdditionalRoutesAvailable"] is False


def test_ranges_of_ipv6_are_propagated_where_that_is_switched_on(ec2: Any, gateway: str, table: str, far: str) -> None:
    _attach(ec2, gateway, far, ipv6="disable")
    assert set(_all(ec2, table)) == {"10.9.0.0/16", "10.10.0.0/16"}


def test_what_is_propagated_follows_the_vpc(ec2: Any, gateway: str, table: str, vpc: str) -> None:
    _attach(ec2, gateway, vpc)
    added = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.1.0.0/16")["CidrBlockAssociation"]
    assert set(_all(ec2, table)) == {"10.0.0.0/16", "10.1.0.0/16"}
    ec2.disassociate_vpc_cidr_block(AssociationId=added["AssociationId"])
    assert set(_all(ec2, table)) == {"10.0.0.0/16"}


@pytest.mark.parametrize("off", ["Association", "Propagation", "both"])
def test_the_gateways_options_say_whether_it_does(ec2: Any, vpc: str, off: str) -> None:
    kinds = ["Association", "Propagation"] if off == "both" else [off]
    gateway = _gateway(ec2, **{f"DefaultRouteTable{kind}": "disable" for kind in kinds})
    attachment = _attach(ec2, gateway, vpc)
    (shown,) = ec2.describe_transit_gateways(TransitGatewayIds=[gateway])["TransitGateways"]
    tables = ec2.describe_transit_gateway_route_tables(Filters=filters(transit_gateway_id=gateway))
    for kind in ("Association", "Propagation"):
        assert (f"{kind}DefaultRouteTableId" in shown["Options"]) is (kind not in kinds)
        for each in tables["TransitGatewayRouteTables"]:
            assert each[f"Default{kind}RouteTable"] is (kind not in kinds)
    assert len(tables["TransitGatewayRouteTables"]) == (0 if off == "both" else 1)
    for each in tables["TransitGatewayRouteTables"]:
        table = each["TransitGatewayRouteTableId"]
        assert _association(ec2, attachment) == (None if "Association" in kinds else table)
        assert set(_all(ec2, table)) == (set() if "Propagation" in kinds else {"10.0.0.0/16"})
    if off == "both":
        assert _association(ec2, attachment) is None


def test_an_attachment_of_another_account_joins_once_it_is_accepted(
    ec2: Any, neighbour: Any, gateway: str, table: str
) -> None:
    theirs = make_vpc(neighbour, "10.8.0.0/16")
    attachment = _attach(neighbour, gateway, theirs)
    assert _association(ec2, attachment) is None
    assert _all(ec2, table) == {}
    ec2.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    assert (_association(ec2, attachment), _association(neighbour, attachment)) == (table, None)
    assert _all(ec2, table) == {"10.8.0.0/16": f"propagated active {theirs}"}


def test_only_the_owner_of_the_gateway_sees_its_tables(ec2: Any, neighbour: Any, gateway: str, table: str) -> None:
    attachment = _attach(neighbour, gateway, make_vpc(neighbour, "10.8.0.0/16"))
    ec2.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    assert _tables(neighbour) == []
    message = f"Transit Gateway Route Table {table} was deleted or does not exist."
    with refused("InvalidRouteTableID.NotFound") as refusal:
        _all(neighbour, table)
    assert refusal.message == message
    with refused("InvalidRouteTableID.NotFound") as refusal:
        neighbour.describe_transit_gateway_route_tables(TransitGatewayRouteTableIds=[table])
    assert refusal.message == message
    with refused("InvalidRouteTableID.NotFound"):
        neighbour.disassociate_transit_gateway_route_table(
            TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=attachment
        )
    with refused("InvalidTransitGatewayID.NotFound"):
        neighbour.create_transit_gateway_route_table(TransitGatewayId=gateway)


def test_associations(ec2: Any, gateway: str, table: str, vpc: str) -> None:
    attachment, other = _attach(ec2, gateway, vpc), _new_table(ec2, gateway)
    both = {"TransitGatewayAttachmentId": attachment, "TransitGatewayRouteTableId": other}
    for each in (table, other):
        with refused("Resource.AlreadyAssociated") as refusal:
            ec2.associate_transit_gateway_route_table(**both | {"TransitGatewayRouteTableId": each})
        assert refusal.message == f"Transit Gateway Attachment {attachment} is already associated to a route table."
    with refused("InvalidAssociation.NotFound"):
        ec2.disassociate_transit_gateway_route_table(**both)
    left = ec2.disassociate_transit_gateway_route_table(**both | {"TransitGatewayRouteTableId": table})["Association"]
    assert left["State"] == "disassociating"
    assert _association(ec2, attachment) is None
    joined = ec2.associate_transit_gateway_route_table(**both)["Association"]
    assert joined == both | {"ResourceId": vpc, "ResourceType": "vpc", "State": "associating"}
    assert _association(ec2, attachment) == other
    found = ec2.get_transit_gateway_route_table_associations(TransitGatewayRouteTableId=other)["Associations"]
    assert [(each["TransitGatewayAttachmentId"], each["State"]) for each in found] == [(attachment, "associated")]
    assert ec2.get_transit_gateway_route_table_associations(TransitGatewayRouteTableId=table)["Associations"] == []
    assert set(_all(ec2, table)) == {"10.0.0.0/16"}  # what is propagated is another matter
    with refused("IncorrectState"):
        ec2.delete_transit_gateway_route_table(TransitGatewayRouteTableId=other)


def test_propagations(ec2: Any, gateway: str, table: str, vpc: str) -> None:
    attachment, other = _attach(ec2, gateway, vpc), _new_table(ec2, gateway)
    both = {"TransitGatewayAttachmentId": attachment, "TransitGatewayRouteTableId": other}
    with refused("TransitGatewayRouteTablePropagation.NotFound"):
        ec2.disable_transit_gateway_route_table_propagation(**both)
    made = ec2.enable_transit_gateway_route_table_propagation(**both)["Propagation"]
    assert made == both | {"ResourceId": vpc, "ResourceType": "vpc", "State": "enabled"}
    with refused("TransitGatewayRouteTablePropagation.Duplicate"):
        ec2.enable_transit_gateway_route_table_propagation(**both)
    assert _all(ec2, table) == _all(ec2, other) == {"10.0.0.0/16": f"propagated active {vpc}"}
    gone = ec2.disable_transit_gateway_route_table_propagation(**both | {"TransitGatewayRouteTableId": table})
    assert gone["Propagation"]["State"] == "disabled"
    assert (_all(ec2, table), len(_all(ec2, other))) == ({}, 1)
    found = ec2.get_transit_gateway_route_table_propagations(
        TransitGatewayRouteTableId=other, Filters=filters(resource_id=vpc)
    )["TransitGatewayRouteTablePropagations"]
    assert [(each["TransitGatewayAttachmentId"], each["State"]) for each in found] == [(attachment, "enabled")]
    assert _association(ec2, attachment) == table


def test_a_static_route_comes_first(ec2: Any, gateway: str, table: str, vpc: str, far: str) -> None:
    ours, theirs = _attach(ec2, gateway, vpc), _attach(ec2, gateway, far)
    there = {"TransitGatewayRouteTableId": table, "DestinationCidrBlock": "10.0.0.0/16"}
    made = ec2.create_transit_gateway_route(**there, TransitGatewayAttachmentId=theirs)["Route"]
    assert (made["Type"], made["State"]) == ("static", "active")
    assert _search(ec2, table, route_search__exact_match="10.0.0.0/16") == {"10.0.0.0/16": f"static active {far}"}
    with refused("RouteAlreadyExists") as refusal:
        ec2.create_transit_gateway_route(**there, TransitGatewayAttachmentId=ours)
    assert refusal.message == f"Route 10.0.0.0/16 already exists in Transit Gateway Route Table {table}."
    ec2.replace_transit_gateway_route(**there, Blackhole=True)
    assert _search(ec2, table, state="blackhole") == {"10.0.0.0/16": "static blackhole"}
    ec2.delete_transit_gateway_route(**there)
    assert _search(ec2, table, route_search__exact_match="10.0.0.0/16") == {"10.0.0.0/16": f"propagated active {vpc}"}
    for call in (ec2.delete_transit_gateway_route, ec2.replace_transit_gateway_route):
        with refused("InvalidRoute.NotFound"):
            call(**there, **({"Blackhole": True} if call == ec2.replace_transit_gateway_route else {}))


def test_one_block_in_two_vpcs_is_propagated_once(ec2: Any, gateway: str, table: str, vpc: str) -> None:
    _attach(ec2, gateway, vpc)
    _attach(ec2, gateway, make_vpc(ec2, "10.0.0.0/16"))
    assert _all(ec2, table) == {"10.0.0.0/16": f"propagated active {vpc}"}


def test_what_becomes_of_the_routes_of_an_attachment(ec2: Any, gateway: str, table: str, far: str) -> None:
    attachment = _attach(ec2, gateway, far)
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock="0.0.0.0/0", TransitGatewayAttachmentId=attachment
    )
    assert _search(ec2, table, type="static") == {"0.0.0.0/0": f"static active {far}"}
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    (route,) = _all(ec2, table).values()
    assert route.startswith("static blackhole")
    assert _association(ec2, attachment) is None
    assert (
        ec2.get_transit_gateway_route_table_propagations(TransitGatewayRouteTableId=table)[
            "TransitGatewayRouteTablePropagations"
        ]
        == []
    )


def test_searches(ec2: Any, gateway: str, table: str, vpc: str) -> None:
    attachment = _attach(ec2, gateway, vpc)
    for cidr in ("0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "2001:db8::/32"):
        ec2.create_transit_gateway_route(
            TransitGatewayRouteTableId=table, DestinationCidrBlock=cidr, TransitGatewayAttachmentId=attachment
        )
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock="10.0.2.0/24", Blackhole=True
    )

    def found(**wanted: Any) -> list[str]:
        return list(_search(ec2, table, **wanted))

    everything = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "2001:db8::/32"]
    assert found(type=["static", "propagated"]) == everything
    assert found(type="propagated") == ["10.0.0.0/16"]
    assert found(state="blackhole") == ["10.0.2.0/24"]
    assert found(state="blackhole", type="propagated") == []
    assert found(attachment__transit_gateway_attachment_id=[attachment, "tgw-attach-0"]) == [
        cidr for cidr in everything if cidr != "10.0.2.0/24"
    ]
    assert found(route_search__exact_match=["10.0.1.0/24", "10.0.3.0/24"]) == ["10.0.1.0/24"]
    assert found(route_search__longest_prefix_match="10.0.2.9/32") == ["10.0.2.0/24"]
    assert found(route_search__longest_prefix_match="10.0.3.9") == ["10.0.0.0/16"]
    assert found(route_search__longest_prefix_match=["192.0.2.1", "2001:db8::1"]) == ["0.0.0.0/0", "2001:db8::/32"]
    assert found(route_search__subnet_of_match="10.0.0.0/16") == everything[2:5]
    assert found(route_search__supernet_of_match="10.0.1.0/25") == everything[:4]
    assert found(route_search__supernet_of_match="10.0.1.0/25", type="propagated") == ["10.0.0.0/16"]
    with refused("InvalidParameterValue"):
        found(colour="red")
    with refused("MissingParameter"):
        found()


def test_more_routes_than_were_asked_for(ec2: Any, table: str) -> None:
    for number in range(7):
        ec2.create_transit_gateway_route(
            TransitGatewayRouteTableId=table, DestinationCidrBlock=f"10.{number}.0.0/16", Blackhole=True
        )
    wanted = {"TransitGatewayRouteTableId": table, "Filters": filters(type="static")}
    first = ec2.search_transit_gateway_routes(**wanted, MaxResults=5)
    rest = ec2.search_transit_gateway_routes(**wanted, MaxResults=5, NextToken=first["NextToken"])
    assert [len(answer["Routes"]) for answer in (first, rest)] == [5, 2]
    assert [answer["AdditionalRoutesAvailable"] for answer in (first, rest)] == [True, False]
    assert ec2.search_transit_gateway_routes(**wanted)["AdditionalRoutesAvailable"] is False
    with refused("InvalidParameterValue"):
        ec2.search_transit_gateway_routes(**wanted, MaxResults=1001)


def test_finding_tables(ec2: Any, gateway: str, table: str) -> None:
    other = _new_table(ec2, gateway)
    (elsewhere,) = _tables(ec2, transit_gateway_id=_gateway(ec2))
    assert _tables(ec2) == [table, other, elsewhere]
    assert _tables(ec2, transit_gateway_id=gateway) == [table, other]
    assert _tables(ec2, transit_gateway_route_table_id=[other, elsewhere, _MISSING]) == [other, elsewhere]
    assert _tables(ec2, default_association_route_table="true") == [table, elsewhere]
    assert _tables(ec2, default_propagation_route_table="false") == [other]
    with refused("InvalidParameterValue"):
        _tables(ec2, colour="red")
    for _time in range(3):
        _new_table(ec2, gateway)
    first = ec2.describe_transit_gateway_route_tables(MaxResults=5)
    rest = ec2.describe_transit_gateway_route_tables(MaxResults=5, NextToken=first["NextToken"])
    assert [len(page["TransitGatewayRouteTables"]) for page in (first, rest)] == [5, 1]
    ec2.delete_transit_gateway_route_table(TransitGatewayRouteTableId=other)
    assert _tables(ec2, state="deleted") == [other]
    with refused("InvalidRouteTableID.NotFound"):
        _all(ec2, other)


def test_another_default_table(ec2: Any, gateway: str, table: str, vpc: str) -> None:
    other = _new_table(ec2, gateway)
    ec2.modify_transit_gateway(
        TransitGatewayId=gateway,
        Options={"AssociationDefaultRouteTableId": other, "DefaultRouteTablePropagation": "disable"},
    )
    assert _tables(ec2, default_association_route_table="true") == [other]
    assert _tables(ec2, default_propagation_route_table="true") == []
    assert _association(ec2, _attach(ec2, gateway, vpc)) == other
    assert _all(ec2, table) == _all(ec2, other) == {}


def test_what_is_refused(ec2: Any, table: str, vpc: str) -> None:
    attachment = _attach(ec2, _gateway(ec2), vpc)  # of another gateway
    there = {"TransitGatewayRouteTableId": table, "DestinationCidrBlock": "10.9.0.0/16"}
    for code, request in (
        ("InvalidTransitGatewayAttachmentID.NotFound", there | {"TransitGatewayAttachmentId": attachment}),
        ("InvalidParameterCombination", there),
        ("InvalidParameterCombination", there | {"TransitGatewayAttachmentId": attachment, "Blackhole": True}),
        ("InvalidParameterValue", there | {"DestinationCidrBlock": "everywhere", "Blackhole": True}),
        ("InvalidRouteTableID.NotFound", there | {"TransitGatewayRouteTableId": _MISSING, "Blackhole": True}),
    ):
        with refused(code):
            ec2.create_transit_gateway_route(**request)
    with refused("InvalidTransitGatewayAttachmentID.NotFound"):
        ec2.associate_transit_gateway_route_table(
            TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=attachment
        )


def test_the_subnets_of_an_attachment(ec2: Any, gateway: str, vpc: str) -> None:
    first, second, same_zone = (
        make_subnet(ec2, vpc, f"10.0.{number}.0/24", zone) for number, zone in enumerate("aba", 1)
    )
    attach = ec2.create_transit_gateway_vpc_attachment
    with refused("DuplicateSubnetsInSameZone"):
        attach(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[first, same_zone])
    made = attach(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[first])["TransitGatewayVpcAttachment"]
    change = {"TransitGatewayAttachmentId": made["TransitGatewayAttachmentId"]}
    ec2.modify_transit_gateway_vpc_attachment(
        **change, AddSubnetIds=[second], Options={"ApplianceModeSupport": "enable"}
    )
    (shown,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert (shown["SubnetIds"], shown["Options"]["ApplianceModeSupport"]) == ([first, second], "enable")
    with refused("DuplicateSubnetsInSameZone"):
        ec2.modify_transit_gateway_vpc_attachment(**change, AddSubnetIds=[same_zone])
    ec2.modify_transit_gateway_vpc_attachment(**change, AddSubnetIds=[same_zone], RemoveSubnetIds=[first])
    (shown,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert shown["SubnetIds"] == [second, same_zone]
    with refused("MissingParameter"):
        ec2.modify_transit_gateway_vpc_attachment(**change, RemoveSubnetIds=[second, same_zone])
