# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Only these: what purging takes away, what it leaves, and what it refuses to do without leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import faults
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible, extra_vars
from tests.end_to_end.conftest import Call, create_cluster
from tests.end_to_end.rules import every_rule, inbound, permit, sources_of

WEB = {"security_group": "app-web"}
OFFICE = {"cidr": "10.1.0.0/16"}
LEAVE = {"purge_shared": True, "allow_large_purge": True}


def removed(result: dict[str, Any], cache: int = 0) -> list[str]:
    """Return the sources of the rules that were removed for a cache."""
    return [rule["source"]["value"] for rule in result["caches"][cache]["removed"]]


def test_managed_takes_our_rules_and_all_takes_those_of_others_as_well(
    ansible: Ansible, ec2: Any, estate: Estate
) -> None:
    """Rules for other ports, and rules wider than a port, stay whatever is asked."""
    group = estate.groups["sessions-cache"]
    permit(ec2, group, ["10.8.0.0/16"], 6379)
    permit(ec2, group, ["10.9.0.0/16"], 6000, 7000)
    ansible.access({"cache": "sessions", "sources": [WEB, OFFICE]})
    kept = {(6379, 6379, "10.8.0.0/16", ""), (6000, 7000, "10.9.0.0/16", "")}
    web = (6390, 6390, estate.groups["app-web"], "")
    export = (6390, 6390, estate.groups["app-batch"], "nightly export")
    assert inbound(ec2, group) == {*kept, web, export, (6390, 6390, "10.1.0.0/16", "")}

    managed = {"cache": "sessions", "sources": [WEB], "purge": "managed"}
    [foretold] = ansible.access(managed, check=True)
    done, again = ansible.access(managed, managed)
    assert foretold["diff"] == done["diff"]
    assert foretold["caches"] == done["caches"]
    assert (done["changed"], again["changed"]) == (True, False)
    assert removed(done) == ["10.1.0.0/16"]
    assert inbound(ec2, group) == {*kept, web, export}
    assert "disconnects nobody" in done["warnings"][-1]
    assert [rule["from_port"] for rule in done["caches"][0]["wider_rules"]] == [6000]
    assert done["warnings"][0].startswith("Purging cache 'sessions' leaves rule sgr-")

    [everything] = ansible.access({**managed, "purge": "all"})
    assert removed(everything) == [estate.groups["app-batch"]]
    assert everything["caches"][0]["removed"][0]["managed"] is False
    assert inbound(ec2, group) == {*kept, web}


def test_what_is_missing_is_added_read_back_and_only_then_are_others_removed(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call], emulator: Emulator
) -> None:
    """If the addition fails, nothing is removed; the next run does all of it."""
    ansible.access({"cache": "carts", "sources": [OFFICE]})
    before = every_rule(ec2)
    swap = {"cache": "carts", "sources": [WEB], "purge": "managed"}
    faults.inject(emulator.url, "AuthorizeSecurityGroupIngress", "InternalError", times=20)
    [failed] = ansible.access({**swap, "aws_config": {"retries": {"max_attempts": 1}}})
    assert failed["failed"] is True
    assert failed["msg"].endswith("Nothing was changed.")
    assert every_rule(ec2) == before
    faults.clear(emulator.url)

    calls.clear()
    [done] = ansible.access(swap)
    assert [call.action for call in calls][-3:] == [
        "AuthorizeSecurityGroupIngress",
        "DescribeSecurityGroupRules",
        "RevokeSecurityGroupIngress",
    ]
    assert removed(done) == ["10.1.0.0/16", "10.1.0.0/16"]
    assert sources_of(ec2, estate.groups["carts-cache"]) == {estate.groups["app-web"]}


def test_without_reading_back_what_was_added_nothing_is_removed(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """It is reported what was done, and the next run does the rest."""
    ansible.access({"cache": "fragments", "sources": [OFFICE]})
    faults.inject(emulator.url, "DescribeSecurityGroupRules", "InvalidParameterValue", "Stale", skip=1)
    swap = {"cache": "fragments", "sources": [WEB], "purge": "managed"}
    failed, done = ansible.access(swap, swap)
    assert "1 rule was changed all the same" in failed["msg"]
    assert (len(failed["caches"][0]["added"]), failed["caches"][0]["removed"]) == (1, [])
    assert removed(done) == ["10.1.0.0/16"]
    assert sources_of(ec2, estate.groups["fragments-cache"]) == {estate.groups["app-web"]}


def test_every_group_of_the_cache_is_purged(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """The source that is named stays wherever it stands."""
    one, other = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=estate.vpc_id)["GroupId"]
        for name in ("one", "other")
    )
    create_cluster(elasticache, "two-groups", [one, other])
    permit(ec2, other, ["10.1.0.0/16", "10.2.0.0/16"], 6379)
    options = {"cache": "two-groups", "security_group": "one", "sources": [WEB, OFFICE], "purge": "all"}
    [done] = ansible.access(options)
    assert removed(done) == ["10.2.0.0/16"]
    assert sources_of(ec2, one) == {estate.groups["app-web"], "10.1.0.0/16"}
    assert sources_of(ec2, other) == {"10.1.0.0/16"}


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
def test_a_shared_group_is_refused_by_the_names_of_those_who_share_it(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, check: bool
) -> None:
    """Unless those caches are in the call, or leave is given."""
    group = estate.groups["carts-cache"]
    create_cluster(elasticache, "lodger", [group])
    ansible.access({"grants": [{"cache": name, "sources": [OFFICE]} for name in ("carts", "lodger")]})
    # Ports of carts: 6379 and 6380; of lodger: 6379.
    before = every_rule(ec2)
    swap = {"sources": [WEB], "purge": "managed"}
    alone, together, differing, permitted = ansible.access(
        {"cache": "carts", **swap},
        {"grants": [{"cache": "carts", **swap}, {"cache": "lodger", **swap}]},
        {"grants": [{"cache": "carts", **swap}, {"cache": "lodger", "sources": [WEB]}]},
        {"cache": "carts", **swap, **LEAVE},
        check=True,
    )
    assert alone["msg"] == (
        f"purge for cache carts would remove rules of security group carts-cache ({group}), which is also carried by "
        "cache lodger; grant on those caches in the same task, attach a group of its own to the cache, or set "
        "purge_shared to true."
    )
    assert differing["msg"] == (
        "purge is managed for cache 'carts' and none for cache 'lodger', which share security group "
        f"carts-cache ({group}) and port 6379; give both the same."
    )
    assert sorted(removed(together) + removed(permitted)) == ["10.1.0.0/16"] * 4
    assert every_rule(ec2) == before

    second = ec2.create_network_interface(SubnetId=estate.subnet_ids[0], Groups=[group], Description="A tap")
    interface = second["NetworkInterface"]["NetworkInterfaceId"]
    ec2.modify_instance_attribute(InstanceId=estate.instances["web-1"], Groups=[estate.groups["app-web"], group])
    [refused] = ansible.access({"grants": [{"cache": "carts", **swap}, {"cache": "lodger", **swap}]}, check=check)
    assert refused["failed"] is True
    assert f"network interface {interface} (A tap)" in refused["msg"]
    assert f"(instance {estate.instances['web-1']})" in refused["msg"]
    assert "cache" not in refused["msg"].partition("carried by")[2].partition(";")[0]
    assert every_rule(ec2) == before
    granted, purged = ansible.access({"cache": "carts", "sources": [WEB]}, {"cache": "carts", **swap, **LEAVE})
    assert (granted["changed"], removed(purged)) == (True, ["10.1.0.0/16", "10.1.0.0/16"])


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
def test_the_brake(ansible: Ansible, ec2: Any, estate: Estate, check: bool) -> None:
    """Cutting a cache off, or removing six or more rules that are most, takes leave; the message has the numbers."""
    office = [{"cidr": f"10.{number}.0.0/16"} for number in range(10)]
    ansible.access({"cache": "fragments", "sources": office}, {"cache": "carts", "sources": [OFFICE]})
    before = every_rule(ec2)

    def purge(cache: str, sources: list[dict[str, str]], **more: Any) -> dict[str, Any]:
        return {"cache": cache, "sources": sources, "purge": "managed", **more}

    cut_off, most, half = ansible.access(
        purge("carts", []), purge("fragments", office[:4]), purge("fragments", office[:5]), check=True
    )
    assert cut_off["msg"] == (
        "purge would remove 2 of the 2 rules that let anything reach cache 'carts' and grant none; "
        "set allow_large_purge to true if you mean it."
    )
    assert most["msg"] == (
        "purge would remove 6 of the 10 rules that let anything reach cache 'fragments'; "
        "set allow_large_purge to true if you mean it."
    )
    assert len(removed(half)) == 5
    again = ansible.access(purge("carts", []), purge("fragments", office[:4]), check=check)
    assert [result["msg"] for result in again] == [cut_off["msg"], most["msg"]]
    assert every_rule(ec2) == before
    permitted = ansible.access(
        purge("carts", [], allow_large_purge=True), purge("fragments", office[:4], allow_large_purge=True)
    )
    assert [len(removed(result)) for result in permitted] == [2, 6]
    assert sources_of(ec2, estate.groups["carts-cache"]) == set()


def test_the_playbook_purges_by_its_variables(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A policy file that says who may, and nobody else."""
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    ansible.access({"cache": "sessions", "sources": [OFFICE]})
    command = [
        "elasticache.access.grant_access",
        *extra_vars(cache="sessions", security_group="app-web", cache_access_purge="managed"),
        "-e",
        '{"cache_access_tags": {"team": "shop"}}',
        "--diff",
    ]
    done = ansible.playbook(*command)
    assert done.succeeded, done.output
    assert [line for line in done.output.splitlines() if line.startswith(("+ ", "- "))] == [
        "- tcp/6390  10.1.0.0/16",
        f"+ tcp/6390  app-web ({web})  [team=shop]",
    ]
    assert "sessions (port 6390): 1 added, 0 updated, 1 removed, 0 already as wanted" in done.output
    assert ansible.playbook(*command).changed == 0
    assert sources_of(ec2, estate.groups["sessions-cache"]) == {web, batch}
