# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which endpoints of caches are to be pinged, and how to log in there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._cache_values import cache_values
from ansible_collections.elasticache.access.plugins.module_utils._caches import Endpoint
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._ping_endpoints import ping_endpoints

from tests.unit.values import cache


def record(name: str = "sessions", *endpoints: Endpoint, **facts: Any) -> dict[str, Any]:
    """A cache, as elasticache_cache_info returns it."""
    listed = endpoints or (Endpoint("primary", f"{name}.example", 6379),)
    return cache_values(cache(name, endpoints=listed, **facts), with_tags=False)


def test_every_endpoint_of_every_cache_once() -> None:
    primary, node = Endpoint("primary", "p.example", 6379), Endpoint("node", "n.example", 6379)
    again = Endpoint("node", "p.example", 6379)
    sessions = record("sessions", primary, node, again, cluster_mode=False, transit_encryption=True)
    carts = record("carts", Endpoint("configuration", "c.example", 6379), cluster_mode=True)
    plain = {"cache": "sessions", "engine": "valkey", "tls": True, "cluster_mode": False}
    assert ping_endpoints([sessions, carts]) == [
        {"address": "p.example", "port": 6379, "role": "primary", **plain},
        {"address": "n.example", "port": 6379, "role": "node", **plain},
        {
            "address": "c.example",
            "port": 6379,
            "role": "configuration",
            "cache": "carts",
            "engine": "valkey",
            "tls": False,
            "cluster_mode": True,
        },
    ]


def test_the_second_port_of_a_serverless_cache_that_no_endpoint_names() -> None:
    fragments = record(
        "fragments",
        Endpoint("endpoint", "f.example", 11211),
        kind="serverless",
        engine="memcached",
        ports=(11211, 11212),
        transit_encryption=True,
    )
    assert [(each["address"], each["port"]) for each in ping_endpoints([fragments])] == [
        ("f.example", 11211),
        ("f.example", 11212),
    ]
    assert "cluster_mode" not in ping_endpoints([fragments])[0]


@pytest.mark.parametrize(
    ("auth", "logins"),
    [
        pytest.param(None, [{}, {}, {}], id="nobody logs in"),
        pytest.param({"password": "sesame"}, [{"password": "sesame"}] * 2 + [{}], id="for all"),
        pytest.param(
            {"username": "app", "password": "sesame"},
            [{"username": "app", "password": "sesame"}] * 2 + [{}],
            id="a user for all",
        ),
        pytest.param({"carts": {"password": "open"}}, [{}, {"password": "open"}, {}], id="by cache"),
        pytest.param({"carts": {"username": None, "password": "open"}}, [{}, {"password": "open"}, {}], id="no user"),
    ],
)
def test_how_to_log_in(auth: Any, logins: list[dict[str, str]]) -> None:
    """Memcached knows no login."""
    caches = [record("sessions"), record("carts"), record("fragments", engine="memcached")]
    keys = ("username", "password")
    assert [{key: each[key] for key in keys if key in each} for each in ping_endpoints(caches, auth)] == logins


@pytest.mark.parametrize("auth", ["sesame", ["sesame"], {"carts": "sesame"}, {"carts": {"pass": "sesame"}}])
def test_any_other_login_is_refused_without_repeating_it(auth: Any) -> None:
    with pytest.raises(InvalidGrantError, match=r"auth .*; give a dict with password") as refused:
        ping_endpoints([record()], auth)
    assert "sesame" not in str(refused.value)


def test_a_cache_that_has_no_endpoint_yet() -> None:
    coming = cache_values(cache("sessions", status="creating"), with_tags=False)
    with pytest.raises(InvalidGrantError, match="cache 'sessions' is creating and has no endpoint to connect to"):
        ping_endpoints([coming])
