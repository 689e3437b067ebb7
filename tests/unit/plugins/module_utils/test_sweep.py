# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _sweep
from ansible_collections.elasticache.access.plugins.module_utils._done import UNSEEN
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import (
    Deadline,
    batches_of,
    ending_rules,
)
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule, parse_egress, parse_ingress
from ansible_collections.elasticache.access.plugins.module_utils._sweep import Swept, foretell_sweep, sweep
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER, merged

from tests.unit.fakes import NO_SUCH_RULE, Answer, FakeEc2
from tests.unit.values import CARTS, MANAGED, NOW, SESSIONS, WEB, outbound, rule

DEADLINE = Deadline(NOW, timedelta())
PAST, FUTURE = "2026-01-31T17:00:00Z", "2026-01-31T19:00:00Z"
DENIED = AwsError("AWS does not permit these credentials that.", "UnauthorizedOperation")
GONE = AwsError("AWS refused: there is no such group.", "InvalidGroup.NotFound")


class Region(FakeEc2):
    """Tells the rules of several groups at once."""

    def describe_security_group_rules(self, group_ids: Iterable[str]) -> list[Answer]:
        wanted = sorted(group_ids)
        self._note("describe", " ".join(wanted))
        tagged = self.describe_security_group_rules_tagged(*MARKER)
        self.calls.pop()
        return [answer for answer in tagged if answer["GroupId"] in wanted]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sweep, "pause_before", lambda _attempt: None)


def ended(number: int, group: str = SESSIONS.group_id, at: str = PAST) -> Rule:
    tags = ((EXPIRES_AT, at), *MANAGED)
    return rule(
        f"10.{number % 250}.0.0/16", rule_id=f"sgr-{number}", tags=tags, group=group, description=f"[until {at}]"
    )


def swept(ec2: Region) -> list[Swept]:
    answers = ec2.describe_security_group_rules_tagged(*MARKER)
    found = ending_rules((*parse_ingress(answers), *parse_egress(answers)), DEADLINE)
    ec2.calls.clear()
    return sweep(ec2, batches_of(found.expired), DEADLINE)


def change(ec2: Region, number: int, at: str | None, is_echoed: bool = True) -> Callable[[], None]:
    """What gives a rule another end, or with V(None) none."""

    def act() -> None:
        def changed(each: Rule) -> Rule:
            tags = MANAGED if at is None else merged(each.tags, ((EXPIRES_AT, at),))
            return replace(
                each, tags=tags, description=(f"[until {at}]" if at else "") if is_echoed else each.description
            )

        ec2.rules = [changed(each) if each.rule_id == f"sgr-{number}" else each for each in ec2.rules]

    return act


def remove(ec2: Region, number: int) -> Callable[[], None]:
    def act() -> None:
        ec2.rules = [each for each in ec2.rules if each.rule_id != f"sgr-{number}"]

    return act


def refuse(error: AwsError) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def test_each_group_and_direction_is_one_call_and_nothing_is_read_again() -> None:
    out = replace(outbound(rule_id="sgr-9", tags=((EXPIRES_AT, PAST), *MANAGED)), description="")
    lasting = [rule(tags=MANAGED, rule_id="sgr-7"), ended(8, at=FUTURE)]
    ec2 = Region([ended(1), ended(2), ended(3, CARTS.group_id), out, *lasting])
    done = swept(ec2)
    assert sorted(ec2.calls) == [
        ("revoke", SESSIONS.group_id),
        ("revoke", CARTS.group_id),
        ("revoke egress", WEB.group_id),
    ]
    assert ec2.rules == lasting
    assert sorted(each.rule_id for one in done for each in one.removed) == ["sgr-1", "sgr-2", "sgr-3", "sgr-9"]
    assert not any(one.lost or one.error for one in done)


def test_what_is_foretold_is_that_all_of_it_goes() -> None:
    batches = batches_of([ended(1), ended(2, CARTS.group_id)])
    assert foretell_sweep(batches) == [Swept(batch, batch.rules) for batch in batches]


@pytest.mark.parametrize("at", [FUTURE, None])
def test_what_is_renewed_in_the_moment_of_its_removal_is_reported(at: str | None) -> None:
    ec2 = Region([ended(1), ended(2)])
    ec2.meanwhile["revoke"] = [change(ec2, 1, at)]
    [done] = swept(ec2)
    assert [each.rule_id for each in done.removed] == ["sgr-1", "sgr-2"]
    assert [each.rule_id for each in done.lost] == ["sgr-1"]


def test_what_somebody_removes_meanwhile_is_nobodys_fault_and_the_rest_is_removed() -> None:
    ec2 = Region([ended(1), ended(2)])
    ec2.meanwhile["revoke"] = [remove(ec2, 1)]
    [done] = swept(ec2)
    assert ([each.rule_id for each in done.removed], done.error) == (["sgr-2"], "")
    assert [call for call, _about in ec2.calls] == ["revoke", "describe", "revoke"]


def test_what_is_renewed_before_the_second_attempt_stays() -> None:
    ec2 = Region([ended(1), ended(2), ended(3)])

    def others() -> None:
        remove(ec2, 1)()
        change(ec2, 2, FUTURE, is_echoed=False)()

    ec2.meanwhile["revoke"] = [others]
    [done] = swept(ec2)
    assert ([each.rule_id for each in done.removed], done.lost) == (["sgr-3"], ())
    assert [each.rule_id for each in ec2.rules] == ["sgr-2"]


def test_a_group_that_is_gone_has_taken_its_rules_with_it() -> None:
    ec2 = Region([ended(1)])
    ec2.meanwhile["revoke"] = [refuse(GONE)]
    [done] = swept(ec2)
    assert (done.removed, done.error) == ((), "")


def test_where_all_went_meanwhile_no_further_call_is_made() -> None:
    ec2 = Region([ended(1)])
    ec2.meanwhile["revoke"] = [remove(ec2, 1)]
    [done] = swept(ec2)
    assert (done.removed, done.error) == ((), "")
    assert [call for call, _about in ec2.calls] == ["revoke", "describe"]


def test_a_refusal_is_told_and_the_other_groups_are_done() -> None:
    ec2 = Region([ended(1), ended(2, CARTS.group_id)])
    ec2.concurrency = 1
    ec2.meanwhile["revoke"] = [refuse(DENIED)]
    one, other = swept(ec2)
    assert (one.removed, one.error) == ((), str(DENIED))
    assert [each.rule_id for each in other.removed] == ["sgr-2"]


def test_whoever_loses_every_race_says_so() -> None:
    ec2 = Region([ended(1)])
    ec2.meanwhile["revoke"] = [refuse(NO_SUCH_RULE)] * 10
    [done] = swept(ec2)
    assert (done.removed, done.error) == ((), str(NO_SUCH_RULE))


def many(count: int) -> list[Rule]:
    return [ended(number, f"sg-{number:017}") for number in range(count)]


def test_what_was_read_a_while_ago_is_read_again_many_groups_at_a_time() -> None:
    """And what was renewed in the meantime stays."""
    ec2 = Region(many(120))
    ec2.meanwhile["revoke"] = [change(ec2, 60, FUTURE, is_echoed=False)]
    done = swept(ec2)
    assert [call for call, _about in ec2.calls].count("describe") == 2
    assert [call for call, _about in ec2.calls].count("revoke") == 119
    assert [each.rule_id for each in ec2.rules] == ["sgr-60"]
    assert not any(one.error or one.lost for one in done)


def test_where_it_cannot_be_read_again_nothing_of_it_is_removed() -> None:
    ec2 = Region(many(120))
    ec2.meanwhile["describe"] = [refuse(DENIED)]
    done = swept(ec2)
    assert [bool(one.error) for one in done] == [False] * 50 + [True] * 50 + [False] * 20
    assert len(ec2.rules) == 50


@pytest.mark.parametrize("code", ["", "InvalidSecurityGroupRuleId.NotFound"])
def test_a_removal_whose_answer_was_lost_is_recognised(code: str) -> None:
    ec2 = Region([ended(1), ended(2)])
    revoke = ec2.revoke_security_group_ingress

    def forget(*arguments: object) -> None:
        revoke(*arguments)  # type: ignore[arg-type]
        raise AwsError("No answer.", code, may_be_done=True)

    ec2.revoke_security_group_ingress = forget  # type: ignore[method-assign, assignment]
    [done] = swept(ec2)
    assert (len(done.removed), done.error, ec2.rules) == (2, "", [])


def test_a_removal_of_which_nobody_knows_is_reported() -> None:
    ec2 = Region([ended(1)])

    def lose() -> None:
        raise AwsError("No answer.", may_be_done=True)

    ec2.meanwhile["revoke"] = [lose]
    [done] = swept(ec2)
    assert (done.removed, done.error) == ((), f"No answer.{UNSEEN}")
