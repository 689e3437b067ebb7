# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The calls to AWS: one method each, in AWS's words."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._connection import EC2_PAGE, Connection, Listing

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Answer = Mapping[str, t.Any]

# DescribeManagedPrefixLists is the one list of EC2's whose pages hold less than the others.
_PREFIX_LIST_PAGE = 100
# The most that DescribeRouteTables takes.
_ROUTE_TABLE_PAGE = 100
# The most that DescribeStaleSecurityGroups takes.
_STALE_PAGE = 255


class Aws(Connection):
    """The calls that this collection makes, in one account and region."""

    def get_ready_for_ec2(self) -> None:
        """Do what takes a while before the first call to EC2, as long as ElastiCache's answers are waited for."""
        self._client("elasticache")
        self._client("ec2").get_paginator("describe_security_group_rules")

    # ElastiCache

    # Each of these lists everything, up to so many pages, or tells of the one thing of a name.

    def describe_cache_clusters(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        """Return cache clusters, members of replication groups among them."""
        only = {} if name is None else {"CacheClusterId": name}
        return self._list(
            "elasticache", "DescribeCacheClusters", "CacheClusters", 100, most_pages, ShowCacheNodeInfo=True, **only
        )

    def describe_replication_groups(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        """Return replication groups."""
        only = {} if name is None else {"ReplicationGroupId": name}
        return self._list("elasticache", "DescribeReplicationGroups", "ReplicationGroups", 100, most_pages, **only)

    def describe_serverless_caches(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        """Return serverless caches."""
        only = {} if name is None else {"ServerlessCacheName": name}
        return self._list("elasticache", "DescribeServerlessCaches", "ServerlessCaches", 50, most_pages, **only)

    def describe_cache_subnet_groups(self, name: str | None = None, most_pages: int | None = None) -> Listing:
        """Return cache subnet groups."""
        only = {} if name is None else {"CacheSubnetGroupName": name}
        return self._list("elasticache", "DescribeCacheSubnetGroups", "CacheSubnetGroups", 100, most_pages, **only)

    def get_resources(self) -> list[Answer]:
        """Return the tags of every cache of the region, as the tagging API lists them: by ARN, members included."""
        kinds = ["elasticache:cluster", "elasticache:replicationgroup", "elasticache:serverlesscache"]
        return self._list(
            "resourcegroupstaggingapi", "GetResources", "ResourceTagMappingList", 100, ResourceTypeFilters=kinds
        ).answers

    def list_tags_for_resource(self, arn: str) -> list[Answer]:
        """Return the tags of one cache."""
        answer = self._call("elasticache", "ListTagsForResource", ResourceName=arn)
        return list(answer.get("TagList") or ())

    # Each of these replaces the whole list of a cache's security groups, and is sent nothing else: a serverless cache
    # takes one field at a time, and ApplyImmediately would bring forward whatever else waits to be applied.

    def modify_cache_cluster(self, name: str, group_ids: Sequence[str]) -> None:
        """Have a cluster of its own carry these security groups."""
        self._call("elasticache", "ModifyCacheCluster", CacheClusterId=name, SecurityGroupIds=list(group_ids))

    def modify_replication_group(self, name: str, group_ids: Sequence[str]) -> None:
        """Have every node of a replication group carry these security groups."""
        self._call("elasticache", "ModifyReplicationGroup", ReplicationGroupId=name, SecurityGroupIds=list(group_ids))

    def modify_serverless_cache(self, name: str, group_ids: Sequence[str]) -> None:
        """Have these security groups guard the endpoint of a serverless cache."""
        self._call("elasticache", "ModifyServerlessCache", ServerlessCacheName=name, SecurityGroupIds=list(group_ids))

    # EC2: reads

    def describe_regions(self) -> list[str]:
        """Return the names of all regions that are enabled for the account."""
        return [answer["RegionName"] for answer in self._call("ec2", "DescribeRegions").get("Regions") or ()]

    def describe_subnets(self, subnet_ids: Sequence[str]) -> list[Answer]:
        """Return those of these subnets that exist."""
        return self._list_filtered("DescribeSubnets", "Subnets", "subnet-id", subnet_ids)

    def describe_security_groups(self, group_ids: Iterable[str]) -> list[Answer]:
        """Return those of these groups that exist and that this account sees."""
        return self._list_filtered("DescribeSecurityGroups", "SecurityGroups", "group-id", group_ids)

    def describe_security_groups_named(self, names: Iterable[str]) -> list[Answer]:
        """Return the groups of these names in every VPC. EC2 reads V(*) and V(?) as wildcards: compare again."""
        return self._list_filtered("DescribeSecurityGroups", "SecurityGroups", "group-name", names)

    def describe_security_groups_of_vpc(self, vpc_id: str) -> list[Answer]:
        """Return every group of one VPC."""
        return self._list_filtered("DescribeSecurityGroups", "SecurityGroups", "vpc-id", [vpc_id])

    def describe_security_group_rules(self, group_ids: Iterable[str]) -> list[Answer]:
        """Return every rule of these groups, in both directions."""
        return self._list_filtered("DescribeSecurityGroupRules", "SecurityGroupRules", "group-id", group_ids)

    def describe_security_group_rules_tagged(self, key: str, value: str) -> list[Answer]:
        """Return every rule of the region, in both directions, that has this tag."""
        return self._list_filtered("DescribeSecurityGroupRules", "SecurityGroupRules", f"tag:{key}", [value])

    def describe_instances(self, instance_ids: Iterable[str]) -> list[Answer]:
        """Return the reservations with those of these instances that exist."""
        managed = self._including_managed("DescribeInstances")
        return self._list_filtered("DescribeInstances", "Reservations", "instance-id", instance_ids, **managed)

    def describe_managed_prefix_lists(self, list_ids: Iterable[str]) -> list[Answer]:
        """Return those of these prefix lists that exist and that this account sees; AWS's own are among them."""
        return self._list_filtered(
            "DescribeManagedPrefixLists", "PrefixLists", "prefix-list-id", list_ids, _PREFIX_LIST_PAGE
        )

    def describe_managed_prefix_lists_named(self, names: Iterable[str]) -> list[Answer]:
        """Return the prefix lists of these names, of which there can be several."""
        return self._list_filtered(
            "DescribeManagedPrefixLists", "PrefixLists", "prefix-list-name", names, _PREFIX_LIST_PAGE
        )

    def describe_all_managed_prefix_lists(self) -> list[Answer]:
        """Return every prefix list that this account sees."""
        return self._list("ec2", "DescribeManagedPrefixLists", "PrefixLists", _PREFIX_LIST_PAGE).answers

    def get_managed_prefix_list_entries(self, list_id: str) -> list[Answer]:
        """Return the address ranges that one prefix list holds. EC2 tells of one list per call."""
        return self._list(
            "ec2", "GetManagedPrefixListEntries", "Entries", _PREFIX_LIST_PAGE, PrefixListId=list_id
        ).answers

    def describe_stale_security_groups(self, vpc_id: str) -> list[Answer]:
        """Return the groups of one VPC with rules that name a group which is gone, or which no way leads to."""
        return self._list(
            "ec2", "DescribeStaleSecurityGroups", "StaleSecurityGroupSet", _STALE_PAGE, VpcId=vpc_id
        ).answers

    def describe_network_interfaces(self, group_ids: Iterable[str]) -> list[Answer]:
        """Return every network interface that carries one of these groups, those that AWS manages among them."""
        return self._network_interfaces("group-id", group_ids)

    def describe_network_interfaces_of_vpcs(self, vpc_ids: Iterable[str]) -> list[Answer]:
        """Return every network interface in these VPCs, those that AWS manages among them."""
        return self._network_interfaces("vpc-id", vpc_ids)

    def _network_interfaces(self, name: str, values: Iterable[str]) -> list[Answer]:
        managed = self._including_managed("DescribeNetworkInterfaces")
        return self._list_filtered("DescribeNetworkInterfaces", "NetworkInterfaces", name, values, **managed)

    def describe_network_interfaces_by_id(self, interface_ids: Iterable[str]) -> list[Answer]:
        """Return those of these network interfaces that exist."""
        return self._network_interfaces("network-interface-id", interface_ids)

    def describe_network_interfaces_with(self, addresses: Iterable[str]) -> list[Answer]:
        """Return every network interface of the region that has one of these addresses."""
        addresses = set(addresses)
        ipv6 = {address for address in addresses if ":" in address}
        both = self.side_by_side(
            [
                partial(self._network_interfaces, "addresses.private-ip-address", addresses - ipv6),
                partial(self._network_interfaces, "ipv6-addresses.ipv6-address", ipv6),
            ]
        )
        return [answer for answers in both for answer in answers]

    def describe_subnets_of_vpcs(self, vpc_ids: Iterable[str]) -> list[Answer]:
        """Return every subnet of these VPCs."""
        return self._list_filtered("DescribeSubnets", "Subnets", "vpc-id", vpc_ids)

    def describe_network_acls_of_vpcs(self, vpc_ids: Iterable[str]) -> list[Answer]:
        """Return every network ACL of these VPCs."""
        return self._list_filtered("DescribeNetworkAcls", "NetworkAcls", "vpc-id", vpc_ids)

    def describe_route_tables_of_vpcs(self, vpc_ids: Iterable[str]) -> list[Answer]:
        """Return every route table of these VPCs."""
        return self._list_filtered("DescribeRouteTables", "RouteTables", "vpc-id", vpc_ids, _ROUTE_TABLE_PAGE)

    def describe_vpc_peering_connections(self, vpc_ids: Iterable[str]) -> list[Answer]:
        """Return the peerings of these VPCs, whichever side asked for them."""
        vpc_ids = list(vpc_ids)
        filters = ("requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id")
        asked, accepted = self.side_by_side(
            [
                partial(self._list_filtered, "DescribeVpcPeeringConnections", "VpcPeeringConnections", each, vpc_ids)
                for each in filters
            ]
        )
        return list({answer["VpcPeeringConnectionId"]: answer for answer in (*asked, *accepted)}.values())

    def describe_transit_gateway_vpc_attachments(self, vpc_ids: Iterable[str]) -> list[Answer]:
        """Return the attachments of these VPCs to transit gateways, as far as this account sees them."""
        return self._list_filtered(
            "DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments", "vpc-id", vpc_ids
        )

    def describe_transit_gateways(self, gateway_ids: Iterable[str]) -> list[Answer]:
        """Return those of these transit gateways that this account sees."""
        return self._list_filtered("DescribeTransitGateways", "TransitGateways", "transit-gateway-id", gateway_ids)

    def describe_transit_gateway_attachments(self, attachment_ids: Iterable[str]) -> list[Answer]:
        """Return these attachments with the route tables that they are associated with."""
        return self._list_filtered(
            "DescribeTransitGatewayAttachments",
            "TransitGatewayAttachments",
            "transit-gateway-attachment-id",
            attachment_ids,
        )

    def search_transit_gateway_routes(self, table_id: str) -> Listing:
        """Return the routes of one transit gateway's table. EC2 tells of 1,000, and whether there are more."""
        states = {"Name": "state", "Values": ["active", "blackhole"]}
        answer = self._call(
            "ec2",
            "SearchTransitGatewayRoutes",
            TransitGatewayRouteTableId=table_id,
            Filters=[states],
            MaxResults=EC2_PAGE,
        )
        return Listing(list(answer.get("Routes") or ()), is_complete=not answer.get("AdditionalRoutesAvailable"))

    # EC2: changes

    def authorize_security_group_ingress(
        self, group_id: str, permissions: Sequence[Answer], tags: Sequence[tuple[str, str]]
    ) -> list[Answer]:
        """Add inbound rules to one group, all or none of them, and return them with their ids."""
        return self._authorize("AuthorizeSecurityGroupIngress", group_id, permissions, tags)

    def authorize_security_group_egress(
        self, group_id: str, permissions: Sequence[Answer], tags: Sequence[tuple[str, str]]
    ) -> list[Answer]:
        """Add outbound rules to one group, all or none of them, and return them with their ids."""
        return self._authorize("AuthorizeSecurityGroupEgress", group_id, permissions, tags)

    def _authorize(
        self, operation: str, group_id: str, permissions: Sequence[Answer], tags: Sequence[tuple[str, str]]
    ) -> list[Answer]:
        answer = self._call(
            "ec2",
            operation,
            GroupId=group_id,
            IpPermissions=permissions,
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": _tag_list(tags)}],
        )
        return list(answer.get("SecurityGroupRules") or ())

    def update_security_group_rule_descriptions_ingress(self, group_id: str, descriptions: Mapping[str, str]) -> None:
        """Give inbound rules of one group, by id, another description in place."""
        self._describe("UpdateSecurityGroupRuleDescriptionsIngress", group_id, descriptions)

    def update_security_group_rule_descriptions_egress(self, group_id: str, descriptions: Mapping[str, str]) -> None:
        """Give outbound rules of one group, by id, another description in place."""
        self._describe("UpdateSecurityGroupRuleDescriptionsEgress", group_id, descriptions)

    def _describe(self, operation: str, group_id: str, descriptions: Mapping[str, str]) -> None:
        self._call(
            "ec2",
            operation,
            GroupId=group_id,
            SecurityGroupRuleDescriptions=[
                {"SecurityGroupRuleId": rule_id, "Description": text} for rule_id, text in descriptions.items()
            ],
        )

    def create_tags(self, rule_ids: Sequence[str], tags: Sequence[tuple[str, str]]) -> None:
        """Give these rules these tags, beside those that they have."""
        self._call("ec2", "CreateTags", Resources=list(rule_ids), Tags=_tag_list(tags))

    def delete_tags(self, rule_ids: Sequence[str], tags: Sequence[tuple[str, str]]) -> None:
        """Take these tags from these rules, where they still have these values."""
        self._call("ec2", "DeleteTags", Resources=list(rule_ids), Tags=_tag_list(tags))

    def revoke_security_group_ingress(self, group_id: str, rule_ids: Sequence[str]) -> list[Answer]:
        """Remove inbound rules of one group by their ids. By properties EC2 answers differently per kind of VPC.

        Return them as they were when they went, without their tags.
        """
        return self._revoke("RevokeSecurityGroupIngress", group_id, rule_ids)

    def revoke_security_group_egress(self, group_id: str, rule_ids: Sequence[str]) -> list[Answer]:
        """Remove outbound rules of one group by their ids, and return them likewise."""
        return self._revoke("RevokeSecurityGroupEgress", group_id, rule_ids)

    def _revoke(self, operation: str, group_id: str, rule_ids: Sequence[str]) -> list[Answer]:
        answer = self._call("ec2", operation, GroupId=group_id, SecurityGroupRuleIds=list(rule_ids))
        return list(answer.get("RevokedSecurityGroupRules") or ())


def _tag_list(tags: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags]
