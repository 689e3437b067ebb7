# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import (
    CacheReference,
    Grant,
    read_cache_reference,
    read_grants,
)
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference, WantedSource

from tests.unit.values import NOW

ARN = "arn:aws:elasticache:eu-west-1:123456789012:"

NOT_A_NAME = (
    " cannot be a name: an ElastiCache name begins with a letter and holds up to 50 letters, digits and hyphens; "
    "give the name of a cluster, replication group or serverless cache, or its ARN."
)
NOT_AN_ARN = (
    " is not the ARN of a cache; one looks like arn:aws:elasticache:REGION:ACCOUNT:TYPE:NAME, "
    "where TYPE is cluster, replicationgroup or serverlesscache."
)
NOT_A_GROUP_ID = " is not the id of a security group: 'sg-' is followed by 8 or 17 digits of 0-9 and a-f."
ANY_ADDRESS = (
    " admits every address there is; name the range that needs the cache, "
    "or set allow_any_address to true if you mean it."
)


@pytest.mark.parametrize(
    ("text", "cache_type", "reference"),
    [
        pytest.param("sessions", "", CacheReference("sessions", "sessions"), id="a name"),
        pytest.param("Sessions", "", CacheReference("Sessions", "sessions"), id="a name in the user's own case"),
        pytest.param(
            "sessions", "cluster", CacheReference("sessions", "sessions", "cluster"), id="a name with its kind"
        ),
        pytest.param("a" * 50, "", CacheReference("a" * 50, "a" * 50), id="the longest name"),
        pytest.param(
            f"{ARN}cluster:sessions",
            "",
            CacheReference(f"{ARN}cluster:sessions", "sessions", "cluster", "eu-west-1"),
            id="the ARN of a cluster",
        ),
        pytest.param(
            f"{ARN}replicationgroup:sessions",
            "",
            CacheReference(f"{ARN}replicationgroup:sessions", "sessions", "replication_group", "eu-west-1"),
            id="the ARN of a replication group",
        ),
        pytest.param(
            f"{ARN}serverlesscache:Carts",
            "serverless",
            CacheReference(f"{ARN}serverlesscache:Carts", "carts", "serverless", "eu-west-1"),
            id="the ARN of a serverless cache with its kind",
        ),
        pytest.param(
            "arn:aws-us-gov:elasticache:us-gov-west-1:123456789012:cluster:a",
            "",
            CacheReference(
                "arn:aws-us-gov:elasticache:us-gov-west-1:123456789012:cluster:a", "a", "cluster", "us-gov-west-1"
            ),
            id="an ARN of another partition",
        ),
    ],
)
def test_which_cache_is_meant(text: str, cache_type: str, reference: CacheReference) -> None:
    assert read_cache_reference(text, cache_type) == reference


@pytest.mark.parametrize(
    ("text", "cache_type", "sentence"),
    [
        pytest.param("", "", f"cache ''{NOT_A_NAME}", id="an empty name"),
        pytest.param("1st", "", f"cache '1st'{NOT_A_NAME}", id="a name that begins with a digit"),
        pytest.param("my_cache", "", f"cache 'my_cache'{NOT_A_NAME}", id="a name with an underscore"),
        pytest.param("sessions\n", "", f"cache 'sessions\\n'{NOT_A_NAME}", id="a name with a line break"),
        pytest.param("a" * 51, "", f"cache '{'a' * 51}'{NOT_A_NAME}", id="a name that is too long"),
        pytest.param(
            "a.b.cache.amazonaws.com", "", f"cache 'a.b.cache.amazonaws.com'{NOT_A_NAME}", id="an endpoint's host name"
        ),
        pytest.param(
            "arn:aws:ec2:eu-west-1:123456789012:instance:i-1",
            "",
            f"cache 'arn:aws:ec2:eu-west-1:123456789012:instance:i-1'{NOT_AN_ARN}",
            id="the ARN of something else",
        ),
        pytest.param(f"{ARN}user:u", "", f"cache '{ARN}user:u'{NOT_AN_ARN}", id="the ARN of an ElastiCache user"),
        pytest.param(
            f"{ARN}globalreplicationgroup:g",
            "",
            f"cache '{ARN}globalreplicationgroup:g'{NOT_AN_ARN}",
            id="the ARN of a global datastore, which no group guards",
        ),
        pytest.param(f"{ARN}cluster:a_b", "", f"cache '{ARN}cluster:a_b'{NOT_AN_ARN}", id="an ARN with a wrong name"),
        pytest.param(f"{ARN}cluster:a\n", "", f"cache '{ARN}cluster:a\\n'{NOT_AN_ARN}", id="an ARN and a line break"),
        pytest.param(f"{ARN}cluster:", "", f"cache '{ARN}cluster:'{NOT_AN_ARN}", id="an ARN without a name"),
        pytest.param(
            f"{ARN}cluster:sessions",
            "serverless",
            f"cache '{ARN}cluster:sessions' is a cluster, while cache_type says serverless; leave cache_type out.",
            id="an ARN that contradicts cache_type",
        ),
    ],
)
def test_what_cannot_be_a_cache(text: str, cache_type: str, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_cache_reference(text, cache_type)
    assert str(caught.value) == sentence


# As Ansible passes them: every option is there, unset ones are None.
UNSET = {
    "cache": None,
    "cache_type": None,
    "sources": None,
    "grants": None,
    "security_group": None,
    "ports": None,
    "tags": None,
    "purge": "none",
    "purge_shared": False,
    "allow_large_purge": False,
    "allow_any_address": False,
    "state": "present",
}
SESSIONS = CacheReference("sessions", "sessions")
CARTS = CacheReference("carts", "carts")
OFFICE = WantedSource("cidr", "10.20.0.0/16")


@pytest.mark.parametrize(
    ("options", "grants"),
    [
        pytest.param(
            {"cache": "sessions", "sources": [{"cidr": "10.20.0.0/16"}]},
            [Grant(SESSIONS, (OFFICE,), is_present=True)],
            id="one cache, with nothing else said",
        ),
        pytest.param(
            {"cache": "sessions", "sources": [{"cidr": "10.20.0.0/16"}], "state": "absent"},
            [Grant(SESSIONS, (OFFICE,), is_present=False)],
            id="access that is to be gone",
        ),
        pytest.param({"cache": "sessions", "sources": []}, [Grant(SESSIONS, (), is_present=True)], id="no source"),
        pytest.param(
            {
                "cache": "sessions",
                "cache_type": "serverless",
                "sources": [{"cidr": "10.20.0.0/16"}, {"security_group": "app-web", "description": "Web"}],
                "security_group": "caches",
                "ports": [6380, 6379, 6380],
                "tags": {"team": "shop", "cost": 12},
                "purge": "managed",
                "purge_shared": True,
                "allow_large_purge": True,
            },
            [
                Grant(
                    CacheReference("sessions", "sessions", "serverless"),
                    (OFFICE, WantedSource("security_group", group=GroupReference(name="app-web"), description="Web")),
                    is_present=True,
                    ports=(6379, 6380),
                    security_group=GroupReference(name="caches"),
                    purge="managed",
                    purge_shared=True,
                    allow_large_purge=True,
                    tags=(("cost", "12"), ("team", "shop")),
                )
            ],
            id="everything said, ports and tags in order and each once",
        ),
        pytest.param({"grants": []}, [], id="no grants"),
        pytest.param(
            {
                "grants": [
                    {"cache": "sessions", "sources": [{"cidr": "0.0.0.0/0"}], "allow_any_address": True},
                    {"cache": "carts", "sources": [{"cidr": "10.20.0.0/16"}]},
                ]
            },
            [
                Grant(SESSIONS, (WantedSource("cidr", "0.0.0.0/0"),), is_present=True),
                Grant(CARTS, (OFFICE,), is_present=True),
            ],
            id="many grants, each with options of its own",
        ),
        pytest.param(
            {"cache": "sessions", "sources": [{"cidr": "0.0.0.0/0"}], "state": "absent"},
            [Grant(SESSIONS, (WantedSource("cidr", "0.0.0.0/0"),), is_present=False)],
            id="closing to any address needs no leave",
        ),
    ],
)
def test_read_grants(options: dict[str, Any], grants: list[Grant]) -> None:
    assert read_grants({**UNSET, **options}, NOW) == grants


INHERITED: list[tuple[str, Any, Any]] = [
    ("purge", "managed", "all"),
    ("purge_shared", True, False),
    ("allow_large_purge", True, False),
    ("tags", {"team": "shop"}, {}),
]


@pytest.mark.parametrize(
    ("option", "of_the_task", "of_the_grant"), [pytest.param(*each, id=each[0]) for each in INHERITED]
)
def test_a_grant_takes_over_what_it_does_not_say_itself(option: str, of_the_task: Any, of_the_grant: Any) -> None:
    entry = {"cache": "sessions", "sources": []}
    entries = [entry, {**entry, option: None}, {**entry, option: of_the_grant}]
    read = [getattr(grant, option) for grant in read_grants({**UNSET, option: of_the_task, "grants": entries}, NOW)]
    assert [dict(each) if option == "tags" else each for each in read] == [of_the_task, of_the_task, of_the_grant]


def test_tags_of_a_grant_take_the_place_of_the_tasks_and_are_not_added_to_them() -> None:
    entry = {"cache": "sessions", "sources": [], "tags": {"team": "shop"}}
    (grant,) = read_grants({**UNSET, "tags": {"env": "prod"}, "grants": [entry]}, NOW)
    assert grant.tags == (("team", "shop"),)


def test_a_grant_takes_over_that_any_address_is_accepted() -> None:
    (grant,) = read_grants(
        {**UNSET, "allow_any_address": True, "grants": [{"cache": "carts", "sources": [{"cidr": "0.0.0.0/0"}]}]}, NOW
    )
    assert grant.sources == (WantedSource("cidr", "0.0.0.0/0"),)


@pytest.mark.parametrize("purge", ["managed", "all"])
def test_taking_access_away_purges_nothing(purge: str) -> None:
    (grant,) = read_grants({**UNSET, "cache": "sessions", "sources": [], "purge": purge, "state": "absent"}, NOW)
    assert grant.purge == "none"


def test_where_purge_is_left_out_nothing_is_purged() -> None:
    (grant,) = read_grants({**UNSET, "cache": "sessions", "sources": [], "purge": None}, NOW)
    assert grant.purge == "none"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param(
            {"cache": "my_cache", "sources": []}, f"cache 'my_cache'{NOT_A_NAME}", id="a name that cannot be one"
        ),
        pytest.param(
            {"cache": "sessions", "sources": [], "ports": [6379, 0]},
            "ports holds 0; a TCP port is a number from 1 to 65535.",
            id="port 0",
        ),
        pytest.param(
            {"cache": "sessions", "sources": [], "ports": [65536]},
            "ports holds 65536; a TCP port is a number from 1 to 65535.",
            id="a port beyond 65535",
        ),
        pytest.param(
            {"cache": "sessions", "sources": [], "security_group": "sg-1"},
            f"security_group 'sg-1'{NOT_A_GROUP_ID}",
            id="a malformed id of the cache's group",
        ),
        pytest.param(
            {
                "grants": [
                    {"cache": "my_cache", "sources": []},
                    {"cache": "sessions", "sources": []},
                    {"cache": "carts", "sources": [{"cidr": "::/0"}]},
                ]
            },
            f"cache 'my_cache'{NOT_A_NAME}\ncidr '::/0'{ANY_ADDRESS}",
            id="every grant that is wrong has its line",
        ),
        pytest.param(
            {
                "allow_any_address": True,
                "grants": [{"cache": "carts", "sources": [{"cidr": "0.0.0.0/0"}], "allow_any_address": False}],
            },
            f"cidr '0.0.0.0/0'{ANY_ADDRESS}",
            id="a grant that does not take over the task's allow_any_address",
        ),
        pytest.param(
            {"cache": "sessions", "sources": [], "security_group": "210987654321/sg-0123456789abcdef0"},
            "security_group '210987654321/sg-0123456789abcdef0' names an account, while a cache carries groups of its "
            "own account alone; write sg-0123456789abcdef0.",
            id="a group of the cache with an account in front",
        ),
        pytest.param(
            {"cache": "sessions", "sources": [], "tags": {"aws:team": "shop"}},
            "tags holds 'aws:team', and keys that begin with aws: are AWS's: rename it.",
            id="a tag that is not ours to give",
        ),
    ],
)
def test_what_cannot_be_granted(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_grants({**UNSET, **options}, NOW)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("port", [pytest.param(1, id="the lowest"), pytest.param(65535, id="the highest")])
def test_every_tcp_port_may_be_stated(port: int) -> None:
    (grant,) = read_grants({**UNSET, "cache": "sessions", "sources": [], "ports": [port]}, NOW)
    assert grant.ports == (port,)


@pytest.mark.parametrize(
    ("written", "name"),
    [({"cache": None}, "cache"), ({"cache": "sessions", "sources": None}, "sources"), ({"sources": []}, "cache")],
)
def test_an_option_that_is_written_down_without_a_value_is_asked_for(written: dict[str, Any], name: str) -> None:
    """Ansible takes C(cache:) with nothing behind it for given."""
    with pytest.raises(InvalidGrantError, match=f"^{name} has no value; give one"):
        read_grants({"grants": None, "state": "present", **written}, NOW)
