# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hop 7 over transit gateways: who is attached by which zones, the gateway's own routes, and groups across it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.emulator.tests.ec2.conftest import filters, make_subnet
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.hub import Hub
from tests.end_to_end.networks import make_gateway, make_group
from tests.end_to_end.reach import (
    ACL_RESTRICTION,
    BAD_ATTACHMENT,
    BAD_ROUTE,
    EVERYWHERE,
    NO_ROUTE,
    OPEN_IN,
    OPEN_OUT,
    REFERENCING,
    Elsewhere,
    add_cache,
    add_entry,
    add_route,
    address_of,
    answers,
    ask,
    carry_out,
    codes,
    evidence,
    explain,
    forbid_out,
    lanes,
    main_table,
    own_acl,
    parts,
    path,
    steps_of,
    subnet_group,
    troubles,
)
from tests.end_to_end.rules import allow

OTHER_ACCOUNT = "210987654321"
REACHED: tuple[str, dict[str, str]] = ("reachable", {})
CUT = ("blocked", {"link": "blocked"})


@pytest.fixture
def hub(ec2: Any, estate: Estate) -> Hub:
    """A gateway to which the estate is attached; its cache sessions admits all private addresses."""
    allow(ec2, estate.groups["sessions-cache"], "10.0.0.0/8", 6390)
    return Hub(ec2, estate.vpc_id)


def test_the_gateways_own_routes(ansible: Ansible, ec2: Any, estate: Estate, hub: Hub) -> None:
    """Association, propagation, static routes and blackholes, each beside its neighbour that works."""
    sources = {}
    attachments = {}
    kinds = (
        *("joined", "no table", "empty table", "static", "blackhole", "longer blackhole", "elsewhere", "half"),
        *("gone", "no way back"),
    )
    joined = {kind: hub.join(30 + number) for number, kind in enumerate(kinds)}
    tables = {}
    for kind, (other, attachment) in joined.items():
        sources[kind] = other.start_by_main_table()
        attachments[kind] = attachment
        if kind not in ("joined", "gone", "no way back"):
            tables[kind] = "" if kind == "no table" else hub.new_table()
            hub.leave_table(attachment, tables[kind])
    hub.lead(tables["static"], "10.20.0.0/16", hub.ours)
    hub.lead(tables["blackhole"], "10.20.0.0/16")
    hub.lead(tables["longer blackhole"], "10.20.0.0/16", hub.ours)
    hub.lead(tables["longer blackhole"], "10.20.0.0/20")
    hub.lead(tables["elsewhere"], "10.20.0.0/16", attachments["joined"])
    hub.lead(tables["half"], "10.20.1.0/24", hub.ours)
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachments["gone"])
    hub.lead(hub.table, joined["no way back"][0].cidr)
    result = ask(ansible, "sessions", *sources.values())
    found = answers(result, sources)
    gone = found.pop("gone")
    assert gone[0] == "blocked"
    assert {"link", "source_route"} & set(gone[1])
    assert found == {
        "joined": REACHED,
        "no table": CUT,
        "empty table": CUT,
        "static": REACHED,
        "blackhole": CUT,
        "longer blackhole": CUT,
        "elsewhere": CUT,
        "half": ("partial", {"link": "partial"}),
        # A static route comes before a propagated one: the replies are dropped.
        "no way back": CUT,
    }
    stopped = {kind: sources[kind] for kind in found if kind not in ("joined", "static")}
    assert {kind: set(each) for kind, each in codes(result, stopped).items()} == {
        "no table": {BAD_ATTACHMENT},
        "empty table": {NO_ROUTE},
        "blackhole": {BAD_ROUTE},
        "longer blackhole": {BAD_ROUTE},
        "elsewhere": {NO_ROUTE},
        "half": {NO_ROUTE},
        "no way back": {BAD_ROUTE},
    }
    first = path(result, sources["no table"])["first_blocker"]
    assert {hub.gateway_id, attachments["no table"]} <= evidence(first)
    black = path(result, sources["longer blackhole"])["first_blocker"]
    assert (tables["longer blackhole"], "route to 10.20.0.0/20") in parts(black)
    back = path(result, sources["no way back"])["blockers"]
    assert {step["direction"] for step in back} == {"reply"}
    assert lanes(path(result, sources["half"]), "node") == {("sessions-001",): "ok", ("sessions-002",): "blocked"}
    assert estate.vpc_id


def test_the_gateways_routes_are_mended_to_the_letter(ansible: Ansible, hub: Hub) -> None:
    """None, one elsewhere, one that is a blackhole; on the way there, for the subnets of both nodes, and back."""
    kinds = ("none", "elsewhere", "blackhole", "no way back")
    sources = {}
    for number, kind in enumerate(kinds):
        other, attachment = hub.join(30 + number)
        sources[kind] = other.start_by_main_table()
        if kind == "no way back":
            hub.lead(hub.table, f"10.{30 + number}.0.0/16")
            continue
        table_id = hub.new_table()
        hub.leave_table(attachment, table_id)
        if kind != "none":
            hub.lead(table_id, "10.20.0.0/16", attachment if kind == "elsewhere" else "")
    result = ask(ansible, "sessions", *sources.values())
    assert answers(result, sources) == dict.fromkeys(kinds, CUT)
    for source in sources.values():
        carry_out(ansible, path(result, source))
    after = ask(ansible, "sessions", *sources.values())
    assert answers(after, sources) == dict.fromkeys(kinds, REACHED)


def test_a_static_route_of_the_gateway_for_just_that_range_is_replaced(ansible: Ansible, hub: Hub) -> None:
    """EC2 creates no route where there is one to the same range."""
    other, attachment = hub.join(30)
    source = other.start_by_main_table()
    table_id = hub.new_table()
    hub.leave_table(attachment, table_id)
    hub.lead(table_id, "10.20.1.0/24")
    hub.lead(table_id, "10.20.2.0/24", attachment)
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == CUT
    commands = carry_out(ansible, found)
    assert {command.split()[2] for command in commands} == {"replace-transit-gateway-route"}
    assert ask(ansible, "sessions", source)["verdict"] == "reachable"


def test_an_attachment_without_a_table_is_told_how_to_get_one(ansible: Ansible, hub: Hub) -> None:
    """Where the gateway has a default table, the answer can name it."""
    other, attachment = hub.join(30)
    hub.leave_table(attachment)
    source = other.start_by_main_table()
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == CUT
    [command] = carry_out(ansible, found)
    assert command.startswith("aws ec2 associate-transit-gateway-route-table ")
    assert ask(ansible, "sessions", source)["verdict"] == "reachable"


def test_zones_count_where_packets_get_on_and_not_where_they_arrive(
    ansible: Ansible, ec2: Any, estate: Estate, hub: Hub
) -> None:
    """An attachment serves what comes from its zones alone; what arrives for another zone still gets there."""
    other, attachment = hub.join(30, zones="a")
    sources = {"served": other.start_by_main_table("a"), "not served": other.start_by_main_table("b")}
    result = ask(ansible, "sessions", *sources.values())
    assert answers(result, sources) == {"served": REACHED, "not served": CUT}
    [first] = path(result, sources["not served"])["blockers"]
    assert (first["code"], first["direction"], "eu-west-1b" in first["sentence"]) == (BAD_ATTACHMENT, "forward", True)
    assert attachment in evidence(first)
    [command] = carry_out(ansible, path(result, sources["not served"]))
    assert command.startswith("aws ec2 modify-transit-gateway-vpc-attachment ")
    assert ask(ansible, "sessions", *sources.values())["verdict"] == "reachable"
    # On the side of the cache it is the replies that do not get on.
    ec2.modify_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=hub.ours, RemoveSubnetIds=[hub.attached_by[1]])
    found = path(ask(ansible, "sessions", sources["served"]), sources["served"])
    assert (found["verdict"], troubles(found)) == ("partial", {"link": "partial"})
    assert lanes(found, "node") == {("sessions-001",): "ok", ("sessions-002",): "blocked"}
    [blocker] = found["blockers"]
    assert (blocker["direction"], hub.ours in evidence(blocker)) == ("reply", True)
    carry_out(ansible, found)
    assert ask(ansible, "sessions", sources["served"])["verdict"] == "reachable"
    assert estate.subnet_ids


def test_groups_across_a_gateway(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Inbound rules see them where the gateway and both attachments say so; not those of serverless caches."""
    hub = Hub(ec2, estate.vpc_id)
    enabled, disabled = hub.join(30), hub.join(31)
    group = estate.groups["sessions-cache"]
    for other, _attachment in (enabled, disabled):
        allow(ec2, group, other.group_id, 6390)
    # A rule can only be made while the group can be seen; EC2 keeps it afterwards.
    ec2.modify_transit_gateway_vpc_attachment(
        TransitGatewayAttachmentId=disabled[1], Options={"SecurityGroupReferencingSupport": "disable"}
    )
    sources = {"enabled": enabled[0].start_by_main_table(), "disabled": disabled[0].start_by_main_table()}
    [result] = explain(ansible, {"caches": ["sessions", "carts"], "sources": list(sources.values())})
    cut_off = ("blocked", {"cache_ingress": "blocked"})
    assert answers(result, sources, "sessions") == {"enabled": REACHED, "disabled": cut_off}
    first = path(result, sources["disabled"], "sessions")["first_blocker"]
    assert (first["code"], disabled[1] in first["sentence"]) == (REFERENCING, True)
    for cache in ("sessions", "carts"):
        carry_out(ansible, path(result, sources["disabled"], cache))
    [result] = explain(ansible, {"caches": ["sessions", "carts"], "sources": list(sources.values())})
    assert {cache["name"]: cache["verdicts"][sources["disabled"]] for cache in result["caches"]} == {
        "sessions": "reachable",
        "carts": "reachable",
    }
    # It was let in by its address, for its group would not have been seen.
    fix = path(result, sources["enabled"], "carts")["fixes"][0]["task"]["elasticache.access.elasticache_sg_access"]
    assert fix["sources"] == [{"cidr": f"{address_of(ec2, sources['enabled'])}/32"}]
    ec2.modify_transit_gateway(TransitGatewayId=hub.gateway_id, Options={"SecurityGroupReferencingSupport": "disable"})
    off = ask(ansible, "sessions", sources["enabled"])
    assert answers(off, {"enabled": sources["enabled"]}) == {"enabled": cut_off}


def test_a_grant_to_the_addresses_of_all_that_are_alike(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Several instances across a gateway without referencing: one answer, and one task with an address of each."""
    hub = Hub(ec2, estate.vpc_id, SecurityGroupReferencingSupport="disable")
    other, _attachment = hub.join(30)
    first = other.start_by_main_table()
    sources = [first]
    for _each in range(4):
        ec2_subnet = ec2.describe_instances(InstanceIds=[first])["Reservations"][0]["Instances"][0]["SubnetId"]
        made = ec2.run_instances(
            ImageId="ami-1", MinCount=1, MaxCount=1, SubnetId=ec2_subnet, SecurityGroupIds=[other.group_id]
        )
        sources.append(made["Instances"][0]["InstanceId"])
    result = ask(ansible, "carts", *sources)
    found = path(result, first)
    assert (found["verdict"], set(found["sources"])) == ("blocked", set(sources))
    carry_out(ansible, found)
    after = ask(ansible, "carts", *sources)
    assert after["verdict"] == "reachable"
    assert after["caches"][0]["verdicts"] == dict.fromkeys(sources, "reachable")


def test_outbound_rules_across_a_gateway_name_the_ranges_of_every_node(ansible: Ansible, ec2: Any, hub: Hub) -> None:
    """Which cannot name groups there: one for the subnet of each node."""
    other, _attachment = hub.join(30)
    source = other.start_by_main_table()
    forbid_out(ec2, other.group_id)
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == ("blocked", {"source_egress": "blocked"})
    carry_out(ansible, found)
    after = path(ask(ansible, "sessions", source), source)
    assert after["verdict"] == "reachable", after["summary"]


def join_both_families(ec2: Any, elasticache: Any, ipv6_support: str) -> tuple[str, str]:
    """Join two VPCs of both families by a gateway without referencing; return a client, and the group of a cache."""
    gateway = make_gateway(ec2, "disable")
    subnets = {}
    groups = {}
    for number in (60, 70):
        block = f"2001:db8:{number}:"
        vpc_id = ec2.create_vpc(
            CidrBlock=f"10.{number}.0.0/16", Ipv6CidrBlock=f"{block}:/56", Ipv6Pool="ipv6pool-ec2-0123456789abcdef0"
        )["Vpc"]["VpcId"]
        subnets[number] = make_subnet(ec2, vpc_id, f"10.{number}.1.0/24", Ipv6CidrBlock=f"{block}1::/64")
        groups[number] = make_group(ec2, vpc_id, f"dual-{number}")
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway, VpcId=vpc_id, SubnetIds=[subnets[number]], Options={"Ipv6Support": ipv6_support}
        )
        for destination in (EVERYWHERE, "::/0"):
            add_route(ec2, main_table(ec2, vpc_id), destination, gateway)
    caches = subnet_group(elasticache, "dual", [subnets[60]])
    add_cache(elasticache, "dual", caches, [groups[60]], NetworkType="dual_stack")
    made = ec2.run_instances(
        ImageId="ami-1",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnets[70],
        SecurityGroupIds=[groups[70]],
        Ipv6AddressCount=1,
    )
    return str(made["Instances"][0]["InstanceId"]), groups[60]


def test_a_grant_across_a_gateway_is_to_the_addresses_of_both_families(
    ansible: Ansible, ec2: Any, elasticache: Any
) -> None:
    """Where a cache is reached over both, and the group of the source cannot be named."""
    source, _group = join_both_families(ec2, elasticache, "enable")
    found = path(ask(ansible, "dual", source), source)
    assert (found["verdict"], troubles(found)) == ("blocked", {"cache_ingress": "blocked"})
    carry_out(ansible, found)
    after = path(ask(ansible, "dual", source), source)
    assert after["verdict"] == "reachable", after["summary"]


def test_attachments_without_ipv6_support_propagate_no_routes_of_it(
    ansible: Ansible, ec2: Any, elasticache: Any
) -> None:
    """Which is all that the option does: with routes of one's own it carries IPv6 all the same."""
    source, group = join_both_families(ec2, elasticache, "disable")
    for cidr in ("10.70.0.0/16", "2001:db8:70::/56"):
        allow(ec2, group, cidr, 6379)
    found = path(ask(ansible, "dual", source), source)
    assert (found["verdict"], lanes(found, "family")) == ("partial", {("ipv4",): "ok", ("ipv6",): "blocked"})
    assert {step["code"] for step in found["blockers"]} == {NO_ROUTE}
    carry_out(ansible, found)
    assert ask(ansible, "dual", source)["verdict"] == "reachable"


def test_acls_where_packets_get_on_and_off(ansible: Ansible, ec2: Any, estate: Estate, hub: Hub) -> None:
    """The ACL of an attachment's subnet sees what comes from the instances, and what leaves for them."""
    other, _attachment = hub.join(30)
    source = other.start_by_main_table()
    # Inbound from the sender, and nothing outbound: what goes into the gateway is not looked at there.
    [getting_on] = ec2.describe_subnets(Filters=filters(vpc_id=other.vpc_id, cidr_block="10.30.250.0/28"))["Subnets"]
    acl_id = own_acl(ec2, other.vpc_id, getting_on["SubnetId"], (100, "in", "allow", "10.30.0.0/16", "6390"))
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == ("blocked", {"reply_acls": "blocked"})
    [blocker] = found["blockers"]
    assert (blocker["code"], parts(blocker)) == (ACL_RESTRICTION, {(acl_id, "outbound entry *")})
    [command] = carry_out(ansible, found)
    assert "--egress" in command
    # What comes back gets off here: what it comes from is not looked at, and what leaves for the instance is.
    add_entry(ec2, acl_id, (50, "in", "deny", "10.20.0.0/16", ""))
    assert ask(ansible, "sessions", source)["verdict"] == "reachable"
    # On the side of the cache, the subnet in the zone from which it comes.
    own_acl(ec2, estate.vpc_id, hub.attached_by[1])
    assert path(ask(ansible, "sessions", source), source)["verdict"] == "partial"
    own_acl(ec2, estate.vpc_id, hub.attached_by[0], OPEN_IN)
    own_acl(ec2, estate.vpc_id, hub.attached_by[1], OPEN_IN, OPEN_OUT)
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == ("blocked", {"cache_acl": "blocked"})
    carry_out(ansible, found)
    assert ask(ansible, "sessions", source)["verdict"] == "reachable"


def test_a_gateway_of_another_account(ansible: Ansible, ec2: Any, estate: Estate, client: Callable[..., Any]) -> None:
    """Its route tables are told to nobody else, so that no answer is sure."""
    theirs = client("ec2", account=OTHER_ACCOUNT)
    gateway = make_gateway(theirs, "enable")
    allow(ec2, estate.groups["sessions-cache"], "10.0.0.0/8", 6390)
    other = Elsewhere(ec2, "10.30.0.0/16", "clients")
    source = other.start_by_main_table()
    for vpc_id, cidr in ((estate.vpc_id, "10.20.250.0/28"), (other.vpc_id, "10.30.250.0/28")):
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway,
            VpcId=vpc_id,
            SubnetIds=[make_subnet(ec2, vpc_id, cidr), make_subnet(ec2, vpc_id, cidr.replace("250", "251"), "b")],
        )
        add_route(ec2, main_table(ec2, vpc_id), "10.0.0.0/8", gateway)
    found = path(ask(ansible, "sessions", source), source)
    assert (found["verdict"], troubles(found)) == ("unknown", {"link": "unknown"})
    assert {step["action"] for step in steps_of(found, "link")} == {None}
    assert found["first_blocker"] is None
