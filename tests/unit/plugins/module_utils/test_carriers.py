# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier, by_group, parse_carriers

from tests.unit.audits import carrier
from tests.unit.values import CARTS, SESSIONS, WEB


def test_interfaces_are_read_whatever_ec2_leaves_out() -> None:
    answers: list[dict[str, Any]] = [
        {
            "NetworkInterfaceId": "eni-1",
            "VpcId": "vpc-1",
            "Status": "in-use",
            "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.1"}, {"PrivateIpAddress": "10.0.0.2"}, {}],
            "Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}],
        },
        {"NetworkInterfaceId": "eni-2"},
    ]
    one, other = parse_carriers(answers)
    assert (one.vpc_id, one.status) == ("vpc-1", "in-use")
    assert one.addresses == ("10.0.0.1", "10.0.0.2", "2001:db8::1")
    assert other == Carrier("eni-2", (), "", False, False, "", "")


def test_what_carries_several_groups_stands_with_each() -> None:
    one, other = carrier(1, groups=(WEB, SESSIONS)), carrier(2, groups=(SESSIONS,))
    found = by_group([one, other])
    assert found == {WEB.group_id: [one], SESSIONS.group_id: [one, other]}
    assert CARTS.group_id not in found
