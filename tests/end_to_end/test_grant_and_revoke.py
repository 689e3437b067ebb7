# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The main job, as a user does it: the playbooks grant_access and revoke_access."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.documentation import documented
from tests.emulator.estate import Estate
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import CHECKOUT, Ansible, extra_vars
from tests.end_to_end.conftest import Call, create_cluster
from tests.end_to_end.rules import every_rule, inbound, permit

GRANT = "elasticache.access.grant_access"
REVOKE = "elasticache.access.revoke_access"
WEB_TIER = extra_vars(cache="sessions", security_group="app-web", description="'Web tier'")


def diff_lines(output: str) -> list[str]:
    """Return the lines of a playbook's diff that stand for a rule which comes or goes."""
    return [line for line in output.splitlines() if line.startswith(("+ ", "- "))]


def test_one_grant_from_check_mode_to_the_second_run(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Check mode shows one line and changes nothing; the same line comes with the change; then nothing is left."""
    before = every_rule(ec2)
    line = f'+ tcp/6390  app-web ({estate.groups["app-web"]})  "Web tier"'
    header = f"cache sessions in security group sessions-cache ({estate.groups['sessions-cache']})"

    foretold = ansible.playbook(GRANT, *WEB_TIER, "--check", "--diff")
    assert foretold.succeeded, foretold.output
    assert diff_lines(foretold.output) == [line]
    assert f"+++ after: {header}" in foretold.output.splitlines()
    assert foretold.changed == 1
    assert every_rule(ec2) == before

    done = ansible.playbook(GRANT, *WEB_TIER, "--diff")
    assert done.succeeded, done.output
    assert diff_lines(done.output) == [line]
    assert done.changed == 1
    [added] = [rule for rule_id, rule in every_rule(ec2).items() if rule_id not in before]
    assert added["GroupId"] == estate.groups["sessions-cache"]
    assert (added["IpProtocol"], added["FromPort"], added["ToPort"]) == ("tcp", 6390, 6390)
    assert added["ReferencedGroupInfo"]["GroupId"] == estate.groups["app-web"]
    assert added["Description"] == "Web tier"
    assert added["Tags"] == [{"Key": "elasticache.access:managed", "Value": "true"}]

    after = every_rule(ec2)
    again = ansible.playbook(GRANT, *WEB_TIER, "--diff")
    assert again.succeeded, again.output
    assert diff_lines(again.output) == []
    assert again.changed == 0
    assert every_rule(ec2) == after


def test_others_see_the_rule_and_revoking_takes_it_alone(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """The AWS CLI and amazon.aws see what was granted; revoke_access leaves every other rule as it was."""
    before = every_rule(ec2)
    assert ansible.playbook(GRANT, *WEB_TIER).succeeded

    group_id = estate.groups["sessions-cache"]
    seen = ansible.run(
        *("aws", "ec2", "describe-security-group-rules", "--region", REGION, "--output", "json"),
        *("--filters", f"Name=group-id,Values={group_id}", "Name=tag:elasticache.access:managed,Values=true"),
    )
    assert seen.succeeded, seen.errors
    [rule] = json.loads(seen.output)["SecurityGroupRules"]
    assert (rule["FromPort"], rule["Description"]) == (6390, "Web tier")
    [found] = ansible.tasks({"amazon.aws.ec2_security_group_info": {"filters": {"group-id": group_id}}})
    [permission] = found["security_groups"][0]["ip_permissions"]
    descriptions = {pair["group_id"]: pair["description"] for pair in permission["user_id_group_pairs"]}
    assert descriptions == {estate.groups["app-web"]: "Web tier", estate.groups["app-batch"]: "nightly export"}

    foretold = ansible.playbook(REVOKE, *WEB_TIER, "--check", "--diff")
    line = f'- tcp/6390  app-web ({estate.groups["app-web"]})  "Web tier"'
    assert diff_lines(foretold.output) == [line]
    assert len(every_rule(ec2)) == len(before) + 1

    revoked = ansible.playbook(REVOKE, *WEB_TIER, "--diff")
    assert revoked.succeeded, revoked.output
    assert diff_lines(revoked.output) == [line]
    assert "connections that are open live on" in " ".join((revoked.output + revoked.errors).split())
    assert every_rule(ec2) == before
    assert ansible.playbook(REVOKE, *WEB_TIER).changed == 0


def test_a_policy_file_is_a_whole_fleet(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """The demo's policy file: a custom port, both ports of a serverless cache, Memcached's; by path as well."""
    policy = f"@{CHECKOUT / 'tests/demo/access.yml'}"
    playbook = str(CHECKOUT / "playbooks/grant_access.yml")
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    assert ansible.playbook(playbook, "-e", policy).changed == 1
    assert inbound(ec2, estate.groups["sessions-cache"]) == {
        (6390, 6390, web, "Web tier"),
        (6390, 6390, batch, "nightly export"),
    }
    assert inbound(ec2, estate.groups["carts-cache"]) == {
        (port, port, group, description)
        for port in (6379, 6380)
        for group, description in ((web, "Web tier"), (batch, "Nightly jobs"))
    }
    assert inbound(ec2, estate.groups["fragments-cache"]) == {(11211, 11211, "10.20.1.0/24", "The first subnet")}
    assert ansible.playbook(playbook, "-e", policy).changed == 0


def test_a_rule_made_by_hand_satisfies_a_grant_and_stays_foreign(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """The description that nobody gave is not touched; one that is given and differs is edited in place."""
    before = every_rule(ec2)
    batch = [{"security_group": "app-batch"}]
    described = [{"security_group": estate.groups["app-batch"], "description": "Export"}]
    untouched, edited, again = ansible.access(
        {"cache": "sessions", "sources": batch},
        {"cache": "sessions", "sources": described},
        {"cache": "sessions", "sources": described},
    )
    assert (untouched["changed"], edited["changed"], again["changed"]) == (False, True, False)
    [kept] = untouched["caches"][0]["unchanged"]
    assert (kept["managed"], kept["description"]) == (False, "nightly export")
    [updated] = edited["caches"][0]["updated"]
    assert updated == {**kept, "description": "Export"}
    after = every_rule(ec2)
    assert after == {**before, kept["rule_id"]: {**before[kept["rule_id"]], "Description": "Export"}}


def test_the_result_says_what_was_done_and_check_mode_says_the_same(ansible: Ansible, estate: Estate) -> None:
    """Alike to the letter, but for the id that does not exist yet."""
    options = {
        "cache": "sessions-002",  # a member stands for its replication group
        "sources": [{"security_group": "app-web", "description": "Web tier"}, {"cidr": "2001:db8:0:1::1/56"}],
    }
    [foretold] = ansible.access(options, check=True)
    [done] = ansible.access(options)
    [cache] = done["caches"]
    assert [rule.pop("rule_id")[:4] for rule in cache["added"]] == ["sgr-", "sgr-"]
    assert [rule.pop("rule_id") for rule in foretold["caches"][0]["added"]] == [None, None]
    assert foretold["caches"] == done["caches"]
    assert foretold["diff"] == done["diff"]
    assert foretold["changed"] is done["changed"] is True
    group = {"id": estate.groups["sessions-cache"], "name": "sessions-cache"}
    rule = {
        "security_group_id": group["id"],
        "protocol": "tcp",
        "from_port": 6390,
        "to_port": 6390,
        "managed": True,
        "expires_at": None,
        "reason": None,
        "tags": {"elasticache.access:managed": "true"},
    }
    assert cache == {
        "name": "sessions",
        "arn": "arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions",
        "kind": "replication_group",
        "status": "available",
        "ports": [6390],
        "vpc_id": estate.vpc_id,
        "security_group": group,
        "security_groups": [
            {**group, "status": "active", "quota": {"ipv4_used": 2, "ipv6_used": 3, "limit": 60}},
        ],
        "differing_members": [],
        "added": [
            {
                **rule,
                "source": {"type": "cidr", "value": "2001:db8::/56", "name": None, "owner_id": None},
                "description": "",
            },
            {
                **rule,
                "source": {
                    "type": "security_group",
                    "value": estate.groups["app-web"],
                    "name": "app-web",
                    "owner_id": "123456789012",
                },
                "description": "Web tier",
            },
        ],
        "updated": [],
        "removed": [],
        "unchanged": [],
        "wider_rules": [],
        "still_allowed": [],
        "not_done": [],
        "error": None,
    }


def is_of_type(value: Any, name: str) -> bool:
    """Say whether a value is of a type of the documentation, or null."""
    types: dict[str, Any] = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list}
    return value is None or isinstance(value, types[name])


def assert_documented(value: Any, documented: dict[str, Any], where: str) -> None:
    """Hold a return value against what RETURN says of it: the same keys, and the types that it names."""
    assert is_of_type(value, documented["type"]), where
    if documented["type"] == "list":
        for each in value:
            assert is_of_type(each, documented["elements"]), where
    if "contains" in documented:
        for each in value if documented["type"] == "list" else [value]:
            assert set(each) == set(documented["contains"]), where
            for name, inner in documented["contains"].items():
                assert_documented(each[name], inner, f"{where}.{name}")
    elif documented["type"] == "dict" and value and "tags" not in where:
        assert set(value) == set(documented["sample"]), where


def test_the_result_is_as_documented(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """With a rule in every list, in check mode and in earnest."""
    said = documented(CHECKOUT / "plugins" / "modules" / "elasticache_sg_access.py", "RETURN")
    permit(ec2, estate.groups["sessions-cache"], ["10.0.0.0/8"], 0, 65535)
    office, plant = {"cidr": "10.1.0.0/16"}, {"cidr": "10.2.0.0/16"}
    ansible.access({"cache": "sessions", "sources": [office]})
    change = {
        "cache": "sessions",
        "sources": [plant, {"security_group": "app-batch", "description": "Batch"}, {"cidr": "10.3.0.0/16"}],
        "purge": "managed",
        "source_egress": True,
        "include_cache_info": True,
    }
    [foretold] = ansible.access(change, check=True)
    revoke = {**change, "sources": [plant], "state": "absent"}
    done, again, revoked = ansible.access(change, change, revoke)
    filled: set[str] = set()
    for result in (foretold, done, again, revoked):
        for name, inner in said.items():
            assert_documented(result[name], inner, name)
        filled |= {name for cache in result["caches"] for name, value in cache.items() if value}
    assert filled >= {"added", "updated", "removed", "unchanged", "wider_rules", "still_allowed"}


def test_revoking_reports_the_wider_rule_that_still_admits(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Every group of the cache is searched, and what admits more than the source is left and named."""
    group_id = estate.groups["sessions-cache"]
    wide = {"IpProtocol": "tcp", "FromPort": 6000, "ToPort": 7000}
    ranges = {"IpProtocol": "tcp", "FromPort": 6390, "ToPort": 6390, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    permissions = [{**wide, "UserIdGroupPairs": [{"GroupId": estate.groups["app-batch"]}]}, ranges]
    made = ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=permissions)["SecurityGroupRules"]
    sources = [{"security_group": "app-batch"}, {"cidr": "10.1.0.0/16"}]
    [revoked] = ansible.access({"cache": "sessions", "sources": sources, "state": "absent"})
    [cache] = revoked["caches"]
    assert cache["security_group"] is None
    assert [rule["description"] for rule in cache["removed"]] == ["nightly export"]
    assert {rule["rule_id"] for rule in cache["still_allowed"]} == {rule["SecurityGroupRuleId"] for rule in made}
    assert [rule["from_port"] for rule in cache["wider_rules"]] == [6000]
    assert sum("can still be reached" in warning for warning in revoked["warnings"]) == 2
    assert {rule[:3] for rule in inbound(ec2, group_id)} == {
        (6000, 7000, estate.groups["app-batch"]),
        (6390, 6390, "10.0.0.0/8"),
    }


def test_any_address_takes_permission_and_ports_can_be_stated(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """What is refused by default is done when it is asked for."""
    [done] = ansible.access(
        {"cache": "carts", "ports": [6379], "sources": [{"cidr": "0.0.0.0/0"}], "allow_any_address": True}
    )
    assert [rule["source"]["value"] for rule in done["caches"][0]["added"]] == ["0.0.0.0/0"]
    assert inbound(ec2, estate.groups["carts-cache"]) == {(6379, 6379, "0.0.0.0/0", "")}


def test_an_empty_list_of_sources_changes_nothing(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Nothing is purged in this version."""
    before = every_rule(ec2)
    [done] = ansible.access({"cache": estate.caches[0].name, "sources": [], "purge": "none"})
    assert done["changed"] is False
    assert every_rule(ec2) == before


@pytest.mark.parametrize("state", ["present", "absent"])
def test_one_of_several_groups_is_chosen_and_all_are_searched(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, state: str
) -> None:
    """New rules go to the chosen group; revoking looks at every group that the cache carries."""
    groups = [estate.groups["sessions-cache"], estate.groups["carts-cache"]]
    create_cluster(elasticache, "two-groups", groups)
    sources = [{"security_group": "app-web"}]
    first, second = (
        {"cache": "two-groups", "sources": sources, "security_group": group} for group in ("carts-cache", groups[0])
    )
    assert [result["changed"] for result in ansible.access(first, second)] == [True, True]
    web = (6379, 6379, estate.groups["app-web"], "")
    assert all(web in inbound(ec2, group) for group in groups)
    if state == "absent":
        [revoked] = ansible.access({"cache": "two-groups", "sources": sources, "state": "absent"})
        assert {rule["security_group_id"] for rule in revoked["caches"][0]["removed"]} == set(groups)
        assert not any(web in inbound(ec2, group) for group in groups)


def test_one_grant_takes_few_calls_which_name_the_collection(
    ansible: Ansible, calls: list[Call], estate: Estate
) -> None:
    """No STS, no listing of a region's groups, nothing asked twice; the second run makes no change."""
    grant = {"cache": estate.caches[0].name, "sources": [{"security_group": "app-web"}]}
    calls.clear()
    ansible.access(grant)
    reads = [
        *["DescribeCacheClusters"] * 2,  # by the name, which is none of a cluster, and for the members
        "DescribeReplicationGroups",
        "DescribeSecurityGroupRules",
        *["DescribeSecurityGroups"] * 3,  # the cache's by id, the source by name, and what a rule made by hand names
        "DescribeServerlessCaches",
    ]
    assert sorted(call.action for call in calls) == ["AuthorizeSecurityGroupIngress", *reads]
    version = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())["version"]
    assert all(f" elasticache.access/{version}" in call.user_agent for call in calls)
    calls.clear()
    ansible.access(grant)
    assert sorted(call.action for call in calls) == reads


def test_no_secret_shows_at_the_highest_verbosity(ansible: Ansible, estate: Estate) -> None:
    """Neither from the environment nor from an option, in success or in failure."""
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {
            "group/elasticache.access.aws": {"secret_key": "an-option-nobody-may-see", "access_key": "testing"}
        },
        "tasks": [
            {"elasticache.access.elasticache_cache_info": {}},
            {
                "elasticache.access.elasticache_sg_access": {
                    "cache": estate.caches[0].name,
                    "sources": [{"security_group": "nobody"}],
                }
            },
        ],
    }
    path = ansible.folder / "secret.yml"
    path.write_text(yaml.safe_dump([play]).replace("an-option-nobody-may-see", '"{{ from_a_vault }}"'))
    loud = ansible.playbook(str(path), "-vvv", *extra_vars(from_a_vault="an-option-nobody-may-see"))
    assert not loud.succeeded
    assert "security_group 'nobody' does not exist" in loud.output
    assert "nobody-may-see" not in loud.output + loud.errors
