# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, REASON
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._tags import Tags
from ansible_collections.elasticache.access.plugins.module_utils._terms import Term
from ansible_collections.elasticache.access.plugins.module_utils._wishes import (
    Target,
    Wish,
    groups_to_change,
    in_agreement,
    wishes_of,
)

from tests.unit.values import CARTS, JOBS, MANAGED, NOW, SESSIONS, WEB, key, rule, target

SHOP, ADS, PROD = ("team", "shop"), ("team", "ads"), ("env", "prod")
BOTH = (SESSIONS, CARTS)
ENDING = Term(NOW, reason="why", text="expires_in '1h'")
AT = "2026-01-31T18:00:00Z"
ENDS = ((EXPIRES_AT, AT), *MANAGED, (REASON, "why"))


def with_term(wanted: Target, term: Term) -> Target:
    return replace(wanted, sources=tuple(replace(each, term=term) for each in wanted.sources))


def wishes_for(group: SecurityGroup, targets: list[Target]) -> tuple[Wish, ...]:
    """What the targets wish for on one of their groups."""
    wished = [wish for each in targets for wish in wishes_of(each) if wish.key.group_id == group.group_id]
    return in_agreement(group, wished)


@pytest.mark.parametrize(
    ("wanted", "groups"),
    [
        pytest.param(target(groups=BOTH), (SESSIONS,), id="a grant changes the chosen group"),
        pytest.param(target(groups=BOTH, purge="managed"), BOTH, id="a careful purge changes all"),
        pytest.param(target(groups=BOTH, purge="all"), BOTH, id="a purge of all changes all"),
        pytest.param(target(groups=BOTH, is_present=False), BOTH, id="a revocation changes all"),
    ],
)
def test_which_groups_change(wanted: Target, groups: tuple[SecurityGroup, ...]) -> None:
    assert groups_to_change(wanted) == groups


@pytest.mark.parametrize(
    ("wanted", "wishes"),
    [
        pytest.param(target(), (), id="no source"),
        pytest.param(
            target((WEB.group_id, "Web"), tags=(SHOP,)),
            (Wish(key(), True, "Web", (SHOP,)),),
            id="a rule with description and tags",
        ),
        pytest.param(
            target((WEB.group_id, None), ("10.0.0.0/8", None), ports=(6380, 6379)),
            (
                Wish(key("10.0.0.0/8"), True),
                Wish(key(), True),
                Wish(key("10.0.0.0/8", "6380"), True),
                Wish(key(ports="6380"), True),
            ),
            id="every source on every port, in order",
        ),
        pytest.param(
            target((WEB.group_id, None), groups=(CARTS, SESSIONS)), (), id="nothing on a group that is not the chosen"
        ),
        pytest.param(
            target((WEB.group_id, None), groups=(CARTS, SESSIONS), is_present=False),
            (Wish(key(), False),),
            id="a revocation on every group",
        ),
        pytest.param(
            target((WEB.group_id, "Web"), is_present=False, tags=(SHOP,)),
            (Wish(key(), False),),
            id="a revocation, for which description and tags do not matter",
        ),
    ],
)
def test_what_a_grant_wishes_for_on_one_group(wanted: Target, wishes: tuple[Wish, ...]) -> None:
    assert wishes_for(SESSIONS, [wanted]) == wishes


@pytest.mark.parametrize(
    ("first", "second", "tags"),
    [
        pytest.param((), (), (), id="none"),
        pytest.param((SHOP,), (), (SHOP,), id="those of the first"),
        pytest.param((), (SHOP,), (SHOP,), id="those of the second"),
        pytest.param((SHOP,), (PROD,), (PROD, SHOP), id="those of both, in order"),
        pytest.param((PROD, SHOP), (SHOP,), (PROD, SHOP), id="one that both give"),
    ],
)
def test_a_rule_that_two_caches_want_gets_the_tags_of_both(first: Tags, second: Tags, tags: Tags) -> None:
    targets = [target((WEB.group_id, None), tags=first), target((WEB.group_id, None), name="tokens", tags=second)]
    assert wishes_for(SESSIONS, targets) == (Wish(key(), True, None, tags),)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        pytest.param(
            target((WEB.group_id, None), tags=(PROD, SHOP)),
            target((WEB.group_id, None), tags=(ADS,)),
            "sources of several grants name sg-000000000000a0001 for one rule of security group sessions "
            "(sg-0000000000000c001), with different tags; one rule has one set of tags: give both the same.",
            id="two values of one tag",
        ),
        pytest.param(
            target((WEB.group_id, "")),
            target((WEB.group_id, "Web")),
            "sources of several grants name sg-000000000000a0001 for one rule of security group sessions "
            "(sg-0000000000000c001), as '' and as 'Web'; one rule has one description: leave one out.",
            id="an empty description and another",
        ),
        pytest.param(
            with_term(target((WEB.group_id, None)), ENDING),
            target((WEB.group_id, None)),
            "sources of several grants name sg-000000000000a0001 for one rule of security group sessions "
            "(sg-0000000000000c001), with expires_in '1h' and without an end; one rule has one end: give both the "
            "same.",
            id="an end and none",
        ),
    ],
)
def test_wishes_that_contradict_each_other(first: Target, second: Target, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        wishes_for(SESSIONS, [first, second])
    assert str(caught.value) == sentence


def test_a_rule_that_two_caches_want_has_the_reason_of_either() -> None:
    one = with_term(target((WEB.group_id, None)), Term(NOW, keeps_end=True))
    other = with_term(target((WEB.group_id, None), name="tokens"), ENDING)
    assert wishes_for(SESSIONS, [one, other]) == (Wish(key(), True, None, (), ENDING),)


def test_other_tags_and_descriptions_of_other_rules_are_no_contradiction() -> None:
    targets = [
        target((WEB.group_id, "Web"), tags=(SHOP,)),
        target((JOBS.group_id, "Jobs"), tags=(ADS,)),
        target((WEB.group_id, "Shop"), tags=(ADS,), ports=(6380,)),
    ]
    assert len(wishes_for(SESSIONS, targets)) == 3


@pytest.mark.parametrize(
    ("wish", "standing", "after"),
    [
        pytest.param(Wish(key(), True), rule(description="By hand"), rule(description="By hand"), id="nothing is said"),
        pytest.param(Wish(key(), True, "Web"), rule(description="x"), rule(description="Web"), id="a description"),
        pytest.param(Wish(key(), True, ""), rule(description="x"), rule(), id="an empty description"),
        pytest.param(
            Wish(key(), True, None, (SHOP,)),
            rule(tags=(*MANAGED, PROD, ADS)),
            rule(tags=(*MANAGED, PROD, SHOP)),
            id="tags on top of those of a rule of ours",
        ),
        pytest.param(
            Wish(key(), True, "Web", (SHOP,)),
            rule(tags=(ADS,)),
            rule(description="Web", tags=(ADS,)),
            id="a description and no tags for a rule of somebody else",
        ),
        pytest.param(
            Wish(key(), True, term=ENDING),
            rule(description="Web", tags=MANAGED),
            rule(description=f"Web [until {AT}: why]", tags=ENDS),
            id="an end in the tags and echoed",
        ),
        pytest.param(
            Wish(key(), True),
            rule(description=f"Web [until {AT}: why]", tags=ENDS),
            rule(description="Web [reason: why]", tags=(*MANAGED, (REASON, "why"))),
            id="no end any more",
        ),
        pytest.param(
            Wish(key(), True, "Web", term=ENDING),
            rule(),
            rule(description="Web"),
            id="no end for a rule of somebody else",
        ),
    ],
)
def test_a_rule_as_a_wish_wants_it(wish: Wish, standing: Rule, after: Rule) -> None:
    assert wish.fulfilled_by(standing) == after


def test_a_new_rule_has_its_end_from_the_beginning() -> None:
    made = Wish(key(), True, "Web", (SHOP,), ENDING).new_rule()
    assert made == rule(rule_id="", description=f"Web [until {AT}: why]", tags=(*ENDS, SHOP))
