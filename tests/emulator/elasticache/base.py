# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What all parts of the backend share: the place, the EC2 next door, the windows, the security groups."""

from __future__ import annotations

from typing import Any

import moto.elasticache.urls
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends
from moto.elasticache.models import ElastiCacheBackend

from tests.emulator.ec2 import quota
from tests.emulator.elasticache import errors
from tests.emulator.elasticache.names import Place
from tests.emulator.elasticache.windows import Windows

Request = dict[str, Any]
Answer = dict[str, Any]


class Base(ElastiCacheBackend):
    """One account's ElastiCache in one region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.place = Place(account_id, region_name)
        self.windows = Windows()

    @property
    def _url_module(self) -> Any:
        # moto derives this from the name of the module a backend lives in.
        return moto.elasticache.urls

    @property
    def ec2(self) -> Any:
        """The network in which the caches stand."""
        return ec2_backends[self.account_id][self.region_name]

    def security_groups(self, given: list[str] | None, vpc_id: str) -> list[str]:
        """The ids of the groups that a cache in this VPC gets: those given, or the VPC's ``default`` group."""
        if not given:
            return [self.ec2.get_security_group_from_name("default", vpc_id).id]
        group_ids = list(dict.fromkeys(given))
        for group_id in group_ids:
            group = self.ec2.get_security_group_from_id(group_id)
            if group is None or group.vpc_id != vpc_id:
                raise errors.unknown_security_group(group_id)
        try:
            quota.check_interface(len(group_ids))
        except EC2ClientError as error:
            raise errors.invalid_value(error.message) from None
        return group_ids

    def tag_new(self, arn: str, request: Request) -> None:
        """Tags that come with a creation."""
        if request.get("Tags"):
            self.tagging_service.tag_resource(arn, request["Tags"])


def refuse_cache_security_groups(request: Request) -> None:
    """Cache security groups ended with EC2-Classic."""
    if not request.get("CacheSecurityGroupNames"):
        return
    if request.get("CacheSubnetGroupName") or request.get("SecurityGroupIds"):
        raise errors.bad_combination(
            "Use of cache security groups is not permitted along with cache subnet group and/or security group Ids."
        )
    raise errors.no_cache_security_groups()
