# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's state: moto's backend with our parts laid over it."""

from __future__ import annotations

from functools import cache
from typing import Any

import moto.ec2.urls
from moto.ec2.exceptions import VPCIdNotSpecifiedError
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import AMIS
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from tests.emulator.ec2 import errors
from tests.emulator.ec2.acls import Acls
from tests.emulator.ec2.filters import is_pattern
from tests.emulator.ec2.groups import Groups
from tests.emulator.ec2.instances import Instances
from tests.emulator.ec2.interfaces import Interfaces
from tests.emulator.ec2.past import past
from tests.emulator.ec2.peerings import Peerings
from tests.emulator.ec2.route_tables import RouteTables
from tests.emulator.ec2.subnets import Subnets
from tests.emulator.ec2.tags import check as check_tags
from tests.emulator.ec2.transit_gateway_tables import GatewayTables
from tests.emulator.ec2.transit_gateways import TransitGateways
from tests.emulator.ec2.vpcs import Vpcs
from tests.emulator.ec2.vpn_routes import VpnRoutes


def _is_windows(platform: Any) -> bool:
    """AWS names Windows, and no other platform."""
    return "windows" in str(platform).lower()


@cache
def _windows_images() -> frozenset[str]:
    return frozenset(image["ami_id"] for image in AMIS if _is_windows(image.get("platform")))


class Backend(  # type: ignore[misc]
    Groups,
    Interfaces,
    Instances,
    Peerings,
    TransitGateways,
    GatewayTables,
    Acls,
    RouteTables,
    VpnRoutes,
    Subnets,
    Vpcs,
    EC2Backend,
):
    """One account's EC2 in one region."""

    _has_images = False

    @property
    def _url_module(self) -> Any:
        # moto derives this from the name of the module a backend lives in.
        return moto.ec2.urls

    def reset(self) -> None:
        """moto throws a reset backend away at once: do not build a whole new region for that."""

    def _load_amis(self) -> None:
        """moto makes 1,300 images and their snapshots for each region before anything else: see ``load_images``."""

    def load_images(self) -> None:
        """Have moto's images after all, because somebody asks for images."""
        if not self._has_images:
            self._has_images = True
            super()._load_amis()
            for image in self.amis.values():
                image.platform = "windows" if _is_windows(image.platform) else None

    def is_windows(self, image_id: str) -> bool:
        """Is this a Windows image? AWS's own ones are known without loading them."""
        image = self.amis.get(image_id)
        return image_id in _windows_images() if image is None else _is_windows(image.platform)

    def default_vpc_id(self) -> str:
        """The default VPC's id, while there is one."""
        for vpc in self.vpcs.values():
            if vpc.is_default:
                return str(vpc.id)
        raise VPCIdNotSpecifiedError

    def delete_vpc(self, vpc_id: str) -> Any:
        """A VPC takes its default group with it, and nothing else."""
        groups = self.groups.get(vpc_id, {})
        subnets = [subnet for by_id in self.subnets.values() for subnet in by_id.values() if subnet.vpc_id == vpc_id]
        if subnets or any(not group.is_default for group in groups.values()):
            raise errors.EC2ClientError(
                "DependencyViolation", f"The vpc '{vpc_id}' has dependencies and cannot be deleted."
            )
        kept = dict(groups)
        groups.clear()
        try:
            return super().delete_vpc(vpc_id)
        except Exception:
            groups.update(kept)
            raise

    def create_tags(self, resource_ids: list[str], tags: dict[str, str]) -> bool:
        """Tag resources, with tags that AWS would take."""
        check_tags(tags)
        self._note_rules(resource_ids)
        return super().create_tags(resource_ids, tags)

    def delete_tags(self, resource_ids: list[str], tags: dict[str, str]) -> bool:
        """Take tags away."""
        self._note_rules(resource_ids)
        return super().delete_tags(resource_ids, tags)

    def _note_rules(self, resource_ids: list[str]) -> None:
        """Take note of the rules whose tags are about to change, as they are."""
        if past.is_kept:
            wanted = set(resource_ids)
            for group in self.all_groups():
                if any(rule.id in wanted for rule in group.all_rules):
                    past.changing(group)

    def describe_tags(self, filters: dict[str, list[str]] | None = None) -> list[dict[str, str]]:
        """moto asks for the tags of each single resource by looking at all tags there are; do not."""
        ids = (filters or {}).get("resource-id", [])
        if not filters or set(filters) != {"resource-id"} or any(is_pattern(value) for value in ids):
            return super().describe_tags(filters)
        return [
            {
                "resource_id": resource_id,
                "key": key,
                "value": value,
                "resource_type": EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource_id), ""),
            }
            for resource_id in ids
            for key, value in dict(self.tags.get(resource_id, {})).items()
        ]

    def do_resources_exist(self, resource_ids: list[str]) -> bool:
        """moto tags rules that are not there."""
        wanted = [resource_id for resource_id in resource_ids if resource_id.startswith("sgr-")]
        if wanted:
            present = {rule.id for group in self.all_groups() for rule in group.all_rules}
            for rule_id in wanted:
                if rule_id not in present:
                    raise errors.rule_not_found(rule_id)
        return super().do_resources_exist([name for name in resource_ids if name not in wanted])
