# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._acls import (
    LAST,
    Acl,
    AclEntry,
    Decision,
    decide,
    parse_acls,
)
from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of

from tests.unit.connections import allow, deny

HERE = address_of("10.0.0.7")


@pytest.mark.parametrize(
    ("entries", "is_allowed"),
    [
        pytest.param([allow(100)], True, id="allowed"),
        pytest.param([deny(90), allow(100)], False, id="the lower number denies"),
        pytest.param([allow(90), deny(100)], True, id="the lower number allows"),
        pytest.param([deny(90, "10.0.0.0/29", (22, 22)), allow(100)], True, id="another port is denied"),
        pytest.param([deny(90, "10.0.0.8/29"), allow(100)], True, id="another address is denied"),
        pytest.param([deny(90, "::/0"), allow(100)], True, id="another family is denied"),
        pytest.param([allow(90, "::/0"), deny(LAST)], False, id="another family is allowed"),
        pytest.param([], False, id="there is no entry"),
    ],
)
def test_the_first_entry_that_fits_decides(entries: list[AclEntry], is_allowed: bool) -> None:
    [decision] = decide(entries, HERE, 6379, 6379)
    assert decision.is_allowed is is_allowed


def test_ports_can_be_decided_by_several_entries() -> None:
    middle, rest, elsewhere = deny(90, ports=(40000, 41000)), allow(100, ports=(0, 50000)), allow(110, "10.1.0.0/16")
    assert decide([middle, rest, elsewhere], HERE, 32768, 60999) == [
        Decision(32768, 39999, rest),
        Decision(40000, 41000, middle),
        Decision(41001, 50000, rest),
        Decision(50001, 60999, None),
    ]


def test_nothing_is_looked_at_once_all_ports_are_decided() -> None:
    first = allow(100)
    assert decide([first, deny(110)], HERE, 1, 2) == [Decision(1, 2, first)]


def test_acls_as_ec2_tells_them() -> None:
    def entry(number: int, is_egress: bool, protocol: str, action: str = "allow", **more: Any) -> dict[str, Any]:
        plain = {"RuleNumber": number, "Egress": is_egress, "Protocol": protocol, "RuleAction": action}
        return {**plain, "CidrBlock": "0.0.0.0/0", **more}

    answers: list[dict[str, Any]] = [
        {
            "NetworkAclId": "acl-1",
            "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}, {}],
            "Entries": [
                entry(LAST, False, "-1", "deny", PortRange={"From": 1, "To": 2}),
                entry(110, False, "6", PortRange={"From": 6379, "To": 6380}),
                entry(100, False, "17", PortRange={"From": 53, "To": 53}),
                entry(120, False, "6", CidrBlock=None, Ipv6CidrBlock="2001:DB8::/32"),
                entry(100, True, "-1"),
                entry(105, True, "1"),
            ],
        },
        {"NetworkAclId": "acl-2"},
    ]
    acls, of_subnet = parse_acls(answers)
    one = acls["acl-1"]
    assert one.entries(is_egress=False) == (
        allow(110, ports=(6379, 6380)),
        allow(120, "2001:db8::/32"),
        deny(LAST),
    )
    assert one.entries(is_egress=True) == (allow(100),)
    # Numbers of entries for other protocols are taken as well.
    assert [set(one.numbers(is_egress)) for is_egress in (False, True)] == [{100, 110, 120, LAST}, {100, 105}]
    assert acls["acl-2"] == Acl("acl-2", (), ())
    assert of_subnet == {"subnet-1": "acl-1", "subnet-2": "acl-1"}


def test_answers_can_be_read_once_alone() -> None:
    acls, of_subnet = parse_acls(iter([{"NetworkAclId": "acl-1", "Associations": [{"SubnetId": "subnet-1"}]}]))
    assert (set(acls), of_subnet) == ({"acl-1"}, {"subnet-1": "acl-1"})


def test_entries_of_ec2_have_no_number_that_people_know() -> None:
    assert [str(deny(number)) for number in (100, LAST - 1, LAST, LAST + 1)] == ["100", "32766", "*", "*"]
