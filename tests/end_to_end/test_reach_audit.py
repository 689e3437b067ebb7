# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An audit that tells of whoever is behind a rule whether it gets through to the cache."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.estate import SESSIONS_PORT, Estate, start_instance
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.audits import rows
from tests.end_to_end.conftest import Call, Credentials
from tests.end_to_end.networks import accept, add_interface, make_group, peer
from tests.end_to_end.reach import Elsewhere, explain, forbid_out, interface_of, own_acl
from tests.end_to_end.rules import allow, every_rule
from tests.end_to_end.test_audit_role import audit, report, written

READ = [
    *("elasticache:Describe*", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups"),
    *("ec2:DescribeNetworkInterfaces", "ec2:DescribeInstances", "ec2:DescribeManagedPrefixLists"),
    *("ec2:GetManagedPrefixListEntries", "ec2:DescribeStaleSecurityGroups", "ec2:DescribeSubnets"),
    *("ec2:DescribeNetworkAcls", "ec2:DescribeRouteTables", "ec2:DescribeVpcPeeringConnections"),
]


def interface(ec2: Any, instance_id: str) -> str:
    """Return the id of the first interface of an instance."""
    return str(interface_of(ec2, instance_id)["NetworkInterfaceId"])


def test_each_member_gets_its_verdict(ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]) -> None:
    """The same as if it was asked about alone; an audit that is not asked says nothing of it."""
    group, web = estate.groups["sessions-cache"], estate.groups["app-web"]
    mute = make_group(ec2, estate.vpc_id, "mute")
    forbid_out(ec2, mute)
    other = Elsewhere(ec2, "10.30.0.0/16", "peered")
    peering = peer(ec2, estate, other.vpc_id)
    accept(ec2, peering)
    stopped, silent = (start_instance(ec2, estate.subnet_ids[0], each) for each in (web, mute))
    ec2.stop_instances(InstanceIds=[stopped])
    loose = add_interface(ec2, estate.subnet_ids[0], web)
    far = other.start(("10.20.0.0/16", peering))
    rules = {
        "web": allow(ec2, group, web, SESSIONS_PORT),
        "range": allow(ec2, group, "10.20.0.0/16", SESSIONS_PORT),
        "peered": allow(ec2, group, other.group_id, SESSIONS_PORT),
        "office": allow(ec2, group, "192.0.2.0/24", SESSIONS_PORT),
        "nobody": allow(ec2, group, make_group(ec2, estate.vpc_id, "nobody"), SESSIONS_PORT),
    }
    before = every_rule(ec2)
    calls.clear()
    plain, full = ansible.audits({"caches": ["sessions"]}, {"caches": ["sessions"], "include_reachability": True})
    assert all(call.action.startswith(("Describe", "Get", "Search")) for call in calls)
    assert every_rule(ec2) == before
    assert {(rule["reachable"], rule["reachability"]) for rule in rows(plain, "sessions").values()} == {(None, None)}
    found = rows(full, "sessions")
    ids = {
        **{name: interface(ec2, estate.instances[name]) for name in ("web-1", "web-2", "batch-1")},
        **{name: interface(ec2, each) for name, each in (("stopped", stopped), ("silent", silent), ("far", far))},
        "loose": loose,
    }
    called = {interface_id: name for name, interface_id in ids.items()}

    def shown(name: str) -> dict[str, str]:
        told = found[rules[name]]["reachability"]
        assert found[rules[name]]["reachable"] == [each["verdict"] for each in told.values()].count("reachable")
        # A range holds the interfaces of caches as well.
        return {called[key]: value["verdict"] for key, value in told.items() if name != "range" or key in called}

    near = {"web-1": "reachable", "web-2": "reachable", "stopped": "blocked", "loose": "blocked"}
    assert shown("web") == near
    assert shown("range") == {**near, "batch-1": "reachable", "silent": "blocked"}
    # There is no route back to the other VPC.
    assert shown("peered") == {"far": "blocked"}
    # Who is outside AWS is not known, let alone whether it gets through.
    assert {name: found[rules[name]]["reachable"] for name in ("web", "peered", "office", "nobody")} == {
        "web": 2,
        "peered": 0,
        "office": 0,
        "nobody": 0,
    }
    [asked] = explain(ansible, {"caches": ["sessions"], "sources": list(ids.values())})
    verdicts = asked["caches"][0]["verdicts"]
    for name in ("web", "range", "peered"):
        for key, value in found[rules[name]]["reachability"].items():
            assert key not in called or value["verdict"] == verdicts[key], called[key]
            assert (value["reason"] is None) is (value["verdict"] == "reachable"), key
    assert "route" in found[rules["peered"]]["reachability"][ids["far"]]["reason"]
    assert "stopped" in found[rules["web"]]["reachability"][ids["stopped"]]["reason"]


@pytest.mark.usefixtures("estate")
def test_what_may_not_be_read_is_unknown_to_an_audit_as_well(
    ansible: Ansible, permitted: Callable[[list[str]], Credentials]
) -> None:
    """And named as what the audit could not look at; nothing is counted as getting through."""
    lacking = ("ec2:DescribeNetworkAcls", "ec2:DescribeRouteTables", "ec2:DescribeSubnets")
    users = {action: permitted([each for each in READ if each != action]) for action in ("", *lacking)}
    results = ansible.tasks(
        *(
            {
                "elasticache.access.elasticache_access_info": {"include_reachability": True},
                "environment": credentials,
            }
            for credentials in users.values()
        )
    )
    audits = dict(zip(users, results, strict=True))
    [rule] = rows(audits[""], "sessions").values()
    assert rule["reachable"] == 1
    for action in lacking[:2]:
        [rule] = rows(audits[action], "sessions").values()
        assert rule["reachable"] is None
        assert {each["verdict"] for each in rule["reachability"].values()} == {"unknown"}
    for action in lacking:
        said = [*audits[action]["unknown"], *(each for cache in audits[action]["caches"] for each in cache["unknown"])]
        assert action in {each["action"] for each in said}, action


def test_the_report_has_it_in_every_format(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """JSON of the documented form, CSV and page; the role asks for it only when it is told to."""
    allow(ec2, estate.groups["sessions-cache"], estate.groups["app-web"], SESSIONS_PORT)
    own_acl(ec2, estate.vpc_id, estate.subnet_ids[1])
    done = audit(ansible, access_audit_include_reachability=True)
    assert done.succeeded, done.output
    assert done.changed == 0
    [sessions] = [cache for cache in report(ansible)["caches"] if cache["name"] == "sessions"]
    by_source = {rule["source"]["name"]: rule for rule in sessions["rules"]}
    ids = {name: interface(ec2, estate.instances[name]) for name in ("web-1", "web-2", "batch-1")}
    assert {name: rule["reachable"] for name, rule in by_source.items()} == {"app-batch": 0, "app-web": 0}
    assert {key: value["verdict"] for key, value in by_source["app-web"]["reachability"].items()} == {
        # Each reaches the node in its own subnet.
        ids["web-1"]: "partial",
        ids["web-2"]: "partial",
    }
    assert "network ACL" in by_source["app-batch"]["reachability"][ids["batch-1"]]["reason"].replace(
        "Network", "network"
    )
    lines = list(csv.DictReader(written(ansible)[".csv"].splitlines()))
    assert {(line["source"], line["reachable"]) for line in lines if line["cache"] == "sessions"} == {
        (estate.groups["app-web"], "0"),
        (estate.groups["app-batch"], "0"),
    }
    assert "does not let tcp/6390" in written(ansible)[".html"]
    assert audit(ansible).succeeded
    [sessions] = [cache for cache in report(ansible)["caches"] if cache["name"] == "sessions"]
    assert {(rule["reachable"], rule["reachability"]) for rule in sessions["rules"]} == {(None, None)}
