# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The role cache_access inside a larger playbook, and what the playbooks say to a wrong call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate, build
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import Ansible, Run
from tests.end_to_end.networks import make_prefix_list
from tests.end_to_end.rules import every_rule, inbound

ROLE = {"ansible.builtin.include_role": {"name": "elasticache.access.cache_access"}}
SESSIONS = {"cache": "sessions", "sources": [{"security_group": "app-web"}]}


def play(ansible: Ansible, variables: Mapping[str, Any], *tasks: Mapping[str, Any], options: Any = ()) -> Run:
    """Run the role with these variables in a playbook of the test's own, and C(tasks) after it."""
    written = {
        "name": "A larger playbook",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "tasks": [{**ROLE, "vars": dict(variables)}, *tasks],
    }
    path = ansible.folder / "larger.yml"
    path.write_text(yaml.safe_dump([written], sort_keys=False))
    return ansible.playbook(str(path), *options)


def require(*conditions: str) -> dict[str, Any]:
    """Return a task that fails unless every one of C(conditions) holds."""
    return {"ansible.builtin.assert": {"that": list(conditions)}}


def test_the_role_leaves_facts_behind_for_the_tasks_after_it(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """What was found, and what was done."""
    done = play(
        ansible,
        {"cache_access_grants": [SESSIONS]},
        require(
            "cache_access_caches | map(attribute='name') == ['sessions']",
            "cache_access_caches[0].endpoints[0].port == 6390",
            "cache_access_result.changed",
            "cache_access_result.missing == []",
            "cache_access_result.caches[0].added[0].rule_id.startswith('sgr-')",
        ),
        # Revoked by the same role, with the same variables and one more.
        {**ROLE, "vars": {"cache_access_grants": [SESSIONS], "cache_access_state": "absent"}},
        require("cache_access_result.caches[0].removed | length == 1"),
    )
    assert done.succeeded, done.output
    assert estate.groups["app-web"] not in str(inbound(ec2, estate.groups["sessions-cache"]))


@pytest.mark.usefixtures("estate")
def test_the_facts_are_those_of_the_cache_once_it_has_been_waited_for(ansible: Ansible, emulator: Emulator) -> None:
    """With every other variable of the role set as well."""
    set_window(emulator.url, "sessions", status="creating", describes=4)
    done = play(
        ansible,
        {
            "cache_access_grants": [SESSIONS],
            "cache_access_wait": True,
            "cache_access_wait_timeout": 60,
            "cache_access_purge": "all",
            "cache_access_purge_shared": True,
            "cache_access_allow_large_purge": True,
            "cache_access_tags": {"team": "shop"},
            "cache_access_rules_per_security_group": 100,
        },
        require(
            "cache_access_caches[0].status == 'available'",
            "cache_access_caches[0].ports == [6390]",
            "cache_access_result.caches[0].added[0].tags.team == 'shop'",
            "cache_access_result.caches[0].removed[0].description == 'nightly export'",
            "cache_access_result.caches[0].security_groups[0].quota.limit == 100",
        ),
    )
    assert done.succeeded, done.output


def test_a_cache_that_is_yet_to_be_created_is_skipped_when_asked(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Also in check mode, where the task that creates it does not run."""
    grants = [{"cache": "planned", "sources": [{"security_group": "app-web"}]}, SESSIONS]
    variables = {"cache_access_grants": grants, "cache_access_missing": "skip"}
    before = every_rule(ec2)
    for options in (["--check"], []):
        done = play(ansible, variables, require("cache_access_result.missing == ['planned']"), options=options)
        assert done.succeeded, done.output
        assert done.changed == 1
    assert len(every_rule(ec2)) == len(before) + 1
    failed = play(ansible, {"cache_access_grants": grants})
    assert "cache 'planned': no cache of that name in eu-west-1." in failed.output
    assert estate.groups


@pytest.mark.usefixtures("estate")
def test_connection_options_reach_every_call(ansible: Ansible) -> None:
    """From cache_access_aws, with nothing in the environment."""
    url = ansible.environment["AWS_ENDPOINT_URL"]
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del ansible.environment[name]
    connection = {"endpoint_url": url, "region": REGION, "access_key": "testing", "secret_key": "no-one-may-see"}
    done = play(ansible, {"cache_access_grants": [SESSIONS], "cache_access_aws": connection}, options=["-vvv"])
    assert done.succeeded, done.output
    assert done.changed == 1


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        pytest.param({}, "missing required arguments: cache_access_grants", id="nothing to do"),
        pytest.param(
            {"cache_access_grants": [{"cache": "sessions", "source": []}]},
            "missing required arguments: sources found in cache_access_grants",
            id="a misspelt option",
        ),
        pytest.param(
            {"cache_access_grants": [SESSIONS], "cache_access_state": "gone"},
            "value of cache_access_state must be one of: present, absent, got: gone",
            id="a state that there is not",
        ),
        pytest.param(
            {"cache_access_grants": [SESSIONS], "cache_access_missing": "ignore"},
            "value of cache_access_missing must be one of: fail, skip, got: ignore",
            id="a way with missing caches that there is not",
        ),
        pytest.param({"cache_access_grants": "sessions"}, "cache_access_grants", id="no list"),
    ],
)
def test_a_wrong_variable_gets_the_roles_own_message(
    ansible: Ansible, variables: Mapping[str, Any], sentence: str
) -> None:
    """Before AWS is asked for anything."""
    failed = play(ansible, variables)
    assert not failed.succeeded
    assert "Validation of arguments failed" in failed.output + failed.errors
    assert sentence in failed.output + failed.errors


@pytest.mark.parametrize("playbook", ["grant_access", "revoke_access"])
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param([], id="nothing"),
        pytest.param(["-e", "cache=sessions"], id="a cache without a source"),
        pytest.param(["-e", "security_group=app-web"], id="a source without a cache"),
        pytest.param(["-e", "cache=a", "-e", "cidr=b", "-e", "{cache_access_grants: []}"], id="both ways at once"),
    ],
)
def test_a_call_that_does_not_say_what_gets_told_how(ansible: Ansible, playbook: str, variables: list[str]) -> None:
    """The same sentence for each way of saying too little or too much."""
    failed = ansible.playbook(f"elasticache.access.{playbook}", *variables)
    assert not failed.succeeded
    assert (
        "Say which cache and which source: -e cache=NAME with -e security_group=GROUP, -e instance=ID, -e cidr=RANGE "
        "or -e prefix_list=LIST, or -e @FILE with a file that sets cache_access_grants; not both."
    ) in " ".join((failed.output + failed.errors).split())


def test_every_variable_of_the_command_line_is_used(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Several kinds of source at once, the type, the cache's group and a description."""
    office = make_prefix_list(ec2, "office")
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    ec2.modify_instance_attribute(InstanceId=estate.instances["web-1"], Groups=[web, batch])
    variables = {
        "cache": "carts",
        "cache_type": "serverless",
        "cache_security_group": "carts-cache",
        "instance": estate.instances["web-1"],
        "security_group": "app-web",
        "cidr": "10.20.1.7/24",
        "prefix_list": "office",
        "description": "by hand",
    }
    arguments = [word for name, value in variables.items() for word in ("-e", f"{name}='{value}'")]
    done = ansible.playbook("elasticache.access.grant_access", *arguments)
    assert done.succeeded, done.output
    assert inbound(ec2, estate.groups["carts-cache"]) == {
        (port, port, source, "by hand") for port in (6379, 6380) for source in (web, "10.20.1.0/24", office)
    }


def test_an_inventory_of_regions_is_worked_off_side_by_side(
    ansible: Ansible, ec2: Any, client: Any, estate: Estate
) -> None:
    """One host per region, each with its own grants and connection."""
    hosts = {
        "ireland": {"cache_access_aws": {"region": REGION}, "cache_access_grants": [SESSIONS]},
        "frankfurt": {
            "cache_access_aws": {"region": "eu-central-1"},
            "cache_access_grants": [{"cache": "sessions", "sources": [{"cidr": "10.9.0.0/16"}]}],
        },
    }
    inventory = ansible.folder / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    there = client("ec2", region="eu-central-1")
    other = build(there, client("elasticache", region="eu-central-1"))
    done = ansible.playbook("elasticache.access.grant_access", "-i", str(inventory), "-e", "access_hosts=all")
    assert done.succeeded, done.output
    assert (6390, 6390, estate.groups["app-web"], "") in inbound(ec2, estate.groups["sessions-cache"])
    assert (6390, 6390, "10.9.0.0/16", "") in inbound(there, other.groups["sessions-cache"])
