# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""elasticache_ping and what does not answer as a cache does: it ends in time, and says what it is."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
import time
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _dial
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

from tests.ping.conftest import PASSWORD, Ping
from tests.ping.servers import HOST, Certificate
from tests.ping.sockets import (
    Behaviour,
    answering,
    closing,
    deaf,
    dribbling,
    echoing,
    flooding,
    greeting,
    nobody,
    served,
    silent,
)
from tests.ping.test_real_servers import found

# Seconds for a step that is to run out of time.
SHORT = 0.5
# As old servers repeat what they do not know, cut off in the middle.
REPEATED = f"-ERR unknown command `AUTH`, with args beginning with: `{PASSWORD[:-3]}\r\n".encode()


def test_a_port_that_nobody_listens_on(ping: Ping) -> None:
    """Is refused, which no security group does."""
    result = ping(port=nobody())
    assert found(result) == ("tcp", "refused")
    assert "Security groups do not refuse, they drop" in result["msg"]


def test_a_port_whose_packets_are_dropped(ping: Ping) -> None:
    """As a security group drops them: with the command to run, and this host's own address in it."""
    with deaf() as port:
        result = ping(port=port, timeout=SHORT, cache="sessions")
    assert found(result) == ("tcp", "timeout")
    command = f"ansible-playbook elasticache.access.explain_access -e cache=sessions -e address={HOST}"
    assert result["msg"].endswith(command)


@pytest.mark.parametrize(
    ("behave", "options", "step", "code"),
    [
        pytest.param(silent, {}, "ping", "timeout", id="silence"),
        pytest.param(silent, {"password": PASSWORD}, "auth", "timeout", id="silence at the login"),
        pytest.param(silent, {"engine": "memcached"}, "ping", "timeout", id="silence of Memcached"),
        pytest.param(silent, {"tls": True}, "tls", "timeout", id="silence at the handshake"),
        pytest.param(closing, {}, "ping", "closed", id="closed at once"),
        pytest.param(closing, {"engine": "memcached"}, "ping", "closed", id="closed at once by Memcached"),
        pytest.param(closing, {"tls": True}, "tls", "closed", id="closed at the handshake"),
        pytest.param(answering(b"+PO"), {}, "ping", "closed", id="closed half-way"),
        pytest.param(answering(b"VERS"), {"engine": "memcached"}, "ping", "closed", id="Memcached closed half-way"),
        pytest.param(answering(b"+OK\r\n"), {"password": PASSWORD}, "ping", "closed", id="closed after the login"),
        pytest.param(answering(b"+PONG\r\n"), {}, "cluster", "closed", id="closed when asked for nodes"),
        pytest.param(answering(b"+PONG\r\n"), {"cluster_mode": False}, None, None, id="a server that is just enough"),
        pytest.param(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), {}, "ping", "garbage", id="HTTP"),
        pytest.param(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), {"tls": True}, "tls", "not_tls", id="HTTP to TLS"),
        pytest.param(greeting(b"SSH-2.0-OpenSSH_9.2\r\n"), {}, "ping", "garbage", id="SSH"),
        pytest.param(greeting(b"SSH-2.0-OpenSSH_9.2\r\n"), {"tls": True}, "tls", "not_tls", id="SSH to TLS"),
        pytest.param(greeting(b"\x00\xff" * 50), {}, "ping", "garbage", id="bytes"),
        pytest.param(echoing, {}, "ping", "garbage", id="an echo"),
        pytest.param(echoing, {"password": PASSWORD}, "auth", "garbage", id="an echo of the password"),
        pytest.param(echoing, {"engine": "memcached"}, "ping", "garbage", id="an echo in place of Memcached"),
        pytest.param(dribbling, {}, "ping", "timeout", id="a byte at a time for ever"),
        pytest.param(dribbling, {"tls": True}, "tls", "not_tls", id="a byte at a time at the handshake"),
        pytest.param(answering(REPEATED), {"password": PASSWORD}, "auth", "unknown_command", id="an old server"),
        pytest.param(
            greeting(b"-ERR max number of clients reached\r\n"), {}, "ping", "max_clients", id="a full server"
        ),
        pytest.param(answering(b"-LOADING wait\r\n"), {}, "ping", "LOADING", id="a node that is loading"),
        pytest.param(answering(b"+PONG\r\n", b"*0\r\n"), {}, None, None, id="a cluster that names no nodes"),
        pytest.param(
            answering(
                b"+PONG\r\n", b"-ERR unknown subcommand 'SHARDS'\r\n", b"*1\r\n*3\r\n:0\r\n:9\r\n*2\r\n$0\r\n\r\n:1\r\n"
            ),
            {},
            None,
            None,
            id="an engine that knows SLOTS alone",
        ),
    ],
)
def test_what_does_not_answer_as_a_cache_does(
    ping: Ping, behave: Behaviour, options: dict[str, Any], step: str | None, code: str | None
) -> None:
    """In time, with one sentence, and without a word of what was received."""
    begin = time.monotonic()
    with served(behave) as port:
        result = ping(port=port, timeout=SHORT, **options)
    assert found(result) == (step, code)
    assert time.monotonic() - begin < 20
    said = str(result)
    assert not any(piece in said for piece in (PASSWORD, PASSWORD[:-3], PASSWORD[:8], "Bad Request", "OpenSSH"))
    for endpoint in result["endpoints"]:
        assert "Traceback" not in str(endpoint["message"])


def test_a_flood_ends_in_time(ping: Ping) -> None:
    """Be it with the time or with what anybody could have asked for."""
    begin = time.monotonic()
    with served(flooding) as port:
        assert found(ping(port=port, timeout=SHORT)) in (("ping", "timeout"), ("ping", "garbage"))
    assert time.monotonic() - begin < 20


def test_nodes_that_a_server_with_slots_alone_names_are_pinged(ping: Ping) -> None:
    """Port 1 of the same host, on which nobody listens."""
    slots = b"*1\r\n*3\r\n:0\r\n:9\r\n*2\r\n$0\r\n\r\n:1\r\n"
    with served(answering(b"+PONG\r\n", b"-ERR unknown subcommand\r\n", slots)) as port:
        [endpoint] = ping(port=port)["endpoints"]
    [node] = endpoint["nodes"]
    assert (node["address"], node["port"], node["code"]) == (HOST, 1, "refused")


def test_a_tls_alert_in_answer_to_plain_text(ping: Ping, certificate: Certificate) -> None:
    """From a server that closes it politely."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.chain, certificate.key)

    def behave(connection: socket.socket, _over: threading.Event) -> None:
        context.wrap_socket(connection, server_side=True).recv(1)

    with served(behave) as port:
        assert found(ping(port=port, timeout=2)) in (("ping", "tls_expected"), ("ping", "closed"))


def test_what_can_pass_is_tried_again(ping: Ping) -> None:
    """A port that is opened meanwhile, as by a rule that spreads; a password does not become right."""
    port = nobody()
    opened: list[Any] = []

    def open_later() -> None:
        time.sleep(0.4)
        opened.append(socket.create_server((HOST, port)))
        connection, _address = opened[0].accept()
        with connection:
            connection.recv(100)
            connection.sendall(b"+PONG\r\n")

    opening = threading.Thread(target=open_later)
    opening.start()
    result = ping(port=port, retries=200, delay=0.1, cluster_mode=False)
    opening.join()
    opened[0].close()
    assert found(result) == (None, None)
    assert result["endpoints"][0]["attempts"] > 1
    with served(answering(b"-WRONGPASS no\r\n")) as refusing:
        result = ping(port=refusing, password=PASSWORD, retries=5)
    assert (found(result), result["endpoints"][0]["attempts"]) == (("auth", "WRONGPASS"), 1)
    result = ping(port=nobody(), retries=2)
    assert (found(result), result["endpoints"][0]["attempts"]) == (("tcp", "refused"), 3)


def test_names(ping: Ping, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not exist, one that is no name at all, and a resolver that does not answer."""
    assert found(ping(address="nothing.invalid", port=1))[0] == "dns"
    assert found(ping(address="a" * 70 + ".example", port=1)) == ("dns", "name_unknown")

    def waiting(*_arguments: Any, **_more: Any) -> None:
        time.sleep(3)

    monkeypatch.setattr(_dial.socket, "getaddrinfo", waiting)
    begin = time.monotonic()
    result = ping(address="slow.example", port=1, timeout=0.2)
    assert found(result) == ("dns", "resolver_silent")
    assert time.monotonic() - begin < 2

    def busy(*_arguments: Any, **_more: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(_dial.socket, "getaddrinfo", busy)
    assert found(ping(address="busy.example", port=1)) == ("dns", "resolver_silent")


def test_of_several_addresses_one_is_enough(ping: Ping, plain: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for clients; where none takes the connection, the first one's fault is told."""
    stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    port = nobody()
    places = [(HOST, port), (HOST, plain)]
    monkeypatch.setattr(_dial.socket, "getaddrinfo", lambda *_a, **_m: [(*stream, place) for place in places])
    assert found(ping(address="both.example", port=plain)) == (None, None)
    places[1] = (HOST, port)
    assert found(ping(address="both.example", port=plain)) == ("tcp", "refused")
    places[:] = [("::1", 1, 0, 0)]  # type: ignore[list-item]
    monkeypatch.setattr(
        _dial.socket, "getaddrinfo", lambda *_a, **_m: [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", places[0])]
    )
    assert found(ping(address="six.example", port=1))[0] == "tcp"


def test_a_host_without_that_family(ping: Ping, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent, and what is missing is said."""

    def refused(*_arguments: Any, **_more: Any) -> None:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr(_dial.socket, "socket", refused)
    result = ping(port=1)
    assert found(result) == ("tcp", "unreachable")
    assert f"this host has no way to {HOST}" in result["msg"]


def test_a_server_that_has_hung_up_before_the_handshake(ping: Ping, monkeypatch: pytest.MonkeyPatch) -> None:
    """Just between the connection and the handshake."""

    def reset(*_arguments: Any, **_more: Any) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", reset)
    with served(silent) as port:
        assert found(ping(port=port, tls=True)) == ("tls", "closed")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "cannot be read (No such file or directory)", id="no file"),
        pytest.param(b"no certificate", "holds no certificates in PEM form", id="no certificates"),
    ],
)
def test_a_file_of_cas_that_is_none(ping: Ping, tmp_path: Any, content: bytes | None, reason: str) -> None:
    """Before anything is connected to."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidGrantError) as refused:
        ping(port=1, tls=True, ca_path=str(path))
    assert f"ca_path {str(path)!r} {reason} on this host" in str(refused.value)


def test_nothing_is_left_open(ping: Ping, plain: int) -> None:
    """No socket, however an attempt ends; pytest makes an error of one that is."""
    for options in ({"port": plain}, {"port": nobody()}, {"port": plain, "tls": True, "timeout": 0.2}):
        ping(**options)
    gc.collect()
