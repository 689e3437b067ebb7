# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST, Acl
from ansible_collections.elasticache.access.plugins.module_utils._actions import ACLS
from ansible_collections.elasticache.access.plugins.module_utils._flows import End
from ansible_collections.elasticache.access.plugins.module_utils._hops_of_acls import ANY_CLIENT, acl_steps
from ansible_collections.elasticache.access.plugins.module_utils._mends import AclMend
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BLOCKED,
    FORWARD,
    OK,
    PARTIAL,
    REPLY,
    SUBNET_ACL_RESTRICTION,
    UNKNOWN,
    Step,
)
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet
from ansible_collections.elasticache.access.plugins.module_utils._ways import way_back, way_to_cache

from tests.unit.connections import (
    APPS,
    ATTACHMENT,
    CACHES,
    CACHES_B,
    DOOR,
    FAR,
    FAR_ATTACHMENT,
    FAR_DOOR,
    FAR_SOURCE,
    LINUX,
    NODE,
    OPEN,
    OUTSIDE,
    PORT,
    SESSIONS_CACHE,
    SOURCE,
    SUBNETS,
    acl,
    allow,
    attached,
    deny,
    end,
    evidence,
    flow,
    network,
    peered,
)
from tests.unit.values import PEER_VPC, SESSIONS, VPC, missing


def steps(over: Network, source: End = SOURCE, node: End = NODE, **facts: Any) -> list[Step]:
    connection = flow(over, source, node, **facts)
    return acl_steps(connection, way_to_cache(connection), way_back(connection))


def found(over: Network, source: End = SOURCE, node: End = NODE, **facts: Any) -> list[tuple[str, str]]:
    """What was found out of each hop, in order."""
    return [(step.hop.name, step.verdict) for step in steps(over, source, node, **facts)]


def stopping(over: Network, source: End = SOURCE, node: End = NODE, **facts: Any) -> Step:
    """The one step that stops something."""
    [step] = [each for each in steps(over, source, node, **facts) if each.verdict != OK]
    return step


def mend(step: Step) -> AclMend:
    assert isinstance(step.mend, AclMend)
    return step.mend


CLOSED = (deny(LAST),)
ALL_PASS = [("source_acl", OK), ("cache_acl", OK), ("reply_acls", OK), ("reply_acls", OK)]


def test_open_acls_let_everything_pass() -> None:
    assert found(network()) == ALL_PASS
    first, second, *replies = steps(network())
    assert (evidence(first), evidence(second)) == (["acl-open outbound entry 100"], ["acl-open inbound entry 100"])
    assert [each.direction for each in (first, second, *replies)] == [FORWARD, FORWARD, REPLY, REPLY]


def test_within_one_subnet_no_acl_is_looked_at() -> None:
    closed = network(acls={CACHES: acl("acl-1", CLOSED, CLOSED)})
    assert found(closed, end("10.0.2.11", CACHES)) == ALL_PASS[:3]
    assert BLOCKED in dict(found(closed)).values()


@pytest.mark.parametrize(
    ("subnet", "inbound", "outbound", "hop", "evidence_of", "words"),
    [
        pytest.param(
            APPS,
            OPEN,
            [deny(90, "10.0.2.0/24", PORT), *OPEN],
            "source_acl",
            "acl-1 outbound entry 90",
            ["acl-1", APPS.subnet_id, "tcp/6379", "out to 10.0.2.0/24", "entry 90"],
            id="on the way out",
        ),
        pytest.param(
            CACHES,
            [deny(90, "10.0.1.10/32"), *OPEN],
            OPEN,
            "cache_acl",
            "acl-1 inbound entry 90",
            ["acl-1", CACHES.subnet_id, "tcp/6379", "in from 10.0.1.0/24", "entry 90"],
            id="on the way in",
        ),
        pytest.param(
            CACHES,
            OPEN,
            [allow(100, ports=(6379, 6379)), *CLOSED],
            "reply_acls",
            "acl-1 outbound entry *",
            ["tcp/32768-60999", "replies", "out to 10.0.1.0/24", "entry *"],
            id="replies on the way out",
        ),
        pytest.param(
            APPS,
            [],
            OPEN,
            "reply_acls",
            "acl-1 inbound entry *",
            ["tcp/32768-60999", "replies", "in from 10.0.2.0/24"],
            id="replies on the way in",
        ),
    ],
)
def test_an_acl_stops_it(
    subnet: Subnet, inbound: Any, outbound: Any, hop: str, evidence_of: str, words: list[str]
) -> None:
    step = stopping(network(acls={subnet: acl("acl-1", inbound, outbound)}))
    assert (step.hop.name, step.verdict, step.code) == (hop, BLOCKED, SUBNET_ACL_RESTRICTION)
    assert (evidence(step), missing(words, step.sentence)) == ([evidence_of], [])


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(acl("acl-1", [allow(80, "10.0.1.0/24", PORT), deny(90, ports=PORT), *OPEN]), id="a lower number"),
        pytest.param(acl("acl-1", [deny(90, "10.9.0.0/16"), *OPEN]), id="another source is denied"),
        pytest.param(acl("acl-1", [deny(90, ports=(22, 22)), *OPEN]), id="another port is denied"),
        pytest.param(acl("acl-1", [allow(100, "10.0.1.0/24", PORT)], [allow(100, ports=LINUX)]), id="just enough"),
    ],
)
def test_an_acl_of_the_cache_that_lets_it_pass(one: Acl) -> None:
    assert found(network(acls={CACHES: one})) == ALL_PASS


def test_an_acl_sees_each_direction_for_itself() -> None:
    """Unlike security groups, it has to let replies pass as well, to the ports that clients send from."""
    inbound_alone = network(acls={CACHES: acl("acl-1", OPEN, [])})
    assert found(inbound_alone) == [*ALL_PASS[:2], ("reply_acls", BLOCKED), ("reply_acls", OK)]


@pytest.mark.parametrize(
    ("reply_ports", "expected"),
    [(LINUX, OK), ((49152, 65535), PARTIAL), (ANY_CLIENT, PARTIAL)],
)
def test_replies_have_to_pass_on_every_port_that_the_client_may_send_from(
    reply_ports: tuple[int, int], expected: str
) -> None:
    for_linux = network(acls={CACHES: acl("acl-1", OPEN, [allow(100, ports=LINUX)])})
    assert found(for_linux, reply_ports=reply_ports)[2] == ("reply_acls", expected)


def test_some_replies_do_not_pass() -> None:
    entries = [deny(50, ports=(40000, 40999)), allow(100, ports=(1024, 50000)), *CLOSED]
    step = stopping(network(acls={CACHES: acl("acl-1", OPEN, entries)}))
    assert (step.verdict, step.code, step.direction) == (PARTIAL, SUBNET_ACL_RESTRICTION, REPLY)
    assert missing(["tcp/40000-40999 and 50001-60999", "entry 50 and *", "others pass"], step.sentence) == []
    assert evidence(step) == ["acl-1 outbound entry 50", "acl-1 outbound entry *"]
    made = mend(step)
    assert (made.first_port, made.last_port, made.below, made.is_egress) == (32768, 60999, 50, True)


LOW, HIGH = (LINUX[0], 45000), (45001, LINUX[1])


@pytest.mark.parametrize(
    ("out", "back", "verdicts", "said"),
    [
        pytest.param(LOW, HIGH, [PARTIAL, BLOCKED], "No port passes", id="none passes both"),
        pytest.param(LOW, (40000, LINUX[1]), [PARTIAL, PARTIAL], "others pass", id="some pass both"),
        pytest.param(LOW, (LOW[1], LINUX[1]), [PARTIAL, PARTIAL], "others pass", id="one port passes both"),
        pytest.param(LOW, LINUX, [PARTIAL, OK], "lets tcp/32768-60999 in", id="one stops nothing"),
    ],
)
def test_replies_have_to_pass_both_acls(
    out: tuple[int, int], back: tuple[int, int], verdicts: list[str], said: str
) -> None:
    own = {CACHES: acl("acl-1", OPEN, [allow(100, ports=out)]), APPS: acl("acl-2", [allow(100, ports=back)])}
    replies = steps(network(acls=own))[2:]
    assert ([each.verdict for each in replies], missing([said], replies[-1].sentence)) == (verdicts, [])
    assert all(each.mend for each in replies if each.verdict != OK)


def test_replies_can_pass_by_several_entries() -> None:
    by_parts = acl("acl-1", OPEN, [allow(100, ports=LOW), allow(110, ports=HIGH)])
    assert found(network(acls={CACHES: by_parts})) == ALL_PASS


def test_what_an_acl_that_could_not_be_read_does_with_replies() -> None:
    def replies(outbound: Any) -> list[str]:
        own = {CACHES: acl("acl-1", OPEN, outbound)}
        over = network(acls=own)
        hidden = replace(over, acl_of={CACHES.subnet_id: "acl-1"})
        return [each.verdict for each in steps(hidden)[2:]]

    assert replies(OPEN) == [OK, UNKNOWN]
    assert replies([allow(100, ports=LOW)]) == [PARTIAL, UNKNOWN]
    assert replies(CLOSED) == [BLOCKED, UNKNOWN]


@pytest.mark.parametrize(
    ("ports", "port", "expected"),
    [
        ((6379,), 6379, (6379, 6379)),
        ((6379, 6380), 6379, (6379, 6380)),
        ((6379, 6380), 6380, (6379, 6380)),
        ((6379, 6381), 6381, (6381, 6381)),
    ],
)
def test_one_entry_serves_neighbouring_ports(ports: tuple[int, ...], port: int, expected: tuple[int, int]) -> None:
    closed = network(acls={CACHES: acl("acl-1", CLOSED)})
    made = mend(stopping(closed, cache=replace(SESSIONS_CACHE, ports=ports), port=port))
    assert (made.first_port, made.last_port) == expected
    assert (made.acl_id, made.is_egress, made.cidr, made.below) == ("acl-1", False, "10.0.1.0/24", LAST)


@pytest.mark.parametrize(("denied", "action"), [((), ""), ((ACLS,), ACLS)])
def test_acls_that_could_not_be_read(denied: tuple[str, ...], action: str) -> None:
    hidden = steps(network(acl_of={}, denied=frozenset(denied)))
    assert {(each.verdict, each.action) for each in hidden} == {(UNKNOWN, action)}
    assert missing([APPS.subnet_id], hidden[0].sentence) == []


def test_what_stops_it_outside_is_not_known() -> None:
    assert found(network(), OUTSIDE) == [("source_acl", UNKNOWN), ("cache_acl", OK), ("reply_acls", OK)]
    closed = network(acls={CACHES: acl("acl-1", CLOSED)})
    made = mend(next(each for each in steps(closed, OUTSIDE) if each.verdict == BLOCKED))
    assert made.cidr == "203.0.113.7/32"


def test_over_a_peering_the_acls_at_both_ends_are_looked_at() -> None:
    assert found(peered(), FAR_SOURCE) == ALL_PASS
    step = stopping(peered(acls={FAR: acl("acl-1", OPEN, CLOSED)}), FAR_SOURCE)
    assert (step.hop.name, step.verdict) == ("source_acl", BLOCKED)


# At the subnets of a transit gateway's attachments: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html


def sides(step: Step) -> list[str]:
    return [part.rpartition(" entry ")[0] for part in evidence(step)]


def test_on_and_off_a_transit_gateway_acls_are_looked_at_as_well() -> None:
    own = {subnet: acl(f"acl-{subnet.subnet_id}") for subnet in (FAR, FAR_DOOR, DOOR, CACHES)}
    looked = steps(attached(acls=own), FAR_SOURCE)
    assert {each.verdict for each in looked} == {OK}
    assert [(each.hop.name, sides(each)) for each in looked] == [
        ("source_acl", ["acl-subnet-far outbound"]),
        ("source_acl", ["acl-subnet-far-door inbound"]),
        ("cache_acl", ["acl-subnet-door outbound"]),
        ("cache_acl", ["acl-subnet-caches inbound"]),
        ("reply_acls", ["acl-subnet-caches outbound"]),
        ("reply_acls", ["acl-subnet-door inbound"]),
        ("reply_acls", ["acl-subnet-far-door outbound"]),
        ("reply_acls", ["acl-subnet-far inbound"]),
    ]


@pytest.mark.parametrize(
    ("one", "hop", "cidr"),
    [
        pytest.param({FAR_DOOR: acl("acl-1", CLOSED)}, "source_acl", "10.1.1.0/24", id="on, by where it comes from"),
        pytest.param({DOOR: acl("acl-1", OPEN, CLOSED)}, "cache_acl", "10.0.2.0/24", id="off, by where it goes"),
        pytest.param({DOOR: acl("acl-1", CLOSED)}, "reply_acls", "10.0.2.0/24", id="replies, on"),
        pytest.param({FAR_DOOR: acl("acl-1", OPEN, CLOSED)}, "reply_acls", "10.1.1.0/24", id="replies, off"),
    ],
)
def test_an_acl_at_a_transit_gateway_stops_it(one: dict[Subnet, Acl], hop: str, cidr: str) -> None:
    step = stopping(attached(acls=one), FAR_SOURCE)
    assert (step.hop.name, step.verdict, mend(step).cidr) == (hop, BLOCKED, cidr)


def test_off_a_transit_gateway_in_the_subnet_of_the_node_no_acl_is_looked_at() -> None:
    attachments = (replace(ATTACHMENT, subnet_ids=(CACHES.subnet_id,)), FAR_ATTACHMENT)
    one = {CACHES: acl("acl-1", CLOSED)}
    looked = steps(attached(acls=one, attachments=attachments), FAR_SOURCE)
    [arriving] = [each for each in looked if each.hop.name == "cache_acl"]
    assert (arriving.verdict, evidence(arriving)) == (OK, [])
    # Replies get on in that subnet, where both directions are looked at.
    replies = [each for each in looked if each.hop.name == "reply_acls"]
    assert [each.verdict for each in replies] == [OK, BLOCKED, OK, OK]


def test_the_acl_of_the_node_is_looked_at_where_it_gets_off_in_the_zone_of_the_sender() -> None:
    """It gets off in zone 1a, where the sender is, although the gateway has an interface in the node's subnet in 1b."""
    attachments = (replace(ATTACHMENT, subnet_ids=(CACHES_B.subnet_id, DOOR.subnet_id)), FAR_ATTACHMENT)
    one = {CACHES_B: acl("acl-1", [deny(90, ports=PORT), *OPEN])}
    over = attached(acls=one, attachments=attachments)
    assert ("cache_acl", BLOCKED) in found(over, FAR_SOURCE, end("10.0.3.10", CACHES_B, (SESSIONS,)))


def test_off_a_transit_gateway_by_one_of_several_subnets_nobody_knows_which() -> None:
    others = {name: Subnet(name, VPC, name[-2:], ("10.0.8.0/28",)) for name in ("subnet-1b", "subnet-1c")}
    attachments = (replace(ATTACHMENT, subnet_ids=tuple(others)), FAR_ATTACHMENT)
    over = attached(attachments=attachments, subnets={**SUBNETS, **others})
    acls = {"acl-open": acl("acl-open"), "acl-closed": acl("acl-closed", OPEN, CLOSED)}

    def arriving(first: str, second: str) -> Step:
        acl_of = {**over.acl_of, "subnet-1b": first, "subnet-1c": second}
        looked = steps(replace(over, acls=acls, acl_of=acl_of), FAR_SOURCE)
        return next(each for each in looked if each.hop.name == "cache_acl")

    assert arriving("acl-open", "acl-open").verdict == OK
    assert arriving("acl-closed", "acl-closed").verdict == BLOCKED
    for first, second in (("acl-open", "acl-closed"), ("acl-closed", "acl-open")):
        step = arriving(first, second)
        assert (step.verdict, step.code, evidence(step)) == (UNKNOWN, "", ["acl-closed outbound entry *"])


def test_which_replies_pass_can_depend_on_where_they_get_off() -> None:
    """Each of two subnets lets a part of them through, and the ACL before it one of these parts."""
    others = {name: Subnet(name, PEER_VPC, name[-2:], ("10.1.8.0/28",)) for name in ("subnet-1b", "subnet-1c")}
    attachments = (ATTACHMENT, replace(FAR_ATTACHMENT, subnet_ids=(FAR_DOOR.subnet_id, *others)))
    over = attached(attachments=attachments, subnets={**SUBNETS, **others})
    # What comes from zone 1d gets off anywhere.
    node = end("10.0.4.10", Subnet("subnet-1d", VPC, "1d", ("10.0.4.0/24",)), (SESSIONS,))
    door = Subnet("subnet-door-1d", VPC, "1d", ("10.0.9.16/28",))
    over = replace(
        over,
        subnets={**over.subnets, node.subnet_id: node.subnet, door.subnet_id: door},  # type: ignore[dict-item]
        links=replace(over.links, attachments=(replace(ATTACHMENT, subnet_ids=(door.subnet_id,)), attachments[1])),
        acls={
            "acl-open": acl("acl-open"),
            "acl-low": acl("acl-low", OPEN, [allow(100, ports=LOW)]),
            "acl-high": acl("acl-high", OPEN, [allow(100, ports=HIGH)]),
        },
    )
    acl_of = {
        **over.acl_of,
        node.subnet_id: "acl-low",
        door.subnet_id: "acl-open",
        FAR_DOOR.subnet_id: "acl-low",
        "subnet-1b": "acl-low",
    }

    def replies(last: str) -> list[str]:
        looked = steps(replace(over, acl_of={**acl_of, "subnet-1c": last}), FAR_SOURCE, node)
        return [each.verdict for each in looked if each.hop.name == "reply_acls"]

    assert replies("acl-low") == [PARTIAL, OK, PARTIAL, OK]
    assert replies("acl-high") == [PARTIAL, OK, UNKNOWN, OK]
