# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The AWS that the integration targets run on: the emulator, or an account that the environment names in full."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

PREFIX = "eca-it-"
RESOURCES = (
    "a VPC with two subnets and security groups",
    "an EC2 instance (t4g.nano)",
    "a Valkey replication group of one node (cache.t4g.micro)",
    "a Memcached cluster of one node (cache.t4g.micro)",
    "a serverless Valkey cache (of 1 GB and 1000 ECPU per second at most)",
)


class AccountError(Exception):
    """There is no AWS to test on; the message says why."""


@dataclass(frozen=True)
class Account:
    """Where the targets run, and as whom."""

    region: str
    # boto3's, which knows how to renew those of a role.
    credentials: Any = field(repr=False)
    number: str
    is_real: bool
    endpoint_url: str | None = None

    def announcement(self, prefix: str) -> str:
        """What is about to be made, and where."""
        return "\n".join(
            [
                f"This makes resources that cost money in AWS account {self.number}, region {self.region},",
                f"each named {prefix}-... or tagged elasticache-access-integration={prefix}:",
                *(f"  - {resource}" for resource in RESOURCES),
                "They are removed at the end, also when something fails. After a kill, run",
                f"  make integration-cleanup PREFIX={prefix}",
            ]
        )


def emulated(url: str) -> Account:
    """The emulator at this URL."""
    credentials = boto3.Session("testing", "testing").get_credentials()
    return Account("eu-west-1", credentials, number="emulated", is_real=False, endpoint_url=url)


def real_account(environment: Mapping[str, str]) -> Account:
    """The account of these environment variables. Nothing is taken for granted, be it a default profile or region."""
    profile = environment.get("AWS_PROFILE")
    keys = [environment.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")]
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if not profile and not all(keys):
        raise AccountError(
            "No account is named: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the environment."
        )
    if not region:
        raise AccountError("No region is named: set AWS_REGION in the environment.")
    endpoint_url = environment.get("AWS_ENDPOINT_URL")
    try:
        if profile:
            session = boto3.Session(profile_name=profile, region_name=region)
        else:
            session = boto3.Session(*keys, environment.get("AWS_SESSION_TOKEN"), region)
        number = session.client("sts", endpoint_url=endpoint_url).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise AccountError(f"AWS does not say whose credentials these are: {error}") from error
    return Account(region, session.get_credentials(), number, is_real=True, endpoint_url=endpoint_url)


def new_prefix() -> str:
    """A name that no earlier run has had."""
    return PREFIX + secrets.token_hex(4)


def is_prefix(text: str) -> bool:
    """Whether a run can have had this name, so that nothing else is removed for it."""
    return bool(re.fullmatch(f"{PREFIX}[0-9a-f]{{8}}", text))


def write_credentials(account: Account, path: Path) -> None:
    """Write the credentials, as good as they are now, where only this user can read them."""
    frozen = account.credentials.get_frozen_credentials()
    lines = ["[default]", f"aws_access_key_id = {frozen.access_key}", f"aws_secret_access_key = {frozen.secret_key}"]
    if frozen.token:
        lines.append(f"aws_session_token = {frozen.token}")
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
