# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Certificates and servers that the tests of elasticache_ping have in common; each is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from ansible_collections.elasticache.access.plugins.module_utils._errors import PartialError
from ansible_collections.elasticache.access.plugins.module_utils._run_ping import run

from tests.ping.servers import HOST, Certificate, copied, memcached, redis, redis_cluster

PASSWORD = "open-sesame-0123456789"
OTHER = "another-secret-0123"
Ping = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A CA that the tests trust."""
    return trustme.CA()


@pytest.fixture(scope="session")
def issued(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Certificate]:
    """Issues certificates, by this CA or by another."""
    folder = tmp_path_factory.mktemp("certificates")
    folder.chmod(0o755)

    def issue(*names: str, by: trustme.CA | None = None, **more: Any) -> Certificate:
        made = (by or authority).issue_cert(*names, **more)
        prefix = str(len(list(folder.iterdir())))
        return Certificate(
            chain=copied(folder, f"{prefix}-chain.pem", b"".join(blob.bytes() for blob in made.cert_chain_pems)),
            key=copied(folder, f"{prefix}-key.pem", made.private_key_pem.bytes()),
            ca=copied(folder, f"{prefix}-ca.pem", authority.cert_pem.bytes()),
        )

    return issue


@pytest.fixture(scope="session")
def certificate(issued: Callable[..., Certificate]) -> Certificate:
    """A certificate for this host."""
    return issued("localhost", HOST)


@pytest.fixture(scope="session")
def expired(issued: Callable[..., Certificate]) -> Certificate:
    """A certificate for this host that has expired."""
    return issued("localhost", HOST, not_after=datetime.now(UTC) - timedelta(days=1))


@pytest.fixture(scope="session")
def plain() -> Iterator[int]:
    """A server without anything."""
    with redis() as port:
        yield port


@pytest.fixture(scope="session")
def locked() -> Iterator[int]:
    """A server with a password for the default user, and a user of its own who may do nothing but PING."""
    users = [*("--user", "app", "on", f">{OTHER}", "+ping"), *("--user", "nothing", "on", f">{OTHER}", "-@all")]
    with redis("--requirepass", PASSWORD, *users) as port:
        yield port


@pytest.fixture(scope="session")
def secure(certificate: Certificate) -> Iterator[int]:
    """A server that speaks TLS alone, with a password."""
    with redis("--requirepass", PASSWORD, certificate=certificate) as port:
        yield port


@pytest.fixture(scope="session")
def cluster() -> Iterator[list[int]]:
    """Three nodes in cluster mode."""
    with redis_cluster() as ports:
        yield ports


@pytest.fixture(scope="session")
def store() -> Iterator[int]:
    """Memcached."""
    with memcached() as port:
        yield port


@pytest.fixture
def ping() -> Ping:
    """Does what the module does with these options, without Ansible around it, and returns its result."""

    def do(**options: Any) -> dict[str, Any]:
        nothing = dict.fromkeys(
            ["endpoints", "address", "port", "cache", "ca_path", "username", "password", "cluster_mode"]
        )
        given = {"engine": "redis", "tls": False, "validate_certs": True, "timeout": 5.0, "retries": 0, "delay": 0.05}
        where = {} if "endpoints" in options else {"address": HOST}
        try:
            return {**run({**nothing, **given, **where, **options}), "msg": ""}
        except PartialError as error:
            return {**error.results, "msg": str(error)}

    return do
