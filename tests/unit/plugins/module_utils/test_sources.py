# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference, Grant
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._instances import Instance, Interface
from ansible_collections.elasticache.access.plugins.module_utils._prefix_lists import PrefixList
from ansible_collections.elasticache.access.plugins.module_utils._sources import (
    Known,
    Names,
    ResolvedSource,
    resolve_sources,
    source_warnings,
)
from ansible_collections.elasticache.access.plugins.module_utils._terms import Term
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference, WantedSource

from tests.unit.values import (
    GROUPS,
    JOBS,
    NOW,
    OFFICES,
    OWNER,
    PEER,
    PEER_VPC,
    PREFIX_LISTS,
    SESSIONS,
    VPC,
    WEB,
    cache,
    missing,
    source,
)

# A group of the same name as one of ours, and one whose name exists in two other VPCs alone.
PEER_WEB = SecurityGroup("sg-000000000000b0001", "app-web", PEER_VPC, OWNER)
BATCH = SecurityGroup("sg-000000000000b0002", "batch", PEER_VPC, OWNER)
FAR_BATCH = SecurityGroup("sg-000000000000b0003", "batch", "vpc-0000000000000a003", OWNER)
# One of another account that is shared with ours, and one of which we know the id alone.
SHARED = SecurityGroup("sg-000000000000b0004", "shared", VPC, PEER)
FOREIGN_ID = "sg-0000000000000f001"
GONE_ID = "sg-0000000000000dead"

ENDING = Term(NOW, reason="why", text="expires_in '1h'")

# Two prefix lists of one name.
TWINS = [PrefixList(f"pl-0000000000000b01{number}", "twins", OWNER, "IPv4", 1) for number in range(2)]

RUNNING = Instance("i-00000000000000001", "running", (Interface("eni-1", ((WEB.group_id, "app-web"),)),))
TWO_GROUPS = Instance(
    "i-00000000000000002",
    "stopped",
    (Interface("eni-2", ((WEB.group_id, "app-web"),)), Interface("eni-3", ((JOBS.group_id, "app-jobs"),))),
)
KNOWN = Known(
    groups={group.group_id: group for group in (PEER_WEB, FAR_BATCH, BATCH, SHARED, *GROUPS.values())},
    instances={each.instance_id: each for each in (RUNNING, TWO_GROUPS)},
    prefix_lists={**PREFIX_LISTS, **{twin.list_id: twin for twin in TWINS}},
)

CACHE = cache("sessions", SESSIONS)
IPV6_CACHE = replace(CACHE, network_type="ipv6")
DUAL_STACK_CACHE = replace(CACHE, network_type="dual_stack")


def by_id(group_id: str, description: str | None = None, owner_id: str = "") -> WantedSource:
    return WantedSource(
        "security_group", group=GroupReference(group_id=group_id, owner_id=owner_id), description=description
    )


def by_name(name: str, description: str | None = None) -> WantedSource:
    return WantedSource("security_group", group=GroupReference(name=name), description=description)


def by_cidr(cidr: str, description: str | None = None) -> WantedSource:
    return WantedSource("cidr", cidr, description=description)


def by_instance(instance: Instance, group: GroupReference | None = None) -> WantedSource:
    return WantedSource("instance", instance.instance_id, group)


def by_list(text: str, description: str | None = None) -> WantedSource:
    return WantedSource("prefix_list", text, description=description)


def grant(*sources: WantedSource, is_present: bool = True) -> Grant:
    return Grant(CacheReference("sessions", "sessions"), sources, is_present)


def nobody_asks(_vpc_id: str = "") -> Iterable[str]:
    raise AssertionError("names are asked for although every source is there")


def resolve(wanted: Grant, found: Cache = CACHE, names: Names | None = None) -> tuple[ResolvedSource, ...]:
    return resolve_sources(wanted, found, SESSIONS, KNOWN, names or Names(nobody_asks, nobody_asks))


def admitted(wanted: Grant, found: Cache = CACHE) -> list[tuple[str, str | None]]:
    """What each rule admits, and with which description."""
    return [(resolved.source.value, resolved.description) for resolved in resolve(wanted, found)]


@pytest.mark.parametrize(
    ("wanted", "resolved"),
    [
        pytest.param(
            by_cidr("10.0.0.0/8", "Office"),
            ResolvedSource(source("10.0.0.0/8"), "Office", "cidr '10.0.0.0/8'", None),
            id="a range is taken as it is",
        ),
        pytest.param(
            by_name("app-web"),
            ResolvedSource(source(WEB.group_id), None, f"security_group 'app-web' ({WEB.group_id})", VPC),
            id="a name is looked up in the cache's VPC, though another VPC has it too",
        ),
        pytest.param(
            by_id(WEB.group_id, "Web"),
            ResolvedSource(source(WEB.group_id), "Web", f"security_group '{WEB.group_id}'", VPC),
            id="an id",
        ),
        pytest.param(
            by_id(PEER_WEB.group_id),
            ResolvedSource(source(PEER_WEB.group_id), None, f"security_group '{PEER_WEB.group_id}'", PEER_VPC),
            id="an id may be one of another VPC",
        ),
        pytest.param(
            by_id(WEB.group_id, owner_id=OWNER),
            ResolvedSource(source(WEB.group_id), None, f"security_group '{OWNER}/{WEB.group_id}'", VPC),
            id="the account in front may be our own",
        ),
        pytest.param(
            by_id(FOREIGN_ID, owner_id=PEER),
            ResolvedSource(source(FOREIGN_ID), None, f"security_group '{PEER}/{FOREIGN_ID}'", ""),
            id="a group of another account is not looked into",
        ),
        pytest.param(
            by_instance(RUNNING),
            ResolvedSource(source(WEB.group_id), None, f"instance '{RUNNING.instance_id}' ({WEB.group_id})", VPC),
            id="an instance is its group",
        ),
        pytest.param(
            by_instance(TWO_GROUPS, GroupReference(name="app-jobs")),
            ResolvedSource(source(JOBS.group_id), None, f"instance '{TWO_GROUPS.instance_id}' ({JOBS.group_id})", VPC),
            id="an instance and which of its groups",
        ),
        pytest.param(
            by_list(OFFICES.list_id, "Offices"),
            ResolvedSource(source(OFFICES.list_id), "Offices", f"prefix_list '{OFFICES.list_id}'", None),
            id="a prefix list by id",
        ),
        pytest.param(
            by_list("offices"),
            ResolvedSource(source(OFFICES.list_id), None, "prefix_list 'offices'", None),
            id="a prefix list by name",
        ),
        pytest.param(
            by_list(TWINS[1].list_id),
            ResolvedSource(source(TWINS[1].list_id), None, f"prefix_list '{TWINS[1].list_id}'", None),
            id="a prefix list by id, though another has its name",
        ),
    ],
)
def test_what_a_source_is_in_a_rule(wanted: WantedSource, resolved: ResolvedSource) -> None:
    assert resolve(grant(wanted)) == (resolved,)


@pytest.mark.parametrize(
    ("wanted", "owner_id"),
    [
        pytest.param(by_id(WEB.group_id), "", id="a group of this account"),
        pytest.param(by_id(WEB.group_id, owner_id=OWNER), "", id="a group of this account, said so"),
        pytest.param(by_id(SHARED.group_id), PEER, id="a group of another account that we see"),
        pytest.param(by_id(SHARED.group_id, owner_id=PEER), PEER, id="a group of another account that we see, said so"),
        pytest.param(by_id(FOREIGN_ID, owner_id=PEER), PEER, id="a group of another account that we do not see"),
    ],
)
def test_the_account_of_a_group_is_said_where_it_is_not_ours(wanted: WantedSource, owner_id: str) -> None:
    (resolved,) = resolve(grant(wanted))
    assert resolved.source.owner_id == owner_id


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        pytest.param(by_id(GONE_ID), GONE_ID, id="a group that is gone"),
        pytest.param(by_id(GONE_ID, owner_id=OWNER), GONE_ID, id="a group of our account that is gone"),
        pytest.param(by_list("pl-0123456789abcdef0"), "pl-0123456789abcdef0", id="a prefix list that is gone"),
    ],
)
def test_what_is_gone_can_lose_its_access_and_not_get_any(wanted: WantedSource, value: str) -> None:
    assert admitted(grant(wanted, is_present=False)) == [(value, None)]
    with pytest.raises(InvalidGrantError) as caught:
        resolve(grant(wanted))
    assert missing([value, "does not exist in this account and region", "check the id"], caught.value) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(grant(), [], id="no source"),
        pytest.param(
            grant(by_name("app-jobs"), by_cidr("10.0.0.0/8"), by_list("offices"), by_name("app-web")),
            [(JOBS.group_id, None), ("10.0.0.0/8", None), (OFFICES.list_id, None), (WEB.group_id, None)],
            id="sources keep their order",
        ),
        pytest.param(
            grant(by_name("app-web"), by_id(WEB.group_id)), [(WEB.group_id, None)], id="name and id are one source"
        ),
        pytest.param(
            grant(by_id(WEB.group_id), by_id(WEB.group_id, owner_id=OWNER)),
            [(WEB.group_id, None)],
            id="an id with and without our account are one source",
        ),
        pytest.param(
            grant(by_instance(RUNNING), by_name("app-web", "Web")),
            [(WEB.group_id, "Web")],
            id="an instance and its group are one source",
        ),
        pytest.param(
            grant(by_list("offices"), by_list(OFFICES.list_id, "Offices")),
            [(OFFICES.list_id, "Offices")],
            id="name and id of a prefix list are one source",
        ),
        pytest.param(
            grant(by_name("app-web", "Web"), by_id(WEB.group_id)),
            [(WEB.group_id, "Web")],
            id="the first naming gives the description",
        ),
        pytest.param(
            grant(by_name("app-web", "Web"), by_id(WEB.group_id, "Web")),
            [(WEB.group_id, "Web")],
            id="both namings give the same description",
        ),
        pytest.param(
            grant(by_name("app-web"), by_id(WEB.group_id, ""), by_id(WEB.group_id)),
            [(WEB.group_id, "")],
            id="the second of three gives an empty one",
        ),
    ],
)
def test_a_source_that_is_named_twice_is_one(wanted: Grant, expected: list[tuple[str, str | None]]) -> None:
    assert admitted(wanted) == expected


def test_a_source_keeps_its_end_however_often_it_is_named() -> None:
    twice = (
        replace(by_name("app-web"), term=Term(NOW, keeps_end=True)),
        replace(by_id(WEB.group_id, "Web"), term=ENDING),
    )
    assert [(each.description, each.term) for each in resolve(grant(*twice))] == [("Web", ENDING)]
    gone = grant(*twice, by_id(WEB.group_id, "Shop"), is_present=False)
    assert len(resolve(gone)) == 1


def test_how_a_source_is_described_does_not_matter_where_its_access_is_taken_away() -> None:
    wanted = grant(by_name("app-web", "Web"), by_id(WEB.group_id, "Shop"), is_present=False)
    assert [value for value, _description in admitted(wanted)] == [WEB.group_id]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        pytest.param(
            grant(by_name("app-web", "Web"), by_id(WEB.group_id, "Shop")),
            "sources of cache 'sessions' name sg-000000000000a0001 twice, as 'Web' and as 'Shop'; "
            "one rule has one description: leave one out.",
            id="two descriptions of one group",
        ),
        pytest.param(
            grant(by_cidr("10.0.0.0/8", "Office"), by_cidr("10.0.0.0/8", "")),
            "sources of cache 'sessions' name 10.0.0.0/8 twice, as 'Office' and as ''; "
            "one rule has one description: leave one out.",
            id="a description and an empty one",
        ),
        pytest.param(
            grant(replace(by_name("app-web"), term=ENDING), by_id(WEB.group_id)),
            "sources of cache 'sessions' name sg-000000000000a0001 twice, with expires_in '1h' and without an end; "
            "one rule has one end: give both the same.",
            id="an end and none",
        ),
        pytest.param(
            grant(by_name("batch")),
            "security_group 'batch' exists only in vpc-0000000000000a002 (as sg-000000000000b0002) or "
            "vpc-0000000000000a003 (as sg-000000000000b0003), while cache 'sessions' is in vpc-0000000000000a001, "
            "and a name is looked up in the cache's VPC; name a group there, or give the id of one in a peered VPC.",
            id="a name that only other VPCs have",
        ),
        pytest.param(
            grant(by_list("twins")),
            "prefix_list 'twins' is the name of several prefix lists; give the id of one: "
            "pl-0000000000000b010 or pl-0000000000000b011.",
            id="a name that several prefix lists have",
        ),
    ],
)
def test_sources_that_mean_more_than_one_thing(wanted: Grant, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        resolve(wanted)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("is_present", [pytest.param(True, id="present"), pytest.param(False, id="absent")])
@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        pytest.param(
            WantedSource("instance", "i-0000000000000dead"),
            ["instance 'i-0000000000000dead'", "does not exist in this account and region", "cidr"],
            id="an instance that is not there",
        ),
        pytest.param(
            by_instance(TWO_GROUPS),
            [TWO_GROUPS.instance_id, "several security groups", "set security_group beside instance"],
            id="an instance with two groups",
        ),
        pytest.param(
            by_id(WEB.group_id, owner_id=PEER),
            [f"'{PEER}/{WEB.group_id}'", f"belongs to account {OWNER}, not to {PEER}"],
            id="a wrong account",
        ),
    ],
)
def test_sources_that_cannot_be(wanted: WantedSource, words: list[str], is_present: bool) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        resolve(grant(wanted, is_present=is_present))
    assert missing(words, caught.value) == []


def test_every_source_that_is_wrong_has_its_line() -> None:
    with pytest.raises(InvalidGrantError) as caught:
        resolve(grant(by_id(GONE_ID), by_name("app-web"), by_list("twins")))
    first, second = str(caught.value).splitlines()
    assert (missing([GONE_ID], first), missing(["twins"], second)) == ([], [])


@pytest.mark.parametrize("is_present", [pytest.param(True, id="present"), pytest.param(False, id="absent")])
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        pytest.param(
            by_name("app-wbe"),
            "security_group 'app-wbe' does not exist in vpc-0000000000000a001, the VPC of cache 'sessions'. "
            "Did you mean app-web?",
            id="a group",
        ),
        pytest.param(
            by_list("ofices"),
            "prefix_list 'ofices' is the name of no prefix list of this account and region. Did you mean offices?",
            id="a prefix list",
        ),
        pytest.param(
            by_list("pl-offices"),
            "prefix_list 'pl-offices' is the name of no prefix list of this account and region. Did you mean offices?",
            id="a prefix list whose name begins like an id",
        ),
    ],
)
def test_an_unknown_name_is_offered_the_names_that_come_near(
    wanted: WantedSource, sentence: str, is_present: bool
) -> None:
    names = Names(lambda vpc_id: {VPC: ["app-web", "default"]}[vpc_id], lambda: ["offices", "branches"])
    with pytest.raises(InvalidGrantError) as caught:
        resolve(grant(wanted, is_present=is_present), names=names)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(by_cidr("10.0.0.0/8"), id="an IPv4 range"),
        pytest.param(by_list("offices"), id="a prefix list of IPv4 ranges"),
    ],
)
def test_ipv4_addresses_cannot_reach_a_cache_of_ipv6_alone(wanted: WantedSource) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        resolve(grant(wanted), IPV6_CACHE)
    assert missing([str(wanted), "IPv4", "cache 'sessions'", "IPv6 alone"], caught.value) == []
    assert len(resolve(grant(wanted, is_present=False), IPV6_CACHE)) == 1
    assert len(resolve(grant(wanted), DUAL_STACK_CACHE)) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(by_cidr("2001:db8::/56"), id="an IPv6 range"),
        pytest.param(by_list("branches"), id="a prefix list of IPv6 ranges"),
        pytest.param(by_id(WEB.group_id), id="a group, which covers both families"),
    ],
)
@pytest.mark.parametrize(
    "found",
    [
        pytest.param(CACHE, id="IPv4"),
        pytest.param(IPV6_CACHE, id="IPv6"),
        pytest.param(DUAL_STACK_CACHE, id="dual stack"),
    ],
)
def test_other_sources_can_be_named_for_every_cache(wanted: WantedSource, found: Cache) -> None:
    assert len(resolve(grant(wanted), found)) == 1


@pytest.mark.parametrize(
    ("wanted", "found", "words"),
    [
        pytest.param(grant(by_instance(RUNNING)), CACHE, [], id="an instance that runs"),
        pytest.param(
            grant(by_instance(TWO_GROUPS)),
            CACHE,
            [TWO_GROUPS.instance_id, "is stopped", "'sessions'", "once it runs"],
            id="an instance that is stopped",
        ),
        pytest.param(grant(by_instance(TWO_GROUPS), is_present=False), CACHE, [], id="one that loses its access"),
        pytest.param(
            grant(by_cidr("2001:db8::/56")),
            CACHE,
            ["cidr '2001:db8::/56'", "IPv6", "'sessions'", "IPv4 alone"],
            id="an IPv6 range and a cache of IPv4",
        ),
        pytest.param(grant(by_cidr("2001:db8::/56")), DUAL_STACK_CACHE, [], id="an IPv6 range and both families"),
        pytest.param(grant(by_cidr("10.0.0.0/8")), CACHE, [], id="an IPv4 range and a cache of IPv4"),
        pytest.param(grant(by_list("branches")), DUAL_STACK_CACHE, [], id="a list of IPv6 ranges and both families"),
        pytest.param(
            grant(by_list("branches")),
            CACHE,
            ["prefix_list 'branches'", "IPv6", "'sessions'", "IPv4 alone"],
            id="a list of IPv6 ranges and a cache of IPv4",
        ),
        pytest.param(grant(by_list(OFFICES.list_id)), CACHE, [], id="a list of IPv4 ranges and a cache of IPv4"),
    ],
)
def test_what_is_said_of_sources(wanted: Grant, found: Cache, words: list[str]) -> None:
    said = list(source_warnings(wanted, found, KNOWN))
    assert len(said) == bool(words)
    assert missing(words, said[:1]) == []
