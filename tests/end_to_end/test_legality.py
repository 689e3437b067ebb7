# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which groups of other VPCs a rule can name is said before EC2 is asked to change anything, in check mode as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.networks import OtherVpc, accept, attach, make_gateway, make_vpc, peer
from tests.end_to_end.rules import every_rule, sources_of

OTHER_ACCOUNT, FAR_ACCOUNT, STRANGE_ACCOUNT = "210987654321", "220987654321", "230987654321"
MEND = " Name the address range of the source as cidr instead, or mend the link."
CHANGES = {"AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "CreateTags"}

Grants = dict[str, tuple[dict[str, Any], str]]


def grant(source: str, cache: str = "sessions") -> dict[str, Any]:
    """Return the options that let a group reach a cache."""
    return {"cache": cache, "sources": [{"security_group": source}]}


@pytest.fixture
def gateway(ec2: Any, estate: Estate) -> str:
    """A transit gateway with referencing enabled, which the estate's VPC is attached to."""
    gateway_id = make_gateway(ec2, "enable")
    attach(ec2, gateway_id, estate.vpc_id, "enable")
    return gateway_id


@pytest.fixture
def illegal(ec2: Any, estate: Estate, gateway: str) -> Grants:
    """What no rule can name, each with the sentence about it; between the VPCs lies whatever is wrong."""

    def said(other: OtherVpc, why: str, cache: str = "sessions") -> tuple[dict[str, Any], str]:
        where = f"security_group '{other.group_id}' is in {other.vpc_id}, while cache '{cache}' is in {estate.vpc_id}"
        return grant(other.group_id, cache), f"{where}, and {why}.{MEND}"

    unlinked = make_vpc(ec2, "10.30.0.0/16", "unlinked")
    pending, gone = make_vpc(ec2, "10.31.0.0/16", "pending"), make_vpc(ec2, "10.32.0.0/16", "gone")
    asked, ended = peer(ec2, estate, pending.vpc_id), peer(ec2, estate, gone.vpc_id)
    accept(ec2, ended)
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=ended)

    closed, silent = make_vpc(ec2, "10.33.0.0/16", "closed"), make_vpc(ec2, "10.34.0.0/16", "silent")
    other_gateway = make_gateway(ec2, "disable")
    attach(ec2, other_gateway, estate.vpc_id, "enable")
    attach(ec2, other_gateway, closed.vpc_id, "enable")
    attach(ec2, gateway, silent.vpc_id, "disable")
    private_link = make_vpc(ec2, "10.35.0.0/16", "private-link")
    attach(ec2, gateway, private_link.vpc_id, "enable")

    off = "security group referencing over transit gateway"
    return {
        "no link": said(
            unlinked, "nothing joins the two: no peering, and no transit gateway that both are attached to"
        ),
        "a peering that nobody accepted": said(pending, f"their peering {asked} is pending-acceptance, not active"),
        "a peering that is deleted": said(gone, f"their peering {ended} is deleted, not active"),
        "a gateway without referencing": said(closed, f"{off} {other_gateway} is not enabled on the gateway"),
        "an attachment without referencing": said(
            silent, f"{off} {gateway} is not enabled on the attachment of {silent.vpc_id}"
        ),
        "a serverless cache over a gateway": said(
            private_link, f"across transit gateway {gateway} no rule of a serverless cache can name a group", "carts"
        ),
    }


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
def test_what_no_rule_can_name_is_refused_with_both_vpcs_and_the_way_out(
    ansible: Ansible, ec2: Any, illegal: Grants, calls: list[Call], check: bool
) -> None:
    """EC2 is not asked to change anything."""
    before = every_rule(ec2)
    calls.clear()
    results = ansible.access(*(options for options, _sentence in illegal.values()), check=check)
    assert not {call.action for call in calls} & CHANGES
    assert {case: result["msg"] for case, result in zip(illegal, results, strict=True)} == {
        case: sentence for case, (_options, sentence) in illegal.items()
    }
    assert every_rule(ec2) == before


def test_a_peering_with_another_region_lets_no_rule_name_a_group(
    ansible: Ansible, ec2: Any, estate: Estate, client: Callable[..., Any]
) -> None:
    """Nor does an account that nothing leads to."""
    far = client("ec2", region="us-east-1", account=FAR_ACCOUNT)
    distant = make_vpc(far, "10.36.0.0/16", "distant")
    peering = peer(ec2, estate, distant.vpc_id, PeerOwnerId=FAR_ACCOUNT, PeerRegion="us-east-1")
    accept(far, peering)
    for check in (True, False):
        across, strange = ansible.access(
            grant(f"{FAR_ACCOUNT}/{distant.group_id}"), grant(f"{STRANGE_ACCOUNT}/{distant.group_id}"), check=check
        )
        assert across["msg"] == (
            f"security_group '{FAR_ACCOUNT}/{distant.group_id}' is in account {FAR_ACCOUNT}, while cache 'sessions' is "
            f"in {estate.vpc_id}, and their peering {peering} joins eu-west-1 and us-east-1, where no rule can name a "
            f"group of the other.{MEND}"
        )
        assert "nothing joins the two" in strange["msg"]


def test_what_is_linked_is_granted(
    ansible: Ansible, ec2: Any, estate: Estate, gateway: str, client: Callable[..., Any]
) -> None:
    """An active peering or a referencing gateway, in this account or another; the second run changes nothing."""
    peered, attached = make_vpc(ec2, "10.41.0.0/16", "peered"), make_vpc(ec2, "10.42.0.0/16", "attached")
    accept(ec2, peer(ec2, estate, peered.vpc_id))
    attach(ec2, gateway, attached.vpc_id, "enable")
    theirs = client("ec2", account=OTHER_ACCOUNT)
    foreign = make_vpc(theirs, "10.43.0.0/16", "foreign")
    attach(theirs, gateway, foreign.vpc_id, "enable")
    sources = [peered.group_id, attached.group_id, f"{OTHER_ACCOUNT}/{foreign.group_id}"]
    options = {"cache": "sessions", "sources": [{"security_group": source} for source in sources]}
    foretold, done, again, serverless = [
        *ansible.access(options, check=True),
        *ansible.access(options, options, grant(peered.group_id, "carts")),
    ]
    assert (foretold["changed"], done["changed"], again["changed"]) == (True, True, False)
    assert foretold["diff"] == done["diff"]
    wanted = {peered.group_id, attached.group_id, foreign.group_id}
    assert wanted <= sources_of(ec2, estate.groups["sessions-cache"])
    assert serverless["changed"] is True


@pytest.mark.usefixtures("gateway")
def test_what_ec2_has_the_last_word_on_is_told_in_its_words(
    ansible: Ansible, estate: Estate, client: Callable[..., Any]
) -> None:
    """Over a gateway the attachment of another account is not shown, so that only EC2 knows of it."""
    hidden = make_vpc(client("ec2", account=STRANGE_ACCOUNT), "10.44.0.0/16", "hidden")
    [result] = ansible.access(grant(f"{STRANGE_ACCOUNT}/{hidden.group_id}"))
    group = estate.groups["sessions-cache"]
    assert result["msg"] == (
        f"sessions-cache ({group}): AWS refused ec2:AuthorizeSecurityGroupIngress (InvalidGroup.NotFound): You have "
        f"specified two resources that belong to different networks. Of the security groups {hidden.group_id}, one was "
        "deleted meanwhile, or its VPC is no longer linked with that of the cache: run again to see which. "
        "Nothing was changed."
    )


def test_links_are_asked_for_only_where_a_group_is_elsewhere(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]
) -> None:
    """And gateways only where no peering leads there."""
    asked = {"DescribeVpcPeeringConnections", "DescribeTransitGatewayVpcAttachments", "DescribeTransitGateways"}
    peered = make_vpc(ec2, "10.41.0.0/16", "peered")
    accept(ec2, peer(ec2, estate, peered.vpc_id))
    calls.clear()
    ansible.access({"cache": "sessions", "sources": [{"security_group": "app-web"}, {"cidr": "10.9.0.0/16"}]})
    assert not {call.action for call in calls} & asked
    calls.clear()
    ansible.access(grant(peered.group_id))
    assert {call.action for call in calls} & asked == {"DescribeVpcPeeringConnections"}


def test_a_rule_whose_link_is_gone_can_still_be_revoked(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Legality decides on what is granted, not on what is taken away."""
    peered = make_vpc(ec2, "10.41.0.0/16", "peered")
    peering = peer(ec2, estate, peered.vpc_id)
    accept(ec2, peering)
    ansible.access(grant(peered.group_id))
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    ec2.delete_security_group(GroupId=peered.group_id)
    [revoked] = ansible.access({**grant(peered.group_id), "state": "absent"})
    assert len(revoked["caches"][0]["removed"]) == 1
    assert peered.group_id not in sources_of(ec2, estate.groups["sessions-cache"])
