# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._flows import End

from tests.unit.connections import APPS, CACHES, NODE, OUTSIDE, SOURCE, end, flow
from tests.unit.values import VPC


def test_an_end_in_a_subnet() -> None:
    assert (SOURCE.vpc_id, SOURCE.subnet_id, SOURCE.bits) == (VPC, APPS.subnet_id, 32)
    assert SOURCE.range == "10.0.1.0/24"
    assert end("2001:db8:0:1::a").range == "2001:db8:0:1::/64"
    # Of a subnet that may not be read the ranges are not known.
    assert end("10.0.9.7", subnet=type(APPS)("subnet-hidden", VPC, "")).range == "10.0.9.7/32"


def test_an_end_outside() -> None:
    assert (OUTSIDE.vpc_id, OUTSIDE.subnet_id, OUTSIDE.range) == ("", "", "203.0.113.7/32")
    assert end("2001:db8::7", None).range == "2001:db8::7/128"


@pytest.mark.parametrize(
    ("source", "node", "expected"),
    [(SOURCE, NODE, False), (end("10.0.2.11", CACHES), NODE, True), (OUTSIDE, NODE, False), (OUTSIDE, OUTSIDE, False)],
)
def test_both_ends_in_one_subnet(source: End, node: End, expected: bool) -> None:
    assert flow(source=source, node=node).is_within_subnet is expected
