# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Static routes of VPN connections, which a virtual private gateway propagates into route tables."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import InvalidVpnConnectionIdError


class VpnRoutes:
    """The part of the backend that keeps the routes of VPN connections."""

    vpn_connections: dict[str, Any]

    def add_vpn_route(self, connection_id: str, cidr: str) -> None:
        """One more network behind the VPN connection."""
        connection = self._connection(connection_id)
        kept = [route for route in getattr(connection, "routes", []) if route["DestinationCidrBlock"] != cidr]
        connection.routes = [*kept, {"DestinationCidrBlock": cidr, "Source": "Static", "State": "available"}]

    def remove_vpn_route(self, connection_id: str, cidr: str) -> None:
        """The network is not behind it any more."""
        connection = self._connection(connection_id)
        connection.routes = [
            route for route in getattr(connection, "routes", []) if route["DestinationCidrBlock"] != cidr
        ]

    def _connection(self, connection_id: str) -> Any:
        found = self.vpn_connections.get(connection_id)
        if found is None:
            raise InvalidVpnConnectionIdError(connection_id)
        return found
