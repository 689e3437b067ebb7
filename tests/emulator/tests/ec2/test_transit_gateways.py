# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Transit gateways, the VPCs attached to them, and what becomes of routes and rules when they go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import MakeGroup, ingress, make_subnet, make_vpc, permission, refused

_US, _OTHER = "123456789012", "210987654321"
_ON = {"SecurityGroupReferencingSupport": "enable"}
_OFF = {"SecurityGroupReferencingSupport": "disable"}
_MISSING = "tgw-0123456789abcdef0"


def _gateway(ec2: Any, **options: str) -> str:
    made = ec2.create_transit_gateway(Description="For tests", Options={**_ON, **options})["TransitGateway"]
    return str(made["TransitGatewayId"])


def _attach(ec2: Any, gateway: str, vpc_id: str, **options: str) -> str:
    """Attach a VPC by its one subnet, which it gets for this if need be."""
    subnets = ec2.describe_subnets(Filters=_filters(vpc_id=vpc_id))["Subnets"]
    if not subnets:
        (vpc,) = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
        cidr = vpc["CidrBlock"].replace(".0.0/16", ".250.0/28")
        subnets = [ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr)["Subnet"]]
    made = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway, VpcId=vpc_id, SubnetIds=[subnets[0]["SubnetId"]], Options=options
    )["TransitGatewayVpcAttachment"]
    return str(made["TransitGatewayAttachmentId"])


def _filters(**values: str) -> list[dict[str, Any]]:
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in values.items()]


def _vpc_attachments(ec2: Any, **filters: str) -> list[str]:
    found = ec2.describe_transit_gateway_vpc_attachments(Filters=_filters(**filters))["TransitGatewayVpcAttachments"]
    return [each["TransitGatewayAttachmentId"] for each in found]


def _attachments(ec2: Any, **filters: str) -> list[str]:
    found = ec2.describe_transit_gateway_attachments(Filters=_filters(**filters))["TransitGatewayAttachments"]
    return [each["TransitGatewayAttachmentId"] for each in found]


def _gateways(ec2: Any, **filters: str) -> list[str]:
    found = ec2.describe_transit_gateways(Filters=_filters(**filters))["TransitGateways"]
    return [each["TransitGatewayId"] for each in found]


def _tag(kind: str) -> dict[str, Any]:
    return {"ResourceType": kind, "Tags": [{"Key": "Name", "Value": "ours"}]}


@pytest.fixture
def far(ec2: Any) -> str:
    """Another VPC."""
    return make_vpc(ec2, "10.9.0.0/16")


@pytest.fixture
def theirs(neighbour: Any) -> str:
    """A VPC of another account."""
    return make_vpc(neighbour, "10.8.0.0/16")


def test_references_are_off_on_a_new_gateway_and_on_on_a_new_attachment(ec2: Any, vpc: str, subnet: str) -> None:
    made = ec2.create_transit_gateway(TagSpecifications=[_tag("transit-gateway")])["TransitGateway"]
    assert (made["State"], made["OwnerId"], made["Tags"]) == ("pending", _US, [{"Key": "Name", "Value": "ours"}])
    gateway = made["TransitGatewayId"]
    (shown,) = ec2.describe_transit_gateways(TransitGatewayIds=[gateway])["TransitGateways"]
    assert (shown["State"], shown["Options"]["SecurityGroupReferencingSupport"]) == ("available", "disable")
    attached = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway,
        VpcId=vpc,
        SubnetIds=[subnet],
        TagSpecifications=[_tag("transit-gateway-attachment")],
    )["TransitGatewayVpcAttachment"]
    assert attached["State"] == "pending"
    (kept,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert kept == attached | {"State": "available"}
    assert (kept["VpcId"], kept["VpcOwnerId"], kept["SubnetIds"]) == (vpc, _US, [subnet])
    assert kept["Options"]["SecurityGroupReferencingSupport"] == "enable"
    assert kept["Tags"] == [{"Key": "Name", "Value": "ours"}]


def test_both_can_be_modified(ec2: Any, vpc: str) -> None:
    gateway = _gateway(ec2)
    attachment = _attach(ec2, gateway, vpc)
    (first,) = ec2.describe_subnets(Filters=_filters(vpc_id=vpc))["Subnets"]
    subnet = make_subnet(ec2, vpc, "10.0.2.0/24", "b" if first["AvailabilityZone"].endswith("a") else "a")
    changed = ec2.modify_transit_gateway(TransitGatewayId=gateway, Description="Less", Options=_OFF)["TransitGateway"]
    assert changed["State"] == "modifying"
    (shown,) = ec2.describe_transit_gateways()["TransitGateways"]
    assert (shown["State"], shown["Description"]) == ("available", "Less")
    assert shown["Options"]["SecurityGroupReferencingSupport"] == "disable"
    changed = ec2.modify_transit_gateway_vpc_attachment(
        TransitGatewayAttachmentId=attachment, AddSubnetIds=[subnet], Options=_OFF
    )["TransitGatewayVpcAttachment"]
    assert changed["State"] == "modifying"
    (kept,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert kept["Options"]["SecurityGroupReferencingSupport"] == "disable"
    assert (kept["State"], len(kept["SubnetIds"])) == ("available", 2)


def test_finding_them(ec2: Any, vpc: str, far: str) -> None:
    one, other = _gateway(ec2), _gateway(ec2)
    first, second, third = _attach(ec2, one, vpc), _attach(ec2, one, far), _attach(ec2, other, vpc)
    assert _gateways(ec2) == [one, other]
    assert _gateways(ec2, transit_gateway_id=one) == [one]
    assert _gateways(ec2, state="available", owner_id=_OTHER) == []
    for find in (_vpc_attachments, _attachments):
        assert find(ec2) == [first, second, third]
        assert find(ec2, transit_gateway_id=one, state="available") == [first, second]
        assert find(ec2, transit_gateway_attachment_id=second) == [second]
    assert _vpc_attachments(ec2, vpc_id=vpc) == [first, third]
    assert _attachments(ec2, resource_id=vpc, resource_type="vpc") == [first, third]
    assert _attachments(ec2, resource_type="vpn") == []
    (shown,) = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[second])[
        "TransitGatewayAttachments"
    ]
    assert (shown["ResourceId"], shown["ResourceOwnerId"], shown["TransitGatewayOwnerId"]) == (far, _US, _US)
    assert shown["Association"]["State"] == "associated"
    assert "Options" not in shown
    pages = ec2.get_paginator("describe_transit_gateway_attachments").paginate(PaginationConfig={"PageSize": 5})
    assert [len(page["TransitGatewayAttachments"]) for page in pages] == [3]


@pytest.mark.parametrize(
    "operation",
    [
        "describe_transit_gateways",
        "describe_transit_gateway_vpc_attachments",
        "describe_transit_gateway_attachments",
    ],
)
def test_a_filter_that_aws_does_not_know(ec2: Any, operation: str) -> None:
    with refused("InvalidParameterValue"):
        getattr(ec2, operation)(Filters=_filters(colour="red"))


def test_what_does_not_exist(ec2: Any, neighbour: Any, vpc: str, subnet: str, theirs: str) -> None:
    gateway = _gateway(ec2)
    for call in (ec2.modify_transit_gateway, ec2.delete_transit_gateway):
        with refused("InvalidTransitGatewayID.NotFound"):
            call(TransitGatewayId=_MISSING)
    with refused("InvalidTransitGatewayID.NotFound"):
        neighbour.delete_transit_gateway(TransitGatewayId=gateway)
    with refused("InvalidTransitGatewayID.NotFound"):
        ec2.describe_transit_gateways(TransitGatewayIds=[_MISSING])
    for describe in (ec2.describe_transit_gateway_vpc_attachments, ec2.describe_transit_gateway_attachments):
        with refused("InvalidTransitGatewayAttachmentID.NotFound"):
            describe(TransitGatewayAttachmentIds=["tgw-attach-0123456789abcdef0"])
    attach = ec2.create_transit_gateway_vpc_attachment
    with refused("InvalidTransitGatewayID.NotFound"):
        attach(TransitGatewayId=_MISSING, VpcId=vpc, SubnetIds=[subnet])
    with refused("InvalidVpcID.NotFound"):  # another account's VPC is not ours to attach
        attach(TransitGatewayId=gateway, VpcId=theirs, SubnetIds=[subnet])
    attach(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet])
    with refused("DuplicateTransitGatewayAttachment"):
        attach(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=[subnet])


def test_what_ended_is_shown_as_deleted(ec2: Any, vpc: str) -> None:
    gateway = _gateway(ec2)
    attachment = _attach(ec2, gateway, vpc)
    with refused("IncorrectState"):
        ec2.delete_transit_gateway(TransitGatewayId=gateway)
    gone = ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    assert gone["TransitGatewayVpcAttachment"]["State"] == "deleting"
    assert ec2.delete_transit_gateway(TransitGatewayId=gateway)["TransitGateway"]["State"] == "deleting"
    assert _vpc_attachments(ec2, state="deleted") == [attachment]
    assert _gateways(ec2, state="deleted") == [gateway]
    with refused("IncorrectState"):
        ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)


def test_each_account_sees_its_own_attachments_and_the_owner_sees_who_else_is_there(
    ec2: Any, neighbour: Any, vpc: str, theirs: str
) -> None:
    gateway = _gateway(ec2, AutoAcceptSharedAttachments="enable")
    assert _gateways(neighbour) == []
    ours, others = _attach(ec2, gateway, vpc), _attach(neighbour, gateway, theirs)
    assert _vpc_attachments(ec2) == [ours, others]
    assert _vpc_attachments(neighbour) == _attachments(neighbour) == [others]
    assert _attachments(ec2) == [ours, others]
    assert _attachments(ec2, resource_owner_id=_OTHER, state="available") == [others]
    (shown,) = neighbour.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert (shown["ResourceOwnerId"], shown["TransitGatewayOwnerId"]) == (_OTHER, _US)
    (seen,) = neighbour.describe_transit_gateways()["TransitGateways"]
    assert (seen["TransitGatewayId"], seen["OwnerId"]) == (gateway, _US)
    assert seen["Options"]["SecurityGroupReferencingSupport"] == "enable"
    with refused("InvalidTransitGatewayID.NotFound"):
        neighbour.modify_transit_gateway(TransitGatewayId=gateway, Options=_OFF)
    neighbour.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=others)
    assert _gateways(neighbour) == []


@pytest.mark.parametrize(
    ("answer", "for_now", "state"),
    [
        ("accept_transit_gateway_vpc_attachment", "pending", "available"),
        ("reject_transit_gateway_vpc_attachment", "rejecting", "rejected"),
    ],
)
def test_the_owner_answers_another_accounts_request(
    ec2: Any, neighbour: Any, theirs: str, answer: str, for_now: str, state: str
) -> None:
    attachment = _attach(neighbour, _gateway(ec2), theirs)
    assert _vpc_attachments(neighbour, state="pendingAcceptance") == [attachment]
    assert _vpc_attachments(ec2, state="pendingAcceptance") == [attachment]
    with refused("InvalidTransitGatewayAttachmentID.NotFound"):
        getattr(neighbour, answer)(TransitGatewayAttachmentId=attachment)
    answered = getattr(ec2, answer)(TransitGatewayAttachmentId=attachment)["TransitGatewayVpcAttachment"]
    assert answered["State"] == for_now
    assert _vpc_attachments(neighbour, state=state) == [attachment]
    with refused("IncorrectState"):
        getattr(ec2, answer)(TransitGatewayAttachmentId=attachment)


def test_a_route_leads_nowhere_once_its_vpc_is_detached(ec2: Any, vpc: str) -> None:
    gateway = _gateway(ec2)
    (table,) = ec2.describe_route_tables(Filters=_filters(vpc_id=vpc))["RouteTables"]
    route = {"RouteTableId": table["RouteTableId"], "DestinationCidrBlock": "10.9.0.0/16", "TransitGatewayId": gateway}
    with refused("InvalidTransitGatewayID.NotFound"):
        ec2.create_route(**route)
    attachment = _attach(ec2, gateway, vpc)
    ec2.create_route(**route)

    def shown() -> dict[str, Any]:
        (again,) = ec2.describe_route_tables(RouteTableIds=[table["RouteTableId"]])["RouteTables"]
        return dict(again["Routes"][-1])

    assert (shown()["TransitGatewayId"], shown()["State"]) == (gateway, "active")
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    assert shown()["State"] == "blackhole"


def test_a_route_over_a_gateway_of_another_account(ec2: Any, neighbour: Any, theirs: str) -> None:
    gateway = _gateway(ec2, AutoAcceptSharedAttachments="enable")
    _attach(neighbour, gateway, theirs)
    (table,) = neighbour.describe_route_tables(Filters=_filters(vpc_id=theirs))["RouteTables"]
    neighbour.create_route(
        RouteTableId=table["RouteTableId"], DestinationCidrBlock="10.0.0.0/16", TransitGatewayId=gateway
    )
    (again,) = neighbour.describe_route_tables(RouteTableIds=[table["RouteTableId"]])["RouteTables"]
    assert (again["Routes"][-1]["TransitGatewayId"], again["Routes"][-1]["State"]) == (gateway, "active")


def _authorize(ec2: Any, group: str, other: str, owner: str = _US, egress: bool = False) -> dict[str, Any]:
    item = permission() | {"UserIdGroupPairs": [{"GroupId": other, "UserId": owner}]}
    call = ec2.authorize_security_group_egress if egress else ec2.authorize_security_group_ingress
    (made,) = call(GroupId=group, IpPermissions=[item])["SecurityGroupRules"]
    return dict(made["ReferencedGroupInfo"])


def _pair(ec2: Any, group_id: str) -> dict[str, Any]:
    """The only group pair of a group, which both describe calls show alike."""
    (group,) = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    (pair,) = group["IpPermissions"][0]["UserIdGroupPairs"]
    (rule,) = ingress(ec2, group_id)
    assert rule["ReferencedGroupInfo"] == pair
    return dict(pair)


def test_an_inbound_rule_may_name_a_group_over_it(
    ec2: Any, vpc: str, far: str, cache: str, make_group: MakeGroup
) -> None:
    stranger = make_group("stranger", far)
    gateway = _gateway(ec2)
    for each in (vpc, far):
        _attach(ec2, gateway, each)
    assert _authorize(ec2, cache, stranger) == {"GroupId": stranger, "UserId": _US}
    assert _pair(ec2, cache) == {"GroupId": stranger}  # the owner goes missing here
    with refused("InvalidGroup.NotFound") as refusal:
        _authorize(ec2, cache, stranger, egress=True)
    assert refusal.message == "You have specified two resources that belong to different networks."
    with refused("InvalidPermission.Duplicate"):
        _authorize(ec2, cache, stranger)
    references = ec2.describe_security_group_references(GroupId=[stranger])["SecurityGroupReferenceSet"]
    assert references == [{"GroupId": stranger, "ReferencingVpcId": vpc, "TransitGatewayId": gateway}]
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    ec2.revoke_security_group_ingress(GroupId=cache, IpPermissions=group["IpPermissions"])
    assert ingress(ec2, cache) == []


def test_a_group_of_another_account(
    ec2: Any, neighbour: Any, vpc: str, theirs: str, cache: str, make_group: MakeGroup
) -> None:
    stranger = make_group("stranger", theirs, neighbour)
    gateway = _gateway(ec2)
    _attach(ec2, gateway, vpc)
    attachment = _attach(neighbour, gateway, theirs)
    with refused("InvalidGroup.NotFound"):  # it has to be accepted first
        _authorize(ec2, cache, stranger, _OTHER)
    ec2.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    assert _authorize(ec2, cache, stranger, _OTHER)["UserId"] == _OTHER
    assert _pair(ec2, cache) == {"GroupId": stranger}
    _authorize(neighbour, stranger, cache, _US)  # and the other way round
    assert _pair(neighbour, stranger) == {"GroupId": cache}


@pytest.mark.parametrize("off", ["gateway", "ours", "theirs"])
def test_references_must_be_on_everywhere(
    ec2: Any, vpc: str, far: str, cache: str, make_group: MakeGroup, off: str
) -> None:
    gateway = _gateway(ec2, **(_OFF if off == "gateway" else {}))
    _attach(ec2, gateway, vpc, **(_OFF if off == "ours" else {}))
    _attach(ec2, gateway, far, **(_OFF if off == "theirs" else {}))
    with refused("InvalidGroup.NotFound") as refusal:
        _authorize(ec2, cache, make_group("stranger", far))
    assert refusal.message == "You have specified two resources that belong to different networks."


def test_two_gateways_are_no_path(ec2: Any, vpc: str, far: str, cache: str, make_group: MakeGroup) -> None:
    for each in (vpc, far):
        _attach(ec2, _gateway(ec2), each)
    with refused("InvalidGroup.NotFound"):
        _authorize(ec2, cache, make_group("stranger", far))


@pytest.mark.parametrize("end", ["attachment", "gateway's option", "attachment's option", "group"])
def test_rules_outlive_the_path_and_are_stale(
    ec2: Any, vpc: str, far: str, cache: str, make_group: MakeGroup, end: str
) -> None:
    stranger = make_group("stranger", far)
    gateway = _gateway(ec2)
    _attach(ec2, gateway, vpc)
    attachment = _attach(ec2, gateway, far)
    _authorize(ec2, cache, stranger)
    assert ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"] == []
    if end == "attachment":
        ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    elif end == "gateway's option":
        ec2.modify_transit_gateway(TransitGatewayId=gateway, Options=_OFF)
    elif end == "attachment's option":
        ec2.modify_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment, Options=_OFF)
    else:
        ec2.delete_security_group(GroupId=stranger)
    assert _pair(ec2, cache) == {"GroupId": stranger}
    (stale,) = ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"]
    assert stale["GroupId"] == cache
    assert stale["StaleIpPermissions"][0]["UserIdGroupPairs"] == [{"GroupId": stranger}]
