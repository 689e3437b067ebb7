# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an audit finds wrong with caches and their groups, each beside its nearest neighbour that is in order."""

from __future__ import annotations

from typing import Any

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate, start_instance
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.audits import mend, of_cache, of_check
from tests.end_to_end.conftest import create_cluster
from tests.end_to_end.networks import add_interface, make_group, make_prefix_list, make_vpc
from tests.end_to_end.rules import allow, permit

OWN_GROUP = "Attach a security group of its own to the cache, and grant access there."


def checks(audit: dict[str, Any], name: str) -> list[tuple[str, str, str | None]]:
    """Return check, severity and group of each finding about one cache."""
    return [(each["check"], each["severity"], each["security_group"]) for each in of_cache(audit, name)["findings"]]


def test_a_serverless_cache_with_a_public_connection(ansible: Ansible, elasticache: Any, estate: Estate) -> None:
    """One with a connection in a VPC, or of which nothing is told, is in order."""
    for name, connection in (("street", "public"), ("yard", "vpc")):
        elasticache.create_serverless_cache(
            ServerlessCacheName=name, Engine="valkey", ConnectionType=connection, SubnetIds=list(estate.subnet_ids)
        )
    audit = ansible.audit()
    [finding] = of_check(audit, "street", "public_connection")
    assert finding == {
        "check": "public_connection",
        "severity": "critical",
        "cache": "street",
        "security_group": None,
        "rule_ids": [],
        "message": "The cache has a public connection, which security groups are not known to guard.",
        "fix": "See to it that its users and their passwords are safe, or create it anew with a connection in a VPC.",
    }
    assert of_cache(audit, "street")["worst"] == "critical"
    assert [of_check(audit, name, "public_connection") for name in ("yard", "carts")] == [[], []]


def test_a_group_that_is_not_in_force_on_every_node(
    ansible: Ansible, ec2: Any, estate: Estate, emulator: Emulator
) -> None:
    """While its membership is not active, and while members differ; not once both are over."""
    old, new = estate.groups["sessions-cache"], make_group(ec2, estate.vpc_id, "new-cache")
    memcached = estate.groups["fragments-cache"]
    set_window(emulator.url, "fragments", status="modifying", membership_status="adding")
    set_window(emulator.url, "sessions-002", group_ids=[new])
    audit = ansible.audit()
    again = "Look again when ElastiCache is done; if it does not end, set the groups of the cache again."
    adding = {
        "check": "membership_not_in_force",
        "severity": "medium",
        "cache": "fragments",
        "security_group": memcached,
        "rule_ids": [],
        "message": f"Security group fragments-cache ({memcached}) is adding, not active: what its rules say does not "
        "hold, or not on every node.",
        "fix": again,
    }
    assert of_cache(audit, "fragments")["findings"] == [adding]
    assert [group["status"] for group in of_cache(audit, "fragments")["security_groups"]] == ["adding"]
    [differing] = of_cache(audit, "sessions")["findings"]
    assert differing == {
        **adding,
        "cache": "sessions",
        "security_group": None,
        "message": f"The nodes carry different security groups: sessions-001 carries sessions-cache ({old}); "
        f"sessions-002 carries new-cache ({new}).",
    }
    assert of_cache(audit, "carts")["findings"] == []
    set_window(emulator.url, "fragments")
    set_window(emulator.url, "sessions-002")
    assert audit["summary"]["findings"]["medium"] == 2
    assert ansible.audit()["summary"]["findings"]["medium"] == 0


def test_only_the_default_group(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """With a group of its own beside it a cache is in order, as is one whose group is only called alike."""
    [default] = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [estate.vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    default_id = default["GroupId"]
    create_cluster(elasticache, "plain", [])
    create_cluster(elasticache, "both", [default_id, make_group(ec2, estate.vpc_id, "both-cache")])
    create_cluster(elasticache, "alike", [make_group(ec2, estate.vpc_id, "my-default")])
    audit = ansible.audit()
    [finding] = of_check(audit, "plain", "default_group")
    assert (finding["severity"], finding["security_group"], finding["rule_ids"]) == ("medium", default_id, [])
    assert finding["message"].startswith(f"The cache carries only default ({default_id}), ")
    assert finding["fix"] == OWN_GROUP
    assert [of_check(audit, name, "default_group") for name in ("both", "alike")] == [[], []]


def test_a_group_that_guards_more_than_caches(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Instances and interfaces of others are named; those of the caches, of every kind, are in order."""
    web_1, shared = estate.instances["web-1"], estate.groups["sessions-cache"]
    ec2.modify_instance_attribute(InstanceId=web_1, Groups=[estate.groups["app-web"], shared])
    [reservation] = ec2.describe_instances(InstanceIds=[web_1])["Reservations"]
    primary = reservation["Instances"][0]["NetworkInterfaces"][0]["NetworkInterfaceId"]
    spare = add_interface(ec2, estate.subnet_ids[1], shared, Description="A tap")
    audit = ansible.audit()
    assert checks(audit, "sessions") == [("guards_others", "medium", shared)]
    [finding] = of_check(audit, "sessions", "guards_others")
    either = [f"{primary} (instance {web_1})", f"{spare} (A tap)"]
    assert finding["message"] in {
        f"Security group sessions-cache ({shared}) also guards what is no cache: {', '.join(listed)}. Each rule for "
        "one of them is a rule for all."
        for listed in (either, either[::-1])
    }
    assert (finding["fix"], finding["rule_ids"]) == (OWN_GROUP, [])
    assert [checks(audit, name) for name in ("fragments", "carts")] == [[], []]


def test_a_group_of_several_caches(ansible: Ansible, elasticache: Any, estate: Estate) -> None:
    """Of any kind, and also where only one of them is asked about; the nodes of one cache are one."""
    shared = estate.groups["carts-cache"]
    create_cluster(elasticache, "lodger", [shared])
    audit, alone = ansible.audits({}, {"caches": ["carts"]})
    for name, other in (("carts", "lodger"), ("lodger", "carts")):
        assert checks(audit, name) == [("shared_by_caches", "low", shared)]
        [finding] = of_check(audit, name, "shared_by_caches")
        assert finding["message"] == (
            f"Security group carts-cache ({shared}) is also that of cache {other}: who may reach one may reach all "
            "that listen on the port."
        )
        assert finding["fix"] == "Attach a security group of its own to each cache whose access is to differ."
    assert checks(alone, "carts") == [("shared_by_caches", "low", shared)]
    assert [checks(audit, name) for name in ("sessions", "fragments")] == [[], []]


def test_groups_of_the_connect_wizard(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """On a cache, and left behind in any VPC; names that only look alike are in order."""
    wizard = make_group(ec2, estate.vpc_id, "elasticache-ec2-1")
    create_cluster(elasticache, "by-console", [wizard])
    create_cluster(elasticache, "by-hand", [make_group(ec2, estate.vpc_id, "my-elasticache-ec2-1")])
    elsewhere = make_vpc(ec2, "10.30.0.0/16", "elasticache-ec2-7")
    left = {
        "ec2-elasticache:1": make_group(ec2, estate.vpc_id, "ec2-elasticache:1"),
        "ec2-elasticache-2": make_group(ec2, estate.vpc_id, "ec2-elasticache-2"),
        "elasticache-ec2-7": elsewhere.group_id,
    }
    for name in ("my-ec2-elasticache:1", "ec2-elasticache", "elasticache-ec2-", "ec2-elasticached-1"):
        make_group(ec2, estate.vpc_id, name)
    used = make_group(ec2, estate.vpc_id, "ec2-elasticache:3")
    start_instance(ec2, estate.subnet_ids[0], used)
    rule = allow(ec2, wizard, left["ec2-elasticache:1"], 6379)

    audit, *narrower = ansible.audits(
        {}, {"caches": ["by-console"]}, {"cache_type": "cluster"}, {"filters": {"engine": ["redis"]}}
    )
    assert checks(audit, "by-console") == [("connect_wizard", "low", wizard), ("empty_source", "low", wizard)]
    [finding] = of_check(audit, "by-console", "connect_wizard")
    assert finding["message"] == (
        f"Security group elasticache-ec2-1 ({wizard}) was made by the console to connect one instance with the cache."
    )
    assert finding["fix"] == (
        "Grant the security group of those instances on a group of the cache's own, then take this one off it."
    )
    assert checks(audit, "by-hand") == []
    assert {each["security_group"]: each for each in audit["findings"]} == {
        group_id: {
            "check": "connect_wizard",
            "severity": "low",
            "cache": None,
            "security_group": group_id,
            "rule_ids": [],
            "message": f"Security group {name} ({group_id}) was made by the console to connect an instance with a "
            "cache, and nothing carries it any more.",
            "fix": f"Delete it, once no rule names it: aws ec2 delete-security-group --group-id {group_id}",
        }
        for name, group_id in left.items()
    }
    assert [each["findings"] for each in narrower] == [[], [], []]
    assert audit["summary"]["findings"]["low"] == 5

    ec2.revoke_security_group_ingress(GroupId=wizard, SecurityGroupRuleIds=[rule])
    for each in audit["findings"]:
        mend(ansible, each)
    mended = ansible.audit()
    assert (mended["findings"], checks(mended, "by-console")) == ([], [("connect_wizard", "low", wizard)])


def test_a_group_that_is_nearly_full(ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
    """From 80 percent in either family, whatever the rules are for; a prefix list counts for what it may hold."""
    six, heavy, light = (make_group(ec2, estate.vpc_id, name) for name in ("six", "heavy", "light"))
    for name, group in (("six", six), ("heavy", heavy), ("light", light)):
        create_cluster(elasticache, name, [group])
    many = [f"10.{number}.0.0/24" for number in range(47)]
    # One rule more is there from the beginning.
    permit(ec2, estate.groups["sessions-cache"], many, 22)
    permit(ec2, estate.groups["fragments-cache"], many, 22)
    ranges = [{"CidrIpv6": f"2001:db8:{number}::/56"} for number in range(48)]
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": ranges}
    ec2.authorize_security_group_ingress(GroupId=six, IpPermissions=[permission])
    large, smaller = make_prefix_list(ec2, "large", entries=48), make_prefix_list(ec2, "smaller", entries=47)
    allow(ec2, heavy, large, 22)
    allow(ec2, light, smaller, 22)
    group = estate.groups["sessions-cache"]

    audit, raised, lowered, wrong = ansible.audits({}, *({"rules_per_security_group": limit} for limit in (61, 58, 0)))
    full = {"sessions": group, "six": six, "heavy": heavy}
    for name, group_id in full.items():
        assert checks(audit, name) == [("quota_nearly_used", "medium", group_id)]
    for name in ("fragments", "light", "carts"):
        assert checks(audit, name) == []
    said = {name: of_check(audit, name, "quota_nearly_used")[0] for name in full}
    assert {name: finding["message"] for name, finding in said.items()} == {
        "sessions": f"Security group sessions-cache ({group}) counts 48 for IPv4, 1 for IPv6 inbound rules of 60.",
        "six": f"Security group six ({six}) counts 0 for IPv4, 48 for IPv6 inbound rules of 60.",
        "heavy": f"Security group heavy ({heavy}) counts 48 for IPv4, 48 for IPv6 inbound rules of 60.",
    }
    assert said["heavy"]["fix"].startswith(f"Heaviest: large ({large}) counts for 48. ")
    assert "have the quota L-0EA8095F raised and set rules_per_security_group to it" in said["six"]["fix"]
    assert of_cache(audit, "light")["security_groups"][0]["quota"] == {"ipv4_used": 47, "ipv6_used": 47, "limit": 60}
    assert [of_check(raised, name, "quota_nearly_used") for name in full] == [[], [], []]
    assert all(of_check(lowered, name, "quota_nearly_used") for name in (*full, "fragments", "light"))
    assert of_check(lowered, "carts", "quota_nearly_used") == []
    assert wrong["msg"].startswith("rules_per_security_group is 0; ")


def test_what_may_end_up_nearly_full_of_rules_for_the_cache(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """The way out that the fix offers first, one group in place of many addresses, makes the finding go."""
    group = estate.groups["fragments-cache"]
    permit(ec2, group, [f"10.20.{number}.0/24" for number in range(48)], 11211)
    full = ansible.audit(caches=["fragments"])
    assert checks(full, "fragments") == [("quota_nearly_used", "medium", group)]
    ansible.access(
        {
            "cache": "fragments",
            "sources": [{"security_group": "app-web"}],
            "purge": "all",
            "allow_large_purge": True,
        }
    )
    assert checks(ansible.audit(caches=["fragments"]), "fragments") == []
