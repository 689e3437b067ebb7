# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome
from ansible_collections.elasticache.access.plugins.module_utils._caches import Endpoint, Node
from ansible_collections.elasticache.access.plugins.module_utils._plan import CachePlan, GroupPlan, Plan
from ansible_collections.elasticache.access.plugins.module_utils._render import (
    LIVE_ON,
    access_values,
    cache_values,
    diff_of_group,
    failure_sentence,
    rule_line,
    rule_values,
    warnings,
)
from ansible_collections.elasticache.access.plugins.module_utils._rules import MARKER, Rule

from tests.unit.values import (
    CARTS,
    GROUPS,
    JOBS,
    MANAGED,
    SESSIONS,
    VPC,
    WEB,
    cache,
    group_plan,
    key,
    rule,
    target,
)


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        pytest.param(
            rule(description="Web tier"), 'tcp/6379  app-web (sg-000000000000a0001)  "Web tier"', id="a group by name"
        ),
        pytest.param(rule("sg-0000000000000dead"), "tcp/6379  sg-0000000000000dead", id="a group that is not there"),
        pytest.param(rule("10.20.0.0/16"), "tcp/6379  10.20.0.0/16", id="a range without a description"),
        pytest.param(rule("pl-1"), "tcp/6379  pl-1", id="a prefix list"),
        pytest.param(rule("10.20.0.0/16", ports="6000-7000"), "tcp/6000-7000  10.20.0.0/16", id="a range of ports"),
        pytest.param(rule("10.20.0.0/16", ports="udp/53"), "udp/53  10.20.0.0/16", id="another protocol"),
        pytest.param(rule("::/0", ports="all"), "all traffic  ::/0", id="all traffic"),
    ],
)
def test_rule_line(shown: Rule, line: str) -> None:
    assert rule_line(shown, GROUPS) == line


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
    ],
)
def test_diff_of_group(plan: GroupPlan, before: str, after: str) -> None:
    assert diff_of_group(plan, GROUPS) == {
        "before_header": HEADER,
        "after_header": HEADER,
        "before": before,
        "after": after,
    }


def test_a_diff_names_every_cache_that_the_plan_is_for() -> None:
    header = "cache sessions, tokens in security group sessions (sg-0000000000000c001)"
    assert diff_of_group(group_plan(caches=("sessions", "tokens")), GROUPS)["before_header"] == header


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
                "source": {"type": "security_group", "value": WEB.group_id, "name": "app-web"},
                "description": "Web",
                "managed": True,
                "tags": {MARKER[0]: "true", "team": "shop"},
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
                "source": {"type": "cidr", "value": "10.0.0.0/8", "name": None},
                "description": "",
                "managed": False,
                "tags": {},
            },
            id="a rule without an id for a range",
        ),
    ],
)
def test_rule_values(returned: Rule, values: dict[str, Any]) -> None:
    assert rule_values(returned, GROUPS) == values


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
    assert access_values(plan, done, GROUPS) == {
        "name": "sessions",
        "arn": "arn:aws:elasticache:eu-west-1:123456789012:cluster:sessions",
        "kind": "cluster",
        "status": "available",
        "ports": [6379],
        "vpc_id": VPC,
        "security_group": {"id": SESSIONS.group_id, "name": "sessions"},
        "security_groups": [
            {"id": SESSIONS.group_id, "name": "sessions"},
            {"id": CARTS.group_id, "name": "carts"},
        ],
        "added": [rule_values(rule(), GROUPS)],
        "updated": [rule_values(rule("10.0.0.0/8"), GROUPS)],
        "removed": [rule_values(rule("10.1.0.0/16"), GROUPS)],
        "unchanged": [rule_values(rule("pl-1"), GROUPS)],
        "wider_rules": [rule_values(wide, GROUPS)],
        "still_allowed": [rule_values(wide, GROUPS)],
    }


def test_access_values_of_a_revocation_gather_all_groups_and_choose_none() -> None:
    wanted = target((WEB.group_id, None), is_present=False, groups=(SESSIONS, CARTS))
    in_carts = rule(group=CARTS.group_id)
    plan = CachePlan(wanted, frozenset({key(), in_carts.key}), (), ())
    done = [outcome(removed=(rule(),)), outcome(group_plan(group=CARTS), removed=(in_carts,))]
    values = access_values(plan, done, GROUPS)
    assert values["security_group"] is None
    assert values["removed"] == [rule_values(rule(), GROUPS), rule_values(in_carts, GROUPS)]


def plan_of(*caches: CachePlan) -> Plan:
    return Plan((), caches)


@pytest.mark.parametrize(
    ("plan", "outcomes", "said"),
    [
        pytest.param(plan_of(), [outcome(added=(rule(),))], [], id="nothing is said of rules that came"),
        pytest.param(plan_of(), [outcome(), outcome(removed=(rule(),))], [LIVE_ON], id="open connections live on"),
        pytest.param(
            plan_of(CachePlan(target(is_present=False), frozenset(), (), (rule(ports="all", rule_id="sgr-9"),))),
            [outcome()],
            [
                "Cache 'sessions' can still be reached: rule sgr-9 of sessions (sg-0000000000000c001) admits "
                "all traffic  app-web (sg-000000000000a0001) and was left, since it admits more than was to be revoked."
            ],
            id="a wider rule still admits the source",
        ),
    ],
)
def test_warnings(plan: Plan, outcomes: list[Outcome], said: list[str]) -> None:
    assert warnings(plan, outcomes, GROUPS) == said


@pytest.mark.parametrize(
    ("connection_type", "said"),
    [
        pytest.param(
            "public",
            ["Cache 'carts' has a public connection, which security groups do not guard."],
            id="a public connection",
        ),
        pytest.param("vpc", [], id="a connection within the VPC"),
        pytest.param(None, [], id="a connection of which nothing is told"),
    ],
)
def test_a_cache_that_no_group_guards_is_told_of(connection_type: str | None, said: list[str]) -> None:
    plain = target(groups=(CARTS,))
    public = type(plain)(
        cache("carts", CARTS, connection_type=connection_type), plain.ports, plain.groups, plain.group, plain.sources
    )
    assert warnings(plan_of(CachePlan(public, frozenset(), (), ())), [], GROUPS) == said


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
            "sessions (sg-0000000000000c001): AWS refused. 1 rule was changed all the same, as caches says; "
            "run again to do the rest.",
            id="another group was changed",
        ),
        pytest.param(
            [
                outcome(error="AWS refused.", added=(rule(),), updated=(rule("10.0.0.0/8"),)),
                outcome(group_plan(group=CARTS), error="AWS throttles.", removed=(rule("pl-1"),)),
            ],
            "sessions (sg-0000000000000c001): AWS refused. carts (sg-0000000000000c002): AWS throttles. "
            "3 rules were changed all the same, as caches says; run again to do the rest.",
            id="two groups failed half-way",
        ),
    ],
)
def test_failure_sentence(outcomes: list[Outcome], sentence: str) -> None:
    assert failure_sentence(outcomes) == sentence


def test_cache_values() -> None:
    primary = Endpoint("primary", "primary.example.com", 6379)
    one = Endpoint("node", "one.example.com", 6379)
    full = cache(
        "sessions",
        SESSIONS,
        endpoints=(primary, one),
        nodes=(Node("sessions-001", "0001", "eu-west-1a", one), Node("sessions-002", "0001")),
        cluster_mode=False,
        connection_type="vpc",
        subnet_ids=("subnet-1",),
        vpc_id=VPC,
        tags=(("team", "shop"),),
    )
    assert cache_values(full, with_tags=True) == {
        "name": "sessions",
        "arn": "arn:aws:elasticache:eu-west-1:123456789012:cluster:sessions",
        "kind": "cluster",
        "engine": "valkey",
        "engine_version": "8.0",
        "status": "available",
        "cluster_mode": False,
        "network_type": "ipv4",
        "connection_type": "vpc",
        "ports": [6379],
        "endpoints": [
            {"role": "primary", "address": "primary.example.com", "port": 6379},
            {"role": "node", "address": "one.example.com", "port": 6379},
        ],
        "security_groups": [{"id": SESSIONS.group_id, "status": "active"}],
        "vpc_id": VPC,
        "subnet_group": "private",
        "subnet_ids": ["subnet-1"],
        "nodes": [
            {
                "cluster": "sessions-001",
                "id": "0001",
                "availability_zone": "eu-west-1a",
                "endpoint": {"role": "node", "address": "one.example.com", "port": 6379},
            },
            {"cluster": "sessions-002", "id": "0001", "availability_zone": None, "endpoint": None},
        ],
        "transit_encryption": False,
        "at_rest_encryption": False,
        "tags": {"team": "shop"},
    }


@pytest.mark.parametrize(
    ("tags", "with_tags", "returned"),
    [
        pytest.param((("team", "shop"),), False, {}, id="tags that nobody asked for are left out"),
        pytest.param((), True, {"tags": {}}, id="no tags are an empty dict"),
        pytest.param(None, True, {"tags": None}, id="tags that ElastiCache does not tell are null"),
    ],
)
def test_tags_are_returned_where_they_are_asked_for(
    tags: tuple[tuple[str, str], ...] | None, with_tags: bool, returned: dict[str, Any]
) -> None:
    values = cache_values(cache(tags=tags), with_tags)
    assert {name: value for name, value in values.items() if name == "tags"} == returned
