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

# What can be done without: it is then said what is not known.
_DISPENSABLE = frozenset(
    (
        *_actions.LISTINGS.values(),
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
# Inferred: only the owner of a VPC that is shared with other accounts is told of stale groups in it.
_NOT_OUR_VPC = "InvalidVpcID.NotFound"


class AuditedAws(Aws):
    """The calls to AWS as an audit makes them: what may not be read is empty, and stands in C(denied)."""

    def __init__(self, *arguments: t.Any, **options: t.Any) -> None:
        super().__init__(*arguments, **options)
        self.denied: dict[str, AwsError] = {}

    def _list(self, service: str, operation: str, *arguments: t.Any, **options: t.Any) -> Listing:
        try:
            return super()._list(service, operation, *arguments, **options)
        except AwsError as error:
            action = f"{service}:{operation}"
            if action not in _DISPENSABLE or not (error.is_denied or error.code == _NOT_OUR_VPC):
                raise
            self.denied[action] = error
            return Listing([])
