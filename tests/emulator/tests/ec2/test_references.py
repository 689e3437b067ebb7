# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Groups as sources: which VPC's and whose may be named, and what happens when the path or the group goes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.conftest import ClientFactory
from tests.emulator.tests.ec2.conftest import MakeGroup, ingress, make_peering, make_vpc, permission, refused

_OTHER = "210987654321"


def _pair(ec2: Any, group_id: str) -> dict[str, Any]:
    """The only group pair of a group, which both describe calls must show alike."""
    (group,) = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    (pair,) = group["IpPermissions"][0]["UserIdGroupPairs"]
    (rule,) = ingress(ec2, group_id)
    assert rule.get("Description") == pair.pop("Description", None)
    assert rule["ReferencedGroupInfo"] == pair
    return dict(pair)


@pytest.fixture
def far(ec2: Any) -> str:
    """Another VPC."""
    return make_vpc(ec2, "10.9.0.0/16")


def test_another_vpc_without_a_path(ec2: Any, cache: str, far: str, make_group: MakeGroup) -> None:
    stranger = make_group("stranger", far)
    with refused("InvalidGroup.NotFound") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(stranger,))])
    assert refusal.message == "You have specified two resources that belong to different networks."


def test_a_peering_must_be_active(ec2: Any, vpc: str, cache: str, far: str, make_group: MakeGroup) -> None:
    stranger = make_group("stranger", far)
    ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=far)
    with refused("InvalidGroup.NotFound"):
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(stranger,))])


@pytest.mark.parametrize("asked_by_peer", [False, True])
def test_a_peered_vpc_of_the_same_account(
    ec2: Any, vpc: str, cache: str, far: str, make_group: MakeGroup, asked_by_peer: bool
) -> None:
    stranger = make_group("stranger", far)
    peering = make_peering(ec2, *((far, vpc) if asked_by_peer else (vpc, far)))
    made = ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(stranger,))])
    expected = {
        "GroupId": stranger,
        "UserId": "123456789012",
        "VpcId": far,
        "VpcPeeringConnectionId": peering,
        "PeeringStatus": "active",
    }
    assert made["SecurityGroupRules"][0]["ReferencedGroupInfo"] == expected
    assert _pair(ec2, cache) == expected


def test_a_peered_vpc_of_another_account(ec2: Any, neighbour: Any, vpc: str, cache: str, make_group: MakeGroup) -> None:
    theirs = make_vpc(neighbour, "10.9.0.0/16")
    stranger = make_group("stranger", theirs, neighbour)
    peering = make_peering(ec2, vpc, theirs, neighbour, PeerOwnerId=_OTHER)
    with refused("InvalidGroup.NotFound"):  # without the owner it is looked for at home
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(stranger,))])
    item = permission() | {"UserIdGroupPairs": [{"GroupId": stranger, "UserId": _OTHER, "Description": "Theirs"}]}
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[item])
    # Across accounts the peer's VPC is not shown.
    assert _pair(ec2, cache) == {
        "GroupId": stranger,
        "UserId": _OTHER,
        "VpcPeeringConnectionId": peering,
        "PeeringStatus": "active",
    }
    again = permission(groups=(stranger,))
    again["UserIdGroupPairs"][0]["UserId"] = _OTHER
    with refused("InvalidPermission.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[again])


def test_another_account_without_a_peering(ec2: Any, neighbour: Any, cache: str, make_group: MakeGroup) -> None:
    stranger = make_group("stranger", make_vpc(neighbour), neighbour)
    item = permission() | {"UserIdGroupPairs": [{"GroupId": stranger, "UserId": _OTHER}]}
    with refused("InvalidGroup.NotFound") as refusal:
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[item])
    assert "different networks" in refusal.message


def test_a_group_of_another_region(
    client: ClientFactory, ec2: Any, vpc: str, cache: str, make_group: MakeGroup
) -> None:
    overseas = client("ec2", region="us-east-1")
    theirs = make_vpc(overseas, "10.9.0.0/16")
    stranger = make_group("stranger", theirs, overseas)
    make_peering(ec2, vpc, theirs, overseas, PeerRegion="us-east-1")
    with refused("InvalidGroup.NotFound"):
        ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(stranger,))])


def test_rules_outlive_their_peering_and_are_stale(
    ec2: Any, vpc: str, cache: str, far: str, make_group: MakeGroup
) -> None:
    stranger = make_group("stranger", far)
    peering = make_peering(ec2, vpc, far)
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(stranger,), text="Peer")])
    assert ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"] == []
    references = ec2.describe_security_group_references(GroupId=[stranger])["SecurityGroupReferenceSet"]
    assert references == [{"GroupId": stranger, "ReferencingVpcId": vpc, "VpcPeeringConnectionId": peering}]
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert _pair(ec2, cache)["PeeringStatus"] == "deleted"
    (stale,) = ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"]
    assert (stale["GroupId"], stale["VpcId"]) == (cache, vpc)
    (item,) = stale["StaleIpPermissions"]
    assert item["UserIdGroupPairs"][0]["PeeringStatus"] == "deleted"


def test_a_peers_group_may_be_deleted_and_leaves_the_rule(
    ec2: Any, vpc: str, cache: str, far: str, make_group: MakeGroup
) -> None:
    stranger = make_group("stranger", far)
    make_peering(ec2, vpc, far)
    ec2.authorize_security_group_ingress(GroupId=cache, IpPermissions=[permission(groups=(stranger,))])
    ec2.delete_security_group(GroupId=stranger)
    pair = _pair(ec2, cache)
    assert "UserId" not in pair
    assert pair["PeeringStatus"] == "active"  # the peering still is, although the group is gone
    assert len(ec2.describe_stale_security_groups(VpcId=vpc)["StaleSecurityGroupSet"]) == 1
    # What is stale can still be removed, by the properties that describe gives.
    (group,) = ec2.describe_security_groups(GroupIds=[cache])["SecurityGroups"]
    ec2.revoke_security_group_ingress(GroupId=cache, IpPermissions=group["IpPermissions"])
    assert ingress(ec2, cache) == []
