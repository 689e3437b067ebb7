# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Grants of access that ends: what stands in the rule, what running again does, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.emulator.estate import SESSIONS_PORT, Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call, Credentials
from tests.end_to_end.reach import forbid_out
from tests.end_to_end.rules import allow, every_rule, inbound_rules, source_of

EXPIRES_AT, REASON = "elasticache.access:expires_at", "elasticache.access:reason"
MARKER = {"elasticache.access:managed": "true"}
CHANGES = ("Authorize", "Revoke", "Create", "Delete", "Update")


def grant(source: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """Return a grant for the web tier, with what is said of its end."""
    return {"cache": "sessions", "sources": [{"security_group": "app-web", **(source or {})}], **more}


def web_rule(ec2: Any, estate: Estate) -> dict[str, Any]:
    """Return the rule of the web tier, with its tags as a dict."""
    rules = inbound_rules(ec2, estate.groups["sessions-cache"]).values()
    [found] = [rule for rule in rules if source_of(rule) == estate.groups["app-web"]]
    return {**found, "Tags": {tag["Key"]: tag["Value"] for tag in found["Tags"]}}


def time_of(text: str) -> datetime:
    """Return the time that a tag says."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def changed_in(calls: list[Call]) -> list[str]:
    """Return which calls changed something."""
    return [call.action for call in calls if call.action.startswith(CHANGES)]


def test_an_end_is_kept_renewed_moved_and_dropped(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]
) -> None:
    """One rule all along, which is never made anew; the second run of each finds nothing left to do."""
    debugging = {"expires_in": "8h", "reason": "Bob's ticket 4711", "description": "Web tier"}
    [foretold] = ansible.access(grant(debugging), check=True)
    assert changed_in(calls) == []
    before = datetime.now(UTC)
    granted, again = ansible.access(grant(debugging), grant(debugging))
    [promised], [added] = foretold["caches"][0]["added"], granted["caches"][0]["added"]
    end = added["expires_at"]
    assert before + timedelta(hours=8, seconds=-1) <= time_of(end) <= datetime.now(UTC) + timedelta(hours=8)
    assert (promised["reason"], added["reason"]) == ("Bob's ticket 4711", "Bob's ticket 4711")
    rule = web_rule(ec2, estate)
    assert rule["Tags"] == {**MARKER, EXPIRES_AT: end, REASON: "Bob's ticket 4711"}
    assert rule["Description"] == f"Web tier [until {end}: Bob_s ticket 4711]"
    assert f'"Web tier [until {end}: Bob_s ticket 4711]"' in granted["diff"][0]["after"]
    assert again["changed"] is False
    assert [each["expires_at"] for each in again["caches"][0]["unchanged"]] == [end]

    moved = {"expires_at": "2099-01-31T20:00:00+02:00"}
    results = ansible.access(
        grant({"expires_in": "9d"}),
        grant({"expires_in": "9d"}, renew=True),
        grant(moved),
        grant({"expires_at": "2099-01-31 18:00Z"}),
        grant(),
        grant(),
    )
    assert [result["changed"] for result in results] == [False, True, True, False, True, False]
    kept, renewed, later, _same, permanent, _still = (result["caches"][0] for result in results)
    assert kept["unchanged"][0]["expires_at"] == end
    assert time_of(renewed["updated"][0]["expires_at"]) > time_of(end) + timedelta(days=8)
    assert later["updated"][0]["expires_at"] == "2099-01-31T18:00:00Z"
    assert later["updated"][0]["description"] == "Web tier [until 2099-01-31T18:00:00Z: Bob_s ticket 4711]"
    assert permanent["updated"][0]["expires_at"] is None
    assert "PERMANENT from now on, it was to end at 2099-01-31T18:00:00Z" in results[4]["diff"][0]["after"]
    after = web_rule(ec2, estate)
    assert after["SecurityGroupRuleId"] == rule["SecurityGroupRuleId"] == added["rule_id"]
    assert after["Tags"] == {**MARKER, REASON: "Bob's ticket 4711"}
    assert after["Description"] == "Web tier [reason: Bob_s ticket 4711]"


def test_what_is_refused_is_refused_before_anything_changes(
    ansible: Ansible, estate: Estate, calls: list[Call]
) -> None:
    """With the value, the option and the way out; an entry does not loosen what the task allows."""
    two = [
        {"cache": "sessions", "sources": [{"security_group": "app-web", **end}]}
        for end in ({"expires_in": "1h"}, {"expires_in": "2h"})
    ]
    refused: list[tuple[dict[str, Any], str]] = [
        (
            grant({"expires_at": "2020-01-01T00:00:00Z"}),
            "expires_at '2020-01-01T00:00:00Z' of security_group 'app-web' ",
        ),
        (grant({"expires_at": "2099-01-01"}), "expires_at '2099-01-01' is no time that names its zone; write one such"),
        (grant({"expires_in": "a while"}), "expires_in 'a while' is no duration; write a number of minutes, hours or"),
        (grant({"expires_in": "0m"}), "expires_in '0m' is no time at all; give one minute (1m) or more."),
        (grant({"expires_in": "1h", "expires_at": "2099-01-01T00:00Z"}), "an entry of sources gives expires_at"),
        (grant({"reason": "a\nb"}), "reason 'a\\nb' holds a line break or another control character; leave it out."),
        (grant({"expires_in": "3d"}, max_duration="2d"), "expires_in '3d' of security_group 'app-web' for cache"),
        (
            grant({}, max_duration="2d"),
            "security_group 'app-web' for cache 'sessions' would have access for good, while",
        ),
        (grant({"expires_in": "1h"}, max_duration="soon"), "max_duration 'soon' is no duration;"),
        (
            {"grants": [{**grant({"expires_in": "3h"}), "max_duration": "9d"}], "max_duration": "2h"},
            "expires_in '3h' of security_group 'app-web' for cache 'sessions' is further ahead than max_duration '2h'",
        ),
        ({"grants": two}, f"sources of several grants name {estate.groups['app-web']} for one rule of security group"),
        (
            grant(sources=[{"security_group": "app-web"}, {"security_group": "app-web", "expires_in": "1h"}]),
            f"sources of cache 'sessions' name {estate.groups['app-web']} twice, without an end and with expires_in",
        ),
    ]
    results = ansible.access(*(task for task, _sentence in refused))
    for (task, sentence), result in zip(refused, results, strict=True):
        assert result.get("failed"), (task, result)
        assert result["msg"].startswith(sentence), (result["msg"], sentence)
        assert "Traceback" not in str(result)
    assert changed_in(calls) == []


def test_what_does_not_end_as_one_would_think_is_said(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A rule that somebody else made, and one whose time is over; taking access away is never too late."""
    group_id, web = estate.groups["sessions-cache"], estate.groups["app-web"]
    theirs = allow(ec2, group_id, web, SESSIONS_PORT)
    [foreign] = ansible.access(grant({"expires_in": "8h"}))
    assert foreign["changed"] is False
    assert [text for text in foreign["warnings"] if theirs in text and "this collection did not make" in text]
    ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=[theirs])
    over = {**MARKER, EXPIRES_AT: "2020-01-31T18:00:00Z"}
    allow(ec2, group_id, web, SESSIONS_PORT, tags=over)
    garbage = {**MARKER, EXPIRES_AT: "when done"}
    allow(ec2, group_id, "10.7.0.0/16", SESSIONS_PORT, tags=garbage)
    by_range = {"cache": "sessions", "sources": [{"cidr": "10.7.0.0/16", "expires_in": "1h"}]}
    overdue, renewed, mended, gone = ansible.access(
        grant({"expires_in": "8h"}),
        grant({"expires_in": "8h"}, renew=True),
        by_range,
        grant({"expires_at": "2020-01-31T18:00:00Z"}, state="absent"),
    )
    # What is echoed is the end that it keeps.
    assert overdue["caches"][0]["updated"][0]["description"] == "[until 2020-01-31T18:00:00Z]"
    assert [text for text in overdue["warnings"] if "set renew to true to grant it anew" in text]
    assert time_of(renewed["caches"][0]["updated"][0]["expires_at"]) > datetime.now(UTC)
    assert "warnings" not in renewed
    assert time_of(mended["caches"][0]["updated"][0]["expires_at"]) > datetime.now(UTC)
    assert len(gone["caches"][0]["removed"]) == 1


def test_both_sides_end(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """The outbound rule that mirrors the inbound one has the same end, and gets a later one with it."""
    forbid_out(ec2, estate.groups["app-web"])
    first, second = (
        grant({"expires_at": f"2099-01-0{day}T00:00:00Z", "reason": "why"}, source_egress=True) for day in (1, 2)
    )
    results = ansible.access(first, first, second)
    assert [result["changed"] for result in results] == [True, False, True]
    tags = [
        {tag["Key"]: tag["Value"] for tag in rule["Tags"]}
        for rule in every_rule(ec2).values()
        if {"Key": REASON, "Value": "why"} in rule["Tags"]
    ]
    assert tags == [{**MARKER, EXPIRES_AT: "2099-01-02T00:00:00Z", REASON: "why"}] * 2
    [out] = [rule for rule in every_rule(ec2).values() if rule["IsEgress"] and rule["Tags"]]
    assert out["Description"] == "[until 2099-01-02T00:00:00Z: why]"
    [swept] = ansible.tasks(
        {"elasticache.access.elasticache_expired_access": {"now": "2099-01-02T00:00:00Z"}},
    )
    assert {("destination" in rule, rule["security_group_name"]) for rule in swept["removed"]} == {
        (False, "sessions-cache"),
        (True, "app-web"),
    }
    assert not [rule for rule in every_rule(ec2).values() if {"Key": REASON, "Value": "why"} in rule["Tags"]]


def test_whoever_may_not_drop_an_end_is_told_which_action_it_takes(
    ansible: Ansible,
    emulator: Emulator,
    ec2: Any,
    estate: Estate,
    permitted: Callable[[list[str]], Credentials],
) -> None:
    """And the rule keeps its end."""
    ansible.access(grant({"expires_at": "2099-01-01T00:00:00Z"}))
    user = permitted(["elasticache:Describe*", "ec2:Describe*", "ec2:CreateTags"])
    [refused] = ansible.access(grant(), environment=user)
    assert "AWS does not permit these credentials ec2:DeleteTags; allow that action in their policy." in refused["msg"]
    emulator.trust_everybody()
    assert web_rule(ec2, estate)["Tags"] == {**MARKER, EXPIRES_AT: "2099-01-01T00:00:00Z"}


POLICY = """
cache_access_max_duration: 100000d
cache_access_grants:
  - cache: sessions
    sources:
      - security_group: app-web
        expires_at: 2099-01-01T02:00:00+02:00
        reason: unquoted, as one would write it
"""


def test_the_playbook_takes_ends_from_the_command_line_and_from_a_policy(
    ansible: Ansible, ec2: Any, estate: Estate
) -> None:
    """A policy whose access has ended is no drift but that what still stands is unexpected."""
    grant_access, one = "elasticache.access.grant_access", ["-e", "cache=sessions", "-e", "security_group=app-web"]
    for _twice in range(2):
        done = ansible.playbook(grant_access, *one, "-e", "expires_in=8h", "-e", "reason='ticket 4711'")
        assert done.succeeded, done.output
    assert done.changed == 0
    end = web_rule(ec2, estate)["Tags"][EXPIRES_AT]
    assert f"0 added, 0 updated, 0 removed, 1 already as wanted; access ends {end}" in done.output
    first = time_of(end)
    renewed = ansible.playbook(grant_access, *one, "-e", "expires_in=9h", "-e", "renew=true")
    assert renewed.changed == 1
    assert time_of(web_rule(ec2, estate)["Tags"][EXPIRES_AT]) > first
    (ansible.folder / "access.yml").write_text(POLICY)
    assert ansible.playbook(grant_access, "-e", "@access.yml").changed == 1
    assert web_rule(ec2, estate)["Description"] == ("[until 2099-01-01T00:00:00Z: unquoted, as one would write it]")
    refused = ansible.playbook(grant_access, *one, "-e", "cache_access_max_duration=1d")
    assert "would have access for good, while max_duration '1d' is the most" in refused.output
    policy = {"cache": "sessions", "sources": [{"security_group": "app-web", "expires_at": "2020-01-01T00:00:00Z"}]}
    audited = ansible.audit(caches=["sessions"], grants=[policy])
    [cache] = audited["caches"]
    [rule] = [each for each in cache["rules"] if each["source"]["name"] == "app-web"]
    assert (rule["drift"], rule["reason"], cache["missing"]) == ("unexpected", "unquoted, as one would write it", [])
