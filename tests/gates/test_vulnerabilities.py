# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The check for known vulnerabilities: pip-audit itself, against a service on the loopback interface."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.gates import licences, supply, vulnerabilities
from tests.gates.vulnerabilities import Broken, Report, Service, Unreachable, check, read, without_duplicates

PINS = ["# A comment", "", "one==1.0", 'two==1.0 ; python_version == "3.11"', 'two==2.0 ; python_version == "3.12"']
FIRST = ("django", "3.2")


class Fake(ThreadingHTTPServer):
    """Speaks as OSV does, and knows of the vulnerabilities that it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.knows = {FIRST}
        self.asked: list[tuple[str, str]] = []
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name, version = query["package"]["name"], query["version"]
        self.server.asked.append((name, version))
        found: dict[str, Any] = {}
        if (name, version) in self.server.knows:
            mended = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}
            affected = {"package": {"name": name, "ecosystem": "PyPI"}, "ranges": [mended]}
            found["vulns"] = [{"id": f"PYSEC-{name}", "aliases": ["CVE-2026-1"], "affected": [affected]}]
        body = json.dumps(found).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Not on the terminal."""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def service(port: int) -> Service:
    return Service("the fake", ("--vulnerability-service", "osv", "--osv-url", f"http://127.0.0.1:{port}/v1/query"))


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    return port


def test_nothing_known(fake: Fake) -> None:
    """Every pin of every Python is asked about."""
    assert check(PINS, [service(fake.server_port)]) == Report()
    assert sorted(fake.asked) == [FIRST, ("one", "1.0"), ("two", "1.0"), ("two", "2.0")]


def test_known_vulnerabilities_fail_and_are_listed(fake: Fake) -> None:
    fake.knows |= {("one", "1.0"), ("two", "2.0")}
    assert check(PINS, [service(fake.server_port)]).failures == [
        "one 1.0: CVE-2026-1 PYSEC-one, mended in 9.9",
        "two 2.0: CVE-2026-1 PYSEC-two, mended in 9.9",
    ]


def test_what_knows_nothing_is_not_believed(fake: Fake) -> None:
    fake.knows = set()
    [note] = told(check(PINS, [service(fake.server_port)]))
    assert "the fake: what answers knows of no vulnerability in django==3.2" in note
    assert fake.asked == [FIRST]


def test_what_cannot_be_reached_is_told(fake: Fake) -> None:
    fake.status = 503
    [note] = told(check(PINS, [service(free_port()), service(fake.server_port)]))
    assert note == (
        "known vulnerabilities were not looked for: no service answered "
        "(the fake: ConnectionError; the fake: ServiceError)"
    )


def test_the_next_is_asked_where_one_cannot_be_reached(fake: Fake) -> None:
    fake.knows.add(("one", "1.0"))
    report = check(PINS, [service(free_port()), service(fake.server_port)])
    assert len(report.failures) == 1
    assert not report.notes


def test_who_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        [note] = told(check(PINS, [service(silent.getsockname()[1])] * 2, seconds=3.0))
    assert "it took too long" in note
    assert time.monotonic() - start < 20


def told(report: Report) -> list[str]:
    """Return the notes of a check that holds."""
    assert not report.failures
    return report.notes


@pytest.mark.parametrize(
    ("pins", "options", "words"),
    [
        (PINS, ("--no-such-option",), "unrecognized arguments: --no-such-option"),
        (["one>=1.0"], None, "one is not pinned to an exact version"),
    ],
)
def test_what_is_wrong_with_the_question_fails(
    fake: Fake, pins: list[str], options: tuple[str, ...] | None, words: str
) -> None:
    asked = service(fake.server_port)
    report = check(pins, [asked._replace(options=options) if options else asked])
    assert words in report.failures[0]


def test_packages_that_a_service_does_not_know_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyPI says so, OSV does not."""
    skipped = json.dumps({"dependencies": [{"name": "one", "skip_reason": "Dependency not found on PyPI"}]})
    assert read(0, skipped, "").unknown == ["one"]
    first = json.dumps({"dependencies": [package("django", "3.2", "PYSEC-2021-98")]})
    answers = iter([read(1, first, ""), read(0, skipped, ""), read(0, '{"dependencies": []}', "")])
    monkeypatch.setattr(vulnerabilities, "ask", lambda *_: next(answers))
    assert told(check(PINS)) == ["PyPI does not know one: not checked for vulnerabilities"]


def package(name: str, version: str, *ids: str) -> dict[str, Any]:
    """Return a package as pip-audit describes it."""
    found = [{"id": id_, "fix_versions": [], "aliases": [], "description": "Bad"} for id_ in ids]
    return {"name": name, "version": version, "vulns": found}


def test_vulnerabilities_that_nobody_mended_are_listed_too() -> None:
    output = json.dumps({"dependencies": [package("one", "1.0", "PYSEC-1", "PYSEC-2"), package("two", "1.0")]})
    assert read(1, output, "Found 2 known vulnerabilities").vulnerabilities == [
        "one 1.0: PYSEC-1, not mended yet",
        "one 1.0: PYSEC-2, not mended yet",
    ]


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ("requests.exceptions.ReadTimeout: HTTPSConnectionPool(...): Read timed out.", Unreachable),
        ("requests.exceptions.SSLError: HTTPSConnectionPool(...): certificate", Unreachable),
        ("pip_audit._service.interface.ServiceError", Unreachable),
        ("ERROR:pip_audit._cli:Tip: your network may be blocking this service. Try another service", Unreachable),
        ("ModuleNotFoundError: No module named 'requests'", Broken),
        ("", Broken),
    ],
)
def test_no_answer_is_told_from_no_question(errors: str, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        read(1, "", f"Traceback (most recent call last):\n{errors}\n")


@pytest.mark.parametrize(("returncode", "output"), [(1, '{"dependencies": []}'), (0, "{}"), (0, "")])
def test_an_answer_that_contradicts_itself_fails(returncode: int, output: str) -> None:
    with pytest.raises(Broken):
        read(returncode, output, "")


def test_pins_of_all_pythons_are_spread_over_lists_without_duplicates() -> None:
    assert without_duplicates(PINS) == [["one==1.0", "two==1.0"], ["two==2.0"]]
    lists = without_duplicates(vulnerabilities.PINS.read_text().splitlines())
    assert all(len({line.partition("==")[0] for line in each}) == len(each) for each in lists)
    assert {"ansible-core==2.19.14", "ansible-core==2.21.5"} <= {line for each in lists for line in each}


def test_the_gate_holds_with_a_note(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(vulnerabilities, "check", lambda _: Report(notes=["nobody answered"]))
    monkeypatch.setattr(licences, "offenders", lambda *_: [])
    assert supply.main() == 0
    assert capsys.readouterr().out == "note: nobody answered\n"


@pytest.mark.parametrize(("offenders", "found"), [(["a licence"], []), ([], ["a vulnerability"])])
def test_the_gate_fails(
    offenders: list[str], found: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vulnerabilities, "check", lambda _: Report(failures=found))
    monkeypatch.setattr(licences, "offenders", lambda *_: offenders)
    assert supply.main() == 1
    assert capsys.readouterr().out.splitlines() == [*offenders, *found]
