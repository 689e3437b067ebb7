# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Prefix lists: found by id, weighed for the rules quota, and not losing their name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.emulator.ec2 import errors, quota
from tests.emulator.ec2.filters import Filters, Values, one, select
from tests.emulator.ec2.quota import aws_prefix_list_weight

_AWS = "AWS"
_PREFIX_LIST_ID = re.compile(r"pl-([0-9a-f]{8}|[0-9a-f]{17})")
# Lists that AWS has and moto has not: where in a region's names they stand, and what they hold (nobody's addresses).
_FURTHER_LISTS = {
    "com.amazonaws.global.ipv6.cloudfront.origin-facing": "2001:db8:1::/48",
    "com.amazonaws.{region}.ec2-instance-connect": "192.0.2.0/28",
    "com.amazonaws.{region}.ipv6.ec2-instance-connect": "2001:db8:2::/48",
    "com.amazonaws.{region}.route53-healthchecks": "192.0.2.16/28",
    "com.amazonaws.{region}.ipv6.route53-healthchecks": "2001:db8:3::/48",
    "com.amazonaws.{region}.s3express": "192.0.2.32/28",
}
_MANAGED_FILTERS: dict[str, Values] = {
    "owner-id": one("owner_id"),
    "prefix-list-id": one("id"),
    "prefix-list-name": one("prefix_list_name"),
}
_PLAIN_FILTERS: dict[str, Values] = {"prefix-list-id": one("id"), "prefix-list-name": one("prefix_list_name")}


class PrefixLists:
    """The part of the backend that keeps prefix lists."""

    region_name: str
    managed_prefix_lists: dict[str, Any]
    all_groups: Callable[[], Iterator[Any]]

    def create_default_pls(self) -> None:
        """AWS's own lists, which every region has."""
        super().create_default_pls()  # type: ignore[misc]
        for name, cidr in _FURTHER_LISTS.items():
            self._create_aws_managed_prefix_list(  # type: ignore[attr-defined]
                name=name.format(region=self.region_name),
                address_family="IPv6" if ":" in cidr else "IPv4",
                entries=[{"Cidr": cidr, "Description": "default"}],
            )

    def require_prefix_list(self, prefix_list_id: str) -> Any:
        """The prefix list with this id, or AWS's refusal."""
        if not _PREFIX_LIST_ID.fullmatch(prefix_list_id):
            raise errors.prefix_list_id_malformed(prefix_list_id)
        found = self.managed_prefix_lists.get(prefix_list_id)
        if found is None or found.state == "delete-complete":
            raise errors.prefix_list_not_found(prefix_list_id)
        return found

    def prefix_list_weight(self, prefix_list_id: str) -> int:
        """How many rules a rule with this prefix list counts for."""
        found = self.managed_prefix_lists[prefix_list_id]
        if found.owner_id == _AWS:
            return aws_prefix_list_weight(found.prefix_list_name)
        return int(found.max_entries)

    def describe_managed_prefix_lists(
        self, prefix_list_ids: list[str] | None = None, filters: Filters | None = None
    ) -> list[Any]:
        """The prefix lists of the account, and those of AWS that everybody has."""
        named = [self.require_prefix_list(prefix_list_id) for prefix_list_id in prefix_list_ids or []]
        found = named or [item for item in self.managed_prefix_lists.values() if item.state != "delete-complete"]
        return select(found, filters or {}, _MANAGED_FILTERS)

    def prefix_list_entries(self, prefix_list_id: str, version: int | None = None) -> list[dict[str, str]]:
        """What is in a list, or was in that version of it."""
        found = self.require_prefix_list(prefix_list_id)
        if version is None:
            return _latest(found)
        if int(version) not in range(1, int(found.version or 1) + 1):
            raise errors.invalid_parameter(f"The version {version} of {prefix_list_id} does not exist")
        return list(found.entries.get(int(version), []))

    def describe_aws_prefix_lists(self, prefix_list_ids: list[str], filters: Filters) -> list[dict[str, Any]]:
        """DescribePrefixLists: AWS's own lists, with what is in them."""
        own = [item for item in self.describe_managed_prefix_lists(prefix_list_ids) if item.owner_id == _AWS]
        return [
            {"PrefixListId": item.id, "PrefixListName": item.prefix_list_name, "Cidrs": _cidrs(item)}
            for item in select(own, filters, _PLAIN_FILTERS)
        ]

    def modify_managed_prefix_list(
        self,
        add_entry: list[dict[str, str]],
        remove_entry: list[dict[str, str]],
        prefix_list_id: str | None = None,
        current_version: str | None = None,
        prefix_list_name: str | None = None,
        max_entries: int | None = None,
    ) -> Any:
        """Change a list. A change that gives no name keeps the name; moto erases it, and knows no size."""
        found = self.require_prefix_list(prefix_list_id or "")
        if add_entry or remove_entry:
            _check_entries(found, add_entry, remove_entry, current_version, max_entries)
        changed: Any = super().modify_managed_prefix_list(  # type: ignore[misc]
            add_entry, remove_entry, prefix_list_id, current_version, prefix_list_name or found.prefix_list_name
        )
        if max_entries is not None:
            self._resize(changed, int(max_entries))
        return changed

    def delete_managed_prefix_list(self, prefix_list_id: str) -> Any:
        """End a list; one that rules still name stays, and says so."""
        found = self.require_prefix_list(prefix_list_id)
        if any(self._names(group, prefix_list_id) for group in self.all_groups()):
            found.state = "delete-failed"
            return found
        return super().delete_managed_prefix_list(prefix_list_id)  # type: ignore[misc]

    def _resize(self, item: Any, size: int) -> None:
        """Make a list larger or smaller, unless it gets too heavy for a group that names it."""
        if size < len(_latest(item)):
            raise errors.invalid_parameter("The size must not be less than the number of entries in the prefix list.")
        before, item.max_entries = item.max_entries, size
        try:
            for group in self.all_groups():
                for is_egress in (False, True):
                    if self._names(group, item.id):
                        permissions = [rule.permission for rule in group.rules(is_egress)]
                        quota.check_rules(permissions, self.prefix_list_weight)
        except errors.EC2ClientError:
            item.max_entries, item.state = before, "modify-failed"

    def _names(self, group: Any, prefix_list_id: str) -> bool:
        return any(rule.permission.source == prefix_list_id for rule in group.all_rules)


def _check_entries(
    item: Any,
    added: list[dict[str, str]],
    removed: list[dict[str, str]],
    version: str | None,
    max_entries: int | None,
) -> None:
    """Refuse a change of entries that is based on another version, too large, or a change of size as well."""
    if max_entries is not None:
        raise errors.bad_combination("You cannot modify the entries and the size of a prefix list in the same request.")
    if version is None or int(version) != item.version:
        raise errors.EC2ClientError("PrefixListVersionMismatch", "The prefix list has the incorrect version number.")
    after = {entry["Cidr"] for entry in _latest(item)} - {entry["Cidr"] for entry in removed}
    if len(after | {entry["Cidr"] for entry in added}) > int(item.max_entries):
        raise errors.EC2ClientError(
            "PrefixListMaxEntriesExceeded", "The maximum number of entries for the prefix list has been reached."
        )


def _latest(item: Any) -> list[dict[str, str]]:
    entries: list[list[dict[str, str]]] = list(item.entries.values())
    return entries[-1] if entries else []


def _cidrs(item: Any) -> list[str]:
    return [entry["Cidr"] for entry in _latest(item)]
