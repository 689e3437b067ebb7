# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The emulator with the world on it, and the module's job pointed at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.elasticache.access.plugins.modules import elasticache_expired_access
from moto.moto_api._internal import mock_random

from tests.emulator.middleware import noting
from tests.emulator.server import Emulator
from tests.model.clients import clients_of
from tests.model.machine import Bench
from tests.model.runner import Runner
from tests.model.world import build


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The world on an emulator of its own, with the same ids each time."""
    actions: list[str] = []
    with Emulator(middleware=[noting(lambda request: actions.append(request.action))]) as emulator:
        # Whoever forgets to say where AWS is finds the emulator.
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        emulator.reset()
        mock_random.seed(1)
        yield Bench(
            world=build(clients_of(emulator.url)),
            runner=Runner(emulator.url),
            sweeper=Runner(emulator.url, elasticache_expired_access),
            actions=actions,
            bad_days=emulator.bad_days,
        )
        emulator.reset()
