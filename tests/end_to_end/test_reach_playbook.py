# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The playbook explain_access: what it prints, and how it ends."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from tests.emulator.calls import clear, counted, totals
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import Ansible, Run, extra_vars
from tests.end_to_end.networks import add_interface
from tests.end_to_end.reach import address_of, own_acl, run_command
from tests.end_to_end.rules import allow

PLAYBOOK = "elasticache.access.explain_access"


def explain(ansible: Ansible, *options: str, **variables: str) -> Run:
    """Run the playbook; it never changes anything, and never fails with more than a sentence."""
    done = ansible.playbook(PLAYBOOK, *extra_vars(**variables), *options)
    assert "Traceback" not in done.output + done.errors
    if "PLAY RECAP" in done.output:
        assert done.changed == 0
    return done


def printed(done: Run) -> list[str]:
    """Return the lines of the answer."""
    found = re.search(r'TASK \[Say why\].*?"msg": (\[.*?\n    \])', done.output, re.DOTALL)
    assert found, done.output
    lines: list[str] = json.loads(found.group(1))
    return lines


def said(done: Run) -> str:
    """Return the message of what failed."""
    found = re.search(r'"msg": (".*")', done.output.rsplit("fatal: ", 1)[1])
    assert found, done.output
    message: str = json.loads(found.group(1))
    return message


def test_the_answer_comes_first_then_the_way_then_the_mend(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """For an instance, an interface and an address; the command that is printed runs."""
    web = estate.instances["web-1"]
    blocked = explain(ansible, cache="sessions", instance=web)
    assert blocked.succeeded, blocked.output
    lines = printed(blocked)
    assert lines[0].startswith(f"web-1 ({web}) cannot reach sessions: no inbound rule of the cache's security group ")
    heads = [line for line in lines if re.match(r" {1,2}\d+ ", line)]
    assert [int(line.split()[0]) for line in heads] == list(range(1, 13))
    assert [line.split()[0] for line in heads if "BLOCKED" in line] == ["9"]
    assert "[ENI_SG_RULES_MISMATCH]" in heads[8]
    way, fix = lines.index(heads[0]), lines.index("To mend it:")
    assert 0 < way < fix < lines.index("Not looked at:")
    [command] = [line.strip()[2:] for line in lines if line.strip().startswith("$ ")]
    run_command(ansible, command)
    reached = explain(
        ansible, cache="sessions", interface=add_interface(ec2, estate.subnet_ids[0], estate.groups["app-web"], web)
    )
    assert printed(reached)[0].endswith(" can reach sessions on tcp/6390.")
    address = explain(ansible, cache="sessions", address=address_of(ec2, web), cache_type="replication_group")
    assert printed(address)[0].endswith(" can reach sessions on tcp/6390.")
    assert "To mend it:" not in printed(address)


def test_it_fails_on_the_verdicts_that_one_asks_for(ansible: Ansible, estate: Estate) -> None:
    """And on no others; the answer is printed all the same."""
    batch, web = estate.instances["batch-1"], estate.instances["web-1"]
    runs = {
        "reachable": explain(ansible, cache="sessions", instance=batch, fail_on="blocked,partial,unknown"),
        "blocked": explain(ansible, cache="sessions", instance=web, fail_on="partial,unknown"),
        "blocked, to fail": explain(ansible, cache="sessions", instance=web, fail_on="unknown,blocked"),
        "blanks": explain(ansible, "-e", json.dumps({"fail_on": "partial, blocked"}), cache="sessions", instance=web),
    }
    assert {name: done.code for name, done in runs.items()} == {
        "reachable": 0,
        "blocked": 0,
        "blocked, to fail": 2,
        "blanks": 2,
    }
    assert said(runs["blocked, to fail"]) == "The verdict is blocked, and fail_on holds unknown, blocked."
    assert printed(runs["blocked, to fail"]) == printed(runs["blocked"])


def test_a_file_with_lists_and_connection_options(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """Several caches and sources, with nothing in the environment; only reads are made."""
    allow(ec2, estate.groups["carts-cache"], estate.groups["app-web"], 6379)
    url = ansible.environment["AWS_ENDPOINT_URL"]
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del ansible.environment[name]
    connection = {"endpoint_url": url, "region": REGION, "access_key": "testing", "secret_key": "no-one-may-see"}
    web, batch = estate.instances["web-1"], estate.instances["batch-1"]
    variables = {
        "explain_access_caches": ["sessions", "carts"],
        "explain_access_sources": [web, batch],
        "explain_access_aws": connection,
        "fail_on": ["partial"],
    }
    (ansible.folder / "explain.yml").write_text(yaml.safe_dump(variables))
    clear(emulator.url)
    done = explain(ansible, "-e", "@explain.yml", "-vvv")
    assert "no-one-may-see" not in done.output + done.errors
    assert done.code == 2
    assert all(
        name.partition(":")[2].startswith(("Describe", "Get", "Search")) for name in totals(counted(emulator.url))
    )
    plain = explain(ansible, "-e", "@explain.yml")
    lines = printed(plain)
    # What is wrong comes first.
    assert [re.sub(r"\(i-\w+\)", "", line.split(":")[0]) for line in lines[:4]] == [
        "web-1  cannot reach sessions",
        "batch-1  cannot reach carts",
        "web-1  can reach carts only in part, not on tcp/6380",
        "batch-1  can reach sessions on tcp/6390.",
    ]
    assert lines.count("Not looked at:") == 1


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        pytest.param({}, "Say which cache and from where: -e cache=NAME with -e instance=ID", id="nothing"),
        pytest.param({"cache": "sessions"}, "Say which cache and from where", id="no source"),
        pytest.param({"address": "192.0.2.7"}, "Say which cache and from where", id="no cache"),
        pytest.param(
            {"cache": "sessions", "address": "192.0.2.7", "fail_on": "bloked,unknown"},
            "fail_on holds bloked; give verdicts, of which there are blocked, partial, unknown, reachable",
            id="a verdict that there is not",
        ),
        pytest.param(
            {"cache": "session", "address": "192.0.2.7"},
            f"cache 'session': no cache of that name in {REGION}. Did you mean sessions?",
            id="a cache that there is not",
        ),
        pytest.param(
            {"cache": "sessions", "instance": "web-1"},
            "sources holds 'web-1', which is no id of an instance",
            id="a name",
        ),
        pytest.param(
            {"cache": "sessions", "address": "10.0.0.0/8"}, "sources holds '10.0.0.0/8', which is no id", id="a range"
        ),
    ],
)
@pytest.mark.usefixtures("estate")
def test_a_wrong_call_is_told_in_a_sentence(ansible: Ansible, variables: dict[str, str], sentence: str) -> None:
    """With what to do instead."""
    done = explain(ansible, **variables)
    assert done.code == 2
    assert said(done).startswith(sentence)


def test_a_way_in_part_and_what_is_hostile(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Where it ends is printed node by node; names are text."""
    web = estate.instances["web-1"]
    ec2.create_tags(Resources=[web], Tags=[{"Key": "Name", "Value": "{{ 7 * 7 }}"}])
    allow(ec2, estate.groups["sessions-cache"], estate.groups["app-web"], 6390)
    own_acl(ec2, estate.vpc_id, estate.subnet_ids[1])
    lines = printed(explain(ansible, cache="sessions", instance=web))
    assert lines[0].startswith(f"{{{{ 7 * 7 }}}} ({web}) can reach sessions only in part, not at sessions-002: ")
    [start] = [number for number, line in enumerate(lines) if line.startswith("  8  PARTIAL")]
    assert any("at sessions-001: " in line for line in lines[start : start + 2])
    assert any("at sessions-002: " in line for line in lines[start : start + 2])
    commands = [line.strip()[2:] for line in lines if line.strip().startswith("$ ")]
    assert len(commands) == 2
    for command in commands:
        run_command(ansible, command)
    assert "can reach sessions on" in printed(explain(ansible, cache="sessions", instance=web))[0]
