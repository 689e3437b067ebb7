# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A sweep and a renewal of the same rule at the same time, call by call in every order that there is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from itertools import product

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _apply, _sweep
from ansible_collections.elasticache.access.plugins.module_utils._apply import Outcome, apply_plan
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import (
    Deadline,
    batches_of,
    ending_rules,
)
from ansible_collections.elasticache.access.plugins.module_utils._expiry import EXPIRES_AT
from ansible_collections.elasticache.access.plugins.module_utils._plan import Plan, plan_group
from ansible_collections.elasticache.access.plugins.module_utils._rules import parse_ingress
from ansible_collections.elasticache.access.plugins.module_utils._sweep import Swept, sweep
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER
from ansible_collections.elasticache.access.plugins.module_utils._terms import Term
from ansible_collections.elasticache.access.plugins.module_utils._times import time_text
from ansible_collections.elasticache.access.plugins.module_utils._wishes import Wish

from tests.unit.fakes import FakeEc2
from tests.unit.values import MANAGED, NOW, SESSIONS, rule

ENDED, NEW_END = NOW - timedelta(hours=1), NOW + timedelta(hours=8)
DEADLINE = Deadline(NOW, timedelta())
# Of so many calls it is laid down whose turn it is; what comes after them is done one after the other.
TURNS = 9


class Turns(FakeEc2):
    """Lets two threads, called renewal and sweep, make their calls in turn, as C(order) says."""

    def __init__(self, order: Iterable[str], is_strict: bool) -> None:
        """Unless C(is_strict), EC2 tags a rule that is gone without a word."""
        tags = ((EXPIRES_AT, time_text(ENDED)), *MANAGED)
        super().__init__([rule(rule_id="sgr-1", description=f"[until {time_text(ENDED)}]", tags=tags)])
        self._is_strict = is_strict
        self._order = list(order)
        self._running = {"renewal", "sweep"}
        self._turn = threading.Condition(self._one_at_a_time)

    def _note(self, call: str, about: str) -> None:
        """Wait for the turn, within the lock that makes each call one step."""
        me = threading.current_thread().name
        self._turn.wait_for(lambda: self._is_my_turn(me), timeout=10)
        if self._order:
            self._order.pop(0)
        super()._note(f"{me}: {call}", about)
        self._turn.notify_all()

    def create_tags(self, rule_ids: Sequence[str], tags: Sequence[tuple[str, str]]) -> None:
        try:
            super().create_tags(rule_ids, tags)
        except AwsError:
            if self._is_strict:
                raise

    def _is_my_turn(self, me: str) -> bool:
        while self._order and self._order[0] not in self._running:
            self._order.pop(0)
        return not self._order or self._order[0] == me

    def finish(self) -> None:
        """Take the thread that calls this out of the game."""
        with self._turn:
            self._running.discard(threading.current_thread().name)
            self._turn.notify_all()


def renew(ec2: Turns, done: list[Outcome]) -> None:
    existing = parse_ingress(ec2.describe_security_group_rules([SESSIONS.group_id]))
    wish = Wish(rule().key, True, term=Term(NEW_END))
    plan = plan_group(group=SESSIONS, caches=("c",), wishes=(wish,), ports=(6379,), existing=existing)
    done += apply_plan(ec2, Plan((plan,), ()))


def clean(ec2: Turns, done: list[Swept]) -> None:
    found = ending_rules(parse_ingress(ec2.describe_security_group_rules_tagged(*MARKER)), DEADLINE)
    done += sweep(ec2, batches_of(found.expired), DEADLINE)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_apply, "pause_before", lambda _attempt: None)
    monkeypatch.setattr(_sweep, "pause_before", lambda _attempt: None)


@pytest.mark.parametrize("is_strict", [True, False])
def test_the_rule_stands_with_its_new_end_or_its_loss_is_reported(is_strict: bool) -> None:
    orders = set()
    lost = 0
    for order in product(("renewal", "sweep"), repeat=TURNS):
        ec2 = Turns(order, is_strict)
        renewals: list[Outcome] = []
        swept: list[Swept] = []

        def play(job: Callable[[Turns, list[object]], None], done: list[object], ec2: Turns = ec2) -> None:
            try:
                job(ec2, done)
            finally:
                ec2.finish()

        threads = [
            threading.Thread(target=play, args=(renew, renewals), name="renewal"),
            threading.Thread(target=play, args=(clean, swept), name="sweep"),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        orders.add(tuple(call for call, _about in ec2.calls))
        [renewal] = renewals
        assert not renewal.error
        is_reported = any(each.lost for each in swept)
        if ec2.rules:
            [standing] = ec2.rules
            assert dict(standing.tags)[EXPIRES_AT] == time_text(NEW_END)
            assert standing.description == f"[until {time_text(NEW_END)}]"
        else:
            assert is_reported, ec2.calls
            lost += 1
        assert not any(each.error for each in swept)
    assert len(orders) > 10
    assert lost
