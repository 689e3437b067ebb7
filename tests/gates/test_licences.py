# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The licences that are allowed, in general and of what the collection needs at run time."""

from __future__ import annotations

import pytest

from tests.gates import licences


def row(name: str, expression: str = "UNKNOWN", says: str = "UNKNOWN", classifier: str = "UNKNOWN") -> dict[str, str]:
    """Return one distribution as pip-licenses describes it."""
    return {
        "Name": name,
        "Version": "1.0",
        "License-Expression": expression,
        "License-Metadata": says,
        "License-Classifier": classifier,
    }


ALLOWED = [
    row("one", expression="MIT"),
    row("one", expression="GPL-2.0-only OR MIT AND PSF-2.0"),
    row("one", says="Apache 2.0", classifier="BSD License"),
    row("one", says="The text of a licence.\nIts second line.", classifier="MIT License"),
    row("one", classifier="Apache Software License; BSD License"),
    row("python.dateutil", says="Dual License"),
]
REFUSED = [
    row("one"),
    row("one", expression="GPL-2.0-only"),
    row("one", expression="MIT AND GPL-2.0-only"),
    row("one", expression="(MIT)"),
    row("one", says="Proprietary", classifier="MIT License"),
    row("one", classifier="MIT License; Other/Proprietary License"),
    # An exception is for one distribution, and for what it said when the exception was made.
    row("one", says="Dual License"),
    row("axe-playwright-python", says="Proprietary"),
]


@pytest.mark.parametrize("distribution", ALLOWED)
def test_allowed(distribution: dict[str, str]) -> None:
    assert licences.offenders([distribution], run_time=()) == []


@pytest.mark.parametrize("distribution", REFUSED)
def test_refused_in_one_line(distribution: dict[str, str]) -> None:
    [line] = licences.offenders([distribution, row("two", expression="MIT")], run_time=())
    assert line.startswith(f"{distribution['Name']} 1.0: ")
    assert line.endswith("is not allowed")


def test_what_is_needed_at_run_time_goes_with_the_licence_of_the_collection() -> None:
    tool = row("one", classifier="BSD License")
    assert licences.offenders([tool], run_time=()) == []
    assert licences.offenders([tool], run_time=["one"]) == [
        "one 1.0: needed at run time, and 'BSD License' does not go with GPL-3.0-or-later"
    ]


def test_what_is_needed_at_run_time_is_there() -> None:
    assert licences.offenders([], run_time=["one"]) == ["one is needed at run time and not installed"]


def test_what_is_needed_at_run_time_is_these() -> None:
    """Whatever joins them is for a person to look at."""
    assert licences.at_run_time() == {
        *("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"),
    }


def test_everything_installed_is_looked_at() -> None:
    names = {each["Name"] for each in licences.installed()}
    assert {"pip", "boto3", "ansible-core", "pytest", "pip-licenses"} <= names


def test_every_exception_is_still_one() -> None:
    said = {(each["Name"].lower(), licences.stated(each)) for each in licences.installed()}
    assert licences.EXCEPTIONS.keys() <= said
