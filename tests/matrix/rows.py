# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rows of `make matrix`: each supported ansible-core, on a Python of its own, and the oldest of everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from requirements.lock import CORES, OLDEST_PINS, OLDEST_PYTHON, PINS
from tests.gates import pythons
from tests.gates.environment import CHECKOUT, MATRIX

# Hypothesis draws few examples here: `make test` draws more of them.
UNITS = ["-q", "--hypothesis-profile", "few", "tests/unit"]
# Where the targets run each module: playbooks, roles and inventory, whose templates and filters ansible-core evaluates.
PLAYBOOKS = [
    "-q",
    "tests/end_to_end/test_grant_and_revoke.py::test_one_grant_from_check_mode_to_the_second_run",
    "tests/end_to_end/test_grant_and_revoke.py::test_a_policy_file_is_a_whole_fleet",
    "tests/end_to_end/test_role.py::test_the_role_leaves_facts_behind_for_the_tasks_after_it",
    "tests/end_to_end/test_role.py::test_a_wrong_variable_gets_the_roles_own_message",
    "tests/end_to_end/test_role.py::test_every_variable_of_the_command_line_is_used",
    "tests/end_to_end/test_verify.py::test_from_the_command_line",
    "tests/end_to_end/test_audit_role.py::test_it_shows_the_worst_and_writes_the_report",
    "tests/end_to_end/test_audit_role.py::test_an_inventory_of_regions_becomes_one_report",
    "tests/end_to_end/test_reach_role.py::test_before_and_after_a_grant_and_its_removal",
    "tests/end_to_end/test_inventory.py::test_every_kind_is_a_host_with_the_record_that_the_module_returns",
    "tests/end_to_end/test_inventory.py::test_the_examples_do_what_they_say",
    "tests/end_to_end/test_inventory.py::test_the_cache_answers_until_it_is_flushed_or_asked_something_else",
]
# What another ansible-core, Python or amazon.aws can change, and where; the rest of sanity looks at the text of the
# files alone.
TELLING_SANITY = ["ansible-doc", "compile", "import", "runtime-metadata", "validate-modules"]
TELLING_FILES = ["meta/", "plugins/"]

FACTS = """
import json, pathlib, platform, sysconfig
import ansible.release, boto3, botocore
amazon_aws = pathlib.Path(sysconfig.get_path("purelib"), "ansible_collections", "amazon", "aws", "MANIFEST.json")
print(json.dumps({
    "ansible-core": ansible.release.__version__,
    "Python": platform.python_version(),
    "amazon.aws": json.loads(amazon_aws.read_text())["collection_info"]["version"],
    "boto3": boto3.__version__,
    "botocore": botocore.__version__,
}))
"""


class Row(NamedTuple):
    """An environment, and the Python and the pins that it is made with."""

    name: str
    python: str
    pins: Path

    @property
    def venv(self) -> Path:
        return MATRIX / self.name

    @property
    def runs(self) -> str:
        return str(self.venv / "bin" / "python")


ROWS = [
    *(Row(core, python, PINS) for python, core in CORES.items()),
    Row("oldest", OLDEST_PYTHON, OLDEST_PINS),
]


def interpreter(row: Row) -> Path | None:
    """The Python to make the row's environment with."""
    return pythons.find(row.python, os.environ.get("PATH", os.defpath), ["ensurepip", "venv"])


def installation(row: Row, python: Path) -> list[str]:
    place = [row.venv.relative_to(CHECKOUT).as_posix(), row.pins.name]
    return [str(python), str(CHECKOUT / "requirements" / "install.py"), "matrix", *place]


def checks(row: Row, short: bool) -> dict[str, list[str]]:
    """The commands of a row, by name. The short ones leave out what cannot come out otherwise than in another row."""
    tests = [option for name in TELLING_SANITY for option in ("--test", name)]
    less = [*tests, "--python", row.python, *TELLING_FILES] if short else []
    pytest = [row.runs, "-m", "pytest", "-o", f"cache_dir={row.venv / 'cache' / 'pytest'}"]
    return {
        "sanity": [row.runs, "-m", "tests.gates.sanity", *less],
        "units": [*pytest, *UNITS],
        "playbooks": [*pytest, *PLAYBOOKS],
        "modules": [row.runs, "-m", "tests.gates.integration"],
    }


def facts(row: Row) -> dict[str, str]:
    """The releases that the row's environment really holds, by name."""
    asked = subprocess.run([row.runs, "-c", FACTS], cwd=CHECKOUT, check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(asked.stdout)
    return found


def run_by_make_test(row: Row) -> bool:
    """Whether the row's Python and pins are those of .venv, in which this runs."""
    return row.pins == PINS and row.python == f"{sys.version_info[0]}.{sys.version_info[1]}"
