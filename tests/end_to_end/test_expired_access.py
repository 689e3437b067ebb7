# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Access that has ended is removed, and nothing else is, whoever else is at work on the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.emulator.calls import clear, counted, totals
from tests.emulator.estate import SESSIONS_PORT, Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Credentials
from tests.end_to_end.rules import allow, every_rule, permit

EXPIRES_AT = "elasticache.access:expires_at"
MARKER = {"elasticache.access:managed": "true"}
PAST = "2020-01-31T18:00:00Z"
SWEEP = "elasticache.access.elasticache_expired_access"


def ending(text: str) -> dict[str, str]:
    """Return the tags of a rule of ours that ends."""
    return {**MARKER, EXPIRES_AT: text}


def in_hours(hours: float) -> str:
    """Return the time so many hours from now."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def sweeps(ansible: Ansible, *tasks: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Run the module once per set of options."""
    return ansible.tasks(*({SWEEP: options} for options in tasks), **more)


def ids(result: dict[str, Any], name: str) -> list[str]:
    """Return the ids of the rules in one list of a result."""
    return [rule["rule_id"] for rule in result[name]]


@pytest.fixture
def made(ec2: Any, estate: Estate) -> dict[str, str]:
    """Rules of every kind, by what is to become of them; some in a group that no cache carries."""
    one, other = estate.groups["sessions-cache"], estate.groups["app-batch"]
    lists = {
        "long ago": (one, ending(PAST)),
        "an hour ago": (one, ending(in_hours(-1.5))),
        "elsewhere": (other, ending("2020-01-31T20:00:01+02:00")),
        "later": (one, ending(in_hours(5))),
        "garbage": (one, ending("next week")),
        "for good": (one, MARKER),
        "theirs": (one, {EXPIRES_AT: PAST}),
        "disowned": (one, {EXPIRES_AT: PAST, "elasticache.access:managed": "false"}),
    }
    return {
        name: allow(ec2, group_id, f"10.{number}.0.0/16", SESSIONS_PORT, tags=tags)
        for number, (name, (group_id, tags)) in enumerate(lists.items())
    }


def test_what_has_ended_goes_and_nothing_else(
    ansible: Ansible, emulator: Emulator, ec2: Any, made: dict[str, str]
) -> None:
    """Looked at first: in check mode, listed, with grace, and as of a later time. One listing, one call per group."""
    standing = set(every_rule(ec2))
    clear(emulator.url)
    [foretold, with_grace] = sweeps(ansible, {}, {"grace": "1d"}, check=True)
    [listed, ahead] = sweeps(ansible, {"state": "listed"}, {"state": "listed", "now": in_hours(6)})
    read = {"ec2:DescribeSecurityGroupRules": 4, "ec2:DescribeSecurityGroups": 4}
    assert totals(counted(emulator.url)) == read
    assert set(every_rule(ec2)) == standing
    over = [made["long ago"], made["elsewhere"], made["an hour ago"]]
    # By group, and in it by end: what ended first in front.
    assert ids(foretold, "removed") == [made["long ago"], made["an hour ago"], made["elsewhere"]]
    assert ids(foretold, "expired") == [made["long ago"], made["elsewhere"], made["an hour ago"]]
    assert ids(with_grace, "removed") == [made["long ago"], made["elsewhere"]]
    for result in (foretold, listed):
        assert sorted(ids(result, "expired")) == sorted(over)
        assert ids(result, "pending") == [made["later"]]
        assert ids(result, "unreadable") == [made["garbage"]]
        [said] = [text for text in result["warnings"] if "is no time with a zone" not in text] or [None]
        assert said is None or "disconnects nobody" in said
    assert (listed["changed"], listed["removed"], listed["diff"]) == (False, [], [])
    assert sorted(ids(ahead, "expired")) == sorted([*over, made["later"]])
    assert ahead["pending"] == []

    clear(emulator.url)
    [done] = sweeps(ansible, {})
    assert totals(counted(emulator.url)) == {
        "ec2:DescribeSecurityGroupRules": 1,
        "ec2:DescribeSecurityGroups": 1,
        "ec2:RevokeSecurityGroupIngress": 2,
    }
    assert standing - set(every_rule(ec2)) == set(over)
    assert {name: done[name] for name in ("removed", "diff", "changed")} == {
        name: foretold[name] for name in ("removed", "diff", "changed")
    }
    assert [text for text in done["warnings"] if "connections that are open live on until they idle out" in text]
    assert done["diff"][0]["before_header"].startswith("rules with an end of security group sessions-cache (sg-")
    [again] = sweeps(ansible, {})
    assert (again["changed"], again["removed"], again["expired"]) == (False, [], [])

    [early] = sweeps(ansible, {"now": in_hours(6)})
    assert ids(early, "removed") == [made["later"]]
    assert [text for text in early["warnings"] if "lies ahead: access is removed before its end" in text]


@pytest.mark.usefixtures("made")
def test_what_cannot_be_meant_is_refused_in_one_sentence(ansible: Ansible, ec2: Any) -> None:
    """Nothing is removed for it."""
    standing = set(every_rule(ec2))
    now, grace, calls = sweeps(ansible, {"now": "Friday"}, {"grace": "-1h"}, {"concurrency": 0})
    assert now["msg"].startswith("now 'Friday' is no time that names its zone; write one such as 2026-01-31T18:00:00Z")
    assert grace["msg"].startswith("grace '-1h' is no duration; write a number of minutes, hours or days, such as 30m")
    assert calls["msg"] == "concurrency is 0; give a number from 1 to 100, or leave it out."
    assert set(every_rule(ec2)) == standing


def test_what_one_may_not_is_named_and_names_are_done_without(
    ansible: Ansible,
    emulator: Emulator,
    ec2: Any,
    made: dict[str, str],
    permitted: Callable[[list[str]], Credentials],
) -> None:
    """Whoever may read no groups removes all the same; whoever may revoke nothing is told what is left."""
    standing = set(every_rule(ec2))
    [blind] = sweeps(ansible, {}, environment=permitted(["ec2:RevokeSecurityGroupIngress"]))
    assert blind["msg"] == (
        "AWS does not permit these credentials ec2:DescribeSecurityGroupRules; allow that action in their policy."
    )
    [looking] = sweeps(ansible, {}, environment=permitted(["ec2:Describe*"]))
    assert "AWS does not permit these credentials ec2:RevokeSecurityGroupIngress" in looking["msg"]
    assert looking["msg"].endswith("0 of 3 expired rules were removed; run again to do the rest.")
    assert sorted(ids(looking, "not_done")) == sorted([made["long ago"], made["an hour ago"], made["elsewhere"]])
    emulator.trust_everybody()
    assert set(every_rule(ec2)) == standing
    few = ["ec2:DescribeSecurityGroupRules", "ec2:RevokeSecurityGroupIngress"]
    [done] = sweeps(ansible, {}, environment=permitted(few))
    assert {(rule["security_group_name"], rule["source"]["type"]) for rule in done["removed"]} == {(None, "cidr")}
    emulator.trust_everybody()
    assert len(standing - set(every_rule(ec2))) == 3


RENEWAL = {"cache": "sessions", "sources": [{"security_group": "app-web", "expires_in": "8h"}], "renew": True}


def renewed(ec2: Any, estate: Estate) -> list[str]:
    """Return the ids of the rules of the web tier whose end lies ahead."""
    return [
        rule_id
        for rule_id, rule in every_rule(ec2).items()
        if rule["GroupId"] == estate.groups["sessions-cache"]
        and any(tag["Key"] == EXPIRES_AT and tag["Value"] > in_hours(7) for tag in rule["Tags"])
    ]


@pytest.mark.parametrize("call", ["CreateTags", "UpdateSecurityGroupRuleDescriptionsIngress"])
def test_a_sweep_in_the_middle_of_a_renewal_takes_nothing_from_it(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: dict[str, Callable[[], Any]], call: str
) -> None:
    """The rule is there in the end, with its new end."""
    old = allow(ec2, estate.groups["sessions-cache"], estate.groups["app-web"], SESSIONS_PORT, tags=ending(PAST))
    swept: list[dict[str, Any]] = []
    meanwhile[call] = lambda: swept.extend(sweeps(ansible, {"now": PAST if call == "CreateTags" else in_hours(9)}))
    [done] = ansible.access(RENEWAL)
    assert not done.get("failed"), done
    assert ids(swept[0], "removed") == [old]
    [new] = renewed(ec2, estate)
    assert ids(done["caches"][0], "added") == [new]
    assert new != old


def test_a_renewal_in_the_middle_of_a_sweep_is_not_lost_without_a_word(
    ansible: Ansible, ec2: Any, estate: Estate, meanwhile: dict[str, Callable[[], Any]]
) -> None:
    """It was renewed, and goes in the same moment: the sweep fails and says which access to grant again."""
    old = allow(ec2, estate.groups["sessions-cache"], estate.groups["app-web"], SESSIONS_PORT, tags=ending(PAST))
    other = allow(ec2, estate.groups["app-batch"], "10.1.0.0/16", SESSIONS_PORT, tags=ending(PAST))
    renewals: list[dict[str, Any]] = []
    meanwhile["RevokeSecurityGroupIngress"] = lambda: renewals.extend(ansible.access(RENEWAL))
    [done] = sweeps(ansible, {"concurrency": 1})
    assert ids(renewals[0]["caches"][0], "updated") == [old]
    assert done["failed"]
    assert done["msg"].startswith(
        f"Access was lost that somebody renewed just as it was removed: rule {old} for tcp/6390"
    )
    assert done["msg"].endswith("grant it again.")
    assert ids(done, "renewed_meanwhile") == [old]
    assert sorted(ids(done, "removed")) == sorted([old, other])
    assert renewed(ec2, estate) == []


GROUPS, RULES = 300, 5000


def test_thousands_of_rules_in_hundreds_of_groups_take_a_call_for_each_group(
    ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate
) -> None:
    """And one to list each thousand; those that are read again, since it takes a while, are many at a time."""
    left = RULES
    for number in range(GROUPS):
        group_id = ec2.create_security_group(GroupName=f"g-{number}", Description="g", VpcId=estate.vpc_id)["GroupId"]
        count = left // (GROUPS - number)
        left -= count
        permit(ec2, group_id, [f"10.{each}.0.0/16" for each in range(count)], 6379, tags=ending(PAST))
        permit(ec2, group_id, ["10.200.0.0/16"], 6379, tags=ending(in_hours(5)))
    clear(emulator.url)
    [done] = sweeps(ansible, {})
    made = Counter(totals(counted(emulator.url)))
    assert (len(done["removed"]), len(done["pending"]), done["not_done"]) == (RULES, GROUPS, [])
    assert made == {
        # 6 pages of all rules, and 5 times those of 50 groups.
        "ec2:DescribeSecurityGroupRules": 6 + 5,
        "ec2:DescribeSecurityGroups": 2,
        "ec2:RevokeSecurityGroupIngress": GROUPS,
    }
    [again] = sweeps(ansible, {"state": "listed"})
    assert (len(again["expired"]), len(again["pending"])) == (0, GROUPS)
