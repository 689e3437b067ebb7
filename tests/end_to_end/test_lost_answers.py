# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS carries a change out, and its answer gets lost: the change is recognised and reported, and not made twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator import faults
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.rules import inbound_rules, permit, sources_of

PORT = 11211
MARKER = {"elasticache.access:managed": "true"}
ENDED = {**MARKER, "elasticache.access:expires_at": "2020-01-01T00:00:00Z"}
OFFICE, PLANT = {"cidr": "10.1.0.0/16"}, {"cidr": "10.2.0.0/16"}
CODES = (faults.DROPPED, "InternalError", "Unavailable")


def lose(emulator: Emulator, *actions: str, code: str = faults.DROPPED) -> None:
    """Let the answer to the next request of each action get lost."""
    for action in actions:
        faults.inject(emulator.url, action, code, after=True)


@pytest.mark.parametrize("code", CODES)
def test_additions_and_removals(ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate, code: str) -> None:
    """Of one task, by a broken connection or an error of EC2's own."""
    group = estate.groups["fragments-cache"]
    permit(ec2, group, ["10.3.0.0/16"], PORT, tags=MARKER)
    lose(emulator, "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", code=code)
    [result] = ansible.access({"cache": "fragments", "sources": [OFFICE, PLANT], "purge": "managed"})
    assert result.get("failed", False) is False, result
    assert result["changed"] is True
    [cache] = result["caches"]
    assert [[rule["source"]["value"] for rule in cache[name]] for name in ("added", "removed", "unchanged")] == [
        ["10.1.0.0/16", "10.2.0.0/16"],
        ["10.3.0.0/16"],
        [],
    ]
    assert {rule["rule_id"] for rule in cache["added"]} == set(inbound_rules(ec2, group))
    assert faults.waiting(emulator.url) == []


def test_edits(ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate, calls: list[Call]) -> None:
    """To tag or describe once more does no harm, and is what the SDK does."""
    permit(ec2, estate.groups["fragments-cache"], ["10.1.0.0/16"], PORT, tags=MARKER)
    lose(emulator, "CreateTags", "UpdateSecurityGroupRuleDescriptionsIngress")
    calls.clear()
    [result] = ansible.access(
        {"cache": "fragments", "sources": [{**OFFICE, "description": "Office"}], "tags": {"team": "shop"}}
    )
    [cache] = result["caches"]
    assert (result["changed"], len(cache["updated"]), cache["error"]) == (True, 1, None)
    made = Counter(call.action for call in calls)
    assert (made["CreateTags"], made["UpdateSecurityGroupRuleDescriptionsIngress"]) == (2, 2)


def test_what_has_ended(ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate) -> None:
    group = estate.groups["fragments-cache"]
    permit(ec2, group, ["10.1.0.0/16"], PORT, tags=ENDED)
    lose(emulator, "RevokeSecurityGroupIngress")
    [result] = ansible.tasks({"elasticache.access.elasticache_expired_access": {}})
    assert (result["changed"], len(result["removed"]), result["not_done"]) == (True, 1, [])
    assert sources_of(ec2, group) == set()


def test_groups_of_caches(
    ansible: Ansible, emulator: Emulator, elasticache: Any, estate: Estate, calls: list[Call]
) -> None:
    """The second attempt would be made at a cache that is being changed."""
    lose(emulator, "ModifyCacheCluster")
    faults.inject(emulator.url, "ModifyCacheCluster", "InvalidCacheClusterState", skip=1)
    [result] = ansible.tasks(
        {
            "elasticache.access.elasticache_security_groups": {
                "cache": "fragments",
                "security_groups": ["app-web"],
                "wait": False,
            }
        }
    )
    assert result.get("failed", False) is False, result
    assert result["changed"] is True
    [told] = elasticache.describe_cache_clusters(CacheClusterId="fragments")["CacheClusters"]
    assert estate.groups["app-web"] in [each["SecurityGroupId"] for each in told["SecurityGroups"]]
    assert Counter(call.action for call in calls)["ModifyCacheCluster"] == 2


def test_an_answer_that_takes_longer_than_anybody_waits(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: dict[str, Callable[[], Any]]
) -> None:
    """The second attempt does it, and the first one comes to nothing."""
    meanwhile["AuthorizeSecurityGroupIngress"] = lambda: time.sleep(3)
    [result] = ansible.access({"cache": "fragments", "sources": [OFFICE], "aws_config": {"read_timeout": 1}})
    assert (result["changed"], len(result["caches"][0]["added"])) == (True, 1)
    time.sleep(2.5)
    assert sources_of(ec2, estate.groups["fragments-cache"]) == {"10.1.0.0/16"}


def test_where_nobody_can_tell_it_is_said(ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate) -> None:
    """No answer to any attempt, nor to the question what became of it; the next run finds it done."""
    grant = {"cache": "fragments", "sources": [OFFICE]}
    faults.inject(emulator.url, "AuthorizeSecurityGroupIngress", "InternalError", times=1, after=True)
    faults.inject(emulator.url, "AuthorizeSecurityGroupIngress", "UnauthorizedOperation", times=1)
    faults.inject(emulator.url, "DescribeSecurityGroupRules", "UnauthorizedOperation", skip=1)
    [result] = ansible.access(grant)
    assert result["failed"] is True
    assert "could not be seen: run again to find out" in result["msg"]
    assert sources_of(ec2, estate.groups["fragments-cache"]) == {"10.1.0.0/16"}
    faults.clear(emulator.url)
    [again] = ansible.access(grant)
    assert (again["changed"], len(again["caches"][0]["unchanged"])) == (False, 1)
