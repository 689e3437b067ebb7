# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._groups import (
    SecurityGroup,
    choose_group,
    groups_of_cache,
    parse_groups,
)
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference

from tests.unit.values import CARTS, GROUPS, SESSIONS, VPC, cache

DEFAULT = SecurityGroup("sg-0000000000000d001", "default", VPC)


def test_a_group_is_shown_with_name_and_id() -> None:
    assert str(SESSIONS) == "sessions (sg-0000000000000c001)"


def test_parse_groups_indexes_by_id() -> None:
    answers = [
        {"GroupId": "sg-1", "GroupName": "app-web", "VpcId": VPC, "OwnerId": "123456789012"},
        {"GroupId": "sg-2"},
    ]
    assert parse_groups(answers) == {
        "sg-1": SecurityGroup("sg-1", "app-web", VPC, "123456789012"),
        "sg-2": SecurityGroup("sg-2", "", "", ""),
    }


def test_groups_of_cache_are_those_that_it_carries() -> None:
    assert groups_of_cache(cache("sessions", CARTS, SESSIONS), GROUPS) == (CARTS, SESSIONS)


@pytest.mark.parametrize(
    ("carrier", "sentence"),
    [
        pytest.param(
            cache("sessions", is_classic=True),
            "cache 'sessions' stands in EC2-Classic, outside any VPC, where no security group guards a cache; "
            "AWS retired EC2-Classic on 15 August 2022: create the cache anew in a VPC.",
            id="a cache in EC2-Classic",
        ),
        pytest.param(
            cache("sessions", status="creating"),
            "cache 'sessions' (creating) carries no security group as far as ElastiCache tells; "
            "attach one to it first.",
            id="a cache without a group",
        ),
        pytest.param(
            cache("sessions", SESSIONS, DEFAULT),
            "cache 'sessions' carries sg-0000000000000d001, which EC2 does not show to these credentials; "
            "use credentials of the account that owns the group.",
            id="a cache with a group of another account",
        ),
        pytest.param(
            cache("sessions", DEFAULT, SecurityGroup("sg-0000000000000d002", "", "")),
            "cache 'sessions' carries sg-0000000000000d001 and sg-0000000000000d002, which EC2 does not show to these "
            "credentials; use credentials of the account that owns the group.",
            id="a cache with two groups of another account",
        ),
    ],
)
def test_groups_that_cannot_be_worked_with(carrier: Cache, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        groups_of_cache(carrier, GROUPS)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("groups", "chosen", "expected"),
    [
        pytest.param([SESSIONS], None, SESSIONS, id="the only group needs no choice"),
        pytest.param([SESSIONS], GroupReference(name="sessions"), SESSIONS, id="the only group may be named"),
        pytest.param([SESSIONS, CARTS], GroupReference(name="carts"), CARTS, id="one of several by name"),
        pytest.param([SESSIONS, CARTS], GroupReference(group_id=CARTS.group_id), CARTS, id="one of several by id"),
        pytest.param([DEFAULT], GroupReference(name="default"), DEFAULT, id="the default group where it is meant"),
    ],
)
def test_which_group_gets_new_rules(
    groups: list[SecurityGroup], chosen: GroupReference | None, expected: SecurityGroup
) -> None:
    assert choose_group(cache("sessions", *groups), groups, chosen) == expected


@pytest.mark.parametrize(
    ("groups", "chosen", "sentence"),
    [
        pytest.param(
            [SESSIONS, CARTS],
            None,
            "cache 'sessions' carries several security groups; set security_group to the one that gets the rules: "
            "sessions (sg-0000000000000c001) or carts (sg-0000000000000c002).",
            id="one of several has to be chosen",
        ),
        pytest.param(
            [DEFAULT],
            None,
            "cache 'sessions' carries only the default group of its VPC, default (sg-0000000000000d001), which guards "
            "whatever else was given no group; set security_group to sg-0000000000000d001 if you mean it, "
            "or attach a group of its own to the cache.",
            id="the default group has to be meant",
        ),
        pytest.param(
            [SESSIONS, CARTS],
            GroupReference(name="app-web"),
            "security_group 'app-web' is not carried by cache 'sessions'; "
            "it carries sessions (sg-0000000000000c001), carts (sg-0000000000000c002).",
            id="a group that the cache does not carry, by name",
        ),
        pytest.param(
            [SecurityGroup("sg-1", "", VPC)],
            GroupReference(group_id="sg-2"),
            "security_group 'sg-2' is not carried by cache 'sessions'; it carries  (sg-1).",
            id="a group that the cache does not carry, by id, though both lack a name",
        ),
    ],
)
def test_a_group_that_cannot_be_chosen(
    groups: list[SecurityGroup], chosen: GroupReference | None, sentence: str
) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        choose_group(cache("sessions", *groups), groups, chosen)
    assert str(caught.value) == sentence
