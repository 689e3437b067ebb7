# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The grant that is missing: what an answer offers is run to the letter, and lets the source in."""

from __future__ import annotations

from typing import Any

from tests.emulator.estate import SUBNET_GROUP, Estate, start_instance
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import make_group
from tests.end_to_end.reach import (
    Values,
    add_cache,
    default_group,
    explain,
    path,
    run_command,
    steps_of,
)
from tests.end_to_end.rules import sources_of

GRANT = "ansible-playbook elasticache.access.grant_access "


def only_fix(found: Values) -> Values:
    """Return the one fix of an answer, which has to be a grant."""
    [fix] = found["fixes"]
    assert "elasticache.access.elasticache_sg_access" in fix["task"], fix
    return dict(fix)


def test_a_grant_to_a_group_as_a_task(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """For caches of every kind, with one group, with several, and with the VPC's default group alone."""
    default = default_group(ec2, estate.vpc_id)
    first, second, own = (make_group(ec2, estate.vpc_id, f"{name}-cache") for name in ("first", "second", "own"))
    add_cache(elasticache, "several", SUBNET_GROUP, [first, second])
    add_cache(elasticache, "beside", SUBNET_GROUP, [default, own])
    add_cache(elasticache, "unguarded", SUBNET_GROUP, [])
    caches = ["sessions", "fragments", "carts", "several", "beside", "unguarded"]
    web = estate.instances["web-1"]
    [before] = explain(ansible, {"caches": caches, "sources": [web]})
    assert before["verdict"] == "blocked"
    fixes = [only_fix(path(before, web, cache)) for cache in caches]
    assert all(fix["command"].startswith(GRANT) for fix in fixes)
    results = ansible.tasks(*(fix["task"] for fix in fixes))
    assert [result.get("msg") for result in results if result.get("failed")] == []
    assert all(result["changed"] for result in results)
    [after] = explain(ansible, {"caches": caches, "sources": [web]})
    assert {cache["name"]: cache["verdicts"][web] for cache in after["caches"]} == dict.fromkeys(caches, "reachable")
    app = estate.groups["app-web"]
    # Of several groups one gets the rule, and not the default one, which whatever else carries.
    assert [app in sources_of(ec2, group) for group in (first, second)].count(True) == 1
    assert [app in sources_of(ec2, group) for group in (own, default)] == [True, True]


def test_a_grant_to_a_group_from_the_command_line(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """With the group of the cache where there is a choice."""
    groups = [make_group(ec2, estate.vpc_id, name) for name in ("first-cache", "second-cache")]
    add_cache(elasticache, "several", SUBNET_GROUP, groups)
    add_cache(elasticache, "unguarded", SUBNET_GROUP, [])
    web = estate.instances["web-1"]
    caches = ["several", "unguarded"]
    [before] = explain(ansible, {"caches": caches, "sources": [web]})
    for cache in caches:
        run_command(ansible, only_fix(path(before, web, cache))["command"])
    [after] = explain(ansible, {"caches": caches, "sources": [web]})
    assert after["verdict"] == "reachable"


def test_which_group_of_the_source_is_let_in(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """One of its own rather than the default one; the default one where it has no other."""
    default, web = default_group(ec2, estate.vpc_id), estate.groups["app-web"]
    both, alone = (start_instance(ec2, estate.subnet_ids[0], default) for _each in range(2))
    ec2.modify_instance_attribute(InstanceId=both, Groups=[default, web])
    question = {"caches": ["carts"], "sources": [both, alone]}
    [before] = explain(ansible, question)
    fixes = [only_fix(path(before, source)) for source in (both, alone)]
    named = [fix["task"]["elasticache.access.elasticache_sg_access"]["sources"] for fix in fixes]
    assert named == [[{"security_group": web}], [{"security_group": default}]]
    assert not [each for each in ansible.tasks(*(fix["task"] for fix in fixes)) if each.get("failed")]
    [after] = explain(ansible, question)
    assert after["verdict"] == "reachable"


def test_a_grant_to_addresses_that_are_not_in_aws(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """It lets them in, and no more is known of them than before."""
    addresses = ["192.0.2.7", "198.51.100.9", "2001:db8::7"]
    question = {"caches": ["sessions"], "sources": addresses}
    [before] = explain(ansible, question)
    for address in addresses[:2]:
        found = path(before, address)
        assert (found["verdict"], found["first_blocker"]["hop"]) == ("blocked", "cache_ingress")
        [fix] = [each for each in found["fixes"] if each["task"]]
        assert f"{address}/32" in fix["sentence"]
        run_command(ansible, fix["command"])
    assert {f"{address}/32" for address in addresses[:2]} <= sources_of(ec2, estate.groups["sessions-cache"])
    [after] = explain(ansible, question)
    for address in addresses[:2]:
        found = path(after, address)
        # The VPC has no route to the Internet, which is certain. What lies on the way there is not.
        assert found["verdict"] == "blocked"
        assert [step["verdict"] for step in steps_of(found, "cache_ingress")] == ["ok"]
        assert {step["hop"] for step in found["blockers"]} == {"return_route"}
    # A cache without IPv6 is out of reach for who has no more.
    third = path(after, addresses[2])
    assert (third["verdict"], third["first_blocker"]["hop"]) == ("blocked", "address_family")
    assert not third["fixes"]
