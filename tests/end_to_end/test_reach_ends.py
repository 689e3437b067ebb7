# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hops 1 and 2: the states of both ends. And the shape of an answer, as RETURN documents it."""

from __future__ import annotations

from typing import Any

from tests.documentation import documented
from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import SESSIONS_PORT, SUBNET_GROUP, Estate, start_instance
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.end_to_end.networks import add_interface, make_group
from tests.end_to_end.reach import (
    add_cache,
    address_of,
    answers,
    ask,
    carry_out,
    codes,
    evidence,
    explain,
    interface_of,
    own_acl,
    path,
    steps_of,
)
from tests.end_to_end.rules import allow, every_rule, inbound_rules
from tests.end_to_end.test_grant_and_revoke import assert_documented

REACHED: tuple[str, dict[str, str]] = ("reachable", {})


def test_the_way_from_end_to_end(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Every value of an answer that is yes."""
    batch, group = estate.instances["batch-1"], estate.groups["sessions-cache"]
    result = ask(ansible, "sessions", batch)
    interface = interface_of(ec2, batch)
    [(rule_id, _rule)] = inbound_rules(ec2, group).items()
    assert (result["region"], result["verdict"], result["planned"], result["missing"]) == (
        REGION,
        "reachable",
        False,
        [],
    )
    assert result["caches"] == [
        {
            "name": "sessions",
            "arn": f"arn:aws:elasticache:{REGION}:123456789012:replicationgroup:sessions",
            "kind": "replication_group",
            "status": "available",
            "ports": [SESSIONS_PORT],
            "vpc_id": estate.vpc_id,
            "verdicts": {batch: "reachable"},
        }
    ]
    assert result["sources"] == [
        {
            "source": batch,
            "type": "instance",
            "name": "batch-1",
            "state": "running",
            "interfaces": [
                {
                    "id": interface["NetworkInterfaceId"],
                    "vpc_id": estate.vpc_id,
                    "subnet_id": estate.subnet_ids[0],
                    "security_groups": [estate.groups["app-batch"]],
                    "addresses": [interface["PrivateIpAddress"]],
                }
            ],
        }
    ]
    found = path(result, batch)
    assert found["summary"] == f"batch-1 ({batch}) can reach sessions on tcp/{SESSIONS_PORT}."
    assert (found["first_blocker"], found["blockers"], found["fixes"]) == (None, [], [])
    assert found["lanes"] == [
        {
            "node": f"sessions-00{number}",
            "subnet_id": estate.subnet_ids[number - 1],
            "availability_zone": f"{REGION}{zone}",
            "port": SESSIONS_PORT,
            "family": "ipv4",
            "interface": 0,
            "verdict": "ok",
        }
        for number, zone in ((1, "a"), (2, "b"))
    ]
    assert {hop["verdict"] for hop in found["hops"]} == {"ok"}
    assert all(hop["steps"] for hop in found["hops"])
    [admitted] = steps_of(found, "cache_ingress")
    assert (evidence(admitted), admitted["where"]) == ({rule_id}, None)
    replies = {hop["name"] for hop in found["hops"] for step in hop["steps"] if step["direction"] == "reply"}
    assert {"cache_egress", "reply_acls", "return_route"} <= replies
    assert any("TLS" in each for each in result["not_looked_at"])


def test_states_of_the_cache(ansible: Ansible, emulator: Emulator, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """One that is changed or backed up goes on serving; what takes effect only later is not known."""
    group = make_group(ec2, estate.vpc_id, "states-cache")
    allow(ec2, group, estate.groups["app-web"], 6379)
    windows: dict[str, dict[str, Any]] = {
        "available": {},
        "modifying": {"status": "modifying"},
        "snapshotting": {"status": "snapshotting"},
        "creating": {"status": "creating"},
        "deleting": {"status": "deleting"},
        "incompatible": {"status": "incompatible-network"},
        "restoring": {"status": "restore-failed"},
        "rebooting": {"status": "rebooting cluster nodes"},
        "adding": {"membership_status": "adding"},
        "classic": {"classic": True},
    }
    for name, window in windows.items():
        add_cache(elasticache, name, SUBNET_GROUP, [group])
        if window:
            set_window(emulator.url, name, **window)
    web = estate.instances["web-1"]
    [result] = explain(ansible, {"caches": list(windows), "sources": [web]})
    assert [cache["name"] for cache in result["caches"]] == list(windows)
    verdicts = {cache["name"]: cache["verdicts"][web] for cache in result["caches"]}
    assert verdicts == {
        "available": "reachable",
        "modifying": "reachable",
        "snapshotting": "reachable",
        "creating": "blocked",
        "deleting": "blocked",
        "incompatible": "blocked",
        "restoring": "blocked",
        "rebooting": "unknown",
        "adding": "unknown",
        "classic": "unknown",
    }
    for name, verdict in verdicts.items():
        found = path(result, web, name)
        if verdict == "blocked":
            first = found["first_blocker"]
            assert (first["hop"], first["code"], first["direction"]) == ("cache_state", "BAD_STATE", "forward"), name
            assert windows[name]["status"] in first["sentence"]
            assert name in str(evidence(first))
        else:
            assert found["first_blocker"] is None, name
    [said] = steps_of(path(result, web, "modifying"), "cache_state")
    assert "modifying" in said["sentence"]
    [doubt] = steps_of(path(result, web, "adding"), "cache_ingress")
    assert (doubt["verdict"], "adding" in doubt["sentence"], group in str(evidence(doubt))) == ("unknown", True, True)


def test_states_of_the_source(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Of an instance, of a network interface with and without one, and of whoever has an address."""
    batch, subnet = estate.groups["app-batch"], estate.subnet_ids[0]
    stopped, other, gone = (start_instance(ec2, subnet, batch) for _each in range(3))
    sources = {
        "running": estate.instances["batch-1"],
        "its interface": interface_of(ec2, estate.instances["batch-1"])["NetworkInterfaceId"],
        "its address": address_of(ec2, estate.instances["batch-1"]),
        "stopped": stopped,
        "stopped as well": other,
        "interface of the stopped": interface_of(ec2, stopped)["NetworkInterfaceId"],
        "address of the stopped": address_of(ec2, stopped),
        "terminated": gone,
        "attached to nothing": add_interface(ec2, subnet, batch),
        "attached": add_interface(ec2, subnet, batch, estate.instances["web-1"]),
    }
    ec2.stop_instances(InstanceIds=[stopped, other])
    ec2.terminate_instances(InstanceIds=[gone])
    result = ask(ansible, "sessions", *sources.values())
    assert [each["source"] for each in result["sources"]] == list(sources.values())
    assert {each["source"]: each["state"] for each in result["sources"]} == {
        **dict.fromkeys((sources[name] for name in ("running", "its interface", "its address", "attached")), "running"),
        **{
            sources[name]: "stopped"
            for name in ("stopped", "stopped as well", "interface of the stopped", "address of the stopped")
        },
        gone: "terminated",
        sources["attached to nothing"]: "available",
    }
    off = ("blocked", {"source_state": "blocked"})
    found = answers(result, {name: source for name, source in sources.items() if name != "terminated"})
    assert found == {
        "running": REACHED,
        "its interface": REACHED,
        "its address": REACHED,
        "stopped": off,
        "stopped as well": off,
        "interface of the stopped": off,
        "address of the stopped": off,
        "attached to nothing": off,
        "attached": REACHED,
    }
    terminated = path(result, gone)
    assert terminated["verdict"] == "blocked"
    assert (terminated["first_blocker"]["hop"], evidence(terminated["first_blocker"])) == ("source_state", {gone})
    blocked = {name: source for name, source in sources.items() if path(result, source)["verdict"] == "blocked"}
    assert set(map(str, codes(result, blocked).values())) == {"['UNASSOCIATED_COMPONENT']"}
    assert result["verdict"] == "partial"
    # The two are told apart by nothing, and one command starts both.
    both = path(result, stopped)
    assert set(both["sources"]) == {stopped, other}
    carry_out(ansible, both)
    assert ask(ansible, "sessions", stopped, other)["verdict"] == "reachable"
    # What nobody can start is not offered to be started.
    assert not terminated["fixes"]


def plain(value: Any) -> Any:
    """Return a value as RETURN can describe it: without what is free to be keyed by sources, and without no blocker."""
    if isinstance(value, list):
        return [plain(each) for each in value if not (isinstance(each, dict) and each.get("first_blocker", 1) is None)]
    if isinstance(value, dict):
        return {name: {} if name == "verdicts" else plain(each) for name, each in value.items()}
    return value


def test_the_result_is_as_documented_with_every_list_filled(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Nothing more, nothing less, of the types that RETURN names."""
    said = documented(CHECKOUT / "plugins" / "modules" / "elasticache_reachability_info.py", "RETURN")
    own_acl(ec2, estate.vpc_id, estate.subnet_ids[1])
    batch, web = estate.instances["batch-1"], estate.instances["web-1"]
    add_interface(ec2, estate.subnet_ids[0], estate.groups["app-web"], web)
    question = {"caches": ["sessions", "carts", "nowhere"], "missing": "skip", "sources": [batch, web, "192.0.2.7"]}
    full, short = explain(ansible, question, {**question, "include_hops": False, "caches": ["sessions"]})
    for cache in full["caches"]:
        assert set(cache["verdicts"]) == {batch, web, "192.0.2.7"}
    for name, inner in said.items():
        assert_documented(plain(full[name]), inner, name)
    beside = {"failed", "invocation", "_ansible_no_log", "action", "warnings", "deprecations", "changed"}
    assert set(full) - beside == set(short) - beside == set(said)
    paths = said["paths"]["contains"]
    assert all(set(each) == set(paths) - {"hops", "lanes"} for each in short["paths"])
    told = {source: path(full, source, "sessions") for source in (batch, web)}
    for source, each in told.items():
        assert path(short, source) == {key: value for key, value in each.items() if key not in ("hops", "lanes")}
    filled = {name for name in said if full[name]}
    filled |= {f"paths.{name}" for each in full["paths"] for name, value in each.items() if value}
    filled |= {f"sources.{name}" for each in full["sources"] for name, value in each.items() if value}
    filled |= {f"step.{name}" for each in full["paths"] for step in each["blockers"] for name in step if step[name]}
    lists = {name for name, inner in said.items() if inner["type"] in ("list", "dict")}
    of_paths = {f"paths.{name}" for name, inner in paths.items() if inner["type"] in ("list", "dict")}
    assert filled >= lists | of_paths | {"sources.interfaces", "paths.several_interfaces", "step.evidence", "step.code"}
    assert {fix["task"] is not None for each in full["paths"] for fix in each["fixes"]} == {True, False}
    assert full["missing"] == ["nowhere"]


def test_nothing_is_changed_in_check_mode_or_in_earnest(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Any]
) -> None:
    """Both say the same, and only read."""
    question = {"sources": [*estate.instances.values(), "192.0.2.7"]}
    before = every_rule(ec2)
    calls.clear()
    [done] = explain(ansible, question)
    [foretold] = explain(ansible, question, check=True)
    assert done == foretold
    assert [cache["name"] for cache in done["caches"]] == ["fragments", "sessions", "carts"]
    assert all(call.action.startswith(("Describe", "Get", "Search")) for call in calls)
    assert all(" elasticache.access/" in call.user_agent for call in calls)
    assert every_rule(ec2) == before
