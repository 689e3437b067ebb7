# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a piece of WSGI middleware is here, and what each of them needs to know about an AWS request."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

Environ = dict[str, Any]
WSGIApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Middleware = Callable[[WSGIApplication], WSGIApplication]

_READ = "tests.emulator.request"


@dataclass(frozen=True)
class AwsRequest:
    """The parts of a request by which AWS tells calls apart."""

    service: str
    region: str
    action: str
    parameters: dict[str, str]
    is_json: bool = False
    access_key: str = ""
    account: str = ""  # where the request says so outright

    @property
    def filter_names(self) -> list[str]:
        """The names of the filters that the call carries (``Filter.1.Name`` and the like)."""
        return [value for key, value in self.parameters.items() if key.startswith("Filter") and key.endswith(".Name")]


def read_request(environ: Environ) -> AwsRequest:
    """Tell which call this is; the body is put back for whoever comes next, who need not read it again."""
    if _READ not in environ:
        environ[_READ] = _read(environ)
    found: AwsRequest = environ[_READ]
    return found


def noting(note: Callable[[AwsRequest], object]) -> Middleware:
    """Middleware that tells of each request before it is served."""

    def wrap(application: WSGIApplication) -> WSGIApplication:
        def call(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            note(read_request(environ))
            return application(environ, start_response)

        return call

    return wrap


def _read(environ: Environ) -> AwsRequest:
    access_key, region, service = _credential_scope(environ.get("HTTP_AUTHORIZATION", ""))
    parameters: dict[str, str] = {}
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        parameters = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    parameters = parameters or dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    # Services that speak JSON have their action here, the others have none.
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    return AwsRequest(
        service,
        region,
        parameters.get("Action") or target,
        parameters,
        is_json=bool(target),
        access_key=access_key,
        account=environ.get("HTTP_X_MOTO_ACCOUNT_ID", ""),
    )


def _credential_scope(authorization: str) -> tuple[str, str, str]:
    """Key, region and service of ``AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ...``."""
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    return (scope[0], scope[2], scope[3]) if len(scope) == 5 else ("", "", "")
