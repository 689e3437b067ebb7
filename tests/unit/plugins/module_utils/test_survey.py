# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import INTERFACES
from ansible_collections.elasticache.access.plugins.module_utils._references import Reference, References
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known

from tests.unit.audits import SESSIONS_CACHE, carrier, survey
from tests.unit.values import CARTS, GROUPS, KNOWN, OFFICES, OWNER, PEER, SESSIONS, VPC, WEB, cache, rule, source


def test_each_rule_that_opens_a_port_is_one_access_and_no_other_is() -> None:
    read = survey(
        rule(ports="6379", rule_id="exact"),
        rule(ports="6000-7000", rule_id="wider"),
        rule(ports="6380", rule_id="other port"),
        rule(ports="udp/6379", rule_id="other protocol"),
        rule(group=CARTS.group_id, rule_id="other group"),
    )
    [view] = read.views
    assert [(each.rule.rule_id, each.ports, each.is_exact) for each in view.accesses] == [
        ("wider", (6379,), False),
        ("exact", (6379,), True),
    ]
    assert view.groups == (SESSIONS,)


def test_a_cache_with_two_groups_and_two_ports_is_reached_through_all_of_them() -> None:
    both = cache("carts", SESSIONS, CARTS, ports=(6379, 6380))
    read = survey(rule(ports="6379-6380"), rule(ports="6380", group=CARTS.group_id), caches=[both])
    assert [access.ports for access in read.views[0].accesses] == [(6379, 6380), (6380,)]


def test_a_group_that_is_not_shown_takes_its_rules_along_and_leaves_its_members_unknown() -> None:
    read = survey(rule(), rule("10.0.0.0/8"), known=Known(groups={}))
    [view] = read.views
    assert view.groups == ()
    assert [access.members for access in view.accesses] == [None, None]


def test_members_are_seen_of_own_groups_and_of_addresses() -> None:
    read = survey(rule(), rule("10.0.0.0/8"), rule(OFFICES.list_id), entries={OFFICES.list_id: ("10.0.0.0/30",)})
    behind = {access.members_key: access.members for access in read.views[0].accesses}
    assert {key: len(members.carriers) if members else None for key, members in behind.items()} == {
        WEB.group_id: 1,
        f"{VPC} 10.0.0.0/8": 1,
        f"{VPC} {OFFICES.list_id}": 1,
    }


def test_a_list_that_could_not_be_read_has_members_that_are_not_known() -> None:
    assert survey(rule(OFFICES.list_id)).views[0].accesses[0].members is None


def test_where_interfaces_may_not_be_read_no_members_are_known() -> None:
    read = survey(rule(), rule("10.0.0.0/8"), denied=frozenset([INTERFACES]))
    assert [access.members for access in read.views[0].accesses] == [None, None]


@pytest.mark.parametrize("shown", [True, False])
def test_members_of_another_accounts_group_are_not_shown_even_where_the_group_is(shown: bool) -> None:
    groups = {**GROUPS, WEB.group_id: replace(WEB, owner_id=PEER)} if shown else {SESSIONS.group_id: SESSIONS}
    read = survey(rule(), known=replace(KNOWN, groups=groups))
    assert read.views[0].accesses[0].members is None


def test_behind_a_group_that_is_gone_there_is_nobody() -> None:
    named = rule("sg-00000000000000dead")
    named = replace(named, key=replace(named.key, source=replace(source("sg-00000000000000dead"), owner_id=OWNER)))
    for references in (References(), References({"sgr-1": Reference("", "pcx-1", "deleted")})):
        [access] = survey(named, references=references).views[0].accesses
        assert access.members is not None
        assert (access.is_stale, access.members.carriers, access.members.addresses) == (True, (), 0)


def test_whoever_carries_a_group_is_not_behind_a_rule_to_which_its_way_is_gone() -> None:
    stale = References({"sgr-1": Reference("", "pcx-1", "deleted")})
    read = survey(rule(), rule(ports="6000-7000", rule_id="sgr-2"), references=stale)
    behind = {each.rule.rule_id: (each.members_key, each.members) for each in read.views[0].accesses}
    assert {rule_id: len(members.carriers) for rule_id, (_key, members) in behind.items() if members} == {
        "sgr-1": 0,
        "sgr-2": 1,
    }
    assert behind["sgr-1"][0] != behind["sgr-2"][0]
    hidden = survey(rule(), references=stale, denied=frozenset([INTERFACES])).views[0].accesses[0]
    assert (hidden.is_stale, hidden.members) == (True, None)


def test_only_what_is_asked_about_is_looked_at() -> None:
    other = cache("carts", CARTS)
    read = survey(caches=[SESSIONS_CACHE, other], audited=(other,))
    assert [view.cache.name for view in read.views] == ["carts"]
    assert read.caches_by_group == {SESSIONS.group_id: [SESSIONS_CACHE], CARTS.group_id: [other]}


def test_interfaces_are_found_by_group() -> None:
    one = carrier(1, groups=(WEB, SESSIONS))
    assert survey(carriers=[one]).directory.by_group == {WEB.group_id: [one], SESSIONS.group_id: [one]}
