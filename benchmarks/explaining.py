# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long it takes to tell, of everything that was read, which sources reach which caches."""

from __future__ import annotations

import time
from dataclasses import replace

from ansible_collections.elasticache.access.plugins.module_utils._acls import Acl, AclEntry
from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
from ansible_collections.elasticache.access.plugins.module_utils._carriers import Carrier
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._mends import Workshop
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._reachability_values import (
    caches_values,
    path_values,
)
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Place, Receiver
from ansible_collections.elasticache.access.plugins.module_utils._routes import LOCAL, Route, RouteTable
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    SECURITY_GROUP,
    Rule,
    RuleKey,
    Source,
    cidr_source,
)
from ansible_collections.elasticache.access.plugins.module_utils._senders import INSTANCE, Sender
from ansible_collections.elasticache.access.plugins.module_utils._subnets import Subnet

from benchmarks.planning import CACHE

_VPC = "vpc-1"
_GROUPS, _SUBNETS, _NODES, _RULES = 20, 6, 3, 40


def seconds(sources: int, caches: int) -> float:
    """The seconds for every verdict, reason and mend of so many instances and caches. The best of three.

    The instances carry one of 20 groups, in one of 6 subnets; each cache has 3 nodes, and a group of its own with 40
    rules, half of them for groups.
    """
    network = _network(caches)
    senders = [_sender(number) for number in range(sources)]
    receivers = [_receiver(number, network) for number in range(caches)]
    best = float("inf")
    for _time in range(3):
        start = time.perf_counter()
        paths = list(Explainer(network).explain(senders, receivers))
        verdicts = caches_values(paths)
        workshop = Workshop(network)
        values = [path_values(path, workshop, include_hops=False) for path in paths]
        best = min(best, time.perf_counter() - start)
        told = [verdict for cache in verdicts for verdict in cache["verdicts"].values()]
        if len(told) != sources * caches or set(told) != {"reachable", "blocked"} or len(values) != len(paths):
            raise AssertionError("the explanations are not those that were to be timed")
    return best


def _network(caches: int) -> Network:
    subnets = {
        f"subnet-{number}": Subnet(f"subnet-{number}", _VPC, f"zone-{number % 3}", (f"10.0.{number}.0/24",))
        for number in range(_SUBNETS)
    }
    entries = tuple(AclEntry(100 + number, True, f"10.{number}.0.0/16", 0, 65535) for number in range(5))
    groups = [SecurityGroup(f"sg-app-{number}", f"app-{number}", _VPC) for number in range(_GROUPS)]
    groups += [SecurityGroup(f"sg-cache-{number}", f"cache-{number}", _VPC) for number in range(caches)]
    return Network(
        subnets=subnets,
        acls={"acl-1": Acl("acl-1", entries, entries)},
        acl_of=dict.fromkeys(subnets, "acl-1"),
        route_tables={"rtb-1": RouteTable("rtb-1", _VPC, True, (Route("10.0.0.0/16", LOCAL),))},
        groups={group.group_id: group for group in groups},
        inbound={f"sg-cache-{number}": _rules(number) for number in range(caches)},
        outbound={
            f"sg-app-{number}": [Rule(RuleKey(f"sg-app-{number}", "-1", -1, -1, cidr_source("0.0.0.0/0")), "sgr-out")]
            for number in range(_GROUPS)
        },
    )


def _rules(number: int) -> list[Rule]:
    sources = [Source(SECURITY_GROUP, f"sg-app-{(number + each) % _GROUPS}") for each in range(_GROUPS // 2)]
    sources += [cidr_source(f"10.9.{each}.0/24") for each in range(_RULES - len(sources))]
    return [
        Rule(RuleKey.exact(f"sg-cache-{number}", 6379, source), f"sgr-{number}-{each}")
        for each, source in enumerate(sources)
    ]


def _sender(number: int) -> Sender:
    subnet = number % _SUBNETS
    carrier = Carrier(
        interface_id=f"eni-{number}",
        group_ids=(f"sg-app-{number % _GROUPS}",),
        description="",
        is_elasticache=False,
        is_vpc_endpoint=False,
        subnet_id=f"subnet-{subnet}",
        instance_id=f"i-{number}",
        vpc_id=_VPC,
        addresses=(f"10.0.{subnet}.{number // _SUBNETS + 4}",),
    )
    return Sender(INSTANCE, f"i-{number}", state="running", is_windows=False, carriers=(carrier,))


def _receiver(number: int, network: Network) -> Receiver:
    groups = (Membership(f"sg-cache-{number}", "active"),)
    places = [
        Place(f"node-{node}", (network.subnets[f"subnet-{node}"],), groups, (f"10.0.{node}.{200 + number % 50}",))
        for node in range(_NODES)
    ]
    return Receiver(replace(CACHE, name=f"cache-{number}", security_groups=groups), tuple(places))
