# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an audit shows: which caches, which rules reach them, and who is behind their sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.documentation import documented
from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import SESSIONS_PORT, Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.end_to_end.audits import about_rules, of_cache, rows
from tests.end_to_end.conftest import Call, Credentials, create_cluster
from tests.end_to_end.networks import (
    accept,
    add_interface,
    inhabit,
    make_group,
    make_prefix_list,
    make_vpc,
    peer,
)
from tests.end_to_end.rules import allow, every_rule, inbound_rules
from tests.end_to_end.test_grant_and_revoke import assert_documented

ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
ARN = f"arn:aws:elasticache:eu-west-1:{ACCOUNT}"
EXPIRES_AT = "elasticache.access:expires_at"


def addresses_of(ec2: Any, instance_id: str) -> dict[str, str]:
    """Return the address of each network interface of an instance."""
    [reservation] = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    interfaces = reservation["Instances"][0]["NetworkInterfaces"]
    return {each["NetworkInterfaceId"]: each["PrivateIpAddress"] for each in interfaces}


def behind(audit: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Return the members that a rule names."""
    found: dict[str, Any] = audit["members"][row["members"]]
    return found


def test_a_rule_made_by_hand_from_end_to_end(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Every value of a cache, of its rule, and of who is behind it."""
    audit = ansible.audit()
    group, batch, instance = estate.groups["sessions-cache"], estate.groups["app-batch"], estate.instances["batch-1"]
    [(rule_id, _rule)] = inbound_rules(ec2, group).items()
    [(interface_id, address)] = addresses_of(ec2, instance).items()
    assert of_cache(audit, "sessions") == {
        "name": "sessions",
        "arn": f"{ARN}:replicationgroup:sessions",
        "kind": "replication_group",
        "engine": "valkey",
        "status": "available",
        "ports": [SESSIONS_PORT],
        "vpc_id": estate.vpc_id,
        "in_policy": None,
        "worst": None,
        "security_groups": [
            {
                "id": group,
                "name": "sessions-cache",
                "status": "active",
                "quota": {"ipv4_used": 1, "ipv6_used": 1, "limit": 60},
            }
        ],
        "rules": [
            {
                "cache": "sessions",
                "kind": "replication_group",
                "ports": [SESSIONS_PORT],
                "security_group": {"id": group, "name": "sessions-cache"},
                "rule_id": rule_id,
                "protocol": "tcp",
                "from_port": SESSIONS_PORT,
                "to_port": SESSIONS_PORT,
                "source": {
                    "type": "security_group",
                    "value": batch,
                    "name": "app-batch",
                    "owner_id": ACCOUNT,
                    "vpc_id": estate.vpc_id,
                },
                "members": batch,
                "instances": 1,
                "interfaces": 1,
                "addresses": 1,
                "reachable": None,
                "reachability": None,
                "managed": False,
                "description": "nightly export",
                "tags": {},
                "expires_at": None,
                "reason": None,
                "exact": True,
                "drift": None,
            }
        ],
        "findings": [],
        "missing": [],
        "unknown": [],
    }
    [description] = {
        each["Description"]
        for each in ec2.describe_network_interfaces(NetworkInterfaceIds=[interface_id])["NetworkInterfaces"]
    }
    assert audit["members"] == {
        batch: {
            "instances": [{"id": instance, "name": "batch-1", "state": "running"}],
            "interfaces": [
                {"id": interface_id, "instance_id": instance, "description": description, "addresses": [address]}
            ],
        }
    }
    assert (audit["account"], audit["region"], audit["compared"]) == (ACCOUNT, "eu-west-1", False)


def test_sources_of_every_kind_with_name_owner_and_vpc(
    ansible: Ansible, ec2: Any, estate: Estate, client: Callable[..., Any]
) -> None:
    """Who is behind a group of another account nobody can tell, which is not to say that it is nobody."""
    group = estate.groups["sessions-cache"]
    theirs = client("ec2", account=OTHER_ACCOUNT)
    far = make_vpc(theirs, "10.40.0.0/16", "their-web")
    accept(theirs, peer(ec2, estate, far.vpc_id, PeerOwnerId=OTHER_ACCOUNT))
    peered = make_vpc(ec2, "10.30.0.0/16", "peered-web")
    accept(ec2, peer(ec2, estate, peered.vpc_id))
    inhabit(ec2, peered, "10.30.1.0/24")
    office = make_prefix_list(ec2, "office", cidrs=["192.0.2.0/28"])
    [s3] = ec2.describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.eu-west-1.s3"]}]
    )["PrefixLists"]
    named = {
        "own": estate.groups["app-web"],
        "peered": peered.group_id,
        "foreign": f"{OTHER_ACCOUNT}/{far.group_id}",
        "list": office,
        "list of AWS": s3["PrefixListId"],
        "IPv4": "10.1.0.0/16",
        "IPv6": "2001:db8::/56",
    }
    rules = {name: allow(ec2, group, source, SESSIONS_PORT) for name, source in named.items()}
    audit = ansible.audit()
    shown = rows(audit, "sessions")

    def source(name: str) -> tuple[Any, ...]:
        return tuple(shown[rules[name]]["source"][key] for key in ("type", "value", "name", "owner_id", "vpc_id"))

    assert source("own") == ("security_group", named["own"], "app-web", ACCOUNT, estate.vpc_id)
    assert source("peered") == ("security_group", peered.group_id, "peered-web", ACCOUNT, peered.vpc_id)
    assert source("foreign") == ("security_group", far.group_id, None, OTHER_ACCOUNT, None)
    assert source("list") == ("prefix_list", office, "office", ACCOUNT, None)
    assert source("list of AWS") == ("prefix_list", s3["PrefixListId"], "com.amazonaws.eu-west-1.s3", "AWS", None)
    assert source("IPv4") == ("cidr", "10.1.0.0/16", None, None, None)
    assert source("IPv6") == ("cidr", "2001:db8::/56", None, None, None)
    counts = {
        name: [shown[rule_id][each] for each in ("instances", "interfaces", "addresses")]
        for name, rule_id in rules.items()
        if name != "list of AWS"
    }
    assert counts == {
        "own": [2, 2, 2],
        "peered": [1, 1, 1],
        "foreign": [None, None, None],
        "list": [0, 0, 16],
        "IPv4": [0, 0, 65536],
        "IPv6": [0, 0, 2**72],
    }
    assert shown[rules["foreign"]]["members"] is None
    assert far.group_id not in audit["members"]
    assert about_rules(audit, "sessions", rules) == {("wide_cidr", "list of AWS"): "medium"}


def test_members_by_group_by_range_and_by_prefix_list(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate
) -> None:
    """A range is looked up in the VPC of the cache: another VPC can have the same addresses."""
    web, web_1, web_2 = estate.groups["app-web"], estate.instances["web-1"], estate.instances["web-2"]
    second = add_interface(ec2, estate.subnet_ids[0], web, web_1)
    ec2.stop_instances(InstanceIds=[web_2])
    addresses = addresses_of(ec2, web_1)
    [(first, address)] = [(each, at) for each, at in addresses.items() if each != second]
    ranges = [f"{address}/32", f"{addresses[second]}/32"]

    twin = make_vpc(ec2, "10.20.0.0/16", "twin-cache")
    subnet = ec2.create_subnet(VpcId=twin.vpc_id, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    stranger = add_interface(ec2, subnet, twin.group_id, PrivateIpAddress=address)
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="twins", CacheSubnetGroupDescription="Twins", SubnetIds=[subnet]
    )
    elasticache.create_cache_cluster(
        CacheClusterId="twin",
        Engine="redis",
        CacheNodeType="cache.t4g.micro",
        NumCacheNodes=1,
        CacheSubnetGroupName="twins",
        SecurityGroupIds=[twin.group_id],
    )
    group = estate.groups["sessions-cache"]
    office = make_prefix_list(ec2, "office", cidrs=[*ranges, "192.0.2.0/28"])
    rules = {
        name: allow(ec2, group, source, SESSIONS_PORT)
        for name, source in (("group", web), ("range", ranges[0]), ("list", office))
    }
    [rule] = [allow(ec2, twin.group_id, ranges[0], 6379)]

    audit = ansible.audit()
    shown = rows(audit, "sessions")
    by_group = behind(audit, shown[rules["group"]])
    assert by_group["instances"] == sorted(
        [{"id": web_1, "name": "web-1", "state": "running"}, {"id": web_2, "name": "web-2", "state": "stopped"}],
        key=lambda each: str(each["id"]),
    )
    assert {each["id"] for each in by_group["interfaces"]} == {*addresses, *addresses_of(ec2, web_2)}
    assert [each["id"] for each in behind(audit, shown[rules["range"]])["interfaces"]] == [first]
    by_list = behind(audit, shown[rules["list"]])
    assert {each["id"]: (each["instance_id"], each["addresses"]) for each in by_list["interfaces"]} == {
        first: (web_1, [address]),
        second: (web_1, [addresses[second]]),
    }
    assert [each["name"] for each in by_list["instances"]] == ["web-1"]
    in_twin = rows(audit, "twin")[rule]
    assert [(each["id"], each["instance_id"]) for each in behind(audit, in_twin)["interfaces"]] == [(stranger, None)]
    assert behind(audit, in_twin)["instances"] == []
    counts = {
        name: tuple(shown[rule_id][each] for each in ("instances", "interfaces", "addresses"))
        for name, rule_id in rules.items()
    }
    assert counts == {"group": (2, 3, 3), "range": (1, 1, 1), "list": (1, 2, 18)}


def test_rules_of_ours_and_of_others_with_what_they_carry(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Tags of this collection's own are told by other values; a range over both ports of a cache is one row."""
    ansible.access({"cache": "sessions", "sources": [{"security_group": "app-web"}], "tags": {"team": "shop"}})
    tags = {"Team": "web", EXPIRES_AT: "2099-01-31T18:00:00Z", "expires_at": "mine"}
    theirs = allow(ec2, estate.groups["sessions-cache"], "10.1.0.0/16", SESSIONS_PORT, description="Ops", tags=tags)
    both = allow(ec2, estate.groups["carts-cache"], "10.1.0.0/16", 6000, 6379 + 1)
    one = allow(ec2, estate.groups["carts-cache"], "10.2.0.0/16", 6380)
    audit = ansible.audit()
    shown = rows(audit, "sessions")
    [ours] = [rule for rule in shown.values() if rule["managed"]]
    assert (ours["tags"], ours["description"], ours["expires_at"]) == ({"team": "shop"}, "", None)
    foreign = shown[theirs]
    assert (foreign["managed"], foreign["description"]) == (False, "Ops")
    assert foreign["tags"] == {"Team": "web", "expires_at": "mine"}
    assert foreign["expires_at"] == "2099-01-31T18:00:00Z"
    carts = rows(audit, "carts")
    assert {rule_id: (rule["ports"], rule["exact"]) for rule_id, rule in carts.items()} == {
        both: ([6379, 6380], False),
        one: ([6380], True),
    }


def test_caches_by_name_arn_member_and_filter(ansible: Ansible, elasticache: Any, estate: Estate) -> None:
    """In the order in which they are named, each once; what is not there fails or is left out."""
    elasticache.add_tags_to_resource(
        ResourceName=f"{ARN}:replicationgroup:sessions", Tags=[{"Key": "Team", "Value": "web"}]
    )
    wanted: dict[str, tuple[dict[str, Any], list[str]]] = {
        "all": ({}, ["fragments", "sessions", "carts"]),
        "names": ({"caches": ["carts", "Sessions"]}, ["carts", "sessions"]),
        "a member": ({"caches": ["sessions-002", "sessions"]}, ["sessions"]),
        "ARNs": ({"caches": [f"{ARN}:serverlesscache:carts", f"{ARN}:cluster:fragments"]}, ["carts", "fragments"]),
        "no names": ({"caches": []}, []),
        "kind": ({"cache_type": "serverless"}, ["carts"]),
        "engine": ({"filters": {"engine": ["memcached"]}}, ["fragments"]),
        "status": ({"filters": {"status": ["creating"]}}, []),
        "tags": ({"filters": {"tags": {"Team": "web"}}}, ["sessions"]),
        "VPC": ({"filters": {"vpc_id": [estate.vpc_id], "engine": ["valkey"]}}, ["sessions", "carts"]),
        "another VPC": ({"filters": {"vpc_id": ["vpc-00000000"]}}, []),
        "missing": ({"caches": ["session", "carts", "nowhere"], "missing": "skip"}, ["carts"]),
    }
    refused, *found = ansible.audits(
        {"caches": ["session", "carts", "nowhere"]}, *(options for options, _names in wanted.values())
    )
    audits = dict(zip(wanted, found, strict=True))
    assert {case: [cache["name"] for cache in audit["caches"]] for case, audit in audits.items()} == {
        case: names for case, (_options, names) in wanted.items()
    }
    assert {case: audit["missing"] for case, audit in audits.items() if audit["missing"]} == {
        "missing": ["session", "nowhere"]
    }
    assert refused["msg"].splitlines() == [
        "cache 'session': no cache of that name in eu-west-1. Did you mean sessions?",
        "cache 'nowhere': no cache of that name in eu-west-1. There are: carts, fragments, sessions.",
    ]
    assert of_cache(audits["names"], "sessions") == of_cache(audits["all"], "sessions")


def test_what_elasticache_does_not_tell_is_unknown(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """The port of a cache that is being created, the groups of one that is being deleted, and EC2-Classic."""
    allow(ec2, estate.groups["fragments-cache"], "0.0.0.0/0", 11211)
    set_window(emulator.url, "fragments", status="creating")
    set_window(emulator.url, "sessions", status="deleting", kind="replication_group")
    audit = ansible.audit()
    fragments, sessions = of_cache(audit, "fragments"), of_cache(audit, "sessions")
    assert (fragments["status"], fragments["ports"], fragments["rules"]) == ("creating", [], [])
    assert fragments["security_groups"][0]["quota"] == {"ipv4_used": 1, "ipv6_used": 0, "limit": 60}
    assert fragments["unknown"] == [
        {
            "message": "It is creating and does not tell its port, so that its rules cannot be told apart.",
            "action": None,
        }
    ]
    assert (sessions["status"], sessions["security_groups"], sessions["vpc_id"]) == ("deleting", [], None)
    assert sessions["unknown"][0]["message"] == "ElastiCache does not tell which security groups it carries."
    assert audit["summary"]["unknown"] == len(fragments["unknown"]) + len(sessions["unknown"])
    set_window(emulator.url, "fragments", classic=True)
    [classic] = ansible.audit(caches=["fragments"])["caches"]
    assert [each["message"] for each in classic["unknown"]] == [
        "It stands in EC2-Classic, where no security group of a VPC guards it."
    ]
    assert (classic["security_groups"], classic["rules"], classic["findings"]) == ([], [], [])


def test_the_result_is_as_documented_with_every_list_filled(
    ansible: Ansible,
    ec2: Any,
    elasticache: Any,
    estate: Estate,
    emulator: Emulator,
    permitted: Callable[[list[str]], Credentials],
) -> None:
    """Nothing more, nothing less, of the types that RETURN names."""
    said = documented(CHECKOUT / "plugins" / "modules" / "elasticache_access_info.py", "RETURN")
    create_cluster(elasticache, "young", [make_group(ec2, estate.vpc_id, "young-cache")])
    set_window(emulator.url, "young", status="creating")
    make_group(ec2, estate.vpc_id, "ec2-elasticache:1")
    allow(ec2, estate.groups["sessions-cache"], "10.0.0.0/8", 0, 65535, tags={EXPIRES_AT: "2020-01-31T18:00:00Z"})
    grants = [{"cache": name, "sources": [{"cidr": "10.20.0.0/16"}]} for name in ("sessions", "nowhere")]
    reader = permitted(["elasticache:Describe*", "ec2:DescribeSecurity*", "ec2:DescribeNetwork*"])
    full, poor = (
        {"elasticache.access.elasticache_access_info": {"grants": grants}, "environment": environment}
        for environment in (permitted(["elasticache:*", "ec2:*"]), reader)
    )
    named = {
        "elasticache.access.elasticache_access_info": {"caches": ["carts", "nowhere"], "missing": "skip"},
        "environment": reader,
    }
    filled: set[str] = set()
    for audit in ansible.tasks(full, poor, named):
        for name, inner in said.items():
            if name != "members":
                assert_documented(audit[name], inner, name)
        shape = next(iter(said["members"]["sample"].values()))
        for members in audit["members"].values():
            assert set(members) == set(shape)
            for kind, [sample] in shape.items():
                assert all(set(each) == set(sample) for each in members[kind])
        assert set(audit) - {"failed", "invocation", "_ansible_no_log", "action", "warnings", "deprecations"} == {
            *said,
            "changed",
        }
        filled |= {name for name in said if audit[name]}
        filled |= {f"caches.{name}" for cache in audit["caches"] for name, value in cache.items() if value}
    lists = {name for name, inner in said.items() if inner["type"] == "list"}
    assert filled >= lists | {
        f"caches.{name}" for name, inner in said["caches"]["contains"].items() if inner["type"] == "list"
    }


def test_nothing_is_changed_in_check_mode_or_in_earnest(
    ansible: Ansible, ec2: Any, estate: Estate, calls: list[Call]
) -> None:
    """However much there is to find; both say the same."""
    allow(ec2, estate.groups["sessions-cache"], "0.0.0.0/0", SESSIONS_PORT, tags={EXPIRES_AT: "2020-01-31T18:00:00Z"})
    grants = [{"cache": "carts", "sources": [{"security_group": "app-web"}], "purge": "all"}]
    before = every_rule(ec2)
    calls.clear()
    [done] = ansible.audits({"grants": grants})
    [foretold] = ansible.audits({"grants": grants}, check=True)
    assert (done["changed"], foretold["changed"]) == (False, False)
    assert done == foretold
    assert all(call.action.startswith(("Describe", "Get", "List")) for call in calls)
    assert all(" elasticache.access/" in call.user_agent for call in calls)
    assert every_rule(ec2) == before
