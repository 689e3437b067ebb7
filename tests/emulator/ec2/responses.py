# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's answers: moto's with ours laid over them."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import DryRunClientError
from moto.ec2.responses import EC2Response

from tests.emulator.ec2.acl_calls import AclCalls
from tests.emulator.ec2.filters import check_amount
from tests.emulator.ec2.group_calls import GroupCalls
from tests.emulator.ec2.network_calls import NetworkCalls
from tests.emulator.ec2.route_calls import RouteCalls
from tests.emulator.ec2.transit_gateway_calls import TransitGatewayCalls
from tests.emulator.ec2.transit_gateway_table_calls import TransitGatewayTableCalls
from tests.emulator.ec2.vpc_calls import VpcCalls

# The server answers on many threads; EC2 adds or removes a set of rules whole or not at all.
_one_call_at_a_time = threading.RLock()


class Responses(
    GroupCalls,
    NetworkCalls,
    VpcCalls,
    RouteCalls,
    AclCalls,
    TransitGatewayCalls,
    TransitGatewayTableCalls,
    EC2Response,
):
    """Every EC2 call, made through ``dispatch``."""

    def _authenticate_and_authorize_normal_action(self, resource: str = "*") -> None:
        # DryRun asks whether the caller may, and is answered before anything else happens; moto knows it for some
        # calls only.
        super()._authenticate_and_authorize_normal_action(resource)
        self.error_on_dryrun()

    def call_action(self) -> Any:
        """Answer the call."""
        with _one_call_at_a_time:
            try:
                return super().call_action()
            except DryRunClientError as answer:
                return self.serialized(ActionResult(answer))

    @staticmethod
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        # moto fills in the id of the request for other services only.
        headers, body = EC2Response._enrich_response(headers, body)
        return headers, body.replace(">request-id<", f">{uuid.uuid4()}<", 1) if isinstance(body, str) else body

    def _filters_from_querystring(self) -> dict[str, Any]:
        filters: dict[str, Any] = super()._filters_from_querystring()
        check_amount(filters)
        return filters
