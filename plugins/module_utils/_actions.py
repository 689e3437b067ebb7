# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The calls that only read, as IAM calls them: what could not be read is told by these names. Pure."""

from __future__ import annotations

from ansible_collections.elasticache.access.plugins.module_utils._grants import CLUSTER, REPLICATION_GROUP, SERVERLESS

CLUSTERS = "elasticache:DescribeCacheClusters"
REPLICATION_GROUPS = "elasticache:DescribeReplicationGroups"
SERVERLESS_CACHES = "elasticache:DescribeServerlessCaches"
SUBNET_GROUPS = "elasticache:DescribeCacheSubnetGroups"
LISTINGS = {CLUSTER: CLUSTERS, REPLICATION_GROUP: REPLICATION_GROUPS, SERVERLESS: SERVERLESS_CACHES}
RULES = "ec2:DescribeSecurityGroupRules"
GROUPS = "ec2:DescribeSecurityGroups"
INTERFACES = "ec2:DescribeNetworkInterfaces"
INSTANCES = "ec2:DescribeInstances"
PREFIX_LISTS = "ec2:DescribeManagedPrefixLists"
ENTRIES = "ec2:GetManagedPrefixListEntries"
STALE = "ec2:DescribeStaleSecurityGroups"
SUBNETS = "ec2:DescribeSubnets"
ACLS = "ec2:DescribeNetworkAcls"
ROUTE_TABLES = "ec2:DescribeRouteTables"
PEERINGS = "ec2:DescribeVpcPeeringConnections"
VPC_ATTACHMENTS = "ec2:DescribeTransitGatewayVpcAttachments"
ATTACHMENTS = "ec2:DescribeTransitGatewayAttachments"
GATEWAYS = "ec2:DescribeTransitGateways"
GATEWAY_ROUTES = "ec2:SearchTransitGatewayRoutes"
