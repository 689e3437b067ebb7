# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every option of elasticache_ping meets hostile and broken values, and nothing beyond loopback is ever asked."""

from __future__ import annotations

import copy
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.elasticache.access.plugins.modules import elasticache_ping
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import campaign
from tests.fuzz.drawing import Options, Path, hostile, one_spoilt, paths_of, put
from tests.fuzz.harness import Ending, arrived, ended, faults_of

HOST = "127.0.0.1"
SECRET = "open-sesame-0123456789"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server that answers PONG to whatever it hears first, and hangs up."""

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(1)
                try:
                    connection.recv(4096)
                    connection.sendall(b"+PONG\r\n")
                except OSError:
                    continue

    with socket.create_server((HOST, 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver, as it is for what is no name, and otherwise one that knows nothing but this host."""
    look_up = socket.getaddrinfo

    def resolve(host: Any, port: Any, type: int) -> Any:
        found = look_up(host, port, type=type, flags=socket.AI_NUMERICHOST)
        if not all(ipaddress.ip_address(str(place[0]).partition("%")[0]).is_loopback for *_kind, place in found):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


class Pinger:
    """The module, without the process around it."""

    def __init__(self) -> None:
        captured: dict[str, Any] = {}
        with mock.patch.object(
            elasticache_ping, "run_on_host", lambda job, **arguments: captured.update(arguments, job=job)
        ):
            elasticache_ping.main()
        self._job = captured.pop("job")
        self.paths = paths_of(captured["argument_spec"])
        self._validator = ArgumentSpecValidator(**captured)

    def attempt(self, options: Options) -> Ending:
        """Run it with these options, and with little patience unless they say otherwise."""
        told = {"timeout": 0.5, **arrived(options)}
        # Patience is tested as a value, and not by waiting.
        if isinstance(told.get("timeout"), (int, float)) and told["timeout"] > 1:
            told["timeout"] = 1
        try:
            ending = ended(self._validator, self._job, told, check_mode=False, is_local=True)
            wrong = faults_of(ending, [], check_mode=False)
            assert not wrong, wrong
        except BaseException as error:
            error.add_note(f"elasticache_ping with {told!r:.3000}")
            raise
        return ending


@pytest.fixture(scope="module")
def pinger() -> Pinger:
    return Pinger()


def bases(port: int) -> list[Options]:
    return [
        {"address": HOST, "port": port},
        {"endpoints": [{"address": HOST, "port": port}]},
        {"endpoints": [{"address": HOST, "port": port, "password": SECRET, "username": "shop", "cache": "queue"}]},
        {"address": HOST, "port": port, "engine": "memcached"},
        {"address": HOST, "port": port, "tls": True},
    ]


@pytest.mark.usefixtures("_loopback")
def test_options_of_which_some_are_spoilt(pinger: Pinger, port: int) -> None:
    """A result, Ansible's own word, or one failure of ours; never the password."""

    @st.composite
    def spoilt(draw: st.DrawFn) -> Options:
        options = copy.deepcopy(draw(st.sampled_from(bases(port))))
        for path in draw(st.lists(st.sampled_from(list(pinger.paths)), min_size=1, max_size=3)):
            if path != ("retries",):
                put(options, path, draw(hostile(path, pinger.paths[path])), pinger.paths)
        return options

    @campaign(150)
    @given(options=spoilt())
    def attempt(options: Options) -> None:
        ending = pinger.attempt(options)
        assert SECRET not in f"{ending.failure}{ending.results}{ending.warnings}"

    attempt()


@pytest.mark.usefixtures("_loopback")
def test_failure_names_the_option_that_was_spoilt(pinger: Pinger, port: int) -> None:
    """Or the endpoint, where the options could be meant and it is not reached."""

    @campaign(100)
    @given(drawn=one_spoilt(pinger.paths, bases(port)))
    def attempt(drawn: tuple[Path, Options]) -> None:
        path, options = drawn
        ending = pinger.attempt(options)
        is_named = path[-1].removesuffix("s") in ending.failure
        assert not ending.failure or is_named or ending.results.get("endpoints"), (path, ending.failure)

    attempt()
