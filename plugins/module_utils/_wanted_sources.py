# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""One entry of O(sources) -> WantedSource, with everything refused that can be refused without asking AWS. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._echo import DESCRIPTION_LENGTH
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError, or_list
from ansible_collections.elasticache.access.plugins.module_utils._ids import is_id
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    ANY_ADDRESS,
    CIDR,
    PREFIX_LIST,
    SECURITY_GROUP,
    cidr_source,
)
from ansible_collections.elasticache.access.plugins.module_utils._terms import FOR_GOOD, Term, read_term

if t.TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

INSTANCE = "instance"

# Ways to name a source, of which each entry of O(sources) takes one; an instance can have a group beside it.
SOURCE_KINDS = (SECURITY_GROUP, INSTANCE, CIDR, PREFIX_LIST)

_ALMOST_PREFIX_LIST_ID = re.compile(r"pl-[0-9a-fA-F]*")
# How the console writes a group of another account.
_FOREIGN_GROUP = re.compile(r"([0-9]{12})/(.*)", re.DOTALL)
# EC2's set for the description of a rule; '&' only where the source is a CIDR.
_DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=;{}!$*]*")
_DESCRIPTION_OF_CIDR = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*")


@dataclass(frozen=True)
class GroupReference:
    """How the user names a security group: by its id or by its name, the other one is empty.

    C(owner_id) is the account that the user wrote in front of the id, if any.
    """

    group_id: str = ""
    name: str = ""
    owner_id: str = ""

    def __str__(self) -> str:
        text = self.group_id or self.name
        return f"{self.owner_id}/{text}" if self.owner_id else text

    def means(self, group_id: str, name: str) -> bool:
        """Say whether this is the group of that id and name."""
        return group_id == self.group_id if self.group_id else name == self.name


@dataclass(frozen=True)
class WantedSource:
    """One source as the user wrote it.

    C(value) is an instance id, a canonical CIDR, or the id or name of a prefix list; empty for a group. C(group)
    is the group, or which of the instance's groups is meant. C(description) is V(None) where none was given:
    leave it alone. C(term) says how long it is to have access, and why.
    """

    kind: str
    value: str = ""
    group: GroupReference | None = None
    description: str | None = None
    term: Term = FOR_GOOD

    @property
    def text(self) -> str:
        """Return the source as it is written, without its kind."""
        return self.value or str(self.group)

    def __str__(self) -> str:
        return f"{self.kind} {self.text!r}"


def read_source(options: Mapping[str, t.Any], allow_any_address: bool, now: datetime, is_renewed: bool) -> WantedSource:
    """Return one entry of O(sources), as it is meant at the time C(now).

    Raises V(InvalidGrantError) unless it names exactly one source that EC2 could take.
    """
    given = [kind for kind in SOURCE_KINDS if options.get(kind) is not None]
    if given == [SECURITY_GROUP, INSTANCE]:
        given = [INSTANCE]
    if len(given) != 1:
        named = f"names {' and '.join(given)}" if given else "names no source"
        raise InvalidGrantError(
            f"an entry of sources {named}; each takes exactly one of {or_list(SOURCE_KINDS)} "
            "(security_group also beside instance, to say which of its groups)."
        )
    [kind] = given
    _check_description(options.get("description"), is_cidr=kind == CIDR)
    group = options.get(SECURITY_GROUP)
    return WantedSource(
        kind=kind,
        value=_read_value(kind, options[kind], allow_any_address),
        group=None if group is None else read_group_reference(group, SECURITY_GROUP),
        description=options.get("description"),
        term=read_term(options, now, is_renewed),
    )


def _read_value(kind: str, text: str, allow_any_address: bool) -> str:
    if kind == CIDR:
        return _read_cidr(text, allow_any_address)
    if kind == INSTANCE and not is_id("i-", text):
        raise InvalidGrantError(
            f"instance {text!r} is not the id of an instance: 'i-' is followed by 8 or 17 digits of 0-9 and a-f; "
            "give the id, or name its security group as security_group."
        )
    if kind == PREFIX_LIST:
        _check_prefix_list(text)
    return "" if kind == SECURITY_GROUP else text


def read_group_reference(text: str, option: str) -> GroupReference:
    """Return which security group a text means. EC2 lets no group's name begin with V(sg-).

    Raises V(InvalidGrantError) for an id that EC2 would call malformed.
    """
    if not text.strip():
        raise InvalidGrantError(f"{option} is empty; give the id or the name of a security group.")
    foreign = _FOREIGN_GROUP.fullmatch(text)
    owner_id, group = foreign.groups() if foreign else ("", text)
    if foreign and not group.startswith("sg-"):
        raise InvalidGrantError(
            f"{option} {text!r} names no group of account {owner_id}: a group of another account is known by its id "
            f"alone; write {owner_id}/sg-..."
        )
    if not group.startswith("sg-"):
        return GroupReference(name=group)
    if not is_id("sg-", group):
        raise InvalidGrantError(
            f"{option} {text!r} is not the id of a security group: 'sg-' is followed by 8 or 17 digits of 0-9 and a-f."
        )
    return GroupReference(group_id=group, owner_id=owner_id)


def read_own_group(text: str, option: str) -> GroupReference:
    """Return the group, of those that a cache carries or is to carry, that C(text) names as the value of C(option).

    Raises V(InvalidGrantError) for what cannot be a group, and for one of another account.
    """
    group = read_group_reference(text, option)
    if group.owner_id:
        raise InvalidGrantError(
            f"{option} {text!r} names an account, while a cache carries groups of its own account alone; "
            f"write {group.group_id}."
        )
    return group


def is_prefix_list_id(text: str) -> bool:
    """Say whether C(text) is the id of a prefix list, and not its name."""
    return is_id("pl-", text)


def _check_prefix_list(text: str) -> None:
    if not text.strip():
        raise InvalidGrantError("prefix_list is empty; give the id or the name of a prefix list.")
    if _ALMOST_PREFIX_LIST_ID.fullmatch(text) and not is_prefix_list_id(text):
        raise InvalidGrantError(
            f"prefix_list {text!r} is not the id of a prefix list: 'pl-' is followed by 8 or 17 digits of 0-9 and a-f."
        )


def _read_cidr(text: str, allow_any_address: bool) -> str:
    try:
        cidr = cidr_source(text).value
    except ValueError as error:
        raise InvalidGrantError(
            f"cidr {text!r} is not an address range; write one such as 10.1.0.0/16, 10.1.2.3/32 or 2001:db8::/56."
        ) from error
    if cidr in ANY_ADDRESS and not allow_any_address:
        raise InvalidGrantError(
            f"cidr {text!r} admits every address there is; name the range that needs the cache, "
            "or set allow_any_address to true if you mean it."
        )
    return cidr


def _check_description(description: str | None, is_cidr: bool) -> None:
    if description is None:
        return
    if len(description) > DESCRIPTION_LENGTH:
        raise InvalidGrantError(
            f"description {description[:40] + '...'!r} has {len(description)} characters; "
            f"EC2 takes up to {DESCRIPTION_LENGTH}: shorten it."
        )
    if not (_DESCRIPTION_OF_CIDR if is_cidr else _DESCRIPTION).fullmatch(description):
        note = "" if is_cidr else " (and & only for a cidr)"
        raise InvalidGrantError(
            f"description {description!r} holds a character that EC2 refuses; "
            f"it takes a-z A-Z 0-9, blank and ._-:/()#,@[]+=;{{}}!$*{note}."
        )
