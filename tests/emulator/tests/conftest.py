# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One server for the whole run, its state reset for each test; every answer is held against AWS's service model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.emulator.server import Emulator
from tests.emulator.shapes import watch

REGION = "eu-west-1"
ACCOUNT = "123456789012"

ClientFactory = Callable[..., Any]


@pytest.fixture(scope="session")
def _server() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def emulator(_server: Emulator) -> Emulator:
    """A running emulator that knows of nothing yet."""
    _server.reset()
    return _server


@pytest.fixture(scope="session")
def _clients() -> dict[tuple[str, ...], Any]:
    return {}


@pytest.fixture
def client(emulator: Emulator, _clients: dict[tuple[str, ...], Any]) -> ClientFactory:
    """Makes watched clients: ``client("ec2")``, ``client("sts", region="us-east-1", account="111111111111")``."""

    def make(
        service: str,
        region: str = REGION,
        account: str = ACCOUNT,
        key: str = "testing",
        secret: str = "testing",
        attempts: int = 1,
    ) -> Any:
        wanted = (emulator.url, service, region, account, key, secret, str(attempts))
        if wanted not in _clients:
            session = boto3.session.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=region)
            config = Config(retries={"total_max_attempts": attempts}, connect_timeout=5, read_timeout=30)
            made = session.client(service, endpoint_url=emulator.url, config=config)
            if account != ACCOUNT:

                def add_account(request: Any, **_: Any) -> None:
                    request.headers["x-moto-account-id"] = account

                made.meta.events.register("before-send", add_account)
            _clients[wanted] = watch(made)
        return _clients[wanted]

    return make


@pytest.fixture
def ec2(client: ClientFactory) -> Any:
    """An EC2 client whose every answer is checked."""
    return client("ec2")


@pytest.fixture
def elasticache(client: ClientFactory) -> Any:
    """An ElastiCache client whose every answer is checked."""
    return client("elasticache")
