# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._plan import make_plan
from ansible_collections.elasticache.access.plugins.module_utils._purge import check_brake, purged_rules
from ansible_collections.elasticache.access.plugins.module_utils._rules import Rule
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Target

from tests.unit.values import CARTS, MANAGED, OFFICES, SESSIONS, WEB, missing, rule, target

OURS = rule("10.1.0.0/16", rule_id="sgr-ours", tags=MANAGED)
THEIRS = rule("10.2.0.0/16", rule_id="sgr-theirs")
OF_LIST = rule(OFFICES.list_id, rule_id="sgr-list", tags=MANAGED)
NAMED = rule(rule_id="sgr-web", tags=MANAGED)
OTHER_PORT = rule("10.1.0.0/16", "6380", rule_id="sgr-6380", tags=MANAGED)
WIDE_PORTS = rule("10.1.0.0/16", "6000-7000", rule_id="sgr-wide", tags=MANAGED)
ALL_TRAFFIC = rule("10.1.0.0/16", "all", rule_id="sgr-all", tags=MANAGED)
UDP = rule("10.1.0.0/16", "udp/6379", rule_id="sgr-udp", tags=MANAGED)
EVERYTHING = [OURS, THEIRS, OF_LIST, NAMED, OTHER_PORT, WIDE_PORTS, ALL_TRAFFIC, UDP]


def purging(purge: str, *admitted: str, name: str = "sessions", **options: Any) -> Target:
    return target(*((each, None) for each in admitted), name=name, purge=purge, **options)


@pytest.mark.parametrize(
    ("targets", "gone"),
    [
        pytest.param([purging("none", WEB.group_id)], [], id="nothing without a purge"),
        pytest.param([purging("managed", WEB.group_id)], [OURS, OF_LIST], id="rules of ours that nobody names"),
        pytest.param([purging("all", WEB.group_id)], [OURS, THEIRS, OF_LIST], id="rules of somebody else as well"),
        pytest.param([purging("all")], [OURS, THEIRS, OF_LIST, NAMED], id="all of them where nothing is named"),
        pytest.param(
            [purging("all", WEB.group_id, "10.1.0.0/16", "10.2.0.0/16", OFFICES.list_id)], [], id="none that is named"
        ),
        pytest.param(
            [purging("managed", ports=(6379, 6380))], [OURS, OF_LIST, NAMED, OTHER_PORT], id="those of every port"
        ),
        pytest.param([purging("all", ports=(11211,))], [], id="none of another port"),
        pytest.param(
            [purging("managed", WEB.group_id), purging("managed", "10.1.0.0/16", name="tokens")],
            [OF_LIST],
            id="none that another cache of the group names",
        ),
        pytest.param(
            [purging("managed", WEB.group_id), purging("none", ports=(6380,), name="tokens")],
            [OURS, OF_LIST],
            id="none of a port of which the other cache leaves everything",
        ),
        pytest.param(
            [purging("managed", WEB.group_id), purging("managed", "10.1.0.0/16", ports=(6380,), name="tokens")],
            [OURS, OF_LIST],
            id="one that the other cache names for another port",
        ),
        pytest.param(
            [purging("all", WEB.group_id), purging("managed", "10.1.0.0/16", ports=(6380,), name="tokens")],
            [OURS, THEIRS, OF_LIST],
            id="each port as its own cache says",
        ),
    ],
)
def test_which_rules_are_purged(targets: list[Target], gone: list[Rule]) -> None:
    assert purged_rules(SESSIONS, targets, EVERYTHING) == gone


@pytest.mark.parametrize(("one", "other"), [("none", "managed"), ("managed", "all"), ("all", "none")])
def test_caches_that_share_a_group_and_a_port_have_to_agree(one: str, other: str) -> None:
    targets = [purging(one, ports=(6379, 6380)), purging(other, ports=(6380, 11211), name="tokens")]
    with pytest.raises(InvalidGrantError) as caught:
        purged_rules(SESSIONS, targets, [])
    assert str(caught.value) == (
        f"purge is {one} for cache 'sessions' and {other} for cache 'tokens', "
        f"which share security group {SESSIONS} and port 6380; give both the same."
    )


def rules(count: int, start: int = 0, group: str = SESSIONS.group_id) -> list[Rule]:
    return [
        rule(f"10.{number}.0.0/16", group=group, rule_id=f"sgr-{number}", tags=MANAGED)
        for number in range(start, start + count)
    ]


def ranges(count: int) -> list[str]:
    return [made.key.source.value for made in rules(count)]


def brake(targets: Sequence[Target], existing: Sequence[Rule]) -> None:
    by_group = {
        group.group_id: [each for each in existing if each.key.group_id == group.group_id]
        for group in (SESSIONS, CARTS)
    }
    check_brake(make_plan(targets, by_group), by_group)


@pytest.mark.parametrize(
    ("targets", "existing"),
    [
        pytest.param([purging("managed")], [], id="nothing is there"),
        pytest.param([purging("managed")], [THEIRS], id="nothing goes"),
        pytest.param([purging("managed", WEB.group_id)], [OURS], id="everything goes, and one comes"),
        pytest.param([purging("managed", WEB.group_id)], [OURS, NAMED], id="one goes, and one that is named stays"),
        pytest.param([purging("managed")], [OURS, THEIRS], id="one goes, and one of somebody else stays"),
        pytest.param([purging("managed")], [OURS, ALL_TRAFFIC], id="one goes, and a wider one still lets something in"),
        pytest.param([purging("managed", *ranges(5))], rules(10), id="exactly half of ten"),
        pytest.param([purging("managed", *ranges(6))], rules(11), id="less than half of eleven"),
        pytest.param([purging("managed", *ranges(1))], rules(6), id="five of six"),
        pytest.param([purging("managed", WEB.group_id)], rules(5), id="five of five, and one comes"),
        pytest.param([purging("managed", allow_large_purge=True)], rules(20), id="everything, where it is allowed"),
        pytest.param(
            [target(*((each, None) for each in ranges(20)), is_present=False)], rules(20), id="taking access away"
        ),
        pytest.param(
            [purging("managed", *ranges(4)), purging("managed", *ranges(6), name="tokens")],
            rules(11),
            id="what another cache of the group names counts as staying",
        ),
    ],
)
def test_a_purge_that_the_brake_lets_pass(targets: list[Target], existing: list[Rule]) -> None:
    brake(targets, existing)


ALL_OF_THEM = "that let anything reach cache 'sessions' and grant none"
MOST_OF_THEM = "that let anything reach cache 'sessions';"


@pytest.mark.parametrize(
    ("targets", "existing", "words"),
    [
        pytest.param([purging("managed")], [OURS], ["1 of the 1 rules", ALL_OF_THEM], id="the only rule"),
        pytest.param([purging("managed")], rules(9), ["9 of the 9 rules", ALL_OF_THEM], id="all of nine"),
        pytest.param([purging("all")], [OURS, THEIRS], ["2 of the 2 rules", ALL_OF_THEM], id="those of others as well"),
        pytest.param(
            [purging("managed")], [OURS, OTHER_PORT, UDP], ["1 of the 1 rules", ALL_OF_THEM], id="those of the port"
        ),
        pytest.param([purging("managed", *ranges(1))], rules(7), ["6 of the 7 rules", MOST_OF_THEM], id="six of seven"),
        pytest.param([purging("managed", *ranges(4))], rules(10), ["6 of the 10 rules", MOST_OF_THEM], id="six of ten"),
        pytest.param(
            [purging("managed", *ranges(5))], rules(11), ["6 of the 11 rules", MOST_OF_THEM], id="six of eleven"
        ),
        pytest.param(
            [purging("managed", WEB.group_id)], rules(10), ["10 of the 10 rules", MOST_OF_THEM], id="ten, and one comes"
        ),
        pytest.param(
            [purging("managed", *ranges(3))],
            [*rules(9), ALL_TRAFFIC],
            ["6 of the 10 rules", MOST_OF_THEM],
            id="wider rules are among the ten",
        ),
        pytest.param(
            [purging("managed", *ranges(4), groups=(SESSIONS, CARTS))],
            [*rules(8), *rules(2, 20, CARTS.group_id)],
            ["6 of the 10 rules", MOST_OF_THEM],
            id="the rules of every group that the cache carries",
        ),
    ],
)
def test_a_purge_that_the_brake_stops(targets: list[Target], existing: list[Rule], words: list[str]) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        brake(targets, existing)
    assert missing([*words, "allow_large_purge"], caught.value) == []


def test_every_cache_that_would_be_cut_off_has_its_line() -> None:
    targets = [purging("managed"), purging("managed", name="carts", groups=(CARTS,))]
    with pytest.raises(InvalidGrantError) as caught:
        brake(targets, [OURS, rule("10.1.0.0/16", group=CARTS.group_id, tags=MANAGED)])
    first, second = str(caught.value).splitlines()
    assert (missing(["'sessions'"], first), missing(["'carts'"], second)) == ([], [])


def test_leave_for_one_cache_is_none_for_another() -> None:
    targets = [purging("managed", allow_large_purge=True), purging("managed", name="tokens")]
    with pytest.raises(InvalidGrantError) as caught:
        brake(targets, [OURS])
    assert missing(["'tokens'"], caught.value) == [] and "'sessions'" not in str(caught.value)
