# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How many calls an audit makes: as many as AWS's lists have pages, however many caches, rules and members."""

from __future__ import annotations

from typing import Any

from benchmarks.audit import furnish
from benchmarks.fleet import build
from tests.emulator.calls import OK, clear, counted
from tests.emulator.estate import Estate, start_instance
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import create_cluster
from tests.end_to_end.networks import accept, make_group, make_prefix_list, make_vpc, peer

PORT = 6379
# What one page holds of caches, and of anything in EC2.
CACHES, ROWS = 100, 1000


def add_caches(ec2: Any, elasticache: Any, estate: Estate, office: str, numbers: range) -> None:
    """Add caches, each with a group of its own and five rules: two groups, a list, a shared range and one's own."""
    for number in numbers:
        group = make_group(ec2, estate.vpc_id, f"node-{number:03}-cache")
        create_cluster(elasticache, f"node-{number:03}", [group])
        add_rules(
            ec2,
            group,
            UserIdGroupPairs=[{"GroupId": estate.groups[name]} for name in ("app-web", "app-batch")],
            PrefixListIds=[{"PrefixListId": office}],
            IpRanges=[{"CidrIp": "10.20.1.0/24"}, {"CidrIp": f"10.100.{number}.0/24"}],
        )


def add_rules(ec2: Any, group_id: str, **sources: list[dict[str, str]]) -> None:
    """Add a rule per source to a group."""
    permission = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, **sources}
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])


def calls_of(ansible: Ansible, emulator: Emulator, **options: Any) -> tuple[dict[str, int], dict[str, Any]]:
    """Audit; return how often which call was made, all of them well answered, and the audit."""
    clear(emulator.url)
    audit = ansible.audit(**options)
    counts = counted(emulator.url)
    assert {answer for answers in counts.values() for answer in answers} == {OK}
    assert all(name.partition(":")[2].startswith(("Describe", "Get")) for name in counts)
    return {name: answers[OK] for name, answers in counts.items()}, audit


def expected(clusters: int = 1, rules: int = 1) -> dict[str, int]:
    """Return the calls of an audit for so many pages of clusters and of rules."""
    return {
        "elasticache:DescribeCacheClusters": clusters,
        "elasticache:DescribeReplicationGroups": 1,
        "elasticache:DescribeServerlessCaches": 1,
        "ec2:DescribeSecurityGroupRules": rules,
        # Those of the caches, those that rules name, and those of the console's connect wizard.
        "ec2:DescribeSecurityGroups": 3,
        "ec2:DescribeManagedPrefixLists": 1,
        "ec2:GetManagedPrefixListEntries": 1,
        "ec2:DescribeNetworkInterfaces": 1,
        "ec2:DescribeInstances": 1,
    }


def pages(rows: int, size: int) -> int:
    """Return how many pages so many rows take."""
    return -(-rows // size)


def rules_of(ec2: Any, audit: dict[str, Any]) -> int:
    """Return how many rules the groups of the audited caches have, those for what they send among them."""
    groups = {group["id"] for cache in audit["caches"] for group in cache["security_groups"]}
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    return sum(rule["GroupId"] in groups for rule in rules)


def test_calls_grow_with_pages_and_with_nothing_else(
    ansible: Ansible, emulator: Emulator, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """Twenty caches, sixty, sixty with twice the rules and members, and more than a page holds."""
    office = make_prefix_list(ec2, "office", cidrs=["192.0.2.0/28"])
    add_caches(ec2, elasticache, estate, office, range(20))
    few, audit = calls_of(ansible, emulator)
    assert (few, len(audit["caches"])) == (expected(), 23)

    add_caches(ec2, elasticache, estate, office, range(20, 60))
    many, audit = calls_of(ansible, emulator)
    assert (many, len(audit["caches"]), audit["summary"]["rules"]) == (expected(), 63, 301)
    assert {rule["instances"] for cache in audit["caches"] for rule in cache["rules"]} == {0, 1, 2}

    for cache in audit["caches"]:
        number = cache["name"].partition("node-")[2]
        if number:
            ranges = [{"CidrIp": f"10.101.{int(number)}.{16 * part}/28"} for part in range(5)]
            add_rules(ec2, cache["security_groups"][0]["id"], IpRanges=ranges)
    for name, times in (("app-web", 2), ("app-batch", 1)):
        for _time in range(times):
            start_instance(ec2, estate.subnet_ids[0], estate.groups[name])
    doubled, audit = calls_of(ansible, emulator)
    assert (doubled, audit["summary"]["rules"]) == (expected(), 601)
    assert max(rule["instances"] for cache in audit["caches"] for rule in cache["rules"]) == 5
    with_policy, audit = calls_of(
        ansible,
        emulator,
        grants=[{"cache": f"node-{number:03}", "sources": [{"cidr": f"10.100.{number}.0/24"}]} for number in range(60)],
    )
    assert (with_policy, audit["summary"]["drift"]["wanted"]) == (expected(), 60)

    add_caches(ec2, elasticache, estate, office, range(60, 120))
    most, audit = calls_of(ansible, emulator)
    clusters, rules = pages(120 + 3, CACHES), pages(rules_of(ec2, audit), ROWS)
    assert (clusters, rules) == (2, 2)
    assert (most, len(audit["caches"])) == (expected(clusters, rules), 123)


def test_what_is_elsewhere_takes_a_call_per_list_and_per_vpc_of_caches(
    ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate
) -> None:
    """Not one per rule; and an audit of named caches asks for no groups of the connect wizard."""
    others = [make_vpc(ec2, f"10.3{number}.0.0/16", f"peered-{number}") for number in range(2)]
    for other in others:
        accept(ec2, peer(ec2, estate, other.vpc_id))
    lists = [make_prefix_list(ec2, name) for name in ("one", "two")]
    for cache in estate.caches:
        permission = {
            "IpProtocol": "tcp",
            "FromPort": cache.ports[0],
            "ToPort": cache.ports[0],
            "PrefixListIds": [{"PrefixListId": each} for each in lists],
            "UserIdGroupPairs": [{"GroupId": other.group_id} for other in others],
        }
        ec2.authorize_security_group_ingress(GroupId=estate.groups[cache.group], IpPermissions=[permission])
    several = {
        "elasticache:DescribeCacheClusters": 1,
        "elasticache:DescribeReplicationGroups": 1,
        "elasticache:DescribeServerlessCaches": 1,
        "ec2:DescribeSecurityGroupRules": 1,
        "ec2:DescribeSecurityGroups": 2,
        "ec2:DescribeManagedPrefixLists": 1,
        "ec2:GetManagedPrefixListEntries": 2,
        # Those of the VPC of the caches, and those that carry groups of other VPCs.
        "ec2:DescribeNetworkInterfaces": 2,
        "ec2:DescribeStaleSecurityGroups": 1,
    }
    alone, _audit = calls_of(ansible, emulator, caches=["carts"])
    assert alone == several
    everything, _audit = calls_of(ansible, emulator)
    assert everything == {**several, "ec2:DescribeSecurityGroups": 3, "ec2:DescribeInstances": 1}


def test_500_caches_with_5_rules_each(ansible: Ansible, emulator: Emulator, ec2: Any) -> None:
    """Of every kind, with replication groups of two nodes; the estate of the benchmark."""
    fleet = build(emulator.url, 500)
    furnish(emulator.url, fleet, 5)
    counts, audit = calls_of(ansible, emulator)
    assert (len(audit["caches"]), audit["summary"]["rules"], audit["summary"]["unknown"]) == (500, 2500, 0)
    groups, named = 500, 10
    # For every 200 groups so many pages of their rules: each has 5 and the one for what it sends.
    rules = sum(pages(6 * portion, ROWS) for portion in (200, 200, 100))
    assert rules_of(ec2, audit) == 6 * groups
    assert counts == {
        "elasticache:DescribeCacheClusters": pages(2 * 167 + 167, CACHES),
        "elasticache:DescribeReplicationGroups": pages(167, CACHES),
        "elasticache:DescribeServerlessCaches": pages(166, 50),
        "ec2:DescribeSecurityGroupRules": rules,
        "ec2:DescribeSecurityGroups": pages(groups, 200) + pages(named, 200) + 1,
        "ec2:DescribeNetworkInterfaces": 1,
        "ec2:DescribeInstances": 1,
    }
    assert sum(counts.values()) == 24
