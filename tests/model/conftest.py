# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The emulator with the world on it, and the module's job pointed at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import boto3
import pytest
from ansible_collections.elasticache.access.plugins.modules import elasticache_expired_access
from botocore.config import Config
from moto.moto_api._internal import mock_random

from tests.emulator.middleware import Environ, WSGIApplication, read_request
from tests.emulator.server import Emulator
from tests.model.machine import Bench
from tests.model.runner import Runner
from tests.model.world import ACCOUNT, REGION, build


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The world on an emulator of its own, with the same ids each time."""
    actions: list[str] = []

    def record(application: WSGIApplication) -> WSGIApplication:
        def recording(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            actions.append(read_request(environ).action)
            return application(environ, start_response)

        return recording

    with Emulator(middleware=[record]) as emulator:
        # Whoever forgets to say where AWS is finds the emulator.
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        emulator.reset()
        mock_random.seed(1)

        def client(service: str, account: str = ACCOUNT) -> Any:
            session = boto3.session.Session(
                aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
            )
            made = session.client(service, endpoint_url=emulator.url, config=Config(retries={"total_max_attempts": 1}))
            if account != ACCOUNT:

                def add_account(request: Any, **_: Any) -> None:
                    request.headers["x-moto-account-id"] = account

                made.meta.events.register("before-send", add_account)
            return made

        yield Bench(
            world=build(client),
            runner=Runner(emulator.url),
            sweeper=Runner(emulator.url, elasticache_expired_access),
            actions=actions,
            bad_days=emulator.bad_days,
        )
        emulator.reset()
