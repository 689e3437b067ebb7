# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    Rule,
    RuleKey,
    Source,
    admitting,
    cidr_source,
    ip_permissions,
    parse_egress,
    parse_ingress,
    parse_rule,
    ports_text,
    reaching,
)
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER

from tests.unit.values import CARTS, JOBS, SESSIONS, WEB, admits, outbound, rule, source

# What EC2 says of every rule, whatever it admits.
ANSWER = {
    "SecurityGroupRuleId": "sgr-1",
    "GroupId": SESSIONS.group_id,
    "GroupOwnerId": "123456789012",
    "IsEgress": False,
    "IpProtocol": "tcp",
    "FromPort": 6379,
    "ToPort": 6379,
}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        pytest.param("10.20.0.0/16", "10.20.0.0/16", id="a canonical range stays as it is"),
        pytest.param("100.68.0.18/18", "100.68.0.0/18", id="host bits are cleared"),
        pytest.param("10.1.2.3/32", "10.1.2.3/32", id="a single address keeps its length"),
        pytest.param("255.255.255.255/0", "0.0.0.0/0", id="any address in disguise is any address"),
        pytest.param(" 10.20.0.0/16\n", "10.20.0.0/16", id="blanks around it do not matter"),
        pytest.param("10.20.0.0/08", "10.0.0.0/8", id="a leading zero of the length does not matter"),
        pytest.param("2001:0DB8:0:0::/56", "2001:db8::/56", id="IPv6 is compressed and in lower case"),
        pytest.param("2001:db8::1/64", "2001:db8::/64", id="host bits of IPv6 are cleared"),
        pytest.param("1::1/0", "::/0", id="any IPv6 address in disguise is any IPv6 address"),
    ],
)
def test_a_cidr_is_taken_as_ec2_stores_it(text: str, stored: str) -> None:
    assert cidr_source(text) == Source("cidr", stored)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("10.1.2.3", id="an address without a length"),
        pytest.param("10.1.2.3/", id="an empty length"),
        pytest.param("10.1.0.0/33", id="a length beyond 32"),
        pytest.param("2001:db8::/129", id="a length beyond 128"),
        pytest.param("10.1.0.0/-1", id="a negative length"),
        pytest.param("10.1.0.0/255.255.0.0", id="a netmask for a length"),
        pytest.param("10.1.0.0/16/16", id="two lengths"),
        pytest.param("10.1.0.0/١٦", id="a length in other digits than 0 to 9"),
        pytest.param("10.1.0.0/²", id="a superscript for a length"),
        pytest.param("10.1.0.0 /16", id="a blank within"),
        pytest.param("10.1.0/16", id="three numbers"),
        pytest.param("010.1.0.0/16", id="a number that may be octal"),
        pytest.param("app-web/16", id="a name"),
        pytest.param("fe80::%eth0/64", id="a range with a zone"),
        pytest.param("fe80::1%eth0/64", id="an address with a zone"),
        pytest.param("10.1.0.0%1/16", id="an IPv4 range with a zone"),
    ],
)
def test_what_is_no_cidr_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cidr_source(text)


@pytest.mark.parametrize(
    ("admitted", "is_ipv6"),
    [
        pytest.param("10.0.0.0/8", False, id="an IPv4 range is not"),
        pytest.param("2001:db8::/56", True, id="an IPv6 range is"),
        pytest.param(WEB.group_id, False, id="a security group is not"),
        pytest.param("pl-1", False, id="a prefix list is not"),
    ],
)
def test_what_is_ipv6(admitted: str, is_ipv6: bool) -> None:
    assert source(admitted).is_ipv6 is is_ipv6


def test_an_exact_rule_is_tcp_to_one_port() -> None:
    assert RuleKey.exact("sg-1", 6380, source("10.0.0.0/8")) == RuleKey("sg-1", "tcp", 6380, 6380, source("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("tags", "is_managed"),
    [
        pytest.param((), False, id="no tag"),
        pytest.param((MARKER,), True, id="the marker alone"),
        pytest.param((("Name", "web"), MARKER), True, id="the marker among others"),
        pytest.param(((MARKER[0], "false"),), False, id="the marker's key with another value"),
        pytest.param((("x", MARKER[1]),), False, id="the marker's value under another key"),
    ],
)
def test_a_rule_with_the_marker_is_managed(tags: tuple[tuple[str, str], ...], is_managed: bool) -> None:
    assert rule(tags=tags).is_managed is is_managed


@pytest.mark.parametrize(
    ("ports", "covers", "is_exact", "is_wider"),
    [
        pytest.param("6379", True, True, False, id="the port alone is exact"),
        pytest.param("6380", False, False, False, id="the port beside it is nothing to us"),
        pytest.param("6378-6379", True, False, True, id="a range that ends with the port is wider"),
        pytest.param("6379-6380", True, False, True, id="a range that begins with the port is wider"),
        pytest.param("0-65535", True, False, True, id="every port is wider"),
        pytest.param("6380-65535", False, False, False, id="a range beyond the port is nothing to us"),
        pytest.param("0-6378", False, False, False, id="a range before the port is nothing to us"),
        pytest.param("all", True, False, True, id="all traffic is wider"),
        pytest.param("udp/6379", False, False, False, id="the port with UDP is nothing to us"),
        pytest.param("icmp/8", False, False, False, id="ICMP is nothing to us"),
    ],
)
def test_what_a_rule_admits_to_port_6379(ports: str, covers: bool, is_exact: bool, is_wider: bool) -> None:
    seen = rule(ports=ports)
    assert (seen.covers(6379), seen.is_exact([6379]), seen.is_wider([6379])) == (covers, is_exact, is_wider)


@pytest.mark.parametrize(
    ("ports", "is_exact", "is_wider"),
    [
        pytest.param("6379", True, False, id="the first port alone is exact"),
        pytest.param("6380", True, False, id="the second port alone is exact"),
        pytest.param("6379-6380", False, True, id="both ports in one rule are wider"),
        pytest.param("6380-6381", False, True, id="the second port and more are wider"),
        pytest.param("6381", False, False, id="another port is nothing to us"),
    ],
)
def test_what_a_rule_admits_to_two_ports(ports: str, is_exact: bool, is_wider: bool) -> None:
    seen = rule(ports=ports)
    assert (seen.is_exact([6379, 6380]), seen.is_wider(iter([6379, 6380]))) == (is_exact, is_wider)


@pytest.mark.parametrize(
    ("admitted", "asked", "is_admitted"),
    [
        pytest.param(WEB.group_id, WEB.group_id, True, id="a group admits itself"),
        pytest.param(WEB.group_id, JOBS.group_id, False, id="a group does not admit another"),
        pytest.param("pl-1", "pl-1", True, id="a prefix list admits itself"),
        pytest.param("10.0.0.0/8", "10.0.0.0/8", True, id="a range admits itself"),
        pytest.param("10.0.0.0/8", "10.20.0.0/16", True, id="a range admits one within it"),
        pytest.param("10.20.0.0/16", "10.0.0.0/8", False, id="a range does not admit a wider one"),
        pytest.param("10.20.0.0/16", "10.21.0.0/16", False, id="a range does not admit its neighbour"),
        pytest.param("2001:db8::/32", "2001:db8:1::/48", True, id="an IPv6 range admits one within it"),
        pytest.param("2001:db8:1::/48", "2001:db8::/32", False, id="an IPv6 range does not admit a wider one"),
        pytest.param("0.0.0.0/0", "2001:db8::/32", False, id="any IPv4 address is no IPv6 address"),
        pytest.param("::/0", "10.0.0.0/8", False, id="any IPv6 address is no IPv4 address"),
        pytest.param("0.0.0.0/0", WEB.group_id, False, id="a range says nothing of a group's members"),
        pytest.param(WEB.group_id, "10.0.0.0/8", False, id="a group says nothing of a range"),
        pytest.param("pl-1", "10.0.0.0/8", False, id="a prefix list says nothing of a range"),
    ],
)
def test_what_a_rule_admits(admitted: str, asked: str, is_admitted: bool) -> None:
    assert admits(rule(admitted), source(asked)) is is_admitted


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        pytest.param([], [], id="no source"),
        pytest.param([WEB.group_id], [WEB.group_id], id="a group"),
        pytest.param(["pl-1"], [], id="a prefix list that no rule names"),
        pytest.param(["10.20.30.0/24"], ["10.0.0.0/8", "10.20.0.0/16"], id="a range within two of them"),
        pytest.param(
            ["10.0.0.0/7", "10.20.0.0/15", "10.20.30.0/24"],
            ["10.0.0.0/8", "10.20.0.0/16"],
            id="a range, of which wider ones begin at the same address as a rule",
        ),
        pytest.param(["10.20.0.0/15"], ["10.0.0.0/8"], id="a range that is wider than one that begins with it"),
        pytest.param(["10.19.0.0/16", "10.21.0.0/16"], ["10.0.0.0/8"], id="ranges before and behind one"),
        pytest.param(["2001:db8::/56", "192.0.2.0/24"], ["2001:db8::/32"], id="a range of either family"),
        pytest.param(["::a00:0/104"], [], id="an IPv6 range with the number of an IPv4 one"),
    ],
)
def test_which_of_many_rules_admit_one_of_many_sources(sources: list[str], found: list[str]) -> None:
    rules = [rule(each) for each in ("10.0.0.0/8", "10.20.0.0/16", "2001:db8::/32", WEB.group_id)]
    assert admitting(rules, list(map(source, sources))) == [each for each in rules if each.key.source.value in found]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            {"ReferencedGroupInfo": {"GroupId": WEB.group_id, "UserId": "123456789012"}, "Tags": []},
            rule(),
            id="a group of this account",
        ),
        pytest.param(
            {
                "ReferencedGroupInfo": {
                    "GroupId": WEB.group_id,
                    "UserId": "210987654321",
                    "VpcPeeringConnectionId": "pcx-1",
                    "PeeringStatus": "active",
                },
                "Tags": [],
            },
            rule(),
            id="a peer's group, whose owner is no part of its identity",
        ),
        pytest.param(
            {"ReferencedGroupInfo": {"GroupId": WEB.group_id}, "Tags": []},
            rule(),
            id="a deleted group, whose owner is left out",
        ),
        pytest.param(
            {"CidrIpv4": "10.20.0.0/16", "Description": "Office", "Tags": []},
            rule("10.20.0.0/16", description="Office"),
            id="an IPv4 range with a description",
        ),
        pytest.param(
            {"CidrIpv6": "2001:0db8:0::/56", "Tags": []}, rule("2001:db8::/56"), id="an IPv6 range in long form"
        ),
        pytest.param({"PrefixListId": "pl-1", "Tags": []}, rule("pl-1"), id="a prefix list"),
        pytest.param({"CidrIpv4": "10.0.0.0/8"}, rule("10.0.0.0/8"), id="a new rule, whose answer leaves the tags out"),
        pytest.param(
            {"CidrIpv4": "10.0.0.0/8", "Tags": [{"Key": "z", "Value": "1"}, {"Key": MARKER[0], "Value": MARKER[1]}]},
            rule("10.0.0.0/8", tags=(MARKER, ("z", "1"))),
            id="a tagged rule, its tags sorted",
        ),
        pytest.param(
            {"CidrIpv4": "10.0.0.0/8", "IpProtocol": "-1", "FromPort": -1, "ToPort": -1},
            rule("10.0.0.0/8", ports="all"),
            id="all traffic",
        ),
        pytest.param(
            {"CidrIpv4": "10.0.0.0/8", "IpProtocol": "6"}, rule("10.0.0.0/8"), id="TCP by its protocol number"
        ),
        pytest.param(
            {"CidrIpv4": "10.0.0.0/8", "IpProtocol": "17", "FromPort": 53, "ToPort": 53},
            rule("10.0.0.0/8", ports="udp/53"),
            id="UDP by its protocol number",
        ),
    ],
)
def test_parse_rule(said: dict[str, Any], expected: Rule) -> None:
    assert parse_rule({**ANSWER, **said}) == expected


def test_a_rule_whose_ports_are_left_out_covers_every_port() -> None:
    answer = {name: value for name, value in ANSWER.items() if name not in ("FromPort", "ToPort")}
    assert parse_rule({**answer, "IpProtocol": "-1", "CidrIpv4": "10.0.0.0/8"}) == rule("10.0.0.0/8", ports="all")


def test_inbound_and_outbound_rules_are_kept_apart() -> None:
    inbound = {**ANSWER, "CidrIpv4": "10.0.0.0/8"}
    leaving = {**ANSWER, "IsEgress": True, "SecurityGroupRuleId": "sgr-2", "CidrIpv4": "0.0.0.0/0"}
    assert parse_ingress([leaving, inbound]) == [rule("10.0.0.0/8")]
    to_anywhere = outbound("0.0.0.0/0", group=SESSIONS.group_id, rule_id="sgr-2")
    # Where an outbound rule leads to stands where the source of an inbound one does.
    assert parse_egress([leaving, inbound]) == [to_anywhere]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [("6379", "tcp/6379"), ("6000-7000", "tcp/6000-7000"), ("udp/53", "udp/53"), ("all", "all traffic")],
)
def test_ports_as_people_write_them(ports: str, expected: str) -> None:
    assert ports_text(rule(ports=ports)) == expected


@pytest.mark.parametrize(
    ("rules", "permissions"),
    [
        pytest.param([], [], id="no rules, no permissions"),
        pytest.param(
            [rule(), rule(JOBS.group_id, description="Jobs")],
            [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 6379,
                    "ToPort": 6379,
                    "UserIdGroupPairs": [
                        {"GroupId": WEB.group_id},
                        {"GroupId": JOBS.group_id, "Description": "Jobs"},
                    ],
                }
            ],
            id="rules for the same port share one permission",
        ),
        pytest.param(
            [rule("10.0.0.0/8"), rule("2001:db8::/56", description="Office"), rule("pl-1")],
            [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 6379,
                    "ToPort": 6379,
                    "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
                    "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/56", "Description": "Office"}],
                    "PrefixListIds": [{"PrefixListId": "pl-1"}],
                }
            ],
            id="each kind of source has a place of its own",
        ),
        pytest.param(
            [Rule(RuleKey.exact(SESSIONS.group_id, 6379, Source("security_group", WEB.group_id, "210987654321")))],
            [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 6379,
                    "ToPort": 6379,
                    "UserIdGroupPairs": [{"GroupId": WEB.group_id, "UserId": "210987654321"}],
                }
            ],
            id="a group of another account is named with it",
        ),
        pytest.param(
            [rule("10.0.0.0/8", ports="6380"), rule("10.0.0.0/8")],
            [
                {"IpProtocol": "tcp", "FromPort": 6380, "ToPort": 6380, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
                {"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
            ],
            id="each port has a permission of its own, in the order of the rules",
        ),
    ],
)
def test_ip_permissions(rules: list[Rule], permissions: list[dict[str, Any]]) -> None:
    assert ip_permissions(rules) == permissions


def test_what_reaches_a_port_is_looked_for_in_the_groups_that_are_named() -> None:
    """In their order; a group that has no rules is none of a fault."""
    exact, wider, other_port = rule(), rule(ports="6000-7000"), rule(ports="6380")
    elsewhere = rule(group=CARTS.group_id)
    existing = {CARTS.group_id: [elsewhere], SESSIONS.group_id: [other_port, exact, wider]}
    assert reaching([SESSIONS.group_id, "sg-without-rules"], [6379], existing) == [exact, wider]
    assert reaching([CARTS.group_id, SESSIONS.group_id], [6379, 6380], existing) == [
        elsewhere,
        other_port,
        exact,
        wider,
    ]


def test_tags_of_this_collection_s_own_are_not_the_user_s() -> None:
    assert rule(tags=(MARKER, ("team", "shop"))).user_tags == (("team", "shop"),)
