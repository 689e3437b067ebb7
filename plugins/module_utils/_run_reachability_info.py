# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_reachability_info: find both ends, read what lies between, explain."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._actions import INSTANCES, INTERFACES
from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import OF_EC2, AuditedAws
from ansible_collections.elasticache.access.plugins.module_utils._call_limits import read_call_limits
from ansible_collections.elasticache.access.plugins.module_utils._errors import all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._mends import Workshop
from ansible_collections.elasticache.access.plugins.module_utils._planned_changes import read_changes
from ansible_collections.elasticache.access.plugins.module_utils._planned_groups import read_planned_groups
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._reachability_values import (
    NOT_LOOKED_AT,
    caches_values,
    overall,
    path_values,
    sender_values,
)
from ansible_collections.elasticache.access.plugins.module_utils._read_network import read_network
from ansible_collections.elasticache.access.plugins.module_utils._selection import select_caches
from ansible_collections.elasticache.access.plugins.module_utils._senders import (
    ADDRESS,
    INSTANCE,
    INTERFACE,
    read_sender,
    senders_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
    from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender, SenderReference


def run(module: AccessModule) -> dict[str, t.Any]:
    """Return whether the sources reach the caches that the module's options name, as the module's result.

    Raises V(AccessError) where a source does not exist, or a cache and O(missing=fail), and where the sources named
    may not be read at all.
    """
    options = module.params
    references = list(dict.fromkeys(all_or_error(partial(read_sender, text) for text in options["sources"])))
    changes, planned = read_changes(options["planned"]), read_planned_groups(options["planned"])
    aws = AuditedAws(module, OF_EC2, **read_call_limits(options))
    reads: list[Callable[[], t.Any]] = [
        partial(select_caches, aws, options),
        partial(_read_senders, aws, references),
    ]
    (caches, missing), senders = aws.side_by_side(reads)
    network, receivers = read_network(aws, caches, senders, changes, planned)
    paths = list(Explainer(network).explain(senders, receivers))
    workshop = Workshop(network)
    return {
        "changed": False,
        "region": aws.region,
        "verdict": overall(paths),
        "planned": options["planned"] is not None,
        "caches": caches_values(paths),
        "sources": [sender_values(sender) for sender in senders],
        "paths": [path_values(path, workshop, options["include_hops"]) for path in paths],
        "missing": missing,
        "not_looked_at": list(NOT_LOOKED_AT),
    }


def _read_senders(aws: AuditedAws, references: Sequence[SenderReference]) -> list[Sender]:
    """Return the sources. Raises V(AccessError) for those that are not there, and where they may not be read."""
    named: dict[str, list[str]] = {INSTANCE: [], INTERFACE: [], ADDRESS: []}
    for reference in references:
        named[reference.kind].append(reference.value)
    reads: list[Callable[[], t.Any]] = [
        partial(aws.describe_instances, named[INSTANCE]),
        partial(aws.describe_network_interfaces_by_id, named[INTERFACE]),
        partial(aws.describe_network_interfaces_with, named[ADDRESS]),
    ]
    reservations, by_id, by_address = aws.side_by_side(reads)
    for kind, action in ((INSTANCE, INSTANCES), (INTERFACE, INTERFACES)):
        if named[kind] and action in aws.denied:
            raise aws.denied[action]
    interfaces = [*by_id, *by_address]
    # An interface is as good as the instance that it belongs to.
    attached = {(each.get("Attachment") or {}).get("InstanceId", "") for each in interfaces} - {"", *named[INSTANCE]}
    reservations = [*reservations, *aws.describe_instances(attached)]
    return senders_of(references, reservations, interfaces, aws.region)
