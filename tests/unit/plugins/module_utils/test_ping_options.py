# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What elasticache_ping is to connect to, as its options say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._ping_options import (
    Patience,
    Target,
    read_patience,
    read_targets,
)

from tests.unit.values import missing


def options(**given: Any) -> dict[str, Any]:
    """The options of a task, as Ansible hands them over."""
    plain: dict[str, Any] = {"address": "one.example", "port": 6379, "engine": "redis", "tls": False}
    nothing = dict.fromkeys(["endpoints", "cache", "username", "password", "cluster_mode"])
    return {**nothing, **plain, "timeout": 5.0, "retries": 0, "delay": 2.0, **given}


def test_the_one_endpoint_of_a_task() -> None:
    [read] = read_targets(
        options(address=" one.example ", tls=True, username="app", password="sesame", cache="sessions")
    )
    assert read == Target("one.example", 6379, "redis", True, "app", "sesame", None, "", "sessions")
    assert (str(read), read.place) == ("one.example:6379", ("one.example", 6379))


def test_a_password_is_in_no_text_of_it() -> None:
    [read] = read_targets(options(password="sesame"))
    assert "sesame" not in repr(read) + str(read)


def test_endpoints_take_over_what_they_do_not_say() -> None:
    entries = [
        {"address": "one.example", "port": 6379, "role": "primary", "tls": None},
        {"address": "two.example", "port": 11211, "engine": "memcached", "tls": False, "cluster_mode": False},
    ]
    task = options(address=None, port=None, endpoints=entries, tls=True, cache="sessions", cluster_mode=True)
    one, two = read_targets(task)
    assert (one.tls, one.role, one.engine, one.cluster_mode, one.cache) == (True, "primary", "redis", True, "sessions")
    assert (two.tls, two.role, two.engine, two.cluster_mode) == (False, "", "memcached", False)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"endpoints": []}, ["endpoints is empty", "address and port"], id="no endpoints"),
        pytest.param({"address": " "}, ["address ' ' is no host"], id="no address"),
        pytest.param({"address": "redis://one.example"}, ["address 'redis://one.example'", "scheme"], id="a URL"),
        pytest.param(
            {"address": "rediss://app:sesame@one.example"},
            ["address 'rediss://***@one.example'"],
            id="a URL with a password",
        ),
        pytest.param({"address": "one example"}, ["address 'one example'"], id="two words"),
        pytest.param({"port": 0}, ["port is 0", "from 1 to 65535"], id="port 0"),
        pytest.param({"port": 65536}, ["port is 65536"], id="port 65536"),
        pytest.param({"username": "app"}, ["username 'app'", "without a password"], id="a user without a password"),
        pytest.param(
            {"engine": "memcached", "password": "sesame"},
            ["password", "one.example:6379", "memcached", "leave password out"],
            id="a password for Memcached",
        ),
    ],
)
def test_what_cannot_be_meant(given: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidGrantError) as refused:
        read_targets(options(**given))
    assert not missing(words, refused.value)
    assert "sesame" not in str(refused.value)


def test_every_faulty_endpoint_is_told_of() -> None:
    entries = [{"address": "one.example", "port": port} for port in (0, 6379, -1)]
    with pytest.raises(InvalidGrantError) as refused:
        read_targets(options(endpoints=entries))
    assert len(str(refused.value).splitlines()) == 2


def test_how_long_to_try() -> None:
    assert read_patience(options()) == Patience(5.0, 0, 2.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"timeout": 0.0}, "timeout is 0; give seconds from 0.01 to 3600, or leave it out."),
        ({"timeout": 3601.0}, "timeout is 3601; "),
        ({"retries": -1}, "retries is -1; give times from 0 to 1000, or leave it out."),
        ({"delay": -0.5}, "delay is -0.5; "),
    ],
)
def test_times_that_are_none(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidGrantError, match=said):
        read_patience(options(**given))
