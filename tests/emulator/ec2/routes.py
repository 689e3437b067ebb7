# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Routes: one whose target is gone leads nowhere, and says so."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import route_tables
from moto.ec2.models.internet_gateways import InternetGateway


class RouteTable(route_tables.RouteTable):
    """A route table. No virtual private gateway propagates routes here."""

    @property
    def propagating_vgws(self) -> list[str]:
        return []


class Route(route_tables.Route):
    """A route that shows it when its target is no longer there."""

    @property
    def state(self) -> str:
        return "blackhole" if self._target_is_gone() else "active"

    def _target_is_gone(self) -> bool:
        if self.vpc_pcx is not None:
            return str(self.vpc_pcx.status["Code"]) != "active"
        backend = self.route_table.ec2_backend
        if self.interface is not None:
            return self.interface.id not in backend.enis
        if self.instance is not None:
            return str(self.instance.state) in ("terminated", "stopped")
        if self.nat_gateway is not None:
            return self.nat_gateway.id not in backend.nat_gateways or self.nat_gateway.state == "deleted"
        gateway: Any = self.gateway
        if isinstance(gateway, InternetGateway):
            return gateway.vpc is None
        if self.transit_gateway is not None:
            return backend.attachment_of(self.route_table.vpc_id, self.transit_gateway.id) is None
        return False
