# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS's throttling: a token bucket per account, region and action. A refused request takes no token.

The numbers are those that AWS publishes for EC2. ElastiCache publishes none: its calls, and any other action, are
throttled only where whoever switches this on gives a limit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from moto.iam.models import get_account_id_from

from tests.emulator.control import Controlled, ask
from tests.emulator.errors import answer_error
from tests.emulator.middleware import AwsRequest, Environ, WSGIApplication, read_request

PATH = "/moto-api/emulator/throttling"


@dataclass(frozen=True)
class Limit:
    """So many requests at once, then so many a second."""

    burst: float
    per_second: float

    def __post_init__(self) -> None:
        if self.burst < 1 or self.per_second <= 0:
            raise ValueError(f"with {self} no request would ever be answered")


_CHANGES = {
    "AuthorizeSecurityGroupIngress": Limit(50, 5),
    "RevokeSecurityGroupIngress": Limit(50, 5),
    "ModifySecurityGroupRules": Limit(50, 5),
    "UpdateSecurityGroupRuleDescriptionsIngress": Limit(50, 5),
    "CreateTags": Limit(100, 10),
}
_DESCRIBE = Limit(100, 20)
_SLOW_DESCRIBES = {
    "DescribeStaleSecurityGroups": Limit(20, 5),
    "DescribeSecurityGroupReferences": Limit(20, 5),
}
# Of these EC2 would rather not tell everything at once.
_UNFILTERED = Limit(50, 10)
_UNFILTERED_ACTIONS = ("DescribeSecurityGroups", "DescribeInstances", "DescribeNetworkInterfaces")
_NARROWING = {"Filter", "MaxResults", "NextToken", "GroupId", "GroupName", "InstanceId", "NetworkInterfaceId"}


def throttle(url: str, limits: Mapping[str, Limit] | None = None) -> None:
    """Throttle at the emulator behind this URL as AWS does, from full buckets on.

    ``limits`` are by action; they add to AWS's own, or take their place.
    """
    ask(url, PATH, "POST", {"limits": {action: asdict(limit) for action, limit in (limits or {}).items()}})


def clear(url: str) -> None:
    """Throttle no more."""
    ask(url, PATH, "DELETE")


def published_limit(request: AwsRequest) -> Limit | None:
    """What AWS publishes for a request, if anything."""
    action = request.action
    if request.service != "ec2":
        return None
    if action in _UNFILTERED_ACTIONS and not _NARROWING & {name.partition(".")[0] for name in request.parameters}:
        return _UNFILTERED
    return _CHANGES.get(action) or _SLOW_DESCRIBES.get(action) or (_DESCRIBE if action.startswith("Describe") else None)


class Bucket:
    """Tokens that come back with time."""

    def __init__(self, limit: Limit, now: float) -> None:
        self._limit = limit
        self._tokens = limit.burst
        self._since = now

    def take(self, now: float) -> bool:
        """Take a token, if there is one."""
        refilled = self._tokens + (now - self._since) * self._limit.per_second
        self._tokens, self._since = min(self._limit.burst, refilled), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttling(Controlled):
    """Middleware: refuses what comes too fast, while it is on."""

    path = PATH

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._given: dict[str, Limit] | None = None
        self._buckets: dict[tuple[str, str, str, Limit], Bucket] = {}
        self._lock = threading.Lock()

    def state(self) -> Any:
        given = self._given
        return {"on": given is not None, "limits": {action: asdict(limit) for action, limit in (given or {}).items()}}

    def set(self, given: dict[str, Any]) -> None:
        limits = {action: Limit(**limit) for action, limit in given.get("limits", {}).items()}
        with self._lock:
            self._given = limits
            self._buckets.clear()

    def clear(self) -> None:
        with self._lock:
            self._given = None
            self._buckets.clear()

    def serve(
        self, application: WSGIApplication, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if self._given is not None:
            request = read_request(environ)
            if not self._admits(request):
                return refuse(start_response, request)
        return application(environ, start_response)

    def _admits(self, request: AwsRequest) -> bool:
        account = request.account or get_account_id_from(request.access_key)
        with self._lock:
            limit = (self._given or {}).get(request.action) or published_limit(request)
            if self._given is None or limit is None:
                return True
            now = self._clock()
            key = (account, request.region, request.action, limit)
            return self._buckets.setdefault(key, Bucket(limit, now)).take(now)


def refuse(start_response: Callable[..., Any], request: AwsRequest) -> Iterable[bytes]:
    """Refuse a request for coming too fast, in the words of the service that was asked."""
    if request.service == "ec2":
        return answer_error(start_response, request, 503, "RequestLimitExceeded", "Request limit exceeded.")
    return answer_error(start_response, request, 400, "Throttling", "Rate exceeded")
