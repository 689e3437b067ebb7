# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The states that caches pass through, held open for as long as a test wants to look.

Without a window a cache is ``creating`` in the answer that creates it and ``available`` from then on; it is
``deleting`` in the answer that deletes it and gone from then on. A window shows something else:

``status``
    any status. While ``creating`` there are no endpoints, so ports are unknown, and groups are known. A replication
    group that is ``deleting`` names no members, node groups or configuration endpoint. Changing anything but an
    ``available`` cache is refused. The members of a replication group share its window.
``membership_status``
    the ``Status`` of every security group membership, or a mapping of group ids to it.
``group_ids``
    security groups that answers show in place of the cache's own. For one member of a replication group: those it had
    while another member has the new ones already. Its network interfaces have the new ones.
``classic``
    an EC2-Classic cluster: no subnet group, no ``SecurityGroups``, a cache security group instead.
``without``, ``also``
    names of keys that answers leave out, and keys with values that they have in addition.
``describes``
    how often the cache is described before the window closes by itself. Without it, it stays open.
``on_modify``
    another window that opens when the cache, or its replication group, is modified for the next time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

AVAILABLE = "available"
CREATING = "creating"
DELETING = "deleting"
ACTIVE = "active"


@dataclass
class Window:
    """What a cache looks like for the time being."""

    status: str = AVAILABLE
    membership_status: str | dict[str, str] = ACTIVE
    group_ids: list[str] | None = None
    classic: bool = False
    without: list[str] = field(default_factory=list)
    also: dict[str, Any] = field(default_factory=dict)
    describes: int | None = None
    on_modify: dict[str, Any] | None = None

    def memberships(self, group_ids: list[str]) -> list[dict[str, str]]:
        """The security groups of a node-based cache, each with its status."""
        shown = self.groups(group_ids)
        return [{"SecurityGroupId": group_id, "Status": self._membership(group_id)} for group_id in shown]

    def groups(self, group_ids: list[str]) -> list[str]:
        """The security groups that a cache with these shows."""
        return group_ids if self.group_ids is None else self.group_ids

    def _membership(self, group_id: str) -> str:
        if isinstance(self.membership_status, str):
            return self.membership_status
        return self.membership_status.get(group_id, ACTIVE)

    def over(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer with keys taken away and added."""
        kept = {key: value for key, value in answer.items() if key not in self.without and value is not None}
        return kept | self.also


CLOSED = Window()


def read_window(given: Mapping[str, Any]) -> Window:
    """A window from what a test sent; a name that means nothing is refused."""
    known = [each.name for each in fields(Window)]
    for name in given:
        if name not in known:
            raise ValueError(f"{name} is none of {', '.join(known)}")
    window = Window(**given)
    if window.on_modify is not None:
        read_window(window.on_modify)
    return window


class Windows:
    """The windows of one account and region, by kind and name of cache."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Window] = {}

    def set(self, kind: str, name: str, window: Window) -> None:
        """Open a window, in place of any other."""
        self._open[kind, name] = window

    def close(self, kind: str, name: str) -> None:
        """Show the cache as it is again."""
        self._open.pop((kind, name), None)

    def get(self, kind: str, name: str) -> Window | None:
        """The window of this cache, if one is open."""
        return self._open.get((kind, name))

    def modified(self, kind: str, name: str) -> None:
        """The cache was modified: open the window that waited for that."""
        window = self.get(kind, name)
        if window is not None and window.on_modify is not None:
            self.set(kind, name, read_window(window.on_modify))

    def described(self, kind: str, name: str) -> None:
        """The cache was described once more."""
        window = self.get(kind, name)
        if window is None or window.describes is None:
            return
        window.describes -= 1
        if window.describes <= 0:
            self.close(kind, name)
