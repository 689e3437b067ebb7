# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2 as AWS has it: what moto lacks of security groups, interfaces and the paths between networks."""

from __future__ import annotations


def install() -> None:
    """Lay the overlay over moto, before moto serves its first request.

    moto looks up its backend, its response class and these model classes by name each time it needs one.
    """
    from moto.ec2 import urls
    from moto.ec2.models import (
        ec2_backends,
        elastic_network_interfaces,
        instances,
        route_tables,
        security_groups,
        subnets,
        transit_gateway_route_tables,
        vpcs,
    )

    from tests.emulator.ec2.backend import Backend
    from tests.emulator.ec2.errors import VpcNotFound
    from tests.emulator.ec2.groups import Group
    from tests.emulator.ec2.instances import Instance
    from tests.emulator.ec2.interfaces import NetworkInterface
    from tests.emulator.ec2.responses import Responses
    from tests.emulator.ec2.routes import Route, RouteTable
    from tests.emulator.ec2.rules import Rule
    from tests.emulator.ec2.subnets import Subnet
    from tests.emulator.ec2.transit_gateway_tables import GatewayTable
    from tests.emulator.ec2.vpcs import Vpc

    for module, name, ours in (
        (security_groups, "SecurityGroup", Group),
        (security_groups, "SecurityGroupRule", Rule),
        (elastic_network_interfaces, "NetworkInterface", NetworkInterface),
        (instances, "Instance", Instance),
        (route_tables, "Route", Route),
        (route_tables, "RouteTable", RouteTable),
        (subnets, "Subnet", Subnet),
        (transit_gateway_route_tables, "TransitGatewayRouteTable", GatewayTable),
        (vpcs, "InvalidVPCIdError", VpcNotFound),
        (vpcs, "VPC", Vpc),
        (ec2_backends, "backend", Backend),
    ):
        setattr(module, name, ours)
    urls.url_paths["{0}/"] = Responses.dispatch
