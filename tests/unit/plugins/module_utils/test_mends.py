# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST, AclEntry
from ansible_collections.elasticache.access.plugins.module_utils._mends import (
    AclMend,
    AddressMend,
    Mend,
    Workshop,
    add_route,
    any_route,
    grant,
    let_out,
    open_acl,
)
from ansible_collections.elasticache.access.plugins.module_utils._senders import ADDRESS, Sender

from tests.unit.connections import APPS, SESSIONS_CACHE, acl, allow, deny, interface, network, sender
from tests.unit.values import CARTS, SESSIONS, WEB, missing

GRANT = "elasticache.access.elasticache_sg_access"


def test_a_grant_is_a_task_and_a_command() -> None:
    mend = grant(SESSIONS_CACHE, "", [{"security_group": WEB.group_id}], str(WEB))
    assert mend.task is not None
    assert mend.task[GRANT] == {
        "cache": "sessions",
        "cache_type": "cluster",
        "sources": [{"security_group": WEB.group_id}],
    }
    assert mend.command == (
        "ansible-playbook elasticache.access.grant_access -e cache=sessions -e cache_type=cluster "
        f"-e security_group={WEB.group_id}"
    )
    assert missing([str(WEB), "sessions"], mend.sentence) == []


def test_a_grant_says_which_group_of_the_cache_gets_the_rule() -> None:
    mend = grant(SESSIONS_CACHE, CARTS.group_id, [{"cidr": "10.0.0.1/32"}], "10.0.0.1/32")
    assert mend.task is not None
    assert mend.task[GRANT]["security_group"] == CARTS.group_id
    assert missing(["-e cidr=10.0.0.1/32", f"-e cache_security_group={CARTS.group_id}"], mend.command) == []


def test_a_grant_to_several_sources_takes_a_task() -> None:
    mend = grant(SESSIONS_CACHE, "", [{"cidr": "10.0.0.1/32"}, {"cidr": "10.0.0.2/32"}], "both")
    assert (mend.command, mend.task is None) == ("", False)


@pytest.mark.parametrize(
    ("target", "where"),
    [
        (SESSIONS.group_id, f"UserIdGroupPairs=[{{GroupId={SESSIONS.group_id}}}]"),
        ("10.0.2.0/24", "IpRanges=[{CidrIp=10.0.2.0/24}]"),
        ("2001:db8::/64", "Ipv6Ranges=[{CidrIpv6=2001:db8::/64}]"),
    ],
)
def test_outbound_rules(target: str, where: str) -> None:
    assert let_out(WEB.group_id, [6379, 6380], target).command == (
        f"aws ec2 authorize-security-group-egress --group-id {WEB.group_id} --ip-permissions "
        f"'IpProtocol=tcp,FromPort=6379,ToPort=6379,{where}' 'IpProtocol=tcp,FromPort=6380,ToPort=6380,{where}'"
    )


@pytest.mark.parametrize(
    ("mend", "words"),
    [
        (
            add_route("rtb-1", "10.1.0.0/16", "pcx-1", False),
            [" create-route --route-table-id rtb-1 --destination-cidr-block 10.1.0.0/16 --vpc-peering-connection-id"],
        ),
        (
            add_route("rtb-1", "2001:db8::/64", "tgw-1", True),
            [" replace-route ", "--destination-ipv6-cidr-block 2001:db8::/64 --transit-gateway-id tgw-1"],
        ),
    ],
)
def test_routes(mend: Mend, words: list[str]) -> None:
    assert missing(words, mend.command) == []


def test_a_route_over_nobody_knows_what() -> None:
    mend = any_route("rtb-1", "203.0.113.7/32")
    assert (mend.command, missing(["rtb-1", "203.0.113.7/32"], mend.sentence)) == ("", [])


def entry(ports: tuple[int, int] = (6379, 6379), **options: Any) -> AclMend:
    wanted: dict[str, Any] = {"acl_id": "acl-1", "is_egress": False, "cidr": "10.0.1.0/24", "below": LAST, **options}
    return open_acl(first_port=ports[0], last_port=ports[1], **wanted)


def made(mends: Iterable[Any], *inbound: AclEntry, senders: Iterable[Sender] = ()) -> list[Mend]:
    """The mends as they are to be made, where an ACL has these inbound entries."""
    return Workshop(network(acls={APPS: acl("acl-1", inbound, [])})).ready(mends, list(senders))


def numbers(mends: Iterable[Mend]) -> list[str]:
    return [mend.command.partition("--rule-number ")[2].partition(" ")[0] for mend in mends]


def test_an_entry_of_an_acl() -> None:
    [mend] = made([entry()], deny(LAST))
    assert mend.command == (
        "aws ec2 create-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 10 --protocol tcp "
        "--port-range From=6379,To=6379 --cidr-block 10.0.1.0/24 --rule-action allow"
    )
    assert missing(["tcp/6379", "in from 10.0.1.0/24", "acl-1"], mend.sentence) == []
    [mend] = made([entry((1024, 65535), is_egress=True, cidr="2001:db8::/64")])
    words = ["--egress", "--rule-number 10", "From=1024,To=65535", "--ipv6-cidr-block 2001:db8::/64"]
    assert (missing(words, mend.command), missing(["tcp/1024-65535 out to"], mend.sentence)) == ([], [])


@pytest.mark.parametrize(
    ("entries", "below", "number"),
    [
        pytest.param([deny(100)], 100, "10", id="nothing stands before it"),
        pytest.param([allow(100), deny(LAST)], LAST, "110", id="behind the others"),
        pytest.param([allow(95), deny(100), allow(200)], 100, "99", id="no round number is free"),
        pytest.param([allow(90), deny(92), deny(91)], 92, "89", id="between neighbours"),
        pytest.param([allow(99), deny(100)], 100, "98", id="before a neighbour"),
        pytest.param([allow(32761), deny(LAST)], LAST, "32766", id="at the very end"),
        pytest.param([deny(LAST + 1, "::/0")], LAST + 1, "10", id="EC2's own entry for IPv6"),
        pytest.param([deny(2)], 2, "1", id="the first number"),
    ],
)
def test_an_entry_gets_a_free_number_before_the_one_that_denies(
    entries: list[AclEntry], below: int, number: str
) -> None:
    assert numbers(made([entry(below=below)], *entries)) == [number]


def test_where_no_number_is_free_people_have_to_move_entries() -> None:
    [mend] = made([entry(below=2)], allow(1), deny(2))
    assert (mend.command, missing(["tcp/6379", "entry 2"], mend.sentence)) == ("", [])


def test_entries_that_are_made_together_get_different_numbers() -> None:
    mends = [entry((6379, 6379)), entry((6380, 6380)), entry((6379, 6379), is_egress=True)]
    assert numbers(made(mends, allow(100), deny(LAST))) == ["110", "120", "10"]


def test_equal_entries_are_made_once_before_the_first_that_denies() -> None:
    again = [entry(below=50), entry(below=20), entry(below=LAST)]
    assert numbers(made(again, deny(20), deny(50), deny(LAST))) == ["10"]
    assert numbers(made(again[::-1], deny(20), deny(50), deny(LAST))) == ["10"]


def test_other_mends_are_made_once_and_stay_as_they_are() -> None:
    one, other = Mend("Wait."), Mend("Start i-1.", "aws ec2 start-instances --instance-ids i-1")
    assert made([one, other, one]) == [one, other]


def test_a_grant_to_addresses_is_to_those_of_all_sources() -> None:
    senders = [
        sender(1, interface(1, addresses=("10.0.1.1", "10.0.1.101", "2001:db8::1"))),
        sender(2, interface(2), interface(3, addresses=("2001:db8::3",))),
        sender(4, interface(1)),
        Sender(ADDRESS, "192.0.2.1"),
    ]
    [mend] = made([AddressMend(SESSIONS_CACHE, SESSIONS.group_id, 32)], senders=senders)
    assert mend.task is not None
    cidrs = ["10.0.1.1/32", "10.0.1.2/32", "192.0.2.1/32"]
    assert mend.task[GRANT]["sources"] == [{"cidr": cidr} for cidr in cidrs]
    assert mend.task[GRANT]["security_group"] == SESSIONS.group_id
    assert missing(cidrs, mend.sentence) == []
    [mend] = made([AddressMend(SESSIONS_CACHE, "", 128)], senders=senders[:1])
    assert missing(["-e cidr=2001:db8::1/128"], mend.command) == []


def test_answers_of_one_result_share_what_is_alike_and_no_number() -> None:
    workshop = Workshop(network(acls={APPS: acl("acl-1", [deny(LAST)], [])}))
    one, other = workshop.ready([entry()], []), workshop.ready([entry(), entry((6380, 6380))], [])
    assert [numbers(each) for each in (one, other)] == [["10"], ["10", "20"]]
