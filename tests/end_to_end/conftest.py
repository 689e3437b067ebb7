# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The demo estate on an emulator, and an Ansible that reaches nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.emulator.estate import SUBNET_GROUP, Estate, build
from tests.emulator.middleware import Environ, WSGIApplication, read_request
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import _clients, client, ec2, elasticache, emulator
from tests.end_to_end.ansible import Ansible

__all__ = ["_clients", "client", "ec2", "elasticache", "emulator"]


class Call(NamedTuple):
    """One request that reached the emulator."""

    action: str
    user_agent: str
    parameters: dict[str, str]


Credentials = dict[str, str]

_calls: list[Call] = []
_meanwhile: dict[str, Callable[[], Any]] = {}


def _record(application: WSGIApplication) -> WSGIApplication:
    """Note down the action of each request before it is served, and let happen what is to happen just before it."""

    def recording(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = read_request(environ)
        action = request.action
        _calls.append(Call(action, environ.get("HTTP_USER_AGENT", ""), request.parameters))
        _meanwhile.pop(action, lambda: None)()
        return application(environ, start_response)

    return recording


@pytest.fixture(scope="session")
def _server() -> Iterator[Emulator]:
    with Emulator(middleware=[_record]) as running:
        yield running


@pytest.fixture
def calls() -> list[Call]:
    """What the emulator was asked for so far, the test's own calls among it."""
    _calls.clear()
    return _calls


@pytest.fixture
def meanwhile() -> Iterator[dict[str, Callable[[], Any]]]:
    """What somebody else does just before the next request of an action is served, by action."""
    _meanwhile.clear()
    yield _meanwhile
    assert not _meanwhile, f"nobody asked for {', '.join(_meanwhile)}"


@pytest.fixture
def estate(ec2: Any, elasticache: Any) -> Estate:
    """The estate of the demo, freshly built."""
    return build(ec2, elasticache)


@pytest.fixture
def ansible(emulator: Emulator, tmp_path: Path) -> Ansible:
    """Ansible, pointed at the emulator."""
    return Ansible(tmp_path, emulator.url)


@pytest.fixture
def permitted(hired: Callable[..., Credentials]) -> Callable[[list[str]], Credentials]:
    """Makes credentials that may do just these actions, and has everything asked from then on be checked."""

    def make(actions: list[str]) -> Credentials:
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        return hired({"Version": "2012-10-17", "Statement": [statement]})

    return make


@pytest.fixture
def hired(client: Callable[..., Any], emulator: Emulator) -> Callable[..., Credentials]:
    """Makes credentials under these policies, and has everything asked from then on be checked."""

    def make(*policies: Any) -> Credentials:
        emulator.trust_everybody()
        iam = client("iam")
        user = f"user-{len(iam.list_users()['Users'])}"
        iam.create_user(UserName=user)
        for number, policy in enumerate(policies):
            iam.put_user_policy(UserName=user, PolicyName=f"policy-{number}", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        emulator.enforce_iam()
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    return make


def create_cluster(elasticache: Any, name: str, group_ids: Sequence[str]) -> None:
    """Add a Redis OSS cluster to the estate; without C(group_ids) it gets the VPC's default group."""
    groups = {"SecurityGroupIds": group_ids} if group_ids else {}
    elasticache.create_cache_cluster(
        CacheClusterId=name,
        Engine="redis",
        CacheNodeType="cache.t4g.micro",
        NumCacheNodes=1,
        CacheSubnetGroupName=SUBNET_GROUP,
        **groups,
    )
