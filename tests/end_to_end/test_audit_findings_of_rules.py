# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an audit finds wrong with single rules, each beside its nearest neighbour that is in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate, start_instance
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.audits import about_rules, mend, of_cache, of_check, revoke, rows
from tests.end_to_end.conftest import create_cluster
from tests.end_to_end.networks import (
    accept,
    add_interface,
    attach,
    inhabit,
    make_gateway,
    make_group,
    make_prefix_list,
    make_vpc,
    peer,
)
from tests.end_to_end.rules import allow

OTHER_ACCOUNT = "210987654321"
EXPIRES_AT = "elasticache.access:expires_at"


def in_an_hour(more: int = 0) -> str:
    """Return the time in an hour, and so many hours later."""
    return f"{datetime.now(UTC) + timedelta(hours=1 + more):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.usefixtures("estate")
def test_an_estate_in_order_has_no_findings(ansible: Ansible) -> None:
    """Nor anything that is unknown; and everything is counted."""
    audit = ansible.audit()
    assert [(cache["name"], cache["findings"], cache["unknown"], cache["worst"]) for cache in audit["caches"]] == [
        (name, [], [], None) for name in ("fragments", "sessions", "carts")
    ]
    assert (audit["findings"], audit["unknown"]) == ([], [])
    assert audit["summary"] == {
        "caches": 3,
        "rules": 1,
        "findings": {"critical": 0, "high": 0, "medium": 0, "low": 0},
        "drift": None,
        "unknown": 0,
    }


def test_any_address_is_critical_by_itself_and_in_a_prefix_list(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Half of all addresses are not any address; a port of something else is no matter of the cache's."""
    group = estate.groups["sessions-cache"]
    lists = {
        "all": make_prefix_list(ec2, "all", cidrs=["10.1.0.0/16", "0.0.0.0/0"]),
        "six": make_prefix_list(ec2, "six", "IPv6", cidrs=["::/0"]),
        "half": make_prefix_list(ec2, "half", cidrs=["0.0.0.0/1"]),
    }
    rules = {
        "IPv4": allow(ec2, group, "0.0.0.0/0", 6390),
        "IPv6": allow(ec2, group, "::/0", 6390),
        **{name: allow(ec2, group, list_id, 6390) for name, list_id in lists.items()},
    }
    halves = {cidr: allow(ec2, estate.groups["fragments-cache"], cidr, 11211) for cidr in ("0.0.0.0/1", "8000::/1")}
    allow(ec2, group, "0.0.0.0/0", 22)
    audit = ansible.audit()
    assert about_rules(audit, "sessions", rules) == {
        **{("open_to_any_address", name): "critical" for name in ("IPv4", "IPv6", "all", "six")},
        ("wide_cidr", "half"): "medium",
    }
    assert about_rules(audit, "fragments", halves) == {("wide_cidr", cidr): "medium" for cidr in halves}
    assert len(rows(audit, "sessions")) == 6
    said = {finding["rule_ids"][0]: finding for finding in of_check(audit, "sessions", "open_to_any_address")}
    for name, source in (("IPv4", "0.0.0.0/0"), ("all", f"all ({lists['all']})")):
        assert said[rules[name]] == {
            "check": "open_to_any_address",
            "severity": "critical",
            "cache": "sessions",
            "security_group": group,
            "rule_ids": [rules[name]],
            "message": f"Rule {rules[name]} for tcp/6390 from {source} admits every address that has a way to the VPC.",
            "fix": "Grant the security groups that need the cache, then remove the rule: " + revoke(group, rules[name]),
        }
    assert (of_cache(audit, "sessions")["worst"], of_cache(audit, "fragments")["worst"]) == ("critical", "medium")
    assert of_cache(audit, "sessions")["findings"][0]["severity"] == "critical"
    assert audit["summary"]["findings"] == {"critical": 4, "high": 0, "medium": 3, "low": 0}


def test_wide_begins_one_bit_above_what_is_asked_for(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A /15 and a /55, also in a prefix list; where it begins can be set, and is checked."""
    group = estate.groups["fragments-cache"]
    lists = {
        "list of a /15": make_prefix_list(ec2, "offices", cidrs=["10.9.0.0/16", "10.6.0.0/15"]),
        "list of a /16": make_prefix_list(ec2, "office", cidrs=["10.8.0.0/16"]),
    }
    sources = {
        "/15": "10.2.0.0/15",
        "/16": "10.4.0.0/16",
        "/55": "2001:db8::/55",
        "/56": "2001:db8:1::/56",
        **lists,
    }
    rules = {name: allow(ec2, group, source, 11211) for name, source in sources.items()}
    default, narrow, wide, *wrong = ansible.audits(
        {},
        {"widest_ipv4_prefix": 17, "widest_ipv6_prefix": 57},
        {"widest_ipv4_prefix": 0, "widest_ipv6_prefix": 0},
        {"widest_ipv4_prefix": 33},
        {"widest_ipv6_prefix": -1},
    )
    found = [set(about_rules(audit, "fragments", rules)) for audit in (default, narrow, wide)]
    assert found == [
        {("wide_cidr", name) for name in ("/15", "/55", "list of a /15")},
        {("wide_cidr", name) for name in rules},
        set(),
    ]
    said = {finding["rule_ids"][0]: finding for finding in of_check(default, "fragments", "wide_cidr")}
    assert said[rules["list of a /15"]]["message"] == (
        f"Rule {rules['list of a /15']} for tcp/11211 from offices ({lists['list of a /15']}) admits 131072 "
        "addresses in 10.6.0.0/15; more than a /16 is called wide."
    )
    assert said[rules["/55"]]["message"] == (
        f"Rule {rules['/55']} for tcp/11211 from 2001:db8::/55 admits {2**73} addresses; "
        "more than a /56 is called wide."
    )
    assert said[rules["/15"]]["fix"].endswith(f"then remove the rule: {revoke(group, rules['/15'])}")
    assert [result["msg"] for result in wrong] == [
        "widest_ipv4_prefix is 33; give a prefix length from 0 to 32, or leave it out.",
        "widest_ipv6_prefix is -1; give a prefix length from 0 to 128, or leave it out.",
    ]


def test_a_rule_that_opens_more_than_a_port_of_the_cache(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """What just misses the port is no access at all, nor is another protocol."""
    group = estate.groups["sessions-cache"]
    rules = {
        "exact": allow(ec2, group, "10.1.0.0/16", 6390),
        "from below": allow(ec2, group, "10.2.0.0/16", 6000, 6390),
        "from above": allow(ec2, group, "10.3.0.0/16", 6390, 6391),
        "all traffic": allow(ec2, group, "10.4.0.0/16", 0, protocol="-1"),
    }
    for first, last, protocol in ((1, 6389, "tcp"), (6391, 65535, "tcp"), (6390, 6390, "udp")):
        allow(ec2, group, "10.5.0.0/16", first, last, protocol=protocol)
    audit = ansible.audit()
    wider = ("from below", "from above", "all traffic")
    assert about_rules(audit, "sessions", rules) == {("wider_rule", name): "medium" for name in wider}
    shown = rows(audit, "sessions")
    assert {name: shown[rule_id]["exact"] for name, rule_id in rules.items()} == {
        name: name == "exact" for name in rules
    }
    assert len(shown) == 1 + len(rules)
    everything = shown[rules["all traffic"]]
    assert (everything["protocol"], everything["from_port"], everything["to_port"]) == ("-1", -1, -1)
    said = {finding["rule_ids"][0]: finding for finding in of_check(audit, "sessions", "wider_rule")}
    assert said[rules["all traffic"]]["message"] == (
        f"Rule {rules['all traffic']} for all traffic from 10.4.0.0/16 admits more than port 6390 of the cache."
    )
    assert said[rules["from below"]]["message"].startswith(f"Rule {rules['from below']} for tcp/6000-6390 from ")
    assert said[rules["from below"]]["fix"] == (
        "Grant its source the port of the cache alone, then remove the rule: " + revoke(group, rules["from below"])
    )


def test_a_range_of_just_the_ports_of_a_cache_opens_nothing_more(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A serverless cache has two ports next to each other, which one rule can open."""
    group = estate.groups["carts-cache"]
    rules = {
        "both": allow(ec2, group, estate.groups["app-web"], 6379, 6380),
        "more": allow(ec2, group, estate.groups["app-batch"], 6379, 6381),
    }
    audit = ansible.audit()
    assert about_rules(audit, "carts", rules) == {("wider_rule", "more"): "medium"}


def test_a_rule_whose_group_or_peering_is_gone_is_stale(
    ansible: Ansible, ec2: Any, estate: Estate, client: Callable[..., Any]
) -> None:
    """In this account and in another; a peering that is active to a group that is there is in order."""
    group = estate.groups["sessions-cache"]
    theirs = client("ec2", account=OTHER_ACCOUNT)
    names = ("alive", "unpeered", "deleted")
    own = {name: make_vpc(ec2, f"10.3{number}.0.0/16", name) for number, name in enumerate(names)}
    far = {name: make_vpc(theirs, f"10.4{number}.0.0/16", name) for number, name in enumerate(names)}
    peerings = {name: peer(ec2, estate, other.vpc_id) for name, other in own.items()}
    far_peerings = {name: peer(ec2, estate, other.vpc_id, PeerOwnerId=OTHER_ACCOUNT) for name, other in far.items()}
    for name in names:
        accept(ec2, peerings[name])
        accept(theirs, far_peerings[name])
    inhabit(ec2, own["alive"], "10.30.1.0/24")
    rules = {name: allow(ec2, group, other.group_id, 6390) for name, other in own.items()}
    rules |= {
        f"far {name}": allow(ec2, group, f"{OTHER_ACCOUNT}/{other.group_id}", 6390) for name, other in far.items()
    }
    for peering in (peerings["unpeered"], far_peerings["unpeered"]):
        ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    ec2.delete_security_group(GroupId=own["deleted"].group_id)
    theirs.delete_security_group(GroupId=far["deleted"].group_id)

    audit = ansible.audit()
    stale = ("unpeered", "deleted", "far unpeered", "far deleted")
    assert about_rules(audit, "sessions", rules) == {("stale_reference", name): "low" for name in stale}
    said = {finding["rule_ids"][0]: finding for finding in of_check(audit, "sessions", "stale_reference")}
    assert said[rules["unpeered"]]["message"] == (
        f"Rule {rules['unpeered']} for tcp/6390 from unpeered ({own['unpeered'].group_id}) admits nothing: "
        f"peering {peerings['unpeered']}, which leads to it, is deleted."
    )
    assert said[rules["far unpeered"]]["message"].endswith(
        f"from {far['unpeered'].group_id} admits nothing: peering {far_peerings['unpeered']}, which leads to it, "
        "is deleted."
    )
    for name, other in (("deleted", own), ("far deleted", far)):
        assert said[rules[name]]["message"] == (
            f"Rule {rules[name]} for tcp/6390 from {other['deleted'].group_id} admits nothing: that group, or the "
            "way to it, is gone."
        )
        assert said[rules[name]]["fix"] == (
            "Remove the rule, which would come alive with a new way to the group: " + revoke(group, rules[name])
        )
    assert of_cache(audit, "sessions")["unknown"] == []
    for name in stale:
        mend(ansible, said[rules[name]])
    mended = ansible.audit()
    assert of_cache(mended, "sessions")["findings"] == []
    assert set(rows(mended, "sessions")) == set(rows(audit, "sessions")) - {rules[name] for name in stale}


def test_a_rule_over_a_transit_gateway_goes_stale_with_it(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """While the attachments refer to groups of each other it is in order."""
    other = make_vpc(ec2, "10.30.0.0/16", "attached")
    inhabit(ec2, other, "10.30.1.0/24")
    gateway = make_gateway(ec2, "enable")
    attach(ec2, gateway, estate.vpc_id, "enable")
    attach(ec2, gateway, other.vpc_id, "enable")
    rules = {"attached": allow(ec2, estate.groups["sessions-cache"], other.group_id, 6390)}
    assert about_rules(ansible.audit(), "sessions", rules) == {}
    [attachment] = ec2.describe_transit_gateway_vpc_attachments(Filters=[{"Name": "vpc-id", "Values": [other.vpc_id]}])[
        "TransitGatewayVpcAttachments"
    ]
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment["TransitGatewayAttachmentId"])
    assert about_rules(ansible.audit(), "sessions", rules) == {("stale_reference", "attached"): "low"}


def test_a_source_that_is_nobody(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A stopped instance is somebody, as is an interface of no instance; who has an address is no matter."""
    group, subnet = estate.groups["fragments-cache"], estate.subnet_ids[0]
    nobody, paused, detached = (make_group(ec2, estate.vpc_id, name) for name in ("nobody", "paused", "detached"))
    ec2.stop_instances(InstanceIds=[start_instance(ec2, subnet, paused)])
    add_interface(ec2, subnet, detached)
    peered = make_vpc(ec2, "10.30.0.0/16", "peered")
    accept(ec2, peer(ec2, estate, peered.vpc_id))
    blank, filled = make_prefix_list(ec2, "blank"), make_prefix_list(ec2, "filled", cidrs=["192.0.2.0/28"])
    sources = {
        "nobody": nobody,
        "peered nobody": peered.group_id,
        "paused": paused,
        "detached": detached,
        "blank": blank,
        "filled": filled,
        "range": "10.99.0.0/16",
    }
    rules = {name: allow(ec2, group, source, 11211) for name, source in sources.items()}
    audit = ansible.audit()
    empty = ("nobody", "peered nobody", "blank")
    assert about_rules(audit, "fragments", rules) == {("empty_source", name): "low" for name in empty}
    said = {finding["rule_ids"][0]: finding for finding in of_check(audit, "fragments", "empty_source")}
    for name, source, why in (
        ("nobody", nobody, "no network interface carries that group"),
        ("blank", blank, "that prefix list is empty"),
    ):
        assert said[rules[name]]["message"] == (
            f"Rule {rules[name]} for tcp/11211 from {name} ({source}) admits nobody at present: {why}."
        )
        assert said[rules[name]]["fix"] == (
            "Keep it for members that come and go; otherwise remove it, for whoever joins is let in: "
            + revoke(group, rules[name])
        )
    counts = {
        name: [rows(audit, "fragments")[rules[name]][each] for each in ("instances", "addresses")] for name in rules
    }
    assert counts == {
        "nobody": [0, 0],
        "peered nobody": [0, 0],
        "paused": [1, 1],
        "detached": [0, 1],
        "blank": [0, 0],
        "filled": [0, 16],
        "range": [0, 65536],
    }


def test_access_that_was_to_end_and_ends_that_nobody_can_read(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """In an hour is in order, as is a tag of another name; whose the rule is does not matter."""
    group = estate.groups["sessions-cache"]
    ends = {
        "over": "2020-01-31T18:00:00Z",
        "over elsewhere": "2020-01-31T18:00:00+02:00",
        "soon": in_an_hour(),
        "no time": "next week",
        "no zone": "2020-01-31T18:00:00",
        "blank": "",
    }
    rules = {
        name: allow(ec2, group, f"10.{number}.0.0/16", 6390, tags={EXPIRES_AT: text})
        for number, (name, text) in enumerate(ends.items())
    }
    ours = {EXPIRES_AT: "2020-01-31T18:00:00Z", "elasticache.access:managed": "true"}
    rules["ours"] = allow(ec2, group, "10.91.0.0/16", 6390, tags=ours)
    rules["other tag"] = allow(ec2, group, "10.90.0.0/16", 6390, tags={"expires_at": "2020-01-31T18:00:00Z"})
    audit = ansible.audit()
    assert about_rules(audit, "sessions", rules) == {
        **{("expired", name): "high" for name in ("over", "over elsewhere", "ours")},
        **{("expiry_unreadable", name): "high" for name in ("no time", "no zone", "blank")},
    }
    shown = rows(audit, "sessions")
    assert {name: shown[rules[name]]["expires_at"] for name in rules} == {
        **ends,
        "ours": "2020-01-31T18:00:00Z",
        "other tag": None,
    }
    said = {finding["rule_ids"][0]: finding for finding in of_cache(audit, "sessions")["findings"]}
    assert said[rules["over"]]["message"] == (
        f"Rule {rules['over']} for tcp/6390 from 10.0.0.0/16 was to end at 2020-01-31T18:00:00Z, and still stands."
    )
    assert said[rules["over"]]["fix"] == f"Remove the rule: {revoke(group, rules['over'])}"
    assert said[rules["ours"]]["fix"] == (
        "Have the playbook elasticache.access.revoke_expired run on a schedule; or remove the rule: "
        f"{revoke(group, rules['ours'])}"
    )
    assert said[rules["no time"]]["message"] == (
        f"Rule {rules['no time']} for tcp/6390 from 10.3.0.0/16 is to end at 'next week', which is no time with a "
        "zone: nothing will end it."
    )
    assert said[rules["no time"]]["fix"].startswith("Correct its tag to a time such as ")
    for name in ("over", "over elsewhere", "ours"):
        mend(ansible, said[rules[name]])
    for name in ("no time", "no zone", "blank"):
        ec2.create_tags(Resources=[rules[name]], Tags=[{"Key": EXPIRES_AT, "Value": in_an_hour()}])
    mended = of_cache(ansible.audit(), "sessions")
    assert (mended["findings"], len(mended["rules"])) == ([], 6)


def test_one_port_of_a_serverless_cache_without_the_other(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """The other port may be opened by another rule, for a wider range, or in another group of the cache."""
    one, other = (make_group(ec2, estate.vpc_id, name) for name in ("one", "other"))
    elasticache.create_serverless_cache(
        ServerlessCacheName="pairs",
        Engine="valkey",
        SubnetIds=list(estate.subnet_ids),
        SecurityGroupIds=[one, other],
    )
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    rules = {
        "web": allow(ec2, one, web, 6379),
        "batch": allow(ec2, one, batch, 6379),
        "batch elsewhere": allow(ec2, other, batch, 6380),
        "narrow": allow(ec2, one, "10.1.2.0/24", 6379),
        "wide": allow(ec2, one, "10.1.0.0/16", 6380),
        "range": allow(ec2, one, "10.5.0.0/16", 6379),
        "wider": allow(ec2, other, "10.5.0.0/16", 6380, 6381),
        "second": allow(ec2, one, "2001:db8::/56", 6380),
    }
    carts = {"carts": allow(ec2, estate.groups["carts-cache"], web, 6379)}
    audit = ansible.audit()
    assert about_rules(audit, "pairs", rules) == {
        **{("port_not_covered", name): "medium" for name in ("web", "wide", "second")},
        ("wider_rule", "wider"): "medium",
    }
    said = {finding["rule_ids"][0]: finding for finding in of_check(audit, "pairs", "port_not_covered")}
    assert said[rules["web"]]["message"] == (
        f"Rule {rules['web']} for tcp/6379 from app-web ({web}) admits its source to port 6379 and no rule does to "
        "port 6380; clients dial both, and get slow where one does not answer."
    )
    assert "to port 6380 and no rule does to port 6379;" in said[rules["second"]]["message"]
    assert said[rules["web"]]["fix"] == "Grant the source without ports, which opens every port of the cache."
    assert about_rules(audit, "carts", carts) == {("port_not_covered", "carts"): "medium"}

    [granted] = ansible.access({"cache": "carts", "sources": [{"security_group": "app-web"}]})
    assert [rule["from_port"] for rule in granted["caches"][0]["added"]] == [6380]
    assert of_cache(ansible.audit(), "carts")["findings"] == []


def test_a_rule_that_adds_nothing_to_another_one(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """Within more ports, within a wider range, or in another group of the cache; not if it lasts longer."""
    one, other = (make_group(ec2, estate.vpc_id, name) for name in ("one", "other"))
    create_cluster(elasticache, "pair", [one, other])
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    soon, later = {EXPIRES_AT: in_an_hour()}, {EXPIRES_AT: in_an_hour(2)}
    rules = {
        "more ports": allow(ec2, one, web, 6000, 7000),
        "web": allow(ec2, one, web, 6379),
        "wide": allow(ec2, one, "10.1.0.0/16", 6379),
        "narrow": allow(ec2, one, "10.1.2.0/24", 6379),
        "wide six": allow(ec2, one, "2001:db8::/56", 6379),
        "narrow six": allow(ec2, other, "2001:db8:0:1::/64", 6379),
        "all traffic": allow(ec2, other, "10.2.0.0/16", 0, protocol="-1"),
        "tcp": allow(ec2, one, "10.2.0.0/16", 6379),
        "for good": allow(ec2, one, "10.3.0.0/16", 6379),
        "for an hour": allow(ec2, one, "10.3.1.0/24", 6379, tags=soon),
        # From here on neighbours that add something.
        "batch": allow(ec2, one, batch, 6379),
        "left": allow(ec2, one, "10.4.0.0/24", 6379),
        "right": allow(ec2, one, "10.4.1.0/24", 6379),
        "low ports": allow(ec2, one, "10.5.0.0/16", 6378, 6379),
        "high ports": allow(ec2, one, "10.5.0.0/16", 6379, 6380),
        "ending": allow(ec2, one, "10.6.0.0/16", 6379, tags=soon),
        "staying": allow(ec2, one, "10.6.1.0/24", 6379),
        "ending later": allow(ec2, one, "10.6.2.0/24", 6379, tags=later),
    }
    twins = {group: allow(ec2, group, "10.9.0.0/16", 6379) for group in (one, other)}
    carts = {port: allow(ec2, estate.groups["carts-cache"], web, port) for port in (6379, 6380)}
    audit = ansible.audit()
    found = {(check, name) for check, name in about_rules(audit, "pair", rules) if check == "redundant_rule"}
    second = twins[max(twins)]
    inner = {"web", "narrow", "narrow six", "tcp", "for an hour"}
    assert found == {("redundant_rule", name) for name in {*inner, second}}
    said = {finding["rule_ids"][0]: finding for finding in of_check(audit, "pair", "redundant_rule")}
    assert {finding["severity"] for finding in said.values()} == {"low"}
    assert said[rules["web"]]["message"] == (
        f"Rule {rules['web']} for tcp/6379 from app-web ({web}) adds nothing: rule {rules['more ports']} for "
        f"tcp/6000-7000 from app-web ({web}) admits all of it."
    )
    assert said[second]["message"] == (
        f"Rule {second} for tcp/6379 from 10.9.0.0/16 adds nothing: rule {twins[min(twins)]} for tcp/6379 from "
        "10.9.0.0/16 admits all of it."
    )
    assert said[second]["fix"] == (
        "If the one that admits more is not meant, remove that one: "
        f"{revoke(min(twins), twins[min(twins)])}; otherwise remove this one: {revoke(max(twins), second)}"
    )
    assert of_cache(audit, "carts")["findings"] == []
    assert set(rows(audit, "carts")) == set(carts.values())

    for finding in said.values():
        ec2.revoke_security_group_ingress(GroupId=finding["security_group"], SecurityGroupRuleIds=finding["rule_ids"])
    mended = ansible.audit()
    assert of_check(mended, "pair", "redundant_rule") == []
    assert set(rows(mended, "pair")) == set(rows(audit, "pair")) - set(said)


def test_a_rule_in_a_group_that_not_every_node_carries_makes_no_other_one_redundant(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """While members differ, each of the two rules is the only way to one of the nodes."""
    old, new = estate.groups["sessions-cache"], make_group(ec2, estate.vpc_id, "new-cache")
    set_window(emulator.url, "sessions-002", group_ids=[new])
    for group in (old, new):
        allow(ec2, group, estate.groups["app-web"], 6390)
    assert of_check(ansible.audit(), "sessions", "redundant_rule") == []


def test_a_rule_in_a_group_that_is_being_taken_off_makes_no_other_one_redundant(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator
) -> None:
    """Without the other one nothing would be left once it is off."""
    leaving, staying = (make_group(ec2, estate.vpc_id, name) for name in ("leaving", "staying"))
    create_cluster(elasticache, "pair", [leaving, staying])
    allow(ec2, leaving, "10.1.0.0/16", 6379)
    allow(ec2, staying, "10.1.2.0/24", 6379)
    assert len(of_check(ansible.audit(), "pair", "redundant_rule")) == 1
    set_window(emulator.url, "pair", status="modifying", membership_status={leaving: "removing"})
    assert of_check(ansible.audit(), "pair", "redundant_rule") == []
