# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps of access that ends, and how they have to leave the rules, told once more from the documentation alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from unittest import mock

from ansible_collections.elasticache.access.plugins.module_utils import _clock
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.model.machine import Bench, check_alike
from tests.model.model import MARKER, Key, Rule, Rules, exact
from tests.model.options import read, reported
from tests.model.runner import Outcome
from tests.model.world import SPELLINGS, Source

EXPIRES_AT, REASON = "elasticache.access:expires_at", "elasticache.access:reason"
START = datetime(2026, 11, 25, 12, tzinfo=UTC)
# Cache -> the group that its grants are made on, and its ports.
CACHES = {"sessions": ("alpha", (6379,)), "stock": ("gamma", (6390,)), "carts": ("beta", (6379, 6380))}
SOURCES = ("web", "batch", "10.1.0.0/16", "office")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LISTED = ("expired", "pending", "unreadable", "removed")


class End(NamedTuple):
    """How a grant says when access ends: V(in) a duration, V(at) so many hours from now in some zone, or not at all."""

    how: str = ""
    duration: str = ""
    hours: int = 0
    zone: int = 0

    def options(self, now: datetime) -> dict[str, str]:
        """Return it as a user writes it."""
        if self.how == "in":
            return {"expires_in": self.duration}
        if self.how == "at":
            there = (now + timedelta(hours=self.hours)).astimezone(timezone(timedelta(hours=self.zone)))
            return {"expires_at": there.isoformat(timespec="seconds")}
        return {}

    def at(self, now: datetime) -> datetime | None:
        """Return the time that it means."""
        if self.how == "in":
            return now + timedelta(**{_UNITS[self.duration[-1]]: int(self.duration[:-1])})
        return now + timedelta(hours=self.hours) if self.how == "at" else None


FOR_GOOD = End()


@dataclass(frozen=True)
class Asked:
    """What one grant says of one source."""

    source: str
    end: End = FOR_GOOD
    reason: str | None = None
    description: str | None = None


_ends = st.one_of(
    st.just(FOR_GOOD),
    st.sampled_from(["30m", "1h", "8h", "2d"]).map(lambda text: End("in", text)),
    st.builds(lambda hours, zone: End("at", "", hours, zone), st.integers(1, 60), st.sampled_from([-7, 0, 2])),
)
_asked = st.builds(
    Asked,
    st.sampled_from(SOURCES),
    _ends,
    st.sampled_from([None, None, "ticket 4711", "on call"]),
    st.sampled_from([None, None, "Web tier", "", "By hand"]),
)
_EDITS = ("end", "end", "garbage", "unend", "unmark", "mark", "describe", "remove")
# What can happen, with what it takes.
_STEPS: Mapping[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "grant": st.tuples(
        st.sampled_from(tuple(CACHES)),
        st.lists(_asked, min_size=1, max_size=3, unique_by=lambda each: each.source),
        st.booleans(),
        st.sampled_from([*[None] * 8, "8h", "2d"]),
    ),
    "edit": st.tuples(st.integers(0, 50), st.sampled_from(_EDITS), st.integers(-30, 60)),
    "wait": st.tuples(st.sampled_from([1, 30, 60, 60 * 8, 60 * 26])),
    "sweep": st.tuples(st.sampled_from(["0m", "0m", "1h", "1d"]), st.sampled_from([0, 0, 24])),
    "revoke": st.tuples(st.sampled_from(tuple(CACHES)), st.sampled_from(SOURCES)),
}
_OFTEN = ("grant",) * 6 + ("edit",) * 3 + ("wait",) * 2 + ("sweep",) * 2 + ("revoke",)


@st.composite
def _steps(draw: st.DrawFn) -> tuple[Any, ...]:
    name = draw(st.sampled_from(_OFTEN))
    return (name, *draw(_STEPS[name]))


def _source(name: str) -> Source:
    source = SPELLINGS[name].source
    assert source is not None
    return source


def text_of(time: datetime) -> str:
    """Return a time as it has to stand in a tag."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def end_of(rule: Rule) -> datetime | None:
    """Return when a rule ends, by its tag; V(None) where that says no time."""
    text = dict(rule.tags).get(EXPIRES_AT, "")
    return datetime.fromisoformat(text) if text.endswith("Z") else None


def echo_of(tags: Mapping[str, str]) -> str:
    """Return what has to stand behind a description."""
    until, reason = tags.get(EXPIRES_AT, ""), tags.get(REASON, "")
    if until.endswith("Z"):
        return f"[until {until}{f': {reason}' if reason else ''}]"
    return f"[reason: {reason}]" if reason else ""


class EndSteps(RuleBasedStateMachine):
    """Whatever happens to rules that end, in any order."""

    bench: Bench

    def __init__(self) -> None:
        super().__init__()
        self.bench.sweep()
        self.now = START
        self.there: Rules = {}
        # The descriptions without what stands behind them.
        self.bases: dict[Key, str] = {}

    @rule(step=_steps())
    def take(self, step: tuple[Any, ...]) -> None:
        """Take one step, and hold what EC2 then shows against what there has to be."""
        name, *arguments = step
        try:
            getattr(self, name)(*arguments)
            rules, _ids = read(self.bench.described(), self.bench.world)
            assert rules == self.there
        except BaseException as error:
            self.bench.failed_after = self.bench.failed_after or self.bench.steps.total()
            error.add_note(f"The clock said {self.now}")
            raise

    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)
        self.bench.steps["wait"] += 1

    # What a user does

    def grant(self, cache: str, asked: list[Asked], is_renewed: bool, longest: str | None) -> None:
        """Grant access that ends, or does not; in check mode first, and once more afterwards."""
        group, ports = CACHES[cache]
        sources = [
            {
                **{name: self.bench.world.written(text) for name, text in SPELLINGS[each.source].written.items()},
                **each.end.options(self.now),
                **{
                    name: text
                    for name, text in (("reason", each.reason), ("description", each.description))
                    if text is not None
                },
            }
            for each in asked
        ]
        options: dict[str, Any] = {
            "cache": cache,
            "security_group": group,
            "sources": sources,
            "renew": is_renewed,
            **({"max_duration": longest} if longest else {}),
        }
        if any(self._is_too_long(each.end, longest) for each in asked):
            outcome = self._run(options)
            assert "max_duration" in outcome.failure
            self.bench.steps["grant, refused"] += 1
            return
        after = dict(self.there)
        for each in asked:
            for port in ports:
                key = exact(group, port, _source(each.source))
                after[key] = self._granted(key, each, is_renewed)
        rehearsal = self._run(options, check_mode=True)
        outcome = self._run(options)
        check_alike(rehearsal, outcome)
        kind = "renewal" if is_renewed and outcome.result["changed"] else "grant"
        self._check_granted(outcome, after)
        self.bench.steps[kind if outcome.result["changed"] else f"{kind}, nothing to do"] += 1
        self.there = after
        assert self._run(options).result["changed"] is False

    def _is_too_long(self, end: End, longest: str | None) -> bool:
        if longest is None:
            return False
        at, most = end.at(self.now), End("in", longest).at(self.now)
        return at is None or (most is not None and at > most)

    def _granted(self, key: Key, asked: Asked, is_renewed: bool) -> Rule:
        """Return a rule as it has to be after a grant."""
        old = self.there.get(key)
        at = asked.end.at(self.now)
        if old is not None and not old.is_managed:
            if asked.description is not None:
                self.bases[key] = asked.description
                return replace(old, description=asked.description)
            return old
        tags = dict(old.tags) if old else dict([MARKER])
        had = bool(tags.keys() & {EXPIRES_AT, REASON})
        is_kept = asked.end.how == "in" and not is_renewed and old is not None and end_of(old) is not None
        if at is None:
            tags.pop(EXPIRES_AT, None)
        elif not is_kept:
            tags[EXPIRES_AT] = text_of(at)
        if asked.reason is not None:
            tags[REASON] = asked.reason
        base = asked.description
        if base is None:
            base = (self.bases[key] if had else old.description) if old else ""
        self.bases[key] = base
        return Rule(" ".join(filter(None, (base, echo_of(tags)))), frozenset(tags.items()))

    def _check_granted(self, outcome: Outcome, after: Rules) -> None:
        assert not outcome.failure, outcome.failure
        [told] = outcome.result["caches"]
        changed = {key: each for key, each in after.items() if self.there.get(key) != each}
        assert outcome.result["changed"] is bool(changed)
        found = [reported(each, self.bench.world) for name in ("added", "updated") for each in told[name]]
        assert dict(found) == changed
        dropped = [
            key
            for key in changed
            if key in self.there
            and EXPIRES_AT in dict(self.there[key].tags)
            and EXPIRES_AT not in dict(after[key].tags)
        ]
        assert outcome.result["diff"][0]["after"].count("PERMANENT") == len(dropped)
        overdue = [
            key
            for key in set(after) & {key for key, _rule in found}
            | {reported(each, self.bench.world)[0] for each in told["unchanged"]}
            if after[key].is_managed and (end := end_of(after[key])) and end <= self.now
        ]
        assert sum("set renew to true" in warning for warning in outcome.warnings) == len(overdue)

    def revoke(self, cache: str, source: str) -> None:
        """Take access away, whatever its end."""
        group, ports = CACHES[cache]
        written = {name: self.bench.world.written(text) for name, text in SPELLINGS[source].written.items()}
        ended = {**written, "expires_at": "2000-01-01T00:00:00Z"}
        outcome = self._run({"cache": cache, "state": "absent", "sources": [ended]})
        assert not outcome.failure, outcome.failure
        for port in ports:
            self.there.pop(exact(group, port, _source(source)), None)
        self.bench.steps["revoke"] += 1

    def sweep(self, grace: str, ahead: int) -> None:
        """Remove what has ended; first look what has, then look what will have ended some hours ahead."""
        unit, number = _UNITS[grace[-1]], int(grace[:-1])

        def sorted_out(now: datetime) -> dict[str, set[Key]]:
            ours = {key: each for key, each in self.there.items() if each.is_managed and EXPIRES_AT in dict(each.tags)}
            ends = {key: end_of(each) for key, each in ours.items()}
            over = {key for key, end in ends.items() if end and end + timedelta(**{unit: number}) <= now}
            garbage = {key for key, end in ends.items() if end is None}
            return {"expired": over, "pending": set(ours) - over - garbage, "unreadable": garbage}

        later = self.now + timedelta(hours=ahead)
        listed = self._sweep({"state": "listed", "grace": grace, "now": text_of(later)})
        self._check_swept(listed, {**sorted_out(later), "removed": set()})
        found = sorted_out(self.now)
        wanted = {**found, "removed": found["expired"]}
        self._check_swept(self._sweep({"grace": grace}, check_mode=True), wanted)
        outcome = self._sweep({"grace": grace})
        self._check_swept(outcome, wanted)
        asked = [action for action in self.bench.actions if action != "DescribeSecurityGroups"]
        groups = {key.group for key in wanted["removed"]}
        assert asked == ["DescribeSecurityGroupRules", *["RevokeSecurityGroupIngress"] * len(groups)]
        assert bool(wanted["removed"]) is any("disconnects nobody" in warning for warning in outcome.warnings)
        self.there = {key: each for key, each in self.there.items() if key not in wanted["removed"]}
        self.bench.steps["sweep" if wanted["removed"] else "sweep, nothing to do"] += 1

    def _check_swept(self, outcome: Outcome, wanted: Mapping[str, set[Key]]) -> None:
        assert not outcome.failure, outcome.failure
        for name in _LISTED:
            found = dict(reported(each, self.bench.world) for each in outcome.result[name])
            assert found == {key: self.there[key] for key in wanted[name]}, name
        assert outcome.result["changed"] is bool(wanted["removed"])
        assert (outcome.result["not_done"], outcome.result["renewed_meanwhile"]) == ([], [])
        for when, count in (("before", len(wanted["removed"])), ("after", 0)):
            lines = [line for each in outcome.result["diff"] for line in each[when].splitlines()]
            assert len(lines) >= count
        assert len(
            [warning for warning in outcome.warnings if "is no time" in warning or "no time with" in warning]
        ) == len(wanted["unreadable"])

    # What others do

    def edit(self, pick: int, name: str, hours: int) -> None:
        """Somebody changes the tags or the description of a rule by hand."""
        if not self.there:
            return
        key = sorted(self.there)[pick % len(self.there)]
        old = self.there[key]
        ec2, group_id = self.bench.world.ec2, self.bench.world.ids[key.group]
        _rules, ids = read(self.bench.described(), self.bench.world)
        tags = dict(old.tags)
        self.bench.steps[f"edit: {name}"] += 1
        if name == "remove":
            ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=[ids[key]])
            del self.there[key]
            return
        if name == "describe":
            ec2.update_security_group_rule_descriptions_ingress(
                GroupId=group_id,
                SecurityGroupRuleDescriptions=[{"SecurityGroupRuleId": ids[key], "Description": "edited"}],
            )
            self.bases[key] = "edited"
            self.there[key] = replace(old, description="edited")
            return
        changes = {
            "end": (EXPIRES_AT, text_of(self.now + timedelta(hours=hours))),
            "garbage": (EXPIRES_AT, "next week"),
            "unend": (EXPIRES_AT, None),
            "mark": MARKER,
            "unmark": (MARKER[0], None),
        }
        tag, value = changes[name]
        if value is None:
            ec2.delete_tags(Resources=[ids[key]], Tags=[{"Key": tag}])
            tags.pop(tag, None)
        else:
            ec2.create_tags(Resources=[ids[key]], Tags=[{"Key": tag, "Value": value}])
            tags[tag] = value
        self.there[key] = replace(old, tags=frozenset(tags.items()))

    # How it is run

    def _run(self, options: Mapping[str, Any], check_mode: bool = False) -> Outcome:
        with mock.patch.object(_clock, "now", return_value=self.now):
            return self.bench.runner.run(options, check_mode)

    def _sweep(self, options: Mapping[str, Any], check_mode: bool = False) -> Outcome:
        self.bench.actions.clear()
        with mock.patch.object(_clock, "now", return_value=self.now):
            return self.bench.sweeper.run(options, check_mode)
