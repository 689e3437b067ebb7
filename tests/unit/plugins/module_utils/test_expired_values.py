# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import Batch, EndingRules
from ansible_collections.elasticache.access.plugins.module_utils._expired_values import (
    ending_values,
    sweep_diff,
    sweep_failure,
    sweep_values,
    unreadable_warnings,
)
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT, REASON
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
from ansible_collections.elasticache.access.plugins.module_utils._sweep import Swept

from tests.unit.values import CARTS, JOBS, KNOWN, MANAGED, SESSIONS, WEB, outbound, rule

AT, LATER = "2026-01-31T18:00:00Z", "2026-02-01T00:00:00Z"


def ending(number: int, group: str = SESSIONS.group_id, text: str = AT, admitted: str = WEB.group_id) -> Rule:
    tags = ((EXPIRES_AT, text), *MANAGED, (REASON, "why"))
    return rule(admitted, rule_id=f"sgr-{number}", tags=tags, group=group, description=f"[until {text}: why]")


def batch(*rules: Rule) -> Batch:
    return Batch(rules[0].key.group_id, rules[0].key.is_egress, rules)


def ids(values: Sequence[dict[str, object]]) -> list[object]:
    return [each["rule_id"] for each in values]


ONE, TWO, THREE = ending(1), ending(2, admitted=JOBS.group_id), ending(3, CARTS.group_id)
PENDING, GARBAGE = ending(4, text=LATER, admitted="10.0.0.0/8"), ending(5, CARTS.group_id, "soon", "10.0.0.0/8")
FOUND = EndingRules((ONE, TWO, THREE), (PENDING,), (GARBAGE,))


def test_a_rule_comes_with_its_end_its_reason_and_the_name_of_its_group() -> None:
    values = ending_values(ONE, KNOWN)
    assert {name: values[name] for name in ("rule_id", "security_group_name", "expires_at", "reason", "managed")} == {
        "rule_id": "sgr-1",
        "security_group_name": "sessions",
        "expires_at": AT,
        "reason": "why",
        "managed": True,
    }
    assert ending_values(ONE, Known())["security_group_name"] is None


def test_each_rule_is_in_the_lists_that_it_belongs_to() -> None:
    swept = [Swept(batch(ONE, TWO), (ONE, TWO), (TWO,)), Swept(batch(THREE), error="Refused.")]
    values = sweep_values(FOUND, swept, KNOWN)
    assert {name: ids(listed) for name, listed in values.items()} == {
        "expired": ["sgr-1", "sgr-2", "sgr-3"],
        "pending": ["sgr-4"],
        "unreadable": ["sgr-5"],
        "removed": ["sgr-1", "sgr-2"],
        "renewed_meanwhile": ["sgr-2"],
        "not_done": ["sgr-3"],
    }
    assert values["not_done"][0]["error"] == "Refused."


def test_the_diff_shows_what_goes_and_what_else_has_an_end() -> None:
    out = outbound(rule_id="sgr-6", tags=((EXPIRES_AT, AT), *MANAGED))
    inbound, outward = sweep_diff([batch(ONE), batch(out)], FOUND, KNOWN)
    assert inbound == {
        "before_header": f"rules with an end of security group sessions ({SESSIONS.group_id})",
        "after_header": f"rules with an end of security group sessions ({SESSIONS.group_id})",
        "before": f' tcp/6379  10.0.0.0/8  "[until {LATER}: why]"\n'
        f' tcp/6379  app-web ({WEB.group_id})  "[until {AT}: why]"\n',
        "after": f' tcp/6379  10.0.0.0/8  "[until {LATER}: why]"\n',
    }
    assert outward == {
        "before_header": f"outbound rules with an end of security group app-web ({WEB.group_id})",
        "after_header": f"outbound rules with an end of security group app-web ({WEB.group_id})",
        "before": f" tcp/6379  to sessions ({SESSIONS.group_id})  until {AT}\n",
        "after": "",
    }


def test_where_nothing_went_wrong_there_is_nothing_to_say() -> None:
    assert sweep_failure([Swept(batch(ONE), (ONE,))], KNOWN) == ""
    assert sweep_failure([], KNOWN) == ""


def test_what_was_not_removed_is_said_with_the_reason_and_what_was() -> None:
    swept = [
        Swept(batch(ONE, TWO), error="Refused."),
        Swept(batch(outbound(group=SESSIONS.group_id)), error="Refused."),
        Swept(batch(THREE), (THREE,)),
    ]
    assert sweep_failure(swept, KNOWN) == (
        f"sessions ({SESSIONS.group_id}): Refused. 1 of 4 expired rules were removed; run again to do the rest."
    )


def test_of_many_reasons_the_first_ones_are_said() -> None:
    swept = [Swept(batch(ending(n, f"sg-{n}")), error=f"Refused {n}.") for n in range(7)]
    failure = sweep_failure(swept, KNOWN)
    assert "Refused 4." in failure
    assert "Refused 5." not in failure
    assert failure.endswith(
        "For 2 more reasons see error in not_done. 0 of 7 expired rules were removed; run again to do the rest."
    )


def test_access_that_was_lost_is_named() -> None:
    assert sweep_failure([Swept(batch(ONE), (ONE,), (ONE,))], KNOWN) == (
        "Access was lost that somebody renewed just as it was removed: rule sgr-1 for tcp/6379 from app-web "
        f"({WEB.group_id}) in sessions ({SESSIONS.group_id}); grant it again."
    )
    many = tuple(ending(number) for number in range(7))
    assert sweep_failure([Swept(batch(*many), many, many)], KNOWN).endswith("For 2 more see renewed_meanwhile.")


def test_who_has_a_tag_that_says_no_time_is_told_how_to_mend_it() -> None:
    assert list(unreadable_warnings(FOUND, Known())) == [
        "The tag elasticache.access:expires_at of rule sgr-5 for tcp/6379 from 10.0.0.0/8 in "
        f"{CARTS.group_id} is 'soon', which is no time with a zone: the rule was left alone, and nothing will end it; "
        "correct the tag to a time such as 2026-01-31T18:00:00Z, or revoke the access."
    ]
