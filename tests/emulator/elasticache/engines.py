# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What follows from the engine: ports, versions, parameter groups."""

from __future__ import annotations

from tests.emulator.elasticache import errors
from tests.emulator.elasticache.base import Request

MEMCACHED = "memcached"

_PORTS = {"redis": 6379, "valkey": 6379, MEMCACHED: 11211}
_VERSIONS = {"redis": "7.1.0", "valkey": "8.1.0", MEMCACHED: "1.6.22"}
_SERVERLESS_VERSIONS = {"redis": ("7", "7.1"), "valkey": ("8", "8.1"), MEMCACHED: ("1.6", "1.6.22")}


def engine_of(request: Request, default: str | None = None) -> str:
    """The engine that a request names."""
    engine = str(request.get("Engine") or default or "").lower()
    if not engine:
        raise errors.missing("Engine")
    if engine not in _PORTS:
        raise errors.invalid_value(f"Invalid value for Engine: {engine}. Valid values are memcached, redis, valkey.")
    return engine


def port_of(request: Request, engine: str) -> int:
    """The port that a request names, else the engine's own."""
    port = request.get("Port")
    if port is None:
        return _PORTS[engine]
    if not 1 <= port <= 65535:
        raise errors.invalid_value(f"Invalid port: {port}. Must be between 1 and 65535")
    return int(port)


def version_of(request: Request, engine: str) -> str:
    """The full version: ``7.1`` is told as ``7.1.0``."""
    version = str(request.get("EngineVersion") or _VERSIONS[engine])
    return f"{version}.0" if engine != MEMCACHED and version.count(".") == 1 else version


def serverless_version(request: Request, engine: str) -> tuple[str, str]:
    """The major version of a serverless cache, and the full one."""
    major, full = _SERVERLESS_VERSIONS[engine]
    wanted = str(request.get("MajorEngineVersion") or major)
    return (major, full) if wanted == major else (wanted, wanted)


def parameter_group(request: Request, engine: str, version: str, cluster_mode: bool = False) -> dict[str, object]:
    """The parameter group, with its state."""
    major = ".".join(version.split(".")[: 2 if engine == MEMCACHED or version < "6" else 1])
    name = f"default.{engine}{major}{'.cluster.on' if cluster_mode else ''}"
    return {
        "CacheParameterGroupName": request.get("CacheParameterGroupName") or name,
        "ParameterApplyStatus": "in-sync",
        "CacheNodeIdsToReboot": [],
    }
