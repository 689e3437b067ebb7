# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options that say how to connect to AWS, which all modules but elasticache_ping take from amazon.aws."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import Stage, campaign
from tests.fuzz.drawing import hostile
from tests.fuzz.values import BASES

SPEC = aws_argument_spec()
SECRET = "a-secret-nobody-may-see"


@pytest.fixture
def _loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No way but to this host, and no waiting for what does not answer."""
    look_up = socket.getaddrinfo

    def refuse(host: Any, *arguments: Any, **more: Any) -> Any:
        if host not in ("127.0.0.1", "localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(time, "sleep", lambda _seconds: None)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield


@pytest.mark.usefixtures("_loopback")
def test_connection_of_which_some_is_spoilt(stage: Stage) -> None:
    drawn = st.lists(st.sampled_from(list(SPEC)), min_size=1, max_size=2).flatmap(
        lambda names: st.fixed_dictionaries({name: hostile((name,), SPEC[name]) for name in names})
    )

    @campaign(60)
    @given(options=drawn, module=st.sampled_from(list(BASES)))
    def attempt(options: dict[str, Any], module: str) -> None:
        options = {"secret_key": SECRET, **BASES[module][0], **options}
        ending = stage.attempt(module, options, check_mode=True, anew=True)
        assert SECRET not in f"{ending.failure}{ending.warnings}"

    attempt()
