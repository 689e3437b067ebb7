# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Network interfaces and instances, and the groups they carry."""

from __future__ import annotations

from typing import Any

import pytest
from moto.ec2.models import ec2_backends

from tests.emulator.tests.conftest import ACCOUNT, REGION
from tests.emulator.tests.ec2.conftest import MakeGroup, make_vpc, refused


def _make(ec2: Any, subnet: str, *groups: str, **options: Any) -> str:
    made = ec2.create_network_interface(SubnetId=subnet, Groups=list(groups), **options)["NetworkInterface"]
    return str(made["NetworkInterfaceId"])


def _find(ec2: Any, **filters: list[str]) -> set[str]:
    wanted = [{"Name": name.replace("__", ".").replace("_", "-"), "Values": values} for name, values in filters.items()]
    return {
        found["NetworkInterfaceId"] for found in ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    }


def _groups_of(ec2: Any, interface: str) -> list[str]:
    (found,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    return [group["GroupId"] for group in found["Groups"]]


def _run(ec2: Any, **options: Any) -> dict[str, Any]:
    (made,) = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, **options)["Instances"]
    return dict(made)


def _instance(ec2: Any, instance_id: str) -> dict[str, Any]:
    (reservation,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return dict(reservation["Instances"][0])


def _ids(groups: list[dict[str, str]]) -> list[str]:
    return [group["GroupId"] for group in groups]


def test_no_address_is_given_twice(ec2: Any, subnet: str) -> None:
    """Nor one of the first that AWS keeps for itself; the address of an interface that is deleted is free again."""
    vpc_id = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    block = ec2.associate_vpc_cidr_block(VpcId=vpc_id, CidrBlock="10.99.0.0/24")["CidrBlockAssociation"]["CidrBlock"]
    narrow = ec2.create_subnet(VpcId=vpc_id, CidrBlock=block.replace("/24", "/28"))["Subnet"]["SubnetId"]
    made = [ec2.create_network_interface(SubnetId=narrow)["NetworkInterface"] for _nth in range(11)]
    assert {each["PrivateIpAddress"] for each in made} == {f"10.99.0.{last}" for last in range(4, 15)}
    ec2.delete_network_interface(NetworkInterfaceId=made[5]["NetworkInterfaceId"])
    again = ec2.create_network_interface(SubnetId=narrow)["NetworkInterface"]
    assert again["PrivateIpAddress"] == made[5]["PrivateIpAddress"]


def test_an_address_that_a_request_names_is_one_of_the_subnet_that_nobody_has(ec2: Any, subnet: str) -> None:
    vpc_id = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    block = ec2.associate_vpc_cidr_block(VpcId=vpc_id, CidrBlock="10.99.0.0/28")["CidrBlockAssociation"]["CidrBlock"]
    narrow = ec2.create_subnet(VpcId=vpc_id, CidrBlock=block)["Subnet"]["SubnetId"]
    two = [{"PrivateIpAddress": "10.99.0.5", "Primary": True}, {"PrivateIpAddress": "10.99.0.6", "Primary": False}]
    ec2.create_network_interface(SubnetId=narrow, PrivateIpAddress="10.99.0.4")
    several = ec2.create_network_interface(SubnetId=narrow, PrivateIpAddresses=two)["NetworkInterface"]
    chosen = ec2.create_network_interface(SubnetId=narrow)["NetworkInterface"]
    assert chosen["PrivateIpAddress"] == "10.99.0.7"
    for address in ("10.99.0.4", "10.99.0.6", "10.99.0.7"):
        with refused("InvalidIPAddress.InUse"):
            ec2.create_network_interface(SubnetId=narrow, PrivateIpAddress=address)
        with refused("InvalidIPAddress.InUse"):
            _run(ec2, SubnetId=narrow, PrivateIpAddress=address)
    for address in ("10.99.0.3", "10.99.0.15", "10.20.1.9"):
        with refused("InvalidParameterValue"):
            ec2.create_network_interface(SubnetId=narrow, PrivateIpAddress=address)
    ec2.delete_network_interface(NetworkInterfaceId=several["NetworkInterfaceId"])
    ec2.create_network_interface(SubnetId=narrow, PrivateIpAddress="10.99.0.6")


def test_filters(ec2: Any, subnet: str, cache: str, app: str, make_group: MakeGroup) -> None:
    both = _make(ec2, subnet, cache, app, Description="ElastiCache sessions-001")
    one = _make(ec2, subnet, cache, Description="ElastiCache carts-001")
    other = _make(ec2, subnet, make_group("other"))
    assert _find(ec2, group_id=[cache]) == {both, one}
    assert _find(ec2, group_id=[app, cache]) == {both, one}  # either, not exactly these
    assert _find(ec2, group_id=[app, "sg-0123456789abcdef0"]) == {both}
    assert _find(ec2, group_name=["other"]) == {other}
    assert _find(ec2, description=["ElastiCache *"]) == {both, one}
    assert _find(ec2, description=["ElastiCache carts-001", "ElastiCache sessions-00?"]) == {both, one}
    assert _find(ec2, subnet_id=[subnet], requester_id=["amazon-elasticache"]) == set()
    assert _find(ec2, status=["available"], interface_type=["interface"]) >= {both, one, other}
    (found,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[one])["NetworkInterfaces"]
    assert _find(ec2, private_ip_address=[found["PrivateIpAddress"]]) == {one}
    assert _find(ec2, requester_id=[found["RequesterId"]]) >= {one}


@pytest.mark.usefixtures("vpc")
def test_managed_resources_may_be_asked_for(ec2: Any, subnet: str, cache: str) -> None:
    interface = _make(ec2, subnet, cache)
    found = ec2.describe_network_interfaces(IncludeManagedResources=True)["NetworkInterfaces"]
    assert [item["NetworkInterfaceId"] for item in found] == [interface]


def test_pages(ec2: Any, subnet: str, cache: str) -> None:
    made = {_make(ec2, subnet, cache) for _number in range(7)}
    pages = ec2.get_paginator("describe_network_interfaces").paginate(PaginationConfig={"PageSize": 5})
    found = [[item["NetworkInterfaceId"] for item in page["NetworkInterfaces"]] for page in pages]
    assert [len(page) for page in found] == [5, 2]
    assert {name for page in found for name in page} == made


def test_groups_must_exist_in_the_same_vpc(ec2: Any, subnet: str, make_group: MakeGroup) -> None:
    missing = "sg-0123456789abcdef0"
    with refused("InvalidGroup.NotFound") as refusal:
        _make(ec2, subnet, missing)
    assert refusal.message == f"The security group '{missing}' does not exist"
    stranger = make_group("stranger", make_vpc(ec2, "10.9.0.0/16"))
    with refused("InvalidGroup.NotFound") as refusal:
        _make(ec2, subnet, stranger)
    assert refusal.message == "You have specified two resources that belong to different networks."
    with refused("InvalidGroup.NotFound"):
        _run(ec2, SubnetId=subnet, SecurityGroupIds=[stranger])
    assert _find(ec2) == set()


def test_without_groups_it_is_the_default_one(ec2: Any, subnet: str) -> None:
    (group,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[_make(ec2, subnet)])["NetworkInterfaces"][0][
        "Groups"
    ]
    assert group["GroupName"] == "default"


def test_five_groups_and_no_more(ec2: Any, subnet: str, make_group: MakeGroup) -> None:
    groups = [make_group(f"group-{number}") for number in range(6)]
    _make(ec2, subnet, *groups[:5])
    with refused("SecurityGroupsPerInterfaceLimitExceeded"):
        _make(ec2, subnet, *groups)


def test_groups_are_replaced_as_a_whole(ec2: Any, subnet: str, cache: str, app: str) -> None:
    interface = _make(ec2, subnet, cache)
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[app])
    assert _groups_of(ec2, interface) == [app]
    with refused("InvalidGroup.NotFound"):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=["sg-0123456789abcdef0"])
    with refused("InvalidNetworkInterfaceID.NotFound"):
        ec2.modify_network_interface_attribute(NetworkInterfaceId="eni-0123456789abcdef0", Groups=[app])


def test_an_instance_shows_the_groups_of_its_primary_interface(ec2: Any, subnet: str, cache: str, app: str) -> None:
    made = _run(
        ec2,
        NetworkInterfaces=[
            {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [app]},
            {"DeviceIndex": 1, "SubnetId": subnet, "Groups": [cache]},
        ],
    )
    shown = _instance(ec2, made["InstanceId"])
    assert _ids(shown["SecurityGroups"]) == [app]
    assert [_ids(item["Groups"]) for item in shown["NetworkInterfaces"]] == [[app], [cache]]


def test_an_interface_made_before(ec2: Any, vpc: str, subnet: str, app: str) -> None:
    interface = _make(ec2, subnet, app)
    made = _run(ec2, NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": interface}])
    shown = _instance(ec2, made["InstanceId"])
    assert (_ids(shown["SecurityGroups"]), shown["VpcId"], shown["SubnetId"]) == ([app], vpc, subnet)
    with refused("InvalidParameterValue"):
        ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    assert _find(ec2, status=["available"]) == {interface}  # it was there before, and it stays


def test_instance_and_interface_stay_in_step(ec2: Any, subnet: str, cache: str, app: str) -> None:
    made = _run(ec2, SubnetId=subnet, SecurityGroupIds=[app])
    instance_id, interface = made["InstanceId"], made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    ec2.modify_instance_attribute(InstanceId=instance_id, Groups=[cache, app])
    assert _groups_of(ec2, interface) == [cache, app]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[cache])
    assert _ids(_instance(ec2, instance_id)["SecurityGroups"]) == [cache]
    with refused("InvalidGroup.NotFound"):
        ec2.modify_instance_attribute(InstanceId=instance_id, Groups=["sg-0123456789abcdef0"])


def test_what_a_service_attached_stays(ec2: Any, subnet: str, cache: str) -> None:
    interface = _make(ec2, subnet, cache)
    kept = ec2_backends[ACCOUNT][REGION].enis[interface]
    kept.requester_managed, kept.attachment_id = True, "ela-attach-0123456789abcdef0"
    with refused("OperationNotPermitted") as refusal:
        ec2.detach_network_interface(AttachmentId=kept.attachment_id)
    assert refusal.message == "You are not allowed to manage 'ela-attach' attachments"
    with refused("InvalidParameterValue"):
        ec2.delete_network_interface(NetworkInterfaceId=interface)


def test_with_two_interfaces_one_has_to_be_named(ec2: Any, subnet: str, cache: str, app: str) -> None:
    made = _run(ec2, SubnetId=subnet, SecurityGroupIds=[app])
    second = _make(ec2, subnet, cache)
    ec2.attach_network_interface(NetworkInterfaceId=second, InstanceId=made["InstanceId"], DeviceIndex=1)
    assert _ids(_instance(ec2, made["InstanceId"])["SecurityGroups"]) == [app]
    assert _groups_of(ec2, second) == [cache]
    with refused("InvalidInstanceID"):
        ec2.modify_instance_attribute(InstanceId=made["InstanceId"], Groups=[cache])


def test_finding_instances(ec2: Any, vpc: str, subnet: str, cache: str, app: str) -> None:
    first = _run(
        ec2,
        NetworkInterfaces=[
            {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [app]},
            {"DeviceIndex": 1, "SubnetId": subnet, "Groups": [cache]},
        ],
    )["InstanceId"]
    second = _run(ec2, SubnetId=subnet, SecurityGroupIds=[app])["InstanceId"]
    elsewhere = _run(ec2)["InstanceId"]

    def found(**filters: list[str]) -> set[str]:
        names = {name.replace("__", ".").replace("_", "-"): values for name, values in filters.items()}
        wanted = [{"Name": name, "Values": values} for name, values in names.items()]
        answer = ec2.describe_instances(Filters=wanted)
        return {item["InstanceId"] for reservation in answer["Reservations"] for item in reservation["Instances"]}

    assert found(instance__group_id=[app]) == {first, second}
    assert found(instance__group_id=[cache]) == set()
    assert found(network_interface__group_id=[cache, "sg-0123456789abcdef0"]) == {first}
    assert found(network_interface__subnet_id=[subnet]) == {first, second}
    assert found(network_interface__vpc_id=[vpc]) == {first, second}
    assert found(vpc_id=[vpc], subnet_id=[subnet]) == {first, second}
    assert found(instance_state_name=["running"]) == {first, second, elsewhere}
    assert found(instance_id=[second, elsewhere]) == {second, elsewhere}
    ec2.terminate_instances(InstanceIds=[second])
    assert found(instance__group_id=[app]) == {first}
    assert found(instance_state_name=["terminated"]) == {second}


def test_pages_of_instances(ec2: Any) -> None:
    made = {_run(ec2)["InstanceId"] for _number in range(6)}
    pages = ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5})
    found = [[item["Instances"][0]["InstanceId"] for item in page["Reservations"]] for page in pages]
    assert [len(page) for page in found] == [5, 1]
    assert {name for page in found for name in page} == made
    with refused("InvalidParameterCombination"):
        ec2.describe_instances(InstanceIds=sorted(made), MaxResults=5)


def test_images_are_there_when_they_are_asked_for(ec2: Any) -> None:
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["amzn2-ami-*"]}])["Images"][0]
    (made,) = ec2.run_instances(ImageId=image["ImageId"], MinCount=1, MaxCount=1)["Instances"]
    assert made["Architecture"] == image["Architecture"]


def test_groups_and_interfaces_exclude_each_other(ec2: Any, subnet: str, app: str) -> None:
    with refused("InvalidParameterCombination"):
        _run(ec2, SecurityGroupIds=[app], NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": subnet}])


def test_a_stopped_instance_keeps_what_it_carries(ec2: Any, subnet: str, cache: str, app: str) -> None:
    made = _run(
        ec2,
        NetworkInterfaces=[
            {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [app]},
            {"DeviceIndex": 1, "SubnetId": subnet, "Groups": [cache]},
        ],
    )
    ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    shown = _instance(ec2, made["InstanceId"])
    assert (shown["State"]["Name"], _ids(shown["SecurityGroups"])) == ("stopped", [app])
    assert [_ids(item["Groups"]) for item in shown["NetworkInterfaces"]] == [[app], [cache]]
    second = shown["NetworkInterfaces"][1]["NetworkInterfaceId"]
    assert _find(ec2, attachment__instance_id=[made["InstanceId"]], group_id=[cache]) == {second}
    # The groups of an interface can change at any time; those of a further one are not the instance's.
    ec2.modify_network_interface_attribute(NetworkInterfaceId=second, Groups=[app, cache])
    shown = _instance(ec2, made["InstanceId"])
    assert _ids(shown["SecurityGroups"]) == [app]
    assert [_ids(item["Groups"]) for item in shown["NetworkInterfaces"]] == [[app], [app, cache]]


def test_an_ended_instance_carries_nothing(ec2: Any, subnet: str, app: str) -> None:
    made = _run(ec2, SubnetId=subnet, SecurityGroupIds=[app])
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    shown = _instance(ec2, made["InstanceId"])
    assert (shown["SecurityGroups"], shown["NetworkInterfaces"]) == ([], [])
    assert _find(ec2) == set()
