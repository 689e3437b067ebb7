# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Living with amazon.aws.ec2_security_group, and the descriptions and tags of rules that either of the two made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.rules import every_rule, inbound, inbound_rules, permit

MARKED = {"elasticache.access:managed": "true"}


def group_task(estate: Estate) -> dict[str, Any]:
    """Return the task with which a neighbour writes the rules of SOURCES."""
    rules = [
        {"group_id": estate.groups["app-web"], "rule_desc": "Web tier"},
        {"cidr_ip": "10.1.0.0/16", "rule_desc": "The office"},
        {"cidr_ipv6": "2001:db8::/56"},
    ]
    return {
        "amazon.aws.ec2_security_group": {
            "name": "fragments-cache",
            "vpc_id": estate.vpc_id,
            "description": "Cache of page fragments",
            "purge_rules": False,
            "purge_rules_egress": False,
            "rules": [{"proto": "tcp", "from_port": 11211, "to_port": 11211, **rule} for rule in rules],
        }
    }


SOURCES = [
    {"security_group": "app-web", "description": "Web tier"},
    {"cidr": "10.1.0.0/16", "description": "The office"},
    {"cidr": "2001:db8::/56"},
]
ACCESS = {"elasticache.access.elasticache_sg_access": {"cache": "fragments", "sources": SOURCES}}


def test_rules_that_we_made_are_as_the_neighbour_wants_them(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """It reports no change, and leaves our tag alone."""
    ours, theirs, again = ansible.tasks(ACCESS, group_task(estate), ACCESS)
    assert len(ours["caches"][0]["added"]) == 3
    assert "failed" not in theirs, theirs["msg"]
    assert (theirs["changed"], again["changed"]) == (False, False)
    assert all(rule["managed"] for rule in again["caches"][0]["unchanged"])
    assert len(inbound(ec2, estate.groups["fragments-cache"])) == 3


def test_rules_that_the_neighbour_made_are_as_we_want_them(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """They stay theirs: purging our own leaves them."""
    theirs, ours, purged, revoked = ansible.tasks(
        group_task(estate),
        ACCESS,
        {"elasticache.access.elasticache_sg_access": {"cache": "fragments", "sources": [], "purge": "managed"}},
        {
            "elasticache.access.elasticache_sg_access": {
                "cache": "fragments",
                "sources": [{"cidr": "10.1.0.0/16"}],
                "state": "absent",
            }
        },
    )
    assert "failed" not in theirs, theirs["msg"]
    assert (theirs["changed"], ours["changed"], purged["changed"]) == (True, False, False)
    assert [rule["managed"] for rule in ours["caches"][0]["unchanged"]] == [False] * 3
    assert len(revoked["caches"][0]["removed"]) == 1
    assert len(inbound(ec2, estate.groups["fragments-cache"])) == 2


def tags_of(ec2: Any, group_id: str) -> dict[str, dict[str, str]]:
    """Return the tags of the inbound rules of a group, by the range that each admits."""
    return {
        rule["CidrIpv4"]: {tag["Key"]: tag["Value"] for tag in rule["Tags"]}
        for rule in inbound_rules(ec2, group_id).values()
    }


def test_descriptions_and_tags_are_edited_in_place(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]
) -> None:
    """One not given is not touched; tags are added to our own rules alone, and none is ever removed."""
    group = estate.groups["fragments-cache"]
    permit(ec2, group, ["10.1.0.0/16"], 11211, description="By hand")

    def access(first: dict[str, str], second: dict[str, str], tags: dict[str, Any]) -> dict[str, Any]:
        sources = [{"cidr": "10.1.0.0/16", **first}, {"cidr": "10.2.0.0/16", **second}]
        return {"cache": "fragments", "sources": sources, "tags": tags}

    [made] = ansible.access(access({}, {"description": "Ours"}, {"team": "shop", "tier": 1}))
    [rule] = made["caches"][0]["added"]
    assert rule["tags"] == {**MARKED, "team": "shop", "tier": "1"}
    before = set(every_rule(ec2))
    calls.clear()
    edit = access({"description": "Still by hand & more"}, {}, {"team": "web"})
    [foretold] = ansible.access(edit, check=True)
    edited, again, untouched = ansible.access(edit, edit, access({}, {}, {}))
    assert foretold["diff"] == edited["diff"]
    assert foretold["caches"] == edited["caches"]
    assert edited["diff"][0]["after"].splitlines() == [
        ' tcp/11211  10.1.0.0/16  "Still by hand & more"',
        ' tcp/11211  10.2.0.0/16  "Ours"  [team=web, tier=1]',
    ]
    assert len(edited["caches"][0]["updated"]) == 2
    assert (again["changed"], untouched["changed"]) == (False, False)
    assert set(every_rule(ec2)) == before
    assert tags_of(ec2, group) == {"10.1.0.0/16": {}, "10.2.0.0/16": {**MARKED, "team": "web", "tier": "1"}}
    changes = [call.action for call in calls if not call.action.startswith("Describe")]
    assert changes == ["CreateTags", "UpdateSecurityGroupRuleDescriptionsIngress"]
    [cleared] = ansible.access(access({"description": ""}, {"description": ""}, {}))
    assert len(cleared["caches"][0]["updated"]) == 2
    assert {description for *_rule, description in inbound(ec2, group)} == {""}


@pytest.mark.usefixtures("estate")
def test_an_entry_of_grants_takes_over_what_the_task_says(ansible: Ansible) -> None:
    """And says otherwise where it wants to."""
    [result] = ansible.access(
        {
            "tags": {"team": "shop"},
            "allow_any_address": True,
            "purge": "all",
            "grants": [
                {"cache": "fragments", "sources": [{"cidr": "0.0.0.0/0"}], "tags": {"team": "web"}},
                {"cache": "sessions", "sources": [{"cidr": "10.2.0.0/16"}], "purge": "none"},
                {"cache": "carts", "sources": [{"cidr": "10.2.0.0/16"}]},
            ],
        }
    )
    assert result["changed"] is True
    fragments, sessions, carts = result["caches"]
    assert fragments["added"][0]["tags"]["team"] == "web"
    assert carts["added"][0]["tags"]["team"] == "shop"
    assert sessions["removed"] == []
    [refused] = ansible.access(
        {"allow_any_address": False, "grants": [{"cache": "fragments", "sources": [{"cidr": "0.0.0.0/0"}]}]}
    )
    assert "allow_any_address" in refused["msg"]


@pytest.mark.usefixtures("estate")
def test_tags_that_ec2_would_refuse_are_refused_first(ansible: Ansible, ec2: Any) -> None:
    """Each with a sentence."""
    before = every_rule(ec2)
    wrong: dict[str, dict[str, Any]] = {
        "and keys that begin with aws: are AWS's": {"aws:team": "shop"},
        "and keys that begin with elasticache.access: are this collection's": {"elasticache.access:managed": "no"},
        "tags gives 'team' no text as its value": {"team": None},
        "tags gives 'team' a value of 257 characters": {"team": "x" * 257},
        "of 129 characters; EC2 takes 1 to 128": {"x" * 129: "shop"},
        "tags holds 50 tags": {f"tag-{number}": "x" for number in range(50)},
    }
    results = ansible.access(*({"cache": "fragments", "sources": SOURCES, "tags": tags} for tags in wrong.values()))
    for words, result in zip(wrong, results, strict=True):
        assert words in result["msg"]
    assert every_rule(ec2) == before
