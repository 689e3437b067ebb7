# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Instances: what they run, and what they keep while they are stopped."""

from __future__ import annotations

from typing import Any

from tests.emulator.tests.ec2.conftest import filters


def _start(ec2: Any, subnet: str, image: str = "ami-1") -> str:
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)
    return str(made["Instances"][0]["InstanceId"])


def _instance(ec2: Any, instance_id: str) -> dict[str, Any]:
    (reservation,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return dict(reservation["Instances"][0])


def test_only_windows_is_named(ec2: Any, subnet: str) -> None:
    other = _start(ec2, subnet)
    windows = _start(ec2, subnet, "ami-03cf127a")  # nobody has asked for images yet
    assert _instance(ec2, windows)["Platform"] == "windows"
    assert "Platform" not in _instance(ec2, other)
    (reservation,) = ec2.describe_instances(Filters=filters(platform="windows"))["Reservations"]
    assert [each["InstanceId"] for each in reservation["Instances"]] == [windows]
    images = ec2.describe_images(Filters=filters(platform="windows"))["Images"]
    assert "ami-03cf127a" in [image["ImageId"] for image in images]
    assert {image["Platform"] for image in images} == {"windows"}
    linux = next(each for each in ec2.describe_images()["Images"] if "Platform" not in each)["ImageId"]
    assert "Platform" not in _instance(ec2, _start(ec2, subnet, linux))
    assert _instance(ec2, _start(ec2, subnet, "ami-03cf127a"))["Platform"] == "windows"


def test_a_stopped_instance_keeps_its_interfaces(ec2: Any, subnet: str) -> None:
    instance_id = _start(ec2, subnet)
    before = _instance(ec2, instance_id)["NetworkInterfaces"]
    assert before[0]["SubnetId"] == subnet and before[0]["Status"] == "in-use"
    ec2.stop_instances(InstanceIds=[instance_id])
    stopped = _instance(ec2, instance_id)
    assert (stopped["State"], stopped["NetworkInterfaces"]) == ({"Code": 80, "Name": "stopped"}, before)
    (interface,) = ec2.describe_network_interfaces(Filters=filters(attachment__instance_id=instance_id))[
        "NetworkInterfaces"
    ]
    assert interface["Status"] == "in-use"
    ec2.start_instances(InstanceIds=[instance_id])
    started = _instance(ec2, instance_id)
    assert (started["State"], started["NetworkInterfaces"]) == ({"Code": 16, "Name": "running"}, before)


def test_finding_interfaces_by_several_values(ec2: Any, subnet: str) -> None:
    made = [ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"] for _time in range(3)]
    ids, addresses = ([each[key] for each in made] for key in ("NetworkInterfaceId", "PrivateIpAddress"))

    def found(**wanted: Any) -> list[str]:
        shown = ec2.describe_network_interfaces(Filters=filters(**wanted))["NetworkInterfaces"]
        return [each["NetworkInterfaceId"] for each in shown]

    assert found(network_interface_id=[*ids[1:], "eni-0"]) == ids[1:]
    assert found(addresses__private_ip_address=[*addresses[:2], "10.9.9.9"]) == ids[:2]
    (shown,) = ec2.describe_network_interfaces(NetworkInterfaceIds=ids[:1])["NetworkInterfaces"]
    (place,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    assert shown["AvailabilityZone"] == place["AvailabilityZone"]
    assert (shown["SubnetId"], shown["Status"]) == (subnet, "available")
