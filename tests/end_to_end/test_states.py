# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Caches that come, go, or are being changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.rules import every_rule, inbound

WEB = {"security_group": "app-web"}


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
def test_a_cache_that_is_being_created_is_waited_for_when_asked(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator, check: bool
) -> None:
    """Without, it is an error, unless the ports are stated."""
    before = every_rule(ec2)
    set_window(emulator.url, "fragments", status="creating")
    told, late, stated = ansible.access(
        {"cache": "fragments", "sources": [WEB]},
        {"cache": "fragments", "sources": [WEB], "wait": True, "wait_timeout": 1},
        {"cache": "fragments", "sources": [{"cidr": "10.1.0.0/16"}], "ports": [11211]},
        check=check,
    )
    assert told["msg"] == (
        "cache 'fragments' is creating and does not report its port yet; run again when it is available, set wait to "
        "true, or set ports to the ports it is being created with."
    )
    assert late["msg"] == (
        "cache fragments is still being created after 1 seconds (wait_timeout), and nothing was changed; run again, "
        "or raise wait_timeout."
    )
    assert stated["changed"] is True
    assert stated["warnings"] == [
        "Cache 'fragments' is creating: nothing can connect to it yet, whatever the rules say."
    ]
    set_window(emulator.url, "fragments", status="creating", describes=2)
    [waited] = ansible.access({"cache": "fragments", "sources": [WEB], "wait": True}, check=check)
    assert waited["changed"] is True
    assert (waited["caches"][0]["status"], waited["caches"][0]["ports"]) == ("available", [11211])
    assert (every_rule(ec2) == before) is check
    if not check:
        group = estate.groups["fragments-cache"]
        assert inbound(ec2, group) == {
            (11211, 11211, estate.groups["app-web"], ""),
            (11211, 11211, "10.1.0.0/16", ""),
        }


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_cache_that_is_being_deleted_is_an_error(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator, state: str, check: bool
) -> None:
    """Of every kind, whatever ElastiCache leaves out of its answer by then."""
    before = every_rule(ec2)
    without = ["MemberClusters", "NodeGroups", "ConfigurationEndpoint", "SecurityGroups"]
    for cache in estate.caches:
        set_window(emulator.url, cache.name, status="deleting", without=without)
    results = ansible.access(
        *({"cache": cache.name, "sources": [WEB], "state": state, "wait": True} for cache in estate.caches),
        check=check,
    )
    assert [result["msg"] for result in results] == [
        f"cache '{cache.name}' is deleting; take it out of the task, or create it again first."
        for cache in estate.caches
    ]
    assert every_rule(ec2) == before


def test_a_membership_that_is_not_in_force_yet_is_reported(
    ansible: Ansible, estate: Estate, emulator: Emulator
) -> None:
    """The rules are made all the same."""
    set_window(emulator.url, "sessions", status="modifying", membership_status="adding")
    for check in (True, False):
        [result] = ansible.access({"cache": "sessions", "sources": [WEB]}, check=check)
        assert result["changed"] is True
        [cache] = result["caches"]
        assert [group["status"] for group in cache["security_groups"]] == ["adding"]
        group = f"sessions-cache ({estate.groups['sessions-cache']})"
        assert result["warnings"] == [
            f"Security group {group} is adding on cache 'sessions', not yet active: its rules are not, or not "
            "everywhere, in force."
        ]


def test_members_that_differ_are_reported_with_both_sets(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """The rules have to be chosen a group, and all groups are searched when access is taken away."""
    old, new = estate.groups["sessions-cache"], estate.groups["carts-cache"]
    set_window(emulator.url, "sessions-002", group_ids=[new])
    unsaid, granted, revoked = ansible.access(
        {"cache": "sessions", "sources": [WEB]},
        {"cache": "sessions", "sources": [WEB], "security_group": "carts-cache"},
        {"cache": "sessions", "sources": [WEB], "state": "absent"},
    )
    assert "carries several security groups" in unsaid["msg"]
    assert granted["caches"][0]["differing_members"] == [
        {"name": "sessions-001", "security_groups": [old]},
        {"name": "sessions-002", "security_groups": [new]},
    ]
    assert granted["warnings"] == [
        f"Members of cache 'sessions' carry different security groups: sessions-001 carries sessions-cache ({old}); "
        f"sessions-002 carries carts-cache ({new})."
    ]
    assert [rule["security_group_id"] for rule in revoked["caches"][0]["removed"]] == [new]
    assert (6390, 6390, estate.groups["app-web"], "") not in inbound(ec2, new)


def test_a_waiting_time_that_is_none_is_refused(ansible: Ansible) -> None:
    """Even where nothing has to be waited for."""
    [result] = ansible.access({"cache": "sessions", "sources": [WEB], "wait_timeout": 0})
    assert result["msg"] == "wait_timeout is 0; give the seconds to wait, or set wait to false."
