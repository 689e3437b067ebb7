# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Others change the same groups at the same time: nobody fails for it, and nothing that was granted gets lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.rules import inbound, inbound_rules, permit, sources_of

MARKER = {"elasticache.access:managed": "true"}
PORT = 11211
OFFICE, PLANT = {"cidr": "10.1.0.0/16"}, {"cidr": "10.2.0.0/16"}

Meanwhile = dict[str, Callable[[], Any]]


def revoke_all(ec2: Any, group_id: str) -> None:
    """Remove every inbound rule of a group."""
    ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=list(inbound_rules(ec2, group_id)))


def test_a_rule_that_somebody_adds_first_is_theirs_and_the_rest_is_ours(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: Meanwhile
) -> None:
    """EC2 refuses the whole call for one duplicate."""
    group = estate.groups["fragments-cache"]
    meanwhile["AuthorizeSecurityGroupIngress"] = lambda: permit(ec2, group, ["10.1.0.0/16"], PORT)
    [result] = ansible.access({"cache": "fragments", "sources": [OFFICE, PLANT]})
    [cache] = result["caches"]
    assert [rule["source"]["value"] for rule in cache["added"]] == ["10.2.0.0/16"]
    assert [(rule["source"]["value"], rule["managed"]) for rule in cache["unchanged"]] == [("10.1.0.0/16", False)]
    assert sources_of(ec2, group) == {"10.1.0.0/16", "10.2.0.0/16"}


def test_all_added_by_somebody_else_is_no_change(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: Meanwhile
) -> None:
    """The rules stand, whoever made them."""
    group = estate.groups["fragments-cache"]
    meanwhile["AuthorizeSecurityGroupIngress"] = lambda: permit(ec2, group, ["10.1.0.0/16", "10.2.0.0/16"], PORT)
    [result] = ansible.access({"cache": "fragments", "sources": [OFFICE, PLANT]})
    assert result["changed"] is False
    assert "failed" not in result


def test_a_rule_that_somebody_removes_first_is_gone(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: Meanwhile
) -> None:
    """Absence was wanted."""
    group = estate.groups["fragments-cache"]
    permit(ec2, group, ["10.1.0.0/16"], PORT)
    meanwhile["RevokeSecurityGroupIngress"] = lambda: revoke_all(ec2, group)
    [result] = ansible.access({"cache": "fragments", "state": "absent", "sources": [OFFICE]})
    assert result["changed"] is False
    assert "failed" not in result
    assert inbound(ec2, group) == set()


def test_a_rule_that_goes_before_its_description_is_edited_comes_back_with_it(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: Meanwhile
) -> None:
    """What was asked for is that it stands."""
    group = estate.groups["fragments-cache"]
    permit(ec2, group, ["10.1.0.0/16"], PORT)
    meanwhile["UpdateSecurityGroupRuleDescriptionsIngress"] = lambda: revoke_all(ec2, group)
    [result] = ansible.access({"cache": "fragments", "sources": [{**OFFICE, "description": "The office"}]})
    assert len(result["caches"][0]["added"]) == 1
    assert inbound(ec2, group) == {(11211, 11211, "10.1.0.0/16", "The office")}


def test_purging_takes_nothing_that_the_plan_did_not_show(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: Meanwhile
) -> None:
    """Somebody grants while a purge is under way that has to be planned again."""
    group = estate.groups["fragments-cache"]
    permit(ec2, group, ["10.8.0.0/16"], PORT, tags=MARKER)
    meanwhile["AuthorizeSecurityGroupIngress"] = lambda: permit(
        ec2, group, ["10.1.0.0/16", "10.9.0.0/16"], PORT, tags=MARKER
    )
    [result] = ansible.access({"cache": "fragments", "sources": [OFFICE, PLANT], "purge": "managed"})
    assert [rule["source"]["value"] for rule in result["caches"][0]["removed"]] == ["10.8.0.0/16"]
    assert sources_of(ec2, group) == {"10.1.0.0/16", "10.2.0.0/16", "10.9.0.0/16"}


def test_several_runs_at_once_end_in_the_union(emulator: Emulator, ec2: Any, estate: Estate, tmp_path: Path) -> None:
    """Each with sources of its own and some that all of them name."""
    runs = []
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        runs.append(Ansible(folder, emulator.url))

    def grant(number: int) -> dict[str, Any]:
        own = [{"cidr": f"10.{number}.{part}.0/24"} for part in range(5)]
        common = [{"cidr": f"10.99.{part}.0/24"} for part in range(5)]
        [result] = runs[number].access({"cache": "fragments", "sources": [*common, *own]})
        return result

    with ThreadPoolExecutor(len(runs)) as pool:
        results = list(pool.map(grant, range(len(runs))))
    assert [result.get("failed", False) for result in results] == [False] * len(runs), results
    wanted = {f"10.{number}.{part}.0/24" for number in (*range(4), 99) for part in range(5)}
    assert sources_of(ec2, estate.groups["fragments-cache"]) == wanted
    added = [rule["rule_id"] for result in results for rule in result["caches"][0]["added"]]
    assert len(added) == len(set(added)) == len(wanted)
