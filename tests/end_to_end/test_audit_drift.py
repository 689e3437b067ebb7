# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What reaches the caches, held against a policy; and that an audit, check mode and the change agree on it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.audits import of_cache, of_check, rows
from tests.end_to_end.conftest import create_cluster
from tests.end_to_end.networks import make_group, make_prefix_list
from tests.end_to_end.rules import allow, every_rule

ACCOUNT = "123456789012"
WEB, BATCH = {"security_group": "app-web"}, {"security_group": "app-batch"}

ALLOWING = [{"allow_any_address": allowed} for allowed in (True, False)]

Access = set[tuple[str, int, str]]


def drift(audit: dict[str, Any], name: str) -> dict[str, str]:
    """Return what is said of each rule of one cache, by its id."""
    return {rule_id: rule["drift"] for rule_id, rule in rows(audit, name).items()}


def missing(audit: dict[str, Any], name: str) -> list[tuple[Any, ...]]:
    """Return port, source and description of what one cache lacks, and whether a reason is given."""
    return [
        (each["port"], each["source"]["value"], each["description"], each["reason"] is not None)
        for each in of_cache(audit, name)["missing"]
    ]


def test_a_policy_with_everything_that_can_be_said_of_it(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Wanted, unexpected, missing, impossible, absent, not in the policy, and not there at all."""
    group, web = estate.groups["sessions-cache"], estate.groups["app-web"]
    office = make_prefix_list(ec2, "office", cidrs=["192.0.2.0/28"])
    rules = {
        "web": allow(ec2, group, web, 6390, description="Old words"),
        "list": allow(ec2, group, office, 6390),
        "wider": allow(ec2, group, "10.1.0.0/16", 6000, 7000),
    }
    [batch] = [rule_id for rule_id, rule in every_rule(ec2).items() if rule.get("Description") == "nightly export"]
    fragments = allow(ec2, estate.groups["fragments-cache"], web, 11211)
    carts = {port: allow(ec2, estate.groups["carts-cache"], web, port) for port in (6379, 6380)}
    grants = [
        {
            "cache": "sessions",
            "sources": [
                {**WEB, "description": "Web tier"},
                {"instance": estate.instances["web-1"]},
                {"prefix_list": "office"},
                {"cidr": "10.1.7.0/16"},
                {"cidr": "10.2.0.0/16", "description": "Plant"},
                {"security_group": "nobody", "description": "Nobody yet"},
            ],
        },
        {"cache": "carts", "sources": [WEB], "state": "absent"},
        {"cache": "planned", "sources": [{**WEB, "description": "Soon"}, {"cidr": "10.3.0.0/16"}]},
        {"cache": "retired", "sources": [WEB], "state": "absent"},
    ]
    audit, nothing_granted, one = ansible.audits(
        {"grants": grants}, {"grants": []}, {"grants": grants, "caches": ["fragments"]}
    )
    assert audit["compared"] is True
    in_policy = {cache["name"]: cache["in_policy"] for cache in audit["caches"]}
    assert in_policy == {"fragments": False, "sessions": True, "carts": True}
    assert drift(audit, "sessions") == {
        rules["web"]: "wanted",
        rules["list"]: "wanted",
        rules["wider"]: "unexpected",
        batch: "unexpected",
    }
    assert drift(audit, "fragments") == {fragments: "unexpected"}
    assert drift(audit, "carts") == {carts[6379]: "unexpected", carts[6380]: "unexpected"}
    home = {"id": group, "name": "sessions-cache"}
    lacks = sorted(of_cache(audit, "sessions")["missing"], key=lambda each: str(each["source"]["value"]))
    ranges = {"type": "cidr", "name": None, "owner_id": None, "vpc_id": None}
    assert lacks[:2] == [
        {
            "cache": "sessions",
            "port": 6390,
            "security_group": home,
            "source": {**ranges, "value": value},
            "description": description,
            "reason": None,
        }
        for value, description in (("10.1.0.0/16", ""), ("10.2.0.0/16", "Plant"))
    ]
    [impossible] = lacks[2:]
    assert impossible["reason"].startswith(f"security_group 'nobody' does not exist in {estate.vpc_id}, the VPC of ")
    assert {**impossible, "reason": None} == {
        "cache": "sessions",
        "port": None,
        "security_group": None,
        "source": {"type": "security_group", "value": "nobody", "name": None, "owner_id": None, "vpc_id": None},
        "description": "Nobody yet",
        "reason": None,
    }
    assert [missing(audit, name) for name in ("fragments", "carts")] == [[], []]
    assert [
        (each["cache"], each["port"], each["source"]["type"], each["source"]["value"], each["description"])
        for each in audit["missing_access"]
    ] == [
        ("planned", None, "security_group", "app-web", "Soon"),
        ("planned", None, "cidr", "10.3.0.0/16", ""),
    ]
    assert {each["reason"] for each in audit["missing_access"]} == {"there is no such cache"}
    assert audit["missing"] == []
    assert audit["summary"]["drift"] == {"wanted": 2, "unexpected": 5, "missing": 5}

    assert nothing_granted["summary"]["drift"] == {"wanted": 0, "unexpected": 7, "missing": 0}
    assert [cache["in_policy"] for cache in nothing_granted["caches"]] == [False] * 3
    assert [cache["name"] for cache in one["caches"]] == ["fragments"]
    assert one["summary"]["drift"]["unexpected"] == 1


def test_groups_ports_and_options_of_grants(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """Which group is to have the rule, which ports, and what an audit takes no notice of."""
    one, other = (make_group(ec2, estate.vpc_id, name) for name in ("one", "other"))
    create_cluster(elasticache, "pair", [one, other])
    create_cluster(elasticache, "unsaid", [one, other])
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    elsewhere, right = allow(ec2, other, web, 6379), allow(ec2, one, batch, 6379)
    ports = {port: allow(ec2, estate.groups["carts-cache"], web, port) for port in (6379, 6380)}
    open_to_all = allow(ec2, estate.groups["fragments-cache"], "0.0.0.0/0", 11211)
    ignored = {"tags": {"team": "shop"}, "purge": "managed", "purge_shared": False, "allow_large_purge": False}
    audit = ansible.audit(
        grants=[
            {"cache": "pair", "security_group": "one", "sources": [WEB, BATCH]},
            {"cache": "unsaid", "sources": [WEB]},
            {"cache": "carts", "sources": [WEB], "ports": [6379], **ignored},
            {"cache": "fragments", "sources": [{"cidr": "0.0.0.0/0"}], **ignored},
            {"cache": "sessions", "sources": [BATCH], "ports": [1]},
        ]
    )
    assert drift(audit, "pair") == {elsewhere: "wanted", right: "wanted"}
    [lack] = of_cache(audit, "pair")["missing"]
    assert (lack["security_group"]["id"], lack["source"]["value"], lack["port"]) == (one, web, 6379)
    assert drift(audit, "unsaid") == {elsewhere: "unexpected", right: "unexpected"}
    [unsaid] = of_cache(audit, "unsaid")["missing"]
    assert "carries several security groups" in unsaid["reason"]
    assert drift(audit, "carts") == {ports[6379]: "wanted", ports[6380]: "unexpected"}
    assert of_cache(audit, "carts")["missing"] == []
    assert drift(audit, "fragments") == {open_to_all: "wanted"}
    assert of_check(audit, "fragments", "open_to_any_address") != []
    [no_port] = of_cache(audit, "sessions")["missing"]
    assert "ports holds 1, on which cache 'sessions' does not listen" in no_port["reason"]


def test_any_address_that_is_granted_is_wanted_and_a_finding(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Whether an entry of the policy has leave for it or not is no matter of an audit."""
    rule = allow(ec2, estate.groups["fragments-cache"], "0.0.0.0/0", 11211)
    grant = {"cache": "fragments", "sources": [{"cidr": "0.0.0.0/0"}]}
    audits = ansible.audits(*({"grants": [{**grant, **leave}]} for leave in ({}, *ALLOWING)))
    for audit in audits:
        assert drift(audit, "fragments") == {rule: "wanted"}
        assert len(of_check(audit, "fragments", "open_to_any_address")) == 1


def test_what_is_wanted_for_one_of_the_caches_that_share_a_group(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """It is unexpected for the other, unless that one is granted the same; a member stands for its cache."""
    shared = estate.groups["fragments-cache"]
    create_cluster(elasticache, "lodger", [shared])
    create_cluster(elasticache, "lodger-2", [shared])
    rule = allow(ec2, shared, estate.groups["app-web"], 6379)
    audit = ansible.audit(grants=[{"cache": "lodger", "sources": [WEB]}, {"cache": "sessions-002", "sources": [BATCH]}])
    assert drift(audit, "lodger") == {rule: "wanted"}
    assert drift(audit, "lodger-2") == {rule: "unexpected"}
    assert drift(audit, "fragments") == {}
    assert set(drift(audit, "sessions").values()) == {"wanted"}
    assert audit["summary"]["drift"] == {"wanted": 2, "unexpected": 1, "missing": 0}


@pytest.fixture
def policy(ec2: Any, estate: Estate) -> list[dict[str, Any]]:
    """A policy, and an estate of exact rules that differs from it in either direction on every cache."""
    groups, web = estate.groups, estate.groups["app-web"]
    allow(ec2, groups["sessions-cache"], "10.1.0.0/16", 6390, description="By hand")
    allow(ec2, groups["carts-cache"], web, 6379)
    for port in (6379, 6380):
        allow(ec2, groups["carts-cache"], "2001:db8::/56", port)
    allow(ec2, groups["fragments-cache"], web, 11211, description="Web tier")
    allow(ec2, groups["fragments-cache"], make_prefix_list(ec2, "office", cidrs=["192.0.2.0/28"]), 11211)
    return [
        {"cache": "sessions", "sources": [{**WEB, "description": "Web tier"}, {"cidr": "10.2.0.0/16"}]},
        {"cache": "carts", "sources": [WEB, BATCH]},
        {"cache": "fragments", "sources": [{**WEB, "description": "Web tier"}, {"cidr": "2001:db8:1::/56"}]},
    ]


def accesses(result: dict[str, Any], name: str) -> Access:
    """Return what is C(added) or C(removed) over all caches, by group, port and source."""
    return {
        (rule["security_group_id"], rule["from_port"], rule["source"]["value"])
        for cache in result["caches"]
        for rule in cache[name]
    }


def missing_in(audit: dict[str, Any]) -> Access:
    """Return what is missing over all caches, by group, port and source."""
    return {
        (each["security_group"]["id"], each["port"], each["source"]["value"])
        for cache in audit["caches"]
        for each in cache["missing"]
    }


def unexpected_in(audit: dict[str, Any]) -> Access:
    """Return what is unexpected over all caches, by group, port and source."""
    return {
        (rule["security_group"]["id"], rule["from_port"], rule["source"]["value"])
        for cache in audit["caches"]
        for rule in cache["rules"]
        if rule["drift"] == "unexpected"
    }


def text_of(source: dict[str, Any]) -> str:
    """Return a source as a diff has it."""
    return f"{source['name']} ({source['value']})" if source["name"] else str(source["value"])


def line_of(port: int, source: dict[str, Any], description: str) -> str:
    """Return a rule as a diff has it."""
    return f"tcp/{port}  {text_of(source)}" + (f'  "{description}"' if description else "")


def test_check_mode_the_audit_and_the_change_agree(ansible: Ansible, ec2: Any, policy: list[dict[str, Any]]) -> None:
    """Purging all in check mode adds just what is missing and removes just what is unexpected; then all is wanted."""
    before = every_rule(ec2)
    audit = ansible.audit(grants=policy)
    assert (len(missing_in(audit)), len(unexpected_in(audit))) == (6, 5)
    assert audit["summary"]["drift"] == {"wanted": 2, "unexpected": 5, "missing": 6}
    purging = {"grants": policy, "purge": "all"}
    [foretold] = ansible.access(purging, check=True)
    assert accesses(foretold, "added") == missing_in(audit)
    assert accesses(foretold, "removed") == unexpected_in(audit)
    assert every_rule(ec2) == before

    file = ansible.folder / "policy.yml"
    file.write_text(yaml.safe_dump({"cache_access_grants": policy}))
    shown = ansible.playbook(
        "elasticache.access.grant_access",
        *("-e", f"@{file}", "--check", "--diff", "-e", "cache_access_purge=all"),
    )
    assert shown.succeeded, shown.output
    changed = [line for line in shown.output.splitlines() if line.startswith(("+", "-"))]
    lines = sorted(line for line in changed if not line.startswith(("+++ ", "--- ")))
    assert lines == sorted(
        [
            *(
                f"+ {line_of(each['port'], each['source'], each['description'])}"
                for cache in audit["caches"]
                for each in cache["missing"]
            ),
            *(
                f"- {line_of(rule['from_port'], rule['source'], rule['description'])}"
                for cache in audit["caches"]
                for rule in cache["rules"]
                if rule["drift"] == "unexpected"
            ),
        ]
    )

    [done] = ansible.access(purging)
    assert (accesses(done, "added"), accesses(done, "removed")) == (missing_in(audit), unexpected_in(audit))
    after = ansible.audit(grants=policy)
    assert {rule["drift"] for cache in after["caches"] for rule in cache["rules"]} == {"wanted"}
    assert after["summary"]["drift"] == {"wanted": 8, "unexpected": 0, "missing": 0}
    assert [cache["missing"] for cache in after["caches"]] == [[], [], []]
    [again] = ansible.access(purging)
    assert again["changed"] is False
