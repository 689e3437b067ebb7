# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every failure as AWS would put it: never an HTML page, always a code and a message that botocore can read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationNotFoundError
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from tests.emulator.middleware import AwsRequest, Environ, WSGIApplication, read_request


class ReadableErrors:
    """Middleware: turns what moto lets escape into an error in the service's own format."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = read_request(environ)
        try:
            return self._application(environ, start_response)
        except HTTPException as error:
            return error(environ, start_response)
        except Exception as error:  # pylint: disable=broad-exception-caught
            status, code, message = explain(error, request)
            return answer_error(start_response, request, status, code, message)


def explain(error: Exception, request: AwsRequest) -> tuple[int, str, str]:
    """Status, code and message for an exception that moto did not answer itself."""
    if isinstance(error, OperationNotFoundError):
        return 400, "InvalidAction", f"The action {request.action} is not valid for this web service."
    if isinstance(error, (KeyError, NotImplementedError)):
        for name in request.filter_names:
            if name in str(error):
                return 400, "InvalidParameterValue", f"The filter '{name}' is invalid"
    if isinstance(error, NotImplementedError):
        return 400, "InvalidAction", f"The emulator does not implement {request.service}:{request.action}: {error}"
    return 500, "InternalError", f"The emulator failed in {request.action}: {type(error).__name__}: {error}"


def answer_error(
    start_response: Callable[..., Any], request: AwsRequest, status: int, code: str, message: str
) -> Iterable[bytes]:
    """Answer an error in the wire format of the service that was asked."""
    content_type, body = _render(request, status, code, message)
    content = body.encode()
    headers = [("Content-Type", content_type), ("Content-Length", str(len(content)))]
    start_response(f"{status} {code}", headers)
    return [content]


def _render(request: AwsRequest, status: int, code: str, message: str) -> tuple[str, str]:
    if request.is_json:
        return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    identity = uuid.uuid4()
    if _protocol(request.service) == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{identity}</RequestID></Response>"
    else:
        side = "Sender" if status < 500 else "Receiver"
        body = (
            f"<ErrorResponse><Error><Type>{side}</Type>{error}</Error><RequestId>{identity}</RequestId></ErrorResponse>"
        )
    return "text/xml;charset=UTF-8", body


def _protocol(service: str) -> str:
    try:
        return str(get_service_model(service).protocol)
    except Exception:  # pylint: disable=broad-exception-caught
        return "query"  # an unsigned request, or a service that botocore calls by another name
