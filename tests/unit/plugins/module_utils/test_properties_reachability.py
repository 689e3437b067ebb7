# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import ipaddress
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST, Acl, AclEntry, decide
from ansible_collections.elasticache.access.plugins.module_utils._addresses import (
    Slices,
    address_of,
    holds,
    span,
    text_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._mends import AclMend, Workshop, open_acl
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._routes import Route, RouteTable, choose
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.connections import APPS, CACHES, acl, interface, network, place, receiver, sender, table
from tests.unit.strategies import networks
from tests.unit.values import JOBS, WEB, rule

# As text, because ansible-test reads everything as Python 3.9 would.
Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

# A subnet of 32 addresses for each family, and every range in it and around it.
SUBNETS = ("10.0.1.0/27", "2001:db8:0:1::/123")
RANGES = [
    str(each)
    for subnet in map(ipaddress.ip_network, SUBNETS)
    for length in range(subnet.prefixlen - 1, subnet.max_prefixlen + 1)
    for each in (
        subnet.subnets(new_prefix=length) if length >= subnet.prefixlen else [subnet.supernet(new_prefix=length)]
    )
]
ranges = st.sampled_from([*RANGES, "0.0.0.0/0", "::/0"])
some_ranges = st.lists(ranges, max_size=6)
subnets = st.sampled_from(SUBNETS)


@given(networks)
def test_addresses_and_ranges_are_what_ipaddress_calls_them(given_network: Network) -> None:
    first, last = span(str(given_network))
    assert [text_of(first), text_of(last)] == [str(given_network[0]), str(given_network[-1])]
    assert holds(str(given_network), first) and holds(str(given_network), last)


@given(some_ranges, subnets)
def test_addresses_of_one_slice_are_in_the_same_ranges(cidrs: list[str], subnet: str) -> None:
    slices = Slices(cidrs)
    for one, other in combinations([address_of(str(each)) for each in ipaddress.ip_network(subnet)], 2):
        if slices.slice_of(one) == slices.slice_of(other):
            assert [holds(cidr, one) for cidr in cidrs] == [holds(cidr, other) for cidr in cidrs]


@given(some_ranges, subnets)
def test_samples_are_one_address_of_each_slice_that_an_interface_can_be_in(cidrs: list[str], subnet: str) -> None:
    slices = Slices(cidrs)
    # AWS keeps the first four addresses and the last one for itself.
    usable = [address_of(str(each)) for each in list(ipaddress.ip_network(subnet))[4:-1]]
    samples = slices.samples(subnet)
    assert set(samples) <= set(usable)
    assert sorted(map(slices.slice_of, samples)) == sorted({slices.slice_of(each) for each in usable})


FEW_PORTS = range(1, 13)


@st.composite
def acl_entries(draw: st.DrawFn) -> list[AclEntry]:
    """The entries of one direction, in the order of their numbers, which crowd at places."""
    numbers = draw(st.sets(st.one_of(st.integers(1, 6), st.sampled_from([10, 20, 100, LAST - 1])), max_size=8))
    made = []
    for number in sorted(numbers):
        first, last = sorted(draw(st.tuples(st.sampled_from(FEW_PORTS), st.sampled_from(FEW_PORTS))))
        first, last = draw(st.sampled_from([(first, last), (0, 65535)]))
        made.append(AclEntry(number, draw(st.booleans()), draw(ranges), first, last))
    own = [AclEntry(LAST, False, "0.0.0.0/0", 0, 65535), AclEntry(LAST + 1, False, "::/0", 0, 65535)]
    return [*made, *own]


addresses = subnets.flatmap(lambda subnet: st.sampled_from(list(ipaddress.ip_network(subnet)))).map(str)
spans = st.tuples(st.sampled_from(FEW_PORTS), st.sampled_from(FEW_PORTS)).map(sorted)


@given(acl_entries(), addresses, spans)
def test_an_acl_decides_as_trying_every_port_does(entries: list[AclEntry], text: str, ports: list[int]) -> None:
    first, last = ports
    decisions = decide(entries, address_of(text), first, last)
    decided = {port: each.entry for each in decisions for port in range(each.first_port, each.last_port + 1)}
    assert decided == {
        port: next(
            entry
            for entry in entries
            if ipaddress.ip_address(text) in ipaddress.ip_network(entry.cidr)
            and entry.first_port <= port <= entry.last_port
        )
        for port in range(first, last + 1)
    }
    # Each port is told of once, in order.
    assert sum(each.last_port - each.first_port + 1 for each in decisions) == len(decided)
    assert [each.first_port for each in decisions] == sorted(each.first_port for each in decisions)


def numbered(entries: list[AclEntry], *mends: AclMend) -> list[int | None]:
    """The numbers that mends get where an ACL has these inbound entries; none where people have to move others."""
    made = Workshop(network(acls={APPS: Acl("acl-1", tuple(entries), (), numbers_of(entries))})).ready(mends, [])
    found = [mend.command.partition("--rule-number ")[2].partition(" ")[0] for mend in made]
    return [int(number) if number else None for number in found]


def numbers_of(entries: list[AclEntry]) -> frozenset[int]:
    return frozenset(entry.number for entry in entries)


@given(acl_entries(), addresses, spans)
def test_the_entry_that_mends_an_acl_lets_it_pass(entries: list[AclEntry], text: str, ports: list[int]) -> None:
    address, (first, last) = address_of(text), ports
    stopped = [each for each in decide(entries, address, first, last) if each.entry and not each.is_allowed]
    if not stopped:
        return
    below = min(each.entry.number for each in stopped if each.entry)
    cidr = f"{text}/{address[0]}"
    mend = open_acl(acl_id="acl-1", is_egress=False, cidr=cidr, first_port=first, last_port=last, below=below)
    [number] = numbered(entries, mend)
    taken = numbers_of(entries)
    if number is None:
        assert set(range(1, min(below, LAST))) <= taken
        return
    assert number not in taken
    assert 0 < number < below
    after = sorted([*entries, AclEntry(number, True, cidr, first, last)], key=lambda entry: entry.number)
    assert all(each.is_allowed for each in decide(after, address, first, last))


@given(acl_entries(), st.lists(st.tuples(spans, st.integers(1, LAST)), min_size=1, max_size=4))
def test_entries_that_are_made_together_get_numbers_of_their_own(
    entries: list[AclEntry], wanted: list[tuple[list[int], int]]
) -> None:
    mends = [
        open_acl(acl_id="acl-1", is_egress=False, cidr=SUBNETS[0], first_port=first, last_port=last, below=below)
        for (first, last), below in wanted
    ]
    found = numbered(entries, *mends)
    given_out = [number for number in found if number is not None]
    assert len(set(given_out)) == len(given_out)
    assert not set(given_out) & numbers_of(entries)
    # Equal entries are made once, before the first that denies.
    below_of: dict[tuple[int, ...], int] = {}
    for ports, below in wanted:
        below_of[tuple(ports)] = min(below, below_of.get(tuple(ports), LAST))
    assert len(found) == len(below_of)
    for number, below in zip(found, below_of.values(), strict=True):
        assert number is None or 0 < number < below


LISTS = {"pl-1": ("10.0.1.0/28", "10.0.1.8/29"), "pl-2": ("10.0.1.0/27", "2001:db8:0:1::/124")}
targets = st.sampled_from(["local", "pcx-1", "tgw-1", "vgw-1"])


@st.composite
def route_tables(draw: st.DrawFn) -> RouteTable:
    """A table with no two routes of one kind to one destination, as EC2 sees to it."""
    by_range = draw(st.dictionaries(ranges, targets.filter(lambda target: target != "local"), max_size=6))
    by_list = draw(st.dictionaries(st.sampled_from(["pl-1", "pl-2", "pl-unread"]), targets, max_size=3))
    propagated = draw(st.sets(ranges, max_size=3))
    routes = [Route(destination, target) for destination, target in {**by_range, **by_list}.items()]
    routes += [Route(destination, "vgw-1", is_propagated=True) for destination in propagated]
    return table(*draw(st.permutations(routes)))


@given(route_tables(), addresses)
def test_the_route_that_is_taken_has_the_longest_prefix(read: RouteTable, text: str) -> None:
    def rank(route: Route, cidr: str) -> tuple[int, int]:
        kind = 0 if route.is_propagated else 1 if route.is_by_list else 2
        return ipaddress.ip_network(cidr).prefixlen, kind

    fitting = [
        (rank(route, cidr), route)
        for route in read.routes
        for cidr in (LISTS.get(route.destination, ()) if route.is_by_list else (route.destination,))
        if ipaddress.ip_address(text) in ipaddress.ip_network(cidr)
    ]
    if any(route.target_id == "local" for _rank, route in fitting):
        fitting = [each for each in fitting if not each[1].is_propagated]
    choice = choose(read, address_of(text), LISTS)
    most = max((each for each, _route in fitting), default=None)
    taken = {route.target_id for each, route in fitting if each == most}
    # Nothing in a list comes before a route to just this address.
    is_first = most == (ipaddress.ip_address(text).max_prefixlen, 2)
    is_unread = any(route.destination == "pl-unread" for route in read.routes) and not is_first
    assert bool(choice.doubt) is (is_unread or len(taken) > 1)
    if not choice.doubt:
        chosen = {choice.route} if choice.route else set()
        assert {route.target_id for route in chosen} == taken
        assert set(choice.others) == {route for _rank, route in fitting} - chosen


some_entries = acl_entries().map(
    # The port of the cache lies among the few.
    lambda entries: [replace(each, last_port=65535) if each.last_port > 6 else each for each in entries]
)


@given(
    st.sets(st.integers(4, 30), min_size=1, max_size=6),
    st.lists(st.tuples(ranges, st.sampled_from([6, 7])), max_size=4),
    some_entries,
    some_entries,
)
def test_sources_that_are_looked_at_together_are_answered_as_each_alone(
    numbers: set[int], admitted: list[tuple[str, int]], inbound: list[AclEntry], outbound: list[AclEntry]
) -> None:
    rules = [rule(cidr, str(port), rule_id=f"sgr-{at}") for at, (cidr, port) in enumerate(admitted)]
    over = network(inbound=[*rules, rule(JOBS.group_id, "7")], acls={CACHES: acl("acl-1", inbound, outbound)})
    to = receiver(place(10), place(11, APPS), ports=(6, 7))
    senders = [sender(each, interface(each, groups=(JOBS if each % 2 else WEB,))) for each in sorted(numbers)]
    # The first hops name a source.
    together = {
        each.value: (path.verdict, path.hops[2:])
        for path in Explainer(over).explain(senders, [to])
        for each in path.senders
    }
    alone = {}
    for each in senders:
        [path] = Explainer(over).explain([each], [to])
        alone[each.value] = (path.verdict, path.hops[2:])
    assert together == alone
