# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Variables of roles and playbooks that nobody wishes to meet, through the real ansible-playbook: one sentence each.

What modules make of their options is in tests/fuzz. Here every fault is the variables of a host, so that one run of a
playbook meets them all.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.rules import every_rule

OWNED = "owned"
LOOKUP = f"{{{{ lookup('pipe', 'touch {OWNED}') }}}}"
SHELL = f"$(touch {OWNED}); `touch {OWNED}`"
CONTROL = "a\x1b[2J\x9b1m\u202eb\nc"
WEB = [{"security_group": "app-web"}]
TO_WEB: dict[str, Any] = {"cache": "sessions", "security_group": "app-web"}
CHANGING = ("Authorize", "Revoke", "Update", "Create", "Delete", "Modify")


class Unsafe(str):
    """Text that is data, whatever it looks like."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))

# By playbook: the variables, and the word that the sentence has to hold.
FAULTS: dict[str, dict[str, tuple[dict[str, Any], str]]] = {
    "grant_access": {
        "a template as cache": ({**TO_WEB, "cache": Unsafe(LOOKUP)}, "cache"),
        "shell words as cache": ({**TO_WEB, "cache": SHELL}, "cache"),
        "control codes as cache": ({**TO_WEB, "cache": CONTROL}, "cache"),
        "a gigantic cache": ({**TO_WEB, "cache": "x" * 50_000}, "cache"),
        "a list as cache": ({**TO_WEB, "cache": ["a", "b"]}, "cache"),
        "nothing as cache": ({**TO_WEB, "cache": None}, "cache"),
        "the id of a group as cache": ({**TO_WEB, "cache": "sg-0123456789abcdef0"}, "cache"),
        "a template as group": ({**TO_WEB, "security_group": Unsafe("{{ 7*7 }}")}, "{{ 7*7 }}"),
        "control codes as group": ({**TO_WEB, "security_group": CONTROL}, "security_group"),
        "wide digits in a range": ({"cache": "sessions", "cidr": "10.0.0.0/\uff18"}, "cidr"),
        "a group as instance": ({"cache": "sessions", "instance": "sg-0123456789abcdef0"}, "instance"),
        "a reason of two lines": ({**TO_WEB, "reason": CONTROL}, "reason"),
        "a number as duration": ({**TO_WEB, "expires_in": 7}, "expires_in"),
        "a word as grants": ({"cache_access_grants": "sessions"}, "cache_access_grants"),
        "a number as grant": ({"cache_access_grants": [1]}, "cache_access_grants"),
        "a word as source": ({"cache_access_grants": [{"cache": "sessions", "sources": ["app-web"]}]}, "sources"),
        "no time to wait": ({**TO_WEB, "cache_access_wait_timeout": -1}, "wait_timeout"),
        "a word as time to wait": ({**TO_WEB, "cache_access_wait_timeout": "soon"}, "wait_timeout"),
        # So says ansible-core's check of the role's variables, and no more.
        "an endless number": ({**TO_WEB, "cache_access_concurrency": "inf"}, "Infinity"),
        "a long number": ({**TO_WEB, "cache_access_wait_timeout": "9" * 400}, "wait_timeout"),
        "a tag that is a list": ({**TO_WEB, "cache_access_tags": {"team": [CONTROL]}}, "tags"),
        "the beginning of an id as prefix": (
            {**TO_WEB, "cache_access_dedicated_group": True, "cache_access_dedicated_group_prefix": "sg-"},
            "security_group",
        ),
        "a host of shell words": ({**TO_WEB, "cache_access_verify_from": [SHELL]}, "verify_from"),
        "no connection": ({**TO_WEB, "cache_access_aws": {"aws_config": {"a": 1}}}, "aws_config"),
    },
    "revoke_access": {
        "a template as cache": ({**TO_WEB, "cache": Unsafe(LOOKUP)}, "cache"),
        "control codes as group": ({**TO_WEB, "security_group": CONTROL}, "security_group"),
        "a word as grants": ({"cache_access_grants": "sessions"}, "cache_access_grants"),
        "nothing as sources": ({"cache_access_grants": [{"cache": "sessions", "sources": None}]}, "sources"),
    },
    "explain_access": {
        "a template as cache": ({"cache": Unsafe(LOOKUP), "address": "192.0.2.7"}, "cache"),
        "control codes as address": ({"cache": "sessions", "address": CONTROL}, "sources"),
        "a range as address": ({"cache": "sessions", "address": "10.0.0.0/8"}, "sources"),
        "a gigantic cache": ({"cache": "x" * 50_000, "address": "192.0.2.7"}, "cache"),
        "shell words as verdict": ({"cache": "sessions", "address": "192.0.2.7", "fail_on": [SHELL]}, "fail_on"),
    },
    "revoke_expired": {
        "a template as time": ({"as_of": Unsafe(LOOKUP)}, "now"),
        "control codes as grace": ({"grace": CONTROL}, "grace"),
        "a gigantic number as grace": ({"grace": "9" * 5000 + "d"}, "grace"),
        "shell words as state": ({"state": SHELL}, "state"),
    },
    "audit_access": {
        "a template as cache": ({"access_audit_caches": [Unsafe(LOOKUP)]}, "cache"),
        "control codes as cache": ({"access_audit_caches": [CONTROL]}, "cache"),
        "a truth value as filters": ({"access_audit_filters": True}, "filters"),
        "a number as grant": ({"access_audit_grants": [1]}, "grants"),
        "no prefix length": ({"access_audit_widest_ipv4_prefix": 10**30}, "widest_ipv4_prefix"),
    },
}


def failures(output: str) -> dict[str, dict[str, Any]]:
    """Return what each host failed with."""
    found = {}
    for match in re.finditer(r"^(?:fatal|failed): \[([^\]]+)\](?:: FAILED!| \(item=.*\)) => ", output, re.MULTILINE):
        found[match.group(1)], _end = json.JSONDecoder().raw_decode(output, match.end())
    return found


@pytest.mark.parametrize("playbook", FAULTS)
def test_every_fault_of_a_variable_gets_a_sentence(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call], playbook: str
) -> None:
    """Also where all is told, there is no traceback; and nothing was changed, and no template or command ran."""
    assert estate.groups
    faults = FAULTS[playbook]
    names = {fault.replace(" ", "_"): fault for fault in faults}
    hosts = {name: faults[fault][0] for name, fault in names.items()}
    inventory = ansible.folder / "faults.yml"
    inventory.write_text(yaml.dump({"all": {"hosts": hosts}}, Dumper=_Dumper))
    before = every_rule(ec2)
    calls.clear()
    done = ansible.playbook(
        f"elasticache.access.{playbook}", "-i", str(inventory), "-e", "access_hosts=all", "-vvv", "--diff"
    )
    said = {names[host]: result for host, result in failures(done.output).items()}
    assert "Traceback (most recent" not in done.output + done.errors
    assert [call.action for call in calls if call.action.startswith(CHANGING)] == []
    assert every_rule(ec2) == before
    assert not (ansible.folder / OWNED).exists()
    assert sorted(said) == sorted(faults), done.output[-3000:]
    messages = {fault: str(result["msg"]) for fault, result in said.items()}
    assert {fault: text for fault, text in messages.items() if faults[fault][1] not in text} == {}
    assert {fault: text for fault, text in messages.items() if len(text) > 2500} == {}
    assert {text for text in messages.values() if not all(line.isprintable() for line in text.split("\n"))} == set()
