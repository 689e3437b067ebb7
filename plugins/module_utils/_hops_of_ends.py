# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Hops 1 to 3: whether both ends are there, and speak one address family. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    INSTANCES,
    INTERFACES,
    SUBNET_GROUPS,
    SUBNETS,
)
from ansible_collections.elasticache.access.plugins.module_utils._addresses import FAMILIES
from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend
from ansible_collections.elasticache.access.plugins.module_utils._senders import INSTANCE
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    ADDRESS_FAMILY,
    BAD_STATE,
    BLOCKED,
    CACHE_STATE,
    OK,
    SOURCE_STATE,
    UNASSOCIATED_COMPONENT,
    UNKNOWN,
    Evidence,
    Step,
)

if t.TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver
    from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender

# A cache that is being changed or backed up is believed to go on serving.
_SERVING = ("available", "modifying", "snapshotting")
_NOT_SERVING = ("creating", "create-failed", "deleting", "deleted", "incompatible-network", "restore-failed")
_STARTING = "pending"
_RUNNING = "running"
# The status of a network interface that is attached to something.
_IN_USE = "in-use"
# Of an interface, where it is on its way to something, or from it.
_IN_BETWEEN = ("associated", "attaching", "detaching")


def cache_state(cache: Cache) -> Step:
    """Return whether the cache serves."""
    evidence = (Evidence(cache.arn or cache.name),)
    said = f"The cache is {cache.status}"
    if cache.is_classic:
        return Step(CACHE_STATE, UNKNOWN, "The cache stands in EC2-Classic, outside any VPC.", evidence)
    if cache.status in _NOT_SERVING:
        return Step(CACHE_STATE, BLOCKED, f"{said} and serves nobody.", evidence, BAD_STATE)
    if cache.status not in _SERVING:
        return Step(CACHE_STATE, UNKNOWN, f"{said}, and may not serve.", evidence)
    if not cache.ports:
        return Step(CACHE_STATE, UNKNOWN, f"{said}, but does not report its port.", evidence)
    more = "" if cache.status == _SERVING[0] else ", and believed to go on serving"
    return Step(CACHE_STATE, OK, f"{said}{more}.", evidence)


def source_state(senders: Sequence[Sender], denied: Container[str]) -> Step:
    """Return whether the source runs; C(senders) are alike in this. C(denied) are the calls that may not be made."""
    sender = senders[0]
    evidence = (Evidence(sender.value),) if len(senders) == 1 else ()
    if sender.candidates:
        interfaces = " and ".join(each.carriers[0].interface_id for each in sender.candidates)
        return Step(SOURCE_STATE, UNKNOWN, f"{interfaces} have the address: which one is meant is not known.")
    if sender.is_outside:
        if INTERFACES in denied:
            return Step(SOURCE_STATE, UNKNOWN, "What has the address could not be read.", action=INTERFACES)
        said = "No network interface that these credentials see in this region has the address: it is outside."
        return Step(SOURCE_STATE, UNKNOWN, said)
    if not sender.carriers:
        said = f"The {sender.kind} is {sender.state} and has no network interface."
        return Step(SOURCE_STATE, BLOCKED, said, evidence, UNASSOCIATED_COMPONENT)
    if sender.state in (_RUNNING, _IN_USE):
        attached = "The instance is running." if sender.state == _RUNNING else "The network interface is in use."
        return Step(SOURCE_STATE, OK, attached, evidence)
    if not sender.state:
        return Step(SOURCE_STATE, UNKNOWN, "Whether its instance runs could not be read.", evidence, action=INSTANCES)
    if sender.state == _STARTING:
        return Step(SOURCE_STATE, UNKNOWN, "The instance is only starting.", evidence)
    if sender.state in _IN_BETWEEN:
        return Step(SOURCE_STATE, UNKNOWN, f"The network interface is {sender.state}.", evidence)
    what = "network interface" if sender.state == "available" else "instance"
    attached = "attached to nothing" if sender.state == "available" else sender.state
    return Step(
        SOURCE_STATE,
        BLOCKED,
        f"The {what} is {attached}.",
        evidence,
        UNASSOCIATED_COMPONENT,
        mend=_start(senders) if sender.kind == INSTANCE and sender.state == "stopped" else None,
    )


def _start(senders: Sequence[Sender]) -> Mend:
    ids = " ".join(sender.value for sender in senders)
    return Mend(f"Start {ids}.", f"aws ec2 start-instances --instance-ids {ids}")


def hidden_place(place: Place, denied: Container[str]) -> Step:
    """Return that it is not known which addresses a node can have."""
    where = " or ".join(subnet.subnet_id for subnet in place.subnets)
    if not where:
        # Either would tell.
        action = next((each for each in (SUBNET_GROUPS, INTERFACES) if each in denied), "")
        return Step(ADDRESS_FAMILY, UNKNOWN, f"In which subnet {place.name} is, is not told.", action=action)
    said = f"Which addresses there are in {where} could not be read."
    return Step(ADDRESS_FAMILY, UNKNOWN, said, action=SUBNETS if SUBNETS in denied else "")


def address_family(receiver: Receiver, ours: Sequence[int], common: Sequence[int]) -> Step:
    """Return whether both ends have addresses of one family: C(ours) are the bits of those that the source has."""
    if common:
        return Step(ADDRESS_FAMILY, OK, f"Both have addresses of {_names(common)}.")
    if not receiver.places:
        return Step(ADDRESS_FAMILY, UNKNOWN, "In which subnets the cache stands is not known.")
    if not ours:
        return Step(ADDRESS_FAMILY, UNKNOWN, "The source has no address that is known.")
    return Step(
        ADDRESS_FAMILY,
        BLOCKED,
        f"The cache is reached over {_names(receiver.families)} alone, "
        f"while the source has addresses of {_names(ours)} only.",
    )


def _names(families: Sequence[int]) -> str:
    return " and ".join(FAMILIES[bits] for bits in families)
