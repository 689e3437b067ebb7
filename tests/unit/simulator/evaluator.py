# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one place at which the simulator's tests ask the collection for its opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import AuditedAws
from ansible_collections.elasticache.access.plugins.module_utils._connection import Listing
from ansible_collections.elasticache.access.plugins.module_utils._discovery import list_caches, with_networks
from ansible_collections.elasticache.access.plugins.module_utils._found_paths import Path
from ansible_collections.elasticache.access.plugins.module_utils._planned_changes import Changes
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._read_network import read_network
from ansible_collections.elasticache.access.plugins.module_utils._senders import INSTANCE, SenderReference, senders_of

Answers = dict[str, Any]


class ToldAws(AuditedAws):
    """The calls of the collection, answered out of what stands in AWS's shapes by the name of the action."""

    def __init__(self, told: Answers) -> None:
        self.region = "eu-west-1"
        self.denied = {}
        self._told = told

    def side_by_side(self, calls: Iterable[Callable[[], Any]]) -> list[Any]:
        return [call() for call in calls]

    def _list(
        self, service: str, operation: str, key: str, page_size: int, most_pages: int | None = None, **options: Any
    ) -> Listing:
        del service, key, page_size, most_pages
        if operation == "GetManagedPrefixListEntries":
            list_id = options["PrefixListId"]
            if list_id not in self._told[operation]:
                self.denied["ec2:GetManagedPrefixListEntries"] = None  # type: ignore[assignment]
                return Listing([])
            self.denied.clear()
            return Listing(list(self._told[operation][list_id]))
        return Listing(list(self._told[operation]))

    def _list_filtered(
        self, operation: str, key: str, name: str, values: Iterable[str], page_size: int = 0, **options: Any
    ) -> list[Any]:
        del key, page_size, options
        return [answer for answer in self._told[operation] if _values(answer, name) & set(values)]

    def _including_managed(self, operation: str) -> dict[str, Any]:
        del operation
        return {}

    def search_transit_gateway_routes(self, table_id: str) -> Listing:
        told = self._told["SearchTransitGatewayRoutes"]
        return Listing(list(told.get(table_id, ())), is_complete=table_id in told)


# Where an answer has what a filter compares; the path leads through lists.
_FILTERS = {
    "accepter-vpc-info.vpc-id": ("AccepterVpcInfo", "VpcId"),
    "group-id": ("GroupId",),
    "instance-id": ("Instances", "InstanceId"),
    "requester-vpc-info.vpc-id": ("RequesterVpcInfo", "VpcId"),
    "subnet-id": ("SubnetId",),
    "transit-gateway-attachment-id": ("TransitGatewayAttachmentId",),
    "transit-gateway-id": ("TransitGatewayId",),
    "vpc-id": ("VpcId",),
}


def _values(answer: Any, name: str) -> set[str]:
    if name == "group-id" and "Groups" in answer:
        return {group["GroupId"] for group in answer["Groups"]}
    found = [answer]
    for key in _FILTERS[name]:
        found = [each.get(key) for each in found]
        found = [one for each in found for one in (each if isinstance(each, list) else [each])]
    return set(found)


def paths(answers: Answers) -> list[Path]:
    """What the collection says of every instance and cache in these answers."""
    aws = ToldAws(answers)
    reservations = answers["DescribeInstances"]
    ids = [instance["InstanceId"] for reservation in reservations for instance in reservation["Instances"]]
    senders = senders_of([SenderReference(INSTANCE, each) for each in ids], reservations, [], aws.region)
    network, receivers = read_network(aws, with_networks(aws, list_caches(aws)), senders, Changes())
    return list(Explainer(network).explain(senders, receivers))


def verdicts(answers: Answers) -> dict[tuple[str, str], str]:
    """What the collection says of every instance and cache in these answers, by instance id and cache name."""
    return {(sender.value, path.cache.name): path.verdict for path in paths(answers) for sender in path.senders}
