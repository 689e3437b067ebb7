# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What would mend a hop: a task for this collection, or a line for the AWS CLI. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST
from ansible_collections.elasticache.access.plugins.module_utils._addresses import address_of
from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._rules import range_text

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Cache
    from ansible_collections.elasticache.access.plugins.module_utils._network import Network
    from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender

    # What is ready to be made, and what takes a look at everything else that is to be made.
    Sketch = t.Union["Mend", "AclMend", "AddressMend"]

# The distance at which people number the entries of an ACL.
_NUMBERING = 10
# So many addresses are named in a sentence.
_SHOWN = 3


@dataclass(frozen=True)
class Mend:
    """One change: what it is about, and how to make it. C(task) is one of Ansible's, as a dict."""

    sentence: str
    command: str = ""
    task: Mapping[str, t.Any] | None = None


@dataclass(frozen=True)
class AclMend:
    """An entry of a network ACL that has to stand before the entry of number C(below).

    Its own number is found once all entries are known that are to be made.
    """

    sentence: str
    acl_id: str
    is_egress: bool
    cidr: str
    first_port: int
    last_port: int
    below: int


@dataclass(frozen=True)
class AddressMend:
    """A grant to addresses, for want of a group that could be named. Whose they are is found once all is known."""

    cache: Cache
    group_id: str
    bits: int


def grant(cache: Cache, group_id: str, sources: Sequence[Mapping[str, str]], called: str) -> Mend:
    """Return the mend for access that was not granted: C(sources) as the module takes them, C(called) for people.

    C(group_id) is which of the cache's groups gets the rules, empty where there is nothing to choose.
    """
    options: dict[str, t.Any] = {
        "cache": cache.name,
        "cache_type": cache.kind,
        "sources": [dict(each) for each in sources],
    }
    if group_id:
        options["security_group"] = group_id
    chosen = f" -e cache_security_group={group_id}" if group_id else ""
    named = " ".join(f"-e {kind}={value}" for each in sources for kind, value in each.items())
    command = (
        f"ansible-playbook elasticache.access.grant_access -e cache={cache.name} -e cache_type={cache.kind} {named}"
    )
    return Mend(
        f"Let {called} reach the cache {cache.name}.",
        # The command line takes one source of a kind.
        command=f"{command}{chosen}" if len(sources) == 1 else "",
        task={
            "name": f"Let {called} reach {cache.name}",
            "elasticache.access.elasticache_sg_access": options,
        },
    )


def _by_address(mend: AddressMend, senders: Iterable[Sender]) -> Mend:
    """Return the grant to the addresses of all C(senders) in the family of C(mend)."""
    addresses = [
        next((each for each in addresses if address_of(each)[0] == mend.bits), "")
        for sender in senders
        for addresses in ([carrier.addresses for carrier in sender.carriers] or [(sender.value,)])
    ]
    cidrs = [f"{address}/{mend.bits}" for address in dict.fromkeys(addresses) if address]
    return grant(mend.cache, mend.group_id, [{"cidr": cidr} for cidr in cidrs], first_of(cidrs, _SHOWN))


def let_out(group_id: str, ports: Sequence[int], target: str) -> Mend:
    """Return the mend for outbound rules that are missing: C(target) is the id of a group or a CIDR."""
    if target.startswith("sg-"):
        where = f"UserIdGroupPairs=[{{GroupId={target}}}]"
    elif ":" in target:
        where = f"Ipv6Ranges=[{{CidrIpv6={target}}}]"
    else:
        where = f"IpRanges=[{{CidrIp={target}}}]"
    permissions = " ".join(f"'IpProtocol=tcp,FromPort={port},ToPort={port},{where}'" for port in ports)
    return Mend(
        f"Let {group_id} send to {target}.",
        f"aws ec2 authorize-security-group-egress --group-id {group_id} --ip-permissions {permissions}",
    )


def add_route(table_id: str, cidr: str, target_id: str, is_there: bool) -> Mend:
    """Return the mend for a route: C(is_there) says that the table has one for just this range already."""
    option = "--vpc-peering-connection-id" if target_id.startswith("pcx-") else "--transit-gateway-id"
    destination = "--destination-ipv6-cidr-block" if ":" in cidr else "--destination-cidr-block"
    verb = "replace" if is_there else "create"
    return Mend(
        f"Send what goes to {cidr} over {target_id}.",
        f"aws ec2 {verb}-route --route-table-id {table_id} {destination} {cidr} {option} {target_id}",
    )


def any_route(table_id: str, cidr: str) -> Mend:
    """Return the mend for a route where it is not known what leads there."""
    return Mend(f"Add a route to {cidr} to {table_id}, over what leads there.")


def open_acl(*, acl_id: str, is_egress: bool, cidr: str, first_port: int, last_port: int, below: int) -> AclMend:
    """Return the mend for an entry that is missing from a network ACL, before the entry of number C(below)."""
    side = "out to" if is_egress else "in from"
    return AclMend(
        f"Let tcp/{range_text(first_port, last_port)} {side} {cidr} through network ACL {acl_id}.",
        acl_id=acl_id,
        is_egress=is_egress,
        cidr=cidr,
        first_port=first_port,
        last_port=last_port,
        below=below,
    )


class Workshop:
    """Makes mends ready to be made one after the other, all of one result."""

    def __init__(self, network: Network) -> None:
        """Take over the network, whose ACLs tell which numbers are taken."""
        self._network = network
        self._taken: dict[tuple[str, bool], set[int]] = {}
        self._made: dict[AclMend, Mend] = {}

    def ready(self, mends: Iterable[Sketch], senders: Sequence[Sender]) -> list[Mend]:
        """Return each of C(mends) once: ACL entries with free numbers, grants with the addresses of C(senders)."""
        return [self._ready(mend, senders) for mend in _each_once(mends)]

    def _ready(self, mend: Sketch, senders: Sequence[Sender]) -> Mend:
        if isinstance(mend, AddressMend):
            return _by_address(mend, senders)
        if not isinstance(mend, AclMend):
            return mend
        # What two answers ask for alike is to be made once.
        if mend not in self._made:
            self._made[mend] = self._numbered(mend)
        return self._made[mend]

    def _numbered(self, mend: AclMend) -> Mend:
        acl = self._network.acls[mend.acl_id]
        numbers = self._taken.setdefault((mend.acl_id, mend.is_egress), set(acl.numbers(mend.is_egress)))
        number = _free_number(numbers, mend.below)
        if number is None:
            more = f"No number before entry {mend.below} is free: give that entry a higher one first."
            return Mend(f"{mend.sentence} {more}")
        numbers.add(number)
        block = "--cidr-block" if ":" not in mend.cidr else "--ipv6-cidr-block"
        side = "--egress" if mend.is_egress else "--ingress"
        return Mend(
            mend.sentence,
            f"aws ec2 create-network-acl-entry --network-acl-id {mend.acl_id} {side} --rule-number {number} "
            f"--protocol tcp --port-range From={mend.first_port},To={mend.last_port} {block} {mend.cidr} "
            "--rule-action allow",
        )


def _each_once(mends: Iterable[Sketch]) -> list[Sketch]:
    """Return C(mends) without equal ones. Of entries of ACLs that let the same pass the first one is enough."""
    found: list[Sketch] = []
    below: dict[AclMend, int] = {}
    for mend in mends:
        alike: Sketch = mend
        if isinstance(mend, AclMend):
            alike = replace(mend, below=0)
            below[alike] = min(below.get(alike, LAST), mend.below)
        if alike not in found:
            found.append(alike)
    return [replace(mend, below=below[mend]) if isinstance(mend, AclMend) else mend for mend in found]


def _free_number(taken: set[int], below: int) -> int | None:
    """Return a number that is free and comes before C(below): a round one behind the others, else the nearest."""
    before = [number for number in taken if number < below]
    following = (max(before, default=0) // _NUMBERING + 1) * _NUMBERING
    if following < below:
        return following
    return next((number for number in range(below - 1, 0, -1) if number not in taken), None)
