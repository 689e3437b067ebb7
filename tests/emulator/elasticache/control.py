# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How a test opens a window from outside: plain HTTP beside the AWS API, which needs no credentials.

``POST /moto-api/emulator/caches/NAME`` with JSON such as ``{"status": "modifying", "membership_status": "adding"}``
(see ``windows`` for the rest) opens one, ``DELETE`` closes it. ``?region=``, ``?account=`` and ``?kind=`` (cluster,
replication_group, serverless) say which cache is meant; without a kind it is every cache of that name.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from moto.core import DEFAULT_ACCOUNT_ID
from moto.elasticache.models import elasticache_backends

from tests.emulator.control import ask

PATH = "/moto-api/emulator/caches"
_REGION = "eu-west-1"


def set_window(
    url: str, name: str, *, region: str = _REGION, account: str = DEFAULT_ACCOUNT_ID, kind: str = "", **window: Any
) -> None:
    """Open a window at the emulator behind this URL; without any state given, close it."""
    where = {"region": region, "account": account} | ({"kind": kind} if kind else {})
    ask(url, f"{PATH}/{name}?{urlencode(where)}", "POST" if window else "DELETE", window)


def answer(request: Any, full_url: str, _headers: Any) -> tuple[int, dict[str, str], str]:
    """Serve one request of this API."""
    parts = urlsplit(full_url)
    where = {key: values[0] for key, values in parse_qs(parts.query).items()}
    name = parts.path.rpartition("/")[2].lower()
    backend: Any = elasticache_backends[where.get("account", DEFAULT_ACCOUNT_ID)][where.get("region", _REGION)]
    try:
        if request.method == "DELETE":
            kinds = backend.close_window(name, where.get("kind"))
        else:
            kinds = backend.open_window(name, json.loads(request.data or b"{}"), where.get("kind"))
    except (TypeError, ValueError) as error:
        return 400, {}, json.dumps({"error": str(error)})
    if not kinds:
        return 404, {}, json.dumps({"error": f"no cache {name}"})
    return 200, {}, json.dumps({"kinds": kinds})
