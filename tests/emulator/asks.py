# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What has to be allowed for a request: actions, on which resources, with which condition keys.

By the Service Authorization Reference, for the calls that tests make under policies
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html, list_amazonelasticache.html and
list_amazonresourcegrouptaggingapi.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.emulator.policies import Ask

Tags = Mapping[str, str]

# The type of resource that an action is about, and the parameter that names it; none where it lists all there are.
_EC2 = {
    "AuthorizeSecurityGroupIngress": ("security-group", "GroupId"),
    "AuthorizeSecurityGroupEgress": ("security-group", "GroupId"),
    "RevokeSecurityGroupIngress": ("security-group", "GroupId"),
    "RevokeSecurityGroupEgress": ("security-group", "GroupId"),
    "UpdateSecurityGroupRuleDescriptionsIngress": ("security-group", "GroupId"),
    "UpdateSecurityGroupRuleDescriptionsEgress": ("security-group", "GroupId"),
    "DeleteSecurityGroup": ("security-group", "GroupId"),
    "GetManagedPrefixListEntries": ("prefix-list", "PrefixListId"),
    "SearchTransitGatewayRoutes": ("transit-gateway-route-table", "TransitGatewayRouteTableId"),
}
_ELASTICACHE = {
    "DescribeCacheClusters": ("cluster", "CacheClusterId"),
    "DescribeReplicationGroups": ("replicationgroup", "ReplicationGroupId"),
    "DescribeServerlessCaches": ("serverlesscache", "ServerlessCacheName"),
    "DescribeCacheSubnetGroups": ("subnetgroup", "CacheSubnetGroupName"),
    "ModifyCacheCluster": ("cluster", "CacheClusterId"),
    "ModifyReplicationGroup": ("replicationgroup", "ReplicationGroupId"),
    "ModifyServerlessCache": ("serverlesscache", "ServerlessCacheName"),
}
_TAGGING = ("CreateTags", "DeleteTags")
# IAM's prefix for services that are called otherwise.
_PREFIXES = {"tagging": "tag"}


def asks(
    service: str,
    action: str,
    parameters: Mapping[str, str],
    where: tuple[str, str, str],
    tags_of: Callable[[str], Tags],
) -> Iterator[Ask]:
    """Yield what a request needs. C(where) is partition, region and account; C(tags_of) tells those of a resource."""
    named = f"{_PREFIXES.get(service, service)}:{action}"

    def arn(kind: str, name: str) -> str:
        partition, region, account = where
        separator = "/" if service == "ec2" else ":"
        return f"arn:{partition}:{service}:{region}:{account}:{kind}{separator}{name or '*'}"

    if service == "ec2" and action in _TAGGING:
        keys = [value for name, value in sorted(parameters.items()) if re.fullmatch(r"Tag\.\d+\.Key", name)]
        for name, resource_id in sorted(parameters.items()):
            if name.startswith("ResourceId."):
                kind = "security-group-rule" if resource_id.startswith("sgr-") else "security-group"
                yield Ask(named, arn(kind, resource_id), {**_tagged(tags_of(resource_id)), **_tag_keys(keys)})
    elif service == "ec2" and action == "CreateSecurityGroup":
        yield Ask(named, arn("security-group", "*"))
        yield Ask(named, arn("vpc", parameters.get("VpcId", "*")))
        yield from _tags_at_creation(parameters, action, arn)
    elif service == "ec2" and action in _EC2:
        kind, parameter = _EC2[action]
        resource_id = parameters.get(parameter, "*")
        yield Ask(named, arn(kind, resource_id), _tagged(tags_of(resource_id)))
        yield from _tags_at_creation(parameters, action, arn)
    elif service == "elasticache" and action in _ELASTICACHE:
        kind, parameter = _ELASTICACHE[action]
        yield Ask(named, arn(kind, parameters.get(parameter, "*")))
    elif service == "elasticache" and action == "ListTagsForResource":
        yield Ask(named, parameters["ResourceName"])
    else:
        yield Ask(named)


def _tags_at_creation(parameters: Mapping[str, str], action: str, arn: Callable[[str, str], str]) -> Iterator[Ask]:
    """What is tagged as it is made needs ec2:CreateTags as well."""
    pattern = r"TagSpecification\.1\.Tag\.\d+\.Key"
    keys = [value for name, value in sorted(parameters.items()) if re.fullmatch(pattern, name)]
    if keys:
        kind = parameters["TagSpecification.1.ResourceType"]
        if kind == "security-group-rule":
            yield Ask(f"ec2:{action}", arn(kind, "*"), _tag_keys(keys))
        yield Ask("ec2:CreateTags", arn(kind, "*"), {"ec2:CreateAction": action, **_tag_keys(keys)})


def _tag_keys(keys: list[str]) -> dict[str, Any]:
    return {"aws:TagKeys": keys} if keys else {}


def _tagged(tags: Tags) -> dict[str, str]:
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
