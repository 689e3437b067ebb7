# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The benchmark's own code, with the smallest fleet and without latency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import audit, planning, reachability, sections
from benchmarks.contenders import ACTIONS, AGAIN, APPLY, CHECK, FLOOR, INSIDE, OURS, Contender
from benchmarks.emulation import ContenderError, emulator
from benchmarks.report import page
from benchmarks.results import Results, Settings
from benchmarks.sections import compare


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with emulator() as running:
        yield running


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    contenders = [each.name for each in (OURS, INSIDE, FLOOR)]
    return Settings(url, tmp_path, latency=0, repetitions=1, sizes=[2], contenders=contenders)


def test_this_collection_and_the_floor_are_measured(settings: Settings) -> None:
    results = Results()
    compare(settings, results, 2)
    for contender in (OURS, INSIDE, FLOOR):
        for action in ACTIONS:
            figure = results.of(contender.name, 2, action)
            assert figure is not None
            [run] = figure.runs
            assert run.changes == (2 if action == APPLY else 0)
            assert run.reads > 0 and run.seconds > 0 and run.memory > 0
            assert (figure.work is None) == (contender is OURS)
    assert "this collection, whole playbook" in page(settings, results)


@pytest.mark.parametrize("action", [APPLY, CHECK])
def test_who_leaves_the_wrong_rules_behind_is_not_measured(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    wrong: dict[str, Contender] = {
        # Does nothing where something was to be done.
        APPLY: replace(FLOOR, command=lambda *_anything: ["true"]),
        # Does something where nothing was to be done.
        CHECK: replace(FLOOR, command=lambda fleet, home, _action: FLOOR.command(fleet, home, APPLY)),
    }
    monkeypatch.setattr(sections, "CONTENDERS", [replace(wrong[action], actions=(action,))])
    with pytest.raises(ContenderError, match="rules stand"):
        compare(settings, Results(), 1)


def test_who_fails_is_not_measured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = replace(FLOOR, command=lambda *_anything: ["bash", "-c", "echo because >&2; exit 3"], actions=(AGAIN,))
    monkeypatch.setattr(sections, "CONTENDERS", [failing])
    with pytest.raises(ContenderError, match="because"):
        compare(settings, Results(), 1)


def test_a_plan_is_timed() -> None:
    assert planning.seconds(3) > 0


def test_an_audit_is_measured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SIZES", [(3, 4)])
    results = Results()
    settings.repetitions = 3
    audit.audit(settings, results)
    module = results.of(audit.MODULE, 3, audit.ACTION)
    assert module is not None and module.work
    assert [run.changes for run in module.runs] == [0] * 3
    assert "| 3 caches, 4 rules each |" in page(settings, results)


def test_an_audit_that_shows_something_else_is_not_measured(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SIZES", [(1, 1)])
    monkeypatch.setattr(audit, "furnish", lambda *_anything: None)
    with pytest.raises(ContenderError, match="1 caches with 1 rules each shows"):
        audit.audit(settings, Results())


def test_explanations_are_measured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "SOURCES", 100)
    monkeypatch.setattr(reachability, "CACHES", 4)
    monkeypatch.setattr(reachability, "PAIRS", ((2, 3), (100, 4)))
    results = Results()
    reachability.explain(settings, results)
    assert results.explaining
    few, many = (results.of(name, caches, reachability.ACTION) for name, caches in (("2 x 3", 3), ("100 x 4", 4)))
    assert few is not None and many is not None and few.work
    assert [run.changes for run in (*few.runs, *many.runs)] == [0, 0]
    assert "| 100 instances x 4 caches |" in reachability.explain_table(results)


def test_explanations_that_leave_pairs_out_are_not_measured(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reachability, "SOURCES", 100)
    monkeypatch.setattr(reachability, "CACHES", 2)
    monkeypatch.setattr(reachability, "PAIRS", ((100, 3),))
    with pytest.raises(reachability.ContenderError, match="of 300 pairs 200 were told"):
        reachability.explain(settings, Results())
