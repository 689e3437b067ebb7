# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The role explains whether a grant was enough: afterwards, and in check mode as if it had been made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.reach import explain, own_acl, path, troubles
from tests.end_to_end.rules import allow, every_rule
from tests.end_to_end.test_role import play, require

SESSIONS = {"cache": "sessions", "sources": [{"security_group": "app-web"}]}


def verdicts(cache: int = 0) -> str:
    """Return the expression for the verdicts of one cache."""
    return f"cache_access_explained.caches[{cache}].verdicts"


def test_before_and_after_a_grant_and_its_removal(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Check mode says what it will be, and then it is so; nothing is changed by asking."""
    web, batch = estate.instances["web-1"], estate.instances["batch-1"]
    asked = {"cache_access_grants": [SESSIONS], "cache_access_explain_from": [web, batch]}
    before = every_rule(ec2)
    foretold = play(
        ansible,
        asked,
        require(
            f"{verdicts()} == {{'{web}': 'reachable', '{batch}': 'reachable'}}",
            "cache_access_explained.planned",
            "cache_access_explained.verdict == 'reachable'",
        ),
        options=["--check"],
    )
    assert foretold.succeeded, foretold.output
    assert f"After this change: web-1 ({web}) can reach sessions on tcp/6390." in foretold.output
    assert every_rule(ec2) == before
    done = play(
        ansible,
        asked,
        require(
            "not cache_access_explained.planned",
            f"{verdicts()} == {{'{web}': 'reachable', '{batch}': 'reachable'}}",
            "cache_access_explained is not changed",
        ),
    )
    assert done.succeeded, done.output
    assert "After this change" not in done.output
    assert done.changed == 1
    # To be taken away again: of web it is, while batch has a rule that is nobody's business here.
    granted = every_rule(ec2)
    removal = {**asked, "cache_access_state": "absent"}
    revoked = play(
        ansible,
        removal,
        require(f"{verdicts()} == {{'{web}': 'blocked', '{batch}': 'reachable'}}"),
        options=["--check"],
    )
    assert revoked.succeeded, revoked.output
    assert f"After this change: web-1 ({web}) cannot reach sessions: " in revoked.output
    assert every_rule(ec2) == granted
    gone = play(ansible, removal, require(f"{verdicts()} == {{'{web}': 'blocked', '{batch}': 'reachable'}}"))
    assert gone.succeeded, gone.output


def test_in_check_mode_what_else_is_in_the_way_is_told(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A purge that cuts somebody off, and an ACL that no grant opens."""
    web, batch = estate.instances["web-1"], estate.instances["batch-1"]
    own_acl(ec2, estate.vpc_id, estate.subnet_ids[1])
    done = play(
        ansible,
        {
            "cache_access_grants": [SESSIONS],
            "cache_access_purge": "all",
            "cache_access_allow_large_purge": True,
            "cache_access_explain_from": [web, batch],
        },
        require(f"{verdicts()} == {{'{web}': 'partial', '{batch}': 'blocked'}}"),
        options=["--check"],
    )
    assert done.succeeded, done.output
    assert f"After this change: batch-1 ({batch}) cannot reach sessions: " in done.output
    assert f"After this change: web-1 ({web}) can reach sessions only in part, not at sessions-002: " in done.output


def test_caches_that_are_missing_or_busy(ansible: Ansible, estate: Estate, emulator: Emulator) -> None:
    """One to be made later is left out; one that is being changed does not make the play fail."""
    web = estate.instances["web-1"]
    set_window(emulator.url, "sessions", status="modifying", membership_status="adding")
    grants = [{"cache": "planned", "sources": [{"security_group": "app-web"}]}, SESSIONS]
    variables = {"cache_access_missing": "skip", "cache_access_explain_from": [web]}
    for options in (["--check"], []):
        done = play(
            ansible,
            {**variables, "cache_access_grants": grants},
            require(
                "cache_access_explained.caches | map(attribute='name') == ['sessions']",
                # Its group is not in force yet.
                f"{verdicts()} == {{'{web}': 'unknown'}}",
            ),
            options=options,
        )
        assert done.succeeded, done.output
    only = play(
        ansible,
        {**variables, "cache_access_grants": grants[:1]},
        require("cache_access_explained is not defined"),
    )
    assert only.succeeded, only.output


def test_two_caches_of_one_name_are_told_apart(ansible: Ansible, elasticache: Any, estate: Estate) -> None:
    """A serverless cache can have the name of another one; it is the one of the grant that is explained."""
    elasticache.create_serverless_cache(
        ServerlessCacheName="sessions",
        Engine="valkey",
        SubnetIds=list(estate.subnet_ids),
        SecurityGroupIds=[estate.groups["carts-cache"]],
    )
    web = estate.instances["web-1"]
    done = play(
        ansible,
        {
            "cache_access_grants": [{**SESSIONS, "cache_type": "serverless"}],
            "cache_access_explain_from": [web],
        },
        require(
            "cache_access_explained.caches | map(attribute='kind') == ['serverless']",
            f"{verdicts()} == {{'{web}': 'reachable'}}",
        ),
    )
    assert done.succeeded, done.output
    [both] = explain(ansible, {"caches": ["sessions"], "cache_type": "replication_group", "sources": [web]})
    assert both["verdict"] == "blocked"


@pytest.mark.usefixtures("estate")
def test_a_source_that_there_is_not_fails_in_a_sentence(ansible: Ansible) -> None:
    """After the grant was made, and with connection options of the role's own."""
    url = ansible.environment["AWS_ENDPOINT_URL"]
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del ansible.environment[name]
    connection = {"endpoint_url": url, "region": REGION, "access_key": "testing", "secret_key": "no-one-may-see"}
    variables = {"cache_access_grants": [SESSIONS], "cache_access_aws": connection}
    failed = play(ansible, {**variables, "cache_access_explain_from": ["i-0123456789abcdef0"]})
    assert not failed.succeeded
    assert "there is no such instance in this account and eu-west-1" in failed.output
    assert "Traceback" not in failed.output + failed.errors
    done = play(ansible, {**variables, "cache_access_explain_from": ["192.0.2.7"]}, options=["-vvv"])
    assert done.succeeded, done.output
    assert "no-one-may-see" not in done.output


def test_planned_rules_of_the_module_itself(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Of every kind of source, for the answer as it will be; and no rules planned is no change."""
    web = estate.instances["web-1"]
    allow(ec2, estate.groups["fragments-cache"], "10.20.0.0/16", 11211)
    grants: list[dict[str, Any]] = [
        {"cache": "sessions", "sources": [{"instance": web}]},
        {"cache": "carts", "sources": [{"cidr": "10.20.1.0/24"}], "ports": [6379]},
        {"cache": "fragments", "sources": [{"cidr": "10.20.0.0/16"}], "state": "absent"},
    ]
    planned = [cache for result in ansible.access(*grants, check=True) for cache in result["caches"]]
    caches = ["sessions", "carts", "fragments"]
    question: dict[str, Any] = {"caches": caches, "sources": [web]}
    now, then, same = explain(ansible, question, {**question, "planned": planned}, {**question, "planned": []})
    assert {name: path(now, web, name)["verdict"] for name in caches} == {
        "sessions": "blocked",
        "carts": "blocked",
        "fragments": "reachable",
    }
    assert {name: path(then, web, name)["verdict"] for name in caches} == {
        "sessions": "reachable",
        "carts": "partial",
        "fragments": "blocked",
    }
    assert troubles(path(then, web, "carts")) == {"cache_ingress": "partial"}
    assert (now["planned"], then["planned"], same["planned"]) == (False, True, True)
    assert now["paths"] == same["paths"]
