# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._addresses import (
    IPV4,
    IPV6,
    Ranges,
    Slices,
    address_of,
    holds,
    prefix_length,
    span,
    text_of,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "bits", "number"),
    [("0.0.0.0", IPV4, 0), ("10.0.0.1", IPV4, 0x0A000001), ("::1", IPV6, 1), ("2001:db8::", IPV6, 0x20010DB8 << 96)],
)
def test_addresses_are_numbers_and_text_again(text: str, bits: int, number: int) -> None:
    assert address_of(text) == (bits, number)
    assert text_of((bits, number)) == text


@pytest.mark.parametrize("text", ["", "10.0.0", "10.0.0.256", "app-web", "fe80::1%eth0"])
def test_anything_else_is_no_address(text: str) -> None:
    with pytest.raises(OSError, match="illegal IP address"):
        address_of(text)


@pytest.mark.parametrize(
    ("cidr", "first", "last"),
    [
        ("10.0.0.0/24", "10.0.0.0", "10.0.0.255"),
        ("10.0.0.7/32", "10.0.0.7", "10.0.0.7"),
        ("0.0.0.0/0", "0.0.0.0", "255.255.255.255"),
        ("2001:db8::/126", "2001:db8::", "2001:db8::3"),
    ],
)
def test_the_ends_of_ranges(cidr: str, first: str, last: str) -> None:
    assert span(cidr) == (address_of(first), address_of(last))
    assert prefix_length(cidr) == int(cidr.split("/")[1])


@pytest.mark.parametrize(
    ("cidr", "text", "expected"),
    [
        ("10.0.0.0/24", "10.0.0.255", True),
        ("10.0.0.0/24", "10.0.1.0", False),
        ("10.0.0.0/24", "9.255.255.255", False),
        ("0.0.0.0/0", "::1", False),
        ("::/0", "255.255.255.255", False),
        ("::/0", "2001:db8::1", True),
    ],
)
def test_what_lies_within_a_range(cidr: str, text: str, expected: bool) -> None:
    assert holds(cidr, address_of(text)) is expected


def test_slices_part_what_a_range_tells_apart() -> None:
    slices = Slices(["10.0.0.0/25", "10.0.0.0/25"])
    within, beyond, before = (
        slices.slice_of(address_of(text)) for text in ("10.0.0.127", "10.0.0.128", "9.255.255.255")
    )
    assert len({within, beyond, before}) == 3
    assert within == slices.slice_of(address_of("10.0.0.0"))
    assert beyond == slices.slice_of(address_of("255.255.255.255")) != slices.slice_of(address_of("::"))


def test_samples_are_addresses_that_an_interface_can_have() -> None:
    slices = Slices(["10.0.0.0/30", "10.0.0.128/25", "10.0.0.255/32", "0.0.0.0/0", "10.0.1.0/24"])
    assert [text_of(each) for each in slices.samples("10.0.0.0/24")] == ["10.0.0.4", "10.0.0.128"]
    assert [text_of(each) for each in Slices([]).samples("2001:db8::/64")] == ["2001:db8::4"]


@pytest.mark.parametrize(
    ("cidrs", "cidr", "expected"),
    [
        pytest.param([], "10.0.0.0/8", False, id="none"),
        pytest.param(["10.0.1.0/25", "10.0.1.128/25"], "10.0.1.0/24", True, id="two that touch"),
        pytest.param(["10.0.0.0/16", "10.0.1.0/24"], "10.0.2.0/24", True, id="one within another"),
        pytest.param(["10.0.1.0/24", "10.0.3.0/24"], "10.0.0.0/22", False, id="a gap"),
        pytest.param(["255.255.255.255/32", "::/128"], "::/127", False, id="the end of one family and the next"),
        pytest.param(["::/0"], "10.0.0.0/8", False, id="the other family"),
    ],
)
def test_what_ranges_hold_together(cidrs: list[str], cidr: str, expected: bool) -> None:
    assert Ranges(cidrs).hold(cidr) is expected


CIDRS = st.builds(
    lambda number, length: str(ipaddress.ip_network((0x0A000000 + number, length), strict=False)),
    st.integers(0, 15),
    st.integers(28, 32),
)


@given(st.lists(CIDRS, max_size=6), CIDRS)
def test_ranges_hold_what_holds_each_address(cidrs: list[str], cidr: str) -> None:
    each = [address_of(str(address)) for address in ipaddress.ip_network(cidr)]
    assert Ranges(cidrs).hold(cidr) is all(any(holds(other, address) for other in cidrs) for address in each)


def test_of_which_families_there_are_ranges() -> None:
    assert Ranges([]).families == set()
    assert Ranges(["10.0.0.0/8", "::/0"]).families == {IPV4, IPV6}
