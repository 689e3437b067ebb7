# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of
from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import (
    Association,
    GatewayRoute,
    GatewayTable,
    parse_associations,
    parse_gateway_table,
)

THERE = address_of("10.1.0.7")
WIDE = GatewayRoute("10.0.0.0/8", ("tgw-attach-1",), is_static=True)
PROPAGATED = GatewayRoute("10.1.0.0/16", ("tgw-attach-2",))
STATIC = GatewayRoute("10.1.0.0/16", ("tgw-attach-3",), is_static=True)
ELSEWHERE = GatewayRoute("10.2.0.0/16", ("tgw-attach-4",))


@pytest.mark.parametrize(
    ("routes", "chosen"),
    [
        ((), None),
        ((ELSEWHERE,), None),
        ((WIDE, ELSEWHERE), WIDE),
        ((WIDE, PROPAGATED), PROPAGATED),
        ((PROPAGATED, STATIC), STATIC),
        ((STATIC, PROPAGATED), STATIC),
    ],
)
def test_the_longest_prefix_is_taken_and_of_equal_ones_the_static_route(
    routes: tuple[GatewayRoute, ...], chosen: GatewayRoute | None
) -> None:
    assert GatewayTable("tgw-rtb-1", routes).choose(THERE) == chosen


def test_routes_as_ec2_tells_them() -> None:
    answers: list[dict[str, Any]] = [
        {
            "DestinationCidrBlock": "10.1.0.0/16",
            "Type": "propagated",
            "State": "active",
            "TransitGatewayAttachments": [
                {"TransitGatewayAttachmentId": "tgw-attach-1"},
                {"TransitGatewayAttachmentId": "tgw-attach-2"},
            ],
        },
        {"DestinationCidrBlock": "2001:DB8::/32", "Type": "static", "State": "blackhole"},
    ]
    routes = (
        GatewayRoute("10.1.0.0/16", ("tgw-attach-1", "tgw-attach-2")),
        GatewayRoute("2001:db8::/32", (), is_blackhole=True, is_static=True),
    )
    assert parse_gateway_table("tgw-rtb-1", answers, True) == GatewayTable("tgw-rtb-1", routes)
    assert parse_gateway_table("tgw-rtb-1", answers, False) == GatewayTable("tgw-rtb-1", routes, is_complete=False)
    # Where a route by prefix list leads is not told.
    by_list = parse_gateway_table("tgw-rtb-1", iter([*answers, {"PrefixListId": "pl-1"}]), True)
    assert by_list == GatewayTable("tgw-rtb-1", routes, is_complete=False)


def test_associations_as_ec2_tells_them() -> None:
    def attachment(number: int, owner: str = "1", **association: str) -> dict[str, Any]:
        plain = {"TransitGatewayAttachmentId": f"tgw-attach-{number}", "ResourceOwnerId": "1"}
        return {**plain, "TransitGatewayOwnerId": owner, "Association": association or None}

    answers = [
        attachment(1, TransitGatewayRouteTableId="tgw-rtb-1", State="associated"),
        attachment(2, TransitGatewayRouteTableId="tgw-rtb-1", State="disassociating"),
        attachment(3),
        attachment(4, owner="2"),
    ]
    assert parse_associations(answers) == {
        "tgw-attach-1": Association("tgw-rtb-1", True),
        "tgw-attach-2": Association("", True),
        "tgw-attach-3": Association("", True),
        # Of another account's gateway no association is told.
        "tgw-attach-4": Association("", False),
    }
