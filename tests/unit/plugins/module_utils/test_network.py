# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of
from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import GatewayRoute, GatewayTable
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._routes import Route

from tests.unit.connections import APPS, CACHES, FAR, acl, allow, network, table
from tests.unit.values import OFFICES, rule

OWN = table(Route("10.0.0.0/16", "local"), table_id="rtb-own", is_main=False)


def test_a_subnet_has_its_own_route_table_or_else_the_main_one_of_its_vpc() -> None:
    read = network(OWN, table_of={CACHES.subnet_id: "rtb-own"})
    found = [read.table_of_subnet(subnet) for subnet in (CACHES, APPS, FAR)]
    assert [each.table_id if each else None for each in found] == ["rtb-own", "rtb-1", "rtb-2"]


def test_a_table_that_was_not_read_is_not_known() -> None:
    assert network(table_of={APPS.subnet_id: "rtb-hidden"}).table_of_subnet(APPS) is None
    assert Network().table_of_subnet(APPS) is None


def test_the_acl_of_a_subnet() -> None:
    one = acl("acl-1")
    read = network(acls={APPS: one})
    assert read.acl_of_subnet(APPS.subnet_id) == one
    assert read.acl_of_subnet("subnet-hidden") is None
    assert network(acl_of={APPS.subnet_id: "acl-hidden"}).acl_of_subnet(APPS.subnet_id) is None


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(Network(inbound={"sg-1": [rule("10.9.0.0/24")]}), id="an inbound rule"),
        pytest.param(Network(outbound={"sg-1": [rule("10.9.0.0/24")]}), id="an outbound rule"),
        pytest.param(Network(acls={"acl-1": acl("acl-1", [allow(100, "10.9.0.0/24")], [])}), id="what an ACL lets in"),
        pytest.param(Network(acls={"acl-1": acl("acl-1", [], [allow(100, "10.9.0.0/24")])}), id="what one lets out"),
        pytest.param(Network(route_tables={"rtb-1": table(Route("10.9.0.0/24", "pcx-1"))}), id="a route"),
        pytest.param(
            Network(gateway_tables={"tgw-rtb-1": GatewayTable("tgw-rtb-1", (GatewayRoute("10.9.0.0/24", ()),))}),
            id="a route of a transit gateway",
        ),
        pytest.param(Network(entries={OFFICES.list_id: ("10.9.0.0/24",)}), id="a prefix list"),
    ],
)
def test_addresses_are_told_apart_by_everything_that_can_matter(read: Network) -> None:
    inside, beyond = (read.slices.slice_of(address_of(text)) for text in ("10.9.0.9", "10.9.1.9"))
    assert inside != beyond
    assert inside == read.slices.slice_of(address_of("10.9.0.99"))


def test_what_names_no_addresses_tells_none_apart() -> None:
    read = Network(
        inbound={"sg-1": [rule(), rule(OFFICES.list_id)]},
        route_tables={"rtb-1": table(Route(OFFICES.list_id, "pcx-1"))},
    )
    assert read.slices.slice_of(address_of("10.9.0.9")) == read.slices.slice_of(address_of("192.0.2.1"))
