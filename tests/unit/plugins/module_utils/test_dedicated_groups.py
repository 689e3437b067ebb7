# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which groups caches get for themselves, by grants and by what the caches carry."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._dedicated_groups import dedicated_groups
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

from tests.unit.values import VPC, WEB, missing

DEFAULT = {"id": "sg-0000000000000d001", "name": "default", "status": "active"}
OWN = {"id": "sg-0000000000000d002", "name": "elasticache-sessions", "status": "active"}


def grant(cache: str = "sessions", **options: Any) -> dict[str, Any]:
    return {"cache": cache, "sources": [{"security_group": "app-web"}], **options}


def carried(*caches: dict[str, Any], missing: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"caches": list(caches), "missing": list(missing)}


def cache(name: str = "sessions", *groups: dict[str, str], **facts: str) -> dict[str, Any]:
    return {"name": name, "kind": "cluster", "vpc_id": VPC, "security_groups": list(groups), **facts}


def test_first_it_says_what_to_look_at() -> None:
    """Each cache that is granted something, once, with its type where the grant says it, and no groups."""
    grants = [
        grant(),
        grant("carts", cache_type="serverless"),
        grant(),
        grant("fragments", state="absent"),
    ]
    assert dedicated_groups(grants, "present") == {
        "assignments": [
            {"cache": "sessions", "security_groups": []},
            {"cache": "carts", "cache_type": "serverless", "security_groups": []},
        ]
    }


def test_the_state_of_the_task_holds_for_grants_that_do_not_say_theirs() -> None:
    grants = [grant(), grant("carts", state="present")]
    assert dedicated_groups(grants, "absent") == {"assignments": [{"cache": "carts", "security_groups": []}]}


def test_then_it_says_what_to_make_attach_grant_on_and_detach() -> None:
    """A cache named by an ARN or by a node goes by its own name."""
    revoked = grant("fragments", state="absent")
    done = dedicated_groups([grant("sessions-001"), revoked], "present", carried(cache("sessions", DEFAULT)))
    assert done == {
        "groups": [
            {
                "name": "elasticache-sessions",
                "vpc_id": VPC,
                "description": "Who may reach the ElastiCache cache sessions",
            }
        ],
        "assignments": [{"cache": "sessions-001", "security_groups": ["elasticache-sessions"]}],
        "grants": [{**grant("sessions-001"), "security_group": "elasticache-sessions"}, revoked],
        "detachments": [{"cache": "sessions-001", "security_groups": ["default"], "state": "absent"}],
    }


@pytest.mark.parametrize(
    ("chosen", "name", "is_detached"),
    [
        pytest.param("shop-caches", "shop-caches", True, id="another name"),
        pytest.param(WEB.group_id, None, True, id="an id, of a group that is there"),
        pytest.param("default", "default", False, id="the default group itself, which then stays"),
        pytest.param(DEFAULT["id"], None, False, id="the default group itself by its id"),
    ],
)
def test_a_grant_can_name_the_group(chosen: str, name: str | None, is_detached: bool) -> None:
    done = dedicated_groups([grant(security_group=chosen)], "present", carried(cache("sessions", DEFAULT)))
    assert [group["name"] for group in done["groups"]] == [name]
    assert done["assignments"] == [{"cache": "sessions", "security_groups": [chosen]}]
    assert done["grants"] == [grant(security_group=chosen)]
    assert bool(done["detachments"]) is is_detached


def test_of_several_grants_of_a_cache_one_can_name_the_group_for_all() -> None:
    grants = [grant(), grant(security_group="shop-caches"), grant()]
    done = dedicated_groups(grants, "present", carried(cache()))
    assert [each["security_group"] for each in done["grants"]] == ["shop-caches"] * 3
    assert [group["name"] for group in done["groups"]] == ["shop-caches"]


def test_a_cache_that_carries_no_default_group_has_none_detached() -> None:
    done = dedicated_groups([grant()], "present", carried(cache("sessions", OWN)))
    assert done["detachments"] == []


def test_a_cache_that_is_missing_gets_nothing() -> None:
    grants = [grant("planned"), grant()]
    done = dedicated_groups(grants, "present", carried(cache(), missing=("planned",)))
    assert [each["cache"] for each in done["assignments"]] == ["sessions"]
    assert done["grants"][0] == grants[0]


def test_the_prefix_can_be_another() -> None:
    done = dedicated_groups([grant()], "present", carried(cache()), prefix="cache/")
    assert done["groups"][0]["name"] == "cache/sessions"


def test_caches_of_two_kinds_and_one_name_do_not_share_a_group_unawares() -> None:
    grants = [grant(cache_type="cluster"), grant(cache_type="serverless")]
    both = carried(cache(), cache(kind="serverless"))
    with pytest.raises(InvalidGrantError) as refused:
        dedicated_groups(grants, "present", both)
    assert not missing(
        ["cluster", "serverless", "'sessions'", "'elasticache-sessions'", "security_group"], refused.value
    )
    told = [grant(cache_type="cluster", security_group="both"), grant(cache_type="serverless", security_group="both")]
    assert [group["name"] for group in dedicated_groups(told, "present", both)["groups"]] == ["both", "both"]
    # In another VPC the same name is another group.
    dedicated_groups(grants, "present", carried(cache(), cache(kind="serverless", vpc_id="vpc-0000000000000a009")))


def test_what_can_be_no_group_is_refused() -> None:
    with pytest.raises(InvalidGrantError, match="security_group 'sg-1' is not the id of a security group"):
        dedicated_groups([grant(security_group="sg-1")], "present", carried(cache()))
