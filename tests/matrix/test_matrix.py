# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The matrix says of each row what came out or why it was not run, and is not content with nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from requirements.lock import OLDEST_PINS, PINS
from tests.gates.command import Finished
from tests.gates.environment import CHECKOUT
from tests.matrix import __main__ as matrix
from tests.matrix import promises, rows
from tests.matrix.report import Outcome
from tests.matrix.rows import Row

THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
TESTED, OLDEST, MISSING = Row("tested", THIS, PINS), Row("oldest", THIS, OLDEST_PINS), Row("missing", "3.99", PINS)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The matrix with three rows and nothing to install; every command that it would run, all of which hold."""
    ran: list[str] = []

    def run(command: Sequence[str], cwd: Path) -> Finished:
        ran.append(" ".join(command))
        assert cwd == CHECKOUT
        return Finished("fail" not in ran[-1], "what it printed", 2.0)

    monkeypatch.setattr(matrix, "ROWS", [TESTED, OLDEST, MISSING])
    monkeypatch.setattr(matrix, "run", run)
    monkeypatch.setattr(matrix, "checks", lambda row, _short: {"units": ["units", row.name], "sanity": ["sanity"]})
    monkeypatch.setattr(matrix, "facts", lambda _row: promises.oldest() | {"Python": "3.11.7"})
    monkeypatch.setattr(rows.os, "environ", {"PYENV_ROOT": "/nowhere", "PATH": str(Path(sys.executable).parent)})
    return ran


def run_matrix(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["matrix", *arguments])
    return matrix.main()


def test_a_row_after_make_test(
    commands: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The row that make test ran and the one without a Python are named, with the reason; the other one is run."""
    assert run_matrix(monkeypatch, "--after-test") == 0
    assert sorted(commands[1:]) == ["sanity", "units oldest"]
    promised = promises.oldest()
    table = [line.split() for line in capsys.readouterr().out.splitlines()[-4:]]
    assert table[0] == ["row", "ansible-core", "Python", "amazon.aws", "boto3", "seconds", "outcome"]
    assert " ".join(table[1]) == "tested - - - - - skipped: make test has run it"
    releases = [promised["ansible-core"], "3.11.7", promised["amazon.aws"], promised["boto3"]]
    assert table[2][:6] == ["oldest", *releases, "6"]
    assert set(" ".join(table[2][6:]).replace(",", "").split()) == {"installation", "units", "sanity", "held"}
    assert " ".join(table[3]) == "missing - - - - - skipped: no Python 3.99 with the venv module on PATH or of pyenv"


@pytest.mark.usefixtures("commands")
def test_no_row_at_all_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_matrix(monkeypatch, "missing") == 1
    assert capsys.readouterr().out.endswith("No row was run, so nothing is proven.\n")


@pytest.mark.usefixtures("commands")
def test_where_there_is_one_python_alone_make_test_was_all_that_could_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_matrix(monkeypatch, "--after-test", "tested", "missing") == 0


@pytest.mark.usefixtures("commands")
def test_a_step_that_fails_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(matrix, "checks", lambda _row, _short: {"units": ["fail"], "sanity": ["sanity"]})
    assert run_matrix(monkeypatch, "oldest") == 1
    printed = capsys.readouterr().out
    assert "== oldest, units: FAILS (2 s)\n$ fail\nwhat it printed\n" in printed
    assert printed.endswith("units FAILED\nRows that do not hold: oldest\n")


@pytest.mark.usefixtures("commands")
def test_an_installation_that_fails_ends_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "installation", lambda _row, _python: ["fail"])
    monkeypatch.setattr(matrix, "checks", lambda _row, _short: pytest.fail("was run"))
    assert run_matrix(monkeypatch, "oldest") == 1


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize("name", ["ansible-core", "amazon.aws", "boto3", "botocore"])
def test_an_oldest_row_that_is_not_the_oldest_fails(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Otherwise nobody would notice that a newer release of Ansible carries a newer amazon.aws."""
    held = promises.oldest() | {"Python": "3.11.7", name: "99.1.0"}
    monkeypatch.setattr(matrix, "facts", lambda _row: held)
    assert run_matrix(monkeypatch, "oldest") == 1
    assert "releases FAILED" in capsys.readouterr().out


def test_skipping_alone_is_no_proof() -> None:
    assert matrix.verdict([Outcome("one", skipped="no reason")]) == 1


def test_the_short_checks_are_fewer() -> None:
    """They leave out sanity tests, and nothing else."""
    full, short = rows.checks(OLDEST, short=False), rows.checks(OLDEST, short=True)
    assert "--test" not in full["sanity"] and "--test" in short["sanity"]
    assert {name: full[name] for name in full if name != "sanity"} == {
        name: short[name] for name in short if name != "sanity"
    }
