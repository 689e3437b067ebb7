# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._instances import (
    Instance,
    Interface,
    group_of_instance,
    parse_instances,
)
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference

WEB, JOBS, OTHER_WEB = ("sg-1", "app-web"), ("sg-2", "app-jobs"), ("sg-3", "app-web")


def instance(*interfaces: tuple[tuple[str, str], ...], state: str = "running") -> Instance:
    """An instance that carries these groups, (id, name), per interface."""
    made = tuple(Interface(f"eni-{number}", groups) for number, groups in enumerate(interfaces, 1))
    return Instance("i-1", state, made)


def test_instances_are_those_of_every_reservation_by_id_with_all_interfaces() -> None:
    reservations: list[dict[str, Any]] = [
        {
            "Instances": [
                {
                    "InstanceId": "i-1",
                    "State": {"Code": 16, "Name": "running"},
                    # Those of the primary interface alone.
                    "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "app-web"}],
                    "NetworkInterfaces": [
                        {"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-1", "GroupName": "app-web"}]},
                        {
                            "NetworkInterfaceId": "eni-2",
                            "Groups": [{"GroupId": "sg-3", "GroupName": "app-web"}, {"GroupId": "sg-2"}],
                        },
                        {"NetworkInterfaceId": "eni-3"},
                    ],
                },
                {"InstanceId": "i-2", "State": {"Name": "terminated"}},
            ]
        },
        {"ReservationId": "r-1"},
        {"Instances": [{"InstanceId": "i-3", "NetworkInterfaces": []}]},
    ]
    assert parse_instances(reservations) == {
        "i-1": instance((WEB,), (("sg-2", ""), OTHER_WEB), ()),
        "i-2": Instance("i-2", "terminated", ()),
        "i-3": Instance("i-3", "unknown", ()),
    }


@pytest.mark.parametrize(
    ("facts", "expected"), [({}, False), ({"Platform": "windows"}, True), ({"Platform": "Windows"}, True)]
)
def test_whether_an_instance_runs_windows(facts: dict[str, str], expected: bool) -> None:
    [found] = parse_instances([{"Instances": [{"InstanceId": "i-1", **facts}]}]).values()
    assert found.is_windows is expected


@pytest.mark.parametrize(
    ("state", "is_at_rest"),
    [("pending", False), ("running", False), ("stopping", True), ("stopped", True), ("terminated", False)],
)
def test_what_is_at_rest(state: str, is_at_rest: bool) -> None:
    assert instance(state=state).is_at_rest is is_at_rest


@pytest.mark.parametrize(
    ("found", "chosen", "group_id"),
    [
        pytest.param(instance((WEB,)), None, "sg-1", id="the only group"),
        pytest.param(instance((WEB,), (WEB,)), None, "sg-1", id="one group on two interfaces"),
        pytest.param(instance((WEB,), ()), None, "sg-1", id="an interface without a group"),
        pytest.param(instance((WEB,), state="stopped"), None, "sg-1", id="a stopped instance"),
        pytest.param(instance((WEB, JOBS)), GroupReference(name="app-jobs"), "sg-2", id="one of two by name"),
        pytest.param(instance((WEB,), (JOBS,)), GroupReference("sg-2"), "sg-2", id="one of the second interface by id"),
        pytest.param(instance((WEB, OTHER_WEB)), GroupReference("sg-3"), "sg-3", id="one of two of a name by id"),
        pytest.param(instance((WEB,)), GroupReference(name="app-web"), "sg-1", id="the only group, named"),
    ],
)
def test_which_group_stands_for_an_instance(found: Instance, chosen: GroupReference | None, group_id: str) -> None:
    assert group_of_instance(found, chosen) == group_id


GONE = "and has no network interface any more; name its security group as security_group, or another instance."


@pytest.mark.parametrize(
    ("found", "chosen", "sentence"),
    [
        pytest.param(instance(state="terminated"), None, f"instance 'i-1' is terminated {GONE}", id="terminated"),
        pytest.param(
            instance((WEB,), state="shutting-down"), None, f"instance 'i-1' is shutting-down {GONE}", id="shutting down"
        ),
        pytest.param(
            instance((), state="running"),
            None,
            "instance 'i-1' (running) has no network interface with a security group; name its address as cidr.",
            id="no group",
        ),
        pytest.param(
            instance((WEB,), (WEB, JOBS)),
            None,
            "instance 'i-1' carries several security groups (app-web (sg-1) on eni-1 and eni-2, "
            "app-jobs (sg-2) on eni-2); set security_group beside instance to the one that is to reach the cache.",
            id="two groups and no choice",
        ),
        pytest.param(
            instance((WEB, OTHER_WEB)),
            GroupReference(name="app-web"),
            "instance 'i-1' carries several security groups of the name 'app-web' (app-web (sg-1) on eni-1, "
            "app-web (sg-3) on eni-1); set security_group beside instance to the id of one.",
            id="two groups of the chosen name",
        ),
        pytest.param(
            instance((WEB,)),
            GroupReference(name="app-jobs"),
            "security_group 'app-jobs' is not carried by instance 'i-1'; it carries app-web (sg-1) on eni-1.",
            id="a group that it does not carry, by name",
        ),
        pytest.param(
            instance((WEB,)),
            GroupReference("sg-2"),
            "security_group 'sg-2' is not carried by instance 'i-1'; it carries app-web (sg-1) on eni-1.",
            id="a group that it does not carry, by id",
        ),
    ],
)
def test_an_instance_for_which_no_group_stands(found: Instance, chosen: GroupReference | None, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        group_of_instance(found, chosen)
    assert str(caught.value) == sentence
