# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to write networks, and what goes through them from one end to the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST, Acl, AclEntry
from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of
from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache, Membership
from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
from ansible_collections.elasticache.access.plugins.module_utils._connection import Listing
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._flows import End, Flow
from ansible_collections.elasticache.access.plugins.module_utils._gateway_tables import (
    Association,
    GatewayRoute,
    GatewayTable,
)
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._paths import Attachment, Links, Peering, Side
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver
from ansible_collections.elasticache.access.plugins.module_utils._routes import LOCAL, Route, RouteTable
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._senders import INSTANCE, Sender
from ansible_collections.elasticache.access.plugins.module_utils._steps import Step
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

from tests.unit.audits import carrier
from tests.unit.fakes import answer_of
from tests.unit.simulator.evaluator import ToldAws
from tests.unit.values import GROUPS, JOBS, OWNER, PEER_VPC, SESSIONS, VPC, WEB, cache, rule

ANYWHERE = "0.0.0.0/0"
LINUX = (32768, 60999)
PORT = (6379, 6379)

# A VPC with instances, caches, and a subnet by which a transit gateway is attached; and another one, with instances.
APPS = Subnet("subnet-apps", VPC, "1a", ("10.0.1.0/24", "2001:db8:0:1::/64"))
CACHES = Subnet("subnet-caches", VPC, "1a", ("10.0.2.0/24", "2001:db8:0:2::/64"))
CACHES_B = Subnet("subnet-caches-b", VPC, "1b", ("10.0.3.0/24", "2001:db8:0:3::/64"))
DOOR = Subnet("subnet-door", VPC, "1a", ("10.0.9.0/28",))
FAR = Subnet("subnet-far", PEER_VPC, "1a", ("10.1.1.0/24", "2001:db8:1:1::/64"))
FAR_B = Subnet("subnet-far-b", PEER_VPC, "1b", ("10.1.2.0/24",))
FAR_DOOR = Subnet("subnet-far-door", PEER_VPC, "1a", ("10.1.9.0/28",))
SUBNETS = {each.subnet_id: each for each in (APPS, CACHES, CACHES_B, DOOR, FAR, FAR_B, FAR_DOOR)}

SESSIONS_CACHE = cache("sessions", SESSIONS, subnet_ids=(CACHES.subnet_id, CACHES_B.subnet_id), vpc_id=VPC)
PEERING = Peering("pcx-1", "active", (Side(VPC, OWNER, "eu-west-1"), Side(PEER_VPC, OWNER, "eu-west-1")))
ATTACHMENT = Attachment("tgw-1", VPC, "available", True, "tgw-attach-near", (DOOR.subnet_id,))
FAR_ATTACHMENT = Attachment("tgw-1", PEER_VPC, "available", True, "tgw-attach-far", (FAR_DOOR.subnet_id,))


def allow(number: int, cidr: str = ANYWHERE, ports: tuple[int, int] = (0, 65535)) -> AclEntry:
    return AclEntry(number, True, cidr, *ports)


def deny(number: int, cidr: str = ANYWHERE, ports: tuple[int, int] = (0, 65535)) -> AclEntry:
    return AclEntry(number, False, cidr, *ports)


OPEN = (allow(100), allow(101, "::/0"), deny(LAST), deny(LAST + 1, "::/0"))


def acl(acl_id: str, inbound: Iterable[AclEntry] = OPEN, outbound: Iterable[AclEntry] = OPEN) -> Acl:
    """A network ACL; its entries are looked at in the order of their numbers."""
    ordered = [sorted(side, key=lambda entry: entry.number) for side in (inbound, outbound)]
    numbers = [frozenset(entry.number for entry in side) for side in ordered]
    return Acl(acl_id, tuple(ordered[0]), tuple(ordered[1]), *numbers)


def table(*routes: Route, table_id: str = "rtb-1", vpc_id: str = VPC, is_main: bool = True) -> RouteTable:
    return RouteTable(table_id, vpc_id, is_main, routes)


LOCAL_ROUTES = (Route("10.0.0.0/16", LOCAL), Route("2001:db8::/56", LOCAL))
FAR_LOCAL_ROUTES = (Route("10.1.0.0/16", LOCAL), Route("2001:db8:1::/56", LOCAL))


def network(
    *tables: RouteTable,
    inbound: Iterable[Rule] = (rule(),),
    outbound: Iterable[Rule] = (rule(ANYWHERE, "all", WEB.group_id), rule("::/0", "all", WEB.group_id)),
    acls: Mapping[Subnet, Acl] | None = None,
    **facts: Any,
) -> Network:
    """What was read of both VPCs. Unless said otherwise nothing joins them, and nothing within each stops anything.

    `acls` are those of some subnets in place of an open one.
    """
    plain = (table(*LOCAL_ROUTES), table(*FAR_LOCAL_ROUTES, table_id="rtb-2", vpc_id=PEER_VPC))
    of_vpc = {each.vpc_id: each for each in plain if each.vpc_id not in {one.vpc_id for one in tables if one.is_main}}
    own = {subnet.subnet_id: each for subnet, each in (acls or {}).items()}
    found = Network(
        subnets=SUBNETS,
        acls={"acl-open": acl("acl-open"), **{each.acl_id: each for each in own.values()}},
        acl_of={subnet_id: own[subnet_id].acl_id if subnet_id in own else "acl-open" for subnet_id in SUBNETS},
        route_tables={each.table_id: each for each in (*of_vpc.values(), *tables)},
        groups=GROUPS,
        inbound=by_group(inbound),
        outbound=by_group(outbound),
    )
    return replace(found, **facts)


def by_group(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for each in rules:
        found.setdefault(each.key.group_id, []).append(each)
    return found


def towards(target_id: str) -> tuple[RouteTable, RouteTable]:
    """The route tables of both VPCs, each with a route to the other one over this target."""
    return (
        table(*LOCAL_ROUTES, Route("10.1.0.0/16", target_id)),
        table(*FAR_LOCAL_ROUTES, Route("10.0.0.0/16", target_id), table_id="rtb-2", vpc_id=PEER_VPC),
    )


def peered(*tables: RouteTable, peering: Peering = PEERING, **facts: Any) -> Network:
    """Both VPCs, joined by a peering."""
    return network(*(tables or towards("pcx-1")), **{"links": Links(peerings=(peering,)), **facts})


GATEWAY_ROUTES = (
    GatewayRoute("10.0.0.0/16", ("tgw-attach-near",), is_static=True),
    GatewayRoute("10.1.0.0/16", ("tgw-attach-far",)),
)


def attached(
    *tables: RouteTable,
    attachments: tuple[Attachment, ...] = (ATTACHMENT, FAR_ATTACHMENT),
    routes: tuple[GatewayRoute, ...] = GATEWAY_ROUTES,
    is_referencing: bool | None = True,
    **facts: Any,
) -> Network:
    """Both VPCs, joined by a transit gateway with one route table."""
    joined = {
        "links": Links(
            attachments=attachments, referencing={} if is_referencing is None else {"tgw-1": is_referencing}
        ),
        "associations": {each.attachment_id: Association("tgw-rtb-1", True) for each in attachments},
        "gateway_tables": {"tgw-rtb-1": GatewayTable("tgw-rtb-1", routes)},
    }
    return network(*(tables or towards("tgw-1")), **{**joined, **facts})


def end(address: str = "10.0.1.10", subnet: Subnet | None = APPS, groups: Iterable[SecurityGroup] = (WEB,)) -> End:
    """One end with these groups in force; without a subnet it is outside."""
    memberships = tuple(Membership(group.group_id, "active") for group in groups)
    return End(address_of(address), subnet, memberships if subnet else None)


SOURCE = end()
FAR_SOURCE = end("10.1.1.10", FAR)
OUTSIDE = end("203.0.113.7", None)
NODE = end("10.0.2.10", CACHES, (SESSIONS,))


def flow(over: Network | None = None, source: End = SOURCE, node: End = NODE, **facts: Any) -> Flow:
    """A connection from an instance to the port of a node, over a network in which nothing stops it."""
    return replace(Flow(over or network(), SESSIONS_CACHE, source, node, 6379, LINUX), **facts)


def interface(
    number: int = 1,
    subnet: Subnet = APPS,
    addresses: tuple[str, ...] | None = None,
    groups: Iterable[Any] = (WEB,),
    **facts: Any,
) -> Carrier:
    """The interface of an instance; its address ends with its number."""
    own = f"{subnet.cidrs[0].rpartition('.')[0]}.{number}"
    plain = carrier(number, groups, subnet_id=subnet.subnet_id, vpc_id=subnet.vpc_id, status="in-use")
    return replace(plain, addresses=(own,) if addresses is None else addresses, **facts)


def sender(number: int = 10, *carriers: Carrier, **facts: Any) -> Sender:
    """An instance that runs Linux, with one interface unless others are given."""
    plain = Sender(INSTANCE, f"i-{number}", "", "running", False, carriers or (interface(number),))
    return replace(plain, **facts)


def place(number: int = 10, subnet: Subnet = CACHES, *groups: SecurityGroup, **facts: Any) -> Place:
    """Where a node stands; its address ends with its number."""
    memberships = tuple(Membership(group.group_id, "active") for group in groups or (SESSIONS,))
    own = f"{subnet.cidrs[0].rpartition('.')[0]}.{number}"
    return replace(Place(f"node-{number}", (subnet,), memberships, (own,)), **facts)


def receiver(*places: Place, of: Cache = SESSIONS_CACHE, **facts: Any) -> Receiver:
    """The cache, with one node unless others are given."""
    return Receiver(replace(of, **facts), places or (place(),))


def evidence(step: Step) -> list[str]:
    """What a step rests on, each as its id and, behind a blank, which part of it."""
    return [f"{each.resource_id} {each.part}".strip() for each in step.evidence]


def command(step: Step) -> str:
    """The command that would mend a step, empty where there is none."""
    return step.mend.command if isinstance(step.mend, Mend) else ""


class ToldNetwork(ToldAws):
    """AWS that tells what stands under the name of an action, and notes by rounds what it was asked for.

    Of the actions in `refused` it tells nothing, as it does where a policy forbids them.
    """

    def __init__(self, told: Mapping[str, Any], refused: Iterable[str] = ()) -> None:
        super().__init__({**dict.fromkeys(_ACTIONS, ()), **told})
        self.refused = set(refused)
        self._rounds: list[dict[str, set[str]]] = [{}]
        self._depth = 0

    def forget(self) -> None:
        """Begin to note anew."""
        self._rounds = [{}]

    @property
    def rounds(self) -> list[dict[str, set[str]]]:
        """What it was asked for in each round, by action."""
        return [each for each in self._rounds if each]

    @property
    def asked(self) -> dict[str, set[str]]:
        """What it was asked for in all rounds, by action."""
        every: dict[str, set[str]] = {}
        for one in self.rounds:
            for action, values in one.items():
                every.setdefault(action, set()).update(values)
        return every

    def side_by_side(self, calls: Iterable[Callable[[], Any]]) -> list[Any]:
        if not self._depth:
            self._rounds.append({})
        self._depth += 1
        try:
            return super().side_by_side(calls)
        finally:
            self._depth -= 1

    def _list(self, service: str, operation: str, *arguments: Any, **options: Any) -> Listing:
        if self._is_refused(operation, {options.get("PrefixListId", "")} - {""}, service):
            return Listing([])
        if operation == "GetManagedPrefixListEntries":
            return Listing(list(self._told[operation][options["PrefixListId"]]))
        return super()._list(service, operation, *arguments, **options)

    def _list_filtered(
        self, operation: str, key: str, name: str, values: Iterable[str], page_size: int = 0, **options: Any
    ) -> list[Any]:
        del key, page_size, options
        values = set(values)
        if not values or self._is_refused(operation, values):
            return []
        return [answer for answer in self._told[operation] if _FILTERS[name](answer) & values]

    def search_transit_gateway_routes(self, table_id: str) -> Listing:
        if self._is_refused("SearchTransitGatewayRoutes", {table_id}):
            return Listing([], is_complete=False)
        return super().search_transit_gateway_routes(table_id)

    def _is_refused(self, operation: str, values: set[str], service: str = "ec2") -> bool:
        self._rounds[-1].setdefault(operation, set()).update(values)
        if operation not in self.refused:
            return False
        action = f"{service}:{operation}"
        self.denied[action] = AwsError(f"AWS does not permit {action}.", "UnauthorizedOperation", action, True)
        return True


_ACTIONS = (
    *("DescribeCacheClusters", "DescribeReplicationGroups", "DescribeServerlessCaches", "DescribeCacheSubnetGroups"),
    *("DescribeSecurityGroups", "DescribeSecurityGroupRules", "DescribeNetworkInterfaces", "DescribeInstances"),
    *("DescribeSubnets", "DescribeNetworkAcls", "DescribeRouteTables", "DescribeVpcPeeringConnections"),
    *("DescribeTransitGatewayVpcAttachments", "DescribeTransitGatewayAttachments", "DescribeTransitGateways"),
)


def _of(key: str) -> Callable[[Any], set[str]]:
    return lambda answer: {answer[key]}


def _within(several: str, key: str) -> Callable[[Any], set[str]]:
    return lambda answer: {each[key] for each in answer.get(several, ())}


# What a filter compares, by its name.
_FILTERS: dict[str, Callable[[Any], set[str]]] = {
    "accepter-vpc-info.vpc-id": lambda answer: {answer["AccepterVpcInfo"]["VpcId"]},
    "addresses.private-ip-address": _within("PrivateIpAddresses", "PrivateIpAddress"),
    "group-id": lambda answer: _within("Groups", "GroupId")(answer) if "Groups" in answer else {answer["GroupId"]},
    "instance-id": _within("Instances", "InstanceId"),
    "ipv6-addresses.ipv6-address": _within("Ipv6Addresses", "Ipv6Address"),
    "network-interface-id": _of("NetworkInterfaceId"),
    "requester-vpc-info.vpc-id": lambda answer: {answer["RequesterVpcInfo"]["VpcId"]},
    "subnet-id": _of("SubnetId"),
    "transit-gateway-attachment-id": _of("TransitGatewayAttachmentId"),
    "transit-gateway-id": _of("TransitGatewayId"),
    "vpc-id": _of("VpcId"),
}


def told() -> dict[str, Any]:
    """A cache in a VPC, an instance beside it and one in another VPC, with which a peering and a gateway join it."""
    subnets = [
        {"SubnetId": each.subnet_id, "VpcId": each.vpc_id, "AvailabilityZone": each.zone, "CidrBlock": each.cidrs[0]}
        for each in (APPS, CACHES, DOOR, FAR, FAR_DOOR)
    ]
    everything = {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": ANYWHERE}
    return {
        "DescribeCacheClusters": [
            {
                "CacheClusterId": "sessions",
                "CacheClusterStatus": "available",
                "CacheSubnetGroupName": "private",
                "CacheNodes": [{"CacheNodeId": "0001", "Endpoint": {"Address": "sessions.example", "Port": 6379}}],
                "SecurityGroups": [{"SecurityGroupId": SESSIONS.group_id, "Status": "active"}],
            }
        ],
        "DescribeCacheSubnetGroups": [
            {
                "CacheSubnetGroupName": "private",
                "VpcId": VPC,
                "Subnets": [{"SubnetIdentifier": CACHES.subnet_id}],
            }
        ],
        "DescribeSecurityGroups": [
            {"GroupId": each.group_id, "GroupName": each.name, "VpcId": each.vpc_id, "OwnerId": each.owner_id}
            for each in GROUPS.values()
        ],
        "DescribeSecurityGroupRules": [
            answer_of(rule()),
            {**answer_of(rule(ANYWHERE, "all", SESSIONS.group_id, "sgr-2")), "IsEgress": True},
            answer_of(rule(JOBS.group_id, "443", WEB.group_id, "sgr-3")),
            {**answer_of(rule(ANYWHERE, "all", WEB.group_id, "sgr-4")), "IsEgress": True},
        ],
        "DescribeNetworkInterfaces": [
            {
                "NetworkInterfaceId": "eni-node",
                "Description": "ElastiCache sessions",
                "RequesterId": "amazon-elasticache",
                "SubnetId": CACHES.subnet_id,
                "VpcId": VPC,
                "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.2.10"}],
                "Groups": [{"GroupId": SESSIONS.group_id}],
            },
            *(
                {**_interface(number, subnet), "Attachment": {"InstanceId": f"i-0000000{number}", "DeviceIndex": 0}}
                for number, subnet in ((1, APPS), (2, FAR))
            ),
        ],
        "DescribeInstances": [
            {
                "Instances": [
                    {
                        "InstanceId": f"i-0000000{number}",
                        "State": {"Name": "running"},
                        "NetworkInterfaces": [_interface(number, subnet)],
                    }
                ]
            }
            for number, subnet in ((1, APPS), (2, FAR))
        ],
        "DescribeSubnets": subnets,
        "DescribeNetworkAcls": [
            {
                "NetworkAclId": f"acl-{vpc_id}",
                "VpcId": vpc_id,
                "Associations": [{"SubnetId": each["SubnetId"]} for each in subnets if each["VpcId"] == vpc_id],
                "Entries": [{**everything, "Egress": is_egress} for is_egress in (False, True)],
            }
            for vpc_id in (VPC, PEER_VPC)
        ],
        "DescribeRouteTables": [
            {
                "RouteTableId": f"rtb-{vpc_id}",
                "VpcId": vpc_id,
                "Associations": [{"Main": True}],
                "Routes": [
                    {"DestinationCidrBlock": own, "GatewayId": "local"},
                    {"DestinationCidrBlock": other, "TransitGatewayId": "tgw-1"},
                ],
            }
            for vpc_id, own, other in ((VPC, "10.0.0.0/16", "10.1.0.0/16"), (PEER_VPC, "10.1.0.0/16", "10.0.0.0/16"))
        ],
        "DescribeVpcPeeringConnections": [
            {
                "VpcPeeringConnectionId": "pcx-1",
                "Status": {"Code": "deleted"},
                "RequesterVpcInfo": {"VpcId": VPC},
                "AccepterVpcInfo": {"VpcId": PEER_VPC},
            }
        ],
        "DescribeTransitGateways": [
            {"TransitGatewayId": "tgw-1", "Options": {"SecurityGroupReferencingSupport": "enable"}}
        ],
        "DescribeTransitGatewayVpcAttachments": [
            {
                "TransitGatewayAttachmentId": each.attachment_id,
                "TransitGatewayId": "tgw-1",
                "VpcId": each.vpc_id,
                "State": "available",
                "SubnetIds": list(each.subnet_ids),
                "Options": {"SecurityGroupReferencingSupport": "enable"},
            }
            for each in (ATTACHMENT, FAR_ATTACHMENT)
        ],
        "DescribeTransitGatewayAttachments": [
            {
                "TransitGatewayAttachmentId": each.attachment_id,
                "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"},
            }
            for each in (ATTACHMENT, FAR_ATTACHMENT)
        ],
        "SearchTransitGatewayRoutes": {
            "tgw-rtb-1": [
                {
                    "DestinationCidrBlock": each.cidr,
                    "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": each.attachment_ids[0]}],
                }
                for each in GATEWAY_ROUTES
            ]
        },
        "GetManagedPrefixListEntries": {},
    }


def _interface(number: int, subnet: Subnet) -> dict[str, Any]:
    return {
        "NetworkInterfaceId": f"eni-0000000{number}",
        "SubnetId": subnet.subnet_id,
        "VpcId": subnet.vpc_id,
        "Status": "in-use",
        "PrivateIpAddresses": [{"PrivateIpAddress": f"{subnet.cidrs[0].rpartition('.')[0]}.{number}"}],
        "Groups": [{"GroupId": WEB.group_id}],
    }
