# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The same estate as AWS tells of it: its answers by the name of the API's action."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Any

from tests.unit.simulator.world import (
    ACCOUNT,
    ANY,
    SERVERLESS,
    TCP,
    UDP,
    Acl,
    Attachment,
    Cache,
    Gateway,
    GatewayRoute,
    Group,
    Instance,
    Interface,
    Network,
    Node,
    Peering,
    Route,
    RouteTable,
    Rule,
    Subnet,
    World,
    named,
)

REGION = "eu-west-1"
MEMCACHED_PORT = 11211

# Network ACLs write protocols as numbers, security groups write some as words.
NUMBERS = {TCP: "6", UDP: "17", ANY: "-1"}

# Which member of a route says where it leads, by how the target's id begins.
TARGET_MEMBERS = {
    "local": "GatewayId",
    "igw": "GatewayId",
    "vgw": "GatewayId",
    "vpce": "GatewayId",
    "nat": "NatGatewayId",
    "eni": "NetworkInterfaceId",
    "eigw": "EgressOnlyInternetGatewayId",
    "lgw": "LocalGatewayId",
    "cagw": "CarrierGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "tgw": "TransitGatewayId",
}

Said = dict[str, Any]


def answers(world: World) -> dict[str, Any]:
    """What AWS answers, by action: the things told, all pages together.

    SearchTransitGatewayRoutes and GetManagedPrefixListEntries are asked about one table or list at a time: theirs are
    by its id, and there is nothing under the id of one that nobody may read.
    """
    return {
        "DescribeSubnets": [_subnet(each) for each in world.subnets],
        "DescribeNetworkAcls": [_acl(each) for each in world.acls],
        "DescribeRouteTables": [_route_table(each) for each in world.tables],
        "DescribeVpcPeeringConnections": [_peering(world, each) for each in world.peerings],
        "DescribeTransitGateways": [_gateway(each) for each in world.gateways],
        "DescribeTransitGatewayVpcAttachments": [_vpc_attachment(each) for each in world.attachments],
        "DescribeTransitGatewayAttachments": [_attachment(world, each) for each in world.attachments],
        "SearchTransitGatewayRoutes": {
            table.id: [_gateway_route(world, route) for route in table.routes]
            for table in world.gateway_tables
            if table.routes is not None and named(world.gateways, table.gateway).owner == ACCOUNT
        },
        "DescribeSecurityGroups": [_group(world, each) for each in world.groups],
        "DescribeSecurityGroupRules": [
            _rule(world, group, rule, number) for group in world.groups for number, rule in enumerate(group.rules)
        ],
        "GetManagedPrefixListEntries": {
            each.id: [{"Cidr": str(entry)} for entry in each.entries]
            for each in world.prefix_lists
            if each.entries is not None
        },
        "DescribeInstances": [
            {"ReservationId": f"r-{each.id}", "OwnerId": ACCOUNT, "Groups": [], "Instances": [_instance(world, each)]}
            for each in world.instances
        ],
        "DescribeNetworkInterfaces": [
            *(_interface_of_instance(world, instance, number) for instance, number in _numbered(world.instances)),
            *(_interface_of_node(world, node) for cache in _with_nodes(world) for node in cache.nodes),
        ],
        "DescribeReplicationGroups": [_replication_group(world, each) for each in _with_nodes(world)],
        "DescribeCacheClusters": [
            _member(world, cache, node) for cache in _with_nodes(world) for node in cache.nodes if _tells_nodes(cache)
        ],
        "DescribeServerlessCaches": [_serverless(each) for each in world.caches if each.kind == SERVERLESS],
        "DescribeCacheSubnetGroups": [_subnet_group(world, vpc.id) for vpc in world.vpcs],
    }


# Networks.


def _subnet(subnet: Subnet) -> Said:
    said: Said = {
        "SubnetId": subnet.id,
        "VpcId": subnet.vpc,
        "OwnerId": ACCOUNT,
        "State": "available",
        "AvailabilityZone": subnet.zone,
        "Ipv6CidrBlockAssociationSet": [
            {
                "AssociationId": f"subnet-cidr-assoc-{subnet.id}",
                "Ipv6CidrBlock": str(cidr),
                "Ipv6CidrBlockState": {"State": "associated"},
            }
            for cidr in subnet.cidrs
            if cidr.version == 6
        ],
        "Ipv6Native": all(cidr.version == 6 for cidr in subnet.cidrs),
    }
    for cidr in subnet.cidrs:
        if cidr.version == 4:
            said["CidrBlock"] = str(cidr)
    return said


def _acl(acl: Acl) -> Said:
    entries = []
    for entry in acl.entries:
        said: Said = {
            "RuleNumber": entry.number,
            "Protocol": NUMBERS[entry.protocol],
            "RuleAction": "allow" if entry.allow else "deny",
            "Egress": entry.egress,
            **_range(entry.cidr, "CidrBlock", "Ipv6CidrBlock"),
        }
        if entry.ports is not None:
            said["PortRange"] = {"From": entry.ports[0], "To": entry.ports[1]}
        entries.append(said)
    for egress in (True, False):
        denied = {"Protocol": "-1", "RuleAction": "deny", "Egress": egress}
        entries.append({"RuleNumber": 32767, "CidrBlock": "0.0.0.0/0", **denied})
        entries.append({"RuleNumber": 32768, "Ipv6CidrBlock": "::/0", **denied})
    return {
        "NetworkAclId": acl.id,
        "VpcId": acl.vpc,
        "OwnerId": ACCOUNT,
        "IsDefault": acl.is_default,
        "Associations": [
            {"NetworkAclAssociationId": f"aclassoc-{subnet}", "NetworkAclId": acl.id, "SubnetId": subnet}
            for subnet in acl.subnets
        ],
        "Entries": entries,
        "Tags": [],
    }


def _route_table(table: RouteTable) -> Said:
    associations: list[Said] = [{"SubnetId": subnet, "Main": False} for subnet in table.subnets]
    if table.main:
        associations.insert(0, {"Main": True})
    return {
        "RouteTableId": table.id,
        "VpcId": table.vpc,
        "OwnerId": ACCOUNT,
        "Associations": [
            {
                "RouteTableAssociationId": f"rtbassoc-{table.id}-{number}",
                "RouteTableId": table.id,
                "AssociationState": {"State": "associated"},
                **association,
            }
            for number, association in enumerate(associations)
        ],
        "PropagatingVgws": [{"GatewayId": route.target} for route in table.routes if route.propagated],
        "Routes": [_route(route) for route in table.routes],
        "Tags": [],
    }


def _route(route: Route) -> Said:
    said: Said = {"State": "blackhole" if route.blackhole else "active", "Origin": "CreateRoute"}
    if route.propagated:
        said["Origin"] = "EnableVgwRoutePropagation"
    elif route.target == "local":
        said["Origin"] = "CreateRouteTable"
    if isinstance(route.to, str):
        said["DestinationPrefixListId"] = route.to
    else:
        said |= _range(route.to, "DestinationCidrBlock", "DestinationIpv6CidrBlock")
    said[TARGET_MEMBERS[route.target.partition("-")[0]]] = route.target
    return said


def _range(cidr: Network, member: str, ipv6_member: str) -> Said:
    return {member if isinstance(cidr, IPv4Network) else ipv6_member: str(cidr)}


def _peering(world: World, peering: Peering) -> Said:
    def end(name: str) -> Said:
        cidrs = [cidr for vpc in world.vpcs if vpc.id == name for cidr in vpc.cidrs]
        said: Said = {"VpcId": name, "OwnerId": ACCOUNT, "Region": REGION}
        if cidrs:
            ipv4 = [str(cidr) for cidr in cidrs if cidr.version == 4]
            said["CidrBlock"] = ipv4[0]
            said["CidrBlockSet"] = [{"CidrBlock": cidr} for cidr in ipv4]
            said["Ipv6CidrBlockSet"] = [{"Ipv6CidrBlock": str(cidr)} for cidr in cidrs if cidr.version == 6]
        return said

    return {
        "VpcPeeringConnectionId": peering.id,
        "RequesterVpcInfo": end(peering.requester),
        "AccepterVpcInfo": end(peering.accepter),
        "Status": {"Code": peering.status, "Message": peering.status},
        "Tags": [],
    }


def _gateway(gateway: Gateway) -> Said:
    return {
        "TransitGatewayId": gateway.id,
        "TransitGatewayArn": f"arn:aws:ec2:{REGION}:{gateway.owner}:transit-gateway/{gateway.id}",
        "OwnerId": gateway.owner,
        "State": "available",
        "Options": {"SecurityGroupReferencingSupport": _enabled(gateway.referencing)},
        "Tags": [],
    }


def _enabled(choice: bool) -> str:
    return "enable" if choice else "disable"


def _vpc_attachment(attachment: Attachment) -> Said:
    return {
        "TransitGatewayAttachmentId": attachment.id,
        "TransitGatewayId": attachment.gateway,
        "VpcId": attachment.vpc,
        "VpcOwnerId": ACCOUNT,
        "State": attachment.state,
        "SubnetIds": list(attachment.subnets),
        "Options": {
            "DnsSupport": "enable",
            "SecurityGroupReferencingSupport": _enabled(attachment.referencing),
            "Ipv6Support": "enable",
            "ApplianceModeSupport": "disable",
        },
        "Tags": [],
    }


def _attachment(world: World, attachment: Attachment) -> Said:
    owner = named(world.gateways, attachment.gateway).owner
    said: Said = {
        "TransitGatewayAttachmentId": attachment.id,
        "TransitGatewayId": attachment.gateway,
        "TransitGatewayOwnerId": owner,
        "ResourceType": "vpc",
        "ResourceId": attachment.vpc,
        "ResourceOwnerId": ACCOUNT,
        "State": attachment.state,
        "Tags": [],
    }
    if attachment.table is not None and owner == ACCOUNT:
        said["Association"] = {"TransitGatewayRouteTableId": attachment.table, "State": "associated"}
    return said


def _gateway_route(world: World, route: GatewayRoute) -> Said:
    """A route of a transit gateway: a route of its own table names ranges of both families in one member."""
    said: Said = {"DestinationCidrBlock": str(route.to), "Type": "static", "State": "blackhole"}
    if route.attachment is not None:
        said["State"] = "active"
        said["TransitGatewayAttachments"] = [
            {
                "TransitGatewayAttachmentId": route.attachment,
                "ResourceId": named(world.attachments, route.attachment).vpc,
                "ResourceType": "vpc",
            }
        ]
    return said


# Security groups.


def _group(world: World, group: Group) -> Said:
    return {
        "GroupId": group.id,
        "GroupName": f"name of {group.id}",
        "Description": "",
        "VpcId": group.vpc,
        "OwnerId": ACCOUNT,
        "IpPermissions": _permissions(world, group, egress=False),
        "IpPermissionsEgress": _permissions(world, group, egress=True),
        "Tags": [],
    }


def _permissions(world: World, group: Group, *, egress: bool) -> list[Said]:
    """The group's rules in one direction, those of one protocol and port range folded together."""
    folded: dict[tuple[str, tuple[int, int] | None], Said] = {}
    for rule in group.rules:
        if rule.egress != egress:
            continue
        key = (rule.protocol, rule.ports)
        if key not in folded:
            folded[key] = {
                "IpProtocol": rule.protocol,
                "IpRanges": [],
                "Ipv6Ranges": [],
                "PrefixListIds": [],
                "UserIdGroupPairs": [],
            }
            if rule.ports is not None:
                folded[key] |= {"FromPort": rule.ports[0], "ToPort": rule.ports[1]}
        if not isinstance(rule.peer, str):
            member = "IpRanges" if rule.peer.version == 4 else "Ipv6Ranges"
            folded[key][member].append(_range(rule.peer, "CidrIp", "CidrIpv6"))
        elif rule.peer.startswith("pl-"):
            folded[key]["PrefixListIds"].append({"PrefixListId": rule.peer})
        else:
            folded[key]["UserIdGroupPairs"].append(_referenced(world, group, rule.peer))
    return list(folded.values())


def _referenced(world: World, group: Group, peer: str) -> Said:
    vpc = named(world.groups, peer).vpc
    said = {"GroupId": peer, "UserId": ACCOUNT}
    if vpc != group.vpc:
        said["VpcId"] = vpc
    return said


def _rule(world: World, group: Group, rule: Rule, number: int) -> Said:
    first, last = rule.ports or (-1, -1)
    said: Said = {
        "SecurityGroupRuleId": f"sgr-{group.id.removeprefix('sg-')}-{number}",
        "GroupId": group.id,
        "GroupOwnerId": ACCOUNT,
        "IsEgress": rule.egress,
        "IpProtocol": rule.protocol,
        "FromPort": first,
        "ToPort": last,
        "Tags": [],
    }
    if not isinstance(rule.peer, str):
        said |= _range(rule.peer, "CidrIpv4", "CidrIpv6")
    elif rule.peer.startswith("pl-"):
        said["PrefixListId"] = rule.peer
    else:
        said["ReferencedGroupInfo"] = _referenced(world, group, rule.peer)
    return said


# Instances and interfaces.


def _instance(world: World, instance: Instance) -> Said:
    said: Said = {
        "InstanceId": instance.id,
        "State": {"Name": instance.state},
        "PlatformDetails": "Windows" if instance.windows else "Linux/UNIX",
        "NetworkInterfaces": [
            _interface_of_instance(world, instance, number, in_instance=True)
            for number in range(len(instance.interfaces))
        ],
        "SecurityGroups": [],
        "Tags": [],
    }
    if instance.windows:
        said["Platform"] = "windows"
    if instance.interfaces:
        primary = said["NetworkInterfaces"][0]
        said |= {member: primary[member] for member in ("SubnetId", "VpcId")}
        said["SecurityGroups"] = primary["Groups"]
        if "PrivateIpAddress" in primary:
            said["PrivateIpAddress"] = primary["PrivateIpAddress"]
    return said


def _numbered(instances: Iterable[Instance]) -> list[tuple[Instance, int]]:
    return [(instance, number) for instance in instances for number in range(len(instance.interfaces))]


def _interface_of_instance(world: World, instance: Instance, number: int, *, in_instance: bool = False) -> Said:
    interface = instance.interfaces[number]
    attachment: Said = {"AttachmentId": f"eni-attach-{interface.id}", "DeviceIndex": number, "Status": "attached"}
    if not in_instance:
        attachment |= {"InstanceId": instance.id, "InstanceOwnerId": ACCOUNT}
    said = {**_interface(world, interface), "Attachment": attachment, "Description": ""}
    return said if in_instance else {**said, "TagSet": [], "RequesterManaged": False}


def _interface_of_node(world: World, node: Node) -> Said:
    groups = tuple(group for group, _status in node.groups)
    return {
        **_interface(world, Interface(f"eni-{node.id}", node.subnet, node.addresses, groups)),
        "Attachment": {
            "AttachmentId": f"eni-attach-{node.id}",
            "DeviceIndex": 1,
            "InstanceOwnerId": "amazon-elasticache",
            "Status": "attached",
        },
        "Description": f"ElastiCache {node.id}",
        "RequesterId": "amazon-elasticache",
        "RequesterManaged": True,
        "TagSet": [],
    }


def _interface(world: World, interface: Interface) -> Said:
    ipv4 = [str(address) for address in interface.addresses if address.version == 4]
    ipv6 = [str(address) for address in interface.addresses if address.version == 6]
    said: Said = {
        "NetworkInterfaceId": interface.id,
        "OwnerId": ACCOUNT,
        "InterfaceType": "interface",
        "Status": "in-use",
        "SourceDestCheck": True,
        "SubnetId": interface.subnet,
        "VpcId": named(world.subnets, interface.subnet).vpc,
        "Groups": [{"GroupId": group, "GroupName": f"name of {group}"} for group in interface.groups],
        "PrivateIpAddresses": [
            {"PrivateIpAddress": address, "Primary": number == 0} for number, address in enumerate(ipv4)
        ],
        "Ipv6Addresses": [{"Ipv6Address": address} for address in ipv6],
    }
    if ipv4:
        said["PrivateIpAddress"] = ipv4[0]
    return said


# Caches.


def _with_nodes(world: World) -> list[Cache]:
    return [cache for cache in world.caches if cache.kind != SERVERLESS]


def _tells_nodes(cache: Cache) -> bool:
    """A replication group that is being deleted names neither members nor endpoints any more."""
    return cache.status != "deleting"


def _has_endpoints(cache: Cache) -> bool:
    return cache.status != "creating"


def _endpoint(host: str, port: int) -> Said:
    return {"Address": f"{host}.cache.amazonaws.com", "Port": port}


def _replication_group(world: World, cache: Cache) -> Said:
    said: Said = {
        "ReplicationGroupId": cache.name,
        "ARN": f"arn:aws:elasticache:{REGION}:{ACCOUNT}:replicationgroup:{cache.name}",
        "Description": "",
        "Status": cache.status,
        "ClusterEnabled": False,
        "NetworkType": cache.network_type,
        "TransitEncryptionEnabled": False,
        "AtRestEncryptionEnabled": False,
        "PendingModifiedValues": {},
    }
    if not _tells_nodes(cache):
        return said
    said["MemberClusters"] = [node.id for node in cache.nodes]
    group: Said = {
        "NodeGroupId": "0001",
        "Status": cache.status,
        "NodeGroupMembers": [
            {
                "CacheClusterId": node.id,
                "CacheNodeId": "0001",
                "PreferredAvailabilityZone": named(world.subnets, node.subnet).zone,
                "CurrentRole": "replica" if number else "primary",
            }
            for number, node in enumerate(cache.nodes)
        ],
    }
    if _has_endpoints(cache):
        group["PrimaryEndpoint"] = _endpoint(f"{cache.name}.ng.0001", cache.ports[0])
        group["ReaderEndpoint"] = _endpoint(f"{cache.name}-ro.ng.0001", cache.ports[0])
        for node, member in zip(cache.nodes, group["NodeGroupMembers"], strict=True):
            member["ReadEndpoint"] = _endpoint(f"{node.id}.0001", cache.ports[0])
    said["NodeGroups"] = [group]
    return said


def _member(world: World, cache: Cache, node: Node) -> Said:
    subnet = named(world.subnets, node.subnet)
    cache_node: Said = {
        "CacheNodeId": "0001",
        "CacheNodeStatus": cache.status,
        "CustomerAvailabilityZone": subnet.zone,
        "ParameterGroupStatus": "in-sync",
    }
    if _has_endpoints(cache):
        cache_node["Endpoint"] = _endpoint(f"{node.id}.0001", cache.ports[0])
    return {
        "CacheClusterId": node.id,
        "ReplicationGroupId": cache.name,
        "ARN": f"arn:aws:elasticache:{REGION}:{ACCOUNT}:cluster:{node.id}",
        "CacheClusterStatus": cache.status,
        "Engine": "valkey",
        "EngineVersion": "8.0.1",
        "NumCacheNodes": 1,
        "NetworkType": cache.network_type,
        "PreferredAvailabilityZone": subnet.zone,
        "CacheSubnetGroupName": _subnet_group_name(subnet.vpc),
        "SecurityGroups": [{"SecurityGroupId": group, "Status": status} for group, status in node.groups],
        "CacheSecurityGroups": [],
        "CacheNodes": [cache_node],
        "TransitEncryptionEnabled": False,
        "AtRestEncryptionEnabled": False,
    }


def _serverless(cache: Cache) -> Said:
    is_memcached = cache.ports[0] == MEMCACHED_PORT
    said: Said = {
        "ServerlessCacheName": cache.name,
        "ARN": f"arn:aws:elasticache:{REGION}:{ACCOUNT}:serverlesscache:{cache.name}",
        "Description": " ",
        "Status": cache.status,
        "Engine": "memcached" if is_memcached else "valkey",
        "MajorEngineVersion": "1.6" if is_memcached else "8",
        "NetworkType": cache.network_type,
        "SecurityGroupIds": [group for group, _status in cache.nodes[0].groups],
        "SubnetIds": [node.subnet for node in cache.nodes],
    }
    if _has_endpoints(cache):
        said["Endpoint"] = _endpoint(f"{cache.name}.serverless", cache.ports[0])
        if not is_memcached:
            said["ReaderEndpoint"] = _endpoint(f"{cache.name}.serverless", cache.ports[1])
    return said


def _subnet_group_name(vpc: str) -> str:
    return f"private-{vpc}"


def _subnet_group(world: World, vpc: str) -> Said:
    return {
        "CacheSubnetGroupName": _subnet_group_name(vpc),
        "CacheSubnetGroupDescription": "",
        "VpcId": vpc,
        "Subnets": [
            {"SubnetIdentifier": subnet.id, "SubnetAvailabilityZone": {"Name": subnet.zone}}
            for subnet in world.subnets
            if subnet.vpc == vpc
        ],
    }
