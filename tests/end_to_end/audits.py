# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an audit returned, looked up."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import Ansible

Values = dict[str, Any]


def of_cache(audit: Values, name: str) -> Values:
    """Return what an audit says of one cache."""
    assert not audit.get("failed"), audit
    [cache] = [each for each in audit["caches"] if each["name"] == name]
    found: Values = cache
    return found


def rows(audit: Values, name: str) -> dict[str, Values]:
    """Return the rules of one cache by their ids."""
    return {rule["rule_id"]: rule for rule in of_cache(audit, name)["rules"]}


def of_check(audit: Values, name: str, check: str) -> list[Values]:
    """Return the findings of one check about one cache."""
    return [finding for finding in of_cache(audit, name)["findings"] if finding["check"] == check]


def about_rules(audit: Values, name: str, labels: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return the severity of each finding about rules, by check and by what C(labels) calls the rule of that id."""
    label_of = {rule_id: label for label, rule_id in labels.items()}
    return {
        (finding["check"], label_of.get(rule_id, rule_id)): finding["severity"]
        for finding in of_cache(audit, name)["findings"]
        for rule_id in finding["rule_ids"]
    }


def revoke(group_id: str, rule_id: str) -> str:
    """Return the command that removes a rule."""
    return f"aws ec2 revoke-security-group-ingress --group-id {group_id} --security-group-rule-ids {rule_id}"


def mend(ansible: Ansible, finding: Values) -> None:
    """Do to the letter what the command at the end of a fix says."""
    command = finding["fix"][finding["fix"].rindex("aws ec2 ") :]
    done = ansible.run(*shlex.split(command), "--region", REGION)
    assert done.succeeded, done.errors
