# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which groups a rule can name, against AWS's words written down a second time, over small worlds of VPCs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._lookup import look_up_links
from ansible_collections.elasticache.access.plugins.module_utils._paths import check_paths
from ansible_collections.elasticache.access.plugins.module_utils._rules import SECURITY_GROUP, Source
from ansible_collections.elasticache.access.plugins.module_utils._sources import ResolvedSource
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.fakes import FakeNetwork
from tests.unit.values import OWNER, PEER, VPC, target

# Which account each VPC is of; the cache is in the first one.
VPCS = {VPC: OWNER, "vpc-b": OWNER, "vpc-c": PEER, "vpc-d": PEER}
HERE, ELSEWHERE = "eu-west-1", "us-east-1"
GATEWAYS = ("tgw-1", "tgw-2")


@dataclass(frozen=True)
class Link:
    """A peering of two VPCs, or a VPC's attachment to a gateway."""

    ends: tuple[str, str]
    state: str
    is_referencing: bool = True
    regions: tuple[str, str] = (HERE, HERE)


@dataclass(frozen=True)
class Estate:
    """VPCs and what joins them. Of attachments and gateways we see those of our account alone."""

    peerings: tuple[Link, ...]
    attachments: tuple[Link, ...]
    gateways: dict[str, bool]
    kind: str

    def network(self) -> FakeNetwork:
        return FakeNetwork(
            peerings=[
                {
                    "VpcPeeringConnectionId": f"pcx-{number}",
                    "Status": {"Code": link.state},
                    **{
                        name: {"VpcId": vpc_id, "OwnerId": VPCS[vpc_id], "Region": region}
                        for name, vpc_id, region in zip(
                            ("RequesterVpcInfo", "AccepterVpcInfo"), link.ends, link.regions, strict=True
                        )
                    },
                }
                for number, link in enumerate(self.peerings)
            ],
            attachments=[
                {
                    "TransitGatewayId": link.ends[1],
                    "VpcId": link.ends[0],
                    "State": link.state,
                    "Options": {"SecurityGroupReferencingSupport": "enable" if link.is_referencing else "disable"},
                }
                for link in self.attachments
                if VPCS[link.ends[0]] == OWNER
            ],
            gateways=[
                {
                    "TransitGatewayId": gateway_id,
                    "Options": {"SecurityGroupReferencingSupport": "enable" if is_referencing else "disable"},
                }
                for gateway_id, is_referencing in self.gateways.items()
            ],
        )


vpcs = st.sampled_from(sorted(VPCS))


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    peerings = draw(
        st.lists(
            st.builds(
                Link,
                ends=st.lists(vpcs, min_size=2, max_size=2, unique=True).map(tuple),
                state=st.sampled_from(["active", "active", "pending-acceptance", "deleted"]),
                regions=st.sampled_from([(HERE, HERE), (HERE, HERE), (HERE, ELSEWHERE), (ELSEWHERE, HERE)]),
            ),
            max_size=3,
        )
    )
    attachments = draw(
        st.lists(
            st.builds(
                Link,
                ends=st.tuples(vpcs, st.sampled_from(GATEWAYS)),
                state=st.sampled_from(["available", "available", "available", "pending", "deleted"]),
                is_referencing=st.sampled_from([True, True, False]),
            ),
            max_size=6,
        )
    )
    gateways = draw(st.dictionaries(st.sampled_from(GATEWAYS), st.sampled_from([True, True, False])))
    return Estate(tuple(peerings), tuple(attachments), gateways, draw(st.sampled_from(["cluster", "serverless"])))


def naming(estate: Estate, vpc_id: str, is_known: bool) -> Target:
    """A grant on the cache for a group of a VPC; of another account's the VPC is not known."""
    owner_id = "" if VPCS[vpc_id] == OWNER else VPCS[vpc_id]
    resolved = ResolvedSource(Source(SECURITY_GROUP, "sg-1", owner_id), None, "sg-1", vpc_id if is_known else "")
    plain = target()
    return replace(plain, sources=(resolved,), cache=replace(plain.cache, kind=estate.kind))


def can_be_named(estate: Estate, vpc_id: str, is_known: bool) -> bool:
    """Say whether a rule for the cache can name a group of a VPC, as far as can be told from what we see."""
    if is_known and vpc_id == VPC:
        return True
    candidates = {vpc_id} if is_known else {other for other, owner in VPCS.items() if owner == VPCS[vpc_id]}
    for link in estate.peerings:
        is_within_region = link.regions[0] == link.regions[1]
        if link.state == "active" and is_within_region and any(set(link.ends) == {VPC, each} for each in candidates):
            return True
    if estate.kind == "serverless":
        return False
    for gateway_id in GATEWAYS:
        if not estate.gateways.get(gateway_id, True):
            continue
        ready = {
            link.ends[0]
            for link in estate.attachments
            if link.ends[1] == gateway_id and link.state == "available" and link.is_referencing
        }
        if VPC in ready and (not is_known or vpc_id in ready):
            return True
    return False


def is_refused(estate: Estate, wanted: Target) -> bool:
    try:
        check_paths([wanted], look_up_links(estate.network(), [wanted]))
    except InvalidGrantError:
        return True
    return False


@given(estates(), st.sampled_from([vpc_id for vpc_id, owner in VPCS.items() if owner == OWNER]))
def test_a_group_of_our_account_is_refused_exactly_where_no_rule_can_name_it(estate: Estate, vpc_id: str) -> None:
    assert is_refused(estate, naming(estate, vpc_id, True)) is not can_be_named(estate, vpc_id, True)


@given(estates())
def test_a_group_of_an_account_that_we_cannot_look_into_is_refused_where_nothing_leads_there(estate: Estate) -> None:
    assert is_refused(estate, naming(estate, "vpc-c", False)) is not can_be_named(estate, "vpc-c", False)


@given(estates(), vpcs)
def test_access_can_be_taken_away_whatever_joins_the_vpcs(estate: Estate, vpc_id: str) -> None:
    assert not is_refused(estate, replace(naming(estate, vpc_id, True), group=None))


@given(estates(), st.lists(st.sampled_from([VPC, "vpc-b"]), max_size=3))
def test_each_group_is_judged_by_itself(estate: Estate, vpc_ids: list[str]) -> None:
    wanted = [naming(estate, vpc_id, True) for vpc_id in vpc_ids]
    links = look_up_links(estate.network(), wanted)
    try:
        check_paths(wanted, links)
        is_one_refused = False
    except InvalidGrantError:
        is_one_refused = True
    assert is_one_refused is any(is_refused(estate, each) for each in wanted)
