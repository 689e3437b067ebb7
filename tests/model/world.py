# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The world in which the steps happen: caches that share security groups, and all that can be named as a source.

Everything in it has a name, and the steps and the model know it by that name alone. Ids turn up here, on the way to
AWS and back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.emulator.estate import start_instance

REGION = "eu-west-1"
ACCOUNT = "123456789012"
PARTNER = "210987654321"


class Source(NamedTuple):
    """What a rule admits: a group or a prefix list by its name here, or a range as EC2 writes it."""

    kind: str
    value: str


@dataclass(frozen=True)
class Cache:
    """A cache, with the groups that it carries. C(spellings) are ways to name it; {arn} stands for its ARN."""

    kind: str
    ports: tuple[int, ...]
    groups: tuple[str, ...]
    spellings: tuple[str, ...]


CACHES: Mapping[str, Cache] = {
    "sessions": Cache("replication_group", (6379,), ("alpha",), ("sessions", "{arn}", "Sessions", "sessions-001")),
    "queue": Cache("cluster", (6379,), ("alpha",), ("queue", "{arn}")),
    "stock": Cache("replication_group", (6390,), ("alpha", "gamma"), ("stock", "{arn}", "stock-002")),
    "carts": Cache("serverless", (6379, 6380), ("beta",), ("carts", "{arn}", "CARTS")),
    "pages": Cache("cluster", (11211,), ("beta",), ("pages", "{arn}")),
    "lone": Cache("cluster", (11211,), ("delta",), ("lone",)),
    "plain": Cache("cluster", (6379,), ("default",), ("plain",)),
}
CACHE_GROUPS = ("alpha", "beta", "gamma", "delta", "default")
# Those of them that something carries which is no cache.
CARRIED_BY_INSTANCES = ("gamma", "delta")

# Name -> address family, and how many entries it may hold.
PREFIX_LISTS = {"office": ("IPv4", 5), "branches": ("IPv6", 3)}
# Name -> the groups of its interfaces.
INSTANCES = {"web-1": ("web",), "both-1": ("web", "batch"), "proxy-1": CARRIED_BY_INSTANCES}


class Spelling(NamedTuple):
    """One way to write a source; {name} stands for the id of what has that name.

    C(refusal) is part of the sentence with which it is refused as such, C(refused_grant) with which only granting is.
    """

    written: Mapping[str, str]
    source: Source | None
    refusal: str = ""
    refused_grant: str = ""


def _group(text: str, name: str) -> Spelling:
    return Spelling({"security_group": text}, Source("security_group", name))


def _range(text: str, canonical: str, refused_grant: str = "") -> Spelling:
    return Spelling({"cidr": text}, Source("cidr", canonical), refused_grant=refused_grant)


ANYWHERE_REFUSED = "admits every address there is"
# By what the steps call them: the plainest first, for that is what a failing sequence is shrunk to.
SPELLINGS: Mapping[str, Spelling] = {
    "web": _group("web", "web"),
    "10.1.0.0/16": _range("10.1.0.0/16", "10.1.0.0/16"),
    "batch": _group("batch", "batch"),
    "10.1.2.0/24": _range("10.1.2.0/24", "10.1.2.0/24"),
    "2001:db8::/32": _range("2001:db8::/32", "2001:db8::/32"),
    "2001:db8:0:1::/64": _range("2001:db8:0:1::/64", "2001:db8:0:1::/64"),
    "192.0.2.7/32": _range("192.0.2.7/32", "192.0.2.7/32"),
    "office": Spelling({"prefix_list": "office"}, Source("prefix_list", "office")),
    "branches": Spelling({"prefix_list": "{branches}"}, Source("prefix_list", "branches")),
    "peer": _group("{peer}", "peer"),
    "partner": _group(f"{PARTNER}/{{partner}}", "partner"),
    "alpha": _group("alpha", "alpha"),
    "web by id": _group("{web}", "web"),
    "web with account": _group(f"{ACCOUNT}/{{web}}", "web"),
    "office by id": Spelling({"prefix_list": "{office}"}, Source("prefix_list", "office")),
    "10.1.2.3/16": _range("10.1.2.3/16", "10.1.0.0/16"),
    "2001:0DB8:0::1/32": _range("2001:0DB8:0::1/32", "2001:db8::/32"),
    "instance web-1": Spelling({"instance": "{web-1}"}, Source("security_group", "web")),
    "instance both-1 as web": Spelling(
        {"instance": "{both-1}", "security_group": "web"}, Source("security_group", "web")
    ),
    "instance both-1 as batch": Spelling(
        {"instance": "{both-1}", "security_group": "{batch}"}, Source("security_group", "batch")
    ),
    "0.0.0.0/0": _range("0.0.0.0/0", "0.0.0.0/0", ANYWHERE_REFUSED),
    "::/0": _range("::/0", "::/0", ANYWHERE_REFUSED),
    "instance both-1": Spelling({"instance": "{both-1}"}, None, "carries several security groups"),
    "peer by name": Spelling({"security_group": "peer"}, None, "a name is looked up in the cache's VPC"),
    "stranger": Spelling(
        {"security_group": "{stranger}"}, Source("security_group", "stranger"), refused_grant="nothing joins the two"
    ),
    "nobody": Spelling({"security_group": "nobody"}, None, "'nobody' does not exist in"),
    "no range": Spelling({"cidr": "10.1.0.0"}, None, "is not an address range"),
}
LEGAL = tuple(name for name, each in SPELLINGS.items() if not each.refusal and not each.refused_grant)
ANYWHERE = ("0.0.0.0/0", "::/0")
UNFIT = tuple(name for name in SPELLINGS if name not in (*LEGAL, *ANYWHERE))
# What somebody else's rule can name.
SOURCES = tuple(dict.fromkeys(SPELLINGS[name].source for name in (*LEGAL, *ANYWHERE)))


@dataclass
class World:
    """What was built. C(ids) are those of groups, instances and prefix lists by name."""

    ec2: Any
    ids: dict[str, str] = field(default_factory=dict)
    arns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names: dict[str, str] = {}

    def name_of(self, some_id: str) -> str:
        """Return what has this id, or the id itself for what is none of ours."""
        if len(self._names) != len(self.ids):
            self._names = {each: name for name, each in self.ids.items()}
        return self._names.get(some_id, some_id)

    def written(self, text: str) -> str:
        """Return a text with ids in place of the names in braces."""
        return re.sub(r"\{([^}]+)\}", lambda match: self.ids[match.group(1)], text)

    def cache_text(self, cache: str, spelling: int) -> str:
        """Return one of the ways to name a cache."""
        spellings = CACHES[cache].spellings
        return spellings[spelling % len(spellings)].replace("{arn}", self.arns[cache])


def build(client: Callable[..., Any]) -> World:
    """Build it. C(client) makes a boto3 client of a service, as ``client("ec2")`` or ``client("ec2", PARTNER)``."""
    ec2, elasticache = client("ec2"), client("elasticache")
    world = World(ec2)
    home = _vpc(ec2, "10.20.0.0/16")
    subnet_ids = [
        ec2.create_subnet(VpcId=home, CidrBlock=cidr, AvailabilityZone=f"{REGION}{zone}")["Subnet"]["SubnetId"]
        for cidr, zone in (("10.20.1.0/24", "a"), ("10.20.2.0/24", "b"))
    ]
    [default] = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [home]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    world.ids["default"] = default["GroupId"]
    for name in ("web", "batch", "alpha", "beta", "gamma", "delta"):
        world.ids[name] = _security_group(ec2, name, home)
    _build_neighbours(world, client, home)
    for name, (family, entries) in PREFIX_LISTS.items():
        made = ec2.create_managed_prefix_list(PrefixListName=name, MaxEntries=entries, AddressFamily=family)
        world.ids[name] = made["PrefixList"]["PrefixListId"]
    for name, groups in INSTANCES.items():
        world.ids[name] = _instance(ec2, subnet_ids[0], [world.ids[group] for group in groups])
    _build_caches(world, elasticache, subnet_ids)
    return world


def _vpc(ec2: Any, cidr: str) -> str:
    return str(ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"])


def _security_group(ec2: Any, name: str, vpc_id: str) -> str:
    return str(ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc_id)["GroupId"])


def _build_neighbours(world: World, client: Callable[..., Any], home: str) -> None:
    """A peered VPC, a peered one of another account, and one that nothing leads to; a group in each."""
    ec2, partners = world.ec2, client("ec2", PARTNER)
    for name, there, cidr in (
        ("peer", ec2, "10.30.0.0/16"),
        ("partner", partners, "10.40.0.0/16"),
        ("stranger", ec2, "10.50.0.0/16"),
    ):
        vpc_id = _vpc(there, cidr)
        world.ids[name] = _security_group(there, name, vpc_id)
        if name == "stranger":
            continue
        owner = {"PeerOwnerId": PARTNER} if name == "partner" else {}
        asked = ec2.create_vpc_peering_connection(VpcId=home, PeerVpcId=vpc_id, **owner)
        peering_id = asked["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        there.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)


def _instance(ec2: Any, subnet_id: str, group_ids: list[str]) -> str:
    """Start an instance with one interface per group."""
    instance_id = start_instance(ec2, subnet_id, group_ids[0])
    for index, group_id in enumerate(group_ids[1:], 1):
        made = ec2.create_network_interface(SubnetId=subnet_id, Groups=[group_id])
        ec2.attach_network_interface(
            DeviceIndex=index,
            InstanceId=instance_id,
            NetworkInterfaceId=made["NetworkInterface"]["NetworkInterfaceId"],
        )
    return instance_id


def _build_caches(world: World, elasticache: Any, subnet_ids: list[str]) -> None:
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="caches", CacheSubnetGroupDescription="caches", SubnetIds=subnet_ids
    )
    node_based = {"CacheNodeType": "cache.t4g.micro", "CacheSubnetGroupName": "caches"}
    for name, cache in CACHES.items():
        groups = {"SecurityGroupIds": [world.ids[group] for group in cache.groups]}
        if cache.kind == "serverless":
            made = elasticache.create_serverless_cache(
                ServerlessCacheName=name, Engine="valkey", SubnetIds=subnet_ids, **groups
            )["ServerlessCache"]
        elif cache.kind == "replication_group":
            made = elasticache.create_replication_group(
                ReplicationGroupId=name,
                ReplicationGroupDescription=name,
                Engine="valkey",
                NumCacheClusters=2,
                AutomaticFailoverEnabled=True,
                Port=cache.ports[0],
                **node_based,
                **groups,
            )["ReplicationGroup"]
        else:
            made = elasticache.create_cache_cluster(
                CacheClusterId=name,
                Engine="memcached" if cache.ports == (11211,) else "redis",
                NumCacheNodes=1,
                **node_based,
                **groups,
            )["CacheCluster"]
        world.arns[name] = made["ARN"]
