# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""EC2's security groups -> SecurityGroup, and which of a cache's groups gets new rules. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, or_list
from ansible_collections.elasticache.access.plugins.module_utils._printable import printable

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference

# The group that EC2 makes with every VPC has this name, and no other group can take it.
DEFAULT_NAME = "default"
# How the id of a group begins that does not exist yet, and in check mode is not created.
NEW = "new:"


@dataclass(frozen=True, order=True)
class SecurityGroup:
    """One security group. Its name is unique within its VPC only."""

    group_id: str
    name: str
    vpc_id: str
    owner_id: str = ""

    def __str__(self) -> str:
        return f"{printable(self.name)} ({'yet to be created' if self.is_new else self.group_id})"

    @property
    def is_new(self) -> bool:
        """Say whether the group is known from check mode alone, where an earlier task would have created it."""
        return self.group_id.startswith(NEW)


def parse_groups(answers: Iterable[Mapping[str, t.Any]]) -> dict[str, SecurityGroup]:
    """Return the entries of DescribeSecurityGroups by id."""
    return {
        answer["GroupId"]: SecurityGroup(
            answer["GroupId"], answer.get("GroupName", ""), answer.get("VpcId", ""), answer.get("OwnerId", "")
        )
        for answer in answers
    }


def check_in_vpc(cache: Cache) -> None:
    """Raise V(InvalidGrantError) for a cache that stands in EC2-Classic."""
    if cache.is_classic:
        raise InvalidGrantError(
            f"cache {cache.name!r} stands in EC2-Classic, outside any VPC, where no security group guards a cache; "
            "AWS retired EC2-Classic on 15 August 2022: create the cache anew in a VPC."
        )


def groups_of_cache(cache: Cache, known: Mapping[str, SecurityGroup]) -> tuple[SecurityGroup, ...]:
    """Return the groups that C(cache) carries.

    Raises V(InvalidGrantError) where it carries none, or one that this account cannot see.
    """
    check_in_vpc(cache)
    if not cache.security_groups:
        raise InvalidGrantError(
            f"cache {cache.name!r} ({cache.status}) carries no security group as far as ElastiCache tells; "
            "attach one to it first."
        )
    hidden = [group_id for group_id in cache.group_ids if group_id not in known]
    if hidden:
        raise InvalidGrantError(
            f"cache {cache.name!r} carries {' and '.join(hidden)}, which EC2 does not show to these credentials; "
            "use credentials of the account that owns the group."
        )
    return tuple(known[group_id] for group_id in cache.group_ids)


def choose_group(cache: Cache, groups: Sequence[SecurityGroup], chosen: GroupReference | None) -> SecurityGroup:
    """Return which of the C(groups) of C(cache) gets new rules.

    Raises V(InvalidGrantError), listing the choices, where the user has to say.
    """
    if chosen is not None:
        for group in groups:
            if chosen.means(group.group_id, group.name):
                return group
        raise InvalidGrantError(
            f"security_group {str(chosen)!r} is not carried by cache {cache.name!r}; "
            f"it carries {', '.join(map(str, groups))}."
        )
    if len(groups) > 1:
        raise InvalidGrantError(
            f"cache {cache.name!r} carries several security groups; "
            f"set security_group to the one that gets the rules: {or_list(map(str, groups))}."
        )
    if groups[0].name == DEFAULT_NAME:
        raise InvalidGrantError(
            f"cache {cache.name!r} carries only the default group of its VPC, {groups[0]}, which guards whatever else "
            f"was given no group; set security_group to {groups[0].group_id} if you mean it, "
            "or attach a group of its own to the cache."
        )
    return groups[0]
