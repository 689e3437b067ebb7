# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the property-based tests draw from: small worlds, in which everything meets everything."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from ansible_collections.elasticache.access.plugins.module_utils._plan import Plan
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target
from hypothesis import strategies as st

from tests.unit.values import CARTS, CLOUDFRONT, JOBS, MANAGED, OFFICES, SESSIONS, WEB, source, target

ADMITTED = (
    *(WEB.group_id, JOBS.group_id, OFFICES.list_id, CLOUDFRONT.list_id, "pl-1"),
    *("10.0.0.0/8", "10.20.0.0/16", "0.0.0.0/0", "2001:db8::/56", "::/0"),
)
PORTS = (6379, 6380, 11211)
SPANS = (*((port, port) for port in PORTS), (6379, 6380), (0, 65535), (22, 22))
DESCRIPTIONS = ("", "Web tier", "By hand")
CARRIED = (SESSIONS, CARTS)
# Tags that rules have, and that grants give: never two values of one key in one task.
SHOP, ADS, PROD = ("team", "shop"), ("team", "ads"), ("env", "prod")
TAGS = ((), (SHOP,), (PROD,), (PROD, SHOP))
TAGGED = ((), MANAGED, MANAGED, (*MANAGED, SHOP), (*MANAGED, PROD, ADS), (ADS,))

networks = st.one_of(
    st.builds(
        lambda address, length: ipaddress.ip_network((address, length), strict=False),
        st.integers(0, 2**32 - 1),
        st.integers(0, 32),
    ),
    st.builds(
        lambda address, length: ipaddress.ip_network((address.to_bytes(16, "big"), length), strict=False),
        st.integers(0, 2**128 - 1),
        st.integers(0, 128),
    ),
)

admitted = st.sampled_from(ADMITTED)
descriptions = st.sampled_from(DESCRIPTIONS)


@st.composite
def keys(draw: st.DrawFn, group_id: str) -> RuleKey:
    protocol = draw(st.sampled_from(["tcp", "tcp", "tcp", "udp", "-1"]))
    first, last = (-1, -1) if protocol == "-1" else draw(st.sampled_from(SPANS))
    return RuleKey(group_id, protocol, first, last, source(draw(admitted)))


@st.composite
def rules_of(draw: st.DrawFn, group_id: str) -> list[Rule]:
    """The rules of one group: no two of them are the same, as EC2 sees to it."""
    made = draw(st.lists(keys(group_id), unique=True, max_size=14))
    return [
        Rule(key, f"sgr-{group_id}-{number}", draw(descriptions), draw(st.sampled_from(TAGGED)))
        for number, key in enumerate(made)
    ]


@dataclass(frozen=True)
class World:
    """Grants with everything looked up, and the rules that there are."""

    targets: list[Target]
    existing: Mapping[str, list[Rule]]


@st.composite
def worlds(
    draw: st.DrawFn,
    is_present: st.SearchStrategy[bool],
    purges: st.SearchStrategy[str] = st.sampled_from(["none", "managed", "all"]),  # noqa: B008 (strategies are values)
) -> World:
    """Up to four grants on caches that carry one or both of two groups; each source has one description at most."""
    present = draw(is_present)
    description_of = {each: draw(st.sampled_from([None, *DESCRIPTIONS])) for each in ADMITTED}
    targets: list[Target] = []
    for number in range(draw(st.integers(0, 4))):
        named = draw(st.lists(admitted, unique=True, max_size=4))
        made = target(
            *((each, draw(st.sampled_from([None, description_of[each]]))) for each in named),
            is_present=present,
            name=f"cache-{number}",
            groups=tuple(draw(st.sampled_from([CARRIED, CARRIED[::-1], CARRIED[:1], CARRIED[1:]]))),
            ports=tuple(sorted(draw(st.sets(st.sampled_from(PORTS), min_size=1)))),
            tags=draw(st.sampled_from(TAGS)),
            purge=draw(purges) if present else "none",
            allow_large_purge=draw(st.booleans()),
        )
        targets.append(made)
    return World(_in_agreement(targets), {group.group_id: draw(rules_of(group.group_id)) for group in CARRIED})


def _in_agreement(targets: list[Target]) -> list[Target]:
    """The targets, all purging as the first one does where two differ that share a group and a port."""
    differ = any(
        one.purge != other.purge and set(one.groups) & set(other.groups) and set(one.ports) & set(other.ports)
        for one, other in combinations(targets, 2)
    )
    return [replace(each, purge=targets[0].purge) for each in targets] if differ else targets


def applied(plan: Plan, existing: Mapping[str, list[Rule]]) -> dict[str, list[Rule]]:
    """The rules that there are after a plan was carried out as it says."""
    after = {group_id: list(rules) for group_id, rules in existing.items()}
    for group in plan.groups:
        rules = after[group.group.group_id]
        rules += [replace(rule, rule_id=f"sgr-new-{number}") for number, rule in enumerate(group.adds)]
        for old, new in group.updates:
            rules[rules.index(old)] = new
        for gone in group.removes:
            rules.remove(gone)
    return after
