# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What elasticache_sg_access returned in check mode -> Changes: the rules as if it had made them already. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    CIDR,
    PREFIX_LIST,
    SECURITY_GROUP,
    Rule,
    RuleKey,
    Source,
    cidr_source,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Changes:
    """Rules, inbound ones of caches and outbound ones of sources, that are going to be added and removed."""

    added: tuple[Rule, ...] = ()
    removed: frozenset[RuleKey] = frozenset()

    def made_to(self, rules: Iterable[Rule], is_egress: bool = False) -> list[Rule]:
        """Return C(rules), all of one direction, as they will be."""
        kept = [rule for rule in rules if rule.key not in self.removed]
        standing = {rule.key for rule in kept}
        added = (rule for rule in self.added if rule.key.is_egress is is_egress)
        return [*kept, *(rule for rule in added if rule.key not in standing)]


def read_changes(caches: Iterable[t.Any] | None) -> Changes:
    """Return the changes that O(planned) holds, the C(caches) of results of elasticache_sg_access.

    Those of elasticache_security_groups, which tell of groups, can stand among them.

    Raises V(InvalidGrantError) where it holds anything else.
    """
    try:
        listed = [cache for cache in caches or () if cache and "attached" not in cache]
        listed += [cache["source_egress"] for cache in listed if "source_egress" in cache]
        added = {rule.key: rule for cache in listed for rule in map(_rule, cache["added"])}
        removed = frozenset(_rule(values).key for cache in listed for values in cache["removed"])
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        raise InvalidGrantError(
            "planned holds something else than rules; give the caches of a result of elasticache_sg_access, such as "
            "'{{ granted.caches }}', or leave it out."
        ) from None
    return Changes(tuple(added.values()), removed)


def _rule(values: Mapping[str, t.Any]) -> Rule:
    is_egress = "destination" in values
    named = values["destination" if is_egress else "source"]
    kind, value = named["type"], named["value"]
    if kind == CIDR:
        source = cidr_source(value)
    elif kind in (SECURITY_GROUP, PREFIX_LIST):
        source = Source(kind, str(value), named.get("owner_id") or "")
    else:
        raise ValueError(kind)
    first, last = int(values["from_port"]), int(values["to_port"])
    key = RuleKey(values["security_group_id"], values["protocol"], first, last, source, is_egress)
    return Rule(key, values.get("rule_id") or "", tags=tuple(sorted((values.get("tags") or {}).items())))
