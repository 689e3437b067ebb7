# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import ENTRIES, GROUPS, INTERFACES, RULES
from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
from ansible_collections.elasticache.access.plugins.module_utils._crossing import NO, YES, Crossing
from ansible_collections.elasticache.access.plugins.module_utils._flows import End
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._hops_of_groups import (
    cache_egress,
    cache_ingress,
    public_connection,
    source_egress,
)
from ansible_collections.elasticache.access.plugins.module_utils._mends import AddressMend, Mend
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, Source
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BLOCKED,
    CACHE_EGRESS,
    CACHE_INGRESS,
    ENI_SG_RULES_MISMATCH,
    LINK,
    OK,
    REPLY,
    SG_HAS_NO_RULES,
    SG_REFERENCING_SUPPORT,
    SOURCE_EGRESS,
    SOURCE_ROUTE,
    UNKNOWN,
    Step,
)
from ansible_collections.elasticache.access.plugins.module_utils._ways import Way

from tests.unit.connections import (
    ANYWHERE,
    CACHES,
    NODE,
    OUTSIDE,
    SESSIONS_CACHE,
    SOURCE,
    command,
    end,
    evidence,
    flow,
    network,
)
from tests.unit.values import CARTS, JOBS, OFFICES, OWNER, PEER, SESSIONS, VPC, WEB, missing, rule
from tests.unit.values import GROUPS as KNOWN_GROUPS

DEFAULT = SecurityGroup("sg-000000000000a0009", "default", VPC, OWNER)
ALL_GROUPS = {**KNOWN_GROUPS, DEFAULT.group_id: DEFAULT}


def way(references: str = YES, **facts: Any) -> Way:
    """A way across which groups can be named, or not."""
    crossing = Crossing(references_in=references, references_out=references, **facts)
    return Way(Step(SOURCE_ROUTE, OK, ""), Step(LINK, OK, ""), crossing)


def out(*rules: Rule, source: End = SOURCE, node: End = NODE, over: Way | None = None, **facts: Any) -> Step:
    """Whether the groups of the source let it out, where these are their rules."""
    return source_egress(flow(network(outbound=rules, **facts), source, node), over or way())


def into(*rules: Rule, source: End = SOURCE, node: End = NODE, over: Way | None = None, **facts: Any) -> Step:
    """Whether the groups of the cache let the source in, where these are their rules."""
    return cache_ingress(flow(network(inbound=rules, **facts), source, node), over or way())


def outbound(admitted: str = ANYWHERE, ports: str = "6379", group: SecurityGroup = WEB, rule_id: str = "sgr-1") -> Rule:
    return rule(admitted, ports, group.group_id, rule_id)


def carrying(*memberships: tuple[SecurityGroup, str], of: End = NODE) -> End:
    return replace(of, memberships=tuple(Membership(group.group_id, status) for group, status in memberships))


LISTS = {OFFICES.list_id: ("192.0.2.0/24", "10.0.0.0/16")}


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([outbound(ports="all")], id="all traffic"),
        pytest.param([outbound("10.0.2.10/32")], id="to the node alone"),
        pytest.param([outbound(ports="6000-7000")], id="a range of ports"),
        pytest.param([outbound(SESSIONS.group_id)], id="to the group of the cache"),
        pytest.param([outbound(OFFICES.list_id)], id="to a prefix list"),
        pytest.param([outbound("192.0.2.0/24"), outbound(rule_id="sgr-2")], id="one of two"),
    ],
)
def test_the_source_is_let_out(rules: list[Rule]) -> None:
    step = out(*rules, entries=LISTS)
    assert (step.hop, step.verdict, evidence(step)) == (SOURCE_EGRESS, OK, [rules[-1].rule_id])
    assert missing([rules[-1].rule_id, f"of {WEB}", " to "], step.sentence) == []


def test_one_group_of_several_is_enough() -> None:
    both = end(groups=(JOBS, WEB))
    assert out(outbound("192.0.2.0/24", group=JOBS), outbound(rule_id="sgr-2"), source=both).verdict == OK
    two = carrying((SESSIONS, "active"), (CARTS, "active"))
    assert into(rule(group=CARTS.group_id), node=two).verdict == OK


TO_GROUP = (
    f"aws ec2 authorize-security-group-egress --group-id {WEB.group_id} --ip-permissions "
    f"'IpProtocol=tcp,FromPort=6379,ToPort=6379,UserIdGroupPairs=[{{GroupId={SESSIONS.group_id}}}]'"
)


@pytest.mark.parametrize(
    ("rules", "code", "words"),
    [
        pytest.param([], SG_HAS_NO_RULES, ["none at all"], id="no rule"),
        pytest.param([outbound(ports="443")], ENI_SG_RULES_MISMATCH, ["none for that port"], id="another port"),
        pytest.param([outbound(ports="udp/6379")], ENI_SG_RULES_MISMATCH, ["none for that port"], id="not TCP"),
        pytest.param([outbound("10.0.9.0/24")], ENI_SG_RULES_MISMATCH, ["10.0.9.0/24"], id="other addresses"),
        pytest.param([outbound("::/0")], ENI_SG_RULES_MISMATCH, ["::/0"], id="the other family"),
        pytest.param([outbound(CARTS.group_id)], ENI_SG_RULES_MISMATCH, [str(CARTS)], id="another group"),
        pytest.param([outbound(OFFICES.list_id)], ENI_SG_RULES_MISMATCH, [OFFICES.list_id], id="another prefix list"),
    ],
)
def test_the_source_is_not_let_out(rules: list[Rule], code: str, words: list[str]) -> None:
    step = out(*rules, entries={OFFICES.list_id: ("192.0.2.0/24",)})
    assert (step.verdict, step.code) == (BLOCKED, code)
    assert missing([str(WEB), "tcp/6379", *words], step.sentence) == []
    near = [each.rule_id for each in rules if each.covers(6379)]
    assert (evidence(step), command(step)) == ([WEB.group_id, *near], TO_GROUP)


def test_outbound_rules_cannot_name_groups_across_a_transit_gateway() -> None:
    step = out(outbound(SESSIONS.group_id), over=way(NO, gateway_id="tgw-1"))
    assert (step.verdict, step.code) == (BLOCKED, SG_REFERENCING_SUPPORT)
    assert missing(["IpRanges=[{CidrIp=10.0.2.0/24}]"], command(step)) == []
    assert out(outbound(), over=way(NO, gateway_id="tgw-1")).verdict == OK


def test_the_group_that_is_its_own_gets_the_rule_and_not_the_default_one() -> None:
    step = out(source=end(groups=(DEFAULT, WEB)), groups=ALL_GROUPS)
    assert missing([f"--group-id {WEB.group_id}"], command(step)) == []
    step = out(source=end(groups=(DEFAULT,)), groups=ALL_GROUPS)
    assert missing([f"--group-id {DEFAULT.group_id}"], command(step)) == []


@pytest.mark.parametrize("hidden", [False, True])
def test_what_a_source_without_groups_may_send_is_not_known(hidden: bool) -> None:
    step = out(source=end(groups=()) if not hidden else OUTSIDE)
    assert (step.hop, step.verdict, step.mend) == (SOURCE_EGRESS, UNKNOWN, None)


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rule()], id="its group"),
        pytest.param([rule("10.0.1.0/24")], id="its range"),
        pytest.param([rule("10.0.1.10/32", "all")], id="its address"),
        pytest.param([rule(OFFICES.list_id)], id="a prefix list"),
        pytest.param([rule(JOBS.group_id), rule(rule_id="sgr-2")], id="one of two"),
    ],
)
def test_the_source_is_let_in(rules: list[Rule]) -> None:
    step = into(*rules, entries=LISTS)
    assert (step.hop, step.verdict, evidence(step)) == (CACHE_INGRESS, OK, [rules[-1].rule_id])
    assert missing([rules[-1].rule_id, f"of {SESSIONS}", " from "], step.sentence) == []


def test_a_rule_that_is_only_planned_has_no_id_yet() -> None:
    step = into(rule(rule_id=""))
    assert (step.verdict, evidence(step), "(planned)" in step.sentence) == (OK, [SESSIONS.group_id], True)


def test_whoever_sends_ipv6_is_admitted_by_group_or_by_its_own_range() -> None:
    source, node = end("2001:db8:0:1::a"), end("2001:db8:0:2::a", CACHES, (SESSIONS,))
    assert into(rule(), source=source, node=node).verdict == OK
    assert into(rule("2001:db8::/32"), source=source, node=node).verdict == OK
    assert into(rule(ANYWHERE), source=source, node=node).verdict == BLOCKED


@pytest.mark.parametrize(
    ("rules", "code", "words"),
    [
        pytest.param([], SG_HAS_NO_RULES, ["none at all"], id="no rule"),
        pytest.param([rule(ports="6380")], ENI_SG_RULES_MISMATCH, ["none for that port"], id="another port"),
        pytest.param([rule(JOBS.group_id)], ENI_SG_RULES_MISMATCH, [str(JOBS)], id="another group"),
        pytest.param([rule("10.0.9.0/24")], ENI_SG_RULES_MISMATCH, ["10.0.9.0/24"], id="other addresses"),
        pytest.param([rule("sg-gone")], ENI_SG_RULES_MISMATCH, ["sg-gone"], id="a group that is gone"),
    ],
)
def test_the_source_is_not_let_in(rules: list[Rule], code: str, words: list[str]) -> None:
    step = into(*rules)
    assert (step.verdict, step.code) == (BLOCKED, code)
    assert missing([str(SESSIONS), "tcp/6379", *words], step.sentence) == []
    near = [each.rule_id for each in rules if each.covers(6379)]
    assert evidence(step) == [SESSIONS.group_id, *near]
    assert step.mend is not None
    assert command(step) == (
        "ansible-playbook elasticache.access.grant_access -e cache=sessions -e cache_type=cluster "
        f"-e security_group={WEB.group_id}"
    )
    assert isinstance(step.mend, Mend)
    assert missing([str(WEB)], step.mend.sentence) == []


@pytest.mark.parametrize(
    ("source", "over"),
    [
        pytest.param(SOURCE, way(NO), id="groups cannot be named"),
        pytest.param(SOURCE, way(UNKNOWN), id="whether groups can be named is not known"),
        pytest.param(OUTSIDE, way(), id="it is outside"),
    ],
)
def test_where_no_group_can_be_named_the_grant_is_to_the_address(source: End, over: Way) -> None:
    step = into(rule("10.9.0.0/16"), source=source, over=over)
    assert (step.verdict, step.code) == (BLOCKED, ENI_SG_RULES_MISMATCH)
    assert step.mend == AddressMend(SESSIONS_CACHE, "", 32)


@pytest.mark.parametrize(
    ("groups", "chosen"),
    [((SESSIONS,), ""), ((SESSIONS, CARTS), SESSIONS.group_id), ((DEFAULT, CARTS), CARTS.group_id)],
)
def test_which_group_of_the_cache_gets_the_rule(groups: tuple[SecurityGroup, ...], chosen: str) -> None:
    step = into(node=end("10.0.2.10", CACHES, groups), groups=ALL_GROUPS)
    assert command(step).partition("cache_security_group=")[2] == chosen


def test_a_cache_in_the_default_group_has_to_be_told_so() -> None:
    step = into(node=end("10.0.2.10", CACHES, (DEFAULT,)), groups=ALL_GROUPS)
    assert missing([f"cache_security_group={DEFAULT.group_id}"], command(step)) == []


@pytest.mark.parametrize(
    ("over", "code", "why"),
    [
        (way(NO, gateway_id="tgw-1", why_no_references="It is not enabled."), SG_REFERENCING_SUPPORT, True),
        (way(NO, why_no_references="It is not enabled."), ENI_SG_RULES_MISMATCH, True),
        (way(NO), ENI_SG_RULES_MISMATCH, False),
    ],
)
def test_a_group_that_cannot_be_named_across_what_joins_the_two(over: Way, code: str, why: bool) -> None:
    step = into(rule(), over=over)
    assert (step.verdict, step.code, "It is not enabled." in step.sentence) == (BLOCKED, code, why)
    assert into(rule("10.0.1.0/24"), over=over).verdict == OK
    # Where the rules name another group that is not the reason.
    step = into(rule(JOBS.group_id), over=over)
    assert (step.code, "It is not enabled." in step.sentence) == (ENI_SG_RULES_MISMATCH, False)


def test_whether_a_group_can_be_named_is_not_known() -> None:
    step = into(rule(), over=way(UNKNOWN))
    assert (step.verdict, evidence(step), missing(["sgr-1"], step.sentence)) == (
        UNKNOWN,
        [SESSIONS.group_id, "sgr-1"],
        [],
    )


@pytest.mark.parametrize("status", ["adding", "removing"])
def test_a_group_of_the_cache_that_is_not_in_force(status: str) -> None:
    node = carrying((SESSIONS, status))
    step = into(rule(), node=node)
    assert (step.verdict, missing([SESSIONS.group_id, status], step.sentence)) == (UNKNOWN, [])
    assert into(rule(JOBS.group_id), node=node).verdict == BLOCKED
    assert into(rule(), rule(group=CARTS.group_id), node=carrying((SESSIONS, status), (CARTS, "active"))).verdict == OK
    # Nor is it in force for those that send to it by its name.
    step = out(outbound(SESSIONS.group_id), node=node)
    assert (step.verdict, missing([SESSIONS.group_id, status], step.sentence)) == (UNKNOWN, [])
    assert out(outbound(), node=node).verdict == OK


@pytest.mark.parametrize(("denied", "action"), [((), ""), ((ENTRIES,), ENTRIES)])
def test_a_prefix_list_that_could_not_be_read(denied: tuple[str, ...], action: str) -> None:
    step = into(rule(OFFICES.list_id), denied=frozenset(denied))
    assert (step.verdict, step.action, missing([OFFICES.list_id], step.sentence)) == (UNKNOWN, action, [])
    assert into(rule(OFFICES.list_id), rule(), denied=frozenset(denied)).verdict == OK


@pytest.mark.parametrize(
    ("facts", "action", "words"),
    [
        ({"denied": frozenset({RULES})}, RULES, ["rules could not be read"]),
        ({"groups": {}}, "", [SESSIONS.group_id]),
        ({"groups": {}, "denied": frozenset({GROUPS})}, GROUPS, [SESSIONS.group_id]),
    ],
)
def test_rules_that_could_not_be_read(facts: dict[str, Any], action: str, words: list[str]) -> None:
    step = into(**facts)
    assert (step.verdict, step.action, missing(words, step.sentence)) == (UNKNOWN, action, [])
    # What could be read is enough where it lets the source in.
    assert into(rule(), **facts).verdict == OK


def test_a_cache_of_which_no_groups_are_told() -> None:
    step = into(node=end("10.0.2.10", CACHES, ()))
    assert (step.verdict, missing(["not told"], step.sentence)) == (UNKNOWN, [])


def test_groups_do_not_guard_a_public_connection() -> None:
    assert public_connection().verdict == UNKNOWN
    connection = flow(network(inbound=()), cache=replace(SESSIONS_CACHE, connection_type="vpc"))
    assert cache_ingress(connection, way()).verdict == BLOCKED


# An address outside: no network interface that we see has it.


def of_account(owner_id: str) -> Rule:
    plain = rule("sg-elsewhere")
    return replace(plain, key=replace(plain.key, source=Source("security_group", "sg-elsewhere", owner_id)))


@pytest.mark.parametrize(
    ("read", "verdict"),
    [
        pytest.param(of_account(OWNER), BLOCKED, id="a group of our own, whose interfaces we see"),
        pytest.param(of_account(PEER), UNKNOWN, id="a group of another account"),
        pytest.param(of_account(""), UNKNOWN, id="a group of nobody knows whom"),
        pytest.param(rule("203.0.113.0/24"), OK, id="its range"),
    ],
)
def test_what_rules_mean_for_an_address_outside(read: Rule, verdict: str) -> None:
    assert into(read, source=OUTSIDE, over=way(UNKNOWN)).verdict == verdict


def test_a_group_of_the_cache_that_is_not_shown_may_mean_an_address_outside() -> None:
    assert into(of_account(OWNER), source=OUTSIDE, over=way(UNKNOWN), groups={}).verdict == UNKNOWN


def test_where_interfaces_could_not_be_read_an_address_may_carry_a_group_of_our_own() -> None:
    source = replace(OUTSIDE, can_be_ours=True)
    step = into(of_account(OWNER), source=source, over=way(UNKNOWN), denied=frozenset({INTERFACES}))
    assert (step.verdict, step.action) == (UNKNOWN, INTERFACES)


def test_outbound_rules_of_the_cache_stop_nothing() -> None:
    step = cache_egress()
    assert (step.hop, step.verdict, step.direction) == (CACHE_EGRESS, OK, REPLY)
    assert missing(["stateful"], step.sentence) == []


def test_the_groups_that_do_not_let_it_in_are_named() -> None:
    assert missing([f"security group {SESSIONS} admits"], into().sentence) == []
    two = carrying((SESSIONS, "active"), (CARTS, "active"))
    assert missing([f"security groups {SESSIONS} and {CARTS} admits"], into(node=two).sentence) == []


def test_the_first_rules_are_named_where_there_are_many() -> None:
    step = into(*(rule(f"10.9.{number}.0/24", rule_id=f"sgr-{number}") for number in range(6)))
    assert evidence(step) == [SESSIONS.group_id, "sgr-0", "sgr-1", "sgr-2", "sgr-3"]
    assert missing(["10.9.0.0/24", "10.9.3.0/24", "2 more"], step.sentence) == []
