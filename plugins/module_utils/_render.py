# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Plans and outcomes -> diff, sentences and return values of elasticache_sg_access. Pure."""

from __future__ import annotations

import json
import typing as t
from types import MappingProxyType

from ansible_collections.elasticache.access.plugins.module_utils._echo import base_of, echoed_until
from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of, reason_in
from ansible_collections.elasticache.access.plugins.module_utils._printable import block, printable
from ansible_collections.elasticache.access.plugins.module_utils._quota import usage_of
from ansible_collections.elasticache.access.plugins.module_utils._readiness import state_warnings
from ansible_collections.elasticache.access.plugins.module_utils._rules import ports_text
from ansible_collections.elasticache.access.plugins.module_utils._sources import source_warnings
from ansible_collections.elasticache.access.plugins.module_utils._times import time_text

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome
    from ansible_collections.elasticache.access.plugins.module_utils._grants import Grant
    from ansible_collections.elasticache.access.plugins.module_utils._plan import CachePlan, GroupPlan, Plan
    from ansible_collections.elasticache.access.plugins.module_utils._quota import Usage
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, RuleKey, Source
    from ansible_collections.elasticache.access.plugins.module_utils._sources import Known

    Existing = Mapping[str, Sequence[Rule]]
    Values = dict[str, t.Any]

# So many groups, and so many reasons, are named in one sentence.
_SHOWN = 5

LIVE_ON = (
    "Revoking a rule disconnects nobody: connections that are open live on until they idle out (after up to 5 days)."
)


def rule_line(rule: Rule, known: Known) -> str:
    """Return a rule as one line, such as V(tcp/6379  app-web (sg-0abc1234\\)  "Web tier").

    The user's tags follow, and what the tags say of an end and a reason that the description does not echo.
    """
    description = f'  "{rule.description}"' if rule.description else ""
    tags = ", ".join(f"{name}={value}" for name, value in rule.user_tags)
    source = f"{'to ' if rule.key.is_egress else ''}{_source_text(rule, known)}"
    return printable(f"{ports_text(rule)}  {source}{description}{f'  [{tags}]' if tags else ''}{_unechoed(rule)}")


def _unechoed(rule: Rule) -> str:
    expiry, reason = expiry_of(rule), reason_in(rule.tags)
    echo, until = rule.description[len(base_of(rule.description)) :], echoed_until(rule.description)
    text = ""
    if expiry and (not expiry.at or time_text(expiry.at) != until):
        text += f"  until {time_text(expiry.at) if expiry.at else json.dumps(expiry.text)}"
    elif not expiry and until:
        text += "  no end"
    if reason is None and echo.strip() not in ("", f"[until {until}]"):
        text += "  no reason"
    if reason is not None and reason not in echo:
        text += f"  reason {json.dumps(reason)}"
    return text


def rule_phrase(rule: Rule, known: Known) -> str:
    """Return a rule as a part of a sentence, such as V(rule sgr-0abc1234 for tcp/6379 from app-web (sg-0abc1234\\))."""
    return f"rule {rule.rule_id} for {ports_text(rule)} from {_source_text(rule, known)}"


def _source_text(rule: Rule, known: Known) -> str:
    source = rule.key.source
    return str(known.groups.get(source.value) or known.prefix_lists.get(source.value) or source.value)


def diff_of_group(plan: GroupPlan, known: Known) -> Values:
    """Return the diff of one group and direction: a line per rule on the ports, unchanged ones as context."""
    stays = [*plan.unchanged, *plan.others]
    before = [*stays, *plan.removes, *(rule for rule, _after in plan.updates)]
    after = [*stays, *plan.adds, *(rule for _before, rule in plan.updates)]
    where = "outbound rules of security group" if plan.is_egress else "security group"
    header = printable(f"cache {', '.join(plan.caches)} in {where} {plan.group}")
    return {
        "before_header": header,
        "after_header": header,
        "before": block_of(before, known),
        "after": block_of(after, known, dict(_made_permanent(plan))),
    }


def _made_permanent(plan: GroupPlan) -> Iterator[tuple[RuleKey, str]]:
    for before, after in plan.updates:
        expiry = expiry_of(before)
        if expiry and not expiry_of(after):
            yield after.key, f"  PERMANENT from now on, it was to end at {expiry.text}"


def block_of(rules: Iterable[Rule], known: Known, notes: Mapping[RuleKey, str] = MappingProxyType({})) -> str:
    """Return rules as the block of a diff, a line each, with C(notes) behind some of them."""
    # By what people read, for ids have no order.
    lines = sorted(
        (rule.key.from_port, rule.key.to_port, f"{rule_line(rule, known)}{notes.get(rule.key, '')}") for rule in rules
    )
    return block(line for _from_port, _to_port, line in lines)


def rule_values(rule: Rule, known: Known) -> Values:
    """Return one rule as a return value. C(rule_id) is V(None) while EC2 has not made the rule.

    What an inbound rule admits is its source, where an outbound one leads to its destination.
    """
    key = rule.key
    expiry = expiry_of(rule)
    return {
        "rule_id": rule.rule_id or None,
        "security_group_id": key.group_id,
        "protocol": key.protocol,
        "from_port": key.from_port,
        "to_port": key.to_port,
        "destination" if key.is_egress else "source": source_values(key.source, known),
        "description": rule.description,
        "managed": rule.is_managed,
        "tags": dict(rule.tags),
        "expires_at": expiry.text if expiry else None,
        "reason": reason_in(rule.tags),
    }


def source_values(source: Source, known: Known) -> Values:
    """Return a source as a return value, with the name of the group or prefix list that it is."""
    group = known.groups.get(source.value)
    named = group or known.prefix_lists.get(source.value)
    owner_id = source.owner_id or (group.owner_id if group else "")
    return {
        "type": source.kind,
        "value": source.value,
        "name": named.name if named else None,
        "owner_id": owner_id or None,
    }


def access_values(
    plan: CachePlan, done: Mapping[tuple[str, bool], Outcome], existing: Existing, known: Known, limit: int
) -> Values:
    """Return what was done, or would be, for one cache of the plan.

    C(done) holds the outcomes by group and by whether they are about its outbound rules.
    """
    target = plan.target
    cache = target.cache
    mine = [done[group.group_id, False] for group in target.groups if (group.group_id, False) in done]
    sources = sorted({key.group_id for key in plan.keys if key.is_egress})
    beyond = [done[group_id, True] for group_id in sources]
    status = {membership.group_id: membership.status for membership in cache.security_groups}

    def changes_of_this_cache(outcomes: Iterable[Outcome]) -> Values:
        return {
            name: [
                rule_values(rule, known)
                for outcome in outcomes
                for rule in getattr(outcome, name)
                if rule.key in plan.keys
            ]
            for name in ("added", "updated", "removed", "unchanged", "not_done")
        }

    return {
        "name": cache.name,
        "arn": cache.arn,
        "kind": cache.kind,
        "status": cache.status,
        "ports": list(target.ports),
        "vpc_id": target.groups[0].vpc_id,
        "security_group": {"id": target.group.group_id, "name": target.group.name} if target.group else None,
        "security_groups": [
            {
                "id": group.group_id,
                "name": group.name,
                "status": status[group.group_id],
                "quota": _quota_values(existing[group.group_id], done.get((group.group_id, False)), known, limit),
            }
            for group in target.groups
        ],
        "differing_members": [
            {"name": member, "security_groups": list(group_ids)} for member, group_ids in cache.differing_members
        ],
        **changes_of_this_cache(mine),
        "wider_rules": [rule_values(rule, known) for rule in plan.wider_rules],
        "still_allowed": [rule_values(rule, known) for rule in plan.still_allowed],
        "error": " ".join(f"{each.plan.group}: {each.error}" for each in (*mine, *beyond) if each.error) or None,
        **({"source_egress": changes_of_this_cache(beyond)} if target.source_egress else {}),
    }


def _quota_values(existing: Iterable[Rule], outcome: Outcome | None, known: Known, limit: int) -> Values:
    """Return how full a group is once the outcome is there."""
    rules = {rule.key: rule for rule in existing}
    if outcome:
        rules.update({rule.key: rule for rule in outcome.added})
        for gone in outcome.removed:
            rules.pop(gone.key, None)
    return usage_values(usage_of(rules.values(), known.prefix_lists), limit)


def usage_values(used: Usage, limit: int) -> Values:
    """Return how full a group is, of the rules that it may have."""
    return {"ipv4_used": used.ipv4, "ipv6_used": used.ipv6, "limit": limit}


def warnings(grants: Iterable[Grant], plan: Plan, outcomes: Iterable[Outcome], known: Known) -> list[str]:
    """Return what the user has to know besides what changed."""
    said = [
        warning
        for grant, cache_plan in zip(grants, plan.caches)
        for warning in (
            *state_warnings(cache_plan.target.cache, known.groups),
            *source_warnings(grant, cache_plan.target.cache, known),
            *_rule_warnings(cache_plan, known),
        )
    ]
    if any(outcome.removed for outcome in outcomes):
        said.append(LIVE_ON)
    return list(dict.fromkeys(said))


def _rule_warnings(plan: CachePlan, known: Known) -> Iterator[str]:
    cache = plan.target.cache
    if cache.connection_type == "public":
        yield f"Cache {cache.name!r} has a public connection, which security groups do not guard."
    for rule in plan.still_allowed:
        group = known.groups[rule.key.group_id]
        if rule.rule_id:
            why = f"rule {rule.rule_id} of {group} admits {rule_line(rule, known)} and was left, since it admits more"
            why += " than was to be revoked"
        else:
            why = f"another grant of this task adds {rule_line(rule, known)} to {group}"
        yield f"Cache {cache.name!r} can still be reached: {why}."
    for rule in plan.wider_rules if plan.target.is_purging else ():
        yield (
            f"Purging cache {cache.name!r} leaves rule {rule.rule_id} of {known.groups[rule.key.group_id]}, "
            f"{rule_line(rule, known)}, since it admits more than a port of the cache."
        )


def by_reason(failures: Iterable[tuple[str, str]], elsewhere: str) -> list[str]:
    """Return pairs of an error and a group as a sentence per error; C(elsewhere) says where those left out stand."""
    groups_of: dict[str, dict[str, None]] = {}
    for error, group in failures:
        groups_of.setdefault(error, {})[group] = None
    reasons = [f"{first_of(list(groups), _SHOWN)}: {error}" for error, groups in groups_of.items()]
    if len(reasons) > _SHOWN:
        reasons[_SHOWN:] = [f"For {len(reasons) - _SHOWN} more reasons see error in {elsewhere}."]
    return reasons


def failure_sentence(outcomes: Sequence[Outcome]) -> str:
    """Return what was not done and why, and what was done all the same."""
    reasons = by_reason(((each.error, str(each.plan.group)) for each in outcomes if each.error), "caches")
    done = sum(len(outcome.added) + len(outcome.updated) + len(outcome.removed) for outcome in outcomes)
    if not done:
        return f"{' '.join(reasons)} Nothing was changed."
    count = "1 rule was" if done == 1 else f"{done} rules were"
    where = ""
    # A group can be changed on both sides.
    groups = {outcome.plan.group.group_id for outcome in outcomes}
    if len(groups) > 1:
        changed = {outcome.plan.group.group_id for outcome in outcomes if outcome.is_changed}
        where = f", in {len(changed)} of {len(groups)} security groups"
    return f"{' '.join(reasons)} {count} changed all the same{where}, as caches says; run again to do the rest."
