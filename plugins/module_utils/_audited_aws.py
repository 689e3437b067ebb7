# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The calls to AWS where only questions are answered: what may not be read is not known, and no reason to give up."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils import _actions
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._connection import Listing
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule

# What explaining can do without. Which caches there are it has to know.
OF_EC2 = frozenset(
    (
        _actions.SUBNET_GROUPS,
        _actions.RULES,
        _actions.GROUPS,
        _actions.INTERFACES,
        _actions.INSTANCES,
        _actions.PREFIX_LISTS,
        _actions.ENTRIES,
        _actions.STALE,
        _actions.SUBNETS,
        _actions.ACLS,
        _actions.ROUTE_TABLES,
        _actions.PEERINGS,
        _actions.VPC_ATTACHMENTS,
        _actions.ATTACHMENTS,
        _actions.GATEWAYS,
        _actions.GATEWAY_ROUTES,
    )
)
# What an audit can do without.
OF_ALL = OF_EC2.union(_actions.LISTINGS.values())
# What is another account's is said not to be there. Inferred for stale groups: only the owner of a VPC that is shared
# is told of them.
_NOT_OUR_VPC = "InvalidVpcID.NotFound"
_NOT_OUR_GATEWAY = "InvalidRouteTableID.NotFound"


class AuditedAws(Aws):
    """The calls to AWS as one makes them who asks: what may not be read is empty, and stands in C(denied)."""

    def __init__(self, module: AccessModule, dispensable: frozenset[str], **options: t.Any) -> None:
        """Take over how to connect, and which calls, named as IAM names them, can be done without."""
        super().__init__(module, **options)
        self._dispensable = dispensable
        self.denied: dict[str, AwsError] = {}

    def _list(self, service: str, operation: str, *arguments: t.Any, **options: t.Any) -> Listing:
        try:
            return super()._list(service, operation, *arguments, **options)
        except AwsError as error:
            self._note(f"{service}:{operation}", error)
            return Listing([])

    def search_transit_gateway_routes(self, table_id: str) -> Listing:
        """Return the routes of one transit gateway's table, as far as they may be read."""
        try:
            return super().search_transit_gateway_routes(table_id)
        except AwsError as error:
            self._note(_actions.GATEWAY_ROUTES, error)
            return Listing([], is_complete=False)

    def _note(self, action: str, error: AwsError) -> None:
        """Note down what may not be read. Raises V(AwsError) again for anything else."""
        if action not in self._dispensable or not (error.is_denied or error.code in (_NOT_OUR_VPC, _NOT_OUR_GATEWAY)):
            raise error
        if error.code != _NOT_OUR_GATEWAY:
            self.denied[action] = error
