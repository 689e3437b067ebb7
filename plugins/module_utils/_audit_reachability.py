# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Whether what is behind the rules of an audit gets through to the caches."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._discovery import with_networks
from ansible_collections.elasticache.access.plugins.module_utils._planned_changes import Changes
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._read_network import read_network
from ansible_collections.elasticache.access.plugins.module_utils._senders import sender_of_carrier

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import AuditedAws
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Reached, Survey


def reach_of_members(aws: AuditedAws, survey: Survey) -> Reached:
    """Return for each cache, and each interface behind one of its rules, the verdict and the reason for it.

    C(aws) is asked once for what lies between all of these and all caches.
    """
    senders = {
        view.cache.identity: {
            carrier.interface_id: sender_of_carrier(carrier, survey.known.instances)
            for access in view.accesses
            if access.members
            for carrier in access.members.carriers
        }
        for view in survey.views
    }
    every = {name: sender for of_cache in senders.values() for name, sender in of_cache.items()}
    if not every:
        return {}
    network, receivers = read_network(aws, with_networks(aws, survey.audited), list(every.values()), Changes())
    explainer = Explainer(network)
    return {
        receiver.cache.identity: {
            sender.value: (path.verdict, path.reason)
            for path in explainer.explain(senders[receiver.cache.identity].values(), [receiver])
            for sender in path.senders
        }
        for receiver in receivers
    }
