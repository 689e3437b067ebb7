# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Clients of the emulator's services, by which the world is built and looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from tests.model.world import ACCOUNT, REGION


def clients_of(url: str) -> Callable[..., Any]:
    """Return what makes a client at the emulator behind this URL: ``client("ec2")``, ``client("ec2", PARTNER)``."""

    def client(service: str, account: str = ACCOUNT) -> Any:
        session = boto3.session.Session(
            aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
        )
        made = session.client(service, endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))
        if account != ACCOUNT:

            def add_account(request: Any, **_: Any) -> None:
                request.headers["x-moto-account-id"] = account

            made.meta.events.register("before-send", add_account)
        return made

    return client
