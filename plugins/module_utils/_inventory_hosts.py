# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The record of a cache, with its region -> the host that it is in an inventory: name, variables, groups. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Record = Mapping[str, t.Any]
    # What somebody wrote as one of the names that a host can have: a text, or a dict with a prefix.
    Wish = t.Any

# The group of all caches, and what the names of all other groups that are made unasked begin with.
GROUP = "elasticache"

_PARTS = ("address", "arn", "kind", "name", "region")
_TAG = "tag:"
_KEYS = {"name", "prefix", "separator"}
# What stands apart in a pattern of hosts, and much else that anybody can put into a tag.
_UNFIT = re.compile(r"[^A-Za-z0-9._-]")
# Names of hosts and groups that Ansible has by itself: no cache is to be taken for one of them.
_ANSIBLES_OWN = ("all", "localhost", "ungrouped")


def check_hostnames(wishes: Iterable[Wish]) -> None:
    """Raise V(InvalidGrantError) for a wish that names nothing that a cache has."""
    for wish in wishes:
        if isinstance(wish, dict) and ("name" not in wish or set(wish) - _KEYS):
            raise InvalidGrantError(
                f"hostnames holds {wish!r}; give a dict with name, and with prefix and separator if you like."
            )
        for part in _parts(wish):
            if part not in _PARTS and not (isinstance(part, str) and part.startswith(_TAG) and part != _TAG):
                raise InvalidGrantError(
                    f"hostnames holds {part!r}; give {', '.join(_PARTS)} or {_TAG}KEY, or leave hostnames out."
                )


def host_names(records: Sequence[Record], wishes: Sequence[Wish]) -> list[str]:
    """Return for each record the name of its host: the first wish that gives one, else V(name.kind.region).

    Raises V(InvalidGrantError) where two caches would have one name: neither is to be taken for the other, and no name
    is to change because of a cache that came later.
    """
    names: dict[str, Record] = {}
    for record in records:
        name = _host_name(record, wishes)
        other = names.setdefault(name, record)
        if other is not record:
            raise InvalidGrantError(
                f"hostnames gives the name {name!r} to two caches, the {_told(other)} and the {_told(record)}; "
                "give what tells them apart, such as arn, or leave hostnames out."
            )
    return list(names)


def host_variables(record: Record, prefix: str) -> dict[str, t.Any]:
    """Return what the host of a cache has as variables, by their names."""
    address = _address(record)
    return {
        **{f"{prefix}{name}": value for name, value in record.items()},
        # Until the cache has an endpoint there is nowhere to connect to.
        **({"ansible_host": address} if address else {}),
    }


def group_names(record: Record, by: Iterable[str]) -> list[str]:
    """Return the groups that a cache is in by these of its properties, not yet fit for Ansible."""
    return [f"{GROUP}_{name}" for each in by for name in _groups_by(record, each)]


def _groups_by(record: Record, by: str) -> Iterator[str]:
    if by == "tags":
        for key, value in (record.get("tags") or {}).items():
            yield f"tag_{key}_{value}" if value else f"tag_{key}"
        return
    value = record["vpc_id" if by == "vpc" else by]
    # ElastiCache does not tell everything of every cache.
    if value:
        yield f"{by}_{value}"


def _host_name(record: Record, wishes: Iterable[Wish]) -> str:
    for wish in wishes:
        name = _UNFIT.sub("_", _wished(record, wish))
        if name and name not in _ANSIBLES_OWN:
            return name
    return ".".join(record[part] for part in ("name", "kind", "region"))


def _wished(record: Record, wish: Wish) -> str:
    """Return the name that one wish gives, empty where the cache has no such thing."""
    if not isinstance(wish, dict):
        return _value(record, wish)
    name = _value(record, wish["name"])
    prefix = _value(record, wish["prefix"]) if wish.get("prefix") else ""
    return f"{prefix}{wish.get('separator', '_')}{name}" if name and prefix else name


def _value(record: Record, part: str) -> str:
    if part.startswith(_TAG):
        return str((record.get("tags") or {}).get(part[len(_TAG) :], ""))
    return _address(record) if part == "address" else str(record[part] or "")


def _parts(wish: Wish) -> list[t.Any]:
    if not isinstance(wish, dict):
        return [wish]
    return [wish["name"], *([wish["prefix"]] if wish.get("prefix") else [])]


def _address(record: Record) -> str:
    """Return where clients connect first: the endpoint that ElastiCache means for them stands first in a record."""
    return next((str(endpoint["address"]) for endpoint in record["endpoints"]), "")


def _told(record: Record) -> str:
    return f"{record['kind'].replace('_', ' ')} {record['name']!r} in {record['region']}"
