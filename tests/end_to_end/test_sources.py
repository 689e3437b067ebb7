# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Everything that can be a source, and the spellings of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import accept, make_prefix_list, make_vpc, peer
from tests.end_to_end.rules import every_rule, inbound, sources_of

OTHER_ACCOUNT = "210987654321"
MISSING_INSTANCE = "i-0123456789abcdef0"
MISSING_LIST = "pl-0123456789abcdef0"


def sentence(result: dict[str, Any]) -> str:
    """Return why a task failed."""
    assert result["failed"], result
    return str(result["msg"])


def add_interface(ec2: Any, estate: Estate, instance: str, group: str) -> str:
    """Give an instance a second network interface with a group of its own."""
    made = ec2.create_network_interface(SubnetId=estate.subnet_ids[0], Groups=[estate.groups[group]])
    interface_id = str(made["NetworkInterface"]["NetworkInterfaceId"])
    ec2.attach_network_interface(DeviceIndex=1, InstanceId=estate.instances[instance], NetworkInterfaceId=interface_id)
    return interface_id


def test_an_instance_stands_for_its_group_which_has_to_be_chosen_where_there_are_several(
    ansible: Ansible, ec2: Any, estate: Estate
) -> None:
    """Every interface counts, the second one as well."""
    web_1, web_2 = estate.instances["web-1"], estate.instances["web-2"]
    web, batch = estate.groups["app-web"], estate.groups["app-batch"]
    second = add_interface(ec2, estate, "web-2", "app-batch")
    one, several, chosen, twice, wrong = ansible.access(
        {"cache": "sessions", "sources": [{"instance": web_1, "description": "Web tier"}]},
        {"cache": "carts", "sources": [{"instance": web_2}]},
        {"cache": "fragments", "sources": [{"instance": web_2, "security_group": "app-batch"}]},
        {"cache": "fragments", "sources": [{"instance": web_2, "security_group": batch}, {"security_group": batch}]},
        {"cache": "carts", "sources": [{"instance": web_1, "security_group": "app-batch"}]},
    )
    assert one["caches"][0]["added"][0]["source"] == {
        "type": "security_group",
        "value": web,
        "name": "app-web",
        "owner_id": "123456789012",
    }
    assert (6390, 6390, web, "Web tier") in inbound(ec2, estate.groups["sessions-cache"])
    [primary] = {
        each["NetworkInterfaceId"]
        for reservation in ec2.describe_instances(InstanceIds=[web_2])["Reservations"]
        for each in reservation["Instances"][0]["NetworkInterfaces"]
    } - {second}
    on = {f"app-web ({web}) on {primary}", f"app-batch ({batch}) on {second}"}
    assert sentence(several) in {
        f"instance '{web_2}' carries several security groups ({', '.join(listed)}); "
        "set security_group beside instance to the one that is to reach the cache."
        for listed in (sorted(on), sorted(on, reverse=True))
    }
    assert chosen["changed"] is True
    assert twice["changed"] is False
    assert inbound(ec2, estate.groups["fragments-cache"]) == {(11211, 11211, batch, "")}
    assert sentence(wrong) == (
        f"security_group 'app-batch' is not carried by instance '{web_1}'; it carries app-web ({web}) on "
        f"{interface_of(ec2, web_1)}."
    )


def interface_of(ec2: Any, instance_id: str) -> str:
    """Return the one interface of an instance."""
    [reservation] = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    [interface] = reservation["Instances"][0]["NetworkInterfaces"]
    return str(interface["NetworkInterfaceId"])


def test_an_instance_that_does_not_run_is_said(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """A stopped one gets its access and a warning; a terminated one has no group any more."""
    stopped, terminated = estate.instances["batch-1"], estate.instances["web-2"]
    ec2.stop_instances(InstanceIds=[stopped])
    ec2.terminate_instances(InstanceIds=[terminated])
    for check in (True, False):
        granted, gone, missing, malformed = ansible.access(
            {"cache": "fragments", "sources": [{"instance": stopped}]},
            {"cache": "fragments", "sources": [{"instance": terminated}]},
            {"cache": "fragments", "sources": [{"instance": MISSING_INSTANCE}]},
            {"cache": "fragments", "sources": [{"instance": "web-1"}]},
            check=check,
        )
        assert granted["changed"] is True
        assert granted["warnings"] == [
            f"instance '{stopped}' is stopped: it can reach cache 'fragments' once it runs; "
            "others of its group can now."
        ]
        assert sentence(gone) == (
            f"instance '{terminated}' is terminated and has no network interface any more; "
            "name its security group as security_group, or another instance."
        )
        assert sentence(missing) == (
            f"instance '{MISSING_INSTANCE}' does not exist in this account and region; check the id, "
            "or name the address of an instance elsewhere as cidr."
        )
        assert sentence(malformed) == (
            "instance 'web-1' is not the id of an instance: 'i-' is followed by 8 or 17 digits of 0-9 and a-f; "
            "give the id, or name its security group as security_group."
        )


def test_prefix_lists_by_id_and_name_of_the_account_and_of_aws(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """The rule names the id; a name that several lists have, or none, is refused."""
    office = make_prefix_list(ec2, "office")
    twins = sorted([make_prefix_list(ec2, "twin"), make_prefix_list(ec2, "twin")])
    [s3] = ec2.describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.eu-west-1.s3"]}]
    )["PrefixLists"]
    by_name, by_id, aws, several, unknown, missing, malformed = ansible.access(
        {"cache": "sessions", "sources": [{"prefix_list": "office", "description": "The office"}]},
        {"cache": "sessions", "sources": [{"prefix_list": office}]},
        {"cache": "sessions", "sources": [{"prefix_list": "com.amazonaws.eu-west-1.s3"}]},
        {"cache": "sessions", "sources": [{"prefix_list": "twin"}]},
        {"cache": "sessions", "sources": [{"prefix_list": "offices"}]},
        {"cache": "sessions", "sources": [{"prefix_list": MISSING_LIST}]},
        {"cache": "sessions", "sources": [{"prefix_list": "pl-12"}]},
    )
    assert (by_name["changed"], by_id["changed"], aws["changed"]) == (True, False, True)
    source = {"type": "prefix_list", "value": office, "name": "office", "owner_id": None}
    assert by_name["caches"][0]["added"][0]["source"] == source
    assert by_name["diff"][0]["after"].splitlines()[-1] == f' tcp/6390  office ({office})  "The office"'
    assert sources_of(ec2, estate.groups["sessions-cache"]) >= {office, s3["PrefixListId"]}
    assert sentence(several) == (
        f"prefix_list 'twin' is the name of several prefix lists; give the id of one: {' or '.join(twins)}."
    )
    assert sentence(unknown) == (
        "prefix_list 'offices' is the name of no prefix list of this account and region. Did you mean office?"
    )
    assert sentence(missing) == (
        f"prefix_list '{MISSING_LIST}' does not exist in this account and region; check the id."
    )
    assert sentence(malformed) == (
        "prefix_list 'pl-12' is not the id of a prefix list: 'pl-' is followed by 8 or 17 digits of 0-9 and a-f."
    )
    [revoked] = ansible.access({"cache": "sessions", "state": "absent", "sources": [{"prefix_list": "office"}]})
    assert [rule["source"] for rule in revoked["caches"][0]["removed"]] == [source]


def test_a_group_of_a_peered_account_is_named_with_its_account(
    ansible: Ansible, ec2: Any, estate: Estate, client: Callable[..., Any]
) -> None:
    """Nobody but EC2 can say whether it exists; the own account in front of an id changes nothing."""
    theirs = client("ec2", account=OTHER_ACCOUNT)
    other = make_vpc(theirs, "10.40.0.0/16", "their-web")
    accept(theirs, peer(ec2, estate, other.vpc_id, PeerOwnerId=OTHER_ACCOUNT))
    foreign = {"cache": "sessions", "sources": [{"security_group": f"{OTHER_ACCOUNT}/{other.group_id}"}]}
    own = {"cache": "sessions", "sources": [{"security_group": f"123456789012/{estate.groups['app-web']}"}]}
    unsaid = {"cache": "sessions", "sources": [{"security_group": other.group_id}]}
    wrong = {"cache": "sessions", "sources": [{"security_group": f"{OTHER_ACCOUNT}/{estate.groups['app-web']}"}]}
    named = {"cache": "sessions", "sources": [{"security_group": f"{OTHER_ACCOUNT}/their-web"}]}
    first, again, ours, hidden, mixed_up, by_name, revoked = ansible.access(
        foreign, foreign, own, unsaid, wrong, named, {**foreign, "state": "absent"}
    )
    assert (first["changed"], again["changed"], ours["changed"]) == (True, False, True)
    [rule] = first["caches"][0]["added"]
    source = {"type": "security_group", "value": other.group_id, "name": None, "owner_id": OTHER_ACCOUNT}
    assert rule["source"] == source
    assert sentence(hidden) == (
        f"security_group '{other.group_id}' does not exist in this account and region; check the id, write "
        "ACCOUNT/sg-... for a group of another account, or name an address range of another region as cidr."
    )
    assert sentence(mixed_up) == (
        f"security_group '{OTHER_ACCOUNT}/{estate.groups['app-web']}' belongs to account 123456789012, "
        f"not to {OTHER_ACCOUNT}; correct it, or leave it out."
    )
    assert "a group of another account is known by its id alone" in sentence(by_name)
    assert [each["rule_id"] for each in revoked["caches"][0]["removed"]] == [rule["rule_id"]]


@pytest.mark.parametrize(
    ("spellings", "stored"),
    [
        (["10.1.2.3/16", "10.1.0.0/16", " 10.1.255.255/16 "], "10.1.0.0/16"),
        (["2001:DB8:0:0::1/56", "2001:db8::/56"], "2001:db8::/56"),
    ],
    ids=["IPv4", "IPv6"],
)
def test_one_source_in_many_spellings_is_one_rule(
    ansible: Ansible, ec2: Any, estate: Estate, spellings: list[str], stored: str
) -> None:
    """Within one run, and from one run to the next."""
    together, alone = ansible.access(
        {"cache": "fragments", "sources": [{"cidr": each} for each in spellings]},
        {"cache": "fragments", "sources": [{"cidr": spellings[-1]}]},
    )
    assert len(together["caches"][0]["added"]) == 1
    assert alone["changed"] is False
    assert inbound(ec2, estate.groups["fragments-cache"]) == {(11211, 11211, stored, "")}


def test_an_ipv4_range_never_serves_a_cache_that_is_reached_over_ipv6_alone(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """Said in check mode as well; a group covers both families; the other way round is a warning."""
    elasticache.create_serverless_cache(
        ServerlessCacheName="six",
        Engine="valkey",
        SubnetIds=list(estate.subnet_ids),
        SecurityGroupIds=[estate.groups["carts-cache"]],
        NetworkType="ipv6",
    )
    old = make_prefix_list(ec2, "old")
    before = every_rule(ec2)
    for check in (True, False):
        cidr, prefix_list = ansible.access(
            {"cache": "six", "sources": [{"cidr": "10.1.0.0/16"}]},
            {"cache": "six", "sources": [{"prefix_list": "old"}]},
            check=check,
        )
        assert sentence(cidr) == (
            "cidr '10.1.0.0/16' holds IPv4 addresses, while cache 'six' is reached over IPv6 alone; "
            "name the IPv6 range of the source, or its security group."
        )
        assert sentence(prefix_list).startswith("prefix_list 'old' holds IPv4 addresses, while cache 'six'")
        assert every_rule(ec2) == before
    assert old
    six, four = ansible.access(
        {"cache": "six", "sources": [{"cidr": "2001:db8::/56"}, {"security_group": "app-web"}]},
        {"cache": "fragments", "sources": [{"cidr": "2001:db8::/56"}]},
    )
    assert (six["changed"], four["changed"]) == (True, True)
    assert "warnings" not in six
    assert four["warnings"] == [
        "cidr '2001:db8::/56' holds IPv6 addresses, while cache 'fragments' is reached over IPv4 alone."
    ]
