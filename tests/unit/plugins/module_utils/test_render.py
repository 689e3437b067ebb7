# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome
from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, REASON
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference, Grant
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._instances import Instance
from ansible_collections.elasticache.access.plugins.module_utils._plan import CachePlan, GroupPlan, Plan
from ansible_collections.elasticache.access.plugins.module_utils._render import (
    LIVE_ON,
    access_values,
    diff_of_group,
    failure_sentence,
    rule_line,
    rule_values,
    warnings,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey, Source
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER, Tags
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import WantedSource

from tests.unit.values import (
    CARTS,
    JOBS,
    KNOWN,
    MANAGED,
    OFFICES,
    PEER,
    SESSIONS,
    VPC,
    WEB,
    cache,
    group_plan,
    key,
    missing,
    outbound,
    rule,
    target,
)

AT = "2026-01-31T18:00:00Z"


def ending(text: str, reason: str | None) -> Tags:
    return ((EXPIRES_AT, text), *MANAGED, *(((REASON, reason),) if reason else ()))


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        pytest.param(
            rule(description="Web tier"), 'tcp/6379  app-web (sg-000000000000a0001)  "Web tier"', id="a group by name"
        ),
        pytest.param(rule("sg-0000000000000dead"), "tcp/6379  sg-0000000000000dead", id="a group that is not there"),
        pytest.param(rule("10.20.0.0/16"), "tcp/6379  10.20.0.0/16", id="a range without a description"),
        pytest.param(rule("pl-1"), "tcp/6379  pl-1", id="a prefix list that is not there"),
        pytest.param(rule(OFFICES.list_id), "tcp/6379  offices (pl-0000000000000b001)", id="a prefix list by name"),
        pytest.param(
            rule("10.20.0.0/16", tags=(*MANAGED, ("env", "prod"), ("team", "shop"))),
            "tcp/6379  10.20.0.0/16  [env=prod, team=shop]",
            id="the user's tags, without ours",
        ),
        pytest.param(
            rule("10.20.0.0/16", description="Office", tags=(("team", "shop"),)),
            'tcp/6379  10.20.0.0/16  "Office"  [team=shop]',
            id="a description and tags",
        ),
        pytest.param(rule("10.20.0.0/16", tags=MANAGED), "tcp/6379  10.20.0.0/16", id="our tag alone"),
        pytest.param(rule("10.20.0.0/16", ports="6000-7000"), "tcp/6000-7000  10.20.0.0/16", id="a range of ports"),
        pytest.param(rule("10.20.0.0/16", ports="udp/53"), "udp/53  10.20.0.0/16", id="another protocol"),
        pytest.param(rule("::/0", ports="all"), "all traffic  ::/0", id="all traffic"),
        pytest.param(
            rule("::/0", description=f"Web [until {AT}: why]", tags=ending(AT, "why")),
            f'tcp/6379  ::/0  "Web [until {AT}: why]"',
            id="an end and a reason that are echoed",
        ),
        pytest.param(
            rule("::/0", description="Web [until 2026-01-01T00:00:00Z]", tags=ending(AT, 'a\x9b"b')),
            f'tcp/6379  ::/0  "Web [until 2026-01-01T00:00:00Z]"  until {AT}  reason "a\\u009b\\"b"',
            id="another end than is echoed, and a reason that is not",
        ),
        pytest.param(
            rule("::/0", description=f"[until {AT}: why]", tags=MANAGED),
            f'tcp/6379  ::/0  "[until {AT}: why]"  no end  no reason',
            id="an echo of tags that are not there",
        ),
        pytest.param(
            rule("::/0", tags=ending("so\non", None)),
            'tcp/6379  ::/0  until "so\\non"',
            id="an end that cannot be read",
        ),
    ],
)
def test_rule_line(shown: Rule, line: str) -> None:
    assert rule_line(shown, KNOWN) == line


HEADER = "cache sessions in security group sessions (sg-0000000000000c001)"


@pytest.mark.parametrize(
    ("plan", "before", "after"),
    [
        pytest.param(group_plan(), "", "", id="nothing stands and nothing comes"),
        pytest.param(
            group_plan(adds=(rule(description="Web"),), unchanged=(rule("10.0.0.0/8"),)),
            " tcp/6379  10.0.0.0/8\n",
            ' tcp/6379  10.0.0.0/8\n tcp/6379  app-web (sg-000000000000a0001)  "Web"\n',
            id="a rule comes beside one that stays",
        ),
        pytest.param(
            group_plan(
                ports=(6379, 11211),
                adds=(rule("10.0.0.0/8", ports="11211"), rule(JOBS.group_id)),
                unchanged=(rule(), rule("10.0.0.0/8", ports="6379-6380")),
            ),
            " tcp/6379  app-web (sg-000000000000a0001)\n tcp/6379-6380  10.0.0.0/8\n",
            " tcp/6379  app-jobs (sg-000000000000a0002)\n tcp/6379  app-web (sg-000000000000a0001)\n"
            " tcp/6379-6380  10.0.0.0/8\n tcp/11211  10.0.0.0/8\n",
            id="lines stand by port as a number, and then by name",
        ),
        pytest.param(
            group_plan(removes=(rule(),), others=(rule(ports="all"),)),
            " all traffic  app-web (sg-000000000000a0001)\n tcp/6379  app-web (sg-000000000000a0001)\n",
            " all traffic  app-web (sg-000000000000a0001)\n",
            id="a rule goes, and a wider one shows that it stays",
        ),
        pytest.param(
            group_plan(
                updates=((rule("10.0.0.0/8", description="Old"), rule("10.0.0.0/8", description="New")),),
                unchanged=(rule(JOBS.group_id),),
            ),
            ' tcp/6379  10.0.0.0/8  "Old"\n tcp/6379  app-jobs (sg-000000000000a0002)\n',
            ' tcp/6379  10.0.0.0/8  "New"\n tcp/6379  app-jobs (sg-000000000000a0002)\n',
            id="a description changes in its place",
        ),
        pytest.param(
            group_plan(updates=((rule(tags=MANAGED), rule(tags=(*MANAGED, ("team", "shop")))),)),
            " tcp/6379  app-web (sg-000000000000a0001)\n",
            " tcp/6379  app-web (sg-000000000000a0001)  [team=shop]\n",
            id="tags change in their place",
        ),
        pytest.param(
            group_plan(
                updates=(
                    (rule(description=f"[until {AT}]", tags=ending(AT, None)), rule(tags=MANAGED)),
                    (rule("10.0.0.0/8", tags=ending(AT, None)), rule("10.0.0.0/8", tags=ending("soon", None))),
                )
            ),
            f' tcp/6379  10.0.0.0/8  until {AT}\n tcp/6379  app-web (sg-000000000000a0001)  "[until {AT}]"\n',
            ' tcp/6379  10.0.0.0/8  until "soon"\n'
            f" tcp/6379  app-web (sg-000000000000a0001)  PERMANENT from now on, it was to end at {AT}\n",
            id="an end that is dropped is said plainly",
        ),
    ],
)
def test_diff_of_group(plan: GroupPlan, before: str, after: str) -> None:
    assert diff_of_group(plan, KNOWN) == {
        "before_header": HEADER,
        "after_header": HEADER,
        "before": before,
        "after": after,
    }


def test_a_diff_names_every_cache_that_the_plan_is_for() -> None:
    header = "cache sessions, tokens in security group sessions (sg-0000000000000c001)"
    assert diff_of_group(group_plan(caches=("sessions", "tokens")), KNOWN)["before_header"] == header


@pytest.mark.parametrize(
    ("returned", "values"),
    [
        pytest.param(
            rule(rule_id="sgr-1", description="Web", tags=(*MANAGED, ("team", "shop"))),
            {
                "rule_id": "sgr-1",
                "security_group_id": SESSIONS.group_id,
                "protocol": "tcp",
                "from_port": 6379,
                "to_port": 6379,
                "source": {
                    "type": "security_group",
                    "value": WEB.group_id,
                    "name": "app-web",
                    "owner_id": "123456789012",
                },
                "description": "Web",
                "managed": True,
                "tags": {MARKER[0]: "true", "team": "shop"},
                "expires_at": None,
                "reason": None,
            },
            id="a rule of ours for a group that is known by name",
        ),
        pytest.param(
            rule("10.0.0.0/8", ports="all", rule_id=""),
            {
                "rule_id": None,
                "security_group_id": SESSIONS.group_id,
                "protocol": "-1",
                "from_port": -1,
                "to_port": -1,
                "source": {"type": "cidr", "value": "10.0.0.0/8", "name": None, "owner_id": None},
                "description": "",
                "managed": False,
                "tags": {},
                "expires_at": None,
                "reason": None,
            },
            id="a rule without an id for a range",
        ),
    ],
)
def test_rule_values(returned: Rule, values: dict[str, Any]) -> None:
    assert rule_values(returned, KNOWN) == values


@pytest.mark.parametrize(
    ("source", "name", "owner_id"),
    [
        pytest.param(Source("security_group", "sg-1", PEER), None, PEER, id="a group of another account, as rules say"),
        pytest.param(Source("security_group", "sg-2"), "shared", PEER, id="a group whose owner EC2 tells of the group"),
        pytest.param(Source("security_group", "sg-3"), None, None, id="a group of which nobody tells anything"),
        pytest.param(Source("prefix_list", OFFICES.list_id), "offices", None, id="a prefix list by name"),
        pytest.param(Source("prefix_list", "pl-1"), None, None, id="a prefix list of which nobody tells anything"),
    ],
)
def test_what_is_said_of_a_source(source: Source, name: str | None, owner_id: str | None) -> None:
    known = replace(KNOWN, groups={"sg-2": SecurityGroup("sg-2", "shared", "vpc-1", PEER)})
    assert rule_values(Rule(RuleKey.exact("sg-0", 6379, source)), known)["source"] == {
        "type": source.kind,
        "value": source.value,
        "name": name,
        "owner_id": owner_id,
    }


def outcome(plan: GroupPlan | None = None, error: str = "", **done: tuple[Rule, ...]) -> Outcome:
    nothing: dict[str, tuple[Rule, ...]] = {"added": (), "updated": (), "removed": (), "unchanged": ()}
    return Outcome(plan or group_plan(), **{**nothing, **done}, error=error)


def test_access_values_tell_what_was_done_for_the_cache_and_for_no_other() -> None:
    wanted = target((WEB.group_id, None), ("10.0.0.0/8", None), groups=(SESSIONS, CARTS))
    wide = rule(ports="all", rule_id="sgr-9")
    plan = CachePlan(wanted, frozenset({key(), key("10.0.0.0/8"), key("10.1.0.0/16"), key("pl-1")}), (wide,), (wide,))
    of_another = rule(JOBS.group_id)
    done = [
        outcome(
            added=(rule(), of_another),
            updated=(of_another, rule("10.0.0.0/8")),
            removed=(rule("10.1.0.0/16"), of_another),
            unchanged=(rule("pl-1"), of_another),
        ),
        outcome(group_plan(group=CARTS), added=(rule(group=CARTS.group_id),)),
        outcome(group_plan(group=JOBS), added=(rule(group=JOBS.group_id),)),
    ]
    existing = {
        SESSIONS.group_id: [rule("10.0.0.0/8"), rule("10.1.0.0/16"), rule("pl-1"), wide],
        CARTS.group_id: [rule("2001:db8::/56", group=CARTS.group_id)],
    }
    by_group = by_group_of(done)
    assert access_values(plan, by_group, existing, KNOWN, 60) == {
        "name": "sessions",
        "arn": "arn:aws:elasticache:eu-west-1:123456789012:cluster:sessions",
        "kind": "cluster",
        "status": "available",
        "ports": [6379],
        "vpc_id": VPC,
        "security_group": {"id": SESSIONS.group_id, "name": "sessions"},
        "security_groups": [
            {
                "id": SESSIONS.group_id,
                "name": "sessions",
                "status": "active",
                # What stood, with app-web and without 10.1.0.0/16, whichever cache it was done for.
                "quota": {"ipv4_used": 4, "ipv6_used": 3, "limit": 60},
            },
            {
                "id": CARTS.group_id,
                "name": "carts",
                "status": "active",
                "quota": {"ipv4_used": 1, "ipv6_used": 2, "limit": 60},
            },
        ],
        "differing_members": [],
        "added": [rule_values(rule(), KNOWN)],
        "updated": [rule_values(rule("10.0.0.0/8"), KNOWN)],
        "removed": [rule_values(rule("10.1.0.0/16"), KNOWN)],
        "unchanged": [rule_values(rule("pl-1"), KNOWN)],
        "wider_rules": [rule_values(wide, KNOWN)],
        "still_allowed": [rule_values(wide, KNOWN)],
        "not_done": [],
        "error": None,
    }


def test_access_values_of_a_revocation_gather_all_groups_and_choose_none() -> None:
    wanted = target((WEB.group_id, None), is_present=False, groups=(SESSIONS, CARTS))
    in_carts = rule(group=CARTS.group_id)
    plan = CachePlan(wanted, frozenset({key(), in_carts.key}), (), ())
    done = [outcome(removed=(rule(),)), outcome(group_plan(group=CARTS), removed=(in_carts,))]
    existing = {SESSIONS.group_id: [rule()], CARTS.group_id: [in_carts]}
    values = access_values(plan, by_group_of(done), existing, KNOWN, 60)
    assert values["security_group"] is None
    assert values["removed"] == [rule_values(rule(), KNOWN), rule_values(in_carts, KNOWN)]


def of_sessions(**facts: Any) -> CachePlan:
    """A plan for a cache of which these are the facts, in which no rule is of interest."""
    return CachePlan(replace(target(), cache=cache("sessions", SESSIONS, **facts)), frozenset(), (), ())


def by_group_of(done: Iterable[Outcome]) -> dict[tuple[str, bool], Outcome]:
    return {(each.plan.group.group_id, each.plan.is_egress): each for each in done}


def values_of(plan: CachePlan, *done: Outcome, existing: tuple[Rule, ...] = ()) -> dict[str, Any]:
    return access_values(plan, by_group_of(done), {SESSIONS.group_id: existing}, KNOWN, 60)


def test_access_values_tell_the_state_of_a_group_and_members_that_differ() -> None:
    plan = of_sessions(
        security_groups=(Membership(SESSIONS.group_id, "adding"),),
        member_groups=(("sessions-001", (SESSIONS.group_id,)), ("sessions-002", ())),
    )
    values = values_of(plan)
    assert values["security_groups"][0]["status"] == "adding"
    assert values["differing_members"] == [
        {"name": "sessions-001", "security_groups": [SESSIONS.group_id]},
        {"name": "sessions-002", "security_groups": []},
    ]


OFFICE = rule("10.20.0.0/16", rule_id="sgr-office")
OF_LIST = rule(OFFICES.list_id, rule_id="sgr-list")


@pytest.mark.parametrize(
    ("done", "used"),
    [
        pytest.param([], (11, 10), id="a group on which nothing was to be done"),
        pytest.param([outcome()], (11, 10), id="a group on which nothing was done"),
        pytest.param([outcome(added=(rule(), rule("::/0")))], (12, 12), id="rules that came count"),
        pytest.param([outcome(removed=(OF_LIST,))], (1, 0), id="rules that went do not, a list with all that it holds"),
        pytest.param([outcome(updated=(replace(OFFICE, description="Office"),))], (11, 10), id="an edited rule is one"),
        pytest.param([outcome(added=(replace(OFFICE, rule_id="new"),))], (11, 10), id="a rule that came back is one"),
        pytest.param([outcome(removed=(rule("10.99.0.0/16"),))], (11, 10), id="a rule that came and went is none"),
    ],
)
def test_how_full_a_group_is_once_all_is_done(done: list[Outcome], used: tuple[int, int]) -> None:
    quota = values_of(of_sessions(), *done, existing=(OFFICE, OF_LIST))["security_groups"][0]["quota"]
    assert (quota["ipv4_used"], quota["ipv6_used"], quota["limit"]) == (*used, 60)


NO_SOURCES = Grant(CacheReference("sessions", "sessions"), (), is_present=True)


def warned(plan: CachePlan, *done: Outcome, grant: Grant = NO_SOURCES, known: Known = KNOWN) -> list[str]:
    return warnings([grant], Plan((), (plan,)), done, known)


def test_without_grants_there_is_nothing_to_say() -> None:
    assert warnings([], Plan((), ()), [outcome(added=(rule(),))], KNOWN) == []


def test_nothing_is_said_of_rules_that_came() -> None:
    assert warned(of_sessions(), outcome(added=(rule(),))) == []


def test_open_connections_live_on_and_that_is_said_once() -> None:
    assert warned(of_sessions(), outcome(), outcome(removed=(rule(),)), outcome(removed=(rule(),))) == [LIVE_ON]


ALL_TRAFFIC = rule(ports="all", rule_id="sgr-9")


def test_a_wider_rule_that_still_admits_the_source_is_told_of() -> None:
    assert warned(CachePlan(target(is_present=False), frozenset(), (ALL_TRAFFIC,), (ALL_TRAFFIC,))) == [
        "Cache 'sessions' can still be reached: rule sgr-9 of sessions (sg-0000000000000c001) admits "
        "all traffic  app-web (sg-000000000000a0001) and was left, since it admits more than was to be revoked."
    ]


@pytest.mark.parametrize(
    ("purge", "said"),
    [
        pytest.param("none", [], id="not without a purge"),
        pytest.param("managed", ["sgr-9", "all traffic  app-web", "sessions (sg-", "leaves"], id="of a careful purge"),
        pytest.param("all", ["sgr-9", "all traffic  app-web", "sessions (sg-", "leaves"], id="of a purge of all"),
    ],
)
def test_a_wider_rule_that_a_purge_leaves_is_told_of(purge: str, said: list[str]) -> None:
    sentences = warned(CachePlan(target(purge=purge), frozenset(), (ALL_TRAFFIC,), ()))
    assert len(sentences) == bool(said)
    assert missing(said, sentences) == []


@pytest.mark.parametrize(
    ("connection_type", "said"),
    [
        pytest.param(
            "public",
            ["Cache 'sessions' has a public connection, which security groups do not guard."],
            id="a public connection",
        ),
        pytest.param("vpc", [], id="a connection within the VPC"),
        pytest.param(None, [], id="a connection of which nothing is told"),
    ],
)
def test_a_cache_that_no_group_guards_is_told_of(connection_type: str | None, said: list[str]) -> None:
    assert warned(of_sessions(connection_type=connection_type)) == said


def test_what_keeps_rules_from_having_their_effect_is_told_of() -> None:
    stopped = Instance("i-0123456789abcdef0", "stopped", ())
    grant = replace(NO_SOURCES, sources=(WantedSource("instance", stopped.instance_id),))
    known = replace(KNOWN, instances={stopped.instance_id: stopped})
    state, source = warned(of_sessions(status="creating"), grant=grant, known=known)
    assert missing(["'sessions' is creating"], state) == []
    assert missing([stopped.instance_id, "is stopped"], source) == []


def test_what_two_grants_have_to_say_alike_is_said_once() -> None:
    plan = of_sessions(connection_type="public")
    assert len(warnings([NO_SOURCES, NO_SOURCES], Plan((), (plan, plan)), [], KNOWN)) == 1


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        pytest.param(
            [outcome(error="AWS refused."), outcome(group_plan(group=CARTS))],
            "sessions (sg-0000000000000c001): AWS refused. Nothing was changed.",
            id="nothing was done",
        ),
        pytest.param(
            [outcome(error="AWS refused."), outcome(group_plan(group=CARTS), added=(rule(),))],
            "sessions (sg-0000000000000c001): AWS refused. 1 rule was changed all the same, in 1 of 2 security groups, "
            "as caches says; "
            "run again to do the rest.",
            id="another group was changed",
        ),
        pytest.param(
            [outcome(error="AWS refused.", added=(rule(),))],
            "sessions (sg-0000000000000c001): AWS refused. 1 rule was changed all the same, as caches says; "
            "run again to do the rest.",
            id="the one group failed half-way",
        ),
        pytest.param(
            [
                outcome(error="AWS refused.", added=(rule(),), updated=(rule("10.0.0.0/8"),)),
                outcome(group_plan(group=CARTS), error="AWS throttles.", removed=(rule("pl-1"),)),
            ],
            "sessions (sg-0000000000000c001): AWS refused. carts (sg-0000000000000c002): AWS throttles. "
            "3 rules were changed all the same, in 2 of 2 security groups, as caches says; run again to do the rest.",
            id="two groups failed half-way",
        ),
        pytest.param(
            [outcome(added=(rule(),)), outcome(group_plan(is_egress=True), error="AWS refused.")],
            "sessions (sg-0000000000000c001): AWS refused. 1 rule was changed all the same, as caches says; "
            "run again to do the rest.",
            id="one side of one group",
        ),
        pytest.param(
            [outcome(error="AWS refused."), outcome(group_plan(is_egress=True), error="AWS refused.")],
            "sessions (sg-0000000000000c001): AWS refused. Nothing was changed.",
            id="both sides of one group",
        ),
    ],
)
def test_failure_sentence(outcomes: list[Outcome], sentence: str) -> None:
    assert failure_sentence(outcomes) == sentence


def test_a_source_that_another_grant_lets_in_again_is_told_of() -> None:
    coming = rule("10.0.0.0/8", rule_id="")
    assert warned(CachePlan(target(is_present=False), frozenset(), (), (coming,))) == [
        "Cache 'sessions' can still be reached: another grant of this task adds tcp/6379  10.0.0.0/8 to "
        "sessions (sg-0000000000000c001)."
    ]


def test_many_groups_that_fail_for_one_reason_are_told_at_once() -> None:
    groups = [replace(CARTS, group_id=f"sg-{number}", name=f"g{number}") for number in range(8)]
    failed = [outcome(group_plan(group=group), error="AWS throttles.") for group in groups]
    assert failure_sentence(failed) == (
        "g0 (sg-0), g1 (sg-1), g2 (sg-2), g3 (sg-3), g4 (sg-4) and 3 more: AWS throttles. Nothing was changed."
    )


def test_of_very_many_reasons_the_first_ones_are_told() -> None:
    groups = [replace(CARTS, group_id=f"sg-{number}", name=f"g{number}") for number in range(8)]
    failed = [outcome(group_plan(group=group), error=f"Reason {group.name}.") for group in groups]
    said = failure_sentence([*failed, outcome(added=(rule(),))])
    assert "Reason g4." in said and "Reason g5." not in said
    assert said.endswith(
        "For 3 more reasons see error in caches. 1 rule was changed all the same, in 1 of 9 security groups, as caches "
        "says; run again to do the rest."
    )


def test_what_was_not_done_is_what_the_plan_holds_and_the_outcome_does_not() -> None:
    coming, changing, going = rule("10.1.0.0/16", rule_id=""), rule("10.2.0.0/16"), rule("10.3.0.0/16")
    after = replace(changing, description="Office")
    plan = group_plan(adds=(coming,), updates=((changing, after),), removes=(going,))
    assert outcome(plan, added=(coming,), error="AWS refused.").not_done == (after, going)
    assert outcome(plan, added=(coming,)).not_done == ()
    values = values_of(of_sessions(), outcome(plan, error="AWS refused."))
    assert values["error"] == "sessions (sg-0000000000000c001): AWS refused."


def test_the_side_of_the_sources_is_told_where_it_is_seen_to() -> None:
    coming, staying = outbound(rule_id=""), outbound(ports="6380")
    plan = of_sessions()
    plan = replace(
        plan,
        target=replace(plan.target, source_egress=True),
        keys=frozenset([coming.key, staying.key]),
    )
    egress = group_plan(group=WEB, adds=(coming,), unchanged=(staying,), is_egress=True)
    values = values_of(plan, outcome(egress, unchanged=(staying,), error="AWS refused."))
    [kept], [not_done] = values["source_egress"]["unchanged"], values["source_egress"]["not_done"]
    assert values["error"] == f"{WEB}: AWS refused."
    assert (kept["rule_id"], not_done["rule_id"]) == ("sgr-out", None)
    assert (kept["security_group_id"], kept["destination"]["name"]) == (WEB.group_id, "sessions")
    assert "source" not in kept
    assert (values["source_egress"]["added"], values["unchanged"]) == ([], [])
    assert "source_egress" not in values_of(of_sessions())
    header = f"cache sessions in outbound rules of security group {WEB}"
    assert diff_of_group(egress, KNOWN) == {
        "before_header": header,
        "after_header": header,
        "before": f" tcp/6380  to {SESSIONS}\n",
        "after": f" tcp/6379  to {SESSIONS}\n tcp/6380  to {SESSIONS}\n",
    }
