# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Hop 7: what joins two VPCs, and what that does with packets from one to the other. Pure.

https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
"""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    PEERINGS,
    VPC_ATTACHMENTS,
)
from ansible_collections.elasticache.access.plugins.module_utils._crossing import NO, YES, Crossing
from ansible_collections.elasticache.access.plugins.module_utils._gateway_crossings import AcrossGateway
from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BAD_STATE_ATTACHMENT,
    BLOCKED,
    OK,
    UNKNOWN,
    Evidence,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.elasticache.access.plugins.module_utils._flows import End, Flow
    from ansible_collections.elasticache.access.plugins.module_utils._network import Network
    from ansible_collections.elasticache.access.plugins.module_utils._paths import Attachment, Peering


def leading_links(network: Network, from_vpc: str, to_vpc: str) -> list[str]:
    """Return the ids of what joins two VPCs: active peerings, then transit gateways that both are attached to."""
    if not from_vpc or not to_vpc:
        return []
    peerings = [
        peering.peering_id
        for peering in network.links.peerings
        if peering.is_active and _ends(peering) == {from_vpc, to_vpc}
    ]
    available = [each for each in network.links.attachments if each.is_available]
    return [*sorted(peerings), *_gateways_of_both(available, from_vpc, to_vpc)]


def _gateways_of_both(attachments: Iterable[Attachment], one_vpc: str, other_vpc: str) -> list[str]:
    """Return the ids of the transit gateways that C(attachments) attach both VPCs to."""
    attached = {(each.gateway_id, each.vpc_id) for each in attachments}
    of_one = {gateway_id for gateway_id, vpc_id in attached if vpc_id == one_vpc}
    return sorted(gateway_id for gateway_id in of_one if (gateway_id, other_vpc) in attached)


def across(flow: Flow, sender: End, receiver: End, link_id: str) -> Crossing:
    """Return what the link does with packets of C(sender) to C(receiver). Without a C(link_id) there is none."""
    if link_id.startswith("pcx-"):
        return _across_peering(flow.network, sender, receiver, link_id)
    if link_id.startswith("tgw-"):
        return AcrossGateway(flow, sender, receiver, link_id).crossing()
    return _across_nothing(flow, sender, receiver)


def _across_nothing(flow: Flow, sender: End, receiver: End) -> Crossing:
    """Return what keeps whatever joins the two VPCs from leading there, or that nothing joins them."""
    network = flow.network
    denied = next((each for each in (PEERINGS, VPC_ATTACHMENTS) if each in network.denied), "")
    if denied:
        return Crossing(UNKNOWN, "What joins the two VPCs could not be read.", action=denied)
    for peering in network.links.peerings:
        if _ends(peering) == {sender.vpc_id, receiver.vpc_id}:
            return _across_peering(network, sender, receiver, peering.peering_id)
    for gateway_id in _gateways_of_both(network.links.attachments, sender.vpc_id, receiver.vpc_id):
        return AcrossGateway(flow, sender, receiver, gateway_id).crossing()
    return Crossing(
        BLOCKED,
        f"Nothing joins {sender.vpc_id} and {receiver.vpc_id}: no peering, and no transit gateway that both are "
        "attached to.",
        code=BAD_STATE_ATTACHMENT,
        mend=Mend(
            f"Peer {sender.vpc_id} with {receiver.vpc_id}, accept that, and add routes on both sides.",
            f"aws ec2 create-vpc-peering-connection --vpc-id {sender.vpc_id} --peer-vpc-id {receiver.vpc_id}",
        ),
        references_in=NO,
        references_out=NO,
    )


def _ends(peering: Peering) -> set[str]:
    return {side.vpc_id for side in peering.sides}


def _across_peering(network: Network, sender: End, receiver: End, peering_id: str) -> Crossing:
    evidence = (Evidence(peering_id),)
    peering = next((each for each in network.links.peerings if each.peering_id == peering_id), None)
    if peering is None:
        denied = network.if_denied(PEERINGS)
        return Crossing(UNKNOWN, f"Peering {peering_id} could not be read.", evidence, action=denied)
    other = _ends(peering) - {sender.vpc_id}
    if receiver.subnet is None:
        said = f"It goes over peering {peering_id} to {' '.join(other)}; what becomes of it there is not looked at."
        if peering.is_active:
            return Crossing(UNKNOWN, said, evidence)
        return Crossing(BLOCKED, said, evidence, BAD_STATE_ATTACHMENT)
    if other != {receiver.vpc_id}:
        return Crossing(BLOCKED, leads_there=False)
    if not peering.is_active:
        accept = f"aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id {peering_id}"
        pending = peering.status == "pending-acceptance"
        return Crossing(
            BLOCKED,
            f"Peering {peering_id} of the two VPCs is {peering.status}, not active.",
            evidence,
            BAD_STATE_ATTACHMENT,
            mend=Mend(f"Accept peering {peering_id}.", accept) if pending else None,
            references_in=NO,
            references_out=NO,
        )
    seen = YES if peering.is_within_region else NO
    return Crossing(
        OK,
        f"Peering {peering_id} of the two VPCs is active.",
        evidence,
        references_in=seen,
        references_out=seen,
        why_no_references="" if seen == YES else "No rule can name a group of another region.",
    )
