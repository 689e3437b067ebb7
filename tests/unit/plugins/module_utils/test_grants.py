# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import (
    CacheReference,
    Grant,
    GroupReference,
    WantedSource,
    read_cache_reference,
    read_grants,
    read_group_reference,
    read_source,
)

ARN = "arn:aws:elasticache:eu-west-1:123456789012:"
GROUP_ID = "sg-0123456789abcdef0"

NOT_A_NAME = (
    " cannot be a name: an ElastiCache name begins with a letter and holds up to 50 letters, digits and hyphens; "
    "give the name of a cluster, replication group or serverless cache, or its ARN."
)
NOT_AN_ARN = (
    " is not the ARN of a cache; one looks like arn:aws:elasticache:REGION:ACCOUNT:TYPE:NAME, "
    "where TYPE is cluster, replicationgroup or serverlesscache."
)
NOT_A_GROUP_ID = " is not the id of a security group: 'sg-' is followed by 8 or 17 digits of 0-9 and a-f."
NOT_A_CIDR = " is not an address range; write one such as 10.1.0.0/16, 10.1.2.3/32 or 2001:db8::/56."
ANY_ADDRESS = (
    " admits every address there is; name the range that needs the cache, "
    "or set allow_any_address to true if you mean it."
)
CHARACTERS = " holds a character that EC2 refuses; it takes a-z A-Z 0-9, blank and ._-:/()#,@[]+=;{}!$*"


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


@pytest.mark.parametrize(
    ("text", "reference", "shown"),
    [
        pytest.param(GROUP_ID, GroupReference(group_id=GROUP_ID), GROUP_ID, id="an id"),
        pytest.param("sg-01234567", GroupReference(group_id="sg-01234567"), "sg-01234567", id="an old, short id"),
        pytest.param("app-web", GroupReference(name="app-web"), "app-web", id="a name"),
        pytest.param(
            "Web tier (blue)", GroupReference(name="Web tier (blue)"), "Web tier (blue)", id="a name in prose"
        ),
        pytest.param("sgweb", GroupReference(name="sgweb"), "sgweb", id="a name that begins almost like an id"),
    ],
)
def test_which_security_group_is_meant(text: str, reference: GroupReference, shown: str) -> None:
    found = read_group_reference(text, "security_group")
    assert (found, str(found)) == (reference, shown)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "security_group is empty; give the id or the name of a security group.", id="nothing"),
        pytest.param(" ", "security_group is empty; give the id or the name of a security group.", id="a blank"),
        pytest.param("sg-", f"security_group 'sg-'{NOT_A_GROUP_ID}", id="an id without digits"),
        pytest.param("sg-0xyz", f"security_group 'sg-0xyz'{NOT_A_GROUP_ID}", id="an id with other letters"),
        pytest.param("sg-0123ABCD", f"security_group 'sg-0123ABCD'{NOT_A_GROUP_ID}", id="an id in capitals"),
        pytest.param("sg-012345678", f"security_group 'sg-012345678'{NOT_A_GROUP_ID}", id="an id of another length"),
        pytest.param(f"{GROUP_ID}\n", f"security_group '{GROUP_ID}\\n'{NOT_A_GROUP_ID}", id="an id and a line break"),
    ],
)
def test_what_cannot_be_a_security_group(text: str, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_group_reference(text, "security_group")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("options", "allow_any_address", "wanted"),
    [
        pytest.param(
            {"security_group": "app-web", "cidr": None, "description": None},
            False,
            WantedSource(group=GroupReference(name="app-web")),
            id="a group by name, with the other options unset",
        ),
        pytest.param(
            {"security_group": GROUP_ID, "description": "Web tier"},
            False,
            WantedSource(group=GroupReference(group_id=GROUP_ID), description="Web tier"),
            id="a group by id with a description",
        ),
        pytest.param(
            {"cidr": "10.20.3.4/16"}, False, WantedSource(cidr="10.20.0.0/16"), id="a range in its canonical form"
        ),
        pytest.param(
            {"cidr": "10.20.0.0/16", "description": ""},
            False,
            WantedSource(cidr="10.20.0.0/16", description=""),
            id="an empty description is one, unlike none",
        ),
        pytest.param(
            {"cidr": "10.20.0.0/16", "description": "R&D"},
            False,
            WantedSource(cidr="10.20.0.0/16", description="R&D"),
            id="an ampersand for a range",
        ),
        pytest.param(
            {"cidr": "10.20.0.0/16", "description": "aZ09 ._-:/()#,@[]+=;{}!$*" + "x" * 230},
            False,
            WantedSource(cidr="10.20.0.0/16", description="aZ09 ._-:/()#,@[]+=;{}!$*" + "x" * 230),
            id="the longest description with every character that EC2 takes",
        ),
        pytest.param({"cidr": "0.0.0.0/0"}, True, WantedSource(cidr="0.0.0.0/0"), id="any address where it is allowed"),
        pytest.param({"cidr": "1::/0"}, True, WantedSource(cidr="::/0"), id="any IPv6 address where it is allowed"),
        pytest.param({"cidr": "0.0.0.0/1"}, False, WantedSource(cidr="0.0.0.0/1"), id="half of all addresses"),
    ],
)
def test_which_source_is_meant(options: dict[str, Any], allow_any_address: bool, wanted: WantedSource) -> None:
    assert read_source(options, allow_any_address) == wanted


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param(
            {},
            "an entry of sources names no source; each takes exactly one of security_group or cidr.",
            id="an empty entry",
        ),
        pytest.param(
            {"description": "Web tier", "cidr": None},
            "an entry of sources names no source; each takes exactly one of security_group or cidr.",
            id="an entry with a description alone",
        ),
        pytest.param(
            {"cidr": "10.0.0.0/8", "security_group": "app-web"},
            "an entry of sources names security_group and cidr; each takes exactly one of security_group or cidr.",
            id="an entry with two sources",
        ),
        pytest.param(
            {"security_group": ""},
            "security_group is empty; give the id or the name of a security group.",
            id="an empty group",
        ),
        pytest.param({"security_group": "sg-1"}, f"security_group 'sg-1'{NOT_A_GROUP_ID}", id="a malformed group id"),
        pytest.param({"cidr": ""}, f"cidr ''{NOT_A_CIDR}", id="an empty range"),
        pytest.param({"cidr": "10.1.2.3"}, f"cidr '10.1.2.3'{NOT_A_CIDR}", id="an address without a length"),
        pytest.param({"cidr": "fe80::%eth0/64"}, f"cidr 'fe80::%eth0/64'{NOT_A_CIDR}", id="a range with a zone"),
        pytest.param({"cidr": "0.0.0.0/0"}, f"cidr '0.0.0.0/0'{ANY_ADDRESS}", id="any IPv4 address"),
        pytest.param({"cidr": "::/0"}, f"cidr '::/0'{ANY_ADDRESS}", id="any IPv6 address"),
        pytest.param({"cidr": "10.0.0.0/0"}, f"cidr '10.0.0.0/0'{ANY_ADDRESS}", id="any address in disguise"),
        pytest.param(
            {"cidr": "10.0.0.0/8", "description": "Büro"},
            f"description 'Büro'{CHARACTERS}.",
            id="a letter that EC2 refuses",
        ),
        pytest.param(
            {"cidr": "10.0.0.0/8", "description": "Web\n"},
            f"description 'Web\\n'{CHARACTERS}.",
            id="a line break at the end",
        ),
        pytest.param(
            {"security_group": "app-web", "description": "R&D"},
            f"description 'R&D'{CHARACTERS} (and & only for a cidr).",
            id="an ampersand for a group",
        ),
        pytest.param(
            {"security_group": "app-web", "description": "x" * 256},
            f"description '{'x' * 40}...' has 256 characters; EC2 takes up to 255: shorten it.",
            id="a description that is too long",
        ),
    ],
)
def test_what_cannot_be_a_source(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_source(options, allow_any_address=False)
    assert str(caught.value) == sentence


# As Ansible passes them: every option is there, unset ones are None.
UNSET = {
    "cache": None,
    "cache_type": None,
    "sources": None,
    "grants": None,
    "security_group": None,
    "ports": None,
    "allow_any_address": False,
    "state": "present",
}
SESSIONS = CacheReference("sessions", "sessions")
CARTS = CacheReference("carts", "carts")
OFFICE = WantedSource(cidr="10.20.0.0/16")


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
            },
            [
                Grant(
                    CacheReference("sessions", "sessions", "serverless"),
                    (OFFICE, WantedSource(group=GroupReference(name="app-web"), description="Web")),
                    is_present=True,
                    ports=(6379, 6380),
                    security_group=GroupReference(name="caches"),
                )
            ],
            id="everything said, the ports in order and each once",
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
                Grant(SESSIONS, (WantedSource(cidr="0.0.0.0/0"),), is_present=True),
                Grant(CARTS, (OFFICE,), is_present=True),
            ],
            id="many grants, each with options of its own",
        ),
        pytest.param(
            {"cache": "sessions", "sources": [{"cidr": "0.0.0.0/0"}], "state": "absent"},
            [Grant(SESSIONS, (WantedSource(cidr="0.0.0.0/0"),), is_present=False)],
            id="closing to any address needs no leave",
        ),
    ],
)
def test_read_grants(options: dict[str, Any], grants: list[Grant]) -> None:
    assert read_grants({**UNSET, **options}) == grants


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
            {"allow_any_address": True, "grants": [{"cache": "carts", "sources": [{"cidr": "0.0.0.0/0"}]}]},
            f"cidr '0.0.0.0/0'{ANY_ADDRESS}",
            id="a grant does not take over the task's allow_any_address",
        ),
    ],
)
def test_what_cannot_be_granted(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_grants({**UNSET, **options})
    assert str(caught.value) == sentence


@pytest.mark.parametrize("port", [pytest.param(1, id="the lowest"), pytest.param(65535, id="the highest")])
def test_every_tcp_port_may_be_stated(port: int) -> None:
    (grant,) = read_grants({**UNSET, "cache": "sessions", "sources": [], "ports": [port]})
    assert grant.ports == (port,)
