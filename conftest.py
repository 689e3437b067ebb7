# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For every test: the collection under its full name, and no way to anybody's AWS account."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.gates.environment import collections_tree, environment

UNIT_TESTS = Path(__file__).parent / "tests" / "unit"


def pytest_configure() -> None:
    surroundings = environment()
    os.environ.clear()
    os.environ.update(surroundings)
    sys.path.insert(0, str(collections_tree()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The pure files must be covered by their unit tests, not by an end-to-end run that happens to pass through.
    for item in items:
        if UNIT_TESTS not in item.path.parents:
            item.add_marker(pytest.mark.no_cover)
