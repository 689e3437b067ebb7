# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Serverless caches: two ports on one host, behind a VPC endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tests.emulator.elasticache import errors, interfaces
from tests.emulator.elasticache.base import Answer, Request
from tests.emulator.elasticache.engines import MEMCACHED, engine_of, serverless_version
from tests.emulator.elasticache.names import SERVERLESS, Place, identifier
from tests.emulator.elasticache.paging import by_token
from tests.emulator.elasticache.subnet_groups import SubnetGroups
from tests.emulator.elasticache.windows import AVAILABLE, CLOSED, CREATING, DELETING, Window

_MOST_SUBNETS = 3
# Given back by DescribeServerlessCaches under the same name, and only where they were set.
_OPTIONAL = ("CacheUsageLimits", "KmsKeyId", "UserGroupId", "NetworkType", "ConnectionType")
_SETTINGS = ("Description", "SnapshotRetentionLimit", "DailySnapshotTime", "CacheUsageLimits", "UserGroupId")
_MODIFIABLE = (*_SETTINGS, "SecurityGroupIds", "RemoveUserGroup")


@dataclass
class ServerlessCache:
    """A serverless cache. ``told`` holds what answers give back as it was set."""

    name: str
    place: Place
    engine: str
    vpc_id: str
    subnet_ids: list[str]
    group_ids: list[str]
    arn: str
    told: Answer
    interface_ids: list[str] = field(default_factory=list)
    created: datetime = field(default_factory=utcnow)

    def described(self, window: Window) -> Answer:
        """The cache in DescribeServerlessCaches. Memcached tells one port alone, and no reader endpoint."""
        answer: Answer = {
            "ServerlessCacheName": self.name,
            "CreateTime": self.created,
            "Status": window.status,
            "Engine": self.engine,
            "SecurityGroupIds": window.groups(self.group_ids),
            "ARN": self.arn,
            "SubnetIds": self.subnet_ids,
            **self.told,
        }
        if window.status != CREATING:
            host = f"{self.name}-{self.place.hash}.serverless.{self.place.domain}"
            port = 11211 if self.engine == MEMCACHED else 6379
            answer["Endpoint"] = {"Address": host, "Port": port}
            if self.engine != MEMCACHED:
                answer["ReaderEndpoint"] = {"Address": host, "Port": port + 1}
        return window.over(answer)


class ServerlessCaches(SubnetGroups):
    """The part of the backend that keeps serverless caches."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.serverless_caches: dict[str, ServerlessCache] = {}

    def new_serverless(self, request: Request) -> Answer:
        """CreateServerlessCache."""
        name = identifier(request.get("ServerlessCacheName"), "ServerlessCacheName", 40)
        if name in self.serverless_caches:
            raise errors.serverless_exists(name)
        engine = engine_of(request)
        subnets = self._subnets(request.get("SubnetIds"))
        vpc_id = subnets[0].vpc_id
        group_ids = self.security_groups(request.get("SecurityGroupIds"), vpc_id)
        major, full = serverless_version(request, engine)
        told: Answer = {
            # AWS tells a blank where no description was given.
            "Description": request.get("Description") or " ",
            "MajorEngineVersion": major,
            "FullEngineVersion": full,
            "SnapshotRetentionLimit": request.get("SnapshotRetentionLimit", 0),
            "DailySnapshotTime": request.get("DailySnapshotTime", "03:00"),
            **{key: request[key] for key in _OPTIONAL if key in request},
        }
        subnet_ids = [subnet.id for subnet in subnets]
        arn = self.place.arn(SERVERLESS, name)
        cache = ServerlessCache(name, self.place, engine, vpc_id, subnet_ids, group_ids, arn, told)
        endpoint = f"vpce-{mock_random.get_random_hex(17)}"
        for subnet in subnets:
            has_ipv6 = request.get("NetworkType", "ipv4") != "ipv4" and bool(subnet.ipv6_cidr_block_associations)
            cache.interface_ids.append(
                interfaces.add_endpoint_interface(self.ec2, subnet.id, endpoint, group_ids, has_ipv6)
            )
        self.serverless_caches[name] = cache
        self.tag_new(arn, request)
        return cache.described(Window(status=CREATING))

    def list_serverless(self, request: Request) -> tuple[list[Answer], str | None]:
        """DescribeServerlessCaches."""
        token = None
        if request.get("ServerlessCacheName"):
            caches = [self.require_serverless(request["ServerlessCacheName"])]
        else:
            caches, token = by_token(self.serverless_caches, request)
        answers = [cache.described(self.serverless_window(cache)) for cache in caches]
        for cache in caches:
            self.windows.described(SERVERLESS, cache.name)
        return answers, token

    def modify_serverless(self, request: Request) -> Answer:
        """ModifyServerlessCache, which takes one field at a time."""
        cache = self.require_serverless(request.get("ServerlessCacheName"))
        given = [key for key in _MODIFIABLE if key in request]
        if "Engine" in request or "MajorEngineVersion" in request:
            given.append("Engine")
        if not given:
            raise errors.bad_combination("No modifications were requested")
        if len(given) > 1:
            raise errors.bad_combination("Serverless Cache modifications only support modifying one field per request.")
        if self.serverless_window(cache).status != AVAILABLE:
            raise errors.serverless_state(cache.name, "modified")
        if "SecurityGroupIds" in request:
            cache.group_ids = self.security_groups(request["SecurityGroupIds"], cache.vpc_id)
            interfaces.set_groups(self.ec2, cache.interface_ids, cache.group_ids)
        if request.get("RemoveUserGroup"):
            cache.told.pop("UserGroupId", None)
        if "Engine" in given:
            cache.engine = engine_of(request, default=cache.engine)
            version = serverless_version(request, cache.engine)
            cache.told["MajorEngineVersion"], cache.told["FullEngineVersion"] = version
        cache.told.update({key: request[key] for key in _SETTINGS if key in request})
        self.windows.modified(SERVERLESS, cache.name)
        return cache.described(self.serverless_window(cache))

    def delete_serverless(self, request: Request) -> Answer:
        """DeleteServerlessCache."""
        cache = self.require_serverless(request.get("ServerlessCacheName"))
        if self.serverless_window(cache).status in (CREATING, DELETING):
            raise errors.serverless_state(cache.name, "deleted")
        del self.serverless_caches[cache.name]
        interfaces.remove(self.ec2, cache.interface_ids)
        self.tagging_service.delete_all_tags_for_resource(cache.arn)
        self.windows.close(SERVERLESS, cache.name)
        return cache.described(Window(status=DELETING))

    def require_serverless(self, name: str | None) -> ServerlessCache:
        """The cache with this name, or AWS's refusal."""
        wanted = identifier(name, "ServerlessCacheName", 50)
        if wanted not in self.serverless_caches:
            raise errors.serverless_not_found(wanted)
        return self.serverless_caches[wanted]

    def serverless_window(self, cache: ServerlessCache) -> Window:
        """What a cache shows."""
        return self.windows.get(SERVERLESS, cache.name) or CLOSED

    def _subnets(self, given: list[str] | None) -> list[Any]:
        """Two or three subnets of one VPC in different zones; those of the default VPC when none are given."""
        if not given:
            subnets = self.default_subnets()[:_MOST_SUBNETS]
            if not subnets:
                raise errors.bad_combination("No default VPC exists: SubnetIds must be provided.")
            return subnets
        subnets = self.subnets_of_one_vpc(given)
        zones = {subnet.availability_zone for subnet in subnets}
        if len(zones) != len(subnets) or len(subnets) > _MOST_SUBNETS:
            raise errors.bad_combination(f"SubnetIds must be at most {_MOST_SUBNETS}, in different availability zones.")
        return subnets
