# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ElastiCache as AWS has it: caches of all three kinds, what guards them, and the states they pass through.

``windows`` tells how a test puts a cache into a state; ``control`` how it says so over HTTP.
"""

from __future__ import annotations

from typing import Any


def install() -> None:
    """Lay the overlay over moto, before moto serves its first request.

    moto looks up its backend and its routes by name each time it needs one.
    """
    from moto.elasticache import urls
    from moto.elasticache.models import elasticache_backends
    from moto.moto_api._internal import urls as moto_api_urls

    from tests.emulator.elasticache import control
    from tests.emulator.elasticache.backend import Backend
    from tests.emulator.elasticache.responses import Responses

    elasticache_backends.backend = Backend
    urls.url_paths["{0}/$"] = Responses.dispatch
    routes: dict[str, Any] = moto_api_urls.url_paths
    routes["{0}" + control.PATH + "/(?P<name>[^/]+)$"] = control.answer
