# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The role gives caches security groups of their own: from nothing, in check mode as well, and without a gap."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call, Credentials, create_cluster
from tests.end_to_end.rules import allow, every_rule, inbound
from tests.end_to_end.test_role import play, require
from tests.permissions.policies import policy_of, without_each

CHANGES = {
    "AuthorizeSecurityGroupIngress",
    "CreateSecurityGroup",
    "ModifyCacheCluster",
    "ModifyReplicationGroup",
    "ModifyServerlessCache",
    "RevokeSecurityGroupIngress",
}


def grant(cache: str, source: str = "app-web", **options: Any) -> dict[str, Any]:
    """Return a grant of one source."""
    return {"cache": cache, "sources": [{"security_group": source}], **options}


def wanted(*grants: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return the role's variables."""
    return {"cache_access_grants": list(grants), "cache_access_dedicated_group": True, **options}


def carried(elasticache: Any, name: str) -> list[str]:
    """Return the ids of the groups that a cluster carries."""
    [cluster] = elasticache.describe_cache_clusters(CacheClusterId=name)["CacheClusters"]
    return [group["SecurityGroupId"] for group in cluster["SecurityGroups"]]


def group_named(ec2: Any, estate: Estate, name: str) -> list[dict[str, Any]]:
    """Return the groups of this name in the VPC of the estate: one or none."""
    filters = [{"Name": "group-name", "Values": [name]}, {"Name": "vpc-id", "Values": [estate.vpc_id]}]
    groups: list[dict[str, Any]] = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    return groups


def everything(ec2: Any, elasticache: Any) -> tuple[Any, ...]:
    """Return all that the role could change."""
    groups = sorted(group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"])
    clusters = elasticache.describe_cache_clusters()["CacheClusters"]
    return groups, every_rule(ec2), [(cluster["CacheClusterId"], cluster["SecurityGroups"]) for cluster in clusters]


def test_from_nothing_to_a_group_of_its_own(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, calls: list[Call]
) -> None:
    """Check mode tells every step; it is done in the order in which nobody loses access; then nothing is left to do."""
    create_cluster(elasticache, "plain", [])
    [default] = carried(elasticache, "plain")
    web = estate.instances["web-1"]
    variables = wanted(grant("plain"), cache_access_detach_default_group=True, cache_access_explain_from=[web])
    before = everything(ec2, elasticache)
    foretold = play(
        ansible,
        variables,
        require(
            "cache_access_result.changed",
            "cache_access_result.caches[0].security_group.name == 'elasticache-plain'",
            "cache_access_result.caches[0].added[0].rule_id is none",
            f"cache_access_explained.caches[0].verdicts == {{'{web}': 'reachable'}}",
        ),
        options=["--check", "--diff"],
    )
    assert foretold.succeeded, foretold.output
    # The diff of the group itself, which is amazon.aws's, is JSON.
    told = re.findall(r"^[+-] \S.*$", foretold.output, re.MULTILINE)
    assert told == [
        "+ elasticache-plain (yet to be created)",
        f"+ tcp/6379  app-web ({estate.groups['app-web']})",
        f"- default ({default})",
    ]
    assert everything(ec2, elasticache) == before

    calls.clear()
    done = play(ansible, variables, options=["--diff"])
    assert done.succeeded, done.output
    assert [call.action for call in calls if call.action in CHANGES] == [
        "CreateSecurityGroup",
        "ModifyCacheCluster",
        "AuthorizeSecurityGroupIngress",
        "ModifyCacheCluster",
    ]
    [made] = group_named(ec2, estate, "elasticache-plain")
    assert carried(elasticache, "plain") == [made["GroupId"]]
    assert inbound(ec2, made["GroupId"]) == {(6379, 6379, estate.groups["app-web"], "")}
    # What the default group alone let in is named.
    assert "can no longer be reached by what these rules alone let in" in " ".join((done.output + done.errors).split())

    calls.clear()
    again = play(ansible, variables, require("not cache_access_result.changed"))
    assert again.succeeded, again.output
    assert again.changed == 0
    assert not [call.action for call in calls if call.action in CHANGES]


def test_groups_that_exist_are_taken_as_they_are(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """By the usual name, by another name and by id; the default group stays unless it is told to go."""
    for name in ("one", "two", "three"):
        create_cluster(elasticache, name, [])
    [default] = carried(elasticache, "one")
    ids = {
        name: ec2.create_security_group(GroupName=name, Description="Made by hand", VpcId=estate.vpc_id)["GroupId"]
        for name in ("elasticache-one", "shop", "by-id")
    }
    allow(ec2, ids["elasticache-one"], "10.77.0.0/16", 6379)
    grants = [grant("one"), grant("two", security_group="shop"), grant("three", security_group=ids["by-id"])]
    egress = {name: ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0] for name, group in ids.items()}
    done = play(ansible, wanted(*grants))
    assert done.succeeded, done.output
    assert "WARNING" not in done.output + done.errors
    for cache, name in (("one", "elasticache-one"), ("two", "shop"), ("three", "by-id")):
        assert sorted(carried(elasticache, cache)) == sorted([default, ids[name]])
        [after] = ec2.describe_security_groups(GroupIds=[ids[name]])["SecurityGroups"]
        for key in ("Description", "IpPermissionsEgress"):
            assert after[key] == egress[name][key]
        assert (6379, 6379, estate.groups["app-web"], "") in inbound(ec2, ids[name])
    assert (6379, 6379, "10.77.0.0/16", "") in inbound(ec2, ids["elasticache-one"])


def test_the_default_group_is_kept_where_granted_access_would_go_with_it(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """A grant of last year on the default group is found, in check mode as well; then granted anew."""
    create_cluster(elasticache, "plain", [])
    [default] = carried(elasticache, "plain")
    [old] = ansible.access(grant("plain", "app-batch", security_group=default))
    assert old["changed"]
    variables = wanted(grant("plain"), cache_access_detach_default_group=True)
    for options in (["--check"], []):
        refused = play(ansible, variables, options=options)
        assert not refused.succeeded
        said = " ".join((refused.output + refused.errors).split())
        assert f"would lose default ({default})" in said
        assert old["caches"][0]["added"][0]["rule_id"] in said
    # Nothing of it was done.
    assert not group_named(ec2, estate, "elasticache-plain")
    assert carried(elasticache, "plain") == [default]
    both = wanted(grant("plain"), grant("plain", "app-batch"), cache_access_detach_default_group=True)
    for options in (["--check"], []):
        done = play(ansible, both, options=options)
        assert done.succeeded, done.output
    [made] = group_named(ec2, estate, "elasticache-plain")
    assert carried(elasticache, "plain") == [made["GroupId"]]


def test_it_may_be_given_up(ansible: Ansible, elasticache: Any, estate: Estate) -> None:
    """When told so."""
    create_cluster(elasticache, "plain", [])
    [default] = carried(elasticache, "plain")
    ansible.access(grant("plain", "app-batch", security_group=default))
    variables = wanted(grant("plain"), cache_access_detach_default_group=True, cache_access_allow_lost_access=True)
    done = play(ansible, variables)
    assert done.succeeded, done.output
    assert default not in carried(elasticache, "plain")
    assert estate.vpc_id


def test_a_fleet_of_every_kind(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, emulator: Emulator
) -> None:
    """Named by node and by ARN; one that does not exist, one that is only revoked, one whose nodes take their time."""
    arn = elasticache.describe_serverless_caches(ServerlessCacheName="carts")["ServerlessCaches"][0]["ARN"]
    set_window(
        emulator.url,
        "sessions",
        kind="replication_group",
        on_modify={"status": "modifying", "membership_status": "adding", "describes": 4},
    )
    grants = [grant("sessions-001"), grant(arn), grant("planned"), grant("fragments", "app-batch", state="absent")]
    variables = wanted(*grants, cache_access_missing="skip", cache_access_tags={"team": "shop"})
    done = play(ansible, variables, require("cache_access_result.missing == ['planned']"))
    assert done.succeeded, done.output
    for name, group, ports in (("sessions", "sessions-cache", (6390,)), ("carts", "carts-cache", (6379, 6380))):
        [made] = group_named(ec2, estate, f"elasticache-{name}")
        assert {"Key": "team", "Value": "shop"} in made["Tags"]
        assert inbound(ec2, made["GroupId"]) == {(port, port, estate.groups["app-web"], "") for port in ports}
        assert estate.groups["app-web"] not in str(inbound(ec2, estate.groups[group]))
    assert not group_named(ec2, estate, "elasticache-fragments")
    assert not group_named(ec2, estate, "elasticache-planned")
    assert carried(elasticache, "fragments") == [estate.groups["fragments-cache"]]
    again = play(ansible, variables)
    assert again.succeeded, again.output
    assert again.changed == 0


@pytest.mark.usefixtures("estate")
def test_what_stands_in_the_way_is_told_before_anything_is_made(ansible: Ansible, ec2: Any, elasticache: Any) -> None:
    """Too many groups on a network interface; a source that does not exist."""
    create_cluster(elasticache, "plain", [])
    before = everything(ec2, elasticache)
    for variables, sentence in (
        (wanted(grant("plain"), cache_access_security_groups_per_interface=1), "would carry 2 security groups"),
        (wanted(grant("plain", "app-wed")), "Did you mean app-web?"),
    ):
        refused = play(ansible, variables)
        assert not refused.succeeded
        assert sentence in " ".join((refused.output + refused.errors).split())
        assert everything(ec2, elasticache) == before


def test_where_nothing_is_granted_no_group_is_made(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """By the playbook that revokes, with the same variables."""
    create_cluster(elasticache, "plain", [])
    before = everything(ec2, elasticache)
    variables = wanted(grant("plain"), cache_access_state="absent", cache_access_detach_default_group=True)
    done = play(ansible, variables)
    assert done.succeeded, done.output
    assert (done.changed, everything(ec2, elasticache)) == (0, before)
    assert estate.vpc_id


def test_what_the_role_needs_to_make_a_group(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator, hired: Callable[..., Credentials]
) -> None:
    """The policies of docs/iam to attach and to grant; without an action of the role's own it is named."""
    attach, grant = policy_of("attach"), policy_of("grant")
    arguments = (
        *("-e", "cache=sessions", "-e", "security_group=app-web", "-e", "cache_access_dedicated_group=true"),
        *("-e", json.dumps({"cache_access_tags": {"team": "shop"}})),
    )
    rests = dict(without_each(attach))
    # The last one is missed only once the group stands.
    for missing in ("ec2:CreateSecurityGroup", "ec2:CreateTags", "ec2:DescribeTags"):
        run = ansible.playbook("elasticache.access.grant_access", *arguments, environment=hired(rests[missing], grant))
        assert not run.succeeded and missing in run.output
    run = ansible.playbook("elasticache.access.grant_access", *arguments, environment=hired(attach, grant))
    assert run.succeeded, run.output
    emulator.trust_everybody()
    [made] = ec2.describe_security_groups(Filters=[{"Name": "tag:team", "Values": ["shop"]}])["SecurityGroups"]
    assert made["VpcId"] == estate.vpc_id
