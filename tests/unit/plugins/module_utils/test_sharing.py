# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier, parse_carriers
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._plan import make_plan
from ansible_collections.elasticache.access.plugins.module_utils._sharing import (
    check_sharing,
    groups_not_to_share,
)
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

from tests.unit.values import CARTS, MANAGED, SESSIONS, WEB, cache, missing, rule, target

BOTH = (SESSIONS, CARTS)
PURGING = target((WEB.group_id, None), purge="managed")


def carrier(*groups: SecurityGroup, **facts: Any) -> Carrier:
    """An interface of nobody known that carries these groups."""
    plain = Carrier("eni-1", tuple(group.group_id for group in groups), "", False, False, "subnet-1", "")
    return replace(plain, **facts)


def test_interfaces_as_ec2_tells_them() -> None:
    answers: list[dict[str, Any]] = [
        {
            "NetworkInterfaceId": "eni-1",
            "Groups": [{"GroupId": SESSIONS.group_id, "GroupName": "sessions"}, {"GroupId": CARTS.group_id}],
            "Description": "ElastiCache sessions-001",
            "RequesterId": "amazon-elasticache",
            "InterfaceType": "interface",
            "SubnetId": "subnet-1",
            "Attachment": {"AttachmentId": "ela-attach-1", "InstanceOwnerId": "amazon-elasticache"},
        },
        {
            "NetworkInterfaceId": "eni-2",
            "Groups": [{"GroupId": SESSIONS.group_id}],
            "Description": "VPC Endpoint Interface vpce-1",
            "InterfaceType": "vpc_endpoint",
            "SubnetId": "subnet-1",
        },
        {"NetworkInterfaceId": "eni-3", "Description": "", "Attachment": {"InstanceId": "i-1"}},
        # Somebody else's words do not make an interface ElastiCache's, nor does its name alone.
        {"NetworkInterfaceId": "eni-4", "Description": "ElastiCache sessions-001", "RequesterId": "123456789012"},
        {"NetworkInterfaceId": "eni-5", "RequesterId": "amazon-elasticache"},
    ]
    assert parse_carriers(answers) == [
        Carrier("eni-1", (SESSIONS.group_id, CARTS.group_id), "ElastiCache sessions-001", True, False, "subnet-1", ""),
        Carrier("eni-2", (SESSIONS.group_id,), "VPC Endpoint Interface vpce-1", False, True, "subnet-1", ""),
        Carrier("eni-3", (), "", False, False, "", "i-1"),
        Carrier("eni-4", (), "ElastiCache sessions-001", False, False, "", ""),
        Carrier("eni-5", (), "", False, False, "", ""),
    ]


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        pytest.param(carrier(), "eni-1", id="of nobody"),
        pytest.param(carrier(description="RDSNetworkInterface"), "eni-1 (RDSNetworkInterface)", id="of a service"),
        pytest.param(carrier(description="Primary", instance_id="i-1"), "eni-1 (instance i-1)", id="of an instance"),
    ],
)
def test_an_interface_is_shown_with_whose_it_is(shown: Carrier, text: str) -> None:
    assert str(shown) == text


SERVERLESS = cache("carts", SESSIONS, kind="serverless", subnet_ids=("subnet-1", "subnet-2"))
NODE_BASED = cache("sessions", SESSIONS, subnet_ids=("subnet-1",))
ENDPOINT = carrier(SESSIONS, is_vpc_endpoint=True)


@pytest.mark.parametrize(
    ("found", "caches", "is_of_one"),
    [
        pytest.param(carrier(SESSIONS, is_elasticache=True), [], True, id="a node's, as ElastiCache says"),
        pytest.param(ENDPOINT, [SERVERLESS], True, id="an endpoint in a subnet of a serverless cache"),
        pytest.param(ENDPOINT, [NODE_BASED, SERVERLESS], True, id="an endpoint in a subnet of the second cache"),
        pytest.param(replace(ENDPOINT, subnet_id="subnet-9"), [SERVERLESS], False, id="an endpoint elsewhere"),
        pytest.param(ENDPOINT, [NODE_BASED], False, id="an endpoint in a subnet of a cache with nodes"),
        pytest.param(
            ENDPOINT,
            [replace(SERVERLESS, security_groups=())],
            False,
            id="an endpoint in a subnet of a serverless cache without the group",
        ),
        pytest.param(carrier(SESSIONS), [SERVERLESS], False, id="another interface in a subnet of a serverless cache"),
    ],
)
def test_which_interfaces_are_of_a_cache(found: Carrier, caches: list[Cache], is_of_one: bool) -> None:
    in_call = [PURGING, *(replace(PURGING, cache=each) for each in caches)]
    refusal = pytest.raises(InvalidGrantError, match=f"carried by network interface {found.interface_id};")
    with nullcontext() if is_of_one else refusal:
        check_sharing([SESSIONS], in_call, caches, [found])


OURS = rule("10.1.0.0/16", tags=MANAGED)
OURS_IN_CARTS = rule("10.1.0.0/16", group=CARTS.group_id, tags=MANAGED)
EXISTING = {SESSIONS.group_id: [OURS], CARTS.group_id: [OURS_IN_CARTS]}


@pytest.mark.parametrize(
    ("targets", "guarded"),
    [
        pytest.param([], (), id="no grant"),
        pytest.param([target((WEB.group_id, None))], (), id="nothing is purged"),
        pytest.param([PURGING], (SESSIONS,), id="a group that loses a rule"),
        pytest.param([replace(PURGING, groups=BOTH)], BOTH, id="two groups that lose a rule"),
        pytest.param([replace(PURGING, purge_shared=True)], (), id="one that loses a rule with leave"),
        pytest.param([target(("10.1.0.0/16", None), purge="all")], (), id="one that loses none"),
        pytest.param([target(("10.1.0.0/16", None), is_present=False)], (), id="one that loses what is named"),
        pytest.param(
            [replace(PURGING, purge_shared=True), replace(PURGING, cache=cache("tokens", SESSIONS))],
            (SESSIONS,),
            id="one of two caches gives no leave",
        ),
        pytest.param(
            [replace(PURGING, groups=BOTH, purge_shared=True), target(groups=(CARTS,), name="carts", purge="managed")],
            (CARTS,),
            id="one group is of a cache that gives no leave",
        ),
    ],
)
def test_which_groups_must_not_be_shared(targets: list[Target], guarded: tuple[SecurityGroup, ...]) -> None:
    found = groups_not_to_share(make_plan(targets, EXISTING))
    assert found == {group.group_id: group for group in guarded}


IN_CALL = [PURGING, target(name="tokens", purge="managed"), target(name="carts", groups=(CARTS,))]


@pytest.mark.parametrize(
    ("caches", "carriers"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([cache("sessions", SESSIONS), cache("tokens", SESSIONS)], [], id="the caches of the call"),
        pytest.param([cache("users", CARTS)], [], id="a cache with another group"),
        pytest.param([], [carrier(CARTS)], id="an interface with another group"),
        pytest.param(
            [cache("sessions", SESSIONS)], [carrier(SESSIONS, is_elasticache=True)], id="the interfaces of nodes"
        ),
    ],
)
def test_a_group_that_nobody_else_carries(caches: list[Cache], carriers: list[Carrier]) -> None:
    check_sharing([SESSIONS], IN_CALL, caches, carriers)


@pytest.mark.parametrize(
    ("caches", "carriers", "words"),
    [
        pytest.param([cache("users", SESSIONS, CARTS)], [], ["carried by cache users;"], id="another cache"),
        pytest.param(
            [cache("sessions", SESSIONS, kind="serverless")],
            [],
            ["carried by cache sessions;"],
            id="a cache of the same name and of another kind",
        ),
        pytest.param(
            [],
            [carrier(SESSIONS, instance_id="i-1")],
            ["carried by network interface eni-1 (instance i-1);"],
            id="an instance",
        ),
        pytest.param([], [ENDPOINT], ["carried by network interface eni-1;"], id="an endpoint of somebody"),
        pytest.param(
            [cache(f"c{number}", SESSIONS) for number in range(3)],
            [carrier(SESSIONS, interface_id=f"eni-{number}") for number in range(2)],
            ["cache c0, cache c1, cache c2, network interface eni-0, network interface eni-1;"],
            id="five are listed in full",
        ),
        pytest.param(
            [cache(f"c{number}", SESSIONS) for number in range(8)],
            [],
            ["cache c0, cache c1, cache c2, cache c3, cache c4 and 3 more;"],
            id="the rest of many is counted",
        ),
    ],
)
def test_a_group_that_somebody_else_carries(caches: list[Cache], carriers: list[Carrier], words: list[str]) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        check_sharing([SESSIONS], IN_CALL, caches, carriers)
    said = [f"purge for cache sessions, tokens would remove rules of security group {SESSIONS}", "purge_shared"]
    assert missing([*said, *words], caught.value) == []


def test_only_caches_that_purge_are_blamed() -> None:
    targets = [PURGING, target(name="tokens", ports=(6380,))]
    with pytest.raises(InvalidGrantError) as caught:
        check_sharing([SESSIONS], targets, [cache("users", SESSIONS)], [])
    assert missing(["purge for cache sessions would"], caught.value) == []
