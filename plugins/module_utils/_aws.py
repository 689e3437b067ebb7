# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The calls to AWS: one method each, paged, side by side where independent, errors in our words."""

from __future__ import annotations

import re
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor
from functools import partial

try:
    import botocore.exceptions
    from botocore.config import Config
except ImportError:
    pass  # AnsibleAWSModule has said so before anything here is used

from ansible_collections.amazon.aws.plugins.module_utils.botocore import (
    boto3_inventory_conn,
    get_aws_connection_info,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import AccessError, AwsError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule

    Answer = Mapping[str, t.Any]
    Result = t.TypeVar("Result")

# How many calls are under way at once.
CONCURRENCY = 8
# DescribeSecurityGroupRules and DescribeSecurityGroups take up to 200 values of a filter.
FILTER_VALUES = 200

# Where a service's actions are called otherwise in IAM.
_IAM_PREFIX = {"resourcegroupstaggingapi": "tag"}

# Codes with which EC2 and ElastiCache refuse for want of permission.
_DENIED = ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException")
_BAD_CREDENTIALS = (
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)
_THROTTLED = ("RequestLimitExceeded", "Throttling", "ThrottlingException")
# ElastiCache does not do this while the cache is in its present state.
_BUSY = ("InvalidCacheClusterState", "InvalidReplicationGroupState", "InvalidServerlessCacheStateFault")


def side_by_side(calls: Iterable[Callable[[], Result]]) -> list[Result]:
    """Make independent C(calls) at once, within a bound, and return their results in order."""
    calls = list(calls)
    if len(calls) < 2:
        return [call() for call in calls]
    with ThreadPoolExecutor(min(CONCURRENCY, len(calls))) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


class Aws:
    """The calls that this collection makes, in one account and region. Clients are made once, when needed."""

    def __init__(self, module: AccessModule) -> None:
        """Take over how C(module) is to connect.

        Raises V(AccessError) where it does not say which region, or has options that botocore does not take.
        """
        try:
            # Here, and not where a client is made: for some faults this ends the task, which no thread may do.
            region, self._endpoint_url, self._options = get_aws_connection_info(module)
        except TypeError as error:
            raise AccessError(f"aws_config holds what botocore does not know: {error}.") from error
        if not region:
            raise AccessError(
                "No AWS region is known; set the option region, the environment variable AWS_REGION, "
                "or a region in the profile."
            )
        self.region = str(region)
        self._clients: dict[str, t.Any] = {}
        self._making = threading.Lock()

    # ElastiCache

    def describe_cache_clusters(self, name: str | None = None) -> list[Answer]:
        """Return all cache clusters, members of replication groups among them, or the one of this name."""
        only = {} if name is None else {"CacheClusterId": name}
        return self._list("elasticache", "DescribeCacheClusters", "CacheClusters", ShowCacheNodeInfo=True, **only)

    def describe_replication_groups(self, name: str | None = None) -> list[Answer]:
        """Return all replication groups, or the one of this name."""
        only = {} if name is None else {"ReplicationGroupId": name}
        return self._list("elasticache", "DescribeReplicationGroups", "ReplicationGroups", **only)

    def describe_serverless_caches(self, name: str | None = None) -> list[Answer]:
        """Return all serverless caches, or the one of this name."""
        only = {} if name is None else {"ServerlessCacheName": name}
        return self._list("elasticache", "DescribeServerlessCaches", "ServerlessCaches", **only)

    def describe_cache_subnet_groups(self, name: str | None = None) -> list[Answer]:
        """Return all cache subnet groups, or the one of this name."""
        only = {} if name is None else {"CacheSubnetGroupName": name}
        return self._list("elasticache", "DescribeCacheSubnetGroups", "CacheSubnetGroups", **only)

    def get_resources(self) -> list[Answer]:
        """Return the tags of every cache of the region, as the tagging API lists them: by ARN, members included."""
        kinds = ["elasticache:cluster", "elasticache:replicationgroup", "elasticache:serverlesscache"]
        return self._list(
            "resourcegroupstaggingapi", "GetResources", "ResourceTagMappingList", ResourceTypeFilters=kinds
        )

    def list_tags_for_resource(self, arn: str) -> list[Answer]:
        """Return the tags of one cache."""
        answer = self._call("elasticache", "ListTagsForResource", ResourceName=arn)
        return list(answer.get("TagList") or ())

    # EC2: reads

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

    def describe_instances(self, instance_ids: Iterable[str]) -> list[Answer]:
        """Return the reservations with those of these instances that exist."""
        managed = self._including_managed("DescribeInstances")
        return self._list_filtered("DescribeInstances", "Reservations", "instance-id", instance_ids, **managed)

    def describe_managed_prefix_lists(self, list_ids: Iterable[str]) -> list[Answer]:
        """Return those of these prefix lists that exist and that this account sees; AWS's own are among them."""
        return self._list_filtered("DescribeManagedPrefixLists", "PrefixLists", "prefix-list-id", list_ids)

    def describe_managed_prefix_lists_named(self, names: Iterable[str]) -> list[Answer]:
        """Return the prefix lists of these names, of which there can be several."""
        return self._list_filtered("DescribeManagedPrefixLists", "PrefixLists", "prefix-list-name", names)

    def describe_all_managed_prefix_lists(self) -> list[Answer]:
        """Return every prefix list that this account sees."""
        return self._list("ec2", "DescribeManagedPrefixLists", "PrefixLists")

    def describe_network_interfaces(self, group_ids: Iterable[str]) -> list[Answer]:
        """Return every network interface that carries one of these groups, those that AWS manages among them."""
        managed = self._including_managed("DescribeNetworkInterfaces")
        return self._list_filtered("DescribeNetworkInterfaces", "NetworkInterfaces", "group-id", group_ids, **managed)

    def describe_vpc_peering_connections(self, vpc_ids: Iterable[str]) -> list[Answer]:
        """Return the peerings of these VPCs, whichever side asked for them."""
        vpc_ids = list(vpc_ids)
        filters = ("requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id")
        asked, accepted = side_by_side(
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

    # EC2: changes

    def authorize_security_group_ingress(
        self, group_id: str, permissions: Sequence[Answer], tags: Sequence[tuple[str, str]]
    ) -> list[Answer]:
        """Add rules to one group, all or none of them, and return them with their ids."""
        marked = [{"Key": key, "Value": value} for key, value in tags]
        answer = self._call(
            "ec2",
            "AuthorizeSecurityGroupIngress",
            GroupId=group_id,
            IpPermissions=permissions,
            TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": marked}],
        )
        return list(answer.get("SecurityGroupRules") or ())

    def update_security_group_rule_descriptions_ingress(self, group_id: str, descriptions: Mapping[str, str]) -> None:
        """Give rules of one group, by id, another description in place."""
        self._call(
            "ec2",
            "UpdateSecurityGroupRuleDescriptionsIngress",
            GroupId=group_id,
            SecurityGroupRuleDescriptions=[
                {"SecurityGroupRuleId": rule_id, "Description": text} for rule_id, text in descriptions.items()
            ],
        )

    def create_tags(self, rule_ids: Sequence[str], tags: Sequence[tuple[str, str]]) -> None:
        """Give these rules these tags, beside those that they have."""
        wanted = [{"Key": key, "Value": value} for key, value in tags]
        self._call("ec2", "CreateTags", Resources=list(rule_ids), Tags=wanted)

    def revoke_security_group_ingress(self, group_id: str, rule_ids: Sequence[str]) -> None:
        """Remove rules of one group by their ids. By properties EC2 would answer differently per kind of VPC."""
        self._call("ec2", "RevokeSecurityGroupIngress", GroupId=group_id, SecurityGroupRuleIds=list(rule_ids))

    # How calls are made

    def _client(self, service: str) -> t.Any:
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._make_client(service)
            return self._clients[service]

    def _make_client(self, service: str) -> t.Any:
        """Make a client as AnsibleAWSModule.client() does, but raise where that would end the task."""
        # The standard mode retries throttling, 5xx and lost connections with jitter, within max_attempts.
        config = Config(retries={"mode": "standard", "max_attempts": 8}, connect_timeout=10)
        try:
            return boto3_inventory_conn(
                "client", service, region=self.region, endpoint=self._endpoint_url, config=config, **self._options
            )
        except (ValueError, botocore.exceptions.BotoCoreError) as error:
            raise AccessError(f"AWS cannot be connected to as configured: {str(error).rstrip('.')}.") from error

    def _call(self, service: str, operation: str, **parameters: t.Any) -> Answer:
        client = self._client(service)
        method = getattr(client, _method_name(operation))
        return self._in_our_words(service, operation, lambda: method(**parameters))

    def _list(self, service: str, operation: str, key: str, **parameters: t.Any) -> list[Answer]:
        paginator = self._client(service).get_paginator(_method_name(operation))
        answer = self._in_our_words(service, operation, lambda: paginator.paginate(**parameters).build_full_result())
        return list(answer.get(key) or ())

    def _list_filtered(
        self, operation: str, key: str, name: str, values: Iterable[str], **parameters: t.Any
    ) -> list[Answer]:
        wanted = sorted(set(values))
        found: list[Answer] = []
        for start in range(0, len(wanted), FILTER_VALUES):
            filters = [{"Name": name, "Values": wanted[start : start + FILTER_VALUES]}]
            found += self._list("ec2", operation, key, Filters=filters, **parameters)
        return found

    def _including_managed(self, operation: str) -> dict[str, t.Any]:
        """Return the parameter without which EC2 hides what AWS's services manage; an old botocore has it not."""
        name = "IncludeManagedResources"
        shape = self._client("ec2").meta.service_model.operation_model(operation).input_shape
        return {name: True} if name in shape.members else {}

    def _in_our_words(self, service: str, operation: str, call: Callable[[], Answer]) -> Answer:
        action = f"{_IAM_PREFIX.get(service, service)}:{operation}"
        try:
            return call()
        except botocore.exceptions.ClientError as error:
            raise _refusal(error, action) from error
        except (botocore.exceptions.NoCredentialsError, botocore.exceptions.PartialCredentialsError) as error:
            raise AwsError(
                "No AWS credentials were found; set the option profile, or access_key and secret_key, "
                "or the environment variables that boto3 reads (AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY).",
                action=action,
            ) from error
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError) as error:
            said = str(error).rstrip(".")
            raise AwsError(
                f"{action} got no answer ({said}); check the options region and endpoint_url, and the network.",
                action=action,
            ) from error
        except botocore.exceptions.BotoCoreError as error:
            raise AwsError(f"{action} could not be called: {str(error).rstrip('.')}.", action=action) from error


def _method_name(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def _refusal(error: botocore.exceptions.ClientError, action: str) -> AwsError:
    """Return AWS's refusal of a call as one sentence."""
    answer = error.response.get("Error", {})
    code = answer.get("Code", "")
    # AWS's own words end with or without a stop; this sentence has one, since others can follow it.
    said = answer.get("Message", "").partition(" Encoded authorization failure")[0].rstrip(". ") or "no reason given"
    if code in _DENIED:
        # One call can need two actions: authorizing with tags needs ec2:CreateTags as well.
        missing = re.search(r"perform: ([a-z0-9-]+:[A-Za-z]+)", said)
        action = missing.group(1) if missing else action
        text = f"AWS does not permit these credentials {action}; allow that action in their policy."
        if "explicit deny" in said:
            text = f"AWS does not permit these credentials {action}; a policy denies it explicitly: change that policy."
    elif code in _BAD_CREDENTIALS:
        text = f"AWS does not accept these credentials ({code} on {action}): {said}."
    elif code in _THROTTLED:
        text = f"AWS still throttles {action} ({code}) after every retry; run again later."
    elif code in _BUSY:
        text = f"ElastiCache is busy with the cache ({code} on {action}): {said}; run again when it is available."
    else:
        text = f"AWS refused {action} ({code}): {said}."
    return AwsError(text, code, action)
