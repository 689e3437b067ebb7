# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What an audit finds wrong with single rules: each check is a function, and looks at what reaches one cache. Pure."""

from __future__ import annotations

import typing as t
from ipaddress import ip_network

from ansible_collections.elasticache.access.plugins.module_utils._expiry import expiry_of
from ansible_collections.elasticache.access.plugins.module_utils._findings import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    Finding,
)
from ansible_collections.elasticache.access.plugins.module_utils._redundancy import redundant
from ansible_collections.elasticache.access.plugins.module_utils._render import rule_phrase
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    ANY_ADDRESS,
    PREFIX_LIST,
    SECURITY_GROUP,
    admitting,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.elasticache.access.plugins.module_utils._findings import Yardstick
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._survey import Access, Audited, Survey


def findings_of_rules(view: Audited, survey: Survey, yardstick: Yardstick) -> Iterator[Finding]:
    """Yield what is wrong with rules that let something reach a cache."""
    for access in view.accesses:
        yield from _open_to_any_address(view, access, survey)
        yield from _wide_cidr(view, access, survey, yardstick)
        yield from _wider_rule(view, access, survey)
        yield from _stale_reference(view, access, survey)
        yield from _empty_source(view, access, survey)
        yield from _expired(view, access, survey, yardstick)
    yield from _port_not_covered(view, survey)
    yield from _redundant_rule(view, survey)


def _finding(check: str, severity: str, view: Audited, rule: Rule, message: str, fix: str) -> Finding:
    return Finding(check, severity, view.cache.name, message, fix, rule.key.group_id, (rule.rule_id,))


def _said(rule: Rule, survey: Survey) -> str:
    phrase = rule_phrase(rule, survey.known)
    return f"{phrase[0].upper()}{phrase[1:]}"


def _revoke(rule: Rule) -> str:
    """Return the command with which the AWS CLI removes a rule."""
    return (
        f"aws ec2 revoke-security-group-ingress --group-id {rule.key.group_id} --security-group-rule-ids {rule.rule_id}"
    )


def _ranges(access: Access, survey: Survey) -> tuple[str, ...]:
    """Return the address ranges that a rule admits, as far as they are known."""
    source = access.rule.key.source
    if source.kind == SECURITY_GROUP:
        return ()
    return survey.entries.get(source.value, ()) if source.kind == PREFIX_LIST else (source.value,)


def _open_to_any_address(view: Audited, access: Access, survey: Survey) -> Iterator[Finding]:
    if any(cidr in ANY_ADDRESS for cidr in _ranges(access, survey)):
        yield _finding(
            "open_to_any_address",
            CRITICAL,
            view,
            access.rule,
            f"{_said(access.rule, survey)} admits every address that has a way to the VPC.",
            f"Grant the security groups that need the cache, then remove the rule: {_revoke(access.rule)}",
        )


def _wide_cidr(view: Audited, access: Access, survey: Survey, yardstick: Yardstick) -> Iterator[Finding]:
    wide = [
        cidr
        for cidr in _ranges(access, survey)
        if cidr not in ANY_ADDRESS
        and ip_network(cidr).prefixlen < (yardstick.widest_ipv6 if ":" in cidr else yardstick.widest_ipv4)
    ]
    if wide:
        least = yardstick.widest_ipv6 if ":" in wide[0] else yardstick.widest_ipv4
        within = f" in {wide[0]}" if access.rule.key.source.kind == PREFIX_LIST else ""
        yield _finding(
            "wide_cidr",
            MEDIUM,
            view,
            access.rule,
            f"{_said(access.rule, survey)} admits {ip_network(wide[0]).num_addresses} addresses{within}; more than a "
            f"/{least} is called wide.",
            "Grant the security groups or the smaller ranges that need the cache, then remove the rule: "
            f"{_revoke(access.rule)}",
        )


def _wider_rule(view: Audited, access: Access, survey: Survey) -> Iterator[Finding]:
    key = access.rule.key
    # A range of just the ports of a serverless cache opens nothing more.
    if key.protocol == "-1" or key.to_port - key.from_port + 1 > len(access.ports):
        ports = " and ".join(map(str, view.cache.ports))
        yield _finding(
            "wider_rule",
            MEDIUM,
            view,
            access.rule,
            f"{_said(access.rule, survey)} admits more than port {ports} of the cache.",
            f"Grant its source the port of the cache alone, then remove the rule: {_revoke(access.rule)}",
        )


def _stale_reference(view: Audited, access: Access, survey: Survey) -> Iterator[Finding]:
    if access.why_stale:
        yield _finding(
            "stale_reference",
            LOW,
            view,
            access.rule,
            f"{_said(access.rule, survey)} admits nothing: {access.why_stale}.",
            f"Remove the rule, which would come alive with a new way to the group: {_revoke(access.rule)}",
        )


def _empty_source(view: Audited, access: Access, survey: Survey) -> Iterator[Finding]:
    source = access.rule.key.source
    if access.is_stale or access.members is None:
        return
    what = ""
    if source.kind == SECURITY_GROUP and not access.members.carriers:
        what = "no network interface carries that group"
    elif source.kind == PREFIX_LIST and not access.members.addresses:
        what = "that prefix list is empty"
    if what:
        yield _finding(
            "empty_source",
            LOW,
            view,
            access.rule,
            f"{_said(access.rule, survey)} admits nobody at present: {what}.",
            "Keep it for members that come and go; otherwise remove it, for whoever joins is let in: "
            f"{_revoke(access.rule)}",
        )


def _expired(view: Audited, access: Access, survey: Survey, yardstick: Yardstick) -> Iterator[Finding]:
    expiry = expiry_of(access.rule)
    if expiry is None:
        return
    if expiry.at is None:
        yield _finding(
            "expiry_unreadable",
            HIGH,
            view,
            access.rule,
            f"{_said(access.rule, survey)} is to end at {expiry.text!r}, which is no time with a zone: "
            "nothing will end it.",
            f"Correct its tag to a time such as 2026-01-31T18:00:00Z, or remove the rule: {_revoke(access.rule)}",
        )
    elif expiry.has_passed(yardstick.now):
        # That playbook leaves alone what this collection did not make.
        how = "Have the playbook elasticache.access.revoke_expired run on a schedule; or remove the rule"
        if not access.rule.is_managed:
            how = "Remove the rule"
        yield _finding(
            "expired",
            HIGH,
            view,
            access.rule,
            f"{_said(access.rule, survey)} was to end at {expiry.text}, and still stands.",
            f"{how}: {_revoke(access.rule)}",
        )


def _port_not_covered(view: Audited, survey: Survey) -> Iterator[Finding]:
    """Yield the sources that reach one port of a cache and not another, which clients need as well."""
    seen = set()
    living = [access for access in view.accesses if not access.is_stale]
    for access in living:
        for port in view.cache.ports:
            source = access.rule.key.source
            if port in access.ports or (port, source) in seen:
                continue
            seen.add((port, source))
            # Within the loop: almost no cache has such a source.
            there = [other.rule for other in living if port in other.ports]
            if not admitting(there, [source]):
                has = " and ".join(map(str, access.ports))
                yield _finding(
                    "port_not_covered",
                    MEDIUM,
                    view,
                    access.rule,
                    f"{_said(access.rule, survey)} admits its source to port {has} and no rule does to port "
                    f"{port}; clients dial both, and get slow where one does not answer.",
                    "Grant the source without ports, which opens every port of the cache.",
                )


def _redundant_rule(view: Audited, survey: Survey) -> Iterator[Finding]:
    living = [access.rule for access in view.accesses if not access.is_stale]
    for rule, by_rule in redundant(living, view.cache.lasting_groups):
        yield _finding(
            "redundant_rule",
            LOW,
            view,
            rule,
            f"{_said(rule, survey)} adds nothing: {rule_phrase(by_rule, survey.known)} admits all of it.",
            f"If the one that admits more is not meant, remove that one: {_revoke(by_rule)}; "
            f"otherwise remove this one: {_revoke(rule)}",
        )
