# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever rules and addresses there are, these hold."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from itertools import product
from typing import Any, TypeAlias

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    Rule,
    RuleKey,
    Source,
    admitting,
    cidr_source,
    ip_permissions,
    parse_ingress,
)
from ansible_collections.elasticache.access.plugins.module_utils._tags import merged, read_tags
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.fakes import FakeEc2, answer_of
from tests.unit.strategies import keys, networks, rules_of
from tests.unit.values import SESSIONS, admits

# As text, because ansible-test reads everything as Python 3.9 would.
Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"


@st.composite
def spellings(draw: st.DrawFn, network: Network) -> str:
    """One of the ways to write a network: with host bits, and for IPv6 in long form or in capitals."""
    host_bits = draw(st.integers(0, network.num_addresses - 1))
    address = network.network_address + host_bits
    text = draw(st.sampled_from([str(address), address.exploded, address.exploded.upper()]))
    blank = draw(st.sampled_from(["", " ", "\n"]))
    return f"{blank}{text}/{network.prefixlen}{blank}"


@given(networks)
def test_a_canonical_cidr_is_what_ipaddress_calls_it_and_stays_as_it_is(network: Network) -> None:
    assert cidr_source(str(network)).value == str(network)


@given(st.data(), networks)
def test_two_spellings_of_one_network_are_one_source(data: st.DataObject, network: Network) -> None:
    first, second = data.draw(spellings(network)), data.draw(spellings(network))
    assert cidr_source(first) == cidr_source(second) == Source("cidr", str(network))


@given(st.text(max_size=24))
def test_any_text_is_either_a_canonical_network_or_refused(text: str) -> None:
    try:
        found = cidr_source(text)
    except ValueError:
        return
    assert str(ipaddress.ip_network(found.value)) == found.value


FEW_PORTS = range(6)


@given(
    st.sampled_from(["tcp", "udp", "-1"]),
    st.tuples(st.sampled_from(FEW_PORTS), st.sampled_from(FEW_PORTS)).map(sorted),
    st.sets(st.sampled_from(FEW_PORTS), min_size=1),
)
def test_covers_and_wider_agree_with_trying_every_port(protocol: str, span: list[int], ports: set[int]) -> None:
    """The traffic that a rule admits is the set of (protocol, port) that gets through; nothing else decides."""
    first, last = span
    rule = Rule(RuleKey("sg-1", protocol, first, last, Source("cidr", "10.0.0.0/8")))
    admitted = {
        (kind, port)
        for kind, port in product(["tcp", "udp"], FEW_PORTS)
        if protocol == "-1" or (kind == protocol and port in range(first, last + 1))
    }
    assert {port for port in FEW_PORTS if rule.covers(port)} == {port for kind, port in admitted if kind == "tcp"}
    reached = {("tcp", port) for port in ports}
    is_exact = len(admitted) == 1 and admitted <= reached
    assert rule.is_exact(ports) is is_exact
    assert rule.is_wider(ports) is (bool(admitted & reached) and not is_exact)


# Every network of the last four bits of an address, for each family.
SMALL = {
    family: [
        ipaddress.ip_network(f"{base + start}/{start_length}")
        for start_length in range(length - 4, length + 1)
        for start in range(0, 16, 2 ** (length - start_length))
    ]
    for family, base, length in (
        (4, ipaddress.ip_address("10.20.30.0"), 32),
        (6, ipaddress.ip_address("2001:db8::"), 128),
    )
}


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        pytest.param(4, 4, id="IPv4 within IPv4"),
        pytest.param(6, 6, id="IPv6 within IPv6"),
        pytest.param(4, 6, id="IPv6 within IPv4"),
        pytest.param(6, 4, id="IPv4 within IPv6"),
    ],
)
def test_admits_agrees_with_trying_every_address(mine: int, other: int) -> None:
    for wide, narrow in product(SMALL[mine], SMALL[other]):
        rule = Rule(RuleKey("sg-1", "tcp", 6379, 6379, Source("cidr", str(wide))))
        assert admits(rule, Source("cidr", str(narrow))) is (set(narrow) <= set(wide))


@given(st.data(), networks)
def test_admits_agrees_with_ipaddress_on_ranges_of_any_size(data: st.DataObject, network: Network) -> None:
    rule = Rule(RuleKey("sg-1", "tcp", 6379, 6379, cidr_source(str(network))))
    assert admits(rule, cidr_source(f"{network.broadcast_address}/{network.max_prefixlen}"))
    around = network.supernet(new_prefix=data.draw(st.integers(0, network.prefixlen)))
    assert admits(rule, cidr_source(str(around))) is (around == network)
    other = data.draw(networks)
    within = other.version == network.version and set_of_bits(other) >= set_of_bits(network)
    assert admits(rule, cidr_source(str(other))) is within


def set_of_bits(network: Network) -> set[tuple[int, str]]:
    """What a prefix demands of an address: its bits, each with its place."""
    bits = f"{int(network.network_address):0{network.max_prefixlen}b}"
    return set(enumerate(bits[: network.prefixlen]))


some_sources = st.lists(
    st.one_of(
        st.sampled_from([*SMALL[4], *SMALL[6]]).map(lambda network: Source("cidr", str(network))),
        st.sampled_from(["sg-1", "sg-2"]).map(lambda group_id: Source("security_group", group_id)),
        st.sampled_from(["pl-1", "pl-2"]).map(lambda list_id: Source("prefix_list", list_id)),
    ),
    max_size=12,
)


@given(some_sources, some_sources)
def test_asking_many_rules_about_many_sources_is_asking_each_about_each(
    admitted: list[Source], sources: list[Source]
) -> None:
    rules = [Rule(RuleKey("sg-1", "tcp", 6379, 6379, each)) for each in admitted]
    assert admitting(rules, sources) == [rule for rule in rules if any(admits(rule, each) for each in sources)]


@given(keys(SESSIONS.group_id), keys(SESSIONS.group_id))
def test_a_rule_admits_its_own_source_and_admitting_goes_one_way(one: RuleKey, other: RuleKey) -> None:
    assert admits(Rule(one), one.source)
    if one.source != other.source:
        assert not (admits(Rule(one), other.source) and admits(Rule(other), one.source))


@given(rules_of(SESSIONS.group_id))
def test_the_permissions_of_rules_name_each_rule_once(rules: list[Rule]) -> None:
    """EC2 unfolds the permissions of a call into rules, and answers with them."""
    members = {
        "UserIdGroupPairs": ("GroupId", "ReferencedGroupInfo"),
        "IpRanges": ("CidrIp", "CidrIpv4"),
        "Ipv6Ranges": ("CidrIpv6", "CidrIpv6"),
        "PrefixListIds": ("PrefixListId", "PrefixListId"),
    }
    answers = []
    for permission in ip_permissions(rules):
        for member, (sent, answered) in members.items():
            for entry in permission.get(member, ()):
                value = entry[sent]
                answers.append(
                    {
                        "GroupId": SESSIONS.group_id,
                        "SecurityGroupRuleId": "sgr-1",
                        "IsEgress": False,
                        **{name: permission[name] for name in ("IpProtocol", "FromPort", "ToPort")},
                        answered: {"GroupId": value} if member == "UserIdGroupPairs" else value,
                        **{name: entry[name] for name in ("Description",) if name in entry},
                    }
                )
    made = {rule.key: rule.description for rule in parse_ingress(answers)}
    assert len(answers) == len(rules)
    assert made == {rule.key: rule.description for rule in rules}


names = st.text("ab:Z", min_size=1, max_size=3)
some_tags = st.dictionaries(names, st.one_of(st.text("xy", max_size=2), st.integers(0, 3), st.booleans()), max_size=4)


@given(some_tags)
def test_tags_that_were_read_stay_as_they_are(written: dict[str, Any]) -> None:
    read = read_tags(written)
    assert read_tags(dict(read)) == read
    assert merged(read, read) == merged((), read) == merged(read, ()) == read
    assert {name: str(value) for name, value in written.items()} == dict(read)


@given(some_tags, some_tags, some_tags)
def test_tags_are_merged_as_dicts_are(one: dict[str, Any], other: dict[str, Any], third: dict[str, Any]) -> None:
    first, second, last = map(read_tags, (one, other, third))
    assert dict(merged(first, second)) == {**dict(first), **dict(second)}
    assert list(merged(first, second)) == sorted(merged(first, second))
    assert merged(merged(first, second), last) == merged(first, merged(second, last))


@given(rules_of(SESSIONS.group_id))
def test_rules_that_were_parsed_stay_as_they_are(rules: list[Rule]) -> None:
    parsed = parse_ingress(map(answer_of, rules))
    assert parsed == rules
    assert parse_ingress(map(answer_of, parsed)) == parsed


@given(rules_of(SESSIONS.group_id))
def test_what_permissions_say_is_said_again_of_the_rules_that_ec2_makes_of_them(rules: list[Rule]) -> None:
    ec2 = FakeEc2()
    made = parse_ingress(ec2.authorize_security_group_ingress(SESSIONS.group_id, ip_permissions(rules), []))
    assert {(rule.key, rule.description) for rule in made} == {(rule.key, rule.description) for rule in rules}
    assert sorted(map(repr, ip_permissions(sorted(made, key=lambda rule: rule.key)))) == sorted(
        map(repr, ip_permissions(sorted(rules, key=lambda rule: rule.key)))
    )


@given(keys(SESSIONS.group_id), keys(SESSIONS.group_id))
def test_the_parts_of_a_key_compare_as_keys_do(one: RuleKey, other: RuleKey) -> None:
    assert (one.parts == other.parts, one.parts < other.parts) == (one == other, one < other)


@given(keys(SESSIONS.group_id), st.sampled_from(["", "123456789012"]), st.sampled_from(["", "210987654321"]))
def test_the_account_of_a_source_is_no_part_of_a_rule(key: RuleKey, one: str, other: str) -> None:
    first, second = (replace(key, source=replace(key.source, owner_id=owner_id)) for owner_id in (one, other))
    assert (first == second, hash(first) == hash(second), sorted([first, second])) == (True, True, [first, second])
