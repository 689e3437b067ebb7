# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST
from ansible_collections.elasticache.access.plugins.module_utils._found_paths import REACHABLE, Path
from ansible_collections.elasticache.access.plugins.module_utils._mends import Workshop
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._reachability_values import (
    caches_values,
    overall,
    path_values,
    sender_values,
    summary,
)
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Receiver
from ansible_collections.elasticache.access.plugins.module_utils._senders import ADDRESS, Sender
from ansible_collections.elasticache.access.plugins.module_utils._steps import BLOCKED, PARTIAL, UNKNOWN

from tests.unit.connections import (
    APPS,
    CACHES,
    CACHES_B,
    OPEN,
    SESSIONS_CACHE,
    acl,
    deny,
    interface,
    network,
    place,
    receiver,
    sender,
)
from tests.unit.values import SESSIONS, VPC, WEB, missing, rule

CLOSED = (deny(LAST),)
CUT_OFF = network(inbound=[], acls={CACHES: acl("acl-1", CLOSED, CLOSED)})


def paths(over: Network, senders: Sequence[Sender], *receivers: Receiver) -> list[Path]:
    return list(Explainer(over).explain(senders, receivers or [receiver()]))


def path(over: Network | None = None, source: Sender | None = None, to: Receiver | None = None) -> Path:
    [found] = paths(over or network(), [source or sender()], to or receiver())
    return found


def values(
    over: Network, source: Sender | None = None, to: Receiver | None = None, hops: bool = True
) -> dict[str, Any]:
    return path_values(path(over, source, to), Workshop(over), hops)


GOOD, BAD, PARTLY, DOUBTFUL = (
    path(),
    path(network(inbound=[])),
    path(to=receiver(ports=(6379, 6380))),
    path(network(acl_of={})),
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], UNKNOWN),
        ([GOOD, GOOD], REACHABLE),
        ([BAD], BLOCKED),
        ([GOOD, BAD], PARTIAL),
        ([GOOD, PARTLY], PARTIAL),
        ([GOOD, DOUBTFUL], UNKNOWN),
    ],
)
def test_one_verdict_for_all(found: list[Path], expected: str) -> None:
    assert overall(found) == expected


def test_each_cache_once_with_the_verdict_for_each_source() -> None:
    carts = receiver(of=replace(SESSIONS_CACHE, name="carts", status="deleted"))
    found = paths(network(), [sender(10), sender(11), sender(12, state="stopped")], receiver(), carts)
    sessions, other = caches_values(found)
    assert sessions == {
        "name": "sessions",
        "arn": SESSIONS_CACHE.arn,
        "kind": "cluster",
        "status": "available",
        "ports": [6379],
        "vpc_id": VPC,
        "verdicts": {"i-10": REACHABLE, "i-11": REACHABLE, "i-12": BLOCKED},
    }
    assert (other["name"], set(other["verdicts"].values())) == ("carts", {BLOCKED})


def test_a_source_with_its_interfaces() -> None:
    assert sender_values(sender(10, name="web-1")) == {
        "source": "i-10",
        "type": "instance",
        "name": "web-1",
        "state": "running",
        "interfaces": [
            {
                "id": "eni-10",
                "vpc_id": VPC,
                "subnet_id": "subnet-apps",
                "security_groups": [WEB.group_id],
                "addresses": ["10.0.1.10"],
            }
        ],
    }
    outside = sender_values(Sender(ADDRESS, "203.0.113.7"))
    assert (outside["name"], outside["state"], outside["interfaces"]) == (None, None, [])


def test_a_path_that_works() -> None:
    found = values(network())
    assert (found["cache"], found["kind"], found["sources"], found["verdict"]) == (
        "sessions",
        "cluster",
        ["i-10"],
        REACHABLE,
    )
    assert (found["first_blocker"], found["blockers"], found["fixes"], found["several_interfaces"]) == (
        None,
        [],
        [],
        False,
    )
    assert [(hop["number"], hop["verdict"]) for hop in found["hops"]] == [(number, "ok") for number in range(1, 13)]
    assert found["hops"][8]["steps"][0] == {
        "hop": "cache_ingress",
        "direction": "forward",
        "verdict": "ok",
        "sentence": found["hops"][8]["steps"][0]["sentence"],
        "evidence": [{"id": "sgr-1", "part": None}],
        "code": None,
        "action": None,
        "where": None,
    }
    assert found["lanes"] == [
        {
            "node": "node-10",
            "subnet_id": CACHES.subnet_id,
            "availability_zone": "1a",
            "port": 6379,
            "family": "ipv4",
            "interface": 0,
            "verdict": "ok",
        }
    ]


def test_hops_are_left_out_where_they_are_not_asked_for() -> None:
    found = values(CUT_OFF, hops=False)
    assert ("hops" in found, "lanes" in found, len(found["blockers"])) == (False, False, 3)


def test_what_stops_it_and_how_to_mend_it() -> None:
    found = values(CUT_OFF)
    assert [each["hop"] for each in found["blockers"]] == ["cache_acl", "cache_ingress", "reply_acls"]
    assert found["first_blocker"] == found["blockers"][0]
    assert found["blockers"][0]["evidence"] == [{"id": "acl-1", "part": "inbound entry *"}]
    assert found["blockers"][0]["code"] == "SUBNET_ACL_RESTRICTION"
    entry, grant, replies = found["fixes"]
    assert missing(["--ingress", "--rule-number 10", "From=6379,To=6379"], entry["command"]) == []
    assert missing(["--egress", "--rule-number 10", "From=32768,To=60999"], replies["command"]) == []
    assert (entry["task"], "elasticache.access.elasticache_sg_access" in grant["task"]) == (None, True)


def test_a_fix_without_a_command() -> None:
    full = network(acls={CACHES: acl("acl-1", [deny(1), *OPEN])})
    [fix] = values(full)["fixes"]
    assert (fix["command"], fix["task"], missing(["entry 1"], fix["sentence"])) == (None, None, [])


def test_a_fix_is_for_all_sources_of_the_path() -> None:
    by_range = network(inbound=[], groups={SESSIONS.group_id: SESSIONS, WEB.group_id: WEB})
    both = [replace(Sender(ADDRESS, each)) for each in ("203.0.113.7", "203.0.113.8")]
    commands = [path_values(each, Workshop(by_range), False)["fixes"] for each in paths(by_range, both)]
    assert [missing([f"cidr={each.value}/32"], fixes) for each, fixes in zip(both, commands, strict=True)] == [[], []]
    stopped = network()
    [found] = paths(stopped, [sender(10, state="stopped"), sender(11, state="stopped")])
    [start] = path_values(found, Workshop(stopped), False)["fixes"]
    assert start["command"] == "aws ec2 start-instances --instance-ids i-10 i-11"


def test_several_interfaces_are_told_of() -> None:
    assert values(network(), sender(10, interface(10), interface(11)))["several_interfaces"]


def where(found: dict[str, Any], hop: str) -> list[str | None]:
    [passed] = [each for each in found["hops"] if each["name"] == hop]
    return [step["where"] for step in passed["steps"]]


def test_in_what_lanes_differ() -> None:
    closed = network(acls={CACHES_B: acl("acl-1", CLOSED)})
    to = receiver(place(10), place(11, CACHES_B), ports=(6379, 6380))
    found = values(closed, to=to)
    assert where(found, "cache_acl") == [
        "at node-10 on tcp/6379",
        "at node-10 on tcp/6380",
        "at node-11 on tcp/6379",
        "at node-11 on tcp/6380",
    ]
    assert where(found, "cache_ingress") == ["on tcp/6379", "on tcp/6380"]
    assert where(found, "source_route") == [None]
    six = receiver(place(10, addresses=("10.0.2.10", "2001:db8:0:2::a")), network_type="dual_stack")
    both = sender(10, interface(10, addresses=("10.0.1.10", "2001:db8:0:1::a")))
    assert where(values(network(), both, six), "source_route") == ["over ipv4", "over ipv6"]


def test_lanes_that_differ_in_several_things_at_once() -> None:
    """No one of node and port is what these lanes differ in from the others."""
    closed = network(
        acls={CACHES_B: acl("acl-1", [deny(90, ports=(6380, 6380)), *OPEN])}, inbound=[rule(ports="6000-7000")]
    )
    to = receiver(place(10), place(11, CACHES_B), ports=(6379, 6380))
    found = values(closed, to=to)
    assert missing(["not at node-11 on tcp/6380"], found["summary"]) == []
    opened = network(
        acls={CACHES_B: acl("acl-1", [deny(90, ports=(6380, 6380)), *OPEN])},
        inbound=[rule(ports="6380")],
    )
    # Not on 6379 anywhere, and not on 6380 at one node.
    assert "only in part:" in values(opened, to=to)["summary"]


# The answer in one sentence.


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(GOOD, ["i-10 can reach sessions on tcp/6379"], id="yes"),
        pytest.param(path(source=sender(name="web-1")), ["web-1 (i-10) can reach"], id="by name"),
        pytest.param(
            path(network(inbound=[rule(ports="6000-7000")]), to=receiver(ports=(6379, 6380))),
            ["tcp/6379 and tcp/6380"],
            id="on both ports",
        ),
        pytest.param(BAD, ["i-10 cannot reach sessions: no inbound rule"], id="no"),
        pytest.param(path(CUT_OFF), ["cannot reach", "at 2 more places"], id="no, for several reasons"),
        pytest.param(path(network(inbound=[], outbound=[])), ["cannot reach", "at 1 more place."], id="no, for two"),
        pytest.param(PARTLY, ["can reach sessions only in part, not on tcp/6380: no inbound rule"], id="in part"),
        pytest.param(DOUBTFUL, ["Whether i-10 can reach sessions is not known: the network ACL"], id="not known"),
    ],
)
def test_the_answer(found: Path, words: list[str]) -> None:
    assert missing(words, summary(found)) == []


def test_only_what_stops_it_is_counted_and_each_place_once() -> None:
    assert "more" not in summary(BAD)
    both_ways = path(network(acls={APPS: acl("acl-1", CLOSED), CACHES: acl("acl-2", OPEN, CLOSED)}))
    assert (len(both_ways.blockers), "more" in summary(both_ways)) == (2, False)


@pytest.mark.parametrize(
    ("count", "words"), [(2, ["Each of i-10, i-11 can reach"]), (5, ["i-10, i-11, i-12", "2 more"])]
)
def test_the_answer_for_several_sources(count: int, words: list[str]) -> None:
    [found] = paths(network(), [sender(10 + number) for number in range(count)])
    assert missing(words, summary(found)) == []
