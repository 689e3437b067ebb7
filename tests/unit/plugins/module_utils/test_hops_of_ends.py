# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    INSTANCES,
    INTERFACES,
    SUBNET_GROUPS,
    SUBNETS,
)
from ansible_collections.elasticache.access.plugins.module_utils._hops_of_ends import (
    address_family,
    cache_state,
    hidden_place,
    source_state,
)
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver
from ansible_collections.elasticache.access.plugins.module_utils._senders import (
    ADDRESS,
    INSTANCE,
    INTERFACE,
    Sender,
)
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BAD_STATE,
    BLOCKED,
    OK,
    UNASSOCIATED_COMPONENT,
    UNKNOWN,
)
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

from tests.unit.connections import SESSIONS_CACHE, command, evidence, interface, receiver, sender
from tests.unit.values import SESSIONS, VPC, cache, missing

BLIND = Subnet("subnet-9", VPC, "1a")


@pytest.mark.parametrize("status", ["available", "modifying", "snapshotting"])
def test_a_cache_that_serves(status: str) -> None:
    step = cache_state(cache("sessions", SESSIONS, status=status))
    assert (step.verdict, missing([status], step.sentence), evidence(step)) == (OK, [], [SESSIONS_CACHE.arn])
    assert ("believed" in step.sentence) is (status != "available")


@pytest.mark.parametrize(
    "status", ["creating", "create-failed", "deleting", "deleted", "incompatible-network", "restore-failed"]
)
def test_a_cache_that_serves_nobody(status: str) -> None:
    step = cache_state(cache("sessions", SESSIONS, status=status, arn=None))
    assert (step.verdict, step.code, evidence(step)) == (BLOCKED, BAD_STATE, ["sessions"])
    assert missing([status], step.sentence) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": "rebooting cluster nodes"}, ["rebooting cluster nodes"]),
        ({"status": "unknown"}, ["unknown"]),
        ({"ports": ()}, ["port"]),
        ({"is_classic": True}, ["EC2-Classic"]),
    ],
)
def test_a_cache_that_may_not_serve(facts: dict[str, object], words: list[str]) -> None:
    step = cache_state(cache("sessions", SESSIONS, **facts))
    assert (step.verdict, step.code, missing(words, step.sentence)) == (UNKNOWN, "", [])


def test_a_source_that_runs() -> None:
    step = source_state([sender(1)], ())
    assert (step.verdict, evidence(step)) == (OK, ["i-1"])
    step = source_state([Sender(INTERFACE, "eni-1", state="in-use", carriers=(interface(),))], ())
    assert (step.verdict, evidence(step)) == (OK, ["eni-1"])


@pytest.mark.parametrize("state", ["stopping", "stopped", "shutting-down"])
def test_an_instance_that_does_not_run(state: str) -> None:
    step = source_state([sender(1, state=state), sender(2, state=state)], ())
    assert (step.verdict, step.code, missing([state], step.sentence)) == (BLOCKED, UNASSOCIATED_COMPONENT, [])
    start = "aws ec2 start-instances --instance-ids i-1 i-2"
    assert command(step) == (start if state == "stopped" else "")


def test_an_instance_without_network_interface() -> None:
    step = source_state([Sender(INSTANCE, "i-1", state="terminated")], ())
    assert (step.verdict, step.code, evidence(step)) == (BLOCKED, UNASSOCIATED_COMPONENT, ["i-1"])
    assert missing(["terminated", "no network interface"], step.sentence) == []


def test_an_interface_that_is_attached_to_nothing() -> None:
    step = source_state([Sender(INTERFACE, "eni-1", state="available", carriers=(interface(),))], ())
    assert (step.verdict, step.code, step.mend) == (BLOCKED, UNASSOCIATED_COMPONENT, None)
    assert missing(["network interface", "attached to nothing"], step.sentence) == []


@pytest.mark.parametrize("state", ["attaching", "detaching"])
def test_an_interface_that_is_not_attached_for_now(state: str) -> None:
    step = source_state([Sender(INTERFACE, "eni-1", state=state, carriers=(interface(),))], ())
    assert (step.verdict != OK, missing(["network interface", state], step.sentence)) == (True, [])


def test_an_interface_of_an_instance_that_is_stopped_starts_nothing() -> None:
    """The id of the interface is no instance's."""
    step = source_state([Sender(INTERFACE, "eni-1", state="stopped", carriers=(interface(),))], ())
    assert (step.verdict, command(step)) == (BLOCKED, "")


@pytest.mark.parametrize(
    ("source", "words", "action"),
    [
        (Sender(ADDRESS, "203.0.113.7"), ["outside"], ""),
        (sender(1, state="pending"), ["starting"], ""),
        (Sender(INTERFACE, "eni-1", carriers=(interface(),)), ["could not be read"], INSTANCES),
    ],
)
def test_a_source_that_may_not_run(source: Sender, words: list[str], action: str) -> None:
    step = source_state([source], ())
    assert (step.verdict, step.action, missing(words, step.sentence)) == (UNKNOWN, action, [])


def test_an_address_whose_interface_may_not_be_read() -> None:
    step = source_state([Sender(ADDRESS, "10.0.0.7")], {INTERFACES})
    assert (step.verdict, step.action, missing(["outside"], step.sentence)) == (UNKNOWN, INTERFACES, ["outside"])


def test_an_address_that_several_vpcs_have() -> None:
    both = tuple(Sender(ADDRESS, "10.0.0.7", carriers=(interface(number),)) for number in (1, 2))
    step = source_state([Sender(ADDRESS, "10.0.0.7", candidates=both)], ())
    assert (step.verdict, missing(["eni-1 and eni-2"], step.sentence)) == (UNKNOWN, [])


@pytest.mark.parametrize(
    ("subnets", "denied", "action"),
    [
        ((), (), ""),
        ((), (INTERFACES,), INTERFACES),
        ((), (INTERFACES, SUBNET_GROUPS), SUBNET_GROUPS),
        ((BLIND,), (), ""),
        ((BLIND,), (SUBNETS,), SUBNETS),
    ],
)
def test_a_node_of_which_no_address_is_known(subnets: tuple[Subnet, ...], denied: tuple[str, ...], action: str) -> None:
    step = hidden_place(Place("s-001", subnets, ()), denied)
    assert (step.verdict, step.action) == (UNKNOWN, action)
    assert missing([subnets[0].subnet_id if subnets else "s-001"], step.sentence) == []


@pytest.mark.parametrize(
    ("to", "ours", "common", "verdict", "words"),
    [
        pytest.param(receiver(), [32, 128], [32], OK, ["ipv4."], id="one family"),
        pytest.param(receiver(), [32, 128], [32, 128], OK, ["ipv4 and ipv6."], id="both families"),
        pytest.param(receiver(network_type="ipv6"), [32], [], BLOCKED, ["over ipv6 alone", "ipv4 only"], id="none"),
        pytest.param(
            receiver(network_type="dual_stack"), [128], [], BLOCKED, ["ipv4 and ipv6", "ipv6 only"], id="none of two"
        ),
        pytest.param(Receiver(SESSIONS_CACHE, ()), [32], [], UNKNOWN, ["which subnets"], id="where it is is not known"),
        pytest.param(receiver(), [], [], UNKNOWN, ["no address"], id="no address is known"),
    ],
)
def test_address_families(
    to: Receiver, ours: Sequence[int], common: Sequence[int], verdict: str, words: list[str]
) -> None:
    step = address_family(to, ours, common)
    assert (step.verdict, missing(words, step.sentence)) == (verdict, [])
