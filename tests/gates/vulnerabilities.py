# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have pip-audit ask about the pins, where a service that knows of vulnerabilities can be reached.

No service may be reachable at all, and what answers in its place may know nothing: a mirror of the index says "not
found" or sends no list. So each service is first asked about a release whose vulnerabilities have been known for years.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.gates.environment import CACHE, CHECKOUT

PINS = CHECKOUT / "requirements" / "pins.txt"
# A release with known vulnerabilities. It is not among the pins and never installed.
KNOWN_TO_BE_VULNERABLE = "django==3.2"
# For everything, and for the first question to a service.
SECONDS, FIRST_SECONDS = 45.0, 10.0

# The last line of what pip-audit says when it could not get an answer. Anything else that it says is a failure.
NO_ANSWER = re.compile(
    r"(?:requests\.exceptions|urllib3\.exceptions|pip_audit\._service\.interface)\.(?P<name>\w+)"
    r"|.*your network may be blocking this service"
)


class Service(NamedTuple):
    name: str
    options: tuple[str, ...]


SERVICES = (
    Service("PyPI", ("--vulnerability-service", "pypi")),
    Service("OSV", ("--vulnerability-service", "osv")),
)


class Unreachable(Exception):
    """No answer, or none that is worth anything."""


class Broken(Exception):
    """pip-audit did not run as it should."""


@dataclass
class Answer:
    """A line for each vulnerability, and the packages that the service does not know."""

    vulnerabilities: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What makes the gate fail, and what is to be said if it holds."""

    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def without_duplicates(pins: Iterable[str]) -> list[list[str]]:
    """The pins of every Python, as lists in each of which a package stands once and without a marker."""
    rounds: dict[int, list[str]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    for line in pins:
        requirement = line.partition(";")[0].strip()
        if requirement and not requirement.startswith("#"):
            name = requirement.partition("==")[0]
            rounds[seen[name]].append(requirement)
            seen[name] += 1
    return list(rounds.values())


def parse(output: str) -> Answer:
    """Read what pip-audit writes with `--format json`."""
    answer = Answer()
    for package in json.loads(output)["dependencies"]:
        if "skip_reason" in package:
            answer.unknown.append(package["name"])
            continue
        for found in package["vulns"]:
            names = " ".join(sorted({found["id"], *found["aliases"]}))
            mended = f"mended in {', '.join(found['fix_versions'])}" if found["fix_versions"] else "not mended yet"
            answer.vulnerabilities.append(f"{package['name']} {package['version']}: {names}, {mended}")
    return answer


def read(returncode: int, output: str, errors: str) -> Answer:
    """What a run of pip-audit tells. With vulnerabilities it ends with 1, and so it does after an error."""
    try:
        answer = parse(output)
    except (ValueError, KeyError, TypeError) as error:
        last = errors.strip().splitlines()[-1:] or ["it said nothing"]
        if returncode == 1 and (told := NO_ANSWER.match(last[0])):
            raise Unreachable(told["name"] or "no connection") from error
        raise Broken(f"pip-audit ended with {returncode}:\n{errors.strip() or output.strip()}") from error
    if returncode != bool(answer.vulnerabilities):
        raise Broken(f"pip-audit ended with {returncode}, and found {len(answer.vulnerabilities)}:\n{errors.strip()}")
    return answer


def ask(service: Service, requirements: Iterable[str], seconds: float) -> Answer:
    with tempfile.TemporaryDirectory(prefix="pip-audit-") as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text("".join(f"{requirement}\n" for requirement in requirements))
        command: list[Any] = [
            *(sys.executable, "-m", "pip_audit", "--requirement", file, "--no-deps", "--disable-pip"),
            *("--format", "json", "--progress-spinner", "off", "--timeout", "5"),
            *("--cache-dir", CACHE / "pip-audit", *service.options),
        ]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=max(seconds, 0.1),
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreachable("it took too long") from error
    return read(done.returncode, done.stdout, done.stderr)


def ask_about_all(service: Service, pins: Iterable[str], end: float) -> Answer:
    first = ask(service, [KNOWN_TO_BE_VULNERABLE], min(FIRST_SECONDS, end - time.monotonic()))
    if not first.vulnerabilities:
        raise Unreachable(f"what answers knows of no vulnerability in {KNOWN_TO_BE_VULNERABLE}")
    answers = [ask(service, some, end - time.monotonic()) for some in without_duplicates(pins)]
    return Answer(
        [line for answer in answers for line in answer.vulnerabilities],
        sorted({name for answer in answers for name in answer.unknown}),
    )


def check(pins: Iterable[str], services: Iterable[Service] = SERVICES, seconds: float = SECONDS) -> Report:
    """Ask the services one after the other, until one of them answers."""
    pins, end, reasons = list(pins), time.monotonic() + seconds, []
    for service in services:
        try:
            answer = ask_about_all(service, pins, end)
        except Unreachable as error:
            reasons.append(f"{service.name}: {error}")
        except Broken as error:
            return Report(failures=[str(error)])
        else:
            notes = [f"{service.name} does not know {', '.join(answer.unknown)}: not checked for vulnerabilities"]
            return Report(answer.vulnerabilities, notes if answer.unknown else [])
    return Report(notes=[f"known vulnerabilities were not looked for: no service answered ({'; '.join(reasons)})"])
