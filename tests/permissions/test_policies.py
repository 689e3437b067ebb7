# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The policies below docs/iam: each is enough for its job, and no action of it can be left out."""

from __future__ import annotations

import json

import pytest

from tests.model.runner import Outcome
from tests.permissions.conftest import Office
from tests.permissions.jobs import JOBS
from tests.permissions.policies import FOLDER, actions_of, listed, only, policy_of, without_each

READING = ("Describe", "Get", "List", "Search")
# These the role asks for, and no module: see test_dedicated_groups.py.
OF_THE_ROLE = {"ec2:CreateSecurityGroup", "ec2:CreateTags", "ec2:DescribeTags"}
# In which subnets a cache is, each of these tells: where the subnets are alike, one of them is enough.
EITHER = {"elasticache:DescribeCacheSubnetGroups", "ec2:DescribeNetworkInterfaces"}

each_job = pytest.mark.parametrize("name", list(JOBS))


def said(outcomes: list[Outcome]) -> str:
    """Everything that a user is told."""
    return "\n".join(
        text for each in outcomes for text in (each.failure, *each.warnings, json.dumps(each.result, default=str))
    )


def test_there_is_a_policy_for_each_job_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(JOBS)


@each_job
def test_a_policy_is_what_its_job_needs_and_nothing_more(office: Office, name: str) -> None:
    job, policy = JOBS[name], policy_of(name)
    job.prepare(office.world, office.run)
    outcomes, asked = office.run_under(policy, job.tasks(office.world))
    assert [outcome.failure for outcome in outcomes] == [""] * len(outcomes)
    assert "does not permit" not in said(outcomes)
    assert asked == actions_of(policy) - (OF_THE_ROLE if name == "attach" else set())


@each_job
def test_what_is_missing_is_named(office: Office, name: str) -> None:
    """Without any one action of it, wherever it stands in the policy."""
    job, policy = JOBS[name], policy_of(name)
    unnamed = set()
    for missing, rest in without_each(policy):
        if name == "attach" and missing in OF_THE_ROLE:
            continue
        job.prepare(office.world, office.run)
        outcomes, _asked = office.run_under(rest, job.tasks(office.world))
        if missing not in said(outcomes):
            unnamed.add(missing)
    assert unnamed == (EITHER if name == "explain" else set())


def test_of_two_ways_to_find_out_the_same_one_is_enough(office: Office) -> None:
    """Without either the answers are the same, without both one is named."""
    job, policy = JOBS["explain"], policy_of("explain")
    job.prepare(office.world, office.run)
    tasks = job.tasks(office.world)
    whole, _asked = office.run_under(policy, tasks)
    for missing, rest in without_each(policy):
        if missing in EITHER:
            outcomes, _asked = office.run_under(rest, tasks)
            verdicts = [[path["verdict"] for path in each[0].result["paths"]] for each in (whole, outcomes)]
            assert verdicts[0] == verdicts[1]
    neither = [
        {**statement, "Action": [action for action in listed(statement["Action"]) if action not in EITHER]}
        for statement in policy["Statement"]
    ]
    outcomes, _asked = office.run_under({**policy, "Statement": neither}, tasks)
    assert any(action in said(outcomes) for action in EITHER)


@each_job
def test_to_read_is_enough_for_check_mode(office: Office, name: str) -> None:
    """And for those that only read, in earnest too: their policies hold nothing else."""
    job, policy = JOBS[name], policy_of(name)
    reading = only(policy, *READING)
    if name in ("discover", "audit", "explain"):
        assert actions_of(reading) == actions_of(policy)
    job.prepare(office.world, office.run)
    outcomes, asked = office.run_under(reading, job.tasks(office.world), check_mode=True)
    assert [outcome.failure for outcome in outcomes] == [""] * len(outcomes)
    assert all(action.partition(":")[2].startswith(READING) for action in asked)


@pytest.mark.parametrize("name", ["grant", "revoke", "expire"])
def test_check_mode_asks_what_may_be_done_where_it_is_told_to(office: Office, name: str) -> None:
    """Without any one of the actions that change something it names that one; with all of them it is content."""
    job, policy = JOBS[name], policy_of(name)
    job.prepare(office.world, office.run)
    tasks = [(module, {**options, "check_permissions": True}) for module, options in job.tasks(office.world)]
    before = office.world.ec2.describe_security_group_rules()["SecurityGroupRules"]
    outcomes, _asked = office.run_under(policy, tasks, check_mode=True)
    assert [outcome.failure for outcome in outcomes] == [""] * len(outcomes)
    for missing, rest in without_each(policy):
        if missing.partition(":")[2].startswith(READING):
            continue
        outcomes, _asked = office.run_under(rest, tasks, check_mode=True)
        failures = [outcome.failure for outcome in outcomes if outcome.failure]
        assert failures and all(missing in failure and "Nothing was changed." in failure for failure in failures)
    assert office.world.ec2.describe_security_group_rules()["SecurityGroupRules"] == before


def test_all_that_is_missing_is_said_at_once(office: Office) -> None:
    job, policy = JOBS["grant"], only(policy_of("grant"), *READING)
    job.prepare(office.world, office.run)
    [(module, options), *_more] = job.tasks(office.world)
    [outcome], _asked = office.run_under(policy, [(module, {**options, "check_permissions": True})], check_mode=True)
    changing = actions_of(policy_of("grant")) - actions_of(policy)
    assert {action for action in changing if action in outcome.failure} == changing


def test_a_policy_can_be_narrowed_to_some_groups(office: Office) -> None:
    """What is beyond them is refused, and named."""
    alpha, beta = office.world.ids["alpha"], office.world.ids["beta"]
    policy = json.loads(json.dumps(policy_of("grant")).replace("security-group/*", f"security-group/{alpha}"))
    [(module, _options), *_more] = JOBS["grant"].tasks(office.world)
    sources = [{"cidr": "10.8.0.0/16"}]
    tasks = [(module, {"cache": cache, "sources": sources}) for cache in ("queue", "pages")]
    [inside, outside], _asked = office.run_under(policy, tasks)
    assert inside.result["changed"] is True
    assert f"beta ({beta})" in outside.failure and "ec2:AuthorizeSecurityGroupIngress" in outside.failure


def test_an_audit_that_explains_needs_both_policies(office: Office) -> None:
    job = JOBS["audit"]
    job.prepare(office.world, office.run)
    [(module, options)] = job.tasks(office.world)
    statements = [
        {**statement, "Sid": f"{name.title()}{statement['Sid']}"}
        for name in ("audit", "explain")
        for statement in policy_of(name)["Statement"]
    ]
    outcomes, _asked = office.run_under(
        {**policy_of("audit"), "Statement": statements}, [(module, {**options, "include_reachability": True})]
    )
    assert outcomes[0].failure == ""
    assert "does not permit" not in said(outcomes)
