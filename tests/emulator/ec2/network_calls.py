# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API calls about interfaces, peerings and prefix lists that moto answers only in part."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse

from tests.emulator.ec2 import errors
from tests.emulator.ec2.paging import page


class NetworkCalls(EC2BaseResponse):
    """Overrides moto's answers; the method names are the calls'."""

    def describe_network_interfaces(self) -> ActionResult:
        """``IncludeManagedResources`` changes nothing: no interface is hidden here."""
        interface_ids = self._get_param("NetworkInterfaceIds", [])
        if interface_ids and self._get_param("MaxResults") is not None:
            raise errors.bad_combination(
                "The parameter networkInterfaceIdSet cannot be used with the parameter maxResults"
            )
        found = self.ec2_backend.get_all_network_interfaces(interface_ids, self._filters_from_querystring())
        shown, token = page(found, self._get_params())
        return ActionResult({"NetworkInterfaces": shown, "NextToken": token})

    def assign_ipv6_addresses(self) -> ActionResult:
        interface_id = self._get_param("NetworkInterfaceId")
        new = self.ec2_backend.assign_ipv6_addresses(
            interface_id, self._get_param("Ipv6Addresses", []), self._get_int_param("Ipv6AddressCount", 0)
        )
        return ActionResult({"NetworkInterfaceId": interface_id, "AssignedIpv6Addresses": new})

    def describe_images(self) -> ActionResult:
        self.ec2_backend.load_images()
        return super().describe_images()  # type: ignore[misc,no-any-return]

    def describe_instances(self) -> ActionResult:
        instance_ids = self._get_param("InstanceIds", [])
        filters = self._filters_from_querystring()
        if instance_ids and self._get_param("MaxResults") is not None:
            raise errors.bad_combination("The parameter instancesSet cannot be used with the parameter maxResults")
        if instance_ids:
            found = self.ec2_backend.get_reservations_by_instance_ids(instance_ids, filters)
        else:
            found = self.ec2_backend.describe_instances(filters)
        shown, token = page(found, self._get_params())
        return ActionResult({"Reservations": shown, "NextToken": token})

    def describe_vpc_peering_connections(self) -> ActionResult:
        found = self.ec2_backend.select_peerings(
            self._get_param("VpcPeeringConnectionIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        return ActionResult({"VpcPeeringConnections": shown, "NextToken": token})

    def describe_managed_prefix_lists(self) -> ActionResult:
        found = self.ec2_backend.describe_managed_prefix_lists(
            self._get_param("PrefixListIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params(), smallest=1)
        return ActionResult({"PrefixLists": shown, "NextToken": token})

    def describe_prefix_lists(self) -> ActionResult:
        found = self.ec2_backend.describe_aws_prefix_lists(
            self._get_param("PrefixListIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        return ActionResult({"PrefixLists": shown, "NextToken": token})

    def get_managed_prefix_list_entries(self) -> ActionResult:
        found = self.ec2_backend.prefix_list_entries(self._get_param("PrefixListId"), self._get_param("TargetVersion"))
        shown, token = page(found, self._get_params(), smallest=1, largest=100)
        return ActionResult({"Entries": shown, "NextToken": token})

    def modify_managed_prefix_list(self) -> ActionResult:
        changed = self.ec2_backend.modify_managed_prefix_list(
            add_entry=self._get_param("AddEntries", []),
            remove_entry=self._get_param("RemoveEntries", []),
            prefix_list_id=self._get_param("PrefixListId"),
            current_version=self._get_param("CurrentVersion"),
            prefix_list_name=self._get_param("PrefixListName"),
            max_entries=self._get_param("MaxEntries"),
        )
        return ActionResult({"PrefixList": changed})

    def delete_managed_prefix_list(self) -> ActionResult:
        self.ec2_backend.require_prefix_list(self._get_param("PrefixListId"))
        return super().delete_managed_prefix_list()  # type: ignore[misc,no-any-return]
