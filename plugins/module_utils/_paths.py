# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Which security groups a rule of a cache's group can name: those of its VPC, and of VPCs linked with it. Pure.

EC2 refuses a group of any other VPC with InvalidGroup.NotFound. A link is an active peering within the region, or
a transit gateway with security group referencing enabled on the gateway and on both attachments:
https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html and
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-transit-gateways.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, all_or_error
from ansible_collections.elasticache.access.plugins.module_utils._grants import SERVERLESS

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

    Answer = Mapping[str, t.Any]


@dataclass(frozen=True)
class Side:
    """One of the two VPCs of a peering."""

    vpc_id: str
    owner_id: str
    region: str


@dataclass(frozen=True)
class Peering:
    """A peering of two VPCs."""

    peering_id: str
    status: str
    sides: tuple[Side, Side]

    @property
    def is_active(self) -> bool:
        """Say whether packets pass."""
        return self.status == "active"

    @property
    def is_within_region(self) -> bool:
        """Say whether both VPCs are in one region."""
        return self.sides[0].region == self.sides[1].region

    def joins(self, vpc_id: str, far: FarGroup) -> bool:
        """Say whether this peering leads from C(vpc_id) to the VPC of C(far), or to its account if no more is known."""
        return any(
            near.vpc_id == vpc_id and (other.vpc_id == far.vpc_id if far.vpc_id else other.owner_id == far.owner_id)
            for near, other in (self.sides, self.sides[::-1])
        )


@dataclass(frozen=True)
class Attachment:
    """A VPC's attachment to a transit gateway, by an interface in each of C(subnet_ids)."""

    gateway_id: str
    vpc_id: str
    state: str
    is_referencing: bool
    attachment_id: str = ""
    subnet_ids: tuple[str, ...] = ()

    @property
    def is_available(self) -> bool:
        """Say whether packets pass."""
        return self.state == "available"


@dataclass(frozen=True)
class Links:
    """What joins VPCs. C(referencing) says on which of the transit gateways that we see groups can be named.

    C(default_tables) are the route tables with which these associate what is attached, those that do.
    """

    peerings: tuple[Peering, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    referencing: Mapping[str, bool] = field(default_factory=dict)
    default_tables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FarGroup:
    """A group outside the cache's VPC. C(vpc_id) is empty for a group of an account that we cannot look into."""

    text: str
    vpc_id: str
    owner_id: str

    def __str__(self) -> str:
        return f"{self.text} is in {self.vpc_id or f'account {self.owner_id}'}"


def far_groups(targets: Iterable[Target]) -> Iterator[tuple[Target, str, FarGroup]]:
    """Yield each target that is to admit a group of another VPC than its cache's, with that VPC and the group."""
    for target in targets:
        vpc_id = target.groups[0].vpc_id
        for wanted in target.sources if target.group else ():
            if wanted.vpc_id not in (None, vpc_id):
                yield target, vpc_id, FarGroup(wanted.text, wanted.vpc_id, wanted.source.owner_id)


def parse_peerings(answers: Iterable[Answer]) -> tuple[Peering, ...]:
    """Return the entries of DescribeVpcPeeringConnections."""
    return tuple(
        Peering(
            peering_id=answer["VpcPeeringConnectionId"],
            status=answer.get("Status", {}).get("Code", "unknown"),
            sides=(_side(answer.get("RequesterVpcInfo") or {}), _side(answer.get("AccepterVpcInfo") or {})),
        )
        for answer in answers
    )


def _side(answer: Answer) -> Side:
    return Side(answer.get("VpcId", ""), answer.get("OwnerId", ""), answer.get("Region", ""))


def parse_attachments(answers: Iterable[Answer]) -> tuple[Attachment, ...]:
    """Return the entries of DescribeTransitGatewayVpcAttachments."""
    return tuple(
        Attachment(
            gateway_id=answer["TransitGatewayId"],
            vpc_id=answer.get("VpcId", ""),
            state=answer.get("State", "unknown"),
            is_referencing=_is_referencing(answer),
            attachment_id=answer.get("TransitGatewayAttachmentId", ""),
            subnet_ids=tuple(answer.get("SubnetIds") or ()),
        )
        for answer in answers
    )


def parse_referencing(answers: Iterable[Answer]) -> dict[str, bool]:
    """Return for each of the entries of DescribeTransitGateways whether groups can be named across it."""
    return {answer["TransitGatewayId"]: _is_referencing(answer) for answer in answers}


def parse_default_tables(answers: Iterable[Answer]) -> dict[str, str]:
    """Return for each of the entries of DescribeTransitGateways its default association route table, if it has one."""
    found = {
        answer["TransitGatewayId"]: (answer.get("Options") or {}).get("AssociationDefaultRouteTableId")
        for answer in answers
    }
    return {gateway_id: table_id for gateway_id, table_id in found.items() if table_id}


def _is_referencing(answer: Answer) -> bool:
    return bool((answer.get("Options") or {}).get("SecurityGroupReferencingSupport") == "enable")


def is_peered(vpc_id: str, far: FarGroup, peerings: Iterable[Peering]) -> bool:
    """Say whether an active peering within the region makes C(far) a legal source in C(vpc_id)."""
    return any(peering.is_active and peering.is_within_region and peering.joins(vpc_id, far) for peering in peerings)


def check_paths(targets: Iterable[Target], links: Links) -> None:
    """Raise V(InvalidGrantError), with a line per fault, for sources that no rule of their cache can name."""
    all_or_error(partial(_check_path, target.cache, vpc_id, far, links) for target, vpc_id, far in far_groups(targets))


def _check_path(cache: Cache, vpc_id: str, far: FarGroup, links: Links) -> None:
    if is_peered(vpc_id, far, links.peerings):
        return
    across = list(_across_gateways(cache, vpc_id, far, links))
    if "" in across:
        return
    hindrances = [*_across_peerings(vpc_id, far, links.peerings), *across]
    said = (
        "; ".join(hindrances) or "nothing joins the two: no peering, and no transit gateway that both are attached to"
    )
    raise InvalidGrantError(
        f"{far}, while cache {cache.name!r} is in {vpc_id}, and {said}. "
        "Name the address range of the source as cidr instead, or mend the link."
    )


def _across_peerings(vpc_id: str, far: FarGroup, peerings: Iterable[Peering]) -> Iterator[str]:
    """Yield why each peering of the two does not make the group a legal source."""
    for peering in peerings:
        if not peering.joins(vpc_id, far):
            continue
        if not peering.is_within_region:
            regions = " and ".join(side.region for side in peering.sides)
            yield f"their peering {peering.peering_id} joins {regions}, where no rule can name a group of the other"
        else:
            yield f"their peering {peering.peering_id} is {peering.status}, not active"


def _across_gateways(cache: Cache, vpc_id: str, far: FarGroup, links: Links) -> Iterator[str]:
    """Yield, for each transit gateway that both are attached to, why no group can be named across it, or V("")."""
    for near in links.attachments:
        if near.vpc_id != vpc_id:
            continue
        there = [each for each in links.attachments if (each.vpc_id, each.gateway_id) == (far.vpc_id, near.gateway_id)]
        # What another account attached is not shown to us: EC2 has the last word on it.
        if not there and far.vpc_id:
            continue
        # An attachment that has ended is listed for a while beside the one that took its place.
        for pair in [[near, each] for each in there] or [[near]]:
            yield _hindrance(cache, pair, links.referencing)


def _hindrance(cache: Cache, attachments: list[Attachment], referencing: Mapping[str, bool]) -> str:
    gateway_id = attachments[0].gateway_id
    if cache.kind == SERVERLESS:
        # Inferred: a serverless cache is reached through PrivateLink, which knows no groups across a gateway.
        return f"across transit gateway {gateway_id} no rule of a serverless cache can name a group"
    for attachment in attachments:
        if not attachment.is_available:
            return f"the attachment of {attachment.vpc_id} to transit gateway {gateway_id} is {attachment.state}"
    # A gateway of another account may not be shown to us: EC2 has the last word on it.
    off = [] if referencing.get(gateway_id, True) else ["the gateway"]
    off += [f"the attachment of {each.vpc_id}" for each in attachments if not each.is_referencing]
    if off:
        return f"security group referencing over transit gateway {gateway_id} is not enabled on {' and '.join(off)}"
    return ""
