# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import ipaddress

from ansible_collections.elasticache.access.plugins.module_utils._members import Directory, key_of
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.audits import carrier
from tests.unit.values import OFFICES, PEER_VPC, VPC, WEB, source


def test_behind_a_group_is_whatever_carries_it_anywhere() -> None:
    there = [carrier(1), carrier(2, vpc_id=PEER_VPC), carrier(3, groups=())]
    members = Directory(there, {}).members(source(WEB.group_id), VPC)
    assert members is not None
    assert (members.carriers, members.addresses, members.instance_ids) == (tuple(there[:2]), 2, ("i-1", "i-2"))


def test_an_instance_with_two_interfaces_counts_once_and_an_interface_of_nobody_not_at_all() -> None:
    there = [carrier(1), carrier(2, instance_id="i-1"), carrier(3, instance_id="")]
    members = Directory(there, {}).members(source(WEB.group_id), VPC)
    assert members is not None
    assert (len(members.carriers), members.instance_ids) == (3, ("i-1",))


def test_behind_a_range_is_what_has_such_an_address_in_the_vpc_of_the_cache() -> None:
    inside, outside = carrier(1), carrier(2, addresses=("10.0.1.0",))
    elsewhere = carrier(3, vpc_id=PEER_VPC)
    members = Directory([inside, outside, elsewhere], {}).members(source("10.0.0.0/24"), VPC)
    assert members is not None
    assert (members.carriers, members.addresses) == ((inside,), 256)


def test_a_list_stands_for_all_its_ranges_and_an_interface_in_two_of_them_counts_once() -> None:
    twice = carrier(1, addresses=("10.0.0.1", "2001:db8::1"))
    entries = {OFFICES.list_id: ("10.0.0.0/31", "2001:db8::/127")}
    members = Directory([twice], entries).members(source(OFFICES.list_id), VPC)
    assert members is not None
    assert (members.carriers, members.addresses) == ((twice,), 4)


def test_what_a_list_holds_can_be_unknown_and_a_vpc_can_be_empty() -> None:
    directory = Directory([carrier()], {})
    assert directory.members(source(OFFICES.list_id), VPC) is None
    nobody = directory.members(source("10.0.0.0/8"), "vpc-of-nobody")
    assert nobody is not None
    assert (nobody.carriers, nobody.addresses) == ((), 2**24)


def test_they_are_looked_up_once() -> None:
    directory = Directory([carrier()], {})
    assert directory.members(source("10.0.0.0/8"), VPC) is directory.members(source("10.0.0.0/8"), VPC)


def test_a_group_is_called_alike_everywhere_and_a_range_is_not() -> None:
    assert key_of(source(WEB.group_id), VPC) == key_of(source(WEB.group_id), PEER_VPC) == WEB.group_id
    assert key_of(source("10.0.0.0/8"), VPC) == f"{VPC} 10.0.0.0/8"


ADDRESSES = st.one_of(
    st.integers(0, 63).map(lambda number: f"10.0.0.{number}"), st.integers(0, 63).map(lambda n: f"2001:db8::{n:x}")
)
RANGES = st.one_of(
    st.builds(
        lambda a, b: str(ipaddress.ip_network((f"10.0.0.{a}", b), strict=False)), st.integers(0, 63), st.integers(0, 32)
    ),
    st.builds(
        lambda a, b: str(ipaddress.ip_network((f"2001:db8::{a:x}", b), strict=False)),
        st.integers(0, 63),
        st.integers(0, 128),
    ),
)


@given(st.lists(st.lists(ADDRESSES, max_size=3), max_size=8), RANGES)
def test_no_address_is_missed_and_none_is_made_up(addresses: list[list[str]], cidr: str) -> None:
    there = [carrier(number, addresses=tuple(each)) for number, each in enumerate(addresses)]
    members = Directory(there, {}).members(source(cidr), VPC)
    network = ipaddress.ip_network(cidr)
    expected = {each for each in there if any(ipaddress.ip_address(address) in network for address in each.addresses)}
    assert members is not None
    assert set(members.carriers) == expected
    assert len(members.carriers) == len(expected)
    assert members.addresses == network.num_addresses
