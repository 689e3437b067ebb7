# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS refuses gets a sentence that names the value and the way out, and says how far the task got."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import faults
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.names import filled
from tests.end_to_end.networks import make_prefix_list
from tests.end_to_end.rules import every_rule

AUTHORIZE = "AuthorizeSecurityGroupIngress"
SOURCES = [{"cidr": "10.1.0.0/16", "description": "The office"}, {"security_group": "app-web"}]

# AWS's code and message, and what is said of it after "AWS refused ACTION (CODE): MESSAGE. ".
CHANGES = {
    "a range that EC2 does not like": (
        "InvalidPermission.Malformed",
        "Invalid CIDR 10.1.0.0/16",
        "The refused value is '10.1.0.0/16': correct it in sources.",
    ),
    "a description that EC2 does not like": (
        "InvalidParameterValue",
        "Invalid rule description 'The office'",
        "The refused value is 'The office': correct it in sources.",
    ),
    "a value that EC2 does not name": (
        "InvalidParameterValue",
        "Some value is invalid",
        "The refused value is one of '10.1.0.0/16', '{app-web}', 'The office': correct it in sources.",
    ),
    "a group that was deleted meanwhile": (
        "InvalidGroup.NotFound",
        "The security group '{app-web}' does not exist",
        "Of the security groups {app-web}, one was deleted meanwhile, or its VPC is no longer linked with that of the "
        "cache: run again to see which.",
    ),
    "a prefix list that was deleted meanwhile": (
        "InvalidPrefixListID.NotFound",
        "The prefix list ID '{office}' does not exist",
        "One of {office} was deleted meanwhile: leave it out of sources.",
    ),
    "a group that has become full": (
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached",
        "fragments-cache ({fragments-cache}) has no room for 3 more: this account's quota is lower than "
        "rules_per_security_group says, or others added rules meanwhile. Set the option to the account's quota, and "
        "run again in check mode to see what is used.",
    ),
}


@pytest.fixture
def names(ec2: Any, estate: Estate) -> dict[str, str]:
    """What the sentences speak of."""
    return {**estate.groups, "office": make_prefix_list(ec2, "office")}


def test_a_change_that_ec2_refuses_names_the_value(
    ansible: Ansible, ec2: Any, emulator: Emulator, names: dict[str, str]
) -> None:
    """Nothing was changed, and it says so."""
    before = every_rule(ec2)
    asked = []
    for code, message, meaning in CHANGES.values():
        faults.inject(emulator.url, AUTHORIZE, code, filled(message, names))
        lists = [{"prefix_list": "office"}] if "refused value" not in meaning else []
        asked.append({"cache": "fragments", "sources": [*SOURCES, *lists]})
    results = ansible.access(*asked)
    group = f"fragments-cache ({names['fragments-cache']})"
    assert {case: result["msg"] for case, result in zip(CHANGES, results, strict=True)} == {
        case: f"{group}: AWS refused ec2:{AUTHORIZE} ({code}): {filled(message, names)}. {filled(meaning, names)} "
        "Nothing was changed."
        for case, (code, message, meaning) in CHANGES.items()
    }
    assert every_rule(ec2) == before
    assert faults.waiting(emulator.url) == []


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize("code", ["RequestLimitExceeded", "Throttling", "ThrottlingException"])
def test_throttling_is_retried_and_then_told(ansible: Ansible, emulator: Emulator, code: str) -> None:
    """With how far the task got: one group was done, the other was not; the next run does the rest."""
    faults.inject(emulator.url, AUTHORIZE, code, times=2)
    faults.inject(emulator.url, "DescribeSecurityGroupRules", code, times=2)
    grants = [{"cache": name, "sources": SOURCES} for name in ("fragments", "carts")]
    [patient] = ansible.access({"grants": grants})
    assert patient["changed"] is True
    assert faults.waiting(emulator.url) == []

    faults.inject(emulator.url, "RevokeSecurityGroupIngress", code, skip=1, times=50)
    revoke = {"grants": grants, "state": "absent", "throttle_timeout": 1}
    [throttled] = ansible.access(revoke)
    after = "after 1 seconds in which no call got through; run again later, or raise throttle_timeout."
    assert f"AWS still throttles ec2:RevokeSecurityGroupIngress ({code}) {after}" in throttled["msg"]
    done = sum(len(cache["removed"]) for cache in throttled["caches"])
    assert throttled["msg"].endswith(
        f"{done} rules were changed all the same, in 1 of 2 security groups, as caches says; run again to do the rest."
    )
    assert done in {2, 4}
    [failed] = [cache for cache in throttled["caches"] if cache["error"]]
    assert len(failed["not_done"]) == 6 - done
    faults.clear(emulator.url)
    [rest] = ansible.access(revoke)
    assert sum(len(cache["removed"]) for cache in rest["caches"]) == 6 - done

    faults.inject(emulator.url, "DescribeSecurityGroupRules", code, times=50)
    [reading] = ansible.access({**revoke, "state": "present"}, check=True)
    assert reading["msg"] == f"AWS still throttles ec2:DescribeSecurityGroupRules ({code}) {after} Nothing was changed."


@pytest.mark.usefixtures("estate")
def test_what_may_not_be_done_names_the_action(ansible: Ansible, ec2: Any, emulator: Emulator) -> None:
    """In the words of either service."""
    before = every_rule(ec2)
    calls = {
        ("ec2", AUTHORIZE): "UnauthorizedOperation",
        ("elasticache", "DescribeServerlessCaches"): "AccessDenied",
    }
    for (service, action), code in calls.items():
        faults.inject(emulator.url, action, code, "You are not authorized to perform this operation.")
        [result] = ansible.access({"cache": "fragments", "sources": SOURCES})
        assert (
            f"AWS does not permit these credentials {service}:{action}; allow that action in their policy."
            in (result["msg"])
        )
    assert every_rule(ec2) == before


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("DescribeCacheClusters", "InvalidCacheClusterState"),
        ("DescribeReplicationGroups", "InvalidReplicationGroupState"),
        ("DescribeServerlessCaches", "InvalidServerlessCacheStateFault"),
    ],
)
def test_a_busy_cache_is_called_that(ansible: Ansible, emulator: Emulator, action: str, code: str) -> None:
    """With the status that ElastiCache gives."""
    faults.inject(emulator.url, action, code, "The cache is in status modifying")
    [result] = ansible.access({"cache": "fragments", "sources": SOURCES})
    assert result["msg"] == (
        f"ElastiCache is busy with the cache ({code} on elasticache:{action}): The cache is in status modifying; "
        "run again when it is available. Nothing was changed."
    )
