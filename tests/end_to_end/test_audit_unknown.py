# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the credentials may not read: the audit goes on, says so, and takes nothing unseen for clean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.emulator import faults
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.audits import of_cache, of_check, rows
from tests.end_to_end.conftest import Credentials, create_cluster
from tests.end_to_end.networks import accept, inhabit, make_group, make_prefix_list, make_vpc, peer
from tests.end_to_end.rules import allow

CLUSTERS = "elasticache:DescribeCacheClusters"
REPLICATION_GROUPS = "elasticache:DescribeReplicationGroups"
SERVERLESS_CACHES = "elasticache:DescribeServerlessCaches"
LISTINGS = (CLUSTERS, REPLICATION_GROUPS, SERVERLESS_CACHES)
RULES = "ec2:DescribeSecurityGroupRules"
GROUPS = "ec2:DescribeSecurityGroups"
INTERFACES = "ec2:DescribeNetworkInterfaces"
INSTANCES = "ec2:DescribeInstances"
PREFIX_LISTS = "ec2:DescribeManagedPrefixLists"
ENTRIES = "ec2:GetManagedPrefixListEntries"
STALE = "ec2:DescribeStaleSecurityGroups"
READ = (*LISTINGS, RULES, GROUPS, INTERFACES, INSTANCES, PREFIX_LISTS, ENTRIES, STALE)
AUDIT = "elasticache.access.elasticache_access_info"
FOREIGN_ACCOUNT = "210987654321"

Audits = dict[str, dict[str, Any]]
Without = Callable[..., Audits]
COUNTS = ("instances", "interfaces", "addresses", "members")


@pytest.fixture
def without(ansible: Ansible, permitted: Callable[[list[str]], Credentials]) -> Without:
    """Audits with each of these permissions taken away alone, or several together, by what was taken away."""

    def audit(*actions: str | tuple[str, ...], **options: Any) -> Audits:
        users = []
        for action in actions:
            lacking = (action,) if isinstance(action, str) else action
            users.append(permitted([each for each in READ if each not in lacking]))
        tasks = [{AUDIT: options, "environment": credentials} for credentials in users]
        names = [action if isinstance(action, str) else " ".join(action) for action in actions]
        return dict(zip(names, ansible.tasks(*tasks), strict=True))

    return audit


@pytest.fixture
def rules(ec2: Any, estate: Estate, client: Callable[..., Any]) -> dict[str, str]:
    """Rules of the cache sessions that need every kind of read, by what they are."""
    group = estate.groups["sessions-cache"]
    peered = make_vpc(ec2, "10.30.0.0/16", "peered")
    accept(ec2, peer(ec2, estate, peered.vpc_id))
    inhabit(ec2, peered, "10.30.1.0/24")
    theirs = client("ec2", account=FOREIGN_ACCOUNT)
    gone = make_vpc(theirs, "10.40.0.0/16", "gone")
    accept(theirs, peer(ec2, estate, gone.vpc_id, PeerOwnerId=FOREIGN_ACCOUNT))
    sources = {
        "web": estate.groups["app-web"],
        "nobody": make_group(ec2, estate.vpc_id, "nobody"),
        "peered": peered.group_id,
        "gone": f"{FOREIGN_ACCOUNT}/{gone.group_id}",
        "open list": make_prefix_list(ec2, "world", cidrs=["0.0.0.0/0"]),
        "empty list": make_prefix_list(ec2, "blank", entries=2),
        "range": "10.20.0.0/16",
    }
    made = {name: allow(ec2, group, source, 6390) for name, source in sources.items()}
    theirs.delete_security_group(GroupId=gone.group_id)
    return made


def unknowns(audit: Mapping[str, Any], name: str) -> dict[str | None, str]:
    """Return what is said to be unknown of one cache, by the action that would tell."""
    return {each["action"]: each["message"] for each in of_cache(dict(audit), name)["unknown"]}


def found(audit: dict[str, Any], name: str = "sessions") -> set[str]:
    """Return the checks that found something about one cache."""
    return {finding["check"] for finding in of_cache(audit, name)["findings"]}


@pytest.mark.usefixtures("rules")
def test_with_every_permission_nothing_is_unknown(without: Without) -> None:
    """What the other tests here take away from."""
    [audit] = without(()).values()
    assert (audit["unknown"], audit["summary"]["unknown"]) == ([], 0)
    assert found(audit) == {"open_to_any_address", "stale_reference", "empty_source"}


@pytest.mark.usefixtures("rules")
def test_caches_that_may_not_be_listed(without: Without, elasticache: Any, estate: Estate) -> None:
    """The other kinds are audited; whose groups are not told is unknown, and nothing is said of who shares them."""
    create_cluster(elasticache, "lodger", [estate.groups["carts-cache"]])
    audits = without(*LISTINGS)
    shown = {action: [cache["name"] for cache in audit["caches"]] for action, audit in audits.items()}
    assert shown == {
        CLUSTERS: ["sessions", "carts"],
        REPLICATION_GROUPS: ["fragments", "lodger", "carts"],
        SERVERLESS_CACHES: ["fragments", "lodger", "sessions"],
    }
    for action, what in (
        (CLUSTERS, "Clusters, and the members of replication groups,"),
        (REPLICATION_GROUPS, "Replication groups"),
        (SERVERLESS_CACHES, "Serverless caches"),
    ):
        assert audits[action]["unknown"] == [
            {
                "message": f"{what} could not be listed; there may be caches that this audit does not show.",
                "action": action,
            }
        ]
    blind = of_cache(audits[CLUSTERS], "sessions")
    assert (blind["security_groups"], blind["vpc_id"], blind["findings"]) == ([], None, [])
    assert unknowns(audits[CLUSTERS], "sessions") == {
        CLUSTERS: "ElastiCache does not tell which security groups it carries."
    }
    assert of_check(audits[CLUSTERS], "carts", "shared_by_caches") == []
    assert of_check(audits[REPLICATION_GROUPS], "carts", "shared_by_caches") != []
    assert found(audits[SERVERLESS_CACHES]) == {"open_to_any_address", "stale_reference", "empty_source"}


def test_the_endpoints_of_serverless_caches_that_may_not_be_listed_are_not_taken_for_others(
    without: Without, elasticache: Any, estate: Estate
) -> None:
    """Whose they are is not known then."""
    create_cluster(elasticache, "lodger", [estate.groups["carts-cache"]])
    audits = without((), SERVERLESS_CACHES)
    assert [of_check(audit, "lodger", "guards_others") for audit in audits.values()] == [[], []]


@pytest.mark.usefixtures("rules")
def test_rules_and_groups_that_may_not_be_read(without: Without, estate: Estate, ec2: Any) -> None:
    """No rules are shown as unknown rules, and groups without their names; quotas that cannot be told are null."""
    list_heavy = make_prefix_list(ec2, "heavy", entries=40)
    allow(ec2, estate.groups["fragments-cache"], list_heavy, 22)
    audits = without(RULES, GROUPS)
    group = estate.groups["sessions-cache"]

    no_rules = of_cache(audits[RULES], "sessions")
    assert unknowns(audits[RULES], "sessions") == {
        RULES: "The rules of its security groups could not be read; anything may reach it."
    }
    assert (no_rules["rules"], no_rules["findings"], no_rules["worst"]) == ([], [], None)
    assert no_rules["security_groups"] == [{"id": group, "name": "sessions-cache", "status": "active", "quota": None}]
    assert audits[RULES]["summary"]["unknown"] == 3

    no_groups = of_cache(audits[GROUPS], "sessions")
    assert unknowns(audits[GROUPS], "sessions") == {
        GROUPS: f"EC2 does not show {group}, which it carries: neither its name and VPC nor who is behind its rules is "
        "known."
    }
    assert (no_groups["vpc_id"], no_groups["security_groups"][0]["name"]) == (None, None)
    assert no_groups["security_groups"][0]["quota"] == {"ipv4_used": 13, "ipv6_used": 12, "limit": 60}
    assert len(no_groups["rules"]) == 8
    for rule in no_groups["rules"]:
        assert {rule[each] for each in COUNTS} == {None}
        assert rule["security_group"] == {"id": group, "name": None}
        if rule["source"]["type"] == "security_group":
            assert (rule["source"]["name"], rule["source"]["vpc_id"]) == (None, None)
    assert found(audits[GROUPS]) == {"open_to_any_address"}
    assert audits[GROUPS]["members"] == {}


def test_interfaces_and_instances_that_may_not_be_read(
    without: Without, rules: dict[str, str], estate: Estate, ec2: Any
) -> None:
    """Then nobody is counted, nobody is called empty, and what else a group guards is not said to be nothing."""
    ec2.modify_instance_attribute(
        InstanceId=estate.instances["web-1"], Groups=[estate.groups["app-web"], estate.groups["sessions-cache"]]
    )
    audits = without((), INTERFACES, INSTANCES)
    assert of_check(audits[""], "sessions", "guards_others") != []

    no_interfaces = audits[INTERFACES]
    assert unknowns(no_interfaces, "sessions") == {
        INTERFACES: "Who carries its groups, and who is behind its rules, could not be read."
    }
    assert {rule[each] for rule in rows(no_interfaces, "sessions").values() for each in COUNTS} == {None}
    assert (no_interfaces["members"], found(no_interfaces)) == ({}, {"open_to_any_address", "stale_reference"})

    no_instances = audits[INSTANCES]
    assert no_instances["unknown"] == [
        {"message": "The names and states of instances could not be read.", "action": INSTANCES}
    ]
    web = rows(no_instances, "sessions")[rules["web"]]
    assert (web["instances"], web["interfaces"], web["addresses"]) == (2, 2, 2)
    assert no_instances["members"][web["members"]]["instances"] == [
        {"id": each, "name": None, "state": None}
        for each in sorted([estate.instances["web-1"], estate.instances["web-2"]])
    ]
    assert found(no_instances) == found(audits[""])


def test_a_group_is_not_called_left_behind_where_its_carriers_may_not_be_read(
    without: Without, ec2: Any, estate: Estate
) -> None:
    """An instance carries it, which only its network interface tells."""
    wizard = make_group(ec2, estate.vpc_id, "ec2-elasticache:1")
    ec2.modify_instance_attribute(InstanceId=estate.instances["web-1"], Groups=[estate.groups["app-web"], wizard])
    audits = without((), INTERFACES)
    assert [audit["findings"] for audit in audits.values()] == [[], []]


def test_whether_groups_were_left_behind_is_unknown_where_groups_or_carriers_may_not_be_read(
    without: Without, ec2: Any, estate: Estate
) -> None:
    """Which is a matter of the region, and not of a cache."""
    make_group(ec2, estate.vpc_id, "ec2-elasticache:1")
    audits = without(INTERFACES, GROUPS)
    assert [audit["findings"] for audit in audits.values()] == [[], []]
    told = {action: [each["action"] for each in audit["unknown"]] for action, audit in audits.items()}
    assert told == {action: [action] for action in (INTERFACES, GROUPS)}


def test_prefix_lists_and_stale_groups_that_may_not_be_read(without: Without, rules: dict[str, str]) -> None:
    """An unread list is not an empty one, its weight is not one, and a foreign group is not said to be there."""
    audits = without(PREFIX_LISTS, ENTRIES, STALE)
    lists = {name: rows(audits[PREFIX_LISTS], "sessions")[rules[name]] for name in ("open list", "empty list")}
    assert unknowns(audits[PREFIX_LISTS], "sessions") == {
        PREFIX_LISTS: "How much its prefix lists count against the quota could not be read."
    }
    assert of_cache(audits[PREFIX_LISTS], "sessions")["security_groups"][0]["quota"] is None
    assert {(row["source"]["name"], row["source"]["owner_id"]) for row in lists.values()} == {(None, None)}
    assert [row["addresses"] for row in lists.values()] == [2**32, 0]
    assert found(audits[PREFIX_LISTS]) == {"open_to_any_address", "stale_reference", "empty_source"}

    values = sorted(row["source"]["value"] for row in lists.values())
    assert unknowns(audits[ENTRIES], "sessions") == {
        ENTRIES: f"What prefix list {' and '.join(values)} holds could not be read; it may admit any address."
    }
    unread = rows(audits[ENTRIES], "sessions")
    assert {unread[rules[name]][each] for name in lists for each in COUNTS} == {None}
    assert {unread[rules[name]]["source"]["name"] for name in lists} == {"world", "blank"}
    assert of_check(audits[ENTRIES], "sessions", "open_to_any_address") == []
    [empty] = of_check(audits[ENTRIES], "sessions", "empty_source")
    assert empty["rule_ids"] == [rules["nobody"]]

    assert unknowns(audits[STALE], "sessions") == {
        STALE: "Whether the groups of other VPCs that its rules name still exist could not be read."
    }
    gone = rows(audits[STALE], "sessions")[rules["gone"]]
    assert {gone[each] for each in COUNTS} == {None}
    assert found(audits[STALE]) == {"open_to_any_address", "empty_source"}


def test_a_policy_is_not_called_broken_where_what_would_tell_may_not_be_read(
    without: Without, rules: dict[str, str], estate: Estate
) -> None:
    """With everything readable each grant is there; without, nothing is said to be missing or unexpected."""
    grants = [
        {
            "cache": "sessions",
            "sources": [
                {"security_group": "app-web"},
                {"instance": estate.instances["batch-1"]},
                {"prefix_list": "world"},
                {"cidr": "10.20.0.0/16"},
            ],
        }
    ]
    audits = without((), RULES, GROUPS, INSTANCES, PREFIX_LISTS, grants=grants)
    whole = rows(audits.pop(""), "sessions")
    granted = {rule_id for rule_id, rule in whole.items() if rule["drift"] == "wanted"}
    assert {rules[name] for name in ("web", "open list", "range")} < granted
    assert len(granted) == 4
    claims = {
        action: (
            [each["reason"] or each["source"]["value"] for each in of_cache(audit, "sessions")["missing"]],
            sum(row["drift"] == "unexpected" for each, row in rows(audit, "sessions").items() if each in granted),
        )
        for action, audit in audits.items()
    }
    assert claims == {action: ([], 0) for action in audits}


@pytest.mark.usefixtures("estate")
def test_a_policy_is_not_said_to_name_caches_that_do_not_exist_where_they_may_not_be_listed(without: Without) -> None:
    """Nor is a cache said to carry no group, where those who know its groups may not be asked."""
    caches = {"fragments": CLUSTERS, "sessions": REPLICATION_GROUPS, "carts": SERVERLESS_CACHES}
    audits = without(*LISTINGS, grants=[{"cache": name, "sources": [{"cidr": "10.9.0.0/16"}]} for name in caches])
    nowhere = {action: [each["reason"] for each in audit["missing_access"]] for action, audit in audits.items()}
    without_groups = [each["reason"] for each in of_cache(audits[CLUSTERS], "sessions")["missing"]]
    assert (nowhere, without_groups) == ({action: [] for action in LISTINGS}, [])


@pytest.mark.usefixtures("estate")
def test_what_is_not_found_where_it_may_not_be_looked_for_is_a_matter_of_permission(
    ansible: Ansible, permitted: Callable[[list[str]], Credentials]
) -> None:
    """Nothing is said about a cache's existence then; and without any list of caches there is no audit at all."""
    denied = "AWS does not permit these credentials {}; allow that action in their policy."
    named = {"fragments": CLUSTERS, "sessions": REPLICATION_GROUPS, "carts": SERVERLESS_CACHES}
    users = [permitted([each for each in READ if each != action]) for action in named.values()]
    nobody = permitted([each for each in READ if each not in LISTINGS])
    *refused, other, blind = ansible.tasks(
        *(
            {AUDIT: {"caches": [name]}, "environment": credentials}
            for name, credentials in zip(named, users, strict=True)
        ),
        {AUDIT: {"caches": ["carts"]}, "environment": users[0]},
        {AUDIT: {}, "environment": nobody},
    )
    assert [result["failed"] for result in (*refused, blind)] == [True] * 4
    assert [result["msg"].removesuffix(" Nothing was changed.") for result in refused] == [
        denied.format(action) for action in named.values()
    ]
    assert blind["msg"].removesuffix(" Nothing was changed.") == denied.format(CLUSTERS)
    assert [cache["name"] for cache in other["caches"]] == ["carts"]


@pytest.mark.usefixtures("rules")
def test_stale_groups_of_a_vpc_that_somebody_else_shares_are_unknown(ansible: Ansible, emulator: Emulator) -> None:
    """Its owner alone is told of them; the audit goes on."""
    faults.inject(emulator.url, "DescribeStaleSecurityGroups", "InvalidVpcID.NotFound")
    audit = ansible.audit()
    assert list(unknowns(audit, "sessions")) == [STALE]
    assert len(audit["caches"]) == 3


def test_a_prefix_list_that_goes_while_the_audit_reads_is_unknown(
    ansible: Ansible, emulator: Emulator, ec2: Any, estate: Estate
) -> None:
    """No permission would tell what it held."""
    list_id = make_prefix_list(ec2, "office", cidrs=["0.0.0.0/0"])
    rule = allow(ec2, estate.groups["sessions-cache"], list_id, 6390)
    faults.inject(emulator.url, "GetManagedPrefixListEntries", "InvalidPrefixListID.NotFound")
    audit = ansible.audit()
    assert unknowns(audit, "sessions") == {
        None: f"What prefix list {list_id} holds could not be read; it may admit any address."
    }
    assert {rows(audit, "sessions")[rule][each] for each in COUNTS} == {None}
    assert found(audit) == set()


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("action", [SERVERLESS_CACHES, GROUPS, ENTRIES, INSTANCES])
def test_a_refusal_that_is_none_of_permission_fails_the_audit(
    ansible: Ansible, emulator: Emulator, action: str
) -> None:
    """Whichever of the reads it is; the next audit goes well."""
    faults.inject(emulator.url, action.partition(":")[2], "InvalidParameterValue", "Not today")
    failed, done = ansible.audits({}, {})
    assert failed["failed"] is True
    assert failed["msg"] == f"AWS refused {action} (InvalidParameterValue): Not today."
    assert len(done["caches"]) == 3
