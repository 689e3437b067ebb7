# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The inventory plugin elasticache: caches as hosts, as ansible-inventory shows them and as a playbook meets them."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from tests.emulator.estate import Estate, build
from tests.emulator.server import Emulator
from tests.emulator.throttling import Limit, throttle
from tests.end_to_end.ansible import CHECKOUT, Ansible, Run
from tests.end_to_end.conftest import Call, Credentials
from tests.end_to_end.rules import every_rule

PLUGIN = "elasticache.access.elasticache"
SOURCE = (CHECKOUT / "plugins" / "inventory" / "elasticache.py").read_text()
[EXAMPLES] = [
    ast.literal_eval(node.value).split("\n---\n")
    for node in ast.parse(SOURCE).body
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES"
]
GUIDE = (CHECKOUT / "docs" / "inventory.md").read_text()
FILE, GUIDES_PLAY = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
SHOW, USE = re.findall(r"^(ansible-.*)$", GUIDE, re.MULTILINE)
[GRAPH] = re.findall(r"^```text\n(@all:.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
# Otherwise Ansible asks its other plugins too for what is wrong with a file; and the base class in amazon.aws 10 still
# passes to ansible-core what that deprecates.
ONLY_THIS = {"ANSIBLE_INVENTORY_ENABLED": "auto", "ANSIBLE_DEPRECATION_WARNINGS": "false"}
SESSIONS = "sessions.replication_group.eu-west-1"
HOSTS = ["carts.serverless.eu-west-1", "fragments.cluster.eu-west-1", SESSIONS]
ARN = "arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions"


def write(ansible: Ansible, text: str = "", name: str = "shop.elasticache.yml") -> str:
    """Write a file of the plugin, with these lines behind the first."""
    (ansible.folder / name).write_text(f"plugin: {PLUGIN}\n{text}")
    return name


def ask(
    ansible: Ansible, *files: str, arguments: Sequence[str] = (), environment: Mapping[str, str | None] | None = None
) -> Run:
    """Run ansible-inventory on files."""
    sources = [word for file in files for word in ("-i", file)]
    return ansible.run(
        "ansible-inventory", *sources, "--list", *arguments, environment={**ONLY_THIS, **(environment or {})}
    )


def listed(run: Run) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the variables of each host, and the hosts of each group."""
    assert run.succeeded and "Failed to parse" not in run.errors, run.errors
    told: dict[str, Any] = plain(json.loads(run.output))
    hosts = told.pop("_meta")["hostvars"]
    return hosts, {name: sorted(group["hosts"]) for name, group in told.items() if group.get("hosts")}


def plain(value: Any) -> Any:
    """Return what ansible-inventory printed without the mark of what is no template."""
    if isinstance(value, dict):
        return value["__ansible_unsafe"] if "__ansible_unsafe" in value else {k: plain(v) for k, v in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def tag(elasticache: Any, **tags: str) -> None:
    """Tag the cache sessions."""
    elasticache.add_tags_to_resource(
        ResourceName=ARN, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )


def said(run: Run) -> Iterator[str]:
    """Yield what Ansible warns of, one thing a line."""
    for line in run.errors.splitlines():
        if line.startswith("[WARNING]: "):
            yield line.removeprefix("[WARNING]: ").removeprefix("Failed to parse inventory with 'auto' plugin: ")


def test_every_kind_is_a_host_with_the_record_that_the_module_returns(
    ansible: Ansible, elasticache: Any, estate: Estate, calls: list[Call]
) -> None:
    """In a group for all, and in those that one would make; asked for by as many calls as the module makes."""
    tag(elasticache, Team="web", Note="")
    info = ansible.info(include_tags=True)
    calls.clear()
    (ansible.folder / "elasticache.yml").write_text(EXAMPLES[0])
    hosts, groups = listed(ask(ansible, "elasticache.yml"))
    assert all("elasticache.access/" in call.user_agent for call in calls)
    assert sorted(call.action for call in calls) == [
        "DescribeCacheClusters",
        "DescribeCacheSubnetGroups",
        "DescribeReplicationGroups",
        "DescribeServerlessCaches",
        "DescribeSubnets",
        *["ListTagsForResource"] * 3,
    ]
    assert sorted(hosts) == HOSTS
    for record in info["caches"]:
        host = hosts[f"{record['name']}.{record['kind']}.eu-west-1"]
        assert host == {
            **{f"elasticache_{name}": value for name, value in {**record, "region": "eu-west-1"}.items()},
            "ansible_host": record["endpoints"][0]["address"],
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        }
    assert groups == {
        "elasticache": HOSTS,
        "elasticache_engine_memcached": ["fragments.cluster.eu-west-1"],
        "elasticache_engine_valkey": ["carts.serverless.eu-west-1", SESSIONS],
        "elasticache_kind_cluster": ["fragments.cluster.eu-west-1"],
        "elasticache_kind_replication_group": [SESSIONS],
        "elasticache_kind_serverless": ["carts.serverless.eu-west-1"],
        "elasticache_region_eu_west_1": HOSTS,
        "elasticache_status_available": HOSTS,
        "elasticache_tag_Note": [SESSIONS],
        "elasticache_tag_Team_web": [SESSIONS],
        f"elasticache_vpc_{estate.vpc_id.replace('-', '_')}": HOSTS,
    }


@pytest.mark.usefixtures("estate")
def test_the_examples_do_what_they_say(
    ansible: Ansible, elasticache: Any, client: Callable[..., Any], calls: list[Call]
) -> None:
    """The others as they stand: regions in which caches have one name; groups and variables; a cache and a role."""
    tag(elasticache, Environment="production")
    build(client("ec2", region="us-east-1"), client("elasticache", region="us-east-1"))
    for number, example in enumerate(EXAMPLES):
        (ansible.folder / f"{number}.elasticache.yaml").write_text(example)
    assert len(EXAMPLES) == 4

    _hosts, groups = listed(ask(ansible, "1.elasticache.yaml"))
    assert groups["elasticache"] == ["carts.eu-west-1", "carts.us-east-1", "sessions.eu-west-1", "sessions.us-east-1"]
    assert groups["elasticache_region_us_east_1"] == ["carts.us-east-1", "sessions.us-east-1"]

    hosts, groups = listed(ask(ansible, "2.elasticache.yaml"))
    assert groups == {
        "elasticache": HOSTS,
        "engine_memcached": ["fragments.cluster.eu-west-1"],
        "engine_valkey": ["carts.serverless.eu-west-1", SESSIONS],
        "tag_Environment_production": [SESSIONS],
        "production": [SESSIONS],
        "unencrypted": ["fragments.cluster.eu-west-1", SESSIONS],
    }
    assert hosts[SESSIONS]["cache_port"] == 6390
    assert hosts[SESSIONS]["cache_url"] == f"rediss://{hosts[SESSIONS]['ansible_host']}:6390"

    calls.clear()
    first, _groups = listed(ask(ansible, "3.elasticache.yaml"))
    assert "elasticache_tags" not in first[SESSIONS]
    assert [call.action for call in calls].count("AssumeRole") == 1
    assert {"ListTagsForResource", "GetResources"}.isdisjoint(call.action for call in calls)
    calls.clear()
    again, _groups = listed(ask(ansible, "3.elasticache.yaml"))
    assert again == first
    assert [call.action for call in calls] == ["AssumeRole"]


CACHED = "cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: kept\n"


@pytest.mark.usefixtures("estate")
def test_the_cache_answers_until_it_is_flushed_or_asked_something_else(
    ansible: Ansible, elasticache: Any, calls: list[Call]
) -> None:
    """Without a call, with tags that are no templates there either, and without anything of the credentials."""
    tag(elasticache, Team="{{ 1 + 1 }}")
    file = write(ansible, CACHED)
    first = listed(ask(ansible, file))
    assert len(calls) > 5
    [kept] = (ansible.folder / "kept").iterdir()
    assert "sessions" in kept.read_text()
    assert not any(word in kept.read_text() for word in ("testing", "a-secret-nobody-may-see"))

    tag(elasticache, Team="web")
    calls.clear()
    assert listed(ask(ansible, file)) == first
    assert calls == []

    hosts, _groups = listed(ask(ansible, file, arguments=("--flush-cache",)))
    assert hosts[SESSIONS]["elasticache_tags"] == {"Team": "web"}

    calls.clear()
    write(ansible, f"{CACHED}filters:\n  engine: memcached\ncache_types: [cluster, serverless]\n")
    hosts, _groups = listed(ask(ansible, file))
    assert list(hosts) == ["fragments.cluster.eu-west-1"]
    assert calls


@pytest.mark.usefixtures("estate")
def test_the_guide_holds(ansible: Ansible, ec2: Any) -> None:
    """Its file shows what it says, and its play does on the hosts that it is limited to what it would do."""
    (ansible.folder / "shop.elasticache.yml").write_text(FILE)
    (ansible.folder / "play.yml").write_text(GUIDES_PLAY)
    shown = ansible.run(*shlex.split(SHOW))
    assert shown.output.startswith(GRAPH.removesuffix("  ...\n"))
    before = every_rule(ec2)
    run = ansible.run(*shlex.split(USE))
    assert run.succeeded, run.output
    assert (f"changed: [{SESSIONS}]" in run.output, "[carts" in run.output) == (True, False)
    assert "app-web" in run.output
    assert every_rule(ec2) == before


PLAY = """
- name: Use caches as hosts
  hosts: elasticache_kind_replication_group:fragments*
  gather_facts: false
  module_defaults:
    group/elasticache.access.aws:
      region: "{{ elasticache_region }}"
  tasks:
    - name: Grant access to each
      ansible.builtin.include_role:
        name: elasticache.access.cache_access
      vars:
        cache_access_grants:
          - cache: "{{ elasticache_arn }}"
            sources:
              - security_group: app-web
    - name: Show what somebody wrote into a tag
      ansible.builtin.debug:
        msg: "{{ inventory_hostname_short }} {{ elasticache_tags.Team | default('nobody') }} {{ team | default('') }}"
"""


@pytest.mark.usefixtures("estate")
def test_a_playbook_grants_access_to_hosts_and_believes_no_tag(ansible: Ansible, ec2: Any, elasticache: Any) -> None:
    """With the collection's role, on the controller's own Python; what a tag holds is no template anywhere."""
    tag(elasticache, Team="{{ lookup('ansible.builtin.pipe', 'touch hacked') }}", Name="all")
    write(ansible, "hostnames: ['tag:Name']\ncompose: {team: tags.Team}\nkeyed_groups: [{key: tags}]\n")
    (ansible.folder / "play.yml").write_text(PLAY)
    before = len(every_rule(ec2))
    run = ansible.playbook("play.yml", "-i", "shop.elasticache.yml")
    assert run.succeeded, run.output
    assert "reserved name" not in run.errors
    assert "touch hacked') }}" in run.output
    assert '"msg": "fragments nobody "' in run.output
    assert not (ansible.folder / "hacked").exists()
    assert len(every_rule(ec2)) == before + 2


@pytest.mark.usefixtures("estate")
def test_bad_input_is_one_sentence_each(ansible: Ansible, client: Callable[..., Any]) -> None:
    """Ansible puts it in a warning, as it does for every inventory that it cannot read."""
    build(client("ec2", region="us-east-1"), client("elasticache", region="us-east-1"))
    faults: Mapping[str, str] = {
        "filters: {engin: valkey}": "There is no option filters.engin. Supported parameters include: engine, status, "
        "tags, vpc_id.",
        "regions: [somewhere else]": "somewhere else: AWS cannot be connected to as configured: Provided region_name "
        "'somewhere else' doesn't match a supported format.",
        "hostnames: [team]": "hostnames holds 'team'; give address, arn, kind, name, region or tag:KEY, or leave "
        "hostnames out.",
        "hostnames: [name]\nregions: [us-east-1, eu-west-1]": "hostnames gives the name 'fragments' to two caches, the "
        "cluster 'fragments' in us-east-1 and the cluster 'fragments' in eu-west-1; give what tells them apart, such "
        "as arn, or leave hostnames out.",
        "hostvars_prefix: 1-": "hostvars_prefix is '1-', with which no name of a variable begins; give letters, digits "
        "and underscores, or leave it out.",
        "profile: somebody": "Passing both a profile and access tokens is not supported.",
        "assume_role_arn: arn:aws:iam": "Unable to assume role arn:aws:iam: Parameter validation failed:",
        "cache_types: [redis]": "Invalid value ['redis'] for config 'cache_types' for ",
        "strict: true\ncompose: {port: prots}": "Could not set port for host fragments.cluster.eu-west-1: 'prots' is "
        "undefined",
    }
    files = [write(ansible, text, f"{number}.elasticache.yml") for number, text in enumerate(faults)]
    run = ask(ansible, *files)
    warnings = [line for line in said(run) if not line.startswith("Unable to parse")]
    assert len(warnings) == len(faults)
    for line, sentence in zip(warnings, faults.values(), strict=True):
        assert line.startswith(sentence)
    assert "Traceback" not in run.errors
    assert json.loads(run.output)["_meta"]["hostvars"] == {}

    nowhere = ask(ansible, write(ansible), environment={"AWS_REGION": None})
    assert next(said(nowhere)).startswith("No AWS region is known; set the option region, ")
    nobody = ask(ansible, write(ansible), environment={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None})
    assert next(said(nobody)).startswith("eu-west-1: No AWS credentials were found; set the option profile, or ")


@pytest.mark.usefixtures("estate")
def test_a_missing_permission_is_named_or_its_region_left_out(
    ansible: Ansible, emulator: Emulator, hired: Callable[..., Credentials], calls: list[Call]
) -> None:
    """As strict_permissions says. The policy for discovery is enough, but for asking which regions there are."""
    discover = json.loads((CHECKOUT / "docs" / "iam" / "discover.json").read_text())
    plainly = write(ansible)
    everywhere = write(ansible, "regions: all\ncache_types: [serverless]\ninclude_tags: false\n", "e.elasticache.yml")
    leniently = write(ansible, "strict_permissions: false\n", "some.elasticache.yml")
    denied = "AWS does not permit these credentials {}; allow that action in their policy."

    run = ask(ansible, everywhere, plainly, environment={**hired(discover)})
    assert next(said(run)) == denied.format("ec2:DescribeRegions")
    assert sorted(json.loads(run.output)["_meta"]["hostvars"]) == HOSTS

    del discover["Statement"][0]["Action"][2]
    run = ask(ansible, plainly, leniently, environment={**hired(discover)})
    assert [line for line in said(run) if "permit" in line] == [
        f"eu-west-1: {denied.format('elasticache:DescribeServerlessCaches')}",
        f"eu-west-1 is left out: {denied.format('elasticache:DescribeServerlessCaches')}",
    ]
    assert json.loads(run.output)["_meta"]["hostvars"] == {}

    emulator.trust_everybody()
    calls.clear()
    hosts, _groups = listed(ask(ansible, everywhere))
    assert list(hosts) == ["carts.serverless.eu-west-1"]
    asked = Counter(call.action for call in calls)
    assert asked["DescribeServerlessCaches"] > 10
    assert asked.keys() == {"DescribeRegions", "DescribeServerlessCaches", "DescribeSubnets"}


@pytest.mark.usefixtures("estate")
def test_throttling_is_waited_for(ansible: Ansible, emulator: Emulator, calls: list[Call]) -> None:
    """As the modules do."""
    throttle(emulator.url, {"ListTagsForResource": Limit(1, 1.0)})
    hosts, _groups = listed(ask(ansible, write(ansible)))
    assert sorted(hosts) == HOSTS
    assert [call.action for call in calls].count("ListTagsForResource") > 3
