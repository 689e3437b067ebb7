# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Rules that other rules of the same cache make redundant. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._addresses import span
from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of, outlives
from ansible_collections.elasticache.access.plugins.module_utils._rules import CIDR

if t.TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from ansible_collections.elasticache.access.plugins.module_utils._addresses import Span
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule

# Wider than any range of ports.
_ALL_TRAFFIC = 2**17


def redundant(rules: Iterable[Rule], lasting: Container[str]) -> Iterator[tuple[Rule, Rule]]:
    """Yield each rule all of whose access another one gives as well and as long, together with that one.

    The other one stands in one of the C(lasting) groups: one that is to go, or that guards some nodes only, is no
    substitute.
    Of two rules that admit the same, the later one by group and id is called redundant.
    """
    alike: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        source = rule.key.source
        # Ranges can lie within each other, whatever else can not.
        name = str(source.is_ipv6) if source.kind == CIDR else source.value
        alike.setdefault((source.kind, name), []).append(rule)
    for each in alike.values():
        yield from _redundant_among(each, lasting)


def _redundant_among(rules: list[Rule], lasting: Container[str]) -> Iterator[tuple[Rule, Rule]]:
    """Go through ranges from the widest to those within it, keeping those that are still open at hand."""
    around: list[tuple[Span | None, Rule]] = []
    for where, rule in sorted(((_where(rule), rule) for rule in rules), key=lambda pair: _order(*pair)):
        around = [(other, each) for other, each in around if other is None or where is None or where[0] <= other[1]]
        by_rule = next((each for _other, each in around if _admits_ports(each, rule) and outlives(each, rule)), None)
        if by_rule is not None:
            yield rule, by_rule
        if rule.key.group_id in lasting:
            around.append((where, rule))


def _where(rule: Rule) -> Span | None:
    return span(rule.key.source.value) if rule.key.source.kind == CIDR else None


def _order(where: Span | None, rule: Rule) -> tuple[t.Any, ...]:
    """Sort what can make another one redundant in front of it."""
    key = rule.key
    ports = _ALL_TRAFFIC if key.protocol == "-1" else key.to_port - key.from_port
    (bits, first), (_bits, last) = where or ((0, 0), (0, 0))
    expiry = expiry_of(rule)
    ends = 0.0 if expiry is None else (-expiry.at.timestamp() if expiry.at else 1.0)
    return (bits, first, -last, -ports, expiry is not None, ends, key.group_id, rule.rule_id)


def _admits_ports(rule: Rule, other: Rule) -> bool:
    if rule.key.protocol == "-1":
        return True
    same = rule.key.protocol == other.key.protocol
    return same and rule.key.from_port <= other.key.from_port and other.key.to_port <= rule.key.to_port
