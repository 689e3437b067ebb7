# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which outbound rules the groups of sources get, keep and lose."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, REASON
from ansible_collections.elasticache.access.plugins.module_utils._groups import NEW, SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._plan import Plan, make_plan
from ansible_collections.elasticache.access.plugins.module_utils._quota import check_quota
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    SECURITY_GROUP,
    Rule,
    RuleKey,
    Source,
)
from ansible_collections.elasticache.access.plugins.module_utils._source_egress import (
    Outbound,
    egress_warnings,
    egress_wishes,
    groups_concerned,
    needs_subnets,
    new_group_rules,
)
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known, ResolvedSource
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER
from ansible_collections.elasticache.access.plugins.module_utils._terms import Term
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import (
    CARTS,
    GROUPS,
    JOBS,
    KNOWN,
    MANAGED,
    NOW,
    OFFICES,
    PEER,
    SESSIONS,
    VPC,
    WEB,
    cache,
    group_plan,
    missing,
    outbound,
    rule,
    target,
)

SUBNETS = ("10.0.1.0/24", "10.0.2.0/24")


def seen_to(*sources: str, **options: Any) -> Target:
    """A grant that is about the side of its sources as well."""
    return target(*((each, None) for each in sources or (WEB.group_id,)), source_egress=True, **options)


def side(*rules: Rule, subnets: Sequence[str] = (), **more: Any) -> Outbound:
    """What is known of the groups of the sources, all of which have these outbound rules only."""
    by_group: dict[str, list[Rule]] = {}
    for each in rules:
        by_group.setdefault(each.key.group_id, []).append(each)
    of_cache = {("cluster", "sessions"): tuple(subnets)}
    return Outbound(**{"groups": GROUPS, "rules": by_group, "subnets": of_cache, **more})


def wished(grant: Target, known: Outbound, purged: Sequence[RuleKey] = ()) -> list[tuple[str, int, str, bool]]:
    """What is wished for, as (group, port, to which group, whether it is to stand)."""
    return [
        (wish.key.group_id, wish.key.from_port, wish.key.source.value, wish.is_present)
        for wish in egress_wishes([grant], [purged], known)[0]
    ]


MIRROR = (WEB.group_id, 6379, SESSIONS.group_id, True)


@pytest.mark.parametrize(
    ("rules", "subnets", "wishes"),
    [
        pytest.param([], SUBNETS, [MIRROR], id="nothing is let out"),
        pytest.param([outbound("0.0.0.0/0", "all")], (), [], id="EC2's own rule for a new group"),
        pytest.param([outbound("0.0.0.0/0", "6379")], (), [], id="everywhere on that port"),
        pytest.param([outbound("0.0.0.0/0", "443")], (), [MIRROR], id="everywhere on another port"),
        pytest.param([outbound("0.0.0.0/0", "udp/6379")], (), [MIRROR], id="another protocol"),
        pytest.param([outbound("::/0", "all")], (), [MIRROR], id="everywhere in the other family"),
        pytest.param([outbound("10.0.0.0/16", "6000-7000")], SUBNETS, [], id="a range around all subnets"),
        pytest.param([outbound(each) for each in SUBNETS], SUBNETS, [], id="a range for each subnet"),
        pytest.param([outbound("10.0.1.0/24")], SUBNETS, [MIRROR], id="a range for one of two subnets"),
        pytest.param([outbound("10.0.1.0/25"), outbound("10.0.2.0/24")], SUBNETS, [MIRROR], id="half a subnet"),
        pytest.param(
            [outbound("10.0.1.0/25"), outbound("10.0.1.128/25"), outbound("10.0.2.0/23")],
            SUBNETS,
            [],
            id="both halves of one, and a range around the other",
        ),
        pytest.param(
            [outbound("10.0.0.0/16"), outbound("10.0.9.0/24")], SUBNETS, [], id="a range within a range that holds them"
        ),
        pytest.param([outbound("0.0.0.0/1"), outbound("128.0.0.0/1")], (), [], id="both halves of everything"),
        pytest.param([outbound("10.0.1.0/24"), outbound("10.0.3.0/24")], SUBNETS, [MIRROR], id="a gap"),
        pytest.param([outbound("10.0.0.0/16")], (), [MIRROR], id="a range, where no subnet is known"),
        pytest.param([outbound(OFFICES.list_id)], SUBNETS, [MIRROR], id="a list, which is not looked into"),
        pytest.param([outbound(CARTS.group_id)], SUBNETS, [MIRROR], id="the group of another cache"),
        pytest.param([outbound(ports="6000-7000")], SUBNETS, [], id="the cache's group, on more ports"),
        pytest.param([outbound()], SUBNETS, [MIRROR], id="the rule itself, which stays as it is"),
    ],
)
def test_a_rule_is_wished_for_where_packets_are_not_let_out(
    rules: list[Rule], subnets: Sequence[str], wishes: list[tuple[str, int, str, bool]]
) -> None:
    assert wished(seen_to(), side(*rules, subnets=subnets)) == wishes


@pytest.mark.parametrize(
    ("network_type", "rules", "is_wished"),
    [
        pytest.param("ipv6", ["::/0"], False, id="ipv6"),
        pytest.param("ipv6", ["0.0.0.0/0"], True, id="ipv6, let out over the other"),
        pytest.param("dual_stack", ["0.0.0.0/0"], True, id="both, let out over one"),
        pytest.param("dual_stack", ["0.0.0.0/0", "::/0"], False, id="both"),
        pytest.param("dual_stack", ["10.0.0.0/16", "2001:db8::/48"], False, id="both, around the subnets"),
        pytest.param("dual_stack", ["10.0.0.0/16", "2001:db8:1::/48"], True, id="both, around one half"),
    ],
)
def test_packets_have_to_be_let_out_in_every_family(network_type: str, rules: list[str], is_wished: bool) -> None:
    grant = seen_to()
    grant = replace(grant, cache=replace(grant.cache, network_type=network_type))
    known = side(*(outbound(each) for each in rules), subnets=("10.0.1.0/24", "2001:db8:0:1::/64"))
    assert wished(grant, known) == ([MIRROR] if is_wished else [])


def test_each_port_and_each_group_is_looked_at_by_itself() -> None:
    grant = seen_to(WEB.group_id, JOBS.group_id, ports=(6379, 6380))
    known = side(outbound("0.0.0.0/0", "6379"), outbound("0.0.0.0/0", "all", group=JOBS.group_id))
    assert wished(grant, known) == [(WEB.group_id, 6380, SESSIONS.group_id, True)]


def test_any_group_that_the_cache_carries_will_do_and_the_one_with_the_inbound_rule_is_named() -> None:
    grant = seen_to(groups=(SESSIONS, CARTS))
    assert wished(grant, side(outbound(CARTS.group_id))) == []
    assert wished(grant, side()) == [MIRROR]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(side(groups={}), id="a group of another account, or not shown"),
        pytest.param(side(across=frozenset([(VPC, WEB.group_id)])), id="a group beyond a transit gateway"),
    ],
)
def test_nothing_is_wished_for_where_it_cannot_be_had_and_that_is_said(known: Outbound) -> None:
    assert wished(seen_to(), known) == []
    assert wished(seen_to(is_present=False), known) == []
    assert len(list(egress_warnings([seen_to()], known))) == 1
    assert not list(egress_warnings([seen_to(is_present=False), target((WEB.group_id, None))], known))


def test_a_group_beyond_a_transit_gateway_that_lets_packets_out_is_not_spoken_of() -> None:
    across = frozenset([(VPC, WEB.group_id)])
    assert not list(egress_warnings([seen_to()], side(outbound("0.0.0.0/0", "all"), across=across)))
    held = side(outbound("10.0.0.0/16"), across=across, subnets=SUBNETS)
    assert not list(egress_warnings([seen_to()], held))
    assert needs_subnets(seen_to(), held) is False
    assert needs_subnets(seen_to(), side(outbound("10.0.0.0/16"), across=across)) is True


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(side(groups={}), id="a group of another account"),
        pytest.param(side(across=frozenset([(VPC, WEB.group_id)])), id="a group beyond a transit gateway"),
    ],
)
def test_of_one_source_of_a_fleet_is_spoken_once(known: Outbound) -> None:
    grants = [seen_to(name=f"cache-{number}") for number in range(7)]
    [said] = egress_warnings(grants, known)
    assert not missing(["'cache-0'", "'cache-4'", "and 2 more"], said)
    assert "'cache-5'" not in said


def test_of_another_account_s_group_beyond_a_transit_gateway_is_said_whose_it_is_alone() -> None:
    [said] = egress_warnings([seen_to()], side(groups={}, across=frozenset([(VPC, WEB.group_id)])))
    assert "not this account's" in said


def test_addresses_and_lists_have_no_side() -> None:
    grant = seen_to("10.0.0.0/8", OFFICES.list_id)
    assert wished(grant, side()) == []
    assert not list(egress_warnings([grant], side()))


def test_of_a_side_that_is_seen_to_nothing_is_said() -> None:
    assert not list(egress_warnings([seen_to(WEB.group_id, JOBS.group_id)], side()))


def test_what_is_said_names_source_and_cache() -> None:
    named = ResolvedSource(Source(SECURITY_GROUP, "sg-0000000000000eeee", PEER), None, "security_group 'x'", vpc_id="")
    grant = replace(seen_to(), sources=(named,))
    [said] = egress_warnings([grant], side())
    assert not missing(["security_group 'x'", "'sessions'", "not this account's"], said)


def test_access_taken_away_takes_our_own_rules_with_it() -> None:
    """On every group and port of the cache; those that somebody else made are of no use any more, and stay."""
    grant = seen_to(is_present=False, groups=(SESSIONS, CARTS), ports=(6379, 6380))
    known = side(
        outbound(tags=MANAGED),
        outbound(CARTS.group_id, "6380", tags=MANAGED),
        outbound(SESSIONS.group_id, "6380"),
        outbound(SESSIONS.group_id, "6000-7000", tags=MANAGED),
        outbound("10.0.0.0/8", tags=MANAGED),
    )
    assert wished(grant, known) == [
        (WEB.group_id, 6379, SESSIONS.group_id, False),
        (WEB.group_id, 6380, CARTS.group_id, False),
    ]


def test_what_is_purged_takes_our_own_rules_with_it() -> None:
    known = side(outbound("0.0.0.0/0", "all"), outbound(group=JOBS.group_id, tags=MANAGED))
    purged = [rule(JOBS.group_id).key, rule("10.0.0.0/8").key, rule(CARTS.group_id).key]
    assert wished(seen_to(purge="managed"), known, purged) == [(JOBS.group_id, 6379, SESSIONS.group_id, False)]


def test_which_groups_are_looked_at() -> None:
    """Those of this account that sources name, and where rules are purged those that the rules name."""
    theirs = SecurityGroup("sg-0000000000000eeee", "theirs", VPC, PEER)
    known = Known({**GROUPS, theirs.group_id: theirs})
    existing = {SESSIONS.group_id: [rule(JOBS.group_id), rule("10.0.0.0/8"), rule(theirs.group_id)]}
    named = seen_to(WEB.group_id, theirs.group_id, "sg-0000000000000ffff", "10.0.0.0/8")
    assert groups_concerned([named], existing, known) == {WEB.group_id}
    assert groups_concerned([replace(named, purge="managed")], existing, known) == {WEB.group_id, JOBS.group_id}
    assert groups_concerned([target((WEB.group_id, None))], existing, known) == set()


@pytest.mark.parametrize(
    ("grant", "rules", "is_needed"),
    [
        pytest.param(seen_to(), [outbound("10.0.0.0/8")], True, id="a range could hold them"),
        pytest.param(seen_to(), [outbound("0.0.0.0/0", "all")], False, id="a range that holds everything"),
        pytest.param(seen_to(), [outbound("10.0.0.0/8", "443")], False, id="a range for another port"),
        pytest.param(seen_to(), [outbound(CARTS.group_id)], False, id="no range"),
        pytest.param(seen_to(), [outbound("10.0.0.0/8", group=JOBS.group_id)], False, id="another group"),
        pytest.param(seen_to(is_present=False), [outbound("10.0.0.0/8")], False, id="nothing is granted"),
        pytest.param(target((WEB.group_id, None)), [outbound("10.0.0.0/8")], False, id="the side is no matter"),
        pytest.param(seen_to(), [outbound("2001:db8::/32")], False, id="a range of the other family"),
        pytest.param(seen_to(), [outbound("10.0.0.0/8"), outbound()], False, id="a group of the cache besides"),
        pytest.param(seen_to(), [outbound("10.0.0.0/8"), outbound("0.0.0.0/0", "all")], False, id="everywhere besides"),
    ],
)
def test_subnets_are_asked_for_only_where_it_depends_on_them(grant: Target, rules: list[Rule], is_needed: bool) -> None:
    assert needs_subnets(grant, side(*rules)) is is_needed


# The plan.


def egress_of(plan: Plan) -> list[tuple[str, list[RuleKey], list[RuleKey], list[RuleKey]]]:
    """What the plan does to outbound rules: group, added, removed, unchanged."""
    return [
        (
            each.group.group_id,
            [one.key for one in each.adds],
            [one.key for one in each.removes],
            [one.key for one in each.unchanged],
        )
        for each in plan.groups
        if each.is_egress
    ]


def test_the_plan_holds_both_sides_and_the_cache_knows_its_rules() -> None:
    plan = make_plan([seen_to(tags=(("team", "shop"),))], {SESSIONS.group_id: []}, side())
    key = outbound().key
    assert egress_of(plan) == [(WEB.group_id, [key], [], [])]
    [inbound, egress] = plan.groups
    assert not inbound.is_egress
    assert egress.adds[0].tags == (MARKER, ("team", "shop"))
    assert key in plan.caches[0].keys
    again = make_plan([seen_to()], {SESSIONS.group_id: [rule()]}, side(outbound()))
    assert egress_of(again) == [(WEB.group_id, [], [], [key])]


def test_a_group_that_is_its_own_source_has_two_plans() -> None:
    plan = make_plan([seen_to(SESSIONS.group_id)], {SESSIONS.group_id: []}, side())
    assert [(each.group, each.is_egress, len(each.adds)) for each in plan.groups] == [
        (SESSIONS, False, 1),
        (SESSIONS, True, 1),
    ]


def test_caches_that_share_a_group_wish_for_one_rule() -> None:
    grants = [seen_to(), seen_to(name="tokens")]
    [(_group, adds, _removes, _unchanged)] = egress_of(make_plan(grants, {}, side()))
    assert adds == [outbound().key]
    with pytest.raises(InvalidGrantError, match="with state present and with state absent"):
        make_plan([seen_to(), seen_to(is_present=False)], {SESSIONS.group_id: []}, side())


def test_nobody_relies_on_a_rule_that_another_grant_takes_away() -> None:
    """A cache that carries two groups, of which another carries one: the second run finds nothing left to do."""
    grants = [seen_to(groups=(SESSIONS, CARTS)), seen_to(is_present=False, name="carts", groups=(CARTS,))]
    ours = outbound(CARTS.group_id, tags=MANAGED)
    existing = {SESSIONS.group_id: [], CARTS.group_id: [rule(group=CARTS.group_id, tags=MANAGED)]}
    [(group, adds, removes, _unchanged)] = egress_of(make_plan(grants, existing, side(ours)))
    assert (group, adds, removes) == (WEB.group_id, [outbound().key], [ours.key])


def test_nobody_relies_on_a_rule_that_ends() -> None:
    """Nor on one whose end cannot be read; what has an end itself is as it is wanted."""
    for text in ("2026-01-31T18:00:00Z", "soon"):
        wide = outbound(ports="6000-7000", tags=((EXPIRES_AT, text),))
        assert wished(seen_to(), side(wide)) == [MIRROR]
    known = side(outbound(ports="6000-7000"), outbound(tags=((EXPIRES_AT, "soon"), *MANAGED)))
    assert wished(seen_to(), known) == [MIRROR]


def test_the_other_side_ends_with_the_inbound_rule() -> None:
    term = Term(NOW, reason="why")
    grant = seen_to()
    grant = replace(grant, sources=tuple(replace(each, term=term) for each in grant.sources))
    [plan] = [each for each in make_plan([grant], {SESSIONS.group_id: []}, side()).groups if each.is_egress]
    assert plan.adds == (
        replace(
            outbound(rule_id=""),
            description="[until 2026-01-31T18:00:00Z: why]",
            tags=((EXPIRES_AT, "2026-01-31T18:00:00Z"), *MANAGED, (REASON, "why")),
        ),
    )


def test_what_a_grant_without_the_option_takes_away_is_not_mirrored() -> None:
    """Nor by a grant with it that shares the group and does not purge."""
    revoked = target((JOBS.group_id, None), name="tokens", is_present=False)
    mirror_of_web_only = [seen_to(), revoked, seen_to(JOBS.group_id, name="carts", groups=(CARTS,))]
    existing = {SESSIONS.group_id: [rule(JOBS.group_id)], CARTS.group_id: []}
    plan = make_plan(mirror_of_web_only, existing, side(outbound(group=JOBS.group_id, tags=MANAGED)))
    assert [each.removes for each in plan.groups if each.is_egress] == [(), ()]


def test_a_group_that_is_yet_to_be_created_lets_packets_out() -> None:
    new = SecurityGroup(f"{NEW}{VPC}:elasticache-plain", "elasticache-plain", VPC)
    grant = seen_to(new.group_id, groups=(new,))
    grant = replace(grant, sources=(ResolvedSource(Source(SECURITY_GROUP, new.group_id), vpc_id=VPC),))
    known = side(groups={new.group_id: new}, rules={new.group_id: new_group_rules(new.group_id)})
    for network_type in ("ipv4", "ipv6", "dual_stack"):
        assert wished(replace(grant, cache=replace(grant.cache, network_type=network_type)), known) == []


def test_without_the_option_nothing_is_planned_there() -> None:
    assert egress_of(make_plan([target((WEB.group_id, None))], {}, side())) == []


def test_the_quota_is_that_of_outbound_rules() -> None:
    full = group_plan(group=WEB, adds=(outbound(rule_id=""),), is_egress=True)
    with pytest.raises(InvalidGrantError, match=r"would get 2 outbound rules .* attach a second group to the source"):
        check_quota(full, [outbound("10.0.0.0/8"), outbound("2001:db8::/32")], KNOWN.prefix_lists, 1)


DESTINATIONS = (
    *("0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/25", "10.0.2.128/25", "::/0"),
    *(SESSIONS.group_id, CARTS.group_id, OFFICES.list_id),
)


@given(
    standing=st.sets(
        st.tuples(
            st.sampled_from([WEB.group_id, JOBS.group_id]),
            st.sampled_from(DESTINATIONS),
            st.sampled_from(["6379", "6380", "6000-7000", "all", "443"]),
            st.booleans(),
        ),
        max_size=6,
    ),
    sources=st.lists(st.sampled_from([WEB.group_id, JOBS.group_id, "10.9.0.0/16"]), min_size=1, max_size=3),
    ports=st.sampled_from([(6379,), (6379, 6380)]),
    is_present=st.booleans(),
    purge=st.sampled_from(["none", "managed", "all"]),
)
def test_once_carried_out_nothing_is_left_to_do(
    standing: set[tuple[str, str, str, bool]],
    sources: list[str],
    ports: tuple[int, ...],
    is_present: bool,
    purge: str,
) -> None:
    """Every granted port is let out, only our own rules ever go, and what lets out already is not touched."""
    rules = [
        outbound(to, over, group, f"sgr-{number}", MANAGED if is_managed else ())
        for number, (group, to, over, is_managed) in enumerate(sorted(standing))
    ]
    rules = list({each.key: each for each in rules}.values())
    options: dict[str, Any] = {"purge": purge} if is_present else {}
    grant = seen_to(*dict.fromkeys(sources), ports=ports, is_present=is_present, **options)
    existing = {SESSIONS.group_id: [rule(JOBS.group_id, tags=MANAGED), rule("10.8.0.0/16", rule_id="sgr-2")]}
    plan = make_plan([grant], existing, side(*rules, subnets=SUBNETS))
    after = {each.key: each for each in rules}
    for each in (one for one in plan.groups if one.is_egress):
        assert all(one.is_managed for one in each.removes)
        for one in each.adds:
            others = [other for other in rules if other.key.group_id == one.key.group_id]
            assert not let_out_whole(others, one.key.from_port)
            after[one.key] = replace(one, rule_id="sgr-new")
        for one in each.removes:
            del after[one.key]
    if is_present:
        for group_id in {WEB.group_id, JOBS.group_id} & set(sources):
            let_out = [one for one in after.values() if one.key.group_id == group_id]
            for port in ports:
                assert let_out_whole(let_out, port), (group_id, port)
    then = {SESSIONS.group_id: [*inbound_after(plan, existing[SESSIONS.group_id])]}
    again = make_plan([grant], then, side(*after.values(), subnets=SUBNETS))
    assert all(each.is_empty for each in again.groups)


def let_out_whole(rules: Iterable[Rule], port: int) -> bool:
    """Whether these rules let packets out to every node of the cache, told by trying each quarter of its subnets."""
    to = {one.key.source.value for one in rules if one.covers(port)}
    ranges = [ipaddress.IPv4Network(value) for value in to if "/" in value and ":" not in value]
    pieces = [piece for subnet in SUBNETS for piece in ipaddress.IPv4Network(subnet).subnets(2)]
    return SESSIONS.group_id in to or all(any(piece.subnet_of(each) for each in ranges) for piece in pieces)


def inbound_after(plan: Plan, before: Sequence[Rule]) -> list[Rule]:
    """The inbound rules of the cache's group once the plan is carried out."""
    [inbound] = [each for each in plan.groups if not each.is_egress]
    gone = {one.key for one in inbound.removes}
    return [*(one for one in before if one.key not in gone), *(replace(one, rule_id="sgr-9") for one in inbound.adds)]


def test_a_network_type_that_is_not_told_of_is_taken_for_ipv4() -> None:
    grant = replace(seen_to(), cache=cache("sessions", SESSIONS, network_type="other"))
    assert wished(grant, side(outbound("0.0.0.0/0", "all"))) == []
    assert wished(grant, side()) == [MIRROR]
