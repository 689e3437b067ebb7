# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    ATTACHMENTS,
    GATEWAY_ROUTES,
    PEERINGS,
    VPC_ATTACHMENTS,
)
from ansible_collections.elasticache.access.plugins.module_utils._crossing import NO, YES, Crossing
from ansible_collections.elasticache.access.plugins.module_utils._crossings import across, leading_links
from ansible_collections.elasticache.access.plugins.module_utils._flows import End
from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import (
    Association,
    GatewayRoute,
    GatewayTable,
)
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._paths import Attachment, Links, Peering, Side
from ansible_collections.elasticache.access.plugins.module_utils._routes import Route
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BAD_STATE_ATTACHMENT,
    BAD_STATE_ROUTE,
    BLOCKED,
    LINK,
    NO_ROUTE_TO_DESTINATION,
    OK,
    REPLY,
    UNKNOWN,
)
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

from tests.unit.connections import (
    ATTACHMENT,
    CACHES,
    CACHES_B,
    DOOR,
    FAR_ATTACHMENT,
    FAR_B,
    FAR_DOOR,
    FAR_LOCAL_ROUTES,
    FAR_SOURCE,
    LOCAL_ROUTES,
    NODE,
    OUTSIDE,
    PEERING,
    SESSIONS_CACHE,
    SUBNETS,
    attached,
    command,
    end,
    evidence,
    flow,
    network,
    peered,
    table,
    towards,
)
from tests.unit.connections import (
    GATEWAY_ROUTES as BOTH_WAYS,
)
from tests.unit.values import OWNER, PEER_VPC, SESSIONS, VPC, missing


def crossed(
    over: Network, link_id: str, sender: End = FAR_SOURCE, receiver: End = NODE, kind: str = "cluster"
) -> Crossing:
    """What a link does with what goes from the other VPC to the cache, unless other ends are given."""
    connection = flow(over, cache=replace(SESSIONS_CACHE, kind=kind))
    return across(connection, sender, receiver, link_id)


def linked(*attachments: Attachment) -> Network:
    return network(links=Links(attachments=attachments))


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (network(), []),
        (peered(), ["pcx-1"]),
        (peered(peering=replace(PEERING, status="deleted")), []),
        (peered(peering=replace(PEERING, sides=(PEERING.sides[0], Side("vpc-3", OWNER, "eu-west-1")))), []),
        (linked(ATTACHMENT), []),
        (linked(ATTACHMENT, FAR_ATTACHMENT), ["tgw-1"]),
        (linked(ATTACHMENT, replace(FAR_ATTACHMENT, vpc_id="vpc-3")), []),
        (linked(ATTACHMENT, replace(FAR_ATTACHMENT, state="deleted")), []),
        (linked(ATTACHMENT, replace(FAR_ATTACHMENT, gateway_id="tgw-2")), []),
        (network(links=Links((PEERING,), (ATTACHMENT, FAR_ATTACHMENT))), ["pcx-1", "tgw-1"]),
    ],
)
def test_what_joins_two_vpcs(read: Network, expected: list[str]) -> None:
    assert leading_links(read, VPC, PEER_VPC) == leading_links(read, PEER_VPC, VPC) == expected
    assert leading_links(read, VPC, "") == leading_links(read, "", VPC) == []


@pytest.mark.parametrize(
    "peerings", [(), (replace(PEERING, sides=(PEERING.sides[0], Side("vpc-3", OWNER, "eu-west-1"))),)]
)
def test_nothing_joins_the_two(peerings: tuple[Peering, ...]) -> None:
    found = crossed(network(links=Links(peerings)), "")
    assert (found.verdict, found.code) == (BLOCKED, BAD_STATE_ATTACHMENT)
    assert (found.references_in, found.references_out) == (NO, NO)
    step = found.as_step(REPLY)
    assert (step.hop, step.direction, step.verdict, step.code) == (LINK, REPLY, BLOCKED, BAD_STATE_ATTACHMENT)
    assert missing(["create-vpc-peering-connection", f"--vpc-id {PEER_VPC} --peer-vpc-id {VPC}"], command(step)) == []


@pytest.mark.parametrize("action", [PEERINGS, VPC_ATTACHMENTS])
def test_whether_anything_joins_the_two_is_not_known(action: str) -> None:
    found = crossed(network(denied=frozenset({action})), "")
    assert (found.verdict, found.action) == (UNKNOWN, action)


def test_a_deleted_peering_is_not_all_that_can_join_the_two() -> None:
    deleted = Links(peerings=(replace(PEERING, status="deleted"),))
    found = crossed(network(links=deleted, denied=frozenset({VPC_ATTACHMENTS})), "")
    assert (found.verdict, found.action) == (UNKNOWN, VPC_ATTACHMENTS)


def test_a_gateway_that_waits_for_an_attachment_is_told_of_where_no_route_leads_over_it() -> None:
    found = crossed(linked(ATTACHMENT, replace(FAR_ATTACHMENT, state="pendingAcceptance")), "")
    assert (found.verdict, missing(["tgw-1", "pendingAcceptance"], found.sentence)) == (BLOCKED, [])


def test_an_attachment_without_a_table_is_given_the_default_one() -> None:
    links = Links(attachments=(ATTACHMENT, FAR_ATTACHMENT), default_tables={"tgw-1": "tgw-rtb-1"})
    found = crossed(attached(links=links, associations={"tgw-attach-far": Association("", True)}), "tgw-1")
    words = ["associate-transit-gateway-route-table", "tgw-rtb-1", "tgw-attach-far"]
    assert missing(words, command(found.as_step(REPLY))) == []


def test_a_peering_that_is_active() -> None:
    found = crossed(peered(), "pcx-1")
    assert (found.verdict, evidence(found.as_step(REPLY))) == (OK, ["pcx-1"])
    assert (found.references_in, found.references_out) == (YES, YES)


def test_a_peering_with_another_region_lets_no_group_be_named() -> None:
    sides = (PEERING.sides[0], Side(PEER_VPC, OWNER, "us-east-1"))
    found = crossed(peered(peering=replace(PEERING, sides=sides)), "pcx-1")
    assert (found.verdict, found.references_in, found.references_out) == (OK, NO, NO)
    assert missing(["another region"], found.why_no_references) == []


@pytest.mark.parametrize("link_id", ["pcx-1", ""])
@pytest.mark.parametrize(
    ("status", "is_mended"), [("pending-acceptance", True), ("deleted", False), ("expired", False), ("failed", False)]
)
def test_a_peering_that_is_not_active(status: str, is_mended: bool, link_id: str) -> None:
    found = crossed(peered(peering=replace(PEERING, status=status)), link_id)
    assert (found.verdict, found.code, found.leads_there) == (BLOCKED, BAD_STATE_ATTACHMENT, True)
    assert missing(["pcx-1", status], found.sentence) == []
    accept = "aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id pcx-1"
    assert command(found.as_step(REPLY)) == (accept if is_mended else "")


def test_a_peering_that_leads_elsewhere() -> None:
    elsewhere = replace(PEERING, sides=(PEERING.sides[1], Side("vpc-3", OWNER, "eu-west-1")))
    assert not crossed(peered(peering=elsewhere), "pcx-1").leads_there


@pytest.mark.parametrize(("denied", "action"), [((), ""), ((PEERINGS,), PEERINGS)])
def test_a_peering_that_could_not_be_read(denied: tuple[str, ...], action: str) -> None:
    found = crossed(peered(denied=frozenset(denied)), "pcx-2")
    assert (found.verdict, found.action, evidence(found.as_step(REPLY))) == (UNKNOWN, action, ["pcx-2"])


@pytest.mark.parametrize(
    ("status", "expected"), [("active", (UNKNOWN, "")), ("deleted", (BLOCKED, BAD_STATE_ATTACHMENT))]
)
def test_over_a_peering_to_what_is_outside(status: str, expected: tuple[str, str]) -> None:
    found = crossed(peered(peering=replace(PEERING, status=status)), "pcx-1", NODE, OUTSIDE)
    assert (found.verdict, found.code) == expected
    assert missing(["pcx-1", PEER_VPC], found.sentence) == []


# Over a transit gateway.


def test_a_transit_gateway_to_which_both_are_attached() -> None:
    found = crossed(attached(), "tgw-1")
    assert (found.verdict, found.gateway_id) == (OK, "tgw-1")
    assert evidence(found.as_step(REPLY)) == ["tgw-1", "tgw-attach-far", "tgw-attach-near"]
    # It gets on and off by the interfaces of the attachments.
    assert (found.entered_by, found.left_by) == (FAR_DOOR.subnet_id, (DOOR.subnet_id,))
    assert (found.references_in, found.references_out, found.why_no_references) == (YES, NO, "")


def test_and_back() -> None:
    found = crossed(attached(), "tgw-1", NODE, FAR_SOURCE)
    assert (found.verdict, found.entered_by, found.left_by) == (OK, DOOR.subnet_id, (FAR_DOOR.subnet_id,))


@pytest.mark.parametrize(
    ("attachments", "words"),
    [
        pytest.param((ATTACHMENT,), [PEER_VPC, "not attached"], id="the sender is not attached"),
        pytest.param(
            (ATTACHMENT, replace(FAR_ATTACHMENT, state="pendingAcceptance")),
            ["tgw-attach-far", "pendingAcceptance"],
            id="the sender is not attached yet",
        ),
        pytest.param(
            (replace(ATTACHMENT, state="modifying"), FAR_ATTACHMENT),
            ["tgw-attach-near", "modifying"],
            id="the receiver is not available",
        ),
    ],
)
def test_an_attachment_that_is_not_there(attachments: tuple[Attachment, ...], words: list[str]) -> None:
    found = crossed(attached(attachments=attachments), "tgw-1")
    assert (found.verdict, found.code, missing(words, found.sentence)) == (BLOCKED, BAD_STATE_ATTACHMENT, [])


def test_an_attachment_that_has_ended_does_not_hide_the_one_in_its_place() -> None:
    ended = replace(FAR_ATTACHMENT, state="deleted", attachment_id="tgw-attach-old")
    assert crossed(attached(attachments=(ended, ATTACHMENT, FAR_ATTACHMENT)), "tgw-1").verdict == OK


def test_attachments_that_could_not_be_read() -> None:
    found = crossed(attached(attachments=(), denied=frozenset({VPC_ATTACHMENTS})), "tgw-1")
    assert (found.verdict, found.action) == (UNKNOWN, VPC_ATTACHMENTS)
    assert found.references_in == UNKNOWN


def test_what_comes_from_a_zone_without_attachment_does_not_get_on() -> None:
    found = crossed(attached(), "tgw-1", end("10.1.2.10", FAR_B))
    assert (found.verdict, found.code, found.entered_by) == (BLOCKED, BAD_STATE_ATTACHMENT, "")
    assert missing(["tgw-attach-far", "1b", FAR_B.subnet_id], found.sentence) == []
    assert command(found.as_step(REPLY)) == (
        "aws ec2 modify-transit-gateway-vpc-attachment --transit-gateway-attachment-id tgw-attach-far "
        f"--add-subnet-ids {FAR_B.subnet_id}"
    )


def test_what_goes_to_a_zone_without_attachment_gets_there_all_the_same() -> None:
    found = crossed(attached(), "tgw-1", receiver=end("10.0.3.10", CACHES_B, (SESSIONS,)))
    assert (found.verdict, found.left_by) == (OK, (DOOR.subnet_id,))


@pytest.mark.parametrize(
    ("sender", "subnets"),
    [
        pytest.param(end("10.1.2.10", FAR_B), ("subnet-hidden",), id="a subnet that may not be read"),
        pytest.param(end("10.1.2.10", Subnet("subnet-hidden", PEER_VPC, "")), (FAR_DOOR.subnet_id,), id="a zone"),
    ],
)
def test_whether_it_gets_on_is_not_known(sender: End, subnets: tuple[str, ...]) -> None:
    attachments = (ATTACHMENT, replace(FAR_ATTACHMENT, subnet_ids=subnets))
    assert crossed(attached(attachments=attachments), "tgw-1", sender).verdict == UNKNOWN


@pytest.mark.parametrize(
    ("association", "denied", "verdict", "action"),
    [
        pytest.param(None, (), UNKNOWN, "", id="not told"),
        pytest.param(None, (ATTACHMENTS,), UNKNOWN, ATTACHMENTS, id="may not be read"),
        pytest.param(Association("", False), (), UNKNOWN, "", id="of another account's gateway"),
        pytest.param(Association("", True), (), BLOCKED, "", id="none"),
    ],
)
def test_by_which_table_it_is_routed(
    association: Association | None, denied: tuple[str, ...], verdict: str, action: str
) -> None:
    associations = {} if association is None else {"tgw-attach-far": association}
    found = crossed(attached(associations=associations, denied=frozenset(denied)), "tgw-1")
    assert (found.verdict, found.action) == (verdict, action)
    assert found.code == (BAD_STATE_ATTACHMENT if verdict == BLOCKED else "")


@pytest.mark.parametrize(("denied", "action"), [((), ""), ((GATEWAY_ROUTES,), GATEWAY_ROUTES)])
@pytest.mark.parametrize("tables", [{}, {"tgw-rtb-1": GatewayTable("tgw-rtb-1", BOTH_WAYS, is_complete=False)}])
def test_routes_of_the_gateway_that_could_not_be_read(
    tables: dict[str, GatewayTable], denied: tuple[str, ...], action: str
) -> None:
    found = crossed(attached(gateway_tables=tables, denied=frozenset(denied)), "tgw-1")
    assert (found.verdict, found.action, "tgw-rtb-1" in evidence(found.as_step(REPLY))) == (UNKNOWN, action, True)


TO_NODE = (
    "aws ec2 create-transit-gateway-route --transit-gateway-route-table-id tgw-rtb-1 "
    "--destination-cidr-block 10.0.2.0/24 --transit-gateway-attachment-id tgw-attach-near"
)


@pytest.mark.parametrize(
    ("route", "code", "part"),
    [
        pytest.param(None, NO_ROUTE_TO_DESTINATION, "tgw-rtb-1", id="no route"),
        pytest.param(
            GatewayRoute("10.0.0.0/16", (), is_blackhole=True),
            BAD_STATE_ROUTE,
            "tgw-rtb-1 route to 10.0.0.0/16",
            id="a blackhole",
        ),
        pytest.param(
            GatewayRoute("10.0.2.0/24", ("tgw-attach-3",)),
            NO_ROUTE_TO_DESTINATION,
            "tgw-rtb-1 route to 10.0.2.0/24",
            id="a route elsewhere",
        ),
    ],
)
def test_the_gateway_sends_it_elsewhere(route: GatewayRoute | None, code: str, part: str) -> None:
    found = crossed(attached(routes=() if route is None else (route,)), "tgw-1")
    step = found.as_step(REPLY)
    assert (found.verdict, found.code, evidence(step)[-1], command(step)) == (BLOCKED, code, part, TO_NODE)


def test_a_static_route_of_the_gateway_that_is_there_already_has_to_be_replaced() -> None:
    gone = GatewayRoute("10.0.2.0/24", (), is_blackhole=True, is_static=True)
    found = crossed(attached(routes=(gone,)), "tgw-1")
    assert command(found.as_step(REPLY)) == TO_NODE.replace("create-", "replace-")


@pytest.mark.parametrize("receiving", [(), (replace(ATTACHMENT, state="failed"),)])
def test_no_route_leads_to_an_attachment_that_is_not_there(receiving: tuple[Attachment, ...]) -> None:
    found = crossed(attached(attachments=(FAR_ATTACHMENT, *receiving), routes=()), "tgw-1")
    assert (found.verdict, found.code, found.mend) == (BLOCKED, NO_ROUTE_TO_DESTINATION, None)


def test_everything_that_is_wrong_with_a_gateway_is_told_what_is_certain_first() -> None:
    found = crossed(attached(routes=()), "tgw-1", end("10.1.2.10", FAR_B))
    assert [each.code for each in (found, *found.others)] == [BAD_STATE_ATTACHMENT, NO_ROUTE_TO_DESTINATION]
    assert (found.references_in, crossed(attached(), "tgw-1").others) == (YES, ())
    # In which table it is looked up is not known, but that it does not get on is.
    found = crossed(attached(associations={}), "tgw-1", end("10.1.2.10", FAR_B))
    assert [each.verdict for each in (found, *found.others)] == [BLOCKED, UNKNOWN]
    elsewhere = table(Route("10.0.0.0/16", "vpce-1"))
    found = crossed(attached(towards("tgw-1")[1], elsewhere, routes=()), "tgw-1")
    assert [each.verdict for each in (found, *found.others)] == [BLOCKED, UNKNOWN]


@pytest.mark.parametrize(
    ("receiver", "attachment_ids"), [(OUTSIDE, ("tgw-attach-vpn",)), (NODE, ("tgw-attach-near", "tgw-attach-3"))]
)
def test_what_becomes_of_it_behind_the_gateway_is_not_known(receiver: End, attachment_ids: tuple[str, ...]) -> None:
    found = crossed(attached(routes=(GatewayRoute("0.0.0.0/0", attachment_ids),)), "tgw-1", receiver=receiver)
    assert (found.verdict, missing(attachment_ids, found.sentence)) == (UNKNOWN, [])


def test_off_the_gateway_in_the_zone_that_it_comes_from() -> None:
    near = replace(ATTACHMENT, subnet_ids=(CACHES_B.subnet_id, DOOR.subnet_id))
    found = crossed(attached(attachments=(near, FAR_ATTACHMENT)), "tgw-1")
    assert found.left_by == (DOOR.subnet_id,)


def test_off_the_gateway_in_the_subnet_of_the_receiver() -> None:
    near = replace(ATTACHMENT, subnet_ids=(CACHES.subnet_id,))
    found = crossed(attached(attachments=(near, FAR_ATTACHMENT)), "tgw-1")
    assert (found.verdict, found.left_by) == (OK, (CACHES.subnet_id,))


def test_off_the_gateway_in_the_zone_that_it_comes_from_even_if_the_receiver_has_an_interface_of_it() -> None:
    """The gateway keeps to the zone of the sender until the packet is in the VPC of the receiver.

    https://docs.aws.amazon.com/prescriptive-guidance/latest/inline-traffic-inspection-third-party-appliances/
    transit-gateway-asymmetric-routing.html
    """
    near = replace(ATTACHMENT, subnet_ids=(CACHES_B.subnet_id, DOOR.subnet_id))
    receiver = end("10.0.3.10", CACHES_B, (SESSIONS,))
    assert crossed(attached(attachments=(near, FAR_ATTACHMENT)), "tgw-1", receiver=receiver).left_by == (
        DOOR.subnet_id,
    )


def test_off_the_gateway_in_any_zone_where_there_is_none_in_that_of_the_sender() -> None:
    others = {name: Subnet(name, VPC, name[-2:], ("10.0.8.0/28",)) for name in ("subnet-1b", "subnet-1c")}
    near = replace(ATTACHMENT, subnet_ids=("subnet-1c", "subnet-1b"))
    read = attached(attachments=(near, FAR_ATTACHMENT), subnets={**SUBNETS, **others})
    found = crossed(read, "tgw-1")
    assert (found.verdict, found.left_by) == (OK, ("subnet-1b", "subnet-1c"))


@pytest.mark.parametrize(
    ("routes", "is_read", "subnet_ids"),
    [
        pytest.param((Route("10.0.0.0/16", "vpce-1"),), True, (DOOR.subnet_id,), id="through a firewall"),
        pytest.param((), True, (DOOR.subnet_id,), id="no route"),
        pytest.param((), False, (DOOR.subnet_id,), id="a table that could not be read"),
        pytest.param((), True, ("subnet-hidden",), id="a subnet that could not be read"),
    ],
)
def test_what_becomes_of_it_off_the_gateway_is_not_known(
    routes: tuple[Route, ...], is_read: bool, subnet_ids: tuple[str, ...]
) -> None:
    tables = (
        table(*LOCAL_ROUTES, Route("10.1.0.0/16", "tgw-1")),
        table(*FAR_LOCAL_ROUTES, Route("10.0.0.0/16", "tgw-1"), table_id="rtb-2", vpc_id=PEER_VPC),
        *([table(*routes, table_id="rtb-door", is_main=False)] if is_read else []),
    )
    near = replace(ATTACHMENT, subnet_ids=subnet_ids)
    read = attached(
        *tables, attachments=(near, FAR_ATTACHMENT), table_of={DOOR.subnet_id: "rtb-door"}, denied=frozenset()
    )
    found = crossed(read, "tgw-1")
    assert (found.verdict, missing(subnet_ids, found.sentence)) == (UNKNOWN, [])
    assert ("rtb-door" in evidence(found.as_step(REPLY))) is (is_read and subnet_ids == (DOOR.subnet_id,))


@pytest.mark.parametrize(
    ("near", "far", "gateway", "words"),
    [
        pytest.param(True, True, False, ["the gateway"], id="off on the gateway"),
        pytest.param(False, True, True, ["tgw-attach-near"], id="off on one attachment"),
        pytest.param(True, False, True, ["tgw-attach-far"], id="off on the other"),
        pytest.param(False, False, False, ["the gateway", "tgw-attach-near", "tgw-attach-far"], id="off everywhere"),
    ],
)
def test_groups_cannot_be_named_across_the_gateway(near: bool, far: bool, gateway: bool, words: list[str]) -> None:
    attachments = (replace(ATTACHMENT, is_referencing=near), replace(FAR_ATTACHMENT, is_referencing=far))
    found = crossed(attached(attachments=attachments, is_referencing=gateway), "tgw-1")
    assert (found.verdict, found.references_in) == (OK, NO)
    assert missing(["tgw-1", *words], found.why_no_references) == []


def test_whether_groups_can_be_named_across_a_gateway_that_we_do_not_see() -> None:
    found = crossed(attached(is_referencing=None), "tgw-1")
    assert (found.verdict, found.references_in, found.references_out) == (OK, UNKNOWN, NO)


def test_no_rule_of_a_serverless_cache_sees_groups_across_a_gateway() -> None:
    found = crossed(attached(), "tgw-1", kind="serverless")
    assert (found.verdict, found.references_in, "serverless" in found.why_no_references) == (OK, NO, True)
