# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Hops 4, 9 and 10: what the security groups at both ends say. One rule of one group is enough. Pure.

Groups are stateful: whoever may send is answered. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
"""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    ENTRIES,
    GATEWAYS,
    GROUPS,
    INTERFACES,
    RULES,
)
from ansible_collections.elasticache.access.plugins.module_utils._addresses import holds
from ansible_collections.elasticache.access.plugins.module_utils._caches import ACTIVE
from ansible_collections.elasticache.access.plugins.module_utils._crossing import NO, YES
from ansible_collections.elasticache.access.plugins.module_utils._errors import first_of
from ansible_collections.elasticache.access.plugins.module_utils._groups import DEFAULT_NAME
from ansible_collections.elasticache.access.plugins.module_utils._mends import AddressMend, grant, let_out
from ansible_collections.elasticache.access.plugins.module_utils._rules import CIDR, PREFIX_LIST, ports_text
from ansible_collections.elasticache.access.plugins.module_utils._steps import (
    BLOCKED,
    CACHE_EGRESS,
    CACHE_INGRESS,
    ENI_SG_RULES_MISMATCH,
    OK,
    REPLY,
    SG_HAS_NO_RULES,
    SG_REFERENCING_SUPPORT,
    SOURCE_EGRESS,
    UNKNOWN,
    Evidence,
    Step,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._caches import Membership
    from ansible_collections.elasticache.access.plugins.module_utils._flows import End, Flow
    from ansible_collections.elasticache.access.plugins.module_utils._mends import Sketch
    from ansible_collections.elasticache.access.plugins.module_utils._network import Network
    from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
    from ansible_collections.elasticache.access.plugins.module_utils._steps import Hop
    from ansible_collections.elasticache.access.plugins.module_utils._ways import Way

# So many rules are named in a sentence.
_SHOWN = 4


def source_egress(flow: Flow, way: Way) -> Step:
    """Return whether the groups of the source let it send to the node."""
    if flow.source.memberships is None:
        return Step(
            SOURCE_EGRESS, UNKNOWN, "Which outbound rules it is under is not known: it is outside what was read."
        )
    found = _Looked(flow.network, flow.source, flow.network.outbound, flow.port, flow.node, way.references_out)
    if found.verdict:
        return found.as_step(SOURCE_EGRESS, "lets it out")
    group_id = _first_of_its_own(flow.network, flow.source.memberships)
    to_group = way.references_out == YES and flow.node.memberships
    target = flow.node.memberships[0].group_id if to_group and flow.node.memberships else flow.node.range
    return Step(
        SOURCE_EGRESS,
        BLOCKED,
        f"No outbound rule of its {found.names} lets it send to tcp/{flow.port} of the node: "
        f"{found.instead('lead to')}.",
        found.evidence_of_groups(),
        _code(found, way),
        mend=let_out(group_id, _lacking(flow, way), target) if group_id else None,
    )


def _lacking(flow: Flow, way: Way) -> list[int]:
    """Return the ports of the cache to which the source may not send. EC2 refuses to add a rule that there is."""
    network, references = flow.network, way.references_out
    looked = {
        port: _Looked(network, flow.source, network.outbound, port, flow.node, references) for port in flow.cache.ports
    }
    return [port for port, found in looked.items() if not found.verdict]


def cache_ingress(flow: Flow, way: Way) -> Step:
    """Return whether the groups of the node let the source in on the port."""
    found = _Looked(flow.network, flow.node, flow.network.inbound, flow.port, flow.source, way.references_in)
    if found.verdict:
        return found.as_step(CACHE_INGRESS, "lets it in")
    groups = flow.node.memberships or ()
    chosen = _first_of_its_own(flow.network, groups)
    return Step(
        CACHE_INGRESS,
        BLOCKED,
        f"No inbound rule of the cache's {found.names} admits it on tcp/{flow.port}: {found.instead('admit')}."
        + (f" {way.why_no_references}" if found.cut_off and way.why_no_references else ""),
        found.evidence_of_groups(),
        _code(found, way),
        mend=_grant(flow, way, chosen if len(groups) > 1 or _is_default(flow.network, chosen) else ""),
    )


def public_connection() -> Step:
    """Return that a cache with a public connection is reached past all this."""
    # Inferred, of caches of Valkey 9 and later.
    return Step(CACHE_INGRESS, UNKNOWN, "The cache has a public connection, which goes past the VPC and its groups.")


def cache_egress() -> Step:
    """Return why outbound rules of the cache stop nothing."""
    return Step(
        CACHE_EGRESS,
        OK,
        "Security groups are stateful: replies pass whatever outbound rules the cache has.",
        direction=REPLY,
    )


def _code(found: _Looked, way: Way) -> str:
    if found.has_no_rules:
        return SG_HAS_NO_RULES
    return SG_REFERENCING_SUPPORT if found.cut_off and way.gateway_id else ENI_SG_RULES_MISMATCH


def _grant(flow: Flow, way: Way, group_id: str) -> Sketch:
    """Return the grant that is missing: to a group of the source where one can be named, else to its address."""
    memberships = flow.source.memberships
    if not memberships or way.references_in != YES:
        return AddressMend(flow.cache, group_id, flow.source.bits)
    source_id = _first_of_its_own(flow.network, memberships)
    called = str(flow.network.groups.get(source_id) or source_id)
    return grant(flow.cache, group_id, [{"security_group": source_id}], called)


def _first_of_its_own(network: Network, memberships: Iterable[Membership]) -> str:
    """Return the first group that is not the default one of its VPC, which whatever else carries; else the first."""
    group_ids = [membership.group_id for membership in memberships]
    own = [group_id for group_id in group_ids if not _is_default(network, group_id)]
    return next(iter([*own, *group_ids]), "")


def _is_default(network: Network, group_id: str) -> bool:
    group = network.groups.get(group_id)
    return group is not None and group.name == DEFAULT_NAME


class _Looked:
    """What the rules of one end say of the other end."""

    def __init__(
        self,
        network: Network,
        end: End,
        rules: Mapping[str, Sequence[Rule]],
        port: int,
        other: End,
        references: str,
    ) -> None:
        self._network = network
        self._memberships = end.memberships or ()
        self._other = other
        self._references = references
        self.port = port
        self.verdict = ""
        self.rules: list[Rule] = []
        self.about_port: list[Rule] = []
        # Rules that name a group of the other end, which cannot be named across what joins the two.
        self.cut_off: list[Rule] = []
        self.doubts: list[tuple[str, str]] = []
        self.has_no_rules = not any(rules.get(each.group_id) for each in self._memberships)
        for membership in self._memberships:
            self._look_at(membership, rules.get(membership.group_id, ()))
        if not self.rules:
            self._look_for_doubts()
        if self.rules:
            self.verdict = OK
        elif self.doubts:
            self.verdict = UNKNOWN

    def _look_at(self, membership: Membership, rules: Sequence[Rule]) -> None:
        for rule in rules:
            if not rule.covers(self.port):
                continue
            self.about_port.append(rule)
            fits = self._fits(rule)
            if fits == YES and membership.status == ACTIVE:
                self.rules.append(rule)
            elif fits == YES:
                self.doubts.append((f"rule {rule.rule_id} would, but {membership.group_id} is {membership.status}", ""))

    def _fits(self, rule: Rule) -> str:
        source = rule.key.source
        if source.kind == CIDR:
            return YES if holds(source.value, self._other.address) else NO
        if source.kind == PREFIX_LIST:
            ranges = self._network.entries.get(source.value)
            if ranges is None:
                self.doubts.append(
                    (f"what prefix list {source.value} of rule {rule.rule_id} holds is not known", ENTRIES)
                )
                return NO
            return YES if any(holds(cidr, self._other.address) for cidr in ranges) else NO
        if self._other.memberships is None:
            return self._fits_unseen(rule)
        if source.value not in {each.group_id for each in self._other.memberships}:
            return NO
        if self._references == NO:
            self.cut_off.append(rule)
            return NO
        if self._references == UNKNOWN:
            said = f"whether rule {rule.rule_id} works across what joins the two is not known"
            self.doubts.append((said, GATEWAYS))
            return NO
        return self._is_in_force(rule)

    def _is_in_force(self, rule: Rule) -> str:
        """Return whether the group that is named by a rule about the other end is in force there."""
        status = next(each.status for each in self._other.memberships or () if each.group_id == rule.key.source.value)
        if status == ACTIVE:
            return YES
        self.doubts.append((f"rule {rule.rule_id} names {rule.key.source.value}, which is {status}", ""))
        return NO

    def _fits_unseen(self, rule: Rule) -> str:
        """Doubt whether a rule means an address that is no interface which we see: a group of our own it does not."""
        home = self._network.groups.get(rule.key.group_id)
        owner_id = rule.key.source.owner_id
        is_ours = home is not None and owner_id == home.owner_id and owner_id != ""
        if self._other.can_be_ours or not is_ours:
            said = f"whether it carries {rule.key.source.value}, which rule {rule.rule_id} names, cannot be seen"
            self.doubts.append((said, INTERFACES))
        return NO

    def _look_for_doubts(self) -> None:
        hidden = [each.group_id for each in self._memberships if each.group_id not in self._network.groups]
        if RULES in self._network.denied:
            self.doubts.append(("their rules could not be read", RULES))
        elif hidden:
            denied = self._network.if_denied(GROUPS)
            self.doubts.append((f"EC2 does not show {' and '.join(hidden)}", denied))
        elif not self._memberships:
            self.doubts.append(("which security groups it carries is not told", ""))

    @property
    def names(self) -> str:
        """Return the groups as a part of a sentence."""
        word = "security group" if len(self._memberships) == 1 else "security groups"
        return f"{word} {' and '.join(self._name(each.group_id) for each in self._memberships)}"

    def _name(self, group_id: str) -> str:
        return str(self._network.groups.get(group_id) or group_id)

    def instead(self, verb: str) -> str:
        """Return what the rules for the port are about, or that there are none."""
        if self.has_no_rules:
            return "there are none at all"
        if not self.about_port:
            return "there is none for that port"
        sources = list(dict.fromkeys(self._name(rule.key.source.value) for rule in self.about_port))
        return f"those for that port {verb} {first_of(sources, _SHOWN)}"

    def evidence_of_groups(self) -> tuple[Evidence, ...]:
        """Return the groups, and those of their rules that come near."""
        groups = [Evidence(each.group_id) for each in self._memberships]
        return (*groups, *(Evidence(rule.rule_id) for rule in self.about_port[:_SHOWN]))

    def as_step(self, hop: Hop, does: str) -> Step:
        """Return the step where some rule fits, or may fit."""
        if self.verdict == OK:
            rule = self.rules[0]
            preposition = "from" if hop == CACHE_INGRESS else "to"
            said = f"Rule {self._said(rule, preposition)} {does}."
            return Step(hop, OK, said, (Evidence(rule.rule_id or rule.key.group_id),))
        reasons = list(dict.fromkeys(reason for reason, _action in self.doubts))
        action = next((action for _reason, action in self.doubts if action in self._network.denied), "")
        return Step(
            hop,
            UNKNOWN,
            f"No rule of {self.names} that could be read {does} for certain: {first_of(reasons, _SHOWN)}.",
            self.evidence_of_groups(),
            action=action,
        )

    def _said(self, rule: Rule, preposition: str) -> str:
        where = f"{preposition} {self._name(rule.key.source.value)}"
        return f"{rule.rule_id or '(planned)'} of {self._name(rule.key.group_id)} for {ports_text(rule)} {where}"
