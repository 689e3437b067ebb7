# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM as AWS enforces it: resources and conditions count, and denials are in AWS's words.

moto evaluates every call with the resource ``*`` and no condition, and answers ``AccessDenied`` for EC2 as well; EC2
itself says ``UnauthorizedOperation``. A signature that does not match the other services answer with what they have
signed, the session token in it.
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


class SignatureDoesNotMatch(_RESTError):
    """The refusal of a signature, with what it should have been made of."""

    code = 403

    def __init__(self, canonical_request: str, string_to_sign: str) -> None:
        super().__init__(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.\n\n"
            f"The Canonical String for this request should have been\n'{canonical_request}'\n\n"
            f"The String-to-Sign should have been\n'{string_to_sign}'\n",
        )


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

    def _raise_signature_does_not_match(self) -> None:
        if self._service == "ec2":
            super()._raise_signature_does_not_match()
        auth = self._create_auth(self._access_key.create_credentials())
        request = self._create_aws_request()
        canonical_request = auth.canonical_request(request)
        raise SignatureDoesNotMatch(canonical_request, auth.string_to_sign(request, canonical_request))

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
