# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Denials in AWS's words. moto answers ``AccessDenied`` for EC2 as well; EC2 itself says ``UnauthorizedOperation``."""

from __future__ import annotations

from xml.sax.saxutils import escape

import moto.iam.access_control
from moto.core.exceptions import _RESTError


class UnauthorizedOperation(_RESTError):
    """EC2's refusal, in EC2's envelope."""

    code = 403

    def __init__(self, message: str) -> None:
        super().__init__("UnauthorizedOperation", message)
        self.description = (
            f"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>{escape(message)}</Message>"
            "</Error></Errors><RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>"
        )


class AccessDenied(_RESTError):
    """The refusal of every other service."""

    code = 403

    def __init__(self, message: str) -> None:
        super().__init__("AccessDenied", message)


class IAMRequest(moto.iam.access_control.IAMRequest):
    """moto's check of a signed request, with AWS's wording."""

    def _raise_access_denied(self) -> None:
        action = self._action
        denial = (
            f"User: {self._access_key.arn} is not authorized to perform: {action} "
            f"because no identity-based policy allows the {action} action"
        )
        if self._service == "ec2":
            raise UnauthorizedOperation(f"You are not authorized to perform this operation. {denial}")
        raise AccessDenied(denial)


def install() -> None:
    """moto looks the class up each time it checks a request."""
    moto.iam.access_control.IAMRequest = IAMRequest  # type: ignore[misc]
