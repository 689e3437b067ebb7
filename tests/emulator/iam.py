# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM as AWS enforces it: resources and conditions count, and denials are in AWS's words.

moto evaluates every call with the resource ``*`` and no condition, and answers ``AccessDenied`` for EC2 as well; EC2
itself says ``UnauthorizedOperation``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import moto.iam.access_control
from moto.core.exceptions import _RESTError
from moto.ec2.models import ec2_backends
from moto.utilities.utils import get_partition

from tests.emulator.asks import asks
from tests.emulator.policies import ALLOWED, DENIED, Ask, verdict


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
    """moto's check of a signed request, with AWS's decision and wording."""

    def check_action_permitted(self, resource: str) -> None:  # noqa: ARG002
        """Let the request pass, or refuse it. Whoever asks who they are is always told."""
        service, _colon, action = self._action.partition(":")
        if service == "sts":
            return
        policies = [_document(policy) for policy in self._access_key.collect_policies()]
        where = (get_partition(self._region), self._region, self.account_id)
        given: Mapping[str, Any] = self._data
        parameters = {name: value[0] if isinstance(value, list) else value for name, value in given.items()}
        for ask in asks(service, action, parameters, where, self._tags_of):
            said = verdict(policies, ask)
            if said != ALLOWED:
                why = f"because no identity-based policy allows the {ask.action} action"
                self._refuse(ask, "with an explicit deny in an identity-based policy" if said == DENIED else why)

    def _tags_of(self, resource_id: str) -> Mapping[str, str]:
        tags: Mapping[str, str] = ec2_backends[self.account_id][self._region].tags.get(resource_id, {})
        return tags

    def _refuse(self, ask: Ask, why: str) -> None:
        on = "" if ask.resource == "*" else f" on resource: {ask.resource}"
        denial = f"User: {self._access_key.arn} is not authorized to perform: {ask.action}{on} {why}"
        if self._service == "ec2":
            raise UnauthorizedOperation(f"You are not authorized to perform this operation. {denial}")
        raise AccessDenied(denial)


def _document(policy: Any) -> Mapping[str, Any]:
    """Return a policy that moto stores in one way or another."""
    if isinstance(policy, str):
        text = policy
    elif isinstance(policy, dict):
        text = policy["policy_document"]
    else:
        text = next(version.document for version in policy.versions if version.is_default)
    document: Mapping[str, Any] = json.loads(text)
    return document


def install() -> None:
    """moto looks the class up each time it checks a request."""
    moto.iam.access_control.IAMRequest = IAMRequest  # type: ignore[misc]
