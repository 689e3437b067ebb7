# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _apply
from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome, apply_plan, foretell_plan
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._plan import GroupPlan, Plan, make_plan, plan_group
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._terms import Term
from ansible_collections.elasticache.access.plugins.module_utils._times import read_time
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Wish

from tests.unit.fakes import DUPLICATE, FakeEc2
from tests.unit.values import CARTS, JOBS, MANAGED, SESSIONS, WEB, group_plan, key, missing, outbound, rule, target

WEB_RULE = rule(rule_id="sgr-web")
JOBS_RULE = rule(JOBS.group_id, rule_id="sgr-jobs")
OFFICE = rule("10.20.0.0/16", rule_id="sgr-office")
CAMPUS = rule("10.0.0.0/8", rule_id="sgr-campus")

DENIED = AwsError("AWS does not permit these credentials that.", "UnauthorizedOperation")
FULL = AwsError("AWS refused: too many rules.", "RulesPerSecurityGroupLimitExceeded")

SHOP = ("team", "shop")
ADS = ("team", "ads")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited before each further attempt; no test really waits."""
    waited: list[float] = []
    monkeypatch.setattr(_apply, "time", SimpleNamespace(sleep=waited.append))
    return waited


def present(of: Rule, description: str | None = None, *tags: tuple[str, str]) -> Wish:
    return Wish(of.key, True, description, tags)


def absent(of: Rule) -> Wish:
    return Wish(of.key, False)


def planned(ec2: FakeEc2, *wishes: Wish, group: str = SESSIONS.group_id) -> GroupPlan:
    """The plan that fulfils the wishes, given the rules that there are now."""
    owner = SESSIONS if group == SESSIONS.group_id else CARTS
    return plan_group(group=owner, caches=("c",), wishes=wishes, ports=(6379,), existing=ec2.of_group(group))


def applied(ec2: FakeEc2, *plans: GroupPlan) -> list[Outcome]:
    return apply_plan(ec2, Plan(plans, ()))


def made(of: Rule, number: int = 1, description: str = "", *tags: tuple[str, str]) -> Rule:
    """A rule that was added by us: the fake numbers the ids that it gives."""
    return Rule(of.key, f"sgr-made-{number}", description, (*MANAGED, *tags))


def planned_out(ec2: FakeEc2, *wishes: Wish) -> GroupPlan:
    """The plan that fulfils wishes for outbound rules of the web tier's group."""
    existing = [each for each in ec2.of_group(WEB.group_id) if each.key.is_egress]
    return plan_group(group=WEB, caches=("c",), wishes=wishes, ports=(6379,), existing=existing, is_egress=True)


def somebody_adds(ec2: FakeEc2, theirs: Rule) -> Callable[[], None]:
    return lambda: ec2.rules.append(theirs)


def somebody_removes(ec2: FakeEc2, theirs: Rule, by_id: bool = False) -> Callable[[], None]:
    """However the rule is by then, with C(by_id)."""

    def act() -> None:
        ec2.rules.remove(next(each for each in ec2.rules if each.rule_id == theirs.rule_id) if by_id else theirs)

    return act


def refuse(error: AwsError) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def calls(ec2: FakeEc2) -> list[str]:
    return [call for call, _group_id in ec2.calls]


def test_what_is_foretold_is_what_the_plan_says() -> None:
    updated = replace(OFFICE, description="Office")
    plan = group_plan(adds=(WEB_RULE,), updates=((OFFICE, updated),), removes=(CAMPUS,), unchanged=(JOBS_RULE,))
    assert foretell_plan(Plan((plan, group_plan()), ())) == [
        Outcome(plan, (WEB_RULE,), (updated,), (CAMPUS,), (JOBS_RULE,)),
        Outcome(group_plan(), (), (), (), ()),
    ]


@pytest.mark.parametrize(
    ("outcome", "is_changed"),
    [
        pytest.param(Outcome(group_plan(), (), (), (), (WEB_RULE,)), False, id="rules that stay are no change"),
        pytest.param(Outcome(group_plan(), (), (), (), (), "Refused."), False, id="an error is no change"),
        pytest.param(Outcome(group_plan(), (WEB_RULE,), (), (), ()), True, id="an added rule is one"),
        pytest.param(Outcome(group_plan(), (), (WEB_RULE,), (), ()), True, id="an updated rule is one"),
        pytest.param(Outcome(group_plan(), (), (), (WEB_RULE,), ()), True, id="a removed rule is one"),
    ],
)
def test_what_is_a_change(outcome: Outcome, is_changed: bool) -> None:
    assert outcome.is_changed is is_changed


def test_a_plan_that_changes_nothing_makes_no_call() -> None:
    ec2 = FakeEc2([WEB_RULE])
    plan = planned(ec2, present(WEB_RULE), absent(OFFICE))
    assert applied(ec2, plan) == [Outcome(plan, (), (), (), (WEB_RULE,))]
    assert ec2.calls == []


def test_rules_are_added_and_edited_and_seen_to_stand_before_others_go() -> None:
    ec2 = FakeEc2([OFFICE, CAMPUS, JOBS_RULE])
    plan = planned(ec2, absent(CAMPUS), present(OFFICE, "Office"), present(WEB_RULE, "Web"), present(JOBS_RULE))
    updated = replace(OFFICE, description="Office")
    added = made(WEB_RULE, 1, "Web")
    assert applied(ec2, plan) == [Outcome(plan, (added,), (updated,), (CAMPUS,), (JOBS_RULE,))]
    assert calls(ec2) == ["authorize", "update", "describe", "revoke"]
    assert ec2.rules == [updated, JOBS_RULE, added]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        pytest.param(present(WEB_RULE), ["authorize"], id="where nothing goes"),
        pytest.param(absent(OFFICE), ["revoke"], id="where nothing comes"),
        pytest.param(present(OFFICE, "Office"), ["update"], id="where a description changes"),
    ],
)
def test_nothing_is_read_back(wish: Wish, expected: list[str]) -> None:
    ec2 = FakeEc2([OFFICE])
    applied(ec2, planned(ec2, wish))
    assert calls(ec2) == expected


def test_many_rules_of_a_kind_are_one_call() -> None:
    ec2 = FakeEc2([OFFICE, CAMPUS])
    plan = planned(ec2, present(WEB_RULE), present(JOBS_RULE), absent(OFFICE), absent(CAMPUS))
    (outcome,) = applied(ec2, plan)
    assert ([rule.rule_id for rule in outcome.added], outcome.removed) == (
        ["sgr-made-1", "sgr-made-2"],
        (CAMPUS, OFFICE),
    )
    assert calls(ec2) == ["authorize", "describe", "revoke"]


def test_rules_with_the_same_tags_are_added_in_one_call() -> None:
    ec2 = FakeEc2()
    plan = planned(ec2, present(CAMPUS, None, SHOP), present(OFFICE), present(WEB_RULE, None, SHOP))
    (outcome,) = applied(ec2, plan)
    assert calls(ec2) == ["authorize", "authorize"]
    assert {rule.key: rule.tags for rule in ec2.rules} == {
        CAMPUS.key: (*MANAGED, SHOP),
        OFFICE.key: MANAGED,
        WEB_RULE.key: (*MANAGED, SHOP),
    }
    assert sorted(outcome.added, key=lambda rule: rule.key) == sorted(ec2.rules, key=lambda rule: rule.key)


def test_tags_that_a_rule_of_ours_lacks_are_set_in_place_and_no_others() -> None:
    ours = replace(OFFICE, tags=(*MANAGED, ("env", "prod"), ADS))
    ec2 = FakeEc2([ours])
    plan = planned(ec2, present(OFFICE, None, ("env", "prod"), SHOP))
    after = replace(ours, tags=(*MANAGED, ("env", "prod"), SHOP))
    assert applied(ec2, plan) == [Outcome(plan, (), (after,), (), ())]
    assert (ec2.calls, ec2.rules) == ([("tag", "team=shop")], [after])


def test_description_and_tags_of_a_rule_are_two_calls_and_one_update() -> None:
    ours = replace(OFFICE, tags=MANAGED)
    ec2 = FakeEc2([ours])
    plan = planned(ec2, present(OFFICE, "Office", SHOP))
    after = replace(ours, description="Office", tags=(*MANAGED, SHOP))
    assert applied(ec2, plan) == [Outcome(plan, (), (after,), (), ())]
    assert (calls(ec2), ec2.rules) == (["tag", "update"], [after])


def test_rules_that_get_the_same_tags_get_them_in_one_call() -> None:
    ec2 = FakeEc2(
        [replace(OFFICE, tags=MANAGED), replace(CAMPUS, tags=(*MANAGED, ADS)), replace(WEB_RULE, tags=MANAGED)]
    )
    plan = planned(ec2, present(OFFICE, None, SHOP), present(CAMPUS, None, SHOP), present(WEB_RULE, None, ADS))
    (outcome,) = applied(ec2, plan)
    assert sorted(ec2.calls) == [("tag", "team=ads"), ("tag", "team=shop")]
    assert {rule.rule_id for rule in outcome.updated} == {"sgr-office", "sgr-campus", "sgr-web"}


def test_where_a_description_is_refused_the_tags_are_told_of_as_changed() -> None:
    ours = replace(OFFICE, tags=MANAGED)
    ec2 = FakeEc2([ours])
    ec2.meanwhile["update"] = [refuse(DENIED)]
    plan = planned(ec2, present(OFFICE, "Office", SHOP))
    (outcome,) = applied(ec2, plan)
    assert outcome.updated == (replace(ours, tags=(*MANAGED, SHOP)),)
    assert outcome.error == str(DENIED)


AT, LATER = "2026-01-31T18:00:00Z", "2026-01-31T19:00:00Z"


def ending(of: Rule, at: str | None, description: str | None = None) -> Rule:
    """A rule of ours that ends, or with V(None) does not."""
    tags = MANAGED if at is None else ((EXPIRES_AT, at), *MANAGED)
    return replace(of, tags=tags, description=description if description is not None else f"[until {at}]" if at else "")


def until(of: Rule, at: str | None) -> Wish:
    return Wish(of.key, True, term=Term(read_time(at) if at else None))


def test_another_end_is_set_in_place_and_seen_to_stand() -> None:
    ec2 = FakeEc2([ending(OFFICE, AT), ending(CAMPUS, AT)])
    plan = planned(ec2, until(OFFICE, LATER), until(CAMPUS, LATER))
    after = (ending(CAMPUS, LATER), ending(OFFICE, LATER))
    assert applied(ec2, plan) == [Outcome(plan, (), after, (), ())]
    assert ec2.calls == [
        ("tag", f"{EXPIRES_AT}={LATER}"),
        ("update", SESSIONS.group_id),
        ("describe", SESSIONS.group_id),
    ]
    assert set(ec2.rules) == set(after)


def test_an_end_is_taken_off_where_it_is_still_the_one_that_was_read() -> None:
    ec2 = FakeEc2([ending(OFFICE, AT)])
    plan = planned(ec2, until(OFFICE, None))
    assert applied(ec2, plan) == [Outcome(plan, (), (ending(OFFICE, None),), (), ())]
    assert [call for call, _about in ec2.calls] == ["untag", "update", "describe"]
    assert ec2.calls[0] == ("untag", f"{EXPIRES_AT}={AT}")


def test_an_end_that_was_moved_from_a_tag_that_ours_replaces_takes_both_calls() -> None:
    ec2 = FakeEc2([replace(ending(OFFICE, AT), description="x")])
    plan = planned(ec2, Wish(OFFICE.key, True, "Office", (SHOP,)))
    after = replace(OFFICE, description="Office", tags=(*MANAGED, SHOP))
    assert applied(ec2, plan) == [Outcome(plan, (), (after,), (), ())]
    assert [call for call, _about in ec2.calls] == ["tag", "untag", "update", "describe"]


@pytest.mark.parametrize("call", ["tag", "update", "describe"])
def test_a_rule_that_goes_while_it_is_renewed_is_there_with_its_new_end(call: str) -> None:
    ec2 = FakeEc2([ending(OFFICE, AT)])
    ec2.meanwhile[call] = [somebody_removes(ec2, ending(OFFICE, None), by_id=True)]
    plan = planned(ec2, until(OFFICE, LATER))
    (outcome,) = applied(ec2, plan)
    assert outcome.error == ""
    assert [(each.key, each.tags) for each in ec2.rules] == [(OFFICE.key, ending(OFFICE, LATER).tags)]
    assert ([each.key for each in outcome.added], outcome.updated) == ([OFFICE.key], ())


def test_an_end_that_somebody_moves_at_the_same_time_is_set_again() -> None:
    """Taken off as well: DeleteTags does nothing about a value that it was not told."""
    for wanted in (LATER, None):
        ec2 = FakeEc2([ending(OFFICE, AT)])

        def somebody_renews(ec2: FakeEc2 = ec2) -> None:
            ec2.rules = [ending(OFFICE, "2026-02-01T00:00:00Z")]

        ec2.meanwhile["describe" if wanted else "untag"] = [somebody_renews]
        (outcome,) = applied(ec2, planned(ec2, until(OFFICE, wanted)))
        assert (outcome.error, outcome.updated) == ("", (ending(OFFICE, wanted),))
        assert ec2.rules == [ending(OFFICE, wanted)]


def test_what_does_not_move_an_end_is_not_read_back() -> None:
    ec2 = FakeEc2([ending(OFFICE, AT)])
    applied(ec2, planned(ec2, Wish(OFFICE.key, True, "Office", term=Term(read_time(AT)))))
    assert [call for call, _about in ec2.calls] == ["update"]


def test_outbound_rules_have_an_end_as_well() -> None:
    ec2 = FakeEc2([ending(OUT, AT)])
    plan = planned_out(ec2, until(OUT, LATER))
    assert applied(ec2, plan) == [Outcome(plan, (), (ending(OUT, LATER),), (), ())]
    assert [call for call, _about in ec2.calls] == ["tag", "update egress", "describe"]


OUT, OUT_TO_CARTS = outbound(rule_id="sgr-1"), outbound(CARTS.group_id, rule_id="sgr-2", tags=MANAGED)


def test_outbound_rules_are_made_and_go_by_calls_of_their_own() -> None:
    same_but_inbound = rule(SESSIONS.group_id, group=WEB.group_id, rule_id="sgr-in")
    ec2 = FakeEc2([OUT_TO_CARTS, same_but_inbound])
    plan = planned_out(ec2, present(OUT, None, SHOP), absent(OUT_TO_CARTS))
    assert applied(ec2, plan) == [Outcome(plan, (made(OUT, 1, "", SHOP),), (), (OUT_TO_CARTS,), ())]
    assert calls(ec2) == ["authorize egress", "describe", "revoke egress"]
    assert ec2.rules == [same_but_inbound, made(OUT, 1, "", SHOP)]


def test_when_somebody_was_first_with_outbound_rules_they_are_left_as_they_are() -> None:
    ec2 = FakeEc2([OUT_TO_CARTS])
    ec2.meanwhile["authorize egress"] = [somebody_adds(ec2, OUT)]
    ec2.meanwhile["revoke egress"] = [somebody_removes(ec2, OUT_TO_CARTS)]
    plan = planned_out(ec2, present(OUT), absent(OUT_TO_CARTS))
    assert applied(ec2, plan) == [Outcome(plan, (), (), (), (OUT,))]
    assert calls(ec2) == ["authorize egress", "describe", "revoke egress", "describe"]


def test_one_group_can_be_changed_on_both_sides_at_once() -> None:
    inwards, outwards = rule(WEB.group_id, group=WEB.group_id), outbound(WEB.group_id)
    ec2 = FakeEc2()
    inbound_plan = replace(planned(ec2, present(inwards), group=WEB.group_id), group=WEB)
    plans = [inbound_plan, planned_out(ec2, present(outwards))]
    done = applied(ec2, *plans)
    assert [[each.key for each in outcome.added] for outcome in done] == [[inwards.key], [outwards.key]]
    assert {each.key for each in ec2.rules} == {inwards.key, outwards.key}


def test_a_rule_that_the_answer_leaves_out_is_added_without_an_id() -> None:
    class Silent(FakeEc2):
        def authorize_security_group_ingress(self, *_arguments: object, **_more: object) -> list[object]:  # type: ignore[override]
            return []

    ec2 = Silent()
    plan = planned(ec2, present(WEB_RULE))
    assert applied(ec2, plan) == [Outcome(plan, (Rule(WEB_RULE.key, "", "", MANAGED),), (), (), ())]


def test_when_somebody_was_first_to_add_one_rule_the_others_are_added() -> None:
    ec2 = FakeEc2()
    ec2.meanwhile["authorize"] = [somebody_adds(ec2, WEB_RULE)]
    plan = planned(ec2, present(WEB_RULE), present(JOBS_RULE))
    assert applied(ec2, plan) == [Outcome(plan, (made(JOBS_RULE, 3),), (), (), (WEB_RULE,))]
    assert calls(ec2) == ["authorize", "describe", "authorize"]


def test_when_somebody_was_first_to_add_every_rule_nothing_is_left_to_add() -> None:
    ec2 = FakeEc2()
    ec2.meanwhile["authorize"] = [somebody_adds(ec2, WEB_RULE)]
    plan = planned(ec2, present(WEB_RULE))
    assert applied(ec2, plan) == [Outcome(plan, (), (), (), (WEB_RULE,))]
    assert calls(ec2) == ["authorize", "describe"]


def test_when_somebody_adds_a_rule_with_another_description_it_gets_ours() -> None:
    ec2 = FakeEc2()
    ec2.meanwhile["authorize"] = [somebody_adds(ec2, replace(WEB_RULE, description="Theirs"))]
    plan = planned(ec2, present(WEB_RULE, "Ours"))
    assert applied(ec2, plan) == [Outcome(plan, (), (replace(WEB_RULE, description="Ours"),), (), ())]
    assert calls(ec2) == ["authorize", "describe", "update"]


def test_when_somebody_was_first_to_remove_one_rule_the_others_are_removed() -> None:
    ec2 = FakeEc2([OFFICE, CAMPUS])
    ec2.meanwhile["revoke"] = [somebody_removes(ec2, OFFICE)]
    plan = planned(ec2, absent(OFFICE), absent(CAMPUS))
    assert applied(ec2, plan) == [Outcome(plan, (), (), (CAMPUS,), ())]
    assert calls(ec2) == ["revoke", "describe", "revoke"]


def test_when_somebody_was_first_to_remove_every_rule_nothing_is_left_to_remove() -> None:
    ec2 = FakeEc2([OFFICE])
    ec2.meanwhile["revoke"] = [somebody_removes(ec2, OFFICE)]
    plan = planned(ec2, absent(OFFICE))
    assert applied(ec2, plan) == [Outcome(plan, (), (), (), ())]
    assert calls(ec2) == ["revoke", "describe"]


def test_when_a_rule_that_was_to_be_described_is_gone_it_is_added() -> None:
    ec2 = FakeEc2([OFFICE])
    ec2.meanwhile["update"] = [somebody_removes(ec2, OFFICE)]
    plan = planned(ec2, present(OFFICE, "Office"))
    assert applied(ec2, plan) == [Outcome(plan, (made(OFFICE, 1, "Office"),), (), (), ())]
    assert calls(ec2) == ["update", "describe", "authorize"]


def test_what_was_done_before_a_race_is_told_once_and_not_done_again() -> None:
    ec2 = FakeEc2([OFFICE, CAMPUS])
    ec2.meanwhile["revoke"] = [somebody_removes(ec2, CAMPUS)]
    plan = planned(ec2, present(WEB_RULE), present(OFFICE, "Office"), absent(CAMPUS))
    updated = replace(OFFICE, description="Office")
    assert applied(ec2, plan) == [Outcome(plan, (made(WEB_RULE),), (updated,), (), ())]
    assert calls(ec2) == ["authorize", "update", "describe", "revoke", "describe"]


def test_a_rule_that_somebody_removes_right_after_it_was_added_is_told_of_once() -> None:
    ec2 = FakeEc2([OFFICE, CAMPUS])
    ec2.meanwhile["revoke"] = [lambda: setattr(ec2, "rules", [CAMPUS])]
    plan = planned(ec2, present(WEB_RULE), absent(OFFICE), absent(CAMPUS))
    assert applied(ec2, plan) == [Outcome(plan, (made(WEB_RULE, 2),), (), (CAMPUS,), ())]


def test_a_rule_that_is_edited_and_then_removed_by_somebody_is_told_of_as_added_again() -> None:
    ec2 = FakeEc2([OFFICE, CAMPUS])
    plan = planned(ec2, present(OFFICE, "Office"), absent(CAMPUS))
    ec2.meanwhile["revoke"] = [lambda: setattr(ec2, "rules", [])]
    assert applied(ec2, plan) == [Outcome(plan, (made(OFFICE, 1, "Office"),), (), (), ())]


def test_what_was_done_is_told_in_one_order() -> None:
    ec2 = FakeEc2()
    (outcome,) = applied(ec2, planned(ec2, present(WEB_RULE), present(CAMPUS, None, SHOP), present(OFFICE)))
    assert list(outcome.added) == sorted(outcome.added, key=lambda rule: rule.key)


def test_a_race_that_never_ends_is_given_up_after_ten_attempts() -> None:
    ec2 = FakeEc2()
    ec2.meanwhile["authorize"] = [refuse(DUPLICATE)] * 10
    plan = planned(ec2, present(WEB_RULE))
    assert applied(ec2, plan) == [Outcome(plan, (), (), (), (), "AWS refused: there is such a rule.")]
    assert calls(ec2) == ["authorize", *["describe", "authorize"] * 9]


@pytest.mark.parametrize(
    ("refused", "outcome"),
    [
        pytest.param("authorize", ((), (), ()), id="refused additions leave everything as it is"),
        pytest.param("update", ((made(WEB_RULE),), (), ()), id="refused descriptions leave the additions"),
        pytest.param(
            "revoke",
            ((made(WEB_RULE),), (replace(OFFICE, description="Office"),), ()),
            id="refused removals leave additions and descriptions",
        ),
    ],
)
def test_a_refusal_ends_the_group_and_tells_what_was_done(refused: str, outcome: tuple[tuple[Rule, ...], ...]) -> None:
    ec2 = FakeEc2([OFFICE, CAMPUS, JOBS_RULE])
    ec2.meanwhile[refused] = [refuse(DENIED)]
    plan = planned(ec2, present(WEB_RULE), present(OFFICE, "Office"), absent(CAMPUS), present(JOBS_RULE))
    added, updated, removed = outcome
    assert applied(ec2, plan) == [
        Outcome(plan, added, updated, removed, (JOBS_RULE,), "AWS does not permit these credentials that.")
    ]
    assert calls(ec2)[-1] == refused


def test_a_refusal_to_read_again_ends_the_group_and_tells_what_was_done() -> None:
    ec2 = FakeEc2([CAMPUS])
    ec2.meanwhile["revoke"] = [somebody_removes(ec2, CAMPUS)]
    ec2.meanwhile["describe"] = [lambda: None, refuse(DENIED)]
    plan = planned(ec2, present(WEB_RULE), absent(CAMPUS))
    assert applied(ec2, plan) == [
        Outcome(plan, (made(WEB_RULE),), (), (), (), "AWS does not permit these credentials that.")
    ]


def test_where_rules_do_not_fit_nothing_is_removed_and_the_sentence_says_what_helps() -> None:
    ec2 = FakeEc2([OFFICE])
    ec2.meanwhile["authorize"] = [refuse(FULL)]
    (outcome,) = applied(ec2, planned(ec2, present(WEB_RULE), absent(OFFICE)))
    assert missing([str(FULL), "rules_per_security_group"], outcome.error) == []
    assert (calls(ec2), ec2.rules) == (["authorize"], [OFFICE])


def test_nothing_is_removed_before_what_was_added_shows() -> None:
    ec2 = FakeEc2([OFFICE], lag=1)
    plan = planned(ec2, present(WEB_RULE), absent(OFFICE))
    assert applied(ec2, plan) == [Outcome(plan, (made(WEB_RULE),), (), (OFFICE,), ())]
    # The first answer came too early, the second shows that nothing is left to add, the third allows to go on.
    assert calls(ec2) == ["authorize", "describe", "describe", "describe", "revoke"]


def test_what_was_added_and_does_not_show_is_no_race_that_adds_it_twice() -> None:
    ec2 = FakeEc2([OFFICE], lag=3)
    plan = planned(ec2, present(WEB_RULE), absent(OFFICE))
    assert applied(ec2, plan) == [Outcome(plan, (made(WEB_RULE),), (), (OFFICE,), ())]
    assert [rule.key for rule in ec2.rules] == [WEB_RULE.key]


def test_where_what_was_added_never_shows_nothing_is_removed() -> None:
    class Blind(FakeEc2):
        """EC2 takes a rule that it does not show a second time, without a word."""

        def authorize_security_group_ingress(self, *_arguments: Any) -> list[Any]:
            self._note("authorize", SESSIONS.group_id)
            self._made += 1
            return []

    ec2 = Blind([OFFICE])
    (outcome,) = applied(ec2, planned(ec2, present(WEB_RULE), absent(OFFICE)))
    assert missing(["does not show", "nothing was removed", "run again"], outcome.error) == []
    assert (outcome.removed, ec2.rules, "revoke" in calls(ec2)) == ((), [OFFICE], False)


def test_a_rule_that_comes_meanwhile_is_not_purged_though_it_is_read_again() -> None:
    theirs = rule("10.99.0.0/16", rule_id="sgr-theirs")
    ec2 = FakeEc2([OFFICE, CAMPUS])
    ec2.meanwhile["revoke"] = [somebody_removes(ec2, OFFICE)]
    ec2.meanwhile["authorize"] = [somebody_adds(ec2, theirs)]
    wanted = target((WEB.group_id, None), purge="all", allow_large_purge=True)
    plan = make_plan([wanted], {SESSIONS.group_id: ec2.rules})
    (outcome,) = apply_plan(ec2, plan)
    assert outcome.removed == (CAMPUS,)
    assert [each.rule_id for each in ec2.rules] == ["sgr-theirs", "sgr-made-1"]


def test_the_pauses_before_further_attempts_grow_and_differ_from_run_to_run(pauses: list[float]) -> None:
    ec2 = FakeEc2()
    ec2.meanwhile["authorize"] = [refuse(DUPLICATE)] * 10
    applied(ec2, planned(ec2, present(WEB_RULE)))
    assert len(pauses) == 9
    assert all(0 <= pause <= min(0.25 * 2 ** (number + 1), 4) for number, pause in enumerate(pauses))


def test_the_first_attempt_waits_for_nothing(pauses: list[float]) -> None:
    ec2 = FakeEc2([OFFICE])
    applied(ec2, planned(ec2, present(WEB_RULE), absent(OFFICE)))
    assert pauses == []


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param({"authorize": [refuse(DENIED)]}, id="to change"),
        pytest.param({"authorize": [refuse(DUPLICATE)], "describe": [refuse(DENIED)]}, id="to read again"),
    ],
)
def test_a_group_that_fails_does_not_stop_another(failing: dict[str, list[Callable[[], None]]]) -> None:
    class Guarded(FakeEc2):
        """Only the first group fails, whichever of the two comes first."""

        def _note(self, call: str, about: str) -> None:
            self.calls.append((call, about))
            if about == SESSIONS.group_id and self.meanwhile.get(call):
                self.meanwhile[call].pop(0)()

    ec2 = Guarded()
    ec2.meanwhile.update({call: list(acts) for call, acts in failing.items()})
    in_carts = Rule(key(WEB.group_id, group=CARTS.group_id))
    first = planned(ec2, present(WEB_RULE))
    second = planned(ec2, present(in_carts), group=CARTS.group_id)
    failed, done = applied(ec2, first, second)
    assert failed == Outcome(first, (), (), (), (), "AWS does not permit these credentials that.")
    assert (done.plan, [rule.key for rule in done.added], done.error) == (second, [in_carts.key], "")


class Forgetful(FakeEc2):
    """Carries out the next call of a kind, and answers with these errors, of which the last one ends the run."""

    def __init__(self, *rules: Rule, lag: int = 0, **lost: AwsError) -> None:
        super().__init__(rules, lag)
        self.lost = lost

    def _done(self, call: str) -> None:
        error = self.lost.pop(call, None)
        if error:
            raise error

    def _add(self, call: str, *arguments: Any) -> Any:
        answer = super()._add(call, *arguments)
        self._done(call)
        return answer

    def _remove(self, call: str, *arguments: Any) -> Any:
        answer = super()._remove(call, *arguments)
        self._done(call)
        return answer

    def _edit(self, call: str, *arguments: Any) -> None:
        super()._edit(call, *arguments)
        self._done(call)


LOST = AwsError("No answer.", may_be_done=True)
# What the attempt after the one that was carried out is told.
THERE = AwsError("There is such a rule.", "InvalidPermission.Duplicate", may_be_done=True)
GONE = AwsError("There is no such rule.", "InvalidSecurityGroupRuleId.NotFound", may_be_done=True)


@pytest.mark.parametrize("error", [LOST, THERE])
@pytest.mark.parametrize("lag", [0, 1])
def test_an_addition_whose_answer_was_lost_is_ours_and_not_made_again(error: AwsError, lag: int) -> None:
    if error is LOST and lag:
        pytest.skip("what does not show when nothing more is tried is not known")
    ec2 = Forgetful(lag=lag, authorize=error)
    [outcome] = applied(ec2, planned(ec2, present(OFFICE)))
    assert (outcome.error, outcome.added, outcome.is_changed) == ("", (made(OFFICE),), True)
    assert ec2.rules == [made(OFFICE)]


@pytest.mark.parametrize("error", [LOST, GONE])
def test_a_removal_whose_answer_was_lost_is_ours(error: AwsError) -> None:
    ec2 = Forgetful(OFFICE, revoke=error)
    [outcome] = applied(ec2, planned(ec2, absent(OFFICE)))
    assert (outcome.error, outcome.removed, outcome.is_changed) == ("", (OFFICE,), True)


def test_an_edit_whose_answer_was_lost_is_ours() -> None:
    ec2 = Forgetful(OFFICE, update=LOST)
    [outcome] = applied(ec2, planned(ec2, present(OFFICE, "The office")))
    assert (outcome.error, outcome.updated) == ("", (replace(OFFICE, description="The office"),))


def test_it_is_said_where_what_became_of_a_call_does_not_show() -> None:
    ec2 = Forgetful(lag=9, authorize=LOST)
    [outcome] = applied(ec2, planned(ec2, present(OFFICE)))
    assert missing(["No answer.", "could not be seen"], outcome.error) == []
    assert (outcome.added, [each.key for each in outcome.not_done]) == ((), [OFFICE.key])


def test_what_is_left_to_do_after_a_lost_answer_is_said() -> None:
    """The addition was made, what was to go is still there."""
    ec2 = Forgetful(CAMPUS, authorize=LOST)
    [outcome] = applied(ec2, planned(ec2, present(OFFICE), absent(CAMPUS)))
    assert (outcome.error, outcome.added, outcome.not_done) == ("No answer.", (made(OFFICE),), (CAMPUS,))


def test_a_rule_that_was_edited_halfway_is_both_updated_and_not_done() -> None:
    ours = replace(OFFICE, tags=MANAGED)
    ec2 = FakeEc2([ours])

    def refuse() -> None:
        raise DENIED

    ec2.meanwhile["update"] = [refuse]
    [outcome] = applied(ec2, planned(ec2, present(ours, "The office", SHOP)))
    assert [each.key for each in outcome.updated] == [each.key for each in outcome.not_done] == [OFFICE.key]
