# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""To what a route leads: one target, which has to be there and to belong to the VPC of the table."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import RouteNotSupportedError

from tests.emulator.ec2 import errors
from tests.emulator.ec2.routes import is_attached

# By the names of a route's attributes, of which one at most is set.
NO_TARGET: dict[str, Any] = dict.fromkeys(
    (
        *("gateway", "instance", "nat_gateway", "egress_only_igw", "transit_gateway", "interface"),
        *("vpc_pcx", "carrier_gateway", "vpc_endpoint_id"),
    )
)


def find_target(backend: Any, vpc_id: str, ids: dict[str, str | None]) -> dict[str, Any]:
    """The target as a route's attributes; ``ids`` has moto's names."""
    given = {name: target_id for name, target_id in ids.items() if target_id}
    if len(given) != 1:
        raise errors.bad_combination(f"A route has exactly one target, not {len(given)}.")
    ((name, target_id),) = given.items()
    attribute, target, networks = _FINDERS[name](backend, vpc_id, target_id)
    if vpc_id not in networks:
        raise errors.invalid_parameter(f"The route table and {target_id} belong to different networks")
    return {**NO_TARGET, attribute: target}


Found = tuple[str, Any, set[str]]


def _gateway(backend: Any, vpc_id: str, target_id: str) -> Found:
    if target_id.startswith("igw-"):
        internet = backend.get_internet_gateway(target_id)
        return "gateway", internet, {internet.vpc.id} if internet.vpc else set()
    if target_id.startswith("vgw-"):
        virtual = backend.get_vpn_gateway(target_id)
        return "gateway", virtual, {vpc_id} if is_attached(virtual, vpc_id) else set()
    if target_id.startswith("vpce-"):
        endpoint = backend.get_vpc_end_point(target_id)
        return "gateway", endpoint, {endpoint.vpc_id}
    raise errors.EC2ClientError("InvalidGatewayID.NotFound", f"The gateway ID '{target_id}' does not exist")


def _interface(backend: Any, _vpc_id: str, target_id: str) -> Found:
    interface = backend.get_network_interface(target_id)
    return "interface", interface, {interface.vpc_id}


def _instance(backend: Any, _vpc_id: str, target_id: str) -> Found:
    """An instance is a target by its one interface, which is what the route then has."""
    instance = backend.get_instance(target_id)
    if len(instance.network_interfaces) != 1:
        raise errors.EC2ClientError(
            "InvalidInstanceID",
            f"There are multiple interfaces attached to instance '{target_id}'. "
            "Please specify an interface ID for the operation instead.",
        )
    interface = instance.network_interfaces[0]
    return "interface", interface, {interface.vpc_id}


def _nat_gateway(backend: Any, _vpc_id: str, target_id: str) -> Found:
    found = backend.nat_gateways.get(target_id)
    if found is None or found.state == "deleted":
        raise errors.EC2ClientError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{target_id}' does not exist")
    return "nat_gateway", found, {backend.get_subnet(found.subnet_id).vpc_id}


def _egress_only(backend: Any, _vpc_id: str, target_id: str) -> Found:
    found = backend.get_egress_only_igw(target_id)
    return "egress_only_igw", found, {found.vpc_id}


def _transit_gateway(backend: Any, vpc_id: str, target_id: str) -> Found:
    """A gateway is a target for the VPCs that are attached to it."""
    if backend.attachment_of(vpc_id, target_id) is None:
        raise errors.transit_gateway_not_found(target_id)
    return "transit_gateway", backend.transit_gateways[target_id], {vpc_id}


def _peering(backend: Any, _vpc_id: str, target_id: str) -> Found:
    found = backend.get_vpc_peering_connection(target_id)
    return "vpc_pcx", found, {found.requester_vpc_info["VpcId"], found.accepter_vpc_info["VpcId"]}


def _carrier_gateway(backend: Any, _vpc_id: str, target_id: str) -> Found:
    found = backend.carrier_gateways.get(target_id)
    if found is None:
        raise errors.EC2ClientError(
            "InvalidCarrierGatewayID.NotFound", f"The CarrierGateway ID '{target_id}' does not exist"
        )
    return "carrier_gateway", found, {found.vpc_id}


def _endpoint(backend: Any, _vpc_id: str, target_id: str) -> Found:
    """Only an endpoint of a Gateway Load Balancer is a target that can be named so."""
    (found,) = backend.describe_vpc_endpoints([target_id])
    if found.vpc_endpoint_type != "GatewayLoadBalancer":
        raise RouteNotSupportedError(target_id)
    return "vpc_endpoint_id", target_id, {found.vpc_id}


_FINDERS = {
    "gateway_id": _gateway,
    "instance_id": _instance,
    "nat_gateway_id": _nat_gateway,
    "egress_only_igw_id": _egress_only,
    "transit_gateway_id": _transit_gateway,
    "interface_id": _interface,
    "vpc_peering_connection_id": _peering,
    "carrier_gateway_id": _carrier_gateway,
    "vpc_endpoint_id": _endpoint,
}
