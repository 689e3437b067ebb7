# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._senders import (
    ADDRESS,
    INSTANCE,
    INTERFACE,
    Sender,
    SenderReference,
    read_sender,
    senders_of,
)

from tests.unit.connections import FAR, interface
from tests.unit.values import PEER_VPC, VPC, missing

LONG = "0123456789abcdef0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i-0123abcd", SenderReference(INSTANCE, "i-0123abcd")),
        (f" i-{LONG}\n", SenderReference(INSTANCE, f"i-{LONG}")),
        (f"eni-{LONG}", SenderReference(INTERFACE, f"eni-{LONG}")),
        ("10.0.0.1", SenderReference(ADDRESS, "10.0.0.1")),
        ("2001:DB8:0::1", SenderReference(ADDRESS, "2001:db8::1")),
    ],
)
def test_a_source_is_an_instance_an_interface_or_an_address(text: str, expected: SenderReference) -> None:
    assert read_sender(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "app-web",
        "i-0123",
        "i-0123ABCD",
        f"i-{LONG}0",
        "sg-0123abcd",
        "10.0.0.0/24",
        "10.0.0.256",
        "i-0123abcd x",
        # It has a meaning on one host only.
        "fe80::1%eth0",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_sender(text)
    assert missing([repr(text), "i-...", "eni-...", "IP address"], caught.value) == []


def told(interface_id: str = "eni-1", *addresses: str, instance_id: str = "", **facts: Any) -> dict[str, Any]:
    """A network interface as EC2 tells it."""
    return {
        "NetworkInterfaceId": interface_id,
        "VpcId": VPC,
        "SubnetId": "subnet-1",
        "Status": "in-use",
        "PrivateIpAddresses": [{"PrivateIpAddress": address} for address in addresses],
        **({"Attachment": {"InstanceId": instance_id}} if instance_id else {}),
        **facts,
    }


def reservation(instance_id: str = "i-1", *interfaces: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """An instance as EC2 tells it."""
    plain = {"InstanceId": instance_id, "State": {"Name": "running"}, "NetworkInterfaces": list(interfaces)}
    return {"Instances": [{**plain, **facts}]}


def senders(
    *references: tuple[str, str],
    reservations: Sequence[dict[str, Any]] = (),
    interfaces: Sequence[dict[str, Any]] = (),
) -> list[Sender]:
    named = [SenderReference(*reference) for reference in references]
    return senders_of(named, iter(reservations), iter(interfaces), "eu-west-1")


def test_an_instance_sends_from_its_interfaces_in_order() -> None:
    second = told("eni-2", "10.0.0.2", Attachment={"DeviceIndex": 1})
    [one] = senders(
        (INSTANCE, "i-1"),
        reservations=[
            reservation("i-1", second, told("eni-1", "10.0.0.1"), Tags=[{"Key": "Name", "Value": "web-1"}]),
            {},
        ],
    )
    assert (one.kind, one.value, one.name, one.state, one.is_windows) == (INSTANCE, "i-1", "web-1", "running", False)
    assert [each.interface_id for each in one.carriers] == ["eni-1", "eni-2"]
    assert {each.instance_id for each in one.carriers} == {"i-1"}
    assert (str(one), str(replace(one, name=""))) == ("web-1 (i-1)", "i-1")


@pytest.mark.parametrize(
    ("facts", "expected"), [({}, False), ({"Platform": "windows"}, True), ({"Platform": "Windows"}, True)]
)
def test_whether_it_runs_windows(facts: dict[str, str], expected: bool) -> None:
    [one] = senders((INSTANCE, "i-1"), reservations=[reservation("i-1", **facts)])
    assert (one.is_windows, one.carriers) == (expected, ())


def test_an_interface_is_as_good_as_its_instance() -> None:
    stopped = reservation(
        "i-1", State={"Name": "stopped"}, Platform="windows", Tags=[{"Key": "Name", "Value": "web-1"}]
    )
    attached, unread, free, managed = senders(
        (INTERFACE, "eni-1"),
        (INTERFACE, "eni-2"),
        (INTERFACE, "eni-3"),
        (INTERFACE, "eni-4"),
        reservations=[stopped],
        interfaces=[
            told("eni-1", instance_id="i-1"),
            told("eni-2", instance_id="i-2"),
            told("eni-3", Status="available"),
            # Such as that of a function.
            told("eni-4", Attachment={"InstanceOwnerId": "amazon-aws"}),
        ],
    )
    assert (attached.state, attached.name, attached.is_windows) == ("stopped", "web-1", True)
    # Of an instance that could not be read it is not known whether it runs.
    assert (unread.state, unread.name, unread.is_windows) == ("", "", None)
    assert (free.state, managed.state, managed.is_windows) == ("available", "in-use", None)
    assert {each.kind for each in (attached, unread, free, managed)} == {INTERFACE}


def test_an_address_that_one_interface_has_stands_for_it() -> None:
    [one] = senders(
        (ADDRESS, "10.0.0.2"),
        reservations=[reservation("i-1", State={"Name": "stopped"})],
        interfaces=[told("eni-1", "10.0.0.1", "10.0.0.2", instance_id="i-1"), told("eni-2", "10.0.0.3")],
    )
    assert (one.kind, one.value, one.state, one.is_outside) == (ADDRESS, "10.0.0.2", "stopped", False)
    # It sends from this address alone.
    assert [(each.interface_id, each.addresses) for each in one.carriers] == [("eni-1", ("10.0.0.2",))]


def test_an_address_that_no_interface_has_is_outside() -> None:
    [one] = senders((ADDRESS, "203.0.113.7"), interfaces=[told("eni-1", "10.0.0.1")])
    assert (one.is_outside, one.state, one.carriers) == (True, "", ())
    assert one.seen_from(VPC) == one


def test_which_of_several_vpcs_an_address_is_in_depends_on_the_cache() -> None:
    [one] = senders(
        (ADDRESS, "10.0.0.1"),
        interfaces=[told("eni-1", "10.0.0.1"), told("eni-2", "10.0.0.1", VpcId=PEER_VPC)],
    )
    assert [len(each.carriers) for each in (one, one.seen_from(VPC), one.seen_from("vpc-3"))] == [0, 1, 0]
    assert one.seen_from(PEER_VPC).carriers[0].interface_id == "eni-2"


def test_an_address_in_several_vpcs_is_as_good_as_the_instance_that_has_it() -> None:
    near, far = told("eni-1", "10.0.0.1", instance_id="i-1"), told("eni-2", "10.0.0.1", VpcId=PEER_VPC)
    stopped = reservation("i-1", State={"Name": "stopped"}, Platform="windows")
    [one] = senders((ADDRESS, "10.0.0.1"), reservations=[stopped], interfaces=[near, far])
    assert (one.seen_from(VPC).state, one.seen_from(VPC).is_windows) == ("stopped", True)
    assert one.seen_from(PEER_VPC).state == "in-use"


@pytest.mark.parametrize("carriers", [(), (interface(1),), (interface(1), interface(2, FAR))])
def test_what_is_no_address_is_seen_alike_from_everywhere(carriers: tuple[Carrier, ...]) -> None:
    one = Sender(INSTANCE, "i-1", carriers=carriers)
    assert one.seen_from(PEER_VPC) == one.seen_from(None) == one


def test_what_is_not_there_is_refused_all_at_once() -> None:
    with pytest.raises(InvalidGrantError) as caught:
        senders((INSTANCE, "i-1"), (INTERFACE, "eni-9"), (INSTANCE, "i-2"), reservations=[reservation("i-1")])
    first, second = str(caught.value).splitlines()
    assert missing(["'eni-9'", "no such network interface", "eu-west-1"], first) == []
    assert missing(["'i-2'", "no such instance", "eu-west-1"], second) == []
