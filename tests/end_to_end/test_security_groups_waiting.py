# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_security_groups and caches that take their time: before they can be changed, and until they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import faults
from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.networks import make_group
from tests.end_to_end.test_security_groups import CHANGES, carried, run

NAMES = ("sessions", "fragments", "carts")


def changes(calls: list[Call]) -> int:
    """How many calls changed a cache."""
    return sum(call.action in CHANGES for call in calls)


def fleet(*groups: str, **options: Any) -> dict[str, Any]:
    """Options by which every cache of the estate carries these groups besides."""
    return {"assignments": [{"cache": name, "security_groups": list(groups)} for name in NAMES], **options}


def errors(result: dict[str, Any]) -> list[str]:
    """The error of each cache, without what is said of each group and node."""
    return [(cache["error"] or "").rpartition("; ")[2] for cache in result["caches"]]


def test_each_kind_is_waited_for_until_every_node_has_the_groups_in_force(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator, calls: list[Call]
) -> None:
    """Nodes that are changed one after the other, groups that are on their way, and a status that passes."""
    more = make_group(ec2, estate.vpc_id, "monitoring")
    own = estate.groups["sessions-cache"]
    passing = {"status": "modifying", "describes": 2}
    set_window(emulator.url, "sessions-001", on_modify={"membership_status": {more: "adding"}, "describes": 2})
    set_window(emulator.url, "sessions-002", on_modify={"group_ids": [own], "describes": 3})
    set_window(emulator.url, "fragments", on_modify={"membership_status": {more: "adding"}, **passing})
    set_window(emulator.url, "carts", on_modify=passing)
    [foretold] = run(ansible, fleet("monitoring"), check=True)
    calls.clear()
    [done] = run(ansible, fleet("monitoring"))
    looks = [call for call in calls if call.action == "DescribeServerlessCaches"]
    again = run(ansible, fleet("monitoring"))[0]
    assert not done.get("failed"), done["msg"]
    assert len(looks) >= 3
    assert changes(calls) == 3
    assert (done["changed"], again["changed"], "warnings" in done) == (True, False, False)
    assert done["caches"] == foretold["caches"]
    for cache in done["caches"]:
        assert (cache["in_force"], cache["error"], cache["differing_members"]) == (True, None, [])
        assert {group["status"] for group in cache["security_groups"]} == {"active"}
        assert more in carried(elasticache, cache["name"])


def test_detaching_is_waited_for_as_well_and_goes_on_being_foretold_while_it_lasts(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator, calls: list[Call]
) -> None:
    """A group that is being detached is none that has to be detached; who wants it back gets it back."""
    more, own = make_group(ec2, estate.vpc_id, "monitoring"), estate.groups["sessions-cache"]
    detach = {"cache": "sessions", "security_groups": ["monitoring"], "state": "absent"}
    going: dict[str, Any] = {"group_ids": [own, more], "membership_status": {more: "removing"}}
    set_window(emulator.url, "sessions-001", **going)
    set_window(emulator.url, "sessions-002", **going)
    [foretold, back] = run(ansible, detach, {**detach, "state": "present"}, check=True)
    assert (foretold["changed"], foretold["caches"][0]["detached"]) == (False, [])
    assert (back["changed"], [group["id"] for group in back["caches"][0]["attached"]]) == (True, [more])
    set_window(emulator.url, "sessions-001", **going, describes=4)
    set_window(emulator.url, "sessions-002", **going, describes=4)
    [hurried, patient] = run(ansible, {**detach, "wait_timeout": 1}, detach)
    assert f"{more} is removing on sessions-001" in hurried["msg"]
    assert hurried["msg"].endswith("run again to wait on. Nothing was changed.")
    assert not patient.get("failed"), patient["msg"]
    assert (hurried["changed"], patient["changed"], patient["caches"][0]["in_force"]) == (False, False, True)
    assert changes(calls) == 0


@pytest.mark.usefixtures("estate")
def test_what_takes_too_long_is_an_error_and_the_next_run_waits_on(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator, calls: list[Call]
) -> None:
    """The first one changes them, the second one waits in vain, the third one is there when it is done."""
    make_group(ec2, estate.vpc_id, "monitoring")
    adding = {"membership_status": "adding"}
    for name, window in (("sessions", adding), ("fragments", adding), ("carts", {"status": "modifying"})):
        set_window(emulator.url, name, on_modify=window)
    [first] = run(ansible, fleet("monitoring", wait_timeout=1))
    assert first["failed"] and first["changed"]
    assert first["msg"].endswith("The security groups of sessions, fragments, carts were changed, as caches says.")
    assert "cache carts: after 1 seconds (wait_timeout) it is modifying; run again to wait on." in first["msg"]
    assert errors(first) == ["run again to wait on."] * 3
    assert [bool(cache["attached"]) for cache in first["caches"]] == [True] * 3
    assert [cache["in_force"] for cache in first["caches"]] == [False] * 3
    [second] = run(ansible, fleet("monitoring", wait_timeout=1))
    assert second["failed"] and not second["changed"]
    assert second["msg"].endswith("Nothing was changed.")
    assert errors(second) == ["run again to wait on."] * 3
    # Without waiting that is a warning.
    [unwaited] = run(ansible, fleet("monitoring", wait=False))
    assert not unwaited.get("failed"), unwaited["msg"]
    assert [cache["in_force"] for cache in unwaited["caches"]] == [False] * 3
    assert unwaited["warnings"][-1] == (
        "The security groups of cache 'carts' are not in force everywhere yet: it is modifying."
    )
    for name in NAMES:
        set_window(emulator.url, name)
    [third] = run(ansible, fleet("monitoring"))
    assert (third.get("failed", False), third["changed"]) == (False, False)
    assert [cache["in_force"] for cache in third["caches"]] == [True] * 3
    assert changes(calls) == 3
    assert len(carried(elasticache, "sessions")) == 2


@pytest.mark.parametrize(("name", "status"), [("fragments", "rebooting cluster nodes"), ("sessions", "snapshotting")])
def test_a_busy_cache_is_waited_for_before_it_is_changed(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator, name: str, status: str
) -> None:
    """Or gets its sentence; in check mode it is told what will be done. A state that never passes gets another one."""
    more = make_group(ec2, estate.vpc_id, "monitoring")
    task = {"cache": name, "security_groups": ["monitoring"]}
    set_window(emulator.url, name, status=status)
    [late, at_once] = run(ansible, {**task, "wait_timeout": 1}, {**task, "wait": False})
    [foretold, refused] = run(ansible, task, {**task, "wait": False}, check=True)
    for result in (late, at_once, refused):
        assert result["msg"] == (
            f"cache '{name}' is {status}, and ElastiCache changes the groups of an available cache alone; run again "
            "when it is available, set wait to true, or raise wait_timeout."
        )
    assert more not in carried(elasticache, name)
    set_window(emulator.url, name, status="creating", describes=2)
    [done] = run(ansible, task)
    assert not done.get("failed"), done["msg"]
    for result in (foretold, done):
        assert (result["changed"], [group["id"] for group in result["caches"][0]["attached"]]) == (True, [more])
    assert foretold["diff"] == done["diff"]
    assert more in carried(elasticache, name)
    set_window(emulator.url, name, status="incompatible-network")
    other = {**task, "security_groups": ["app-web"]}
    [broken, unchanged] = run(ansible, other, task)
    assert broken["msg"] == (
        f"cache '{name}' is incompatible-network, and ElastiCache changes the groups of an available cache alone; "
        "mend or create that cache anew, or take it out of the task."
    )
    assert unchanged["changed"] is False
    set_window(emulator.url, name, status="deleting")
    [going] = run(ansible, other)
    assert going["msg"] == f"cache '{name}' is deleting; take it out of the task, or create it again first."


def test_a_cache_that_becomes_busy_at_the_last_moment_is_tried_again(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator, calls: list[Call]
) -> None:
    """The others do not wait for it to be changed. Without waiting it gets ElastiCache's own sentence."""
    make_group(ec2, estate.vpc_id, "monitoring")
    code = "InvalidReplicationGroupState"
    said = "Replication group must be in available state to modify."
    faults.inject(emulator.url, "ModifyReplicationGroup", code, said)
    [at_once] = run(ansible, fleet("monitoring", wait=False))
    assert at_once["msg"] == (
        f"cache sessions: ElastiCache is busy with the cache ({code} on elasticache:ModifyReplicationGroup): "
        f"{said.rstrip('.')}; run again when it is available. The security groups of fragments, carts were changed, as "
        "caches says."
    )
    faults.inject(emulator.url, "ModifyReplicationGroup", code, said)
    calls.clear()
    [patient] = run(ansible, fleet("monitoring"))
    assert not patient.get("failed"), patient["msg"]
    assert [bool(cache["attached"]) for cache in patient["caches"]] == [True, False, False]
    assert changes(calls) == 2
    assert len(carried(elasticache, "sessions")) == 2


def test_a_cache_that_goes_while_it_is_waited_for(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator
) -> None:
    """It is told of as that, and the others are done."""
    make_group(ec2, estate.vpc_id, "monitoring")
    set_window(emulator.url, "fragments", on_modify={"status": "deleting", "without": ["SecurityGroups"]})
    [gone] = run(ansible, fleet("monitoring", wait_timeout=20))
    assert gone["failed"] and gone["changed"]
    assert gone["msg"] == (
        "cache fragments: whether it is in force could not be seen: cache 'fragments' is deleting; take it out of the "
        "task, or create it again first. The security groups of sessions, fragments, carts were changed, as caches "
        "says."
    )
    assert [cache["in_force"] for cache in gone["caches"]] == [True, False, True]
    assert gone["caches"][1]["status"] == "deleting"
    assert len(carried(elasticache, "carts")) == 2
