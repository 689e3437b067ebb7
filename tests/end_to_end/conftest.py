# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The demo estate on an emulator, and an Ansible that reaches nothing else."""

from __future__ import annotations

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


_calls: list[Call] = []


def _record(application: WSGIApplication) -> WSGIApplication:
    """Note down the action of each request before it is served."""

    def recording(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        _calls.append(Call(read_request(environ).action, environ.get("HTTP_USER_AGENT", "")))
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
def estate(ec2: Any, elasticache: Any) -> Estate:
    """The estate of the demo, freshly built."""
    return build(ec2, elasticache)


@pytest.fixture
def ansible(emulator: Emulator, tmp_path: Path) -> Ansible:
    """Ansible, pointed at the emulator."""
    return Ansible(tmp_path, emulator.url)


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
