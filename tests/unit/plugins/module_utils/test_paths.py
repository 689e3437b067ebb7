# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._paths import (
    Attachment,
    FarGroup,
    Links,
    Peering,
    Side,
    check_paths,
    far_groups,
    is_peered,
    parse_attachments,
    parse_peerings,
    parse_referencing,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import SECURITY_GROUP, Source
from ansible_collections.elasticache.access.plugins.module_utils._sources import ResolvedSource
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

from tests.unit.values import OWNER, PEER, PEER_VPC, VPC, missing, source, target

HERE = "eu-west-1"
THIRD_VPC = "vpc-0000000000000a003"

SAME = ResolvedSource(Source(SECURITY_GROUP, "sg-1"), None, "security_group 'app-web'", VPC)
FAR = ResolvedSource(Source(SECURITY_GROUP, "sg-2"), None, "security_group 'sg-2'", PEER_VPC)
FOREIGN = ResolvedSource(Source(SECURITY_GROUP, "sg-3", PEER), None, f"security_group '{PEER}/sg-3'", "")
RANGE = ResolvedSource(source("10.0.0.0/8"), None, "cidr '10.0.0.0/8'", None)


def naming(*sources: ResolvedSource, is_present: bool = True, kind: str = "cluster") -> Target:
    """A grant of these sources on a cache in the VPC."""
    plain = target(is_present=is_present)
    return replace(plain, sources=sources, cache=replace(plain.cache, kind=kind))


def peering(
    status: str = "active", far_vpc: str = PEER_VPC, far_owner: str = OWNER, far_region: str = HERE, number: int = 1
) -> Peering:
    """A peering that the cache's VPC has asked for."""
    return Peering(f"pcx-{number}", status, (Side(VPC, OWNER, HERE), Side(far_vpc, far_owner, far_region)))


def accepted(asked: Peering) -> Peering:
    """The same peering, asked for by the other side."""
    return replace(asked, sides=asked.sides[::-1])


NEAR_END = Attachment("tgw-1", VPC, "available", True)
FAR_END = Attachment("tgw-1", PEER_VPC, "available", True)


def across(*attachments: Attachment, referencing: bool | None = True) -> Links:
    """Transit gateway tgw-1 with these attachments; of a gateway that we do not see nothing is known."""
    return Links(attachments=attachments, referencing={} if referencing is None else {"tgw-1": referencing})


def joined(*peerings: Peering) -> Links:
    return Links(peerings=peerings)


@pytest.mark.parametrize(
    ("wanted", "links"),
    [
        pytest.param(naming(), Links(), id="no source"),
        pytest.param(naming(RANGE), Links(), id="a range needs no link"),
        pytest.param(naming(SAME), Links(), id="a group of the same VPC needs no link"),
        pytest.param(naming(FAR, is_present=False), Links(), id="taking access away needs no link"),
        pytest.param(naming(FAR), joined(peering()), id="an active peering that the cache's VPC asked for"),
        pytest.param(naming(FAR), joined(accepted(peering())), id="an active peering that the other VPC asked for"),
        pytest.param(
            naming(FAR), joined(peering("deleted"), peering(number=2)), id="an active peering beside a deleted one"
        ),
        pytest.param(naming(FAR, kind="serverless"), joined(peering()), id="an active peering and a serverless cache"),
        pytest.param(naming(FAR), joined(peering(far_owner=PEER)), id="a peering with a VPC of another account"),
        pytest.param(
            naming(FOREIGN),
            joined(peering(far_vpc=THIRD_VPC, far_owner=PEER)),
            id="a peering with any VPC of the account, where no more is known of the group",
        ),
        pytest.param(naming(FAR), across(NEAR_END, FAR_END), id="a transit gateway that lets groups be named"),
        pytest.param(naming(FAR), across(FAR_END, NEAR_END), id="the same, told in another order"),
        pytest.param(naming(FOREIGN), across(NEAR_END), id="a gateway whose other attachments we do not see"),
        pytest.param(naming(FAR), across(NEAR_END, FAR_END, referencing=None), id="a gateway that we do not see"),
        pytest.param(
            naming(FAR),
            Links(
                peerings=(peering("pending-acceptance"),), attachments=(NEAR_END, FAR_END), referencing={"tgw-1": True}
            ),
            id="a gateway in place of a peering that is not active",
        ),
        pytest.param(
            naming(FAR),
            Links(
                attachments=(
                    *(replace(end, gateway_id="tgw-0", is_referencing=False) for end in (NEAR_END, FAR_END)),
                    *(NEAR_END, FAR_END),
                ),
                referencing={"tgw-0": True, "tgw-1": True},
            ),
            id="one of two gateways",
        ),
    ],
)
def test_a_group_that_a_rule_can_name(wanted: Target, links: Links) -> None:
    check_paths([wanted], links)


NOTHING = "nothing joins the two: no peering, and no transit gateway that both are attached to"
OFF = "security group referencing over transit gateway tgw-1 is not enabled on"


@pytest.mark.parametrize(
    ("wanted", "links", "reason"),
    [
        pytest.param(FAR, Links(), NOTHING, id="no link"),
        pytest.param(FAR, joined(peering(far_vpc=THIRD_VPC)), NOTHING, id="a peering with a third VPC"),
        pytest.param(
            FAR,
            joined(Peering("pcx-1", "active", (Side(PEER_VPC, OWNER, HERE), Side(THIRD_VPC, OWNER, HERE)))),
            NOTHING,
            id="a peering of the other two",
        ),
        pytest.param(FOREIGN, joined(peering()), NOTHING, id="a peering within our account"),
        pytest.param(
            FAR,
            joined(peering("pending-acceptance")),
            "their peering pcx-1 is pending-acceptance, not active",
            id="a peering that nobody accepted yet",
        ),
        pytest.param(
            FAR, joined(accepted(peering("deleted"))), "their peering pcx-1 is deleted", id="a deleted peering"
        ),
        pytest.param(
            FAR,
            joined(peering(far_region="us-east-1")),
            "their peering pcx-1 joins eu-west-1 and us-east-1, where no rule can name a group of the other",
            id="a peering with another region",
        ),
        pytest.param(
            FAR,
            joined(peering("rejected"), peering(far_region="us-east-1", number=2)),
            "their peering pcx-1 is rejected, not active; their peering pcx-2 joins eu-west-1 and us-east-1",
            id="two peerings, each with its own fault",
        ),
        pytest.param(
            FOREIGN,
            joined(peering("expired", far_owner=PEER)),
            "their peering pcx-1 is expired, not active",
            id="an expired peering with the account",
        ),
        pytest.param(FAR, across(NEAR_END), NOTHING, id="a gateway to which the other VPC is not attached"),
        pytest.param(FAR, across(FAR_END), NOTHING, id="a gateway to which the cache's VPC is not attached"),
        pytest.param(
            FAR, across(NEAR_END, replace(FAR_END, gateway_id="tgw-2")), NOTHING, id="attachments to two gateways"
        ),
        pytest.param(FAR, across(NEAR_END, FAR_END, referencing=False), f"{OFF} the gateway", id="off on the gateway"),
        pytest.param(
            FAR,
            across(replace(NEAR_END, is_referencing=False), FAR_END),
            f"{OFF} the attachment of {VPC}",
            id="off on the attachment of the cache's VPC",
        ),
        pytest.param(
            FAR,
            across(NEAR_END, replace(FAR_END, is_referencing=False)),
            f"{OFF} the attachment of {PEER_VPC}",
            id="off on the attachment of the other VPC",
        ),
        pytest.param(
            FAR,
            across(
                *(replace(end, is_referencing=False) for end in (NEAR_END, FAR_END)),
                referencing=False,
            ),
            f"{OFF} the gateway and the attachment of {VPC} and the attachment of {PEER_VPC}",
            id="off everywhere",
        ),
        pytest.param(
            FOREIGN,
            across(replace(NEAR_END, is_referencing=False)),
            f"{OFF} the attachment of {VPC}",
            id="off on the one attachment that we see",
        ),
        pytest.param(
            FAR,
            across(replace(NEAR_END, state="pending"), FAR_END),
            f"the attachment of {VPC} to transit gateway tgw-1 is pending",
            id="an attachment of the cache's VPC that is not available",
        ),
        pytest.param(
            FAR,
            across(NEAR_END, replace(FAR_END, state="pendingAcceptance")),
            f"the attachment of {PEER_VPC} to transit gateway tgw-1 is pendingAcceptance",
            id="an attachment of the other VPC that is not available",
        ),
    ],
)
def test_a_group_that_no_rule_can_name(wanted: ResolvedSource, links: Links, reason: str) -> None:
    where = wanted.vpc_id or f"account {PEER}"
    with pytest.raises(InvalidGrantError) as caught:
        check_paths([naming(SAME, wanted, RANGE)], links)
    assert (
        missing([f"{wanted.text} is in {where}, while cache 'sessions' is in {VPC}", reason, "cidr"], caught.value)
        == []
    )
    assert len(str(caught.value).splitlines()) == 1


def test_no_rule_of_a_serverless_cache_names_a_group_across_a_gateway() -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check_paths([naming(FAR, kind="serverless")], across(NEAR_END, FAR_END))
    assert missing(["transit gateway tgw-1", "serverless"], caught.value) == []


def test_every_group_that_no_rule_can_name_has_its_line() -> None:
    targets = [naming(FAR, FOREIGN), naming(SAME), naming(FAR)]
    with pytest.raises(InvalidGrantError) as caught:
        check_paths(targets, Links())
    first, second = str(caught.value).splitlines()
    assert (missing(["'sg-2'"], first), missing([f"{PEER}/sg-3"], second)) == ([], [])


def test_far_groups_are_those_of_other_vpcs_that_are_to_be_admitted() -> None:
    first, second = naming(SAME, RANGE, FAR), naming(FOREIGN)
    assert list(far_groups([first, naming(FAR, is_present=False), second, naming()])) == [
        (first, VPC, FarGroup(FAR.text, PEER_VPC, "")),
        (second, VPC, FarGroup(FOREIGN.text, "", PEER)),
    ]


@pytest.mark.parametrize(
    ("peerings", "expected"),
    [
        pytest.param([], False, id="none"),
        pytest.param([peering()], True, id="an active one"),
        pytest.param([peering("failed")], False, id="one that failed"),
        pytest.param([peering(far_region="us-east-1")], False, id="one with another region"),
        pytest.param([peering("deleting"), accepted(peering())], True, id="the second of two"),
    ],
)
def test_is_peered(peerings: list[Peering], expected: bool) -> None:
    assert is_peered(VPC, FarGroup(FAR.text, PEER_VPC, ""), peerings) is expected


def test_peerings_as_ec2_tells_them() -> None:
    answers: list[dict[str, Any]] = [
        {
            "VpcPeeringConnectionId": "pcx-1",
            "Status": {"Code": "active", "Message": "Active"},
            "RequesterVpcInfo": {"VpcId": VPC, "OwnerId": OWNER, "Region": HERE, "CidrBlock": "10.0.0.0/16"},
            "AccepterVpcInfo": {"VpcId": PEER_VPC, "OwnerId": PEER, "Region": "us-east-1"},
        },
        # The other side of a peering that is being asked for can be told by halves.
        {"VpcPeeringConnectionId": "pcx-2", "AccepterVpcInfo": {"OwnerId": PEER}},
    ]
    assert parse_peerings(answers) == (
        Peering("pcx-1", "active", (Side(VPC, OWNER, HERE), Side(PEER_VPC, PEER, "us-east-1"))),
        Peering("pcx-2", "unknown", (Side("", "", ""), Side("", PEER, ""))),
    )


def test_attachments_as_ec2_tells_them() -> None:
    answers: list[dict[str, Any]] = [
        {
            "TransitGatewayId": "tgw-1",
            "TransitGatewayAttachmentId": "tgw-attach-1",
            "VpcId": VPC,
            "State": "available",
            "SubnetIds": ["subnet-1", "subnet-2"],
            "Options": {"DnsSupport": "enable", "SecurityGroupReferencingSupport": "enable"},
        },
        {
            "TransitGatewayId": "tgw-1",
            "VpcId": PEER_VPC,
            "State": "pending",
            "Options": {"SecurityGroupReferencingSupport": "disable"},
        },
        {"TransitGatewayId": "tgw-2"},
    ]
    assert parse_attachments(answers) == (
        replace(NEAR_END, attachment_id="tgw-attach-1", subnet_ids=("subnet-1", "subnet-2")),
        Attachment("tgw-1", PEER_VPC, "pending", False),
        Attachment("tgw-2", "", "unknown", False),
    )


def test_gateways_as_ec2_tells_them() -> None:
    answers: list[dict[str, Any]] = [
        {"TransitGatewayId": "tgw-1", "Options": {"SecurityGroupReferencingSupport": "enable"}},
        {"TransitGatewayId": "tgw-2", "Options": {"SecurityGroupReferencingSupport": "disable"}},
        {"TransitGatewayId": "tgw-3", "Options": {}},
        {"TransitGatewayId": "tgw-4"},
    ]
    assert parse_referencing(answers) == {"tgw-1": True, "tgw-2": False, "tgw-3": False, "tgw-4": False}
