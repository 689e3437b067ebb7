# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network ACLs: their entries, and which subnet has which."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.tests.ec2.conftest import filters, make_subnet, make_vpc, refused

_ALLOW = {"Protocol": "6", "RuleAction": "allow", "PortRange": {"From": 6379, "To": 6380}}


@pytest.fixture
def acl(ec2: Any, vpc: str) -> str:
    """An ACL that is not the default one."""
    return str(ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"])


def _entries(ec2: Any, acl_id: str) -> list[dict[str, Any]]:
    """The entries of an ACL but for those that close it."""
    (shown,) = ec2.describe_network_acls(NetworkAclIds=[acl_id])["NetworkAcls"]
    return [entry for entry in shown["Entries"] if entry["RuleNumber"] < 32767]


def _ids(ec2: Any, **wanted: Any) -> list[str]:
    found = ec2.describe_network_acls(Filters=filters(**wanted))["NetworkAcls"]
    return [each["NetworkAclId"] for each in found]


def test_both_directions_have_numbers_of_their_own(ec2: Any, acl: str) -> None:
    create = ec2.create_network_acl_entry
    create(NetworkAclId=acl, RuleNumber=100, Egress=False, CidrBlock="10.0.0.7/8", **_ALLOW)
    create(NetworkAclId=acl, RuleNumber=100, Egress=True, Ipv6CidrBlock="2001:DB8::/32", **_ALLOW)
    create(
        NetworkAclId=acl,
        RuleNumber=110,
        Egress=True,
        CidrBlock="0.0.0.0/0",
        Protocol="icmp",
        RuleAction="deny",
        IcmpTypeCode={"Type": 8, "Code": -1},
    )
    create(NetworkAclId=acl, RuleNumber=90, Egress=False, Ipv6CidrBlock="::/0", Protocol="-1", RuleAction="deny")
    egress: dict[str, Any] = {"Egress": True, "RuleNumber": 100, "Ipv6CidrBlock": "2001:db8::/32", **_ALLOW}
    assert _entries(ec2, acl) == [
        egress,
        {
            "Egress": True,
            "RuleNumber": 110,
            "CidrBlock": "0.0.0.0/0",
            "Protocol": "1",
            "RuleAction": "deny",
            "IcmpTypeCode": {"Type": 8, "Code": -1},
        },
        {"Egress": False, "RuleNumber": 90, "Ipv6CidrBlock": "::/0", "Protocol": "-1", "RuleAction": "deny"},
        {"Egress": False, "RuleNumber": 100, "CidrBlock": "10.0.0.0/8", **_ALLOW},
    ]
    with refused("NetworkAclEntryAlreadyExists"):  # both families share the numbers
        create(NetworkAclId=acl, RuleNumber=100, Egress=False, Ipv6CidrBlock="::/0", **_ALLOW)
    deny = {"Protocol": "17", "RuleAction": "deny", "PortRange": {"From": 53, "To": 53}}
    ec2.replace_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=False, Ipv6CidrBlock="::/0", **deny)
    replaced = {"Egress": False, "RuleNumber": 100, "Ipv6CidrBlock": "::/0", **deny}
    assert [entry for entry in _entries(ec2, acl) if entry["RuleNumber"] == 100] == [egress, replaced]
    ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=True)
    assert [entry for entry in _entries(ec2, acl) if entry["RuleNumber"] == 100] == [replaced]


def test_entries_that_are_refused(ec2: Any, acl: str) -> None:
    entry: dict[str, Any] = {
        "NetworkAclId": acl,
        "RuleNumber": 100,
        "Egress": True,
        "CidrBlock": "10.0.0.0/8",
        **_ALLOW,
    }
    for code, call, request in (
        ("InvalidParameterValue", ec2.create_network_acl_entry, entry | {"RuleNumber": 32767}),
        ("InvalidParameterValue", ec2.create_network_acl_entry, entry | {"RuleNumber": 0}),
        ("InvalidParameterValue", ec2.create_network_acl_entry, entry | {"CidrBlock": "everywhere"}),
        ("MissingParameter", ec2.create_network_acl_entry, entry | {"Ipv6CidrBlock": "::/0"}),
        ("InvalidNetworkAclEntry.NotFound", ec2.replace_network_acl_entry, entry),
        ("InvalidNetworkAclID.NotFound", ec2.create_network_acl_entry, entry | {"NetworkAclId": "acl-0"}),
    ):
        with refused(code):
            call(**request)
    del entry["PortRange"]
    with refused("MissingParameter"):
        ec2.create_network_acl_entry(**entry)
    with refused("InvalidNetworkAclEntry.NotFound"):
        ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=True)
    with refused("InvalidParameterValue"):
        ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=32767, Egress=True)
    assert _entries(ec2, acl) == []


def test_each_subnet_has_one(ec2: Any, vpc: str, acl: str) -> None:
    one, other = (make_subnet(ec2, vpc, f"10.0.{number}.0/24") for number in (1, 2))
    (default,) = _ids(ec2, vpc_id=vpc, default="true")
    assert _ids(ec2, association__subnet_id=[one, other]) == [default]
    (shown,) = ec2.describe_network_acls(NetworkAclIds=[default])["NetworkAcls"]
    associations = {each["SubnetId"]: each["NetworkAclAssociationId"] for each in shown["Associations"]}
    assert set(associations) == {one, other}
    new = ec2.replace_network_acl_association(AssociationId=associations[one], NetworkAclId=acl)["NewAssociationId"]
    (shown,) = ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"]
    assert shown["Associations"] == [{"NetworkAclAssociationId": new, "NetworkAclId": acl, "SubnetId": one}]
    assert _ids(ec2, association__subnet_id=one) == [acl]
    assert _ids(ec2, association__subnet_id=other) == [default]
    with refused("InvalidAssociationID.NotFound"):
        ec2.replace_network_acl_association(AssociationId=associations[one], NetworkAclId=acl)
    far = ec2.create_network_acl(VpcId=make_vpc(ec2, "10.9.0.0/16"))["NetworkAcl"]["NetworkAclId"]
    with refused("InvalidParameterValue"):
        ec2.replace_network_acl_association(AssociationId=new, NetworkAclId=far)
    with refused("DependencyViolation"):
        ec2.delete_network_acl(NetworkAclId=acl)
    with refused("InvalidParameterValue"):
        ec2.delete_network_acl(NetworkAclId=default)


def test_finding_them(ec2: Any, vpc: str, acl: str) -> None:
    (default,) = _ids(ec2, vpc_id=vpc, default="true")
    (far,) = _ids(ec2, vpc_id=make_vpc(ec2, "10.9.0.0/16"))
    assert _ids(ec2, vpc_id=vpc, default="false") == [acl]
    assert _ids(ec2, network_acl_id=[far, acl, "acl-0"]) == [acl, far]
    assert _ids(ec2, network_acl_id=f"{default[:-1]}?") == [default]
    with refused("InvalidParameterValue"):
        _ids(ec2, colour="red")


def test_pages(ec2: Any, vpc: str) -> None:
    for _time in range(6):
        ec2.create_network_acl(VpcId=vpc)
    first = ec2.describe_network_acls(Filters=filters(vpc_id=vpc), MaxResults=5)
    rest = ec2.describe_network_acls(Filters=filters(vpc_id=vpc), MaxResults=5, NextToken=first["NextToken"])
    assert [len(page["NetworkAcls"]) for page in (first, rest)] == [5, 2]
    with refused("InvalidParameterValue"):
        ec2.describe_network_acls(MaxResults=1001)


def test_the_vpc_gets_ipv6_later(ec2: Any, vpc: str, acl: str) -> None:
    changed = make_vpc(ec2, "10.9.0.0/16")
    (default,), (other,) = _ids(ec2, vpc_id=vpc, default="true"), _ids(ec2, vpc_id=changed, default="true")
    ec2.delete_network_acl_entry(NetworkAclId=other, RuleNumber=100, Egress=True)
    for vpc_id in (vpc, changed):
        ec2.associate_vpc_cidr_block(VpcId=vpc_id, AmazonProvidedIpv6CidrBlock=True)

    def numbers(acl_id: str, is_egress: bool) -> list[int]:
        (shown,) = ec2.describe_network_acls(NetworkAclIds=[acl_id])["NetworkAcls"]
        return [entry["RuleNumber"] for entry in shown["Entries"] if entry["Egress"] is is_egress]

    assert numbers(default, False) == numbers(default, True) == [100, 101, 32767, 32768]
    assert numbers(acl, False) == numbers(acl, True) == [32767, 32768]
    assert (numbers(other, False), numbers(other, True)) == ([100, 101, 32767, 32768], [32767, 32768])
