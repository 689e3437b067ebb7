# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_ping against real servers, with and without all that ElastiCache has them use."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
import trustme

from tests.ping.conftest import OTHER, PASSWORD, Ping
from tests.ping.servers import HOST, Certificate, memcached, redis, redis_cluster


def found(result: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return at which step the one endpoint failed, and how."""
    [endpoint] = result["endpoints"]
    assert endpoint["reachable"] is (endpoint["step"] is None)
    assert (endpoint["message"] is None) is (endpoint["step"] is None)
    assert result["reachable"] is (not result["msg"])
    return endpoint["step"], endpoint["code"]


def test_a_server_without_anything(ping: Ping, plain: int) -> None:
    """Every value of the answer."""
    result = ping(port=plain, cache="sessions", engine="valkey")
    [endpoint] = result["endpoints"]
    timings = endpoint.pop("timings")
    assert endpoint == {
        "address": HOST,
        "port": plain,
        "role": None,
        "cache": "sessions",
        "engine": "valkey",
        "tls": False,
        "reachable": True,
        "step": None,
        "code": None,
        "message": None,
        "ip": HOST,
        "own_address": HOST,
        "attempts": 1,
        "tls_version": None,
        "certificate_expires": None,
        "nodes": [],
    }
    assert list(timings) == ["dns", "tcp", "ping", "cluster"]
    assert all(0 <= each < 5000 for each in timings.values())
    assert (result["reachable"], result["changed"], result["msg"]) == (True, False, "")


@pytest.mark.parametrize(
    ("options", "step", "code"),
    [
        pytest.param({"password": PASSWORD}, None, None, id="the password"),
        pytest.param({}, "auth", "NOAUTH", id="no password"),
        pytest.param({"password": "wrong"}, "auth", "WRONGPASS", id="a wrong one"),
        pytest.param({"username": "app", "password": OTHER}, None, None, id="a user of its own"),
        pytest.param({"username": "app", "password": PASSWORD}, "auth", "WRONGPASS", id="the other one's password"),
        pytest.param({"username": "nobody", "password": PASSWORD}, "auth", "WRONGPASS", id="a user that there is not"),
        pytest.param({"username": "nothing", "password": OTHER}, "ping", "NOPERM", id="a user who may not"),
        pytest.param(
            {"username": "app", "password": OTHER, "cluster_mode": True},
            "cluster",
            "NOPERM",
            id="a user who may not ask for nodes",
        ),
        pytest.param({"password": PASSWORD, "cluster_mode": True}, "cluster", "no_cluster", id="no cluster"),
        pytest.param({"password": PASSWORD, "cluster_mode": False}, None, None, id="not asked for nodes"),
    ],
)
def test_logging_in(ping: Ping, locked: int, options: dict[str, Any], step: str | None, code: str | None) -> None:
    """A password, a user, and those that are none."""
    result = ping(port=locked, **options)
    assert found(result) == (step, code)
    assert PASSWORD not in str(result) and OTHER not in str(result)


def test_a_password_where_none_is_asked_for(ping: Ping, plain: int) -> None:
    """As after it was taken away."""
    assert found(ping(port=plain, password=PASSWORD)) == ("auth", "no_password")


@pytest.mark.parametrize("address", ["localhost", HOST])
def test_tls(ping: Ping, secure: int, certificate: Certificate, address: str) -> None:
    """With the certificate checked, for a name and for an address that it is for."""
    result = ping(address=address, port=secure, tls=True, ca_path=certificate.ca, password=PASSWORD)
    assert found(result) == (None, None)
    [endpoint] = result["endpoints"]
    assert endpoint["tls_version"] in ("TLSv1.2", "TLSv1.3")
    assert endpoint["certificate_expires"].endswith("Z")
    assert list(endpoint["timings"]) == ["dns", "tcp", "tls", "auth", "ping", "cluster"]


def test_tls_without_checking(ping: Ping, secure: int) -> None:
    """As a last resort."""
    result = ping(port=secure, tls=True, validate_certs=False, password=PASSWORD)
    assert found(result) == (None, None)
    assert result["endpoints"][0]["certificate_expires"] is None


def test_certificates_that_are_not_what_they_should_be(
    ping: Ping, secure: int, certificate: Certificate, expired: Certificate, issued: Callable[..., Certificate]
) -> None:
    """For another name, by somebody unknown, expired."""
    assert found(ping(port=secure, tls=True, password=PASSWORD)) == ("tls", "certificate_issuer")
    with redis(certificate=issued("elsewhere.example")) as port:
        for address in ("localhost", HOST):
            result = ping(address=address, port=port, tls=True, ca_path=certificate.ca)
            assert found(result) == ("tls", "certificate_name")
            assert f"the certificate is not for {address}" in result["msg"]
    with redis(certificate=expired) as port:
        assert found(ping(port=port, tls=True, ca_path=certificate.ca)) == ("tls", "certificate_expired")
    with redis(certificate=issued("localhost", HOST, by=trustme.CA())) as port:
        assert found(ping(port=port, tls=True, ca_path=certificate.ca)) == ("tls", "certificate_issuer")
        assert found(ping(port=port, tls=True, validate_certs=False)) == (None, None)


def test_tls_and_plain_text_do_not_meet(ping: Ping, plain: int, secure: int) -> None:
    """Each is told to be the other."""
    step, code = found(ping(port=secure, password=PASSWORD, timeout=1))
    assert (step, code) in (("auth", "tls_expected"), ("auth", "closed"), ("auth", "timeout"))
    step, code = found(ping(port=plain, tls=True, timeout=1))
    assert (step, code) in (("tls", "timeout"), ("tls", "not_tls"), ("tls", "closed"))


def test_cluster_mode(ping: Ping, cluster: list[int]) -> None:
    """One endpoint leads to every node; those that are endpoints themselves are not asked twice."""
    one, *others = cluster
    for cluster_mode in (None, True):
        result = ping(port=one, cluster_mode=cluster_mode, cache="sessions")
        assert found(result) == (None, None)
        nodes = result["endpoints"][0]["nodes"]
        assert sorted(node["port"] for node in nodes) == sorted(others)
        assert {(node["role"], node["cache"], node["reachable"]) for node in nodes} == {("node", "sessions", True)}
    both = ping(endpoints=[{"address": HOST, "port": port} for port in cluster[:2]])
    assert [len(endpoint["nodes"]) for endpoint in both["endpoints"]] == [1, 0]
    assert found(ping(port=one, cluster_mode=False)) == (None, None)
    assert not ping(port=one, cluster_mode=False)["endpoints"][0]["nodes"]


def test_cluster_mode_with_everything(ping: Ping, certificate: Certificate) -> None:
    """TLS and a password at every node; then one of the nodes is gone."""
    with redis_cluster(certificate=certificate, password=PASSWORD) as ports:
        options = {"port": ports[0], "tls": True, "ca_path": certificate.ca, "password": PASSWORD}
        result = ping(**options)
        assert found(result) == (None, None)
        nodes = result["endpoints"][0]["nodes"]
        assert sorted(node["port"] for node in nodes) == sorted(ports[1:])
        assert all(node["tls_version"] for node in nodes)


def test_a_node_that_is_gone_fails_the_whole(ping: Ping) -> None:
    """The endpoint itself is reached, and still the task fails and names the node."""
    with redis_cluster() as ports:
        gone = ports[2]
        stop(gone)
        result = ping(port=ports[0], timeout=1)
        [endpoint] = result["endpoints"]
        assert endpoint["reachable"] and not result["reachable"]
        [node] = [node for node in endpoint["nodes"] if not node["reachable"]]
        assert (node["port"], node["step"], node["code"]) == (gone, "tcp", "refused")
        assert result["msg"].startswith(f"{HOST}:{gone}: tcp: the connection was refused")


def stop(port: int) -> None:
    """Have a server end."""
    with socket.create_connection((HOST, port)) as connection:
        connection.sendall(b"SHUTDOWN NOSAVE\r\n")
        connection.recv(100)


def test_memcached(ping: Ping, store: int, plain: int) -> None:
    """And each engine taken for the other."""
    result = ping(port=store, engine="memcached")
    assert found(result) == (None, None)
    assert list(result["endpoints"][0]["timings"]) == ["dns", "tcp", "ping"]
    other = ping(port=store)
    assert found(other) == ("ping", "wrong_engine")
    assert "set engine to memcached" in other["msg"]
    other = ping(port=plain, engine="memcached")
    assert found(other) == ("ping", "wrong_engine")
    assert "set engine to redis" in other["msg"]


def test_memcached_over_tls(ping: Ping, certificate: Certificate) -> None:
    """As a serverless cache is."""
    with memcached(certificate) as port:
        secure = ping(port=port, engine="memcached", tls=True, ca_path=certificate.ca)
        assert found(secure) == (None, None)
        step, code = found(ping(port=port, engine="memcached", timeout=1))
        assert (step, code) in (("ping", "tls_expected"), ("ping", "closed"), ("ping", "timeout"))


def test_many_endpoints_are_reached_side_by_side(ping: Ping, plain: int, store: int) -> None:
    """In the order in which they were given, and one that fails does not stop the others."""
    endpoints = [
        {"address": HOST, "port": plain, "role": "primary"},
        {"address": HOST, "port": 1, "cache": "gone"},
        {"address": "localhost", "port": store, "engine": "memcached"},
    ]
    result = ping(endpoints=endpoints * 10)
    assert [endpoint["reachable"] for endpoint in result["endpoints"]] == [True, False, True] * 10
    assert [endpoint["role"] for endpoint in result["endpoints"]] == ["primary", None, None] * 10
    assert len(result["msg"].splitlines()) == 10
    assert result["msg"].startswith(f"{HOST}:1 (cache gone): tcp: the connection was refused")
